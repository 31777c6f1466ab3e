/** What holds for every answer, over a real socket. */
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodingFor } from '../../src/web/compression.ts'
import { loggable } from '../../src/web/logger.ts'
import { safePath } from '../../src/web/forms.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let t: TestApp
let path: string
let cookie: string

beforeAll(async () => {
  t = await openApp({ METRICS_TOKEN: 'a-token-for-the-tests-only', PUBLIC_URL: 'https://blue-lamp.example' })
  const team = await makeTeam(t.world.db, 'Bracebridge Heath')
  path = (await makePost(t.world.db, await makeStaff(t.world.db, 'PC Imran Adeyemi', 'officer', team), team)).path
  cookie = (await t.cookieOf(await makeResident(t.world.db, 'Maureen T'))).replace('blue-lamp=', '__Host-blue-lamp=')
})
afterAll(() => t.close())

/** What differs from one rendering to the next: the keys of forms and of the request, and its time. */
const KEYS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|data-since="\d+"/g

const visit = (address: string) => request(t.app.server).get(address)

describe('every page', () => {
  test('says what browsers may do with it: nothing inline, nothing from elsewhere, in no frame', async () => {
    const answer = await visit(path)
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';manifest-src 'self';worker-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    )
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{8}/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['x-powered-by']).toBeUndefined()
  })

  test('comes compressed where the browser takes it, plain where not', async () => {
    const plain = await visit(path).set('accept-encoding', 'identity')
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.text).toContain('</html>')
    const packed = await visit(path).set('accept-encoding', 'gzip, deflate, br, zstd')
    expect(packed.headers['content-encoding']).toBe('br')
    expect(packed.headers['vary']).toMatch(/Accept-Encoding/)
    expect(packed.text.replaceAll(KEYS, '')).toBe(plain.text.replaceAll(KEYS, ''))
  })

  test('of somebody signed in is kept by nobody', async () => {
    const answer = await visit('/account').set('cookie', cookie)
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('private, no-store')
    expect((await visit('/')).headers['cache-control']).toBe('no-cache')
    expect((await visit('/')).headers['vary']).toMatch(/Cookie/)
  })

  test('of an error says its request, and nothing internal', async () => {
    const answer = await visit('/nothing/here')
    expect(answer.status).toBe(404)
    expect(answer.text).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
    expect(answer.text).not.toMatch(/node_modules|\.ts:|select |stack/i)
  })
})

describe('addresses that lead nowhere', () => {
  test.each(['/%E0%A4%A', '/teams/%00', '/tags/%00', `/teams/${'a'.repeat(5000)}`, `/tags/${'a'.repeat(5000)}`])(
    '%s gets the page that says so',
    async (address) => {
      const answer = await visit(address)
      expect(answer.status).toBe(404)
      expect(answer.text).toContain('Page not found')
    },
  )

  test('a form whose page is gone meanwhile gets a page too, not the error behind it', async () => {
    const send = request(t.app.server).post('/comments/999/versions').set({ cookie, 'sec-fetch-site': 'same-origin' })
    const answer = await send.type('form').send('body=')
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('Page not found')
  })

  test('guessing them counts against the limit of requests', async () => {
    expect((await visit('/nothing/here')).headers['x-ratelimit-remaining']).toMatch(/^\d+$/)
  })

  test('a redirect is asked for again each time: titles and addresses may change back', async () => {
    const moved = await visit(path.replace(/-[^/]*$/, '-another-title'))
    expect(moved.status).toBe(301)
    expect(moved.headers['location']).toBe(path)
    expect(moved.headers['cache-control']).toBe('no-cache')
  })

  test('asking for the head of a page that needs a sign-in leads where asking for the page leads', async () => {
    const answer = await request(t.app.server).head('/account')
    expect(answer.headers['location']).toBe('/sign-in?return=%2Faccount')
  })
})

describe('forms from elsewhere', () => {
  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another name of the same site', { 'sec-fetch-site': 'same-site' }],
    ['nowhere', {}],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that begins like ours', { origin: 'https://blue-lamp.example.evil.example' }],
    ['our origin without https', { origin: 'http://blue-lamp.example' }],
    ['null', { origin: 'null' }],
  ])('from %s are refused', async (_where, headers) => {
    const answer = await request(t.app.server).post('/sign-out').set(headers).type('form').send('')
    expect(answer.status).toBe(403)
  })

  test.each([[{ 'sec-fetch-site': 'same-origin' }], [{ origin: 'https://blue-lamp.example' }]])('our own are not: %o', async (headers) => {
    const answer = await request(t.app.server).post('/sign-out').set(headers).type('form').send('')
    expect(answer.status).toBeLessThan(400)
  })
})

describe('machines', () => {
  test('see that it lives and is ready', async () => {
    expect((await visit('/health/live')).body).toEqual({ status: 'live' })
    expect((await visit('/health/ready')).body).toEqual({ status: 'ready' })
  })

  test('read figures with the token only', async () => {
    expect((await visit('/metrics')).status).toBe(404)
    expect((await visit('/metrics').set('authorization', 'Bearer wrong')).status).toBe(404)
    const answer = await visit('/metrics').set('authorization', 'Bearer a-token-for-the-tests-only')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('http_request_seconds')
    expect(answer.text).toContain('mails_waiting')
  })

  test('find whom to tell about a hole', async () => {
    const answer = await visit('/.well-known/security.txt')
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.text).toMatch(/^Contact: \S+\nExpires: \d{4}-\d\d-01T00:00:00Z\n/)
    const expires = new Date(/Expires: (\S+)/.exec(answer.text)?.[1] ?? 0)
    expect(expires.getTime()).toBeGreaterThan(Date.now() + 100 * 86_400_000)
    expect(expires.getTime()).toBeLessThan(Date.now() + 365 * 86_400_000)
  })
})

describe('small rules', () => {
  test.each([
    ['/teams', '/teams'],
    ['/teams?after=1#x', '/teams?after=1#x'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\nb', '/'],
    ['/a b', '/'],
    ['', '/'],
    [undefined, '/'],
    [['/a', '/b'], '/'],
    ['/привет', '/'],
    ['/%D0%BF', '/%D0%BF'],
  ])('a path to go back to: %j gives %s', (given, safe) => expect(safePath(given)).toBe(safe))

  test.each([
    ['/find?q=LN4+2LE', '/find?…'],
    ['/sign-in/abcdef123456', '/sign-in/…'],
    ['/x/name@example.org/y', '/x/[email]/y'],
    ['/x/name%40example.org', '/x/[email]'],
    ['/places/LN4%202LE', '/places/[postcode]'],
  ])('the log says of %s only %s', (url, said) => expect(loggable(url)).toBe(said))

  test('the log takes no longer over an address that is made to be slow', () => {
    const begun = performance.now()
    loggable(`/${'a%40'.repeat(4000)}`)
    loggable(`/${'a'.repeat(16_000)}`)
    expect(performance.now() - begun).toBeLessThan(200)
  })

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['*', 'br'],
    ['*;q=0', null],
    ['gzip;q=0', null],
    ['zstd', null],
    [undefined, null],
  ])('accept-encoding %s: %s', (header, encoding) => expect(encodingFor(header)).toBe(encoding))
})
