import { dutyFor, hasRole, idOf, isSignedIn, isStaff, type Actor, type Duty } from '../actor.ts'
import { mayRead, NOBODY, privateTo } from '../conversations/audience.ts'
import { silentBecause } from '../conversations/policy.ts'
import { isOpen, wasMissed, type QuestionRow } from './clock.ts'

type Whose = Pick<QuestionRow, 'askerId' | 'teamId'>

/** What can be done with a question; the page offers those that this actor may do now. */
export type QuestionStep =
  | 'publish'
  | 'keep-private'
  | 'answer'
  | 'acknowledge'
  | 'take'
  | 'hand-back'
  | 'assign'
  | 'move'
  | 'review'
  /* the asker's */
  | 'rate'
  | 'reopen'
  | 'ask-review'
  | 'withdraw'
  | 'unname'

/** Residents ask; staff have their own ways to each other. */
export const mayAsk = (actor: Actor): boolean => isSignedIn(actor) && !isStaff(actor)

/** Why a sanction keeps this actor from asking so, in words; null when none does. What is asked in public is published. */
export const unaskableBecause = (actor: Actor, visibility: 'public' | 'private'): string | null =>
  silentBecause(actor, { audience: visibility === 'public' ? 'public' : privateTo(idOf(actor) ?? NOBODY) })

/** The asker, the team, and the press office: the same people as read the conversation between them. */
export const mayReadQuestion = (actor: Actor, question: Whose): boolean =>
  mayRead(actor, { audience: privateTo(question.askerId), teamId: question.teamId })

export const isAsker = (actor: Actor, question: Whose): boolean => idOf(actor) === question.askerId

/** The duty in whose name somebody sees to a question. Null for others, and for an officer who once asked it as a resident. */
export const questionDuty = (actor: Actor, question: Whose): Duty | null => (isAsker(actor, question) ? null : dutyFor(actor, question.teamId))

/** The sergeant of the team, or the press office: they assign, move, and look into missed clocks. */
export const leadsQuestion = (actor: Actor, question: Whose): boolean =>
  !isAsker(actor, question) &&
  (hasRole(actor, 'press-office') || actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === question.teamId))

/** A reopened question is the sergeant's; an officer answers it when the sergeant has given it to them. */
export const mayAnswer = (actor: Actor, question: QuestionRow): boolean =>
  questionDuty(actor, question) !== null && (question.reopenedAt === null || leadsQuestion(actor, question) || question.assigneeId === idOf(actor))

/** Officers and sergeants take what nobody has; what was reopened only the sergeant. */
export const mayTake = (actor: Actor, question: QuestionRow): boolean =>
  questionDuty(actor, question)?.teamId === question.teamId && (question.reopenedAt === null || leadsQuestion(actor, question))

export const mayPublish = (actor: Actor, question: QuestionRow): boolean =>
  questionDuty(actor, question) !== null &&
  question.visibility === 'public' &&
  question.postId === null &&
  question.keptPrivateBecause === null &&
  question.withdrawnAt === null

/** As often as they change their mind: of the answer that stands. */
export const mayRate = (actor: Actor, question: QuestionRow): boolean => isAsker(actor, question) && question.answeredAt !== null

export const mayReopen = (actor: Actor, question: QuestionRow): boolean =>
  isAsker(actor, question) && question.answeredAt !== null && question.reopenedAt === null

export const mayAskReview = (actor: Actor, question: QuestionRow, now: Date): boolean =>
  isAsker(actor, question) && question.reviewAskedAt === null && question.withdrawnAt === null && wasMissed(question, now)

export const mayReview = (actor: Actor, question: QuestionRow): boolean =>
  leadsQuestion(actor, question) && question.reviewAskedAt !== null && question.reviewedAt === null

/** Before an answer, not after one that was answered with "this did not answer it". */
export const mayTakeBack = (actor: Actor, question: QuestionRow): boolean =>
  isAsker(actor, question) && isOpen(question) && question.reopenedAt === null

/** In the order in which the page offers them. */
export function stepsOf(actor: Actor, question: QuestionRow, now: Date): QuestionStep[] {
  const open = isOpen(question)
  const leads = leadsQuestion(actor, question)
  const steps: [QuestionStep, boolean][] = [
    ['answer', open && mayAnswer(actor, question)],
    ['publish', mayPublish(actor, question)],
    ['acknowledge', open && questionDuty(actor, question) !== null],
    ['take', open && question.assigneeId === null && mayTake(actor, question)],
    ['hand-back', open && question.assigneeId !== null && question.assigneeId === idOf(actor) && !isAsker(actor, question)],
    ['assign', open && leads],
    ['move', open && leads && question.postId === null],
    ['keep-private', mayPublish(actor, question)],
    ['review', mayReview(actor, question)],
    ['rate', mayRate(actor, question)],
    ['reopen', mayReopen(actor, question)],
    ['ask-review', mayAskReview(actor, question, now)],
    ['withdraw', mayTakeBack(actor, question)],
    ['unname', isAsker(actor, question) && question.namedAt !== null],
  ]
  return steps.flatMap(([step, may]) => (may ? [step] : []))
}
