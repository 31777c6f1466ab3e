/**
 * A follower: one mailbox that is told, with an account or without. Nobody but its owner sees anything of it, and everything held goes when they say so.
 */
import { and, eq, isNull, or, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { callOffMail } from '../mail/mail.ts'
import { nextDigest, type DigestRhythm } from './digest-time.ts'
import type { Follower } from './link.ts'
import { followers, followRequests, follows } from './schema.ts'

/** The follower that an account is, or null when it follows nothing yet. */
export async function followerOf(db: Db, actor: SignedIn): Promise<Follower | null> {
  const [found] = await db.select().from(followers).where(eq(followers.accountId, actor.accountId))
  return found ?? null
}

/** The same, made on first use, and locked. One that was made by email alone with the same mailbox becomes theirs: they proved it by signing in. */
export async function ensureFollower(tx: Tx, actor: SignedIn): Promise<Follower> {
  const [own] = await tx.select().from(followers).where(eq(followers.accountId, actor.accountId)).for('update')
  if (own) return own
  return keepFollower(tx, actor.email, actor.accountId)
}

/** The follower of a proved mailbox, made where there is none, and locked. It belongs to the account with that mailbox, where there is one. */
export async function followerByEmail(tx: Tx, email: string): Promise<Follower> {
  const [account] = await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.email, email))
  return keepFollower(tx, email, account?.id ?? null)
}

async function keepFollower(tx: Tx, email: string, accountId: number | null): Promise<Follower> {
  // Mailbox and account are both unique: of two at once the later may meet the earlier at either, so neither is named.
  const [made] = await tx.insert(followers).values({ email, accountId, createdAt: now() }).onConflictDoNothing().returning()
  if (made) return made
  const [kept] = await tx
    .update(followers)
    .set({ accountId: sql`coalesce(${accountId}::bigint, ${followers.accountId})` })
    .where(eq(followers.email, email))
    .returning()
  if (!kept) throw new Error('the follower gave no row back')
  return kept
}

/** Locks the follower, so that two taps come one after the other. Throws `NotFound` for one who has gone. */
export async function lockFollower(tx: Tx, id: number): Promise<Follower> {
  const [locked] = await tx.select().from(followers).where(eq(followers.id, id)).for('update')
  if (!locked) throw new NotFound('follower')
  return locked
}

export interface Settings {
  /** Whole hours, UK time; null for none. */
  quiet: { from: number; until: number } | null
  wantsAlerts: boolean
  byMail: boolean
}

export async function saveSettings(db: Database, id: number, { quiet, wantsAlerts, byMail }: Settings): Promise<void> {
  await db
    .update(followers)
    .set({ quietFrom: quiet?.from ?? null, quietUntil: quiet?.until ?? null, wantsAlerts, byMail })
    .where(eq(followers.id, id))
}

/** Nothing is sent any more, because they asked so. What they follow stays, for the day on which they start again. */
export const stopAll = (db: Database, id: number): Promise<void> =>
  db.transaction(async (tx) => {
    const stopped = await tx
      .update(followers)
      .set({ stoppedAt: now(), stoppedBecause: 'asked' })
      .where(and(eq(followers.id, id), isNull(followers.stoppedAt)))
      .returning({ id: followers.id })
    if (stopped.length > 0) await callOffMail(tx, [id])
  })

/** Sends again, from now on: what happened meanwhile is not made up for. */
export const startAgain = (db: Database, id: number): Promise<void> =>
  db.transaction(async (tx) => {
    const follower = await lockFollower(tx, id)
    if (follower.stoppedAt !== null) await restart(tx, id)
  })

/** The same inside a transaction that holds the follower's lock. */
export async function restart(tx: Tx, id: number): Promise<void> {
  await tx
    .update(followers)
    .set({ stoppedAt: null, stoppedBecause: null, softBounces: 0, byMail: true, dailyDueAt: null, weeklyDueAt: null })
    .where(eq(followers.id, id))
  await settleDigests(tx, id)
}

/** Makes every link useless that was sent to them before, those that wait to be confirmed included. */
export const endLinks = (db: Database, id: number): Promise<Follower> =>
  db.transaction(async (tx) => {
    const [raised] = await tx
      .update(followers)
      .set({ tokenVersion: sql`${followers.tokenVersion} + 1` })
      .where(eq(followers.id, id))
      .returning()
    if (!raised) throw new NotFound('follower')
    await tx.delete(followRequests).where(eq(followRequests.email, raised.email))
    return raised
  })

/** Deletes everything that is held about a follower: the mailbox, what it follows, its postcodes, its browsers. */
export const forgetFollower = (db: Database, id: number): Promise<void> =>
  db.transaction(async (tx) => {
    const { email } = await lockFollower(tx, id)
    await callOffMail(tx, [id])
    await tx.delete(followRequests).where(eq(followRequests.email, email))
    await tx.delete(followers).where(eq(followers.id, id))
  })

/** After any change of what is followed: a digest has its time while something is followed so, beginning with what happens from now on. */
export async function settleDigests(tx: Tx, id: number): Promise<void> {
  const moment = now()
  const due = (rhythm: DigestRhythm, at: SQL) => {
    const isFollowed = sql`exists (select 1 from ${follows} where ${follows.followerId} = ${followers.id} and ${follows.rhythm} = ${rhythm})`
    return sql`case when ${isFollowed} then coalesce(${at}, ${nextDigest(rhythm, moment).toISOString()}::timestamptz) end`
  }
  const told = (dueAt: SQL, toldAt: SQL) => sql`case when ${dueAt} is null then ${moment.toISOString()}::timestamptz else ${toldAt} end`
  const { dailyDueAt, dailyToldAt, weeklyDueAt, weeklyToldAt } = followers
  await tx
    .update(followers)
    .set({
      dailyDueAt: due('daily', sql`${dailyDueAt}`),
      dailyToldAt: told(sql`${dailyDueAt}`, sql`${dailyToldAt}`),
      weeklyDueAt: due('weekly', sql`${weeklyDueAt}`),
      weeklyToldAt: told(sql`${weeklyDueAt}`, sql`${weeklyToldAt}`),
    })
    .where(and(eq(followers.id, id), or(hasDigests(id), sql`num_nonnulls(${dailyDueAt}, ${weeklyDueAt}) > 0`)))
}

const hasDigests = (id: number): SQL => sql`exists (select 1 from ${follows} where ${follows.followerId} = ${id} and ${follows.rhythm} <> 'instant')`

/** "m…@example.org": enough for its owner to know it by, and no more. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}…${email.slice(at)}`
}

/** "LN4 …": what a link shows of a postcode, for mails are passed on. */
export const maskPostcode = (key: string): string => `${key.slice(0, -3)} …`
