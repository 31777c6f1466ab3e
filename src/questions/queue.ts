/**
 * Open questions by the time that is left. Pages go by key.
 */
import { and, asc, eq, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { hasRole, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, type Database } from '../database/database.ts'
import { keyAfter, sayKey } from '../database/moment-key.ts'
import { teams } from '../teams/schema.ts'
import { questionPath } from './asking.ts'
import { isOverdue, sayClock } from './clock.ts'
import { questions } from './schema.ts'

export { missClocks } from './missed.ts'

export interface OpenQuestion {
  id: number
  path: string
  title: string
  teamName: string
  visibility: 'public' | 'private'
  published: boolean
  assignee: string | null
  mine: boolean
  dueAt: Date
  overdue: boolean
  reopened: boolean
  reviewAsked: boolean
  acknowledged: boolean
  /** "51 hours left", "overdue by 3 hours" */
  left: string
}

export interface QuestionQueue {
  items: OpenQuestion[]
  next: string | null
}

/** `all` of the actor's teams, `mine`, `unassigned`, or `missed`: what a sergeant has to look into. */
export type QuestionView = 'all' | 'mine' | 'unassigned' | 'missed'

const QUEUE_SIZE = 20

const isOpen = and(isNull(questions.answeredAt), isNull(questions.withdrawnAt))
const isMissed = or(sql`${questions.dueAt} <= ${sql.placeholder('now')}::timestamptz`, isNotNull(questions.reopenedAt))
const reviewAsked = and(isNotNull(questions.reviewAskedAt), isNull(questions.reviewedAt), isNull(questions.withdrawnAt))

const columns = {
  id: questions.id,
  title: questions.title,
  visibility: questions.visibility,
  postId: questions.postId,
  assigneeId: questions.assigneeId,
  clockFrom: questions.clockFrom,
  dueAt: questions.dueAt,
  missedAt: questions.missedAt,
  answeredAt: questions.answeredAt,
  reopenedAt: questions.reopenedAt,
  reviewAskedAt: questions.reviewAskedAt,
  reviewedAt: questions.reviewedAt,
  withdrawnAt: questions.withdrawnAt,
}

// In the order of an index, so that it stops as soon as there are enough.
const ofOneTeam = (db: Database, condition: SQL | undefined) =>
  db
    .select(columns)
    .from(questions)
    .where(and(eq(questions.teamId, teams.id), condition, isFurther))
    .orderBy(asc(questions.dueAt), asc(questions.id))
    .limit(sql.placeholder('limit'))

const isFurther = sql`(${questions.dueAt}, ${questions.id}) > (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`

/** Two indexes, one after the other: no index holds both. */
const missedOfOneTeam = (db: Database) =>
  unionAll(ofOneTeam(db, and(isOpen, isMissed)), ofOneTeam(db, and(reviewAsked, sql`not (${and(isOpen, isMissed)})`)))

type Waiting = ReturnType<ReturnType<typeof ofOneTeam>['as']>

// Team by team, so that however much waits, no more than a page of each team is put in order.
const ofTeams = (db: Database, waiting: Waiting, name: QuestionView) =>
  db
    .select({
      question: waiting._.selectedFields,
      teamName: teams.name,
      assignee: accounts.displayName,
      acknowledged: sql<boolean>`exists (select 1 from question_acts a
        where a.question_id = ${waiting.id} and a.act = 'acknowledged' and a.at >= ${waiting.clockFrom})`,
    })
    .from(teams)
    .innerJoinLateral(waiting, sql`true`)
    .leftJoin(accounts, eq(accounts.id, waiting.assigneeId))
    .where(sql`${sql.placeholder('everywhere')}::boolean or ${teams.id} = any(${sql.placeholder('teams')}::bigint[])`)
    .orderBy(asc(waiting.dueAt), asc(waiting.id))
    .limit(sql.placeholder('limit'))
    .prepare(`questions_${name}`)

const isMine = eq(questions.assigneeId, sql.placeholder('actor'))
const VIEWS = {
  all: prepared((db) => ofTeams(db, ofOneTeam(db, isOpen).as('waiting'), 'all')),
  mine: prepared((db) => ofTeams(db, ofOneTeam(db, and(isOpen, isMine)).as('waiting'), 'mine')),
  unassigned: prepared((db) => ofTeams(db, ofOneTeam(db, and(isOpen, isNull(questions.assigneeId))).as('waiting'), 'unassigned')),
  missed: prepared((db) => ofTeams(db, missedOfOneTeam(db).as('waiting'), 'missed')),
}

/**
 * What waits for this actor, soonest due first. `missed` is for sergeants and the press office, empty for others; it holds questions whose clock ran out,
 * those that were opened again, and reviews that were asked for, also of questions that have an answer by now.
 */
export async function openQuestionsFor(
  db: Database,
  actor: SignedIn,
  input: { view: QuestionView; after?: string | undefined; limit?: number },
): Promise<QuestionQueue> {
  const size = input.limit ?? QUEUE_SIZE
  const scope = input.view === 'missed' ? scopeOf(actor, 'supervisor') : scopeOf(actor, 'officer', 'supervisor')
  if (!scope.everywhere && scope.teams.length === 0) return { items: [], next: null }
  const moment = now()
  const rows = await VIEWS[input.view](db).execute({
    ...scope,
    ...keyAfter(input.after),
    actor: actor.accountId,
    now: moment.toISOString(),
    limit: size + 1,
  })
  const page = rows.slice(0, size)
  const last = page.at(-1)?.question
  return { items: page.map((row) => itemOf(row, actor, moment)), next: rows.length > size && last ? sayKey(last.dueAt, last.id) : null }
}

/** The teams for which somebody holds one of these roles; the press office sees to all of them. */
const scopeOf = (actor: SignedIn, ...roles: Role[]): { everywhere: boolean; teams: number[] } => ({
  everywhere: hasRole(actor, 'press-office'),
  teams: actor.duties.flatMap(({ role, teamId }) => (roles.includes(role) && teamId !== null ? [teamId] : [])),
})

type Row = Awaited<ReturnType<ReturnType<typeof ofTeams>['execute']>>[number]

function itemOf({ question, teamName, assignee, acknowledged }: Row, actor: SignedIn, moment: Date): OpenQuestion {
  const { id, title, visibility, dueAt } = question
  const stored = { id, title, teamName, visibility, dueAt, assignee, acknowledged }
  return {
    ...stored,
    path: questionPath(id),
    published: question.postId !== null,
    mine: question.assigneeId === actor.accountId,
    overdue: isOverdue(question, moment),
    reopened: question.reopenedAt !== null,
    reviewAsked: question.reviewAskedAt !== null && question.reviewedAt === null,
    left: sayClock(question, moment),
  }
}
