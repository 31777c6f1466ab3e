/**
 * How far mailings have come, for the desk: what went to how many, and what was called off.
 */
import { and, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { Forbidden } from '../errors.ts'
import { itemOfMailing } from './compose.ts'
import { mayWatchMailings } from './policy.ts'
import { alerts, mailings, mailReports, type Cause } from './schema.ts'
import { readTold } from './told.ts'

export interface MailingRow {
  id: number
  cause: Cause
  /** What it tells of, with its address; both null for digests, and for what is not public any more. */
  title: string | null
  path: string | null
  /** Of an alert: what it says. */
  words: string | null
  createdAt: Date
  total: number
  done: number
  mailed: number
  pushed: number
  finishedAt: Date | null
  stoppedAt: Date | null
}

const SHOWN = 30

/** Latest first, before that id; `next` is the key of the next page. Throws `Forbidden`. */
export async function mailingsBefore(db: Database, actor: Actor, before: number | null): Promise<{ rows: MailingRow[]; next: number | null }> {
  if (!mayWatchMailings(actor)) throw new Forbidden('The press office and administrators see this.')
  const found = await db
    .select({ mailing: mailings, words: alerts.words })
    .from(mailings)
    .leftJoin(alerts, eq(alerts.id, mailings.alertId))
    .where(before === null ? undefined : lt(mailings.id, before))
    .orderBy(desc(mailings.id))
    .limit(SHOWN + 1)
  const page = found.slice(0, SHOWN)
  const told = await readTold(
    db,
    page.map(({ mailing }) => itemOfMailing(mailing)).filter((ref) => ref !== null),
  )
  const rows = page.map(({ mailing, words }) => {
    const ref = itemOfMailing(mailing)
    const item = ref === null ? undefined : told.get(ref)
    const { id, cause, createdAt, total, done, mailed, pushed, finishedAt, stoppedAt } = mailing
    // What was told of and is not public any more is not shown here either.
    const shown = item === undefined ? { title: null, path: null, words: null } : { title: item.title, path: item.itemPath, words }
    return { id, cause, ...shown, createdAt, total, done, mailed, pushed, finishedAt, stoppedAt }
  })
  return { rows, next: found.length > SHOWN ? (rows.at(-1)?.id ?? null) : null }
}

/** How many mails to followers wait for the mail server, up to a thousand. */
export async function mailsWaiting(db: Database): Promise<number> {
  const { rows } = await db.execute<{ count: string }>(
    sql`select count(*) as count from (select from mails where sent_at is null and failed_at is null and follower_id is not null limit 1000) waiting`,
  )
  return Number(rows[0]?.count ?? 0)
}

const WEEK = 7 * 86_400_000

/** How many reports of the last 7 days held no mail of ours: forged ones, or a mail server that leaves it out. One a day counts for each follower. */
export const reportsUnproved = (db: Database): Promise<number> =>
  db.$count(mailReports, and(eq(mailReports.kind, 'unproved'), gt(mailReports.at, new Date(now().getTime() - WEEK))))
