/** Events over HTTP: what is coming, what was, and what came of it. The staff's side is in desk-routes.ts. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NotFound } from '../errors.ts'
import { occasionById } from '../occasions/occasion.ts'
import { showBeside } from '../posts/beside.ts'
import { teamAt, type TeamName } from '../teams/team.ts'
import { anyone } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { eventDeskRoutes } from './desk-routes.ts'
import { datesOf, eventById, type DateList, type EventDetail, type ListedDate } from './event.ts'
import { noteVersions, type ShownNote } from './note.ts'
import { eventPanel, type EventPanel } from './panel.ts'
import { mayPlanEvent } from './policy.ts'

interface EventList {
  list: DateList
  over: boolean
  further: boolean
  /** Null for the whole force. */
  team: (TeamName & { archived: boolean }) | null
  plans: boolean
}

declare module '../web/page.ts' {
  interface Views {
    'events/list': EventList
    'events/note-versions': { event: EventDetail; when: string; versions: ShownNote[] }
  }
  interface Partials {
    'events/_event': { panel: EventPanel }
    /** All dates of one event in a list, in its order. */
    'events/_date': { dates: readonly ListedDate[]; withTeam: boolean }
    'events/_note': { note: ShownNote; eventId: number }
  }
}
declare module '../posts/beside.ts' {
  interface BesidePost {
    event: EventPanel
  }
}

interface ListQuery {
  Querystring: { view?: string; after?: string }
}

export async function eventRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: anyone } }
  showBeside('event', eventPanel)
  await app.register(eventDeskRoutes)

  app.get<ListQuery>('/events', open, (request, reply) => showList(request, reply, null))

  app.get<ListQuery & { Params: { team: string } }>('/teams/:team/events', open, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/events`, 301)
    return showList(request, reply, { ...team, archived: team.archivedAt !== null })
  })

  app.get<{ Params: { id: string; date: string } }>('/events/:id/dates/:date/notes', open, async (request, reply) => {
    const event = await eventById(app.db, parseId(request.params.id))
    const date = await occasionById(app.db, parseId(request.params.date))
    const versions = date.postId === event.postId ? await noteVersions(app.db, date.id) : []
    if (versions.length === 0) throw new NotFound('note')
    return reply.page('events/note-versions', { event, when: date.when, versions }, { title: `What came of it: ${event.title}`, noindex: true })
  })
}

async function showList(request: FastifyRequest, reply: FastifyReply, team: EventList['team']): Promise<FastifyReply> {
  const { view, after } = request.query as ListQuery['Querystring']
  const over = view === 'past'
  const list = await datesOf(request.server.db, team?.id ?? null, over, typeof after === 'string' ? after : undefined)
  const plans = team !== null && !team.archived && mayPlanEvent(request.actor, team.id)
  const path = team ? `/teams/${team.slug}` : ''
  return reply.page(
    'events/list',
    { list, over, further: after !== undefined, team, plans },
    {
      title: `${over ? 'Past events' : 'Events'}${team ? `: ${team.name} team` : ''}`,
      description: team ? `Where and when people can meet the ${team.name} team.` : 'Where and when people can meet their neighbourhood teams.',
      noindex: after !== undefined,
      calendar: `${path}/events.ics`,
      ...(team ? { teamId: team.id } : {}),
    },
  )
}
