/**
 * What a team, a tag or the force has published, for feed readers: the same posts as on the page, with their full words, newest first.
 * What is withdrawn or removed is gone from the next answer on.
 */
import type { Feed } from 'feed'
import { and, desc, eq, isNull, or, sql } from 'drizzle-orm'
import type { Config } from '../config.ts'
import { now } from '../clock.ts'
import { prepared, type Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { occasions } from '../occasions/schema.ts'
import { kindOf, publicDetails } from '../posts/kinds.ts'
import { postPath } from '../posts/post.ts'
import { posts, postTags, postTeams } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { escapeHtml } from '../text/safe-html.ts'
import { absolute, entryId, newFeed, plain, type FeedSubject, type Format } from './writing.ts'

const FEED_SIZE = 30

const columns = {
  id: posts.id,
  slug: posts.slug,
  title: posts.title,
  summary: posts.summary,
  bodyHtml: posts.bodyHtml,
  tags: posts.tags,
  teamName: teams.name,
  teamSlug: teams.slug,
  publishedAt: posts.publishedAt,
  correctedAt: posts.correctedAt,
  kind: posts.kind,
  details: posts.details,
  /** A date of an event or a task was moved, or called off. */
  movedAt: sql<Date | null>`(select max(changed_at) from ${occasions} where post_id = ${posts.id} and sequence > 0)`
    .mapWith(occasions.changedAt)
    .as('moved_at'),
}

const shown = and(
  eq(posts.audience, 'public'),
  sql`${posts.state} in ('published', 'corrected')`,
  or(isNull(posts.expiresAt), sql`${posts.expiresAt} > ${sql.placeholder('now')}::timestamptz`),
)

const postsForTeam = prepared((db) =>
  db
    .select(columns)
    .from(postTeams)
    .innerJoin(posts, eq(posts.id, postTeams.postId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(and(eq(postTeams.teamId, sql.placeholder('team')), shown))
    .orderBy(desc(postTeams.listedAt), desc(postTeams.postId))
    .limit(FEED_SIZE)
    .prepare('feed_of_team'),
)

const postsForTag = prepared((db) =>
  db
    .select(columns)
    .from(postTags)
    .innerJoin(posts, eq(posts.id, postTags.postId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(and(eq(postTags.tag, sql.placeholder('tag')), shown))
    .orderBy(desc(postTags.publishedAt), desc(postTags.postId))
    .limit(FEED_SIZE)
    .prepare('feed_of_tag'),
)

// By the team's own page, on which what is only planned for a while (a presence) does not stand.
const postsForForce = prepared((db) =>
  db
    .select(columns)
    .from(posts)
    .innerJoin(postTeams, and(eq(postTeams.postId, posts.id), eq(postTeams.teamId, posts.teamId)))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(shown)
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(FEED_SIZE)
    .prepare('feed_of_force'),
)

type FeedPost = Awaited<ReturnType<ReturnType<typeof postsForTeam>['execute']>>[number]

/** The feed of a team's page: its own posts, those shared with it, and those that it passed on. */
export async function teamFeed(db: Database, config: Config, team: { id: number; slug: string; name: string }, format: Format): Promise<Feed> {
  return feedOf(
    config,
    { title: `${team.name} neighbourhood team`, path: `/teams/${team.slug}` },
    await postsForTeam(db).execute({ team: team.id, now: now() }),
    format,
  )
}

/** Throws `NotFound` for a tag that no public post bears: a feed of anything that somebody types would be a page for nobody. */
export async function tagFeed(db: Database, config: Config, tag: string, format: Format): Promise<Feed> {
  const found = await postsForTag(db).execute({ tag, now: now() })
  if (found.length === 0) throw new NotFound('tag')
  return feedOf(config, { title: `Posts about ${tag.replaceAll('-', ' ')}`, path: `/tags/${tag}` }, found, format)
}

/** Of all teams. */
export async function forceFeed(db: Database, config: Config, format: Format): Promise<Feed> {
  return feedOf(config, { title: 'All neighbourhood teams', path: '' }, await postsForForce(db).execute({ now: now() }), format)
}

function feedOf(config: Config, subject: FeedSubject, items: FeedPost[], format: Format): Feed {
  const feed = newFeed(config, subject, newest(items))
  for (const item of items) feed.addItem(entryOf(config, item, format))
  return feed
}

/** A feed without entries has not changed since the beginning: a moving time would make readers fetch it again for nothing. */
const newest = (items: FeedPost[]): Date => new Date(Math.max(0, ...items.map((item) => updatedAt(item).getTime())))

const updatedAt = ({ publishedAt, correctedAt, movedAt }: FeedPost): Date =>
  new Date(Math.max(...[publishedAt, correctedAt, movedAt].map((moment) => moment?.getTime() ?? 0)))

/** When and where stand before the words: who reads it elsewhere has nothing beside it. */
function contentOf({ kind, details, bodyHtml }: FeedPost): string {
  if (kindOf(kind).changedBy === undefined) return bodyHtml
  const rows = kindOf(kind).rows(publicDetails(kind, details))
  return rows.map(([term, said]) => `<p><b>${escapeHtml(term)}:</b> ${escapeHtml(said)}</p>`).join('') + bodyHtml
}

const titleOf = ({ title, details }: FeedPost): string => (typeof details['called-off'] === 'string' ? `Called off: ${title}` : title)

const entryOf = (config: Config, item: FeedPost, format: Format) => ({
  id: entryId(config, 'post', item.id),
  title: plain(titleOf(item), format),
  link: `${config.publicUrl}${postPath(item.teamSlug, item)}`,
  description: plain(item.summary, format),
  content: absolute(config, contentOf(item)),
  published: item.publishedAt,
  date: updatedAt(item),
  author: [{ name: `${item.teamName} neighbourhood team`, link: `${config.publicUrl}/teams/${item.teamSlug}` }],
  category: item.tags.map((tag) => ({ name: tag, term: tag })),
})
