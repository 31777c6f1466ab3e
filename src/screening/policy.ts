import { hasRole, type Actor } from '../actor.ts'

/** Word lists are the press office's. Administrators never moderate, whatever else they are. */
export const mayKeepLists = (actor: Actor): boolean => hasRole(actor, 'press-office') && !hasRole(actor, 'administrator')
