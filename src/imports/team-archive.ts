/**
 * Teams that their force no longer lists: kept with everything that people wrote under them, marked, and pointing to whoever looks
 * after most of their ground now. One that comes back into the list comes back here.
 */
import { and, asc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import type { Tx } from '../database/database.ts'
import { boxOf, isInside, type Point } from '../geography/geometry.ts'
import { partsOf, removeArea } from '../geography/area.ts'
import { areaParts, areas, type Rings } from '../geography/schema.ts'
import { teamAreas, teams } from '../teams/schema.ts'

export interface StoreContext {
  /** The force that publishes it, by name. */
  forceName: string
  source: string
  at: Date
}

type Team = typeof teams.$inferSelect

/** Points of the grid laid over an area, each way. */
const GRID = 24

const reasonOf = (forceName: string): string => `${forceName} no longer lists it as a neighbourhood of its own.`

/** Was it archived because it had left the list? One that a person archived for another reason stays archived. */
export const returnsAfter = (team: Team, forceName: string): boolean => team.archivedAt !== null && team.archivedBecause === reasonOf(forceName)

/** The imported teams that are not archived and not in the list. */
export async function teamsNotListed(tx: Tx, ids: string[]): Promise<Team[]> {
  const live = await tx
    .select()
    .from(teams)
    .where(and(isNotNull(teams.neighbourhoodId), isNull(teams.archivedAt)))
    .orderBy(asc(teams.id))
  const listed = new Set(ids)
  return live.filter((team) => team.neighbourhoodId !== null && !listed.has(team.neighbourhoodId))
}

/** Archives them all; the successor is the living team that most of the area belongs to now. */
export async function archiveTeams(tx: Tx, gone: Team[], { forceName, at }: Omit<StoreContext, 'source'>): Promise<void> {
  const ids = gone.map((team) => team.id)
  if (ids.length === 0) return
  await tx
    .update(teams)
    .set({ archivedAt: at, archivedBecause: reasonOf(forceName) })
    .where(inArray(teams.id, ids))
  const living = await livingAreas(tx)
  for (const team of gone) {
    const successorId = successorAmong(living, await areaOf(tx, team))
    await tx
      .update(teams)
      .set({ successorId, version: team.version + 1 })
      .where(eq(teams.id, team.id))
    await recordActivity(tx, { kind: 'team.archived', audience: 'public', teamId: team.id, detail: { successorId } })
  }
  // Its outline must not answer for its ground any longer. Should the team return, so does the outline.
  for (const { neighbourhoodId } of gone) if (neighbourhoodId !== null) await removeArea(tx, 'team', neighbourhoodId)
}

interface Ground {
  teamId: number
  parts: Rings[]
}

async function livingAreas(tx: Tx): Promise<Ground[]> {
  const rows = await tx
    .select({ teamId: teams.id, rings: areaParts.rings })
    .from(teams)
    .innerJoin(teamAreas, eq(teamAreas.teamId, teams.id))
    .innerJoin(areaParts, eq(areaParts.areaId, teamAreas.areaId))
    .where(isNull(teams.archivedAt))
    .orderBy(asc(teams.id))
  const grounds = new Map<number, Ground>()
  for (const { teamId, rings } of rows) {
    const known = grounds.get(teamId)
    if (known) known.parts.push(rings)
    else grounds.set(teamId, { teamId, parts: [rings] })
  }
  return [...grounds.values()]
}

async function areaOf(tx: Tx, team: Team): Promise<Rings[]> {
  const [area] = await tx
    .select({ id: areas.id })
    .from(areas)
    .where(and(eq(areas.kind, 'team'), eq(areas.code, team.neighbourhoodId ?? '')))
  return area ? partsOf(tx, area.id) : []
}

/** The team that holds at least half of the points of a grid laid over the area; null when no team does. */
function successorAmong(living: Ground[], area: Rings[]): number | null {
  const points = area.flatMap(pointsWithin)
  const held = living.map(({ teamId, parts }) => ({ teamId, points: points.filter((point) => parts.some((rings) => isInside(point, rings))).length }))
  const [most] = held.toSorted((a, b) => b.points - a.points || a.teamId - b.teamId)
  return most && most.points > 0 && most.points * 2 >= points.length ? most.teamId : null
}

function pointsWithin(rings: Rings): Point[] {
  const { west, south, east, north } = boxOf(rings)
  const steps = Array.from({ length: GRID }, (_, step) => (step + 0.5) / GRID)
  const points = steps.flatMap((up) => steps.map((along) => ({ lat: south + up * (north - south), lng: west + along * (east - west) })))
  return points.filter((point) => isInside(point, rings))
}
