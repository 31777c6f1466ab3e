/**
 * Who sets which mode: section 6 of the product's rules. The press office every one; the supervisor of the team holds or closes for seven days at most,
 * and opens again what they set themself. Everybody else who works for the team asks the press office.
 */
import { hasRole, isSignedIn, type Actor } from '../actor.ts'
import { isPublic } from './audience.ts'
import { isClosed, isHeld } from './policy.ts'
import { MODES, type Mode } from './schema.ts'

export const SUPERVISOR_DAYS = 7

interface Talk {
  audience: string
  teamId: number | null
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
  modeSetBy: number | null
}

/** Administrators never moderate, whatever else they are. */
const isAdministrator = (actor: Actor): boolean => hasRole(actor, 'administrator')

export const setsEveryMode = (actor: Actor): boolean => hasRole(actor, 'press-office') && !isAdministrator(actor)

const worksFor = (actor: Actor, teamId: number | null, ...roles: ('officer' | 'supervisor')[]): boolean =>
  teamId !== null && actor.duties.some((duty) => roles.some((role) => role === duty.role) && duty.teamId === teamId)

/** What it is now: a closing or holding that has ended leaves it open. */
export const modeNow = (talk: Talk, now: Date): Mode => (isClosed(talk, now) || isHeld(talk, now) ? talk.mode : 'open')

/** Whom the page of the mode concerns: those who set it, or may ask for it. */
export const mayLookAtMode = (actor: Actor, talk: Pick<Talk, 'audience' | 'teamId'>): boolean =>
  isPublic(talk.audience) && (setsEveryMode(actor) || (!isAdministrator(actor) && worksFor(actor, talk.teamId, 'officer', 'supervisor')))

/** May this actor change it to that mode now? How long is asked by `longestFor`. */
export function maySetMode(actor: Actor, talk: Talk, to: Mode, now: Date): boolean {
  if (!mayLookAtMode(actor, talk)) return false
  if (setsEveryMode(actor)) return true
  if (!worksFor(actor, talk.teamId, 'supervisor') || to === 'legal-lock' || to === 'archived') return false
  const is = modeNow(talk, now)
  if (is === 'open') return to !== 'open'
  return (is === 'held' || is === 'closed') && isSignedIn(actor) && talk.modeSetBy === actor.accountId
}

/** For how many days at most; null without an end to it. */
export const longestFor = (actor: Actor): number | null => (setsEveryMode(actor) ? null : SUPERVISOR_DAYS)

export const modesFor = (actor: Actor, talk: Talk, now: Date): Mode[] => MODES.filter((mode) => maySetMode(actor, talk, mode, now))
