/**
 * Which public conversations of a team nobody can write in just now, and why. True at the second: a closing that has reached its end counts no more,
 * whether or not anybody has opened the conversation again since.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Database } from '../database/database.ts'
import { percentOf } from '../statistics/percent.ts'
import type { Mode } from './schema.ts'
import type { LegalTrigger } from './mode.ts'

export interface ClosedConversation {
  id: number
  title: string
  path: string
  mode: 'closed' | 'legal-lock'
  reason: string | null
  trigger: LegalTrigger | null
  /** The end of a closing, or the day on which a legal lock is looked at again; null for none. */
  endsAt: Date | null
}

export interface ClosedShare {
  /** All public conversations of the team (or of the force), those that are archived apart. */
  total: number
  closed: number
  /** Whole per cent; null while there is no conversation. */
  percent: number | null
  /** Those that end first come first; at most `CLOSED_LISTED`. */
  list: ClosedConversation[]
}

export const CLOSED_LISTED = 50

interface Row extends Record<string, unknown> {
  counts: Partial<Record<Mode, number>> | null
  over: string
  list:
    | {
        id: number
        title: string
        path: string
        mode: 'closed' | 'legal-lock'
        mode_reason: string | null
        legal_trigger: LegalTrigger | null
        mode_ends_at: string | null
      }[]
    | null
}

/** One round trip: the kept counts, what is over by now, and the list. Of one team, or of the whole force (null). */
export async function closedShare(db: Database, teamId: number | null, now: Date): Promise<ClosedShare> {
  const own = teamId === null ? sql`true` : sql`team_id = ${teamId}`
  const shut = sql`${own} and audience = 'public' and mode in ('closed', 'legal-lock')`
  const [row] = await executeNamed<Row>(
    db,
    teamId === null ? 'closed_share_of_force' : 'closed_share',
    sql`select
      (select json_object_agg(mode, count) from (select mode, sum(count)::int as count from conversation_modes where ${own} group by mode) m) as counts,
      (select count(*) from conversations where ${shut} and mode = 'closed' and mode_ends_at <= ${now}) as over,
      (select json_agg(c) from (
        select id, title, path, mode, mode_reason, legal_trigger, mode_ends_at from conversations
        where ${shut} and (mode = 'legal-lock' or mode_ends_at is null or mode_ends_at > ${now})
        order by mode_ends_at, id limit ${CLOSED_LISTED}) c) as list`,
  )
  const counts = row?.counts ?? {}
  const over = Number(row?.over ?? 0)
  const closed = (counts.closed ?? 0) + (counts['legal-lock'] ?? 0) - over
  const total = (counts.open ?? 0) + (counts.held ?? 0) + (counts.closed ?? 0) + (counts['legal-lock'] ?? 0)
  return { total, closed, percent: percentOf(closed, total), list: (row?.list ?? []).map(conversationOf) }
}

const conversationOf = (row: NonNullable<Row['list']>[number]): ClosedConversation => ({
  id: row.id,
  title: row.title,
  path: row.path,
  mode: row.mode,
  reason: row.mode_reason,
  trigger: row.legal_trigger,
  endsAt: row.mode_ends_at === null ? null : new Date(row.mode_ends_at),
})
