/**
 * A week as readers see it: the words of what is public now, at the ids and counts that were kept. What was withdrawn or removed since is not there any more.
 */
import { sql, type SQL } from 'drizzle-orm'
import { executeNamed, type Db } from '../database/database.ts'
import { postPath } from '../posts/stored-post.ts'
import type { TeamName } from '../teams/team.ts'
import type { WeekBody } from './schema.ts'
import { weekCalled, type Week } from './week-time.ts'

export interface Link {
  title: string
  path: string
}

export interface WeekPage extends Week {
  talked: (Link & { count: number })[]
  wondered: (Link & { count: number })[]
  /** `title` is the beginning of what somebody said. */
  suggested: (Link & { count: number })[]
  /** With the private ones. */
  answered: number
  answers: Link[]
  actions: Link[]
  outcomes: Link[]
  closed: (Link & { outcome: Link | null })[]
  held: (Link & { at: Date; noted: boolean })[]
  open: number
  overdue: number
  suggestions: number
  stale: Link[]
  tasks: Link[]
  /** Mondays of the weeks of this team before and after; null where there is none. */
  earlier: string | null
  later: string | null
}

interface PostRow {
  id: number
  slug: string
  title: string
}

interface Row extends Record<string, unknown> {
  body: WeekBody
  earlier: string | null
  later: string | null
  talked: { title: string; path: string; count: number }[]
  wondered: (PostRow & { count: number })[]
  suggested: { id: number; words: string; count: number }[]
  answers: PostRow[]
  actions: (PostRow & { action: number; what: string })[]
  outcomes: PostRow[]
  closed: (PostRow & { outcome: (PostRow & { team: string }) | null })[]
  held: (PostRow & { at: string; noted: boolean })[]
  stale: PostRow[]
  tasks: PostRow[]
}

const EXCERPT = 200

/** One round trip. Null where the day is no Monday, or the team has no such week. */
export async function weekOf(db: Db, team: TeamName, key: string): Promise<WeekPage | null> {
  const week = weekCalled(key)
  if (!week) return null
  const [row] = await executeNamed<Row>(db, 'team_week', statementFor(team.id, key))
  return row ? pageOf(week, team, row) : null
}

const stands = sql`p.audience = 'public' and p.state <> 'withdrawn'`
const post = sql`'id', p.id, 'slug', p.slug, 'title', p.title`

/** A column of what is read for a list of the week, in its order. `e` is the element, `found` the joins and conditions. */
const listed = (list: keyof WeekBody, fields: SQL, found: SQL): SQL => sql`(
  select coalesce(json_agg(json_build_object(${fields}) order by e.place), '[]')
  from jsonb_array_elements(w.body -> ${sql.raw(`'${list}'`)}) with ordinality e(item, place) ${found}) as ${sql.raw(list)}`

const id = sql`(e.item #>> '{}')::bigint`
const tallied = sql`(e.item ->> 'id')::bigint`
const count = sql`'count', (e.item -> 'count')`

const statementFor = (teamId: number, week: string): SQL => sql`
  select w.body,
    (select max(week)::text from team_weeks where team_id = w.team_id and week < w.week) as earlier,
    (select min(week)::text from team_weeks where team_id = w.team_id and week > w.week) as later,
    ${listed(
      'talked',
      sql`'title', v.title, 'path', v.path, ${count}`,
      sql`join conversations v on v.id = ${tallied} and v.audience = 'public' left join posts p on p.conversation_id = v.id where p.id is null or (${stands})`,
    )},
    ${listed('wondered', sql`${post}, ${count}`, sql`join posts p on p.id = ${tallied} and ${stands}`)},
    ${listed(
      'suggested',
      sql`'id', c.id, 'words', left(plain_words(c.body_html), ${EXCERPT + 1}::int), ${count}`,
      sql`join comments c on c.id = ${tallied} and c.state = 'published' join conversations v on v.id = c.conversation_id and v.audience = 'public'`,
    )},
    ${listed('answers', post, sql`join posts p on p.id = ${id} and ${stands}`)},
    ${listed(
      'actions',
      sql`${post}, 'action', a.id, 'what', a.what`,
      sql`join priority_actions a on a.id = ${id} and a.state = 'done' join priorities x on x.id = a.priority_id join posts p on p.id = x.post_id and ${stands}`,
    )},
    ${listed('outcomes', post, sql`join posts p on p.id = ${id} and ${stands}`)},
    ${listed(
      'closed',
      sql`${post}, 'outcome', (select json_build_object('id', o.id, 'slug', o.slug, 'title', o.title, 'team', t.slug) from posts o join teams t on t.id = o.team_id
        where o.id = x.outcome_id and o.audience = 'public' and o.state <> 'withdrawn')`,
      sql`join priorities x on x.id = ${id} and x.closed_at is not null join posts p on p.id = x.post_id and ${stands}`,
    )},
    ${listed(
      'held',
      sql`${post}, 'at', o.starts_at, 'noted', exists (select from event_notes n where n.occasion_id = o.id)`,
      sql`join occasions o on o.id = ${id} and o.cancelled_at is null join posts p on p.id = o.post_id and ${stands}`,
    )},
    ${listed('stale', post, sql`join priorities x on x.id = ${id} and x.closed_at is null join posts p on p.id = x.post_id and ${stands}`)},
    ${listed('tasks', post, sql`join tasks x on x.id = ${id} and x.closed_at is null join posts p on p.id = x.post_id and ${stands}`)}
  from team_weeks w where w.team_id = ${teamId} and w.week = ${week}::date`

function pageOf(week: Week, team: TeamName, row: Row): WeekPage {
  const link = (row: PostRow, slug = team.slug): Link => ({ title: row.title, path: postPath(slug, row) })
  const links = (rows: readonly PostRow[]): Link[] => rows.map((row) => link(row))
  const { answered, open, overdue, suggestions } = row.body
  return {
    ...week,
    talked: row.talked,
    wondered: row.wondered.map((one) => ({ ...link(one), count: one.count })),
    suggested: row.suggested.map((one) => ({ title: excerptOf(one.words), path: `/comments/${one.id}`, count: one.count })),
    answers: links(row.answers),
    actions: row.actions.map((one) => ({ title: one.what, path: `${link(one).path}#action-${one.action}` })),
    outcomes: links(row.outcomes),
    closed: row.closed.map((one) => ({ ...link(one), outcome: one.outcome && link(one.outcome, one.outcome.team) })),
    held: row.held.map((one) => ({ ...link(one), at: new Date(one.at), noted: one.noted })),
    stale: links(row.stale),
    tasks: links(row.tasks),
    answered,
    open,
    overdue,
    suggestions,
    earlier: row.earlier,
    later: row.later,
  }
}

function excerptOf(words: string): string {
  const text = words.trim().replaceAll(/\s+/g, ' ')
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT - 10).replace(/\s\S*$/, '')} …`
}
