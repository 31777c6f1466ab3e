/**
 * When nobody looks after a support circle any more. Who stands behind a pseudonym is known to nobody, so neither is whether they are still there: a member offers to look
 * after it, and its owners read that on its page. When none of them has answered for a fortnight, the member looks after it with them from then on. Nobody loses anything
 * by it, and nobody is written to.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { circles } from '../accounts/schema.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { daysAfter } from '../text/moment.ts'
import { isOwner, type Persona } from './persona.ts'
import { requireVoice } from './policy.ts'
import { circleRequests } from './schema.ts'
import { isIn, OFFER, ownIt } from './support-joining.ts'
import { ownersOf, today } from './support.ts'

/** How long the owners have to answer. */
export const OFFER_DAYS = 14

/** A member offers it. Twice is the same as once, and an owner has nothing to offer. Throws `NotFound` for who is not in it, `Forbidden` for who may not write. */
export const offerToKeep = (db: Database, actor: Persona): Promise<void> =>
  db.transaction(async (tx) => {
    const { circleId } = actor.persona
    if (!(await isIn(tx, circleId, actor.accountId))) throw new NotFound('circle')
    requireVoice(actor, circleId)
    if (await isOwner(tx, actor.accountId, circleId)) return
    await tx.insert(circleRequests).values({ circleId, accountId: actor.accountId, words: OFFER, askedAt: today() }).onConflictDoNothing()
  })

export interface Offer {
  offeredAt: Date
  /** From when on they can take over. */
  from: Date
}

/** What a member has offered and nobody has answered; null without it. */
export async function offerOf(db: Db, { accountId, persona: { circleId } }: Persona): Promise<Offer | null> {
  const [open] = await db
    .select({ offeredAt: circleRequests.askedAt })
    .from(circleRequests)
    .where(
      and(
        eq(circleRequests.circleId, circleId),
        eq(circleRequests.accountId, accountId),
        eq(circleRequests.words, OFFER),
        isNull(circleRequests.answer),
      ),
    )
  return open ? { ...open, from: daysAfter(open.offeredAt, OFFER_DAYS) } : null
}

/** Looks after it from now on. Throws `NotFound` for who is not in it, `Forbidden` while an owner can still answer, and for who may not write. */
export const takeOverSupport = (db: Database, actor: Persona): Promise<void> =>
  db.transaction(async (tx) => {
    const { circleId } = actor.persona
    await tx.execute(sql`select 1 from ${circles} where id = ${circleId} for no key update`)
    if (!(await isIn(tx, circleId, actor.accountId))) throw new NotFound('circle')
    requireVoice(actor, circleId)
    if (await isOwner(tx, actor.accountId, circleId)) return
    const offer = await offerOf(tx, actor)
    if ((await ownersOf(tx, circleId)).length > 0 && (offer === null || offer.from > today()))
      throw new Forbidden('Those who look after this circle have a fortnight to answer.')
    await ownIt(tx, circleId, actor.accountId)
  })
