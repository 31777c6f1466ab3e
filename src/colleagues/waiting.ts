/**
 * Which public questions wait, and where hands are missing: for every member of staff, so only of what everybody can read. Of questions that are not published there
 * are numbers alone, as on the pages of the teams. Read by index and from sums that are kept.
 */
import { sql, type SQL } from 'drizzle-orm'
import { absences, roleGrants } from '../accounts/schema.ts'
import { dutyFor, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { isAfter, readKey, sayKey } from '../database/moment-key.ts'
import { conversations } from '../conversations/schema.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { questionPath } from '../questions/asking.ts'
import { sayClock } from '../questions/clock.ts'
import { openQuestions, questions } from '../questions/schema.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'

/** A published question without an answer. */
export interface Waiting {
  id: number
  path: string
  title: string
  team: TeamName
  conversationId: number
  /** "51 hours left", "overdue by 3 hours" */
  left: string
  overdue: boolean
  dueAt: Date
  /** How many people said that they have it too. */
  sameHere: number
}

export interface WaitingList {
  items: Waiting[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

export interface Hands {
  id: number
  slug: string
  name: string
  /** Of all questions, also of those that only the team reads. */
  open: number
  overdue: number
  /** Officers and sergeants of the team who are not away now. */
  here: number
}

/** With more open questions than these for each officer who is not away, a team is short of hands. */
export const MANY_EACH = 5
const PAGE = 20

interface Row extends Record<string, unknown> {
  id: string
  post_id: string
  slug: string
  title: string
  team_id: string
  team_slug: string
  team_name: string
  conversation_id: string
  clock_from: string
  due_at: string
  missed_at: string | null
  same_here: number
}

const isWaiting = sql`q.answered_at is null and q.withdrawn_at is null and q.post_id is not null`

/** Of the force, or of one team: overdue first, then what is due soonest. `cursor` is the `next` of the page before. */
export async function waitingQuestions(db: Db, teamId: number | null, cursor?: string, limit = PAGE): Promise<WaitingList> {
  const at = now()
  const team = teamId === null ? sql`true` : sql`q.team_id = ${teamId}`
  const { rows } = await db.execute<Row>(sql`
    select q.id, p.id as post_id, p.slug, p.title, t.id as team_id, t.slug as team_slug, t.name as team_name, c.id as conversation_id, q.clock_from, q.due_at, q.missed_at,
      c.same_here_count as same_here
    from ${questions} q join ${posts} p on p.id = q.post_id join ${teams} t on t.id = q.team_id join ${conversations} c on c.id = p.conversation_id
    where ${isWaiting} and ${team} and ${isAfter(sql`q.due_at`, sql`q.id`, readKey(cursor)) ?? sql`true`} and p.audience = 'public' and p.state <> 'withdrawn'
    order by q.due_at, q.id limit ${limit + 1}::int`)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => waitingOf(row, at)),
    next: rows.length > limit && last ? sayKey(new Date(last.due_at), Number(last.id)) : null,
  }
}

function waitingOf(row: Row, at: Date): Waiting {
  const dueAt = new Date(row.due_at)
  const clock = { clockFrom: new Date(row.clock_from), dueAt, missedAt: row.missed_at === null ? null : new Date(row.missed_at) }
  return {
    id: Number(row.id),
    path: postPath(row.team_slug, { id: Number(row.post_id), slug: row.slug }),
    title: row.title,
    team: { id: Number(row.team_id), slug: row.team_slug, name: row.team_name },
    conversationId: Number(row.conversation_id),
    left: sayClock({ ...clock, answeredAt: null, reopenedAt: null, withdrawnAt: null }, at),
    overdue: dueAt <= at,
    dueAt,
    sameHere: row.same_here,
  }
}

/** The same list for one reader, with what they can do about each question. */
export type ListToHelp = Omit<WaitingList, 'items'> & { items: (Waiting & { step: { path: string; text: string } })[] }

export const withSteps = (actor: Actor, list: WaitingList): ListToHelp => ({
  ...list,
  items: list.items.map((question) => ({ ...question, step: stepFor(actor, question) })),
})

/** Whoever answers for its team answers it; everybody else suggests an answer in a note. */
const stepFor = (actor: Actor, { id, team, conversationId }: Waiting): { path: string; text: string } =>
  dutyFor(actor, team.id) === null
    ? { path: `/conversations/${conversationId}/notes`, text: 'Suggest an answer' }
    : { path: questionPath(id), text: 'Answer' }

interface HandsRow extends Record<string, unknown> {
  id: string
  slug: string
  name: string
  open: number
  overdue: number
  here: number
}

const handsOf = (condition: SQL, at: Date): SQL => {
  const moment = sql`${at.toISOString()}::timestamptz`
  return sql`
    select t.id, t.slug, t.name, coalesce(o.count, 0) as open, late.count as overdue, people.count as here
    from ${teams} t left join ${openQuestions} o on o.team_id = t.id
      cross join lateral (select count(*)::int as count from ${questions} q
        where q.team_id = t.id and q.due_at <= ${moment} and q.answered_at is null and q.withdrawn_at is null) late
      cross join lateral (select count(distinct g.account_id)::int as count from ${roleGrants} g
        where g.team_id = t.id and g.role in ('officer', 'supervisor') and g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${moment}
          and not exists (select from ${absences} x
            where x.account_id = g.account_id and x.ended_at is null and x.starts_at <= ${moment} and x.ends_at > ${moment})) people
    where t.archived_at is null and ${condition}`
}

const asHands = ({ id, ...row }: HandsRow): Hands => ({ ...row, id: Number(id) })

/** Every team for which questions wait, by name. */
export async function waitingByTeam(db: Db): Promise<Hands[]> {
  const { rows } = await db.execute<HandsRow>(sql`${handsOf(sql`o.count > 0`, now())} order by t.name collate "en-x-icu"`)
  return rows.map(asHands)
}

/** Of one team, also when it is archived. */
export async function handsOfTeam(db: Db, { id, slug, name }: TeamName): Promise<Hands> {
  const { rows } = await db.execute<HandsRow>(handsOf(sql`t.id = ${id}`, now()))
  return rows[0] ? asHands(rows[0]) : { id, slug, name, open: 0, overdue: 0, here: 0 }
}

/** Something is overdue, or there is much for few. */
export const isShort = ({ open, overdue, here }: Hands): boolean => overdue > 0 || open > MANY_EACH * here

/** The most overdue first, then the most open questions for each who is here. */
export const worstFirst = (teams: readonly Hands[]): Hands[] => teams.toSorted((a, b) => b.overdue - a.overdue || load(b) - load(a))

const load = ({ open, here }: Hands): number => open / Math.max(here, 0.5)
