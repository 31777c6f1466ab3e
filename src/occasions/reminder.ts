/**
 * Whoever has signed up is reminded at the same time of the day before, on UK clocks; once for each time and venue: what was moved afterwards is reminded of
 * anew. Who signed up later than that has just heard, and so has everybody when it is moved within the last day.
 */
import { and, eq, gt, isNotNull, isNull, lte, ne, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import { posts } from '../posts/schema.ts'
import { daysAfter } from '../text/moment.ts'
import { readersOf } from './announcing.ts'
import { reminderLetter } from './letters.ts'
import { linkWith } from './link.ts'
import { occasionById } from './occasion.ts'
import { occasions } from './schema.ts'

type OccasionRow = typeof occasions.$inferSelect

const HOUR = 3_600_000
/** The longest that a day lasts, the night on which the clocks go back included. */
const A_DAY = 25 * HOUR
/** The longest that an occasion lasts. */
const LONGEST = 24 * HOUR

/** When people are reminded of it. */
export const reminderDue = (startsAt: Date): Date => daysAfter(startsAt, -1)

const isReminded = sql`${occasions.remindedSequence} is not distinct from ${occasions.sequence}`

/** Bears being run at once and twice: each occasion in a transaction of its own. */
export async function remindOfOccasions(db: Database, config: Config): Promise<void> {
  linkWith(config)
  const moment = now()
  const near = await db
    .select({ id: occasions.id, startsAt: occasions.startsAt })
    .from(occasions)
    .innerJoin(posts, eq(posts.id, occasions.postId))
    .where(
      and(
        // By their ends, for which there is an index.
        gt(occasions.endsAt, moment),
        lte(occasions.endsAt, new Date(moment.getTime() + A_DAY + LONGEST)),
        isWaiting(moment),
        ne(posts.state, 'withdrawn'),
      ),
    )
  for (const { id, startsAt } of near) if (reminderDue(startsAt) <= moment) await db.transaction((tx) => remindOf(tx, id, moment))
}

const isWaiting = (moment: Date) =>
  and(gt(occasions.startsAt, moment), isNull(occasions.cancelledAt), isNotNull(occasions.signUpFrom), sql`not (${isReminded})`)

async function remindOf(tx: Tx, id: number, moment: Date): Promise<void> {
  const [occasion] = await tx
    .select()
    .from(occasions)
    .where(and(eq(occasions.id, id), isWaiting(moment)))
    .for('no key update', { skipLocked: true })
  if (!occasion || reminderDue(occasion.startsAt) > moment) return
  const due = reminderDue(occasion.startsAt)
  const item = await occasionById(tx, id)
  for (const reader of await readersOf(tx, id, ['coming'])) if (reader.stateAt <= due) await sendMail(tx, reminderLetter(reader, item))
  await tx.update(occasions).set({ remindedAt: moment, remindedSequence: occasion.sequence }).where(eq(occasions.id, id))
}

/** What was moved within its last day needs no reminder: everybody hears of the move now. */
export const remindedByMove = ({ startsAt, sequence }: Pick<OccasionRow, 'startsAt' | 'sequence'>, moment: Date) =>
  reminderDue(startsAt) <= moment ? { remindedAt: moment, remindedSequence: sequence } : {}
