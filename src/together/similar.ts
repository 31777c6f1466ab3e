/**
 * What colleagues wrote before of the matter that somebody is about to ask or to raise: requests for help and good practice, or issues, among what the actor may read.
 */
import { sql } from 'drizzle-orm'
import { idOf, type Actor } from '../actor.ts'
import { executeNamed, type Db } from '../database/database.ts'
import { readableHere } from '../network/readable.ts'
import { postPath } from '../posts/stored-post.ts'
import { wordsToCompare } from '../text/likeness.ts'
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

/** At most five, the likeliest first; none for fewer than two words that mean something. */
export async function alikeTo(db: Db, actor: Actor, text: string): Promise<Alike[]> {
  const words = wordsToCompare(text)
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

function alikeOf({ id, kind, title, slug, summary, answer_html: answer, use_count: useCount }: Row): Alike {
  const postId = Number(id)
  const path = postPath(null, { id: postId, slug })
  return { postId, path, kind, title, excerpt: answer === null ? summary : summarise(answer, 200), answered: answer !== null, useCount }
}

export interface IssueAlike {
  postId: number
  path: string
  title: string
  /** The first words of what came of it, or of the post. */
  excerpt: string
  workerCount: number
  closed: boolean
  /** The reader is among those who work on it. */
  works: boolean
}

interface IssueRow extends Record<string, unknown> {
  id: string
  title: string
  slug: string
  summary: string
  outcome: string | null
  worker_count: number
  closed: boolean
  works: boolean
}

/** Those on which something moved last are looked at, by title and first words: no index holds the words of issues. */
const ISSUES_LOOKED_AT = 400

/** At most five that share two words that mean something, or the only one asked for: open ones first, the likeliest of them first. */
export async function issuesLike(db: Db, actor: Actor, text: string): Promise<IssueAlike[]> {
  const words = wordsToCompare(text)
  const audiences = readableHere(actor)
  if (words.length < 2 || audiences.length === 0) return []
  const rows = await executeNamed<IssueRow>(
    db,
    'staff_issues_alike',
    sql`
    with asked as (select array(select lexeme from unnest(to_tsvector('english', ${words.join(' ')}))) as lexemes),
    looked_at as (
      select i.post_id, to_tsvector('english', p.title || ' ' || p.summary) as words from issues i join posts p on p.id = i.post_id
      where p.audience = any(${sql.param(audiences)}::text[]) and p.state <> 'withdrawn' order by i.active_at desc limit ${ISSUES_LOOKED_AT}::int),
    found as (
      select l.post_id, s.shared from looked_at l, asked,
        lateral (select count(*)::int as shared from unnest(l.words) w where w.lexeme = any(asked.lexemes)) s
      where s.shared >= 2)
    select p.id, p.title, p.slug, p.summary, i.outcome, i.worker_count, i.closed_at is not null as closed, exists (
      select from issue_workers w where w.post_id = p.id and w.account_id = ${idOf(actor)}::bigint and w.left_at is null) as works
    from found join posts p on p.id = found.post_id join issues i on i.post_id = p.id
    order by i.closed_at is not null, found.shared desc, p.id desc limit ${MOST}::int`,
  )
  return rows.map(({ id, slug, summary, outcome, worker_count: workerCount, title, closed, works }) => {
    const postId = Number(id)
    return { postId, path: postPath(null, { id: postId, slug }), title, excerpt: outcome ?? summary, workerCount, closed, works }
  })
}
