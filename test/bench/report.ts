/**
 * The figures against the aims, as a table for people and as JSON for comparison.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Screening } from './screening.ts'
import { PUBLISHING } from './targets.ts'
import type { Visit } from './visit.ts'

export interface Measured {
  name: string
  aim: number | null
  signedOut: string | null
  /** Requests a second. */
  rate: number
  /** Of the yardstick's rate in the turns before and after. */
  share: number
  spread: [number, number]
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
  bytes: number
  /** Milliseconds of processor time for each request, and what a request of the yardstick takes as a share of them: steadier than the clock on a busy machine. */
  cpu: { app: number; postgres: number; share: number }
}

interface Aim {
  name: string
  aim: string
  measured: string
  met: boolean
}

export interface Report {
  measured: Measured[]
  aims: Aim[]
  yardstick: number
  visit: Visit
  rss: { start: number; end: number }
  /** Milliseconds of processor time for the photos of one post, encoded alone; null when no post with photos was measured. */
  encoding: number | null
  quick: boolean
  pinned: boolean
}

const FLATNESS = 1.25
/** Pages that show as much, or nearly, where there is far more. */
const FLAT = [
  ['longest against 1,000', 'first 50 of 1,000', 'first 50 of the longest'],
  ['500 open questions against 5', 'desk with 5 open questions', 'desk with 500 open questions'],
] as const
const SIGNED_IN = 0.5
const VISIT = { bytes: 45 * 1024, requests: 5 }

export function judge(measured: Measured[], visit: Visit): Pick<Report, 'measured' | 'aims'> {
  const shareOf = (name: string): number | undefined => measured.find((each) => each.name === name)?.share
  const aims: Aim[] = measured.flatMap(({ name, aim, share }) =>
    aim === null ? [] : [{ name, aim: `≥ ${aim} H`, measured: `${share.toFixed(4)} H`, met: share >= aim }],
  )
  for (const [name, fewer, more] of FLAT) {
    const [little, much] = [shareOf(fewer), shareOf(more)]
    if (little && much) aims.push({ name, aim: `≤ ${FLATNESS} times dearer`, measured: (little / much).toFixed(2), met: little / much <= FLATNESS })
  }
  for (const { name, share, signedOut } of measured) {
    const beside = shareOf(signedOut ?? '')
    if (beside) aims.push({ name, aim: `≥ ${SIGNED_IN} of signed out`, measured: (share / beside).toFixed(2), met: share / beside >= SIGNED_IN })
  }
  const { bytes, requests } = visit
  const met = bytes <= VISIT.bytes && requests <= VISIT.requests && visit.fonts.length === 0
  aims.push({ name: 'first visit to a team', aim: '≤ 45 KiB in 5 requests', measured: `${(bytes / 1024).toFixed(1)} KiB in ${requests}`, met })
  return { measured, aims }
}

export function print(report: Report): void {
  const { yardstick, rss, quick, pinned } = report
  console.log(
    `\nYardstick: a bare route answers ${Math.round(yardstick)} requests a second (H)${pinned ? ', servers on one core' : ''}${quick ? '; quick run on a smaller force' : ''}.\n`,
  )
  table(
    ['', 'req/s', 'share of H', 'from – to', 'p50 ms', 'p95', 'p99', 'bytes', 'cpu ms', 'database', 'share by cpu'],
    report.measured.map((each) => [
      each.name,
      each.rate.toFixed(each.rate < 10 ? 2 : 0),
      sayShare(each.share),
      each.spread.map(sayShare).join(' – '),
      each.p50.toFixed(1),
      each.p95.toFixed(1),
      each.p99.toFixed(1),
      String(Math.round(each.bytes)),
      each.cpu.app.toFixed(2),
      each.cpu.postgres.toFixed(2),
      sayShare(each.cpu.share),
    ]),
  )
  console.log('')
  table(
    ['', 'aim', 'measured', ''],
    report.aims.map((aim) => [aim.name, aim.aim, aim.measured, aim.met ? 'met' : 'MISSED']),
  )
  printEncoding(report)
  console.log(`\nMemory of the server: ${mebibytes(rss.start)} at the start, ${mebibytes(rss.end)} at the end.`)
}

/** Where the time of a post with photos goes. */
function printEncoding({ measured, encoding }: Report): void {
  const cpu = measured.find(({ name }) => name === PUBLISHING)?.cpu
  if (!cpu || encoding === null) return
  const rest = cpu.app - encoding
  console.log(
    `\nA post with two photos takes ${(cpu.app + cpu.postgres).toFixed(0)} ms of processor time: about ${encoding.toFixed(0)} ms to encode them in three sizes, ` +
      `${cpu.postgres.toFixed(0)} ms in the database, ${rest.toFixed(0)} ms for the rest.`,
  )
}

const sayShare = (share: number): string => share.toFixed(share < 0.001 ? 6 : 4)

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`

function table(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of [head, ...rows])
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '))
}

export function save(report: Report & { screening: Screening }): void {
  const folder = join(import.meta.dirname, '..', 'output')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify({ at: new Date().toISOString(), node: process.version, ...report }, null, 2)}\n`)
}
