import { hasRole, idOf, type Actor, type Role } from '../actor.ts'
import { mayPlanOccasions, mayRunOccasion } from '../occasions/policy.ts'

/** The team's own people and the press office publish at once. */
export const mayPublishTask = (actor: Actor, teamId: number): boolean => mayPlanOccasions(actor, teamId)

/** Partner staff propose; a second person agrees. */
export const mayProposeTask = (actor: Actor): boolean => hasRole(actor, 'partner')

interface Thing {
  teamId: number
  proposedBy: number
  proposedRole: Role
}

/** Somebody of the team or the press office; nobody their own. */
export const mayAnswerTask = (actor: Actor, { teamId, proposedBy }: Thing): boolean => idOf(actor) !== proposedBy && mayPlanOccasions(actor, teamId)

/** Before it is published: whoever proposed it, and whoever may answer. */
export const mayReadProposed = (actor: Actor, task: Thing): boolean => idOf(actor) === task.proposedBy || mayAnswerTask(actor, task)

/** Changes it, moves and calls off its dates, closes it, and reads who comes: the team, and the partner who proposed it. */
export const mayRunTask = (actor: Actor, { teamId, proposedBy, proposedRole }: Thing): boolean =>
  mayRunOccasion(actor, { teamId, authorId: proposedBy, authorRole: proposedRole })
