/**
 * What an import did, in figures and in sentences.
 */
import type { ImportSummary } from './schema.ts'

export interface ImportReport extends ImportSummary {
  /** What a reader should know although nothing was refused. */
  notes: string[]
  /** True when a further run would have nothing to make good. */
  complete: boolean
}

export interface Progress {
  /** Neighbourhoods, bytes or features: `unit` says which. */
  done: number
  total: number
  unit: 'neighbourhoods' | 'bytes' | 'areas'
  what: string
}

export type OnProgress = (progress: Progress) => void

export const emptyReport = (): ImportReport => ({ new: 0, changed: 0, same: 0, gone: 0, refused: [], notes: [], complete: true })

/** Adds what one step did to the whole. */
export function addTo(whole: ImportReport, part: ImportReport): void {
  whole.new += part.new
  whole.changed += part.changed
  whole.same += part.same
  whole.gone += part.gone
  whole.refused.push(...part.refused)
  whole.notes.push(...part.notes)
  whole.complete &&= part.complete
}

/** Counts reasons instead of keeping a line for each of two million rows. */
export class Tally {
  readonly #counts = new Map<string, { count: number; first: string }>()

  add(why: string, where: string): void {
    const known = this.#counts.get(why)
    if (known) known.count += 1
    else this.#counts.set(why, { count: 1, first: where })
  }

  /** One entry for each reason: "3 rows of ln.csv (the first: line 17)". */
  entries(noun: string, file: string): ImportSummary['refused'] {
    return [...this.#counts].map(([why, { count, first }]) => ({
      what: `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'} of ${file} (${count === 1 ? '' : 'the first: '}${first})`,
      why,
    }))
  }
}

/** Reads a report back from a stored step. */
export function reportOf(stored: ImportSummary): ImportReport {
  return { ...emptyReport(), ...stored }
}
