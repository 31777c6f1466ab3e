/** What differs between two forms of a place, in words for people. */
import { KIND_NAMES } from './place.ts'
import { WEEKDAYS, weekdayName } from './place-fields.ts'
import type { TypedPlace } from './place-form.ts'
import { PLACE_KINDS, type PlaceKind } from './schema.ts'

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  kind: 'Kind',
  partner: 'Who runs it',
  description: 'What people find there',
  address: 'Address',
  postcode: 'Postcode',
  lat: 'Latitude',
  lng: 'Longitude',
  access: 'Getting in',
  telephone: 'Telephone',
  web: 'Website',
  ...Object.fromEntries(WEEKDAYS.map((day) => [day, weekdayName(day)])),
  holidays: 'Bank holidays',
  exceptions: 'Days that differ',
}

export interface Difference {
  label: string
  before: string
  after: string
}

/** Field by field. Of a place that is not there yet: everything that is filled in. */
export const differencesOf = (before: TypedPlace, after: TypedPlace): Difference[] =>
  Object.entries(LABELS).flatMap(([field, label]) => {
    const [was, is] = [shown(field, before[field]), shown(field, after[field])]
    return was === is ? [] : [{ label, before: was, after: is }]
  })

function shown(field: string, value = ''): string {
  if (field === 'holidays') return { closed: 'Closed', 'as-usual': 'As on other days' }[value] ?? ''
  if (field === 'kind') return PLACE_KINDS.some((kind) => kind === value) ? KIND_NAMES[value as PlaceKind] : ''
  return value.trim()
}
