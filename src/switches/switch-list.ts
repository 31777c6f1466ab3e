/**
 * The modes as the press office sees them: what holds, what is planned, what is over.
 */
import { and, asc, desc, eq, gt, isNull, or, isNotNull, lte, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { switches } from './schema.ts'
import type { SwitchRow } from './switch.ts'

export interface ListedSwitch extends SwitchRow {
  /** Names, A to Z; none for the whole force. */
  teams: string[]
  setter: string | null
  ender: string | null
  standing: 'in force' | 'planned' | 'over'
}

const SHOWN = 20

const select = (db: Db, condition: SQL | undefined, order: SQL) =>
  db
    .select({
      row: switches,
      teams: sql<
        string[] | null
      >`(select json_agg(t.name order by t.name collate "en-x-icu") from switch_teams st join teams t on t.id = st.team_id where st.switch_id = ${switches.id})`,
      setter: accounts.displayName,
      ender: sql<string | null>`(select display_name from accounts as ender where ender.id = ${switches.endedBy})`,
    })
    .from(switches)
    .innerJoin(accounts, eq(accounts.id, switches.setBy))
    .where(condition)
    .orderBy(order, desc(switches.id))

type Row = Awaited<ReturnType<typeof select>>[number]

function listed({ row, teams, setter, ender }: Row, moment: Date): ListedSwitch {
  const over = row.endedAt !== null || row.endsAt <= moment
  return { ...row, teams: teams ?? [], setter, ender, standing: over ? 'over' : row.startsAt > moment ? 'planned' : 'in force' }
}

/** In force, planned, and the latest that are over. */
export async function switchList(db: Db): Promise<{ inForce: ListedSwitch[]; planned: ListedSwitch[]; over: ListedSwitch[] }> {
  const moment = now()
  const [ahead, past] = await Promise.all([
    select(db, and(isNull(switches.endedAt), gt(switches.endsAt, moment)), asc(switches.startsAt)),
    select(db, or(isNotNull(switches.endedAt), lte(switches.endsAt, moment)), desc(sql`coalesce(${switches.endedAt}, ${switches.endsAt})`)).limit(
      SHOWN,
    ),
  ])
  const all = ahead.map((row) => listed(row, moment))
  return {
    inForce: all.filter(({ standing }) => standing === 'in force'),
    planned: all.filter(({ standing }) => standing === 'planned'),
    over: past.map((row) => listed(row, moment)),
  }
}

/** Throws `NotFound`. */
export async function switchById(db: Db, id: number): Promise<ListedSwitch> {
  const [found] = await select(db, eq(switches.id, id), asc(switches.id))
  if (!found) throw new NotFound('switch')
  return listed(found, now())
}
