/**
 * The import as a command: `police SOURCE FORCE`, `postcodes FILE…`, `boundaries FILE…`. Shows how far it is, says at the end what was
 * new, changed, the same, gone and refused with the reason, and answers an exit code.
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import type { AreaKind } from '../geography/area.ts'
import { importBoundaries } from './boundaries.ts'
import { importPolice } from './police.ts'
import { importPostcodes } from './postcodes.ts'
import { makeProgress, type Output } from './progress.ts'
import { addTo, emptyReport, type ImportReport, type OnProgress } from './report.ts'

const USAGE = `npm run import -- police SOURCE FORCE       teams of a force, from https://data.police.uk/api or a folder of its answers
npm run import -- postcodes FILE…           Code-Point Open, ONSPD or NSPL
npm run import -- boundaries FILE…          GeoJSON in longitude and latitude

  --kind team|ward|force   what the areas of a boundary file are, when the file does not say
  --accept-gone            archive teams that left the list, even when they are most of them
`
const MOST_REASONS = 40

type Work = (onProgress: OnProgress) => Promise<ImportReport>

/**
 * Runs one import. Answers 0 when it is done, 1 when something has to be made good, 2 when the command was not understood.
 * `ownForce` is the id of the force that this site serves, when it is known: no other force's teams are imported then.
 */
export async function runImport(db: Database, argv: string[], out: Output, ownForce?: string): Promise<number> {
  const work = workOf(db, argv, ownForce)
  if (!work) {
    out.write(USAGE)
    return 2
  }
  const progress = makeProgress(out)
  try {
    const report = await work(progress.show)
    progress.clear()
    out.write(summaryOf(report))
    return report.complete ? 0 : 1
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    progress.clear()
    out.write(`Not imported. ${error.message}\n`)
    return 1
  }
}

function workOf(db: Database, argv: string[], ownForce?: string): Work | null {
  const parsed = parse(argv)
  if (!parsed) return null
  const [what, ...rest] = parsed.positionals
  const [source, force, ...more] = rest
  const { kind, 'accept-gone': acceptGone = false } = parsed.values
  if (what === 'police' && source && force && more.length === 0)
    return (onProgress) => importPolice(db, { source, force, onProgress, acceptGone, ...(ownForce !== undefined && { ownForce }) })
  if (what === 'postcodes' && rest.length > 0) return (onProgress) => importPostcodes(db, { files: rest, onProgress })
  if (what === 'boundaries' && rest.length > 0 && (kind === undefined || isKind(kind)))
    return (onProgress) => importAllBoundaries(db, rest, kind, onProgress)
  return null
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options: { kind: { type: 'string' }, 'accept-gone': { type: 'boolean' } } })
  } catch {
    return null
  }
}

const isKind = (kind: string): kind is AreaKind => kind === 'team' || kind === 'ward' || kind === 'force'

/** A file that is refused does not keep the others out. */
async function importAllBoundaries(db: Database, files: string[], kind: AreaKind | undefined, onProgress: OnProgress): Promise<ImportReport> {
  const report = emptyReport()
  for (const file of files) {
    try {
      addTo(report, await importBoundaries(db, { file, onProgress, ...(kind && { kind }) }))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      addTo(report, { ...emptyReport(), refused: [{ what: basename(file), why: error.message }], complete: false })
    }
  }
  return report
}

function summaryOf(report: ImportReport): string {
  const figure = (name: string, count: number): string => `${name.padEnd(9)}${count.toLocaleString('en-GB').padStart(9)}\n`
  const counts = (['new', 'changed', 'same', 'gone'] as const).map((name) => figure(name, report[name])).join('')
  const reasons = report.refused.slice(0, MOST_REASONS).map(({ what, why }) => `  ${what}: ${why}\n`)
  if (report.refused.length > MOST_REASONS) reasons.push(`  and ${report.refused.length - MOST_REASONS} more\n`)
  return counts + figure('refused', report.refused.length) + reasons.join('') + report.notes.map((note) => `${note}\n`).join('')
}
