/**
 * Answers added up: how many gave which, by part of the area, and how many came which way. Pure.
 *
 * What is kept must not single anybody out either: whoever is the only one of a part of the area, or the only one who came on the web, would have all their
 * answers side by side, and the account that answered may be known. So parts that are too small are added up together, and ways only for everybody.
 */
import { NONE, partsOf } from './partition.ts'
import type { Answer, AnswerValue, Channel, Question } from './question.ts'

export interface AddedUp {
  questionId: number
  /** Several, one a line, for those that are too small. */
  area: string
  /** Empty for all ways together. */
  channel: Channel | ''
  choice: string
  count: number
}

export interface WrittenWords {
  questionId: number
  words: string
}

/** Question 0 is "answered at all"; the choice "" of a question "answered it". What is no answer to its question is left out. */
export function addUp(questions: readonly Question[], answers: readonly Answer[], areas: readonly string[]): AddedUp[] {
  const byId = new Map(questions.map((question) => [String(question.id), question]))
  const homes = homesOf(answers, areas)
  const sums = new Map<string, AddedUp>()
  const add = (line: Omit<AddedUp, 'count'>): void => {
    const key = JSON.stringify([line.questionId, line.area, line.channel, line.choice])
    const known = sums.get(key) ?? { ...line, count: 0 }
    known.count++
    sums.set(key, known)
  }
  for (const { area: said, channel, values } of answers) {
    const area = homes.get(said ?? NONE) ?? NONE
    add({ questionId: 0, area: NONE, channel, choice: '' })
    add({ questionId: 0, area, channel: '', choice: '' })
    for (const [id, value] of Object.entries(values)) {
      const question = byId.get(id)
      const choices = question ? choicesIn(question, value) : []
      if (question && choices.length > 0) for (const choice of ['', ...choices]) add({ questionId: question.id, area, channel: '', choice })
    }
  }
  return [...sums.values()]
}

/** Under which name each part of the area is kept. */
function homesOf(answers: readonly Answer[], areas: readonly string[]): Map<string, string> {
  const sizes = new Map([...areas, NONE].map((area) => [area, 0]))
  for (const { area } of answers) sizes.set(area ?? NONE, (sizes.get(area ?? NONE) ?? 0) + 1)
  return new Map(partsOf(sizes).flatMap(({ of }) => of.map((area) => [area, of.join('\n')] as const)))
}

/** Empty for no answer. Words are kept elsewhere: here only that there were some. */
function choicesIn(question: Question, value: AnswerValue): string[] {
  if (value.sort !== question.sort) return []
  const options = (places: readonly number[]): string[] => [...new Set(places)].flatMap((place) => question.options[place] ?? [])
  switch (value.sort) {
    case 'one':
      return options([value.choice])
    case 'several':
      return options(value.choices)
    case 'scale':
      return [String(value.value)]
    case 'rank':
      return options(value.order).map((option, at) => `${option}|${at + 1}`)
    case 'pin':
      return [value.cell]
    case 'words':
      return value.text === '' ? [] : [WROTE]
  }
}

const WROTE = 'wrote'

export const wordsIn = (answers: readonly Answer[]): WrittenWords[] =>
  answers.flatMap(({ values }) =>
    Object.entries(values).flatMap(([id, value]) =>
      value.sort === 'words' && value.text !== '' ? [{ questionId: Number(id), words: value.text }] : [],
    ),
  )
