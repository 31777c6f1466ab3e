import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock, now } from '../../src/clock.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { placeBySlug } from '../../src/places/place.ts'
import { openApp, type TestApp } from '../app.ts'
import { LIBRARY, makeKeepers, makePlace, makeService, proposePlace, SERVICE, type Keepers, type Who } from './place-world.ts'
import { plan } from './presence-world.ts'

let site: TestApp
let keepers: Keepers
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  keepers = await makeKeepers(site.world.db)
})
afterAll(() => site?.close())
afterEach(() => moveClock(0))

const as = (who: Who): Promise<string> => site.cookieOf(keepers.people[who])
const get = async (path: string, who?: Who) => site.get(path, who && (await as(who)))
const post = async (path: string, form: Record<string, string>, who: Who) => site.post(path, form, await as(who))
const placeNow = (slug: string) => placeBySlug(site.world.db, slug)

/** It is that moment from here to the end of the test. */
const itIs = (moment: string): void => moveClock(new Date(moment).getTime() - now().getTime())

/** What a browser would send of the form on a page: the hidden fields, and every other as it is filled in. */
function formOn(html: string): Record<string, string> {
  const form: Record<string, string> = {}
  for (const [, attributes = ''] of html.matchAll(/<input ([^>]*)>/g)) {
    const name = /name="([^"]*)"/.exec(attributes)?.[1]
    if (name && !/type="radio"(?!.*checked)/.test(attributes)) form[name] = /value="([^"]*)"/.exec(attributes)?.[1] ?? ''
  }
  for (const [, name = '', text = ''] of html.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)<\/textarea>/g)) form[name] = text
  return form
}

describe('the page of a place', () => {
  test('says what it is, whether it is open, its week, how to get in, and who looks after it', async () => {
    await makePlace(keepers)
    itIs('2026-12-21T10:00:00Z')
    const page = await get('/places/heath-library')
    expect(page.statusCode).toBe(200)
    for (const words of [
      'Heath Library',
      'Open until 5pm',
      'Come and <strong>ask</strong> us.',
      '12 London Road, Bracebridge Heath',
      'LN4 2LE',
      'A level way in, and a hearing loop.',
      'href="tel:01522000000"',
      'example.org',
      '<a href="/teams/bracebridge-heath">Bracebridge Heath team</a>',
      '/follow/places/heath-library',
      'Add a comment',
    ])
      expect(page.body).toContain(words)
    // The day itself, the one that differs, and the bank holidays to come.
    expect(page.body).toMatch(/class="here" aria-current="date"><th scope="row">Monday/)
    expect(page.body).toMatch(/Thursday<\/th><td>9am to midday <span class="muted">Only this week/)
    expect(page.body).toMatch(/Friday<\/th><td>Closed <span class="muted">Bank holiday/)
    expect(page.body).toMatch(/Monday 28 December<\/th><td>Closed <span class="muted">Bank holiday/)
    expect(page.body).toMatch(/Friday 1 January<\/th><td>Closed/)
    expect(page.body).not.toContain('Tuesday 29 December')
    expect(page.body).not.toContain('Keeping this place')
    itIs('2026-12-24T13:00:00Z')
    expect((await get('/places/heath-library')).body).toContain('Closed. Opens Saturday at 10am')
  })

  test('has a conversation for tips', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Talked About' })
    const said = await post(
      `/conversations/${place.conversationId}/comments`,
      { body: 'The ramp is behind the house.', key: randomUUID() },
      'sergeant',
    )
    expect(String(said.headers['location'])).toContain('/comments/')
    expect((await get(place.path)).body).toContain('The ramp is behind the house.')
    expect((await get(`${place.path}?after=nonsense`)).statusCode).toBe(404)
  })

  test('says when officers can be met there', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Meeting Point' })
    await plan(site.world.db, keepers.people.officer, keepers.team, place)
    const { body } = await get(place.path)
    expect(body).toContain('Meet us here')
    expect(body).toContain('2pm to 4pm')
  })

  test('of a closed place stays, says since when and why, and takes no comments', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Gone Soon' })
    const form = formOn((await get(`${place.path}/closure`, 'officer')).body)
    expect((await post(`${place.path}/closure`, { ...form, because: '' }, 'officer')).body).toContain('Say why it closes')
    const closed = await post(`${place.path}/closure`, { ...form, because: 'Go to the hub.' }, 'officer')
    expect(closed.headers['location']).toBe(`${place.path}?done=place-closed`)
    expect((await post(`${place.path}/closure`, { ...form, because: 'Go to the hub.' }, 'officer')).statusCode).toBe(303)
    const { body, statusCode } = await get(place.path)
    expect(statusCode).toBe(200)
    for (const words of ['Closed for good', 'Closed since', 'Go to the hub.', 'This conversation is archived']) expect(body).toContain(words)
    for (const words of ['Opening hours', 'Add a comment', '/follow/places']) expect(body).not.toContain(words)
    for (const way of ['edit', 'closure']) expect((await get(`${place.path}/${way}`, 'press')).statusCode).toBe(403)
    expect((await get('/places?team=bracebridge-heath')).body).not.toContain('Gone Soon')
    const comment = await post(`/conversations/${place.conversationId}/comments`, { body: 'Too late?', key: randomUUID() }, 'sergeant')
    expect(comment.statusCode).toBeGreaterThanOrEqual(400)
  })

  test('while officers are announced there, the form to close it says so, and keeps the words', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Promised' })
    const { path } = await plan(site.world.db, keepers.people.officer, keepers.team, place)
    const page = (await get(`${place.path}/closure`, 'officer')).body
    expect(page).toContain(`href="${path}"`)
    const refused = await post(`${place.path}/closure`, { ...formOn(page), because: 'Go to the hub.' }, 'officer')
    expect(refused.statusCode).toBe(422)
    for (const words of ['People are still expected here', '>Go to the hub.</textarea>', 'href="#because"']) expect(refused.body).toContain(words)
  })

  test('of no place is not found', async () => {
    for (const path of ['/places/none', '/places/none/edit', '/places/none/closure', '/place-changes/987654', '/place-changes/x'])
      expect((await get(path, 'press')).statusCode, path).toBe(404)
  })
})

describe('the list of places', () => {
  test('narrows by kind, team and open now, and says what it shows', async () => {
    await makePlace(keepers, { ...LIBRARY, name: 'Counter One', kind: 'counter', sunday: 'all day', exceptions: '' })
    itIs('2026-11-29T10:00:00Z')
    const list = async (query: string) => (await get(`/places${query}`)).body
    expect(await list('')).toContain('Counter One')
    expect(await list('?kind=counter')).toContain('Counter One')
    expect(await list('?kind=surgery')).toContain('No place is like that. <a href="/places">See all places</a>')
    expect(await list('?team=alford')).not.toContain('Counter One')
    const open = await list('?open=yes&team=bracebridge-heath')
    expect(open).toContain('looked after by Bracebridge Heath, open now at 10am')
    expect(open).toContain('Counter One')
    expect(open).not.toContain('Heath Library')
    expect(await list('?kind=nonsense&team=nowhere&after=x')).toContain('Counter One')
    expect(await list('?after=999999999')).toContain('There are no more places.')
  })
})

describe('opening and changing over HTTP', () => {
  test('an officer opens a place from the form, and what was wrong is said by field, with the words kept', async () => {
    const blank = formOn((await get('/officers/places/new', 'officer')).body)
    expect(blank['team']).toBe(String(keepers.team.id))
    const refused = await post('/places', { ...blank, name: 'Kept Words', monday: 'mornings' }, 'officer')
    expect(refused.statusCode).toBe(422)
    for (const words of ['href="#kind"', 'href="#monday"', 'Monday: write them like', 'value="Kept Words"', 'value="mornings"', blank['key'] ?? '-'])
      expect(refused.body).toContain(words)
    const opened = await post('/places', { ...blank, ...LIBRARY, name: 'From the Form' }, 'officer')
    expect(opened.headers['location']).toBe('/places/from-the-form?done=place-opened')
    expect((await post('/places', { ...blank, ...LIBRARY, name: 'From the Form' }, 'officer')).headers['location']).toBe(
      '/places/from-the-form?done=place-opened',
    )
    expect((await get('/officers/places', 'officer')).body).toContain('From the Form')
  })

  test('for another team it is refused', async () => {
    const form = { ...LIBRARY, team: String(keepers.elsewhere.id), key: randomUUID() }
    expect((await post('/places', form, 'officer')).statusCode).toBe(403)
    const without = await post('/places', { ...LIBRARY, key: randomUUID() }, 'press')
    expect(without.statusCode).toBe(422)
    expect(without.body).toContain('Choose the team that looks after it')
  })

  test('a change shows; a colleague who was slower gets their words beside what it says now, and may save them', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Both Open' })
    const mine = formOn((await get(`${place.path}/edit`, 'officer')).body)
    const theirs = formOn((await get(`${place.path}/edit`, 'sergeant')).body)
    expect(mine).toMatchObject({ version: '1', monday: '9am to 5pm', postcode: 'LN4 2LE', lat: '', holidays: 'closed', kind: 'hub' })
    const saved = await post(`${place.path}/changes`, { ...mine, monday: '8am to 6pm' }, 'officer')
    expect(saved.headers['location']).toBe(`${place.path}?done=place-changed`)
    const late = await post(`${place.path}/changes`, { ...theirs, tuesday: 'all day' }, 'sergeant')
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('A colleague changed this place')
    expect(late.body).toContain('<del>8am to 6pm</del> <ins>9am to 5pm</ins>')
    expect(late.body).toContain('value="all day"')
    expect(await placeNow('both-open')).toMatchObject({ version: 2 })
    const again = await post(`${place.path}/changes`, formOn(late.body), 'sergeant')
    expect(again.headers['location']).toBe(`${place.path}?done=place-changed`)
    expect((await placeNow('both-open')).week[1]).toEqual([['00:00', '24:00']])
  })

  test('who may not keep it is refused; who can is offered it', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Who Keeps' })
    const form = { ...LIBRARY, version: '1', key: randomUUID() }
    for (const who of ['stranger', 'administrator', 'resident', 'partner'] as const) {
      expect((await get(`${place.path}/edit`, who)).statusCode, who).toBe(403)
      expect((await post(`${place.path}/changes`, form, who)).statusCode, who).toBe(403)
      expect((await get(place.path, who)).body, who).not.toContain('/edit')
    }
    for (const who of ['officer', 'sergeant', 'press'] as const) expect((await get(place.path, who)).body, who).toContain(`${place.path}/edit`)
  })

  test('a lock on the conversation and a mode are shown as everywhere', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'Held Talk' })
    const held = { mode: 'held', reason: 'Too many at once.' } as const
    await site.world.db.transaction((tx) => setMode(tx, keepers.people.press, place.conversationId, held))
    expect((await get(place.path)).body).toContain('Too many at once.')
  })
})

describe('what a partner proposes, over HTTP', () => {
  test('goes from their form to the sergeant and onto the page, and they see how it stands', async () => {
    const page = (await get('/officers/places/new', 'partner')).body
    expect(page).toContain('Propose a place')
    const form = { ...formOn(page), ...SERVICE, name: 'Youth Club', team: String(keepers.team.id) }
    const sent = await post('/places', form, 'partner')
    const path = String(sent.headers['location']).split('?')[0] ?? ''
    expect(path).toMatch(/^\/place-changes\/\d+$/)
    expect((await get(path, 'partner')).body).toContain('Waits for a second person')
    expect((await get(path, 'partner')).body).not.toContain('Send the answer')
    expect((await get('/officers/places', 'sergeant')).body).toContain('Youth Club')
    expect((await post(`${path}/answer`, { answer: 'refused', note: '' }, 'sergeant')).body).toContain(
      'Say why, in a sentence for whoever proposed it',
    )
    expect((await post(`${path}/answer`, {}, 'sergeant')).body).toContain('Choose whether you agree')
    const agreed = await post(`${path}/answer`, { answer: 'agreed' }, 'sergeant')
    expect(agreed.headers['location']).toBe('/places/youth-club?done=place-agreed')
    expect((await get('/officers/places', 'partner')).body).toMatch(/Youth Club[\s\S]*Agreed/)
    const own = (await get('/places/youth-club', 'partner')).body
    expect(own).toContain('Propose a change')
    const change = formOn((await get('/places/youth-club/edit', 'partner')).body)
    const asked = await post('/places/youth-club/changes', { ...change, friday: 'closed' }, 'partner')
    const changePath = String(asked.headers['location']).split('?')[0] ?? ''
    expect((await get(changePath, 'press')).body).toContain('<del>9am to 5pm</del> <ins>closed</ins>')
    expect((await get(changePath, 'press')).body.match(/<dt>/g)).toHaveLength(1)
    await post(`${changePath}/answer`, { answer: 'refused', note: 'Ring us first.' }, 'press')
    expect((await get('/officers/places', 'partner')).body).toContain('Ring us first.')
    expect((await placeNow('youth-club')).week[4]).toEqual([['09:00', '17:00']])
  })

  test('is on no page of anybody else before it is agreed', async () => {
    const name = 'Zephyr Haven'
    const id = await proposePlace(keepers, { ...SERVICE, name, description: 'Zephyr words', address: '1 Zephyr Lane' })
    const service = await makeService(keepers, { ...SERVICE, name: 'Open Service' })
    const form = { ...formOn((await get(`${service.path}/edit`, 'partner')).body), description: 'Zephyr change' }
    await post(`${service.path}/changes`, form, 'partner')
    const paths = ['/', '/places', '/places/zephyr-haven', '/places?kind=partner&team=bracebridge-heath', '/teams/bracebridge-heath', service.path]
    const staff = ['/officers', '/officers/places', `/place-changes/${id}`, `/place-changes/${id + 1}`, '/moderation', '/account']
    for (const who of [undefined, 'resident', 'officer', 'stranger', 'administrator', 'otherPartner'] as const)
      for (const path of [...paths, ...staff, `/search?q=zephyr`, '/nearby?q=LN4+2LE', '/feed.atom', '/teams/bracebridge-heath/feed.json'])
        expect((await get(path, who)).body, `${who ?? 'visitor'} ${path}`).not.toContain('Zephyr ')
    for (const path of paths) expect((await get(path, 'partner')).body).not.toContain('Zephyr ')
    expect((await get(`/place-changes/${id}`, 'press')).body).toContain(name)
  })

  test('cannot be answered by whoever may not see it', async () => {
    const id = await proposePlace(keepers, { ...SERVICE, name: 'Not For All' })
    for (const [who, status] of [
      ['officer', 404],
      ['stranger', 404],
      ['partner', 403],
      ['administrator', 403],
      ['resident', 403],
    ] as const)
      expect((await post(`/place-changes/${id}/answer`, { answer: 'agreed' }, who)).statusCode, who).toBe(status)
    expect((await get('/places/not-for-all')).statusCode).toBe(404)
  })
})
