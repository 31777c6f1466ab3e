/**
 * What follows when the author's time is over: the desk gets its hours to remove the item. Nothing is removed by itself.
 */
import { and, inArray, lte } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { LAWFUL_HOURS, lawfulDeadline } from './clock.ts'
import { BY_TIME, lockNotice, takeStep } from './notice.ts'
import { takedownNotices } from './schema.ts'

/** Moves every notice on whose author was silent, or whose answer lacked what the law asks for; answers how many. Running it twice changes nothing more. */
export async function passDeadlines(db: Database): Promise<number> {
  const waiting = await db
    .select({ id: takedownNotices.id })
    .from(takedownNotices)
    .where(and(inArray(takedownNotices.stage, ['author-told', 'incomplete']), lte(takedownNotices.stageDueAt, now())))
    .orderBy(takedownNotices.id)
  let passed = 0
  for (const { id } of waiting) passed += Number(await db.transaction((tx) => passOne(tx, id)))
  return passed
}

async function passOne(tx: Tx, id: number): Promise<boolean> {
  const locked = await lockNotice(tx, id)
  if (!locked) return false
  const { notice, item, caseId } = locked
  const due = notice.stageDueAt
  if ((notice.stage !== 'author-told' && notice.stage !== 'incomplete') || due === null || due > now()) return false
  const note = notice.stage === 'incomplete' ? 'The answer was not completed in time.' : 'No answer in time.'
  // The hours run from the deadline itself, however late it was noticed.
  await takeStep(tx, BY_TIME, notice, item, caseId, { stage: 'author-silent', act: 'author-silent', note, dueAt: lawfulDeadline(due, LAWFUL_HOURS) })
  return true
}
