/**
 * What mails tell of, as a visitor may read it at this moment: a post, a comment, a place. What is not public, or not any more, is not found here,
 * and so no mail can hold it.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark } from '../actor.ts'
import { now } from '../clock.ts'
import { isPublic } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { places } from '../places/schema.ts'
import { kindOf } from '../posts/kinds.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'
import { occasionsTold } from './told-dates.ts'
import { newsTold } from './told-news.ts'
import { postsTold, type ItemRef, type Told } from './told-posts.ts'

export type { ItemRef, Told } from './told-posts.ts'

const EXCERPT = 240

const idsOf = (refs: readonly ItemRef[], kind: string): number[] =>
  refs.flatMap((ref) => (ref.startsWith(`${kind}:`) ? [Number(ref.slice(kind.length + 1))] : []))

/** Those of the items that a visitor may read now. */
export async function readTold(db: Db, refs: readonly ItemRef[]): Promise<Map<ItemRef, Told>> {
  const found = [
    ...(await postsTold(db, idsOf(refs, 'post'))),
    ...(await commentsTold(db, idsOf(refs, 'comment'))),
    ...(await placesTold(db, idsOf(refs, 'place'))),
    ...(await occasionsTold(db, idsOf(refs, 'occasion'))),
    ...(await newsTold(db, idsOf(refs, 'news'))),
  ]
  return new Map(found.map((told) => [told.ref, told]))
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
