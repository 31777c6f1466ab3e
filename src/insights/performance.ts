/**
 * How teams do, in public: what is counted of the last twelve months and this one, and how things stand now. Sums are kept, or counted from their own months by
 * an index, so that none costs more after ten years. Numbers of people are told of five or more.
 */
import { sql, type SQL } from 'drizzle-orm'
import { executeNamed, type Database } from '../database/database.ts'
import { monthsBetween, PUBLIC_ACTS, type PublicAct } from '../moderation/log-filter.ts'
import { isStale } from '../priorities/priority.ts'
import { figureColumns, figuresFrom, firstMonth, type FigureRow, type Figures } from '../questions/figures.ts'
import { ratingSums, satisfactionOf, type Satisfaction } from '../questions/rating.ts'
import type { Rating } from '../questions/schema.ts'
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import type { TeamName } from '../teams/team.ts'
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'

/** What is counted by month. */
export const COUNTED = ['held', 'noted', 'presences', 'outcomes', 'closed', 'help'] as const
export type Counted = (typeof COUNTED)[number]
export type Counts = Record<Counted, number>

export interface Month extends Counts {
  /** "2031-05" */
  month: string
  /** Questions of the month that still wait, although their time has run out. */
  overdue: number
}

export interface Performance {
  questions: Figures
  satisfaction: Satisfaction
  /** Open now, and of how many somebody said within three months how they stand. */
  priorities: { open: number; fresh: number }
  /** Of the whole time. */
  counts: Counts
  /** People who helped, where they are at least `SMALLEST_GROUP`, or nobody; null for fewer. Of the force: those of the teams of which it is told. */
  helpers: number | null
  /** What moderators did, in the order of the house; only what was done. */
  moderation: { act: PublicAct; count: number }[]
  /** Oldest first, all of them. */
  months: Month[]
}

/** What the table of the force says of a team. */
export interface TeamLine extends Pick<Performance, 'satisfaction' | 'priorities' | 'counts' | 'helpers'> {
  team: TeamName
  /** Of the questions whose time has ended. */
  inTime: number
  ended: number
}

interface CountRow {
  month: string
  what: Counted | 'helpers' | 'overdue'
  count: number
}

interface Counting extends Record<string, unknown> {
  ratings: Record<Rating, number>
  priorities: Performance['priorities']
  counted: CountRow[] | null
}

interface TeamRow extends Counting, FigureRow {
  acts: Partial<Record<string, number>> | null
}

interface LineRow extends Counting {
  id: string
  slug: string
  name: string
  gone: boolean
  in_time: number
  late: number
  overdue: number
}

interface ForceRow extends FigureRow {
  acts: TeamRow['acts']
}

/** One round trip. */
export async function performanceOf(db: Database, teamId: number, moment: Date): Promise<Performance> {
  const team = sql`${teamId}::bigint`
  const [row] = await executeNamed<TeamRow>(
    db,
    'team_performance',
    sql`select ${figureColumns(teamId, moment)}, ${countingColumns(team, moment)}, ${actsOf(team, moment)} as acts`,
  )
  if (!row) throw new Error('a statement without a table answered nothing')
  return { questions: figuresFrom(row), ...countedOf(row), moderation: moderationOf(row.acts), months: monthsOf(row.counted ?? [], moment) }
}

/** The force, and each of its teams that stands, by name. Teams that are gone count in the force. Two round trips at once. */
export async function forcePerformance(db: Database, moment: Date): Promise<{ all: Performance; teams: TeamLine[] }> {
  const everywhere = sql`select ${figureColumns(null, moment)}, ${actsOf(sql`-1`, moment)} as acts`
  const [[force], lines] = await Promise.all([
    executeNamed<ForceRow>(db, 'force_performance', everywhere),
    executeNamed<LineRow>(db, 'performance_of_teams', everyTeam(moment)),
  ])
  if (!force) throw new Error('a statement without a table answered nothing')
  const teams = lines.filter(({ gone }) => !gone).map(lineOf)
  const all = { ...sumOf(lines), questions: figuresFrom(force), moderation: moderationOf(force.acts) }
  return {
    all: {
      ...all,
      months: monthsOf(
        lines.flatMap(({ counted }) => counted ?? []),
        moment,
      ),
    },
    teams,
  }
}

const everyTeam = (moment: Date): SQL => sql`
  select t.id, t.slug, t.name, t.archived_at is not null as gone,
    coalesce(f.in_time, 0) as in_time, coalesce(f.late, 0) as late,
    (select count(*)::int from questions where team_id = t.id and due_at <= ${moment.toISOString()}::timestamptz and answered_at is null and withdrawn_at is null) as overdue,
    ${countingColumns(sql`t.id`, moment)}
  from teams t left join lateral (
    select sum(in_time)::int as in_time, sum(late)::int as late from question_figures where team_id = t.id and month >= ${firstMonth(moment)}) f on true
  order by t.name collate "en-x-icu"`

/** The beginning of the first month. */
function beginning(moment: Date): Date {
  const first = ukMoment(`${firstMonth(moment)}-01`, '00:00')
  if (!first) throw new Error('a month began at no time')
  return first
}

/** What is gone is not counted; what is archived happened. */
const stands = sql`p.audience = 'public' and p.state <> 'withdrawn'`
const monthOf = (column: SQL): SQL => sql`to_char(${column} at time zone 'Europe/London', 'YYYY-MM')`

function countingColumns(team: SQL, moment: Date): SQL {
  const now = sql`${moment.toISOString()}::timestamptz`
  const since = sql`${beginning(moment).toISOString()}::timestamptz`
  return sql`${ratingSums(team, beginning(moment))} as ratings,
    (select json_build_object('open', count(*), 'fresh', count(*) filter (where not ${isStale(sql`x.reviewed_at`, moment)}))
      from priorities x join posts p on p.id = x.post_id where x.team_id = ${team} and x.closed_at is null and ${stands}) as priorities,
    (select json_agg(c) from (
      select ${monthOf(sql`o.ends_at`)} as month, v.what, sum(v.n)::int as count
        from occasions o join posts p on p.id = o.post_id
        cross join lateral (values
          (case p.kind when 'event' then 'held' else 'help' end, 1),
          (case p.kind when 'event' then 'noted' else 'helpers' end,
            case p.kind when 'event' then (exists (select from event_notes n where n.occasion_id = o.id)
              or exists (select from hour_answers h join events e on e.id = h.event_id where e.post_id = p.id and h.answer_id is not null))::int else o.taken_count end)) v(what, n)
        where o.team_id = ${team} and o.ends_at >= ${since} and o.ends_at <= ${now} and o.cancelled_at is null and ${stands} group by 1, 2
      union all select ${monthOf(sql`x.ends_at`)}, 'presences', count(*)::int from presences x join posts p on p.id = x.post_id
        where x.team_id = ${team} and x.ends_at >= ${since} and x.ends_at <= ${now} and x.cancelled_at is null and ${stands} group by 1
      union all select ${monthOf(sql`p.published_at`)}, 'outcomes', count(*)::int from posts p
        where p.team_id = ${team} and p.kind = 'outcome' and p.published_at >= ${since} and ${stands} group by 1
      union all select ${monthOf(sql`x.closed_at`)}, 'closed', count(*)::int from priorities x join posts p on p.id = x.post_id
        where x.team_id = ${team} and x.closed_at >= ${since} and ${stands} group by 1
      union all select ${monthOf(sql`q.clock_from`)}, 'overdue', count(*)::int from questions q
        where q.team_id = ${team} and q.due_at <= ${now} and q.answered_at is null and q.withdrawn_at is null group by 1) c) as counted`
}

const actsOf = (team: SQL, moment: Date): SQL => sql`(select json_object_agg(act, count) from (
  select act, sum(count)::int as count from log_totals
  where month in (${sql.join(
    monthsOfTime(moment).map((month) => sql`${month}`),
    sql`, `,
  )}) and team_id = ${team} group by act) a)`

const monthsOfTime = (moment: Date): string[] => monthsBetween(firstMonth(moment), dayKey(moment).slice(0, 7)).toReversed()

const moderationOf = (acts: TeamRow['acts']): Performance['moderation'] =>
  PUBLIC_ACTS.flatMap((act) => {
    const count = acts?.[act] ?? 0
    return count === 0 ? [] : [{ act, count }]
  })

const totalOf = (rows: readonly CountRow[], what: CountRow['what']): number => rows.reduce((sum, row) => sum + (row.what === what ? row.count : 0), 0)

const countsOf = (rows: readonly CountRow[]): Counts => Object.fromEntries(COUNTED.map((what) => [what, totalOf(rows, what)])) as Counts

const tellable = (people: number): number | null => (people > 0 && people < SMALLEST_GROUP ? null : people)

const countedOf = ({ ratings, priorities, counted }: Counting) => ({
  satisfaction: satisfactionOf(ratings),
  priorities,
  counts: countsOf(counted ?? []),
  helpers: tellable(totalOf(counted ?? [], 'helpers')),
})

const monthsOf = (rows: readonly CountRow[], moment: Date): Month[] =>
  monthsOfTime(moment).map((month) => {
    const own = rows.filter((row) => row.month === month)
    return { month, ...countsOf(own), overdue: totalOf(own, 'overdue') }
  })

const lineOf = (row: LineRow): TeamLine => ({
  team: { id: Number(row.id), slug: row.slug, name: row.name },
  ...countedOf(row),
  inTime: row.in_time,
  ended: row.in_time + row.late + row.overdue,
})

/** Numbers of people are added up of those teams of which they are told: what is kept back of a team cannot be found from the sum. */
function sumOf(rows: readonly LineRow[]): Omit<Performance, 'questions' | 'moderation' | 'months'> {
  const told = rows.map(countedOf)
  const sum = (of: (one: (typeof told)[number]) => number): number => told.reduce((all, one) => all + of(one), 0)
  const rated = (rating: Rating): number => sum(({ satisfaction }) => satisfaction?.[rating] ?? 0)
  return {
    satisfaction: satisfactionOf({ helped: rated('helped'), partly: rated('partly'), not: rated('not') }),
    priorities: { open: sum(({ priorities }) => priorities.open), fresh: sum(({ priorities }) => priorities.fresh) },
    counts: countsOf(rows.flatMap(({ counted }) => counted ?? [])),
    helpers: sum(({ helpers }) => helpers ?? 0),
  }
}
