/**
 * Who is in a circle: joining, leaving, being asked to go, owning it. Somebody of the force answers for every circle that is not closed:
 * its last owner names another, or closes it.
 */
import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { circleMembers } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { isMember, isOneself, requireColleague, requireVoice } from './policy.ts'
import { circleInvitations, circleRequests } from './schema.ts'
import {
  inForceMember,
  keepCircle,
  logCircle,
  ownersInForce,
  requireOpen,
  roleIn,
  takeCircle,
  tellOfCircle,
  type CircleRow,
  type Taken,
} from './standing.ts'

/** How somebody came in; the word stands in the activity. */
export type Way = 'joined' | 'let-in' | 'invited'

export interface Entrance {
  accountId: number
  /** Of partner staff: both; null for colleagues. */
  organisationId: number | null
  expiresAt: Date | null
  how: Way
  invitedBy?: number
}

/** Twelve months, as every role of staff. */
export const PARTNER_MONTHS = 12

export function partnerEnd(from: Date = now()): Date {
  const end = new Date(from)
  end.setUTCMonth(end.getUTCMonth() + PARTNER_MONTHS)
  return end
}

/** Puts somebody in, for a circle that is locked. Who is in already stays as they are. What else waited for them is answered with it. */
export async function enter(
  tx: Tx,
  actorId: number,
  circle: CircleRow,
  { accountId, organisationId, expiresAt, how, invitedBy }: Entrance,
): Promise<void> {
  const moment = now()
  const fresh = { role: 'member' as const, organisationId, expiresAt, joinedAt: moment, leftAt: null, removedBy: null, removedBecause: null }
  const [entered] = await tx
    .insert(circleMembers)
    .values({ circleId: circle.id, accountId, ...fresh })
    .onConflictDoUpdate({
      target: [circleMembers.circleId, circleMembers.accountId],
      set: fresh,
      setWhere: sql`circle_members.left_at is not null or circle_members.organisation_id is distinct from excluded.organisation_id
        or circle_members.expires_at <= ${moment}`,
    })
    .returning({ accountId: circleMembers.accountId })
  await settleWaiting(tx, invitedBy ?? actorId, circle.id, accountId)
  if (entered) await tellOfCircle(tx, actorId, 'circle.joined', circle, { accountId, how, ...(invitedBy ? { invitedBy } : {}) })
}

async function settleWaiting(tx: Tx, actorId: number, circleId: number, accountId: number): Promise<void> {
  const [requested, invited] = [circleRequests, circleInvitations].map((table) =>
    and(eq(table.circleId, circleId), eq(table.accountId, accountId), isNull(table.answer)),
  )
  await tx.update(circleRequests).set({ answer: 'let-in', answeredBy: actorId, answeredAt: now() }).where(requested)
  await tx.update(circleInvitations).set({ answer: 'accepted', answeredAt: now() }).where(invited)
}

/** With one press, for open circles. Joining twice is joining once. Whoever was asked to go comes back when an owner invites them. */
export const joinCircle = (db: Database, actor: SignedIn, circleId: number): Promise<void> =>
  db.transaction(async (tx) => {
    requireColleague(actor)
    const taken = await takeCircle(tx, circleId, [actor.accountId])
    if (roleIn(taken, actor.accountId)) return
    if (taken.circle.kind === 'private') throw new NotFound('circle')
    if (taken.circle.kind !== 'open') throw new Forbidden('Ask to join this circle: its owners let people in.')
    requireOpen(taken.circle)
    requireVoice(actor, null)
    if (taken.rows.get(actor.accountId)?.removedBy) throw new Forbidden('An owner removed you from this circle. An owner can invite you back.')
    await enter(tx, actor.accountId, taken.circle, { accountId: actor.accountId, organisationId: null, expiresAt: null, how: 'joined' })
  })

/**
 * Leaves. The last owner names another (`successorId`); throws `Refused` (field `successor`) where one is needed, or cannot be it.
 * Whoever left before has left. What they wrote stays.
 */
export const leaveCircle = (db: Database, actor: SignedIn, circleId: number, successorId: number | null): Promise<void> =>
  db.transaction(async (tx) => {
    const taken = await takeCircle(tx, circleId, [actor.accountId, ...(successorId === null ? [] : [successorId])])
    if (!taken.rows.has(actor.accountId)) throw new NotFound('circle')
    const role = roleIn(taken, actor.accountId)
    if (role === null) return
    if (role === 'owner' && taken.circle.closedAt === null && (await isLastOwner(tx, circleId, actor.accountId)))
      await succeed(tx, actor, taken, successorId)
    await part(tx, actor, taken.circle, actor.accountId, { how: 'left' })
  })

async function isLastOwner(tx: Tx, circleId: number, accountId: number): Promise<boolean> {
  const owners = await ownersInForce(tx, circleId)
  return owners.length === 1 && owners[0]?.accountId === accountId
}

async function succeed(tx: Tx, actor: SignedIn, taken: Taken, successorId: number | null): Promise<void> {
  const last = 'You are the last owner'
  if (successorId === null || isOneself(actor, successorId))
    throw new Refused(last, { successor: 'Choose who owns the circle after you, or close it: a circle needs somebody who answers for it' })
  await requireColleagueIn(tx, taken.circle.id, successorId, new Refused(last, { successor: 'Choose somebody of the force who is in the circle' }))
  await setRole(tx, actor, taken.circle, successorId, 'owner')
}

async function requireColleagueIn(tx: Tx, circleId: number, accountId: number, otherwise: Error): Promise<void> {
  const [found] = await tx
    .select({ id: circleMembers.accountId })
    .from(circleMembers)
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.organisationId), inForceMember()))
  if (!found) throw otherwise
}

async function part(
  tx: Tx,
  actor: SignedIn,
  circle: CircleRow,
  accountId: number,
  { how, because = null }: { how: 'left' | 'removed'; because?: string | null },
): Promise<void> {
  await tx
    .update(circleMembers)
    .set({ leftAt: now(), removedBy: how === 'removed' ? actor.accountId : null, removedBecause: because })
    .where(rowOf(circle.id, accountId))
  await tellOfCircle(tx, actor.accountId, 'circle.left', circle, { accountId, how })
}

const rowOf = (circleId: number, accountId: number) => and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId))

/** An owner asks somebody to go, with a reason that they read. An owner is first made a member. Throws `NotFound` for who is not in it. */
export const removeMember = (db: Database, actor: SignedIn, circleId: number, accountId: number, because: string): Promise<void> =>
  db.transaction(async (tx) => {
    const taken = await keepCircle(tx, actor, circleId, [accountId])
    if (!taken.rows.has(accountId)) throw new NotFound('member')
    const role = roleIn(taken, accountId)
    if (role === null) return
    if (isOneself(actor, accountId)) throw new Forbidden('To go yourself, leave the circle.')
    if (role === 'owner') throw new Forbidden('This is an owner. End their ownership first.')
    await part(tx, actor, taken.circle, accountId, { how: 'removed', because })
    await logCircle(tx, actor, 'circle-member-removed', taken.circle)
  })

/** Makes a member an owner, or an owner a member. Throws `Forbidden` where nobody of the force would own it any more. */
export const setOwner = (db: Database, actor: SignedIn, circleId: number, accountId: number, owns: boolean): Promise<void> =>
  db.transaction(async (tx) => {
    const taken = await keepCircle(tx, actor, circleId, [accountId])
    const role = roleIn(taken, accountId)
    if (role === null) throw new NotFound('member')
    const wanted = owns ? 'owner' : 'member'
    if (role === wanted) return
    if (!owns && (await isLastOwner(tx, circleId, accountId))) throw new Forbidden('This is the last owner. Name another first, or close the circle.')
    await setRole(tx, actor, taken.circle, accountId, wanted)
  })

async function setRole(tx: Tx, actor: SignedIn, circle: CircleRow, accountId: number, role: 'owner' | 'member'): Promise<void> {
  await tx.update(circleMembers).set({ role }).where(rowOf(circle.id, accountId))
  const what = role === 'owner' ? 'owner-made' : 'owner-ended'
  await tellOfCircle(tx, actor.accountId, 'circle.changed', circle, { what, accountId })
  await logCircle(tx, actor, `circle-${what}`, circle)
}

/** When no owner works for the force any more, a colleague who is in it takes it over. Throws `Forbidden` while there is one. */
export const takeOverCircle = (db: Database, actor: SignedIn, circleId: number): Promise<void> =>
  db.transaction(async (tx) => {
    requireColleague(actor)
    const taken = await takeCircle(tx, circleId, [actor.accountId])
    if (roleIn(taken, actor.accountId) === null || !isMember(actor, circleId)) throw new NotFound('circle')
    requireOpen(taken.circle)
    requireVoice(actor, circleId)
    const owners = await ownersInForce(tx, circleId)
    if (owners.some(({ accountId }) => accountId === actor.accountId)) return
    if (owners.length > 0) throw new Forbidden('The circle has an owner. Ask them.')
    await setRole(tx, actor, taken.circle, actor.accountId, 'owner')
  })

/** Another twelve months from now for somebody of an organisation. Throws `NotFound`; `Forbidden` when the organisation or their mailbox is no longer among those let in. */
export const renewMember = (db: Database, actor: SignedIn, circleId: number, accountId: number): Promise<void> =>
  db.transaction(async (tx) => {
    const taken = await keepCircle(tx, actor, circleId, [accountId])
    const row = taken.rows.get(accountId)
    if (!row || row.leftAt !== null || row.organisationId === null) throw new NotFound('member')
    await tx.update(circleMembers).set({ expiresAt: partnerEnd() }).where(rowOf(circleId, accountId))
    const [still] = await tx
      .select({ id: circleMembers.accountId })
      .from(circleMembers)
      .where(and(rowOf(circleId, accountId), inForceMember()))
    if (!still) throw new Forbidden('Their organisation, or their mailbox, is no longer among those that the force lets in.')
    await tellOfCircle(tx, actor.accountId, 'circle.changed', taken.circle, { what: 'renewed', accountId })
    await logCircle(tx, actor, 'circle-member-renewed', taken.circle)
  })

/** Takes those out whose time has run out, so that counts and follows say what is so: their rights ended by themselves. */
export async function endExpired(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const over = and(isNull(circleMembers.leftAt), sql`${circleMembers.expiresAt} <= ${now()}`)
    await endRows(
      tx,
      await tx.select().from(circleMembers).where(over).orderBy(circleMembers.circleId, circleMembers.accountId).for('no key update'),
      null,
      'expired',
    )
  })
}

/** Ends rows that the caller has locked, in order. */
export async function endRows(
  tx: Tx,
  rows: readonly { circleId: number; accountId: number }[],
  actorId: number | null,
  how: 'expired' | 'organisation',
): Promise<void> {
  if (rows.length === 0) return
  await tx
    .update(circleMembers)
    .set({ leftAt: now() })
    .where(or(...rows.map(({ circleId, accountId }) => rowOf(circleId, accountId))))
  for (const { circleId, accountId } of rows) await tellOfCircle(tx, actorId, 'circle.left', { id: circleId, teamId: null }, { accountId, how })
}
