/** What may still be pushed: a push can wait for quiet hours or for its service, and what it tells of may be taken down meanwhile. */
import { and, inArray, isNull } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { itemOfMailing } from './compose.ts'
import { mailings } from './schema.ts'
import { readTold } from './told.ts'

/** The cause of a mailing's pushes. */
export const pushKey = (mailingId: number): string => `mailing:${mailingId}`

/** Those of the causes that stand: a mailing as long as a visitor may read what it tells of; others always, for they hold nobody's words. */
export async function standingOf(tx: Tx, causes: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = causes.flatMap((cause) => (cause.startsWith('mailing:') ? [Number(cause.slice('mailing:'.length))] : []))
  if (ids.length === 0) return new Set(causes)
  const made = await tx
    .select()
    .from(mailings)
    .where(and(inArray(mailings.id, ids), isNull(mailings.stoppedAt)))
  const items = made.flatMap((mailing) => itemOfMailing(mailing) ?? [])
  const told = await readTold(tx, items)
  const gone = new Set(ids.map(pushKey))
  for (const mailing of made) {
    const item = itemOfMailing(mailing)
    if (item !== null && told.has(item)) gone.delete(pushKey(mailing.id))
  }
  return new Set(causes.filter((cause) => !gone.has(cause)))
}
