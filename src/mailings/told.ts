/**
 * What mails tell of, as a visitor may read it at this moment: a post, a comment, a place. What is not public, or not any more, is not found here,
 * and so no mail can hold it.
 */
import { and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark } from '../actor.ts'
import { now } from '../clock.ts'
import { isPublic } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { sayWindow } from '../places/presence-window.ts'
import { places, presences } from '../places/schema.ts'
import { kindOf } from '../posts/kinds.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'

/** `post:5`, `comment:81`, `place:3`: short enough to be kept with a mail. */
export type ItemRef = `${'post' | 'comment' | 'place'}:${number}`

export interface Told {
  ref: ItemRef
  conversationId: number
  /** Of the conversation in which it stands, with its address. */
  title: string
  path: string
  /** "Update · Bracebridge Heath team" */
  about: string
  /** "Bracebridge Heath team"; null for what belongs to none. */
  team: string | null
  at: Date
  /** Who wrote it; null for a name that is not shown, and for nobody's words. */
  who: string | null
  /** The official mark; null for a resident's words. */
  mark: string | null
  /** Of the force itself: partner staff bear a mark too. */
  byPolice: boolean
  /** Its first words. */
  excerpt: string
  /** Address of the item itself. */
  itemPath: string
  /** Who is not told of it, because it is their own. */
  authorId: number | null
  /** What stands above the excerpt of a change: "Called off: the hall is closed." */
  note: string | null
}

const EXCERPT = 240

const idsOf = (refs: readonly ItemRef[], kind: string): number[] =>
  refs.flatMap((ref) => (ref.startsWith(`${kind}:`) ? [Number(ref.slice(kind.length + 1))] : []))

/** Those of the items that a visitor may read now. */
export async function readTold(db: Db, refs: readonly ItemRef[]): Promise<Map<ItemRef, Told>> {
  const found = [
    ...(await postsTold(db, idsOf(refs, 'post'))),
    ...(await commentsTold(db, idsOf(refs, 'comment'))),
    ...(await placesTold(db, idsOf(refs, 'place'))),
  ]
  return new Map(found.map((told) => [told.ref, told]))
}

/** Stands in public and is not over. */
const stands = () =>
  and(
    eq(posts.audience, 'public'),
    inArray(posts.state, ['published', 'corrected']),
    isNull(posts.removalId),
    or(isNull(posts.expiresAt), gt(posts.expiresAt, now())),
  )

async function postsTold(db: Db, ids: number[]): Promise<Told[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({
      id: posts.id,
      kind: posts.kind,
      title: conversations.title,
      path: conversations.path,
      conversationId: posts.conversationId,
      summary: posts.summary,
      publishedAt: posts.publishedAt,
      correctedAt: posts.correctedAt,
      teamName: teams.name,
      who: accounts.displayName,
      authorId: posts.authorId,
      officialRole: posts.officialRole,
      officialTeam: posts.officialTeam,
      startsAt: presences.startsAt,
      endsAt: presences.endsAt,
      cancelledBecause: presences.cancelledBecause,
      venue: places.name,
    })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .leftJoin(presences, eq(presences.postId, posts.id))
    .leftJoin(places, eq(places.id, presences.placeId))
    .where(and(inArray(posts.id, ids), stands()))
  return rows
    .filter(({ endsAt }) => endsAt === null || endsAt > now())
    .map((row) => ({
      ref: `post:${row.id}`,
      conversationId: row.conversationId,
      title: row.title,
      path: row.path,
      about: `${kindOf(row.kind).name} · ${row.teamName} team`,
      team: `${row.teamName} team`,
      at: row.correctedAt ?? row.publishedAt,
      who: row.who,
      mark: sayMark(row.officialRole, row.officialTeam),
      byPolice: row.officialRole !== 'partner',
      excerpt: row.summary,
      itemPath: row.path,
      authorId: row.authorId,
      note: noteOf(row),
    }))
}

interface PostRow {
  correctedAt: Date | null
  startsAt: Date | null
  endsAt: Date | null
  cancelledBecause: string | null
  venue: string | null
}

function noteOf({ correctedAt, startsAt, endsAt, cancelledBecause, venue }: PostRow): string | null {
  if (cancelledBecause !== null) return `Called off: ${cancelledBecause}`
  if (startsAt && endsAt) return `${correctedAt ? 'Changed: ' : ''}${sayWindow({ startsAt, endsAt })}, ${venue ?? ''}`
  return correctedAt ? 'Corrected.' : null
}

async function commentsTold(db: Db, ids: number[]): Promise<Told[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({
      id: comments.id,
      audience: conversations.audience,
      title: conversations.title,
      path: conversations.path,
      conversationId: comments.conversationId,
      bodyHtml: comments.bodyHtml,
      publishedAt: comments.publishedAt,
      who: sql<string | null>`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`,
      authorId: comments.authorId,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      kind: posts.kind,
      state: posts.state,
      teamName: teams.name,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .leftJoin(posts, eq(posts.conversationId, conversations.id))
    .leftJoin(teams, eq(teams.id, conversations.teamId))
    .where(and(inArray(comments.id, ids), eq(comments.state, 'published')))
  return rows
    .filter(({ audience, state }) => isPublic(audience) && state !== 'withdrawn')
    .map((row) => ({
      ref: `comment:${row.id}`,
      conversationId: row.conversationId,
      title: row.title,
      path: row.path,
      about: [row.kind ? kindOf(row.kind).name : null, row.teamName && `${row.teamName} team`].filter(Boolean).join(' · '),
      team: row.teamName && `${row.teamName} team`,
      at: row.publishedAt ?? now(),
      who: row.who,
      mark: row.officialRole ? sayMark(row.officialRole, row.officialTeam) : null,
      byPolice: row.officialRole !== null && row.officialRole !== 'partner',
      excerpt: summarise(row.bodyHtml, EXCERPT),
      itemPath: `/comments/${row.id}`,
      authorId: row.authorId,
      note: null,
    }))
}

async function placesTold(db: Db, ids: number[]): Promise<Told[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ place: places, audience: conversations.audience, teamName: teams.name })
    .from(places)
    .innerJoin(conversations, eq(conversations.id, places.conversationId))
    .innerJoin(teams, eq(teams.id, places.teamId))
    .where(inArray(places.id, ids))
  return rows
    .filter(({ audience }) => isPublic(audience))
    .map(({ place, teamName }) => ({
      ref: `place:${place.id}`,
      conversationId: place.conversationId,
      title: place.name,
      path: `/places/${place.slug}`,
      about: `Place · ${teamName} team`,
      team: `${teamName} team`,
      at: place.closedAt ?? place.changedAt,
      who: null,
      mark: null,
      byPolice: false,
      excerpt: '',
      itemPath: `/places/${place.slug}`,
      authorId: null,
      note: place.closedBecause === null ? 'Its opening hours or its details have changed.' : `Closed for good: ${place.closedBecause}`,
    }))
}
