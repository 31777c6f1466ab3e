/**
 * Who writes in a support circle. A member writes there as an account of their own for that circle, a *persona*: it has a pseudonym, no mailbox and no role, and no
 * row, page, mail or log names it together with the person. Nor does a session: which of the two speaks is decided anew by the address of each request, and an
 * address that does not ask (`config.speaks`) belongs to the person, who reads nothing of a support circle.
 *
 * What each place keeps, and what it gives away:
 * - `accounts`: pseudonym, a mailbox that cannot be, the day on which the circle was founded. The id is drawn at random, so it stands in no order with others; what
 *   stands beside the row on the disk, or has the next number of a transaction, tells when somebody joined, and never who.
 * - `personas`: the keyed hash (persona-key.ts). Deleted when somebody leaves: then not even the secret leads back.
 * - `circle_members`, `circle_requests`: days, and the day of founding in place of the day of joining.
 * - nothing of the person is written, or even locked, in a transaction that writes of the persona: a lock too would leave its number in their row.
 * - sessions: a visit of such an address is not written down (accounts/plugin.ts).
 * - activities, jobs, notifications, limits: of what is written inside, with the persona; of asking, joining and leaving there are none.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { accounts, circleMembers, circles, organisations } from '../accounts/schema.ts'
import { standingFrom, standingOfAccount } from '../accounts/standing.ts'
import { hasRole, isColleague, isSignedIn, type Actor, type SignedIn, type Standing } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, type Database, type Db, type Tx } from '../database/database.ts'
import { NOWHERE } from './persona-names.ts'
import { personaKey, type Secret } from './persona-key.ts'
import { supportCircleAt } from './persona-subject.ts'
import { personas } from './schema.ts'

/** Somebody under their pseudonym. */
export type Persona = SignedIn & { displayName: string; persona: { circleId: number } }

export const isPersona = (actor: Actor): actor is Persona => isSignedIn(actor) && actor.persona !== undefined && actor.displayName !== null

const personaQuery = prepared((db) =>
  db
    .select({
      accountId: personas.accountId,
      email: accounts.email,
      displayName: accounts.displayName,
      member: sql<boolean>`coalesce(${circleMembers.leftAt} is null and ${circleMembers.accountId} is not null, false)`,
      sanctions: standingOfAccount.as('sanctions'),
    })
    .from(personas)
    .innerJoin(accounts, eq(accounts.id, personas.accountId))
    .leftJoin(circleMembers, and(eq(circleMembers.accountId, personas.accountId), eq(circleMembers.circleId, personas.circleId)))
    .where(eq(personas.key, sql.placeholder('key')))
    .prepare('persona_of'),
)

/** As whom this person speaks in that circle; null when they have no pseudonym there. Whoever is not, or no longer, a member has one that reads nothing. */
export async function personaOf(db: Database, config: Secret, person: SignedIn, circleId: number): Promise<Persona | null> {
  const [row] = await personaQuery(db).execute({ key: personaKey(config, circleId, person.accountId), moment: now() })
  if (!row) return null
  const { accountId, email, displayName, member, sanctions } = row
  const circlesIn = member ? [circleId] : []
  const standing = alsoSuspended(standingFrom(sanctions), person)
  const known = { accountId, email, displayName: displayName ?? '', publishedCount: 0, standing, circles: circlesIn, persona: { circleId } }
  return { kind: 'account', ...known, duties: [], organisation: null }
}

/** Whoever is suspended writes under no name. Of what else keeps a person from writing nothing is taken over: it would show under the pseudonym that such a thing holds. */
function alsoSuspended(standing: Standing, { standing: { suspendedUntil } }: SignedIn): Standing {
  const latest = [standing.suspendedUntil, suspendedUntil].filter((end) => end !== null).toSorted((one, other) => other.getTime() - one.getTime())
  return { ...standing, suspendedUntil: latest[0] ?? null }
}

const FRESH = 60_000
interface Known {
  at: number
  domains: ReadonlySet<string>
}
const known = new WeakMap<Database, Known>()

/** Of organisations in force, read once a minute, so that residents cost no query. */
async function knownDomains(db: Database): Promise<ReadonlySet<string>> {
  const cached = known.get(db)
  const at = now().getTime()
  if (cached && Math.abs(at - cached.at) < FRESH) return cached.domains
  const rows = await db.select({ domains: organisations.domains }).from(organisations).where(isNull(organisations.endedAt))
  const domains = new Set(rows.flatMap((row) => row.domains))
  known.set(db, { at, domains })
  return domains
}

/** May be in a support circle: members of staff other than administrators, who keep the accounts and moderate nothing, and whoever has a mailbox of an organisation in force. An organisation's end may take a minute to be known here. */
export async function mayBeInSupport(db: Database, actor: Actor): Promise<boolean> {
  if (!isSignedIn(actor) || hasRole(actor, 'administrator')) return false
  if (isColleague(actor) || isPersona(actor)) return true
  return (await knownDomains(db)).has(actor.email.slice(actor.email.lastIndexOf('@') + 1))
}

/** Tied to the application once, after the session is known and before the doors are judged. */
export function speakAs(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const speaker = await speakerOf(app, request)
    // Nothing of the session goes along: the pages of a pseudonym know neither devices nor news of the person.
    if (speaker) request.session = { actor: speaker, key: '' }
  })
}

async function speakerOf({ db, config }: FastifyInstance, { routeOptions, params, session }: FastifyRequest): Promise<Persona | null> {
  const { speaks } = routeOptions.config
  if (!speaks || !session || !(await mayBeInSupport(db, session.actor))) return null
  // Posts are addressed as `123-what-it-says`.
  const [, id] = /^([1-9]\d{0,14})(?:-|$)/.exec((params as { id?: string }).id ?? '') ?? []
  const circleId = id === undefined ? null : await supportCircleAt(db, speaks, Number(id))
  return circleId === null ? null : personaOf(db, config, session.actor, circleId)
}

const LOWEST_ID = 10 ** 14

/**
 * Makes the account of a pseudonym; null when somebody has taken it. Random: ids of accounts are otherwise given in order. The lowest of these is beyond every id that
 * is ever given in order, and the highest is one that an address can name.
 */
export async function makePersona(
  tx: Tx,
  { key, circleId, name, foundedAt }: { key: string; circleId: number; name: string; foundedAt: Date },
): Promise<number | null> {
  const id = LOWEST_ID + randomInt(2 ** 48 - 1)
  const email = `persona-${randomUUID()}@${NOWHERE}`
  const [made] = await tx
    .insert(accounts)
    .overridingSystemValue()
    .values({ id, email, displayName: name, createdAt: foundedAt })
    .onConflictDoNothing()
    .returning({ id: accounts.id })
  if (!made) return null
  await tx.insert(personas).values({ accountId: made.id, circleId, key })
  return made.id
}

/** Whoever is let into the force's circles by their own account: two taps at once wait for each other, by a lock that is written nowhere. */
export const lockKey = (tx: Tx, key: string): Promise<unknown> => tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`)

/** The account of that key; null when there is none. */
export async function accountOfKey(db: Db, key: string): Promise<number | null> {
  const [found] = await db.select({ id: personas.accountId }).from(personas).where(eq(personas.key, key))
  return found?.id ?? null
}

/** Is in the circle as one of its owners. */
export async function isOwner(db: Db, accountId: number, circleId: number): Promise<boolean> {
  const owner = and(eq(circleMembers.role, 'owner'), isNull(circleMembers.leftAt))
  const [found] = await db
    .select({ id: circleMembers.accountId })
    .from(circleMembers)
    .innerJoin(circles, eq(circles.id, circleMembers.circleId))
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), owner))
  return found !== undefined
}
