/** The staff's side of events over HTTP: planning, changing, moving and calling off, and what came of it. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, NotFound, type Refused } from '../errors.ts'
import { occasionById, occasionsOfPost, type OccasionItem } from '../occasions/occasion.ts'
import { asShown, type ShownOccasion } from '../occasions/saying.ts'
import { seenOf } from '../occasions/planning.ts'
import { isStanding } from '../occasions/policy.ts'
import { MOST_DATES } from '../occasions/repeat.ts'
import { venues, type Venue } from '../places/presence-desk.ts'
import { typedOf } from '../places/presence-window.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { allTeams, teamById, type TeamName } from '../teams/team.ts'
import { publishers } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { prioritiesOfEvent, prioritiesToChoose } from './about.ts'
import { changeEvent } from './change.ts'
import { addDate, callOffDate, moveDate } from './dates.ts'
import { answeredHours, datesForDesk, eventById, eventOfPost, FORMAT_NAMES, type DateList, type EventDetail } from './event.ts'
import { readCallingOff, readChange, readDate, readNew, readNote } from './event-form.ts'
import { latestNotes, noteToChange, writeNote, type ShownNote } from './note.ts'
import { planEvent } from './planning.ts'
import { mayPlanEvent, wasHeld } from './policy.ts'
import type { Format } from './schema.ts'

interface Sent {
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
}
type Choice = { id: number; title: string }
type Formats = readonly (readonly [Format, string])[]

declare module '../web/page.ts' {
  interface Views {
    'events/desk': { list: DateList; over: boolean; further: boolean; teamName: string | null }
    'events/team': { teams: Pick<TeamName, 'id' | 'name'>[] }
    'events/new': Sent & { team: TeamName; venues: Venue[]; priorities: Choice[]; formats: Formats; key: string; most: number }
    'events/manage': {
      event: EventDetail
      dates: (ShownOccasion & { standing: boolean; note: ShownNote | null; held: boolean; answered: boolean })[]
    }
    'events/change': Sent & { event: EventDetail; priorities: Choice[]; formats: Formats; version: number }
    'events/date': Sent & { event: EventDetail; date: OccasionItem | null; venues: Venue[]; others: number; begun: boolean }
    'events/call-off': Sent & { event: EventDetail; date: OccasionItem; others: number }
    'events/note': Sent & { event: EventDetail; date: OccasionItem; version: number }
  }
  interface Partials {
    'events/_words': Sent & { priorities: Choice[]; formats: Formats }
    'events/_when': Sent & { venues: Venue[]; format: Format | null }
  }
}

interface Id {
  Params: { id: string }
}
interface OnDate {
  Params: { id: string; date: string }
}

export async function eventDeskRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }
  const { db } = app

  app.get<{ Querystring: { view?: string; after?: string } }>('/officers/events', { config: access }, async (request, reply) => {
    const { view, after } = request.query
    const over = view === 'over'
    const teams = teamsOf(signedInActor(request))
    const list = await datesForDesk(db, teams?.map(({ id }) => id) ?? null, over, typeof after === 'string' ? after : undefined)
    const data = { list, over, further: after !== undefined, teamName: teams?.length === 1 ? (teams[0]?.name ?? null) : null }
    return reply.page('events/desk', data, { title: 'Events', noindex: true })
  })

  app.get('/officers/events/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/events', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { path } = await planEvent(db, signedInActor(request), readNew(request.body, now()))
    return reply.seeOther(path, 'event-planned')
  })

  // From where only the date is known: who comes to it.
  app.get<{ Params: { date: string } }>('/officers/events/dates/:date', { config: access }, async (request, reply) => {
    const { postId } = await occasionById(db, parseId(request.params.date))
    return reply.redirect(`/officers/events/${(await eventOfPost(db, postId)).id}`, 303)
  })

  app.get<Id>('/officers/events/:id', { config: access }, async (request, reply) => {
    const event = await ownEvent(request)
    const moment = now()
    const dates = asShown(await occasionsOfPost(db, event.postId), moment)
    const notes = await latestNotes(
      db,
      dates.map(({ id }) => id),
    )
    const answered = (await answeredHours(db, [event.id])).size > 0
    const shown = dates.map((date) => ({
      ...date,
      standing: isStanding(date, moment),
      held: wasHeld(date, moment),
      note: notes.get(date.id) ?? null,
      answered: answered && wasHeld(date, moment),
    }))
    return reply.page('events/manage', { event, dates: shown }, { title: `Look after: ${event.title}`, noindex: true, teamId: event.teamId })
  })

  app.get<Id>('/officers/events/:id/change', { config: access }, (request, reply) => showChange(request, reply))
  app.post<Id>('/events/:id/changes', { config: { ...access, again: showChange } }, async (request, reply) => {
    const { path } = await changeEvent(db, signedInActor(request), parseId(request.params.id), readChange(request.body))
    return reply.seeOther(path, 'event-changed')
  })

  app.get<Id>('/officers/events/:id/dates/new', { config: access }, (request, reply) => showDate(request, reply))
  app.post<Id>('/events/:id/dates', { config: { ...access, again: showDate } }, async (request, reply) => {
    const event = await ownEvent(request)
    const { path } = await addDate(db, signedInActor(request), event.id, readDate(request.body, event.format, now()).plan)
    return reply.seeOther(path, 'date-added')
  })

  app.get<OnDate>('/officers/events/:id/dates/:date/change', { config: access }, (request, reply) => showDate(request, reply))
  app.post<OnDate>('/events/:id/dates/:date/changes', { config: { ...access, again: showDate } }, async (request, reply) => {
    const event = await ownEvent(request)
    const move = readDate(request.body, event.format, now())
    const { path } = await moveDate(db, signedInActor(request), event.id, parseId(request.params.date), move)
    return reply.seeOther(path, 'date-moved')
  })

  app.get<OnDate>('/officers/events/:id/dates/:date/call-off', { config: access }, (request, reply) => showCallingOff(request, reply))
  app.post<OnDate>('/events/:id/dates/:date/cancellation', { config: { ...access, again: showCallingOff } }, async (request, reply) => {
    const { id, date } = request.params
    const { path } = await callOffDate(db, signedInActor(request), parseId(id), parseId(date), readCallingOff(request.body))
    return reply.seeOther(path, 'date-called-off')
  })

  app.get<OnDate>('/officers/events/:id/dates/:date/notes', { config: access }, (request, reply) => showNote(request, reply))
  app.post<OnDate>('/events/:id/dates/:date/notes', { config: { ...access, again: showNote } }, async (request, reply) => {
    const { id, date } = request.params
    const { path } = await writeNote(db, signedInActor(request), parseId(id), parseId(date), readNote(request.body))
    return reply.seeOther(path, 'event-noted')
  })
}

/** Those for which somebody plans; null for the press office, which does for all. */
function teamsOf(actor: SignedIn): Pick<TeamName, 'id' | 'name'>[] | null {
  if (hasRole(actor, 'press-office')) return null
  const own = actor.duties.flatMap(({ teamId: id, teamName: name }) =>
    id !== null && name !== null && mayPlanEvent(actor, id) ? [{ id, name }] : [],
  )
  return [...new Map(own.map((team) => [team.id, team])).values()]
}

/** Throws `NotFound`, and `Forbidden` for whoever does not plan for its team. */
async function ownEvent(request: FastifyRequest): Promise<EventDetail> {
  const event = await eventById(request.server.db, parseId((request.params as Id['Params']).id))
  if (!mayPlanEvent(request.actor, event.teamId)) throw new Forbidden(`You cannot plan for the ${event.teamName} team.`)
  return event
}

async function ownDate(request: FastifyRequest, event: EventDetail): Promise<{ date: OccasionItem; others: number }> {
  const { db } = request.server
  const date = await occasionById(db, parseId((request.params as OnDate['Params']).date))
  if (date.postId !== event.postId) throw new NotFound('date')
  const dates = await occasionsOfPost(db, event.postId)
  return { date, others: dates.filter(({ id, ...other }) => id !== date.id && isStanding(other, now())).length }
}

function requireStanding(date: OccasionItem): void {
  if (date.cancelledAt !== null) throw new Forbidden('This date was called off. Plan another one.')
  if (!isStanding(date, now())) throw new Forbidden('This date is over. Only what came of it can be written down.')
}

const asShownPage = (title: string, problem: Refused | undefined, teamId: number) => ({
  title,
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
  teamId,
})

/** What has no input of its own is said at the first that has one. */
function errorsOf(problem: Refused | undefined, first: string): Readonly<Record<string, string>> {
  const { key, version, seen, team, ...fields } = problem?.fields ?? {}
  const stale = key ?? version ?? seen ?? team
  return stale ? { ...fields, [first]: fields[first] ?? stale } : fields
}

const formatsFor = (format: Format | null): Formats =>
  (Object.entries(FORMAT_NAMES) as [Format, string][]).filter(
    ([known]) => format === null || (known === 'question-hour') === (format === 'question-hour'),
  )

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const teams = teamsOf(signedInActor(request)) ?? (await allTeams(db))
  const sent = typed(problem ? request.body : request.query)
  const [only] = teams
  const chosen = teams.find(({ id }) => String(id) === sent['team']) ?? (teams.length === 1 ? only : undefined)
  if (!chosen) return reply.page('events/team', { teams }, { title: 'Plan an event', noindex: true })
  const team = await teamById(db, chosen.id)
  const data = {
    typed: sent,
    errors: errorsOf(problem, 'title'),
    team,
    venues: await venues(db),
    priorities: await prioritiesToChoose(db, team.id),
    formats: formatsFor(null),
    key: sent['key'] ?? randomUUID(),
    most: MOST_DATES,
  }
  return reply.page('events/new', data, asShownPage('Plan an event', problem, team.id))
}

async function showChange(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const event = await ownEvent(request)
  const about = await prioritiesOfEvent(db, event.id)
  const { title, body, format } = event
  const ticked = Object.fromEntries(about.map(({ id }) => [`priority-${id}`, 'yes']))
  const filled: Record<string, string> = { title, body, format, tags: event.tags.join(', '), url: event.onlineUrl ?? '', ...ticked }
  const sent = problem ? typed(request.body) : filled
  const data = {
    event,
    typed: sent,
    errors: errorsOf(problem, 'title'),
    priorities: await prioritiesToChoose(db, event.teamId, about),
    formats: formatsFor(event.format),
    version: Number(sent['version']) || event.version,
  }
  return reply.page('events/change', data, asShownPage(`Change: ${event.title}`, problem, event.teamId))
}

/** A new date, or one that is moved. */
async function showDate(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const event = await ownEvent(request)
  const isNew = (request.params as Partial<OnDate['Params']>).date === undefined
  const { date, others } = isNew ? { date: null, others: 0 } : await ownDate(request, event)
  if (date) requireStanding(date)
  const sent = problem ? typed(request.body) : filledWith(date ?? (await occasionsOfPost(db, event.postId)).at(-1), isNew)
  const data = {
    event,
    date,
    others,
    typed: sent,
    errors: errorsOf(problem, 'date'),
    venues: await venues(db, date?.placeId ?? undefined),
    begun: date !== null && date.startsAt <= now(),
  }
  return reply.page('events/date', data, asShownPage(`${isNew ? 'Add a date' : 'Move a date'}: ${event.title}`, problem, event.teamId))
}

/** A new one begins as the last one was, without its day. */
function filledWith(date: OccasionItem | undefined, isNew: boolean): Record<string, string> {
  if (!date) return {}
  const { date: day, ...times } = typedOf(date)
  return {
    ...times,
    ...(isNew ? {} : { date: day, seen: seenOf(date) }),
    ...(date.placeId === null ? { venue: date.where } : { place: String(date.placeId) }),
    capacity: date.capacity === null ? '' : String(date.capacity),
    ...(date.signUpFrom ? { signUps: 'yes' } : {}),
  }
}

async function showCallingOff(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const event = await ownEvent(request)
  const { date, others } = await ownDate(request, event)
  requireStanding(date)
  const data = { event, date, others, typed: problem ? typed(request.body) : {}, errors: errorsOf(problem, 'because') }
  return reply.page('events/call-off', data, asShownPage(`Call off: ${event.title}`, problem, event.teamId))
}

async function showNote(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const event = await ownEvent(request)
  const { date } = await ownDate(request, event)
  if (!wasHeld(date, now())) throw new Forbidden(date.cancelledAt ? 'This was called off, so there is nothing to say of it.' : 'It is not over yet.')
  const last = await noteToChange(db, date.id)
  const sent = problem
    ? typed(request.body)
    : last
      ? { said: last.said, decided: last.decided, came: last.cameCount === null ? '' : String(last.cameCount) }
      : {}
  const version = problem ? Number(typed(request.body)['version']) || 0 : (last?.version ?? 0)
  const data = { event, date, typed: sent, errors: errorsOf(problem, 'said'), version }
  return reply.page('events/note', data, asShownPage(`What came of it: ${event.title}`, problem, event.teamId))
}
