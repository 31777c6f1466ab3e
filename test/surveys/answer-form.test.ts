import { describe, expect, test } from 'vitest'
import { fieldOf, readAnswers, sentOf, type Sent } from '../../src/surveys/answer-form.ts'
import { sizeFor } from '../../src/surveys/box.ts'
import { MOST, type Question } from '../../src/surveys/question.ts'
import { fits } from '../../src/text/input.ts'
import { ONE_OF_EACH } from './survey-world.ts'

const QUESTIONS: Question[] = ONE_OF_EACH.map((words, at) => ({ ...words, id: at + 1, surveyId: 1, position: at }))
const [one, several, scale, words, rank, pin] = QUESTIONS as [Question, Question, Question, Question, Question, Question]
const NO_POINTS = new Map()
const read = (sent: Sent, questions = QUESTIONS, points: Parameters<typeof readAnswers>[3] = NO_POINTS) =>
  readAnswers({ areas: ['Heath', 'Village'] }, questions, sent, points)

/** The same numbers in every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state
  }
}

describe('answers as they are sent', () => {
  test('one of each', () => {
    const sent = {
      area: '1',
      q1: '2',
      q2: ['2', '0', '2'],
      q3: '5',
      q4: ' It is dark. \r\n',
      'q5-0': '3',
      'q5-1': '1',
      'q5-2': '2',
      q6: '53.18712345,-0.53229',
    }
    expect(read(sent)).toEqual({
      area: 'Village',
      errors: {},
      values: {
        1: { sort: 'one', choice: 2 },
        2: { sort: 'several', choices: [0, 2] },
        3: { sort: 'scale', value: 5 },
        4: { sort: 'words', text: 'It is dark.' },
        5: { sort: 'rank', order: [1, 2, 0] },
        6: { sort: 'pin', cell: '53.187,-0.532' },
      },
    })
  })

  test('what is left out is left out, and what is asked of everybody is missed', () => {
    expect(read({})).toEqual({ area: null, values: {}, errors: { q1: 'Choose an answer' } })
    const all = QUESTIONS.map((question) => ({ ...question, required: true }))
    expect(Object.keys(read({}, all).errors)).toEqual(['q1', 'q2', 'q3', 'q4', 'q5-0', 'q6-place'])
    expect(read({ q4: ' \u200b ' }, [{ ...words, required: true }]).errors).toEqual({ q4: 'Write an answer' })
  })

  test.each([
    [one, { q1: '3' }],
    [one, { q1: '-1' }],
    [one, { q1: '1.0' }],
    [several, { q2: ['0', '3'] }],
    [scale, { q3: '0' }],
    [scale, { q3: '6' }],
    [words, { q4: 'x'.repeat(MOST.words + 1) }],
    [rank, { 'q5-0': '1', 'q5-1': '1', 'q5-2': '2' }],
    [rank, { 'q5-0': '1' }],
    [rank, { 'q5-0': '1', 'q5-1': '2', 'q5-2': '4' }],
    [pin, { q6: 'somewhere' }],
    [pin, { q6: '48.857,2.352' }],
  ])('what cannot be is refused at its field', (question, sent) => {
    const { values, errors } = read(sent, [question])
    expect([Object.keys(values), Object.keys(errors).length]).toEqual([[], 1])
  })

  test('a pin without a map: a postcode comes before a place, and both come rounded', () => {
    const points = new Map([
      ['q6-postcode', { lat: 53.1871999, lng: -0.5323999 }],
      ['q6-place', { lat: 53.2, lng: -0.5 }],
    ])
    expect(read({ 'q6-place': '9', 'q6-postcode': 'LN4 2LE' }, [pin], points).values).toEqual({ 6: { sort: 'pin', cell: '53.187,-0.532' } })
    expect(read({ 'q6-place': '9' }, [pin], points).values).toEqual({ 6: { sort: 'pin', cell: '53.200,-0.500' } })
    expect(Object.keys(read({ 'q6-place': '9' }, [pin], new Map([['q6-place', null]])).errors)).toEqual(['q6-place'])
  })

  test('whatever is sent, an answer is one that the questions allow', () => {
    const random = numbers(1)
    const next = (below: number): number => Number(random.next().value) % below
    const texts = [
      '',
      '0',
      '1',
      '2',
      '3',
      '5',
      '9',
      '-1',
      '1e1',
      ' 1',
      '٣',
      'x',
      '\ud800',
      '💡'.repeat(600),
      'a"\\\n',
      '53.1,-0.5',
      '91,0',
      '__proto__',
      '999999',
    ]
    const text = (): string => texts[next(texts.length)] ?? ''
    for (let round = 0; round < 3000; round++) {
      const body: Record<string, unknown> = { area: text() }
      for (const field of ['q1', 'q2', 'q3', 'q4', 'q5-0', 'q5-1', 'q5-2', 'q6'])
        if (next(4) > 0) body[field] = next(3) === 0 ? [text(), text()] : text()
      body[text()] = next(2) === 0 ? { nested: 1 } : [1, null]
      const { area, values } = read(sentOf(body))
      expect([null, 'Heath', 'Village']).toContain(area)
      for (const [id, value] of Object.entries(values)) expect(isAllowed(QUESTIONS[Number(id) - 1], value), JSON.stringify([body, value])).toBe(true)
      expect(Buffer.byteLength(JSON.stringify({ area, channel: 'doorstep', values })) + 4).toBeLessThanOrEqual(sizeFor(QUESTIONS))
    }
  })

  test('every order of a ranking comes back as it was meant', () => {
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const sent = Object.fromEntries(order.map((option, at) => [`q5-${option}`, String(at + 1)]))
      expect(read(sent, [rank]).values).toEqual({ 5: { sort: 'rank', order } })
    }
  })

  test('the longest possible answer fits into its envelope', () => {
    const options = Array.from({ length: MOST.options }, (_, at) => String(at))
    // A character as people count it: one of four.
    const area = '語\u20d7\u20d7\u20d7'.repeat(MOST.area)
    expect(fits(area, MOST.area)).toBe(true)
    for (let count = 1; count <= MOST.questions; count++)
      for (const sort of ['one', 'several', 'scale', 'words', 'rank', 'pin'] as const) {
        const questions = Array.from({ length: count }, (_, at): Question => ({
          ...words,
          id: 10_000_000_000 + at,
          sort,
          options: sort === 'words' || sort === 'pin' ? [] : options,
          scale: { top: 10, low: '', high: '' },
        }))
        const fields = questions.flatMap((question): [string, string | string[]][] => {
          const field = fieldOf(question)
          if (sort === 'rank') return options.map((_, at) => [`${field}-${at}`, String(at + 1)])
          return [[field, { one: '19', several: options, scale: '10', words: '語'.repeat(MOST.words), pin: '60.123,-0.532' }[sort]]]
        })
        const { values, errors } = readAnswers({ areas: [area] }, questions, { area: '0', ...Object.fromEntries(fields) }, NO_POINTS)
        expect([errors, Object.keys(values).length]).toEqual([{}, count])
        expect(Buffer.byteLength(JSON.stringify({ area, channel: 'doorstep', values })) + 4).toBeLessThanOrEqual(sizeFor(questions))
      }
  })
})

interface Loose {
  sort: string
  choice?: number
  choices?: number[]
  value?: number
  text?: string
  order?: number[]
  cell?: string
}

function isAllowed(question: Question | undefined, { sort, ...sent }: Loose): boolean {
  const options = question?.options.length ?? 0
  if (!question || sort !== question.sort) return false
  const rules: Record<string, () => boolean> = {
    one: () => sent.choice !== undefined && sent.choice >= 0 && sent.choice < options,
    several: () =>
      (sent.choices ?? []).length > 0 &&
      (sent.choices ?? []).every((choice, at, all) => choice >= 0 && choice < options && choice > (all[at - 1] ?? -1)),
    scale: () => sent.value !== undefined && sent.value >= 1 && sent.value <= (question.scale?.top ?? 0),
    words: () => (sent.text ?? '').trim() !== '' && (sent.text ?? '').length <= MOST.words,
    rank: () => (sent.order ?? []).toSorted((one, other) => one - other).join() === question.options.map((_, at) => at).join(),
    pin: () => /^\d\d\.\d{3},-?\d\.\d{3}$/.test(sent.cell ?? ''),
  }
  return rules[sort]?.() ?? false
}
