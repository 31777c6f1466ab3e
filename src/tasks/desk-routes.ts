/** Tasks for those who look after them: publishing and proposing, answering, changing, more dates, calling off, closing with thanks. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { readCallingOff, readPlans } from '../occasions/form.ts'
import { occasionsOfPost } from '../occasions/occasion.ts'
import { asShown, type ShownOccasion } from '../occasions/saying.ts'
import { venues, type Venue } from '../places/presence-desk.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { placeKeepers, publishers } from '../web/access.ts'
import { idField, parseForm, parseId, typed } from '../web/forms.ts'
import { z } from 'zod'
import { deskTask, ownTasks, tasksForDesk, waitingTasks, type DeskPage, type DeskTask } from './desk.ts'
import { addTaskDates, callOffTask, changeTask, closeTask } from './keeping.ts'
import { mayAnswerTask, mayPublishTask, mayProposeTask, mayRunTask } from './policy.ts'
import { answerTask, sendTask } from './publishing.ts'
import { proposedTimes, readAnswer, readClosing, readKey, readTask, readTaskWords, SORT_NAMES } from './task-form.ts'
import { taskById, type TaskItem } from './task.ts'

type Errors = Readonly<Record<string, string>>
interface Sent {
  typed: Record<string, string>
  errors: Errors
}
type Team = Pick<TeamName, 'id' | 'name'>
type Whole = Awaited<ReturnType<typeof deskTask>>

declare module '../web/page.ts' {
  interface Views {
    'tasks/desk': { waiting: DeskTask[]; list: DeskPage | null; own: DeskPage | null; publishes: boolean; further: boolean }
    'tasks/new': Sent & { teams: Team[]; venues: Venue[]; key: string; waits: boolean }
    'tasks/keep': Sent & {
      task: Whole
      item: TaskItem | null
      occasions: ShownOccasion[]
      answers: boolean
      publishes: boolean
      sortName: string
      /** When it was proposed for, in words. */
      when: string
      venue: string
    }
    'tasks/change': Sent & { task: Whole; byPartner: boolean }
    'tasks/dates': Sent & { task: Whole; venues: Venue[] }
    'tasks/call-off': Sent & { task: Whole }
    'tasks/close': Sent & { task: Whole }
  }
  interface Partials {
    'tasks/_task-fields': Sent & { byPartner: boolean }
    'tasks/_desk-task': { task: DeskTask }
  }
}

interface Id {
  Params: { id: string }
}

const Team = z.object({ team: idField('Choose a team') })

export async function deskRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: placeKeepers }

  app.get<{ Querystring: { before?: string } }>('/officers/tasks', { config: access }, (request, reply) =>
    showDesk(request, reply, request.query.before),
  )

  app.get('/officers/tasks/new', { config: access }, (request, reply) => showNew(request, reply))

  app.post('/tasks', { config: { ...access, again: showNew } }, async (request, reply) => {
    const actor = signedInActor(request)
    const { team } = parseForm(Team, request.body)
    const content = readTask(request.body, !mayPublishTask(actor, team), now())
    const { path, waits } = await sendTask(app.db, actor, team, content, readKey(request.body))
    return reply.seeOther(path, waits ? 'task-proposed' : 'task-published')
  })

  app.get<Id>('/officers/tasks/:id', { config: access }, (request, reply) => showTask(request, reply))

  app.post<Id>('/tasks/:id/answer', { config: { access: publishers, again: showTask } }, async (request, reply) => {
    const answer = readAnswer(request.body)
    const { path } = await answerTask(app.db, signedInActor(request), idIn(request), answer)
    return reply.seeOther(path, answer.answer === 'agreed' ? 'task-agreed' : 'task-refused')
  })

  app.get<Id>('/officers/tasks/:id/change', { config: access }, (request, reply) => showChange(request, reply))

  app.post<Id>('/tasks/:id/changes', { config: { ...access, again: showChange } }, async (request, reply) => {
    const { proposedRole } = await deskTask(app.db, request.actor, idIn(request))
    const words = readTaskWords(request.body, proposedRole === 'partner')
    const version = Number(typed(request.body)['version']) || 0
    const { path } = await changeTask(app.db, signedInActor(request), idIn(request), words, version)
    return reply.seeOther(path, 'task-changed')
  })

  app.get<Id>('/officers/tasks/:id/dates', { config: { access: publishers } }, (request, reply) => showDates(request, reply))

  app.post<Id>('/tasks/:id/dates', { config: { access: publishers, again: showDates } }, async (request, reply) => {
    const { path } = await addTaskDates(app.db, signedInActor(request), idIn(request), readPlans(request.body, now()))
    return reply.seeOther(path, 'task-dates-added')
  })

  app.get<Id>('/officers/tasks/:id/call-off', { config: access }, (request, reply) =>
    showStep('tasks/call-off', 'Call off all dates', request, reply),
  )

  app.post<Id>('/tasks/:id/cancellation', { config: { ...access, again: step('tasks/call-off', 'Call off all dates') } }, async (request, reply) => {
    const { path } = await callOffTask(app.db, signedInActor(request), idIn(request), readCallingOff(request.body).because)
    return reply.seeOther(path, 'task-called-off')
  })

  app.get<Id>('/officers/tasks/:id/close', { config: access }, (request, reply) => showStep('tasks/close', 'Close with thanks', request, reply))

  app.post<Id>('/tasks/:id/closure', { config: { ...access, again: step('tasks/close', 'Close with thanks') } }, async (request, reply) => {
    const { path } = await closeTask(app.db, signedInActor(request), idIn(request), readClosing(request.body).thanks)
    return reply.seeOther(path, 'task-closed')
  })
}

const idIn = (request: FastifyRequest): number => parseId((request.params as Id['Params']).id)

const asPage = (title: string, problem: Refused | undefined, teamId: number | null = null) => ({
  title,
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
  teamId,
})

/** Does this actor publish anywhere? Otherwise they are a partner alone. */
const publishesSomewhere = (actor: SignedIn): boolean => hasRole(actor, 'officer', 'supervisor', 'press-office')

async function showDesk(request: FastifyRequest, reply: FastifyReply, cursor: string | undefined): Promise<FastifyReply> {
  const { db } = request.server
  const actor = signedInActor(request)
  const before = cursor === undefined ? null : parseId(cursor)
  const publishes = publishesSomewhere(actor)
  const data = {
    waiting: before === null ? await waitingTasks(db, actor) : [],
    list: publishes ? await tasksForDesk(db, actor, before) : null,
    // Whoever has both desks pages through the team's; their own latest stand on the first page.
    own: mayProposeTask(actor) && (before === null || !publishes) ? await ownTasks(db, actor, before) : null,
    publishes,
    further: before !== null,
  }
  return reply.page('tasks/desk', data, { title: 'Can you help?', noindex: true })
}

/** The teams for which somebody publishes or proposes. */
async function teamsFor(request: FastifyRequest, actor: SignedIn): Promise<Team[]> {
  if (hasRole(actor, 'press-office') || mayProposeTask(actor)) return allTeams(request.server.db)
  const own = actor.duties.flatMap(({ teamId: id, teamName: name }) =>
    id !== null && name !== null && mayPublishTask(actor, id) ? [{ id, name }] : [],
  )
  return [...new Map(own.map((team) => [team.id, team])).values()]
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const sent = problem ? typed(request.body) : { 'sign-up': 'yes', ...typed(request.query) }
  const data = {
    typed: sent,
    errors: errorsOf(problem, 'title'),
    teams: await teamsFor(request, actor),
    venues: await venues(request.server.db),
    key: sent['key'] ?? randomUUID(),
    waits: !publishesSomewhere(actor),
  }
  return reply.page('tasks/new', data, asPage(data.waits ? 'Propose a task' : 'Ask people to help', problem))
}

/** The key has no input of its own: what is wrong with it is said at the first that has one. */
function errorsOf(problem: Refused | undefined, first: string): Errors {
  const { key, ...fields } = problem?.fields ?? {}
  return key ? { ...fields, [first]: fields[first] ?? key } : fields
}

async function showTask(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const task = await deskTask(db, request.actor, idIn(request))
  const item = task.path === null ? null : await taskById(db, task.id)
  const places = await venues(db, Number(task.form['place']) || undefined)
  const data = {
    task,
    item,
    occasions: item ? asShown(await occasionsOfPost(db, item.postId), now()) : [],
    answers: task.answer === null && mayAnswerTask(request.actor, task),
    publishes: mayPublishTask(request.actor, task.teamId),
    sortName: SORT_NAMES[(task.form['sort'] ?? 'other') as keyof typeof SORT_NAMES] ?? '',
    when: proposedTimes(task.form, task.proposedAt),
    venue: places.find(({ id }) => String(id) === task.form['place'])?.name ?? task.form['venue'] ?? '',
    typed: problem ? typed(request.body) : {},
    errors: problem?.fields ?? {},
  }
  return reply.page('tasks/keep', data, asPage(task.title, problem, task.teamId))
}

/** A published one that stands and is open. Throws `NotFound`, `Forbidden`. */
async function runTask(request: FastifyRequest): Promise<Whole> {
  const task = await deskTask(request.server.db, request.actor, idIn(request))
  await taskById(request.server.db, task.id)
  if (!mayRunTask(request.actor, task)) throw new Forbidden(`The ${task.teamName} team looks after this.`)
  if (task.closedAt !== null) throw new Forbidden('This is closed. It stays as it was.')
  return task
}

async function showChange(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const task = await runTask(request)
  const sent = problem ? typed(request.body) : { ...task.form, version: String(task.version) }
  const data = { task, typed: sent, errors: problem?.fields ?? {}, byPartner: task.proposedRole === 'partner' }
  return reply.page('tasks/change', data, asPage(`Change: ${task.title}`, problem, task.teamId))
}

async function showDates(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const task = await runTask(request)
  const begun = {
    place: task.form['place'] ?? '',
    venue: task.form['venue'] ?? '',
    capacity: task.form['capacity'] ?? '',
    'sign-up': task.form['sign-up'] ?? '',
  }
  const data = { task, typed: problem ? typed(request.body) : begun, errors: problem?.fields ?? {}, venues: await venues(request.server.db) }
  return reply.page('tasks/dates', data, asPage('Add dates', problem, task.teamId))
}

type StepView = 'tasks/call-off' | 'tasks/close'

async function showStep(view: StepView, title: string, request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const task = await runTask(request)
  const data = { task, typed: problem ? typed(request.body) : {}, errors: problem?.fields ?? {} }
  return reply.page(view, data, asPage(title, problem, task.teamId))
}

const step = (view: StepView, title: string) => (request: FastifyRequest, reply: FastifyReply, problem: Refused) =>
  showStep(view, title, request, reply, problem)
