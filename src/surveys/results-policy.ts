import { dutyFor, hasRole, type Actor } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'

interface Thing {
  teamId: number
  audience: string
}

const leads = (actor: Actor, teamId: number): boolean =>
  hasRole(actor, 'press-office') || actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === teamId)

/** The people of the team and the press office look at results before they are published, and read all that people wrote. */
export const mayLookAtResults = (actor: Actor, survey: Thing): boolean => mayRead(actor, survey) && dutyFor(actor, survey.teamId) !== null

/** Gives them to the readers before they come out by themselves; in a pre-election period only the press office. */
export const mayPublishResults = (actor: Actor, survey: Thing, election: boolean): boolean =>
  mayRead(actor, survey) && (election ? hasRole(actor, 'press-office') : leads(actor, survey.teamId))

/** Chooses single ones for the results, and takes them back while nobody reads them yet. */
export const mayReleaseWords = (actor: Actor, survey: Thing): boolean => mayRead(actor, survey) && leads(actor, survey.teamId)

/** Takes published ones out again, with a reason: a removal, and so the press office alone. */
export const mayTakeWordsOut = (actor: Actor, survey: Thing): boolean => mayRead(actor, survey) && hasRole(actor, 'press-office')
