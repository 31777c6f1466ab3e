/**
 * How far an import is: a bar that redraws itself on a terminal, a plain line now and then in a log.
 */
import type { OnProgress, Progress } from './report.ts'

export interface Output {
  write(text: string): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
}

const BAR = 30
/** Lines in a log for each thing that is imported. */
const LINES = 10

export interface ProgressLine {
  show: OnProgress
  /** Takes the bar off the screen, so that what is written next stands alone. */
  clear(): void
}

export const makeProgress = (out: Output): ProgressLine => (out.isTTY ? makeBar(out) : makeLines(out))

function makeBar(out: Output): ProgressLine {
  return {
    show(progress) {
      const filled = Math.round(share(progress) * BAR)
      const text = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${figures(progress)} ${progress.what}`
      out.write(`\r\u001b[2K${text.slice(0, (out.columns ?? 80) - 1)}`)
    },
    clear: () => out.write('\r\u001b[2K'),
  }
}

function makeLines(out: Output): ProgressLine {
  let told = 0
  let of = ''
  return {
    show(progress) {
      const about = progress.unit === 'bytes' ? progress.what : progress.unit
      if (about !== of) told = 0
      of = about
      const step = Math.floor(share(progress) * LINES)
      if (step <= told) return
      told = step
      out.write(`${figures(progress)} ${progress.what}\n`)
    },
    clear() {},
  }
}

const share = ({ done, total }: Progress): number => (total === 0 ? 1 : Math.min(1, done / total))
const figures = (progress: Progress): string =>
  progress.unit === 'bytes' ? `${Math.round(share(progress) * 100)}%` : `${progress.done} of ${progress.total} ${progress.unit}`
