/**
 * Which modes hold now, and where. Pages read it from memory, which is never older than five seconds; what is written asks the database itself,
 * in its own transaction (`isInForce`). A beginning and an end are true at the second either way.
 */
import { and, asc, gt, isNull, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { prepared, type Database } from '../database/database.ts'
import { switches, type SwitchKind } from './schema.ts'

export interface Switch {
  id: number
  kind: SwitchKind
  banner: string
  bannerLink: string | null
  wholeForce: boolean
  teams: readonly { id: number; slug: string }[]
  startsAt: Date
  endsAt: Date
}

const KEPT_FOR = 5000

// The gravest first: a major incident before an election, and of two the one that began first.
const aheadQuery = prepared((db) =>
  db
    .select({
      id: switches.id,
      kind: switches.kind,
      banner: switches.banner,
      bannerLink: switches.bannerLink,
      wholeForce: switches.wholeForce,
      teams: sql<
        Switch['teams'] | null
      >`(select json_agg(json_build_object('id', t.id, 'slug', t.slug)) from switch_teams st join teams t on t.id = st.team_id where st.switch_id = switches.id)`,
      startsAt: switches.startsAt,
      endsAt: switches.endsAt,
    })
    .from(switches)
    .where(and(isNull(switches.endedAt), gt(switches.endsAt, sql.placeholder('moment'))))
    .orderBy(sql`${switches.kind} = 'pre-election'`, asc(switches.startsAt), asc(switches.id))
    .prepare('switches_ahead'),
)

interface Kept {
  at: number
  /** In force and planned. */
  ahead: Promise<readonly Switch[]>
  known: readonly Switch[]
}

const kept = new WeakMap<Database, Kept>()

/** Those in force now, the gravest first. With the database away it answers what was known last. */
export async function switchesInForce(db: Database): Promise<readonly Switch[]> {
  const moment = now()
  const ahead = await freshOf(db, moment).ahead
  return ahead.filter((one) => holdsAt(one, moment))
}

/** The same without a question to the database: what `switchesInForce` found last. */
export function switchesKnown(db: Database): readonly Switch[] {
  const moment = now()
  return (kept.get(db)?.known ?? []).filter((one) => holdsAt(one, moment))
}

/** What this process knows is no longer true: it changed it itself. */
export const forgetSwitches = (db: Database): boolean => kept.delete(db)

const holdsAt = ({ startsAt, endsAt }: Switch, moment: Date): boolean => startsAt <= moment && moment < endsAt

function freshOf(db: Database, moment: Date): Kept {
  const last = kept.get(db)
  if (last && Math.abs(moment.getTime() - last.at) < KEPT_FOR) return last
  const known = last?.known ?? []
  // Everybody who asks meanwhile waits for this one answer.
  const fresh: Kept = { at: moment.getTime(), known, ahead: readAhead(db, moment).catch(() => known) }
  kept.set(db, fresh)
  void fresh.ahead.then((ahead) => (fresh.known = ahead))
  return fresh
}

const readAhead = async (db: Database, moment: Date): Promise<readonly Switch[]> =>
  (await aheadQuery(db).execute({ moment })).map((row) => ({ ...row, teams: row.teams ?? [] }))

/** Does it hold for this team? Null is a thing of no team, which only the whole force covers. */
export const covers = (one: Switch, teamId: number | null): boolean => one.wholeForce || one.teams.some(({ id }) => id === teamId)

/** The major incident under which everything that residents say in a team's conversations is looked at first; null when there is none. From memory, for pages. */
export const incidentFor = async (db: Database, teamId: number | null): Promise<Switch | null> =>
  (await switchesInForce(db)).find((one) => one.kind === 'major-incident' && covers(one, teamId)) ?? null

/**
 * Rows of `switches`, called `s`, of this kind that hold at that moment: a condition for statements that write. `team` is a condition on `st.team_id`.
 */
export const isInForce = (kind: SwitchKind, moment: unknown, team: SQL): SQL => sql`(s.kind = ${sql.raw(`'${kind}'`)} and s.ended_at is null
  and s.starts_at <= ${moment}::timestamptz and s.ends_at > ${moment}::timestamptz
  and (s.whole_force or exists (select 1 from switch_teams st where st.switch_id = s.id and ${team})))`

/** True while a major incident holds for the team in that column (`c.team_id`). For the statement that places a comment, and the one that locks it. */
export const incidentIn = (teamId: SQL, moment: unknown): SQL<boolean> =>
  sql<boolean>`exists (select 1 from switches s where ${isInForce('major-incident', moment, sql`st.team_id = ${teamId}`)})`
