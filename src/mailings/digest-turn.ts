/**
 * One batch of digests: those whose turn it is, what is new for each since they were told, and when their next turn comes. Nobody who has no news
 * gets a mail.
 */
import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Tx } from '../database/database.ts'
import { nextDigest, type DigestRhythm } from '../following/digest-time.ts'
import type { Follower } from '../following/link.ts'
import { quietEnd } from '../following/quiet.ts'
import { followers, follows } from '../following/schema.ts'
import { storeLetters, type Letter } from '../mail/mail.ts'
import type { Mailing } from './compose.ts'
import { newsOf, type News } from './digest-news.ts'
import { followedOf } from './followed.ts'
import { BATCH, letterKey, type Turn } from './recipients.ts'

/** What is being published while a digest is made comes with the next: its moment is known before others can see it. */
const STILL_ARRIVING = 30_000

type Follow = typeof follows.$inferSelect

const COLUMNS = {
  daily: { due: followers.dailyDueAt, told: 'dailyToldAt', dueName: 'dailyDueAt' },
  weekly: { due: followers.weeklyDueAt, told: 'weeklyToldAt', dueName: 'weeklyDueAt' },
} as const

export async function digestTurn(tx: Tx, config: Config, mailing: Mailing): Promise<Turn> {
  const { cause } = mailing
  if (cause !== 'daily' && cause !== 'weekly') return { stoppedAt: now() }
  const batch = await dueNow(tx, cause)
  if (batch.length === 0) return { finishedAt: now() }
  const until = new Date(now().getTime() - STILL_ARRIVING)
  const mailed = await storeLetters(tx, await digestLetters(tx, config, { mailing, rhythm: cause, batch, until }))
  await tx
    .update(followers)
    .set({ [COLUMNS[cause].dueName]: nextDigest(cause, now()), [COLUMNS[cause].told]: until })
    .where(
      inArray(
        followers.id,
        batch.map(({ id }) => id),
      ),
    )
  return { done: mailing.done + batch.length, total: Math.max(mailing.total, mailing.done + batch.length), mailed: mailing.mailed + mailed }
}

/** Whoever changes their settings right now comes with the next batch. */
const dueNow = (tx: Tx, rhythm: DigestRhythm): Promise<Follower[]> =>
  tx
    .select()
    .from(followers)
    .where(and(isNull(followers.stoppedAt), lte(COLUMNS[rhythm].due, now())))
    .orderBy(asc(COLUMNS[rhythm].due), asc(followers.id))
    .limit(BATCH)
    .for('update', { skipLocked: true })

interface Making {
  mailing: Mailing
  rhythm: DigestRhythm
  batch: readonly Follower[]
  until: Date
}

async function digestLetters(tx: Tx, config: Config, { mailing, rhythm, batch, until }: Making): Promise<Letter[]> {
  const readers = batch.filter(({ byMail }) => byMail)
  if (readers.length === 0) return []
  const followed = await followsOf(tx, readers, rhythm)
  const things = await followedOf(tx, config.force.name, [...new Set(followed.map(({ key }) => key))])
  const since = new Date(Math.min(...readers.map((reader) => sinceOf(reader, rhythm).getTime())))
  const news = await newsOf(tx, [...things.keys()], { since, until })
  const byReader = Map.groupBy(followed, ({ followerId }) => followerId)
  return readers.flatMap((reader): Letter[] => {
    const tells = tellsFor(reader, rhythm, byReader.get(reader.id) ?? [], news)
    if (!tells) return []
    const { id, email } = reader
    return [{ key: digestKey(mailing, reader), to: email, followerId: id, mailingId: mailing.id, tells, notBefore: quietEnd(reader, now()) }]
  })
}

/** The same hour may have a second digest for somebody: who began to follow anew is due again. */
const digestKey = (mailing: Mailing, reader: Follower): string =>
  `${letterKey(mailing.id, reader.id)}:${(mailing.cause === 'weekly' ? reader.weeklyDueAt : reader.dailyDueAt)?.getTime() ?? 0}`

const followsOf = (tx: Tx, readers: readonly Follower[], rhythm: DigestRhythm): Promise<Follow[]> =>
  tx
    .select()
    .from(follows)
    .where(
      and(
        inArray(
          follows.followerId,
          readers.map(({ id }) => id),
        ),
        eq(follows.rhythm, rhythm),
      ),
    )

const sinceOf = (reader: Follower, rhythm: DigestRhythm): Date => reader[COLUMNS[rhythm].told] ?? reader.createdAt

const CONVERSATIONS = 20

/** What a digest tells of and why, newest first; null when there is nothing. */
function tellsFor(reader: Follower, rhythm: DigestRhythm, followed: readonly Follow[], news: ReadonlyMap<string, News[]>): Letter['tells'] {
  const told = sinceOf(reader, rhythm).getTime()
  const mine = followed
    .flatMap(({ key, createdAt }) => (news.get(key) ?? []).filter(({ at }) => at.getTime() > Math.max(told, createdAt.getTime())))
    .filter(({ authorId }) => reader.accountId === null || authorId !== reader.accountId)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
  if (mine.length === 0) return null
  const talks = [...Map.groupBy(mine, ({ conversationId }) => conversationId).values()]
  const shown = talks.slice(0, CONVERSATIONS).flat()
  return {
    items: [...new Set(shown.map(({ ref }) => ref))],
    keys: [...new Set(shown.map(({ key }) => key))],
    more: [Math.max(0, talks.length - CONVERSATIONS)],
  }
}

/** How many are due now, for the desk. */
export async function countDue(tx: Tx, rhythm: DigestRhythm): Promise<number> {
  const [found] = await tx
    .select({ count: sql<string>`count(*)` })
    .from(followers)
    .where(and(isNull(followers.stoppedAt), lte(COLUMNS[rhythm].due, now())))
  return Number(found?.count ?? 0)
}
