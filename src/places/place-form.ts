/**
 * A place as it is typed: read kindly, refused with a message by field, and written back in the same words. The same form serves whoever opens a place,
 * whoever changes it, and what a partner proposes.
 */
import type { z } from 'zod'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { postcodeByKey } from '../geography/postcode.ts'
import { dayKey } from '../text/dates.ts'
import { dayAfter } from './hours.ts'
import type { PlacePage } from './place.ts'
import { PlaceForm, rounded, WEEKDAYS } from './place-fields.ts'
import type { Exceptions, PlaceKind, Week } from './schema.ts'
import { typedExceptions, typedSpans } from './typed-hours.ts'

/** The fields as text: what a browser sent, and what a change of a place keeps. */
export type TypedPlace = Record<string, string>

/** What a place is, apart from who looks after it. */
export interface PlaceContent {
  name: string
  kind: PlaceKind
  partnerName: string | null
  description: string
  address: string
  postcode: string | null
  lat: number
  lng: number
  accessNotes: string
  telephone: string | null
  web: string | null
  week: Week
  exceptions: Exceptions
  bankHolidays: 'closed' | 'as-usual'
}

/** Reads what was typed; looks the position up where only a postcode says it. Throws `Refused` with everything that is wrong, in the form's order. */
export async function readPlace(db: Database, typed: TypedPlace): Promise<PlaceContent> {
  const read = PlaceForm.safeParse(typed)
  const problems = new Map<string, string>(crossChecks(typed))
  for (const { path, message } of read.error?.issues ?? []) problems.set(path.join('.'), message)
  if (read.success && problems.size === 0) {
    const point = await pointOf(db, read.data)
    if (point) return contentOf(read.data, point)
    problems.set('postcode', UNKNOWN)
  }
  const inOrder = Object.keys(PlaceForm.shape).flatMap((field) => {
    const message = problems.get(field)
    return message === undefined ? [] : [[field, message] as const]
  })
  throw new Refused('There is a problem with what you sent', Object.fromEntries(inOrder))
}

const UNKNOWN = 'We do not know where this postcode is. Check it, or enter the latitude and longitude'

/** What one field asks of another; also said while others are wrong. */
function* crossChecks(typed: TypedPlace): Generator<[field: string, problem: string]> {
  const has = (field: string): boolean => (typed[field] ?? '').trim() !== ''
  if (typed['kind'] === 'partner' && !has('partner')) yield ['partner', 'Enter who runs the service']
  if (has('lat') && !has('lng')) yield ['lng', 'Enter the longitude too, or leave both empty']
  if (has('lng') && !has('lat')) yield ['lat', 'Enter the latitude too, or leave both empty']
  if (!has('postcode') && !has('lat') && !has('lng')) yield ['postcode', 'Enter the postcode, or the latitude and longitude']
}

type Read = z.output<typeof PlaceForm>

async function pointOf(db: Database, { lat, lng, postcode: display }: Read): Promise<{ lat: number; lng: number } | null> {
  if (lat !== null && lng !== null) return { lat, lng }
  return display === null ? null : pointOfPostcode(db, display)
}

async function pointOfPostcode(db: Database, display: string): Promise<{ lat: number; lng: number } | null> {
  const found = await postcodeByKey(db, display.replace(' ', ''))
  return found?.point ? { lat: rounded(found.point.lat), lng: rounded(found.point.lng) } : null
}

const contentOf = (read: Read, { lat, lng }: { lat: number; lng: number }): PlaceContent => ({
  name: read.name,
  kind: read.kind,
  partnerName: read.kind === 'partner' ? read.partner : null,
  description: read.description ?? '',
  address: read.address,
  postcode: read.postcode,
  lat,
  lng,
  accessNotes: read.access,
  telephone: read.telephone,
  web: read.web,
  week: WEEKDAYS.map((day) => read[day]),
  exceptions: read.exceptions,
  bankHolidays: read.holidays,
})

/** The form of a place, complete: reading it gives the same place. */
export const formOf = (place: PlaceContent): TypedPlace => ({
  name: place.name,
  kind: place.kind,
  partner: place.partnerName ?? '',
  description: place.description,
  address: place.address,
  postcode: place.postcode ?? '',
  lat: String(place.lat),
  lng: String(place.lng),
  access: place.accessNotes,
  telephone: place.telephone ?? '',
  web: place.web ?? '',
  ...Object.fromEntries(WEEKDAYS.map((day, index) => [day, typedSpans(place.week[index] ?? [])])),
  holidays: place.bankHolidays,
  exceptions: typedExceptions(place.exceptions),
})

/** Without days that were long over at that moment. */
export function comingDays(exceptions: Exceptions, moment: Date): Exceptions {
  const yesterday = dayAfter(dayKey(moment), -1)
  return Object.fromEntries(Object.entries(exceptions).filter(([day]) => day >= yesterday))
}

/** For changing a place: without days that are long over, and without a position that its postcode says, so that a new postcode moves it. */
export async function editFormOf(db: Database, place: PlacePage): Promise<TypedPlace> {
  const form = formOf({ ...place, description: place.descriptionText, exceptions: comingDays(place.exceptions, now()) })
  const point = place.postcode === null ? null : await pointOfPostcode(db, place.postcode)
  return point?.lat === place.lat && point.lng === place.lng ? { ...form, lat: '', lng: '' } : form
}
