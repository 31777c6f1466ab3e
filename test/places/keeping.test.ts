import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { changePlace, closePlace, openPlace } from '../../src/places/keeping.ts'
import { placeBySlug, placeList, placesOfTeam, type PlaceFilter } from '../../src/places/place.ts'
import { cancelPresence } from '../../src/places/presence-change.ts'
import { sayWindow } from '../../src/places/presence-window.ts'
import { placeChanges, places } from '../../src/places/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { openWorld, type World } from '../world.ts'
import { changesOf, contentOf, LIBRARY, makeKeepers, makePlace, type Keepers, type Who } from './place-world.ts'
import { plan, windowIn } from './presence-world.ts'

let world: World
let keepers: Keepers
beforeAll(async () => {
  world = await openWorld(10)
  keepers = await makeKeepers(world.db)
})
afterAll(() => world.close())
afterEach(() => moveClock(0))

const toldOf = async (placeId: number) =>
  (await world.db.select().from(activities).orderBy(activities.id)).filter(
    ({ kind, detail }) => kind.startsWith('place.') && detail['placeId'] === placeId,
  )
const versionOf = async (id: number) => (await world.db.select().from(teams).where(eq(teams.id, id)))[0]?.version ?? 0
const open = async (who: Who, name: string, clientKey = randomUUID()) =>
  openPlace(world.db, keepers.people[who], keepers.team, { content: await contentOf(world.db, { ...LIBRARY, name }), clientKey })

describe('opening a place', () => {
  test('gives it a page, a conversation, a row of who did it, and is told', async () => {
    const before = await versionOf(keepers.team.id)
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Library of the Heath' })
    expect(place).toMatchObject({
      slug: 'library-of-the-heath',
      path: '/places/library-of-the-heath',
      kindName: 'Community hub',
      teamSlug: 'bracebridge-heath',
    })
    expect(place.description.html).toBe('<p>Come and <strong>ask</strong> us.</p>')
    const [talk] = await world.db.select().from(conversations).where(eq(conversations.id, place.conversationId))
    expect(talk).toMatchObject({ audience: 'public', teamId: keepers.team.id, title: 'Library of the Heath', path: place.path, mode: 'open' })
    expect(await changesOf(world.db, place.id)).toMatchObject([
      { act: 'open', changedBy: keepers.people.officer.accountId, changedRole: 'officer', answer: 'agreed', form: { monday: '9am to 5pm' } },
    ])
    expect(await toldOf(place.id)).toMatchObject([
      { kind: 'place.opened', audience: 'public', conversationId: place.conversationId, teamId: keepers.team.id },
    ])
    expect(await versionOf(keepers.team.id)).toBe(before + 1)
  })

  test.each(['officer', 'sergeant', 'press'] as const)('is for the %s', async (who) => {
    expect(await open(who, `Opened by ${who}`)).toMatchObject({ waits: false })
  })

  test.each(['stranger', 'administrator', 'resident'] as const)('is not for the %s', async (who) => {
    await expect(open(who, `Not by ${who}`)).rejects.toBeInstanceOf(Forbidden)
  })

  test('two places of one name have two addresses, also when they are opened at once', async () => {
    const paths = (await Promise.all([1, 2, 3].map(() => open('officer', 'Village Hall')))).map(({ path }) => path)
    expect(paths.toSorted()).toEqual(['/places/village-hall', '/places/village-hall-2', '/places/village-hall-3'])
  })

  test('nor does a number behind a name get in the way of a name with that number', async () => {
    for (let round = 1; round <= 5; round++) {
      await open('officer', `Hub ${round}00`)
      const paths = (await Promise.all([`Hub ${round}00`, `Hub ${round}00 2`].map((name) => open('officer', name)))).map(({ path }) => path)
      expect(new Set(paths).size).toBe(2)
      expect(paths).toContain(`/places/hub-${round}00-2`)
    }
  })

  test('the same form sent at once and again opens one', async () => {
    const key = randomUUID()
    const paths = await Promise.all([1, 2, 3].map(() => open('officer', 'Sent Often', key)))
    expect(new Set(paths.map(({ path }) => path))).toEqual(new Set(['/places/sent-often']))
    expect(await open('officer', 'Sent Often', key)).toEqual({ path: '/places/sent-often', waits: false })
    expect(await world.db.$count(places, eq(places.name, 'Sent Often'))).toBe(1)
    await expect(open('sergeant', 'Sent Often', key)).rejects.toBeInstanceOf(Overtaken)
  })

  test('not for a team that is archived', async () => {
    const { press } = keepers.people
    const [gone] = await world.db.insert(teams).values({ slug: 'gone', name: 'Gone', archivedAt: new Date(), archivedBecause: 'Merged.' }).returning()
    if (!gone) throw new Error('no team')
    const content = await contentOf(world.db)
    await expect(openPlace(world.db, press, gone, { content, clientKey: randomUUID() })).rejects.toBeInstanceOf(Forbidden)
    expect(await world.db.$count(placeChanges, eq(placeChanges.teamId, gone.id))).toBe(0)
  })
})

describe('changing a place', () => {
  const change = async (who: Who, id: number, version: number, typed: Record<string, string>, clientKey = randomUUID()) =>
    changePlace(world.db, keepers.people[who], id, { content: await contentOf(world.db, { ...LIBRARY, ...typed }), version, clientKey })

  test('shows at once, keeps its address, and names its conversation anew', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Old Name' })
    await change('sergeant', place.id, 1, { name: 'New Name', monday: 'closed' })
    const now = await placeBySlug(world.db, 'old-name')
    expect(now).toMatchObject({ name: 'New Name', slug: 'old-name', version: 2 })
    expect(now.week[0]).toEqual([])
    const [talk] = await world.db.select().from(conversations).where(eq(conversations.id, place.conversationId))
    expect(talk).toMatchObject({ title: 'New Name', path: '/places/old-name' })
    expect((await changesOf(world.db, place.id)).map(({ act, changedRole }) => [act, changedRole])).toEqual([
      ['open', 'officer'],
      ['change', 'supervisor'],
    ])
    expect((await toldOf(place.id)).map(({ kind }) => kind)).toEqual(['place.opened', 'place.changed'])
  })

  test('of two at once one is told that a colleague was quicker, and nothing of theirs is kept', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Contested' })
    const both = await Promise.allSettled([change('officer', place.id, 1, { name: 'One' }), change('press', place.id, 1, { name: 'Other' })])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((result) => result.status === 'rejected')?.reason).toBeInstanceOf(Overtaken)
    expect(await changesOf(world.db, place.id)).toHaveLength(2)
    expect(await placeBySlug(world.db, place.slug)).toMatchObject({ version: 2 })
  })

  test('sent twice it is made once', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Twice' })
    const key = randomUUID()
    const answers = await Promise.all([1, 2].map(() => change('officer', place.id, 1, { name: 'Thrice' }, key)))
    expect(answers).toEqual([
      { path: place.path, waits: false },
      { path: place.path, waits: false },
    ])
    expect((await toldOf(place.id)).map(({ kind }) => kind)).toEqual(['place.opened', 'place.changed'])
  })

  test('a key of something else is refused', async () => {
    const [place, other] = [await makePlace(keepers, { ...LIBRARY, name: 'Key One' }), await makePlace(keepers, { ...LIBRARY, name: 'Key Two' })]
    const key = randomUUID()
    await change('officer', place.id, 1, {}, key)
    await expect(change('officer', other.id, 1, {}, key)).rejects.toBeInstanceOf(Overtaken)
    await expect(closePlace(world.db, keepers.people.officer, place.id, { because: 'x', version: 2, clientKey: key })).rejects.toBeInstanceOf(
      Overtaken,
    )
    expect(await placeBySlug(world.db, place.slug)).toMatchObject({ closedAt: null, version: 2 })
  })

  test.each(['stranger', 'administrator', 'resident', 'partner'] as const)('is not for the %s', async (who) => {
    const place = await makePlace(keepers, { ...LIBRARY, name: `Kept from ${who}` })
    await expect(change(who, place.id, 1, {})).rejects.toBeInstanceOf(Forbidden)
    expect(await changesOf(world.db, place.id)).toHaveLength(1)
  })

  test('there is nothing to change at an address of nothing', async () => {
    await expect(change('officer', 987_654, 1, {})).rejects.toBeInstanceOf(NotFound)
  })
})

describe('closing a place for good', () => {
  const close = (who: Who, id: number, version: number, clientKey = randomUUID()) =>
    closePlace(world.db, keepers.people[who], id, { because: 'The lease ended. Go to the hub.', version, clientKey })

  test('it stays readable and says since when; its conversation closes; it leaves the lists', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Closing' })
    await close('officer', place.id, 1)
    const now = await placeBySlug(world.db, 'closing')
    expect(now).toMatchObject({ closedBecause: 'The lease ended. Go to the hub.', saysOpening: 'Closed for good', mode: 'archived' })
    expect(now.closedAt).toBeInstanceOf(Date)
    expect((await placesOfTeam(world.db, keepers.team.id)).map(({ slug }) => slug)).not.toContain('closing')
    expect((await toldOf(place.id)).map(({ kind }) => kind)).toEqual(['place.opened', 'place.closed'])
    await expect(
      changePlace(world.db, keepers.people.press, place.id, { content: await contentOf(world.db), version: 2, clientKey: randomUUID() }),
    ).rejects.toBeInstanceOf(Forbidden)
    await expect(close('press', place.id, 2)).rejects.toBeInstanceOf(Forbidden)
  })

  test('twice is once', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Closed Twice' })
    const key = randomUUID()
    expect(await Promise.all([close('officer', place.id, 1, key), close('officer', place.id, 1, key)])).toEqual([
      { path: place.path, waits: false },
      { path: place.path, waits: false },
    ])
    expect((await toldOf(place.id)).map(({ kind }) => kind)).toEqual(['place.opened', 'place.closed'])
  })

  test('a legal lock on its conversation stays', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Locked' })
    const lock = { mode: 'legal-lock', trigger: 'charge', reviewAt: new Date(Date.now() + 86_400_000) } as const
    await world.db.transaction((tx) => setMode(tx, keepers.people.press, place.conversationId, lock))
    await close('officer', place.id, 1)
    expect(await placeBySlug(world.db, 'locked')).toMatchObject({ mode: 'legal-lock', saysOpening: 'Closed for good' })
  })

  test('not while officers are announced there, and it says what to call off first', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Announced' })
    const [first, second] = [windowIn(3), windowIn(9)]
    await plan(world.db, keepers.people.press, keepers.elsewhere, place, { days: 9 })
    const one = `People are still expected here: ${sayWindow(second)} (Alford team). Move that or call it off first`
    await expect(close('officer', place.id, 1)).rejects.toMatchObject({ fields: { because: one } })
    const made = await plan(world.db, keepers.people.officer, keepers.team, place)
    const two = `People are still expected here: ${sayWindow(first)} (Bracebridge Heath team). 1 more such time is planned. Move them or call them off first`
    await expect(close('officer', place.id, 1)).rejects.toMatchObject({ fields: { because: two } })
    await cancelPresence(world.db, keepers.people.officer, made.id, { because: 'It closes.', version: 1 })
    await expect(close('officer', place.id, 1)).rejects.toMatchObject({ fields: { because: one } })
    expect(await placeBySlug(world.db, 'announced')).toMatchObject({ closedAt: null, mode: 'open' })
    moveClock(11 * 86_400_000)
    await close('officer', place.id, 1)
  })

  test('what is planned and a closing do not pass each other by', async () => {
    for (let round = 0; round < 5; round++) {
      const place = await makePlace(keepers, { ...LIBRARY, name: `Race ${round}` })
      const [planned, closed] = await Promise.allSettled([
        plan(world.db, keepers.people.officer, keepers.team, place),
        close('sergeant', place.id, 1),
      ])
      expect([planned.status, closed.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    }
  })

  test.each(['stranger', 'administrator', 'resident', 'partner'] as const)('is not for the %s', async (who) => {
    const place = await makePlace(keepers, { ...LIBRARY, name: `Open to ${who}` })
    await expect(close(who, place.id, 1)).rejects.toBeInstanceOf(Forbidden)
  })
})

describe('the list of places', () => {
  const ALL: PlaceFilter = { kind: null, teamId: null, open: false, after: null }
  async function* pagesOf(filter: PlaceFilter) {
    for (let after: number | null = null; ;) {
      const page = await placeList(world.db, { ...filter, after })
      yield page.items
      if (page.next === null) return
      after = page.next
    }
  }

  test('goes from A to Z by key, each place once, and narrows', async () => {
    const { elsewhere, people } = keepers
    for (let index = 0; index < 45; index++) {
      const hours = index % 3 === 0 ? 'all day' : 'closed'
      const week = Object.fromEntries(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, hours]))
      const typed = {
        ...LIBRARY,
        ...week,
        name: `Stop ${String(index % 20).padStart(2, '0')}`,
        kind: index % 2 === 0 ? 'counter' : 'surgery',
        holidays: 'as-usual',
        exceptions: '',
      }
      await openPlace(world.db, people.stranger, elsewhere, { content: await contentOf(world.db, typed), clientKey: randomUUID() })
    }
    const teamId = elsewhere.id
    const read = async (filter: Partial<PlaceFilter>) => {
      const pages = []
      for await (const items of pagesOf({ ...ALL, ...filter })) pages.push(items)
      return pages
    }
    const pages = await read({ teamId })
    expect(pages.map((items) => items.length)).toEqual([20, 20, 5])
    const names = pages.flat().map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(45)
    expect((await read({ teamId, kind: 'counter' })).flat()).toHaveLength(23)
    const open = await read({ teamId, open: true })
    expect(open.flat().map(({ saysOpening }) => saysOpening)).toEqual(Array.from({ length: 15 }, () => 'Open all day'))
    expect((await read({ teamId, open: true, kind: 'surgery' })).flat()).toHaveLength(7)
  })

  test('a page of open places says that there is more only while nobody has looked', async () => {
    const { elsewhere } = keepers
    await world.db.$client.query(
      `with made as (insert into conversations (audience, team_id, title, path)
        select 'public', $1, 'Far ' || n, '/places/far-' || n from generate_series(1, 620) n returning id, title)
      insert into places (slug, name, kind, team_id, conversation_id, address, lat, lng, access_notes, week, changed_at, client_key)
      select 'f' || id, title, 'hub', $1, id, 'x', 53, 0, 'x', '[[],[],[],[],[],[],[]]', now(), gen_random_uuid() from made`,
      [elsewhere.id],
    )
    const first = await placeList(world.db, { ...ALL, teamId: elsewhere.id, open: true })
    expect(first.items).toEqual([])
    expect(first.next).not.toBeNull()
    const second = await placeList(world.db, { ...ALL, teamId: elsewhere.id, open: true, after: first.next })
    expect(second.items).toHaveLength(15)
    expect(second.next).toBeNull()
  })
})

describe('what the tables hold by themselves', () => {
  const run = (text: string, values: unknown[] = []) => world.db.$client.query(text, values)

  test('an address, a closing and a position', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Guarded' })
    const set = (columns: string) => run(`update places set ${columns} where id = $1`, [place.id])
    for (const wrong of [`slug = 'other'`, `slug = 'Not a slug'`, `lat = 0`, `lng = 100`, `week = '[]'`, `kind = 'partner'`, `closed_at = now()`])
      await expect(set(wrong), wrong).rejects.toThrow()
    await expect(run('delete from places where id = $1', [place.id])).rejects.toThrow('keeps its page')
    await set(`closed_at = now(), closed_because = 'x'`)
    for (const wrong of [`closed_at = null, closed_because = null`, `closed_because = 'y'`])
      await expect(set(wrong), wrong).rejects.toThrow('closed for good')
  })

  test('a change is written once', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Written Once' })
    const set = (columns: string) => run(`update place_changes set ${columns} where place_id = $1`, [place.id])
    for (const wrong of [`form = '{}'`, `changed_by = changed_by + 1`, `answer = 'refused', answer_note = 'x'`, `place_id = null`, `act = 'close'`])
      await expect(set(wrong), wrong).rejects.toThrow('stays as it was made')
    await expect(run('delete from place_changes where place_id = $1', [place.id])).rejects.toThrow()
    await expect(run('truncate place_changes cascade')).rejects.toThrow()
  })
})
