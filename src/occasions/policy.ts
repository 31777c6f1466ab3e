import { hasRole, idOf, type Actor, type Role } from '../actor.ts'
import { publishingDuty } from '../posts/policy.ts'

/** Of what an occasion is one. */
export interface OccasionSubject {
  postId: number
  teamId: number
  /** Who published its post, and as what: a partner runs their own tasks. */
  authorId: number
  authorRole: Role
}

/** Officers and sergeants for their team, the press office for all. */
export const mayPlanOccasions = (actor: Actor, teamId: number): boolean => publishingDuty(actor, teamId) !== null

/** Changes a date, calls it off, and reads who comes: the team, and the partner who runs it while they are one. */
export const mayRunOccasion = (actor: Actor, { teamId, authorId, authorRole }: Omit<OccasionSubject, 'postId'>): boolean =>
  mayPlanOccasions(actor, teamId) || (authorRole === 'partner' && hasRole(actor, 'partner') && idOf(actor) === authorId)

interface Standing {
  endsAt: Date
  cancelledAt: Date | null
}

/** What is over, and what was called off, stays as it was. */
export const isStanding = ({ endsAt, cancelledAt }: Standing, moment: Date): boolean => cancelledAt === null && endsAt > moment

/** People sign up until it begins. */
export const takesSignUps = (
  { signUpFrom, startsAt, cancelledAt }: { signUpFrom: Date | null; startsAt: Date; cancelledAt: Date | null },
  moment: Date,
): boolean => signUpFrom !== null && signUpFrom <= moment && cancelledAt === null && startsAt > moment
