import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { conversations } from '../../src/conversations/schema.ts'
import type { Point } from '../../src/geography/geometry.ts'
import { NEAR_KINDS } from '../../src/nearby/key.ts'
import { itemsNear, nearestOf, type NearQuery } from '../../src/nearby/near.ts'
import { KIND_NAMES } from '../../src/places/place.ts'
import { places } from '../../src/places/schema.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { postPoints, posts } from '../../src/posts/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { meetAt, MIDDLE, NEVER, off, openAt, tellAt } from './ground-town.ts'

const HOUR = 3_600_000
const MILE = 1609
let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk?.close())

const near = (query: Partial<NearQuery> = {}, from = MIDDLE) => itemsNear(desk.db, from, { kinds: NEAR_KINDS, reach: 3 * MILE, ...query })
const namesOf = async (query: Partial<NearQuery> = {}, from = MIDDLE): Promise<string[]> => (await near(query, from)).items.map(({ name }) => name)

/** Each test looks at ground of its own, a county apart. */
let field = 0
const freshGround = () => {
  field += 1
  const north = field * 30_000
  return { here: off(0, north), at: (east: number, up: number) => off(east, north + up) }
}

describe('what is near', () => {
  test('stands in order of distance, with distance, direction and walk in words', async () => {
    const { here, at } = freshGround()
    const library = await openAt(desk.db, desk.team, 'Library', at(0, 800))
    await openAt(desk.db, desk.team, 'Far hub', at(4000, 0), { kind: 'hub' })
    await openAt(desk.db, desk.team, 'Too far', at(6000, 0))
    await meetAt(desk.db, desk.officer, desk.team, library.id, { from: 24, until: 26, title: 'Meet us at the library' })
    await tellAt(desk.db, desk.officer, desk.team, 'Lights out', at(-300, 0))
    const { items, next } = await near({}, here)
    expect(next).toBeNull()
    expect(items.map(({ name, distance, direction, walk }) => [name, distance, direction, walk])).toEqual([
      ['Lights out', 'about 300 metres', 'west', 'about 5 minutes’ walk'],
      ['Meet us at the library', 'about 800 metres', 'north', 'about 13 minutes’ walk'],
      ['Library', 'about 800 metres', 'north', 'about 13 minutes’ walk'],
      ['Far hub', 'about 2.5 miles', 'east', null],
    ])
    expect(items.map(({ kindName }) => kindName)).toEqual(['Update', 'Meet us', KIND_NAMES.counter, KIND_NAMES.hub])
    expect(items.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/teams\/bracebridge-heath\/posts\/\d+-lights-out$/),
      expect.stringMatching(/^\/teams\/bracebridge-heath\/posts\/\d+-meet-us-at-the-library$/),
      '/places/library',
      '/places/far-hub',
    ])
    expect(await namesOf({ reach: MILE }, here)).not.toContain('Far hub')
    expect(await namesOf({ reach: 10 * MILE }, here)).toContain('Too far')
    expect(await namesOf({ kinds: ['place'] }, here)).toEqual(['Library', 'Far hub'])
    expect(await namesOf({ kinds: ['meet'] }, here)).toEqual(['Meet us at the library'])
    expect(await namesOf({ kinds: ['post'] }, here)).toEqual(['Lights out'])
  })

  test('of a weekly meeting the next one stands among other things, and all where meetings alone are asked for', async () => {
    const { here, at } = freshGround()
    const hall = await openAt(desk.db, desk.team, 'Hall', at(300, 0))
    for (const week of [2, 1, 3]) {
      const hours = week * 7 * 24
      await meetAt(desk.db, desk.officer, desk.team, hall.id, { from: hours, until: hours + 2, title: `Week ${week}` })
    }
    expect(await namesOf({}, here)).toEqual(['Week 1', 'Hall'])
    expect(await namesOf({ kinds: ['meet'] }, here)).toEqual(['Week 1', 'Week 2', 'Week 3'])
  })

  test('a corner of the box is further than its side', async () => {
    const { here, at } = freshGround()
    await openAt(desk.db, desk.team, 'In the corner', at(1500, 1500))
    await openAt(desk.db, desk.team, 'On the side', at(1500, 0))
    expect(await namesOf({ reach: MILE }, here)).toEqual(['On the side'])
  })

  test('pages by key without gap or repeat, also at one and the same spot', async () => {
    const { here, at } = freshGround()
    const made: string[] = []
    for (let number = 0; number < 7; number++) {
      const name = `Stand ${number}`
      const place = await openAt(desk.db, desk.team, name, at(number < 4 ? 500 : 900, 0))
      await meetAt(desk.db, desk.officer, desk.team, place.id, { from: 30 - number, until: 40, title: `Visit ${number}` })
      made.push(name, `Visit ${number}`)
    }
    const whole = await namesOf({}, here)
    expect(whole.toSorted()).toEqual(made.toSorted())
    // At one spot the soonest comes first.
    expect(whole.slice(0, 4)).toEqual(['Visit 3', 'Visit 2', 'Visit 1', 'Visit 0'])
    for (const limit of [1, 3, 5]) {
      const seen: string[] = []
      let after: string | undefined
      for (let pages = 0; pages < 30; pages++) {
        const { items, next } = await near({ limit, after }, here)
        expect(items.length).toBeLessThanOrEqual(limit)
        seen.push(...items.map(({ name }) => name))
        if (next === null) break
        after = next
      }
      expect(seen).toEqual(whole)
    }
  })

  test('a key that is none begins at the beginning', async () => {
    const { here, at } = freshGround()
    await openAt(desk.db, desk.team, 'Only one', at(10, 0))
    for (const after of ['', 'x', "1.2.place.0.1'--", '1.5.nothing.0.1', '9.9.place.0.1'])
      expect(await namesOf({ after }, here)).toEqual(['Only one'])
  })
})

describe('presences', () => {
  test('here now first; gone at their end by themselves; called off, far ahead and withdrawn ones are left out', async () => {
    const { here, at } = freshGround()
    const close = await openAt(desk.db, desk.team, 'Close by', at(100, 0))
    const further = await openAt(desk.db, desk.team, 'Further off', at(2000, 0))
    await meetAt(desk.db, desk.officer, desk.team, further.id, { from: -1, until: 2, title: 'Here now' })
    await meetAt(desk.db, desk.officer, desk.team, close.id, { from: 5, until: 6, title: 'Later today' })
    await meetAt(desk.db, desk.officer, desk.team, close.id, { from: 24 * 60, until: 24 * 60 + 1, title: 'In two months' })
    await meetAt(desk.db, desk.officer, desk.team, close.id, { from: -3, until: -2, title: 'Over' })
    const off = { cancelledAt: new Date(), cancelledBecause: 'Needed elsewhere', cancelledBy: desk.officer.accountId }
    await meetAt(desk.db, desk.officer, desk.team, close.id, { from: 1, until: 2, title: 'Called off' }, off)
    const { postId } = await meetAt(desk.db, desk.officer, desk.team, close.id, { from: 1, until: 2, title: 'Withdrawn' })
    await desk.db.update(posts).set({ state: 'withdrawn' }).where(eq(posts.id, postId))
    const { items } = await near({}, here)
    expect(items.map(({ name, hereNow }) => [name, hereNow])).toEqual([
      ['Here now', true],
      ['Later today', false],
      ['Close by', false],
      ['Further off', false],
    ])
    moveClock(2 * HOUR + 1000)
    expect(await namesOf({}, here)).toEqual(['Later today', 'Close by', 'Further off'])
    moveClock(4 * HOUR)
    expect(await namesOf({ kinds: ['meet'] }, here)).toEqual([])
  })
})

describe('places', () => {
  test('those closed for good are left out, with what was planned there; those closed now when that is asked', async () => {
    const { here, at } = freshGround()
    await openAt(desk.db, desk.team, 'Open', at(300, 0))
    await openAt(desk.db, desk.team, 'Shut today', at(100, 0), { week: NEVER })
    const gone = await openAt(desk.db, desk.team, 'Gone', at(200, 0))
    await meetAt(desk.db, desk.officer, desk.team, gone.id, { from: 1, until: 2, title: 'At a closed place' })
    await desk.db.update(places).set({ closedAt: new Date(), closedBecause: 'Sold' }).where(eq(places.id, gone.id))
    const { items } = await near({}, here)
    expect(items.map(({ name, open }) => [name, open])).toEqual([
      ['Shut today', false],
      ['Open', true],
    ])
    expect(items[0]?.opening).toMatch(/^Closed/)
    expect(items[1]?.opening).toMatch(/^Open/)
    expect(await namesOf({ openOnly: true }, here)).toEqual(['Open'])
  })

  test('a page is filled however many closed ones lie between', async () => {
    const { here, at } = freshGround()
    for (let number = 0; number < 9; number++)
      await openAt(desk.db, desk.team, `Row ${number}`, at(100 * (number + 1), 0), number % 4 === 0 ? {} : { week: NEVER })
    const first = await near({ openOnly: true, limit: 2 }, here)
    expect(first.items.map(({ name }) => name)).toEqual(['Row 0', 'Row 4'])
    expect(first.next).not.toBeNull()
    const second = await near({ openOnly: true, limit: 2, after: first.next ?? '' }, here)
    expect(second.items.map(({ name }) => name)).toEqual(['Row 8'])
    expect(second.next).toBeNull()
  })
})

/** A post of the staff with a point, which no verb makes and the database refuses: if it did not, the list would leave it out by itself. */
async function tellStaff(point: Point): Promise<void> {
  const { db, team } = desk
  const [inside] = await db.insert(conversations).values({ audience: 'staff', teamId: team.id, title: 'Among us', path: '/staff/1' }).returning()
  const [model] = await db.select().from(posts).limit(1)
  if (!inside || !model) throw new Error('nothing to go by')
  const { id: _id, ...columns } = model
  const made = { ...columns, audience: 'staff', conversationId: inside.id, title: 'Staff only', clientKey: randomUUID() }
  const [post] = await db.insert(posts).values(made).returning()
  if (!post) throw new Error('no post')
  const put = () => db.insert(postPoints).values({ postId: post.id, label: 'At the station', ...point, publishedAt: new Date() })
  await expect(put()).rejects.toMatchObject({ cause: { code: '23001' } })
  await db.execute('alter table post_points disable trigger post_points_public')
  await put()
}

describe('posts', () => {
  test('withdrawn, over, old and for staff alone: none of them is there', async () => {
    const { here, at } = freshGround()
    const tell = (title: string, more = {}) => tellAt(desk.db, desk.officer, desk.team, title, at(100, 100), more)
    await tell('Stands')
    const taken = await tell('Taken back')
    await withdrawPost(desk.db, desk.officer, taken.id, 'It was wrong.')
    const over = await tell('Over')
    await desk.db
      .update(posts)
      .set({ expiresAt: new Date(Date.now() - HOUR) })
      .where(eq(posts.id, over.id))
    await tellStaff(at(50, 50))
    await tell('Long ago', { publishedAt: new Date(Date.now() - 300 * 24 * HOUR) })
    expect(await namesOf({}, here)).toEqual(['Stands'])
  })
})

test('what is nearest, however far', async () => {
  const { here, at } = freshGround()
  await openAt(desk.db, desk.team, 'Twelve miles off', at(0, -12 * MILE))
  expect(await namesOf({ reach: 10 * MILE }, here)).not.toContain('Twelve miles off')
  expect((await nearestOf(desk.db, here, ['place', 'meet']))?.name).toBe('Twelve miles off')
  expect(await nearestOf(desk.db, { lat: 51.5, lng: -0.1 }, NEAR_KINDS)).toBeNull()
})
