/**
 * Boundaries out of a GeoJSON file, several parts and holes kept. The whole file is stored or nothing of it. The areas of teams are
 * linked to their teams.
 */
import { and, eq, isNull } from 'drizzle-orm'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { recordActivity } from '../activity/activity.ts'
import { now as clockNow } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { storeArea, type AreaKind } from '../geography/area.ts'
import { teamAreas, teams } from '../teams/schema.ts'
import { FROM_FILE, readAreas, type ReadArea } from './geojson.ts'
import { emptyReport, type ImportReport, type OnProgress } from './report.ts'
import { alone, beginRun, finishRun, finishStep } from './run.ts'
import { raiseVersion } from './team-store.ts'

export interface BoundariesInput {
  file: string
  /** What all areas of the file are; without it their properties tell. */
  kind?: AreaKind
  onProgress?: OnProgress
  now?: () => Date
}

/** Throws Refused, with nothing written, when the file is no GeoJSON or not in degrees. */
export async function importBoundaries(db: Database, { file, kind, onProgress, now = clockNow }: BoundariesInput): Promise<ImportReport> {
  const name = basename(file)
  const read = readAreas(await readJson(file), kind)
  return alone(db, 'boundaries', async () => {
    const report = { ...emptyReport(), refused: read.refused }
    const run = await beginRun(db, 'boundaries', name.slice(0, 500), now())
    await db.transaction(async (tx) => {
      const redrawn = new Set<number>()
      for (const [index, area] of read.areas.entries()) {
        report[await storeOne(tx, area, name, now(), redrawn)] += 1
        onProgress?.({ done: index + 1, total: read.areas.length, unit: 'areas', what: area.name })
      }
      for (const teamId of [...redrawn].toSorted((one, other) => one - other))
        await recordActivity(tx, { kind: 'areas.changed', audience: 'public', teamId })
      await finishStep(tx, run, name, report, now())
    })
    await finishRun(db, run, report, now())
    return report
  })
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Refused('The file cannot be read.')
  })
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new Refused('This is not GeoJSON: it is not JSON at all. Nothing was written.')
  }
}

/** Adds to `redrawn` the teams whose ground is another afterwards. */
async function storeOne(tx: Tx, area: ReadArea, file: string, at: Date, redrawn: Set<number>): Promise<'new' | 'changed' | 'same'> {
  const stored = await storeArea(tx, { ...area, source: `${FROM_FILE}${file}` }, at)
  const linkedTo = area.kind === 'team' ? await linkToTeam(tx, stored.id, area) : null
  if (linkedTo !== null) redrawn.add(linkedTo)
  if (stored.isRedrawn) for (const teamId of await teamsOf(tx, stored.id)) redrawn.add(teamId)
  if (linkedTo !== null && stored.outcome === 'same') return 'changed'
  return stored.outcome
}

/** Links the area to the living team whose neighbourhood id it has, or else to the one of exactly its name. Answers the team when the link is new. */
async function linkToTeam(tx: Tx, areaId: number, area: ReadArea): Promise<number | null> {
  const teamId = await teamOf(tx, area)
  if (teamId === null) return null
  const linked = await tx.insert(teamAreas).values({ teamId, areaId }).onConflictDoNothing().returning()
  if (linked.length === 0) return null
  await raiseVersion(tx, teamId)
  return teamId
}

/** Those that look after the area. */
async function teamsOf(tx: Tx, areaId: number): Promise<number[]> {
  const rows = await tx.select({ teamId: teamAreas.teamId }).from(teamAreas).where(eq(teamAreas.areaId, areaId))
  return rows.map(({ teamId }) => teamId)
}

async function teamOf(tx: Tx, area: ReadArea): Promise<number | null> {
  const [byCode] = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.neighbourhoodId, area.code), isNull(teams.archivedAt)))
  if (byCode) return byCode.id
  const byName = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.name, area.name), isNull(teams.archivedAt)))
    .limit(2)
  return byName.length === 1 ? (byName[0]?.id ?? null) : null
}
