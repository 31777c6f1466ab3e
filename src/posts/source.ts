/**
 * What a priority takes up and an outcome acts on: comments and posts that everybody can read, named by their addresses on this site. Whoever wrote them is
 * told once it is published.
 */
import { and, eq, inArray, ne } from 'drizzle-orm'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { PostContent } from './kinds.ts'
import { CAME_FROM, CLOSES } from './plain-fields.ts'
import { posts, type Details } from './schema.ts'
import { sourceOf, type Source } from './source-address.ts'

/** Those that the details of a priority or an outcome name, as they were typed one a line; none for other kinds. */
export function sourcesIn(details: Details): Source[] {
  const named = details[CAME_FROM]
  return typeof named === 'string' ? named.split('\n').flatMap((line) => sourceOf(line) ?? []) : []
}

/**
 * What is wrong with them, by field: each must be there for everybody to read. Null when nothing is. What the post named `before` may be gone since, and
 * stays: a correction of other words must not wait for it.
 */
export async function problemOfSources(
  db: Db,
  { details }: Pick<PostContent, 'details'>,
  before: Details = {},
): Promise<Record<string, string> | null> {
  if (details[CLOSES] === true && !(await namesPriority(db, details)))
    return { [CLOSES]: 'Name the priority that it closes under “What it came from”, by its address' }
  const known = new Set(sourcesIn(before).map(keyOf))
  const sources = sourcesIn(details).filter((source) => !known.has(keyOf(source)))
  if (sources.length === 0) return null
  const readable = await readableAmong(db, sources)
  const missing = sources.find((source) => !readable.has(keyOf(source)))
  return missing ? { [CAME_FROM]: `This is not a comment or post that everybody can read: ${missing.path}` } : null
}

async function namesPriority(db: Db, details: Details): Promise<boolean> {
  const ids = sourcesIn(details).flatMap(({ kind, id }) => (kind === 'post' ? [id] : []))
  if (ids.length === 0) return false
  const named = await db
    .select({ id: posts.id })
    .from(posts)
    .where(and(inArray(posts.id, ids), eq(posts.kind, 'priority')))
    .limit(1)
  return named.length > 0
}

const keyOf = ({ kind, id }: Pick<Source, 'kind' | 'id'>): string => `${kind} ${id}`

async function readableAmong(db: Db, sources: readonly Source[]): Promise<Set<string>> {
  const idsOf = (kind: Source['kind']) => sources.filter((source) => source.kind === kind).map(({ id }) => id)
  const said = await db
    .select({ id: comments.id })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(and(inArray(comments.id, idsOf('comment')), eq(comments.state, 'published'), eq(conversations.audience, 'public')))
  // What is over can still be read, and acted on.
  const published = await db
    .select({ id: posts.id })
    .from(posts)
    .where(and(inArray(posts.id, idsOf('post')), ne(posts.state, 'withdrawn'), eq(posts.audience, 'public')))
  return new Set([...said.map(({ id }) => keyOf({ kind: 'comment', id })), ...published.map(({ id }) => keyOf({ kind: 'post', id }))])
}
