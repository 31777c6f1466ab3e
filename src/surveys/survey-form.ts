/** The forms in which a survey is made, opened and ended. */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { cleanLine, fits, hasWords } from '../text/input.ts'
import { readDate } from '../text/moment.ts'
import { clientKey, idField, line, optionalWords, parseForm, words } from '../web/forms.ts'
import type { QuestionWords } from './making.ts'
import { MOST } from './question.ts'
import { QUESTION_SORTS, type QuestionSort } from './schema.ts'

const STALE = 'This page is out of date. Open it again.'
const version = z.coerce.number({ error: STALE }).int(STALE)

const day = z
  .string({ error: 'Enter the last day' })
  .max(60, 'This is too long')
  .transform((text) => (hasWords(text) ? readDate(text) : ''))
  .refine((text) => text !== '', 'Enter the last day')
  .refine((text) => text !== null, 'The last day must be a real date, for example 27 March 2027')
  .transform((text) => text ?? '')

/** One a line, each once. */
const lines = (name: string, most: number, length: number) =>
  z
    .string()
    .max(20_000, 'This is too long')
    .default('')
    .transform((text) => [...new Set(text.split('\n').map(cleanLine).filter(hasWords))])
    .refine((all) => all.length <= most, `Enter at most ${most} ${name}`)
    .refine((all) => all.every((one) => fits(one, length)), `Each must be ${length} characters or fewer`)

const about = {
  title: line('The title', 'Enter a title', 150),
  intro: optionalWords('The introduction', 3000).transform((text) => text ?? ''),
  areas: lines('parts of the area', MOST.areas, MOST.area),
  closes: day,
}

const NewSurvey = z.object({
  ...about,
  team: idField('Choose a team'),
  audience: z.enum(['public', 'staff'], { error: 'Choose who answers it' }),
  key: clientKey,
})
const ChangedSurvey = z.object({ ...about, version })
const Versioned = z.object({ version })

export function readNewSurvey(sent: unknown) {
  const { team: teamId, key, ...rest } = parseForm(NewSurvey, sent)
  return { ...rest, teamId, clientKey: key }
}

export const readSurveyChange = (sent: unknown): z.output<typeof ChangedSurvey> => parseForm(ChangedSurvey, sent)

export const readVersion = (sent: unknown): number => parseForm(Versioned, sent).version

export const readReturn = (sent: unknown): { note: string; version: number } =>
  parseForm(z.object({ note: words('The note', 'Say what should change', 1000), version }), sent)

export const readCallingOff = (sent: unknown): string =>
  parseForm(z.object({ because: line('The reason', 'Say why it is called off. Readers will see it', 300) }), sent).because.toWellFormed()

/** Null: now. */
export function readClosing(sent: unknown): string | null {
  const { when } = parseForm(z.object({ when: z.enum(['now', 'day'], { error: 'Choose when it closes' }) }), sent)
  return when === 'now' ? null : parseForm(z.object({ closes: day }), sent).closes
}

export const readMove = (sent: unknown): { way: 'up' | 'down'; version: number } =>
  parseForm(z.object({ way: z.enum(['up', 'down']), version }), sent)

/** Half of a character cannot be stored with a scale. */
const end = z
  .string()
  .max(2000, 'It must be 60 characters or fewer')
  .default('')
  .transform((text) => cleanLine(text.toWellFormed()))

const QuestionForm = z.object({
  version,
  sort: z.enum(QUESTION_SORTS),
  title: line('The question', 'Enter the question', 300),
  hint: z
    .string()
    .max(20_000, 'This is too long')
    .default('')
    .transform(cleanLine)
    .refine((text) => fits(text, 300), 'The hint must be 300 characters or fewer'),
  required: z.literal('yes').optional(),
  options: lines('answers', MOST.options, MOST.option),
  top: z.coerce
    .number({ error: 'Choose a number from 3 to 10' })
    .int()
    .min(3, 'Choose a number from 3 to 10')
    .max(10, 'Choose a number from 3 to 10')
    .default(5),
  low: end,
  high: end,
})

export const hasOptions = (sort: QuestionSort): boolean => sort === 'one' || sort === 'several' || sort === 'rank'

/** Throws `Refused` by field. */
export function readQuestion(sent: unknown): QuestionWords & { version: number } {
  const { top, low, high, required, ...form } = parseForm(QuestionForm, sent)
  const problems: Record<string, string> = {}
  if (hasOptions(form.sort) && form.options.length < 2) problems['options'] = 'Enter two answers or more, one a line'
  if (form.sort === 'rank' && form.options.length > MOST.ranked) problems['options'] = `Enter at most ${MOST.ranked}: more is hard to put in order`
  for (const [name, text] of Object.entries({ low, high })) {
    if (form.sort !== 'scale') continue
    if (!hasWords(text)) problems[name] = 'Say in a word or two what this end means'
    else if (!fits(text, 60)) problems[name] = 'It must be 60 characters or fewer'
  }
  if (Object.keys(problems).length > 0) throw new Refused('There is a problem with what you sent', problems)
  return {
    ...form,
    required: required === 'yes',
    options: hasOptions(form.sort) ? form.options : [],
    scale: form.sort === 'scale' ? { top, low, high } : null,
  }
}
