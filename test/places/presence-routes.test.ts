import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { dayIn, openPlace, plan, travelTo } from './presence-world.ts'

let site: TestApp
let team: TeamName
let place: { id: number; slug: string }
let officer: SignedIn
let resident: SignedIn
let asOfficer: string
let asResident: string

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
  place = await openPlace(db, team, 'Heath Library')
  ;[asOfficer, asResident] = [await site.cookieOf(officer), await site.cookieOf(resident)]
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

/** What a person reads, without marks. */
const wordsOf = (html: string): string =>
  html
    .replace(/^[\s\S]*<main/, '<main')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

const form = (more = {}) => ({
  team: String(team.id),
  place: String(place.id),
  date: dayIn(10),
  from: '2pm',
  until: '4pm',
  about: 'Bring your <bicycle>.',
  times: '1',
  key: randomUUID(),
  ...more,
})

describe('the desk', () => {
  test('begins with a place that the address names, and keeps what was typed when something is wrong', async () => {
    const empty = await site.get('/officers/presences', asOfficer)
    expect(empty.body).toContain('Nothing is planned')
    const begun = await site.get('/officers/presences/new?place=heath-library', asOfficer)
    expect(begun.body).toMatch(new RegExp(`<option value="${place.id}" selected>`))
    const wrong = await site.post('/presences', form({ place: '', date: '31/2/2027', until: 'late', times: '27' }), asOfficer)
    expect(wrong.statusCode).toBe(422)
    for (const message of ['Choose a place', 'must be a real date', 'must be a time', 'from 1 to 26']) expect(wrong.body).toContain(message)
    expect(wrong.body).toContain('value="31/2/2027"')
    expect(wrong.body).toContain('Bring your &lt;bicycle&gt;.')
    expect((await site.get('/officers/presences', asOfficer)).body).toContain('Nothing is planned')
  })

  test('plans, sends the form twice, moves, and calls off', async () => {
    const sent = form({ times: '2' })
    const made = await site.post('/presences', sent, asOfficer)
    expect(made.statusCode).toBe(303)
    expect((await site.post('/presences', sent, asOfficer)).headers['location']).toBe(made.headers['location'])
    const path = String(made.headers['location']).split('?')[0] ?? ''
    const list = await site.get('/officers/presences', asOfficer)
    const ids = [...list.body.matchAll(/\/presences\/(\d+)\/change/g)].map(([, id]) => id)
    expect(ids).toHaveLength(2)
    const [id] = ids

    const change = await site.get(`/presences/${id}/change`, asOfficer)
    expect(change.body).toContain('value="2pm"')
    const moved = await site.post(`/presences/${id}/changes`, { ...form({ until: '5:30pm' }), version: '1' }, asOfficer)
    expect(moved.statusCode).toBe(303)
    const page = wordsOf((await site.get(String(moved.headers['location']), asOfficer)).body)
    expect(page).toContain('2pm to 5:30pm')
    expect(page).toContain('Corrected on')
    expect((await site.get(path)).statusCode).toBe(301)
    const versions = await site.get(`${String(moved.headers['location']).split('?')[0]}/versions`)
    expect(wordsOf(versions.body)).toContain('The time was changed.')
    const stale = await site.post(`/presences/${id}/changes`, { ...form({ until: '6pm' }), version: '1' }, asOfficer)
    expect(stale.statusCode).toBe(409)

    const silent = await site.post(`/presences/${id}/cancellation`, { because: '', version: '2' }, asOfficer)
    expect([silent.statusCode, silent.body.includes('Say why it is called off')]).toEqual([422, true])
    const unseen = await site.post(`/presences/${id}/cancellation`, { because: 'The van broke down.' }, asOfficer)
    expect([unseen.statusCode, unseen.body.includes('<a href="#because">This page is out of date')]).toEqual([422, true])
    const off = await site.post(`/presences/${id}/cancellation`, { because: 'The van broke down.', version: '2' }, asOfficer)
    expect(off.statusCode).toBe(303)
    const after = wordsOf((await site.get(String(off.headers['location']))).body)
    expect(after).toContain('Called off')
    expect(after).toContain('The van broke down.')
    expect((await site.get(`/presences/${id}/change`, asOfficer)).statusCode).toBe(403)
  })

  test('the forms of posts refuse it kindly, and its page does not offer them', async () => {
    const { postId, path } = await plan(site.world.db, officer, team, place, { days: 5 })
    const page = await site.get(path, asOfficer)
    for (const link of ['correct', 'withdraw', 'repost', 'pins']) expect(page.body).not.toContain(`/posts/${postId}/${link}"`)
    expect(page.body).toContain('Call it off')
    expect(page.body).not.toContain('urgent alert')
    const asPress = await site.cookieOf(await makeStaff(site.world.db, 'Press office', 'press-office'))
    expect((await site.get(path, asPress)).body).not.toContain('urgent alert')
    for (const address of ['correct', 'withdraw', 'repost']) {
      const answer = await site.get(`/posts/${postId}/${address}`, asPress)
      expect([answer.statusCode, answer.body.includes('changed or called off under “Meet us”')], address).toEqual([403, true])
    }
    const pinned = await site.post(`/posts/${postId}/pins`, { team: String(team.id) }, asOfficer)
    expect([pinned.statusCode, pinned.body.includes('“Meet us”')]).toEqual([403, true])
  })
})

describe('readers', () => {
  test('find it on the team’s page, soonest first, until its end, and not among its posts or in its feeds', async () => {
    const { db } = site.world
    const other = await makeTeam(db, 'Skegness')
    const by = await makeStaff(db, 'PC Baker', 'officer', other)
    const hall = await openPlace(db, other, 'Pier Hall')
    await makePost(db, by, other, 'An update')
    const later = await plan(db, by, other, hall, { days: 4 })
    const sooner = await plan(db, by, other, hall, { days: 2, about: 'Ask about scams.' })
    const page = async () => (await site.get('/teams/skegness')).body
    const before = await page()
    expect(wordsOf(before)).toMatch(/Meet us Pier Hall .*2pm to 4pm London Road, Bracebridge Heath Ask about scams\./)
    expect(before.indexOf(sooner.path)).toBeLessThan(before.indexOf(later.path))
    expect(before.split(sooner.path)).toHaveLength(2)
    for (const address of ['/', '/teams/skegness/feed.atom', '/teams/skegness/feed.json', '/tags/speeding']) {
      const { statusCode, body } = await site.get(address)
      expect([statusCode, body.includes('Meet us at')], address).toEqual([200, false])
    }
    expect((await site.get('/teams/skegness?after=1-1')).body).not.toContain('Pier Hall')
    travelTo(sooner.startsAt)
    expect(await page()).toContain('Here now until 4pm')
    travelTo(sooner.endsAt)
    expect(await page()).not.toContain(sooner.path)
    expect(await page()).toContain(later.path)
    const over = wordsOf((await site.get(sooner.path)).body)
    expect(over).toContain('This is over')
    travelTo(later.endsAt)
    expect(await page()).not.toContain('Meet us')
  })

  test('say that they came, once each, and take it back; a visitor is shown the way in and comes back', async () => {
    const { id, path, startsAt, endsAt } = await plan(site.world.db, officer, team, place, { days: 6, from: '9am', until: '11am' })
    expect((await site.get(path)).body).not.toContain(`/presences/${id}/visits`)
    const early = await site.post(`/presences/${id}/visits`, {}, asResident)
    expect([early.statusCode, early.body.includes('From 9am on that day')]).toEqual([403, true])
    travelTo(startsAt)
    // A role lasts, a session does not end by itself within days.
    const cookie = await site.cookieOf(resident)
    const out = await site.post(`/presences/${id}/visits`, {})
    expect([out.statusCode, out.headers['location']]).toEqual([303, `/sign-in?return=${encodeURIComponent(path)}`])
    expect((await site.get(path)).body).toContain(`action="/presences/${id}/visits"`)
    for (let tap = 0; tap < 2; tap++) expect((await site.post(`/presences/${id}/visits`, {}, cookie)).headers['location']).toBe(`${path}#came`)
    const mine = (await site.get(path, cookie)).body
    expect(mine).toContain(`action="/presences/${id}/visits/end"`)
    expect(mine).toContain('<button aria-pressed=true>I came <b>1</b></button>')
    expect((await site.get(path)).body).toContain('<button>I came <b>1</b></button>')
    const staff = await site.cookieOf(officer)
    expect((await site.post(`/presences/${id}/visits`, {}, staff)).statusCode).toBe(403)
    expect(wordsOf((await site.get(path, staff)).body)).toContain('1 person says that they came.')
    expect(wordsOf((await site.get('/officers/presences', staff)).body)).toMatch(/9am to 11am Here now until 11am Heath Library Bracebridge Heath 1 /)
    for (let tap = 0; tap < 2; tap++) await site.post(`/presences/${id}/visits/end`, {}, cookie)
    expect((await site.get(path)).body).toContain('<button>I came</button>')
    await site.post(`/presences/${id}/visits`, {}, cookie)
    travelTo(new Date(endsAt.getTime() + 14 * 3_600_000))
    const after = (await site.get(path)).body
    expect(after).not.toContain(`/presences/${id}/visits`)
    expect(wordsOf(after)).toContain('1 person says that they came.')
    expect(wordsOf((await site.get('/officers/presences?view=over', await site.cookieOf(officer))).body)).toContain('9am to 11am')
  })
})
