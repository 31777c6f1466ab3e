import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePost } from '../people.ts'
import { openApp, type TestApp } from '../app.ts'
import { settleTown, type Town } from '../browser/town.ts'
import { meetAt, MIDDLE, NEVER, off, openAt, tellAt } from './ground-town.ts'

let site: TestApp
let town: Town

beforeAll(async () => {
  site = await openApp()
  town = await settleTown(site.world)
  const { db } = site.world
  const library = await openAt(db, town.team, 'Library', off(0, 450), { address: '5 London Road' })
  await openAt(db, town.team, 'Shut hub', off(200, 0), { kind: 'hub', week: NEVER })
  await meetAt(db, town.officer, town.team, library.id, { from: -1, until: 2, title: 'Come and ask' })
  await tellAt(db, town.officer, town.team, 'Lights out on Grantham Road', off(-700, 0))
  await makePost(db, town.officer, town.team, 'Without a point')
})
afterAll(() => site?.close())

/** The words of the main part, without what stands in attributes. */
const wordsOf = (body: string): string =>
  (body.split('<main')[1] ?? '')
    .split('</main>')[0]
    ?.replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ') ?? ''

describe('from where', () => {
  test('nothing yet: a form, and a button that scripts show', async () => {
    const answer = await site.get('/nearby')
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('data-where="/nearby?at="')
    expect(answer.body).toContain('<form class="find" action="/nearby"')
  })

  test.each([
    ['a postcode', '?q=ln42le', 'Near LN4 2LE', 'Bracebridge Heath'],
    ['the beginning of one', '?q=LN4', 'Near LN4', 'Bracebridge Heath'],
    ['a phone', '?at=53.200,-0.530', 'Near you', 'Bracebridge Heath'],
    ['a village', '?q=waddington', 'Near waddington', 'Bracebridge Heath'],
    ['a team', '?q=Bracebridge+Heath', 'Near Bracebridge Heath', 'Bracebridge Heath'],
    ['a team by its address', '?team=skegness', 'Near Skegness', 'Skegness'],
  ])('%s', async (_what, query, title, team) => {
    const answer = await site.get(`/nearby${query}`)
    expect(answer.statusCode).toBe(200)
    expect(wordsOf(answer.body)).toContain(title)
    expect(wordsOf(answer.body)).toContain(`Your team here: ${team}`)
    expect(answer.headers['x-robots-tag']).toBe('noindex')
  })

  test.each([
    ['another force', '?q=NG23+5AA', 200, 'Another police force looks after NG23 5AA'],
    ['another force, by its letters', '?q=SW1A+1AA', 200, 'Metropolitan Police Service'],
    ['an unknown postcode', '?q=LN1+1ZZ', 404, 'We do not know this postcode'],
    ['an unknown name', '?q=Xanadu', 404, 'We found no team, place or postcode like that'],
    ['a slip', '?q=Wadington', 404, 'Did you mean one of these?'],
    ['a name of two teams', '?q=Low+Fields', 200, 'Choose a team'],
    ['far away', '?at=51.5,-0.1', 404, 'lies outside the area of Lincolnshire Police'],
    ['no point on Earth', '?at=153.2,-0.5', 404, 'That is not a place on the map'],
    ['no point at all', '?at=here', 404, 'That is not a place on the map'],
    ['no such team', '?team=nowhere', 404, 'There is no such team'],
    ['nothing that could be a team', '?team=%00', 404, 'There is no such team'],
  ])('%s: a clear sentence, and another way', async (_what, query, status, words) => {
    for (const path of ['/nearby', '/nearby/look']) {
      const answer = await site.get(`${path}${query}`)
      expect(answer.statusCode).toBe(status)
      expect(wordsOf(answer.body)).toContain(words)
      expect(answer.body).toContain('name="q"')
    }
  })

  test('just outside the areas: what is nearest in them, and that it is so', async () => {
    const answer = await site.get('/nearby?at=53.220,-0.530')
    expect(answer.statusCode).toBe(200)
    expect(wordsOf(answer.body)).toContain('You are just outside the areas')
    expect(wordsOf(answer.body)).not.toContain('Your team here')
  })

  test('what somebody typed too exactly never comes back', async () => {
    for (const path of ['/nearby', '/nearby/look']) {
      for (const at of ['53.2001234,-0.5301234', '53.2009876,-0.5299876', '51.5009876,-0.1299876']) {
        const { body, headers } = await site.get(`${path}?at=${at}&within=1`)
        for (const exact of at.split(',').flatMap((degrees) => [degrees, degrees.slice(0, -2)]))
          expect(body + JSON.stringify(headers)).not.toContain(exact)
      }
    }
  })
})

describe('the list', () => {
  test('what goes on now first, then by distance; each with way, walk, hours and its link', async () => {
    const { body } = await site.get('/nearby?at=53.200,-0.530')
    const order = ['Come and ask', 'Shut hub', 'Library', 'Lights out on Grantham Road'].map((name) => body.indexOf(`>${name}</a></h3>`))
    expect(order.every((place) => place > 0)).toBe(true)
    expect(order).toEqual(order.toSorted((one, other) => one - other))
    const words = wordsOf(body)
    expect(words).toContain('Here now')
    expect(words).toContain('About 450 metres north, about 7 minutes’ walk')
    expect(words).toContain('About 700 metres west')
    expect(words).toContain('Open all day')
    expect(words).toContain('Closed until further notice')
    expect(words).toContain('Near Grantham Road')
    expect(words).toContain('Latest from Bracebridge Heath')
    expect(words).toContain('Without a point')
    expect(body).toContain('/nearby/look?at=53.200,-0.530')
  })

  test('narrowed by kind, by what is open, by how far', async () => {
    const near = async (more: string) => wordsOf((await site.get(`/nearby?at=53.200,-0.530${more}`)).body)
    expect(await near('&show=places')).not.toContain('Lights out')
    expect(await near('&show=places&open=yes')).not.toContain('Shut hub')
    expect(await near('&show=places&open=yes')).toContain('Library')
    expect(await near('&show=meet')).toContain('Come and ask')
    expect(await near('&show=meet')).not.toContain('Shut hub')
    expect(await near('&show=posts')).toContain('Lights out')
    expect(await near('&within=99&show=other')).toContain('Library')
  })

  test('nothing near: says so, and shows the nearest all the same', async () => {
    const { body, statusCode } = await site.get('/nearby?at=53.220,-0.530&within=1&show=meet')
    expect(statusCode).toBe(200)
    expect(wordsOf(body)).toContain('There is nothing like this within 1 mile.')
    expect(wordsOf(body)).toContain('Come and ask')
  })

  test('the next page is a link', async () => {
    for (let number = 0; number < 21; number++)
      await openAt(site.world.db, town.otherTeam, `Kiosk ${number}`, { lat: 53.4, lng: 0.1 + number / 5000 })
    await site.world.db.$client.query(
      `insert into area_parts (area_id, rings, west, south, east, north, square_metres)
       select area_id, '[[[0,53.3],[0.2,53.3],[0.2,53.5],[0,53.5],[0,53.3]]]', 0, 53.3, 0.2, 53.5, 1000 from team_areas where team_id = ${town.otherTeam.id}`,
    )
    const first = await site.get('/nearby?at=53.400,0.100')
    const next = /href="([^"]*after=[^"]*)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&')
    expect(next).toBeDefined()
    expect(first.body).not.toContain('Kiosk 20<')
    expect((await site.get(next ?? '')).body).toContain('Kiosk 20<')
  })
})

test('looking around without scripts is the list, with public points alone', async () => {
  const { body } = await site.get('/nearby/look?at=53.200,-0.530')
  expect(wordsOf(body)).toContain('needs scripts, which are off in your browser')
  expect(wordsOf(body)).toContain('As a list, nearest first')
  const points = [...body.matchAll(/data-lat="([^"]+)" data-lng="([^"]+)"/g)].map(([, lat, lng]) => [Number(lat), Number(lng)])
  expect(points[0]).toEqual([MIDDLE.lat, MIDDLE.lng])
  expect(points).toHaveLength(5)
})

test('the camera reaches as far as the list did', async () => {
  expect((await site.get('/nearby?at=53.200,-0.530&within=10')).body).toContain('/nearby/look?at=53.200,-0.530&amp;within=10')
  const nothing = await site.get('/nearby/look?at=53.220,-0.530&within=1')
  expect(wordsOf(nothing.body)).toContain('There is nothing within 1 mile to look at.')
})
