/**
 * Two people of the press office: one proposes, another agrees. Administrators are no part of it, whatever else they are.
 */
import { idOf, type Actor } from '../actor.ts'
import { inPressOffice } from '../moderation/policy.ts'

interface Whose {
  proposedBy: number
  /** The account that it is about, when it is about one. */
  accountId: number | null
}

export const mayPropose = (actor: Actor): boolean => inPressOffice(actor)

export const isProposer = (actor: Actor, proposal: { proposedBy: number }): boolean => idOf(actor) === proposal.proposedBy

/** Why somebody cannot be the second person, in words for the page; null when they can. */
export function cannotAnswerBecause(actor: Actor, proposal: Whose): string | null {
  if (!mayPropose(actor)) return 'This takes two people of the press office.'
  if (isProposer(actor, proposal)) return 'You proposed this yourself. A colleague has to agree to it or refuse it.'
  return proposal.accountId !== null && idOf(actor) === proposal.accountId ? 'This is about yourself. A colleague has to answer it.' : null
}
