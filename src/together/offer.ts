/**
 * Lending a hand: somebody of another team offers a team to help with what waits there, for a week. The team's sergeant hears of it; nobody is bound by it.
 */
import { and, asc, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { silentBecause } from '../conversations/policy.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { heldBy, sayHeld } from './mark.ts'
import { mayEndHelp, mayOfferHelp } from './policy.ts'
import { helpOffers } from './schema.ts'

export const OFFER_DAYS = 7

export interface Offer {
  id: number
  endsAt: Date
}

/**
 * Once at a time for a person and a team: while one runs, that one is answered. Throws `NotFound` for a team that is none, `Forbidden` for one's own team, for whoever is not
 * of the force, and for whom a sanction silences.
 */
export async function offerHelp(db: Database, actor: SignedIn, teamId: number, clientKey: string): Promise<Offer> {
  return db.transaction(async (tx) => {
    const [team] = await tx
      .select({ id: teams.id })
      .from(teams)
      .where(and(eq(teams.id, teamId), isNull(teams.archivedAt)))
    if (!team) throw new NotFound('team')
    if (!mayOfferHelp(actor, teamId)) throw new Forbidden('Colleagues of other teams offer to help. With your own team you work already.')
    const silent = silentBecause(actor, { audience: 'staff' })
    if (silent) throw new Forbidden(silent)
    // Two taps at once wait for each other here, so that the second finds what the first made.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`help ${actor.accountId} ${teamId}`}, 0))`)
    const known = await runningOffer(tx, actor, teamId, clientKey)
    if (known) return known
    const offeredAt = now()
    const values = { teamId, byId: actor.accountId, offeredAt, endsAt: new Date(offeredAt.getTime() + OFFER_DAYS * 86_400_000), clientKey }
    const [offer] = await tx.insert(helpOffers).values(values).onConflictDoNothing().returning({ id: helpOffers.id, endsAt: helpOffers.endsAt })
    if (!offer) throw new Overtaken('This form was sent before. Reload the page and try again.')
    await recordActivity(tx, { kind: 'help.offered', audience: 'staff', actorId: actor.accountId, teamId, detail: { offerId: offer.id } })
    return offer
  })
}

/** The same form, also after its end; else one that runs. */
async function runningOffer(db: Db, actor: SignedIn, teamId: number, clientKey: string): Promise<Offer | undefined> {
  const runs = and(eq(helpOffers.teamId, teamId), gt(helpOffers.endsAt, now()))
  const [known] = await db
    .select({ id: helpOffers.id, endsAt: helpOffers.endsAt })
    .from(helpOffers)
    .where(and(eq(helpOffers.byId, actor.accountId), sql`(${helpOffers.clientKey} = ${clientKey} or (${runs}))`))
    .orderBy(desc(helpOffers.endsAt))
    .limit(1)
  return known
}

/** Ends it before its time. Twice is the same as once. Throws `NotFound` for whom it does not concern. */
export async function endHelp(db: Database, actor: SignedIn, offerId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const [offer] = await tx.select().from(helpOffers).where(eq(helpOffers.id, offerId)).for('update')
    if (!offer || !mayEndHelp(actor, offer)) throw new NotFound('offer')
    if (offer.endsAt > now()) await tx.update(helpOffers).set({ endsAt: now() }).where(eq(helpOffers.id, offerId))
  })
}

export interface Helper {
  offerId: number
  accountId: number
  name: string | null
  /** "Officer · Waddington team"; null for one whose role has ended since. */
  mark: string | null
  offeredAt: Date
  endsAt: Date
}

const MOST = 50

/** Who lends this team a hand now, whoever offered first before the others. */
export async function helpersOf(db: Db, teamId: number): Promise<Helper[]> {
  const moment = now()
  const rows = await db
    .select({
      offerId: helpOffers.id,
      accountId: helpOffers.byId,
      name: accounts.displayName,
      held: heldBy(helpOffers.byId),
      offeredAt: helpOffers.offeredAt,
      endsAt: helpOffers.endsAt,
    })
    .from(helpOffers)
    .innerJoin(accounts, eq(accounts.id, helpOffers.byId))
    .where(and(eq(helpOffers.teamId, teamId), gt(helpOffers.endsAt, moment)))
    .orderBy(asc(helpOffers.offeredAt), asc(helpOffers.id))
    .limit(MOST)
  return rows.map(({ held, ...row }) => ({ ...row, mark: sayHeld(held) }))
}
