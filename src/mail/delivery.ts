/**
 * Handing mail to the server: each at least once and, unless this process dies in between, once only. A refusal for good ends its tries, and whoever
 * listens is told. Its words go with it, as they do when it is sent (the demonstration keeps them, to be read).
 */
import { and, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import nodemailer from 'nodemailer'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { enqueue, triesOf } from '../jobs/jobs.ts'
import { refusalOf, type Refusal } from './refusal.ts'
import { mails } from './schema.ts'

export interface Outgoing {
  to: string
  subject: string
  text: string
  html: string
  headers?: Readonly<Record<string, string>>
}

export interface Deliver {
  (mail: Outgoing): Promise<void>
  /** Closes the lines that are kept open. */
  close?: () => void
}

export type StoredMail = typeof mails.$inferSelect
export type Words = Omit<Outgoing, 'to'>

/** Makes the words of mails that hold none, of what may be read now. Whoever is not in the answer gets none any more. */
type Composer = (db: Database, mails: readonly StoredMail[]) => Promise<ReadonlyMap<number, Words>>
const composers = new Map<string, Composer>()

/** Says who makes the words of mails that hold none and whose key begins so. Called once by each room, while the application is put together. */
export function composeWith(made: Composer, keys = ''): void {
  composers.set(keys, made)
}

const ANYBODY = ''
const composerOf = (mail: StoredMail): string => [...composers.keys()].find((keys) => keys !== ANYBODY && mail.key.startsWith(keys)) ?? ANYBODY

export interface Refused {
  mail: StoredMail
  refusal: Refusal
  status: string | null
}
type Listener = (db: Database, refused: Refused) => Promise<void>
const listeners: Listener[] = []

/** Registers who hears of mail that a server refused. */
export function onRefusal(listener: Listener): void {
  if (!listeners.includes(listener)) listeners.push(listener)
}

/** How long nobody else takes a mail that somebody is handing over: longer than a server is waited for, also by the last of those that two jobs took. */
const HELD = 10 * 60_000

/** How long a server is waited for: at each step, and without these for ten minutes. */
const PATIENCE = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000 }

/** Takes mails that wait, so that no other job hands them over meanwhile. */
const takeMails = (db: Database, ids: readonly number[]): Promise<StoredMail[]> =>
  db
    .update(mails)
    .set({ tryingAt: now(), attempts: sql`${mails.attempts} + 1` })
    .where(
      and(
        inArray(mails.id, [...ids]),
        isNull(mails.sentAt),
        isNull(mails.failedAt),
        or(isNull(mails.notBefore), lte(mails.notBefore, now())),
        or(isNull(mails.tryingAt), lt(mails.tryingAt, new Date(now().getTime() - HELD))),
      ),
    )
    .returning()

/** Sends one stored mail. Throws when the server does not take it now, so that the job runs again later. */
export async function deliverMail(db: Database, deliver: Deliver, keepWords: boolean, id: number): Promise<void> {
  const [mail] = await takeMails(db, [id])
  if (!mail) return requireNotHeld(db, id)
  const problem = await handOver(db, deliver, { mail, words: wordsOf(mail), keepWords, tries: triesOf('mail') })
  if (problem) throw problem
}

/** Another job has it, or died with it: then it is to be tried again. */
async function requireNotHeld(db: Database, id: number): Promise<void> {
  const [held] = await stillWaiting(db, [id])
  if (held?.tryingAt) throw new Error('another job is handing this mail over')
}

const stillWaiting = (db: Database, ids: readonly number[]) =>
  db
    .select({ id: mails.id, notBefore: mails.notBefore, tryingAt: mails.tryingAt })
    .from(mails)
    .where(and(inArray(mails.id, [...ids]), isNull(mails.sentAt), isNull(mails.failedAt)))

/** So many are taken at once, and what they hold is made right before they leave. */
const AT_ONCE = 10

/** Lines to the mail server. */
const LINES = 5

interface Bulk {
  keepWords: boolean
  /** Waited for before each mail. */
  pace: () => Promise<void>
}

/** Sends stored mails to followers, in turn. Those that the server does not take now come again in a job of their own, each time later. */
export async function deliverBulk(db: Database, deliver: Deliver, ids: readonly number[], { keepWords, pace }: Bulk): Promise<void> {
  const again: StoredMail[] = []
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const taken = await takeMails(db, ids.slice(from, from + AT_ONCE))
    const made = await composed(db, taken).catch(letGo(db, taken))
    const turns = taken.map(async (mail) => {
      const words = made.get(mail.id)
      if (!words) return callOff(db, mail.id)
      await pace()
      const problem = await handOver(db, deliver, { mail, words, keepWords, tries: triesOf('bulk-mail') })
      if (problem) again.push(mail)
    })
    await Promise.all(turns)
  }
  await tryAgain(db, ids, again)
}

/** Nothing was sent yet, so the next try need not wait until they are free. */
const letGo = (db: Database, taken: readonly StoredMail[]) => async (error: unknown) => {
  const ids = taken.map(({ id }) => id)
  await db.update(mails).set({ tryingAt: null }).where(inArray(mails.id, ids))
  throw error
}

async function composed(db: Database, taken: readonly StoredMail[]): Promise<ReadonlyMap<number, Words>> {
  const whole = taken.filter((mail) => mail.text !== null).map((mail): [number, Words] => [mail.id, wordsOf(mail)])
  const others = taken.filter((mail) => mail.text === null)
  const made: [number, Words][] = []
  for (const [keys, theirs] of Map.groupBy(others, composerOf)) made.push(...((await composers.get(keys)?.(db, theirs)) ?? []))
  return new Map([...whole, ...made])
}

const wordsOf = ({ subject, text, html, headers }: StoredMail): Words => ({ subject, text: text ?? '', html: html ?? '', headers })

interface Attempt {
  mail: StoredMail
  words: Words
  keepWords: boolean
  tries: number
}

/** Null when nothing is left to do for this mail: it was taken, or never will be. */
async function handOver(db: Database, deliver: Deliver, { mail, words, keepWords, tries }: Attempt): Promise<Error | null> {
  const { subject, text, html, headers = {} } = words
  try {
    await deliver({ to: mail.to, subject, text, html, headers })
  } catch (error) {
    const problem = error instanceof Error ? error : new Error('unknown')
    return (await noteRefusal(db, mail, problem, mail.attempts >= tries, keepWords)) ? null : problem
  }
  const kept = keepWords ? { subject, text, html, headers } : { text: null, html: null, headers: {} }
  await db
    .update(mails)
    .set({ sentAt: now(), tryingAt: null, ...kept })
    .where(eq(mails.id, mail.id))
  return null
}

/** Answers whether its tries are over. */
async function noteRefusal(db: Database, mail: StoredMail, problem: Error, last: boolean, keepWords: boolean): Promise<boolean> {
  const { refusal, status } = refusalOf(problem)
  const over = last || refusal !== 'now'
  const gone = over ? { failedAt: now(), ...(keepWords ? {} : { text: null, html: null }) } : {}
  await db
    .update(mails)
    .set({ tryingAt: null, lastError: problem.message.slice(0, 500), ...gone })
    .where(eq(mails.id, mail.id))
  if (refusal !== 'now') for (const listener of listeners) await listener(db, { mail, refusal, status })
  return over
}

/** What it told of is not public any more, or its follower wants none. */
const callOff = (db: Database, id: number): Promise<unknown> =>
  db.update(mails).set({ failedAt: now(), tryingAt: null, lastError: 'called off', text: null, html: null }).where(eq(mails.id, id))

const SOON = 60_000
const LONGEST = 12 * 60 * SOON

/** The refused ones later, the longer the more often they were refused; those whose hour has not come, in their hour; those that another job has, when they are free. */
async function tryAgain(db: Database, ids: readonly number[], refused: readonly StoredMail[]): Promise<void> {
  const left = await stillWaiting(db, ids)
  if (left.length === 0) return
  const attempts = new Map(refused.map((mail) => [mail.id, mail.attempts]))
  const hours = Map.groupBy(left, ({ id, notBefore, tryingAt }) => {
    if (tryingAt) return Date.now() + HELD
    const tries = attempts.get(id)
    return tries === undefined ? (notBefore?.getTime() ?? Date.now()) : Date.now() + Math.min(SOON * 2 ** (tries - 1), LONGEST)
  })
  await db.transaction(async (tx) => {
    for (const [hour, those] of hours) await enqueue(tx, 'bulk-mail', { ids: those.map(({ id }) => id) }, { startAfter: new Date(hour) })
  })
}

/** How mail leaves: by SMTP where a server is set, else it stays in the table, where the demonstration shows it. */
export const deliveryOf = (config: Config): Deliver =>
  config.smtpUrl ? smtp(config, nodemailer.createTransport({ url: config.smtpUrl, ...PATIENCE })) : async () => {}

/** The same for many mails, over a few lines that stay open. */
export const bulkDeliveryOf = (config: Config): Deliver => {
  if (!config.smtpUrl) return async () => {}
  return smtp(config, nodemailer.createTransport({ url: config.smtpUrl, ...PATIENCE, pool: true, maxConnections: LINES, maxMessages: 200 }))
}

interface Transport {
  sendMail(mail: object): Promise<unknown>
  close(): void
}

function smtp(config: Config, transport: Transport): Deliver {
  // What cannot be delivered goes back to the envelope's sender, which readers do not see.
  const sender = config.mailBouncesTo ?? config.mailFrom
  const deliver: Deliver = async ({ headers, ...mail }) => {
    const envelope = { from: sender, to: mail.to }
    await transport.sendMail({ from: config.mailFrom, ...mail, envelope, headers: { 'Auto-Submitted': 'auto-generated', ...headers } })
  }
  deliver.close = () => transport.close()
  return deliver
}
