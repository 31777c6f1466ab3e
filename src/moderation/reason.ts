/**
 * Why something may be rejected or removed. Each reason has its public wording, and a new wording is a new version:
 * what was decided keeps the words with which it was decided.
 */
import { and, desc, eq, isNull } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { violated, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { deciderRole, maySetRules } from './policy.ts'
import { reasons } from './schema.ts'

export type Reason = typeof reasons.$inferSelect

/** The newest version of every reason in use, in the order of the house. */
async function currentReasons(db: Db): Promise<Reason[]> {
  const newest = await db.selectDistinctOn([reasons.code]).from(reasons).where(isNull(reasons.retiredAt)).orderBy(reasons.code, desc(reasons.version))
  return newest.toSorted((one, other) => one.position - other.position)
}

/** What residents choose from when they tell a moderator. */
export const reasonsForFlags = async (db: Db): Promise<Reason[]> => (await currentReasons(db)).filter((reason) => reason.forFlags)

/** Why something may be hidden at once: the press office by any reason, officers by what cannot wait. Criticism of an officer can. */
export const reasonsForHiding = async (db: Db, any: boolean): Promise<Reason[]> => (await currentReasons(db)).filter((reason) => any || reason.urgent)

/** What moderators choose from, and what the house rules name. */
export const reasonsForDecisions = currentReasons

/** The wording in force for a code; null when no such reason is in use. */
export async function reasonOf(db: Db, code: string): Promise<Reason | null> {
  const [found] = await db
    .select()
    .from(reasons)
    .where(and(eq(reasons.code, code), isNull(reasons.retiredAt)))
    .orderBy(desc(reasons.version))
    .limit(1)
  return found ?? null
}

/** The wording of that version, in use or not. */
export async function reasonByVersion(db: Db, code: string, version: number): Promise<Reason | null> {
  const [found] = await db
    .select()
    .from(reasons)
    .where(and(eq(reasons.code, code), eq(reasons.version, version)))
  return found ?? null
}

/** Titles by code, retired ones included. */
export async function reasonTitles(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.select({ code: reasons.code, title: reasons.title }).from(reasons).orderBy(reasons.version)
  return new Map(rows.map(({ code, title }) => [code, title]))
}

export interface ReasonVersion extends Reason {
  changedByName: string | null
}

/** All wordings of a reason, newest first. Throws `NotFound` for a code that never was one. */
export async function wordingsOf(db: Db, code: string): Promise<[ReasonVersion, ...ReasonVersion[]]> {
  const rows = await db
    .select({ reason: reasons, changedByName: accounts.displayName })
    .from(reasons)
    .leftJoin(accounts, eq(accounts.id, reasons.changedBy))
    .where(eq(reasons.code, code))
    .orderBy(desc(reasons.version))
  const [newest, ...earlier] = rows.map(({ reason, changedByName }) => ({ ...reason, changedByName }))
  if (!newest) throw new NotFound('reason')
  return [newest, ...earlier]
}

export interface NewWording {
  title: string
  publicText: string
  /** Offered in "Tell a moderator". */
  forFlags: boolean
  /** Why the wording changes. */
  note: string
  /** The version that was in view. */
  version: number
}

/** Puts a new wording in force. The same words again change nothing. Throws `Forbidden`, `NotFound`, and `Overtaken` when a colleague changed it first. */
export async function rewordReason(db: Database, actor: SignedIn, code: string, input: NewWording): Promise<void> {
  if (!maySetRules(actor)) throw new Forbidden('Only the press office keeps the reasons.')
  const [current] = await wordingsOf(db, code)
  if (isSame(current, input)) return
  if (current.version !== input.version) throw new Overtaken(`A colleague changed this wording first: “${current.publicText}” Nothing was changed.`)
  try {
    await db.transaction((tx) => storeWording(tx, actor, current, input))
  } catch (error) {
    if (violated(error) !== 'reasons_code_version_pk') throw error
    throw new Overtaken('A colleague changed this wording at the same moment. Nothing was changed.')
  }
}

const isSame = (reason: Reason, { title, publicText, forFlags }: NewWording): boolean =>
  reason.title === title && reason.publicText === publicText && reason.forFlags === forFlags

async function storeWording(tx: Tx, actor: SignedIn, current: Reason, { title, publicText, forFlags, note }: NewWording): Promise<void> {
  const { code, urgent, position } = current
  const version = current.version + 1
  await tx
    .insert(reasons)
    .values({ code, version, title, publicText, urgent, forFlags, position, changedBy: actor.accountId, changedAt: now(), note })
  await writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor),
    act: 'reword',
    item: 'reason',
    itemId: position,
    audience: 'staff',
    teamId: null,
    teamName: null,
    fromState: `version ${current.version}`,
    toState: `version ${version}`,
    reasonCode: code,
    reasonTitle: title,
    publicText,
    note,
  })
}
