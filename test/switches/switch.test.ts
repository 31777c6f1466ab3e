/**
 * Modes of many teams at once: who sets them, when they hold, what follows for whoever writes, and that a second process is not fooled by its memory.
 */
import { randomUUID } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { editComment, postComment } from '../../src/conversations/comment.ts'
import { closeDatabase, openDatabase } from '../../src/database/database.ts'
import { Forbidden, Overtaken, Refused } from '../../src/errors.ts'
import { cases } from '../../src/moderation/schema.ts'
import { registerModeration } from '../../src/moderation/register.ts'
import { incidentFor, switchesInForce } from '../../src/switches/in-force.ts'
import { switches, switchTeams } from '../../src/switches/schema.ts'
import { endSwitch, prolongSwitch, setSwitch, type NewSwitch } from '../../src/switches/switch.ts'
import { switchList } from '../../src/switches/switch-list.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const HOUR = 3_600_000
let world: World
let team: TeamName
let elsewhere: TeamName
let press: SignedIn
let officer: SignedIn
let resident: SignedIn
let here: number
let there: number

beforeAll(async () => {
  registerModeration()
  world = await openWorld()
  const { db } = world
  team = await makeTeam(db, 'Bracebridge Heath')
  elsewhere = await makeTeam(db, 'Skegness')
  press = await makeStaff(db, 'Press Office', 'press-office')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
  here = (await makePost(db, officer, team)).conversationId
  there = (await makePost(db, await makeStaff(db, 'PC Baker', 'officer', elsewhere), elsewhere)).conversationId
})
beforeEach(async () => {
  await world.db.delete(switchTeams)
  await world.db.delete(switches)
  moveClock(0)
})
afterEach(() => moveClock(0))
afterAll(() => world.close())

const incident = (more: Partial<NewSwitch> = {}): NewSwitch => ({
  kind: 'major-incident',
  banner: 'There is a fire at the mill.',
  bannerLink: null,
  because: 'Gold asked for it.',
  wholeForce: false,
  teamIds: [team.id],
  kinds: [],
  startsAt: null,
  endsAt: new Date(now().getTime() + 6 * HOUR),
  clientKey: randomUUID(),
  ...more,
})
const say = (actor: SignedIn, conversationId: number) =>
  postComment(world.db, actor, conversationId, { body: 'What is going on?', parentId: null, clientKey: randomUUID() })
const stateOf = async (actor: SignedIn, conversationId: number) => (await say(actor, conversationId)).state

describe('a major incident', () => {
  test('holds what residents say in its areas, with words for the moderator; official answers and other teams go on', async () => {
    await setSwitch(world.db, press, incident())
    const { id, state } = await say(resident, here)
    expect(state).toBe('held')
    const [file] = await world.db.select().from(cases).where(eq(cases.commentId, id))
    expect(file).toMatchObject({ cause: 'held', because: 'Everything is looked at first during the major incident.' })
    expect(await stateOf(officer, here)).toBe('published')
    expect(await stateOf(resident, there)).toBe('published')
  })

  test('of the whole force holds everywhere', async () => {
    await setSwitch(world.db, press, incident({ wholeForce: true, teamIds: [] }))
    expect(await stateOf(resident, there)).toBe('held')
  })

  test('begins and ends at the second, and what it held stays held', async () => {
    const startsAt = new Date(now().getTime() + 2 * HOUR)
    await setSwitch(world.db, press, incident({ startsAt }))
    expect(await stateOf(resident, here)).toBe('published')
    moveClock(2 * HOUR + 1000)
    const { id, state } = await say(resident, here)
    expect(state).toBe('held')
    moveClock(4 * HOUR)
    expect(await stateOf(resident, here)).toBe('published')
    expect((await world.db.$client.query('select state from comments where id = $1', [id])).rows).toEqual([{ state: 'held' }])
  })

  test('keeps the words of what was published as they were', async () => {
    const { id } = await say(resident, here)
    await setSwitch(world.db, press, incident())
    await expect(editComment(world.db, resident, id, 'Something else')).rejects.toBeInstanceOf(Forbidden)
  })

  test('can be prolonged, by whoever has the end in view, and ended with a reason', async () => {
    const input = incident()
    const id = await setSwitch(world.db, press, input)
    const later = new Date(input.endsAt.getTime() + HOUR)
    const prolonging = { endsAt: later, seen: input.endsAt, because: 'It is not over.' }
    await prolongSwitch(world.db, press, id, prolonging)
    await prolongSwitch(world.db, press, id, prolonging)
    const other = { ...prolonging, endsAt: new Date(later.getTime() + HOUR) }
    await expect(prolongSwitch(world.db, press, id, other)).rejects.toBeInstanceOf(Overtaken)
    await expect(prolongSwitch(world.db, press, id, { ...prolonging, endsAt: input.endsAt, seen: later })).rejects.toBeInstanceOf(Refused)
    for (const _ of [1, 2]) await endSwitch(world.db, press, id, 'The fire is out.')
    expect(await stateOf(resident, here)).toBe('published')
    const colleague = await makeStaff(world.db, 'Another', 'press-office')
    await expect(endSwitch(world.db, colleague, id, 'Over.')).rejects.toBeInstanceOf(Overtaken)
    const rows = await world.db.select().from(log).where(eq(log.itemId, id)).orderBy(desc(log.id))
    expect(rows.map(({ act, item, role, audience }) => [act, item, role, audience])).toEqual(
      ['end', 'prolong', 'set'].map((act) => [act, 'switch', 'press-office', 'staff']),
    )
    expect(rows[0]?.note).toBe('Major incident: The fire is out.')
  })

  test('is over by itself, and cannot be prolonged then', async () => {
    const input = incident()
    const id = await setSwitch(world.db, press, input)
    moveClock(7 * HOUR)
    await expect(
      prolongSwitch(world.db, press, id, { endsAt: new Date(now().getTime() + HOUR), seen: input.endsAt, because: 'Late.' }),
    ).rejects.toBeInstanceOf(Overtaken)
    await expect(endSwitch(world.db, press, id, 'Late.')).rejects.toBeInstanceOf(Overtaken)
    expect((await switchList(world.db)).over.map((one) => one.id)).toContain(id)
  })
})

describe('setting one', () => {
  test('is for the press office, not for administrators', async () => {
    const supervisor = await makeStaff(world.db, 'Sgt Marsh', 'supervisor', team)
    const both = { ...press, duties: [...press.duties, { role: 'administrator' as const, teamId: null, teamName: null, teamSlug: null }] }
    for (const actor of [officer, supervisor, resident, both]) await expect(setSwitch(world.db, actor, incident())).rejects.toBeInstanceOf(Forbidden)
    expect(await world.db.$count(switches)).toBe(0)
  })

  test('twice with the same form makes one, also at once', async () => {
    const input = incident()
    const ids = await Promise.all([setSwitch(world.db, press, input), setSwitch(world.db, press, input)])
    expect(ids[0]).toBe(ids[1])
    expect(await world.db.$count(switches)).toBe(1)
  })

  test.each<[string, Partial<NewSwitch>]>([
    ['team', { teamIds: [] }],
    ['team', { teamIds: [999_999] }],
    ['ends-day', { endsAt: new Date(Date.now() - HOUR) }],
    ['ends-day', { endsAt: new Date(Date.now() + 9 * 24 * HOUR) }],
    ['ends-day', { startsAt: new Date(Date.now() + 8 * HOUR) }],
    ['kinds', { kind: 'pre-election' }],
  ])('names what is wrong: %s, %j', async (field, more) => {
    const problem = await setSwitch(world.db, press, incident(more)).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Refused)
    expect(Object.keys((problem as Refused).fields)).toEqual([field])
  })
})

describe('what a process remembers', () => {
  test('is at most five seconds old; whoever writes asks the database', async () => {
    const other = openDatabase(world.connection, 2)
    try {
      expect(await switchesInForce(other)).toEqual([])
      await setSwitch(world.db, press, incident())
      expect(await incidentFor(world.db, team.id)).not.toBeNull()
      // The other process still believes what it read, and holds the comment all the same.
      expect(await incidentFor(other, team.id)).toBeNull()
      const posted = await postComment(other, resident, here, { body: 'What is going on?', parentId: null, clientKey: randomUUID() })
      expect(posted.state).toBe('held')
      moveClock(5001)
      expect(await incidentFor(other, team.id)).toMatchObject({ banner: 'There is a fire at the mill.' })
    } finally {
      await closeDatabase(other)
    }
  })

  test('puts the gravest first', async () => {
    await setSwitch(world.db, press, incident({ kind: 'pre-election', kinds: ['update'] }))
    await setSwitch(world.db, press, incident({ wholeForce: true, teamIds: [] }))
    await setSwitch(world.db, press, incident({ startsAt: new Date(now().getTime() + HOUR) }))
    expect((await switchesInForce(world.db)).map(({ kind, wholeForce }) => [kind, wholeForce])).toEqual([
      ['major-incident', true],
      ['pre-election', false],
    ])
  })
})
