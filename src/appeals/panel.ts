/**
 * The appeal of a case as the desk reads and decides it. Colleagues see each other's names here; the author never does.
 */
import { and, eq, gt, isNull } from 'drizzle-orm'
import { sanctions, type SanctionKind } from '../accounts/schema.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { Case } from '../moderation/case.ts'
import { templatesFor, type TemplateShown } from '../moderation/correspondence.ts'
import { sayClock, type Countdown } from '../moderation/countdown.ts'
import { decisionOf, sayDecision, type Decision } from '../moderation/history.ts'
import { involvedBecause } from '../moderation/impartial.ts'
import { postState } from '../moderation/item.ts'
import { reasonsForDecisions, reasonTitles, type Reason } from '../moderation/reason.ts'
import { strikes } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { renderComment } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { appealOf, type Appeal } from './appeal.ts'
import { isSealed, stands } from './effect.ts'
import { cannotHearBecause, waysOf, type Standing, type Way } from './policy.ts'

export interface SanctionShown {
  id: number
  kind: SanctionKind
  endsAt: Date | null
}

export interface AppealPanel {
  appeal: Pick<Appeal, 'lodgedAt' | 'outcome' | 'outcomeText' | 'note' | 'decidedAt' | 'decider' | 'logId'> & {
    body: SafeHtml
    /** Of a varied one: the reason that stands now. */
    reasonTitle: string | null
  }
  clock: Countdown
  /** The first decision, with who made it. */
  first: Pick<Decision, 'publicText' | 'note' | 'at' | 'logId'> & { said: string; reasonTitle: string | null }
  /** What this moderator can decide; none when it is decided, or not theirs to decide. */
  ways: Way[]
  /** Why this moderator cannot; null when they can, or when it is decided. */
  cannot: string | null
  /** What to know before deciding: a lock, a seal, something that was taken back. */
  warnings: string[]
  reasons: Reason[]
  templates: TemplateShown[]
  /** The decision counts against its author; an overturned one no longer does. */
  strike: boolean
  /** Tied to the decision and in force: the outcome does not end them. */
  sanctions: SanctionShown[]
}

declare module '../web/page.ts' {
  interface Partials {
    'appeals/_panel': {
      panel: AppealPanel
      file: { id: number; version: number }
      typed: Readonly<Record<string, string>>
      fields: Readonly<Record<string, string>>
      key: string
      moment: Date
    }
  }
}

/** Null when there was no appeal. */
export async function appealPanel(db: Db, actor: Actor, file: Case): Promise<AppealPanel | null> {
  const [appeal, decision] = await Promise.all([appealOf(db, file.id), decisionOf(db, file.id)])
  if (!appeal || !decision) return null
  const [titles, thing, strike, inForce] = await Promise.all([
    reasonTitles(db),
    thingOf(db, file, decision),
    strikeOf(db, decision.id),
    sanctionsOf(db, decision.id),
  ])
  const title = (code: string | null) => (code === null ? null : (titles.get(code) ?? code))
  const decided = appeal.outcome !== null
  const cannot = decided ? null : await cannotBecause(db, actor, file, { authorId: appeal.accountId, deciderId: decision.deciderId })
  const hears = !decided && cannot === null
  return {
    appeal: { ...appeal, body: trusted(renderComment(appeal.body)), reasonTitle: title(appeal.reasonCode) },
    clock: sayClock(appeal.dueAt, now()),
    first: { ...decision, said: sayDecision(decision), reasonTitle: title(decision.reasonCode) },
    ways: hears ? waysOf(thing) : [],
    cannot,
    warnings: hears ? warningsOf(thing) : [],
    reasons: hears ? (await reasonsForDecisions(db)).filter((reason) => reason.code !== decision.reasonCode) : [],
    templates: hears ? await templatesFor(db, 'appeal') : [],
    strike,
    sanctions: inForce,
  }
}

async function cannotBecause(
  db: Db,
  actor: Actor,
  file: Case,
  { authorId, deciderId }: { authorId: number; deciderId: number },
): Promise<string | null> {
  const because = cannotHearBecause(actor, { ...file, authorId, deciderId })
  if (because !== null || !isSignedIn(actor)) return because
  return involvedBecause(db, actor, { audience: file.audience, accountIds: [authorId, deciderId] })
}

async function thingOf(db: Db, file: Case, decision: Decision): Promise<Standing> {
  const kind = file.commentId === null ? ('post' as const) : ('comment' as const)
  const id = Number(file.commentId ?? file.postId)
  const [sealed, item, [where]] = await Promise.all([
    isSealed(db, { kind, id }),
    kind === 'comment' ? commentNow(db, id) : postNow(db, id),
    db
      .select({ mode: conversations.mode })
      .from(conversations)
      .where(eq(conversations.id, Number(file.conversationId))),
  ])
  return { kind, act: decision.act, stands: item !== undefined && stands(decision, item), sealed, locked: where?.mode === 'legal-lock' }
}

const commentNow = async (db: Db, id: number) =>
  (await db.select({ state: comments.state, removalId: comments.removalId }).from(comments).where(eq(comments.id, id)))[0]

async function postNow(db: Db, id: number) {
  const [found] = await db.select({ state: posts.state, removalId: posts.removalId }).from(posts).where(eq(posts.id, id))
  return found && { ...found, state: postState(found.state) }
}

function warningsOf({ kind, act, stands, sealed, locked }: Standing): string[] {
  const warnings: string[] = []
  if (!stands)
    warnings.push(
      'What the decision did is no longer so: it was taken back, or taken down for another reason. Nothing comes back; you decide for the record.',
    )
  if (sealed && stands) warnings.push('It is sealed as evidence. Its words stay as they are, and the seal stays.')
  if (locked && stands && act !== 'redact')
    warnings.push(
      kind === 'comment'
        ? 'The conversation is under a legal lock. If it comes back, it waits in the queue and is not shown while proceedings are active.'
        : 'The conversation is under a legal lock. Even if you undo the decision, the post is not shown while proceedings are active.',
    )
  if (act === 'redact' && stands && !sealed)
    warnings.push('If you undo the decision, the whole words are shown again. A photo stays as it was edited.')
  return warnings
}

async function strikeOf(db: Db, decisionId: number): Promise<boolean> {
  const found = await db
    .select({ id: strikes.id })
    .from(strikes)
    .where(and(eq(strikes.decisionId, decisionId), isNull(strikes.cancelledAt), gt(strikes.lapsesAt, now())))
  return found.length > 0
}

const sanctionsOf = (db: Db, decisionId: number): Promise<SanctionShown[]> =>
  db
    .select({ id: sanctions.id, kind: sanctions.kind, endsAt: sanctions.endsAt })
    .from(sanctions)
    .where(and(eq(sanctions.decisionId, decisionId), isNull(sanctions.liftedAt), gt(sanctions.endsAt, now())))
