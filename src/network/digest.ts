/**
 * What is new in the staff network, by mail: to each once a turn, however often the job runs, and to nobody for whom there is nothing. Stored as ids; worded when it
 * leaves, of what may be read then.
 */
import { eq, sql } from 'drizzle-orm'
import { at, isDuty } from '../accounts/duty.ts'
import { actorById } from '../accounts/known.ts'
import { accounts } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { enqueueAll } from '../jobs/jobs.ts'
import { isNoMailbox } from '../mail/mail.ts'
import { mails } from '../mail/schema.ts'
import { newsFor } from './digest-news.ts'
import { DIGESTS, isInNetwork } from './digest-settings.ts'
import { lastTurn, longestBefore, type DigestRhythm } from './digest-time.ts'
import { staffDigests } from './schema.ts'

const BATCH = 50
const MINUTE = 60_000
/** Whatever kept the job from running: later than a day after its morning, no digest is sent. */
const LATEST = 24 * 60 * MINUTE
/** What is being published while a digest is made comes with the next. */
const STILL_ARRIVING = MINUTE / 2

/** Sends those whose turn it is. Run as often as one likes. */
export async function sendStaffDigests(db: Database, _config: Config): Promise<void> {
  for (const rhythm of ['daily', 'weekly'] as const) {
    const turn = lastTurn(rhythm, new Date(now().getTime() - MINUTE))
    if (now().getTime() - turn.getTime() > LATEST) continue
    for (let after: number | null = 0; after !== null;) after = await sendBatch(db, { rhythm, turn, after })
  }
}

interface Batch {
  rhythm: DigestRhythm
  turn: Date
  /** The last account of the batch before. */
  after: number
}

/** Answers the last account, or null when there are no more. One transaction: a digest that was counted as sent is stored. */
async function sendBatch(db: Database, batch: Batch): Promise<number | null> {
  return db.transaction(async (tx) => {
    const due = await dueAfter(tx, batch)
    const stored: number[] = []
    for (const one of due) {
      const id = await sendOne(tx, batch, one)
      if (id !== null) stored.push(id)
    }
    if (stored.length > 0) await enqueueAll(tx, 'bulk-mail', [{ ids: stored }])
    return due.length < BATCH ? null : (due.at(-1)?.accountId ?? null)
  })
}

interface Due {
  accountId: number
  sentAt: Date | null
}

/** Colleagues with a role in force, and members of circles other than those for support; whether they still read anything is asked of each. */
async function dueAfter(tx: Tx, { rhythm, turn, after }: Batch): Promise<Due[]> {
  const moment = at(now())
  const { rows } = await tx.execute<{ id: string; sent_at: string | null }>(sql`
    select a.id, d.sent_at from ${accounts} a left join ${staffDigests} d on d.account_id = a.id
    where a.id > ${after} and coalesce(d.rhythm, 'weekly') = ${rhythm} and (d.sent_at is null or d.sent_at < ${turn.toISOString()}::timestamptz)
      and a.id in (
        select g.account_id from role_grants g where ${isDuty(moment)}
        union select m.account_id from circle_members m join circles c on c.id = m.circle_id and c.kind <> 'support' where m.left_at is null)
    order by a.id limit ${BATCH}::int`)
  return rows.map(({ id, sent_at }) => ({ accountId: Number(id), sentAt: sent_at === null ? null : new Date(sent_at) }))
}

/** The id of the mail, or null when there is none to send. */
async function sendOne(tx: Tx, { rhythm, turn }: Batch, { accountId, sentAt }: Due): Promise<number | null> {
  const until = new Date(now().getTime() - STILL_ARRIVING)
  if (!(await takeTurn(tx, accountId, rhythm, turn, until))) return null
  const reader = await actorById(tx, accountId)
  if (!isInNetwork(reader) || isNoMailbox(reader.email)) return null
  const longest = longestBefore(rhythm, turn)
  const news = await newsFor(tx, reader, { since: sentAt !== null && sentAt > longest ? sentAt : longest, until })
  if (!news) return null
  const [mail] = await tx
    .insert(mails)
    .values({ key: `${DIGESTS}${accountId}:${turn.toISOString()}`, to: reader.email, subject: '', tells: { account: [accountId], ...news } })
    .onConflictDoNothing({ target: mails.key })
    .returning({ id: mails.id })
  return mail?.id ?? null
}

/** Written first and at once: who comes second at the same moment waits here, and finds it done. Whoever chose another rhythm meanwhile keeps it. */
async function takeTurn(tx: Tx, accountId: number, rhythm: DigestRhythm, turn: Date, sentAt: Date): Promise<boolean> {
  const taken = await tx
    .insert(staffDigests)
    .values({ accountId, rhythm, sentAt })
    .onConflictDoUpdate({
      target: staffDigests.accountId,
      set: { sentAt },
      setWhere: sql`${eq(staffDigests.rhythm, rhythm)} and (${staffDigests.sentAt} is null or ${staffDigests.sentAt} < ${turn.toISOString()}::timestamptz)`,
    })
    .returning({ accountId: staffDigests.accountId })
  return taken.length > 0
}
