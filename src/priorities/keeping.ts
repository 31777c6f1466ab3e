/**
 * What the team says about a priority while it is open: what it plans and does, how it stands, who sees to it. Each counts as a word, so that it is not stale.
 */
import { and, asc, eq, inArray } from 'drizzle-orm'
import { inForce } from '../accounts/duty.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import { sayMark, type Role, type SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { publishingDuty } from '../posts/policy.ts'
import { posts } from '../posts/schema.ts'
import { sourceOf } from '../posts/source-address.ts'
import { lockPages, touchPages, type PostRow } from '../posts/stored-post.ts'
import { teamById, type TeamName } from '../teams/team.ts'
import { mayKeepPriority, mayLeadPriorities } from './policy.ts'
import { priorities, priorityActions, priorityReviews, type ActionState } from './schema.ts'
import { requireSpeaking } from './standing.ts'

interface Kept {
  priority: typeof priorities.$inferSelect
  post: PostRow
  team: TeamName
  role: Role
}

/** The priority, locked, for somebody who may say something about it. Throws `NotFound`, `Forbidden`, `Overtaken` once it is closed. */
async function take(tx: Tx, actor: SignedIn, id: number): Promise<Kept> {
  const [of] = await tx.select({ postId: priorities.postId }).from(priorities).where(eq(priorities.id, id))
  if (!of) throw new NotFound('priority')
  // An outcome that closes it locks the pages first too.
  await lockPages(tx, of.postId)
  const [found] = await tx
    .select({ priority: priorities, post: posts })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .where(eq(priorities.id, id))
    .for('update', { of: priorities })
  if (!found || found.post.state === 'withdrawn') throw new NotFound('priority')
  const team = await teamById(tx, found.priority.teamId)
  const duty = publishingDuty(actor, team.id)
  if (!duty || !mayKeepPriority(actor, team.id)) throw new Forbidden(`You cannot change the priorities of the ${team.name} team.`)
  await requireSpeaking(tx, actor, team.id)
  if (found.priority.closedAt !== null) throw new Overtaken('This priority is closed with its outcome. Nothing was changed.')
  return { ...found, team, role: duty.role }
}

async function tell(
  tx: Tx,
  actor: SignedIn,
  { priority, post }: Kept,
  kind: 'priority.acted' | 'priority.reviewed',
  detail: Record<string, string | number | null>,
) {
  const moment = now()
  if (moment > priority.reviewedAt) await tx.update(priorities).set({ reviewedAt: moment }).where(eq(priorities.id, priority.id))
  await touchPages(tx, post.id)
  const { audience, teamId, conversationId, id: postId } = post
  await recordActivity(tx, {
    kind,
    audience,
    actorId: actor.accountId,
    teamId,
    conversationId,
    postId,
    detail: { priorityId: priority.id, ...detail },
  })
}

export interface NewAction {
  what: string
  /** "2027-03-27"; null for no day in particular. */
  plannedFor: string | null
  clientKey: string
}

/** The same form sent twice makes one. */
export async function addAction(db: Database, actor: SignedIn, priorityId: number, input: NewAction): Promise<{ id: number }> {
  return db.transaction(async (tx) => {
    const kept = await take(tx, actor, priorityId)
    const moment = now()
    const mark = { byId: actor.accountId, officialRole: kept.role, officialTeam: kept.team.name }
    const [made] = await tx
      .insert(priorityActions)
      .values({ priorityId, ...input, ...mark, createdAt: moment, changedAt: moment })
      .onConflictDoNothing({ target: [priorityActions.byId, priorityActions.clientKey] })
      .returning({ id: priorityActions.id })
    if (!made) return actionSent(tx, actor, input.clientKey)
    await tell(tx, actor, kept, 'priority.acted', { actionId: made.id, state: 'planned' })
    return made
  })
}

async function actionSent(tx: Tx, actor: SignedIn, clientKey: string): Promise<{ id: number }> {
  const [known] = await tx
    .select({ id: priorityActions.id })
    .from(priorityActions)
    .where(and(eq(priorityActions.byId, actor.accountId), eq(priorityActions.clientKey, clientKey)))
  if (!known) throw new Error('an action was neither stored nor known')
  return known
}

export interface ActionChange {
  /** What the form knew: the milliseconds of `changedAt`. */
  seen?: number
  state: ActionState
  note: string | null
  /** Address of the post that shows it, as typed; empty for none. */
  post: string
}

/** Throws `Refused` by field (`note`, `post`), `Overtaken` when a colleague changed it meanwhile. The same again changes nothing. */
export async function changeAction(
  db: Database,
  actor: SignedIn,
  { priorityId, actionId }: { priorityId: number; actionId: number },
  change: ActionChange,
): Promise<void> {
  await db.transaction(async (tx) => {
    const kept = await take(tx, actor, priorityId)
    const [action] = await tx
      .select()
      .from(priorityActions)
      .where(and(eq(priorityActions.id, actionId), eq(priorityActions.priorityId, priorityId)))
    if (!action) throw new NotFound('action')
    const { state, note } = change
    const postId = await shownBy(tx, kept, change.post)
    if (action.state === state && action.note === note && action.postId === postId) return
    if (change.seen !== undefined && change.seen !== action.changedAt.getTime())
      throw new Overtaken('A colleague changed this meanwhile. Look at it again: nothing was changed.')
    if (state === 'dropped' && note === null) throw new Refused('Say why', { note: 'Say why it was dropped, in a sentence for readers' })
    const doneAt = state === 'done' ? (action.doneAt ?? now()) : null
    await tx.update(priorityActions).set({ state, note, postId, doneAt, changedAt: now() }).where(eq(priorityActions.id, actionId))
    await tell(tx, actor, kept, 'priority.acted', { actionId, state })
  })
}

/** A public post of the team that stands. */
async function shownBy(tx: Tx, { post, team }: Kept, typed: string): Promise<number | null> {
  if (typed.trim() === '') return null
  const source = sourceOf(typed)
  const [found] = source?.kind === 'post' ? await tx.select().from(posts).where(eq(posts.id, source.id)) : []
  if (found?.teamId === team.id && found.audience === 'public' && found.state !== 'withdrawn' && found.id !== post.id) return found.id
  const because = `Enter the address of a public post of the ${team.name} team`
  throw new Refused(because, { post: because })
}

/** How it stands. The same form sent twice makes one. */
export async function reviewPriority(db: Database, actor: SignedIn, priorityId: number, input: { note: string; clientKey: string }): Promise<void> {
  await db.transaction(async (tx) => {
    const kept = await take(tx, actor, priorityId)
    const [made] = await tx
      .insert(priorityReviews)
      .values({ priorityId, ...input, byId: actor.accountId, officialRole: kept.role, officialTeam: kept.team.name, at: now() })
      .onConflictDoNothing({ target: [priorityReviews.byId, priorityReviews.clientKey] })
      .returning({ id: priorityReviews.id })
    if (made) await tell(tx, actor, kept, 'priority.reviewed', { reviewId: made.id })
  })
}

/** Hands it to somebody of the team, or (null) to the team. Throws `Refused` (field `owner`) for anybody else. */
export async function handPriority(db: Database, actor: SignedIn, priorityId: number, ownerId: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    const kept = await take(tx, actor, priorityId)
    if (!mayLeadPriorities(actor, kept.team.id)) throw new Forbidden('The sergeant of the team and the press office hand on a priority.')
    if (kept.priority.ownerId === ownerId) return
    if (ownerId !== null && !(await ownersFor(tx, kept.team)).some(({ accountId }) => accountId === ownerId))
      throw new Refused('Choose somebody', { owner: `Choose somebody who works for the ${kept.team.name} team` })
    await tx.update(priorities).set({ ownerId }).where(eq(priorities.id, priorityId))
    await touchPages(tx, kept.post.id)
  })
}

/** Those who can see to a priority of the team, A to Z. */
export async function ownersFor(db: Db, team: TeamName): Promise<{ accountId: number; name: string; mark: string }[]> {
  const rows = await db
    .selectDistinctOn([accounts.id], { accountId: accounts.id, name: accounts.displayName, role: roleGrants.role })
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(and(eq(roleGrants.teamId, team.id), inArray(roleGrants.role, ['officer', 'supervisor']), inForce(now())))
    .orderBy(asc(accounts.id), asc(roleGrants.role))
  return rows
    .map(({ accountId, name, role }) => ({ accountId, name: name ?? 'A member of staff', mark: sayMark(role, team.name) }))
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
}
