/** What comes back from mail servers: refusals at the door, delivery reports and complaints; that none of it counts twice, and nothing forged stops mail. */
import { randomUUID } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { unsubscribeLink, type Follower } from '../../src/following/link.ts'
import { followers } from '../../src/following/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { refusalOf, refusalOfStatus } from '../../src/mail/refusal.ts'
import { mailReports } from '../../src/mailings/schema.ts'
import { SOFT_LIMIT, sweepReports } from '../../src/mailings/stopping.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { openPostOffice, type PostOffice } from './post-office.ts'

const TOKEN = 'a-token-of-the-mail-system'
let office: PostOffice
let team: TeamName
let officer: SignedIn

beforeAll(async () => {
  office = await openPostOffice({ MAIL_REPORTS_TOKEN: TOKEN })
  team = await makeTeam(office.world.db, 'Bracebridge Heath')
  officer = await makeStaff(office.world.db, 'PC Adeyemi', 'officer', team)
})
afterAll(() => office.close())
beforeEach(async () => {
  office.refusals.clear()
  await office.run()
  await office.world.db.delete(mailReports)
  await office.world.db.delete(followers)
})

const ann = 'ann@example.org'
const stateOf = async (email = ann) => (await office.world.db.select().from(followers).where(eq(followers.email, email)))[0]
const newReader = (email = ann) => office.reader(email, `team:${team.id}`, 'instant')
const newPost = () => makePost(office.world.db, officer, team)
const mail = async () => (await office.world.db.select().from(mails))[0]

describe('a mail server that refuses', () => {
  test('a mailbox for good ends the mail and stops its follower, and nobody else', async () => {
    await newReader()
    await newReader('ben@example.org')
    office.refusals.set(ann, { code: 550, text: '5.1.1 no such user' })
    await newPost()
    expect((await office.run()).map(({ to }) => to)).toEqual(['ben@example.org'])
    expect(await stateOf()).toMatchObject({ stoppedBecause: 'bounced' })
    expect((await stateOf('ben@example.org'))?.stoppedAt).toBeNull()
    office.refusals.clear()
    await newPost()
    expect((await office.run()).map(({ to }) => to)).toEqual(['ben@example.org'])
    expect(
      (await office.world.db.select().from(mails).where(eq(mails.to, ann))).every(({ text, failedAt }) => text === null && failedAt !== null),
    ).toBe(true)
  })

  test('our words, or us, for good: the mail has failed, its follower is not stopped by one', async () => {
    await newReader()
    office.refusals.set(ann, { code: 554, text: '5.7.1 listed by a block list', at: 'data' })
    await newPost()
    await office.run()
    expect(await stateOf()).toMatchObject({ stoppedAt: null, softBounces: 1 })
    expect((await mail())?.failedAt).not.toBeNull()
  })

  test('for now: it is tried again, later each time, and arrives once', async () => {
    const { db } = office.world
    await newReader()
    office.refusals.set(ann, { code: 451, text: '4.7.1 try later' })
    await newPost()
    await office.run()
    expect(await stateOf()).toMatchObject({ stoppedAt: null, softBounces: 0 })
    expect(await mail()).toMatchObject({ attempts: 1, failedAt: null, sentAt: null, tryingAt: null })
    const queued = `select extract(epoch from start_after - created_on)::int as wait, data from pgboss.job where name = 'bulk-mail' and data->'ids' @> $1 order by created_on desc`
    const id = Number((await mail())?.id)
    const waits = async () => (await db.$client.query<{ wait: number }>(queued, [`[${id}]`])).rows.map(({ wait }) => wait)
    expect((await waits())[0]).toBeGreaterThan(50)
    await office.send()
    expect((await waits())[0]).toBeGreaterThan(110)
    office.refusals.clear()
    await office.send()
    await office.send()
    expect(office.arrived).toHaveLength(1)
  })

  test('for now, to the end: the mail has failed and keeps no words', async () => {
    const { db } = office.world
    await newReader()
    office.refusals.set(ann, { code: 451, text: 'try later' })
    await newPost()
    await office.echo()
    await office.workAll()
    await db.update(mails).set({ attempts: 12 })
    await office.send()
    expect(await mail()).toMatchObject({ attempts: 13, text: null, html: null })
    expect((await mail())?.failedAt).not.toBeNull()
  })

  test('is understood by its codes', () => {
    const answer = (responseCode: number, command: string, response: string) =>
      Object.assign(new Error('refused'), { responseCode, command, response })
    expect(refusalOf(answer(550, 'RCPT TO', '550 5.1.1 no such user'))).toEqual({ refusal: 'mailbox', status: '5.1.1' })
    expect(refusalOf(answer(550, 'RCPT TO', '550 no such user'))).toEqual({ refusal: 'mailbox', status: null })
    expect(refusalOf(answer(550, 'RCPT TO', '550 5.7.1 relaying denied')).refusal).toBe('mail')
    expect(refusalOf(answer(552, 'DATA', '552 5.2.2 mailbox full')).refusal).toBe('mail')
    expect(refusalOf(answer(554, 'DATA', '554 rejected')).refusal).toBe('mail')
    for (const now of [
      answer(451, 'RCPT TO', '451 later'),
      answer(535, 'AUTH PLAIN', '535 5.7.8 wrong'),
      answer(550, 'MAIL FROM', '550 5.1.8 who'),
      new Error('reset'),
    ])
      expect(refusalOf(now).refusal).toBe('now')
    expect(['5.1.1', '5.1.2', '5.2.1', '5.4.4', '5.0.0'].map(refusalOfStatus)).toEqual(Array.from({ length: 5 }, () => 'mailbox'))
    expect(['5.2.2', '5.7.26', '5.1.8', '5.3.4'].map(refusalOfStatus)).toEqual(Array.from({ length: 4 }, () => 'mail'))
  })
})

interface Report {
  to?: string
  status?: string
  action?: string
  id?: string
  /** What comes back of our mail, with its type. */
  original?: string
  type?: string
}

/** The headers of a mail of ours, as they come back. */
const ours = (reader: Follower): string => `Subject: News
To: ${reader.email}
List-Unsubscribe:
 <${unsubscribeLink(office.config, reader, null)}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click`

const FOREIGN = `Subject: News
To: ${ann}
List-Unsubscribe: <https://blue-lamp.example/following/${'A'.repeat(64)}/unsubscribe>`

const delivery = ({
  to = ann,
  status = '5.1.1',
  action = 'failed',
  id = randomUUID(),
  original = FOREIGN,
  type = 'message/rfc822',
}: Report = {}): string =>
  `Received: from mx.example by force.example; ${new Date().toISOString()}
From: MAILER-DAEMON@mx.example
To: bounces@force.example
Message-ID: <${id}@mx.example>
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

We could not deliver your mail.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; ${to}
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; 550 ${status}
 as the server says
--B
Content-Type: ${type}

${original}

Words.
--B--
`

const complaint = (original: string, to = `Original-Rcpt-To: <${ann}>`, type = 'abuse', id = randomUUID()): string =>
  `From: feedback@provider.example
To: bounces@force.example
Message-ID: <${id}@provider.example>
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: ${type}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <bounces@force.example>
${to}

--B
Content-Type: message/rfc822

${original}

Words.
--B--
`

const hand = (raw: string, token: string | null = TOKEN, type = 'message/rfc822') =>
  office.app.inject({
    method: 'POST',
    url: '/mail-reports',
    headers: { 'content-type': type, ...(token && { authorization: `Bearer ${token}` }) },
    payload: Buffer.from(raw.replaceAll('\n', '\r\n')),
  })

describe('what the mail system hands over', () => {
  test('a mailbox that is gone stops its follower and calls off what waits', async () => {
    await newReader()
    await newPost()
    const [arrived] = await office.run()
    await newPost()
    await office.echo()
    await office.workAll()
    // The very mail that was sent, as a mail server puts it into its report.
    expect((await hand(delivery({ original: (arrived?.raw ?? '').replaceAll('\r\n', '\n') }))).statusCode).toBe(204)
    expect(await stateOf()).toMatchObject({ stoppedBecause: 'bounced' })
    expect(
      await office.world.db
        .select()
        .from(mails)
        .where(and(isNull(mails.failedAt), isNull(mails.sentAt))),
    ).toEqual([])
    expect(await office.run()).toEqual([])
  })

  test.each(['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers', 'message/global-headers'])(
    'is believed with our headers as %s',
    async (type) => {
      const original = ours(await newReader())
      await hand(delivery({ original, type }))
      expect(await stateOf()).toMatchObject({ stoppedBecause: 'bounced' })
    },
  )

  test('that nothing proves is counted, and stops nobody', async () => {
    const { db } = office.world
    const reader = await newReader()
    const ben = await newReader('ben@example.org')
    const ended = ours(reader)
    await db.update(followers).set({ tokenVersion: 2 }).where(eq(followers.id, reader.id))
    const forged = [
      delivery(),
      delivery({ original: 'Subject: News' }),
      // One's own mail, and somebody else's address.
      delivery({ original: ours(ben) }),
      delivery({ original: ended }),
      // Outside the headers of what is reported.
      delivery({ original: `Subject: News\n\n${ours({ ...reader, tokenVersion: 2 })}` }),
      delivery({ original: ours({ ...reader, tokenVersion: 2 }), type: 'text/plain' }),
      complaint(FOREIGN),
      complaint('Subject: News'),
    ]
    for (const raw of forged) for (let times = 0; times < SOFT_LIMIT; times++) expect((await hand(raw)).statusCode).toBe(204)
    expect(await stateOf()).toMatchObject({ stoppedAt: null, softBounces: 0 })
    expect(await stateOf('ben@example.org')).toMatchObject({ stoppedAt: null, softBounces: 0 })
    expect(await db.select().from(mailReports)).toMatchObject([{ kind: 'unproved', followerId: reader.id }])
    const page = await office.get('/moderation/mailings', await office.cookieOf(await makeStaff(db, 'Sam Carter', 'press-office')))
    expect(page.body).toContain('1 report of a mail server held no mail of ours in the last 7 days')
  })

  test('of a line that has no end takes no time', async () => {
    const reader = await newReader()
    const began = performance.now()
    await hand(delivery({ original: ours(reader) }).replace('Reporting-MTA:', `X-Long: a${' '.repeat(150_000)}b\nReporting-MTA:`))
    expect(performance.now() - began).toBeLessThan(5000)
    expect(await stateOf()).toMatchObject({ stoppedBecause: 'bounced' })
  })

  test('is forgotten after three months, and with its follower', async () => {
    const { db } = office.world
    const { id } = await newReader()
    const days = (count: number) => new Date(Date.now() - count * 86_400_000)
    await db.insert(mailReports).values([91, 89].map((age) => ({ hash: `old ${age}`, kind: 'soft' as const, followerId: id, at: days(age) })))
    await sweepReports(db)
    expect(await db.select().from(mailReports)).toMatchObject([{ hash: 'old 89' }])
    await db.delete(followers).where(eq(followers.id, id))
    expect(await db.select().from(mailReports)).toEqual([])
  })

  test('a failure that may pass stops after several in a row, each counted once', async () => {
    const original = ours(await newReader())
    const once = delivery({ status: '4.4.1', action: 'delayed', id: 'same', original })
    for (let times = 0; times < 3; times++) await hand(once)
    expect(await stateOf()).toMatchObject({ softBounces: 1, stoppedAt: null })
    for (let times = 1; times < SOFT_LIMIT; times++) {
      expect((await stateOf())?.stoppedAt).toBeNull()
      await hand(delivery({ status: '5.2.2', original }))
    }
    expect(await stateOf()).toMatchObject({ softBounces: SOFT_LIMIT, stoppedBecause: 'bounced' })
  })

  test('and begins to count anew after a while without any', async () => {
    const reader = await newReader()
    const { id } = reader
    const { db } = office.world
    await db.update(followers).set({ softBounces: 4 }).where(eq(followers.id, id))
    await db.insert(mailReports).values({ hash: 'long ago', kind: 'soft', followerId: id, at: new Date(Date.now() - 15 * 86_400_000) })
    await hand(delivery({ status: '4.2.2', original: ours(reader) }))
    expect(await stateOf()).toMatchObject({ softBounces: 1, stoppedAt: null })
  })

  test('a complaint stops, “not spam” changes nothing', async () => {
    const original = ours(await newReader())
    await hand(complaint(original, undefined, 'not-spam'))
    expect((await stateOf())?.stoppedAt).toBeNull()
    await hand(complaint(original, 'Original-Rcpt-To: <Ann@Example.ORG>'))
    expect(await stateOf()).toMatchObject({ stoppedBecause: 'complained' })
  })

  test('a complaint needs no address where our mail is in it: many providers leave it out', async () => {
    await hand(complaint(ours(await newReader()), 'Original-Rcpt-To: redacted'))
    expect(await stateOf()).toMatchObject({ stoppedBecause: 'complained' })
  })

  test('what arrived, what is about nobody, and what is no report change nothing', async () => {
    const original = ours(await newReader())
    for (const raw of [
      delivery({ action: 'delivered', status: '2.0.0', original }),
      delivery({ to: 'nobody@example.org', original }),
      delivery({ to: '', original }),
      'Subject: Out of office\n\nStatus: 5.1.1\nAction: failed',
      '',
    ])
      expect((await hand(raw)).statusCode).toBe(204)
    expect((await stateOf())?.stoppedAt).toBeNull()
    expect(await office.world.db.select().from(mailReports)).toEqual([])
  })

  test('is taken with the token alone, as mail alone, and not without end', async () => {
    const original = ours(await newReader())
    for (const token of [null, 'another', `${TOKEN}x`]) expect((await hand(delivery({ original }), token)).statusCode).toBe(404)
    expect((await hand(delivery({ original }), TOKEN, 'application/json')).statusCode).toBe(415)
    expect((await hand(delivery({ original }) + 'x'.repeat(210_000))).statusCode).toBe(413)
    expect((await stateOf())?.stoppedAt).toBeNull()
  })
})
