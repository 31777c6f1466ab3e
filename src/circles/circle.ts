/**
 * A circle as somebody sees it. What they may not see does not exist: a private one only for its members and for whom it invited, a support circle not here at all.
 */
import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { accounts, circleMembers, circles, organisations, type CircleKind } from '../accounts/schema.ts'
import { idOf, isColleague, isSignedIn, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { isMember, type Standing } from './policy.ts'
import { circleInvitations, circleRequests } from './schema.ts'
import { inForceMember } from './standing.ts'

export interface Circle extends Standing {
  name: string
  about: string
  teamId: number | null
  teamName: string | null
  memberCount: number
  version: number
  foundedAt: Date
  closedBecause: string | null
  /** Of the actor, if they are of an organisation. */
  expiresAt: Date | null
  /** They were removed: why. Null for who never was, or came back. */
  removedBecause: string | null
  /** They asked to be let in, and nobody has answered. */
  askedAt: Date | null
  /** They are invited; the id of the invitation. */
  invitationId: number | null
}

const columns = {
  id: circles.id,
  kind: circles.kind,
  name: circles.name,
  about: circles.about,
  teamId: circles.teamId,
  teamName: teams.name,
  memberCount: circles.memberCount,
  version: circles.version,
  foundedAt: circles.foundedAt,
  closedAt: circles.closedAt,
  closedBecause: circles.closedBecause,
  role: circleMembers.role,
  expiresAt: circleMembers.expiresAt,
  leftAt: circleMembers.leftAt,
  removedBecause: circleMembers.removedBecause,
  askedAt: circleRequests.askedAt,
  invitationId: circleInvitations.id,
}

/** Circles with what this account is to them. */
function circlesFor(db: Db, accountId: number, condition: SQL | undefined) {
  const mine = <T extends typeof circleRequests | typeof circleInvitations>(table: T) =>
    and(eq(table.circleId, circles.id), eq(table.accountId, accountId), isNull(table.answer))
  return db
    .select(columns)
    .from(circles)
    .leftJoin(teams, eq(teams.id, circles.teamId))
    .leftJoin(circleMembers, and(eq(circleMembers.circleId, circles.id), eq(circleMembers.accountId, accountId)))
    .leftJoin(circleRequests, mine(circleRequests))
    .leftJoin(circleInvitations, and(mine(circleInvitations), sql`${circleInvitations.expiresAt} > ${now()}`))
    .where(condition)
}

type Row = Awaited<ReturnType<typeof circlesFor>>[number]

function shown(actor: Actor, { leftAt, role, expiresAt, removedBecause, ...row }: Row): Circle {
  const member = isMember(actor, row.id)
  return { ...row, role: member ? role : null, expiresAt: member ? expiresAt : null, removedBecause: leftAt === null ? null : removedBecause }
}

const maySee = (actor: Actor, circle: Circle): boolean =>
  isMember(actor, circle.id) || (isColleague(actor) && (circle.kind !== 'private' || circle.invitationId !== null))

/** Throws `NotFound`, also for a private circle of others and for every support circle. */
export async function circleById(db: Db, actor: Actor, id: number): Promise<Circle> {
  const [row] = isSignedIn(actor) ? await circlesFor(db, actor.accountId, and(eq(circles.id, id), sql`${circles.kind} <> 'support'`)) : []
  const circle = row && shown(actor, row)
  if (!circle || !maySee(actor, circle)) throw new NotFound('circle')
  return circle
}

/** The same for what only members read. Throws `NotFound` for everybody else, as for a post of the circle. */
export async function ownCircle(db: Db, actor: Actor, id: number): Promise<Circle> {
  const circle = await circleById(db, actor, id)
  if (circle.role === null) throw new NotFound('circle')
  return circle
}

/** In any language's order of letters; the key by which lists of circles page. */
const byName = sql`lower(${circles.name}), ${circles.id}`

const MOST_OWN = 500

/** Those somebody is in, A to Z; closed ones last. A person is in a few dozen at most. */
export async function ownCircles(db: Db, actor: Actor): Promise<Circle[]> {
  if (!isSignedIn(actor) || (actor.circles ?? []).length === 0) return []
  const rows = await circlesFor(db, actor.accountId, and(inArray(circles.id, [...(actor.circles ?? [])]), sql`${circles.kind} <> 'support'`))
    .orderBy(sql`${circles.closedAt} is not null`, byName)
    .limit(MOST_OWN)
  return rows.map((row) => shown(actor, row))
}

const PAGE = 50

/** What a colleague can join or ask to join, A to Z, a page at a time by key; with `search`, those whose name or purpose contains it. Nobody else sees any. */
export async function listedCircles(db: Db, actor: Actor, search: string, after: number | null): Promise<{ circles: Circle[]; next: number | null }> {
  const accountId = idOf(actor)
  if (accountId === null || !isColleague(actor)) return { circles: [], next: null }
  const inside = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  const found = search === '' ? undefined : sql`(lower(${circles.name}) like ${inside} or lower(${circles.about}) like ${inside})`
  // Only of what is listed: by any other id the page would tell that there is such a circle, and where its name stands.
  const later =
    after === null
      ? undefined
      : sql`(lower(${circles.name}), ${circles.id}) > (select lower(name), id from circles where id = ${after} and kind in ('open', 'restricted'))`
  const mine = actor.kind === 'account' ? [...(actor.circles ?? [])] : []
  const others = mine.length === 0 ? undefined : sql`${circles.id} <> all(${sql.param(mine)}::bigint[])`
  const listed = sql`${circles.kind} in ('open', 'restricted') and ${circles.kind} <> 'private' and ${circles.closedAt} is null`
  const rows = await circlesFor(db, accountId, and(listed, found, later, others))
    .orderBy(byName)
    .limit(PAGE + 1)
  const page = rows.slice(0, PAGE).map((row) => shown(actor, row))
  return { circles: page, next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null }
}

/** The organisations whose people read in a circle now, A to Z: for every page and form of the circle to say. */
export const guestsOf = async (db: Db, circleId: number): Promise<string[]> => (await guestsIn(db, [circleId])).get(circleId) ?? []

/** The same for several at once; circles without such people are not among it. */
export async function guestsIn(db: Db, circleIds: readonly number[]): Promise<Map<number, string[]>> {
  if (circleIds.length === 0) return new Map()
  const rows = await db
    .selectDistinct({ circleId: circleMembers.circleId, name: organisations.name })
    .from(circleMembers)
    .innerJoin(organisations, eq(organisations.id, circleMembers.organisationId))
    .where(and(inArray(circleMembers.circleId, [...circleIds]), inForceMember()))
    .orderBy(circleMembers.circleId, organisations.name)
  return new Map([...Map.groupBy(rows, ({ circleId }) => circleId)].map(([circleId, found]) => [circleId, found.map(({ name }) => name)]))
}

/** Who owns it and has rights in force, A to Z. With none of the force, a colleague who is in it can take it over. */
export async function ownerNames(db: Db, circleId: number): Promise<{ accountId: number; name: string; partner: boolean }[]> {
  const rows = await db
    .select({ accountId: accounts.id, name: accounts.displayName, organisationId: circleMembers.organisationId })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.role, 'owner'), inForceMember()))
    .orderBy(sql`lower(${accounts.displayName})`, accounts.id)
  return rows.map(({ accountId, name, organisationId }) => ({ accountId, name: name ?? 'A member', partner: organisationId !== null }))
}

export const KIND_NAMES: Record<CircleKind, string> = { open: 'Open', restricted: 'Restricted', private: 'Private', support: 'Support' }

export const KIND_WORDS: Record<CircleKind, string> = {
  open: 'Every colleague can join with one press. For staff of the force alone.',
  restricted: 'Every colleague can see that it is there, and asks to join. Its owners let people in.',
  private: 'Not listed. Only who was invited knows of it.',
  support: 'Under a pseudonym.',
}
