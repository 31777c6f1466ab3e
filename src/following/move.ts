/**
 * When boundaries change, or a team goes, its followers go with the ground: to the team that looks after their postcode now, else to the team's successor.
 * In small transactions; whoever was moved is not found again, so a job that is run twice moves nobody twice.
 */
import { and, asc, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import type { Follow } from './follow.ts'
import { settleDigests } from './follower.ts'
import { teamsAtPostcode } from './ground.ts'
import { keyOf, subjectOfKey } from './key.ts'
import type { Follower } from './link.ts'
import { moveMail, type Cause } from './move-mail.ts'
import { followCounts, followers, follows } from './schema.ts'

/** Few enough that nobody waits for their lock who changes a setting meanwhile. */
const BATCH = 50
/** Successors that were archived in their turn; a ring of them would have no end. */
const MOST_STEPS = 20
/** Around an area, in degrees: a postcode beside its line may still be found in it. */
const MARGIN = 0.001

interface Move {
  follow: Follow
  to: TeamName
}

/** After `team.archived`: all its followers, or without a successor those whose postcode says where to. Nobody when it has come back meanwhile. */
export async function moveToSuccessor(db: Database, config: Config, { id, teamId }: Activity): Promise<void> {
  const team = await teamWith(db, teamId ?? 0)
  if (!team || team.archivedAt === null) return
  const successor = await livingSuccessor(db, team.successorId)
  const of = eq(follows.key, keyOf({ kind: 'team', id: team.id }))
  await inBatches(db, of, config, { activityId: id, why: 'archived' }, async (follow) => (await teamAt(db, follow)) ?? successor)
}

/** After `areas.changed`: those followers of a team whose postcode lies with another one now, and those of others whose postcode lies with this one. */
export async function moveByPostcode(db: Database, config: Config, { id, teamId }: Activity): Promise<void> {
  if (!teamId) return
  const own = eq(follows.key, keyOf({ kind: 'team', id: teamId }))
  const gained = sql`exists (select 1 from postcodes p, team_areas t join area_parts a on a.area_id = t.area_id
    where p.key = ${follows.postcode} collate "C" and t.team_id = ${teamId} and p.lng between a.west - ${MARGIN} and a.east + ${MARGIN}
      and p.lat between a.south - ${MARGIN} and a.north + ${MARGIN})`
  const of = sql`${isNotNull(follows.postcode)} and (${own} or ${gained})`
  await inBatches(db, of, config, { activityId: id, why: 'boundary' }, (follow) => teamAt(db, follow))
}

type Stored = Pick<typeof teams.$inferSelect, 'id' | 'slug' | 'name' | 'archivedAt' | 'successorId'>

async function teamWith(db: Database, id: number): Promise<Stored | null> {
  const { slug, name, archivedAt, successorId } = teams
  const [team] = await db.select({ id: teams.id, slug, name, archivedAt, successorId }).from(teams).where(eq(teams.id, id))
  return team ?? null
}

async function livingSuccessor(db: Database, id: number | null, steps = MOST_STEPS): Promise<TeamName | null> {
  const team = id === null || steps === 0 ? null : await teamWith(db, id)
  if (!team || team.archivedAt === null) return team
  return livingSuccessor(db, team.successorId, steps - 1)
}

/** The team that looks after the follow's postcode, when it is not among those that do already. */
async function teamAt(db: Database, { postcode, key }: Follow): Promise<TeamName | null> {
  const found = postcode === null ? [] : await teamsAtPostcode(db, postcode)
  return found.some((team) => keyOf({ kind: 'team', id: team.id }) === key) ? null : (found[0] ?? null)
}

async function inBatches(db: Database, of: SQL, config: Config, cause: Cause, goal: (follow: Follow) => Promise<TeamName | null>): Promise<void> {
  let after = { followerId: 0, id: 0 }
  for (;;) {
    const batch = await db
      .select()
      .from(follows)
      .where(and(of, sql`(${follows.followerId}, ${follows.id}) > (${after.followerId}, ${after.id})`))
      .orderBy(asc(follows.followerId), asc(follows.id))
      .limit(BATCH)
    const last = batch.at(-1)
    if (!last) return
    after = last
    const moves: Move[] = []
    for (const follow of batch) {
      const to = await goal(follow)
      if (to) moves.push({ follow, to })
    }
    if (moves.length > 0) await db.transaction((tx) => moveAll(tx, config, cause, moves))
  }
}

async function moveAll(tx: Tx, config: Config, cause: Cause, moves: readonly Move[]): Promise<void> {
  const people = await lockAll(
    tx,
    moves.map(({ follow }) => follow.followerId),
  )
  await lockCounts(tx, new Set(moves.flatMap(({ follow, to }) => [follow.key, keyOf({ kind: 'team', id: to.id })])))
  for (const together of Map.groupBy(moves, ({ follow, to }) => `${follow.key} ${to.id}`).values())
    await moveTogether(tx, config, cause, people, together)
}

/** In the order of their ids, as everybody does who locks several. */
async function lockAll(tx: Tx, ids: number[]): Promise<Map<number, Follower>> {
  const rows = await tx.select().from(followers).where(inArray(followers.id, ids)).orderBy(asc(followers.id)).for('update')
  return new Map(rows.map((row) => [row.id, row]))
}

async function lockCounts(tx: Tx, keys: ReadonlySet<string>): Promise<void> {
  const ordered = [...keys].toSorted((one, other) => (one < other ? -1 : 1))
  await tx
    .insert(followCounts)
    .values(ordered.map((key) => ({ key })))
    .onConflictDoUpdate({ target: followCounts.key, set: { count: sql`${followCounts.count}` } })
}

/**
 * Moves those who go from one team to the same other, and tells them; not those who have stopped or moved it meanwhile. Following both teams already
 * becomes one follow.
 */
async function moveTogether(tx: Tx, config: Config, cause: Cause, people: ReadonlyMap<number, Follower>, moves: readonly Move[]): Promise<void> {
  const [first] = moves
  const origin = first && subjectOfKey(first.follow.key)
  if (!first || origin?.kind !== 'team') return
  const key = keyOf({ kind: 'team', id: first.to.id })
  const doubles = await followersOf(tx, key, [...people.keys()])
  const idsOf = (both: boolean): number[] => moves.flatMap(({ follow }) => (doubles.has(follow.followerId) === both ? [follow.id] : []))
  const asItWas = (ids: number[]): SQL | undefined => and(inArray(follows.id, ids), eq(follows.key, first.follow.key))
  const { id, followerId } = follows
  const merged = await tx
    .delete(follows)
    .where(asItWas(idsOf(true)))
    .returning({ id, followerId })
  for (const { followerId: owner } of merged) await settleDigests(tx, owner)
  const change = { key, movedFromId: origin.id, movedAt: now() }
  const moved = await tx
    .update(follows)
    .set(change)
    .where(asItWas(idsOf(false)))
    .returning({ id, followerId })
  const from = (await nameOf(tx, origin.id)) ?? ''
  for (const one of [...moved, ...merged]) {
    const follower = people.get(one.followerId)
    if (!follower?.byMail || follower.stoppedAt !== null) continue
    await sendMail(tx, moveMail(config, cause, follower, { followId: one.id, from, to: first.to.name, both: doubles.has(one.followerId) }))
  }
}

/** Those among these who follow the thing. */
async function followersOf(tx: Tx, key: string, among: number[]): Promise<Set<number>> {
  const rows = await tx
    .select({ id: follows.followerId })
    .from(follows)
    .where(and(eq(follows.key, key), inArray(follows.followerId, among)))
  return new Set(rows.map((row) => row.id))
}

async function nameOf(tx: Tx, teamId: number): Promise<string | null> {
  const [team] = await tx.select({ name: teams.name }).from(teams).where(eq(teams.id, teamId))
  return team?.name ?? null
}
