import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { finishPeriods } from '../../src/effort/result.ts'
import type { Team } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident } from '../people.ts'
import { allTo, answer, closePriority, freshTeam, mostlyTo, travelTo } from './effort-world.ts'

let site: TestApp
let team: Team
let sergeant: SignedIn
let ids: number[]
let path: string
let asResident: string
const [one, two] = [() => ids[0] ?? 0, () => ids[1] ?? 0]

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  ;({ team, sergeant, ids } = await freshTeam(site.world.db))
  path = `/teams/${team.slug}/effort`
  asResident = await site.cookieOf(await makeResident(site.world.db, 'Maureen T'))
})
afterAll(async () => {
  moveClock(0)
  await site.close()
})

const wordsOf = (html: string): string =>
  html
    .replace(/^[\s\S]*<main/, '<main')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

describe('taking part', () => {
  test('a visitor reads what it is and how to take part, and is not let in by a form', async () => {
    const page = await site.get(path)
    expect(wordsOf(page.body)).toContain('There is no result yet')
    expect(page.body).toContain(`href="/sign-in?return=%2Fteams%2F${team.slug}%2Feffort"`)
    expect(page.body).not.toContain('<form method="post" action="/teams')
    expect((await site.post(path, { [`hours-${one()}`]: '10' })).statusCode).toBe(403)
  })

  test('staff are told why they do not', async () => {
    const asSergeant = await site.cookieOf(sergeant)
    const page = await site.get(path, asSergeant)
    expect(wordsOf(page.body)).toContain('Staff do not take part')
    const sent = await site.post(path, { [`hours-${one()}`]: '10' }, asSergeant)
    expect([sent.statusCode, wordsOf(sent.body)]).toEqual([403, expect.stringContaining('Staff do not take part')])
  })

  test('what was typed stays when it is wrong, and the message leads to the field', async () => {
    const sent = await site.post(path, { [`hours-${one()}`]: '6', [`hours-${two()}`]: 'lots', area: 'Canwick' }, asResident)
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain('href="#hours"')
    expect(sent.body).toContain('id="hours"')
    expect(sent.body).toContain('value="6"')
    expect(sent.body).toContain('<option selected>Canwick')
    const short = await site.post(path, { [`hours-${one()}`]: '6', [`hours-${two()}`]: '' }, asResident)
    expect(wordsOf(short.body)).toContain('You have shared out 6 hours')
  })

  test('it is kept, shown to its author, changed and taken back', async () => {
    const kept = await site.post(path, { [`hours-${one()}`]: '6', [`hours-${two()}`]: '4', area: 'Canwick' }, asResident)
    expect([kept.statusCode, kept.headers['location']]).toEqual([303, `${path}?done=effort-shared`])
    const again = await site.get(path, asResident)
    expect(wordsOf(again.body)).toContain('You have taken part')
    expect(wordsOf(again.body)).toMatch(
      /It waits to be counted: answers are counted when at least five|It waits to be counted: answers are counted when at least 5/,
    )
    expect(again.body).toMatch(new RegExp(`name="hours-${one()}" value="6"`))
    expect((await site.post(`${path}/withdrawal`, {}, asResident)).headers['location']).toBe(`${path}?done=effort-withdrawn`)
    expect(wordsOf((await site.get(path, asResident)).body)).not.toContain('You have taken part')
  })

  test('a team that there is not, and one without priorities', async () => {
    expect((await site.get('/teams/nowhere/effort')).statusCode).toBe(404)
    expect((await site.get('/teams/nowhere/effort.csv')).statusCode).toBe(404)
    const empty = await freshTeam(site.world.db, 0)
    expect(wordsOf((await site.get(`/teams/${empty.team.slug}/effort`)).body)).toContain('no open priorities now')
  })
})

describe('results', () => {
  test('the page and the file say the same, to everybody, and hold only what was counted', async () => {
    const { db } = site.world
    await answer(db, team, 5, mostlyTo(one(), two()))
    await answer(db, team, 7, allTo(two()), 'Waddington')
    const page = await site.get(path)
    const words = wordsOf(page.body)
    expect(words).toContain('10 residents counted')
    expect(words).toContain('6.5 hours')
    expect(words).toContain('3.5 hours')
    expect(words).toContain('Elsewhere, or not said')
    expect(page.headers['content-security-policy']).not.toContain('unsafe')
    const file = await site.get(`${path}.csv`)
    expect(file.headers['content-type']).toContain('text/csv')
    const rows = file.body
      .trim()
      .split('\r\n')
      .map((row) => row.split(','))
    expect(rows).toHaveLength(1 + 3 * 2)
    expect(rows.slice(1).map(([, , place, people, , hours]) => `${place} ${people} ${hours}`)).toEqual([
      'Everybody 10 6.5',
      'Everybody 10 3.5',
      'Waddington 5 10',
      'Waddington 5 0',
      expect.stringMatching(/^"Elsewhere/),
      expect.stringMatching(/^"Elsewhere/),
    ])
  })

  test('over the quarters: a closed priority keeps its hours, a quarter without a result is a gap', async () => {
    const { db } = site.world
    const old = await freshTeam(db)
    const [first = 0, second = 0] = old.ids
    travelTo('2027-02-01T12:00:00Z')
    await answer(db, old.team, 5, mostlyTo(first, second))
    travelTo('2027-08-01T12:00:00Z')
    await finishPeriods(db)
    await answer(db, old.team, 5, mostlyTo(second, first))
    await closePriority(db, old.sergeant, old.team, first)
    travelTo('2027-11-01T12:00:00Z')
    await finishPeriods(db)
    await answer(db, old.team, 6, allTo(second))
    const words = wordsOf((await site.get(`/teams/${old.team.slug}/effort`)).body)
    moveClock(0)
    expect(words).toContain('From 3 hours in January to March 2027 to 10 hours in October to December 2027.')
    expect(words).toContain('April to June 2027 No result')
    const file = (await site.get(`/teams/${old.team.slug}/effort.csv`)).body
    expect(file).toContain(`2027-Q3,yes,Everybody,5,Priority 1,3`)
    expect(file).toContain(`2027-Q4,no,Everybody,5,Priority 2,10`)
  })

  test('an address that the team once had leads on', async () => {
    const moved = await freshTeam(site.world.db, 1)
    const slug = `old-${randomUUID().slice(0, 8)}`
    await site.world.db.$client.query('insert into team_slugs (slug, team_id) values ($1, $2)', [slug, moved.team.id])
    expect((await site.get(`/teams/${slug}/effort`)).headers['location']).toBe(`/teams/${moved.team.slug}/effort`)
  })
})
