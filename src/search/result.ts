/**
 * What was found, as readers see it: the words are read from where they stand, through what each of these things is readable by, with the places marked.
 */
import { sql } from 'drizzle-orm'
import { sayMark, type Actor, type Role } from '../actor.ts'
import { now } from '../clock.ts'
import { isPrivate, isPublic, readable } from '../conversations/audience.ts'
import { conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { kindOf } from '../posts/kinds.ts'
import type { PostKind, PostState } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { escapeValue } from '../web/page.ts'
import type { Candidate } from './candidates.ts'
import type { Sought } from './query.ts'
import { searchEntries, type EntryKind } from './schema.ts'
import { OUTSIDE, type Shelf } from './shelf.ts'

export interface Result {
  kind: EntryKind
  /** "Comment", "Official answer", "Appeal" */
  kindName: string
  title: SafeHtml
  /** Words around what was found, which is marked. */
  excerpt: SafeHtml
  path: string
  at: Date
  team: { name: string; slug: string } | null
  /** The official mark, in words, of what was written in role. */
  mark: string | null
  /** What a reader should know before following the link: "Over", "Closed for good". */
  note: string | null
  /** Who else can read it, where not everybody can. */
  among: string | null
}

interface Row extends Record<string, unknown> {
  id: string
  kind: EntryKind
  item_id: string
  audience: string
  at: string
  title: string
  text: string
  /** Its parts are quoted. */
  cut: boolean
  beginning: string
  slug: string | null
  post_kind: PostKind | null
  state: PostState | null
  over: boolean
  cancelled: boolean
  official_role: Role | null
  official_team: string | null
  team_name: string | null
  team_slug: string | null
  circle: string | null
  /** Of what stands in the network or under one of its posts: the kind of the post. */
  within: PostKind | null
}

/** Around what was found; they stand in no text (see `plain_words`). */
const [OPEN, CLOSE] = ['\u0002', '\u0003']
const WHOLE = `StartSel=${OPEN}, StopSel=${CLOSE}, HighlightAll=true`
const PARTS = `StartSel=${OPEN}, StopSel=${CLOSE}, MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=" … "`
/** A text of so many characters is quoted whole. */
const SHORT = 240

const e = searchEntries

/** In the order of the candidates; what was taken down since they were found is not among them. */
export async function resultsOf(
  db: Db,
  actor: Actor,
  found: readonly Candidate[],
  { text: sought }: Pick<Sought, 'text'>,
  shelf: Shelf = OUTSIDE,
): Promise<Result[]> {
  if (found.length === 0) return []
  const text = sql`case when posts.id is not null then post_text(posts) when comments.id is not null then plain_words(comments.body_html)
    when questions.id is not null then questions.body when places.id is not null then place_text(places) else team_text(named) end`
  const quoted = sql`translate(${text}, chr(2) || chr(3), '')`
  const titled = sql`coalesce(posts.title, questions.title, places.name, named.name)`
  const { rows } = await db.execute<Row>(sql`
    select ${e.id} as id, ${e.kind} as kind, ${e.itemId} as item_id, ${e.audience} as audience, ${e.at} as at,
      coalesce(ts_headline('english', translate(${titled}, chr(2) || chr(3), ''), ${sought}::tsquery, ${WHOLE}), ${conversations.title}) as title,
      ts_headline('english', ${quoted}, ${sought}::tsquery, case when length(${text}) <= ${SHORT}::int then ${WHOLE} else ${PARTS} end) as text,
      length(${text}) > ${SHORT}::int as cut, left(${quoted}, 20) as beginning,
      coalesce(posts.slug, places.slug, named.slug) as slug, posts.kind as post_kind, posts.state as state,
      coalesce(posts.expires_at <= ${now().toISOString()}::timestamptz, false) as over, presences.cancelled_at is not null or places.closed_at is not null as cancelled,
      coalesce(posts.official_role, comments.official_role) as official_role, coalesce(posts.official_team, comments.official_team) as official_team,
      teams.name as team_name, teams.slug as team_slug, circles.name as circle, case when is_network(${e.audience}) then ${e.postKind} end as within
    from ${shelf.from}
      left join posts on ${e.kind} in ('post', 'question') and posts.id = ${e.itemId} and posts.state <> 'withdrawn' and posts.removal_id is null
      left join presences on presences.post_id = posts.id
      left join comments on ${e.kind} in ('comment', 'answer') and comments.id = ${e.itemId} and comments.state = 'published'
      left join questions on ${e.kind} = 'asked' and questions.id = ${e.itemId} and questions.post_id is null and questions.withdrawn_at is null
      left join places on ${e.kind} = 'place' and places.id = ${e.itemId}
      left join teams named on ${e.kind} = 'team' and named.id = ${e.itemId} and named.archived_at is null
      left join ${conversations} on ${conversations.id} = coalesce(comments.conversation_id, questions.conversation_id)
      left join teams on teams.id = ${e.teamId}
      left join circles on circles.id = case when ${e.audience} like 'circle:%' then substr(${e.audience}, 8)::bigint end
    where ${e.id} = any(${sql.param(found.map(({ id }) => id))}::bigint[]) and ${readable(actor, e)}
      and coalesce(posts.id, comments.id, questions.id, places.id, named.id) is not null and (${conversations.id} is null or ${readable(actor, conversations)})`)
  const places = new Map(found.map(({ id }, index) => [id, index]))
  return rows.toSorted((one, other) => (places.get(Number(one.id)) ?? 0) - (places.get(Number(other.id)) ?? 0)).map(resultOf)
}

const resultOf = (row: Row): Result => ({
  kind: row.kind,
  kindName: nameOf(row),
  title: marked(row.title),
  excerpt: marked(row.cut ? withDots(row) : row.text),
  path: pathOf(row),
  at: new Date(row.at),
  team:
    row.team_name !== null && row.team_slug !== null && row.kind !== 'team' && row.within === null
      ? { name: row.team_name, slug: row.team_slug }
      : null,
  mark:
    row.official_role === null || ((row.kind === 'post' || row.kind === 'question') && row.within === null)
      ? null
      : sayMark(row.official_role, row.official_team),
  note: noteOf(row),
  among: isPublic(row.audience) ? null : isPrivate(row.audience) ? 'Private' : (row.circle ?? 'Staff only'),
})

function nameOf({ kind, post_kind: postKind, audience, within }: Row): string {
  if (postKind !== null) return kindOf(postKind).name
  if (kind === 'comment') return isPublic(audience) || within !== null ? 'Comment' : isPrivate(audience) ? 'Message' : 'Staff note'
  return { answer: 'Answer', asked: 'Question', place: 'Place', team: 'Team', post: 'Post', question: 'Question' }[kind]
}

function pathOf({ kind, item_id: id, slug, team_slug: team, within }: Row): string {
  if (kind === 'comment' || kind === 'answer') return `/comments/${id}`
  if (kind === 'asked') return `/questions/${id}`
  if (kind === 'place') return `/places/${slug}`
  return kind === 'team' ? `/teams/${slug}` : postPath(within === null ? (team ?? '') : null, { id: Number(id), slug: slug ?? '' })
}

function noteOf({ kind, state, over, cancelled }: Row): string | null {
  if (cancelled) return kind === 'place' ? 'Closed for good' : 'Cancelled'
  if (state === 'archived' || over) return 'Over'
  return state === 'corrected' ? 'Corrected' : null
}

// oxlint-disable-next-line no-control-regex -- the two marks are control characters so that no text can hold them
const PLACES = /\u0002([^\u0002\u0003]*)\u0003/g
// oxlint-disable-next-line no-control-regex -- the same
const LEFT = /[\u0002\u0003]/g

/** Says where words were left out. */
const withDots = ({ text, beginning }: Row): string =>
  `${text.replace(LEFT, '').startsWith(beginning.trim().slice(0, 10)) ? '' : '… '}${text.trim()} …`

/** Escaped first: what people typed stays text, whatever it looks like. */
const marked = (text: string): SafeHtml => trusted(escapeValue(text).replace(PLACES, '<mark>$1</mark>').replace(LEFT, ''))
