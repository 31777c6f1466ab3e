/**
 * A task comes to its readers: at once by the team's own people, after a second person's agreement by a partner. Either way it is a post of the team with its
 * conversation, and its dates; before that nobody sees it but who proposed it and who may answer.
 */
import { actorById } from '../accounts/known.ts'
import { eq } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { hasRole, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { addOccasions, requirePlanning } from '../occasions/planning.ts'
import { publishingDuty } from '../posts/policy.ts'
import { storePost, tellOfPost } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { mayAnswerTask, mayProposeTask, mayPublishTask } from './policy.ts'
import { tasks } from './schema.ts'
import { readTask, type TaskContent } from './task-form.ts'

type TaskRow = typeof tasks.$inferSelect
type TeamRow = typeof teams.$inferSelect

export const taskPath = (id: number): string => `/officers/tasks/${id}`

/** Where to go from here; `waits`: for a second person. */
export interface Sent {
  path: string
  waits: boolean
}

/**
 * Publishes a task, or for partner staff proposes it. The same form again answers what it made. Throws `Forbidden`, `NotFound`, and `Refused` by field,
 * `Overtaken` for a key under which something else was sent.
 */
export const sendTask = (db: Database, actor: SignedIn, teamId: number, content: TaskContent, clientKey: string): Promise<Sent> =>
  db.transaction(async (tx) => {
    const team = await findTeam(tx, teamId)
    const alone = mayPublishTask(actor, teamId)
    if (alone) await requirePlanning(tx, actor, team, 'can-you-help')
    else requireProposing(actor, team)
    const role = publishingDuty(actor, teamId)?.role ?? 'partner'
    const task = await keepTask(tx, actor, role, content, { teamId, clientKey })
    if (!task) return sentBefore(tx, actor, clientKey)
    if (alone) return { path: (await publish(tx, actor, task, content, team)).path, waits: false }
    await recordActivity(tx, { kind: 'task.proposed', audience: 'staff', actorId: actor.accountId, teamId, detail: { taskId: task.id } })
    return { path: taskPath(task.id), waits: true }
  })

function requireProposing(actor: SignedIn, team: TeamRow): void {
  if (!mayProposeTask(actor)) throw new Forbidden(`You cannot ask people for help for the ${team.name} team.`)
  if (team.archivedAt) throw new Forbidden('This team is archived, so nothing new can be proposed to it.')
}

async function findTeam(tx: Tx, teamId: number): Promise<TeamRow> {
  const [team] = await tx.select().from(teams).where(eq(teams.id, teamId))
  if (!team) throw new NotFound('team')
  return team
}

/** Null when the key was used before. */
async function keepTask(
  tx: Tx,
  actor: SignedIn,
  role: Role,
  { plans: _plans, title: _title, body: _body, ...content }: TaskContent,
  of: { teamId: number; clientKey: string },
): Promise<TaskRow | null> {
  const by = { proposedBy: actor.accountId, proposedRole: role, proposedAt: now() }
  // What the force's own people do needs no answer, so it bears theirs.
  const answered = role === 'partner' ? {} : { answer: 'agreed' as const, answeredBy: actor.accountId, answeredAt: now() }
  const [task] = await tx
    .insert(tasks)
    .values({ ...of, ...content, ...by, ...answered })
    .onConflictDoNothing({ target: tasks.clientKey })
    .returning()
  return task ?? null
}

async function sentBefore(tx: Tx, actor: SignedIn, clientKey: string): Promise<Sent> {
  const [task] = await tx.select().from(tasks).where(eq(tasks.clientKey, clientKey))
  if (!task || task.proposedBy !== actor.accountId) throw new Overtaken('This form was used for something else. Reload the page and try again.')
  return { path: taskPath(task.id), waits: task.answer === null }
}

async function publish(tx: Tx, actor: SignedIn, task: TaskRow, { title, body, plans }: TaskContent, team: TeamRow): Promise<{ path: string }> {
  const author = { id: task.proposedBy, role: task.proposedRole, partner: task.partnerName }
  const approvedBy = task.proposedRole === 'partner' ? actor.accountId : null
  const words = { kind: 'can-you-help' as const, title, body, tags: [], details: {}, clientKey: task.clientKey, approvedBy }
  const { post, path } = await storePost(tx, author, team, words)
  await tx.update(tasks).set({ postId: post.id }).where(eq(tasks.id, task.id))
  await addOccasions(tx, actor, { postId: post.id, teamId: team.id }, plans)
  await tellOfPost(tx, actor.accountId, 'post.published', post, { taskId: task.id, times: plans.length })
  return { path }
}

export interface TaskAnswer {
  answer: 'agreed' | 'refused'
  /** For whoever proposed it. Mandatory to refuse. */
  note: string | null
}

const SAY_WHY = 'Say why, in a sentence for whoever proposed it'

/**
 * Agrees, and it is published; or refuses. The same answer again is the same as once.
 * Throws `NotFound`, `Forbidden`, `Refused` (fields `note`, `answer`), `Overtaken` when a colleague answered meanwhile.
 */
export const answerTask = (db: Database, actor: SignedIn, id: number, { answer, note }: TaskAnswer): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const [task] = await tx.select().from(tasks).where(eq(tasks.id, id)).for('update')
    if (!task || task.proposedRole !== 'partner') throw new NotFound('task')
    if (!mayAnswerTask(actor, task)) throw new Forbidden('Somebody else has to answer this: somebody of the team, or the press office.')
    if (task.answer !== null) {
      if (task.answer === answer && task.answeredBy === actor.accountId) return { path: taskPath(id) }
      throw new Overtaken(`A colleague has ${task.answer === 'agreed' ? 'agreed to' : 'refused'} this meanwhile. Nothing was changed.`)
    }
    if (answer === 'refused' && note === null) throw new Refused(SAY_WHY, { note: SAY_WHY })
    await tx.update(tasks).set({ answer, answerNote: note, answeredBy: actor.accountId, answeredAt: now() }).where(eq(tasks.id, id))
    const path = answer === 'agreed' ? await agree(tx, actor, { ...task, answer }) : taskPath(id)
    const detail = { taskId: id, answer, accountId: task.proposedBy }
    await recordActivity(tx, { kind: 'task.answered', audience: 'staff', actorId: actor.accountId, teamId: task.teamId, detail })
    return { path }
  })

async function agree(tx: Tx, actor: SignedIn, task: TaskRow): Promise<string> {
  const team = await findTeam(tx, task.teamId)
  await requirePlanning(tx, actor, team, 'can-you-help')
  if (!hasRole(await actorById(tx, task.proposedBy), 'partner')) throw underAnswer('Whoever proposed it does not work with the force any more')
  const { path } = await publish(tx, actor, task, readProposed(task), team).catch(sayUnderAnswer)
  return path
}

/** What waits is read as it was sent: its dates are checked against today when it is published. */
function readProposed({ form, proposedAt }: TaskRow): TaskContent {
  try {
    return readTask(form, true, proposedAt)
  } catch (problem) {
    return sayUnderAnswer(problem)
  }
}

/** The form of the answer has no field of the dates. */
function sayUnderAnswer(problem: unknown): never {
  if (!(problem instanceof Refused)) throw problem
  throw underAnswer(`It cannot be published as it is: ${Object.values(problem.fields)[0] ?? problem.message}`)
}

const underAnswer = (message: string): Refused => new Refused(message, { answer: message })
