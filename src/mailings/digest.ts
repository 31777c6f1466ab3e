/** Digests: what happened since the last one, for those whose turn it is. One mailing for each hour in which some are due. */
import { sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import type { DigestRhythm } from '../following/digest-time.ts'
import { enqueue } from '../jobs/jobs.ts'
import { dayKey } from '../text/dates.ts'
import { countDue } from './digest-turn.ts'
import { wakeMailings } from './mailing.ts'
import { mailings } from './schema.ts'

const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })

/** Begins a mailing for the digests that are due, and wakes those of any kind whose job was lost. */
export async function beginDigests(db: Database): Promise<void> {
  for (const rhythm of ['daily', 'weekly'] as const) await db.transaction((tx) => beginDigest(tx, rhythm))
  await wakeMailings(db)
}

async function beginDigest(tx: Tx, rhythm: DigestRhythm): Promise<void> {
  const due = await countDue(tx, rhythm)
  if (due === 0) return
  const key = `${rhythm}:${dayKey(now())}T${hour.format(now())}`
  // Those who come late in the hour belong to the same.
  const [begun] = await tx
    .insert(mailings)
    .values({ cause: rhythm, key, total: due, createdAt: now() })
    .onConflictDoUpdate({ target: mailings.key, set: { finishedAt: null, total: sql`${mailings.done} + ${due}` } })
    .returning({ id: mailings.id })
  if (begun) await enqueue(tx, 'mailing', { id: begun.id })
}
