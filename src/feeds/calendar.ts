/**
 * Where people can meet a team or help it, for their calendars (RFC 5545): what is not over. What was called off stays in it, marked so, with a higher
 * sequence: what simply vanishes, some programs keep for ever.
 */
import ical, { ICalCalendarMethod, ICalEventClass, ICalEventStatus, ICalEventTransparency, type ICalCalendar } from 'ical-generator'
import type { Config } from '../config.ts'
import type { OccasionItem } from '../occasions/occasion.ts'
import type { PresenceItem } from '../places/presence.ts'

const HOUR = 3600

interface Subject {
  /** "Bracebridge Heath team: meet us" */
  name: string
  /** Of the calendar itself, without host. */
  path: string
  /** Of the page that shows the same, without host. */
  page: string
}

/** One time at one venue. */
export interface CalendarEntry {
  /** For good, and like no other: `presence-5`, `occasion-8`. */
  uid: string
  sequence: number
  changedAt: Date
  startsAt: Date
  endsAt: Date
  title: string
  summary: string
  path: string
  teamName: string
  where: string
  address: string | null
  ground: { lat: number; lng: number } | null
  cancelledBecause: string | null
  category: string
}

export const entryOfPresence = (presence: PresenceItem): CalendarEntry => ({
  ...presence,
  uid: `presence-${presence.id}`,
  where: presence.placeName,
  ground: { lat: presence.lat, lng: presence.lng },
  category: 'Meet us',
})

export const entryOfOccasion = (occasion: OccasionItem): CalendarEntry => ({
  ...occasion,
  uid: `occasion-${occasion.id}`,
  ground: occasion.lat === null || occasion.lng === null ? null : { lat: occasion.lat, lng: occasion.lng },
  category: occasion.kind === 'event' ? 'Event' : 'Can you help?',
})

/** In the order of their beginning. */
export function calendarOf(config: Config, { name, path, page }: Subject, entries: readonly CalendarEntry[]): string {
  const calendar = ical({
    name,
    prodId: { company: config.force.name, product: 'Blue Lamp', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: HOUR,
    source: `${config.publicUrl}${path}`,
    url: `${config.publicUrl}${page}`,
  })
  const ordered = entries.toSorted((one, other) => one.startsAt.getTime() - other.startsAt.getTime() || (one.uid < other.uid ? -1 : 1))
  for (const entry of ordered) addEntry(calendar, config, entry)
  return calendar.toString()
}

function addEntry(calendar: ICalCalendar, config: Config, entry: CalendarEntry): void {
  const { uid, sequence, changedAt, startsAt, endsAt, title, summary, path, teamName, where, address, ground, cancelledBecause, category } = entry
  const isCancelled = cancelledBecause !== null
  calendar.createEvent({
    id: `${uid}@${new URL(config.publicUrl).hostname}`,
    sequence,
    stamp: changedAt,
    lastModified: changedAt,
    start: startsAt,
    end: endsAt,
    summary: isCancelled ? `Called off: ${title}` : title,
    description: [cancelledBecause, summary, `${config.publicUrl}${path}`].filter((part) => part).join('\n\n'),
    location: placeOf(where, address, ground),
    url: `${config.publicUrl}${path}`,
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    // To know of it keeps nobody busy.
    transparency: ICalEventTransparency.TRANSPARENT,
    class: ICalEventClass.PUBLIC,
    categories: [{ name: category }],
    organizer: { name: `${teamName} neighbourhood team`, email: config.mailFrom },
  })
}

const placeOf = (title: string, address: string | null, ground: CalendarEntry['ground']) => ({
  title,
  ...(address === null ? {} : { address }),
  ...(ground === null ? {} : { geo: { lat: ground.lat, lon: ground.lng } }),
})
