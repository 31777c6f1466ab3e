import { hasRole, idOf, isSignedIn, isStaff, type Actor, type Role } from '../actor.ts'
import { isPublic, mayRead } from '../conversations/audience.ts'
import { silentBecause } from '../conversations/policy.ts'
import { publishingDuty } from '../posts/policy.ts'
import type { SurveyState } from './schema.ts'

interface Thing {
  teamId: number
  audience: string
  authorId: number
  state: SurveyState
}

const isAuthor = (actor: Actor, survey: { authorId: number }): boolean => idOf(actor) === survey.authorId

const leads = (actor: Actor, teamId: number): boolean =>
  hasRole(actor, 'press-office') || actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === teamId)

/** The role in which somebody drafts for a team; null when they may not. Partner staff ask, in public matters alone. */
export function draftingRole(actor: Actor, { teamId, audience }: { teamId: number; audience: string }): Role | null {
  const duty = publishingDuty(actor, teamId)
  if (duty) return duty.role
  return hasRole(actor, 'partner') && isPublic(audience) ? 'partner' : null
}

/** Before it opens: its author, the people of the team, and the press office. */
export const mayReadDraft = (actor: Actor, survey: Thing): boolean => isAuthor(actor, survey) || publishingDuty(actor, survey.teamId) !== null

/** Once it has opened: everybody of its audience. */
export const mayReadSurvey = (actor: Actor, survey: Thing): boolean =>
  (survey.state === 'open' || survey.state === 'closed' || survey.state === 'called-off') && mayRead(actor, survey)

/** The words are the author's alone; whoever publishes sends it back with a note. */
export const mayWrite = (actor: Actor, survey: Thing): boolean =>
  survey.state === 'draft' && isAuthor(actor, survey) && draftingRole(actor, survey) !== null

/** It is taken back to be changed. */
export const mayTakeBack = (actor: Actor, survey: Thing): boolean => survey.state === 'submitted' && isAuthor(actor, survey)

/** A second person looks at it: the sergeant of the team or the press office; in a pre-election period only the press office. Nobody their own. */
export const mayApprove = (actor: Actor, survey: Thing, election: boolean): boolean =>
  survey.state === 'submitted' && !isAuthor(actor, survey) && (election ? hasRole(actor, 'press-office') : leads(actor, survey.teamId))

/** Back to its author, with a note. */
export const mayReturn = (actor: Actor, survey: Thing): boolean =>
  survey.state === 'submitted' && !isAuthor(actor, survey) && leads(actor, survey.teamId)

/** Straight from the draft: sergeants for their team and the press office, outside of a pre-election period. */
export const mayPublishAlone = (actor: Actor, survey: Thing, election: boolean): boolean =>
  mayWrite(actor, survey) && leads(actor, survey.teamId) && !election

export const mayPublish = (actor: Actor, survey: Thing, election: boolean): boolean =>
  mayPublishAlone(actor, survey, election) || mayApprove(actor, survey, election)

/** Close it earlier, or call it off. */
export const mayEnd = (actor: Actor, survey: Thing): boolean => survey.state === 'open' && leads(actor, survey.teamId)

interface Running extends Thing {
  closesAt: Date | null
}

export const isRunning = (survey: Running, moment: Date): boolean => survey.state === 'open' && survey.closesAt !== null && moment < survey.closesAt

/** What came on paper, by telephone or at the door is typed in by the people of the team. */
export const mayEnterSheets = (actor: Actor, survey: Running, moment: Date): boolean =>
  isRunning(survey, moment) && mayRead(actor, survey) && publishingDuty(actor, survey.teamId) !== null

/** Why this actor does not answer, in words for the page; null when they may, or may once they have signed in. */
export function unansweredBecause(actor: Actor, survey: Running, moment: Date): string | null {
  if (!isRunning(survey, moment)) return 'This survey takes no more answers.'
  if (!isSignedIn(actor)) return null
  if (isPublic(survey.audience) && isStaff(actor))
    return 'This survey is for residents. With your account you work for them, so it takes no answer of yours.'
  return silentBecause(actor, survey)
}
