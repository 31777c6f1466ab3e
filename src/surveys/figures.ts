/**
 * What readers see of a question that was counted. The page and the file are written from the same figures, so that they show the same. Every number of people
 * in them is nobody, or five or more, and so is all that can be worked out from several of them (partition.ts, breakdown.ts); shares, means and middles are
 * worked out from numbers that are shown. Pure.
 */
import { breakdownOf } from './breakdown.ts'
import { apart, areaParts, baseOf, chosen, everybody, isUnanswered, sayAreas, sayBase, share, type Counted, type Figures } from './counted.ts'
import { meanPlaces, meanSaid, middleSaid } from './mean.ts'
import { bandsOf, levelsIn, NONE, partsOf, sumOf, type Part } from './partition.ts'
import { gatherPins } from './pin-figures.ts'
import type { Question } from './question.ts'
import { isAsOne, severalOf } from './several.ts'

const NO_ANSWER = 'no answer'

/** `areas` as they were offered. */
export function figuresOf(question: Question, counted: Counted, areas: readonly string[]): Figures {
  const parts = areaParts(counted, areas)
  const plain = { question, lines: [], base: 0, notes: [], areas: null, cells: [] }
  if (question.sort === 'several' && !isAsOne(question, counted)) return { ...plain, ...severalOf(question, counted, parts) }
  if (question.sort === 'words') return { ...plain, notes: [wordsSaid(counted)] }
  if (question.sort === 'pin') return { ...plain, ...pinsOf(counted) }
  return { ...plain, ...apartOf(question, counted, parts) }
}

/** Of `one`, `scale` and `rank` (by what was put first), and where nobody chose several: everybody gave one of the answers, or none. */
function apartOf(question: Question, counted: Counted, areas: readonly Part[]): Partial<Figures> {
  const all = everybody(counted)
  const parts = partsOf(sizesOf(question, counted))
  const scale = question.sort === 'scale'
  const shown = parts.filter(({ of }) => !isUnanswered(of))
  const places = placesOf(question, counted)
  const lines = shown.map(({ of, people }) => {
    const label = nameOf(question, of)
    return { label, people, said: share(people, baseOf(parts, all)), place: of.length === 1 ? (places.get(label) ?? null) : null }
  })
  const table = breakdownOf(areas, parts, (area, key) => countOfKey(counted, area, key, scale), scale)
  return {
    lines: parts.length < 2 ? [] : lines,
    base: baseOf(parts, all),
    notes: [sayBase(parts, all), ...(scale ? scaleNotes(question, shown) : [])],
    areas: table && {
      columns: table.columns.map((of) => nameOf(question, of)),
      rows: table.rows.map(({ areas: of, people, cells }) => ({ label: sayAreas(of), people, cells: [...cells] })),
    },
  }
}

/** By answer, those without one last. */
function sizesOf(question: Question, counted: Counted): Map<string, number> {
  const unanswered = everybody(counted) - chosen(counted, '')
  const keys = answersOf(question).map(({ choice }) => choice)
  const sizes = keys.map((choice) => chosen(counted, choice))
  if (question.sort === 'scale') return bandsOf(sizes, unanswered)
  return new Map([...keys.map((key, at) => [key, sizes[at] ?? 0] as const), [NONE, unanswered] as const])
}

interface Choice {
  choice: string
  label: string
}

function answersOf(question: Question): Choice[] {
  if (question.sort === 'scale')
    return Array.from({ length: question.scale?.top ?? 0 }, (_, at) => ({ choice: `${at + 1}`, label: sayLevel(question, at + 1) }))
  return question.options.map((label) => ({ choice: question.sort === 'rank' ? `${label}|1` : label, label }))
}

function countOfKey({ people, choices }: Counted, area: string, key: string, scale: boolean): number {
  const of = choices.get(area)
  if (key === NONE) return (people.get(area) ?? 0) - (of?.get('') ?? 0)
  return sumOf((scale ? levelsIn(key).map(String) : [key]).map((choice) => of?.get(choice) ?? 0))
}

/** "Yes" · "No, Not sure or no answer" */
function nameOf(question: Question, of: readonly string[]): string {
  const names = of.filter((key) => key !== NONE).map((key) => nameOfKey(question, key))
  if (of.includes(NONE)) names.push(NO_ANSWER)
  return names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

const nameOfKey = (question: Question, key: string): string =>
  question.sort === 'scale' ? sayBand(question, key) : (answersOf(question).find(({ choice }) => choice === key)?.label ?? key)

const sayLevel = ({ scale }: Question, level: number): string =>
  level === 1 && scale?.low ? `1: ${scale.low}` : level === scale?.top && scale.high ? `${level}: ${scale.high}` : `${level}`

function sayBand(question: Question, key: string): string {
  const levels = levelsIn(key)
  const [first = 0, last = 0] = [levels[0], levels.at(-1)]
  return first === last ? sayLevel(question, first) : `${first} to ${last}`
}

function scaleNotes(question: Question, shown: readonly Part[]): string[] {
  const bands = shown.map(({ of, people }) => ({ levels: of.filter((key) => key !== NONE).flatMap(levelsIn), people, whole: !of.includes(NONE) }))
  return shown.length < 2 ? [] : [meanSaid(bands, question.scale?.top ?? 0), middleSaid(bands)]
}

/** Of a ranking, by option; empty where they are not said. */
function placesOf(question: Question, counted: Counted): Map<string, string> {
  if (question.sort !== 'rank') return new Map()
  const places = question.options.map((option) => question.options.map((_, at) => chosen(counted, `${option}|${at + 1}`)))
  return new Map(meanPlaces(places, chosen(counted, ''))?.map((mean, at) => [question.options[at] ?? '', mean]))
}

function wordsSaid(counted: Counted): string {
  const all = everybody(counted)
  const wrote = chosen(counted, '')
  if (wrote === 0) return 'Nobody wrote an answer.'
  const shown = apart(wrote, all)
  if (shown !== null) return wrote === all ? `All ${all} people wrote an answer.` : `${shown} of ${all} people wrote an answer.`
  return wrote < all - wrote ? 'Fewer than five people wrote an answer.' : 'Nearly everybody wrote an answer.'
}

function pinsOf(counted: Counted): Partial<Figures> {
  const all = everybody(counted)
  const { parts, wide } = gatherPins(pinsIn(counted), all - chosen(counted, ''))
  const base = baseOf(parts, all)
  const cells = parts.filter(({ of }) => of.length === 1 && !isUnanswered(of)).toSorted((one, other) => other.people - one.people)
  const others = parts.filter(({ of }) => of.length > 1).map(({ of, people }) => [of.includes(NONE) ? OTHERS_OR_NONE : OTHERS, people] as const)
  const told = [...cells.map(({ of, people }) => [of[0] ?? '', people] as const), ...others]
  return {
    lines: cells.length === 0 ? [] : told.map(([label, people]) => ({ label, people, said: share(people, base), place: null })),
    notes: [
      cells.length === 0 && base > 0
        ? 'Too few people chose each place to show them apart.'
        : `${sayBase(parts, all)} Each place is a square about ${wide} wide.`,
    ],
    cells: cells.map(({ of }) => of[0] ?? ''),
  }
}

const OTHERS = 'All other places'
const OTHERS_OR_NONE = 'All other places, or no answer'

function pinsIn({ choices }: Counted): Map<string, number> {
  const pins = new Map<string, number>()
  const all = [...choices.values()].flatMap((of) => [...of]).filter(([cell]) => cell !== '')
  for (const [cell, people] of all) pins.set(cell, (pins.get(cell) ?? 0) + people)
  return pins
}
