/**
 * Who may see and decide what at the desk: section 6 of the product's rules.
 */
import { hasRole, isSignedIn, type Actor, type Role } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Act } from './schema.ts'

/** The states of an item as the desk sees them; a corrected post counts as published. */
export type ItemState = 'held' | 'published' | 'hidden-pending' | 'rejected' | 'removed' | 'withdrawn'

const ACTS_ON: Record<ItemState, readonly Act[]> = {
  held: ['release', 'reject'],
  published: ['keep', 'remove'],
  'hidden-pending': ['keep', 'remove'],
  // Nothing is left to decide about it; somebody still reads the case and closes it.
  withdrawn: ['keep'],
  rejected: ['keep'],
  removed: ['keep'],
}

/** What can be done with an item in that state, whoever does it. */
export const actsOn = (state: ItemState): readonly Act[] => ACTS_ON[state]

/** Who works for the press office. Administrators never moderate, whatever else they are. */
const inPressOffice = (actor: Actor): boolean => hasRole(actor, 'press-office') && !hasRole(actor, 'administrator')

/** The teams whose held items a supervisor may release. */
export const supervisedTeams = (actor: Actor): number[] =>
  hasRole(actor, 'administrator') ? [] : actor.duties.flatMap((duty) => (duty.role === 'supervisor' && duty.teamId !== null ? [duty.teamId] : []))

/** The desk as this actor sees it: everything, the cases of some teams, or nothing. */
export const deskOf = (actor: Actor): 'all' | number[] => (inPressOffice(actor) ? 'all' : supervisedTeams(actor))

export const mayModerate = (actor: Actor): boolean => {
  const desk = deskOf(actor)
  return desk === 'all' || desk.length > 0
}

export function mayReadCase(actor: Actor, file: { audience: string; teamId: number | null }): boolean {
  const desk = deskOf(actor)
  return mayRead(actor, file) && (desk === 'all' || (file.teamId !== null && desk.includes(file.teamId)))
}

/** Releasing is also for the supervisor of the team; every other act is for the press office. Nobody decides on their own words. */
export function mayDecide(actor: Actor, file: { audience: string; teamId: number | null; authorId: number }, act: Act): boolean {
  if (!mayReadCase(actor, file) || isOwn(actor, file)) return false
  return inPressOffice(actor) || act === 'release'
}

export const isOwn = (actor: Actor, file: { authorId: number }): boolean => isSignedIn(actor) && actor.accountId === file.authorId

/** The role in which somebody decides. */
export const deciderRole = (actor: Actor): Role => (inPressOffice(actor) ? 'press-office' : 'supervisor')
