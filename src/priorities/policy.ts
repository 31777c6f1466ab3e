import { hasRole, type Actor } from '../actor.ts'
import { publishingDuty } from '../posts/policy.ts'

/** Says what is done about a priority and how it stands, and takes up what residents said elsewhere: officers and sergeants of the team, the press office for all. */
export const mayKeepPriority = (actor: Actor, teamId: number): boolean => publishingDuty(actor, teamId) !== null

/** Sets and closes priorities, hands them on, and decides on suggestions: the sergeant of the team and the press office. */
export const mayLeadPriorities = (actor: Actor, teamId: number): boolean =>
  hasRole(actor, 'press-office') || actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === teamId)
