/**
 * The questions of a survey, and what an answer to each looks like. Choices are kept as their place among the options, never as words.
 */
import { asc, eq } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { surveyQuestions } from './schema.ts'

export type Question = typeof surveyQuestions.$inferSelect

/** `choice`, `choices` and `order` are places among the options of the question, from 0; `order` begins with what matters most. */
export type AnswerValue =
  | { sort: 'one'; choice: number }
  | { sort: 'several'; choices: number[] }
  | { sort: 'scale'; value: number }
  | { sort: 'words'; text: string }
  | { sort: 'rank'; order: number[] }
  /** Rounded: "53.187,-0.532", see geography/rough.ts. */
  | { sort: 'pin'; cell: string }

export const CHANNELS = ['web', 'paper', 'phone', 'doorstep'] as const
export type Channel = (typeof CHANNELS)[number]

/** All that one person answered, and nothing of who it was. */
export interface Answer {
  /** The part of the area where they said that they live; null for not said. */
  area: string | null
  channel: Channel
  /** By the id of the question; what was left out is not there. */
  values: Record<string, AnswerValue>
}

/** How many questions a survey has at most, options a question (and of those that are put in order), and characters an option, an answer in own words, and a part of the area. */
export const MOST = { questions: 20, options: 20, ranked: 10, option: 150, words: 1000, areas: 30, area: 60 }

/** In their order. */
export const questionsOf = (db: Db, surveyId: number): Promise<Question[]> =>
  db.select().from(surveyQuestions).where(eq(surveyQuestions.surveyId, surveyId)).orderBy(asc(surveyQuestions.position), asc(surveyQuestions.id))
