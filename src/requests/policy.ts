import { hasRole, isSignedIn, type Actor, type Role } from '../actor.ts'
import type { RequestKind } from './schema.ts'

/** What can be asked about what: a conversation, what stands in it, or a whole team. */
export const ASKED_ABOUT = {
  conversation: ['legal-lock', 'hold', 'close'],
  comment: ['seal', 'open-seal'],
  post: ['alert', 'seal', 'open-seal'],
  team: ['pre-election', 'major-incident'],
} as const satisfies Record<string, readonly RequestKind[]>
export type SubjectKind = keyof typeof ASKED_ABOUT

/** What could harm a trial or lose evidence has one staffed hour. */
export const isUrgentRequest = (kind: RequestKind): boolean => kind === 'legal-lock' || kind === 'seal' || kind === 'alert'

/** The role in which somebody asks for their team; null when they do not. Whoever works for the press office does it themself. */
export function askingRole(actor: Actor, teamId: number | null): Role | null {
  if (teamId === null || hasRole(actor, 'administrator', 'press-office')) return null
  const own = actor.duties.filter((duty) => duty.teamId === teamId).map(({ role }) => role)
  return own.includes('supervisor') ? 'supervisor' : own.includes('officer') ? 'officer' : null
}

/** The press office answers, and nobody what they asked themself. Administrators never moderate. */
export const mayAnswerRequest = (actor: Actor, request: { askedBy: number }): boolean =>
  isSignedIn(actor) && hasRole(actor, 'press-office') && !hasRole(actor, 'administrator') && actor.accountId !== request.askedBy
