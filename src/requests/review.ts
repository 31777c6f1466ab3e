/**
 * The day on which a legal lock is to be looked at again: it comes before the press office as a request of whoever set the lock, once for each day that
 * was set. Nothing is unlocked by it.
 */
import { createHash } from 'node:crypto'
import { and, asc, eq, lte } from 'drizzle-orm'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Tx } from '../database/database.ts'
import { expectedBy } from '../moderation/clock.ts'
import { sayDate } from '../text/dates.ts'
import { insertRequest } from './request.ts'
import { requests } from './schema.ts'

const AT_ONCE = 200

/** Answers how many were put before the press office. Bears being run at once and twice. */
export async function remindOfReviews(db: Database): Promise<number> {
  const due = await db
    .select({ id: conversations.id })
    .from(conversations)
    .where(and(eq(conversations.mode, 'legal-lock'), lte(conversations.modeEndsAt, now())))
    .orderBy(asc(conversations.modeEndsAt))
    .limit(AT_ONCE)
  let reminded = 0
  for (const { id } of due) if (await db.transaction((tx) => remindOf(tx, id))) reminded++
  return reminded
}

async function remindOf(tx: Tx, id: number): Promise<boolean> {
  const [talk] = await tx.select().from(conversations).where(eq(conversations.id, id)).for('no key update')
  if (talk?.mode !== 'legal-lock' || talk.modeEndsAt === null || talk.modeEndsAt > now() || talk.modeSetBy === null) return false
  const clientKey = keyOf(id, talk.modeEndsAt)
  const [known] = await tx.select({ id: requests.id }).from(requests).where(eq(requests.clientKey, clientKey))
  if (known) return false
  const note = `The legal lock is to be looked at again: its review date was ${sayDate(talk.modeEndsAt)}. It stays locked until somebody lifts it, or sets a new date.`
  const row = { kind: 'legal-lock' as const, conversationId: id, note, clientKey, askedBy: talk.modeSetBy, askedRole: 'press-office' as const }
  const opening = { because: 'The review date of a legal lock has come.', urgent: false, dueAt: expectedBy(now()) }
  await insertRequest(tx, { ...talk, conversationId: id }, row, opening)
  return true
}

/** The same for the same lock and date, so that two processes make one reminder. */
function keyOf(conversationId: number, reviewAt: Date): string {
  const hash = createHash('sha256').update(`review ${conversationId} ${reviewAt.toISOString()}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
