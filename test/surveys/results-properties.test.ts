/**
 * Whatever people answer: from everything that is shown together, nobody works out a number of one to four people. The reader of these tests knows which
 * people each figure is about (labels say it), adds and subtracts figures as often as they like, and knows what a figure of nobody says of everything in it.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addUp } from '../../src/surveys/adding.ts'
import { countedOf, NOT_SAID, type Figures, type Tally } from '../../src/surveys/counted.ts'
import { figuresOf } from '../../src/surveys/figures.ts'
import type { Answer, AnswerValue, Question } from '../../src/surveys/question.ts'

const question = (id: number, sort: Question['sort'], options: string[] = [], top = 0): Question => ({
  id,
  surveyId: 1,
  position: id,
  sort,
  title: `Question ${id}`,
  hint: '',
  required: false,
  options,
  scale: top > 0 ? { top, low: '', high: '' } : null,
})

/** People who live in the same part and answered the same, and how many they are. `answers`: by question, the choices; none for no answer. */
interface Cell {
  area: string
  answers: Record<number, readonly string[]>
  people: number
}

/** As it is counted and kept: everybody sends an answer. */
const talliesOf = (questions: readonly Question[], areas: readonly string[], cells: readonly Cell[]): Tally[] =>
  addUp(
    questions,
    cells.flatMap((cell) => Array.from({ length: cell.people }, () => answerOf(questions, cell))),
    areas,
  ).filter(({ channel }) => channel === '')

const answerOf = (questions: readonly Question[], { area, answers }: Cell): Answer => ({
  area: area === '' ? null : area,
  channel: 'web',
  values: Object.fromEntries(
    questions.flatMap((one) => {
      const choices = answers[one.id] ?? []
      return choices.length === 0 ? [] : [[one.id, valueOf(one, choices)]]
    }),
  ),
})

function valueOf({ sort, options }: Question, choices: readonly string[]): AnswerValue {
  const places = choices.map((choice) => options.indexOf(choice.split('|')[0] ?? ''))
  const [first = 0] = places
  if (sort === 'one') return { sort, choice: first }
  if (sort === 'several') return { sort, choices: places }
  if (sort === 'scale') return { sort, value: Number(choices[0]) }
  if (sort === 'rank') return { sort, order: [first, ...[...options.keys()].filter((at) => at !== first)] }
  return { sort: 'words', text: 'More lights' }
}

/** A figure that is shown, and for each cell whether it is about its people. */
interface Fact {
  about: boolean[]
  people: number
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0)

const fact = (cells: readonly Cell[], people: number, isAbout: (cell: Cell) => boolean): Fact => ({ about: cells.map(isAbout), people })

const namesIn = (label: string): string[] =>
  label.split(/, | or /).flatMap((name) => {
    const [, first, last] = /^(\d+) to (\d+)$/.exec(name) ?? []
    return first && last ? Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => `${Number(first) + at}`) : [name]
  })

function isIn(cell: Cell, id: number, label: string): boolean {
  const given = (cell.answers[id] ?? []).map((choice) => choice.split('|')[0] ?? '')
  const names = namesIn(label)
  return names.some((name) => (name === 'no answer' ? given.length === 0 : given.includes(name)))
}

/** Everything that one question's figures say, read from their labels and sentences. */
function factsIn(figures: Figures, cells: readonly Cell[]): Fact[] {
  const { id } = figures.question
  const lines = figures.lines.flatMap(({ label, people }) => (people === null ? [] : [fact(cells, people, (cell) => isIn(cell, id, label))]))
  const said = /^(\d+) of \d+ people (?:answered|wrote)/.exec(figures.notes[0] ?? '')?.[1]
  const answered = said === undefined ? [] : [fact(cells, Number(said), (cell) => (cell.answers[id] ?? []).length > 0)]
  const rows = figures.areas?.rows ?? []
  const named = new Set(rows.map(({ label }) => label))
  const isOf = (cell: Cell, label: string): boolean =>
    label === 'Everybody else' ? !named.has(cell.area || NOT_SAID) : (cell.area || NOT_SAID) === label
  const inAreas = rows.flatMap(({ label, people, cells: shown }) => [
    fact(cells, people, (cell) => isOf(cell, label)),
    ...shown.flatMap((number, at) => {
      const column = figures.areas?.columns[at] ?? ''
      return number === null ? [] : [fact(cells, number, (cell) => isOf(cell, label) && isIn(cell, id, column))]
    }),
  ])
  return [...lines, ...answered, ...inAreas]
}

function factsOf(questions: readonly Question[], areas: readonly string[], cells: readonly Cell[]): { facts: Fact[]; figures: Figures[] } {
  const tallies = talliesOf(questions, areas, cells)
  const figures = questions.map((one) => figuresOf(one, countedOf(tallies, one.id), areas))
  const all = fact(cells, sum(cells.map(({ people }) => people)), () => true)
  return { facts: [all, ...figures.flatMap((one) => factsIn(one, cells))], figures }
}

/** Vectors that every combination of the facts is at right angles to. */
function nullSpace(rows: number[][], width: number): number[][] {
  const reduced: number[][] = []
  const pivots: number[] = []
  for (const given of rows) {
    const row = [...given]
    for (const [at, known] of reduced.entries()) subtract(row, known, row[pivots[at] ?? 0] ?? 0)
    const pivot = row.findIndex((value) => Math.abs(value) > 1e-9)
    if (pivot < 0) continue
    const scaled = row.map((value) => value / (row[pivot] ?? 1))
    for (const known of reduced) subtract(known, scaled, known[pivot] ?? 0)
    reduced.push(scaled)
    pivots.push(pivot)
  }
  const free = Array.from({ length: width }, (_, at) => at).filter((at) => !pivots.includes(at))
  return free.map((at) => {
    const vector = Array.from({ length: width }, () => 0)
    vector[at] = 1
    for (const [index, pivot] of pivots.entries()) vector[pivot] = -(reduced[index]?.[at] ?? 0)
    return vector
  })
}

function subtract(row: number[], other: readonly number[], times: number): void {
  for (const [at, value] of other.entries()) row[at] = (row[at] ?? 0) - times * value
}

/** Cells of nobody that are known to be so, because what they add up to follows from the facts. */
function emptyFrom(facts: readonly Fact[], cells: readonly Cell[], known: readonly number[]): number[] {
  const rows = [...facts.map(({ about }) => about.map(Number)), ...known.map((at) => cells.map((_, index) => Number(index === at)))]
  const space = nullSpace(rows, cells.length)
  const empty = cells.flatMap(({ people }, at) => (people === 0 && !known.includes(at) ? [at] : []))
  const sets = Array.from({ length: 2 ** Math.min(empty.length, 10) - 1 }, (_, set) => empty.filter((_cell, bit) => ((set + 1) >> bit) & 1))
  return sets.filter((set) => space.every((vector) => Math.abs(sum(set.map((at) => vector[at] ?? 0))) < 1e-6)).flat()
}

/** The first set of one to four people whose number follows from the facts; null for none. */
function smallSetFrom(facts: readonly Fact[], cells: readonly Cell[]): string | null {
  // What a figure of nobody is about is known to be nobody, and adding it hides nothing.
  const known = facts.filter(({ people }) => people === 0).flatMap(({ about }) => about.flatMap((is, at) => (is ? [at] : [])))
  for (let before = -1; before < known.length;) {
    before = known.length
    known.push(...emptyFrom(facts, cells, known))
  }
  const rows = [...facts.map(({ about }) => about.map(Number)), ...known.map((at) => cells.map((_, index) => Number(index === at)))]
  const space = nullSpace(rows, cells.length)
  const open = cells.map((_, at) => at).filter((at) => !known.includes(at))
  const dots = Array.from({ length: space.length }, () => 0)
  const found: number[] = []
  function walk(next: number, people: number): string | null {
    if (people > 0 && people < 5 && dots.every((dot) => Math.abs(dot) < 1e-6)) return found.map((at) => JSON.stringify(cells[at])).join(' + ')
    if (people > 4) return null
    for (let index = next; index < open.length; index++) {
      const at = open[index] ?? 0
      found.push(at)
      for (const [row, vector] of space.entries()) dots[row] = (dots[row] ?? 0) + (vector[at] ?? 0)
      const bad = walk(index + 1, people + (cells[at]?.people ?? 0))
      for (const [row, vector] of space.entries()) dots[row] = (dots[row] ?? 0) - (vector[at] ?? 0)
      found.pop()
      if (bad) return bad
    }
    return null
  }
  return walk(0, 0)
}

/** What is wrong with everything that is shown together; null where nothing is. */
function problemIn(questions: readonly Question[], areas: readonly string[], cells: readonly Cell[]): string | null {
  const { facts } = factsOf(questions, areas, cells)
  for (const { about, people } of facts) {
    if (people !== sum(cells.map((cell, at) => (about[at] ? cell.people : 0)))) return `a figure of ${people} is not true`
    if (isFew(people)) return `a figure of ${people}`
  }
  for (const one of facts)
    for (const other of facts)
      if (one.about.every((is, at) => is || !other.about[at]) && isFew(one.people - other.people)) return `${one.people} less ${other.people}`
  return smallSetFrom(facts, cells)
}

const isFew = (people: number): boolean => people > 0 && people < 5

/** Few, many and nobody, in all mixtures. */
const people = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 3, arbitrary: fc.integer({ min: 5, max: 40 }) },
)

const cellsOf = (areas: readonly string[], answers: readonly Cell['answers'][]): fc.Arbitrary<Cell[]> =>
  fc
    .tuple(...areas.flatMap((area) => answers.map((given) => people.map((count) => ({ area, answers: given, people: count })))))
    .filter((cells) => sum(cells.map((cell) => cell.people)) >= 5)

const given = (id: number, ...choices: string[]): Cell['answers'][] => [...choices.map((choice) => ({ [id]: [choice] })), { [id]: [] }]

const RUNS = { numRuns: 400 }

describe('nothing small can be worked out', () => {
  test.each(['one', 'rank'] as const)('of %s question by part of the area', (sort) => {
    const asked = question(1, sort, ['A', 'B', 'C'])
    const choices = sort === 'one' ? ['A', 'B', 'C'] : ['A|1', 'B|1', 'C|1']
    fc.assert(
      fc.property(cellsOf(['North', 'South', ''], given(1, ...choices)), (cells) => {
        expect(problemIn([asked], ['North', 'South'], cells)).toBeNull()
      }),
      RUNS,
    )
  })

  test('of a scale', () => {
    const asked = question(1, 'scale', [], 5)
    const answers = given(1, '1', '2', '3', '4', '5')
    fc.assert(
      fc.property(cellsOf(['North', ''], answers), (cells) => {
        expect(problemIn([asked], ['North'], cells)).toBeNull()
      }),
      RUNS,
    )
  })

  test('where people chose several', () => {
    const asked = question(1, 'several', ['A', 'B'])
    const answers = [{ 1: ['A'] }, { 1: ['B'] }, { 1: ['A', 'B'] }, { 1: [] }]
    fc.assert(
      fc.property(cellsOf(['North', 'South', ''], answers), (cells) => {
        expect(problemIn([asked], ['North', 'South'], cells)).toBeNull()
      }),
      RUNS,
    )
  })

  test('where people chose several of three', () => {
    const answers = [['A'], ['B'], ['C'], ['A', 'B'], ['A', 'C'], ['B', 'C'], ['A', 'B', 'C'], []].map((choices) => ({ 1: choices }))
    const asked = question(1, 'several', ['A', 'B', 'C'])
    fc.assert(
      fc.property(cellsOf(['North', ''], answers), (cells) => {
        expect(problemIn([asked], ['North'], cells)).toBeNull()
      }),
      { numRuns: 150 },
    )
  })

  test('from two questions with different numbers of answers', () => {
    const asked = [question(1, 'one', ['A', 'B']), question(2, 'one', ['C', 'D'])]
    const both = given(1, 'A', 'B').flatMap((first) => given(2, 'C', 'D').map((second) => ({ ...first, ...second })))
    fc.assert(
      fc.property(cellsOf(['North', ''], both), (cells) => {
        expect(problemIn(asked, ['North'], cells)).toBeNull()
      }),
      { numRuns: 150 },
    )
  })

  test('from the number of those who wrote something', () => {
    fc.assert(
      fc.property(cellsOf(['North', ''], given(1, 'words')), (cells) => {
        expect(problemIn([question(1, 'words')], ['North'], cells)).toBeNull()
      }),
      RUNS,
    )
  })

  test('from pins', () => {
    const near = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })).map(([lat, lng]) => `53.18${lat},-0.53${lng}`)
    fc.assert(
      fc.property(fc.array(near, { minLength: 5, maxLength: 60 }), fc.integer({ min: 0, max: 9 }), (cells, silent) => {
        const tallies = [
          { questionId: 0, area: '', choice: '', count: cells.length + silent },
          { questionId: 1, area: '', choice: '', count: cells.length },
        ]
        const pinned = cells.map((choice) => ({ questionId: 1, area: '', choice, count: 1 }))
        const { lines } = figuresOf(question(1, 'pin'), countedOf([...tallies, ...pinned], 1), [])
        const shown = lines.map((line) => line.people ?? 0)
        for (const number of shown) expect(number).toBeGreaterThanOrEqual(5)
        const left = cells.length + silent - sum(shown)
        expect(left === 0 || left >= 5).toBe(true)
      }),
    )
  })
})

describe('what is shown is still worth reading', () => {
  const many: Cell[] = ['North', 'South', 'East', ''].flatMap((area, at) => [
    { area, answers: { 1: ['Yes'] }, people: 30 - 4 * at },
    { area, answers: { 1: ['No'] }, people: 12 },
    { area, answers: { 1: ['Not sure'] }, people: at === 2 ? 2 : 9 },
  ])

  test('small answers are joined, not the whole table dropped', () => {
    const asked = [question(1, 'one', ['Yes', 'No', 'Not sure'])]
    const [figures] = factsOf(asked, ['North', 'South', 'East'], many).figures
    expect(problemIn(asked, ['North', 'South', 'East'], many)).toBeNull()
    expect(figures?.lines.map(({ label, said }) => [label, said])).toEqual([
      ['Yes', '96 (55%)'],
      ['No', '48 (28%)'],
      ['Not sure', '29 (17%)'],
    ])
    expect(figures?.areas?.columns).toEqual(['Yes', 'No', 'Not sure'])
    expect(figures?.areas?.rows.map(({ label }) => label)).toEqual(['North', 'South', 'Everybody else'])
  })

  test('a part of the area in which all said the same is not told apart', () => {
    const cells = [...many, { area: 'West', answers: { 1: ['Yes'] }, people: 20 }]
    const asked = [question(1, 'one', ['Yes', 'No', 'Not sure'])]
    const [figures] = factsOf(asked, ['North', 'South', 'East', 'West'], cells).figures
    expect(problemIn(asked, ['North', 'South', 'East', 'West'], cells)).toBeNull()
    expect(figures?.areas?.rows.map(({ label }) => label)).not.toContain('West')
    expect(figures?.areas?.rows.length).toBeGreaterThan(1)
  })

  test('one of a scale that few chose stands with its neighbour, and the mean says that it is about so much', () => {
    const cells = [2, 5, 20, 9, 6].map((number, at) => ({ area: '', answers: { 1: [`${at + 1}`] }, people: number }))
    const asked = [question(1, 'scale', [], 5)]
    const [figures] = factsOf(asked, [], cells).figures
    expect(problemIn(asked, [], cells)).toBeNull()
    expect(figures?.lines.map(({ label, people: number }) => [label, number])).toEqual([
      ['1 to 2', 7],
      ['3', 20],
      ['4', 9],
      ['5', 6],
    ])
    expect(figures?.notes).toEqual(['All 42 people answered this question.', 'On average about 3.3 out of 5.', 'The middle answer is 3.'])
  })
})
