import { idOf, isColleague, isSignedIn, type Actor, type Duty } from '../actor.ts'
import { circleOf } from '../conversations/audience.ts'
import { mayPublishIn, mutedBecause } from '../network/policy.ts'
import type { PostState } from '../posts/schema.ts'

/** What the rules have to know of a post of the network. */
interface Thing {
  authorId: number
  audience: string
  state: PostState
}

/** Asking, joining, linking: whoever could write a post there, among all staff or in the circle. */
export const mayTakePart = (actor: Actor, post: Thing): boolean =>
  post.state !== 'withdrawn' && mayPublishIn(actor, circleOf(post.audience)) && silentIn(actor, post) === null

/** Why somebody who reads there may not take part just now, in words for the page; null when they may. */
export const silentIn = (actor: Actor, { audience }: { audience: string }): string | null => mutedBecause(actor, circleOf(audience))

/** Who asked says which answer helped; so does whoever leads the circle, for one who does not come back. */
export const mayMarkBest = (actor: Actor, post: Thing, leads: boolean): boolean =>
  mayTakePart(actor, post) && (leads || idOf(actor) === post.authorId)

/** The teams in whose name somebody says "we used this" or "I'm working on this"; none for the press office, for partner staff and under a pseudonym. */
export const ownTeams = (actor: Actor): Duty[] =>
  isSignedIn(actor) && !actor.persona
    ? actor.duties.filter(({ role, teamId }) => (role === 'officer' || role === 'supervisor') && teamId !== null)
    : []

/** In whose name somebody can join or say that it was used, each once. */
export const teamsOf = (actor: Actor): { id: number; name: string }[] => [
  ...new Map(ownTeams(actor).map(({ teamId, teamName }) => [teamId, { id: teamId ?? 0, name: teamName ?? '' }])).values(),
]

export const isOfTeam = (actor: Actor, teamId: number): boolean => ownTeams(actor).some((duty) => duty.teamId === teamId)

/** Taken back by the team that said it. */
export const mayTakeBackUse = (actor: Actor, post: Thing, teamId: number): boolean => mayTakePart(actor, post) && isOfTeam(actor, teamId)

/** Whoever raised an issue or works on it says what came of it, or that it is open again; so does whoever leads the circle. */
export const mayClose = (actor: Actor, post: Thing, { works, leads }: { works: boolean; leads: boolean }): boolean =>
  mayTakePart(actor, post) && (works || leads || idOf(actor) === post.authorId)

/** A link goes by whoever added it, and by those who may close the issue. */
export const mayUnlink = (actor: Actor, post: Thing, link: { addedBy: number }, is: { works: boolean; leads: boolean }): boolean =>
  mayClose(actor, post, is) || (mayTakePart(actor, post) && idOf(actor) === link.addedBy)

/** Members of staff lend a hand to a team that is not their own. */
export const mayOfferHelp = (actor: Actor, teamId: number): boolean =>
  isColleague(actor) && isSignedIn(actor) && !actor.persona && !isOfTeam(actor, teamId)

/** By whoever offered it, and by the sergeant of the team, which has enough hands. */
export const mayEndHelp = (actor: Actor, offer: { byId: number; teamId: number }): boolean =>
  idOf(actor) === offer.byId || actor.duties.some(({ role, teamId }) => role === 'supervisor' && teamId === offer.teamId)
