/**
 * Surveys as they are read. One that has opened is read by everybody of its audience; before, it is there for its author and the people of its team alone.
 */
import { and, asc, desc, eq, gt, inArray, lt, ne, or, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { hasRole, idOf, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { readable } from '../conversations/audience.ts'
import type { Db, Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { mayReadDraft, mayReadSurvey } from './policy.ts'
import { surveys } from './schema.ts'

export type SurveyRow = typeof surveys.$inferSelect

export interface Survey extends SurveyRow {
  teamName: string
  teamSlug: string
  /** The team of its mark; of partner staff their organisation, where it is known. */
  markedBy: string | null
  author: string | null
  approver: string | null
  /** Where its post and conversation are: for a survey of staff the page of the survey itself. Null before it opens. */
  path: string | null
  conversationId: number | null
  /** A moderator took its post down: its words are nobody's to read, and it takes no answers. */
  withdrawn: boolean
}

const approvers = alias(accounts, 'approvers')

const selectSurveys = (db: Db, condition: SQL | undefined) =>
  db
    .select({
      survey: surveys,
      teamName: teams.name,
      teamSlug: teams.slug,
      author: accounts.displayName,
      approver: approvers.displayName,
      post: { id: posts.id, slug: posts.slug, state: posts.state, conversationId: posts.conversationId, officialTeam: posts.officialTeam },
    })
    .from(surveys)
    .innerJoin(teams, eq(teams.id, surveys.teamId))
    .innerJoin(accounts, eq(accounts.id, surveys.authorId))
    .leftJoin(approvers, eq(approvers.id, surveys.approvedBy))
    .leftJoin(posts, eq(posts.id, surveys.postId))
    .where(condition)
    .$dynamic()

type Row = Awaited<ReturnType<typeof selectSurveys>>[number]

const surveyOf = ({ survey, post, ...row }: Row): Survey => ({
  ...survey,
  ...row,
  path: post === null ? null : survey.audience === 'staff' ? surveyPath(survey.id) : postPath(row.teamSlug, post),
  conversationId: post?.conversationId ?? null,
  markedBy: survey.authorRole === 'partner' ? (post?.officialTeam ?? null) : row.teamName,
  withdrawn: post?.state === 'withdrawn',
})

export const surveyPath = (id: number): string => `/surveys/${id}`

/** One that has opened, for somebody of its audience. Throws `NotFound`. */
export async function surveyById(db: Db, actor: Actor, id: number): Promise<Survey> {
  const [row] = await selectSurveys(db, eq(surveys.id, id))
  if (!row || !mayReadSurvey(actor, row.survey)) throw new NotFound('survey')
  return surveyOf(row)
}

/** One of the desk, in whatever state. Throws `NotFound`. */
export async function deskSurveyById(db: Db, actor: Actor, id: number): Promise<Survey> {
  const [row] = await selectSurveys(db, eq(surveys.id, id))
  if (!row || row.survey.state === 'discarded' || !mayReadDraft(actor, row.survey)) throw new NotFound('survey')
  return surveyOf(row)
}

/** The survey of a post. */
export async function surveyOfPost(db: Db, postId: number): Promise<Survey | null> {
  const [row] = await selectSurveys(db, eq(surveys.postId, postId))
  return row ? surveyOf(row) : null
}

/** Locked until the transaction ends. Throws `NotFound`. */
export async function lockSurvey(tx: Tx, id: number): Promise<SurveyRow> {
  const [row] = await tx.select().from(surveys).where(eq(surveys.id, id)).for('no key update')
  if (!row) throw new NotFound('survey')
  return row
}

export interface SurveyList {
  items: Survey[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

const LIST_SIZE = 20

const stands = ne(posts.state, 'withdrawn')

const ofAudience = (actor: Actor, audience: 'public' | 'staff'): SQL | undefined => and(eq(surveys.audience, audience), readable(actor, surveys))

/** Those that can be answered now, the first to close first: of residents, or of staff (none for whoever does not read those). */
export async function openSurveys(db: Db, actor: Actor, cursor?: string, audience: 'public' | 'staff' = 'public'): Promise<SurveyList> {
  const [, at, id] = /^(\d{1,14})-(\d{1,15})$/.exec(cursor ?? '') ?? []
  const behind =
    at && id ? sql`(${surveys.closesAt}, ${surveys.id}) > (${new Date(Number(at)).toISOString()}::timestamptz, ${Number(id)})` : undefined
  const open = and(ofAudience(actor, audience), eq(surveys.state, 'open'), gt(surveys.closesAt, now()), stands, behind)
  const rows = await selectSurveys(db, open)
    .orderBy(asc(surveys.closesAt), asc(surveys.id))
    .limit(LIST_SIZE + 1)
  return listOf(rows, ({ closesAt, id }) => `${closesAt?.getTime() ?? 0}-${id}`)
}

/** Those that are over, the newest first. */
export async function endedSurveys(db: Db, actor: Actor, cursor?: string, audience: 'public' | 'staff' = 'public'): Promise<SurveyList> {
  const over = or(
    inArray(surveys.state, ['closed', 'called-off']),
    and(eq(surveys.state, 'open'), sql`${surveys.closesAt} <= ${now().toISOString()}::timestamptz`),
  )
  const rows = await selectSurveys(db, and(ofAudience(actor, audience), over, stands, behindId(cursor)))
    .orderBy(desc(surveys.id))
    .limit(LIST_SIZE + 1)
  return listOf(rows, ({ id }) => String(id))
}

/** For the desk: `waiting` are drafts and what a second person has to look at; the rest has opened. Of one's own teams, one's own, or all for the press office. */
export async function deskSurveys(db: Db, actor: SignedIn, waiting: boolean, cursor?: string): Promise<SurveyList> {
  const states = waiting ? (['draft', 'submitted'] as const) : (['open', 'closed', 'called-off'] as const)
  const rows = await selectSurveys(db, and(ofDesk(actor), inArray(surveys.state, [...states]), behindId(cursor)))
    .orderBy(desc(surveys.id))
    .limit(LIST_SIZE + 1)
  return listOf(rows, ({ id }) => String(id))
}

function ofDesk(actor: SignedIn): SQL | undefined {
  if (hasRole(actor, 'press-office')) return undefined
  const own = actor.duties.flatMap(({ role, teamId }) => ((role === 'officer' || role === 'supervisor') && teamId !== null ? [teamId] : []))
  return or(eq(surveys.authorId, idOf(actor) ?? 0), inArray(surveys.teamId, own))
}

const behindId = (cursor: string | undefined): SQL | undefined =>
  cursor !== undefined && /^\d{1,15}$/.test(cursor) ? lt(surveys.id, Number(cursor)) : undefined

function listOf(rows: Row[], keyOf: (survey: SurveyRow) => string): SurveyList {
  const page = rows.slice(0, LIST_SIZE)
  const last = page.at(-1)
  return { items: page.map(surveyOf), next: rows.length > LIST_SIZE && last ? keyOf(last.survey) : null }
}
