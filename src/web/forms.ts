/**
 * Input from outside, parsed by zod or refused with a message by field.
 */
import { z } from 'zod'
import { NotFound, Refused } from '../errors.ts'
import { cleanLine, cleanText, fits, hasWords } from '../text/input.ts'

/** Parses what a form sent. Throws `Refused` with the first message of each field. */
export function parseForm<T extends z.ZodType>(form: T, sent: unknown): z.output<T> {
  const parsed = form.safeParse(sent ?? {})
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) fields[issue.path.join('.')] ??= issue.message
  throw new Refused('There is a problem with what you sent', fields)
}

/** An id from an address or a form: a positive whole number that fits, or there is no such thing. */
export function parseId(text: unknown): number {
  if (typeof text !== 'string' || !/^[1-9]\d{0,14}$/.test(text)) throw new NotFound()
  return Number(text)
}

/** The number before the first hyphen: posts are addressed as `123-what-it-says`. */
export const parseLeadingId = (text: string): number => parseId(text.split('-', 1)[0])

/** What a form sent, as strings, to fill it in again. */
export function typed(body: unknown): Record<string, string> {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

const tooLong = (max: number) => `must be ${max.toLocaleString('en-GB')} characters or fewer`

/** Several lines of text with something in them. `name` begins the message: "Your comment". */
export const words = (name: string, empty: string, max: number) =>
  z
    .string({ error: empty })
    .max(200_000, `${name} ${tooLong(max)}`)
    .transform(cleanText)
    .refine(hasWords, empty)
    .refine((text) => fits(text, max), `${name} ${tooLong(max)}`)

/** One line of text with something in it. */
export const line = (name: string, empty: string, max: number) =>
  z
    .string({ error: empty })
    .max(20_000, `${name} ${tooLong(max)}`)
    .transform(cleanLine)
    .refine(hasWords, empty)
    .refine((text) => fits(text, max), `${name} ${tooLong(max)}`)

/** A text that may be left out; empty means null. */
export const optionalWords = (name: string, max: number) =>
  z
    .string()
    .max(200_000, `${name} ${tooLong(max)}`)
    .default('')
    .transform(cleanText)
    .refine((text) => fits(text, max), `${name} ${tooLong(max)}`)
    .transform((text) => (hasWords(text) ? text : null))

/** The key that a form carries so that sending it twice makes one thing. */
export const clientKey = z.uuid({ error: 'This page is out of date. Reload it and try again.' })

/** An id chosen in a form. */
export const idField = (message: string) =>
  z
    .string({ error: message })
    .regex(/^[1-9]\d{0,14}$/, message)
    .transform(Number)

/** An address that is kept or sent on: where a phone says it is stays in it only roughly, as in `geography/rough.ts`. */
export const withoutFinePosition = (path: string): string => path.replace(/(\d\.\d{3})\d+/g, '$1')

/** An address on this site to go back to: a path, never another host. */
export function safePath(text: unknown, otherwise = '/'): string {
  // A backslash or a second slash would make browsers read it as a host. Addresses are ASCII; anything else cannot stand in a header.
  return typeof text === 'string' && text.length <= 2000 && /^\/(?!\/)[!-[\]-~]*$/.test(text) ? text : otherwise
}
