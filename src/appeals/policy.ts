/**
 * Who may appeal, and who may hear it: nobody decides about their own act, or their own words.
 */
import { isSignedIn, type Actor } from '../actor.ts'
import { deskOf, mayReadCase } from '../moderation/policy.ts'
import type { Act } from '../moderation/schema.ts'
import { appealUntil } from './deadline.ts'
import type { AppealOutcome } from './schema.ts'

/** What takes something from an author: the words, or a part of them. */
const APPEALABLE: readonly Act[] = ['reject', 'remove', 'redact']

export interface Decided {
  act: Act
  at: Date
}

/** Why this decision cannot be appealed, in words for its author; null while it can. */
export function unappealableBecause(decision: Decided | null, appealed: boolean, moment: Date): string | null {
  if (!decision) return 'Nothing has been decided yet.'
  if (!APPEALABLE.includes(decision.act)) return 'This decision took nothing away.'
  if (appealed) return 'A decision can be appealed once.'
  return moment > appealUntil(decision.at) ? 'The 28 days for an appeal are over.' : null
}

interface Hearing {
  audience: string
  teamId: number | null
  authorId: number
  deciderId: number
}

/** Why this moderator cannot decide the appeal; null when they can. */
export function cannotHearBecause(actor: Actor, thing: Hearing): string | null {
  if (!isSignedIn(actor) || !mayReadCase(actor, thing) || deskOf(actor) !== 'all') return 'Only the press office decides appeals.'
  if (actor.accountId === thing.authorId) return 'You wrote this yourself. A colleague has to decide the appeal.'
  if (actor.accountId === thing.deciderId) return 'You made the first decision. A colleague who did not has to decide the appeal.'
  return null
}

export const mayHear = (actor: Actor, thing: Hearing): boolean => cannotHearBecause(actor, thing) === null

/** How an appeal can end. A decision is varied by another reason, or by bringing the words back with parts taken out. */
export const WAYS = ['upheld', 'varied-reason', 'varied-words', 'overturned'] as const
export type Way = (typeof WAYS)[number]

export const outcomeOfWay = (way: Way): AppealOutcome => (way === 'upheld' || way === 'overturned' ? way : 'varied')

export interface Standing {
  kind: 'comment' | 'post'
  act: Act
  /** What the decision did is still so: the item is down because of it, or shows the words that it left. */
  stands: boolean
  /** Its words are evidence that nobody may change. */
  sealed: boolean
  /** Proceedings are active: what comes back is not shown yet. */
  locked: boolean
}

/** The ways that are open. Where nothing is left of what the decision did, it is said for the record whether it was right. */
export function waysOf({ kind, act, stands, sealed, locked }: Standing): Way[] {
  if (!stands) return ['upheld', 'overturned']
  if (act === 'redact') return ['upheld', 'overturned']
  // A post cannot wait: while proceedings are active no part of it comes back.
  return WAYS.filter((way) => way !== 'varied-words' || (!sealed && !(locked && kind === 'post')))
}
