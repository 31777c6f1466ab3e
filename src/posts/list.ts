/**
 * Posts as readers meet them: one with its conversation, and lists newest first, paged by key.
 */
import { and, desc, eq, notInArray, sql, type SQL } from 'drizzle-orm'
import { unionAll, type PgColumn } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Role } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations, type Mode } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { keyBefore, sayKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { kindOf, publicDetails, unlistedKinds } from './kinds.ts'
import { posts, postTags, postTeams, type Details, type PostKind, type PostState, type ShownAttachment, type ShownPhoto } from './schema.ts'
import { shownTitle } from './removal.ts'
import { postPath, publicRole } from './stored-post.ts'

export const LIST_SIZE = 20

export interface PostItem {
  id: number
  path: string
  kind: PostKind
  /** "Appeal" */
  kindName: string
  /** Where a resident's question stands; null for every other kind. */
  question: 'waiting' | 'overdue' | 'answered' | null
  title: string
  summary: string
  state: PostState
  /** The team whose post it is, also where it stands on the page of another. */
  teamId: number
  teamName: string
  teamSlug: string
  tags: string[]
  /** The first of its photos; null without any, and for a withdrawn post. */
  photo: ShownPhoto | null
  publishedAt: Date
  /** When it came to this list: later than `publishedAt` where it was passed on. */
  listedAt: Date
  withdrawnAt: Date | null
  commentCount: number
  /** What the team whose list this is said when it passed the post on; null for its own posts. */
  line: string | null
  /** Stands first on this team's page. */
  pinned: boolean
  /** Its end date has passed. */
  archived: boolean
}

export interface PostList {
  items: PostItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

// These are the public pages: a staff post is on none of them, also for staff.
// A constant: the index of public posts knows it.
const isPublic = sql`${posts.audience} = 'public'`

const itemColumns = {
  id: posts.id,
  slug: posts.slug,
  kind: posts.kind,
  title: shownTitle,
  summary: posts.summary,
  state: posts.state,
  teamId: teams.id,
  teamName: teams.name,
  teamSlug: teams.slug,
  tags: posts.tags,
  // A list shows nobody what is hard to look at.
  photo: sql<ShownPhoto | null>`jsonb_path_query_first(${posts.photos}, '$[*] ? (!exists(@.graphic))')`.as('photo'),
  publishedAt: posts.publishedAt,
  withdrawnAt: posts.withdrawnAt,
  expiresAt: posts.expiresAt,
  commentCount: conversations.commentCount,
  dueAt: sql<string | null>`${posts.details} ->> 'dueAt'`.as('due_at'),
  answeredAt: sql<string | null>`${posts.details} ->> 'answeredAt'`.as('answered_at'),
}

/** In a list that is not a team's own. */
const plainColumns = {
  ...itemColumns,
  listedAt: posts.publishedAt,
  line: sql<string | null>`null`.as('line'),
  pinned: sql<boolean>`false`.as('pinned'),
}

const olderThan = (at: PgColumn, id: PgColumn): SQL => sql`(${at}, ${id}) < (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`

const onTeamsPage = (db: Database, condition: SQL | undefined) =>
  db
    .select({
      ...itemColumns,
      listedAt: postTeams.listedAt,
      line: postTeams.line,
      pinned: sql<boolean>`${postTeams.pinnedAt} is not null`.as('pinned'),
    })
    .from(postTeams)
    .innerJoin(posts, eq(posts.id, postTeams.postId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(eq(postTeams.teamId, sql.placeholder('team')), isPublic, condition))
    .$dynamic()

// What is pinned stands first, and then not again in its place.
const ofTeam = prepared((db) =>
  unionAll(
    onTeamsPage(db, sql`${postTeams.pinnedAt} is not null and ${sql.placeholder('at')}::timestamptz = 'infinity'`).limit(1),
    onTeamsPage(db, sql`${postTeams.pinnedAt} is null and ${olderThan(postTeams.listedAt, postTeams.postId)}`)
      .orderBy(desc(postTeams.listedAt), desc(postTeams.postId))
      .limit(LIST_SIZE + 1),
  ).prepare('posts_of_team'),
)

// Withdrawn and archived posts stay on their team's page; the front page shows what stands.
const ofForce = prepared((db) =>
  db
    .select(plainColumns)
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(
      and(
        isPublic,
        notInArray(posts.kind, unlistedKinds()),
        sql`${posts.state} in ('published', 'corrected') and (${posts.expiresAt} is null or ${posts.expiresAt} > ${sql.placeholder('now')}::timestamptz)`,
        olderThan(posts.publishedAt, posts.id),
      ),
    )
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(LIST_SIZE + 1)
    .prepare('posts_of_force'),
)

const ofTag = prepared((db) =>
  db
    .select(plainColumns)
    .from(postTags)
    .innerJoin(posts, eq(posts.id, postTags.postId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(eq(postTags.tag, sql.placeholder('tag')), isPublic, olderThan(postTags.publishedAt, postTags.postId)))
    .orderBy(desc(postTags.publishedAt), desc(postTags.postId))
    .limit(LIST_SIZE + 1)
    .prepare('posts_of_tag'),
)

type ItemRow = Awaited<ReturnType<ReturnType<typeof ofForce>['execute']>>[number]

/** Posts on a team's page, newest first, behind the cursor that the page before gave. On the first page what is pinned there comes before all else. */
export async function postsOfTeam(db: Database, teamId: number, cursor?: string): Promise<PostList> {
  const rows = await ofTeam(db).execute({ team: teamId, ...keyBefore(cursor) })
  const pinned = rows.filter((row) => row.pinned)
  const list = listOf(rows.filter((row) => !row.pinned))
  return { ...list, items: [...pinned.map(itemOf), ...list.items] }
}

/** Posts of all teams that stand, newest first. */
export const postsOfForce = async (db: Database, cursor?: string): Promise<PostList> =>
  listOf(await ofForce(db).execute({ now: now().toISOString(), ...keyBefore(cursor) }))

/** Posts with a tag, newest first. */
export const postsWithTag = async (db: Database, tag: string, cursor?: string): Promise<PostList> =>
  listOf(await ofTag(db).execute({ tag, ...keyBefore(cursor) }))

function listOf(rows: ItemRow[]): PostList {
  const page = rows.slice(0, LIST_SIZE)
  const last = page.at(-1)
  return { items: page.map(itemOf), next: rows.length > LIST_SIZE && last ? sayKey(last.listedAt, last.id) : null }
}

function itemOf({ slug, expiresAt, photo, dueAt, answeredAt, ...row }: ItemRow): PostItem {
  const state = stateNow(row.state, expiresAt)
  return {
    ...row,
    state,
    kindName: kindOf(row.kind).name,
    question: row.kind === 'question' ? questionState(dueAt, answeredAt) : null,
    photo: state === 'withdrawn' ? null : photo,
    path: postPath(row.teamSlug, { id: row.id, slug }),
    archived: state === 'archived',
  }
}

/** None for a question that was taken back: it has no clock any more. */
function questionState(dueAt: string | null, answeredAt: string | null): PostItem['question'] {
  if (answeredAt !== null) return 'answered'
  if (dueAt === null) return null
  return new Date(dueAt) <= now() ? 'overdue' : 'waiting'
}

/** A post is archived from the second of its end date, whether or not anybody has written that down yet. */
function stateNow(state: PostState, expiresAt: Date | null): PostState {
  const over = expiresAt !== null && expiresAt <= now()
  return over && state !== 'withdrawn' ? 'archived' : state
}

export interface PostPage {
  id: number
  path: string
  kind: PostKind
  title: string
  summary: string
  body: SafeHtml
  /** Archived from the second of its end date on. */
  state: PostState
  /** As `rows` of its kind takes them; what is kept for the record alone is not among them. */
  details: Details
  photos: ShownPhoto[]
  attachments: ShownAttachment[]
  author: string | null
  authorId: number
  officialRole: Role
  officialTeam: string | null
  tags: string[]
  publishedAt: Date
  correctedAt: Date | null
  withdrawnAt: Date | null
  withdrawnBecause: string | null
  /** The row of the log, where a moderator removed it; null where the team withdrew it. */
  removalId: number | null
  /** A moderator took something out of it; earlier versions are nobody's to read. */
  editedByModerator: boolean
  expiresAt: Date | null
  archivedAt: Date | null
  /** A second person looked at it before it went out. */
  approved: boolean
  /** When it was last sent as an urgent alert; null for never. */
  alertedAt: Date | null
  version: number
  teamId: number
  teamName: string
  teamSlug: string
  /** The others for which it was published: it stands on their pages too. */
  teams: TeamName[]
  conversationId: number
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
  commentCount: number
  counts: { helpful: number; thanks: number; 'same-here': number }
}

const one = prepared((db) =>
  db
    .select({
      id: posts.id,
      slug: posts.slug,
      kind: posts.kind,
      title: shownTitle,
      summary: posts.summary,
      bodyHtml: posts.bodyHtml,
      details: posts.details,
      photos: posts.photos,
      attachments: posts.attachments,
      state: posts.state,
      author: accounts.displayName,
      authorId: posts.authorId,
      officialRole: publicRole,
      officialTeam: posts.officialTeam,
      tags: posts.tags,
      publishedAt: posts.publishedAt,
      correctedAt: posts.correctedAt,
      withdrawnAt: posts.withdrawnAt,
      withdrawnBecause: posts.withdrawnBecause,
      removalId: posts.removalId,
      editedByModerator: posts.editedByModerator,
      expiresAt: posts.expiresAt,
      archivedAt: posts.archivedAt,
      approvedBy: posts.approvedBy,
      // By name: alerts stand on a floor above.
      alertedAt: sql<Date | null>`(select max(at) from alerts where post_id = ${posts.id})`.mapWith(posts.publishedAt).as('alerted_at'),
      version: posts.version,
      teamId: teams.id,
      teamName: teams.name,
      teamSlug: teams.slug,
      shared: sql<TeamName[] | null>`(
        select json_agg(json_build_object('id', t.id, 'slug', t.slug, 'name', t.name) order by t.name)
        from post_teams s join teams t on t.id = s.team_id where s.post_id = ${posts.id} and s.how = 'shared')`,
      conversationId: posts.conversationId,
      mode: conversations.mode,
      modeReason: conversations.modeReason,
      modeEndsAt: conversations.modeEndsAt,
      commentCount: conversations.commentCount,
      helpful: conversations.helpfulCount,
      thanks: conversations.thanksCount,
      sameHere: conversations.sameHereCount,
    })
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .where(and(eq(posts.id, sql.placeholder('id')), isPublic))
    .prepare('post_by_id'),
)

/** A public post; the words of a withdrawn one are not in it. Throws `NotFound`. */
export async function postById(db: Database, id: number): Promise<PostPage> {
  const [row] = await one(db).execute({ id })
  if (!row) throw new NotFound('post')
  const { bodyHtml, helpful, thanks, sameHere, slug, approvedBy, shared, ...rest } = row
  const state = stateNow(row.state, row.expiresAt)
  const page: PostPage = {
    ...rest,
    state,
    path: postPath(row.teamSlug, { id: row.id, slug }),
    body: trusted(bodyHtml),
    details: publicDetails(row.kind, row.details),
    archivedAt: state === 'archived' ? (row.archivedAt ?? row.expiresAt) : row.archivedAt,
    approved: approvedBy !== null,
    teams: shared ?? [],
    mode: state === 'archived' && row.mode !== 'legal-lock' ? 'archived' : row.mode,
    counts: { helpful, thanks, 'same-here': sameHere },
  }
  return state === 'withdrawn' ? { ...page, ...WITHOUT_WORDS } : page
}

/** What is left of a withdrawn post, besides its notice. */
const WITHOUT_WORDS = { body: trusted(''), summary: 'This post was withdrawn.', details: {}, photos: [], attachments: [] }
