/** Who handles a notice: the press office, and nobody whose own words it is about. */
import type { Actor, SignedIn } from '../actor.ts'
import { Forbidden } from '../errors.ts'
import { deskOf, isOwn } from '../moderation/policy.ts'

export const mayHandleNotices = (actor: Actor): boolean => deskOf(actor) === 'all'

/** Throws `Forbidden`. */
export function requireHandler(actor: SignedIn, item: { authorId: number }): void {
  if (!mayHandleNotices(actor)) throw new Forbidden('Only the press office handles notices of law.')
  if (isOwn(actor, item)) throw new Forbidden('You wrote this yourself. A colleague has to handle the notice.')
}
