/**
 * Suggestions to a team: comments that are gathered in its box. Which wait, what was decided on the others, and why. A comment that is held, hidden or
 * removed is in none of it.
 */
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark } from '../actor.ts'
import { mostSupported, raisedAmong, type Raised, type RaisedList } from '../conversations/gathering.ts'
import { comments, raisedComments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { isBefore, readKey, sayKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { summarise } from '../text/markdown.ts'
import { boxOf } from './box.ts'
import { priorities, suggestionBoxes, suggestionDecisions, type SuggestionAnswer } from './schema.ts'

export interface Decided {
  commentId: number
  excerpt: string
  author: string | null
  supportCount: number
  answer: SuggestionAnswer
  reason: string | null
  /** "Sergeant · Bracebridge Heath team" */
  mark: string
  decidedAt: Date
  /** The priority that it became, or became part of, where that stands. */
  priority: { path: string; title: string } | null
  /** The suggestion that says the same. */
  intoId: number | null
}

export interface DecidedList {
  items: Decided[]
  next: string | null
}

const DECIDED_SIZE = 10
const EXCERPT = 240

/** What waits for a decision, most supported first. `boxId` null: nothing was ever suggested. */
export const waiting = (
  db: Db,
  boxId: number | null,
  page: { accountId: number | null; cursor?: string | undefined; limit?: number },
): Promise<RaisedList> => (boxId === null ? Promise.resolve({ items: [], next: null }) : mostSupported(db, boxId, page))

const columns = {
  commentId: raisedComments.commentId,
  body: comments.bodyHtml,
  author: sql<string | null>`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`,
  supportCount: raisedComments.supportCount,
  settledAt: raisedComments.settledAt,
  answer: suggestionDecisions.answer,
  reason: suggestionDecisions.reason,
  decidedRole: suggestionDecisions.decidedRole,
  decidedAt: suggestionDecisions.decidedAt,
  intoId: suggestionDecisions.intoId,
  teamName: teams.name,
  teamSlug: teams.slug,
  postId: posts.id,
  postSlug: posts.slug,
  postTitle: posts.title,
}

const select = (db: Db) =>
  db
    .select(columns)
    .from(raisedComments)
    .innerJoin(suggestionDecisions, eq(suggestionDecisions.commentId, raisedComments.commentId))
    .innerJoin(comments, eq(comments.id, raisedComments.commentId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .innerJoin(teams, eq(teams.id, suggestionDecisions.teamId))
    .leftJoin(priorities, eq(priorities.id, suggestionDecisions.priorityId))
    .leftJoin(posts, sql`${posts.id} = ${priorities.postId} and ${posts.state} <> 'withdrawn'`)
    .$dynamic()

type Row = Awaited<ReturnType<typeof select>>[number]

const decidedOf = ({ body, settledAt: _settled, decidedRole, teamName, teamSlug, postId, postSlug, postTitle, ...row }: Row): Decided => ({
  ...row,
  excerpt: summarise(body, EXCERPT),
  mark: sayMark(decidedRole, teamName),
  priority:
    postId === null || postSlug === null || postTitle === null
      ? null
      : { path: postPath(teamSlug, { id: postId, slug: postSlug }), title: postTitle },
})

/** What was decided, the last first. `cursor` is the `next` of the page before. */
export async function decided(db: Db, boxId: number | null, cursor?: string): Promise<DecidedList> {
  if (boxId === null) return { items: [], next: null }
  const behind = isBefore(raisedComments.settledAt, raisedComments.commentId, readKey(cursor))
  const rows = await select(db)
    .where(and(eq(raisedComments.gatheredIn, boxId), isNotNull(raisedComments.settledAt), eq(comments.state, 'published'), behind))
    .orderBy(desc(raisedComments.settledAt), desc(raisedComments.commentId))
    .limit(DECIDED_SIZE + 1)
  const last = rows.slice(0, DECIDED_SIZE).at(-1)
  const next = rows.length > DECIDED_SIZE && last?.settledAt ? sayKey(last.settledAt, last.commentId) : null
  return { items: rows.slice(0, DECIDED_SIZE).map(decidedOf), next }
}

/** The team in whose box a comment is gathered; null when it is in none. */
export async function teamOfSuggestion(db: Db, commentId: number): Promise<(TeamName & { boxId: number }) | null> {
  const [found] = await db
    .select({ id: teams.id, slug: teams.slug, name: teams.name, boxId: suggestionBoxes.conversationId })
    .from(raisedComments)
    .innerJoin(suggestionBoxes, eq(suggestionBoxes.conversationId, raisedComments.gatheredIn))
    .innerJoin(teams, eq(teams.id, suggestionBoxes.teamId))
    .where(eq(raisedComments.commentId, commentId))
  return found ?? null
}

export interface Suggestion extends Raised {
  team: TeamName
  decision: Decided | null
}

/** One that can be read. Throws `NotFound`. */
export async function suggestionById(db: Db, commentId: number, accountId: number | null): Promise<Suggestion> {
  const team = await teamOfSuggestion(db, commentId)
  const [raised] = await raisedAmong(db, [commentId], accountId)
  if (!team || !raised) throw new NotFound('suggestion')
  const [decision] = await select(db).where(eq(raisedComments.commentId, commentId))
  return { ...raised, team, decision: decision ? decidedOf(decision) : null }
}

/** The most supported ones of a team that wait, at most so many. */
export const mostWanted = async (db: Db, teamId: number, accountId: number | null, limit: number): Promise<Raised[]> =>
  (await waiting(db, await boxOf(db, teamId), { accountId, limit })).items
