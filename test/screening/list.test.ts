/** Word lists: who changes them, that nothing is lost, and that what is in force is what was last said. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { verifyLog } from '../../src/activity/log.ts'
import { log } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { closeDatabase, openDatabase } from '../../src/database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { changeList, currentLists, findListed, listByName, versionsOf, type ListChange } from '../../src/screening/list.ts'
import { wordLists } from '../../src/screening/schema.ts'
import { statementsOf } from '../laws/statements.ts'
import { heldOut, tuned, unseen } from './corpus.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let press: SignedIn
let colleague: SignedIn

beforeAll(async () => {
  world = await openWorld()
  press = await makeStaff(world.db, 'Sam Carter', 'press-office')
  colleague = await makeStaff(world.db, 'Alex Wray', 'press-office')
})
afterEach(() => moveClock(0))
afterAll(() => world.close())

const change = (more: Partial<ListChange> = {}): ListChange => ({
  patterns: 'lorem',
  note: 'As agreed.',
  version: 0,
  purpose: 'hold',
  clientKey: randomUUID(),
  ...more,
})
let named = 0
async function newList(patterns = 'lorem'): Promise<string> {
  const name = `List ${++named}`
  await changeList(world.db, press, name, change({ patterns }))
  return name
}
const wordsOf = async (text: string, purpose: 'hold' | 'civility' = 'hold') => (await findListed(world.db, purpose, text)).map(({ words }) => words)

// Before any list of these tests is there.
test('what comes with the software holds none of the harmless texts, nor the commonest words of a county', async () => {
  const harmless = [...tuned(), ...heldOut(), ...unseen()].filter(({ kinds }) => kinds.size === 0).map(({ text }) => text)
  expect(harmless.length).toBeGreaterThan(200)
  const ordinary = 'I saw you at the town centre with a flock of sheep, thank you for the comment of the county council. Feedback counts.'
  const held: string[] = []
  for (const text of [...harmless, ordinary]) if ((await findListed(world.db, 'hold', text)).length > 0) held.push(text)
  expect(held).toEqual([])
  expect(await findListed(world.db, 'hold', 'What a wanker.')).toHaveLength(1)
})

describe('a list', () => {
  test('comes with the software, and is in force', async () => {
    expect((await currentLists(world.db)).map(({ name, version, changedBy }) => [name, version, changedBy])).toContainEqual(['Insults', 1, null])
    expect(await wordsOf('string them up')).toEqual(['string them up'])
    expect(await wordsOf('what a moron', 'civility')).toEqual(['moron'])
    expect(await wordsOf('what a moron', 'hold')).toEqual([])
  })

  test('is changed by a new version, in force at once, with its row in the log', async () => {
    const name = await newList('lorem')
    expect(await changeList(world.db, press, name, change({ patterns: ' ipsum* \n\n dolor ', version: 1 }))).toBe(2)
    expect((await listByName(world.db, name)).patterns).toBe('ipsum*\ndolor')
    expect(await wordsOf('lorem ipsums')).toEqual(['ipsums'])
    const rows = await world.db.select().from(log).where(eq(log.item, 'word-list')).orderBy(log.id)
    expect(rows.slice(-2).map(({ act, itemId, role, note }) => [act, itemId, role, note])).toEqual([
      ['begin-list', 1, 'press-office', `${name}: As agreed.`],
      ['change-list', 2, 'press-office', `${name}: As agreed.`],
    ])
    expect(rows.at(-1)?.hashBefore).toBe(rows.at(-2)?.hashAfter)
    expect((await verifyLog(world.db)).brokenAt).toBeNull()
  })

  test('without lines is switched off', async () => {
    const name = await newList('sit')
    await changeList(world.db, press, name, change({ patterns: '', version: 1 }))
    expect(await wordsOf('sit')).toEqual([])
  })

  test('keeps what it is for', async () => {
    const name = await newList('amet')
    await changeList(world.db, press, name, change({ patterns: 'amet*', version: 1, purpose: 'civility' }))
    expect(await wordsOf('amet')).toEqual(['amet'])
  })

  test('the same form twice makes one version', async () => {
    const name = await newList('elit')
    const form = change({ patterns: 'elit*', version: 1 })
    expect(await Promise.all([changeList(world.db, press, name, form), changeList(world.db, press, name, form)])).toEqual([2, 2])
    expect((await versionsOf(world.db, name, null)).versions).toHaveLength(2)
  })

  test('the same form with other lines is not said to be stored', async () => {
    const name = await newList('ante')
    const form = change({ patterns: 'ante*', version: 1 })
    await changeList(world.db, press, name, form)
    await expect(changeList(world.db, press, name, { ...form, patterns: 'ante* dignissim' })).rejects.toBeInstanceOf(Refused)
    expect((await listByName(world.db, name)).patterns).toBe('ante*')
  })

  test('is not overwritten unseen: the second of two is told who was quicker', async () => {
    const name = await newList('nunc')
    const both = await Promise.allSettled([
      changeList(world.db, press, name, change({ patterns: 'nunc*', version: 1, note: 'Mine.' })),
      changeList(world.db, colleague, name, change({ patterns: 'nunc nunc', version: 1, note: 'Theirs.' })),
    ])
    const lost = both.find(({ status }) => status === 'rejected')
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(lost).toMatchObject({ reason: expect.any(Overtaken) as unknown })
    expect(String(lost?.status === 'rejected' && lost.reason)).toMatch(/(Sam Carter|Alex Wray) changed this list today/)
  })

  test.each([
    ['a name that is taken', () => change({ patterns: 'new' }), Refused],
    ['no change', () => change({ patterns: 'taken', version: 1 }), Refused],
    ['a line that cannot be read', () => change({ patterns: '(', version: 1 }), Refused],
  ])('refuses %s', async (_what, wrong, kind) => {
    await changeList(world.db, press, 'Taken', change({ patterns: 'taken' })).catch(() => {})
    await expect(changeList(world.db, press, 'Taken', wrong())).rejects.toThrow(kind)
    expect((await versionsOf(world.db, 'Taken', null)).versions).toHaveLength(1)
  })

  test('that never was cannot be changed', async () => {
    await expect(changeList(world.db, press, 'Nowhere', change({ version: 3 }))).rejects.toThrow(NotFound)
  })

  test('is nobody’s but the press office’s', async () => {
    const team = await makeTeam(world.db, 'Skegness')
    const others = [
      await makeResident(world.db, 'Maureen'),
      await makeStaff(world.db, 'PC Baker', 'officer', team),
      await makeStaff(world.db, 'Sgt Ness', 'supervisor', team),
      await makeStaff(world.db, 'Robin Hale', 'administrator'),
    ]
    for (const one of others) await expect(changeList(world.db, one, 'Insults', change({ version: 1 }))).rejects.toThrow(Forbidden)
  })

  test('cannot be altered or emptied in the database', async () => {
    await expect(world.db.update(wordLists).set({ patterns: '' })).rejects.toThrow()
    await expect(world.db.delete(wordLists)).rejects.toThrow()
  })

  test('pages through its versions by key', async () => {
    const name = await newList('v1')
    for (let version = 1; version < 45; version++) await changeList(world.db, press, name, change({ patterns: `v${version + 1}`, version }))
    const seen: number[] = []
    for (let before: number | null = null; ;) {
      const { versions, next } = await versionsOf(world.db, name, before)
      seen.push(...versions.slice(0, 20).map(({ version }) => version))
      if (next === null) break
      before = next
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => 45 - index))
  })
})

describe('what is in force', () => {
  test('is asked of the database once in five seconds', async () => {
    await wordsOf('x')
    moveClock(6000)
    const reads = await statementsOf(async () => {
      for (let asked = 0; asked < 20; asked++) await wordsOf('lorem')
    })
    expect(reads.map(({ name }) => name)).toEqual(['word_lists_newest'])
  })

  test('reaches another process within five seconds', async () => {
    const other = openDatabase(world.connection, 1)
    try {
      expect(await findListed(other, 'hold', 'faraway')).toEqual([])
      await newList('faraway')
      moveClock(5001)
      expect(await findListed(other, 'hold', 'faraway')).toHaveLength(1)
    } finally {
      await closeDatabase(other)
    }
  })
})
