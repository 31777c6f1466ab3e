/**
 * What is new for somebody stands on their home as a row of its own, written with the post or when they begin to follow. A row is there for every post that a follow
 * of theirs explains and that they may read; words are read when it is shown, and so is who may read it.
 */
import { sql, type SQL } from 'drizzle-orm'
import { circleMembers } from '../accounts/schema.ts'
import { circleOf } from '../conversations/audience.ts'
import type { Tx } from '../database/database.ts'
import type { PostRow } from '../posts/stored-post.ts'
import { homeEntries, staffFollows } from './schema.ts'
import { subjectsOf, topicSubject } from './subject.ts'

/**
 * Holds what is written under these subjects and who begins or ends to follow them apart until the transaction ends, so that neither misses the other. Those who publish
 * go `together`; whoever changes a follow goes `alone`.
 */
export const lockSubjects = (tx: Tx, subjects: readonly string[], how: 'together' | 'alone'): Promise<unknown> =>
  tx.execute(sql`
    select ${sql.raw(how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared')}(key)
    from (select hashtextextended('staff-follow ' || subject, 0) key from unnest(${arrayOf(subjects)}) subject order by 1) keys`)

/** On the homes of all who follow author, topics or circle and may read it; who has it already keeps it once. */
export async function fanOut(tx: Tx, post: PostRow): Promise<void> {
  const subjects = subjectsOf(post)
  if (subjects.length === 0) return
  await lockSubjects(tx, subjects, 'together')
  await tx.execute(sql`
    insert into ${homeEntries} (account_id, post_id, at)
    select distinct f.account_id, ${post.id}::bigint, ${post.publishedAt.toISOString()}::timestamptz
    from ${staffFollows} f where f.subject = any(${arrayOf(subjects)}) and ${isIn(sql`f.account_id`, post.audience)}
    on conflict do nothing`)
}

/** Of a circle's post: while they are in it. */
function isIn(accountId: SQL, audience: string): SQL {
  const circleId = circleOf(audience)
  if (circleId === null) return sql`true`
  return sql`exists (select from ${circleMembers} m where m.circle_id = ${circleId} and m.account_id = ${accountId} and m.left_at is null)`
}

/** The topics of a post have changed: it comes to the homes of those who follow one of the new, and goes where only one of the old explained it. */
export async function fanOutAgain(tx: Tx, post: PostRow, tagsBefore: readonly string[]): Promise<void> {
  const gone = tagsBefore.filter((tag) => !post.tags.includes(tag)).map(topicSubject)
  await lockSubjects(tx, [...subjectsOf(post), ...gone], 'together')
  if (gone.length > 0)
    await tx.execute(sql`
      delete from ${homeEntries} e using ${staffFollows} f
      where f.subject = any(${arrayOf(gone)}) and e.account_id = f.account_id and e.post_id = ${post.id}
        and not exists (select from ${staffFollows} o where o.account_id = e.account_id and o.subject = any(${arrayOf(subjectsOf(post))}))`)
  await fanOut(tx, post)
}

/** Of a statement with `posts p`: the account is where the post stands. */
export const isInside = (accountId: SQL): SQL => sql`(p.audience = 'staff' or exists (
  select from ${circleMembers} m where 'circle:' || m.circle_id = p.audience and m.account_id = ${accountId} and m.left_at is null))`

/** Of a statement with `posts p`: something that the account follows explains it. The same subjects as `subjectsOf`. */
export const isExplained = (accountId: SQL): SQL => sql`exists (
  select from ${staffFollows} f where f.account_id = ${accountId} and (
    f.subject = p.audience or (p.official_role is not null and f.subject = 'person:' || p.author_id) or f.subject in (select 'topic:' || tag from unnest(p.tags) tag)))`

// One value whatever their number, so that the statement stays the same.
const arrayOf = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`
