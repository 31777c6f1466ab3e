/**
 * Who may open which door, written by hand from the product's table and tried over HTTP: a route without a row here fails,
 * and so does a row without a route.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { DOORS, FOREIGN_BY_DESIGN } from './doors.ts'

/** Which letter of the row each kind of person is. */
const WHO = { visitor: 'V', resident: 'R', partner: 'R', officer: 'O', supervisor: 'S', 'press office': 'P', administrator: 'A' } as const
type Who = keyof typeof WHO

const NOT_YOUR_ROLE = 'does not have the role'
const SIGNED_OUT = 'You are signed out'
const FOREIGN = 'from another website'

let site: TestApp
let people: Record<Exclude<Who, 'visitor'>, SignedIn>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  people = {
    resident: await makeResident(db, 'Maureen T'),
    partner: await makeStaff(db, 'Ward Council', 'partner'),
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    supervisor: await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team),
    'press office': await makeStaff(db, 'Press office', 'press-office'),
    administrator: await makeStaff(db, 'Ada Min', 'administrator'),
  }
})
afterAll(() => site?.close())

const routes = () => site.app.routeList.filter(({ method }) => method !== 'HEAD').map(({ method, url }) => `${method} ${url}`)

/** An address of the route for things that do not exist: the door stands before them. */
const addressOf = (route: string): string =>
  (route.split(' ')[1] ?? '')
    .replace('/teams/:team', '/teams/bracebridge-heath')
    .replaceAll(/:(?:id|post|officer)\b/g, '999999')
    .replaceAll(/:\w+/g, 'none')
    .replace('*', 'none.css')

// A session for each try: some of these routes end it.
const cookieOf = async (who: Who): Promise<Record<string, string>> => (who === 'visitor' ? {} : { cookie: await site.cookieOf(people[who]) })

async function knock(route: string, who: Who): Promise<'open' | 'closed' | 'broken'> {
  const method = route.startsWith('GET') ? 'GET' : 'POST'
  const headers = { ...(await cookieOf(who)), 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await site.app.inject({ method, url: addressOf(route), headers, ...(method === 'POST' ? { payload: '' } : {}) })
  if (answer.statusCode >= 500) return 'broken'
  const location = String(answer.headers['location'] ?? '')
  if (answer.statusCode === 303 && location.startsWith('/sign-in?return=')) return 'closed'
  return answer.statusCode === 403 && (answer.body.includes(NOT_YOUR_ROLE) || answer.body.includes(SIGNED_OUT)) ? 'closed' : 'open'
}

describe('the doors', () => {
  test('every route has its row, and every row its route', () => {
    expect(routes().toSorted()).toEqual(Object.keys(DOORS).toSorted())
  })

  test('only GET and POST are used: forms know no other', () => {
    expect([...new Set(site.app.routeList.map(({ method }) => method))].toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  })

  test.each(Object.keys(WHO) as Who[])('open and stay shut for a %s', { timeout: 60_000 }, async (who) => {
    const found: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const route of routes()) {
      found[route] = await knock(route, who)
      const row = DOORS[route] ?? ''
      expected[route] = row.includes(WHO[who]) || (who === 'partner' && row.includes('T')) ? 'open' : 'closed'
    }
    expect(found).toEqual(expected)
  })

  test('a shut door remembers where a visitor wanted to go', async () => {
    const answer = await site.get('/account')
    expect(answer.headers['location']).toBe('/sign-in?return=%2Faccount')
  })

  test('a role whose time is over opens nothing', async () => {
    const { db } = site.world
    const former = await makeStaff(db, 'Former Admin', 'administrator')
    const as = await site.cookieOf(former)
    expect((await site.get('/admin', as)).statusCode).toBe(200)
    await db.$client.query(`update role_grants set expires_at = now() - interval '1 second' where account_id = $1`, [former.accountId])
    expect((await site.get('/admin', as)).statusCode).toBe(403)
  })
})

const FOREIGN_SENDERS: readonly { sender: string; headers: Record<string, string> }[] = [
  { sender: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
  { sender: 'another site that has our address as origin', headers: { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' } },
  { sender: 'a sister site', headers: { 'sec-fetch-site': 'same-site' } },
  { sender: 'an older browser on another site', headers: { origin: 'https://elsewhere.example' } },
  { sender: 'a page without an origin', headers: { origin: 'null' } },
  { sender: 'something that says nothing', headers: {} },
]

describe('a form of another site', () => {
  const unsafe = () => routes().filter((route) => !route.startsWith('GET') && !FOREIGN_BY_DESIGN.includes(route))

  test.each(FOREIGN_SENDERS)('is refused by every unsafe route: $sender', { timeout: 60_000 }, async ({ headers }) => {
    const as = await cookieOf('press office')
    const let_in: string[] = []
    for (const route of unsafe()) {
      const sent = { ...headers, ...as, 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await site.app.inject({ method: 'POST', url: addressOf(route), headers: sent, payload: 'a=b' })
      if (answer.statusCode !== 403 || !answer.body.includes(FOREIGN)) let_in.push(`${route} ${answer.statusCode}`)
    }
    expect(unsafe().length).toBeGreaterThan(15)
    expect(let_in).toEqual([])
  })

  test.each(FOREIGN_BY_DESIGN)('comes to %s by design, and finds nothing there without its token, whoever is signed in', async (route) => {
    const headers = { 'sec-fetch-site': 'cross-site', ...(await cookieOf('press office')), 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await site.app.inject({ method: 'POST', url: addressOf(route), headers, payload: 'a=b' })
    expect(answer.statusCode).toBe(404)
  })

  test('and our own is not', async () => {
    const answer = await site.post('/sign-out', {}, await site.cookieOf(people.resident))
    expect(answer.statusCode).toBe(303)
  })
})

describe('what no door leads to', () => {
  test.each([
    '/no-such-page',
    '/teams/no-such-team',
    '/comments/0',
    '/comments/-1',
    '/comments/x',
    '/comments/99999999999999999999',
    '/wp-login.php',
    '/.env',
  ])('%s is a designed page', async (path) => {
    const answer = await site.get(path)
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.body).toContain('Page not found')
    expect(answer.headers['x-robots-tag']).toBe('noindex')
  })

  test('the demonstration is no part of a real house', async () => {
    expect(routes().filter((route) => route.includes('demonstration'))).toEqual([])
    expect((await site.get('/demonstration')).statusCode).toBe(404)
    const persona = await site.post('/demonstration/persona', { persona: 'press-office' })
    expect(persona.statusCode).toBe(404)
    expect(persona.headers['set-cookie']).toBeUndefined()
  })
})

describe('the demonstration', () => {
  test('adds these doors and no others', async () => {
    const demonstration = await openApp({ DEMONSTRATION: 'yes' })
    try {
      const all = demonstration.app.routeList.map(({ method, url }) => `${method} ${url}`).filter((route) => !route.startsWith('HEAD'))
      const added = all.filter((route) => !Object.hasOwn(DOORS, route))
      expect(added.toSorted()).toEqual(['GET /demonstration', 'GET /demonstration/mail', 'POST /demonstration/persona'])
    } finally {
      await demonstration.close()
    }
  })
})
