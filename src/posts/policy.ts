import { dutyFor, hasRole, idOf, type Actor, type Duty, type Role } from '../actor.ts'
import { isSensitive, kindOf } from './kinds.ts'
import type { DraftState, PostKind, PostState } from './schema.ts'

/** The duty in whose name somebody publishes for a team; null when they may not. Whoever leads the team speaks as its sergeant. */
export const publishingDuty = (actor: Actor, teamId: number): Duty | null =>
  actor.duties.find((duty) => duty.role === 'supervisor' && duty.teamId === teamId) ?? dutyFor(actor, teamId)

interface Thing {
  teamId: number
  authorId: number
  kind: PostKind
  state: PostState
}

const leads = (actor: Actor, teamId: number): boolean => actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === teamId)

/** Only the room that makes posts of this kind changes, withdraws or passes them on. */
export const isChangedElsewhere = (post: { kind: PostKind }): boolean => kindOf(post.kind).changedBy !== undefined

/** Officers correct and withdraw their own routine posts, the sergeant those of the team, the press office any. */
export function mayChange(actor: Actor, post: Thing): boolean {
  if (post.state === 'withdrawn' || isChangedElsewhere(post)) return false
  if (hasRole(actor, 'press-office') || leads(actor, post.teamId)) return true
  return !kindOf(post.kind).sensitive && publishingDuty(actor, post.teamId) !== null && idOf(actor) === post.authorId
}

/** What only the sergeant lets out, an officer who wrote it does not take down either: a priority ends with its outcome. */
export function mayWithdraw(actor: Actor, post: Thing): boolean {
  const duty = publishingDuty(actor, post.teamId)
  return mayChange(actor, post) && duty !== null && (duty.role !== 'officer' || kindOf(post.kind).alone.includes('officer'))
}

export interface DraftThing {
  kind: PostKind
  state: DraftState
  teamId: number
  /** The others for which it is written. */
  teamIds: readonly number[]
  authorId: number
  officialRole: Role
  approvedBy: number | null
  /** One of its photos was not looked at by anybody. */
  unseen: boolean
  /** Its kind and teams are in a pre-election period. */
  election: boolean
}

const isAuthor = (actor: Actor, draft: DraftThing): boolean => idOf(actor) === draft.authorId

const worksFor = (actor: Actor, teamIds: readonly number[]): boolean =>
  actor.duties.some((duty) => (duty.role === 'officer' || duty.role === 'supervisor') && duty.teamId !== null && teamIds.includes(duty.teamId))

/** The author, the people of its teams, and the press office. */
export const mayReadDraft = (actor: Actor, draft: Omit<DraftThing, 'unseen' | 'election'>): boolean =>
  idOf(actor) === draft.authorId || hasRole(actor, 'press-office') || worksFor(actor, [draft.teamId, ...draft.teamIds])

/** The words are the author's alone; whoever approves suggests. */
export const mayWriteDraft = (actor: Actor, draft: { authorId: number; teamId: number; state: DraftState }): boolean =>
  idOf(actor) === draft.authorId && draft.state === 'draft' && publishingDuty(actor, draft.teamId) !== null

const withArticle = (name: string): string => `${/^[aeiou]/i.test(name) ? 'An' : 'A'} ${name.toLowerCase()}`

/** Why it cannot go out without a second person; null when it can. */
export function needsSecondBecause(draft: { kind: PostKind; officialRole: Role; unseen: boolean; election: boolean }): string | null {
  const kind = kindOf(draft.kind)
  if (kind.sensitive && draft.officialRole === 'press-office')
    return `${withArticle(kind.name)} goes out only after somebody else in the press office has approved it.`
  if (kind.sensitive) return `${withArticle(kind.name)} goes out only after the press office has approved it.`
  if (draft.election) return ELECTION
  if (draft.unseen) return 'A photo was sent without the blur tool, so the press office looks at it first.'
  if (!kind.alone.includes(draft.officialRole)) return `${withArticle(kind.kind.replaceAll('-', ' '))} is published by the sergeant.`
  return null
}

/** Why, before an election. */
export const ELECTION = 'A pre-election period holds here, so this goes out only after the press office has approved it. Nobody approves their own.'

/** Only the press office approves these. */
export const needsPressOffice = (draft: { kind: PostKind; unseen: boolean; election: boolean }): boolean =>
  kindOf(draft.kind).sensitive || draft.unseen || draft.election

/** The press office, or the sergeant for what is routine. Nobody their own. */
export function mayApprove(actor: Actor, draft: DraftThing): boolean {
  if (draft.state !== 'submitted' || isAuthor(actor, draft)) return false
  return hasRole(actor, 'press-office') || (leads(actor, draft.teamId) && !needsPressOffice(draft))
}

/** Back to the author's desk: by the author, who leads the team, or the press office. */
export function mayReopen(actor: Actor, draft: DraftThing): boolean {
  if (draft.state !== 'submitted' && draft.state !== 'approved' && draft.state !== 'scheduled') return false
  return isAuthor(actor, draft) || leads(actor, draft.teamId) || hasRole(actor, 'press-office')
}

/** What was approved goes out by anybody who publishes for its team; what needs no second person, by its author. */
export function mayRelease(actor: Actor, draft: DraftThing): boolean {
  const duty = publishingDuty(actor, draft.teamId)
  if (!duty) return false
  if (draft.approvedBy !== null) return draft.state === 'approved' || draft.state === 'scheduled'
  if (needsSecondBecause(draft) !== null) return false
  if (draft.state === 'scheduled') return true
  return draft.state === 'draft' && isAuthor(actor, draft) && needsSecondBecause({ ...draft, officialRole: duty.role }) === null
}

export const mayUnschedule = (actor: Actor, draft: DraftThing): boolean =>
  draft.state === 'scheduled' && (isAuthor(actor, draft) || publishingDuty(actor, draft.teamId) !== null)

/** The author throws away what is not handed in. */
export const mayDiscard = (actor: Actor, draft: DraftThing): boolean => mayWriteDraft(actor, draft)

/** Other teams: those for which somebody works; the press office for all. */
export const mayAddTeam = (actor: Actor, teamId: number): boolean => hasRole(actor, 'press-office') || worksFor(actor, [teamId])
export const mayAddress = (actor: Actor): boolean => hasRole(actor, 'press-office')

/** Words beside a sensitive post, or before an election, are as sensitive as the post: they are for the press office, and not for whoever wrote it. */
export const mayAddLine = (actor: Actor, post: { kind: PostKind; authorId: number }, election: boolean): boolean =>
  !(isSensitive(post.kind) || election) || (hasRole(actor, 'press-office') && idOf(actor) !== post.authorId)

/** A correction that its author may not publish alone goes the way of a draft: to a second person. */
export function correctsByDraft(actor: Actor, post: { kind: PostKind; teamId: number }, election: boolean): boolean {
  const duty = publishingDuty(actor, post.teamId)
  const { alone, composed } = kindOf(post.kind)
  return isSensitive(post.kind) || (composed && (election || duty === null || !alone.includes(duty.role)))
}

/** Passing on and pinning on a team's page is routine for its people. */
export const mayKeepPage = (actor: Actor, teamId: number): boolean => publishingDuty(actor, teamId) !== null
