/**
 * What colleagues wrote before of the matter that somebody is about to ask: requests for help and good practice, among what the actor may read.
 */
import { sql } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { executeNamed, type Db } from '../database/database.ts'
import { readableHere } from '../network/readable.ts'
import { postPath } from '../posts/stored-post.ts'
import { summarise } from '../text/markdown.ts'

export interface Alike {
  postId: number
  path: string
  kind: 'help-request' | 'good-practice'
  title: string
  /** The first words of the best answer, or of the post. */
  excerpt: string
  /** It has a best answer. */
  answered: boolean
  /** Teams that used it. */
  useCount: number
}

interface Row extends Record<string, unknown> {
  id: string
  kind: Alike['kind']
  title: string
  slug: string
  summary: string
  answer_html: string | null
  use_count: number
}

const MOST = 5
/** The newest ones that share a word are looked at closely, and no more: ranking reads the whole text. */
const CANDIDATES = 150
const LONGEST = 1000
const MOST_WORDS = 24

/** At most five, the likeliest first; none for fewer than two words that mean something. */
export async function alikeTo(db: Db, actor: Actor, text: string): Promise<Alike[]> {
  const words = wordsIn(text)
  const audiences = readableHere(actor)
  if (words.length < 2 || audiences.length === 0) return []
  const rows = await executeNamed<Row>(
    db,
    'staff_alike',
    sql`
    with asked as (
      select websearch_to_tsquery('english', ${words.join(' or ')}) as query where length(to_tsvector('english', ${words.join(' ')})) >= 2),
    found as (
      select p.id, to_tsvector('english', p.title || ' ' || p.body) as words from posts p
      where p.kind in ('help-request', 'good-practice') and p.audience = any(${sql.param(audiences)}::text[]) and p.state <> 'withdrawn'
        and to_tsvector('english', p.title || ' ' || p.body) @@ (select query from asked)
      order by p.id desc limit ${CANDIDATES}::int)
    select p.id, p.kind, p.title, p.slug, p.summary, c.body_html as answer_html, coalesce(u.use_count, 0) as use_count
    from found join posts p on p.id = found.id left join help_requests h on h.post_id = p.id left join practices u on u.post_id = p.id
      left join comments c on c.id = h.best_id and c.state = 'published'
    order by round(ts_rank('{0.1, 0.2, 0.4, 1}', found.words, (select query from asked))::numeric, 2) desc, c.body_html is null, p.id desc
    limit ${MOST}::int`,
  )
  return rows.map(alikeOf)
}

/** What is no word goes, and what would be too much of it; which words mean something is for the database to tell. */
function wordsIn(text: string): string[] {
  const words =
    text
      .slice(0, LONGEST)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{2,40}/gu) ?? []
  // An operator to the database, and no word to look for.
  return [...new Set(words)].filter((word) => word !== 'or').slice(0, MOST_WORDS)
}

function alikeOf({ id, kind, title, slug, summary, answer_html: answer, use_count: useCount }: Row): Alike {
  const postId = Number(id)
  const path = postPath(null, { id: postId, slug })
  return { postId, path, kind, title, excerpt: answer === null ? summary : summarise(answer, 200), answered: answer !== null, useCount }
}
