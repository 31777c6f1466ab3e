/**
 * Praise: a thank-you to colleagues or a team, where those who read there can see it. Whoever is praised hears of it.
 */
import { and, asc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { at, worksHere } from '../accounts/duty.ts'
import { accounts, circleMembers } from '../accounts/schema.ts'
import { recordActivity } from '../activity/activity.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import type { PostRow } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { praised } from './schema.ts'

/** `person:12` or `team:3`, as the form sends it, and the name. */
export interface Praised {
  key: string
  name: string
  /** Their page. */
  path: string
}

const MOST = 20
const OFFERED = 10

const person = (row: { id: number; name: string | null }): Praised => ({
  key: `person:${row.id}`,
  name: row.name ?? 'A colleague',
  path: `/staff/people/${row.id}`,
})
const team = (row: { id: number; name: string; slug: string }): Praised => ({
  key: `team:${row.id}`,
  name: `${row.name} team`,
  path: `/teams/${row.slug}`,
})

/** Colleagues and teams whose names hold these words, colleagues first. In a circle only those who are in it, and no teams. */
export async function praisableNamed(db: Db, typed: string, circleId: number | null): Promise<Praised[]> {
  const words = typed
    .toLowerCase()
    .split(/[^\p{L}\p{N}’'-]+/u)
    .filter((word) => word !== '')
    .slice(0, 5)
  if (words.length === 0) return []
  const holds = (name: SQL) => and(...words.map((word) => sql`lower(${name}) like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`))
  const people = await colleagues(db, circleId, holds(sql`${accounts.displayName}`))
  if (circleId !== null) return people.map(person)
  const found = await db
    .select({ id: teams.id, name: teams.name, slug: teams.slug })
    .from(teams)
    .where(and(isNull(teams.archivedAt), holds(sql`${teams.name}`)))
    .orderBy(asc(teams.name))
    .limit(OFFERED)
  return [...people.map(person), ...found.map(team)]
}

const colleagues = (db: Db, circleId: number | null, condition: SQL | undefined) =>
  db
    .select({ id: accounts.id, name: accounts.displayName })
    .from(accounts)
    .where(and(condition, circleId === null ? isColleague() : isMember(circleId)))
    .orderBy(asc(accounts.displayName), asc(accounts.id))
    .limit(OFFERED)

const isColleague = () => worksHere(accounts.id, at(now()))

const isMember = (circleId: number) => sql`${accounts.id} in (
  select ${circleMembers.accountId} from ${circleMembers} where ${and(eq(circleMembers.circleId, circleId), isNull(circleMembers.leftAt))})`

/** Those whom the form named by their keys, in its order. Throws `Refused` for one who cannot be praised there, for oneself and for nobody. */
export async function praisedByKeys(db: Db, actor: SignedIn, keys: readonly string[], circleId: number | null): Promise<Praised[]> {
  const wanted = [...new Set(keys)]
  if (wanted.length === 0) throw refused('Choose whom you want to thank')
  if (wanted.length > MOST) throw refused(`Choose at most ${MOST}`)
  if (wanted.includes(`person:${actor.accountId}`)) throw refused('Choose somebody other than yourself')
  const [people, named] = [idsOf(wanted, 'person'), circleId === null ? idsOf(wanted, 'team') : []]
  const found = [
    ...(people.length === 0 ? [] : (await colleaguesById(db, people, circleId)).map(person)),
    ...(named.length === 0 ? [] : (await teamsById(db, named)).map(team)),
  ]
  const byKey = new Map(found.map((one) => [one.key, one]))
  const missing = wanted.filter((key) => !byKey.has(key))
  if (missing.length > 0) throw refused(sayMissing(circleId === null ? [] : await chosenByKeys(db, missing, circleId)))
  return found.toSorted((one, other) => wanted.indexOf(one.key) - wanted.indexOf(other.key))
}

const sayMissing = (outside: readonly Praised[]): string =>
  outside.length === 0
    ? 'One of those you chose cannot be thanked here'
    : `Not in this circle: ${outside.map(({ name }) => name).join(', ')}. Choose people who are in it, or publish it for all staff`

/** Those whom a form has chosen, in its order, also who is not in the circle that was chosen afterwards; for members of staff, who find them all. */
export async function chosenByKeys(db: Db, keys: readonly string[], circleId: number | null): Promise<Praised[]> {
  const wanted = [...new Set(keys)].slice(0, MOST)
  const [people, named] = [idsOf(wanted, 'person'), idsOf(wanted, 'team')]
  const rows =
    people.length === 0 ? [] : [...(await colleaguesById(db, people, null)), ...(circleId === null ? [] : await colleaguesById(db, people, circleId))]
  const found = [...rows.map(person), ...(named.length === 0 ? [] : (await teamsById(db, named)).map(team))]
  const byKey = new Map(found.map((one) => [one.key, one]))
  return wanted.flatMap((key) => byKey.get(key) ?? [])
}

const refused = (message: string) => new Refused(message, { whom: message })

const idsOf = (keys: readonly string[], kind: 'person' | 'team'): number[] =>
  keys.flatMap((key) => (new RegExp(`^${kind}:[1-9]\\d{0,14}$`).test(key) ? [Number(key.slice(kind.length + 1))] : []))

const colleaguesById = (db: Db, ids: readonly number[], circleId: number | null) =>
  db
    .select({ id: accounts.id, name: accounts.displayName })
    .from(accounts)
    .where(and(inArray(accounts.id, [...ids]), circleId === null ? isColleague() : isMember(circleId)))

const teamsById = (db: Db, ids: readonly number[]) =>
  db
    .select({ id: teams.id, name: teams.name, slug: teams.slug })
    .from(teams)
    .where(and(inArray(teams.id, [...ids]), isNull(teams.archivedAt)))

/** "Thank you, PC Imran Adeyemi and Waddington team", as the title of the post. */
export function titleOfPraise(whom: readonly Praised[]): string {
  const names = whom.map(({ name }) => name)
  const [first = '', ...others] = names
  const all = `Thank you, ${others.length === 0 ? first : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`}`
  return all.length <= 120 ? all : `Thank you, ${first.slice(0, 80)} and ${others.length} others`
}

/** In the transaction that publishes it. Each of those people hears of it. */
export async function writePraise(tx: Tx, actor: SignedIn, post: PostRow, whom: readonly Praised[]): Promise<void> {
  const [people, named] = [idsOf(keysOf(whom), 'person'), idsOf(keysOf(whom), 'team')]
  await tx
    .insert(praised)
    .values([...people.map((accountId) => ({ postId: post.id, accountId })), ...named.map((teamId) => ({ postId: post.id, teamId }))])
  const { audience, teamId, conversationId, id: postId } = post
  const about = { kind: 'person.praised' as const, audience, actorId: actor.accountId, teamId, conversationId, postId }
  for (const accountId of people) await recordActivity(tx, { ...about, detail: { accountId } })
  for (const id of named) await recordActivity(tx, { ...about, detail: { praisedTeamId: id } })
}

const keysOf = (whom: readonly Praised[]): string[] => whom.map(({ key }) => key)

/** Whom a post praises. */
export async function praisedIn(db: Db, postId: number): Promise<Praised[]> {
  const rows = await db
    .select({ accountId: praised.accountId, teamId: praised.teamId, name: accounts.displayName, teamName: teams.name, slug: teams.slug })
    .from(praised)
    .leftJoin(accounts, eq(accounts.id, praised.accountId))
    .leftJoin(teams, eq(teams.id, praised.teamId))
    .where(eq(praised.postId, postId))
    .orderBy(asc(praised.id))
  return rows.map(({ accountId, teamId, name, teamName, slug }) =>
    accountId === null ? team({ id: teamId ?? 0, name: teamName ?? '', slug: slug ?? '' }) : person({ id: accountId, name }),
  )
}
