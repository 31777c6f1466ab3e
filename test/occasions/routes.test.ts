/** Signing up over HTTP; the mails are read as a mail server gets them. */
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { isNull } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { deliverMail, deliveryOf, type Deliver } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { comeByMail, dateOf, DAY, makeDate, makeEvent, newMailbox, planIn } from './occasion-world.ts'

let site: TestApp
let server: SMTPServer
let deliver: Deliver
let team: TeamName
let officer: SignedIn
let cookie: string
const received: ParsedMail[] = []

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1' })
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  officer = await makeStaff(site.world.db, 'PC Imran Adeyemi', 'officer', team)
  cookie = await site.cookieOf(officer)
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, answer) => {
      void simpleParser(stream).then((mail) => {
        received.push(mail)
        answer()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  deliver = deliveryOf(readConfig({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'blue-lamp@force.example' }))
})
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(resolve))
  await site?.close()
})
afterEach(async () => {
  moveClock(0)
  received.length = 0
  await site.world.db.$client.query('delete from rate_limits')
})

/** Hands over what waits; answers what one mailbox got now. */
async function mailsNow(email: string): Promise<ParsedMail[]> {
  const waiting = await site.world.db.select({ id: mails.id }).from(mails).where(isNull(mails.sentAt)).orderBy(mails.id)
  for (const { id } of waiting) await deliverMail(site.world.db, deliver, false, id)
  return received.filter(({ to }) => [to].flat().some((address) => address?.text === email))
}

async function linkTo(email: string): Promise<string> {
  const text = (await mailsNow(email)).at(-1)?.text ?? ''
  return new URL(/https?:\S+\/sign-ups\/[\w-]+/.exec(text)?.[0] ?? '').pathname
}

const makeOne = (capacity: number | null = null) => makeDate(site.world.db, officer, team, { capacity })
const ask = (id: number, email: string, form: Record<string, string> = {}) =>
  site.post(`/occasions/${id}/sign-up`, { email, name: '', people: '1', needs: '', ...form })

describe('without an account', () => {
  test('from the page of the date to the place, by the mail alone', async () => {
    const [id, email] = [await makeOne(4), newMailbox()]
    const page = await site.get(`/occasions/${id}/sign-up`)
    expect(page.body).toContain('0 of 4 places taken')
    const asked = await ask(id, email.toUpperCase(), { name: 'Mo', people: '2', needs: 'A ramp' })
    expect(asked.statusCode).toBe(200)
    expect(asked.body).toContain('Check your email')
    const link = await linkTo(email)
    // What mail programs open by themselves changes nothing.
    for (let opened = 0; opened < 3; opened++) {
      const shown = await site.get(link)
      expect(shown.body).toContain('Yes, I am coming')
      expect(shown.headers).toMatchObject({ 'referrer-policy': 'same-origin', 'cache-control': 'no-store' })
    }
    expect((await dateOf(site.world.db, id)).takenCount).toBe(0)
    expect((await site.post(`${link}/confirmation`, {})).headers['location']).toBe(link)
    expect((await dateOf(site.world.db, id)).takenCount).toBe(2)
    const [, coming] = await mailsNow(email)
    expect(coming?.subject).toBe('You are coming: Coffee with the team')
    expect(coming?.text).toContain(`/occasions/${id}/event.ics`)
    expect((await site.get(`/occasions/${id}/event.ics`)).headers['content-type']).toContain('text/calendar')
  })

  test('whether a mailbox has signed up cannot be told from the answer', async () => {
    const id = await makeOne()
    const { email } = await comeByMail(site.world.db, id)
    const tidy = (body: string, mailbox: string) => body.replaceAll(mailbox, 'X').replaceAll(/[\da-f-]{36}|req-\w+/g, '')
    const stranger = newMailbox()
    const [known, fresh] = [await ask(id, email), await ask(id, stranger)]
    expect(known.statusCode).toBe(fresh.statusCode)
    expect(tidy(known.body, email)).toBe(tidy(fresh.body, stranger))
  })

  test('the number is changed, and leaving asks first', async () => {
    const id = await makeOne(3)
    const { token, email } = await comeByMail(site.world.db, id, 2)
    const link = `/sign-ups/${token}`
    expect((await site.post(`${link}/number`, { people: '3' })).statusCode).toBe(303)
    const tooMany = await site.post(`${link}/number`, { people: '4' })
    expect(tooMany.statusCode).toBe(422)
    expect(tooMany.body).toContain('3 in all')
    expect((await site.post(`${link}/number`, { people: 'eleven' })).body).toContain('from 1 to 10')
    expect((await site.get(link)).body).toContain('I cannot come')
    expect((await dateOf(site.world.db, id)).takenCount).toBe(3)
    for (let tap = 0; tap < 2; tap++) expect((await site.post(`${link}/end`, {})).statusCode).toBe(303)
    expect((await dateOf(site.world.db, id)).takenCount).toBe(0)
    expect((await site.get(link)).body).toContain('You are not coming')
    expect(await mailsNow(email)).not.toHaveLength(0)
  })

  test('a full one says before and after that it is the waiting list', async () => {
    const id = await makeOne(1)
    await comeByMail(site.world.db, id)
    expect((await site.get(`/occasions/${id}/sign-up`)).body).toMatch(/All 1 place taken[\s\S]*waiting list/)
    const email = newMailbox()
    expect((await ask(id, email)).body).toContain('waiting list')
    const link = await linkTo(email)
    expect((await site.get(link)).body).toContain('Yes, put me on the waiting list')
    await site.post(`${link}/confirmation`, {})
    expect((await site.get(link)).body).toContain('You are on the waiting list')
  })

  test.each<[Record<string, string>, string]>([
    [{ email: 'nobody' }, 'correct format'],
    [{ people: '0' }, 'from 1 to 10'],
    [{ people: '11' }, 'from 1 to 10'],
    [{ name: 'x'.repeat(61) }, '60 characters'],
    [{ needs: 'x'.repeat(501) }, '500 characters'],
  ])('what is wrong is said by its field, and what was typed stays: %o', async (form, said) => {
    const id = await makeOne()
    const answer = await ask(id, newMailbox(), { needs: 'Gloves', ...form })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(said)
    expect(answer.body).toContain(form['needs'] ?? 'Gloves')
  })

  test('so often from one visitor and for one mailbox, and no more', async () => {
    const { ids } = await makeEvent(
      site.world.db,
      officer,
      team,
      Array.from({ length: 13 }, (_, nth) => planIn(3 + nth)),
    )
    const email = newMailbox()
    const codes: number[] = []
    for (const id of ids) codes.push((await ask(id, email)).statusCode)
    expect(codes).toEqual([...Array.from({ length: 12 }, () => 200), 429])
    await site.world.db.$client.query('delete from rate_limits')
    const others: number[] = []
    for (let nth = 0; nth < 21; nth++) others.push((await ask(ids[0] ?? 0, newMailbox())).statusCode)
    expect(others.at(-1)).toBe(429)
    expect(others.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 200))
  })

  test('nobody signs up for what was called off or has begun, and the page says so', async () => {
    const id = await makeOne()
    const { token } = await comeByMail(site.world.db, id)
    await site.post(`/occasions/${id}/cancellation`, { because: 'Snow' }, cookie)
    expect((await site.get(`/occasions/${id}/sign-up`)).body).toMatch(/Called off[\s\S]*Snow/)
    expect((await ask(id, newMailbox())).statusCode).toBe(422)
    expect((await site.get(`/sign-ups/${token}`)).body).not.toContain('I cannot come')
    const begun = await makeOne()
    moveClock(3 * DAY + DAY / 2)
    expect((await ask(begun, newMailbox())).body).toContain('has begun')
  })

  test('what is not there is not found', async () => {
    for (const path of ['/occasions/999999/sign-up', '/occasions/x/sign-up', `/sign-ups/${'x'.repeat(32)}`, '/sign-ups/x'])
      expect((await site.get(path)).statusCode).toBe(404)
    expect((await site.post(`/sign-ups/${'x'.repeat(32)}/end`, {})).statusCode).toBe(404)
  })
})

describe('with an account', () => {
  test('it counts at once, and stands among one’s own', async () => {
    const [id, resident] = [await makeOne(), await makeResident(site.world.db, 'Maureen T')]
    const own = await site.cookieOf(resident)
    const page = await site.get(`/occasions/${id}/sign-up`, own)
    expect(page.body).not.toContain('name="email"')
    expect(page.body).toContain('value="Maureen T"')
    const joined = await site.post(`/occasions/${id}/sign-up`, { people: '2', name: 'Maureen T' }, own)
    const link = String(joined.headers['location'])
    expect((await site.get(link, own)).body).toContain('You are coming')
    expect((await site.get(`/occasions/${id}/sign-up`, own)).headers['location']).toBe(link)
    expect((await site.get('/sign-ups', own)).body).toContain(link)
    expect((await site.get('/account', own)).body).toContain('href="/sign-ups"')
    expect((await site.get('/sign-ups')).statusCode).toBe(303)
  })
})

describe('whoever looks after it', () => {
  test('reads names, numbers and needs; no mailbox, no link', async () => {
    const id = await makeOne()
    const { email, token } = await comeByMail(site.world.db, id, 2, newMailbox(), 'Mo <b>', 'A ramp')
    const page = await site.get(`/officers/occasions/${id}`, cookie)
    expect(page.body).toContain('Mo &lt;b&gt;')
    expect(page.body).toContain('A ramp')
    expect(page.body).not.toContain(email)
    expect(page.body).not.toContain(token)
  })

  test('enters who rang, writes to everybody, changes and calls off', async () => {
    const id = await makeOne()
    const { email } = await comeByMail(site.world.db, id)
    const entry = { name: 'Mrs Bell', people: '2', needs: '', key: randomUUID() }
    for (let tap = 0; tap < 2; tap++) expect((await site.post(`/occasions/${id}/sign-ups`, entry, cookie)).statusCode).toBe(303)
    expect((await dateOf(site.world.db, id)).takenCount).toBe(3)
    const words = { body: 'Bring gloves.', key: randomUUID() }
    for (let tap = 0; tap < 2; tap++) expect((await site.post(`/occasions/${id}/words`, words, cookie)).statusCode).toBe(303)
    const form = { date: '1/1/2001', from: '2pm', until: '1pm', venue: 'The church', 'sign-up': 'yes' }
    const wrong = await site.post(`/occasions/${id}/changes`, { ...form, seen: '0//yes' }, cookie)
    expect(wrong.statusCode).toBe(422)
    const change = await site.get(`/officers/occasions/${id}/change`, cookie)
    const fields = Object.fromEntries(
      [...change.body.matchAll(/name="(date|from|until|seen)" value="([^"]*)"/g)].map((found) => [found[1] ?? '', found[2] ?? '']),
    )
    expect((await site.post(`/occasions/${id}/changes`, { ...fields, venue: 'The church', 'sign-up': 'yes' }, cookie)).statusCode).toBe(303)
    const again = await site.post(`/occasions/${id}/changes`, { ...fields, venue: 'The school', 'sign-up': 'yes' }, cookie)
    expect(again.statusCode).toBe(409)
    expect((await site.post(`/occasions/${id}/cancellation`, { because: '' }, cookie)).statusCode).toBe(422)
    expect((await site.post(`/occasions/${id}/cancellation`, { because: 'Snow' }, cookie)).statusCode).toBe(303)
    const subjects = (await mailsNow(email)).map(({ subject }) => subject?.split(':')[0])
    expect(subjects).toEqual(['Confirm', 'You are coming', 'About', 'Changed', 'Called off'])
  })

  test('is of the team or the press office; others are told so, and residents are kept out', async () => {
    const id = await makeOne()
    await comeByMail(site.world.db, id, 1, newMailbox(), 'Secret Name')
    const stranger = await site.cookieOf(await makeStaff(site.world.db, 'PC Else', 'officer', await makeTeam(site.world.db, 'Alford')))
    const partner = await site.cookieOf(await makeStaff(site.world.db, 'Kit', 'partner'))
    const resident = await site.cookieOf(await makeResident(site.world.db, 'Mo'))
    for (const other of [stranger, partner, resident]) {
      for (const path of ['', '/change', '/call-off']) {
        const answer = await site.get(`/officers/occasions/${id}${path}`, other)
        expect(answer.statusCode).toBe(403)
        expect(answer.body).not.toContain('Secret Name')
      }
      expect((await site.post(`/occasions/${id}/words`, { body: 'Hello', key: randomUUID() }, other)).statusCode).toBe(403)
      expect((await site.post(`/occasions/${id}/cancellation`, { because: 'No' }, other)).statusCode).toBe(403)
    }
    const press = await site.cookieOf(await makeStaff(site.world.db, 'Dana', 'press-office'))
    expect((await site.get(`/officers/occasions/${id}`, press)).body).toContain('Secret Name')
  })
})
