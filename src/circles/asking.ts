/**
 * Asking to be let into a restricted circle, with a few words for its owners, and their answer.
 */
import { and, asc, eq, gt, isNull, sql, type SQL } from 'drizzle-orm'
import { actorById } from '../accounts/known.ts'
import { accounts } from '../accounts/schema.ts'
import { isColleague, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { ownCircle } from './circle.ts'
import { enter } from './membership.ts'
import { mayKeepCircle, requireColleague, requireVoice } from './policy.ts'
import { circleRequests } from './schema.ts'
import { keepCircle, logCircle, requireOpen, roleIn, takeCircle, tellOfCircle } from './standing.ts'

const openOf = (circleId: number, accountId: number) =>
  and(eq(circleRequests.circleId, circleId), eq(circleRequests.accountId, accountId), isNull(circleRequests.answer))

/** Asking twice is asking once. Throws `NotFound`, `Forbidden`. */
export const askToJoin = (db: Database, actor: SignedIn, circleId: number, words: string): Promise<void> =>
  db.transaction(async (tx) => {
    requireColleague(actor)
    const taken = await takeCircle(tx, circleId, [actor.accountId])
    if (roleIn(taken, actor.accountId)) return
    if (taken.circle.kind === 'private') throw new NotFound('circle')
    if (taken.circle.kind !== 'restricted') throw new Forbidden('This circle is open: join it.')
    requireOpen(taken.circle)
    requireVoice(actor, null)
    const [made] = await tx
      .insert(circleRequests)
      .values({ circleId, accountId: actor.accountId, words, askedAt: now() })
      .onConflictDoNothing()
      .returning({ id: circleRequests.id })
    if (made) await tellOfCircle(tx, actor.accountId, 'circle.asked', taken.circle, { requestId: made.id, accountId: actor.accountId })
  })

/** Takes one's own request back; without one nothing changes. */
export async function withdrawRequest(db: Database, actor: SignedIn, circleId: number): Promise<void> {
  await db.update(circleRequests).set({ answer: 'withdrawn', answeredAt: now() }).where(openOf(circleId, actor.accountId))
}

export interface WaitingRequest {
  id: number
  accountId: number
  name: string
  words: string
  askedAt: Date
}

export const REQUESTS_SHOWN = 100

/** Requests that wait, oldest first, for the owners: a page of at most 100 after that one. Throws `NotFound`, `Forbidden`. */
export async function waitingRequests(db: Db, actor: Actor, circleId: number, after: number | null = null): Promise<WaitingRequest[]> {
  await requireKeeper(db, actor, circleId)
  return waiting(db, circleId, after === null ? undefined : gt(circleRequests.id, after))
}

/** One of them, however many wait; null when it was answered, or taken back. Throws `NotFound`, `Forbidden`. */
export async function waitingRequest(db: Db, actor: Actor, circleId: number, id: number): Promise<WaitingRequest | null> {
  await requireKeeper(db, actor, circleId)
  return (await waiting(db, circleId, eq(circleRequests.id, id)))[0] ?? null
}

async function requireKeeper(db: Db, actor: Actor, circleId: number): Promise<void> {
  if (!mayKeepCircle(actor, await ownCircle(db, actor, circleId))) throw new Forbidden('Only the owners of the circle see who asked.')
}

async function waiting(db: Db, circleId: number, which: SQL | undefined): Promise<WaitingRequest[]> {
  const rows = await db
    .select({
      id: circleRequests.id,
      accountId: circleRequests.accountId,
      name: accounts.displayName,
      words: circleRequests.words,
      askedAt: circleRequests.askedAt,
    })
    .from(circleRequests)
    .innerJoin(accounts, eq(accounts.id, circleRequests.accountId))
    .where(and(eq(circleRequests.circleId, circleId), isNull(circleRequests.answer), which))
    .orderBy(asc(circleRequests.id))
    .limit(REQUESTS_SHOWN)
  return rows.map(({ name, ...row }) => ({ ...row, name: name ?? 'A colleague' }))
}

export interface RequestAnswer {
  answer: 'let-in' | 'refused'
  /** For whoever asked; needed to refuse. */
  note: string | null
}

/** Lets in or refuses. The same answer again changes nothing; throws `Overtaken` when another owner answered otherwise. */
export async function answerRequest(
  db: Database,
  actor: SignedIn,
  requestId: number,
  { answer, note }: RequestAnswer,
): Promise<{ circleId: number }> {
  const [known] = await db.select().from(circleRequests).where(eq(circleRequests.id, requestId))
  if (!known) throw new NotFound('request')
  const { circleId, accountId } = known
  return db.transaction(async (tx) => {
    const { circle } = await keepCircle(tx, actor, circleId, [accountId])
    const [request] = await tx.select().from(circleRequests).where(eq(circleRequests.id, requestId)).for('update')
    if (request?.answer === answer) return { circleId }
    if (!request || request.answer !== null) throw new Overtaken('This request was answered, or taken back, meanwhile. Nothing was changed.')
    if (answer === 'refused' && note === null) throw new Refused('Say why', { note: 'Say why, in a sentence that whoever asked will read' })
    await tx.update(circleRequests).set({ answer, note, answeredBy: actor.accountId, answeredAt: now() }).where(eq(circleRequests.id, requestId))
    await tellOfCircle(tx, actor.accountId, 'circle.answered', circle, { requestId, accountId, answer })
    if (answer === 'let-in') await letIn(tx, actor, circle, accountId)
    return { circleId }
  })
}

async function letIn(tx: Tx, actor: SignedIn, circle: Parameters<typeof enter>[2], accountId: number): Promise<void> {
  if (!isColleague(await actorById(tx, accountId))) throw new Refused('They cannot be let in', { answer: 'They do not work for the force any more' })
  await enter(tx, actor.accountId, circle, { accountId, organisationId: null, expiresAt: null, how: 'let-in' })
  await logCircle(tx, actor, 'circle-let-in', circle)
}

/** How the last request of somebody was answered, with the owners' note; null while it waits, or without one. */
export async function lastAnswer(db: Db, actor: SignedIn, circleId: number): Promise<{ answer: 'refused'; note: string | null; at: Date } | null> {
  const [row] = await db
    .select({ answer: circleRequests.answer, note: circleRequests.note, at: circleRequests.answeredAt })
    .from(circleRequests)
    .where(and(eq(circleRequests.circleId, circleId), eq(circleRequests.accountId, actor.accountId)))
    .orderBy(sql`${circleRequests.id} desc`)
    .limit(1)
  return row?.answer === 'refused' && row.at !== null ? { answer: 'refused', note: row.note, at: row.at } : null
}
