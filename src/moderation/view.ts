/**
 * The views of the one queue. Each is a range of an index, the urgent ones before the others, so that a page and a number cost the same however much waits.
 * A supervisor's views go team by team through the index of teams.
 */
import { sql, type SQL } from 'drizzle-orm'
import { idOf, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { onDesk } from './case.ts'
import { deskOf } from './policy.ts'
import { cases } from './schema.ts'

export const VIEWS = ['all', 'mine', 'unassigned', 'urgent', 'overdue', 'escalated', 'appeals'] as const
export type View = (typeof VIEWS)[number]

/** What a case can be about. */
export const ITEM_KINDS = ['comment', 'post', 'draft', 'request', 'notice', 'proposal'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

export interface Chosen {
  view: View
  teamId: number | null
  kind: ItemKind | null
}
export const EVERYTHING: Chosen = { view: 'all', teamId: null, kind: null }

/** A place in the queue. Deadlines are whole milliseconds: all are made here, none by the database. */
export interface QueueKey {
  urgent: boolean
  dueAt: Date
  id: number
}

/** Counting stops here: "99+" says enough. */
export const COUNTED = 100

/** A supervisor's desk shows what they may act on: appeals and escalated cases are for the press office. */
export const viewsOf = (actor: Actor): readonly View[] => (deskOf(actor) === 'all' ? VIEWS : ['all', 'mine', 'unassigned', 'urgent', 'overdue'])

// Conditions are written as those of the indexes are, so that Postgres sees that they fit.
function inView(actor: Actor, view: View): SQL {
  switch (view) {
    case 'all':
      return sql`cases.waits`
    case 'mine':
      return sql`cases.waits and cases.assignee_id = ${idOf(actor) ?? 0}`
    case 'unassigned':
      return sql`cases.waits and cases.assignee_id is null`
    case 'urgent':
      return sql`cases.waits and cases.urgent`
    case 'overdue':
      return sql`cases.waits and cases.due_at < ${now().toISOString()}::timestamptz`
    case 'escalated':
      return sql`cases.state = 'escalated'`
    case 'appeals':
      return sql`cases.state = 'appealed'`
  }
}

const ABOUT: Record<ItemKind, SQL> = {
  comment: sql`cases.comment_id is not null`,
  post: sql`cases.comment_id is null and cases.post_id is not null`,
  draft: sql`cases.comment_id is null and cases.draft_id is not null`,
  request: sql`cases.comment_id is null and cases.request_id is not null`,
  notice: sql`cases.comment_id is null and cases.notice_id is not null`,
  proposal: sql`cases.comment_id is null and cases.proposal_id is not null`,
}

/** These have an index of their own, which is the shorter way also for one team. */
const SHORT: readonly View[] = ['mine', 'escalated', 'appeals']

/** The teams to go through one by one; null where one range holds the whole view. */
function teamsOf(actor: Actor, { view, teamId }: Chosen): number[] | null {
  const desk = deskOf(actor)
  if (SHORT.includes(view)) return null
  if (desk === 'all') return teamId === null ? null : [teamId]
  return teamId === null ? desk : desk.filter((id) => id === teamId)
}

function conditionOf(actor: Actor, chosen: Chosen): SQL {
  const kind = chosen.kind === null ? sql`true` : ABOUT[chosen.kind]
  const undecided = deskOf(actor) === 'all' ? sql`true` : sql`cases.decided_at is null`
  const team = chosen.teamId === null ? sql`true` : sql`cases.team_id = ${chosen.teamId}`
  return sql`${inView(actor, chosen.view)} and ${kind} and ${undecided} and ${team} and ${onDesk(actor)}`
}

/** The stretches of a view, in its order. What is overdue goes by its deadline alone: the longest late comes first. */
const stretchesOf = ({ view }: Chosen): (boolean | null)[] => (view === 'overdue' ? [null] : view === 'urgent' ? [true] : [true, false])

/** One stretch of a view: its first `limit` cases after a place, in the order of their deadlines. */
function stretch(actor: Actor, chosen: Chosen, urgent: boolean | null, after: QueueKey | null, limit: number): SQL {
  const from = after ? sql`(cases.due_at, cases.id) > (${after.dueAt.toISOString()}::timestamptz, ${after.id}::bigint)` : sql`true`
  const within = sql`${conditionOf(actor, chosen)} and ${from}`
  const columns = sql`cases.id, cases.urgent, cases.due_at`
  const order = sql`order by due_at, id limit ${limit}`
  const teams = teamsOf(actor, chosen)
  if (teams === null) {
    const range = urgent === null ? sql`true` : sql`cases.urgent = ${urgent}`
    return sql`select ${columns} from ${cases} where ${range} and ${within} ${order}`
  }
  const urgencies = urgent === null ? [true, false] : [urgent]
  return sql`select found.* from unnest(${`{${teams.join(',')}}`}::bigint[]) as own(team_id) cross join unnest(${`{${urgencies.join(',')}}`}::boolean[]) as stretch(urgent)
    cross join lateral (select ${columns} from ${cases} where cases.team_id = own.team_id and cases.urgent = stretch.urgent and ${within} ${order}) found ${order}`
}

interface KeyRow extends Record<string, unknown> {
  id: string
  urgent: boolean
  due_at: string
}

/** The places of the cases in a view after a place, in its order; at most `limit`. */
export async function keysAfter(db: Db, actor: Actor, chosen: Chosen, after: QueueKey | null, limit: number): Promise<QueueKey[]> {
  const found: QueueKey[] = []
  for (const urgent of stretchesOf(chosen)) {
    // Whoever is among the others already has the urgent ones behind them.
    if (urgent === true && after?.urgent === false) continue
    if (found.length === limit) break
    const from = urgent === null || after?.urgent === urgent ? after : null
    const { rows } = await db.execute<KeyRow>(stretch(actor, chosen, urgent, from, limit - found.length))
    found.push(...rows.map((row) => ({ id: Number(row.id), urgent: row.urgent, dueAt: new Date(row.due_at) })))
  }
  return found
}

/** How many wait in each view that this actor has, with the same choice of team and kind; no more than `COUNTED`, which stands for "or more". */
export async function countViews(db: Db, actor: Actor, chosen: Chosen): Promise<Map<View, number>> {
  const views = viewsOf(actor)
  const counts = views.map((view) => {
    const its = { ...chosen, view }
    const stretches = stretchesOf(its).map((urgent) => sql`select * from (${stretch(actor, its, urgent, null, COUNTED)}) as stretch`)
    return sql`(select count(*) from (${sql.join(stretches, sql` union all `)} limit ${COUNTED}) as waiting)::int as ${sql.identifier(view)}`
  })
  const { rows } = await db.execute<Record<string, number>>(sql`select ${sql.join(counts, sql`, `)}`)
  return new Map(views.map((view) => [view, rows[0]?.[view] ?? 0]))
}
