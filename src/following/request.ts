/**
 * Following by email without an account. Nothing is kept as a follow before the owner of the mailbox has pressed the button behind the link that we
 * sent there; opening the link alone changes nothing, for mail scanners open links. Asking answers the same for every address.
 */
import { createHash, randomBytes } from 'node:crypto'
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { sendMail, type Mail } from '../mail/mail.ts'
import { followerByEmail } from './follower.ts'
import { keepFollow, type Wish } from './follow.ts'
import type { Follower } from './link.ts'
import { followers, followRequests, type Rhythm } from './schema.ts'
import { sayRhythm } from './saying.ts'
import { thingsOf, type Thing } from './subject.ts'

const DAY = 86_400_000
const LIFE = 7 * DAY
/** The same asked again so soon is the same form sent twice. */
const AGAIN = 2 * 60_000

export interface Ask extends Wish {
  email: string
}

type Site = Pick<Config, 'publicUrl' | 'force'>
type Stored = typeof followRequests.$inferSelect

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
const isToken = (token: string): boolean => /^[\w-]{32}$/.test(token)

/** Stores the request and its mail. */
export const askToFollow = (db: Database, site: Site, thing: Thing, ask: Ask): Promise<void> =>
  db.transaction(async (tx) => {
    // One after the other for each mailbox, so that a form sent twice makes one mail.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`follow-request:${ask.email}`}, 0))`)
    if (await wasJustAsked(tx, thing, ask)) return
    const token = randomBytes(24).toString('base64url')
    const moment = now()
    const [asked] = await tx
      .insert(followRequests)
      .values({
        email: ask.email,
        key: thing.key,
        rhythm: ask.rhythm,
        wantsAlerts: ask.wantsAlerts ?? false,
        postcode: ask.postcode ?? null,
        tokenHash: hashOf(token),
        createdAt: moment,
        expiresAt: new Date(moment.getTime() + LIFE),
      })
      .returning({ id: followRequests.id })
    if (!asked) throw new Error('the request to follow gave no row back')
    await sendMail(tx, confirmMail(asked.id, site, thing, ask, token))
  })

async function wasJustAsked(tx: Tx, { key }: Thing, { email, rhythm }: Ask): Promise<boolean> {
  const [same] = await tx
    .select({ id: followRequests.id })
    .from(followRequests)
    .where(
      and(
        eq(followRequests.email, email),
        eq(followRequests.key, key),
        eq(followRequests.rhythm, rhythm),
        isNull(followRequests.confirmedAt),
        gt(followRequests.createdAt, new Date(now().getTime() - AGAIN)),
      ),
    )
    .limit(1)
  return same !== undefined
}

function confirmMail(id: number, { publicUrl, force }: Site, thing: Thing, { email, rhythm }: Ask, token: string): Mail {
  const text = [
    `Somebody, we hope you, asked ${force.name} to send news to this address:`,
    `${thing.name}\n${sayRhythm(rhythm)}`,
    'Open this link and press the button, and it begins:',
    `${publicUrl}/follow/confirm/${token}`,
    'The link works for 7 days. You can stop at any time: every email that we send has a link for it.',
    'If you did not ask for this, do nothing. Nothing more is sent to you.',
  ]
  return { key: `follow-request:${id}`, to: email, subject: `Confirm: follow ${thing.name}`, text: text.join('\n\n') }
}

/** What a link is worth. `gone`: what it is about can no longer be followed. */
export type Link =
  | { state: 'good' | 'confirmed'; email: string; rhythm: Rhythm; thing: Thing }
  | { state: 'expired'; thing: Thing | null }
  | { state: 'gone' | 'unknown' }

/** Reads a link; that uses nothing up. */
export async function readLink(db: Db, force: string, token: string): Promise<Link> {
  const asked = await requestOf(db, token)
  if (!asked) return { state: 'unknown' }
  const thing = (await thingsOf(db, force, [asked.key])).get(asked.key) ?? null
  if (asked.confirmedAt === null && asked.expiresAt <= now()) return { state: 'expired', thing }
  if (!thing) return { state: 'gone' }
  return { state: asked.confirmedAt === null ? 'good' : 'confirmed', email: asked.email, rhythm: asked.rhythm, thing }
}

async function requestOf(db: Db, token: string): Promise<Stored | null> {
  if (!isToken(token)) return null
  const [asked] = await db
    .select()
    .from(followRequests)
    .where(eq(followRequests.tokenHash, hashOf(token)))
  return asked ?? null
}

/** Confirms by the button behind the link: from now on they follow. Pressed again it changes nothing. Null for a link that is worth nothing (any more). */
export const confirmRequest = (db: Database, force: string, token: string): Promise<Follower | null> =>
  db.transaction(async (tx) => {
    const link = await readLink(tx, force, token)
    if (link.state !== 'good' && link.state !== 'confirmed') return null
    // The follower first: whoever changes a follower locks in that order.
    const follower = await followerByEmail(tx, link.email)
    const [confirmed] = await tx
      .update(followRequests)
      .set({ confirmedAt: now() })
      .where(and(eq(followRequests.tokenHash, hashOf(token)), isNull(followRequests.confirmedAt)))
      .returning()
    // A second press, also after they have stopped following it again.
    if (!confirmed) return follower
    const { key, rhythm, postcode, wantsAlerts } = confirmed
    await keepFollow(tx, follower.id, key, { rhythm, wantsAlerts, postcode: postcode ?? undefined })
    // Whoever asks by email wants email.
    await tx.update(followers).set({ byMail: true }).where(eq(followers.id, follower.id))
    return follower
  })
