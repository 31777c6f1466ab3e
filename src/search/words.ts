/**
 * The words that public entries hold, learnt from time to time, and forgotten when nothing public holds them any more. They only ever lead to a guess
 * that is checked against what the reader may read (typo.ts): that one of them is out of date does nothing but cost a look.
 */
import { sql } from 'drizzle-orm'
import type { Database } from '../database/database.ts'

/** Entries read at once. */
const PIECE = 2000
/** Rows that are written at once may get their numbers in another order than they are seen, never by so many. */
const ASTRAY = 1000
/** Words looked at in one go. */
const FORGOTTEN = 500

/** Reads what has been added since it last ran, and forgets what is gone. May run as often as one likes. */
export async function learnWords(db: Database): Promise<void> {
  const { rows } = await db.execute<{ last: string }>(sql`select coalesce(max(entry_id), 0) as last from search_words`)
  for (let last: number | null = Math.max(0, Number(rows[0]?.last) - ASTRAY); last !== null;) last = await learnAfter(db, last)
  await forgetWords(db)
}

/** Answers the last entry that was read, or null when there was none. */
async function learnAfter(db: Database, last: number): Promise<number | null> {
  const { rows } = await db.execute<{ last: string | null }>(sql`
    with read as materialized (select id, kind, item_id, audience from search_entries where id > ${last} order by id limit ${PIECE}::int),
    texts as (
      select read.id, case when posts.id is not null then concat_ws(' ', posts.title, post_text(posts)) when comments.id is not null then plain_words(comments.body_html)
        when places.id is not null then concat_ws(' ', places.name, place_text(places)) when teams.id is not null then concat_ws(' ', teams.name, team_text(teams)) end as text
      from read
        left join posts on read.kind in ('post', 'question') and posts.id = read.item_id
        left join comments on read.kind in ('comment', 'answer') and comments.id = read.item_id and comments.state = 'published'
        left join places on read.kind = 'place' and places.id = read.item_id
        left join teams on read.kind = 'team' and teams.id = read.item_id
      where read.audience = 'public'),
    met as (
      select word, max(id) as entry_id from texts, regexp_split_to_table(lower(text), '[^[:alpha:]]+') as word
      where length(word) between 4 and 24 group by word order by word),
    learnt as (
      insert into search_words (word, entry_id) select word, entry_id from met where length(to_tsvector('english', word)) > 0
      on conflict (word) do update set entry_id = greatest(search_words.entry_id, excluded.entry_id))
    select max(id) as last from read`)
  return rows[0]?.last ? Number(rows[0].last) : null
}

/**
 * A word whose last entry is gone may stand in an earlier one: that one is its last from then on, so that those that stay never crowd out those to be
 * forgotten. What is later than the one that is gone has been read already.
 */
const forgetWords = (db: Database): Promise<unknown> =>
  db.execute(sql`
    with lost as materialized (
      select word, entry_id from search_words where not exists (select from search_entries where search_entries.id = search_words.entry_id)
      order by entry_id limit ${FORGOTTEN}::int),
    looked as materialized (
      select word, (select id from search_entries
        where id < lost.entry_id and audience = 'public' and words @@ plainto_tsquery('english', lost.word) limit 1) as earlier from lost),
    kept as (update search_words set entry_id = earlier from looked where looked.word = search_words.word and earlier is not null)
    delete from search_words using looked where looked.word = search_words.word and earlier is null`)
