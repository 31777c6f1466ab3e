/**
 * Handing pushes to the services of browsers, a few at once: each until its service takes it, or for good refuses. What it tells of is looked at again right
 * before it leaves.
 */
import { and, eq, gte, inArray, isNull, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { followers } from '../following/schema.ts'
import { enqueue, triesOf } from '../jobs/jobs.ts'
import { refusedBecause } from './address.ts'
import { pushKeysOf, type PushKeys } from './keys.ts'
import { pushes, pushSubscriptions } from './schema.ts'
import { callService } from './sending.ts'

/** Of these causes (`mailing:81`), those that may be told at this moment. */
type Standing = (tx: Tx, causes: readonly string[]) => Promise<ReadonlySet<string>>
let standing: Standing | null = null

/** Says what is asked before pushes leave: their words may have been taken down while they waited. Called once, while the application is put together. */
export function pushWhile(asked: Standing): void {
  standing = asked
}

const AT_ONCE = 10

/** Sends stored pushes. Those that a service does not take now come again in a job of their own, each time later. */
export async function deliverPushes(db: Database, config: Config, ids: readonly number[]): Promise<void> {
  const keys = await pushKeysOf(db, config)
  for (let from = 0; from < ids.length; from += AT_ONCE) await db.transaction((tx) => deliverSome(tx, config, keys, ids.slice(from, from + AT_ONCE)))
}

/** The rows stay locked meanwhile: of two jobs for the same push one finds nothing to do. */
async function deliverSome(tx: Tx, config: Config, keys: PushKeys, ids: readonly number[]): Promise<void> {
  const due = await lockDue(tx, ids)
  const causes = [...new Set(due.map(causeOf))]
  const told = standing ? await standing(tx, causes) : new Set(causes)
  const outcomes = due.map(async (push): Promise<[Due, Outcome]> => [push, told.has(causeOf(push)) ? await tryService(config, keys, push) : OVER])
  // In the order of the browsers, so that two jobs for the same ones cannot lock each other out.
  for (const [push, outcome] of await Promise.all(outcomes)) await keepOutcome(tx, push, outcome)
}

type Due = Awaited<ReturnType<typeof lockDue>>[number]

const lockDue = (tx: Tx, ids: readonly number[]) =>
  tx
    .select({
      id: pushes.id,
      key: pushes.key,
      title: pushes.title,
      body: pushes.body,
      path: pushes.path,
      urgent: pushes.urgent,
      attempts: pushes.attempts,
      subscriptionId: pushSubscriptions.id,
      endpoint: pushSubscriptions.endpoint,
      p256dh: pushSubscriptions.p256dh,
      auth: pushSubscriptions.auth,
    })
    .from(pushes)
    .innerJoin(pushSubscriptions, eq(pushSubscriptions.id, pushes.subscriptionId))
    .innerJoin(followers, eq(followers.id, pushSubscriptions.followerId))
    .where(
      and(
        inArray(pushes.id, [...ids]),
        isNull(pushes.sentAt),
        isNull(pushes.failedAt),
        isNull(pushSubscriptions.endedAt),
        isNull(followers.stoppedAt),
        // Somebody else may have begun in this browser since.
        gte(pushes.createdAt, pushSubscriptions.createdAt),
      ),
    )
    .orderBy(pushSubscriptions.id, pushes.id)
    .for('update', { of: pushes, skipLocked: true })

const causeOf = ({ key }: Pick<Due, 'key'>): string => key.replace(/:subscription:\d+$/, '')

interface Outcome {
  what: 'sent' | 'gone' | 'refused' | 'later' | 'over'
  because: string
}

const OVER: Outcome = { what: 'over', because: 'called off' }

async function tryService(config: Config, keys: PushKeys, push: Due): Promise<Outcome> {
  // The settings may have changed since the browser subscribed.
  const refused = refusedBecause(push.endpoint, config.push.services)
  if (refused !== null) return { what: 'refused', because: refused }
  try {
    return outcomeOf(await callService(config, keys, { ...push, tag: causeOf(push) }))
  } catch (error) {
    return { what: 'later', because: error instanceof Error ? error.message.slice(0, 500) : 'unknown' }
  }
}

function outcomeOf(status: number): Outcome {
  const because = `the push service answered ${status}`
  if (status >= 200 && status < 300) return { what: 'sent', because }
  if (status === 404 || status === 410) return { what: 'gone', because }
  return { what: status === 429 || status >= 500 ? 'later' : 'refused', because }
}

const SOON = 30_000

/** Writes down what came of it, and when it is tried again. */
async function keepOutcome(tx: Tx, { id, attempts, subscriptionId }: Due, { what, because }: Outcome): Promise<void> {
  const moment = now()
  const again = what === 'later' && attempts + 1 < triesOf('push')
  const result = what === 'sent' ? { sentAt: moment, lastError: null } : { lastError: because, ...(again ? {} : { failedAt: moment }) }
  await tx
    .update(pushes)
    .set({ attempts: attempts + 1, ...result })
    .where(eq(pushes.id, id))
  if (again) await enqueue(tx, 'push', { ids: [id] }, { startAfter: new Date(Date.now() + SOON * 2 ** attempts) })
  else if (what !== 'over') await keepStanding(tx, subscriptionId, what, moment)
}

/** After so many in a row that were given up, a browser is given up. One bad hour of its service is no reason. */
const FAILURES = 10

async function keepStanding(tx: Tx, id: number, what: Outcome['what'], moment: Date): Promise<void> {
  const { failures, endedAt } = pushSubscriptions
  const last = sql`${failures} + 1 >= ${FAILURES}`
  const failed = {
    failures: sql`${failures} + 1`,
    endedAt: sql`case when ${last} then ${moment.toISOString()}::timestamptz end`,
    endedBecause: sql`case when ${last} then 'failing' end`,
  }
  const gone = { endedAt: moment, endedBecause: 'gone' as const }
  await tx
    .update(pushSubscriptions)
    .set(what === 'sent' ? { lastSentAt: moment, failures: 0 } : what === 'gone' ? gone : failed)
    .where(and(eq(pushSubscriptions.id, id), isNull(endedAt)))
}
