/**
 * A mailing: one thing told to many, in batches, each follower once.
 *
 * A batch is one short transaction: its mails, its pushes, their jobs, and how far the mailing has come. So it can be cut off anywhere and goes on
 * where it was. What it tells of is looked at before every batch, and again when each mail leaves.
 */
import { setTimeout } from 'node:timers/promises'
import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { quietEnd } from '../following/quiet.ts'
import { enqueue, URGENT } from '../jobs/jobs.ts'
import { storeLetters, type Letter } from '../mail/mail.ts'
import { pushToFollowers } from '../push/push.ts'
import { itemOfMailing, type Mailing } from './compose.ts'
import { digestTurn } from './digest-turn.ts'
import { pushKey } from './standing.ts'
import { countRecipients, letterKey, nextRecipients, type Recipient, type Turn } from './recipients.ts'
import { alerts, mailings } from './schema.ts'
import { readTold, type Told } from './told.ts'

export type NewMailing = Pick<Mailing, 'cause' | 'key' | 'keys'> &
  Partial<Pick<Mailing, 'activityId' | 'postId' | 'commentId' | 'placeId' | 'occasionId' | 'alertId'>>

export const priorityOf = (cause: Mailing['cause']): number => (cause === 'alert' ? URGENT : 0)

/** Begins a mailing, unless its key has one. Answers whether it is new. */
export async function beginMailing(tx: Tx, made: NewMailing): Promise<boolean> {
  const [begun] = await tx
    .insert(mailings)
    .values({ ...made, createdAt: now() })
    .onConflictDoNothing({ target: mailings.key })
    .returning({ id: mailings.id })
  if (begun) await enqueue(tx, 'mailing', { id: begun.id }, { priority: priorityOf(made.cause) })
  return begun !== undefined
}

/** How long one job works, in milliseconds: then it makes way, and asks for the next turn. */
const TURN = 4000

/** Works through the next followers of a mailing and asks for the next turn. Called twice at once, one of the two does nothing. */
export async function workThrough(db: Database, config: Config, id: number): Promise<void> {
  const end = Date.now() + TURN
  for (;;) {
    const began = performance.now()
    const more = await db.transaction((tx) => takeTurn(tx, config, id))
    if (!more) return
    // Half of the time is left to readers. An alert does not wait.
    await setTimeout(more.priority === URGENT ? 0 : performance.now() - began)
    if (Date.now() < end) continue
    await db.transaction((tx) => enqueue(tx, 'mailing', { id }, { priority: more.priority }))
    return
  }
}

/** One batch. Null when nothing is left to do. */
export async function takeTurn(tx: Tx, config: Config, id: number): Promise<{ priority: number } | null> {
  const [mailing] = await tx
    .select()
    .from(mailings)
    .where(and(eq(mailings.id, id), isNull(mailings.finishedAt), isNull(mailings.stoppedAt)))
    .for('update', { skipLocked: true })
  if (!mailing) return null
  const turn = await (itemOfMailing(mailing) === null ? digestTurn(tx, config, mailing) : tellTurn(tx, mailing))
  await tx
    .update(mailings)
    .set({ ...turn, startedAt: mailing.startedAt ?? now() })
    .where(eq(mailings.id, id))
  return turn.finishedAt || turn.stoppedAt ? null : { priority: priorityOf(mailing.cause) }
}

async function tellTurn(tx: Tx, mailing: Mailing): Promise<Turn> {
  const ref = itemOfMailing(mailing)
  const told = ref === null ? undefined : (await readTold(tx, [ref])).get(ref)
  if (!told) return { stoppedAt: now() }
  const total = mailing.startedAt === null ? await countRecipients(tx, mailing) : mailing.total
  const batch = await nextRecipients(tx, mailing)
  const last = batch.at(-1)
  if (!last) return { total, finishedAt: now() }
  const own = mailing.cause === 'alert' ? null : told.authorId
  const wanting = batch.filter(({ accountId, stoppedAt }) => stoppedAt === null && (own === null || accountId !== own))
  const mailed = await storeLetters(tx, lettersFor(mailing, wanting), priorityOf(mailing.cause))
  const pushed = await pushBatch(tx, mailing, told, wanting)
  const { id: cursor } = last
  return { total, cursor, done: mailing.done + batch.length, mailed: mailing.mailed + mailed, pushed: mailing.pushed + pushed }
}

const lettersFor = (mailing: Mailing, batch: readonly Recipient[]): Letter[] =>
  batch
    .filter(({ byMail }) => byMail)
    .map((recipient) => ({
      key: letterKey(mailing.id, recipient.id),
      to: recipient.email,
      followerId: recipient.id,
      mailingId: mailing.id,
      tells: null,
      notBefore: mailing.cause === 'alert' ? null : quietEnd(recipient, now()),
    }))

/** To phones. In quiet hours the mail says it in the morning; whoever wants none is told on the phone then. */
async function pushBatch(tx: Tx, mailing: Mailing, told: Told, batch: readonly Recipient[]): Promise<number> {
  const isAlert = mailing.cause === 'alert'
  const awake = batch.filter((recipient) => recipient.pushes && (isAlert || !recipient.byMail || quietEnd(recipient, now()) === null))
  if (awake.length === 0) return 0
  const words = await pushWords(tx, mailing, told)
  const ids = awake.map(({ id }) => id)
  return pushToFollowers(tx, ids, { key: pushKey(mailing.id), ...words, path: told.itemPath, urgent: isAlert })
}

async function pushWords(tx: Tx, mailing: Mailing, told: Told): Promise<{ title: string; body: string }> {
  const by = told.mark ?? told.team ?? ''
  if (mailing.cause !== 'alert') return { title: told.title, body: [by, told.note ?? told.excerpt].filter(Boolean).join(': ') }
  const [alert] = await tx
    .select({ words: alerts.words })
    .from(alerts)
    .where(eq(alerts.id, mailing.alertId ?? 0))
  return { title: `Urgent: ${told.team ?? ''}`, body: alert?.words ?? told.title }
}

const ASLEEP = 5 * 60_000

/** Mailings whose job was lost with its process go on. One that is being worked through does not mind. */
export async function wakeMailings(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const open = await tx
      .select({ id: mailings.id, cause: mailings.cause })
      .from(mailings)
      .where(and(isNull(mailings.finishedAt), isNull(mailings.stoppedAt), lt(mailings.createdAt, new Date(now().getTime() - ASLEEP))))
      .orderBy(sql`${mailings.id}`)
      .limit(100)
    for (const { id, cause } of open) await enqueue(tx, 'mailing', { id }, { priority: priorityOf(cause) })
  })
}
