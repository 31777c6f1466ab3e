/**
 * Who is signed in on which device. The cookie holds a token; the table holds only its SHA-256, so a stolen table opens no door.
 *
 * Lucia keeps the protocol (make, check, renew, end, cookie). It knows one lifetime and no absolute end, so both rules live in the adapter here:
 * a session ends when it was idle for too long, and in any case so long after it began; for staff sooner. No other file imports lucia.
 */
import { createHash } from 'node:crypto'
import { and, desc, eq, gt, lte, sql } from 'drizzle-orm'
import { Lucia, TimeSpan, type Adapter, type DatabaseSession, type DatabaseUser } from 'lucia'
import type { SignedIn } from '../actor.ts'
import { isStaff } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { circlesOfAccount } from './circle.ts'
import { deviceOf } from './device.ts'
import { grantsOfAccount } from './duty.ts'
import { accounts, sessions, unreadCounts } from './schema.ts'
import { standingOfAccount, standingFrom } from './standing.ts'

declare module 'lucia' {
  interface Register {
    UserId: number
    Lucia: ReturnType<typeof luciaOn>
    DatabaseUserAttributes: { actor: SignedIn }
    DatabaseSessionAttributes: { device: string }
  }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const RESIDENT = { idle: 14 * DAY, absolute: 90 * DAY }
const STAFF = { idle: 12 * HOUR, absolute: 7 * DAY }
/** Being seen is written down at most this often, so that reading pages writes nothing. */
const SEEN_EVERY = 10 * 60_000

/** How a session shows itself outside this file: enough to tell one's own devices apart, too little to find the token. */
const KEY_LENGTH = 16

export interface Session {
  actor: SignedIn
  key: string
}

export interface Device {
  id: string
  device: string
  createdAt: Date
  seenAt: Date
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
const isToken = (text: string): boolean => /^[a-z0-9]{40}$/.test(text)
const livesOf = (staff: boolean): typeof RESIDENT => (staff ? STAFF : RESIDENT)
const after = (moment: Date, milliseconds: number): Date => new Date(moment.getTime() + milliseconds)

// Lateral and limited to one row, so that no mood of the planner joins whole tables for it.
const readQuery = prepared((db) => {
  const account = db
    .select({
      accountId: accounts.id,
      email: accounts.email,
      displayName: accounts.displayName,
      publishedCount: accounts.publishedCount,
      grants: grantsOfAccount.as('grants'),
      circles: circlesOfAccount.as('circles'),
      sanctions: standingOfAccount.as('sanctions'),
      unread: sql<number>`coalesce((select count from ${unreadCounts} where account_id = accounts.id), 0)`.as('unread'),
    })
    .from(accounts)
    .where(eq(accounts.id, sessions.accountId))
    .limit(1)
    .as('account')
  return db
    .select({
      accountId: account.accountId,
      email: account.email,
      displayName: account.displayName,
      publishedCount: account.publishedCount,
      grants: account.grants,
      circles: account.circles,
      sanctions: account.sanctions,
      unread: account.unread,
      device: sessions.device,
      createdAt: sessions.createdAt,
      seenAt: sessions.seenAt,
    })
    .from(sessions)
    .innerJoinLateral(account, sql`true`)
    .where(eq(sessions.id, sql.placeholder('id')))
    .prepare('read_session')
})
type Row = Awaited<ReturnType<ReturnType<typeof readQuery>['execute']>>[number]

function actorOf(row: Row): SignedIn {
  const duties = row.grants.duties ?? []
  // The name of a member of staff holds their rank. It goes with the role: whoever has left does not speak as "PC Adeyemi".
  const displayName = duties.length === 0 && row.grants.ever ? null : row.displayName
  return {
    kind: 'account',
    accountId: row.accountId,
    email: row.email,
    displayName,
    publishedCount: row.publishedCount,
    duties,
    standing: standingFrom(row.sanctions),
    unread: row.unread,
    circles: row.circles.ids ?? [],
    organisation: row.circles.organisation,
  }
}

const isOver = (row: Row, actor: SignedIn, moment: Date): boolean => {
  const lives = livesOf(isStaff(actor))
  return moment >= after(row.seenAt, lives.idle) || moment >= after(row.createdAt, lives.absolute)
}

// Lucia's own lifetime is that of the cookie. A session that is due to be seen again is shown to Lucia as past its half life, so that it renews it.
const LIFE = new TimeSpan(90, 'd')
const luciaDate = (due: boolean): Date => new Date(Date.now() + LIFE.milliseconds() / (due ? 4 : 1))

async function sessionAndUser(db: Database, token: string, quietly: boolean): Promise<[DatabaseSession | null, DatabaseUser | null]> {
  const moment = now()
  const [row] = await readQuery(db).execute({ id: hashOf(token), moment })
  const actor = row ? actorOf(row) : null
  if (!row || !actor || isOver(row, actor, moment)) return [null, null]
  const due = !quietly && moment >= after(row.seenAt, SEEN_EVERY)
  return [
    { id: token, userId: row.accountId, expiresAt: luciaDate(due), attributes: { device: row.device } },
    { id: row.accountId, attributes: { actor } },
  ]
}

function adapterOn(db: Db, quietly: boolean): Adapter {
  return {
    getSessionAndUser: (token) => sessionAndUser(db as Database, token, quietly),
    // Lucia would answer hashes for tokens here; `sessionsOf` is what the pages use.
    getUserSessions: async () => [],
    async setSession({ id, userId, attributes }) {
      const moment = now()
      await db.insert(sessions).values({
        id: hashOf(id),
        accountId: userId,
        device: attributes.device,
        createdAt: moment,
        seenAt: moment,
        expiresAt: after(moment, RESIDENT.idle),
      })
    },
    // Of many requests at once only the first writes.
    async updateSessionExpiration(token) {
      const moment = now()
      const end = sql`least(${sessions.createdAt} + ${`${RESIDENT.absolute} milliseconds`}::interval, ${after(moment, RESIDENT.idle)}::timestamptz)`
      await db
        .update(sessions)
        .set({ seenAt: moment, expiresAt: end })
        .where(and(eq(sessions.id, hashOf(token)), lte(sessions.seenAt, after(moment, -SEEN_EVERY))))
    },
    async deleteSession(token) {
      await db.delete(sessions).where(eq(sessions.id, hashOf(token)))
    },
    async deleteUserSessions(userId) {
      await db.delete(sessions).where(eq(sessions.accountId, userId))
    },
    async deleteExpiredSessions() {
      await db.delete(sessions).where(lte(sessions.expiresAt, now()))
    },
  }
}

const luciaOn = (db: Db, quietly = false) =>
  new Lucia<{ device: string }, { actor: SignedIn }>(adapterOn(db, quietly), {
    sessionExpiresIn: LIFE,
    getUserAttributes: ({ actor }) => ({ actor }),
    getSessionAttributes: ({ device }) => ({ device }),
  })
const lucia = prepared((db) => luciaOn(db))
const quietLucia = prepared((db) => luciaOn(db, true))

/**
 * The session of this token, or null when there is none in force. One round trip; a write at most every ten minutes. `quietly`: nobody is there, a page asks by
 * itself, and that does not keep the session from ending when it was idle for too long.
 */
export async function readSession(db: Database, token: string, { quietly = false } = {}): Promise<Session | null> {
  if (!isToken(token)) return null
  const { user } = await (quietly ? quietLucia : lucia)(db).validateSession(token)
  return user && { actor: user.actor, key: hashOf(token).slice(0, KEY_LENGTH) }
}

/** Begins a session and answers its token, for the cookie. Nothing else ever knows it. */
export async function signInActor(db: Db, accountId: number, userAgent: string | undefined): Promise<string> {
  const session = await luciaOn(db).createSession(accountId, { device: deviceOf(userAgent) })
  return session.id
}

/** Ends the session of this token, if it is one. */
export async function signOut(db: Db, token: string): Promise<void> {
  if (isToken(token)) await luciaOn(db).invalidateSession(token)
}

/** The devices on which this account is signed in, last seen first. */
export async function sessionsOf(db: Db, actor: SignedIn): Promise<Device[]> {
  const lives = livesOf(isStaff(actor))
  const alive = and(gt(sessions.seenAt, after(now(), -lives.idle)), gt(sessions.createdAt, after(now(), -lives.absolute)))
  return db
    .select({
      id: sql<string>`left(${sessions.id}, ${KEY_LENGTH}::int)`,
      device: sessions.device,
      createdAt: sessions.createdAt,
      seenAt: sessions.seenAt,
    })
    .from(sessions)
    .where(and(eq(sessions.accountId, actor.accountId), alive))
    .orderBy(desc(sessions.seenAt), sessions.id)
    .limit(100)
}

/** Signs one of one's own devices out. Throws `NotFound` for anything else. */
export async function endSession(db: Db, actor: SignedIn, sessionId: string): Promise<void> {
  if (!/^[0-9a-f]{16}$/.test(sessionId)) throw new NotFound('session')
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.accountId, actor.accountId), eq(sql`left(${sessions.id}, ${KEY_LENGTH}::int)`, sessionId)))
    .returning({ id: sessions.id })
  if (ended.length === 0) throw new NotFound('session')
}

/** Signs all of one's own devices out, this one too. */
export const endAllSessions = (db: Db, actor: SignedIn): Promise<void> => luciaOn(db).invalidateUserSessions(actor.accountId)

/** Removes what nobody can use any more. */
export const sweepSessions = (db: Db): Promise<void> => luciaOn(db).deleteExpiredSessions()

/** How the token travels. A host-only cookie where the site is on https; a plain one for development. */
export const sessionCookieName = (https: boolean): string => (https ? '__Host-blue-lamp' : 'blue-lamp')

const cookieOf = (https: boolean) =>
  new Lucia({} as Adapter, {
    sessionExpiresIn: LIFE,
    sessionCookie: { name: sessionCookieName(https), attributes: { secure: https, sameSite: 'lax', path: '/' } },
  })

/** The value of the `Set-Cookie` header for a token, or (null) the one that takes the cookie away. */
export function sessionCookie(https: boolean, token: string | null): string {
  const controller = cookieOf(https)
  return (token === null ? controller.createBlankSessionCookie() : controller.createSessionCookie(token)).serialize()
}
