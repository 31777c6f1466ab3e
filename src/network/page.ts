/**
 * A post of the network as somebody who may read it meets it. What they may not read does not exist, also for staff.
 */
import { and, eq, sql } from 'drizzle-orm'
import { accounts, circles, type CircleKind } from '../accounts/schema.ts'
import type { Actor, Role } from '../actor.ts'
import { conversations, type Mode } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { kindOf } from '../posts/kinds.ts'
import { shownTitle } from '../posts/removal.ts'
import { posts, type Details, type PostKind, type PostState } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { circleIdOf, readableHere, readableNow } from './readable.ts'

export interface StaffPostPage {
  id: number
  path: string
  kind: PostKind
  kindName: string
  audience: string
  /** Null where it is for all staff. */
  circle: { id: number; name: string; kind: CircleKind; closed: boolean } | null
  title: string
  summary: string
  body: SafeHtml
  state: PostState
  details: Details
  author: string | null
  authorId: number
  /** Null under a pseudonym. */
  officialRole: Role | null
  officialTeam: string | null
  tags: string[]
  publishedAt: Date
  correctedAt: Date | null
  withdrawnAt: Date | null
  withdrawnBecause: string | null
  removalId: number | null
  editedByModerator: boolean
  version: number
  /** The team whose circle it is. */
  teamId: number | null
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
      audience: posts.audience,
      circleId: circles.id,
      circleName: circles.name,
      circleKind: circles.kind,
      circleClosedAt: circles.closedAt,
      title: shownTitle,
      summary: posts.summary,
      bodyHtml: posts.bodyHtml,
      state: posts.state,
      details: posts.details,
      author: accounts.displayName,
      authorId: posts.authorId,
      officialRole: posts.officialRole,
      officialTeam: posts.officialTeam,
      tags: posts.tags,
      publishedAt: posts.publishedAt,
      correctedAt: posts.correctedAt,
      withdrawnAt: posts.withdrawnAt,
      withdrawnBecause: posts.withdrawnBecause,
      removalId: posts.removalId,
      editedByModerator: posts.editedByModerator,
      version: posts.version,
      teamId: posts.teamId,
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
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .leftJoin(circles, eq(circles.id, circleIdOf))
    .where(and(eq(posts.id, sql.placeholder('id')), readableNow))
    .prepare('staff_post_by_id'),
)

/** A post of the network that the actor may read; the words of a withdrawn one are not in it. Throws `NotFound`. */
export async function staffPostById(db: Database, actor: Actor, id: number): Promise<StaffPostPage> {
  const [row] = await one(db).execute({ id, audiences: readableHere(actor) })
  if (!row) throw new NotFound('post')
  const { bodyHtml, helpful, thanks, sameHere, slug, circleId, circleName, circleKind, circleClosedAt, ...rest } = row
  const circle =
    circleId === null || circleName === null || circleKind === null
      ? null
      : { id: circleId, name: circleName, kind: circleKind, closed: circleClosedAt !== null }
  const page: StaffPostPage = {
    ...rest,
    circle,
    kindName: kindOf(row.kind).name,
    path: postPath(null, { id: row.id, slug }),
    body: trusted(bodyHtml),
    counts: { helpful, thanks, 'same-here': sameHere },
  }
  return row.state === 'withdrawn' ? { ...page, ...WITHOUT_WORDS } : page
}

/** What is left of a withdrawn post, besides its notice. */
const WITHOUT_WORDS = { body: trusted(''), summary: 'This post was withdrawn.', details: {}, tags: [] }
