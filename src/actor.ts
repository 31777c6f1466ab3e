/**
 * Whoever asks. Every read and verb takes the actor; what an actor may do is said by the rooms' `policy.ts`.
 */
export const ROLES = ['officer', 'supervisor', 'press-office', 'administrator', 'partner'] as const
export type Role = (typeof ROLES)[number]

/** A role in force: for one team, or (`teamId` null) for the whole force. */
export interface Duty {
  role: Role
  teamId: number | null
  teamName: string | null
  teamSlug: string | null
}

export interface SignedIn {
  kind: 'account'
  accountId: number
  email: string
  /** Null until the person has chosen one. */
  displayName: string | null
  publishedCount: number
  duties: readonly Duty[]
  standing: Standing
  /** How much they were told in place and have not read. Left out where nobody looks at it. */
  unread?: number
  /** The circles of the staff network that they are in. Left out: none. */
  circles?: readonly number[]
  /** Partner staff who were invited to a circle: by whose mailbox. */
  organisation?: string | null
  /** They write under a pseudonym, in this support circle and nowhere else; `displayName` is it. Nothing ties it to a person. */
  persona?: { circleId: number }
}

/** What sanctions in force keep an account from, each until when; null for nothing. */
export interface Standing {
  /** Everything it writes waits for a moderator. */
  heldUntil: Date | null
  /** It cannot write in public. */
  mutedUntil: Date | null
  /** It cannot write at all, apart from appeals and what it answers to the press office. */
  suspendedUntil: Date | null
}

export const GOOD_STANDING: Standing = { heldUntil: null, mutedUntil: null, suspendedUntil: null }

export interface Visitor {
  kind: 'visitor'
  duties: readonly []
}

export type Actor = Visitor | SignedIn

export const visitor: Visitor = { kind: 'visitor', duties: [] }

export const isSignedIn = (actor: Actor): actor is SignedIn => actor.kind === 'account'

/** The roles of those who work for the force. The staff network is theirs; partner staff read the circles of it that invited them. As SQL: accounts/duty.ts. */
export const COLLEAGUE_ROLES = ['officer', 'supervisor', 'press-office', 'administrator'] as const satisfies readonly Role[]
export type ColleagueRole = (typeof COLLEAGUE_ROLES)[number]

export const isColleague = (actor: Actor): boolean => hasRole(actor, ...COLLEAGUE_ROLES)

export const isStaff = (actor: Actor): boolean => actor.duties.length > 0

export const hasRole = (actor: Actor, ...roles: Role[]): boolean => actor.duties.some((duty) => roles.includes(duty.role))

/** The duty under which somebody acts for a team: as its officer or supervisor, or for the press office, which speaks for every team. */
export function dutyFor(actor: Actor, teamId: number | null): Duty | null {
  const own = actor.duties.find((duty) => (duty.role === 'officer' || duty.role === 'supervisor') && duty.teamId !== null && duty.teamId === teamId)
  return own ?? actor.duties.find((duty) => duty.role === 'press-office') ?? null
}

export const idOf = (actor: Actor): number | null => (isSignedIn(actor) ? actor.accountId : null)

const ROLE_NAMES: Record<Role, string> = {
  officer: 'Officer',
  supervisor: 'Sergeant',
  'press-office': 'Press office',
  administrator: 'Administrator',
  partner: 'Partner',
}

/** A role as the pages name it. */
export const roleName = (role: Role): string => ROLE_NAMES[role]

/** The official mark in words: role, and team where it has one; of partner staff, their organisation. One function, so that it reads the same wherever the words show. */
export const sayMark = (role: Role, team: string | null): string =>
  team ? `${roleName(role)} · ${team}${role === 'partner' ? '' : ' team'}` : roleName(role)
