/**
 * What residents have suggested already, or the team works on: like what somebody is typing, so that they can support it instead of saying it again.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Db } from '../database/database.ts'
import { postPath } from '../posts/stored-post.ts'
import { wordsToCompare } from '../text/likeness.ts'
import { summarise } from '../text/markdown.ts'

export type Similar =
  | { kind: 'suggestion'; commentId: number; path: string; words: string; supportCount: number; mine: boolean; isDecided: boolean }
  | { kind: 'priority'; conversationId: number; path: string; words: string; supportCount: number; isClosed: boolean }

interface Row extends Record<string, unknown> {
  kind: Similar['kind']
  id: string
  conversation_id: string | null
  words: string
  slug: string | null
  support: number
  mine: boolean
  over: boolean
}

const MOST = 5
/** Looked at closely: the most supported that wait, the last decided, and priorities, so many of each and no more. */
const CANDIDATES = 150

/** At most five, the likest first; none for fewer than two words that mean something. */
export async function similarTo(db: Db, team: { id: number; slug: string }, text: string, accountId: number | null): Promise<Similar[]> {
  const words = wordsToCompare(text)
  if (words.length < 2) return []
  const rows = await executeNamed<Row>(
    db,
    'similar_suggestions',
    sql`
    with typed as (
      select websearch_to_tsquery('english', ${words.join(' or ')}) as query where length(to_tsvector('english', ${words.join(' ')})) >= 2),
    box as (select conversation_id as id from suggestion_boxes where team_id = ${team.id}::bigint),
    raised as (
      (select r.comment_id, r.support_count, r.settled_at from raised_comments r where r.gathered_in = (select id from box) and r.settled_at is null
        order by r.support_count desc, r.comment_id desc limit ${CANDIDATES}::int)
      union all
      (select r.comment_id, r.support_count, r.settled_at from raised_comments r where r.gathered_in = (select id from box) and r.settled_at is not null
        order by r.settled_at desc, r.comment_id desc limit ${CANDIDATES}::int)),
    worked_on as (
      (select x.post_id, x.closed_at from priorities x where x.team_id = ${team.id}::bigint and x.closed_at is null order by x.opened_at desc, x.id desc limit ${CANDIDATES}::int)
      union all
      (select x.post_id, x.closed_at from priorities x where x.team_id = ${team.id}::bigint and x.closed_at is not null order by x.closed_at desc, x.id desc limit ${CANDIDATES}::int)),
    found as (
      select 'suggestion' as kind, c.id, null::bigint as conversation_id, c.body_html as words, null as slug, r.support_count as support,
        exists (select from comment_reactions m where m.comment_id = c.id and m.account_id = ${accountId ?? 0}::bigint and m.reaction = 'same-here') as mine,
        r.settled_at is not null as over, to_tsvector('english', c.body) as vector
      from raised r join comments c on c.id = r.comment_id where c.state = 'published'
      union all
      select 'priority', p.id, p.conversation_id, p.title, p.slug, v.same_here_count, false, w.closed_at is not null, to_tsvector('english', p.title || ' ' || p.body)
      from worked_on w join posts p on p.id = w.post_id join conversations v on v.id = p.conversation_id where p.state <> 'withdrawn' and p.audience = 'public')
    select kind, id, conversation_id, words, slug, support, mine, over from found
    where vector @@ (select query from typed)
    order by round(ts_rank('{0.1, 0.2, 0.4, 1}', vector, (select query from typed))::numeric, 2) desc, over, support desc, id desc
    limit ${MOST}::int`,
  )
  return rows.map((row) => similarOf(row, team.slug))
}

function similarOf(row: Row, teamSlug: string): Similar {
  const id = Number(row.id)
  if (row.kind === 'suggestion') {
    const words = summarise(row.words, 200)
    return { kind: 'suggestion', commentId: id, path: `/comments/${id}`, words, supportCount: row.support, mine: row.mine, isDecided: row.over }
  }
  const path = postPath(teamSlug, { id, slug: row.slug ?? '' })
  return { kind: 'priority', conversationId: Number(row.conversation_id), path, words: row.words, supportCount: row.support, isClosed: row.over }
}
