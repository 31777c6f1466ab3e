/**
 * A live question hour as readers see it: what is being answered, what was answered, in the order taken, and what waits, most supported first. Questions,
 * answers and support are the conversation's own.
 */
import { and, asc, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { idOf, sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { heldIn, mostSupported, type RaisedList } from '../conversations/gathering.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { OccasionItem } from '../occasions/occasion.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import type { EventDetail } from './event.ts'
import { mayPlanEvent, hourState, mayTakeQuestions, type HourState } from './policy.ts'
import { hourAnswers } from './schema.ts'

/** One that an officer has taken. */
export interface Turn {
  commentId: number
  /** Null where the author took the name off. */
  author: string | null
  /** Null where the question can no longer be read. */
  question: SafeHtml | null
  supportCount: number
  takenBy: string | null
  mine: boolean
  takenAt: Date
  /** Null while it is being written, and where it can no longer be read. */
  answer: { commentId: number; author: string | null; mark: string; body: SafeHtml } | null
  passedBecause: string | null
  settledAt: Date | null
}

export interface Hour {
  eventId: number
  state: HourState
  path: string
  conversationId: number
  date: OccasionItem
  /** Being answered now; one for each officer at most. */
  answering: Turn[]
  answered: Turn[]
  passed: Turn[]
  waiting: RaisedList
  /** What a moderator has still to look at, for those who answer; 0 for everybody else. */
  held: number
  /** Until when what was not reached is answered in writing. */
  writingUntil: Date | null
  mayTake: boolean
}

const answers = alias(comments, 'answers')
const answerers = alias(accounts, 'answerers')
const takers = alias(accounts, 'takers')

const MOST_TURNS = 200

const turnsOf = (db: Db, eventId: number) =>
  db
    .select({
      commentId: hourAnswers.commentId,
      author: accounts.displayName,
      unnamedAt: comments.unnamedAt,
      question: comments.bodyHtml,
      questionState: comments.state,
      supportCount: comments.sameHereCount,
      takenById: hourAnswers.takenBy,
      takenBy: takers.displayName,
      takenAt: hourAnswers.takenAt,
      answerId: answers.id,
      answerAuthor: answerers.displayName,
      answerRole: answers.officialRole,
      answerTeam: answers.officialTeam,
      answer: answers.bodyHtml,
      answerState: answers.state,
      passedBecause: hourAnswers.passedBecause,
      settledAt: hourAnswers.settledAt,
    })
    .from(hourAnswers)
    .innerJoin(comments, eq(comments.id, hourAnswers.commentId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .innerJoin(takers, eq(takers.id, hourAnswers.takenBy))
    .leftJoin(answers, eq(answers.id, hourAnswers.answerId))
    .leftJoin(answerers, eq(answerers.id, answers.authorId))
    .where(and(eq(hourAnswers.eventId, eventId)))
    .orderBy(asc(hourAnswers.takenAt), asc(hourAnswers.commentId))
    .limit(MOST_TURNS)

type TurnRow = Awaited<ReturnType<typeof turnsOf>>[number]

function turnOf(row: TurnRow, accountId: number | null): Turn {
  const isRead = row.questionState === 'published'
  return {
    commentId: row.commentId,
    author: isRead && row.unnamedAt === null ? row.author : null,
    question: isRead ? trusted(row.question) : null,
    supportCount: row.supportCount,
    takenBy: row.takenBy,
    mine: row.takenById === accountId,
    takenAt: row.takenAt,
    answer: answerOf(row),
    passedBecause: row.passedBecause,
    settledAt: row.settledAt,
  }
}

function answerOf({ answerId, answerAuthor, answerRole, answerTeam, answer, answerState }: TurnRow): Turn['answer'] {
  if (answerId === null || answer === null || answerRole === null || answerState !== 'published') return null
  return { commentId: answerId, author: answerAuthor, mark: sayMark(answerRole, answerTeam), body: trusted(answer) }
}

/** `cursor` is the `next` of the page before, of what waits. */
export async function hourOf(db: Db, actor: Actor, event: EventDetail, date: OccasionItem, cursor?: string): Promise<Hour> {
  const accountId = idOf(actor)
  const [rows, waiting] = [await turnsOf(db, event.id), await mostSupported(db, event.conversationId, { accountId, cursor })]
  const turns = rows.map((row) => turnOf(row, accountId))
  const state = hourState(date, now())
  return {
    eventId: event.id,
    state,
    path: event.path,
    conversationId: event.conversationId,
    date,
    answering: turns.filter(({ settledAt }) => settledAt === null),
    answered: turns.filter(({ settledAt, passedBecause }) => settledAt !== null && passedBecause === null),
    passed: turns.filter(({ passedBecause }) => passedBecause !== null),
    waiting,
    held: mayPlanEvent(actor, event.teamId) ? await heldIn(db, event.conversationId) : 0,
    writingUntil: event.expiresAt,
    mayTake: mayTakeQuestions(actor, event.teamId, state),
  }
}
