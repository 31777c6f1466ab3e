import { hasRole, type Actor } from '../actor.ts'

/** What holds for many teams at once is for the press office. Administrators never moderate, whatever else they are. */
export const maySwitch = (actor: Actor): boolean => hasRole(actor, 'press-office') && !hasRole(actor, 'administrator')
