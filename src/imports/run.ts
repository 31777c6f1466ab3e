/**
 * Runs of imports: one at a time of each kind, and one that was cut short is gone on with.
 */
import { and, desc, eq, gte, isNotNull, isNull } from 'drizzle-orm'
import type { Database, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { reportOf, type ImportReport } from './report.ts'
import { importRuns, importSteps } from './schema.ts'

type Kind = (typeof importRuns.$inferSelect)['kind']

export interface Run {
  id: number
  /** What was done before, by the name of the step; empty for a new run. */
  done: Map<string, ImportReport>
}

/** What was fetched longer ago may have changed since: such a run is begun anew. */
const RESUMABLE = 24 * 60 * 60 * 1000
/** Any number that no other lock of ours has. */
const LOCK = 1_829_0700
const LOCK_OF: Record<Kind, number> = { police: LOCK, postcodes: LOCK + 1, boundaries: LOCK + 2 }

/** Does the work while no other process imports the same kind. Throws Refused when one does. */
export async function alone<T>(db: Database, kind: Kind, work: () => Promise<T>): Promise<T> {
  const client = await db.$client.connect()
  try {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [LOCK_OF[kind]])
    if (!rows[0]?.locked) throw new Refused(`Another import of ${kind} is running. Wait until it has finished.`)
    return await work()
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK_OF[kind]]).catch(() => {})
    client.release()
  }
}

/** Goes on with the unfinished run of this source when it is less than a day old, else begins one. */
export async function beginRun(db: Database, kind: Kind, source: string, at: Date): Promise<Run> {
  const [known] = await db
    .select({ id: importRuns.id })
    .from(importRuns)
    .where(
      and(
        eq(importRuns.kind, kind),
        eq(importRuns.source, source),
        isNull(importRuns.finishedAt),
        gte(importRuns.startedAt, new Date(at.getTime() - RESUMABLE)),
      ),
    )
    .orderBy(desc(importRuns.id))
    .limit(1)
  if (known) return { id: known.id, done: await stepsOf(db, known.id) }
  const [made] = await db.insert(importRuns).values({ kind, source, startedAt: at }).returning({ id: importRuns.id })
  if (!made) throw new Error('an import run was not stored')
  return { id: made.id, done: new Map() }
}

async function stepsOf(db: Database, runId: number): Promise<Map<string, ImportReport>> {
  const steps = await db.select().from(importSteps).where(eq(importSteps.runId, runId))
  return new Map(steps.map(({ step, result }) => [step, reportOf(result)]))
}

/** Notes in the same transaction as the work itself that this step is done. */
export async function finishStep(tx: Tx | Database, run: Run, step: string, result: ImportReport, at: Date): Promise<void> {
  await tx.insert(importSteps).values({ runId: run.id, step, result, doneAt: at }).onConflictDoNothing()
}

export async function finishRun(db: Database, run: Run, summary: ImportReport, at: Date): Promise<void> {
  await db.update(importRuns).set({ finishedAt: at, summary }).where(eq(importRuns.id, run.id))
}

/** The sources of finished runs of a kind, each once. */
export async function finishedSources(db: Database, kind: Kind): Promise<string[]> {
  const rows = await db
    .selectDistinct({ source: importRuns.source })
    .from(importRuns)
    .where(and(eq(importRuns.kind, kind), isNotNull(importRuns.finishedAt)))
  return rows.map((row) => row.source)
}
