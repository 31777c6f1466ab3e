import { dutyFor, hasRole, isColleague, isSignedIn, type Actor, type Duty } from '../actor.ts'
import { sayMoment } from '../text/dates.ts'
import { circleOf, isInternal, isPrivate, isPublic, mayRead, NOBODY, privateTo } from './audience.ts'
import type { CommentState, Mode } from './schema.ts'

/** An account whose comments were published so many times is no longer new; until then its comments wait for a moderator. */
export const TRUSTED_AFTER = 2
export const EDITABLE_FOR_MINUTES = 15

interface Where {
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
}

/** Holding that has reached its end is over, like closing. */
export const isHeld = (conversation: Where, now: Date): boolean =>
  conversation.mode === 'held' && (conversation.modeEndsAt === null || conversation.modeEndsAt > now)

/** A closing that has reached its end date is over. */
export const isClosed = (conversation: Where, now: Date): boolean =>
  conversation.mode === 'closed'
    ? conversation.modeEndsAt === null || conversation.modeEndsAt > now
    : conversation.mode === 'legal-lock' || conversation.mode === 'archived'

/** Why nobody can write here now, in words for the page; null when people can. */
export function closedBecause(conversation: Where, now: Date): string | null {
  if (!isClosed(conversation, now)) return null
  if (conversation.mode === 'legal-lock') return 'Comments are closed while a case is before the courts, so that the trial stays fair.'
  if (conversation.mode === 'archived') return 'This conversation is archived. It can be read, but not added to.'
  return conversation.modeReason ?? 'Comments are closed.'
}

/**
 * The duty in whose name somebody comments here: for this team, else for their own; null as themself. Staff and partners never speak unmarked:
 * readers have to see that it is one of them. Administrators speak among colleagues alone.
 */
export const officialDuty = (actor: Actor, { teamId, audience }: { teamId: number | null; audience: string }): Duty | null =>
  dutyFor(actor, teamId) ??
  actor.duties.find(({ role }) => role !== 'partner' && (role !== 'administrator' || isInternal(audience))) ??
  partnerDuty(actor)

/** Partner staff are marked by their organisation, wherever they write, and never by a team of the force. */
const partnerDuty = (actor: Actor): Duty | null =>
  isSignedIn(actor) && (actor.organisation || hasRole(actor, 'partner'))
    ? { role: 'partner', teamId: null, teamName: actor.organisation ?? null, teamSlug: null }
    : null

/**
 * Why this actor writes nothing here and sets no reaction, in words for the page; null when they may. Administrators keep people and teams, and have no voice outside the staff network.
 * A sanction that silences an account leaves it everything to read; whoever may not write in public can still write to a team in private.
 */
export function silentBecause(actor: Actor, { audience }: { audience: string }): string | null {
  if (hasRole(actor, 'administrator') && !officialDuty(actor, { teamId: null, audience }))
    return 'Administrators do not take part in conversations with residents. You can read, and tell a moderator.'
  if (!isSignedIn(actor)) return null
  if (actor.persona && circleOf(audience) !== actor.persona.circleId) return 'Under a pseudonym you write in the support circle alone.'
  const { mutedUntil, suspendedUntil } = actor.standing
  if (actor.persona && (suspendedUntil ?? mutedUntil))
    return `Until ${sayMoment(suspendedUntil ?? mutedUntil ?? new Date(0))} you cannot write here. ${STILL_HERE}`
  if (suspendedUntil) return `Your account is suspended until ${sayMoment(suspendedUntil)}, so you cannot write here. ${STILL}`
  return mutedUntil && isPublic(audience) ? `Until ${sayMoment(mutedUntil)} you cannot write or react in public. ${STILL}` : null
}

const STILL_HERE = 'You can still read everything. The page of the circle says why, and how to object.'

const STILL = 'You can still read everything. “Your account” says why, and how to object.'

/** A conversation as the rules have to know it. */
interface Room extends Where {
  audience: string
  teamId: number | null
  /** A major incident holds for its team. */
  incident?: boolean
}

/** Why nobody can react here now, in words for the page; null when people can. */
export const muteBecause = (conversation: Where & { audience: string; besideId?: number | null }, now: Date): string | null =>
  closedBecause(conversation, now) ?? (isShared(conversation) ? null : 'Reactions are for conversations, not for notes and messages.')

const isShared = ({ audience, besideId = null }: { audience: string; besideId?: number | null }): boolean =>
  besideId === null && (isPublic(audience) || isInternal(audience))

/** The audience of the staff's own conversation beside this one; null where there is none. */
export const besideAudience = (conversation: { audience: string; besideId: number | null }): string | null => {
  if (conversation.besideId !== null) return null
  if (isPrivate(conversation.audience)) return privateTo(NOBODY)
  return isPublic(conversation.audience) ? 'staff' : null
}

/** Notes are for those who do the work of a team: with its private conversations, only for that team and the press office. */
export function mayTakeNotes(actor: Actor, conversation: { audience: string; teamId: number | null; besideId: number | null }): boolean {
  // Nobody reads what colleagues write about a question of their own.
  if (isSignedIn(actor) && conversation.audience === privateTo(actor.accountId)) return false
  const audience = besideAudience(conversation)
  return audience !== null && isColleague(actor) && mayRead(actor, { audience, teamId: conversation.teamId })
}

/** A team keeps its saved replies itself; the press office those of every team. */
export const mayKeepReplies = (actor: Actor, teamId: number): boolean => dutyFor(actor, teamId) !== null

/**
 * Which rule, if any, makes a new comment wait for a moderator. Words for the moderator; null publishes at once.
 * What few people read among themselves waits for nobody.
 */
export function heldBecause(actor: Actor, conversation: Room, now: Date): string | null {
  if (!isPublic(conversation.audience) || officialDuty(actor, conversation)) return null
  if (isSignedIn(actor) && actor.standing.heldUntil)
    return `A sanction: everything of this account is looked at first until ${sayMoment(actor.standing.heldUntil)}.`
  if (isHeld(conversation, now)) return 'Everything in this conversation is looked at first.'
  if (conversation.incident) return 'Everything is looked at first during the major incident.'
  if (isSignedIn(actor) && actor.publishedCount < TRUSTED_AFTER) return 'One of the first comments of this account.'
  return null
}

interface Own {
  authorId: number
  state: CommentState
  createdAt: Date
  /** A moderator took words out of it. Pages that do not know it offer a link too many; the verb knows. */
  editedByModerator?: boolean
}

const isOwn = (actor: Actor, comment: { authorId: number }): boolean => isSignedIn(actor) && actor.accountId === comment.authorId

export const mayEdit = (actor: Actor, comment: Own, conversation: Room, now: Date): boolean =>
  isOwn(actor, comment) && (comment.state === 'held' || comment.state === 'published') && fixedBecause(actor, comment, conversation, now) === null

/**
 * Why the words of a comment stay as they are; null while they can be changed. What is closed to new comments is closed to new words,
 * and what a moderator has to see first must not be exchanged after they saw it.
 */
export function fixedBecause(actor: Actor, comment: Own, conversation: Room, now: Date): string | null {
  if (isClosed(conversation, now)) return closedBecause(conversation, now)
  const silent = silentBecause(actor, conversation)
  if (silent) return silent
  if (comment.editedByModerator) return 'A moderator took words out of it, so the rest stays as it is.'
  if (comment.state === 'published' && heldBecause(actor, conversation, now))
    return 'A moderator looks at your words here before they appear, so a published comment stays as it is.'
  return now.getTime() - comment.createdAt.getTime() > EDITABLE_FOR_MINUTES * 60_000
    ? `A comment can be changed for ${EDITABLE_FOR_MINUTES} minutes.`
    : null
}

export const mayWithdraw = (actor: Actor, comment: Own): boolean =>
  isOwn(actor, comment) && (comment.state === 'held' || comment.state === 'published' || comment.state === 'hidden-pending')

/** Cutting one's name loose is for people, where strangers read it; an official reply is the team's and keeps its mark. */
export const mayUnname = (
  actor: Actor,
  comment: { authorId: number; officialRole: string | null; unnamedAt: Date | null; audience: string },
): boolean => isPublic(comment.audience) && isOwn(actor, comment) && comment.officialRole === null && comment.unnamedAt === null

/** Earlier wordings are as public as the comment itself, and gone with it, or when a moderator took words out of it: they may hold them. */
export const mayReadHistory = (comment: { state: CommentState; editedByModerator: boolean }): boolean =>
  comment.state === 'published' && !comment.editedByModerator
