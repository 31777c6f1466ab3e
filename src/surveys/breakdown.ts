/**
 * Answers by part of the area. Every figure of such a table counts five people or more, also that of everybody else: parts that are too small are joined, and
 * where nothing is left to compare there is no table. Joining instead of leaving blanks is what makes it safe: rows and columns are joins of whole parts, so that
 * whatever is added and subtracted, of one table and of the totals beside it, comes out as nobody or as five people or more. Nobody is known by their
 * answer either, for no row is all in one column. Pure.
 */
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import { NONE, sumOf, type Part } from './partition.ts'

type Joined = readonly string[]

export interface Row {
  /** The parts of the area in it. */
  areas: Joined
  people: number
  /** By column. */
  cells: readonly number[]
}

export interface Breakdown {
  /** The answers in each column. */
  columns: readonly Joined[]
  /** Several areas in one row: those that are not said apart. */
  rows: readonly Row[]
}

type CountIn = (area: string, answer: string) => number

/** The table with the most figures, of those that can be shown; null for none. `ordered`: only neighbouring answers are joined. */
export function breakdownOf(areas: readonly Part[], answers: readonly Part[], countIn: CountIn, ordered: boolean): Breakdown | null {
  const columns = joinedOf(answers)
  let best: Breakdown | null = null
  for (let rows = joinedOf(areas); rows.length > 1; rows = withWorstJoined(rows, columns, countIn)) {
    const table = tableOf(rows, columnsFor(rows, columns, countIn, ordered), countIn)
    if (isFit(table) && figuresIn(table) > figuresIn(best)) best = table
  }
  return best
}

const joinedOf = (parts: readonly Part[]): Joined[] => parts.filter(({ people }) => people > 0).map(({ of }) => of)

const figuresIn = (table: Breakdown | null): number => (table ? table.rows.length * table.columns.length : 0)

const isFit = ({ columns, rows }: Breakdown): boolean => columns.length > 1 && rows.every(({ cells }) => Math.min(...cells) >= SMALLEST_GROUP)

const countOf = (row: Joined, column: Joined, countIn: CountIn): number => sumOf(row.flatMap((area) => column.map((answer) => countIn(area, answer))))

function tableOf(rows: readonly Joined[], columns: readonly Joined[], countIn: CountIn): Breakdown {
  const counted = rows.map((areas) => ({ areas, cells: columns.map((column) => countOf(areas, column, countIn)) }))
  return { columns, rows: counted.map(({ areas, cells }) => ({ areas, people: sumOf(cells), cells })) }
}

/** By its smallest figure first, then by its people; those who did not say where they live are no place to compare with. */
function worthOf(row: Joined, columns: readonly Joined[], countIn: CountIn): number {
  const cells = columns.map((column) => countOf(row, column, countIn))
  return Math.min(...cells) + (row[0] === NONE ? 0 : 1 - 1 / (2 + sumOf(cells)))
}

/** Two rows less one: that with the smallest figure goes to those that are not said apart, or, where there are none yet, with the next smallest. */
function withWorstJoined(rows: readonly Joined[], columns: readonly Joined[], countIn: CountIn): Joined[] {
  const apart = rows.filter(({ length }) => length === 1).toSorted((one, other) => worthOf(one, columns, countIn) - worthOf(other, columns, countIn))
  const together = rows.filter(({ length }) => length > 1)
  const gone = together.length > 0 && apart.length > 0 ? apart.slice(0, 1) : apart.slice(0, 2)
  if (gone.length + together.length < 2) return []
  return [...rows.filter((row) => row.length === 1 && !gone.includes(row)), [...together, ...gone].flat()]
}

/** Columns joined, smallest figure first, until each is large enough in every row. */
function columnsFor(rows: readonly Joined[], answers: readonly Joined[], countIn: CountIn, ordered: boolean): Joined[] {
  let columns = [...answers]
  while (columns.length > 1) {
    const small = columns.map((column) => Math.min(...rows.map((row) => countOf(row, column, countIn))))
    const at = small.indexOf(Math.min(...small))
    if ((small[at] ?? 0) >= SMALLEST_GROUP) break
    columns = withJoined(columns, at, partnerOf(columns, at, small, ordered))
  }
  return columns
}

function partnerOf(columns: readonly Joined[], at: number, small: readonly number[], ordered: boolean): number {
  const others = [...columns.keys()].filter((other) => other !== at && (!ordered || Math.abs(other - at) === 1))
  return others.reduce((best, other) => ((small[other] ?? 0) < (small[best] ?? 0) ? other : best), others[0] ?? at)
}

/** In the place of the first of the two. */
function withJoined(columns: readonly Joined[], one: number, other: number): Joined[] {
  const [first, second] = [Math.min(one, other), Math.max(one, other)]
  const joined = [...(columns[first] ?? []), ...(columns[second] ?? [])]
  return columns.flatMap((column, at) => (at === first ? [joined] : at === second ? [] : [column]))
}
