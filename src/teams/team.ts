/**
 * Neighbourhood teams: who they are, what they cover, how to reach them. A team that is gone is archived and says where it went.
 */
import { and, asc, eq, inArray, isNull, like, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { prepared, type Database, type Db, type Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { foldName } from '../text/fold.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { localities, teamAreas, teams, teamSlugs, type ContactDetails, type Link } from './schema.ts'

export interface TeamName {
  id: number
  slug: string
  name: string
}

export interface Officer {
  id: number
  name: string
  rank: string | null
  role: string | null
  bio: SafeHtml | null
  contact: ContactDetails
}

export interface Team extends TeamName {
  description: SafeHtml | null
  forcePage: string | null
  population: number | null
  contact: ContactDetails
  links: Link[]
  archivedAt: Date | null
  archivedBecause: string | null
  successor: TeamName | null
  version: number
  localities: string[]
  officers: Officer[]
  locations: { name: string; kind: string; address: string | null; postcode: string | null; telephone: string | null }[]
}

const successors = alias(teams, 'successors')

// A team page needs all of it, so one round trip brings all of it.
const teamQuery = prepared((db) =>
  db
    .select({
      team: teams,
      successor: { id: successors.id, slug: successors.slug, name: successors.name },
      localities: sql<string[] | null>`(select json_agg(name order by name collate "en-x-icu") from localities where team_id = ${teams.id})`,
      officers: sql<
        OfficerRow[] | null
      >`(select json_agg(o order by o.position, o.id) from (select id, name, rank, role, bio_html, contact, position from officers where team_id = ${teams.id}) o)`,
      locations: sql<
        Team['locations'] | null
      >`(select json_agg(l order by l.position) from (select name, kind, address, postcode, telephone, position from team_locations where team_id = ${teams.id}) l)`,
    })
    .from(teams)
    .leftJoin(successors, eq(successors.id, teams.successorId))
    .where(eq(teams.slug, sql.placeholder('slug')))
    .prepare('team_by_slug'),
)

interface OfficerRow {
  id: number
  name: string
  rank: string | null
  role: string | null
  bio_html: string | null
  contact: ContactDetails
}

/** The team at this address. Throws `NotFound`; see `movedTo` for addresses that it once had. */
export async function teamBySlug(db: Database, slug: string): Promise<Team> {
  const [found] = await teamQuery(db).execute({ slug })
  if (!found) throw new NotFound('team')
  const { team } = found
  return {
    ...team,
    description: team.descriptionHtml === null ? null : trusted(team.descriptionHtml),
    successor: found.successor,
    localities: found.localities ?? [],
    officers: (found.officers ?? []).map((row) => ({ ...row, bio: row.bio_html === null ? null : trusted(row.bio_html) })),
    locations: found.locations ?? [],
  }
}

/** The address of the team that once had this one, or null. */
export async function movedTo(db: Db, slug: string): Promise<string | null> {
  const [found] = await db
    .select({ slug: teams.slug })
    .from(teamSlugs)
    .innerJoin(teams, eq(teams.id, teamSlugs.teamId))
    .where(eq(teamSlugs.slug, slug))
  return found?.slug ?? null
}

/** The team at this address; for one that it had before, the address that it has now. Throws `NotFound`. */
export const teamAt = (db: Database, slug: string): Promise<Team | string> =>
  teamBySlug(db, slug).catch(async (problem: unknown) => {
    const moved = problem instanceof NotFound ? await movedTo(db, slug) : null
    if (moved === null) throw problem
    return moved
  })

/** Every team that is not archived, A to Z. A force has a few dozen to a few hundred, so the directory is one page. */
export const allTeams = (db: Db): Promise<TeamName[]> =>
  db
    .select({ id: teams.id, slug: teams.slug, name: teams.name })
    .from(teams)
    .where(isNull(teams.archivedAt))
    .orderBy(sql`${teams.name} collate "en-x-icu"`)

export async function teamById(db: Db, id: number): Promise<TeamName> {
  const [found] = await db.select({ id: teams.id, slug: teams.slug, name: teams.name }).from(teams).where(eq(teams.id, id))
  if (!found) throw new NotFound('team')
  return found
}

/** The teams that look after these areas, in the order of the areas. */
export async function teamsOfAreas(db: Db, areaIds: readonly number[]): Promise<TeamName[]> {
  if (areaIds.length === 0) return []
  const rows = await db
    .select({ id: teams.id, slug: teams.slug, name: teams.name, areaId: teamAreas.areaId })
    .from(teamAreas)
    .innerJoin(teams, eq(teams.id, teamAreas.teamId))
    .where(and(inArray(teamAreas.areaId, [...areaIds]), isNull(teams.archivedAt)))
  const byPlace = rows.toSorted((a, b) => areaIds.indexOf(a.areaId) - areaIds.indexOf(b.areaId) || a.id - b.id)
  return [...new Map(byPlace.map(({ id, slug, name }) => [id, { id, slug, name }])).values()]
}

/** Teams by their name or a place they cover: exact matches first, then those that begin so, then those that contain it. At most 20. */
export async function teamsNamed(db: Db, text: string): Promise<{ exact: TeamName[]; others: TeamName[] }> {
  const key = foldName(text)
  if (key.length < 2) return { exact: [], others: [] }
  const inside = `%${key.replace(/[\\%_]/g, '\\$&')}%`
  // Names of teams are few and fold in the same way as what was typed; places are looked up by their folded key.
  const byPlace = db.select({ id: localities.teamId }).from(localities).where(like(localities.key, inside))
  const candidates = await db
    .select({
      id: teams.id,
      slug: teams.slug,
      name: teams.name,
      places: sql<string[] | null>`(select array_agg(key) from localities where team_id = ${teams.id})`,
    })
    .from(teams)
    .where(and(isNull(teams.archivedAt), or(inArray(teams.id, byPlace), like(sql`replace(${teams.slug}, '-', ' ')`, inside))))
    .orderBy(asc(teams.name))
    .limit(200)
  const rank = (names: string[]): number => (names.includes(key) ? 0 : names.some((name) => name.startsWith(key)) ? 1 : 2)
  const ranked = candidates
    .map(({ places, ...team }) => ({ team, rank: rank([foldName(team.name), ...(places ?? [])]) }))
    .toSorted((a, b) => a.rank - b.rank || a.team.name.localeCompare(b.team.name, 'en'))
    .slice(0, 20)
  return { exact: ranked.filter((row) => row.rank === 0).map((row) => row.team), others: ranked.filter((row) => row.rank > 0).map((row) => row.team) }
}

/** At most so many slips: none in a very short name, one in a short one. */
const slipsIn = (key: string): number => Math.min(3, Math.floor(key.length / 4))
const MOST_SPELT_LIKE = 5
const LONGEST_NAME = 60

/** Names of teams and places that differ from what was typed by a slip or two, the nearest first, each with its teams. At most 5. */
export async function teamsSpeltLike(db: Db, text: string): Promise<{ name: string; teams: TeamName[] }[]> {
  const key = foldName(text).slice(0, LONGEST_NAME)
  const slips = slipsIn(key)
  if (slips === 0 || !/^[\x20-\x7e]+$/.test(key)) return []
  const named = await db.execute<{ name: string; id: string; slug: string; team: string }>(sql`
    with names as (
      select l.name, l.key, l.team_id from ${localities} l
      union all
      select name, replace(slug, '-', ' '), id from ${teams}
    ), near as (
      select name, key, team_id, levenshtein_less_equal(key, ${key}, ${slips}) as slips from names where length(key) between ${key.length - slips} and ${key.length + slips}
    )
    select near.name, t.id, t.slug, t.name as team from near join ${teams} t on t.id = near.team_id
    where near.slips <= ${slips} and t.archived_at is null
    order by near.slips, near.name, t.name limit ${MOST_SPELT_LIKE * 4}`)
  const byName = Map.groupBy(named.rows, ({ name }) => name)
  return [...byName]
    .slice(0, MOST_SPELT_LIKE)
    .map(([name, rows]) => ({ name, teams: rows.map(({ id, slug, team }) => ({ id: Number(id), slug, name: team })) }))
}

/** Every change that a team's page shows raises its version, in the same transaction. */
export const touchTeam = (tx: Tx, id: number): Promise<unknown> =>
  tx
    .update(teams)
    .set({ version: sql`${teams.version} + 1` })
    .where(eq(teams.id, id))
