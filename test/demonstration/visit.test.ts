/**
 * Looking around in the demonstration: becoming somebody, reading the mail, the page about it all; and none of it on a real site.
 */
import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { piecesOf } from '../../src/demonstration/outbox.ts'
import { pathAfterChange, PLANNED_PERSONAS } from '../../src/demonstration/personas.ts'
import { demonstrationRoutes } from '../../src/demonstration/routes.ts'
import { seedOnce } from '../../src/demonstration/seed.ts'
import { sightsOf } from '../../src/demonstration/tour.ts'
import { reasonsForDecisions } from '../../src/moderation/reason.ts'
import { VIEWS } from '../../src/moderation/view.ts'
import { openApp, type TestApp } from '../app.ts'
import { describeFinding } from './finding.ts'
import { describeForce } from './force.ts'
import { describeTakingPart } from './taking-part.ts'

let site: TestApp
/** Milliseconds: a few seconds on a quiet machine, more where many tests run at once. */
const SEEDING = 300_000

beforeAll(async () => {
  site = await openApp({ DEMONSTRATION: 'yes' })
  await seedOnce(site.world.db, site.config)
}, SEEDING)
afterAll(() => site.close())

const cookieOf = (reply: { headers: Record<string, unknown> }): string => String(reply.headers['set-cookie']).split(';')[0] ?? ''

async function become(persona: string): Promise<string> {
  const reply = await site.post('/demonstration/persona', { persona })
  expect(reply.statusCode).toBe(303)
  return cookieOf(reply)
}

describe('look around as', () => {
  test.each(
    PLANNED_PERSONAS.filter((persona) => persona.email !== null).map(({ key, home, tries }) => ({ key, home, name: tries.split('.')[0] ?? '' })),
  )('$key', async ({ key, home, name }) => {
    const page = await site.get(home, await become(key))
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain(name.split(' of ')[0])
    expect(page.body).toMatch(new RegExp(`value="${key}" aria-current="true"`))
  })

  test('the visitor is who has no account, and becoming one ends the session', async () => {
    expect((await site.get('/')).body).toContain('value="visitor" aria-current="true"')
    const officer = await become('officer')
    const left = await site.post('/demonstration/persona', { persona: 'visitor' }, officer)
    expect(left.headers['set-cookie']).toMatch(/Max-Age=0/i)
    expect((await site.get('/officers', officer)).statusCode).toBe(303)
  })

  test('changing ends the session of whoever it was before', async () => {
    const officer = await become('officer')
    await site.post('/demonstration/persona', { persona: 'administrator' }, officer)
    expect((await site.get('/officers', officer)).statusCode).toBe(303)
  })

  test('leads back to the page, but not to somebody else’s desk or to another site', async () => {
    const from = async (referer: string, back = '/teams') =>
      (
        await site.app.inject({
          method: 'POST',
          url: '/demonstration/persona',
          headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', ...(referer ? { referer } : {}) },
          payload: new URLSearchParams({ persona: 'resident', return: back }).toString(),
        })
      ).headers.location
    expect(await from('http://localhost:3000/find?q=LN4&done=named')).toBe('/find?q=LN4')
    expect(await from('')).toBe('/teams')
    expect(await from('', 'https://elsewhere.example/')).toBe('/')
    expect(await from('https://elsewhere.example//evil.example/x')).toBe('/teams')
    expect(await from('http://localhost:3000/moderation/cases/1')).toBe('/account')
    expect(pathAfterChange('/moderation-log?entry=1', '/account')).toBe('/moderation-log?entry=1')
  })

  test('nobody else can be had, and no foreign form may change anybody', async () => {
    expect((await site.post('/demonstration/persona', { persona: 'dave' })).statusCode).toBe(404)
    expect((await site.post('/demonstration/persona', {})).statusCode).toBe(422)
    const foreign = await site.app.inject({ method: 'POST', url: '/demonstration/persona', headers: { 'sec-fetch-site': 'cross-site' } })
    expect(foreign.statusCode).toBe(403)
  })
})

describe('the mail', () => {
  test('is there to be read, newest first, page after page', async () => {
    const seen: number[] = []
    for (let path: string | undefined = '/demonstration/mail'; path !== undefined;) {
      const { body, statusCode } = await site.get(path)
      expect(statusCode).toBe(200)
      seen.push(...[...body.matchAll(/id="mail-(\d+)"/g)].map((match) => Number(match[1])))
      path = /rel="next" href="([^"]+)"/.exec(body)?.[1]
    }
    expect(seen.length).toBeGreaterThan(60)
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => b - a))
  })

  test('tells authors what became of their words, and has links that work', async () => {
    let all = ''
    for (let path: string | undefined = '/demonstration/mail'; path !== undefined;) {
      const { body } = await site.get(path)
      all += body
      path = /rel="next" href="([^"]+)"/.exec(body)?.[1]
    }
    expect(all).toContain('Your comment was not published')
    expect(all).toContain('Your question is answered')
    const [, link = ''] = /<a href="(\/comments\/\d+)">/.exec(all) ?? []
    expect((await site.get(link)).statusCode).toBe(302)
  })

  test('splits words from links', () => {
    expect(piecesOf('See\nhttp://here.example/x?a=1.\nOr https://else.example/', 'http://here.example')).toEqual([
      { text: 'See\n', href: null },
      { text: 'http://here.example/x?a=1', href: '/x?a=1' },
      { text: '.\nOr ', href: null },
      { text: 'https://else.example/', href: 'https://else.example/' },
    ])
    expect(piecesOf('javascript:alert(1) <b>', 'http://here.example')).toEqual([{ text: 'javascript:alert(1) <b>', href: null }])
    expect(piecesOf('http://here.example', 'http://here.example')[0]?.href).toBe('/')
    expect(piecesOf('http://here.example.evil.example/', 'http://here.example')[0]?.href).toBe('http://here.example.evil.example/')
  })
})

describe('the page about it', () => {
  test('names everybody and links every state', async () => {
    const { body } = await site.get('/demonstration')
    for (const persona of PLANNED_PERSONAS) expect(body).toContain(`value="${persona.key}"`)
    expect(body).not.toContain('none at the moment')
  })

  test('what it says to type into the search gives what it says', async () => {
    const found = async (text: string) => site.get(`/find?q=${encodeURIComponent(text)}`)
    expect((await found('LN4 2LE')).headers.location).toBe('/teams/bracebridge-heath')
    const near = (await found('LN4 2JX')).body
    expect(near).toContain('/teams/bracebridge-heath')
    expect(near).toContain('/teams/lincoln-bracebridge')
    const choice = (await found('Newark Road')).body
    expect(choice).toContain('/teams/hykeham-town')
    expect(choice).toContain('/teams/lincoln-bracebridge')
    const beginning = (await found('LN4')).body
    expect(beginning).toContain('/teams/bracebridge-heath')
    expect(beginning).toContain('/teams/washingborough-and-metheringham')
    expect((await found('LN4 2WZ')).body).toContain('no longer in use')
    expect((await found('LN4 2ZY')).statusCode).toBe(404)
    expect((await found('NG24 1DU')).body).toContain('Nottinghamshire Police')
    expect((await found('waddington')).headers.location).toBe('/teams/bracebridge-heath')
  })
})

describe('the press office', () => {
  const ids = async (query: SQL): Promise<number[]> => (await site.world.db.execute<{ id: string }>(query)).rows.map(({ id }) => Number(id))

  test.each(VIEWS)('has something in the view %s', async (view) => {
    const page = await site.get(`/moderation?view=${view}`, await become('press-office'))
    expect(page.statusCode).toBe(200)
    expect(page.body).toMatch(/href="\/(moderation\/cases|officers\/drafts)\/\d+/)
  })

  test('every case opens for it, and for nobody else', async () => {
    const press = await become('press-office')
    const resident = await become('resident')
    const files = await ids(sql`select id from cases where draft_id is null order by waits desc, id desc limit 90`)
    expect(files.length).toBe(90)
    for (const id of files) expect([id, (await site.get(`/moderation/cases/${id}`, press)).statusCode]).toEqual([id, 200])
    for (const id of files.slice(0, 30)) {
      expect([id, (await site.get(`/moderation/cases/${id}`)).statusCode]).toEqual([id, 303])
      expect([403, 404]).toContain((await site.get(`/moderation/cases/${id}`, resident)).statusCode)
    }
  })

  test('every other page answers', async () => {
    const press = await become('press-office')
    const people = await ids(sql`select distinct account_id as id from sanctions union select account_id from look_ups`)
    const paths = [
      '/moderation',
      '/moderation/referrals',
      '/moderation/settings',
      '/moderation/settings/reasons',
      '/moderation/settings/reasons/abuse',
      '/moderation/settings/templates',
      '/moderation/settings/templates/new',
      '/moderation/settings/lists',
      '/moderation/sanctions',
      '/moderation/switches',
      '/moderation/switches/new?kind=major-incident',
      '/moderation-log',
      '/moderation-log/feed.atom',
      '/moderation-log/log.csv',
      ...people.flatMap((id) => [`/moderation/people/${id}`, `/moderation/people/${id}/identity`]),
      ...(await ids(sql`select id from sanctions`)).map((id) => `/moderation/sanctions/${id}`),
      ...(await ids(sql`select id from switches`)).map((id) => `/moderation/switches/${id}`),
      ...(await ids(sql`select id from sealed_copies`)).map((id) => `/moderation/sealed-copies/${id}`),
    ]
    for (const path of paths) expect([path, (await site.get(path, press)).statusCode]).toEqual([path, 200])
  })

  test('nothing of it shows outside', async () => {
    // Shorter ones stand in other words as well.
    const { rows } = await site.world.db.execute<{ words: string }>(sql`select words from (
      select body as words from comments where state in ('held', 'rejected', 'removed', 'hidden-pending')
      union all select c.content ->> 'body' from sealed_copies c union all select note from decisions where note is not null
      union all select note from flags where note is not null union all select note from case_acts where note is not null) w where length(words) > 18`)
    expect(rows.length).toBeGreaterThan(80)
    const names = ['Sam Carter', 'Josie Osei', 'Alex Wray']
    const paths = await site.world.db.execute<{ path: string }>(sql`select path from conversations where audience = 'public'`)
    const log = ['/moderation-log', '/moderation-log/feed.atom', '/moderation-log/log.csv']
    for (const path of [...paths.rows.map((row) => row.path), ...log]) {
      const { body, statusCode } = await site.get(path)
      expect([path, statusCode]).toEqual([path, 200])
      expect([path, rows.filter(({ words }) => body.includes(words)).map(({ words }) => words)]).toEqual([path, []])
    }
    for (const path of log) {
      const { body } = await site.get(path)
      expect([path, names.filter((name) => body.includes(name))]).toEqual([path, []])
    }
  })

  test('the resident finds a question, a decision to appeal and a look-up in the account', async () => {
    const ruth = await become('resident')
    const { body } = await site.get('/account', ruth)
    expect(body).toContain('Somebody may be pretending to be somebody else')
    const own = [...new Set([...body.matchAll(/\/account\/cases\/(\d+)/g)].map((match) => match[0]))]
    const pages = await Promise.all(own.map(async (path) => (await site.get(path, ruth)).body))
    expect(pages.filter((page) => page.includes('Have you told anybody about the door?'))).toHaveLength(1)
    expect(pages.filter((page) => /action="[^"]*\/appeals?"/.test(page))).toHaveLength(1)
  })

  test('a phone number in a comment is asked about, and nothing is stored meanwhile', async () => {
    const ruth = await become('resident')
    const sight = (await sightsOf(site.world.db)).find(({ what }) => what.startsWith('What happens to a phone number'))
    const id = /\d+/.exec(sight?.path ?? '')?.[0] ?? ''
    const asked = await site.post(
      `/conversations/${id}/comments`,
      { body: 'Ring me on 07700 900123.', key: '2f1c7c0e-5a0f-4a53-9d8e-4b0d5f5c3a10' },
      ruth,
    )
    expect(asked.statusCode).toBe(422)
    expect(asked.body).toMatch(/<mark>.{0,80}07700 900123/)
    expect((await site.get('/account', ruth)).body).not.toContain('07700 900123')
  })
})

describeFinding(() => site)
describeTakingPart(() => site)
describeForce(() => site)

describe('on a real site', () => {
  test('none of it is there', async () => {
    const real = await openApp()
    try {
      expect((await real.get('/demonstration')).statusCode).toBe(404)
      expect((await real.get('/demonstration/mail')).statusCode).toBe(404)
      expect((await real.post('/demonstration/persona', { persona: 'administrator' })).statusCode).toBe(404)
      expect((await real.get('/teams')).body).not.toContain('Look around as')
      await expect(demonstrationRoutes(real.app)).rejects.toThrow('demonstration only')
    } finally {
      await real.close()
    }
  })
})

describe('pages that say how things are', () => {
  test('the house rules name every reason as the moderators have it', async () => {
    const { body } = await site.get('/house-rules')
    const titles = (await reasonsForDecisions(site.world.db)).map((reason) => reason.title)
    const named = [...body.matchAll(/<dt>([^<]+)<\/dt>/g)].map((match) => match[1])
    expect(named).toEqual(titles)
  })

  test.each(['/house-rules', '/privacy', '/accessibility'])('%s has one heading of the first level and says where to write', async (path) => {
    const { body, statusCode } = await site.get(path)
    expect(statusCode).toBe(200)
    expect(body.match(/<h1/g)).toHaveLength(1)
    expect(body).toContain(`mailto:${site.config.contactEmail}`)
  })
})
