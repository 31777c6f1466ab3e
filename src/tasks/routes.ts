/** "Can you help?" for readers: what is open and what was done, for a team and the whole force; and what stands on the page of a task. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { readKey, sayKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { occasionsOfPost } from '../occasions/occasion.ts'
import { asShown, type ShownOccasion } from '../occasions/saying.ts'
import { showBeside } from '../posts/beside.ts'
import type { PostPage } from '../posts/list.ts'
import { publishingDuty } from '../posts/policy.ts'
import { teamAt, type TeamName } from '../teams/team.ts'
import { anyone } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { deskRoutes } from './desk-routes.ts'
import { mayRunTask } from './policy.ts'
import { allOpenTasks, closedTasks, openTasks, taskOfPost, type TaskItem } from './task.ts'

export interface TaskPanel {
  task: TaskItem
  occasions: ShownOccasion[]
  /** The reader looks after it. */
  runs: boolean
  outcomePath: string | null
  /** Where the team writes an outcome; null for everybody else, and once there is one. */
  writePath: string | null
}

interface TaskList {
  items: TaskItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

declare module '../web/page.ts' {
  interface Views {
    'tasks/list': {
      /** Null for the whole force. */
      team: (TeamName & { archivedAt: Date | null }) | null
      open: TaskList
      /** Left out on later pages of the open ones. */
      closed: TaskList | null
      view: 'open' | 'closed'
      further: boolean
    }
  }
  interface Partials {
    'tasks/_panel': { panel: TaskPanel }
    'tasks/_tasks': { tasks: readonly TaskItem[]; withTeam: boolean }
  }
}
declare module '../posts/beside.ts' {
  interface BesidePost {
    'can-you-help': TaskPanel
  }
}

interface Query {
  view?: string
  after?: string
}

const PAGE = 20
const CLOSED_FIRST = 5

export async function taskRoutes(app: FastifyInstance): Promise<void> {
  await app.register(deskRoutes)
  showBeside('can-you-help', taskPanel)

  app.get<{ Querystring: Query }>('/can-you-help', { config: { access: anyone } }, (request, reply) => showList(app.db, reply, null, request.query))

  app.get<{ Params: { team: string }; Querystring: Query }>('/teams/:team/can-you-help', { config: { access: anyone } }, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/can-you-help`, 301)
    return showList(app.db, reply, team, request.query)
  })
}

async function showList(
  db: Database,
  reply: FastifyReply,
  team: (TeamName & { archivedAt: Date | null }) | null,
  query: Query,
): Promise<FastifyReply> {
  const view = query.view === 'closed' ? 'closed' : 'open'
  const after = typeof query.after === 'string' ? query.after : undefined
  const open = view === 'open' ? await openPage(db, team, after) : { items: [], next: null }
  const closed = view === 'closed' || after === undefined ? await closedPage(db, team, view === 'closed' ? after : undefined, view) : null
  const data = { team, open, closed, view, further: after !== undefined } as const
  const title = team ? `Can you help? ${team.name}` : 'Can you help?'
  return reply.page('tasks/list', data, { title, ...(team ? { teamId: team.id } : {}) })
}

async function openPage(db: Database, team: TeamName | null, after: string | undefined): Promise<TaskList> {
  const before = after === undefined ? null : parseId(after)
  const rows = team ? await openTasks(db, team.id, PAGE + 1, before) : await allOpenTasks(db, PAGE + 1, before)
  const items = rows.slice(0, PAGE)
  return { items, next: rows.length > PAGE ? String(items.at(-1)?.id ?? '') : null }
}

async function closedPage(db: Database, team: TeamName | null, after: string | undefined, view: 'open' | 'closed'): Promise<TaskList> {
  const size = view === 'closed' ? PAGE : CLOSED_FIRST
  const rows = await closedTasks(db, team?.id ?? null, readKey(after), size + 1)
  const items = rows.slice(0, size)
  const last = items.at(-1)
  return { items, next: rows.length > size && last?.closedAt ? sayKey(last.closedAt, last.id) : null }
}

/** What stands on the page of a task below its words. */
export async function taskPanel(db: Database, actor: Actor, post: Pick<PostPage, 'id'>): Promise<TaskPanel | null> {
  const task = await taskOfPost(db, post.id).catch(orNone)
  if (!task) return null
  const publishes = publishingDuty(actor, task.teamId) !== null
  return {
    task,
    occasions: asShown(await occasionsOfPost(db, post.id), now()),
    runs: mayRunTask(actor, task),
    // The id alone finds it: the words of an address may change.
    outcomePath: task.outcomeId === null ? null : `/teams/${task.teamSlug}/posts/${task.outcomeId}`,
    writePath: publishes && task.outcomeId === null ? outcomePath(task) : null,
  }
}

/** The composer, with the task named among what the outcome acts on. */
export const outcomePath = ({ teamSlug, postId }: Pick<TaskItem, 'teamSlug' | 'postId'>): string =>
  `/teams/${teamSlug}/posts/new?kind=outcome&came-from=${encodeURIComponent(`/teams/${teamSlug}/posts/${postId}`)}`

function orNone(problem: unknown): null {
  if (problem instanceof NotFound) return null
  throw problem
}
