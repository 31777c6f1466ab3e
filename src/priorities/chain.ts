/**
 * From what somebody said to what came of it: comment or question → suggestion → priority → actions → reviews → outcome, each with its own address. Only what
 * everybody can read now is in it: what was held, hidden, removed or withdrawn is not, and nothing private ever was.
 */
import { and, desc, eq, inArray, ne, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark } from '../actor.ts'
import { raisedAmong } from '../conversations/gathering.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { kindOf } from '../posts/kinds.ts'
import { posts, type Details } from '../posts/schema.ts'
import { sourcesIn } from '../posts/source.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { sayDay } from '../posts/kind-fields.ts'
import { summarise } from '../text/markdown.ts'
import { priorityById, type PriorityItem } from './priority.ts'
import { priorities, priorityActions, priorityReviews, suggestionBoxes, suggestionDecisions, type ActionState } from './schema.ts'

/** What was said, and named as what the priority takes up. */
export interface Said {
  /** "Comment", "Question", "Survey" */
  what: string
  path: string
  words: string
  /** Null for somebody who wants no name. */
  by: string | null
  at: Date
}

export interface Suggested {
  path: string
  /** Empty where they stand among what was said: it was taken up from there. */
  words: string
  by: string | null
  at: Date
  supportCount: number
  /** Put together with what was taken up. */
  isMerged: boolean
}

export interface ShownAction {
  id: number
  what: string
  state: ActionState
  /** "27 March 2027" */
  plannedFor: string | null
  doneAt: Date | null
  note: string | null
  by: string
  mark: string
  createdAt: Date
  changedAt: Date
  /** The post that shows it, while that stands. */
  post: { path: string; title: string } | null
}

export interface ShownReview {
  id: number
  note: string
  by: string
  mark: string
  at: Date
}

export interface Chain {
  priority: PriorityItem
  said: Said[]
  suggested: Suggested[]
  /** There are more suggestions than are shown. */
  moreSuggested: boolean
  actions: ShownAction[]
  /** The last first. */
  reviews: ShownReview[]
}

const SUGGESTIONS = 20
/** The last ones. */
const ACTIONS = 50
const REVIEWS = 50
const WORDS = 200

/** Throws `NotFound` for a priority that was withdrawn. */
export async function chainOf(db: Db, priorityId: number, accountId: number | null): Promise<Chain> {
  const priority = await priorityById(db, priorityId)
  const [post] = await db.select({ details: posts.details }).from(posts).where(eq(posts.id, priority.postId))
  const taken = await takenUp(db, priorityId)
  const [said, suggested, actions, reviews] = [
    await saidBefore(db, post?.details ?? {}, new Set(taken.filter(({ isHome }) => isHome).map(({ id }) => id))),
    await suggestedAmong(db, taken, accountId),
    await actionsOf(db, priorityId),
    await reviewsOf(db, priorityId),
  ]
  const read = new Set(said.map(({ path }) => path))
  const shown = suggested.slice(0, SUGGESTIONS).map((one) => (read.has(one.path) ? { ...one, words: '' } : one))
  return { priority, said, suggested: shown, moreSuggested: suggested.length > SUGGESTIONS, actions, reviews }
}

/** All suggestions that hang on a priority: those it took up, and what was put together with them, however far down. */
const hanging = (priorityId: number): SQL => sql`
  with recursive hanging as (
    select comment_id, answer from ${suggestionDecisions} where priority_id = ${priorityId}
    union
    select d.comment_id, d.answer from ${suggestionDecisions} d join hanging h on d.into_id = h.comment_id)`

interface TakenUp {
  id: number
  isMerged: boolean
  /** It was said in the box itself. */
  isHome: boolean
}

async function takenUp(db: Db, priorityId: number): Promise<TakenUp[]> {
  const { rows } = await db.execute<{ id: string; merged: boolean; home: boolean }>(sql`${hanging(priorityId)}
    select h.comment_id as id, h.answer = 'merged' as merged, exists (select from ${suggestionBoxes} b where b.conversation_id = c.conversation_id) as home
    from hanging h join ${comments} c on c.id = h.comment_id where c.state = 'published' order by c.same_here_count desc, c.id limit ${SUGGESTIONS + 1}`)
  return rows.map(({ id, merged, home }) => ({ id: Number(id), isMerged: merged, isHome: home }))
}

async function suggestedAmong(db: Db, taken: readonly TakenUp[], accountId: number | null): Promise<Suggested[]> {
  const raised = new Map(
    (
      await raisedAmong(
        db,
        taken.map(({ id }) => id),
        accountId,
      )
    ).map((one) => [one.commentId, one]),
  )
  return taken.flatMap(({ id, isMerged }) => {
    const one = raised.get(id)
    if (!one) return []
    return [
      { path: `/comments/${id}`, words: summarise(one.body.html, WORDS), by: one.author, at: one.raisedAt, supportCount: one.supportCount, isMerged },
    ]
  })
}

/** What the post names, without the suggestions: those have their own place in the chain. */
async function saidBefore(db: Db, details: Details, suggested: ReadonlySet<number>): Promise<Said[]> {
  const sources = sourcesIn(details)
  const idsOf = (kind: 'comment' | 'post') => sources.filter((source) => source.kind === kind).map(({ id }) => id)
  const said = [
    ...(await commentsAmong(
      db,
      idsOf('comment').filter((id) => !suggested.has(id)),
    )),
    ...(await postsAmong(db, idsOf('post'))),
  ]
  return said.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

async function commentsAmong(db: Db, ids: readonly number[]): Promise<Said[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({
      id: comments.id,
      body: comments.bodyHtml,
      by: sql<string | null>`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`,
      at: comments.createdAt,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(and(inArray(comments.id, [...ids]), eq(comments.state, 'published'), eq(conversations.audience, 'public')))
  return rows.map(({ id, body, by, at }) => ({ what: 'Comment', path: `/comments/${id}`, words: summarise(body, WORDS), by, at }))
}

async function postsAmong(db: Db, ids: readonly number[]): Promise<Said[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({
      id: posts.id,
      slug: posts.slug,
      kind: posts.kind,
      title: posts.title,
      details: posts.details,
      at: posts.publishedAt,
      team: teams.slug,
      teamName: teams.name,
    })
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(and(inArray(posts.id, [...ids]), ne(posts.state, 'withdrawn'), eq(posts.audience, 'public')))
  return rows.map(({ kind, title, details, at, team, teamName, ...post }) => {
    const { askedBy } = details
    const by = kind !== 'question' ? `${teamName} team` : typeof askedBy === 'string' ? askedBy : null
    return { what: kindOf(kind).name, path: postPath(team, post), words: title, by, at }
  })
}

async function actionsOf(db: Db, priorityId: number): Promise<ShownAction[]> {
  const rows = await db
    .select({ action: priorityActions, by: accounts.displayName, post: { id: posts.id, slug: posts.slug, title: posts.title }, team: teams.slug })
    .from(priorityActions)
    .innerJoin(accounts, eq(accounts.id, priorityActions.byId))
    .leftJoin(posts, and(eq(posts.id, priorityActions.postId), ne(posts.state, 'withdrawn'), eq(posts.audience, 'public')))
    .leftJoin(teams, eq(teams.id, posts.teamId))
    .where(eq(priorityActions.priorityId, priorityId))
    .orderBy(desc(priorityActions.id))
    .limit(ACTIONS)
  return rows.toReversed().map(({ action, by, post, team }) => ({
    id: action.id,
    what: action.what,
    state: action.state,
    plannedFor: action.plannedFor && sayDay(action.plannedFor),
    doneAt: action.doneAt,
    note: action.note,
    by: by ?? 'A member of staff',
    mark: sayMark(action.officialRole, action.officialTeam),
    createdAt: action.createdAt,
    changedAt: action.changedAt,
    post: post && team !== null ? { path: postPath(team, post), title: post.title } : null,
  }))
}

async function reviewsOf(db: Db, priorityId: number): Promise<ShownReview[]> {
  const rows = await db
    .select({ review: priorityReviews, by: accounts.displayName })
    .from(priorityReviews)
    .innerJoin(accounts, eq(accounts.id, priorityReviews.byId))
    .where(eq(priorityReviews.priorityId, priorityId))
    .orderBy(desc(priorityReviews.id))
    .limit(REVIEWS)
  return rows.map(({ review: { id, note, officialRole, officialTeam, at }, by }) => ({
    id,
    note,
    by: by ?? 'A member of staff',
    mark: sayMark(officialRole, officialTeam),
    at,
  }))
}

/**
 * Everybody in the chain, who is told when the priority closes: whoever suggested it or said so where it was taken up from, whoever supported that, asked the
 * questions that it names or said "same here" to them, and whoever commented on the priority or reacted to it. Without those who speak for the police there.
 */
export async function chainAccounts(db: Db, priorityId: number): Promise<number[]> {
  const [priority] = await db
    .select({ details: posts.details, conversationId: posts.conversationId })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .where(eq(priorities.id, priorityId))
  if (!priority) return []
  const sources = sourcesIn(priority.details)
  const idsOf = (kind: 'comment' | 'post') => sql.param(sources.filter((source) => source.kind === kind).map(({ id }) => id))
  const { rows } = await db.execute<{ id: string }>(sql`${hanging(priorityId)},
    said as (
      select c.id, c.author_id from comments c join conversations v on v.id = c.conversation_id
      where c.state = 'published' and c.official_role is null and v.audience = 'public' and (c.id in (select comment_id from hanging) or c.id = any(${idsOf('comment')}::bigint[]))),
    asked as (
      select q.asker_id, p.conversation_id from questions q join posts p on p.id = q.post_id
      where p.id = any(${idsOf('post')}::bigint[]) and p.state <> 'withdrawn' and p.audience = 'public')
    select author_id as id from said
    union select r.account_id from comment_reactions r join said on said.id = r.comment_id where r.reaction = 'same-here'
    union select asker_id from asked
    union select r.account_id from conversation_reactions r join asked on asked.conversation_id = r.conversation_id where r.reaction = 'same-here'
    union select author_id from comments where conversation_id = ${priority.conversationId} and state = 'published' and official_role is null
    union select account_id from conversation_reactions where conversation_id = ${priority.conversationId} and reaction = 'same-here'`)
  return rows.map(({ id }) => Number(id)).toSorted((one, other) => one - other)
}
