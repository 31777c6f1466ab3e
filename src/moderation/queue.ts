/**
 * One queue for everything that waits: most urgent first, then what is due first. Pages go by key, so the hundredth costs as much as the first.
 */
import { and, asc, eq, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { sayDuration } from '../text/dates.ts'
import { summarise } from '../text/markdown.ts'
import { onDesk } from './case.ts'
import { sayBy } from './clock.ts'
import { postState } from './item.ts'
import type { ItemState } from './policy.ts'
import { reasonTitles } from './reason.ts'
import { cases } from './schema.ts'

export const QUEUE_SIZE = 20

export interface QueueRow {
  id: number
  kind: 'comment' | 'post'
  cause: 'held' | 'flagged'
  /** The rule that held it; for a flagged item the reasons that people gave. */
  because: string
  flagCount: number
  team: string | null
  title: string
  excerpt: string
  author: string | null
  state: ItemState
  urgent: boolean
  openedAt: Date
  dueAt: Date
  late: boolean
  /** "2 hours left", "25 minutes late" */
  left: string
  /** "3pm today" */
  due: string
}

/** A place in the queue. */
export interface QueueKey {
  urgent: boolean
  dueAt: Date
  id: number
}

const keyText = ({ urgent, dueAt, id }: QueueKey): string => `${urgent ? 'u' : 's'}-${dueAt.getTime()}-${id}`

/** Reads a place from an address; null for anything that is none. */
export function queueKey(text: unknown): QueueKey | null {
  const parts = typeof text === 'string' ? /^([us])-(\d{1,15})-(\d{1,15})$/.exec(text) : null
  return parts ? { urgent: parts[1] === 'u', dueAt: new Date(Number(parts[2])), id: Number(parts[3]) } : null
}

const select = (db: Db, condition: SQL | undefined, limit: number) =>
  db
    .select({
      id: cases.id,
      commentId: cases.commentId,
      cause: cases.cause,
      because: cases.because,
      flagCount: cases.flagCount,
      flagReasons: sql<string[] | null>`(select array_agg(distinct flags.reason_code) from flags where flags.case_id = ${cases.id})`,
      urgent: cases.urgent,
      openedAt: cases.openedAt,
      dueAt: cases.dueAt,
      team: teams.name,
      title: conversations.title,
      author: accounts.displayName,
      commentState: comments.state,
      postState: posts.state,
      bodyHtml: sql<string>`coalesce(${comments.bodyHtml}, ${posts.bodyHtml})`,
    })
    .from(cases)
    .innerJoin(conversations, eq(conversations.id, cases.conversationId))
    .leftJoin(teams, eq(teams.id, cases.teamId))
    .leftJoin(comments, eq(comments.id, cases.commentId))
    .leftJoin(posts, eq(posts.id, cases.postId))
    .innerJoin(accounts, sql`${accounts.id} = coalesce(${comments.authorId}, ${posts.authorId})`)
    .where(and(eq(cases.state, 'open'), condition))
    .orderBy(asc(cases.dueAt), asc(cases.id))
    .limit(limit)

type Row = Awaited<ReturnType<typeof select>>[number]

/** The urgent ones and the others are two ranges of one index; a page takes from the first, then from the second. */
async function rowsAfter(db: Db, actor: Actor, after: QueueKey | null, limit: number): Promise<Row[]> {
  const range = (urgent: boolean, from: QueueKey | null) =>
    and(onDesk(actor), eq(cases.urgent, urgent), from ? sql`(${cases.dueAt}, ${cases.id}) > (${from.dueAt}::timestamptz, ${from.id})` : undefined)
  if (after && !after.urgent) return select(db, range(false, after), limit)
  const urgent = await select(db, range(true, after), limit)
  if (urgent.length === limit) return urgent
  return [...urgent, ...(await select(db, range(false, null), limit - urgent.length))]
}

/** The open cases on this actor's desk after a place in the queue, and the key of the next page; null when there is none. */
export async function queueOf(db: Db, actor: Actor, after: QueueKey | null): Promise<{ rows: QueueRow[]; next: string | null }> {
  const [found, titles] = await Promise.all([rowsAfter(db, actor, after, QUEUE_SIZE + 1), reasonTitles(db)])
  const page = found.slice(0, QUEUE_SIZE)
  const last = page.at(-1)
  return { rows: page.map((row) => rowOf(row, titles)), next: found.length > QUEUE_SIZE && last ? keyText(last) : null }
}

function rowOf(row: Row, titles: ReadonlyMap<string, string>): QueueRow {
  const { commentId, flagReasons, commentState, postState: stateOfPost, bodyHtml, ...shared } = row
  const reasons = (flagReasons ?? []).map((code) => titles.get(code) ?? code)
  return {
    ...shared,
    ...sayClock(row.dueAt, now()),
    kind: commentId === null ? 'post' : 'comment',
    because: row.cause === 'flagged' || reasons.length === 0 ? reasons.join(' · ') || row.because : [row.because, ...reasons].join(' · '),
    excerpt: summarise(bodyHtml, 200),
    state: commentState ?? postState(String(stateOfPost)),
  }
}

/** How a deadline stands. */
export function sayClock(dueAt: Date, moment: Date): { late: boolean; left: string; due: string } {
  const late = dueAt < moment
  const time = sayDuration(Math.abs(dueAt.getTime() - moment.getTime()))
  return { late, left: late ? `Late by ${time}` : `${time} left`, due: `due ${sayBy(dueAt, moment)}` }
}

/** The case to look at after this one: the next in the queue, or its head once the end is reached; null when nothing waits. */
export async function nextCase(db: Db, actor: Actor): Promise<number | null> {
  const [head] = await rowsAfter(db, actor, null, 1)
  return head?.id ?? null
}
