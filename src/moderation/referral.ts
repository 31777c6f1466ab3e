/**
 * What is not for moderators to judge is handed to those whose affair it is: a complaint about an officer goes to professional standards.
 * A referral waits until somebody of the press office has handed it over and written down under which number it was taken.
 */
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Activity } from '../activity/activity.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { sayNear } from '../text/dates.ts'
import { recordCaseAct } from './case.ts'
import { inPressOffice } from './policy.ts'
import { cases, ESCALATIONS, referrals, type Escalation } from './schema.ts'

export interface Referral {
  id: number
  caseId: number
  to: Escalation
  because: string
  at: Date
  /** Title of the conversation in which it was said. */
  title: string | null
  body: string
}

const PAGE = 25

/** Hands a case on, once to each: doing it again changes nothing. */
export async function refer(tx: Tx, referral: { caseId: number; to: Escalation; because: string }): Promise<void> {
  await tx
    .insert(referrals)
    .values({ ...referral, at: now() })
    .onConflictDoNothing()
}

/** A comment that waits and is somebody else's affair is handed on in the transaction in which it was written. Its case is open by then. */
export async function referHeld(tx: Tx, { commentId, detail }: Activity): Promise<void> {
  const to = ESCALATIONS.find((known) => known === detail?.['refer'])
  if (!to || !commentId) return
  const [file] = await tx
    .select({ id: cases.id })
    .from(cases)
    .where(and(eq(cases.commentId, commentId), isNull(cases.decidedAt)))
  const because = 'Its author was told that it reads like a complaint about an officer, and asked for a moderator.'
  if (file) await refer(tx, { caseId: file.id, to, because })
}

/** What waits to be handed over, oldest first, a page at a time: those behind `after`. */
export async function waitingReferrals(db: Db, actor: SignedIn, after: number | null): Promise<{ items: Referral[]; next: number | null }> {
  if (!inPressOffice(actor)) throw new Forbidden('Referrals are for the press office.')
  const rows = await db
    .select({
      id: referrals.id,
      caseId: referrals.caseId,
      to: referrals.to,
      because: referrals.because,
      at: referrals.at,
      title: sql<string | null>`coalesce(${conversations.title}, ${cases.title})`,
      body: sql<string>`${cases.snapshot} ->> 'body'`,
    })
    .from(referrals)
    .innerJoin(cases, eq(cases.id, referrals.caseId))
    .leftJoin(conversations, eq(conversations.id, cases.conversationId))
    .where(and(isNull(referrals.handedOverAt), after === null ? undefined : gt(referrals.id, after)))
    .orderBy(referrals.id)
    .limit(PAGE + 1)
  const items = rows.slice(0, PAGE)
  return { items, next: rows.length > PAGE ? (items.at(-1)?.id ?? null) : null }
}

/** It is with them now, under that number. Twice is the same as once; throws `Overtaken` when a colleague has done it. */
export async function handOver(db: Database, actor: SignedIn, id: number, reference: string): Promise<void> {
  if (!inPressOffice(actor)) throw new Forbidden('Referrals are for the press office.')
  await db.transaction(async (tx) => {
    const [found] = await tx.select().from(referrals).where(eq(referrals.id, id)).for('update')
    if (!found) throw new NotFound('referral')
    if (found.handedOverAt !== null) return requireSame(tx, actor, found, reference)
    await tx.update(referrals).set({ handedOverAt: now(), handedOverBy: actor.accountId, reference }).where(eq(referrals.id, id))
    await recordCaseAct(tx, actor, found.caseId, 'noted', { note: `Handed over to ${found.to.replace('-', ' ')}, reference ${reference}.` })
  })
}

async function requireSame(tx: Tx, actor: SignedIn, found: typeof referrals.$inferSelect, reference: string): Promise<void> {
  if (found.handedOverBy === actor.accountId && found.reference === reference) return
  const [colleague] = await tx
    .select({ name: accounts.displayName })
    .from(accounts)
    .where(eq(accounts.id, Number(found.handedOverBy)))
  throw new Overtaken(
    `${colleague?.name ?? 'A colleague'} handed it over ${sayNear(found.handedOverAt ?? now(), now())}, reference ${found.reference}. Nothing was changed.`,
  )
}
