/** Answers added up: how many gave which, by part of the area and by the way they came. Pure. */
import type { Answer, AnswerValue, Channel, Question } from './question.ts'

export interface AddedUp {
  questionId: number
  area: string
  channel: Channel
  choice: string
  count: number
}

export interface WrittenWords {
  questionId: number
  words: string
}

/** Question 0 is "answered at all"; the choice "" of a question "answered it". What is no answer to its question is left out. */
export function addUp(questions: readonly Question[], answers: readonly Answer[]): AddedUp[] {
  const byId = new Map(questions.map((question) => [String(question.id), question]))
  const sums = new Map<string, AddedUp>()
  const add = (questionId: number, { area, channel }: Answer, choice: string): void => {
    const key = JSON.stringify([questionId, area, channel, choice])
    const known = sums.get(key) ?? { questionId, area: area ?? '', channel, choice, count: 0 }
    known.count++
    sums.set(key, known)
  }
  for (const answer of answers) {
    add(0, answer, '')
    for (const [id, value] of Object.entries(answer.values)) {
      const question = byId.get(id)
      const choices = question ? choicesIn(question, value) : []
      if (question && choices.length > 0) for (const choice of ['', ...choices]) add(question.id, answer, choice)
    }
  }
  return [...sums.values()]
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
