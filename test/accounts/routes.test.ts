import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accounts, sessions, signIns } from '../../src/accounts/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { mails } from '../../src/mail/schema.ts'
import { rateLimits } from '../../src/web/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff } from '../people.ts'

const MINUTE = 60_000

let site: TestApp
beforeAll(async () => {
  site = await openApp()
})
afterAll(() => site.close())
afterEach(async () => {
  moveClock(0)
  // All of them ask from one address, and the limit by visitor is a test of its own.
  await site.world.db.delete(rateLimits)
})

type Answer = Awaited<ReturnType<TestApp['get']>>

const cookieIn = (answer: Answer, name: string): string => {
  const found = answer.cookies.filter((cookie) => cookie.name === name).at(-1)
  return found ? `${name}=${found.value}` : ''
}
const newestMail = async (to: string): Promise<string> =>
  (await site.world.db.select().from(mails).where(eq(mails.to, to))).toSorted((a, b) => b.id - a.id)[0]?.text ?? ''

let people = 0
async function ask(form: Record<string, string> = {}, cookie?: string) {
  const email = form['email'] ?? `reader${++people}@example.org`
  const answer = await site.post('/sign-in', { email, ...form }, cookie)
  const text = await newestMail(email)
  return {
    email,
    answer,
    browser: cookieIn(answer, 'sign-in'),
    link: /\/sign-in\/[\w-]+$/m.exec(text)?.[0] ?? '',
    code: /^(\d{3}) (\d{3})$/m.exec(text)?.slice(1).join('') ?? '',
  }
}

async function signIn(form: Record<string, string> = {}) {
  const asked = await ask(form)
  const answer = await site.post(asked.link, {})
  return { ...asked, answer, session: cookieIn(answer, 'blue-lamp') }
}

/** A page without what differs between two askers. */
const bare = (answer: Answer, email: string): string => answer.body.replaceAll(email, 'EMAIL').replace(/<code>[\w-]+<\/code>/g, 'ID')

describe('asking to sign in', () => {
  test('answers the same for everybody: status, headers and page', async () => {
    const known = await makeResident(site.world.db, 'Pat')
    const [a, b] = [await ask({ email: known.email }), await ask()]
    expect([a.answer.statusCode, a.answer.headers.location]).toEqual([303, '/sign-in/code'])
    expect([b.answer.statusCode, b.answer.headers.location]).toEqual([303, '/sign-in/code'])
    expect(Object.keys(a.answer.headers).toSorted()).toEqual(Object.keys(b.answer.headers).toSorted())
    const [pageA, pageB] = [await site.get('/sign-in/code', a.browser), await site.get('/sign-in/code', b.browser)]
    expect(pageA.body).toContain(known.email)
    expect(bare(pageA, known.email)).toBe(bare(pageB, b.email))
  })

  test('reads the address with care', async () => {
    const { email } = await ask()
    const before = await site.world.db.$count(mails)
    for (const bad of [
      '',
      ' ',
      'pat',
      'pat@',
      '@example.org',
      'a b@example.org',
      `pat@example.org\r\nBcc: all@example.org`,
      'pat@example.org,sam@example.org',
      `${'x'.repeat(250)}@example.org`,
      '<script>alert(1)</script>@example.org',
      'pat@exa\u0000mple.org\nx',
    ]) {
      const answer = await site.post('/sign-in', { email: bad })
      expect([bad, answer.statusCode]).toEqual([bad, 422])
      expect(answer.body).toContain('id="email-error"')
      expect(answer.body).toContain('<title>Error: Sign in')
      expect(answer.body).not.toContain('<script>alert')
    }
    expect(await site.world.db.$count(mails)).toBe(before)
    const spaced = await site.post('/sign-in', { email: `  ${email.toUpperCase()} ` })
    expect(spaced.statusCode).toBe(303)
    expect(await site.world.db.$count(signIns, eq(signIns.email, email))).toBe(2)
  })

  test('has a limit for each address', async () => {
    const email = `reader${++people}@example.org`
    const answers = []
    for (let tries = 0; tries < 6; tries++) answers.push((await site.post('/sign-in', { email })).statusCode)
    expect(answers).toEqual([303, 303, 303, 303, 303, 429])
    expect(JSON.stringify(await site.world.db.select().from(rateLimits))).not.toContain(email)
  })

  test('has a limit for each visitor, whatever addresses they try', async () => {
    const answers = []
    for (let tries = 0; tries < 21; tries++) answers.push((await site.post('/sign-in', { email: `reader${++people}@example.org` })).statusCode)
    expect(answers.filter((status) => status === 303)).toHaveLength(20)
    expect(answers.at(-1)).toBe(429)
  })

  test('gives a visitor no session and no cookie for reading', async () => {
    for (const path of ['/sign-in', '/sign-in/code', '/', '/sign-in/made-up']) expect((await site.get(path)).headers['set-cookie']).toBeUndefined()
  })

  test('of a form of another site is refused', async () => {
    const answer = await site.app.inject({
      method: 'POST',
      url: '/sign-in',
      payload: 'email=a@example.org',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.statusCode).toBe(403)
  })
})

describe('the link', () => {
  test('shows a button, signs in once, asks for a name, and leads back', async () => {
    const { link, email } = await ask({ return: '/teams/abbey?page=2' })
    for (let scans = 0; scans < 3; scans++) {
      const page = await site.get(link)
      expect(page.statusCode).toBe(200)
      expect(page.body).toContain(email)
      expect(page.headers['referrer-policy']).toBe('same-origin')
      expect(page.headers['x-robots-tag']).toBe('noindex')
    }
    const arrived = await site.post(link, {})
    expect([arrived.statusCode, arrived.headers.location]).toEqual([303, `/account/name?return=${encodeURIComponent('/teams/abbey?page=2')}`])
    const session = cookieIn(arrived, 'blue-lamp')
    const named = await site.post('/account/name', { name: 'Pat of Abbey', return: '/teams/abbey?page=2' }, session)
    expect([named.statusCode, named.headers.location]).toEqual([303, '/teams/abbey?page=2&done=named'])
    expect((await site.get('/account', session)).body).toContain('Pat of Abbey')
  })

  test('that is used, expired or unknown says so and offers a new one', async () => {
    const used = await signIn()
    const expired = await ask()
    const state = async (path: string): Promise<[number, number, boolean]> => {
      const [page, pressed] = [await site.get(path), await site.post(path, {})]
      return [page.statusCode, pressed.statusCode, page.body.includes('Send me a new email') && pressed.body.includes('Send me a new email')]
    }
    expect(await state(used.link)).toEqual([410, 410, true])
    expect(await state('/sign-in/unknown-link')).toEqual([404, 404, true])
    moveClock(31 * MINUTE)
    expect(await state(expired.link)).toEqual([410, 410, true])
    expect((await site.get(expired.link)).body).not.toContain(expired.email)
  })

  test('pressed twice by the same person leads on both times', async () => {
    const { link, session } = await signIn({ return: '/teams' })
    const again = await site.post(link, {}, session)
    expect([again.statusCode, again.headers.location]).toEqual([303, '/teams?done=signed-in'])
    expect((await site.get(link, session)).statusCode).toBe(303)
  })

  test('replaces the session of the browser, which no longer works', async () => {
    const first = await signIn()
    const { link } = await ask({ email: first.email })
    const second = cookieIn(await site.post(link, {}, first.session), 'blue-lamp')
    expect(second).not.toBe(first.session)
    expect((await site.get('/account', first.session)).statusCode).toBe(303)
    expect((await site.get('/account', second)).statusCode).toBe(200)
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/sign-in',
    '/sign-in/abc',
    '/sign-out',
    '/a b',
    `/${'x'.repeat(3000)}`,
  ])('%# never leads elsewhere or round in a circle', async (target) => {
    const { email } = await ask({ return: target })
    const [row] = await site.world.db.select().from(signIns).where(eq(signIns.email, email))
    expect(row?.returnTo).toBe('/')
  })
})

describe('the code', () => {
  test('signs in the browser that asked', async () => {
    const { browser, code } = await ask()
    const answer = await site.post('/sign-in/code', { code }, browser)
    expect(answer.statusCode).toBe(303)
    expect((await site.get('/account', cookieIn(answer, 'blue-lamp'))).statusCode).toBe(200)
    expect(answer.cookies.find((cookie) => cookie.name === 'sign-in')?.value).toBe('')
  })

  test('is refused elsewhere, when wrong, and when left out', async () => {
    const { browser, code } = await ask()
    for (const [form, cookie] of [
      [{ code }, undefined],
      [{ code: code === '111111' ? '222222' : '111111' }, browser],
      [{}, browser],
      [{ code: '' }, browser],
    ] as const) {
      const answer = await site.post('/sign-in/code', form, cookie)
      expect(answer.statusCode).toBe(422)
      expect(answer.body).toContain('id="code-error"')
      expect(answer.cookies.filter((one) => one.name === 'blue-lamp')).toEqual([])
    }
  })
})

describe('words typed before signing in', () => {
  const kept = { kept_path: '/conversations/5/comments/new', kept_body: 'First line\r\n"quoted" & <b>\u0000', kept_parent: '12' }

  test('go along with the form, also when the address is wrong', async () => {
    const first = await site.post('/sign-in', kept)
    expect(first.statusCode).toBe(200)
    const wrong = await site.post('/sign-in', { ...kept, email: 'nonsense' })
    expect(wrong.statusCode).toBe(422)
    for (const page of [first, wrong]) {
      expect(page.body).toContain('name="kept_body" value="First line')
      expect(page.body).toContain('&quot;quoted&quot; &amp; &lt;b&gt;')
      expect(page.body).toContain('name="kept_parent" value="12"')
    }
  })

  test('and the way back are not lost when the email does not come', async () => {
    const first = await ask({ ...kept, return: '/teams/abbey' })
    const offered =
      /href="(\/sign-in\?again=yes[^"]*)"/.exec((await site.get('/sign-in/code', first.browser)).body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const form = (await site.get(offered, first.browser)).body
    expect(form).toContain('name="again" value="yes"')
    expect(form).toContain('name="return" value="/teams/abbey"')
    const second = await ask({ return: '/teams/abbey', again: 'yes' }, first.browser)
    expect((await site.post(second.link, {})).headers.location).toContain(encodeURIComponent('/conversations/5/comments/new?kept='))
  })

  test('come back at their place', async () => {
    const { answer, email } = await signIn(kept)
    const [row] = await site.world.db.select().from(signIns).where(eq(signIns.email, email))
    expect(row?.kept).toEqual({ path: '/conversations/5/comments/new', fields: { body: 'First line\n"quoted" & <b>', parent: '12' } })
    expect(answer.headers.location).toBe(`/account/name?return=${encodeURIComponent(`/conversations/5/comments/new?kept=${row?.id}`)}`)
  })

  test('too long to keep are refused and shown again; a path of another site keeps nothing', async () => {
    const long = await site.post('/sign-in', { ...kept, kept_body: 'x'.repeat(100_001), email: `reader${++people}@example.org` })
    expect(long.statusCode).toBe(422)
    expect(long.body).toContain('x'.repeat(100_001))
    const { email } = await ask({ ...kept, kept_path: 'https://evil.example/' })
    expect((await site.world.db.select().from(signIns).where(eq(signIns.email, email)))[0]?.kept).toBeNull()
  })
})

describe('the account', () => {
  test('is for its owner, kept out of caches and search engines', async () => {
    const { session, email } = await signIn()
    const page = await site.get('/account', session)
    expect(page.body).toContain(email)
    expect(page.headers['x-robots-tag']).toBe('noindex')
    expect(page.headers['cache-control']).toBe('private, no-store')
    const visitor = await site.get('/account')
    expect([visitor.statusCode, visitor.headers.location]).toEqual([303, '/sign-in?return=%2Faccount'])
  })

  test('refuses a name with what to change, and what was typed', async () => {
    const { session } = await signIn()
    const answer = await site.post('/account/name', { name: 'PC <i>Smith', return: '/teams' }, session)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('value="PC &lt;i&gt;Smith"')
    expect(answer.body).toContain('id="name-error"')
    expect(answer.body).toContain('name="return" value="/teams"')
    expect((await site.post('/account/name', {}, session)).statusCode).toBe(422)
  })

  test('of staff keeps the name that an administrator gave', async () => {
    const press = await makeStaff(site.world.db, 'Ruth Okafor', 'press-office')
    const { session } = await signIn({ email: press.email })
    expect((await site.get('/account/name', session)).headers.location).toBe('/account')
    expect((await site.post('/account/name', { name: 'Somebody' }, session)).statusCode).toBe(403)
    expect((await site.get('/account', session)).body).not.toContain('href="/account/name"')
  })

  test('lists its devices, and signs one of them or all of them out', async () => {
    const phone = await signIn()
    const laptop = cookieIn(await site.post((await ask({ email: phone.email })).link, {}), 'blue-lamp')
    const page = (await site.get('/account', laptop)).body
    const ids = [...page.matchAll(/\/account\/sessions\/([0-9a-f]{16})\/end/g)].map((match) => match[1])
    expect(ids).toHaveLength(2)
    expect(page.match(/This device/g)).toHaveLength(1)
    const stranger = await signIn()
    expect((await site.post(`/account/sessions/${ids[0]}/end`, {}, stranger.session)).statusCode).toBe(404)
    const own = /This device[\s\S]*?\/account\/sessions\/([0-9a-f]{16})\/end/.exec(page)?.[1]
    const other = ids.find((id) => id !== own)
    expect((await site.post(`/account/sessions/${other}/end`, {}, laptop)).headers.location).toBe('/account?done=session-ended')
    expect((await site.get('/account', phone.session)).statusCode).toBe(303)
    const all = await site.post('/account/sessions/all/end', {}, laptop)
    expect(all.headers.location).toBe('/?done=signed-out-everywhere')
    const late = await site.get('/account', laptop)
    expect(late.statusCode).toBe(303)
    expect(String(late.headers['set-cookie'])).toContain('Max-Age=0')
  })

  test('is left by signing out, which ends the session itself; a form from before does nothing', async () => {
    const { session, email } = await signIn()
    const out = await site.post('/sign-out', {}, session)
    expect([out.statusCode, out.headers.location]).toEqual([303, '/?done=signed-out'])
    expect((await site.get('/account', session)).statusCode).toBe(303)
    expect((await site.post('/account/name', { name: 'Pat' }, session)).statusCode).toBe(403)
    expect((await site.post('/sign-out', {}, session)).statusCode).toBe(303)
    const [account] = await site.world.db.select().from(accounts).where(eq(accounts.email, email))
    expect(await site.world.db.$count(sessions, eq(sessions.accountId, account?.id ?? 0))).toBe(0)
  })

  test('survives cookies that others set on this host', async () => {
    const { session } = await signIn()
    expect((await site.get('/account', `broken=%E0%A4%A; ${session}; x`)).statusCode).toBe(200)
    for (const cookie of ['blue-lamp=', 'blue-lamp=%E0%A4%A', 'blue-lamp=a; blue-lamp=b', '=', ';;;'])
      expect((await site.get('/sign-in', cookie)).statusCode).toBe(200)
  })
})

test('on https the cookies are bound to this host', async () => {
  const secure = await openApp({ PUBLIC_URL: 'https://blue-lamp.example' })
  const asked = await secure.post('/sign-in', { email: 'pat@example.org' })
  expect(String(asked.headers['set-cookie'])).toMatch(/^__Host-sign-in=.+; Path=\/; HttpOnly; Secure; SameSite=Lax/)
  const [mail] = await secure.world.db.select().from(mails)
  const link = /https:\/\/blue-lamp\.example(\/sign-in\/[\w-]+)$/m.exec(mail?.text ?? '')?.[1] ?? ''
  const arrived = await secure.post(link, {})
  expect(String(arrived.headers['set-cookie'])).toMatch(/__Host-blue-lamp=[a-z0-9]{40}; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax; Secure/)
  await secure.close()
})
