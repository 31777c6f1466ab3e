/**
 * A process that decides one case after the other until somebody kills it: see killed.test.ts. Says `b` when it begins one, `e` when that is acknowledged, `o` when somebody else was quicker.
 */
import { randomInt } from 'node:crypto'
import { writeSync } from 'node:fs'
import { afterActivity } from '../../src/activity/activity.ts'
import { GOOD_STANDING, type SignedIn } from '../../src/actor.ts'
import { openDatabase, type Connection } from '../../src/database/database.ts'
import { Overtaken } from '../../src/errors.ts'
import { openJobs } from '../../src/jobs/jobs.ts'
import { decideCase } from '../../src/moderation/decision.ts'
import { registerModeration } from '../../src/moderation/register.ts'

interface Order {
  connection: Connection
  press: { accountId: number; email: string; displayName: string }
  /** Cases to decide, with the acts that their items allow. */
  cases: { id: number; acts: ('release' | 'reject' | 'keep' | 'remove')[] }[]
}

const { connection, press, cases } = JSON.parse(process.env['ORDER'] ?? '{}') as Order
const actor: SignedIn = {
  kind: 'account',
  ...press,
  publishedCount: 0,
  duties: [{ role: 'press-office', teamId: null, teamName: null, teamSlug: null }],
  standing: GOOD_STANDING,
}

const db = openDatabase(connection, 3)
await openJobs(db, false, () => {})
// Whoever hears of it later gets a job for it: that belongs to the same transaction.
registerModeration()
for (const kind of ['comment.released', 'comment.rejected', 'comment.kept', 'comment.removed'] as const) afterActivity(kind, async () => {})

async function decideSome(mine: Order['cases']): Promise<void> {
  for (const { id, acts } of mine) {
    const act = acts[randomInt(acts.length)] ?? 'keep'
    const down = act === 'reject' || act === 'remove'
    const decision = { act, reasonCode: down ? 'abuse' : null, publicText: null, note: 'Looked at.', version: 1, strike: down }
    writeSync(1, 'b')
    const said = await decideCase(db, actor, id, decision).then(
      () => 'e',
      // The other process was quicker.
      (error: unknown) => (error instanceof Overtaken ? 'o' : Promise.reject(error as Error)),
    )
    writeSync(1, said)
  }
}

// Two at a time: whoever is killed then leaves two behind.
await Promise.all([0, 1].map((half) => decideSome(cases.filter((_file, index) => index % 2 === half))))
