/**
 * How a resident would spread ten hours of patrol over what a team works on: one answer for each account, team and quarter, to be changed or taken back until
 * the quarter ends. What readers see of it is counted by `counting.ts`.
 */
import { and, eq, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { privateTo } from '../conversations/audience.ts'
import { executeNamed, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import type { Team } from '../teams/team.ts'
import { count } from '../text/dates.ts'
import { openIds } from './choice.ts'
import { countAnswers, lockAnswer } from './counting.ts'
import { periodOf } from './period.ts'
import { unsharedBecause } from './policy.ts'
import { effortShares, effortVotes } from './schema.ts'

export const HOURS = 10

export interface Own {
  /** By the id of the priority. */
  hours: Record<string, number>
  area: string | null
  changedAt: Date
  /** The place in which it is counted for the rest of the quarter, '' for elsewhere; null while it waits to be counted. */
  countedIn: string | null
}

export interface Share {
  /** Whole hours by the id of the priority; 0 is the same as none. */
  hours: Readonly<Record<string, number>>
  /** One of the places of the team; null for not said. */
  area: string | null
}

type OfTeam = Pick<Team, 'id' | 'localities' | 'archivedAt'>

/**
 * Shares out ten hours, or changes how; the same once more changes nothing. Throws `Forbidden` for staff and silenced accounts, and `Refused` by field
 * (`hours`, `area`).
 */
export async function shareEffort(db: Database, actor: SignedIn, team: OfTeam, share: Share): Promise<void> {
  requireMay(actor, team)
  const period = periodOf(now())
  await db.transaction(async (tx) => {
    await lockAnswer(tx, team.id, period, actor.accountId)
    const before = await voteOf(tx, actor, team.id, period)
    const hours = await requireHours(tx, team, share.hours, before?.withdrawnAt ? {} : (before?.hours ?? {}))
    if (share.area !== null && !team.localities.includes(share.area))
      throw new Refused('There is a problem with what you sent', { area: 'Choose a place from the list' })
    // Where it was counted once, it stays: see counting.ts.
    const area = before && before.countedIn !== null ? before.area : share.area
    if (before && !before.withdrawnAt && before.area === area && isSame(before.hours, hours)) return
    await storeVote(tx, actor, team.id, period, { hours, area })
    await record(tx, actor, team.id, { period, act: before ? 'changed' : 'shared' })
  })
  // Apart from it: an answer is kept whatever comes of the counting, and the next one counts it too.
  await countAnswers(db, team.id, period)
}

/** Takes the answer of this quarter back; without one nothing happens. Figures that readers have keep it until they are made anew. */
export async function withdrawEffort(db: Database, actor: SignedIn, team: Pick<Team, 'id'>): Promise<void> {
  const period = periodOf(now())
  await db.transaction(async (tx) => {
    await lockAnswer(tx, team.id, period, actor.accountId)
    const before = await voteOf(tx, actor, team.id, period)
    if (!before || before.withdrawnAt) return
    if (before.countedIn === null) await tx.delete(effortVotes).where(eq(effortVotes.id, before.id))
    else {
      await tx.delete(effortShares).where(eq(effortShares.voteId, before.id))
      await tx.update(effortVotes).set({ withdrawnAt: now(), changedAt: now() }).where(eq(effortVotes.id, before.id))
    }
    await record(tx, actor, team.id, { period, act: 'withdrawn' })
  })
}

/** The actor's own answer of this quarter; null without one. */
export async function ownShare(db: Db, actor: SignedIn, teamId: number): Promise<Own | null> {
  const vote = await voteOf(db, actor, teamId, periodOf(now()))
  return vote && !vote.withdrawnAt ? vote : null
}

function requireMay(actor: SignedIn, team: OfTeam): void {
  const because = unsharedBecause(actor) ?? (team.archivedAt ? 'This team is archived, so there is nothing to share out.' : null)
  if (because) throw new Forbidden(because)
}

interface Vote extends Own {
  id: number
  withdrawnAt: Date | null
}

async function voteOf(db: Db, actor: SignedIn, teamId: number, period: string): Promise<Vote | null> {
  const [vote] = await db
    .select({
      id: effortVotes.id,
      area: effortVotes.area,
      changedAt: effortVotes.changedAt,
      withdrawnAt: effortVotes.withdrawnAt,
      countedIn: effortVotes.countedIn,
      hours: sql<
        Record<string, number>
      >`coalesce((select json_object_agg(priority_id, hours) from ${effortShares} where vote_id = ${effortVotes.id}), '{}')`,
    })
    .from(effortVotes)
    .where(and(eq(effortVotes.teamId, teamId), eq(effortVotes.period, period), eq(effortVotes.accountId, actor.accountId)))
  return vote ?? null
}

/** The hours that are given to something. Throws `Refused` where they are not ten, or go to something that nobody can give any. */
async function requireHours(tx: Tx, team: OfTeam, sent: Share['hours'], before: Share['hours']): Promise<Record<string, number>> {
  const given = Object.entries(sent).filter(([, hours]) => hours !== 0)
  const open = await openIds(tx, team.id)
  const wrong = given.find(([, hours]) => !Number.isInteger(hours) || hours < 0 || hours > HOURS)
  if (wrong) throw refusedHours(`Give whole hours, from 0 to ${HOURS}`)
  // What was closed since keeps its hours; nobody gives it more.
  const late = given.find(([id, hours]) => !open.has(Number(id)) && hours > (before[id] ?? 0))
  if (late) throw refusedHours('A priority was closed while you looked. Share its hours out over the others')
  const sum = given.reduce((all, [, hours]) => all + hours, 0)
  if (sum !== HOURS) throw refusedHours(`Share out exactly ${HOURS} hours. You have shared out ${count(sum, 'hour')}`)
  return Object.fromEntries(given)
}

const refusedHours = (message: string): Refused => new Refused('There is a problem with what you sent', { hours: message })

const isSame = (one: Share['hours'], other: Share['hours']): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([id, hours]) => other[id] === hours)

async function storeVote(tx: Tx, actor: SignedIn, teamId: number, period: string, { hours, area }: Share): Promise<void> {
  const given = JSON.stringify(Object.entries(hours).map(([id, hour]) => ({ id: Number(id), hour })))
  const at = sql`${now().toISOString()}::timestamptz`
  await executeNamed(
    tx,
    'store_effort',
    sql`
    with vote as (
      insert into ${effortVotes} (team_id, period, account_id, area, changed_at) values (${teamId}, ${period}, ${actor.accountId}, ${area}, ${at})
      on conflict (team_id, period, account_id) do update
        set area = excluded.area, changed_at = excluded.changed_at, version = ${effortVotes}.version + 1, withdrawn_at = null
      returning id),
    given as (select * from jsonb_to_recordset(${given}::jsonb) as row (id bigint, hour integer)),
    gone as (delete from ${effortShares} where vote_id in (select id from vote) and priority_id not in (select id from given))
    insert into ${effortShares} (vote_id, priority_id, hours) select vote.id, given.id, given.hour from vote, given
    on conflict (vote_id, priority_id) do update set hours = excluded.hours`,
  )
}

/** For the actor alone: that somebody answered, and when, would tell others whose answer came in with the next figures. */
const record = (tx: Tx, actor: SignedIn, teamId: number, detail: { period: string; act: string }): Promise<unknown> =>
  recordActivity(tx, { kind: 'effort.shared', audience: privateTo(actor.accountId), actorId: actor.accountId, teamId, detail })
