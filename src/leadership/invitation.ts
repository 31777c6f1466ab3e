/**
 * Invited to a focus group: colleagues found by name, each answers for themself, and nobody more comes than there are places.
 */
import { and, asc, eq, inArray, ne, notExists, notInArray, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark, type Actor, type SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import { tellOfPost } from '../posts/stored-post.ts'
import { groupById, lockGroup, type Group } from './group.ts'
import { readsThere, standingOf } from './insider.ts'
import { isConvener, mayInvite, requireVoice } from './policy.ts'
import { focusGroupPeople } from './schema.ts'

export interface Person {
  id: number
  name: string | null
  mark: string | null
}

export interface Invited extends Person {
  answer: 'coming' | 'not-coming' | null
}

const FOUND = 20
export const MOST_INVITED = 300

/** Colleagues who could be invited, by a part of their name; whoever is already is not among them. Throws `NotFound`, `Forbidden`. */
export async function colleaguesToInvite(db: Db, actor: Actor, postId: number, name: string): Promise<Person[]> {
  const group = await groupById(db, actor, postId)
  if (!isConvener(actor, group)) throw new Forbidden('Whoever set up the group invites to it.')
  const part = name.trim().toLowerCase()
  if (part.length < 2) return []
  const inside = `%${part.replace(/[\\%_]/g, '\\$&')}%`
  const invited = db
    .select({ one: sql`1` })
    .from(focusGroupPeople)
    .where(and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.accountId, accounts.id)))
  const moment = now()
  const rows = await db
    .select({ id: accounts.id, name: accounts.displayName, standing: standingOf(moment) })
    .from(accounts)
    .where(
      and(
        sql`lower(${accounts.displayName}) like ${inside}`,
        ne(accounts.id, group.authorId),
        readsThere(group.audience, moment),
        notExists(invited),
      ),
    )
    .orderBy(asc(accounts.displayName), asc(accounts.id))
    .limit(FOUND)
  return rows.map(personOf)
}

const personOf = <Row extends { standing: { role: Parameters<typeof sayMark>[0]; team: string | null } | null }>({ standing, ...row }: Row) => ({
  ...row,
  mark: standing && sayMark(standing.role, standing.team),
})

/** Who was invited is invited once. Throws `NotFound`, `Forbidden`, and `Refused` (field `who`) for somebody who does not read where it stands. */
export async function inviteColleagues(db: Database, actor: SignedIn, postId: number, accountIds: readonly number[]): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    if (!mayInvite(actor, group, group.state)) throw new Forbidden(uninvitingBecause(actor, group))
    requireVoice(actor, post)
    const ids = [...new Set(accountIds)].filter((id) => id !== group.authorId)
    await requireReaders(tx, group, ids)
    await requireRoom(tx, postId, ids)
    const made = await tx
      .insert(focusGroupPeople)
      .values(ids.map((accountId) => ({ postId, accountId, invitedBy: actor.accountId, invitedAt: now() })))
      .onConflictDoNothing()
      .returning({ accountId: focusGroupPeople.accountId })
    const about = { kind: 'group.invited' as const, audience: post.audience, actorId: actor.accountId, postId, conversationId: post.conversationId }
    for (const { accountId } of made) await recordActivity(tx, { ...about, detail: { accountId } })
    return { path: group.path }
  })
}

function uninvitingBecause(actor: Actor, group: Group): string {
  if (!isConvener(actor, group)) return 'Whoever convened the group invites to it.'
  return group.state === 'off' ? 'The group is called off.' : 'The group has begun, so nobody is invited any more.'
}

async function requireReaders(tx: Tx, group: Group, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) throw new Refused('Choose somebody', { who: 'Choose one colleague or more' })
  const known = await tx.$count(accounts, and(inArray(accounts.id, [...ids]), readsThere(group.audience, now())))
  if (known !== ids.length)
    throw new Refused('One of them cannot be invited', { who: 'Choose colleagues who can read this group. Search for them by name' })
}

async function requireRoom(tx: Tx, postId: number, ids: readonly number[]): Promise<void> {
  const others = await tx.$count(focusGroupPeople, and(eq(focusGroupPeople.postId, postId), notInArray(focusGroupPeople.accountId, [...ids])))
  if (others + ids.length > MOST_INVITED) throw new Refused('Too many', { who: `A group has at most ${MOST_INVITED} invited people` })
}

/**
 * Coming or not, for oneself; until it begins it can be changed, and a place that becomes free is free. Twice is the same as once. Throws `NotFound`,
 * `Forbidden` for who was not invited and for a group that has begun or is called off, and `Refused` when it is full.
 */
export async function answerInvitation(db: Database, actor: SignedIn, postId: number, answer: 'coming' | 'not-coming'): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    const own = and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.accountId, actor.accountId))
    const [invited] = await tx.select().from(focusGroupPeople).where(own)
    if (!invited) throw new Forbidden('You are not invited to this group. You can still take part in its conversation.')
    if (invited.answer === answer) return { path: group.path }
    if (group.state === 'off') throw new Forbidden('The group is called off.')
    if (group.state !== 'before') throw new Forbidden('The group has begun, so the answers stay as they are.')
    if (answer === 'coming' && (await comingTo(tx, postId)) >= group.places)
      throw new Refused('The group is full', { answer: 'The group is full: all its places are taken. You can still take part in its conversation' })
    await tx.update(focusGroupPeople).set({ answer, answeredAt: now() }).where(own)
    await tellOfPost(tx, actor.accountId, 'group.answered', post, { answer, convenerId: group.authorId })
    return { path: group.path }
  })
}

/** How many come. */
export const comingTo = (db: Db, postId: number): Promise<number> =>
  db.$count(focusGroupPeople, and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.answer, 'coming')))

/** Everybody who was invited, by name, each with their answer: for the invited and the convener. */
export async function invitedTo(db: Db, postId: number): Promise<Invited[]> {
  const rows = await db
    .select({ id: accounts.id, name: accounts.displayName, answer: focusGroupPeople.answer, standing: standingOf(now()) })
    .from(focusGroupPeople)
    .innerJoin(accounts, eq(accounts.id, focusGroupPeople.accountId))
    .where(eq(focusGroupPeople.postId, postId))
    .orderBy(asc(accounts.displayName), asc(accounts.id))
    .limit(MOST_INVITED)
  return rows.map(personOf)
}
