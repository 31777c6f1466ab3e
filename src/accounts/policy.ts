import { hasRole, isSignedIn, isStaff, type Actor, type Role } from '../actor.ts'

/** People and roles are the affair of administrators alone. */
export const mayAdminister = (actor: Actor): boolean => hasRole(actor, 'administrator')

/** Residents choose their name; that of staff holds their rank, and stays with the account when they have left. */
export const mayChooseName = (actor: Actor, everStaff: boolean): boolean => isSignedIn(actor) && !isStaff(actor) && !everStaff

interface Proposal {
  accountId: number
  proposedBy: number | null
}

/** A role needs a second administrator: neither the one who proposed it nor the one who gets it. */
export const mayConfirm = (actor: Actor, proposal: Proposal): boolean =>
  isSignedIn(actor) && mayAdminister(actor) && actor.accountId !== proposal.proposedBy && actor.accountId !== proposal.accountId

/** Roles that are held for one team. The others are for the whole force. */
export const needsTeam = (role: Role): boolean => role === 'officer' || role === 'supervisor'

const MODERATES: readonly Role[] = ['officer', 'supervisor', 'press-office']

/** Administrators give roles, so they must not hold one that publishes or moderates; nor the other way round. */
export const mayHoldTogether = (held: readonly Role[], wanted: Role): boolean =>
  wanted === 'administrator' ? !held.some((role) => MODERATES.includes(role)) : !(MODERATES.includes(wanted) && held.includes('administrator'))

/** People who work here say when they are away; the sergeant also for those of the team. */
export const maySetAbsence = (actor: Actor, person: { accountId: number; teams: readonly number[] }): boolean =>
  (isSignedIn(actor) && isStaff(actor) && actor.accountId === person.accountId) ||
  actor.duties.some(({ role, teamId }) => role === 'supervisor' && teamId !== null && person.teams.includes(teamId))
