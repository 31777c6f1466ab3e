import { hasRole, isColleague, isSignedIn, type Actor } from '../actor.ts'

/** Members of staff look each other up. Partner staff know those of their circles. */
export const mayLookUp = (actor: Actor): boolean => isColleague(actor)

/** What somebody says of themself is theirs alone. */
export const mayDescribe = (actor: Actor, accountId: number): boolean => isSignedIn(actor) && isColleague(actor) && actor.accountId === accountId

/** Who speaks as leadership is said by an administrator, and by nobody of themself. */
export const maySayLeads = (actor: Actor, accountId: number): boolean =>
  isSignedIn(actor) && hasRole(actor, 'administrator') && actor.accountId !== accountId
