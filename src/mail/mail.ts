/**
 * Mail is stored with the change that causes it, and sent by a job until the server takes it. One key, one mail.
 */
import { and, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { enqueue, enqueueAll } from '../jobs/jobs.ts'
import { mails, type Tells } from './schema.ts'
import { escapeHtml } from '../text/safe-html.ts'

export { bulkDeliveryOf, composeWith, deliverBulk, deliverMail, deliveryOf, onRefusal } from './delivery.ts'
export type { Deliver, Refused, StoredMail, Words } from './delivery.ts'

export interface Mail {
  /** Cause and reader, so that the same mail is never sent twice. */
  key: string
  to: string
  subject: string
  /** The plain words; links stand on lines of their own. */
  text: string
  /** Where it is not simply the same words. */
  html?: string
  /** Besides those that every mail has. */
  headers?: Readonly<Record<string, string>>
  notBefore?: Date | null
  followerId?: number | null
  /** One of many: waits behind those that somebody is waiting for. */
  bulk?: boolean
}

/** No mailbox can be there. Accounts under a pseudonym have such an address; who they are is known to nobody, so nothing is written to them. */
export const isNoMailbox = (address: string): boolean => /\.invalid$/i.test(address)

/** Stores a mail and its job; a second mail of the same key changes nothing, nor does one to an address where nobody is. */
export async function sendMail(tx: Tx, { bulk = false, ...mail }: Mail): Promise<void> {
  if (isNoMailbox(mail.to)) return
  const [stored] = await tx
    .insert(mails)
    .values({ ...mail, html: mail.html ?? htmlOf(mail.subject, mail.text) })
    .onConflictDoNothing({ target: mails.key })
    .returning({ id: mails.id })
  if (!stored) return
  const timing = { startAfter: mail.notBefore ?? null }
  if (bulk) await enqueue(tx, 'bulk-mail', { ids: [stored.id] }, timing)
  else await enqueue(tx, 'mail', { id: stored.id }, timing)
}

/** A mail of a mailing: its words are made when it leaves. */
export interface Letter {
  key: string
  to: string
  followerId: number
  mailingId: number
  tells: Tells | null
  notBefore: Date | null
}

/** Mails of one job. Few enough that one that dies leaves little undone, enough that fetching jobs costs nothing. */
const TOGETHER = 50

/** Stores many, and the jobs that send them; answers how many were new. */
export async function storeLetters(tx: Tx, all: readonly Letter[], priority = 0): Promise<number> {
  const letters = all.filter(({ to }) => !isNoMailbox(to))
  if (letters.length === 0) return 0
  const stored = await tx
    .insert(mails)
    .values(letters.map((letter) => ({ ...letter, subject: '' })))
    .onConflictDoNothing({ target: mails.key })
    .returning({ id: mails.id, notBefore: mails.notBefore })
  const hours = Map.groupBy(stored, ({ notBefore }) => notBefore?.getTime() ?? 0)
  for (const [hour, together] of hours) {
    const ids = together.map(({ id }) => id)
    const jobs = Array.from({ length: Math.ceil(ids.length / TOGETHER) }, (_, job) => ({ ids: ids.slice(job * TOGETHER, (job + 1) * TOGETHER) }))
    await enqueueAll(tx, 'bulk-mail', jobs, { startAfter: hour === 0 ? null : new Date(hour), priority })
  }
  return stored.length
}

/** What waits for these followers is not sent any more. */
export async function callOffMail(tx: Tx, followerIds: readonly number[]): Promise<void> {
  if (followerIds.length === 0) return
  await tx
    .update(mails)
    .set({ failedAt: now(), lastError: 'called off', text: null, html: null })
    .where(and(inArray(mails.followerId, [...followerIds]), isNull(mails.sentAt), isNull(mails.failedAt)))
}

const DAY = 86_400_000
const KEPT = 30 * DAY
const GIVEN_UP = 7 * DAY
const SWEPT = 5000

/** Forgets what followers were sent a month ago, and gives up what no job will send any more, so that no words stay for ever. */
export async function sweepMails(db: Database): Promise<void> {
  const lost = new Date(now().getTime() - GIVEN_UP)
  await db
    .update(mails)
    .set({ failedAt: now(), lastError: 'given up', text: null, html: null })
    .where(and(isNull(mails.sentAt), isNull(mails.failedAt), lt(mails.createdAt, lost), or(isNull(mails.notBefore), lt(mails.notBefore, lost))))
  while ((await forgetSome(db)) === SWEPT);
}

async function forgetSome(db: Db): Promise<number> {
  const old = sql`select id from ${mails} where ${and(isNotNull(mails.followerId), lt(mails.createdAt, new Date(now().getTime() - KEPT)))} limit ${SWEPT}`
  const gone = await db.execute(sql`delete from ${mails} where id in (${old})`)
  return gone.rowCount ?? 0
}

/** The mails of the demonstration, newest first, before the given id. Those whose words are still to be made are not among them. */
export const mailsBefore = (db: Database, before: number | null, limit: number) =>
  db
    .select({ id: mails.id, to: mails.to, subject: mails.subject, text: mails.text, createdAt: mails.createdAt })
    .from(mails)
    .where(and(isNotNull(mails.text), before === null ? undefined : sql`${mails.id} < ${before}`))
    .orderBy(sql`${mails.id} desc`)
    .limit(limit)

/** The same words as a plain page that every mail program shows well. Lines that are an address become links. */
function htmlOf(subject: string, text: string): string {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) =>
    paragraph
      .split('\n')
      .map((line) => (/^https?:\/\/\S+$/.test(line) ? `<a href="${escapeHtml(line)}">${escapeHtml(line)}</a>` : escapeHtml(line)))
      .join('<br>'),
  )
  const body = paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${paragraph}</p>`).join('')
  const title = `<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escapeHtml(subject)}</h1>`
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head><body style="font:16px/1.5 Arial,sans-serif;color:#0b0c0c;max-width:600px;margin:0 auto;padding:16px;overflow-wrap:anywhere"><main>${title}${body}</main></body></html>`
}
