import { hasRole, type Actor } from '../actor.ts'

/** Teams, what they cover and who is shown as their people: the affair of administrators. */
export const mayManageTeams = (actor: Actor): boolean => hasRole(actor, 'administrator')
