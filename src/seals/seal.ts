/**
 * An evidence seal: laid over an item in any state, which it does not change. What is sealed is not edited, not redacted and not disposed of; the database
 * refuses it to everybody. It takes two people of the press office and the reference of the authority that asked for it, and two again to lift it.
 */
import { and, eq, isNull } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { NotFound, Overtaken } from '../errors.ts'
import { lockItem, refOf, teamNameOf, type Item, type ItemRef } from '../moderation/item.ts'
import { deciderRole } from '../moderation/policy.ts'
import { besideOf } from '../moderation/redaction.ts'
import { keepSealed } from '../moderation/sealed-copy.ts'
import { propose, type Proposal } from '../proposals/proposal.ts'
import { requireKeeper } from './policy.ts'
import { seals, type Authority } from './schema.ts'

export type Seal = typeof seals.$inferSelect
type About = { commentId: number | null; postId: number | null }

export const AUTHORITY_SAID: Record<Authority, string> = { 'data-protection': 'Data protection', standards: 'Professional standards' }

/** The seal that lies over an item now; null for none. */
export async function sealOver(db: Db, about: About): Promise<Seal | null> {
  const item = about.commentId === null ? eq(seals.postId, about.postId ?? 0) : eq(seals.commentId, about.commentId)
  const [seal] = await db
    .select()
    .from(seals)
    .where(and(item, isNull(seals.liftedAt)))
  return seal ?? null
}

export interface NewSeal {
  authority: Authority
  reference: string
  because: string
  /** The case from whose page it is proposed. */
  caseId: number
  clientKey: string
}

/** Puts a seal before a second person. Throws `NotFound`, `Forbidden`, and `Overtaken` when it is sealed or proposed already. */
export async function proposeSeal(db: Database, actor: SignedIn, ref: ItemRef, input: NewSeal): Promise<{ caseId: number }> {
  return db.transaction(async (tx) => {
    const item = await takeItem(tx, actor, ref)
    await requireUnsealed(tx, item)
    const { authority, reference, because, caseId, clientKey } = input
    return propose(tx, actor, {
      kind: 'seal',
      ...aboutItem(item),
      form: { authority, reference, because, caseId: String(caseId) },
      clientKey,
      title: `Seal a ${item.kind} in “${item.title}” as evidence`,
      body: `${AUTHORITY_SAID[authority]} asks for it under ${reference}. ${because}`,
      teamId: null,
      audience: item.audience,
    })
  })
}

/** Puts the end of a seal before a second person. */
export async function proposeLifting(
  db: Database,
  actor: SignedIn,
  ref: ItemRef,
  input: { because: string; clientKey: string },
): Promise<{ caseId: number }> {
  return db.transaction(async (tx) => {
    const item = await takeItem(tx, actor, ref)
    const seal = await sealOver(tx, aboutItem(item))
    if (!seal) throw new Overtaken('It is not sealed any more. Nothing was changed.')
    return propose(tx, actor, {
      kind: 'lift-seal',
      ...aboutItem(item),
      sealId: seal.id,
      form: { because: input.because },
      clientKey: input.clientKey,
      title: `Lift the seal from a ${item.kind} in “${item.title}”`,
      body: `${AUTHORITY_SAID[seal.authority]} asked for it under ${seal.reference}. Why it can end: ${input.because}`,
      teamId: null,
      audience: item.audience,
    })
  })
}

async function takeItem(tx: Tx, actor: SignedIn, ref: ItemRef): Promise<Item> {
  const item = await lockItem(tx, ref)
  if (!item) throw new NotFound('item')
  requireKeeper(actor, item)
  return item
}

const aboutItem = (item: Pick<Item, 'kind' | 'id'>): About => ({
  commentId: item.kind === 'comment' ? item.id : null,
  postId: item.kind === 'post' ? item.id : null,
})

async function requireUnsealed(tx: Tx, item: Item): Promise<void> {
  if (item.state === 'disposed') throw new Overtaken('It was disposed of, so there is nothing left to seal.')
  if (await sealOver(tx, aboutItem(item))) throw new Overtaken('It is sealed already. Nothing was changed.')
}

/** The second person (`actor`) has agreed. */
export async function sealAgreed(tx: Tx, actor: SignedIn, proposal: Proposal): Promise<void> {
  const item = await takeItem(tx, actor, refOf(proposal))
  await requireUnsealed(tx, item)
  const { form } = proposal
  const authority: Authority = form['authority'] === 'standards' ? 'standards' : 'data-protection'
  const reference = form['reference'] ?? ''
  const kept = { because: 'sealed' as const, caseId: Number(form['caseId'] ?? 0) || null, takenBy: actor.accountId }
  await keepSealed(tx, {
    ...kept,
    ...aboutItem(item),
    title: item.kind === 'post' ? item.title : null,
    body: item.body,
    beside: besideOf(item).map((one) => ({ ...one, left: one.text })),
  })
  const logId = await logSeal(tx, actor, item, 'seal', `${AUTHORITY_SAID[authority]}, ${reference}`)
  await tx.insert(seals).values({
    ...aboutItem(item),
    authority,
    reference,
    because: form['because'] ?? '',
    sealedBy: proposal.proposedBy,
    confirmedBy: actor.accountId,
    sealedAt: now(),
    logId,
  })
  await tellOfSeal(tx, actor, item, 'item.sealed')
}

/** The second person has agreed that the seal ends. */
export async function liftingAgreed(tx: Tx, actor: SignedIn, proposal: Proposal): Promise<void> {
  const item = await takeItem(tx, actor, refOf(proposal))
  const lifted = { liftedAt: now(), liftedBy: proposal.proposedBy, liftConfirmedBy: actor.accountId, liftedBecause: proposal.form['because'] ?? '' }
  const [seal] = await tx
    .update(seals)
    .set(lifted)
    .where(and(eq(seals.id, proposal.sealId ?? 0), isNull(seals.liftedAt)))
    .returning()
  if (!seal) throw new Overtaken('It is not sealed any more. Nothing was changed.')
  await logSeal(tx, actor, item, 'unseal', `${AUTHORITY_SAID[seal.authority]}, ${seal.reference}`)
  await tellOfSeal(tx, actor, item, 'item.unsealed')
}

/** For the staff's eyes: that something is evidence is not for the public log. */
async function logSeal(tx: Tx, actor: SignedIn, item: Item, act: 'seal' | 'unseal', note: string): Promise<number> {
  const hash = contentHash(item.body)
  return writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor),
    act,
    item: item.kind,
    itemId: item.id,
    audience: 'staff',
    teamId: item.teamId,
    teamName: await teamNameOf(tx, item.teamId),
    fromState: item.state,
    toState: item.state,
    note,
    hashBefore: hash,
    hashAfter: hash,
  })
}

async function tellOfSeal(tx: Tx, actor: SignedIn, item: Item, kind: 'item.sealed' | 'item.unsealed'): Promise<void> {
  const { teamId, conversationId } = item
  await recordActivity(tx, { kind, audience: 'staff', actorId: actor.accountId, teamId, conversationId, ...aboutItem(item) })
}
