/**
 * The circle in which something is about to be done: locked, so that acts on one circle follow one another, and what the actor is in it.
 *
 * Rows of members are locked before the circle, and in one order: whoever publishes locks their own row first too (see network/post.ts).
 */
import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { at, worksHere } from '../accounts/duty.ts'
import { circleMembers, circles } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { circleAudience } from '../conversations/audience.ts'
import type { Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { isMember, mayKeepCircle, requireVoice } from './policy.ts'

export type CircleRow = typeof circles.$inferSelect
export type MemberRow = typeof circleMembers.$inferSelect

export interface Taken {
  circle: CircleRow
  /** Of those who were asked for, who have a row; also those who left. */
  rows: ReadonlyMap<number, MemberRow>
}

/** Locks the rows of these people and then the circle. Throws `NotFound` for a support circle, which has verbs of its own. */
export async function takeCircle(
  tx: Tx,
  circleId: number,
  accountIds: readonly number[],
  strength: 'no key update' | 'update' = 'no key update',
): Promise<Taken> {
  const rows = await tx
    .select()
    .from(circleMembers)
    .where(and(eq(circleMembers.circleId, circleId), inArray(circleMembers.accountId, [...accountIds])))
    .orderBy(circleMembers.accountId)
    .for('no key update')
  const [circle] = await tx.select().from(circles).where(eq(circles.id, circleId)).for(strength)
  if (!circle || circle.kind === 'support') throw new NotFound('circle')
  return { circle, rows: new Map(rows.map((row) => [row.accountId, row])) }
}

/** The role of somebody who is in it and has not left; whether their rights are in force is known by the session. */
export const roleIn = ({ rows }: Taken, accountId: number): 'owner' | 'member' | null => {
  const row = rows.get(accountId)
  return row && row.leftAt === null ? row.role : null
}

/** For an owner of the force. Throws `NotFound` for whoever is not in it, `Forbidden` for who does not own it or may not write, and once it is closed. */
export async function keepCircle(tx: Tx, actor: SignedIn, circleId: number, others: readonly number[] = [], strength?: 'update'): Promise<Taken> {
  const taken = await takeCircle(tx, circleId, [actor.accountId, ...others], strength)
  const role = roleIn(taken, actor.accountId)
  if (role === null || !isMember(actor, circleId)) throw taken.circle.kind === 'private' ? new NotFound('circle') : notYours()
  if (!mayKeepCircle(actor, { ...taken.circle, role })) throw notYours()
  requireVoice(actor, circleId)
  requireOpen(taken.circle)
  return taken
}

const notYours = (): Forbidden => new Forbidden('Only the owners of the circle do this.')

/** Throws `Forbidden`. */
export function requireOpen({ closedAt }: Pick<CircleRow, 'closedAt'>): void {
  if (closedAt !== null) throw new Forbidden('This circle is closed. It can be read, but nothing in it changes any more.')
}

/**
 * True for a row of `circle_members` whose rights are in force: the same rule as that of the session (accounts/circle.ts); a test holds the two together.
 * For statements over that table under its own name.
 */
export const inForceMember = (): SQL => {
  const moment = at(now())
  return sql`(circle_members.left_at is null and case when circle_members.organisation_id is null
    then ${worksHere(sql`circle_members.account_id`, moment)}
    else circle_members.expires_at > ${moment} and exists (select from organisations o, accounts a where o.id = circle_members.organisation_id
      and a.id = circle_members.account_id and o.ended_at is null and split_part(a.email, '@', 2) = any(o.domains)) end)`
}

/** Who owns it, works for the force and has a role in force. */
export const ownersInForce = (db: Db, circleId: number): Promise<{ accountId: number }[]> =>
  db
    .select({ accountId: circleMembers.accountId })
    .from(circleMembers)
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.role, 'owner'), isNull(circleMembers.organisationId), inForceMember()))

type Detail = Record<string, string | number | null>

/** Tells of an act on a circle. What it was called or why is never in it. */
export const tellOfCircle = (tx: Tx, actorId: number | null, kind: ActivityKind, circle: Pick<CircleRow, 'id' | 'teamId'>, detail: Detail = {}) =>
  recordActivity(tx, { kind, audience: circleAudience(circle.id), actorId, teamId: circle.teamId, detail: { circleId: circle.id, ...detail } })

/** The row of the log: who did it and when; null for what happens by itself. Last in its transaction, for whoever writes the log makes all others who write it wait. */
export async function logCircle(
  tx: Tx,
  actor: SignedIn | null,
  act: string,
  circle: Pick<CircleRow, 'id' | 'teamId'>,
  states: { fromState?: string; toState?: string; note?: string } = {},
): Promise<void> {
  const role = actor === null ? 'system' : (actor.duties[0]?.role ?? 'partner')
  const about = { item: 'circle' as const, itemId: circle.id, audience: circleAudience(circle.id), teamId: circle.teamId, teamName: null }
  await writeLog(tx, { actorId: actor?.accountId ?? null, role, act, ...about, ...states })
}
