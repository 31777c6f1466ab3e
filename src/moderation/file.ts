/**
 * A case with everything that a moderator needs to decide it in one view: the item as it stood and as it stands, what stands around it,
 * who wrote it and what became of their earlier words, what people told us, and how the like was decided before.
 */
import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { authorRecord, type AuthorRecord } from '../conversations/context.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { renderComment, renderPost } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { onDesk, type Case } from './case.ts'
import { decisionOf, type Decision } from './history.ts'
import { actsOn, isOwn, mayDecide } from './policy.ts'
import { sayClock } from './queue.ts'
import { reasonTitles } from './reason.ts'
import { cases, decisions, flags, type Act } from './schema.ts'
import { surroundingsOf, type Surroundings } from './surroundings.ts'

export interface FlagShown {
  reason: string
  note: string | null
  at: Date
  /** "somebody with an account", "a visitor": enough for a moderator. */
  by: string
}

export interface EarlierDecision {
  caseId: number
  act: Act
  reason: string | null
  at: Date
  /** About the same author, or for a reason that people name now. */
  like: 'author' | 'reason'
}

export interface CaseFile extends Pick<Case, 'id' | 'cause' | 'because' | 'state' | 'version' | 'urgent' | 'flagCount' | 'openedAt' | 'dueAt'> {
  clock: { late: boolean; left: string; due: string }
  surroundings: Surroundings
  /** The item as it stood when the case was opened; null while it stands as it did. */
  asOpened: SafeHtml | null
  author: AuthorRecord
  flags: FlagShown[]
  earlier: EarlierDecision[]
  decision: (Decision & { reason: string | null }) | null
  /** What this moderator can decide now. */
  acts: Act[]
  /** Why this moderator can decide nothing, when so. */
  cannot: string | null
}

const FLAGS_SHOWN = 50
const EARLIER_SHOWN = 5

/** Throws `NotFound` for a case that is not on this actor's desk. */
export async function caseFile(db: Db, actor: Actor, id: number): Promise<CaseFile> {
  const [file] = await db
    .select()
    .from(cases)
    .where(and(eq(cases.id, id), onDesk(actor)))
  if (!file) throw new NotFound('case')
  const [surroundings, told, titles, decision] = await Promise.all([
    surroundingsOf(db, actor, file),
    flagsOf(db, file.id),
    reasonTitles(db),
    decisionOf(db, file.id),
  ])
  const { item } = surroundings
  const codes = [...new Set(told.map((flag) => flag.reasonCode))]
  const [author, earlier] = await Promise.all([authorRecord(db, item.authorId), earlierDecisions(db, actor, file, item.authorId, codes)])
  const title = (code: string | null) => (code === null ? null : (titles.get(code) ?? code))
  return {
    ...file,
    clock: sayClock(file.dueAt, now()),
    surroundings,
    asOpened: asOpened(file, item.version),
    author,
    flags: told.map(({ reasonCode, ...flag }) => ({ ...flag, reason: title(reasonCode) ?? reasonCode })),
    earlier: earlier.map(({ reasonCode, ...one }) => ({ ...one, reason: title(reasonCode) })),
    decision: decision && { ...decision, reason: title(decision.reasonCode) },
    ...possibleActs(actor, file, surroundings),
  }
}

function asOpened(file: Case, version: number): SafeHtml | null {
  if (file.snapshot.version === version) return null
  return trusted(file.postId === null ? renderComment(file.snapshot.body) : renderPost(file.snapshot.body))
}

function possibleActs(actor: Actor, file: Case, { item }: Surroundings): Pick<CaseFile, 'acts' | 'cannot'> {
  if (file.state === 'decided') return { acts: [], cannot: null }
  const acts = actsOn(item.state).filter((act) => mayDecide(actor, { ...file, authorId: item.authorId }, act))
  if (acts.length > 0) return { acts, cannot: null }
  return { acts, cannot: isOwn(actor, item) ? 'You wrote this yourself. A colleague has to decide on it.' : 'Only the press office can decide this.' }
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

const select = (db: Db) =>
  db.select({ caseId: decisions.caseId, act: decisions.act, reasonCode: decisions.reasonCode, at: decisions.at, id: decisions.id }).from(decisions)

// A prolific author's whole past is no help, and would cost more every year.
const AUTHORS_ITEMS = 200

async function earlierDecisions(db: Db, actor: Actor, file: Case, authorId: number, codes: string[]) {
  const latest = db
    .select({ id: comments.id })
    .from(comments)
    .where(eq(comments.authorId, authorId))
    .orderBy(desc(comments.id))
    .limit(AUTHORS_ITEMS)
    .as('latest')
  const other = and(onDesk(actor), ne(cases.id, file.id))
  const [byAuthor, byReason] = await Promise.all([
    select(db)
      .innerJoin(cases, eq(cases.id, decisions.caseId))
      .innerJoin(latest, eq(latest.id, cases.commentId))
      .where(other)
      .orderBy(desc(decisions.id))
      .limit(EARLIER_SHOWN),
    codes.length === 0
      ? []
      : select(db)
          .innerJoin(cases, eq(cases.id, decisions.caseId))
          .where(and(other, inArray(decisions.reasonCode, codes)))
          .orderBy(desc(decisions.id))
          .limit(EARLIER_SHOWN),
  ])
  const seen = new Set(byAuthor.map((decision) => decision.id))
  return [
    ...byAuthor.map(({ id: _id, ...decision }) => ({ ...decision, like: 'author' as const })),
    ...byReason.filter((decision) => !seen.has(decision.id)).map(({ id: _id, ...decision }) => ({ ...decision, like: 'reason' as const })),
  ]
}
