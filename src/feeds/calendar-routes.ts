/** Calendars over HTTP: of a team, of the force, of a place, and one date to put into a calendar by itself. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { now } from '../clock.ts'
import { occasionById, upcomingOccasions, type OccasionItem } from '../occasions/occasion.ts'
import { placeBySlug } from '../places/place.ts'
import { presenceById, presencesOfPlace, upcomingAll, upcomingOfTeam, type PresenceItem } from '../places/presence.ts'
import { teamAt } from '../teams/team.ts'
import { anyone } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { answerUnlessUnchanged } from '../web/unchanged.ts'
import { calendarOf, entryOfOccasion, entryOfPresence, type CalendarEntry } from './calendar.ts'

/** Of what lies ahead: half a year of weekly meetings at some places, and more than anybody looks at. */
const MOST = 200

export async function calendarRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: anyone } }
  const { config } = app

  app.get<{ Params: { team: string } }>('/teams/:team/events.ics', open, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/events.ics`, 301)
    const page = `/teams/${team.slug}`
    const presences = await upcomingOfTeam(app.db, team.id, now(), MOST)
    const entries = entriesOf(presences, await upcomingOccasions(app.db, { teamId: team.id }, null, MOST))
    return answer(reply, team.slug, calendarOf(config, { name: `Meet the ${team.name} team`, path: `${page}/events.ics`, page }, entries))
  })

  app.get('/events.ics', open, async (_request, reply) => {
    const entries = entriesOf(await upcomingAll(app.db, null, MOST), await upcomingOccasions(app.db, { teamId: null }, null, MOST))
    return answer(reply, 'all-teams', calendarOf(config, { name: `Meet ${config.force.name}`, path: '/events.ics', page: '/events' }, entries))
  })

  app.get<{ Params: { place: string } }>('/places/:place/events.ics', open, async (request, reply) => {
    const place = await placeBySlug(app.db, request.params.place)
    const page = `/places/${place.slug}`
    const presences = await presencesOfPlace(app.db, place.id, now(), MOST)
    const entries = entriesOf(presences, await upcomingOccasions(app.db, { teamId: null, placeId: place.id }, null, MOST))
    return answer(reply, place.slug, calendarOf(config, { name: `Meet us at ${place.name}`, path: `${page}/events.ics`, page }, entries))
  })

  app.get<{ Params: { id: string } }>('/presences/:id/event.ics', open, async (request, reply) => {
    const presence = await presenceById(app.db, parseId(request.params.id))
    const path = `/presences/${presence.id}/event.ics`
    return answer(
      reply,
      `presence-${presence.id}`,
      calendarOf(config, { name: presence.title, path, page: presence.path }, [entryOfPresence(presence)]),
    )
  })

  app.get<{ Params: { id: string } }>('/occasions/:id/event.ics', open, async (request, reply) => {
    const occasion = await occasionById(app.db, parseId(request.params.id))
    const path = `/occasions/${occasion.id}/event.ics`
    return answer(
      reply,
      `occasion-${occasion.id}`,
      calendarOf(config, { name: occasion.title, path, page: occasion.path }, [entryOfOccasion(occasion)]),
    )
  })
}

const entriesOf = (presences: readonly PresenceItem[], occasions: readonly OccasionItem[]): CalendarEntry[] => [
  ...presences.map(entryOfPresence),
  ...occasions.map(entryOfOccasion),
]

function answer(reply: FastifyReply, name: string, body: string): FastifyReply {
  reply.header('content-disposition', `inline; filename="${name}.ics"`)
  return answerUnlessUnchanged(reply, 'text/calendar; charset=utf-8', body)
}
