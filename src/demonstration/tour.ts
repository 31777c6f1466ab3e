/**
 * Where to find an example of every state. Looked up when the page is opened, because people change things in a demonstration.
 */
import { and, desc, eq, gt, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import { comments, conversations, type CommentState, type Mode } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { postPath } from '../posts/post.ts'
import { publicKinds } from '../posts/kinds.ts'
import { drafts, posts, type DraftState, type PostKind, type PostState } from '../posts/schema.ts'
import { questions } from '../questions/schema.ts'
import { teams } from '../teams/schema.ts'
import { findingSights } from './tour-finding.ts'
import { forceSights } from './tour-force.ts'
import { pressSights } from './tour-press.ts'
import { takingPartSights } from './tour-taking-part.ts'

export interface Sight {
  /** Heading under which it stands. */
  part: string
  what: string
  /** Null when there is none at the moment. */
  path: string | null
  /** Which persona sees it there. */
  as: string
}

const ANYBODY = 'anybody'
const PRESS = 'the press office'

type Unsorted = Omit<Sight, 'part'>

const under = (part: string, sights: Unsorted[]): Sight[] => sights.map((sight) => ({ part, ...sight }))

/** Every state and where to see it. */
export const sightsOf = async (db: Database): Promise<Sight[]> => [
  ...under('Posts', await postSights(db)),
  ...under('Conversations', [...(await talkSights(db)), ...(await commentSights(db))]),
  ...(await findingSights(db)),
  ...(await takingPartSights(db)),
  ...under('The officers’ desk', await officerSights(db)),
  ...(await pressSights(db)),
  ...(await forceSights(db)),
]

async function postSights(db: Database): Promise<Unsorted[]> {
  return [
    { what: 'A post, published', path: await postIn(db, 'published'), as: ANYBODY },
    { what: 'A post, corrected: the earlier version stays readable', path: await postIn(db, 'corrected'), as: ANYBODY },
    { what: 'A post, withdrawn: a notice stays in its place', path: await postIn(db, 'withdrawn'), as: ANYBODY },
    { what: 'A post past its end date', path: await postIn(db, 'archived'), as: ANYBODY },
    ...(await Promise.all(
      publicKinds().map(async ({ kind, name }) => ({ what: `Kind of post: ${name}`, path: await postOfKind(db, kind), as: ANYBODY })),
    )),
  ]
}

async function postIn(db: Database, state: PostState): Promise<string | null> {
  const [found] = await db
    .select({ id: posts.id, slug: posts.slug, team: teams.slug })
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(and(eq(posts.state, state), eq(posts.audience, 'public')))
    .orderBy(desc(posts.publishedAt))
    .limit(1)
  return found ? postPath(found.team, found) : null
}

async function postOfKind(db: Database, kind: PostKind): Promise<string | null> {
  const [found] = await db
    .select({ path: conversations.path })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(eq(posts.kind, kind), eq(posts.audience, 'public'), sql`${posts.state} in ('published', 'corrected')`))
    .orderBy(desc(posts.id))
    .limit(1)
  return found?.path ?? null
}

/** Drafts and questions wherever they can stand. */
async function officerSights(db: Database): Promise<Unsorted[]> {
  const officer = 'an officer'
  const draft = async (state: DraftState) => {
    const [found] = await db.select({ id: drafts.id }).from(drafts).where(eq(drafts.state, state)).orderBy(desc(drafts.id)).limit(1)
    return found ? `/officers/drafts/${found.id}` : null
  }
  const [returned] = await db.select({ id: drafts.id }).from(drafts).where(isNotNull(drafts.returnedBecause)).limit(1)
  const question = async (condition: SQL | undefined) => {
    const [found] = await db.select({ id: questions.id }).from(questions).where(condition).orderBy(desc(questions.id)).limit(1)
    return found ? `/questions/${found.id}` : null
  }
  return [
    { what: 'The officers’ desk', path: '/officers', as: officer },
    { what: 'A draft, begun', path: await draft('draft'), as: officer },
    { what: 'A draft, sent back with a note and other words', path: returned ? `/officers/drafts/${returned.id}` : null, as: officer },
    { what: 'A draft that waits for approval', path: await draft('submitted'), as: PRESS },
    { what: 'A draft, approved', path: await draft('approved'), as: officer },
    { what: 'A draft, scheduled', path: await draft('scheduled'), as: officer },
    { what: 'A question on its clock', path: await question(and(isNull(questions.answeredAt), isNull(questions.missedAt))), as: officer },
    { what: 'A question, overdue', path: await question(and(isNull(questions.answeredAt), isNotNull(questions.missedAt))), as: 'a sergeant' },
    { what: 'A question whose answer did not help', path: await question(isNotNull(questions.reopenedAt)), as: 'a sergeant' },
    { what: 'A review that is asked for', path: await question(isNotNull(questions.reviewAskedAt)), as: 'a sergeant' },
    { what: 'A question between the asker and the team', path: await question(eq(questions.visibility, 'private')), as: officer },
  ]
}

async function talkSights(db: Database): Promise<Unsorted[]> {
  const longest = await conversationWhere(db, undefined, desc(conversations.commentCount))
  return [
    { what: 'A long conversation, paged, with “Show all”', path: longest, as: ANYBODY },
    { what: 'A conversation in which everything waits for a moderator', path: await inMode(db, 'held'), as: ANYBODY },
    { what: 'A conversation that is closed, with the reason and the end date', path: await inMode(db, 'closed'), as: ANYBODY },
    { what: 'A conversation under a legal lock, after a charge', path: await inMode(db, 'legal-lock'), as: ANYBODY },
    { what: 'A conversation that is archived', path: await inMode(db, 'archived'), as: ANYBODY },
  ]
}

const inMode = (db: Database, mode: Mode) => conversationWhere(db, eq(conversations.mode, mode), desc(conversations.id))

async function conversationWhere(db: Database, condition: SQL | undefined, order: SQL): Promise<string | null> {
  const inPublic = and(condition, eq(conversations.audience, 'public'))
  const [found] = await db.select({ path: conversations.path }).from(conversations).where(inPublic).orderBy(order).limit(1)
  return found ? `${found.path}#conversation` : null
}

async function commentSights(db: Database): Promise<Unsorted[]> {
  const inState = (state: CommentState, more?: SQL) => commentWhere(db, and(eq(comments.state, state), more))
  const deep = await commentWhere(db, and(eq(comments.state, 'published'), eq(comments.level, 3), gt(comments.replyCount, 0)))
  return [
    { what: 'An official reply, with its mark', path: await inState('published', isNotNull(comments.officialRole)), as: ANYBODY },
    { what: 'A conversation deeper than three levels, which goes on by link', path: deep, as: ANYBODY },
    { what: 'A comment, edited, with its earlier wording', path: await inState('published', isNotNull(comments.editedAt)), as: ANYBODY },
    { what: 'A comment cut loose from its author’s name', path: await inState('published', isNotNull(comments.unnamedAt)), as: ANYBODY },
    { what: 'A comment, removed: a stub with the decision', path: await inState('removed'), as: ANYBODY },
    { what: 'A comment, withdrawn by its author, with replies', path: await inState('withdrawn', gt(comments.replyCount, 0)), as: ANYBODY },
    {
      what: 'A comment, hidden while it is looked at. It comes back by itself after 24 hours without a decision',
      path: await inState('hidden-pending'),
      as: ANYBODY,
    },
  ]
}

async function commentWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const [found] = await db
    .select({ id: comments.id })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(and(condition, eq(conversations.audience, 'public')))
    .orderBy(desc(comments.id))
    .limit(1)
  return found ? `/comments/${found.id}` : null
}
