/**
 * Organisations whose staff can be invited to circles, kept by administrators. Who belongs to one is known by what stands after the "@" of their mailbox, and by
 * exactly that: a domain below it counts only when it is listed itself. What ends here ends at once for everybody whom it let in.
 */
import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm'
import { mayAdminister } from '../accounts/policy.ts'
import { accounts, circleMembers, organisations, type ORGANISATION_KINDS } from '../accounts/schema.ts'
import type { Actor, SignedIn } from '../actor.ts'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { endRows } from './membership.ts'
import { refusedDomain } from './public-mail.ts'

export type OrganisationKind = (typeof ORGANISATION_KINDS)[number]
export type Organisation = typeof organisations.$inferSelect

export const ORGANISATION_NAMES: Record<OrganisationKind, string> = { council: 'Council', fire: 'Fire and rescue', health: 'Health', other: 'Other' }

export interface OrganisationInput {
  name: string
  kind: OrganisationKind
  /** In lower case, without "@". */
  domains: string[]
}

const DOMAINS_MOST = 20

function requireAdministrator(actor: Actor): void {
  if (!mayAdminister(actor)) throw new Forbidden('Only an administrator keeps the organisations.')
}

/** Every one, those that are let in first, A to Z. A force works with a few dozen. */
export async function allOrganisations(db: Db, actor: Actor): Promise<Organisation[]> {
  requireAdministrator(actor)
  return db
    .select()
    .from(organisations)
    .orderBy(sql`${organisations.endedAt} is not null`, sql`lower(${organisations.name})`)
    .limit(1000)
}

/** Throws `NotFound`. */
export async function organisationById(db: Db, actor: Actor, id: number): Promise<Organisation> {
  requireAdministrator(actor)
  const [found] = await db.select().from(organisations).where(eq(organisations.id, id))
  if (!found) throw new NotFound('organisation')
  return found
}

/** Whose address this is: the organisation that is let in, or null. */
export async function organisationOf(db: Db, email: string): Promise<{ id: number; name: string } | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1)
  const [found] = await db
    .select({ id: organisations.id, name: organisations.name })
    .from(organisations)
    .where(and(isNull(organisations.endedAt), sql`${domain} = any(${organisations.domains})`))
  return found ?? null
}

/** The names of those that are let in, A to Z: for whoever invites. */
export async function organisationsLetIn(db: Db): Promise<{ name: string; domains: string[] }[]> {
  return db
    .select({ name: organisations.name, domains: organisations.domains })
    .from(organisations)
    .where(isNull(organisations.endedAt))
    .orderBy(asc(organisations.name))
}

/** Acts on organisations follow one another: two must not take the same domain at the same moment. */
const inTurn = <T>(db: Database, actor: SignedIn, act: (tx: Tx) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    requireAdministrator(actor)
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('organisations'))`)
    return act(tx)
  })

/** `own`: the domains of the force. Throws `Refused` (fields `name`, `domains`). The same key again answers the same one. */
export const addOrganisation = (
  db: Database,
  actor: SignedIn,
  input: OrganisationInput & { clientKey: string },
  own: readonly string[],
): Promise<number> =>
  inTurn(db, actor, async (tx) => {
    const [known] = await tx.select({ id: organisations.id }).from(organisations).where(eq(organisations.clientKey, input.clientKey))
    if (known) return known.id
    await requireFree(tx, input, own, 0)
    const [added] = await tx
      .insert(organisations)
      .values({ ...input, addedBy: actor.accountId, addedAt: now() })
      .returning({ id: organisations.id })
    if (!added) throw new Error('the organisation gave no row back')
    await writeOrganisation(tx, actor, added.id, 'organisation-added', input.domains)
    return added.id
  })

async function requireFree(tx: Tx, { name, domains }: OrganisationInput, own: readonly string[], apartFrom: number): Promise<void> {
  const wrong = domains.map((domain) => refusedDomain(domain, own)).find((because) => because !== null)
  if (wrong) throw new Refused('That domain cannot be used', { domains: wrong })
  if (domains.length === 0 || domains.length > DOMAINS_MOST)
    throw new Refused('Domains are missing', {
      domains: domains.length === 0 ? 'Enter what stands after the “@” of their addresses' : `Enter ${DOMAINS_MOST} or fewer`,
    })
  const others = await tx.select().from(organisations).where(ne(organisations.id, apartFrom))
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new Refused('That name is taken', { name: 'An organisation of this name is here already' })
  const taken = others.filter(({ endedAt }) => endedAt === null).find((other) => other.domains.some((domain) => domains.includes(domain)))
  if (taken) throw new Refused('That domain is taken', { domains: `${taken.name} is known by one of these already` })
}

/** Whoever was let in by a domain that goes has no access from then on. Throws `Overtaken` once it is ended. */
export const changeOrganisation = (db: Database, actor: SignedIn, id: number, input: OrganisationInput, own: readonly string[]): Promise<void> =>
  inTurn(db, actor, async (tx) => {
    const before = await standing(tx, actor, id)
    await requireFree(tx, input, own, id)
    await tx.update(organisations).set({ name: input.name, kind: input.kind, domains: input.domains }).where(eq(organisations.id, id))
    await endOutside(tx, actor, id, input.domains)
    await writeOrganisation(tx, actor, id, 'organisation-changed', input.domains, before.domains)
  })

/** For good: nobody is let in by it any more, and whoever was has no more access. A second time changes nothing. */
export const endOrganisation = (db: Database, actor: SignedIn, id: number): Promise<void> =>
  inTurn(db, actor, async (tx) => {
    const found = await organisationById(tx, actor, id)
    if (found.endedAt !== null) return
    await tx.update(organisations).set({ endedAt: now(), endedBy: actor.accountId }).where(eq(organisations.id, id))
    await endOutside(tx, actor, id, [])
    await writeOrganisation(tx, actor, id, 'organisation-ended', [], found.domains)
  })

async function standing(tx: Tx, actor: SignedIn, id: number): Promise<Organisation> {
  const found = await organisationById(tx, actor, id)
  if (found.endedAt !== null) throw new Overtaken('This organisation was ended. Nothing was changed.')
  return found
}

/** Their rights are gone with the row above; here they leave, so that counts and follows say so too. Invitations that waited are taken back. */
async function endOutside(tx: Tx, actor: SignedIn, id: number, domains: readonly string[]): Promise<void> {
  const outside = (email: string) => sql.raw(`split_part(${email}, '@', 2) <> all(`)
  const rows = await tx
    .select({ circleId: circleMembers.circleId, accountId: circleMembers.accountId })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .where(
      and(eq(circleMembers.organisationId, id), isNull(circleMembers.leftAt), sql`${outside('accounts.email')}${sql.param([...domains])}::text[])`),
    )
    .orderBy(circleMembers.circleId, circleMembers.accountId)
    .for('no key update', { of: circleMembers })
  await endRows(tx, rows, actor.accountId, 'organisation')
  await tx.execute(sql`update circle_invitations set answer = 'taken-back', answered_at = ${now()}
    where organisation_id = ${id} and answer is null and ${outside('email')}${sql.param([...domains])}::text[])`)
}

const writeOrganisation = (
  tx: Tx,
  actor: SignedIn,
  id: number,
  act: string,
  domains: readonly string[],
  before: readonly string[] = [],
): Promise<number> =>
  writeLog(tx, {
    actorId: actor.accountId,
    role: 'administrator',
    act,
    item: 'organisation',
    itemId: id,
    audience: 'staff',
    teamId: null,
    teamName: null,
    fromState: before.join(' ') || null,
    toState: domains.join(' ') || null,
  })
