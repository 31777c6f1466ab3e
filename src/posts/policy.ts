import { dutyFor, hasRole, idOf, type Actor, type Duty } from '../actor.ts'
import type { PostState } from './schema.ts'

/** The duty in whose name somebody publishes for a team; null when they may not. */
export const publishingDuty = (actor: Actor, teamId: number): Duty | null => dutyFor(actor, teamId)

interface Thing {
  teamId: number
  authorId: number
  state: PostState
}

const leads = (actor: Actor, teamId: number): boolean => actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === teamId)

/** Officers correct and withdraw their own posts, the sergeant those of the team, the press office any. */
export function mayChange(actor: Actor, post: Thing): boolean {
  if (post.state === 'withdrawn') return false
  if (hasRole(actor, 'press-office') || leads(actor, post.teamId)) return true
  return publishingDuty(actor, post.teamId) !== null && idOf(actor) === post.authorId
}
