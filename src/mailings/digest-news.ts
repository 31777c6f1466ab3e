/**
 * What is new under what people follow, read once for a whole batch of them: public things only, the newest of each key.
 */
import { sql, type SQL } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { subjectOfKey } from '../following/key.ts'
import { NEWS_KINDS } from './told-news.ts'
import type { ItemRef } from './told.ts'

export interface News {
  key: string
  ref: ItemRef
  conversationId: number
  authorId: number | null
  at: Date
}

interface Span {
  since: Date
  until: Date
}

/** Of one key: what is beyond is only said to be there. */
const MOST = 100

const STANDS = sql`p.audience = 'public' and p.state in ('published', 'corrected') and p.removal_id is null and (p.expires_at is null or p.expires_at > now())`

/** By key, without any order. */
export async function newsOf(tx: Tx, keys: readonly string[], span: Span): Promise<Map<string, News[]>> {
  const ids = (kind: string): number[] =>
    keys.map(subjectOfKey).flatMap((subject) => (subject && 'id' in subject && subject.kind === kind ? [subject.id] : []))
  const tags = keys.flatMap((key) => (key.startsWith('tag:') ? [key.slice('tag:'.length)] : []))
  const found = [
    ...(keys.includes('force') ? await forceNews(tx, span) : []),
    ...(await teamNews(tx, ids('team'), span)),
    ...(await tagNews(tx, tags, span)),
    ...(await talkNews(tx, ids('conversation'), span)),
    ...(await placeNews(tx, ids('place'), span)),
    ...(await meetingNews(tx, keys, span)),
    ...(await occasionNews(tx, keys, span)),
  ]
  return Map.groupBy(found, ({ key }) => key)
}

type Row = Record<'key' | 'ref' | 'conversation' | 'at', string> & { author: string | null }

/** The statement selects key, ref, conversation, author and at. */
async function rowsOf(tx: Tx, statement: SQL): Promise<News[]> {
  const { rows } = await tx.execute<Row>(statement)
  return rows.map(({ key, ref, conversation, author, at }) => ({
    key,
    ref: ref as ItemRef,
    conversationId: Number(conversation),
    authorId: author === null ? null : Number(author),
    at: new Date(at),
  }))
}

const within = (column: SQL, { since, until }: Span): SQL =>
  sql`${column} > ${since.toISOString()}::timestamptz and ${column} <= ${until.toISOString()}::timestamptz`

const forceNews = (tx: Tx, span: Span): Promise<News[]> =>
  rowsOf(
    tx,
    sql`select 'force' as key, 'post:' || p.id as ref, p.conversation_id as conversation, p.author_id as author, p.published_at as at
    from posts p where p.kind <> 'presence' and ${within(sql`p.published_at`, span)} and ${STANDS} order by p.published_at desc limit ${MOST}`,
  )

const teamNews = async (tx: Tx, ids: number[], span: Span): Promise<News[]> =>
  ids.length === 0
    ? []
    : rowsOf(
        tx,
        sql`select 'team:' || wanted.id as key, 'post:' || found.id as ref, found.conversation_id as conversation, found.author_id as author, found.at
    from unnest(${sql.param(ids)}::bigint[]) as wanted(id) cross join lateral (
      select p.id, p.conversation_id, p.author_id, t.listed_at as at from post_teams t join posts p on p.id = t.post_id
      where t.team_id = wanted.id and ${within(sql`t.listed_at`, span)} and ${STANDS} order by t.listed_at desc limit ${MOST}) found`,
      )

const tagNews = async (tx: Tx, tags: string[], span: Span): Promise<News[]> =>
  tags.length === 0
    ? []
    : rowsOf(
        tx,
        sql`select 'tag:' || wanted.tag as key, 'post:' || found.id as ref, found.conversation_id as conversation, found.author_id as author, found.at
    from unnest(${sql.param(tags)}::text[]) as wanted(tag) cross join lateral (
      select p.id, p.conversation_id, p.author_id, t.published_at as at from post_tags t join posts p on p.id = t.post_id
      where t.tag = wanted.tag and ${within(sql`t.published_at`, span)} and ${STANDS} order by t.published_at desc limit ${MOST}) found`,
      )

// Comments have no index by conversation and time, and need none for this alone: what happened has one by time.
const SAID = sql`a.kind in ('comment.published', 'comment.released') and c.state = 'published' and a.audience = 'public'`

/** What was done about a priority; the notes of a meeting. */
const TOLD_OF = sql`a.kind in (${sql.raw(NEWS_KINDS.map((kind) => `'${kind}'`).join(', '))}) and a.audience = 'public'`

/** New comments, what happened to the post besides, and corrections of the post itself. */
const talkNews = async (tx: Tx, ids: number[], span: Span): Promise<News[]> =>
  ids.length === 0
    ? []
    : rowsOf(
        tx,
        sql`select 'conversation:' || conversation as key, ref, conversation, author, at from (
      select found.*, row_number() over (partition by conversation order by at desc) as place from (
        select 'comment:' || c.id as ref, c.conversation_id as conversation, c.author_id as author, a.at
        from activities a join comments c on c.id = a.comment_id
        where ${within(sql`a.at`, span)} and a.conversation_id = any(${sql.param(ids)}::bigint[]) and ${SAID}
        union
        select 'news:' || a.id, a.conversation_id, a.actor_id, a.at
        from activities a where ${within(sql`a.at`, span)} and a.conversation_id = any(${sql.param(ids)}::bigint[]) and ${TOLD_OF}
        union
        select 'post:' || p.id, p.conversation_id, p.author_id, p.corrected_at
        from posts p where p.conversation_id = any(${sql.param(ids)}::bigint[]) and ${within(sql`p.corrected_at`, span)} and ${STANDS}) found) counted
    where place <= ${MOST}`,
      )

/** What changed there, and what is said under it. */
const placeNews = async (tx: Tx, ids: number[], span: Span): Promise<News[]> =>
  ids.length === 0
    ? []
    : rowsOf(
        tx,
        sql`with wanted as (select id, conversation_id, changed_at, closed_at from places where id = any(${sql.param(ids)}::bigint[]))
    select 'place:' || w.id as key, 'place:' || w.id as ref, w.conversation_id as conversation, null as author, coalesce(w.closed_at, w.changed_at) as at
    from wanted w where ${within(sql`coalesce(w.closed_at, w.changed_at)`, span)}
    union all
    select 'place:' || w.id, 'comment:' || c.id, c.conversation_id, c.author_id, a.at
    from wanted w join activities a on a.conversation_id = w.conversation_id join comments c on c.id = a.comment_id
    where ${within(sql`a.at`, span)} and ${SAID}`,
      )

const MET = sql`case when m.sequence = 0 then p.published_at else m.changed_at end`

// Of a series the first alone was announced. By the time, for which there is an index; the clocks of two machines may differ.
const ANNOUNCED = sql`exists (select from activities a where a.kind = 'post.published' and a.post_id = p.id
  and a.at between p.published_at - interval '10 minutes' and p.published_at + interval '10 minutes')`

/**
 * When officers can be met: a meeting stands in no list of posts. Also what was moved or called off, or whoever was told of it before would stand before
 * a closed door.
 */
const meetingNews = (tx: Tx, keys: readonly string[], span: Span): Promise<News[]> =>
  rowsOf(
    tx,
    sql`select under.key, 'post:' || p.id as ref, p.conversation_id as conversation, p.author_id as author, ${MET} as at
    from presences m join posts p on p.id = m.post_id cross join lateral (
      values ('force'), ('team:' || p.team_id), ('place:' || m.place_id), ('conversation:' || p.conversation_id)) as under(key)
    where m.ends_at > now() and ${within(MET, span)} and ${STANDS} and (m.sequence > 0 or ${ANNOUNCED}) and under.key = any(${sql.param([...keys])}::text[])`,
  )

/** Dates of events and tasks that were moved or called off: their posts stand in the lists, and say it there too late for whoever read them before. */
const occasionNews = (tx: Tx, keys: readonly string[], span: Span): Promise<News[]> =>
  rowsOf(
    tx,
    sql`select under.key, 'occasion:' || m.id as ref, p.conversation_id as conversation, null as author, m.changed_at as at
    from occasions m join posts p on p.id = m.post_id cross join lateral (
      values ('force'), ('team:' || p.team_id), ('place:' || m.place_id), ('conversation:' || p.conversation_id)) as under(key)
    where m.ends_at > now() and m.sequence > 0 and ${within(sql`m.changed_at`, span)} and ${STANDS} and under.key = any(${sql.param([...keys])}::text[])`,
  )
