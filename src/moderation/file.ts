/**
 * A case with everything that a moderator needs to decide it in one view: the item as it stood and as it stands, what stands around it,
 * who wrote it and what became of their earlier words, what people told us, how the like was decided before, and what happened to the case.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { idOf, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { authorRecord, type AuthorRecord } from '../conversations/context.ts'
import { conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { differenceInLines, isSame, type Piece } from '../text/difference.ts'
import { colleaguesFor, type Colleague } from './assignment.ts'
import { onDesk, type Case } from './case.ts'
import { runsThrough, sayClock, type Countdown } from './countdown.ts'
import { decisionOf, type Decision } from './history.ts'
import { earlierDecisions, type EarlierDecision } from './like.ts'
import { deskOf, inPressOffice } from './policy.ts'
import { circleNamed, sayPlace } from './place.ts'
import { kindOf, sayHeading } from './queue.ts'
import { reasonTitles } from './reason.ts'
import { cases, flags } from './schema.ts'
import { surroundingsOf, type Surroundings } from './surroundings.ts'
import { timelineOf, type Moment } from './timeline.ts'
import { itemNamedBy } from './upstairs.ts'
import type { ItemKind } from './view.ts'
import { lookers } from './visit.ts'

export interface FlagShown {
  reason: string
  note: string | null
  at: Date
  /** "somebody with an account", "a visitor": enough for a moderator. */
  by: string
}

/** The bare case, without the words that it keeps: those of a sealed item are nobody's to read. */
export interface CaseFile extends Omit<Case, 'snapshot' | 'title'> {
  kind: ItemKind
  /** "Held comment" */
  heading: string
  title: string
  /** The team, or where in the staff network; null for the whole force. */
  team: string | null
  clock: Countdown
  /** Of a draft, request, notice or proposal: what it says. */
  words: string | null
  /** The page on which the conversation stands that it is about; null when there is none. */
  path: string | null
  /** Null when it is about no comment or post. */
  surroundings: Surroundings | null
  /** What changed since the case was opened, line by line; null while it stands as it did. */
  changes: Piece[][] | null
  author: AuthorRecord | null
  flags: FlagShown[]
  earlier: EarlierDecision[]
  decision: (Decision & { reason: string | null }) | null
  timeline: Moment[]
  /** Who has it. */
  holder: { id: number; name: string; since: Date } | null
  mine: boolean
  /** Others who have it in view now. */
  lookers: string[]
  /** Those who may be asked to take it; empty for who may not ask. */
  colleagues: Colleague[]
  /** May escalate it, and bring it back. */
  mayEscalate: boolean
}

const FLAGS_SHOWN = 50

/** The bare case. Throws `NotFound` for one that is not on this actor's desk. */
export async function caseRow(db: Db, actor: Actor, id: number): Promise<Case> {
  const [file] = await db
    .select()
    .from(cases)
    .where(and(eq(cases.id, id), onDesk(actor)))
  if (!file) throw new NotFound('case')
  return file
}

/** Throws `NotFound` for a case that is not on this actor's desk. */
export async function caseFile(db: Db, actor: Actor, id: number): Promise<CaseFile> {
  const row = await caseRow(db, actor, id)
  const ref = await itemNamedBy(db, row)
  const [surroundings, told, titles, decision, about, desk] = await Promise.all([
    ref && surroundingsOf(db, actor, ref),
    flagsOf(db, row.id),
    reasonTitles(db),
    decisionOf(db, row.id),
    aboutOf(db, row),
    deskOfCase(db, actor, row),
  ])
  const authorId = surroundings?.item.authorId ?? null
  const codes = [...new Set(told.map((flag) => flag.reasonCode))]
  const [author, earlier] = await Promise.all([
    authorId === null ? null : recordOf(db, actor, authorId, surroundings),
    earlierDecisions(db, actor, row, authorId, codes),
  ])
  const title = (code: string | null) => (code === null ? null : (titles.get(code) ?? code))
  const { snapshot, title: own, ...file } = row
  const kind = kindOf(row)
  const isItem = kind === 'comment' || kind === 'post'
  return {
    ...file,
    ...desk,
    kind,
    heading: sayHeading(row, kind),
    title: own ?? surroundings?.title ?? about.title ?? '',
    team: sayPlace(row, { ...about, team: surroundings?.team ?? about.team }),
    path: surroundings ? surroundings.path : about.path,
    words: isItem ? null : snapshot.body,
    clock: sayClock(row.dueAt, now(), runsThrough(row)),
    surroundings,
    changes: isItem && surroundings ? changesSince(snapshot, surroundings) : null,
    author,
    flags: told.map(({ reasonCode, ...flag }) => ({ ...flag, reason: title(reasonCode) ?? reasonCode })),
    earlier: earlier.map(({ reasonCode, ...one }) => ({ ...one, reason: title(reasonCode) })),
    decision: decision && { ...decision, reason: title(decision.reasonCode) },
  }
}

function changesSince(snapshot: Case['snapshot'], { item }: Surroundings): Piece[][] | null {
  if (snapshot.version === item.version || item.wordless) return null
  const lines = differenceInLines(snapshot.body, item.plain)
  return isSame(lines.flat()) ? null : lines
}

/** The author's record, without the item itself. */
async function recordOf(db: Db, actor: Actor, authorId: number, surroundings: Surroundings | null): Promise<AuthorRecord> {
  const record = await authorRecord(db, authorId, deskOf(actor))
  const item = surroundings?.item
  return { ...record, recent: record.recent.filter(({ id }) => surroundings?.kind !== 'comment' || id !== item?.id) }
}

/** What the case itself is about, and where. */
async function aboutOf(db: Db, file: Case) {
  const [found] = await db
    .select({ title: conversations.title, path: conversations.path, team: teams.name, circle: circleNamed })
    .from(cases)
    .leftJoin(conversations, eq(conversations.id, cases.conversationId))
    .leftJoin(teams, eq(teams.id, cases.teamId))
    .where(eq(cases.id, file.id))
  return found ?? { title: null, path: null, team: null, circle: null }
}

/** Who has it, who looks at it, what happened to it, and what this moderator may do about that. */
async function deskOfCase(
  db: Db,
  actor: Actor,
  file: Case,
): Promise<Pick<CaseFile, 'holder' | 'mine' | 'lookers' | 'timeline' | 'colleagues' | 'mayEscalate'>> {
  const [timeline, looking, holder, colleagues] = await Promise.all([
    timelineOf(db, file),
    lookers(db, actor, [file.id]),
    file.assigneeId === null ? null : nameOf(db, file.assigneeId),
    file.waits && inPressOffice(actor) ? colleaguesFor(db, file) : [],
  ])
  return {
    timeline,
    lookers: looking.get(file.id) ?? [],
    holder: file.assigneeId === null ? null : { id: file.assigneeId, name: holder ?? 'A colleague', since: file.assignedAt ?? file.openedAt },
    mine: file.assigneeId !== null && file.assigneeId === idOf(actor),
    colleagues: colleagues.filter(({ id }) => id !== file.assigneeId && id !== idOf(actor)),
    mayEscalate: file.decidedAt === null && inPressOffice(actor),
  }
}

async function nameOf(db: Db, accountId: number): Promise<string | null> {
  const [found] = await db.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, accountId))
  return found?.name ?? null
}

/** The latest of what people told us, first the newest. Who they were stays with the table. */
async function flagsOf(db: Db, caseId: number): Promise<(Omit<FlagShown, 'reason'> & { reasonCode: string })[]> {
  const rows = await db
    .select({ reasonCode: flags.reasonCode, note: flags.note, at: flags.at, known: sql<boolean>`${flags.accountId} is not null` })
    .from(flags)
    .where(eq(flags.caseId, caseId))
    .orderBy(desc(flags.id))
    .limit(FLAGS_SHOWN)
  return rows.map(({ known, ...flag }) => ({ ...flag, by: known ? 'somebody with an account' : 'a visitor' }))
}
