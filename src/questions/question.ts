/**
 * Questions of residents, from asking to the answer. Each begins as a conversation between the asker and the team; a public one is published by the team
 * as a post. The clock is elapsed time: nothing pauses it, and only an official answer stops it.
 */
import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { roleName, sayMark, type Actor, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { readable } from '../conversations/audience.ts'
import type { Conversation } from '../conversations/conversation.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { postPath } from '../posts/stored-post.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { renderComment } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import type { Act } from './act.ts'
import { questionPath } from './asking.ts'
import { sayClock, stateOf, type QuestionRow, type QuestionState } from './clock.ts'
import { isAsker, stepsOf, type QuestionStep } from './policy.ts'
import { questions, type Rating } from './schema.ts'

export { askQuestion, unnameQuestion, withdrawQuestion, type NewQuestion } from './asking.ts'
export type { QuestionState } from './clock.ts'
export type { QuestionStep } from './policy.ts'

export interface QuestionPage {
  id: number
  path: string
  team: TeamName
  title: string
  body: SafeHtml
  /** As it was typed, for the form in which the team publishes it. */
  text: string
  visibility: 'public' | 'private'
  state: QuestionState
  /** Null when the asker wants no name, or has none. Never the email. */
  asker: string | null
  isAsker: boolean
  askedAt: Date
  dueAt: Date
  /** "51 hours left", "overdue by 3 hours", "answered in 20 hours" */
  clock: string
  missedAt: Date | null
  answeredAt: Date | null
  /** `/comments/:id` */
  answerPath: string | null
  /** Null also while the words of the answer are not to be seen. `text` is as it was typed. */
  answer: { body: SafeHtml; text: string; author: string | null; mark: string; at: Date } | null
  /** What the asker said of this answer: for the asker alone, null for everybody else. */
  rating: Rating | null
  post: { id: number; path: string } | null
  keptPrivateBecause: string | null
  assignee: { id: number; name: string } | null
  reopened: { because: string; at: Date } | null
  review: { because: string; askedAt: Date; reviewedAt: Date | null; path: string | null } | null
  /** The private conversation between the asker and the team. */
  conversation: Conversation
  steps: QuestionStep[]
  /** Acts, oldest first; the team sees them all, the asker those that concern them. */
  history: QuestionEvent[]
  version: number
}

/** `by` is null for the system, and for an asker who wants no name; `mark` is null for both. */
export interface QuestionEvent {
  act: Act
  by: string | null
  mark: string | null
  note: string | null
  at: Date
}

const askers = alias(accounts, 'askers')
const assignees = alias(accounts, 'assignees')
const answerers = alias(accounts, 'answerers')

interface ActRow {
  act: Act
  role: string
  note: string | null
  at: string
  name: string | null
}

const historyOf = sql<ActRow[] | null>`(select json_agg(h order by h.at, h.id) from (
  select a.id, a.act, a.role, a.note, a.at, who.display_name as name
  from question_acts a left join accounts who on who.id = a.actor_id
  where a.question_id = ${questions.id}) h)`

const selectPage = (db: Db) =>
  db
    .select({
      question: getTableColumns(questions),
      conversation: getTableColumns(conversations),
      team: { id: teams.id, slug: teams.slug, name: teams.name },
      asker: askers.displayName,
      assignee: assignees.displayName,
      post: { id: posts.id, slug: posts.slug },
      answer: {
        bodyHtml: comments.bodyHtml,
        text: comments.body,
        author: answerers.displayName,
        officialRole: comments.officialRole,
        officialTeam: comments.officialTeam,
        at: comments.createdAt,
      },
      history: historyOf,
      // What was said of an earlier answer is not said of this one.
      rating: sql<Rating | null>`(select rating from question_ratings r
        where r.question_id = ${questions.id} and r.team_id = ${questions.teamId} and r.rated_at >= ${questions.answeredAt})`,
    })
    .from(questions)
    .innerJoin(conversations, eq(conversations.id, questions.conversationId))
    .innerJoin(teams, eq(teams.id, questions.teamId))
    .innerJoin(askers, eq(askers.id, questions.askerId))
    .leftJoin(assignees, eq(assignees.id, questions.assigneeId))
    .leftJoin(posts, eq(posts.id, questions.postId))
    .leftJoin(comments, and(eq(comments.id, questions.answerId), eq(comments.state, 'published')))
    .leftJoin(answerers, eq(answerers.id, comments.authorId))
    .$dynamic()

type Row = Awaited<ReturnType<typeof selectPage>>[number]

/**
 * For its asker, the team, and the press office: who may read the conversation between them may read the question, one rule for both.
 * Throws `NotFound`.
 */
export async function questionById(db: Db, actor: Actor, id: number): Promise<QuestionPage> {
  const [row] = await selectPage(db).where(and(eq(questions.id, id), readable(actor, conversations)))
  if (!row) throw new NotFound('question')
  return pageOf(row, actor, now())
}

function pageOf(row: Row, actor: Actor, moment: Date): QuestionPage {
  const { question, team, conversation, post } = row
  const own = isAsker(actor, question)
  const { id, title, visibility, askedAt, dueAt, missedAt, answeredAt, keptPrivateBecause, version } = question
  const stored = { id, title, visibility, askedAt, dueAt, missedAt, answeredAt, keptPrivateBecause, version }
  const shown = { path: questionPath(id), body: trusted(renderComment(question.body)), text: question.body, team, conversation }
  const now = { state: stateOf(question, moment), clock: sayClock(question, moment), steps: stepsOf(actor, question, moment) }
  return {
    ...stored,
    ...shown,
    ...now,
    asker: question.namedAt ? row.asker : null,
    isAsker: own,
    answerPath: question.answerId === null ? null : `/comments/${question.answerId}`,
    answer: answerOf(row),
    rating: own ? row.rating : null,
    post: post && { id: post.id, path: postPath(team.slug, post) },
    // Who of the team sees to it is the team's affair.
    assignee: question.assigneeId === null || own ? null : { id: question.assigneeId, name: row.assignee ?? 'A colleague' },
    ...standingOf(question),
    history: (row.history ?? []).flatMap((act) => eventOf(act, question, own)),
  }
}

function answerOf({ answer }: Row): QuestionPage['answer'] {
  const { bodyHtml, text, author, officialRole, officialTeam, at } = answer
  if (bodyHtml === null || text === null || at === null) return null
  return { body: trusted(bodyHtml), text, author, mark: officialRole ? sayMark(officialRole, officialTeam) : '', at }
}

function standingOf(question: QuestionRow): Pick<QuestionPage, 'reopened' | 'review'> {
  const { reopenedAt, reopenedBecause, reviewAskedAt, reviewBecause, reviewedAt, reviewId } = question
  return {
    reopened: reopenedAt && { because: reopenedBecause ?? '', at: reopenedAt },
    review: reviewAskedAt && {
      because: reviewBecause ?? '',
      askedAt: reviewAskedAt,
      reviewedAt,
      path: reviewId === null ? null : `/comments/${reviewId}`,
    },
  }
}

/** The team's own affairs: who of them sees to it. */
const INTERNAL: readonly Act[] = ['assigned', 'handed-back']
/** Notes that are meant for the asker; the others are between colleagues. */
const TOLD: readonly Act[] = ['kept-private', 'reopened', 'review-asked']

function eventOf({ act, role, note, at, name }: ActRow, question: QuestionRow, own: boolean): QuestionEvent[] {
  if (own && INTERNAL.includes(act)) return []
  const official = role !== 'system' && role !== 'resident'
  return [
    {
      act,
      by: official || question.namedAt ? name : null,
      mark: official ? roleName(role as Role) : null,
      note: own && !TOLD.includes(act) ? null : note,
      at: new Date(at),
    },
  ]
}

/** The question that a post came from; null for other posts. For the team's and the asker's links on the page of the post. */
export async function questionOfPost(db: Db, actor: Actor, postId: number): Promise<{ id: number; path: string } | null> {
  const [found] = await db
    .select({ id: questions.id })
    .from(questions)
    .innerJoin(conversations, eq(conversations.id, questions.conversationId))
    .where(and(eq(questions.postId, postId), readable(actor, conversations)))
  return found ? { id: found.id, path: questionPath(found.id) } : null
}

const OWN_SIZE = 20

export interface OwnQuestion {
  id: number
  path: string
  title: string
  teamName: string
  state: QuestionState
  clock: string
  askedAt: Date
}

/** One's own questions, newest first, by key. */
export async function ownQuestions(db: Db, actor: SignedIn, before: number | null): Promise<{ items: OwnQuestion[]; next: number | null }> {
  const rows = await db
    .select({ question: getTableColumns(questions), teamName: teams.name })
    .from(questions)
    .innerJoin(teams, eq(teams.id, questions.teamId))
    .where(and(eq(questions.askerId, actor.accountId), before === null ? undefined : lt(questions.id, before)))
    .orderBy(desc(questions.id))
    .limit(OWN_SIZE + 1)
  const page = rows.slice(0, OWN_SIZE)
  return { items: page.map((row) => ownOf(row, now())), next: rows.length > OWN_SIZE ? (page.at(-1)?.question.id ?? null) : null }
}

function ownOf({ question, teamName }: { question: QuestionRow; teamName: string }, moment: Date): OwnQuestion {
  const { id, title, askedAt } = question
  return { id, title, teamName, askedAt, path: questionPath(id), state: stateOf(question, moment), clock: sayClock(question, moment) }
}
