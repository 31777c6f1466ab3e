/** What is kept of a week: ids and counts of what is public and stands, found through what happened in that week and through what waits. */
import { sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { isStale } from '../priorities/priority.ts'
import type { Tally, WeekBody } from './schema.ts'
import type { Week } from './week-time.ts'

/** Looks once at what was said by everybody; the answer looks at one team. */
export async function gatherWeek(db: Db, week: Week): Promise<(teamId: number) => Promise<WeekBody>> {
  const [talked, answered] = [await talkedIn(db, week), await answeredIn(db, week)]
  return async (teamId) => ({ ...(await standingOf(db, teamId, week)), ...answersOf(answered, teamId), talked: talkedOf(talked, teamId) })
}

const MOST = 5
const LISTED = 20

interface Talked extends Record<string, unknown> {
  team_id: string
  id: string
  count: number
}

const during = (column: SQL, { from, until }: Week): SQL =>
  sql`${column} >= ${from.toISOString()}::timestamptz and ${column} < ${until.toISOString()}::timestamptz`

/** What was said is found through what happened in that week, so that it costs the same after ten years. */
async function talkedIn(db: Db, week: Week): Promise<Talked[]> {
  const { rows } = await db.execute<Talked>(sql`
    with said as (select distinct comment_id from activities
      where ${during(sql`at`, week)} and kind in ('comment.published', 'comment.released') and audience = 'public' and comment_id is not null),
    counted as (select v.team_id, v.id, count(*)::int as count, row_number() over (partition by v.team_id order by count(*) desc, v.id desc) as place
      from said join comments c on c.id = said.comment_id join conversations v on v.id = c.conversation_id left join posts p on p.conversation_id = v.id
      where c.state = 'published' and c.official_role is null and v.audience = 'public' and (p.id is null or p.state <> 'withdrawn')
        and not exists (select from suggestion_boxes b where b.conversation_id = v.id)
      group by v.team_id, v.id)
    select team_id, id, count from counted where place <= ${MOST} order by count desc, id desc`)
  return rows
}

const talkedOf = (talked: readonly Talked[], teamId: number): Tally[] =>
  talked.filter((row) => Number(row.team_id) === teamId).map(({ id, count }) => ({ id: Number(id), count }))

interface Answered extends Record<string, unknown> {
  team_id: string
  post_id: string | null
}

async function answeredIn(db: Db, week: Week): Promise<Answered[]> {
  const { rows } = await db.execute<Answered>(sql`
    select q.team_id, p.id as post_id
    from (select distinct (detail ->> 'questionId')::bigint as id from activities where ${during(sql`at`, week)} and kind = 'question.answered') a
      join questions q on q.id = a.id left join posts p on p.id = q.post_id and p.state <> 'withdrawn'
    where q.answered_at is not null order by q.answered_at, q.id`)
  return rows
}

function answersOf(answered: readonly Answered[], teamId: number): Pick<WeekBody, 'answered' | 'answers'> {
  const own = answered.filter((row) => Number(row.team_id) === teamId)
  return { answered: own.length, answers: own.flatMap(({ post_id }) => (post_id === null ? [] : [Number(post_id)])).slice(0, LISTED) }
}

type Standing = Omit<WeekBody, 'talked' | 'answered' | 'answers'>

const stands = sql`p.audience = 'public' and p.state <> 'withdrawn'`
const idsOf = (rows: SQL): SQL => sql`(select coalesce(json_agg(id), '[]') from (${rows} limit ${LISTED}) found)`
const talliesOf = (rows: SQL): SQL =>
  sql`(select coalesce(json_agg(json_build_object('id', id, 'count', count)), '[]') from (${rows} limit ${MOST}) found)`

/** What was done in the week, and what waits at this moment. */
async function standingOf(db: Db, teamId: number, week: Week): Promise<Standing> {
  const { rows } = await db.execute<Standing & Record<string, unknown>>(
    sql`select ${raisedColumns(teamId, week)}, ${doneColumns(teamId, week)}, ${waitingColumns(teamId)}`,
  )
  const [row] = rows
  if (!row) throw new Error('a statement without a table answered nothing')
  return row
}

const isOpen = sql`q.answered_at is null and q.withdrawn_at is null`

const raisedColumns = (teamId: number, week: Week): SQL => sql`
  ${talliesOf(sql`select p.id, v.same_here_count as count from posts p join conversations v on v.id = p.conversation_id
    where p.id in (select q.post_id from questions q where q.team_id = ${teamId} and ${isOpen}
        union select p.id from posts p where p.team_id = ${teamId} and p.kind = 'question' and ${during(sql`p.published_at`, week)})
      and ${stands} and v.same_here_count > 0 order by 2 desc, 1 desc`)} as wondered,
  ${talliesOf(sql`select r.comment_id as id, r.support_count as count from raised_comments r join comments c on c.id = r.comment_id
    where ${waitsIn(teamId)} and r.support_count > 0 order by 2 desc, 1 desc`)} as suggested`

const waitsIn = (teamId: number): SQL =>
  sql`r.gathered_in = (select conversation_id from suggestion_boxes where team_id = ${teamId}) and r.settled_at is null and c.state = 'published'`

const doneColumns = (teamId: number, week: Week): SQL => sql`
  ${idsOf(sql`select a.id from priorities x join posts p on p.id = x.post_id join priority_actions a on a.priority_id = x.id
    where x.team_id = ${teamId} and (x.closed_at is null or x.closed_at >= ${week.from.toISOString()}::timestamptz) and ${stands}
      and a.state = 'done' and ${during(sql`a.done_at`, week)} order by a.done_at, a.id`)} as actions,
  ${idsOf(sql`select p.id from posts p where p.team_id = ${teamId} and p.kind = 'outcome' and ${during(sql`p.published_at`, week)} and ${stands}
    order by p.published_at, p.id`)} as outcomes,
  ${idsOf(sql`select x.id from priorities x join posts p on p.id = x.post_id where x.team_id = ${teamId} and ${during(sql`x.closed_at`, week)} and ${stands}
    order by x.closed_at, x.id`)} as closed,
  ${idsOf(sql`select o.id from occasions o join posts p on p.id = o.post_id
    where o.team_id = ${teamId} and ${during(sql`o.ends_at`, week)} and o.cancelled_at is null and p.kind = 'event' and ${stands} order by o.ends_at, o.id`)} as held`

function waitingColumns(teamId: number): SQL {
  const moment = sql`${now().toISOString()}::timestamptz`
  return sql`
  (select count(*)::int from questions q where q.team_id = ${teamId} and ${isOpen}) as open,
  (select count(*)::int from questions q where q.team_id = ${teamId} and ${isOpen} and q.due_at <= ${moment}) as overdue,
  (select count(*)::int from raised_comments r join comments c on c.id = r.comment_id where ${waitsIn(teamId)}) as suggestions,
  ${idsOf(sql`select x.id from priorities x join posts p on p.id = x.post_id
    where x.team_id = ${teamId} and x.closed_at is null and ${isStale(sql`x.reviewed_at`, now())} and ${stands} order by x.reviewed_at, x.id`)} as stale,
  ${idsOf(sql`select x.id from tasks x join posts p on p.id = x.post_id where x.team_id = ${teamId} and x.closed_at is null and ${stands}
    and exists (select from occasions o where o.post_id = p.id and o.ends_at > ${moment} and o.cancelled_at is null
      and (o.capacity is null or o.taken_count < o.capacity)) order by x.id desc`)} as tasks`
}
