/**
 * What a digest tells somebody: posts that are new on their home, what those who lead have written, and requests for help that nobody has answered and that they may
 * know about. Ids alone: what of it may still be read, and its words, are looked at when the mail leaves.
 */
import { sql, type SQL } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { readableHere } from './readable.ts'

export interface News {
  posts: number[]
  leadership: number[]
  help: number[]
}

export interface Period {
  since: Date
  until: Date
}

const MOST = { posts: 12, leadership: 3, help: 3 }
/** Without an answer for so long, a request is told to others. */
const UNANSWERED_FOR = '3 days'

/** Null when there is nothing to tell. */
export async function newsFor(db: Db, reader: SignedIn, period: Period): Promise<News | null> {
  const leadership = await idsOf(db, leadershipFor(reader, period))
  const posts = (await idsOf(db, postsFor(reader, period))).filter((id) => !leadership.includes(id))
  const told = new Set([...leadership, ...posts])
  const help = (await idsOf(db, helpFor(reader, period))).filter((id) => !told.has(id))
  return told.size + help.length === 0 ? null : { posts, leadership, help }
}

const idsOf = async (db: Db, statement: SQL): Promise<number[]> => (await db.execute<{ id: string }>(statement)).rows.map(({ id }) => Number(id))

const isoOf = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`

/** As `standing` has it for one reader: others wrote it, it may be read, nobody took it down. Read again when the mail leaves. */
const standsFor = (reader: SignedIn): SQL =>
  sql`p.author_id <> ${reader.accountId} and p.state in ('published', 'corrected') and p.audience = any(${sql.param(readableHere(reader))}::text[])`

/** What they have not seen on their home, most talked about first. */
const postsFor = (reader: SignedIn, { since, until }: Period): SQL => sql`
  select p.id from home_entries e join posts p on p.id = e.post_id join conversations c on c.id = p.conversation_id
  where e.account_id = ${reader.accountId} and e.at < ${isoOf(until)} and ${standsFor(reader)}
    and e.at >= greatest(${isoOf(since)}, coalesce((select seen_at from home_marks where account_id = ${reader.accountId}), ${isoOf(since)}))
  order by c.comment_count + c.helpful_count + c.thanks_count + c.same_here_count desc, p.published_at desc, p.id desc limit ${MOST.posts}::int`

// Rooms above this one are named by their tables, as none of them may be imported here.
const leadershipFor = (reader: SignedIn, { since, until }: Period): SQL => sql`
  select p.id from leadership_posts l join posts p on p.id = l.post_id
  where l.published_at >= ${isoOf(since)} and l.published_at < ${isoOf(until)} and ${standsFor(reader)}
    and not exists (select from home_entries e join home_marks m on m.account_id = e.account_id
      where e.account_id = ${reader.accountId} and e.post_id = p.id and e.at <= m.seen_at)
  order by p.published_at desc, p.id desc limit ${MOST.leadership}::int`

/** Each is told once: in the digest after its third day. */
const helpFor = (reader: SignedIn, { since, until }: Period): SQL => sql`
  select p.id from help_requests h join posts p on p.id = h.post_id
  where h.first_reply_at is null and h.best_id is null and ${standsFor(reader)}
    and h.asked_at >= ${isoOf(since)} - interval '${sql.raw(UNANSWERED_FOR)}' and h.asked_at < ${isoOf(until)} - interval '${sql.raw(UNANSWERED_FOR)}'
    and exists (select from staff_profiles s, unnest(s.skills) skill where s.account_id = ${reader.accountId}
      and to_tsvector('english', concat_ws(' ', p.title, p.body, array_to_string(p.tags, ' '))) @@ phraseto_tsquery('english', skill))
  order by h.asked_at, p.id limit ${MOST.help}::int`
