/**
 * Who may seal, lift a seal and read what is sealed: two people of the press office. Everybody else asks them (see the room `requests`).
 */
import type { Actor, SignedIn } from '../actor.ts'
import { Forbidden } from '../errors.ts'
import { deskOf, isOwn } from '../moderation/policy.ts'

export const mayKeepSeals = (actor: Actor): boolean => deskOf(actor) === 'all'

/** Throws `Forbidden`. Nobody has a hand in the evidence of what they wrote themselves. */
export function requireKeeper(actor: SignedIn, item: { authorId: number }): void {
  if (!mayKeepSeals(actor)) throw new Forbidden('This takes two people of the press office.')
  if (isOwn(actor, item)) throw new Forbidden('You wrote this yourself. It takes two colleagues.')
}
