/**
 * A neighbourhood as the force published it, read into our own shape: checked, decoded, sanitised. What the source did not have is
 * null, which leaves alone what is stored; what it had but was empty is empty.
 */
import type { ContactDetails, Link } from '../teams/schema.ts'
import type { Position } from '../geography/schema.ts'
import { MISSING, SourceFailure } from './answer.ts'
import {
  addressOf,
  contactOf,
  degreesOf,
  htmlOf,
  isRecord,
  lineOf,
  localTimeOf,
  populationOf,
  recordsOf,
  textOf,
  urlOf,
  type Loose,
} from './loose.ts'
import { closeRing, isNearUk } from './ring.ts'

export interface TeamDetail {
  descriptionHtml: string | null
  forcePage: string | null
  population: number | null
  centreLat: number | null
  centreLng: number | null
  contact: ContactDetails
  links: Link[]
}

export interface Person {
  name: string
  rank: string | null
  bioHtml: string | null
  contact: ContactDetails
}

export interface Station {
  name: string
  kind: string
  address: string | null
  postcode: string | null
  telephone: string | null
  descriptionHtml: string | null
  lat: number | null
  lng: number | null
}

export interface Neighbourhood {
  id: string
  name: string
  detail: TeamDetail | null
  locations: Station[] | null
  people: Person[] | null
  ring: Position[] | null
  events: Loose[] | null
  priorities: Loose[] | null
  /** What in it was refused, and why. */
  refused: { what: string; why: string }[]
}

export interface Answers {
  detail: unknown
  boundary: unknown
  people: unknown
  events: unknown
  priorities: unknown
}

const MOST_BAD_POINTS = 0.1

/** Reads all answers about one neighbourhood. Throws SourceFailure when one of them has not the shape of its kind at all. */
export function readNeighbourhood(listed: { id: string; name: string }, answers: Answers): Neighbourhood {
  const refused: Neighbourhood['refused'] = []
  const refuse = (what: string, why: string): void => void refused.push({ what: `${listed.id} ${what}`, why })
  const detail = answers.detail === MISSING ? null : recordOrFail(answers.detail, 'neighbourhood')
  if (detail && detail['id'] !== undefined && detail['id'] !== listed.id) throw new SourceFailure('its answer is about another neighbourhood')
  return {
    id: listed.id,
    name: lineOf(detail?.['name']) ?? listed.name,
    detail: detail && detailOf(detail),
    locations: detail && recordsOf(detail['locations']).flatMap(stationOf),
    people: readList(answers.people, 'people', personOf, 'without a name', refuse),
    ring: ringOf(answers.boundary, refuse),
    events: readList(answers.events, 'events', eventOf, 'without a title or a start', refuse),
    priorities: readList(answers.priorities, 'priorities', priorityOf, 'without a text', refuse),
    refused,
  }
}

function recordOrFail(value: unknown, what: string): Loose {
  if (!isRecord(value)) throw new SourceFailure(`its answer for ${what} has another shape`)
  return value
}

type Refuse = (what: string, why: string) => void

/** The entries that can be read; the others are counted. Null when the source has no such list. */
function readList<T>(answer: unknown, what: string, read: (entry: Loose) => T | null, flaw: string, refuse: Refuse): T[] | null {
  if (answer === MISSING) return null
  // Some services answer null where they have nothing.
  if (answer !== null && !Array.isArray(answer)) throw new SourceFailure(`its answer for ${what} has another shape`)
  const entries: unknown[] = answer ?? []
  const kept = entries.flatMap((entry) => (isRecord(entry) ? (read(entry) ?? []) : [])) as T[]
  if (kept.length < entries.length) refuse(what, `${entries.length - kept.length} of ${entries.length} left out: ${flaw}.`)
  return kept
}

function detailOf(detail: Loose): TeamDetail {
  const centre = isRecord(detail['centre']) ? detail['centre'] : {}
  const lat = degreesOf(centre['latitude'], 90)
  const lng = degreesOf(centre['longitude'], 180)
  const isPlaced = lat !== null && lng !== null && isNearUk(lat, lng)
  return {
    descriptionHtml: htmlOf(detail['description']) ?? htmlOf(detail['welcome_message']),
    forcePage: urlOf(detail['url_force']),
    population: populationOf(detail['population']),
    centreLat: isPlaced ? lat : null,
    centreLng: isPlaced ? lng : null,
    contact: contactOf(detail['contact_details']),
    links: recordsOf(detail['links']).flatMap(linkOf),
  }
}

function linkOf(link: Loose): Link[] {
  const url = urlOf(link['url'])
  if (!url) return []
  const description = textOf(link['description'])
  return [{ url, title: lineOf(link['title']) ?? new URL(url).host ?? url, ...(description && { description }) }]
}

function personOf(person: Loose): Person | null {
  const name = lineOf(person['name'])
  return name === null ? null : { name, rank: lineOf(person['rank']), bioHtml: htmlOf(person['bio']), contact: contactOf(person['contact_details']) }
}

function stationOf(place: Loose): Station[] {
  const address = addressOf(place['address'])
  const name = lineOf(place['name']) ?? (address && 'Police station')
  if (!name) return []
  const lat = degreesOf(place['latitude'], 90)
  const lng = degreesOf(place['longitude'], 180)
  const isPlaced = lat !== null && lng !== null && isNearUk(lat, lng)
  return [
    {
      name,
      kind: lineOf(place['type']) ?? 'station',
      address,
      postcode: lineOf(place['postcode']),
      telephone: lineOf(place['telephone']),
      descriptionHtml: htmlOf(place['description']),
      lat: isPlaced ? lat : null,
      lng: isPlaced ? lng : null,
    },
  ]
}

/** Kept under the publisher's own keys, so that it can be served back as it came. */
function eventOf(event: Loose): Loose | null {
  const title = lineOf(event['title'])
  const start = localTimeOf(event['start_date'])
  if (title === null || start === null) return null
  return {
    title,
    type: lineOf(event['type']),
    description: htmlOf(event['description']),
    address: addressOf(event['address']),
    start_date: start,
    end_date: localTimeOf(event['end_date']),
    contact_details: contactOf(event['contact_details']),
  }
}

function priorityOf(priority: Loose): Loose | null {
  const issue = htmlOf(priority['issue'])
  if (issue === null) return null
  return {
    issue,
    'issue-date': localTimeOf(priority['issue-date']),
    action: htmlOf(priority['action']),
    'action-date': localTimeOf(priority['action-date']),
  }
}

/** One ring, the first point repeated at the end. No points at all say that nobody drew one; a bad ring leaves the stored one alone. */
function ringOf(answer: unknown, refuse: Refuse): Position[] | null {
  if (answer === MISSING) return null
  if (!Array.isArray(answer)) throw new SourceFailure('its answer for boundary has another shape')
  if (answer.length === 0) return null
  const corners = answer.flatMap((point: unknown): Position[] => {
    const lat = isRecord(point) ? degreesOf(point['latitude'], 90) : null
    const lng = isRecord(point) ? degreesOf(point['longitude'], 180) : null
    return lat !== null && lng !== null && isNearUk(lat, lng) ? [[lng, lat]] : []
  })
  const bad = answer.length - corners.length
  if (bad > 0) refuse('boundary', `${bad} of ${answer.length} points are not in the United Kingdom.`)
  // A line may lose a point; one that loses many is another line.
  if (bad > answer.length * MOST_BAD_POINTS) return null
  const ring = closeRing(corners)
  if (typeof ring !== 'string') return ring
  refuse('boundary', ring)
  return null
}
