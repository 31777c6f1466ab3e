import { hasRole, idOf, type Actor, type Duty } from '../actor.ts'
import { publishingDuty } from '../posts/policy.ts'

/** The duty in whose name somebody keeps the places of a team: its officers and supervisors, and the press office. Null for others. */
export const keepingDuty = (actor: Actor, teamId: number): Duty | null => publishingDuty(actor, teamId)

/** Partner staff open places of their own, once a second person has agreed. */
export const mayPropose = (actor: Actor): boolean => hasRole(actor, 'partner')

interface Thing {
  teamId: number
  /** Of a partner's place: their account. */
  partnerId: number | null
  closedAt: Date | null
}

/** Their own place, while it stands. */
export const mayProposeFor = (actor: Actor, place: Thing): boolean =>
  mayPropose(actor) && place.partnerId !== null && idOf(actor) === place.partnerId && place.closedAt === null

/** What somebody may do with a place: change it themself, ask for it, or neither. A place that is closed for good stays as it is. */
export function keeps(actor: Actor, place: Thing): 'alone' | 'by-proposal' | null {
  if (place.closedAt !== null) return null
  if (keepingDuty(actor, place.teamId)) return 'alone'
  return mayProposeFor(actor, place) ? 'by-proposal' : null
}

interface Proposed {
  teamId: number
  changedBy: number
}

/** A supervisor of the team or the press office; nobody their own. */
export const mayAnswer = (actor: Actor, change: Proposed): boolean =>
  idOf(actor) !== change.changedBy &&
  (hasRole(actor, 'press-office') || actor.duties.some(({ role, teamId }) => role === 'supervisor' && teamId === change.teamId))

/** Whoever proposed it, and whoever may answer; nobody else before it is agreed. */
export const mayReadProposal = (actor: Actor, change: Proposed): boolean => idOf(actor) === change.changedBy || mayAnswer(actor, change)
