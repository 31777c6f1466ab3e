/**
 * When a mailbox refuses our mail, or somebody calls it spam, no more goes there: at once for a refusal for good, after several in a row for others.
 */
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { followers } from '../following/schema.ts'
import { callOffMail, type Refused } from '../mail/mail.ts'
import { dayKey } from '../text/dates.ts'
import { mailReports } from './schema.ts'

type Because = 'bounced' | 'complained'

/** So many failures in a row that each might have passed. */
export const SOFT_LIMIT = 5

/** After so long without one they count anew: mail has arrived in between. */
const IN_A_ROW = 14 * 86_400_000

async function stopMail(tx: Tx, followerId: number, because: Because): Promise<void> {
  await tx
    .update(followers)
    .set({ stoppedAt: now(), stoppedBecause: because })
    .where(and(eq(followers.id, followerId), isNull(followers.stoppedAt)))
  await callOffMail(tx, [followerId])
}

export interface MailReport {
  /** The same report has the same. */
  hash: string
  kind: 'hard' | 'soft' | 'complaint'
  status: string | null
  followerId: number
}

/** Counts a report once, and stops the mail of its follower when it says so. Answers whether it was new. */
export async function noteReport(tx: Tx, report: MailReport): Promise<boolean> {
  const [before] = await tx
    .select({ at: mailReports.at })
    .from(mailReports)
    .where(and(eq(mailReports.followerId, report.followerId), eq(mailReports.kind, 'soft')))
    .orderBy(desc(mailReports.id))
    .limit(1)
  const stored = await tx
    .insert(mailReports)
    .values({ ...report, at: now() })
    .onConflictDoNothing({ target: mailReports.hash })
    .returning({ id: mailReports.id })
  if (stored.length === 0) return false
  if (report.kind === 'soft') await countSoft(tx, report.followerId, before?.at ?? null)
  else await stopMail(tx, report.followerId, report.kind === 'hard' ? 'bounced' : 'complained')
  return true
}

async function countSoft(tx: Tx, followerId: number, before: Date | null): Promise<void> {
  const goesOn = before !== null && now().getTime() - before.getTime() <= IN_A_ROW
  const [counted] = await tx
    .update(followers)
    .set({ softBounces: goesOn ? sql`${followers.softBounces} + 1` : 1 })
    .where(eq(followers.id, followerId))
    .returning({ softBounces: followers.softBounces })
  if (counted && counted.softBounces >= SOFT_LIMIT) await stopMail(tx, followerId, 'bounced')
}

/** Counts what nothing proves, once a day for each follower: whoever floods us with such fills no table, and stops nobody's mail. */
export async function noteUnproved(db: Database, followerId: number, status: string | null): Promise<void> {
  const hash = `unproved:${followerId}:${dayKey(now())}`
  await db.insert(mailReports).values({ hash, kind: 'unproved', status, followerId, at: now() }).onConflictDoNothing({ target: mailReports.hash })
}

const KEPT = 90 * 86_400_000

/** Forgets what was reported long ago: what counts in a row is counted with the follower. */
export async function sweepReports(db: Database): Promise<void> {
  await db.delete(mailReports).where(lt(mailReports.at, new Date(now().getTime() - KEPT)))
}

/** What the mail server refused when it was handed over. A mail that is not a follower's concerns nobody here. */
export async function noteRefusal(db: Database, { mail, refusal, status }: Refused): Promise<void> {
  const { followerId } = mail
  if (followerId === null) return
  const kind = refusal === 'mailbox' ? 'hard' : 'soft'
  await db.transaction((tx) => noteReport(tx, { hash: `mail:${mail.id}`, kind, status, followerId }))
}
