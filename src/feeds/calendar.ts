/**
 * Where people can meet a team, for their calendars (RFC 5545): what is not over. What was called off stays in it, marked so, with a higher sequence:
 * what simply vanishes, some programs keep for ever.
 */
import ical, { ICalCalendarMethod, ICalEventClass, ICalEventStatus, ICalEventTransparency, type ICalCalendar } from 'ical-generator'
import type { Config } from '../config.ts'
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

export function calendarOf(config: Config, { name, path, page }: Subject, presences: readonly PresenceItem[]): string {
  const calendar = ical({
    name,
    prodId: { company: config.force.name, product: 'Blue Lamp', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: HOUR,
    source: `${config.publicUrl}${path}`,
    url: `${config.publicUrl}${page}`,
  })
  for (const presence of presences) addPresence(calendar, config, presence)
  return calendar.toString()
}

function addPresence(calendar: ICalCalendar, config: Config, presence: PresenceItem): void {
  const { teamName, placeName, address, lat, lng, cancelledAt, changedAt } = presence
  const organizer = { name: `${teamName} neighbourhood team`, email: config.mailFrom }
  calendar.createEvent({
    id: `presence-${presence.id}@${new URL(config.publicUrl).hostname}`,
    sequence: presence.sequence,
    stamp: changedAt,
    lastModified: changedAt,
    start: presence.startsAt,
    end: presence.endsAt,
    summary: cancelledAt ? `Called off: ${presence.title}` : presence.title,
    description: [presence.cancelledBecause, presence.summary, `${config.publicUrl}${presence.path}`].filter((part) => part).join('\n\n'),
    location: { title: placeName, address, geo: { lat, lon: lng } },
    url: `${config.publicUrl}${presence.path}`,
    status: cancelledAt ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    // To know of it keeps nobody busy.
    transparency: ICalEventTransparency.TRANSPARENT,
    class: ICalEventClass.PUBLIC,
    categories: [{ name: 'Meet us' }],
    organizer,
  })
}
