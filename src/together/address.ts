/** Which conversation stands at an address of this site, as people copy it from their browser. */
import { and, eq, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { readable } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { events } from '../events/schema.ts'
import { places } from '../places/schema.ts'
import { posts } from '../posts/schema.ts'

export interface Found {
  id: number
  audience: string
}

const ID = '([1-9]\\d{0,14})'

type Look = (db: Db, actor: Actor, found: string) => Promise<Found[]>

const columns = { id: conversations.id, audience: conversations.audience }
const mine = (actor: Actor, condition: SQL): SQL | undefined => and(condition, readable(actor, conversations))

const byId: Look = (db, actor, id) =>
  db
    .select(columns)
    .from(conversations)
    .where(mine(actor, eq(conversations.id, Number(id))))

const ofPost: Look = (db, actor, id) =>
  db
    .select(columns)
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(mine(actor, eq(posts.id, Number(id))))

const ofComment: Look = (db, actor, id) =>
  db
    .select(columns)
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(mine(actor, eq(comments.id, Number(id))))

const ofPlace: Look = (db, actor, slug) =>
  db
    .select(columns)
    .from(places)
    .innerJoin(conversations, eq(conversations.id, places.conversationId))
    .where(mine(actor, eq(places.slug, slug)))

const ofEvent: Look = (db, actor, id) =>
  db
    .select(columns)
    .from(events)
    .innerJoin(posts, eq(posts.id, events.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(mine(actor, eq(events.id, Number(id))))

/** Priorities, outcomes, questions and events are posts. */
const ADDRESSES: readonly (readonly [RegExp, Look])[] = [
  [new RegExp(`^/(?:teams/[a-z0-9-]+|staff)/posts/${ID}(?:-[\\w-]*)?/?$`), ofPost],
  [new RegExp(`^/comments/${ID}/?$`), ofComment],
  // The notes beside a conversation are about it.
  [new RegExp(`^/conversations/${ID}(?:/notes)?/?$`), byId],
  [/^\/places\/([a-z0-9-]+)\/?$/, ofPlace],
  [new RegExp(`^/events/${ID}/hour/?$`), ofEvent],
]

/** With or without the host; null where it leads to nothing that this actor may read. */
export async function conversationAt(db: Db, actor: Actor, address: string): Promise<Found | null> {
  const text = address.trim()
  if (text.includes('\\') || !URL.canParse(text, 'https://here.invalid')) return null
  const { pathname } = new URL(text, 'https://here.invalid')
  for (const [pattern, look] of ADDRESSES) {
    const found = pattern.exec(pathname)?.[1]
    if (found !== undefined) return (await look(db, actor, found))[0] ?? null
  }
  return null
}
