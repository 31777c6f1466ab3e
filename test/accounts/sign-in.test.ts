import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accounts, sessions, signIns } from '../../src/accounts/schema.ts'
import { readSession, signInActor } from '../../src/accounts/session.ts'
import { askToSignIn, findLink, keptWords, lastAsk, signInByCode, signInByLink, sweepSignIns, type Ask } from '../../src/accounts/sign-in.ts'
import { isSignedIn, type SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { Refused } from '../../src/errors.ts'
import { mails } from '../../src/mail/schema.ts'
import { makeResident } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const MINUTE = 60_000
const SITE = { publicUrl: 'https://blue-lamp.example', force: 'Lincolnshire Police' }
const VISIT = { userAgent: 'Firefox/140 (Linux)', oldToken: null }
const KEPT = { path: '/conversations/7/comments/new', fields: { body: 'When is the next surgery?', parent: '12' } }

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
afterEach(() => moveClock(0))

let people = 0
const newEmail = (): string => `person${++people}@example.org`

async function ask(more: Partial<Ask> = {}) {
  const email = more.email ?? newEmail()
  const browser = await askToSignIn(world.db, { email, browser: null, returnTo: '/teams/abbey', kept: null, ...more }, SITE)
  const [mail] = (await world.db.select().from(mails).where(eq(mails.to, email))).toSorted((a, b) => b.id - a.id)
  const link = /\/sign-in\/([\w-]+)$/m.exec(mail?.text ?? '')?.[1] ?? ''
  const code =
    /^(\d{3}) (\d{3})$/m
      .exec(mail?.text ?? '')
      ?.slice(1)
      .join('') ?? ''
  return { email, browser, link, code, text: mail?.text ?? '' }
}

async function actorOf(token: string): Promise<SignedIn> {
  const actor = (await readSession(world.db, token))?.actor
  if (!actor || !isSignedIn(actor)) throw new Error('nobody is signed in')
  return actor
}

const wrong = (code: string): string => (code === '000000' ? '000001' : '000000')

describe('asking', () => {
  test('does the same for an address with an account and for one without', async () => {
    const known = await makeResident(world.db, 'Pat')
    const [a, b] = [await ask({ email: known.email }), await ask()]
    const shape = ({ text, link, code }: { text: string; link: string; code: string }) =>
      text.replace(link, 'LINK').replace(`${code.slice(0, 3)} ${code.slice(3)}`, 'CODE')
    expect(shape(a)).toBe(shape(b))
    expect(shape(a)).toContain('https://blue-lamp.example/sign-in/LINK')
    expect(await world.db.$count(accounts, eq(accounts.email, b.email))).toBe(0)
  })

  test('stores neither the link nor the code nor the browser’s secret', async () => {
    const { email, link, code, browser } = await ask()
    const stored = JSON.stringify(await world.db.select().from(signIns).where(eq(signIns.email, email)))
    for (const secret of [link, code, browser]) expect(stored).not.toContain(`"${secret}`)
    expect(code).toMatch(/^\d{6}$/)
  })

  test('from the same browser keeps its secret; a made-up one is replaced', async () => {
    const { browser } = await ask()
    expect((await ask({ browser })).browser).toBe(browser)
    for (const bad of ['', 'x', 'a'.repeat(31), "' or 1=1", `${browser}0`]) expect((await ask({ browser: bad })).browser).not.toBe(bad)
  })

  test('is remembered for the browser that asked, and for no other', async () => {
    const { email, browser } = await ask()
    expect(await lastAsk(world.db, browser)).toEqual({ email, returnTo: '/teams/abbey' })
    expect((await lastAsk(world.db, (await ask()).browser))?.email).not.toBe(email)
    for (const other of [null, '', 'b'.repeat(32)]) expect(await lastAsk(world.db, other)).toBeNull()
    moveClock(31 * MINUTE)
    expect(await lastAsk(world.db, browser)).toBeNull()
  })
})

describe('the link', () => {
  test('signs in once, makes the account, and goes back to where they were', async () => {
    const { email, link } = await ask()
    const arrival = await signInByLink(world.db, link, VISIT)
    expect(arrival).toMatchObject({ named: false, path: '/teams/abbey' })
    expect(await actorOf(arrival.token)).toMatchObject({ email, displayName: null, duties: [] })
    await expect(signInByLink(world.db, link, VISIT)).rejects.toThrow(Refused)
    expect((await findLink(world.db, link)).state).toBe('used')
  })

  test('is not used up by being opened, however often', async () => {
    const { link } = await ask()
    for (let scans = 0; scans < 5; scans++) expect((await findLink(world.db, link)).state).toBe('good')
    await expect(signInByLink(world.db, link, VISIT)).resolves.toBeDefined()
  })

  test('pressed twice at once begins one session', async () => {
    const { email, link } = await ask()
    const tries = await Promise.allSettled([1, 2, 3].map(() => signInByLink(world.db, link, VISIT)))
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    const [account] = await world.db.select().from(accounts).where(eq(accounts.email, email))
    expect(await world.db.$count(sessions, eq(sessions.accountId, account?.id ?? 0))).toBe(1)
  })

  test('expires after 30 minutes', async () => {
    const { link } = await ask()
    moveClock(30 * MINUTE + 1000)
    expect((await findLink(world.db, link)).state).toBe('expired')
    await expect(signInByLink(world.db, link, VISIT)).rejects.toThrow(Refused)
  })

  test('that is made up is unknown', async () => {
    for (const bad of ['', 'code', 'a'.repeat(32), '../admin', '%00', 'x'.repeat(5000)]) {
      expect(await findLink(world.db, bad)).toEqual({ state: 'unknown', email: '', path: '/', accountId: null })
      await expect(signInByLink(world.db, bad, VISIT)).rejects.toThrow(Refused)
    }
  })

  test('leads to one and the same account each time, and ends the session before', async () => {
    const pat = await makeResident(world.db, 'Pat')
    const oldToken = await signInActor(world.db, pat.accountId, undefined)
    const arrival = await signInByLink(world.db, (await ask({ email: pat.email })).link, { ...VISIT, oldToken })
    expect(arrival).toMatchObject({ accountId: pat.accountId, named: true })
    expect(arrival.token).not.toBe(oldToken)
    expect(await readSession(world.db, oldToken)).toBeNull()
  })
})

describe('the code', () => {
  test('signs in the browser that asked, with or without the space', async () => {
    const { browser, code, email } = await ask()
    const arrival = await signInByCode(world.db, browser, ` ${code.slice(0, 3)} ${code.slice(3)} `, VISIT)
    expect((await actorOf(arrival.token)).email).toBe(email)
    await expect(signInByCode(world.db, browser, code, VISIT)).rejects.toThrow(Refused)
  })

  test('is worth nothing in another browser', async () => {
    const { code } = await ask()
    const other = await ask()
    for (const browser of [null, other.browser, 'c'.repeat(32)]) {
      if (browser === other.browser && other.code === code) continue
      await expect(signInByCode(world.db, browser, code, VISIT)).rejects.toThrow(Refused)
    }
  })

  test('fails at the sixth try, right or not; the link still works', async () => {
    const { browser, code, link } = await ask()
    for (let tries = 0; tries < 5; tries++) await expect(signInByCode(world.db, browser, wrong(code), VISIT)).rejects.toThrow(Refused)
    await expect(signInByCode(world.db, browser, code, VISIT)).rejects.toMatchObject({ fields: { code: expect.stringContaining('no longer works') } })
    await expect(signInByLink(world.db, link, VISIT)).resolves.toBeDefined()
  })

  test('works at the fifth try, and many tries at once count all the same', async () => {
    const { browser, code } = await ask()
    for (let tries = 0; tries < 4; tries++) await expect(signInByCode(world.db, browser, wrong(code), VISIT)).rejects.toThrow(Refused)
    await expect(signInByCode(world.db, browser, code, VISIT)).resolves.toBeDefined()
    const second = await ask()
    await Promise.allSettled(Array.from({ length: 12 }, () => signInByCode(world.db, second.browser, wrong(second.code), VISIT)))
    const [row] = await world.db.select().from(signIns).where(eq(signIns.email, second.email))
    expect(row?.attempts).toBe(5)
    await expect(signInByCode(world.db, second.browser, second.code, VISIT)).rejects.toThrow(Refused)
  })

  test('expires with its link', async () => {
    const { browser, code } = await ask()
    moveClock(31 * MINUTE)
    await expect(signInByCode(world.db, browser, code, VISIT)).rejects.toThrow(Refused)
  })

  test('of an earlier mail still works in the same browser', async () => {
    const first = await ask()
    await ask({ email: first.email, browser: first.browser })
    await expect(signInByCode(world.db, first.browser, first.code, VISIT)).resolves.toBeDefined()
  })

  test.each(['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦', '0'.repeat(100_000)])('%# that is no code costs no try', async (typed) => {
    const { browser, email } = await ask()
    await expect(signInByCode(world.db, browser, typed, VISIT)).rejects.toThrow(Refused)
    const [row] = await world.db.select().from(signIns).where(eq(signIns.email, email))
    expect(row?.attempts).toBe(0)
  })
})

describe('words typed before signing in', () => {
  test('come back to their author, for two hours, and to nobody else', async () => {
    const { link } = await ask({ kept: KEPT })
    const arrival = await signInByLink(world.db, link, VISIT)
    const id = Number(/^\/conversations\/7\/comments\/new\?kept=(\d+)$/.exec(arrival.path)?.[1])
    const author = await actorOf(arrival.token)
    expect(await keptWords(world.db, author, id)).toEqual(KEPT)
    expect(await keptWords(world.db, await makeResident(world.db, 'Sam'), id)).toBeNull()
    expect(await keptWords(world.db, author, id + 1000)).toBeNull()
    moveClock(121 * MINUTE)
    expect(await keptWords(world.db, author, id)).toBeNull()
  })

  test('are given to nobody before the link is used', async () => {
    const pat = await makeResident(world.db, 'Pat')
    const { email } = await ask({ email: pat.email, kept: KEPT })
    const [row] = await world.db.select().from(signIns).where(eq(signIns.email, email))
    expect(await keptWords(world.db, pat, row?.id ?? 0)).toBeNull()
  })

  test('keep the place on the page to which they belong', async () => {
    const { link } = await ask({ kept: { path: '/teams/a/posts/1-b?thread=4#form', fields: {} } })
    expect((await signInByLink(world.db, link, VISIT)).path).toMatch(/^\/teams\/a\/posts\/1-b\?thread=4&kept=\d+#form$/)
  })

  test('survive an expired link when the same browser and address ask again', async () => {
    const first = await ask({ kept: KEPT })
    moveClock(45 * MINUTE)
    const stranger = await ask({ browser: first.browser })
    expect((await signInByLink(world.db, stranger.link, VISIT)).path).toBe('/teams/abbey')
    const again = await ask({ email: first.email, browser: first.browser })
    const arrival = await signInByLink(world.db, again.link, VISIT)
    const id = Number(/kept=(\d+)$/.exec(arrival.path)?.[1])
    expect(await keptWords(world.db, await actorOf(arrival.token), id)).toEqual(KEPT)
  })

  test('go over to another address when they say at once that the email did not come', async () => {
    const mistyped = await ask({ kept: KEPT })
    const right = await ask({ browser: mistyped.browser, again: true })
    expect((await signInByLink(world.db, right.link, VISIT)).path).toMatch(/comments\/new\?kept=\d+$/)
    const late = await ask({ kept: KEPT })
    moveClock(31 * MINUTE)
    expect((await signInByLink(world.db, (await ask({ browser: late.browser, again: true })).link, VISIT)).path).toBe('/teams/abbey')
  })

  test('are swept away when nobody can use them any more', async () => {
    await world.db.delete(signIns)
    await ask({ kept: KEPT })
    await signInByLink(world.db, (await ask({ kept: KEPT })).link, VISIT)
    moveClock(60 * MINUTE)
    await sweepSignIns(world.db)
    expect(await world.db.$count(signIns)).toBe(2)
    moveClock(70 * MINUTE)
    await sweepSignIns(world.db)
    expect(await world.db.$count(signIns)).toBe(1)
    moveClock(24 * 60 * MINUTE)
    await sweepSignIns(world.db)
    expect(await world.db.$count(signIns)).toBe(0)
  })
})
