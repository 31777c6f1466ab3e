import { hasRole, isColleague, isSignedIn, type Actor } from '../actor.ts'

/** Members of staff look each other up. Administrators keep who works here at a desk of their own, and partner staff know those of their circles. */
export const mayLookUp = (actor: Actor): boolean => isColleague(actor)

/** What somebody says of themself is theirs alone. */
export const mayDescribe = (actor: Actor, accountId: number): boolean => isSignedIn(actor) && isColleague(actor) && actor.accountId === accountId

/** Who speaks as leadership is said by somebody who has no voice in the network. */
export const maySayLeads = (actor: Actor): boolean => hasRole(actor, 'administrator')
