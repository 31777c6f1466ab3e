/**
 * `npm run bench -- --only=screening`: what the screening finds in labelled texts, and what it costs beside a round trip of the same texts
 * through JSON.
 */
import { findIn } from '../../src/screening/findings.ts'
import { figuresOf, heldOut, tuned, unseen, type Figures, type Labelled } from '../screening/corpus.ts'

export interface Screening {
  sets: { name: string; texts: number; figures: Figures[] }[]
  /** Texts a second, and how many times the yardstick each takes: the median of the rounds and their range. */
  rate: number
  times: number
  spread: [number, number]
}

const ROUNDS = 9

export function measureScreening(): Screening {
  const sets: [string, Labelled[]][] = [
    ['tuned', tuned()],
    ['held out', heldOut()],
    ['unseen', unseen()],
  ]
  const texts = sets.flatMap(([, labelled]) => labelled.map(({ text }) => text))
  const rounds = Array.from({ length: ROUNDS + 2 }, () => round(texts)).slice(2)
  const times = rounds.map(({ screening, yardstick }) => screening / yardstick).toSorted((a, b) => a - b)
  const seconds = rounds.map(({ screening }) => screening).toSorted((a, b) => a - b)
  return {
    sets: sets.map(([name, labelled]) => ({ name, texts: labelled.length, figures: figuresOf(labelled, findIn) })),
    rate: texts.length / (seconds[Math.floor(ROUNDS / 2)] ?? Number.NaN),
    times: times[Math.floor(ROUNDS / 2)] ?? Number.NaN,
    spread: [times[0] ?? Number.NaN, times.at(-1) ?? Number.NaN],
  }
}

/** Seconds of processor time for all texts, in turns: a busy machine slows both alike. */
function round(texts: readonly string[]): { screening: number; yardstick: number } {
  const again = 20
  const yardstick = secondsOf(() => {
    for (let time = 0; time < again; time++) for (const text of texts) JSON.parse(JSON.stringify({ text }))
  })
  return { screening: secondsOf(() => texts.forEach((text) => findIn(text))), yardstick: yardstick / again }
}

function secondsOf(work: () => void): number {
  const began = process.cpuUsage().user
  work()
  return (process.cpuUsage().user - began) / 1_000_000
}

export function printScreening({ sets, rate, times, spread }: Screening): void {
  const widths = [12, ...sets.flatMap(() => [8, 8])]
  const row = (cells: string[]): void =>
    console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(widths[index] ?? 8))).join('  '))
  console.log(`\nScreening: recall and false alarms on ${sets.map(({ name, texts }) => `${texts} ${name}`).join(', ')} texts.\n`)
  row(['', ...sets.flatMap(({ name }) => [name, 'alarms'])])
  for (const { kind } of sets[0]?.figures ?? []) {
    row([
      kind,
      ...sets.flatMap(({ figures }) =>
        figures.filter((each) => each.kind === kind).flatMap((each) => [each.recall.toFixed(3), each.falseAlarms.toFixed(4)]),
      ),
    ])
  }
  console.log(
    `\n${Math.round(rate)} texts a second of processor time; each takes ${times.toFixed(0)} times its round trip through JSON ` +
      `(${spread.map((each) => each.toFixed(0)).join(' – ')}).`,
  )
}
