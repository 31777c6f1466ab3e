/** Tasks as the desk lists them, what waits for an answer, and what partner staff see of their own. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { hasRole, type Actor, type SignedIn } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { mayReadProposed, mayRunTask } from './policy.ts'
import { tasks } from './schema.ts'

export interface DeskTask {
  id: number
  /** Of its page for readers; null before it is published. */
  path: string | null
  title: string
  teamId: number
  teamName: string
  partnerName: string | null
  author: string | null
  proposedAt: Date
  proposedBy: number
  proposedRole: (typeof tasks.$inferSelect)['proposedRole']
  answer: 'agreed' | 'refused' | null
  answeredBy: string | null
  answerNote: string | null
  answeredAt: Date | null
  closedAt: Date | null
}

const answerers = sql<string | null>`(select display_name from ${accounts} a where a.id = ${tasks.answeredBy})`

const selected = (db: Db, condition: SQL | undefined) =>
  db
    .select({
      task: tasks,
      slug: posts.slug,
      state: posts.state,
      title: posts.title,
      teamName: teams.name,
      teamSlug: teams.slug,
      author: accounts.displayName,
      answeredBy: answerers,
    })
    .from(tasks)
    .innerJoin(teams, eq(teams.id, tasks.teamId))
    .innerJoin(accounts, eq(accounts.id, tasks.proposedBy))
    .leftJoin(posts, eq(posts.id, tasks.postId))
    .where(condition)
    .$dynamic()

type Row = Awaited<ReturnType<typeof selected>>[number]

function itemOf({ task, slug, title, state, teamName, teamSlug, author, answeredBy }: Row): DeskTask {
  const { id, teamId, partnerName, proposedAt, proposedBy, proposedRole, answer, answerNote, answeredAt, closedAt, postId } = task
  return {
    id,
    path: postId === null || slug === null || state === 'withdrawn' ? null : postPath(teamSlug, { id: postId, slug }),
    title: title ?? task.form['title'] ?? '',
    teamId,
    teamName,
    partnerName,
    author,
    proposedAt,
    proposedBy,
    proposedRole,
    answer,
    answeredBy,
    answerNote,
    answeredAt,
    closedAt,
  }
}

const LISTED = 50

/** The teams for which somebody publishes; null for all. */
const teamsOf = (actor: Actor): number[] | null =>
  hasRole(actor, 'press-office')
    ? null
    : actor.duties.flatMap(({ role, teamId }) => ((role === 'officer' || role === 'supervisor') && teamId !== null ? [teamId] : []))

const ofTeams = (ids: number[] | null): SQL | undefined => (ids === null ? undefined : inArray(tasks.teamId, ids))

/** What partners proposed and this actor may answer, longest waiting first. */
export async function waitingTasks(db: Db, actor: SignedIn): Promise<DeskTask[]> {
  const ids = teamsOf(actor)
  if (ids?.length === 0) return []
  const rows = await selected(db, and(isNull(tasks.answer), ofTeams(ids), sql`${tasks.proposedBy} <> ${actor.accountId}`))
    .orderBy(asc(tasks.id))
    .limit(LISTED)
  return rows.map(itemOf)
}

export interface DeskPage {
  items: DeskTask[]
  next: number | null
}

/** The published tasks of the actor's teams, newest first, a page at a time. */
export async function tasksForDesk(db: Db, actor: SignedIn, before: number | null): Promise<DeskPage> {
  const ids = teamsOf(actor)
  return ids?.length === 0 ? { items: [], next: null } : page(db, and(isNotNull(tasks.postId), ofTeams(ids)), before)
}

/** What somebody proposed as a partner, whatever became of it. */
export const ownTasks = (db: Db, actor: SignedIn, before: number | null): Promise<DeskPage> =>
  page(db, and(eq(tasks.proposedBy, actor.accountId), eq(tasks.proposedRole, 'partner')), before)

async function page(db: Db, condition: SQL | undefined, before: number | null): Promise<DeskPage> {
  const rows = await selected(db, and(condition, before === null ? undefined : lt(tasks.id, before)))
    .orderBy(desc(tasks.id))
    .limit(LISTED + 1)
  const items = rows.slice(0, LISTED).map(itemOf)
  return { items, next: rows.length > LISTED ? (items.at(-1)?.id ?? null) : null }
}

/** One of them with the form as it was sent, for those who may read it. Throws `NotFound`. */
export async function deskTask(
  db: Db,
  actor: Actor,
  id: number,
): Promise<DeskTask & { form: Record<string, string>; version: number; body: string }> {
  const [row] = await selected(db, eq(tasks.id, id))
  if (!row || !(mayReadProposed(actor, row.task) || mayRunTask(actor, row.task))) throw new NotFound('task')
  const [post] =
    row.task.postId === null ? [] : await db.select({ version: posts.version, body: posts.body }).from(posts).where(eq(posts.id, row.task.postId))
  const { form, sort, safeguarding, leastAge, partnerName } = row.task
  const item = itemOf(row)
  const words = { title: item.title, sort, safeguarding, age: leastAge === null ? '' : String(leastAge), partner: partnerName ?? '' }
  return { ...item, form: { ...form, ...words, body: post?.body ?? form['body'] ?? '' }, version: post?.version ?? 0, body: post?.body ?? '' }
}
