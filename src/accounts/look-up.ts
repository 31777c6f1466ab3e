/**
 * Who is this resident? Whoever looks it up gives a reason, the log keeps it, and the resident reads in their account that somebody did.
 */
import { desc, eq, lt, and, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import { hasRole, idOf, type Actor, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { isNoMailbox } from '../mail/mail.ts'
import { accounts, lookUps, type LookUpReason } from './schema.ts'
import { isStaffNow } from './standing.ts'

/** Each reason in plain words, for the form and for the resident. */
export const LOOK_UP_TITLES: Record<LookUpReason, string> = {
  'threat-to-life': 'Somebody’s life or safety may be in danger',
  crime: 'To prevent or investigate a crime',
  safeguarding: 'To protect a child or an adult at risk',
  'legal-request': 'A court or the law requires it',
  'data-request': 'To answer a request about personal data',
  impersonation: 'Somebody may be pretending to be somebody else',
}

/** The press office alone, and never those who administer. */
export const mayLookUp = (actor: Actor): boolean => hasRole(actor, 'press-office') && !hasRole(actor, 'administrator')

export interface NewLookUp {
  reason: LookUpReason
  /** For the force's own audit. */
  note: string
  clientKey: string
}

/** What a look-up shows, once, to whoever gave the reason. */
export interface Identity {
  accountId: number
  email: string
  displayName: string | null
}

/**
 * Writes down who looks and why, and only then answers who it is. The same client key again answers the same and writes nothing.
 * Throws `NotFound`, and `Forbidden` for other roles, for oneself and for colleagues.
 */
export async function lookUpAccount(db: Database, actor: SignedIn, accountId: number, input: NewLookUp): Promise<Identity> {
  if (!mayLookUp(actor)) throw new Forbidden('Only the press office can look up who a resident is.')
  return db.transaction(async (tx) => {
    const identity = await lockResident(tx, actor, accountId)
    if (await lookedUpBefore(tx, actor, accountId, input)) return identity
    const logId = await writeLog(tx, {
      actorId: actor.accountId,
      role: 'press-office',
      act: 'look-up',
      item: 'account',
      itemId: accountId,
      audience: 'staff',
      teamId: null,
      teamName: null,
      reasonCode: input.reason,
      reasonTitle: LOOK_UP_TITLES[input.reason],
      note: input.note,
    })
    const [made] = await tx
      .insert(lookUps)
      .values({ ...input, accountId, byId: actor.accountId, byRole: 'press-office', at: now(), logId })
      .returning({ id: lookUps.id })
    await recordActivity(tx, {
      kind: 'account.looked-up',
      audience: 'staff',
      actorId: actor.accountId,
      detail: { accountId, lookUpId: Number(made?.id) },
    })
    return identity
  })
}

/** Said to whoever wants to know who writes under a pseudonym in a support circle. */
export const NOBODY_KNOWS = 'This is a pseudonym of a support circle. Nothing says who it is: neither this page nor anything else that we keep.'

async function lockResident(tx: Tx, actor: SignedIn, accountId: number): Promise<Identity> {
  // Two taps at once wait for each other here, so that the second finds what the first wrote.
  await tx.execute(sql`select 1 from accounts where id = ${accountId} for no key update`)
  const resident = await residentById(tx, accountId)
  if (idOf(actor) === accountId) throw new Forbidden('This is your own account.')
  if (resident.persona) throw new Forbidden(NOBODY_KNOWS)
  if (resident.staff) throw new Forbidden('This is a colleague. An administrator knows who it is.')
  const [found] = await tx.select({ email: accounts.email }).from(accounts).where(eq(accounts.id, accountId))
  return { accountId, email: found?.email ?? '', displayName: resident.displayName }
}

async function lookedUpBefore(tx: Tx, actor: SignedIn, accountId: number, { clientKey }: NewLookUp): Promise<boolean> {
  const [known] = await tx.select().from(lookUps).where(eq(lookUps.clientKey, clientKey))
  if (known && (known.byId !== actor.accountId || known.accountId !== accountId))
    throw new Refused('This page is out of date. Reload it and try again.')
  return known !== undefined
}

export interface Resident {
  id: number
  displayName: string | null
  createdAt: Date
  publishedCount: number
  /** Has a role in force. */
  staff: boolean
  /** A pseudonym of a support circle: nobody can look up whose. */
  persona: boolean
}

/** An account as the desk knows it, without who it is. Throws `NotFound`. */
export async function residentById(db: Db, id: number): Promise<Resident> {
  const [found] = await db
    .select({
      id: accounts.id,
      displayName: accounts.displayName,
      createdAt: accounts.createdAt,
      publishedCount: accounts.publishedCount,
      staff: isStaffNow(),
      email: accounts.email,
    })
    .from(accounts)
    .where(eq(accounts.id, id))
  if (!found) throw new NotFound('account')
  const { email, ...resident } = found
  return { ...resident, persona: isNoMailbox(email) }
}

export interface LookUpShown {
  id: number
  at: Date
  role: Role
  reason: LookUpReason
}

const PAGE = 20

/** Who looked up who this actor is: the role and the reason, never the name. Newest first; `next` is the key of the next page. */
export async function lookUpsOf(db: Db, actor: SignedIn, before: number | null): Promise<{ items: LookUpShown[]; next: number | null }> {
  const rows = await db
    .select({ id: lookUps.id, at: lookUps.at, role: lookUps.byRole, reason: lookUps.reason })
    .from(lookUps)
    .where(and(eq(lookUps.accountId, actor.accountId), before === null ? undefined : lt(lookUps.id, before)))
    .orderBy(desc(lookUps.id))
    .limit(PAGE + 1)
  const items = rows.slice(0, PAGE)
  return { items, next: rows.length > PAGE ? (items.at(-1)?.id ?? null) : null }
}

/** Look-ups of an account as colleagues see them: who, when and why. */
export async function lookUpsAbout(db: Db, accountId: number): Promise<(LookUpShown & { by: string | null; note: string })[]> {
  return db
    .select({ id: lookUps.id, at: lookUps.at, role: lookUps.byRole, reason: lookUps.reason, note: lookUps.note, by: accounts.displayName })
    .from(lookUps)
    .innerJoin(accounts, eq(accounts.id, lookUps.byId))
    .where(eq(lookUps.accountId, accountId))
    .orderBy(desc(lookUps.id))
    .limit(PAGE)
}
