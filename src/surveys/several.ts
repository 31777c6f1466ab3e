/**
 * Questions where people could choose several answers. Each answer parts everybody into who chose it and who did not, and the two are shown, or neither. What
 * all answers add up to says how many chose more than one, or none: where that is too few people, the answer that fewest chose is kept back. Where nobody
 * chose more than one, it is a question with one answer (figures.ts). Pure.
 */
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import { breakdownOf } from './breakdown.ts'
import { apart, baseOf, chosen, everybody, sayAreas, sayBase, share, type AreaTable, type Counted, type Figures, type Line } from './counted.ts'
import { NONE, partsOf, sumOf, type Part } from './partition.ts'
import type { Question } from './question.ts'

const KEPT = 'Where too few people chose an answer, or left it out, it is not shown.'

export function severalOf(question: Question, counted: Counted, areas: readonly Part[]): Pick<Figures, 'lines' | 'base' | 'notes' | 'areas'> {
  const all = everybody(counted)
  const answered = chosen(counted, '')
  const whole = partsOf(
    new Map([
      ['answered', answered],
      [NONE, all - answered],
    ]),
  )
  const base = baseOf(whole, all)
  const told = question.options.map((label) => ({ label, people: apart(chosen(counted, label), base) }))
  const lines = withoutExcess(told, [base, all]).map(({ label, people }) => lineOf(label, people, base))
  const kept = lines.some(({ people }) => people === null)
  return {
    lines: base === 0 ? [] : lines,
    base,
    notes: [sayBase(whole, all), 'People could choose several.', ...(kept ? [KEPT] : [])],
    areas: byArea(lines, counted, areas),
  }
}

const lineOf = (label: string, people: number | null, base: number): Line => ({
  label,
  people,
  said: people === null ? 'Not shown' : share(people, base),
  place: null,
})

const isFew = (difference: number): boolean => difference !== 0 && Math.abs(difference) < SMALLEST_GROUP

type Told = Pick<Line, 'label' | 'people'>

/** As long as all are known, they add up. */
function withoutExcess<T extends Told>(told: readonly T[], bases: readonly number[]): T[] {
  const known = told.flatMap(({ people }) => (people === null ? [] : [people]))
  if (known.length < told.length || !bases.some((base) => isFew(sumOf(known) - base))) return [...told]
  const least = Math.min(...known.filter((people) => people > 0))
  return told.map((one) => (one.people === least ? { ...one, people: null } : one))
}

/** Nobody chose more than one. */
export const isAsOne = (question: Question, counted: Counted): boolean =>
  sumOf(question.options.map((label) => chosen(counted, label))) === chosen(counted, '')

function byArea(lines: readonly Line[], counted: Counted, areas: readonly Part[]): AreaTable | null {
  const columns = comparable(lines, counted).map((line) => columnOf(line, counted, areas))
  const apartAreas = areas.flatMap(({ of: [area = '', ...more], people }) => (more.length === 0 ? [{ area, people }] : []))
  const safe = withoutFullRows(columns, lines, apartAreas)
  const rows = apartAreas
    .map(({ area, people }) => ({ label: sayAreas([area]), people, cells: safe.map((column) => column.get(area) ?? null) }))
    .filter(({ cells }) => cells.some((cell) => cell !== null))
  return rows.length === 0 ? null : { columns: lines.map(({ label }) => label), rows }
}

/**
 * Which answers are shown by area: all, or only the one that most people chose. Of two answers it would follow from one beside the other how many chose both;
 * and who answered without choosing this here and that there must not be too few either.
 */
function comparable(lines: readonly Line[], counted: Counted): Line[] {
  const areas = [...counted.choices.values()].map((of) => Math.max(0, ...lines.map(({ label }) => of.get(label) ?? 0)))
  const isOpen = lines.filter(({ people }) => people !== 0).length > 2 && chosen(counted, '') - sumOf(areas) >= SMALLEST_GROUP
  if (isOpen) return [...lines]
  const most = lines.reduce<Line | null>((best, line) => ((line.people ?? 0) > (best?.people ?? 0) ? line : best), null)
  return lines.map((line) => (line === most ? line : { ...line, people: null }))
}

type Column = ReadonlyMap<string, number>

/** How many chose it in each part of the area where that can be said. */
function columnOf({ label, people }: Line, counted: Counted, areas: readonly Part[]): Column {
  if (people === null) return new Map()
  const chosenIn = (area: string): number => counted.choices.get(area)?.get(label) ?? 0
  const countIn = (area: string, key: string): number => (key === 'chosen' ? chosenIn(area) : (counted.people.get(area) ?? 0) - chosenIn(area))
  const parts = [
    { of: ['chosen'], people },
    { of: ['others'], people: everybody(counted) - people },
  ]
  const rows = breakdownOf(areas, parts, countIn, false)?.rows ?? []
  return new Map(rows.flatMap(({ areas: [area = '', ...more], cells: [cell = 0] }) => (more.length === 0 ? [[area, cell] as const] : [])))
}

/** Where a part of the area would show every answer that somebody chose, and they add up to a few more or less than its people, one answer is left out of all. */
function withoutFullRows(columns: readonly Column[], lines: readonly Line[], areas: readonly { area: string; people: number }[]): Column[] {
  const counting = columns.filter((_, at) => lines[at]?.people !== 0)
  const gives = ({ area, people }: { area: string; people: number }): boolean =>
    counting.every((column) => column.has(area)) && isFew(sumOf(counting.map((column) => column.get(area) ?? 0)) - people)
  const rest = sumOf(lines.map(({ people }) => people ?? 0)) - sumOf(areas.map(({ people }) => people))
  const restGiven = isFew(rest - sumOf(areas.map(({ area, people }) => sumOf(counting.map((column) => column.get(area) ?? 0)) - people)))
  if (counting.length === 0 || !(areas.some(gives) || restGiven)) return [...columns]
  const least = counting.toSorted((one, other) => sumOf([...one.values()]) - sumOf([...other.values()]))[0]
  return columns.map((column) => (column === least ? new Map() : column))
}
