/**
 * Who may see and decide what at the desk: section 6 of the product's rules.
 */
import { dutyFor, hasRole, isSignedIn, type Actor, type Role } from '../actor.ts'
import { circleOf, isPrivate, mayRead } from '../conversations/audience.ts'
import type { Act, CaseCause } from './schema.ts'

/** The states of an item as the desk sees them; a corrected post counts as published. */
export type ItemState = 'held' | 'published' | 'hidden-pending' | 'rejected' | 'removed' | 'withdrawn' | 'disposed'

const ACTS_ON: Record<ItemState, readonly Act[]> = {
  held: ['release', 'redact', 'reject'],
  published: ['keep', 'redact', 'remove'],
  'hidden-pending': ['restore', 'redact', 'remove'],
  // Nothing is left to decide about it; somebody still reads the case and closes it.
  withdrawn: ['keep'],
  rejected: ['keep'],
  removed: ['keep'],
  disposed: [],
}

/**
 * What can be done with an item in that state, whoever does it. What was public once and waits again (a legal lock, a second look that its author asked for)
 * is not rejected but removed: a dated note stands where people have read it and answered.
 */
export const actsOn = (state: ItemState, wasPublic = false): readonly Act[] =>
  wasPublic ? ACTS_ON[state].map((act) => (act === 'reject' ? 'remove' : act)) : ACTS_ON[state]

/** Who works for the press office. Administrators never moderate, whatever else they are. */
export const inPressOffice = (actor: Actor): boolean => hasRole(actor, 'press-office') && !hasRole(actor, 'administrator')

/** The teams whose held items a supervisor may release. */
export const supervisedTeams = (actor: Actor): number[] =>
  hasRole(actor, 'administrator') ? [] : actor.duties.flatMap((duty) => (duty.role === 'supervisor' && duty.teamId !== null ? [duty.teamId] : []))

/** The desk as this actor sees it: everything, the cases of some teams, or nothing. */
export const deskOf = (actor: Actor): 'all' | number[] => (inPressOffice(actor) ? 'all' : supervisedTeams(actor))

export const mayModerate = (actor: Actor): boolean => {
  const desk = deskOf(actor)
  return desk === 'all' || desk.length > 0
}

/** What a case can be about that a supervisor may act on: what people said and published, and no papers of the press office. */
export const ITEM_CAUSES: readonly CaseCause[] = ['held', 'flagged', 'hidden']

/**
 * Without a cause it is about a comment or a post. What is said in a circle reaches the desk by its case alone: whoever moderates there need not be in it, and reads
 * the item and nothing around it.
 */
export function mayReadCase(actor: Actor, file: { audience: string; teamId: number | null; cause?: CaseCause }): boolean {
  const desk = deskOf(actor)
  if (!mayRead(actor, file) && circleOf(file.audience) === null) return false
  return desk === 'all' || (file.teamId !== null && desk.includes(file.teamId) && (!file.cause || ITEM_CAUSES.includes(file.cause)))
}

/**
 * Releasing is also for the supervisor of the team, and so is everything in the circles of the team; every other act is for the press office. Nobody decides on their
 * own words.
 */
export function mayDecide(actor: Actor, file: { audience: string; teamId: number | null; authorId: number }, act: Act): boolean {
  if (!mayReadCase(actor, file) || isOwn(actor, file)) return false
  return inPressOffice(actor) || act === 'release' || decidesHere(actor, file)
}

/** The whole decision is theirs: of the press office, and of the supervisor of the team whose circle it is. */
export const decidesHere = (actor: Actor, { audience, teamId }: { audience: string; teamId: number | null }): boolean =>
  inPressOffice(actor) || (circleOf(audience) !== null && teamId !== null && supervisedTeams(actor).includes(teamId))

export const isOwn = (actor: Actor, file: { authorId: number }): boolean => isSignedIn(actor) && actor.accountId === file.authorId

/** The role in which somebody acts at the desk, for that team; an officer who hides something does so too. */
export function deciderRole(actor: Actor, teamId: number | null = null): Role {
  if (inPressOffice(actor)) return 'press-office'
  return dutyFor(actor, teamId)?.role ?? (hasRole(actor, 'supervisor') ? 'supervisor' : 'officer')
}

/**
 * Taking a comment down until a moderator has decided: the people of the team, and the press office; in the staff network where they read it. One's own words one
 * withdraws.
 */
export function mayHide(actor: Actor, item: { audience: string; teamId: number | null; authorId: number }): boolean {
  if (isPrivate(item.audience) || !mayRead(actor, item) || hasRole(actor, 'administrator') || isOwn(actor, item)) return false
  return dutyFor(actor, item.teamId) !== null
}

/** Officers and sergeants do not take down again what a moderator has looked at and left standing. */
export const mayHideKept = (actor: Actor): boolean => inPressOffice(actor)

/** Reasons, templates, word lists and switches. */
export const maySetRules = (actor: Actor): boolean => inPressOffice(actor)
