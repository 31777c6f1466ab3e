/** What a moderator finds beside a priority: what the team planned and did, and how it said that it stands. */
import { asc, eq } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Db, Tx } from '../database/database.ts'
import type { BesideKind, BesideText } from '../posts/words-beside.ts'
import { sayDate } from '../text/dates.ts'
import { priorities, priorityActions, priorityReviews } from './schema.ts'

async function actionTexts(db: Db, postId: number): Promise<BesideText[]> {
  const rows = await db
    .select({ id: priorityActions.id, what: priorityActions.what, note: priorityActions.note })
    .from(priorityActions)
    .innerJoin(priorities, eq(priorities.id, priorityActions.priorityId))
    .where(eq(priorities.postId, postId))
    .orderBy(asc(priorityActions.id))
  return rows.flatMap(({ id, what, note }, at) => [
    { key: `${id}:what`, label: `Action ${at + 1}`, text: what },
    { key: `${id}:note`, label: `What came of action ${at + 1}`, text: note ?? '' },
  ])
}

/** It counts as changed: a form that was opened before does not bring the words back. */
async function replaceAction(tx: Tx, _postId: number, key: string, text: string): Promise<void> {
  const [id, column] = key.split(':')
  await tx
    .update(priorityActions)
    .set({ ...(column === 'what' ? { what: text } : { note: text }), changedAt: now() })
    .where(eq(priorityActions.id, Number(id)))
}

export const actionsBeside: BesideKind = { name: 'What is done about it', of: ['priority'], read: actionTexts, replace: replaceAction }

export const reviewsBeside: BesideKind = {
  name: 'How it stands',
  of: ['priority'],
  async read(db, postId) {
    const rows = await db
      .select({ id: priorityReviews.id, at: priorityReviews.at, text: priorityReviews.note })
      .from(priorityReviews)
      .innerJoin(priorities, eq(priorities.id, priorityReviews.priorityId))
      .where(eq(priorities.postId, postId))
      .orderBy(asc(priorityReviews.id))
    return rows.map(({ id, at, text }) => ({ key: String(id), label: `Said on ${sayDate(at)}`, text }))
  },
  async replace(tx, _postId, key, note) {
    await tx
      .update(priorityReviews)
      .set({ note })
      .where(eq(priorityReviews.id, Number(key)))
  },
}
