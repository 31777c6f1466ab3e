/**
 * Whom a letter goes to, and sending it: one mail for each activity and reader, never to whoever caused it.
 */
import { and, eq, inArray, ne } from 'drizzle-orm'
import { inForce } from '../accounts/duty.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import type { Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { conversationReactions } from '../conversations/schema.ts'
import type { Database, Db } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import type { Wording } from './wording.ts'

export interface Reader {
  accountId: number
  email: string
}

const reader = { accountId: accounts.id, email: accounts.email }

export const readerOf = (db: Database, accountId: number): Promise<Reader[]> => db.select(reader).from(accounts).where(eq(accounts.id, accountId))

/** The sergeants of a team whose role is in force. */
export const sergeantsOf = (db: Db, teamId: number): Promise<Reader[]> =>
  db
    .selectDistinct(reader)
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(and(eq(roleGrants.role, 'supervisor'), eq(roleGrants.teamId, teamId), inForce(now())))

/** Whoever works for a team as officer or sergeant, with a role in force. */
export const officersOf = (db: Db, teamId: number): Promise<Reader[]> =>
  db
    .selectDistinct(reader)
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(and(inArray(roleGrants.role, ['officer', 'supervisor']), eq(roleGrants.teamId, teamId), inForce(now())))

/** Those who said "same here" to what a conversation hangs under, but for one. */
export const thoseWhoWondered = (db: Db, conversationId: number, except: number): Promise<Reader[]> =>
  db
    .select(reader)
    .from(conversationReactions)
    .innerJoin(accounts, eq(accounts.id, conversationReactions.accountId))
    .where(
      and(
        eq(conversationReactions.conversationId, conversationId),
        eq(conversationReactions.reaction, 'same-here'),
        ne(conversationReactions.accountId, except),
      ),
    )

/** Sends in the order of the readers; a job that runs again sends nothing twice. */
export async function mailAll(db: Database, activity: Activity, readers: Reader[], wording: Wording): Promise<void> {
  for (const { accountId, email } of readers) {
    if (accountId === activity.actorId) continue
    await db.transaction((tx) => sendMail(tx, { key: `activity:${activity.id}:account:${accountId}`, to: email, ...wording }))
  }
}
