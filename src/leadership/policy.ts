import { hasRole, idOf, isColleague, isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { silentBecause } from '../conversations/policy.ts'
import { Forbidden } from '../errors.ts'

/** Notes, reasons and invitations are words to others: not for whom a sanction silences. Throws `Forbidden`. */
export function requireVoice(actor: Actor, { audience }: { audience: string }): void {
  const because = silentBecause(actor, { audience })
  if (because) throw new Forbidden(because)
}

/** What belongs to all staff is made by members of staff under their own names. */
const isNamedColleague = (actor: Actor): actor is SignedIn => isSignedIn(actor) && isColleague(actor) && actor.persona === undefined

/** Whoever leads something, as an administrator has said. `leads` is theirs. */
export const mayWriteAsLeader = (actor: Actor, leads: string | null): boolean => isNamedColleague(actor) && leads !== null

/** Those who lead plan sessions of their own; the press office does for all who lead. `hostLeads` is what the host leads. */
export const mayPlanSession = (actor: Actor, hostId: number, hostLeads: string | null): boolean =>
  isNamedColleague(actor) && hostLeads !== null && (idOf(actor) === hostId || hasRole(actor, 'press-office'))

export type State = 'before' | 'now' | 'over' | 'off'

interface Dated {
  startsAt: Date
  endsAt: Date
  calledOffBecause: string | null
}

/** Where a session or a focus group stands. */
export function stateOf({ startsAt, endsAt, calledOffBecause }: Dated, moment: Date): State {
  if (calledOffBecause !== null) return 'off'
  if (moment < startsAt) return 'before'
  return moment < endsAt ? 'now' : 'over'
}

/** Questions are answered by their host, from the beginning. What was not reached is answered in writing afterwards. */
export const mayTakeQuestions = (actor: Actor, hostId: number, state: State): boolean =>
  isNamedColleague(actor) && idOf(actor) === hostId && (state === 'now' || state === 'over')

/** Its host, whoever planned it, and the press office, until it is over. */
export const mayCallOffSession = (actor: Actor, session: { hostId: number; authorId: number }, state: State): boolean =>
  isNamedColleague(actor) &&
  (state === 'before' || state === 'now') &&
  (idOf(actor) === session.hostId || idOf(actor) === session.authorId || hasRole(actor, 'press-office'))

/** The same, until it begins. */
export const mayMoveSession = (actor: Actor, session: { hostId: number; authorId: number }, state: State): boolean =>
  state === 'before' && mayCallOffSession(actor, session, state)

/** Every member of staff convenes one; in a circle, those of them who are in it (see `publishInNetwork`). */
export const mayConvene = (actor: Actor): boolean => isNamedColleague(actor)

/** Whoever convened it invites, calls it off, and writes down what came of it. */
export const isConvener = (actor: Actor, group: { authorId: number }): boolean => idOf(actor) === group.authorId

export const mayInvite = (actor: Actor, group: { authorId: number }, state: State): boolean => isConvener(actor, group) && state === 'before'

export const mayCallOffGroup = (actor: Actor, group: { authorId: number }, state: State): boolean =>
  (isConvener(actor, group) || (isNamedColleague(actor) && hasRole(actor, 'press-office'))) && (state === 'before' || state === 'now')

export const mayMoveGroup = (actor: Actor, group: { authorId: number }, state: State): boolean =>
  state === 'before' && mayCallOffGroup(actor, group, state)

/** Once it was held. */
export const mayWriteNotes = (actor: Actor, group: { authorId: number }, state: State): boolean => isConvener(actor, group) && state === 'over'

/** Published notes, with the version before left readable; not where a moderator took words out. */
export const mayCorrectNotes = (actor: Actor, group: { authorId: number; notesAt: Date | null; edited: boolean }): boolean =>
  isConvener(actor, group) && group.notesAt !== null && !group.edited
