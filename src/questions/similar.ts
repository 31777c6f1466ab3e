/**
 * What may already answer somebody: published questions and advice like what they are typing.
 */
import { sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import { executeNamed, type Db } from '../database/database.ts'
import { postPath } from '../posts/stored-post.ts'
import { wordsToCompare } from '../text/likeness.ts'
import { summarise } from '../text/markdown.ts'

export interface Likely {
  postId: number
  conversationId: number
  path: string
  kind: 'question' | 'advice'
  title: string
  /** The first words of the answer, or of the advice. */
  excerpt: string
  answered: boolean
  teamName: string
  ownTeam: boolean
  /** How many people said "same here". */
  sameHere: number
}

interface Row extends Record<string, unknown> {
  id: string
  conversation_id: string
  kind: Likely['kind']
  title: string
  slug: string
  summary: string
  answer_html: string | null
  answered: boolean
  team_name: string
  team_slug: string
  own_team: boolean
  same_here: number
}

const MOST = 5
/** The newest ones that share a word are looked at closely, and no more: ranking reads the whole text. */
const CANDIDATES = 150

/** At most five, those of the team first among equals; none for fewer than two words that mean something. */
export async function likelyAnswers(db: Db, teamId: number, text: string): Promise<Likely[]> {
  const words = wordsToCompare(text)
  if (words.length < 2) return []
  const rows = await executeNamed<Row>(
    db,
    'likely_answers',
    sql`
    with asked as (
      select websearch_to_tsquery('english', ${words.join(' or ')}) as query where length(to_tsvector('english', ${words.join(' ')})) >= 2),
    found as (
      select p.id, to_tsvector('english', p.title || ' ' || p.body) as words from posts p
      where p.kind in ('question', 'advice') and p.audience = 'public' and p.state in ('published', 'corrected')
        and (p.expires_at is null or p.expires_at > ${now()}::timestamptz)
        and to_tsvector('english', p.title || ' ' || p.body) @@ (select query from asked)
      order by p.id desc limit ${CANDIDATES}::int)
    select p.id, p.conversation_id, p.kind, p.title, p.slug, p.summary, a.body_html as answer_html, p.details->>'answeredAt' is not null as answered,
      t.name as team_name, t.slug as team_slug, p.team_id = ${teamId}::bigint as own_team, c.same_here_count as same_here
    from found join posts p on p.id = found.id join teams t on t.id = p.team_id join conversations c on c.id = p.conversation_id
      left join comments a on a.id = (p.details->>'answerId')::bigint and a.conversation_id = p.conversation_id and a.state = 'published'
    order by round(ts_rank('{0.1, 0.2, 0.4, 1}', found.words, (select query from asked))::numeric, 2) desc, own_team desc, answered desc, p.id desc
    limit ${MOST}::int`,
  )
  return rows.map(likelyOf)
}

function likelyOf(row: Row): Likely {
  const id = Number(row.id)
  return {
    postId: id,
    conversationId: Number(row.conversation_id),
    path: postPath(row.team_slug, { id, slug: row.slug }),
    kind: row.kind,
    title: row.title,
    excerpt: row.answer_html === null ? row.summary : summarise(row.answer_html, 200),
    answered: row.answered,
    teamName: row.team_name,
    ownTeam: row.own_team,
    sameHere: row.same_here,
  }
}
