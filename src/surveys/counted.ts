/**
 * What was counted, and how the numbers of it are said: shares, and whom they are of. Pure.
 */
import { percentOf } from '../statistics/percent.ts'
import { NONE, partsOf, sumOf, type Part } from './partition.ts'
import type { Question } from './question.ts'

/** One line of what was counted, all ways in which answers came together. */
export interface Tally {
  /** 0 for "answered at all". */
  questionId: number
  /** Several, one a line, for those that are only kept together. */
  area: string
  /** Empty for having answered the question. */
  choice: string
  count: number
}

/** What was counted of one question, and of everybody. */
export interface Counted {
  /** Everybody who answered, by part of the area. Those that are kept together are counted at the first of them. */
  people: ReadonlyMap<string, number>
  /** By part of the area and choice. */
  choices: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** The parts of the area that are kept together; empty for none. */
  together: readonly string[]
}

export interface Line {
  label: string
  /** Null where it is kept back. */
  people: number | null
  /** "12 (40%)" */
  said: string
  /** Of a ranking: "1.8". */
  place: string | null
}

export interface AreaTable {
  columns: string[]
  /** A cell is null where it is kept back. */
  rows: { label: string; people: number; cells: (number | null)[] }[]
}

export interface Figures {
  question: Question
  /** In the order of the answers; empty where nothing can be said apart. */
  lines: Line[]
  /** The people of whom the shares are; 0 where none are said. */
  base: number
  /** Whom it is about, in sentences. */
  notes: string[]
  areas: AreaTable | null
  /** Of a pin: the middle of each line's cell, where the line has one. */
  cells: string[]
}

export const NOT_SAID = 'Not said'

export function countedOf(tallies: readonly Tally[], questionId: number): Counted {
  const people = new Map<string, number>()
  const choices = new Map<string, Map<string, number>>()
  const together = tallies.find(({ area }) => area.includes('\n'))?.area.split('\n') ?? []
  for (const { questionId: of, area: areas, choice, count } of tallies) {
    const [area = ''] = areas.split('\n')
    if (of === 0) people.set(area, (people.get(area) ?? 0) + count)
    if (of !== questionId) continue
    const known = choices.get(area) ?? new Map<string, number>()
    choices.set(area, known.set(choice, (known.get(choice) ?? 0) + count))
  }
  return { people, choices, together }
}

export const chosen = (counted: Counted, choice: string): number => sumOf([...counted.choices.values()].map((of) => of.get(choice) ?? 0))
export const everybody = ({ people }: Counted): number => sumOf([...people.values()])

/** Parts of the area, "not said" last; what is too small together. */
export function areaParts({ people, together }: Counted, areas: readonly string[]): Part[] {
  const apartAreas = [...areas, NONE].filter((area) => !together.includes(area))
  const parts = partsOf(new Map(apartAreas.map((area) => [area, people.get(area) ?? 0])))
  return together.length === 0 ? parts : [...parts, { of: together, people: people.get(together[0] ?? NONE) ?? 0 }]
}

export const isUnanswered = (of: readonly string[]): boolean => of.length === 1 && of[0] === NONE

/** Shares are of those who answered the question, where their number can be shown; else of everybody. */
export function baseOf(parts: readonly Part[], all: number): number {
  const unanswered = parts.find(({ of }) => isUnanswered(of))
  return unanswered ? all - unanswered.people : all
}

export function sayBase(parts: readonly Part[], all: number): string {
  const base = baseOf(parts, all)
  if (parts.length < 2) return 'Too few people gave each answer to show them apart.'
  if (!parts.some(({ of }) => isUnanswered(of))) return `Shares are of all ${all} people who answered the survey.`
  if (base === 0) return 'Nobody answered this question.'
  return base === all ? `All ${all} people answered this question.` : `${base} of ${all} people answered this question. Shares are of these.`
}

export const share = (people: number, base: number): string => (base === 0 ? `${people}` : `${people} (${percentOf(people, base)}%)`)

/** Of many only the number: those in it are said apart nowhere. */
export function sayAreas(of: readonly string[]): string {
  if (of.length > 1) return 'Everybody else'
  return of[0] === NONE ? NOT_SAID : (of[0] ?? '')
}

/** That many of those, where neither they nor the others are too few; null else. */
export const apart = (people: number, base: number): number | null =>
  partsOf(
    new Map([
      ['chosen', people],
      ['others', base - people],
    ]),
  ).find(({ of }) => of.length === 1 && of[0] === 'chosen')?.people ?? null
