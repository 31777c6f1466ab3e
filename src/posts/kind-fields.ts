/**
 * Reads the fields of a kind from a form, and says them for readers.
 */
import { Refused } from '../errors.ts'
import { dayKey, sayDate } from '../text/dates.ts'
import { cleanLine, cleanText, fits, hasWords } from '../text/input.ts'
import { readDate } from '../text/moment.ts'
import type { KindField } from './kind.ts'
import type { Details, DraftForm } from './schema.ts'

/** What is wrong, by field; the first message of each stays. A map: field names come from outside. */
export class Problems {
  readonly #found = new Map<string, string>()

  add(field: string, message: string | null): void {
    if (message !== null && !this.#found.has(field)) this.#found.set(field, message)
  }

  /** What `read` answers; null when it is refused, and then its messages are here. */
  collect<T>(read: () => T): T | null {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      for (const [field, message] of Object.entries(error.fields)) this.add(field, message)
      return null
    }
  }

  /** Throws `Refused` when there is any. */
  refuse(): void {
    if (this.#found.size > 0) throw new Refused('There is a problem with what you sent', Object.fromEntries(this.#found))
  }
}

const MAX = { line: 120, words: 2000, date: 40, number: 10, choice: 60, check: 10 } as const

/** The longest that somebody can have typed into a field for it to be kept: raw, so four times what can be published. */
export const roomFor = (field: KindField): number => 4 * (field.type === 'number' ? MAX.number : (field.max ?? MAX[field.type]))

/** Is there something to read in it? */
export const isFilled = (form: DraftForm, name: string): boolean => hasWords(cleanText(form[name] ?? ''))

/** The details of a form: only what was filled in, cleaned, dates as "2027-03-27". What is wrong goes to `problems`. */
export function readFields(fields: readonly KindField[], form: DraftForm, today: Date, problems: Problems): Details {
  const details: Details = {}
  for (const field of fields) {
    const typed = form[field.name] ?? ''
    if (isFilled(form, field.name)) {
      const value = problems.collect(() => readField(field, typed, today))
      if (value !== null && value !== false) details[field.name] = value
    } else if (field.optional !== true && field.type !== 'check') problems.add(field.name, field.missing)
  }
  return details
}

function readField(field: KindField, typed: string, today: Date): string | number | boolean {
  const wrong = (message: string) => new Refused(message, { [field.name]: message })
  if (field.type === 'check') return ['yes', 'on', 'true'].includes(typed.trim())
  if (field.type === 'number') return readNumber(field, typed, wrong)
  if (field.type === 'choice') {
    if (field.options?.some(([value]) => value === typed.trim()) !== true) throw wrong(field.missing)
    return typed.trim()
  }
  if (field.type === 'date') return readPastOrAny(field, typed, today, wrong)
  const max = field.max ?? MAX[field.type]
  if (!fits(typed, 4 * max)) throw wrong(`${field.label} must be ${max.toLocaleString('en-GB')} characters or fewer`)
  const text = field.type === 'line' ? cleanLine(typed) : cleanText(typed)
  if (!fits(text, max)) throw wrong(`${field.label} must be ${max.toLocaleString('en-GB')} characters or fewer`)
  const problem = field.rule?.(text) ?? null
  if (problem !== null) throw wrong(problem)
  return text
}

function readNumber(field: KindField, typed: string, wrong: (message: string) => Refused): number {
  const { min = 0, max = 999 } = field
  const number = Number(typed.trim())
  if (!/^\d{1,3}$/.test(typed.trim()) || number < min || number > max) throw wrong(`${field.label} must be a whole number from ${min} to ${max}`)
  return number
}

function readPastOrAny(field: KindField, typed: string, today: Date, wrong: (message: string) => Refused): string {
  const day = readDate(typed, today)
  if (day === null) throw wrong(`${field.label} must be a real date, for example 27/3/2027`)
  if (field.past === true && day > dayKey(today)) throw wrong(`${field.label} must be today or in the past`)
  return day
}

/** A kept day as people say it: "27 March 2027". */
export const sayDay = (day: string): string => sayDate(new Date(`${day}T12:00:00Z`))

/** The details that were filled in, with the labels of their fields, in the order of the fields. */
export function sayFields(fields: readonly KindField[], details: Details): [string, string][] {
  return fields.flatMap((field): [string, string][] => {
    const value = details[field.name]
    return value === undefined || value === null || value === false ? [] : [[field.label, sayValue(field, value)]]
  })
}

function sayValue(field: KindField, value: string | number | true): string {
  if (value === true) return 'Yes'
  if (field.type === 'choice') return field.options?.find(([option]) => option === value)?.[1] ?? String(value)
  return field.type === 'date' ? sayDay(String(value)) : String(value)
}
