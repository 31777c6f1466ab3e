import { idOf, isColleague, isSignedIn, type Actor } from '../actor.ts'
import { circleAudience, circleOf } from '../conversations/audience.ts'
import { silentBecause } from '../conversations/policy.ts'
import type { PostKind, PostState } from '../posts/schema.ts'

/** For all staff write members of staff; in a circle those who are in it. Under a pseudonym, in its own circle and nowhere else. */
export function mayPublishIn(actor: Actor, circleId: number | null): boolean {
  if (!isSignedIn(actor)) return false
  if (actor.persona) return actor.persona.circleId === circleId
  return circleId === null ? isColleague(actor) : (actor.circles ?? []).includes(circleId)
}

/** Why nobody who reads here may write just now, in words for the page; null when they may. */
export const mutedBecause = (actor: Actor, circleId: number | null): string | null =>
  silentBecause(actor, { audience: circleId === null ? 'staff' : circleAudience(circleId) })

interface Own {
  authorId: number
  kind: PostKind
  state: PostState
  audience: string
}

/** Correcting and withdrawing is the author's own affair, while they may write there; a survey is called off in its own room, and its results stay whatever they say. What a moderator does to a post stands in moderation. */
export const mayChange = (actor: Actor, post: Own & { editedByModerator: boolean }): boolean =>
  // Whoever a sanction silences takes their words back, and puts no others in their place.
  mayWithdraw(actor, post) && !post.editedByModerator && mutedBecause(actor, circleOf(post.audience)) === null

export const mayWithdraw = (actor: Actor, post: Own): boolean =>
  idOf(actor) === post.authorId && post.kind !== 'survey' && post.state !== 'withdrawn' && mayPublishIn(actor, circleOf(post.audience))

/** Earlier versions are as readable as the post, and gone with it, or when a moderator took words out of it: they may hold them. */
export const mayReadVersions = (post: { state: PostState; version: number; editedByModerator: boolean }): boolean =>
  post.state !== 'withdrawn' && post.version > 1 && !post.editedByModerator

/** Members of staff follow people and topics; partner staff, and who writes under a pseudonym, the circles that they are in. */
export function mayFollow(actor: Actor, subject: { kind: 'person' | 'topic' } | { kind: 'circle'; id: number }): boolean {
  if (!isSignedIn(actor)) return false
  return subject.kind === 'circle' ? (actor.circles ?? []).includes(subject.id) : isColleague(actor) && !actor.persona
}
