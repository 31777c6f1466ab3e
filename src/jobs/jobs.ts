/**
 * Work for later, stored in the same transaction as its cause. Delivery is at least once; every job calls one verb that bears being called twice.
 */
import { sql } from 'drizzle-orm'
import { PgBoss, fromDrizzle } from 'pg-boss'
import type { Database, Tx } from '../database/database.ts'
import { withoutValues } from '../database/problem.ts'

/** Queues and how often they retry; a failed job waits longer each time. */
const QUEUES = {
  activity: { retryLimit: 8, retryDelay: 5, retryBackoff: true },
  mail: { retryLimit: 12, retryDelay: 20, retryBackoff: true },
  // Apart, so that a sign-in link never waits behind a hundred thousand newsletters.
  'bulk-mail': { retryLimit: 12, retryDelay: 60, retryBackoff: true },
  mailing: { retryLimit: 8, retryDelay: 10, retryBackoff: true },
  // Pages elsewhere are asked once more and then left alone.
  preview: { retryLimit: 1, retryDelay: 120 },
  push: { retryLimit: 6, retryDelay: 30, retryBackoff: true },
  housekeeping: { retryLimit: 2, retryDelay: 60 },
} as const
export type Queue = keyof typeof QUEUES

let boss: PgBoss | null = null

/** Connects this process to the queue. Web processes only enqueue; a worker also supervises and keeps the schedules. */
export async function openJobs(db: Database, worker: boolean, onError: (error: Error) => void): Promise<void> {
  const opened = new PgBoss({
    db: { executeSql: (text: string, values?: unknown[]) => db.$client.query(text, values) },
    supervise: worker,
    schedule: worker,
    useListenNotify: false,
  })
  opened.on('error', onError)
  await opened.start()
  for (const [name, options] of Object.entries(QUEUES)) await opened.createQueue(name, options)
  boss = opened
}

export async function closeJobs(): Promise<void> {
  const open = boss
  // Only afterwards nothing can be enqueued any more: the jobs that are being finished may cause others.
  await open?.stop({ graceful: true, timeout: 5000 })
  if (boss === open) boss = null
}

/** An alert comes before everything else that waits. */
export const URGENT = 10

export interface Timing {
  /** Not before. */
  startAfter?: Date | null
  /** Of the jobs that may run, those of the greatest number run first; 0 where nothing is said. */
  priority?: number
}

/** Stores a job with the change that causes it. */
export async function enqueue(tx: Tx, queue: Queue, payload: object, timing: Timing = {}): Promise<void> {
  if (!boss) throw new Error('jobs are not open: call openJobs first')
  await boss.send(queue, payload, { ...given(timing), db: fromDrizzle(tx, sql) })
}

/** The same for many jobs of one queue, in one statement. */
export async function enqueueAll(tx: Tx, queue: Queue, payloads: readonly object[], timing: Timing = {}): Promise<void> {
  if (!boss) throw new Error('jobs are not open: call openJobs first')
  const jobs = payloads.map((data) => ({ data, ...given(timing) }))
  if (jobs.length > 0) await boss.insert(queue, jobs, { db: fromDrizzle(tx, sql) })
}

const given = ({ startAfter, priority }: Timing) => ({ ...(startAfter && { startAfter }), ...(priority !== undefined && { priority }) })

/** How often a job of this queue runs at most: what it could not do by then, it never does. */
export const triesOf = (queue: Queue): number => QUEUES[queue].retryLimit + 1

/** Runs `act` for each job of the queue, a few at a time. */
export async function work<Payload extends object>(queue: Queue, act: (payload: Payload) => Promise<void>, pollingSeconds = 1): Promise<void> {
  if (!boss) throw new Error('jobs are not open: call openJobs first')
  await boss.work<Payload>(queue, { batchSize: 1, pollingIntervalSeconds: pollingSeconds, localConcurrency: 2 }, async (jobs) => {
    for (const job of jobs) await act(job.data).catch(refuseValues)
  })
}

/** What a job failed with is kept with it. */
function refuseValues(error: unknown): never {
  throw withoutValues(error)
}

/** Runs `act` on the given schedule (cron, UK time). */
export async function schedule(name: string, cron: string): Promise<void> {
  await boss?.schedule('housekeeping', cron, { task: name }, { tz: 'Europe/London', key: name })
}
