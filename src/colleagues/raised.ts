/**
 * What residents raise most across the force: suggestions that wait, and questions of the last weeks, by how many say the same. All of it is public. The lists that
 * are read are kept in that order, or bounded by the weeks.
 */
import { sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import { comments, conversations, raisedComments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { suggestionBoxes } from '../priorities/schema.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'

export interface RaisedMost {
  path: string
  /** The question, or the first words of the suggestion. */
  text: string
  team: { slug: string; name: string }
  /** How many say the same. */
  support: number
  /** The form in which it is raised with colleagues. */
  raisePath: string
}

export interface Asked {
  questions: (RaisedMost & { answered: boolean })[]
  /** Of the questions of these weeks, the most used first. */
  tags: { tag: string; count: number }[]
}

export const WEEKS = 4
const SHOWN = 8
const EXCERPT = 140
/** The newest questions that are looked at, however much is asked. */
const LOOKED_AT = 1000

interface SuggestionRow extends Record<string, unknown> {
  id: string
  body: string
  support: number
  conversation_id: string
  slug: string
  name: string
}

/** Suggestions that nobody has decided yet, the most supported first; of each team three at most, so that one loud place does not fill the list. */
export async function mostWantedAnywhere(db: Db): Promise<RaisedMost[]> {
  const { rows } = await db.execute<SuggestionRow>(sql`
    select top.comment_id as id, c.body_html as body, top.support_count as support, c.conversation_id, t.slug, t.name
    from ${suggestionBoxes} b join ${teams} t on t.id = b.team_id and t.archived_at is null
      cross join lateral (select r.comment_id, r.support_count from ${raisedComments} r join ${comments} s on s.id = r.comment_id and s.state = 'published'
        where r.gathered_in = b.conversation_id and r.settled_at is null and r.support_count > 0 order by r.support_count desc, r.comment_id desc limit 3) top
      join ${comments} c on c.id = top.comment_id
    order by top.support_count desc, top.comment_id desc limit ${SHOWN}::int`)
  return rows.map(({ id, body, support, conversation_id, slug, name }) => {
    const text = summarise(body, EXCERPT)
    return {
      path: `/comments/${id}`,
      text,
      team: { slug, name },
      support,
      raisePath: raisePath(Number(conversation_id), text, `Residents suggest to the ${name} team: /comments/${id}`),
    }
  })
}

const LONGEST_TITLE = 120

/** With the words in it, so that nobody types them again. The title ends at a word. */
function raisePath(about: number, text: string, body: string): string {
  const title = text.length <= LONGEST_TITLE ? text : text.slice(0, LONGEST_TITLE).replace(/\s+\S*$/, '')
  return `/staff/issues/new?${new URLSearchParams({ about: String(about), title, body }).toString()}`
}

interface AskedRow extends Record<string, unknown> {
  questions:
    | { id: number; slug: string; title: string; answered: boolean; support: number; conversation_id: number; team_slug: string; team_name: string }[]
    | null
  tags: Asked['tags'] | null
}

/** Of the last four weeks. */
export async function askedLately(db: Db): Promise<Asked> {
  const since = new Date(now().getTime() - WEEKS * 7 * 86_400_000).toISOString()
  const { rows } = await db.execute<AskedRow>(sql`
    with asked as materialized (
      select p.id, p.slug, p.title, p.tags, p.details ->> 'answeredAt' is not null as answered, p.conversation_id, p.team_id from ${posts} p
      where p.kind = 'question' and p.audience = 'public' and p.published_at >= ${since}::timestamptz and p.state <> 'withdrawn'
      order by p.published_at desc, p.id desc limit ${LOOKED_AT}::int)
    select
      (select json_agg(top) from (select a.id, a.slug, a.title, a.answered, c.same_here_count as support, a.conversation_id, t.slug as team_slug, t.name as team_name
        from asked a join ${conversations} c on c.id = a.conversation_id join ${teams} t on t.id = a.team_id
        where c.same_here_count > 0 order by c.same_here_count desc, a.id desc limit ${SHOWN}::int) top) as questions,
      (select json_agg(top) from (select tag, count(*)::int as count from asked, unnest(asked.tags) tag group by tag order by count(*) desc, tag limit 12) top) as tags`)
  const [row] = rows
  return {
    questions: (row?.questions ?? []).map(({ id, slug, title, team_slug, team_name, conversation_id, answered, support }) => ({
      path: postPath(team_slug, { id, slug }),
      text: title,
      team: { slug: team_slug, name: team_name },
      raisePath: raisePath(conversation_id, title, `Residents ask the ${team_name} team: ${postPath(team_slug, { id, slug })}`),
      answered,
      support,
    })),
    tags: row?.tags ?? [],
  }
}
