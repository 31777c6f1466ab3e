import { index, integer, pgTable, primaryKey, text, unique, uuid, check } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

/** Elapsed hours within which a team answers: nights, weekends and the change of the clocks count like any others. */
export const HOURS_TO_ANSWER = 72

/**
 * What a resident asks a team. The clock runs from `clockFrom` to the official answer and never pauses; times of the acts stand in `question_acts`.
 */
export const questions = pgTable(
  'questions',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    askerId: ref()
      .notNull()
      .references(() => accounts.id),
    /** As the asker wants it. A public one is public once the team has published it as a post. */
    visibility: text({ enum: ['public', 'private'] }).notNull(),
    /** Under a public question readers see the asker's display name, unless the asker says no. */
    namedAt: at(),
    title: text().notNull(),
    body: text().notNull(),
    clientKey: uuid().notNull(),
    /** Between the asker and the team, from the first moment. */
    conversationId: ref()
      .notNull()
      .unique()
      .references(() => conversations.id),
    /** Once published. */
    postId: ref()
      .unique()
      .references(() => posts.id),
    /** Why a public question stays between the asker and the team, told to the asker. */
    keptPrivateBecause: text(),
    /** Who of the team sees to it; null for all of them. */
    assigneeId: ref().references(() => accounts.id),
    askedAt: at().notNull(),
    /** When the clock began: asked, or reopened. */
    clockFrom: at().notNull(),
    dueAt: at().notNull(),
    /** The first time that a clock of it ran out; never set back. */
    missedAt: at(),
    answeredAt: at(),
    answerId: ref().references(() => comments.id),
    /** Said once: "this did not answer it". The question is then with the sergeant, on a clock of its own. */
    reopenedAt: at(),
    reopenedBecause: text(),
    reviewAskedAt: at(),
    reviewBecause: text(),
    /** The sergeant's word on a missed clock. */
    reviewedAt: at(),
    reviewId: ref().references(() => comments.id),
    /** Taken back by the asker before an answer. */
    withdrawnAt: at(),
    version: integer().notNull().default(1),
  },
  (table) => [
    unique('questions_client_key').on(table.askerId, table.clientKey),
    index('questions_open')
      .on(table.teamId, table.dueAt, table.id)
      .where(sql`${table.answeredAt} is null and ${table.withdrawnAt} is null`),
    index('questions_due')
      .on(table.dueAt)
      .where(sql`${table.answeredAt} is null and ${table.withdrawnAt} is null and ${table.missedAt} is null`),
    // Missed clocks whose review is still owed, also after an answer.
    index('questions_review')
      .on(table.teamId, table.dueAt, table.id)
      .where(sql`${table.reviewAskedAt} is not null and ${table.reviewedAt} is null`),
    index('questions_team').on(table.teamId, table.id),
    index('questions_asker').on(table.askerId, table.id),
    index('questions_assignee')
      .on(table.assigneeId)
      .where(sql`${table.answeredAt} is null and ${table.withdrawnAt} is null`),
    check('questions_answer', sql`(${table.answeredAt} is null) = (${table.answerId} is null)`),
    check('questions_clock', sql`${table.dueAt} = ${table.clockFrom} + interval '72 hours'`),
    check('questions_public', sql`${table.postId} is null or ${table.visibility} = 'public'`),
  ],
)

export const QUESTION_ACTS = [
  'asked',
  'published',
  'kept-private',
  'acknowledged',
  'answered',
  'missed',
  'reopened',
  'answer-lost',
  'review-asked',
  'reviewed',
  'assigned',
  'handed-back',
  'moved',
  'withdrawn',
  'unnamed',
] as const

/** What happened to a question, act by act. Append-only. */
export const questionActs = pgTable(
  'question_acts',
  {
    id: id(),
    questionId: ref()
      .notNull()
      .references(() => questions.id),
    act: text({ enum: QUESTION_ACTS }).notNull(),
    /** Null for the system: a clock that ran out. */
    actorId: ref().references(() => accounts.id),
    role: text().notNull(),
    note: text(),
    /** What was said with it. */
    commentId: ref().references(() => comments.id),
    at: at().notNull(),
  },
  (table) => [index('question_acts_question').on(table.questionId, table.id)],
)

/**
 * How a team does, kept with every act: for each team and month (UK time, "2031-05") of the question's clock. Histograms count whole hours from
 * the beginning of the clock to the answer; everything from 168 hours on stands under 168.
 */
export const questionFigures = pgTable(
  'question_figures',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    month: text().notNull(),
    hours: integer().notNull(),
    /** Answered with no clock missed. */
    inTime: integer().notNull().default(0),
    /** Answered after a clock had run out. */
    late: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.month, table.hours] })],
)

/** Open questions of each team, kept with every act. */
export const openQuestions = pgTable('open_questions', {
  teamId: ref()
    .primaryKey()
    .references(() => teams.id),
  count: integer().notNull().default(0),
})

export const RATINGS = ['helped', 'partly', 'not'] as const
export type Rating = (typeof RATINGS)[number]

/**
 * Whether the answer helped, said by the asker in one tap; can be changed. One for each team that answered it. Only sums are ever shown, and only of what was
 * counted: see `rating.ts`.
 */
export const questionRatings = pgTable(
  'question_ratings',
  {
    questionId: ref()
      .notNull()
      .references(() => questions.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    rating: text({ enum: RATINGS }).notNull(),
    ratedAt: at().notNull(),
    /** As it stands in the sums that readers see; null while it stands in none. */
    counted: text({ enum: RATINGS }),
    countedAt: at(),
  },
  (table) => [
    primaryKey({ columns: [table.questionId, table.teamId] }),
    index('question_ratings_counted').on(table.teamId, table.countedAt),
    index('question_ratings_waiting')
      .on(table.teamId)
      .where(sql`${table.counted} is distinct from ${table.rating}`),
    check('question_ratings_sums', sql`(${table.counted} is null) = (${table.countedAt} is null)`),
  ],
)
