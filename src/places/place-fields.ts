/** The fields of the form of a place: each read kindly, or refused with a message that says what to enter. */
import { z } from 'zod'
import { now } from '../clock.ts'
import { parsePostcode } from '../geography/postcode.ts'
import { line, optionalWords, words } from '../web/forms.ts'
import { PLACE_KINDS, type Exceptions, type Span } from './schema.ts'
import { readExceptions, readHours } from './typed-hours.ts'

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
type Weekday = (typeof WEEKDAYS)[number]

export const weekdayName = (day: Weekday): string => day.charAt(0).toUpperCase() + day.slice(1)

const hoursOf = (day: Weekday) =>
  z.string({ error: `Enter the hours for ${weekdayName(day)}, or “closed”` }).transform((text, context): Span[] => {
    const read = readHours(text)
    if ('spans' in read) return read.spans
    context.addIssue({
      code: 'custom',
      message: text.trim() === '' ? `Enter the hours for ${weekdayName(day)}, or “closed”` : `${weekdayName(day)}: ${lowered(read.problem)}`,
    })
    return []
  })

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

const LONGEST_LIST = 5000
const exceptions = z
  .string()
  .max(LONGEST_LIST, 'The days that differ must be 5,000 characters or fewer')
  .default('')
  .transform((text, context): Exceptions => {
    const read = readExceptions(text, now())
    if ('exceptions' in read) return read.exceptions
    context.addIssue({ code: 'custom', message: read.problem })
    return {}
  })

const POSTCODE = 'Enter a full postcode, like LN4 2LE'
const postcode = z
  .string()
  .default('')
  .transform((text, context): string | null => {
    if (text.trim() === '') return null
    const read = parsePostcode(text)
    if (read?.kind === 'full') return read.display
    context.addIssue({ code: 'custom', message: POSTCODE })
    return null
  })

/** The United Kingdom with its islands, and a little sea. A guard of the table says the same. */
const RANGES = { lat: [49, 61.5, 'Latitude', '53.187'], lng: [-9, 2.5, 'Longitude', '-0.532'] } as const

/** To a metre or so: as much as a door needs. */
export const rounded = (degrees: number): number => Math.round(degrees * 100_000) / 100_000

const degrees = (field: keyof typeof RANGES) => {
  const [low, high, name, example] = RANGES[field]
  return z
    .string()
    .default('')
    .transform((text, context): number | null => {
      const typed = text.trim().replace(/^[−–]/, '-')
      if (typed === '') return null
      const value = /^-?\d{1,3}(\.\d{1,12})?$/.test(typed) ? Number(typed) : Number.NaN
      if (value >= low && value <= high) return rounded(value)
      context.addIssue({ code: 'custom', message: `${name} must be a number between ${low} and ${high}, like ${example}` })
      return null
    })
}

const telephone = z
  .string()
  .default('')
  .transform((text) => text.replace(/\s+/g, ' ').trim())
  .refine((text) => text === '' || /^\+?[\d ()-]{3,20}$/.test(text), 'Enter a telephone number, like 101 or 01522 000 000')
  .transform((text) => (text === '' ? null : text))

const WEB = 'Enter a web address, like www.example.org'
const web = z
  .string()
  .max(500, WEB)
  .default('')
  .transform((text, context): string | null => {
    const typed = text.trim()
    if (typed === '') return null
    const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`
    const read = URL.canParse(address) ? new URL(address) : null
    if (read && read.hostname.includes('.') && read.username === '' && !/\s/.test(typed)) return read.href
    context.addIssue({ code: 'custom', message: WEB })
    return null
  })

export const PlaceForm = z.object({
  name: line('The name', 'Enter the name of the place', 100),
  kind: z.enum(PLACE_KINDS, { error: 'Choose what kind of place it is' }),
  partner: optionalWords('Who runs it', 100),
  description: optionalWords('What people find there', 3000),
  address: line('The address', 'Enter the address', 200),
  postcode,
  lat: degrees('lat'),
  lng: degrees('lng'),
  access: words('The access notes', 'Say how people get in: steps, ramps, doors, parking, hearing loop', 1000),
  telephone,
  web,
  monday: hoursOf('monday'),
  tuesday: hoursOf('tuesday'),
  wednesday: hoursOf('wednesday'),
  thursday: hoursOf('thursday'),
  friday: hoursOf('friday'),
  saturday: hoursOf('saturday'),
  sunday: hoursOf('sunday'),
  holidays: z.enum(['closed', 'as-usual'], { error: 'Choose what holds on bank holidays' }),
  exceptions,
})
