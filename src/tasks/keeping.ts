/** What becomes of a published task: its words and dates change, its dates are called off, and in the end it is closed with thanks that readers see. */
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import type { OccasionPlan } from '../occasions/occasion.ts'
import { addOccasions, cancelOccasions, requireNoElection, requirePlanning } from '../occasions/planning.ts'
import { occasions } from '../occasions/schema.ts'
import { changePost, lockPost, postPath, tellOfPost, type PostRow } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { mayRunTask } from './policy.ts'
import { tasks } from './schema.ts'
import type { TaskWords } from './task-form.ts'

type TaskRow = typeof tasks.$inferSelect

interface Found {
  task: TaskRow
  post: PostRow
  team: TeamName
}

/** Locked, the post first. Throws `NotFound`, `Forbidden`, and `Overtaken` for one that is closed. */
async function lockTask(tx: Tx, actor: SignedIn, id: number): Promise<Found> {
  const [of] = await tx.select({ postId: tasks.postId }).from(tasks).where(eq(tasks.id, id))
  const found = of && of.postId !== null ? await lockPost(tx, of.postId) : null
  const [task] = await tx.select().from(tasks).where(eq(tasks.id, id)).for('update')
  if (!found || !task || found.post.state === 'withdrawn') throw new NotFound('task')
  if (!mayRunTask(actor, task)) throw new Forbidden(`The ${found.team.name} team looks after this.`)
  return { task, ...found }
}

function requireOpen({ closedAt }: TaskRow): void {
  if (closedAt !== null) throw new Overtaken('This is closed. It stays as it was.')
}

/** Changes its words; readers see what they were. The same again changes nothing. Throws as `lockTask` does, and `Overtaken` when it was changed since `version`. */
export const changeTask = (db: Database, actor: SignedIn, id: number, words: TaskWords, version: number): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { task, post, team } = await lockTask(tx, actor, id)
    requireOpen(task)
    const path = postPath(team.slug, post)
    if (isAsItStands(task, post, words)) return { path }
    if (post.version !== version) throw new Overtaken('A colleague changed this while you were writing. Open it again to see what they did.')
    await requireNoElection(tx, actor, team.id, 'can-you-help')
    const { title, body, ...rest } = words
    await tx
      .update(tasks)
      .set({ ...rest, form: { ...task.form, title, body } })
      .where(eq(tasks.id, id))
    const { details, expiresAt, tags } = post
    const content = { title, body, tags, details, expiresAt, approvedBy: post.approvedBy, note: 'What is asked for was changed.' }
    const changed = await changePost(tx, actor.accountId, { post, team }, content)
    await tellOfPost(tx, actor.accountId, 'post.corrected', post, { taskId: id })
    return changed
  })

const isAsItStands = (task: TaskRow, post: PostRow, words: TaskWords): boolean =>
  post.title === words.title &&
  post.body === words.body &&
  task.sort === words.sort &&
  task.safeguarding === words.safeguarding &&
  task.leastAge === words.leastAge &&
  task.partnerName === words.partnerName

/**
 * Adds dates; one that stands already at the same time and place is not added again. For the team alone: a partner proposes anew.
 * Throws as `lockTask` does, and `Refused` by field.
 */
export const addTaskDates = (db: Database, actor: SignedIn, id: number, plans: readonly OccasionPlan[]): Promise<{ path: string; added: number }> =>
  db.transaction(async (tx) => {
    const { task, post, team } = await lockTask(tx, actor, id)
    requireOpen(task)
    const [whole] = await tx.select().from(teams).where(eq(teams.id, team.id))
    await requirePlanning(tx, actor, whole ?? team, 'can-you-help')
    const known = await tx
      .select()
      .from(occasions)
      .where(and(eq(occasions.postId, post.id), isNull(occasions.cancelledAt)))
    const isNew = (plan: OccasionPlan) =>
      !known.some(
        ({ startsAt, placeId, venue }) =>
          startsAt.getTime() === plan.startsAt.getTime() &&
          placeId === plan.placeId &&
          (venue ?? null) === (plan.placeId === null ? plan.venue : null),
      )
    const fresh = plans.filter(isNew)
    if (fresh.length > 0) {
      await addOccasions(tx, actor, { postId: post.id, teamId: team.id }, fresh)
      await tellOfPost(tx, actor.accountId, 'occasion.changed', post, { taskId: id, added: fresh.length })
    }
    return { path: postPath(team.slug, post), added: fresh.length }
  })

/** Calls off every date that is not over, with the reason that readers see. Throws as `lockTask` does. */
export const callOffTask = (db: Database, actor: SignedIn, id: number, because: string): Promise<{ path: string; times: number }> =>
  db.transaction(async (tx) => {
    const { task, post, team } = await lockTask(tx, actor, id)
    requireOpen(task)
    return { path: postPath(team.slug, post), times: await cancelOccasions(tx, actor, post.id, because) }
  })

const STILL_TO_COME = 'A date is still to come. Call it off first, or close this when it is over'

/** Closes it with thanks; the same again changes nothing. Throws as `lockTask` does, and `Refused` (field `thanks`) while a date is still to come. */
export const closeTask = (db: Database, actor: SignedIn, id: number, thanks: string): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { task, post, team } = await lockTask(tx, actor, id)
    const path = postPath(team.slug, post)
    if (task.closedBy === actor.accountId && task.thanks === thanks) return { path }
    requireOpen(task)
    await requireNoElection(tx, actor, team.id, 'can-you-help')
    const coming = and(eq(occasions.postId, post.id), gt(occasions.endsAt, now()), isNull(occasions.cancelledAt))
    const [next] = await tx.select({ id: occasions.id }).from(occasions).where(coming).limit(1)
    if (next) throw new Refused(STILL_TO_COME, { thanks: STILL_TO_COME })
    await tx.update(tasks).set({ closedAt: now(), closedBy: actor.accountId, thanks }).where(eq(tasks.id, id))
    await tellOfPost(tx, actor.accountId, 'task.closed', post, { taskId: id })
    return { path }
  })
