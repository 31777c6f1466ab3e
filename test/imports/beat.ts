/**
 * What every test of the police import needs: an empty database, the invented force's service, and time that passes only by waiting.
 */
import { eq, getTableName } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { importPolice, type PoliceInput } from '../../src/imports/police.ts'
import type { ImportReport } from '../../src/imports/report.ts'
import { importRuns } from '../../src/imports/schema.ts'
import { accounts } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import { conversationModes, conversations } from '../../src/conversations/schema.ts'
import { eventNotes, eventPriorities, events } from '../../src/events/schema.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { posts, postTags, postTeams, postVersions } from '../../src/posts/schema.ts'
import { priorities, priorityActions, priorityReviews } from '../../src/priorities/schema.ts'
import { areas } from '../../src/geography/schema.ts'
import { localities, officers, policeExtracts, teamAreas, teamLocations, teams, teamSlugs } from '../../src/teams/schema.ts'
import type { Database } from '../../src/database/database.ts'
import { openWorld, type World } from '../world.ts'
import { openFakePolice, type FakePolice } from './fake-police.ts'

type Team = typeof teams.$inferSelect

const TABLES = [
  eventNotes,
  eventPriorities,
  events,
  priorityActions,
  priorityReviews,
  priorities,
  occasions,
  postVersions,
  postTags,
  postTeams,
  posts,
  conversationModes,
  conversations,
  activities,
  accounts,
  teamAreas,
  teamSlugs,
  localities,
  officers,
  teamLocations,
  policeExtracts,
  areas,
  teams,
  importRuns,
]

export interface Beat {
  db: Database
  police: FakePolice
  /** The waits of all imports in this test, in milliseconds. */
  waited: number[]
  run(more?: Partial<PoliceInput>): Promise<ImportReport>
  team(neighbourhoodId: string): Promise<Team>
  list(): { id: unknown; name?: string }[]
}

/** Call it once in a test file; what it returns is filled before each test. */
export function walkBeat(): Beat {
  let world: World
  const beat = { waited: [] as number[] } as Beat
  beforeAll(async () => {
    world = await openWorld()
    beat.db = world.db
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    beat.police = await openFakePolice()
    beat.waited.length = 0
  })
  afterEach(async () => {
    await beat.police.close()
    await empty(beat.db)
  })
  beat.run = (more = {}) => {
    let shift = 0
    const wait = async (milliseconds: number) => {
      beat.waited.push(milliseconds)
      shift += milliseconds
    }
    const start = Date.now()
    return importPolice(beat.db, { source: beat.police.base, force: 'ashmere', wait, now: () => new Date(start + shift), ...more })
  }
  beat.team = (id) => teamOf(beat.db, id)
  beat.list = () => beat.police.bodies.get('ashmere/neighbourhoods') as { id: unknown; name?: string }[]
  return beat
}

/** All that an import and what follows from it have written; guards and references stand aside for it. */
async function empty(db: Database): Promise<void> {
  const client = await db.$client.connect()
  try {
    await client.query("set session_replication_role = 'replica'")
    for (const table of TABLES) await client.query(`delete from ${getTableName(table)}`)
    await client.query("set session_replication_role = 'origin'")
  } finally {
    client.release()
  }
}

async function teamOf(db: Database, id: string): Promise<Team> {
  const [row] = await db.select().from(teams).where(eq(teams.neighbourhoodId, id))
  if (!row) throw new Error(`no team ${id}`)
  return row
}

export const figures = ({ new: fresh, changed, same, gone }: ImportReport): number[] => [fresh, changed, same, gone]
