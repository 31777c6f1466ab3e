/**
 * Mail is stored with the change that causes it, and sent by a job until the server takes it. One key, one mail.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import nodemailer from 'nodemailer'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { enqueue } from '../jobs/jobs.ts'
import { mails } from './schema.ts'

export interface Mail {
  /** Cause and reader, so that the same mail is never sent twice. */
  key: string
  to: string
  subject: string
  /** The plain words; links stand on lines of their own. */
  text: string
}

export type Deliver = (mail: { to: string; subject: string; text: string; html: string }) => Promise<void>

/** Stores a mail and its job; a second mail of the same key changes nothing. */
export async function sendMail(tx: Tx, mail: Mail): Promise<void> {
  const [stored] = await tx
    .insert(mails)
    .values({ ...mail, html: htmlOf(mail.subject, mail.text) })
    .onConflictDoNothing({ target: mails.key })
    .returning({ id: mails.id })
  if (stored) await enqueue(tx, 'mail', { id: stored.id })
}

/** Sends one stored mail. Throws when the server does not take it, so that the job runs again later. */
export async function deliverMail(db: Database, deliver: Deliver, keepWords: boolean, id: number): Promise<void> {
  const [mail] = await db
    .select()
    .from(mails)
    .where(and(eq(mails.id, id), isNull(mails.sentAt)))
  if (!mail?.text) return
  try {
    await deliver({ to: mail.to, subject: mail.subject, text: mail.text, html: mail.html ?? '' })
  } catch (error) {
    const lastError = error instanceof Error ? error.message.slice(0, 500) : 'unknown'
    await db
      .update(mails)
      .set({ attempts: sql`${mails.attempts} + 1`, lastError })
      .where(eq(mails.id, id))
    throw error
  }
  const words = keepWords ? {} : { text: null, html: null }
  await db
    .update(mails)
    .set({ sentAt: now(), attempts: sql`${mails.attempts} + 1`, ...words })
    .where(eq(mails.id, id))
}

/** How mail leaves: by SMTP where a server is set, else it stays in the table, where the demonstration shows it. */
export function deliveryOf(config: Config): Deliver {
  if (!config.smtpUrl) return async () => {}
  const transport = nodemailer.createTransport(config.smtpUrl)
  return async (mail) => {
    await transport.sendMail({ from: config.mailFrom, ...mail, headers: { 'Auto-Submitted': 'auto-generated' } })
  }
}

/** The mails of the demonstration, newest first, before the given id. */
export const mailsBefore = (db: Database, before: number | null, limit: number) =>
  db
    .select({ id: mails.id, to: mails.to, subject: mails.subject, text: mails.text, createdAt: mails.createdAt })
    .from(mails)
    .where(before === null ? undefined : sql`${mails.id} < ${before}`)
    .orderBy(sql`${mails.id} desc`)
    .limit(limit)

const escapeHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** The same words as a plain page that every mail program shows well. Lines that are an address become links. */
function htmlOf(subject: string, text: string): string {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) =>
    paragraph
      .split('\n')
      .map((line) => (/^https?:\/\/\S+$/.test(line) ? `<a href="${escapeHtml(line)}">${escapeHtml(line)}</a>` : escapeHtml(line)))
      .join('<br>'),
  )
  const body = paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${paragraph}</p>`).join('')
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font:16px/1.5 Arial,sans-serif;color:#0b0c0c;max-width:600px;margin:0 auto;padding:16px">${body}</body></html>`
}
