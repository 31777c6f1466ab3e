import { idOf, isColleague, isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import type { CircleKind } from '../accounts/schema.ts'
import { circleAudience } from '../conversations/audience.ts'
import { silentBecause } from '../conversations/policy.ts'
import { Forbidden } from '../errors.ts'

/** A circle and what the actor is in it; `role` is null for who is not (or no longer) a member with rights. */
export interface Standing {
  id: number
  kind: CircleKind
  closedAt: Date | null
  role: 'owner' | 'member' | null
}

export const isMember = (actor: Actor, circleId: number): boolean => isSignedIn(actor) && (actor.circles ?? []).includes(circleId)

/** Whoever owns it moderates it, partner staff too; an administrator who owns one does not (moderation/circle-removal.ts). What is done with people and with the circle itself is for owners of the force: see `mayKeepCircle`. */
export const ownsCircle = (actor: Actor, circle: Standing): boolean => isMember(actor, circle.id) && circle.role === 'owner'

/** Changing it, letting people in and asking them to go, closing it. An owner who works elsewhere does none of it: somebody of the force answers for who reads. */
export const mayKeepCircle = (actor: Actor, circle: Standing): boolean => isColleague(actor) && ownsCircle(actor, circle)

export const mayJoin = (actor: Actor, circle: Standing): boolean =>
  isColleague(actor) && circle.kind === 'open' && circle.closedAt === null && !isMember(actor, circle.id)

export const mayAsk = (actor: Actor, circle: Standing): boolean =>
  isColleague(actor) && circle.kind === 'restricted' && circle.closedAt === null && !isMember(actor, circle.id)

/** People from elsewhere are never in an open circle: it is for staff alone. */
export const takesPartners = ({ kind }: { kind: CircleKind }): boolean => kind === 'restricted' || kind === 'private'

/** From the most open. An audience never widens, so a circle moves to the right alone. */
const OPENNESS: readonly CircleKind[] = ['open', 'restricted', 'private']

export const kindsAfter = (kind: CircleKind): CircleKind[] => (kind === 'support' ? [kind] : OPENNESS.slice(OPENNESS.indexOf(kind)))

/** The teams for which somebody founds a circle: those whose officer or sergeant they are. */
export const teamsToFoundFor = (actor: Actor): { id: number; name: string }[] => [
  ...new Map(
    actor.duties.flatMap(({ role, teamId, teamName }) =>
      (role === 'officer' || role === 'supervisor') && teamId !== null && teamName !== null
        ? [[teamId, { id: teamId, name: teamName }] as const]
        : [],
    ),
  ).values(),
]

/** What one does to circles is said to others: whoever may not write does none of it, apart from leaving. Throws `Forbidden`. */
export function requireVoice(actor: SignedIn, circleId: number | null): void {
  const because = silentBecause(actor, { audience: circleId === null ? 'staff' : circleAudience(circleId) })
  if (because) throw new Forbidden(because)
}

/** Throws `Forbidden`. */
export function requireColleague(actor: SignedIn): void {
  if (!isColleague(actor) || actor.persona) throw new Forbidden('This is for members of staff of the force.')
}

export const isOneself = (actor: Actor, accountId: number): boolean => idOf(actor) === accountId
