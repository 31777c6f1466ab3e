/**
 * One queue for everything that waits for the desk, in views: most urgent first, then what is due first. Pages go by key, so the hundredth costs as much
 * as the first, and a case that comes or goes meanwhile makes no gap.
 */
import { eq, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { idOf, type Actor } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { mayRead } from '../conversations/audience.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { drafts, posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'
import { runsThrough, sayClock, type Countdown } from './countdown.ts'
import { postState } from './item.ts'
import { decidesHere, inPressOffice, type ItemState } from './policy.ts'
import { reasonTitles } from './reason.ts'
import { cases, decisions, type CaseCause, type CaseState, type Escalation } from './schema.ts'
import { circleNamed, sayPlace } from './place.ts'
import { askedBy, isSealed } from './upstairs.ts'
import { EVERYTHING, keysAfter, type Chosen, type ItemKind, type QueueKey } from './view.ts'
import { lookers } from './visit.ts'

export { sayClock } from './countdown.ts'

export const QUEUE_SIZE = 20

export interface QueueRow extends Countdown {
  id: number
  version: number
  kind: ItemKind
  cause: CaseCause
  /** "Held comment", "Post that waits for approval". */
  heading: string
  /** The case; for a draft the page on which it is approved. */
  href: string
  /** The rule that held it; for a flagged item the reasons that people gave. */
  because: string
  flagCount: number
  /** The team; of the staff network where in it: "Circle: Night shifts". Null for the whole force. */
  team: string | null
  /** Empty where it stands under something that this moderator does not read. */
  title: string
  /** Null for what is sealed or disposed of: nobody reads its words in passing. */
  excerpt: string | null
  author: string | null
  /** Of a comment or a post. */
  state: ItemState | null
  caseState: CaseState
  escalatedTo: Escalation | null
  urgent: boolean
  openedAt: Date
  dueAt: Date
  /** Who has it. */
  holder: { id: number; name: string; since: Date } | null
  /** It is this moderator's. */
  mine: boolean
  /** Colleagues who have it in view now. */
  lookers: string[]
  /** Why this moderator may not decide it, though it waits; null when nothing stands against it. */
  notMine: string | null
  /** Of an appealed one: who decided first, and may not hear the appeal. */
  firstDecider: string | null
  /** It can be decided together with others that are like it. */
  selectable: boolean
}

const keyText = ({ urgent, dueAt, id }: QueueKey): string => `${urgent ? 'u' : 's'}-${dueAt.getTime()}-${id}`

/** Reads a place from an address; null for anything that is none. */
export function queueKey(text: unknown): QueueKey | null {
  const parts = typeof text === 'string' ? /^([us])-(\d{1,15})-(\d{1,15})$/.exec(text) : null
  return parts ? { urgent: parts[1] === 'u', dueAt: new Date(Number(parts[2])), id: Number(parts[3]) } : null
}

const holder = alias(accounts, 'holder')
const decider = alias(accounts, 'decider')

const rowsOf = (db: Db, ids: number[]) =>
  db
    .select({
      file: cases,
      flagReasons: sql<string[] | null>`(select array_agg(distinct flags.reason_code) from flags where flags.case_id = ${cases.id})`,
      team: teams.name,
      circle: circleNamed,
      conversation: conversations.title,
      authorId: accounts.id,
      author: accounts.displayName,
      commentState: comments.state,
      postState: posts.state,
      bodyHtml: sql<string | null>`coalesce(${comments.bodyHtml}, ${posts.bodyHtml})`,
      sealed: isSealed,
      askedBy,
      holder: holder.displayName,
      deciderId: decisions.deciderId,
      decider: decider.displayName,
    })
    .from(cases)
    .leftJoin(conversations, eq(conversations.id, cases.conversationId))
    .leftJoin(teams, eq(teams.id, cases.teamId))
    .leftJoin(comments, eq(comments.id, cases.commentId))
    .leftJoin(posts, eq(posts.id, cases.postId))
    .leftJoin(drafts, eq(drafts.id, cases.draftId))
    .leftJoin(accounts, sql`${accounts.id} = coalesce(${comments.authorId}, ${posts.authorId}, ${drafts.authorId})`)
    .leftJoin(holder, eq(holder.id, cases.assigneeId))
    .leftJoin(decisions, eq(decisions.caseId, cases.id))
    .leftJoin(decider, eq(decider.id, decisions.deciderId))
    .where(inArray(cases.id, ids))

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

/** These cases as rows, in the order given. */
async function showRows(db: Db, actor: Actor, ids: number[]): Promise<QueueRow[]> {
  if (ids.length === 0) return []
  const [found, titles, looking] = await Promise.all([rowsOf(db, ids), reasonTitles(db), lookers(db, actor, ids)])
  const byId = new Map(found.map((row) => [row.file.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [{ ...rowOf(actor, row, titles), lookers: looking.get(id) ?? [] }] : []
  })
}

/** What waits in a view after a place in it, and the key of the next page; null when there is none. */
export async function queueOf(
  db: Db,
  actor: Actor,
  after: QueueKey | null,
  chosen: Chosen = EVERYTHING,
): Promise<{ rows: QueueRow[]; next: string | null }> {
  const keys = await keysAfter(db, actor, chosen, after, QUEUE_SIZE + 1)
  const page = keys.slice(0, QUEUE_SIZE)
  const last = page.at(-1)
  const ids = page.map(({ id }) => id)
  return { rows: await showRows(db, actor, ids), next: keys.length > QUEUE_SIZE && last ? keyText(last) : null }
}

function rowOf(actor: Actor, row: Row, titles: ReadonlyMap<string, string>): Omit<QueueRow, 'lookers'> {
  const { file, author } = row
  const team = sayPlace(file, row)
  const { id, version, cause, flagCount, state: caseState, escalatedTo, urgent, openedAt, dueAt } = file
  const kind = kindOf(file)
  const state = row.commentState ?? (row.postState === null ? null : postState(row.postState))
  const notMine = reasonAgainst(actor, row)
  return {
    id,
    version,
    kind,
    cause,
    flagCount,
    team,
    author,
    caseState,
    escalatedTo,
    urgent,
    openedAt,
    dueAt,
    state,
    notMine,
    ...sayClock(dueAt, now(), runsThrough(file)),
    heading: sayHeading(file, kind),
    href: file.draftId === null ? `/moderation/cases/${id}` : `/officers/drafts/${file.draftId}`,
    because: becauseOf(row, titles),
    title: file.title ?? (kind === 'comment' && !mayRead(actor, file) ? '' : row.conversation) ?? '',
    excerpt: row.sealed || state === 'disposed' ? null : row.bodyHtml === null ? file.snapshot.body.slice(0, 200) : summarise(row.bodyHtml, 200),
    firstDecider: caseState === 'appealed' ? (row.decider ?? 'A colleague') : null,
    holder: file.assigneeId === null ? null : { id: file.assigneeId, name: row.holder ?? 'A colleague', since: file.assignedAt ?? openedAt },
    mine: file.assigneeId !== null && file.assigneeId === idOf(actor),
    selectable: inPressOffice(actor) && file.decidedAt === null && notMine === null && (kind === 'comment' || kind === 'post'),
  }
}

export const kindOf = (file: Pick<typeof cases.$inferSelect, `${ItemKind}Id`>): ItemKind => {
  if (file.commentId !== null) return 'comment'
  if (file.postId !== null) return 'post'
  if (file.draftId !== null) return 'draft'
  if (file.requestId !== null) return 'request'
  return file.noticeId === null ? 'proposal' : 'notice'
}

const HEADINGS: Record<Exclude<ItemKind, 'comment' | 'post'>, string> = {
  draft: 'Post that waits for approval',
  request: 'Request from a colleague',
  notice: 'Legal notice',
  proposal: 'Waits for a second person',
}
const BEFORE: Partial<Record<CaseCause, string>> = { held: 'Held', flagged: 'Flagged', hidden: 'Hidden' }

/** What a case is about, in words. */
export function sayHeading({ cause, state }: { cause: CaseCause; state: CaseState }, kind: ItemKind): string {
  if (kind !== 'comment' && kind !== 'post') return HEADINGS[kind]
  return state === 'appealed' ? `Appeal about a ${kind}` : `${BEFORE[cause] ?? 'Case about a'} ${kind}`
}

function becauseOf({ file, flagReasons }: Row, titles: ReadonlyMap<string, string>): string {
  const reasons = (flagReasons ?? []).map((code) => titles.get(code) ?? code)
  if (file.cause === 'flagged') return reasons.join(' · ') || file.because
  return [file.because, ...reasons].join(' · ')
}

function reasonAgainst(actor: Actor, { file, authorId, deciderId, askedBy: asker, commentState }: Row): string | null {
  const self = idOf(actor)
  if (asker !== null && asker === self) return 'You asked for it yourself: a colleague answers'
  if (authorId !== null && authorId === self) return 'You wrote this yourself'
  if (!decidesHere(actor, file) && commentState !== 'held') return 'The press office decides this'
  return file.state === 'appealed' && deciderId === self ? 'You decided first: a colleague hears the appeal' : null
}

/** The case to look at after this one: the head of the queue; null when nothing waits. */
export async function nextCase(db: Db, actor: Actor): Promise<number | null> {
  const [head] = await keysAfter(db, actor, EVERYTHING, null, 1)
  return head?.id ?? null
}

/** The first of a view that nobody has and this moderator may decide; at most a page of them, in order. */
export async function free(db: Db, actor: Actor, chosen: Chosen): Promise<number[]> {
  const keys = await keysAfter(db, actor, { ...chosen, view: 'unassigned' }, null, QUEUE_SIZE)
  const rows = await showRows(
    db,
    actor,
    keys.map(({ id }) => id),
  )
  return rows.filter(({ notMine }) => notMine === null).map(({ id }) => id)
}
