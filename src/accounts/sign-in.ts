/**
 * Signing in by email: a link that works once, and a code that is good only in the browser that asked.
 *
 * Asking does the same for every address, so nobody learns who has an account. Opening a link uses nothing up (mail scanners open links);
 * pressing its button does. What somebody wrote before signing in waits with the request and comes back to them alone.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { and, desc, eq, gt, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { accounts, signIns, type KeptWords } from './schema.ts'
import { signInActor, signOut } from './session.ts'
import { signInMail, type Site } from './sign-in-mail.ts'

const MINUTE = 60_000
const LINK_LIFE = 30 * MINUTE
const ATTEMPTS = 5
/** Words typed before signing in stay readable for their author so long after the sign-in. */
const KEPT_LIFE = 120 * MINUTE
/** Somebody whose link ran out finds the words again when they ask anew in the same browser, within a day. */
const UNUSED_LIFE = 24 * 60 * MINUTE

export interface Ask {
  email: string
  /** The value of the browser's sign-in cookie, if it has one. */
  browser: string | null
  returnTo: string
  kept: KeptWords | null
  /** They say that the email did not come: perhaps the address was wrong, so words wait for whatever address they give now. */
  again?: boolean
}

/** The browser in which somebody signs in; `oldToken` is the session that ends with it. */
export interface Visit {
  userAgent: string | undefined
  oldToken: string | null
}

export interface Arrival {
  token: string
  accountId: number
  named: boolean
  path: string
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const newToken = (): string => randomBytes(24).toString('base64url')
const isToken = (text: string | null): text is string => text !== null && /^[\w-]{32}$/.test(text)
const ago = (milliseconds: number): Date => new Date(now().getTime() - milliseconds)
// The browser's secret goes into the hash: a stolen table does not give six digits away.
const codeHash = (browser: string, code: string): string => hashOf(`${browser} ${code}`)
const sameHash = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))

/** Stores a request and its mail; answers the value for the browser's sign-in cookie. */
export async function askToSignIn(db: Database, ask: Ask, site: Site): Promise<string> {
  const browser = isToken(ask.browser) ? ask.browser : newToken()
  const token = newToken()
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const moment = now()
  await db.transaction(async (tx) => {
    const kept = ask.kept ?? (await wordsWaiting(tx, browser, ask))
    const [asked] = await tx
      .insert(signIns)
      .values({
        email: ask.email,
        tokenHash: hashOf(token),
        codeHash: codeHash(browser, code),
        browserHash: hashOf(browser),
        returnTo: ask.returnTo,
        kept,
        createdAt: moment,
        expiresAt: new Date(moment.getTime() + LINK_LIFE),
      })
      .returning({ id: signIns.id })
    if (!asked) throw new Error('the request to sign in gave no row back')
    await sendMail(tx, signInMail(asked.id, ask.email, token, code, site))
  })
  return browser
}

/** Words of an earlier request from the same browser that was never used: for the same address, or for another when they ask again at once. */
async function wordsWaiting(tx: Tx, browser: string, { email, again = false }: Ask): Promise<KeptWords | null> {
  const theirs = again ? gt(signIns.createdAt, ago(LINK_LIFE)) : and(eq(signIns.email, email), gt(signIns.createdAt, ago(UNUSED_LIFE)))
  const [waiting] = await tx
    .select({ kept: signIns.kept })
    .from(signIns)
    .where(and(ofBrowser(browser), theirs, isNull(signIns.usedAt), isNotNull(signIns.kept)))
    .orderBy(desc(signIns.id))
    .limit(1)
  return waiting?.kept ?? null
}

const ofBrowser = (browser: string) => eq(signIns.browserHash, hashOf(browser))
const isOpen = () => and(isNull(signIns.usedAt), gt(signIns.expiresAt, now()))

/** What this browser asked for last: the address that the mail went to, and where they want to go. Null when there is nothing to wait for. */
export async function lastAsk(db: Db, browser: string | null): Promise<{ email: string; returnTo: string } | null> {
  if (!isToken(browser)) return null
  const [asked] = await db
    .select({ email: signIns.email, returnTo: signIns.returnTo })
    .from(signIns)
    .where(and(ofBrowser(browser), isOpen()))
    .orderBy(desc(signIns.id))
    .limit(1)
  return asked ?? null
}

export interface Link {
  state: 'good' | 'used' | 'expired' | 'unknown'
  email: string
  /** Where its owner goes after signing in. */
  path: string
  accountId: number | null
}

/** What a link is worth. Reading it uses nothing up. */
export async function findLink(db: Db, token: string): Promise<Link> {
  const [row] = isToken(token)
    ? await db
        .select()
        .from(signIns)
        .where(eq(signIns.tokenHash, hashOf(token)))
    : []
  if (!row) return { state: 'unknown', email: '', path: '/', accountId: null }
  const state = row.usedAt !== null ? 'used' : row.expiresAt <= now() ? 'expired' : 'good'
  return { state, email: row.email, path: pathAfter(row), accountId: row.accountId }
}

/** Signs in by the link's button. Throws `Refused` when the link is used, expired or unknown. */
export async function signInByLink(db: Database, token: string, visit: Visit): Promise<Arrival> {
  const [row] = isToken(token)
    ? await db
        .select({ id: signIns.id })
        .from(signIns)
        .where(eq(signIns.tokenHash, hashOf(token)))
    : []
  if (!row) throw new Refused('This link does not work')
  return arrive(db, row.id, visit)
}

/** Signs in by the code, in the browser that asked. Throws `Refused` for the field `code`; the sixth try never succeeds. */
export async function signInByCode(db: Database, browser: string | null, typed: string, visit: Visit): Promise<Arrival> {
  const code = typed.replace(/\D/g, '')
  if (!isToken(browser))
    throw wrongCode('This code works only in the browser where you asked for it. Use the link in the email, or ask for a new one.')
  if (code.length !== 6) throw wrongCode('Enter the 6 digits from the email')
  // Counted before they are compared, and kept whatever happens next.
  const tried = await db
    .update(signIns)
    .set({ attempts: sql`${signIns.attempts} + 1` })
    .where(and(ofBrowser(browser), isOpen(), lt(signIns.attempts, ATTEMPTS)))
    .returning({ id: signIns.id, codeHash: signIns.codeHash, attempts: signIns.attempts })
  const right = tried.find((row) => sameHash(row.codeHash, codeHash(browser, code)))
  if (right) return arrive(db, right.id, visit)
  const left = Math.max(0, ...tried.map((row) => ATTEMPTS - row.attempts))
  throw wrongCode(
    left > 0
      ? 'That is not the code. Check the newest email from us.'
      : 'This code no longer works. Use the link in the email, or ask for a new one.',
  )
}

const wrongCode = (message: string): Refused => new Refused('That code does not work', { code: message })

/** Uses the request up, finds or makes the account, ends the browser's old session and begins a new one: all or nothing. */
const arrive = (db: Database, id: number, visit: Visit): Promise<Arrival> =>
  db.transaction(async (tx) => {
    const [used] = await tx
      .update(signIns)
      .set({ usedAt: now() })
      .where(and(eq(signIns.id, id), isOpen()))
      .returning()
    if (!used) throw new Refused('This link does not work')
    const account = await accountOf(tx, used.email)
    await tx.update(signIns).set({ accountId: account.id }).where(eq(signIns.id, id))
    if (visit.oldToken !== null) await signOut(tx, visit.oldToken)
    const token = await signInActor(tx, account.id, visit.userAgent)
    return { token, accountId: account.id, named: account.displayName !== null, path: pathAfter(used) }
  })

async function accountOf(tx: Tx, email: string): Promise<{ id: number; displayName: string | null }> {
  const [account] = await tx
    .insert(accounts)
    .values({ email, createdAt: now() })
    .onConflictDoUpdate({ target: accounts.email, set: { email } })
    .returning({ id: accounts.id, displayName: accounts.displayName })
  if (!account) throw new Error('the account gave no row back')
  return account
}

function pathAfter(row: { id: number; returnTo: string; kept: KeptWords | null }): string {
  if (!row.kept) return row.returnTo
  const [address = '/', anchor] = row.kept.path.split('#', 2)
  return `${address}${address.includes('?') ? '&' : '?'}kept=${row.id}${anchor ? `#${anchor}` : ''}`
}

/** What this account wrote before it signed in, for two hours; null for anybody else. */
export async function keptWords(db: Db, actor: SignedIn, id: number): Promise<KeptWords | null> {
  const [row] = await db
    .select({ kept: signIns.kept })
    .from(signIns)
    .where(and(eq(signIns.id, id), eq(signIns.accountId, actor.accountId), gt(signIns.usedAt, ago(KEPT_LIFE))))
  return row?.kept ?? null
}

/** Removes requests that nobody can use any more, with the words that waited in them. */
export async function sweepSignIns(db: Db): Promise<void> {
  await db.delete(signIns).where(and(isNull(signIns.usedAt), lte(signIns.createdAt, ago(UNUSED_LIFE))))
  await db.delete(signIns).where(and(isNotNull(signIns.usedAt), lte(signIns.usedAt, ago(KEPT_LIFE))))
}
