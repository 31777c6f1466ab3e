import { isSignedIn, isStaff, type Actor } from '../actor.ts'
import { silentBecause } from '../conversations/policy.ts'

/**
 * Why this actor does not share out the effort, in words for the page; null when they may. Staff do not, not even where they live: the results are what
 * residents ask of the team, and somebody who works for it would answer their own question.
 */
export function unsharedBecause(actor: Actor): string | null {
  if (!isSignedIn(actor)) return 'Sign in to take part.'
  if (isStaff(actor)) return 'Staff do not take part: this is what residents ask of the team.'
  return silentBecause(actor, { audience: 'public' })
}
