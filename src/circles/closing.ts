/**
 * Closing a circle, for good: an owner does it; and one in which nobody of the force is any more closes by itself after a month, for somebody of the force answers for
 * who reads there.
 *
 * One order of locks for whoever meets here: conversations, rows of members, the circle. Whoever holds, opens or brings back a conversation has its lock, and the database
 * then asks for the circle.
 */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { at, isDuty, isForceRole } from '../accounts/duty.ts'
import { circleMembers, circles } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { circleAudience } from '../conversations/audience.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { isMember } from './policy.ts'
import { inForceMember, keepCircle, logCircle, takeCircle, tellOfCircle, type CircleRow } from './standing.ts'

/** What stands in it stays readable for its members and is added to no more. For good. */
export const closeCircle = (db: Database, actor: SignedIn, circleId: number, because: string): Promise<void> =>
  again(db, async (tx) => {
    const talk = isMember(actor, circleId) ? await lockTalk(tx, circleId) : null
    // For update: whoever publishes holds the circle until the post is there.
    const { circle } = await keepCircle(tx, actor, circleId, [], 'update')
    if (!(await isWhole(tx, circleId, talk))) return false
    await close(tx, actor, circle, because)
    return true
  })

/** Somebody has published between the two locks: begin again, so that the new conversation too is locked before the circle. */
async function again(db: Database, attempt: (tx: Tx) => Promise<boolean>): Promise<void> {
  while (!(await db.transaction(attempt)));
}

const talkOf = (db: Db, circleId: number) =>
  db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      inArray(
        conversations.id,
        db
          .select({ id: posts.conversationId })
          .from(posts)
          .where(eq(posts.audience, circleAudience(circleId))),
      ),
    )
    .orderBy(conversations.id)

/** Answers how many. */
const lockTalk = async (tx: Tx, circleId: number): Promise<number> => (await talkOf(tx, circleId).for('no key update')).length

const isWhole = async (tx: Tx, circleId: number, locked: number | null): Promise<boolean> => (await talkOf(tx, circleId)).length === locked

async function close(tx: Tx, actor: SignedIn | null, circle: CircleRow, because: string): Promise<void> {
  const { id } = circle
  const actorId = actor?.accountId ?? null
  await tx.update(circles).set({ closedAt: now(), closedBecause: because }).where(eq(circles.id, id))
  await archiveTalk(tx, actorId, id)
  await tx.execute(sql`update circle_invitations set answer = 'taken-back', answered_at = ${now()} where circle_id = ${id} and answer is null`)
  await tx.execute(sql`update circle_requests set answer = 'refused', answered_at = ${now()}, answered_by = ${actorId}, note = 'The circle was closed.'
    where circle_id = ${id} and answer is null`)
  await tellOfCircle(tx, actorId, 'circle.closed', circle)
  await logCircle(tx, actor, 'circle-closed', circle, actor === null ? { note: because } : {})
}

/** One statement and one row of the log for all of them: the circle is what was closed. */
const archiveTalk = (tx: Tx, actorId: number | null, circleId: number) =>
  tx.execute(sql`update conversations set mode = 'archived', mode_reason = 'The circle is closed.', mode_ends_at = null, legal_trigger = null,
      mode_set_by = ${actorId}, mode_set_at = ${now()}, version = version + 1
    where id in (select conversation_id from posts where audience = ${circleAudience(circleId)}) and mode <> 'archived'`)

/** So long may nobody of the force be in it. */
export const DESERTED_DAYS = 30
const BECAUSE = 'Nobody who works for the force has been in this circle for a month. It closed by itself.'

/**
 * Closes circles in which only people of other organisations are left: those that nobody of the force can find and join. An open circle stays: every colleague can come
 * in and take it over. Its members are told, and the log has a row by the system.
 */
export async function closeDeserted(db: Database): Promise<void> {
  const found = await db.select({ id: circles.id }).from(circles).where(isDeserted()).orderBy(circles.id)
  for (const { id } of found) await again(db, (tx) => closeOne(tx, id))
}

async function closeOne(tx: Tx, id: number): Promise<boolean> {
  const talk = await lockTalk(tx, id)
  const { circle } = await takeCircle(tx, id, [], 'update')
  // Somebody came back between finding and locking it.
  const [still] = await tx
    .select({ id: circles.id })
    .from(circles)
    .where(and(eq(circles.id, id), isDeserted()))
  if (!still) return true
  if (!(await isWhole(tx, id, talk))) return false
  await close(tx, null, circle, BECAUSE)
  return true
}

/** Over `circles`: nobody of the force is in it, and the last who was left, or had their last role end, so long ago. */
function isDeserted() {
  const moment = at(now())
  const since = at(new Date(now().getTime() - DESERTED_DAYS * 86_400_000))
  return and(
    isNull(circles.closedAt),
    inArray(circles.kind, ['restricted', 'private']),
    sql`not exists (select from ${circleMembers} where circle_members.circle_id = ${circles.id} and circle_members.organisation_id is null and ${inForceMember()})`,
    sql`not exists (select from ${circleMembers} where circle_members.circle_id = ${circles.id} and circle_members.organisation_id is null
      and (circle_members.left_at > ${since} or (circle_members.left_at is null and exists (select from role_grants g where g.account_id = circle_members.account_id
        and (${isDuty(moment)} or (${isForceRole} and g.confirmed_at is not null and least(coalesce(g.ended_at, g.expires_at), g.expires_at) > ${since}))))))`,
  )
}
