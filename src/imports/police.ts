/**
 * Teams, people, boundaries, priorities and events of one force, from data.police.uk or a folder in its shape. A second import of
 * the same changes nothing; one that was cut short is gone on with; a neighbourhood that cannot be had stays as it is stored.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { now as clockNow } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { findForce } from '../geography/forces.ts'
import { MISSING, SourceFailure } from './answer.ts'
import { isRecord, lineOf } from './loose.ts'
import { readNeighbourhood, type Answers } from './neighbourhood.ts'
import { makePace } from './pace.ts'
import { openSource, type PoliceSource } from './police-source.ts'
import { addTo, emptyReport, type ImportReport, type OnProgress } from './report.ts'
import { alone, beginRun, finishedSources, finishRun, finishStep, type Run } from './run.ts'
import { archiveTeams, teamsNotListed, type StoreContext } from './team-archive.ts'
import { storeNeighbourhood } from './team-store.ts'

export interface PoliceInput {
  /** A base address (`https://data.police.uk/api`) or a folder; see police-source.ts for its layout. */
  source: string
  /** The force's id, for example `lincolnshire`. */
  force: string
  onProgress?: OnProgress
  fetch?: typeof fetch
  now?: () => Date
  wait?: (milliseconds: number) => Promise<void>
  /** The force that this site serves, when it is known: another one is refused. */
  ownForce?: string
  /** Archives teams that left the list even when they are most of them. */
  acceptGone?: boolean
}

/** The service allows 15 a second on average and 30 at once. */
const PER_SECOND = 14
const BURST = 25
/** So many neighbourhoods failing one after another mean that the source is away. */
const GIVE_UP_AFTER = 5
/** More teams than this, and more than half, do not leave the list between two imports: the list is cut short. */
const FEW = 5

/** Throws Refused, with nothing changed, when the force, the source or its list cannot be used. */
export async function importPolice(db: Database, input: PoliceInput): Promise<ImportReport> {
  const { source, force, onProgress, now = clockNow, wait = (milliseconds) => sleep(milliseconds) } = input
  if (!/^[a-z][a-z-]{1,40}$/.test(force)) throw new Refused('FORCE is an id in small letters and hyphens, such as lincolnshire.')
  const pace = makePace({ perSecond: PER_SECOND, burst: BURST, time: () => now().getTime(), wait })
  const opened = await openSource(source, force, { fetch: input.fetch ?? fetch, pace, wait, now })
  return alone(db, 'police', async () => {
    await refuseOtherForce(db, force, input.ownForce)
    const report = emptyReport()
    const listed = await readList(opened, report)
    const run = await beginRun(db, 'police', `${force} ${opened.label}`, now())
    const context = { forceName: findForce(force)?.name ?? force, source: `police ${force}` }
    await importAll(db, { run, source: opened, listed, context, now, onProgress }, report)
    await archiveGone(db, listed, { ...context, at: now() }, input.acceptGone ?? false, report)
    await finishRun(db, run, report, now())
    return report
  })
}

/** Ids are unique only inside a force: a second force's NC04 would overwrite the first one's. */
async function refuseOtherForce(db: Database, force: string, ownForce = force): Promise<void> {
  if (force !== ownForce) throw new Refused(`This site is set up for ${ownForce}, not for ${force}. One site serves one force.`)
  const other = (await finishedSources(db, 'police')).find((source) => !source.startsWith(`${force} `))
  if (other) throw new Refused(`The teams here are those of ${other.split(' ')[0]}. One site serves one force.`)
}

interface Listed {
  id: string
  name: string
}

async function readList(source: PoliceSource, report: ImportReport): Promise<Listed[]> {
  const answer = await source.list().catch((error: unknown) => {
    if (error instanceof SourceFailure) throw new Refused(`The list of neighbourhoods could not be read: ${error.message}.`)
    throw error
  })
  if (answer === MISSING) throw new Refused('The source knows no such force.')
  if (!Array.isArray(answer)) throw new Refused('The list of neighbourhoods has another shape.')
  const listed = new Map<string, Listed>()
  for (const entry of answer as unknown[]) {
    const why = flawOf(entry, listed)
    if (typeof why === 'string') report.refused.push({ what: lineOf(isRecord(entry) ? entry['id'] : null) ?? 'an entry without an id', why })
    else listed.set(why.id, why)
  }
  if (listed.size === 0) throw new Refused('The list of neighbourhoods is empty. Nothing was changed.')
  return [...listed.values()]
}

/** The entry when it can be imported, else why it cannot. */
function flawOf(entry: unknown, known: Map<string, Listed>): Listed | string {
  const id = isRecord(entry) ? entry['id'] : null
  const name = isRecord(entry) ? lineOf(entry['name']) : null
  if (typeof id !== 'string' || !isSafeId(id)) return 'The id cannot be used in an address.'
  if (known.has(id)) return 'The id is listed twice; the first one counts.'
  return name === null ? 'It has no name.' : { id, name }
}

/** An id becomes part of an address and of a file's name: nothing that could lead elsewhere, and no word with a meaning of its own. */
// oxlint-disable-next-line no-control-regex -- control characters are what this pattern refuses
const isSafeId = (id: string): boolean =>
  /^[^/\\?#\u0000-\u001f\u007f]{1,100}$/.test(id) && id.trim() === id && !['.', '..', 'neighbourhoods'].includes(id)

interface Work {
  run: Run
  source: PoliceSource
  listed: Listed[]
  context: Omit<StoreContext, 'at'>
  now: () => Date
  onProgress: OnProgress | undefined
}

async function importAll(db: Database, work: Work, report: ImportReport): Promise<void> {
  const missing = new Set<string>()
  let failures = 0
  for (const [index, entry] of work.listed.entries()) {
    const step = work.run.done.get(entry.id) ?? (await importOne(db, work, entry, missing))
    addTo(report, step)
    failures = step.complete ? 0 : failures + 1
    if (failures >= GIVE_UP_AFTER)
      throw new Refused(
        `The source stopped answering (${step.refused.at(-1)?.why ?? ''}). What came before is stored; the same command goes on from there.`,
      )
    work.onProgress?.({ done: index + 1, total: work.listed.length, unit: 'neighbourhoods', what: entry.name })
  }
  if (missing.size > 0)
    report.notes.push(`Of ${missing.size} neighbourhoods the source does not have everything: what is missing was left as it was.`)
}

async function importOne(db: Database, { run, source, context, now }: Work, entry: Listed, missing: Set<string>): Promise<ImportReport> {
  const step = emptyReport()
  try {
    const answers = await answersAbout(source, entry.id)
    const found = readNeighbourhood(entry, answers)
    if (Object.values(answers).includes(MISSING)) missing.add(entry.id)
    step.refused.push(...found.refused)
    await db.transaction(async (tx) => {
      step[await storeNeighbourhood(tx, found, { ...context, at: now() })] += 1
      await finishStep(tx, run, entry.id, step, now())
    })
    return step
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error
    return { ...emptyReport(), refused: [{ what: `${entry.id} ${entry.name}`, why: `Left as it was: ${error.message}.` }], complete: false }
  }
}

/** All five together, so that a slow source costs one wait and not five. The first failure of them counts. */
async function answersAbout(source: PoliceSource, id: string): Promise<Answers> {
  const [detail, boundary, people, events, priorities] = await Promise.all([
    source.detail(id),
    source.part(id, 'boundary'),
    source.part(id, 'people'),
    source.part(id, 'events'),
    source.part(id, 'priorities'),
  ])
  return { detail, boundary, people, events, priorities }
}

async function archiveGone(db: Database, listed: Listed[], context: StoreContext, acceptGone: boolean, report: ImportReport): Promise<void> {
  await db.transaction(async (tx) => {
    const gone = await teamsNotListed(
      tx,
      listed.map((entry) => entry.id),
    )
    if (!acceptGone && gone.length > FEW && gone.length > listed.length) {
      report.refused.push({
        what: `${gone.length} teams that are not in the list`,
        why: 'So many do not leave at once: nothing was archived. If it is true, run the import again with --accept-gone.',
      })
      report.complete = false
      return
    }
    await archiveTeams(tx, gone, context)
    report.gone += gone.length
  })
}
