/**
 * Into a support circle, and out of it. Whoever joins chooses one of the pseudonyms that are offered and says a few words to the owners; an owner lets them in, or does
 * not. None of these acts is told to anybody: no activity, no mail, no notification. The owners read them on the page of the circle.
 */
import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { accounts, circleMembers, circles, sanctions } from '../accounts/schema.ts'
import { isColleague, type SignedIn } from '../actor.ts'
import { log } from '../activity/schema.ts'
import { now } from '../clock.ts'
import { circleAudience } from '../conversations/audience.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { APPEAL_DAYS } from '../moderation/clock.ts'
import { daysAfter } from '../text/moment.ts'
import { accountOfKey, isOwner, lockKey, makePersona, mayBeInSupport, type Persona } from './persona.ts'
import { personaKey, type Secret } from './persona-key.ts'
import { isPseudonym } from './persona-names.ts'
import { requireVoice } from './policy.ts'
import { circleRequests, personas } from './schema.ts'
import { supportCircleById, today } from './support.ts'

/** The words of a request by somebody who is in it already: they ask to look after it (support-succession.ts). */
export const OFFER = ''

const PROBLEM = 'There is a problem with what you sent'

export interface NewSupportCircle {
  name: string
  about: string
  /** Where else there is help, one a line. */
  signposts: string
  pseudonym: string
  clientKey: string
}

/**
 * Founds a circle; the founder's pseudonym is its first owner, and nothing says whose it is. The same form again answers the same circle.
 * Throws `Forbidden` for whoever is not of the force or may not write, `NotFound` for administrators, `Refused` (field `pseudonym`).
 */
export async function foundSupportCircle(db: Database, config: Secret, person: SignedIn, input: NewSupportCircle): Promise<{ id: number }> {
  if (!isColleague(person) || person.persona) throw new Forbidden('Members of staff of the force found support circles.')
  if (!(await mayBeInSupport(db, person))) throw new NotFound('circle')
  requireVoice(person, null)
  const { pseudonym, ...circle } = input
  return db.transaction(async (tx) => {
    const [made] = await tx
      .insert(circles)
      .values({ ...circle, kind: 'support', foundedAt: today() })
      .onConflictDoNothing({ target: circles.clientKey })
      .returning({ id: circles.id, foundedAt: circles.foundedAt })
    if (!made) return foundedBefore(tx, config, person, input)
    const accountId = await newPersona(tx, personaKey(config, made.id, person.accountId), { circleId: made.id, pseudonym, foundedAt: made.foundedAt })
    await tx.insert(circleMembers).values({ circleId: made.id, accountId, role: 'owner', joinedAt: made.foundedAt })
    return { id: made.id }
  })
}

async function foundedBefore(tx: Tx, config: Secret, person: SignedIn, { clientKey }: NewSupportCircle): Promise<{ id: number }> {
  const [known] = await tx.select({ id: circles.id }).from(circles).where(eq(circles.clientKey, clientKey))
  if (!known || (await accountOfKey(tx, personaKey(config, known.id, person.accountId))) === null)
    throw new Refused('This page is out of date. Reload it and try again.')
  return known
}

interface Wanted {
  circleId: number
  pseudonym: string
  foundedAt: Date
}

async function newPersona(tx: Tx, key: string, { circleId, pseudonym, foundedAt }: Wanted): Promise<number> {
  if (!isPseudonym(pseudonym)) throw new Refused(PROBLEM, { pseudonym: 'Choose one of the pseudonyms' })
  const accountId = await makePersona(tx, { key, circleId, name: pseudonym, foundedAt })
  if (accountId === null) throw new Refused(PROBLEM, { pseudonym: 'Somebody has just taken this one. Choose another' })
  return accountId
}

/**
 * Asks to be let in, under a pseudonym that is theirs in this circle from now on. Twice is the same as once; who is in already asks nothing.
 * Throws `NotFound` for who could not be in one, `Forbidden` for who may not write, `Refused` (field `pseudonym`).
 */
export async function askIntoSupport(
  db: Database,
  config: Secret,
  person: SignedIn,
  circleId: number,
  { pseudonym, words }: { pseudonym: string; words: string },
): Promise<void> {
  if (person.persona || !(await mayBeInSupport(db, person))) throw new NotFound('circle')
  await supportCircleById(db, circleId)
  requireVoice(person, null)
  const key = personaKey(config, circleId, person.accountId)
  await db.transaction(async (tx) => {
    await lockKey(tx, key)
    const [circle] = await tx.select({ foundedAt: circles.foundedAt }).from(circles).where(eq(circles.id, circleId))
    if (!circle) throw new NotFound('circle')
    const wanted = { circleId, pseudonym, foundedAt: circle.foundedAt }
    const accountId = (await accountOfKey(tx, key)) ?? (await newPersona(tx, key, wanted))
    await putRequest(tx, circleId, accountId, words)
  })
}

/** The same once more, under the pseudonym that they have: after a refusal, or when an owner had ended it. Throws `Forbidden` for who may not write. */
export const askAgain = (db: Database, actor: Persona, words: string): Promise<void> =>
  db.transaction((tx) => {
    const { circleId } = actor.persona
    requireVoice(actor, circleId)
    return putRequest(tx, circleId, actor.accountId, words)
  })

async function putRequest(tx: Tx, circleId: number, accountId: number, words: string): Promise<void> {
  if (await isIn(tx, circleId, accountId)) return
  await tx.insert(circleRequests).values({ circleId, accountId, words, askedAt: today() }).onConflictDoNothing()
}

export async function isIn(tx: Tx, circleId: number, accountId: number): Promise<boolean> {
  const of = and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.leftAt))
  return (await tx.select({ id: circleMembers.accountId }).from(circleMembers).where(of)).length > 0
}

/** Everything that only the owners do asks here first. Throws `NotFound` for who is not in it, `Forbidden`. */
export async function requireOwner(tx: Tx, actor: Persona): Promise<number> {
  const { accountId, persona } = actor
  if (!(actor.circles ?? []).includes(persona.circleId)) throw new NotFound('circle')
  // One at a time: two owners who leave, or end each other's part, at the same moment must not leave a circle without any.
  await tx.execute(sql`select 1 from ${circles} where id = ${persona.circleId} for no key update`)
  if (!(await isOwner(tx, accountId, persona.circleId))) throw new Forbidden('Those who look after this circle do that.')
  requireVoice(actor, persona.circleId)
  return persona.circleId
}

export interface Answer {
  letIn: boolean
  /** Whoever asked reads it. */
  note: string | null
}

/** Lets somebody in, or does not. The same answer twice is the same as once. Throws `NotFound`, `Forbidden`, and `Overtaken` when another owner answered otherwise. */
export async function answerRequest(db: Database, actor: Persona, requestId: number, { letIn, note }: Answer): Promise<void> {
  await db.transaction(async (tx) => {
    const circleId = await requireOwner(tx, actor)
    const [request] = await tx
      .select()
      .from(circleRequests)
      .where(and(eq(circleRequests.id, requestId), eq(circleRequests.circleId, circleId)))
      .for('update')
    if (!request) throw new NotFound('request')
    const answer = letIn ? 'let-in' : 'refused'
    if (request.answer === answer) return
    if (request.answer !== null)
      throw new Overtaken(request.answer === 'withdrawn' ? 'They no longer ask.' : 'Another moderator has answered. Nothing was changed.')
    await tx.update(circleRequests).set({ answer, note, answeredAt: today(), answeredBy: actor.accountId }).where(eq(circleRequests.id, requestId))
    if (letIn) await (request.words === OFFER ? ownIt(tx, circleId, request.accountId) : letInto(tx, circleId, request.accountId))
  })
}

async function letInto(tx: Tx, circleId: number, accountId: number): Promise<void> {
  const joined = sql`(select founded_at from ${circles} where id = ${circleId})`
  await tx
    .insert(circleMembers)
    .values({ circleId, accountId, role: 'member', joinedAt: joined })
    .onConflictDoUpdate({ target: [circleMembers.circleId, circleMembers.accountId], set: { role: 'member', leftAt: null, removedBy: null } })
}

/** Who writes under that name in the circle, whatever its capitals. Throws `Refused` for that field. */
async function memberNamed(tx: Tx, circleId: number, name: string, field: 'name' | 'ended'): Promise<{ id: number }> {
  const [found] = await tx
    .select({ id: accounts.id })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .where(and(eq(circleMembers.circleId, circleId), isNull(circleMembers.leftAt), sql`lower(${accounts.displayName}) = lower(${name})`))
  if (!found) throw new Refused(PROBLEM, { [field]: 'Nobody writes under this name here. Copy it as it stands above their words' })
  return found
}

/** Twice is the same as once. Throws `NotFound`, `Forbidden`, `Refused` (field `name`). */
export async function makeOwner(db: Database, actor: Persona, name: string): Promise<void> {
  await db.transaction(async (tx) => {
    const circleId = await requireOwner(tx, actor)
    const { id } = await memberNamed(tx, circleId, name, 'name')
    await ownIt(tx, circleId, id)
  })
}

/** Makes a member an owner; what they had offered is answered with it. */
export async function ownIt(tx: Tx, circleId: number, accountId: number): Promise<void> {
  const member = and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.leftAt))
  await tx.update(circleMembers).set({ role: 'owner' }).where(member)
  await answerOpen(tx, circleId, accountId, 'let-in')
}

const answerOpen = (tx: Tx, circleId: number, accountId: number, answer: 'let-in' | 'refused' | 'withdrawn'): Promise<unknown> =>
  tx
    .update(circleRequests)
    .set({ answer, answeredAt: today() })
    .where(and(eq(circleRequests.circleId, circleId), eq(circleRequests.accountId, accountId), isNull(circleRequests.answer)))

/** Ends somebody's part in it. They keep their pseudonym, and come back under it if they are let in again. Throws `NotFound`, `Forbidden`, `Refused` (field `ended`). */
export async function removeMember(db: Database, actor: Persona, name: string): Promise<void> {
  await db.transaction(async (tx) => {
    const circleId = await requireOwner(tx, actor)
    const { id } = await memberNamed(tx, circleId, name, 'ended')
    if (id === actor.accountId) throw new Refused(PROBLEM, { ended: 'This is your own. You can leave the circle instead' })
    await tx
      .update(circleMembers)
      .set({ leftAt: today(), removedBy: actor.accountId, role: 'member' })
      .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, id)))
    await answerOpen(tx, circleId, id, 'refused')
  })
}

/**
 * Leaves. What ties the person to the pseudonym goes with it, so that nobody can find it out any more; while a sanction holds, or a moderator has still to decide about
 * their words or about what they removed, it stays, so that leaving undoes neither; and so it does where an owner refused them or ended their part. The last one closes the circle behind them. Throws `Refused` for the only owner while others are in it.
 */
export async function leaveSupport(db: Database, actor: Persona): Promise<void> {
  const { accountId, persona } = actor
  await db.transaction(async (tx) => {
    await tx.execute(sql`select 1 from ${circles} where id = ${persona.circleId} for no key update`)
    if (await isOwner(tx, accountId, persona.circleId)) await passOn(tx, persona.circleId, accountId)
    const left = and(eq(circleMembers.circleId, persona.circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.leftAt))
    await tx.update(circleMembers).set({ leftAt: today() }).where(left)
    await answerOpen(tx, persona.circleId, accountId, 'withdrawn')
    await forget(tx, actor)
  })
}

/** Throws `Refused` for the only owner while others are in it; asked before anything is taken back. */
export async function requireSuccessor(db: Db, { accountId, persona }: Persona): Promise<void> {
  if (await isOwner(db, accountId, persona.circleId)) await othersIn(db, persona.circleId, accountId)
}

/** Is somebody else in it? Throws `Refused` when none of them looks after it. */
async function othersIn(db: Db, circleId: number, accountId: number): Promise<boolean> {
  const others = await db
    .selectDistinct({ role: circleMembers.role })
    .from(circleMembers)
    .where(and(eq(circleMembers.circleId, circleId), ne(circleMembers.accountId, accountId), isNull(circleMembers.leftAt)))
  if (others.length > 0 && !others.some(({ role }) => role === 'owner'))
    throw new Refused('Somebody has to look after this circle. Make another member a moderator first, then leave.')
  return others.length > 0
}

async function passOn(tx: Tx, circleId: number, accountId: number): Promise<void> {
  if (await othersIn(tx, circleId, accountId)) return
  await tx.update(circles).set({ closedAt: today(), closedBecause: 'Nobody is in it any more.' }).where(eq(circles.id, circleId))
}

const forget = (tx: Tx, { accountId, persona: { circleId } }: Persona): Promise<unknown> =>
  tx.delete(personas).where(
    and(
      eq(personas.accountId, accountId),
      sql`not exists (select from ${sanctions} s where s.account_id = ${accountId} and s.lifted_at is null and s.ends_at > ${now()}::timestamptz)`,
      sql`not exists (select from circle_members m where m.account_id = ${accountId} and m.removed_by is not null)`,
      sql`not exists (select from circle_requests r where r.account_id = ${accountId} and r.answer = 'refused' and r.words <> ${OFFER})`,
      // Whoever removed something does not hear the appeal of its author as somebody else.
      sql`not exists (select from ${log} l where l.audience = ${circleAudience(circleId)} and l.actor_id = ${accountId} and l.role = 'circle-owner' and l.act = 'remove'
        and l.at > ${daysAfter(now(), -APPEAL_DAYS)}::timestamptz)`,
      sql`not exists (select from cases f join decisions d on d.case_id = f.id where f.state = 'appealed' and d.decider_id = ${accountId})`,
      sql`not exists (select from cases f left join comments c on c.id = f.comment_id left join posts p on p.id = f.post_id
        where f.waits and coalesce(c.author_id, p.author_id) = ${accountId})`,
    ),
  )
