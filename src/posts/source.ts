/**
 * What an outcome acts on: comments and questions that everybody can read, named by their addresses on this site. Their authors are told once it is published.
 */
import { and, eq, inArray } from 'drizzle-orm'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { PostContent } from './kinds.ts'
import { CAME_FROM } from './plain-fields.ts'
import { posts, type Details } from './schema.ts'
import { sourceOf, type Source } from './source-address.ts'

/** Those that the details of an outcome name, as they were typed one a line; none for other kinds. */
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
  const known = new Set(sourcesIn(before).map(keyOf))
  const sources = sourcesIn(details).filter((source) => !known.has(keyOf(source)))
  if (sources.length === 0) return null
  const readable = await readableAmong(db, sources)
  const missing = sources.find((source) => !readable.has(keyOf(source)))
  return missing ? { [CAME_FROM]: `This is not a comment or question that everybody can read: ${missing.path}` } : null
}

const keyOf = ({ kind, id }: Pick<Source, 'kind' | 'id'>): string => `${kind} ${id}`

async function readableAmong(db: Db, sources: readonly Source[]): Promise<Set<string>> {
  const idsOf = (kind: Source['kind']) => sources.filter((source) => source.kind === kind).map(({ id }) => id)
  const said = await db
    .select({ id: comments.id })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(and(inArray(comments.id, idsOf('comment')), eq(comments.state, 'published'), eq(conversations.audience, 'public')))
  const asked = await db
    .select({ id: posts.id })
    .from(posts)
    .where(
      and(
        inArray(posts.id, idsOf('question')),
        eq(posts.kind, 'question'),
        inArray(posts.state, ['published', 'corrected']),
        eq(posts.audience, 'public'),
      ),
    )
  return new Set([...said.map(({ id }) => keyOf({ kind: 'comment', id })), ...asked.map(({ id }) => keyOf({ kind: 'question', id }))])
}
