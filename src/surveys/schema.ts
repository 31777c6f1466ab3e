import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

export const SURVEY_STATES = ['draft', 'submitted', 'open', 'closed', 'called-off', 'discarded'] as const
export type SurveyState = (typeof SURVEY_STATES)[number]

/**
 * Questions to many. While it is open each answer lies in a sealed envelope that only the running portal can open; when it closes all are opened at once, in
 * no order, added up, and thrown away. No row ever says what one person answered.
 */
export const surveys = pgTable(
  'surveys',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    audience: text({ enum: ['public', 'staff'] }).notNull(),
    state: text({ enum: SURVEY_STATES }).notNull().default('draft'),
    title: text().notNull(),
    intro: text().notNull().default(''),
    /** Raised by every change before it opens; from then on questions and promise stay. */
    version: integer().notNull().default(1),
    authorId: ref()
      .notNull()
      .references(() => accounts.id),
    authorRole: text({ enum: ROLES }).notNull(),
    createdAt: at().notNull(),
    changedAt: at().notNull(),
    /** Asked of somebody who may publish it; the second person is never the author. */
    submittedAt: at(),
    approvedBy: ref().references(() => accounts.id),
    returnedBecause: text(),
    /** Parts of the area that people can say they live in, for the breakdown; empty for none. */
    areas: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    postId: ref()
      .unique()
      .references(() => posts.id),
    opensAt: at(),
    closesAt: at(),
    closedAt: at(),
    calledOffBecause: text(),
    /** The envelopes were opened and added up. */
    countedAt: at(),
    /** When readers got the results. */
    publishedAt: at(),
    /** Kept. Readers see only the number of all answers. */
    answerCount: integer().notNull().default(0),
    clientKey: uuid().notNull(),
  },
  (table) => [
    unique('surveys_client_key').on(table.authorId, table.clientKey),
    index('surveys_team').on(table.teamId, table.state, table.id),
    index('surveys_closing')
      .on(table.closesAt)
      .where(sql`${table.state} = 'open'`),
    check('surveys_second_person', sql`${table.approvedBy} is distinct from ${table.authorId}`),
    check('surveys_open', sql`${table.state} in ('draft', 'submitted', 'discarded') or num_nonnulls(${table.opensAt}, ${table.closesAt}) = 2`),
    check('surveys_counted', sql`${table.countedAt} is null or ${table.state} = 'closed'`),
  ],
)

export const QUESTION_SORTS = ['one', 'several', 'scale', 'words', 'rank', 'pin'] as const
export type QuestionSort = (typeof QUESTION_SORTS)[number]

/** Of a scale: from 1 to `top`, with words at its ends. */
export interface Scale {
  top: number
  low: string
  high: string
}

export const surveyQuestions = pgTable(
  'survey_questions',
  {
    id: id(),
    surveyId: ref()
      .notNull()
      .references(() => surveys.id),
    position: integer().notNull(),
    sort: text({ enum: QUESTION_SORTS }).notNull(),
    title: text().notNull(),
    hint: text().notNull().default(''),
    required: boolean().notNull().default(false),
    /** Of `one`, `several` and `rank`. */
    options: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    scale: jsonb().$type<Scale>(),
  },
  (table) => [index('survey_questions_survey').on(table.surveyId, table.position, table.id)],
)

/** Who has answered, so that nobody answers twice: an account, or the number of a paper, call or doorstep sheet. It says nothing of what they answered. */
export const surveyTakers = pgTable(
  'survey_takers',
  {
    surveyId: ref()
      .notNull()
      .references(() => surveys.id),
    /** `account:ID` or `paper:NUMBER`, `phone:NUMBER`, `doorstep:NUMBER`. */
    taker: text().notNull(),
    /** The member of staff who entered it on somebody's behalf. */
    enteredBy: ref().references(() => accounts.id),
  },
  (table) => [primaryKey({ columns: [table.surveyId, table.taker] })],
)

/** An answer that nobody has read: encrypted with a key that is not in the database. Gone when the survey is counted. */
export const surveyEnvelopes = pgTable(
  'survey_envelopes',
  {
    /** Random: it tells no order. */
    id: uuid().primaryKey().defaultRandom(),
    surveyId: ref()
      .notNull()
      .references(() => surveys.id),
    /** AES-256-GCM, base64; padded, so that its length tells nothing. */
    sealed: text().notNull(),
  },
  (table) => [index('survey_envelopes_survey').on(table.surveyId, table.id)],
)

/** What came out, added up: how many gave which answer, by part of the area, and how many came which way. Never one person's answers together (adding.ts). */
export const surveyTallies = pgTable(
  'survey_tallies',
  {
    surveyId: ref()
      .notNull()
      .references(() => surveys.id),
    /** 0 for "answered at all". */
    questionId: ref().notNull(),
    /** Empty for not said; several, one a line, for those that are too small to be kept apart. */
    area: text().notNull(),
    /** Empty for all ways together; else only how many answered at all. */
    channel: text({ enum: ['', 'web', 'paper', 'phone', 'doorstep'] }).notNull(),
    /** The option; "3" of a scale; "option|place" of a ranking; "53.187,-0.532" of a pin (three decimals of a degree). Empty for having answered the question. */
    choice: text().notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.surveyId, table.questionId, table.area, table.channel, table.choice] })],
)

/** What people wrote in their own words: apart from everything else that they answered, in no order. Public only when somebody released it. */
export const surveyWords = pgTable(
  'survey_words',
  {
    id: uuid().primaryKey().defaultRandom(),
    surveyId: ref()
      .notNull()
      .references(() => surveys.id),
    questionId: ref()
      .notNull()
      .references(() => surveyQuestions.id),
    words: text().notNull(),
    releasedAt: at(),
    releasedBy: ref().references(() => accounts.id),
    /** A moderator took it out of the results again; the row of the log says why. */
    takenOutAt: at(),
    takenOutBy: ref().references(() => accounts.id),
    takenOutLogId: ref().references(() => log.id),
  },
  (table) => [index('survey_words_question').on(table.surveyId, table.questionId, table.id)],
)
