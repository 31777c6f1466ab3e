/**
 * How a question stands. Its clock is elapsed time and nothing else. Nights, weekends and the change of the clocks count like any other hour.
 */
import { count, dayKey } from '../text/dates.ts'
import { HOURS_TO_ANSWER, type questions } from './schema.ts'

export type QuestionRow = typeof questions.$inferSelect

/** Where it stands. */
export type QuestionState = 'open' | 'overdue' | 'answered' | 'reopened' | 'withdrawn'

type Clock = Pick<QuestionRow, 'clockFrom' | 'dueAt' | 'missedAt' | 'answeredAt' | 'reopenedAt' | 'withdrawnAt'>

const HOUR = 3_600_000
/** Beyond so many hours people count in days. */
const HOURS_SAID = 96
/** Everything from a week on stands together in the figures. */
const LONGEST_HOURS = 168

export const dueFrom = (clockFrom: Date): Date => new Date(clockFrom.getTime() + HOURS_TO_ANSWER * HOUR)

/** Its clock runs: neither answered nor taken back. */
export const isOpen = (question: Clock): boolean => question.answeredAt === null && question.withdrawnAt === null

/** True at the second, whether or not the worker has been by. */
export const isOverdue = (question: Clock, now: Date): boolean => isOpen(question) && question.dueAt <= now

/** A clock of it has run out, now or before. */
export const wasMissed = (question: Clock, now: Date): boolean => question.missedAt !== null || isOverdue(question, now)

export function stateOf(question: Clock, now: Date): QuestionState {
  if (question.withdrawnAt) return 'withdrawn'
  if (question.answeredAt) return 'answered'
  if (isOverdue(question, now)) return 'overdue'
  return question.reopenedAt ? 'reopened' : 'open'
}

/** "51 hours left", "overdue by 3 hours", "answered in 20 hours", "taken back" */
export function sayClock(question: Clock, now: Date): string {
  if (question.withdrawnAt) return 'taken back'
  if (question.answeredAt) return `answered in ${sayHours(question.answeredAt.getTime() - question.clockFrom.getTime())}`
  const left = question.dueAt.getTime() - now.getTime()
  return left > 0 ? `${sayHours(left)} left` : `overdue by ${sayHours(-left)}`
}

function sayHours(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 60) return count(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return hours <= HOURS_SAID ? count(hours, 'hour') : count(Math.round(hours / 24), 'day')
}

/** Where an answer stands in the figures: the month of the clock's beginning (UK time), and whole hours from there. */
export const placeInFigures = ({ clockFrom, answeredAt }: { clockFrom: Date; answeredAt: Date }): { month: string; hours: number } => ({
  month: monthOf(clockFrom),
  hours: Math.min(LONGEST_HOURS, Math.max(0, Math.floor((answeredAt.getTime() - clockFrom.getTime()) / HOUR))),
})

/** "2031-05" */
export const monthOf = (moment: Date): string => dayKey(moment).slice(0, 7)
