/**
 * Into a support circle, and out of it. Whoever joins chooses one of the pseudonyms that are offered and says a few words to the owners; an owner lets them in, or does
 * not. None of these acts is told to anybody: no activity, no mail, no notification. The owners read them on the page of the circle.
 */
import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { accounts, circleMembers, circles, sanctions } from '../accounts/schema.ts'
import { isColleague, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { accountOfKey, isOwner, lockKey, makePersona, mayBeInSupport, type Persona } from './persona.ts'
import { personaKey, type Secret } from './persona-key.ts'
import { isPseudonym } from './persona-names.ts'
import { circleRequests, personas } from './schema.ts'
import { supportCircleById, today } from './support.ts'

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
 * Throws `Forbidden` for whoever is not of the force, `Refused` (field `pseudonym`).
 */
export async function foundSupportCircle(db: Database, config: Secret, person: SignedIn, input: NewSupportCircle): Promise<{ id: number }> {
  if (!isColleague(person) || person.persona) throw new Forbidden('Members of staff of the force found support circles.')
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
 * Throws `NotFound` for who could not be in one, `Refused` (field `pseudonym`).
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

/** The same once more, under the pseudonym that they have: after a refusal, or when an owner had ended it. */
export const askAgain = (db: Database, { accountId, persona }: Persona, words: string): Promise<void> =>
  db.transaction((tx) => putRequest(tx, persona.circleId, accountId, words))

async function putRequest(tx: Tx, circleId: number, accountId: number, words: string): Promise<void> {
  if (await isIn(tx, circleId, accountId)) return
  await tx.insert(circleRequests).values({ circleId, accountId, words, askedAt: today() }).onConflictDoNothing()
}

async function isIn(tx: Tx, circleId: number, accountId: number): Promise<boolean> {
  const of = and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.leftAt))
  return (await tx.select({ id: circleMembers.accountId }).from(circleMembers).where(of)).length > 0
}

/** Everything that only the owners do asks here first. Throws `NotFound` for who is not in it, `Forbidden`. */
export async function requireOwner(tx: Tx, { accountId, circles: read = [], persona }: Persona): Promise<number> {
  if (!read.includes(persona.circleId)) throw new NotFound('circle')
  // One at a time: two owners who leave, or end each other's part, at the same moment must not leave a circle without any.
  await tx.execute(sql`select 1 from ${circles} where id = ${persona.circleId} for no key update`)
  if (!(await isOwner(tx, accountId, persona.circleId))) throw new Forbidden('Those who look after this circle do that.')
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
    if (letIn) await letInto(tx, circleId, request.accountId)
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
    await tx
      .update(circleMembers)
      .set({ role: 'owner' })
      .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, id)))
  })
}

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
  })
}

/**
 * Leaves. What ties the person to the pseudonym goes with it, so that nobody can find it out any more; while a sanction holds, or a moderator has still to decide about
 * their words, it stays, so that leaving undoes neither; and so it does where an owner refused them or ended their part. The last one closes the circle behind them. Throws `Refused` for the only owner while others are in it.
 */
export async function leaveSupport(db: Database, actor: Persona): Promise<void> {
  const { accountId, persona } = actor
  await db.transaction(async (tx) => {
    await tx.execute(sql`select 1 from ${circles} where id = ${persona.circleId} for no key update`)
    if (await isOwner(tx, accountId, persona.circleId)) await passOn(tx, persona.circleId, accountId)
    const left = and(eq(circleMembers.circleId, persona.circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.leftAt))
    await tx.update(circleMembers).set({ leftAt: today() }).where(left)
    await tx
      .update(circleRequests)
      .set({ answer: 'withdrawn', answeredAt: today() })
      .where(and(eq(circleRequests.circleId, persona.circleId), eq(circleRequests.accountId, accountId), isNull(circleRequests.answer)))
    await forget(tx, accountId)
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

const forget = (tx: Tx, accountId: number): Promise<unknown> =>
  tx.delete(personas).where(
    and(
      eq(personas.accountId, accountId),
      sql`not exists (select from ${sanctions} s where s.account_id = ${accountId} and s.lifted_at is null and s.ends_at > ${now()}::timestamptz)`,
      sql`not exists (select from circle_members m where m.account_id = ${accountId} and m.removed_by is not null)`,
      sql`not exists (select from circle_requests r where r.account_id = ${accountId} and r.answer = 'refused')`,
      sql`not exists (select from cases f left join comments c on c.id = f.comment_id left join posts p on p.id = f.post_id
        where f.waits and coalesce(c.author_id, p.author_id) = ${accountId})`,
    ),
  )
