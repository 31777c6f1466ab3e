/**
 * The site with a mail server beside it that can refuse, followers of every sort, and the work behind the pages done at once, in its order.
 */
import { simpleParser, type ParsedMail } from 'mailparser'
import type { AddressInfo } from 'node:net'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { SMTPServer } from 'smtp-server'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import { activities } from '../../src/activity/schema.ts'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import type { SignedIn } from '../../src/actor.ts'
import { follow, keepFollow } from '../../src/following/follow.ts'
import { followerByEmail } from '../../src/following/follower.ts'
import type { Follower } from '../../src/following/link.ts'
import { subjectOfKey } from '../../src/following/key.ts'
import { followers, type Rhythm } from '../../src/following/schema.ts'
import { thingOf } from '../../src/following/subject.ts'
import { bulkDeliveryOf, deliverBulk, type Deliver } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { workThrough } from '../../src/mailings/mailing.ts'
import { mailings } from '../../src/mailings/schema.ts'
import { openApp, type TestApp } from '../app.ts'

export interface Arrived {
  to: string
  from: string
  mail: ParsedMail
  raw: string
}

export interface PostOffice extends TestApp {
  /** What the server took, in the order of its coming. */
  arrived: Arrived[]
  /** What the server answers to an address; 0 or nothing takes the mail. */
  refusals: Map<string, { code: number; text: string; at?: 'rcpt' | 'data' }>
  deliver: Deliver
  /** Somebody who follows by email alone. */
  reader(email: string, key: string, rhythm: Rhythm, more?: Partial<Follower>): Promise<Follower>
  member(actor: SignedIn, key: string, rhythm: Rhythm, more?: Partial<Follower>): Promise<Follower>
  /** Hears of everything that happened since the last time. */
  echo(): Promise<void>
  /** Works through every mailing. */
  workAll(): Promise<void>
  /** Hands over what waits. */
  send(): Promise<void>
  /** The three together; answers what arrived. */
  run(): Promise<Arrived[]>
}

export async function openPostOffice(env: Record<string, string> = {}): Promise<PostOffice> {
  const arrived: Arrived[] = []
  const refusals: PostOffice['refusals'] = new Map()
  const server = serverFor(arrived, refusals)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const site = await openApp({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: 'blue-lamp@force.example',
    PUBLIC_URL: 'https://blue-lamp.example',
    MAIL_PER_MINUTE: '1000000',
    LIMIT_FACTOR: '1000',
    ...env,
  })
  const { db } = site.world
  const deliver = bulkDeliveryOf(site.config)
  let heard = 0
  const office: PostOffice = {
    ...site,
    arrived,
    refusals,
    deliver,
    // Behind https the cookie has another name.
    cookieOf: async (actor) => `${sessionCookieName(true)}=${await signInActor(db, actor.accountId, 'Firefox/140 (Android)')}`,
    reader: async (email, key, rhythm, more = {}) => {
      const follower = await db.transaction(async (tx) => {
        const made = await followerByEmail(tx, email)
        await keepFollow(tx, made.id, key, { rhythm })
        return made
      })
      return changed(office, follower.id, more)
    },
    member: async (actor, key, rhythm, more = {}) => {
      const subject = subjectOfKey(key)
      if (!subject) throw new Error(`no such key: ${key}`)
      const { followerId } = await follow(db, actor, await thingOf(db, site.config.force.name, subject), { rhythm })
      return changed(office, followerId, more)
    },
    async echo() {
      const happened = await db.select().from(activities).where(gt(activities.id, heard)).orderBy(asc(activities.id))
      heard = happened.at(-1)?.id ?? heard
      for (const activity of happened) await echoActivity(db, activity as Activity)
    },
    async workAll() {
      const open = await db
        .select({ id: mailings.id })
        .from(mailings)
        .where(and(isNull(mailings.finishedAt), isNull(mailings.stoppedAt)))
        .orderBy(mailings.id)
      for (const { id } of open) await workThrough(db, site.config, id)
    },
    async send() {
      const waiting = await db
        .select({ id: mails.id })
        .from(mails)
        .where(and(isNull(mails.sentAt), isNull(mails.failedAt)))
        .orderBy(mails.id)
      await deliverBulk(
        db,
        deliver,
        waiting.map(({ id }) => id),
        { keepWords: false, pace: async () => {} },
      )
    },
    async run() {
      arrived.length = 0
      await office.echo()
      await office.workAll()
      await office.send()
      return [...arrived]
    },
    async close() {
      deliver.close?.()
      await site.close()
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
  return office
}

async function changed(office: PostOffice, id: number, more: Partial<Follower>): Promise<Follower> {
  const { db } = office.world
  if (Object.keys(more).length > 0) await db.update(followers).set(more).where(eq(followers.id, id))
  const [follower] = await db.select().from(followers).where(eq(followers.id, id))
  if (!follower) throw new Error('no follower')
  return follower
}

const refusalFor = (refusals: PostOffice['refusals'], address: string, at: 'rcpt' | 'data'): Error | null => {
  const refusal = refusals.get(address)
  return refusal && (refusal.at ?? 'rcpt') === at ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : null
}

const serverFor = (arrived: Arrived[], refusals: PostOffice['refusals']): SMTPServer =>
  new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 200,
    onRcptTo: ({ address }, _session, answer) => answer(refusalFor(refusals, address, 'rcpt')),
    onData: (stream, { envelope }, answer) => {
      const to = envelope.rcptTo[0]?.address ?? ''
      const from = envelope.mailFrom ? envelope.mailFrom.address : ''
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        const refusal = refusalFor(refusals, to, 'data')
        if (refusal) return answer(refusal)
        const raw = Buffer.concat(pieces)
        void simpleParser(raw).then((mail) => {
          arrived.push({ to, from, mail, raw: raw.toString('utf8') })
          answer()
        })
      })
    },
  })
