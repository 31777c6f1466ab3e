/**
 * What the clock does: lets out what was scheduled, and archives what has reached its end date. Both bear being run at once and twice.
 */
import { actorById } from '../accounts/known.ts'
import { and, asc, eq, lte, or } from 'drizzle-orm'
import { now } from '../clock.ts'
import { setMode } from '../conversations/mode.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { WITH_AUTHOR, type DraftRow } from './draft.ts'
import { writeAct } from './draft-history.ts'
import { draftInElection } from './election.ts'
import { needsSecondBecause, publishingDuty } from './policy.ts'
import { hasUnseenPhoto, releaseDraft } from './publishing.ts'
import { drafts, posts, postTeams } from './schema.ts'
import { tellOfPost } from './stored-post.ts'

const AT_ONCE = 200

/** Publishes what has come due, each in a transaction of its own. What cannot go out any more goes back to its author with the reason. */
export async function publishDue(db: Database): Promise<number> {
  const due = await db
    .select({ id: drafts.id })
    .from(drafts)
    .where(and(eq(drafts.state, 'scheduled'), lte(drafts.publishAt, now())))
    .orderBy(asc(drafts.publishAt))
    .limit(AT_ONCE)
  return forEach(due, ({ id }) => db.transaction((tx) => publishOne(tx, id)))
}

/** One that fails for a reason nobody foresaw must not keep back the others; the job hears of it at the end. */
async function forEach<One>(list: readonly One[], act: (one: One) => Promise<boolean>): Promise<number> {
  let done = 0
  const failures: unknown[] = []
  for (const one of list) {
    try {
      if (await act(one)) done++
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${list.length} failed`)
  return done
}

async function publishOne(tx: Tx, id: number): Promise<boolean> {
  const [draft] = await tx
    .select()
    .from(drafts)
    .where(and(eq(drafts.id, id), eq(drafts.state, 'scheduled'), lte(drafts.publishAt, now())))
    .for('update', { skipLocked: true })
  if (!draft) return false
  try {
    // In a savepoint: what was begun is undone, and the return is still possible.
    await tx.transaction(async (inner) => {
      await requireRight(inner, draft)
      await releaseDraft(inner, null, draft)
    })
    return true
  } catch (error) {
    if (!isExpected(error)) throw error
    await sendBack(tx, draft, `It could not go out as planned. ${sayWhy(error)}`)
    return false
  }
}

/** What goes out without a second person needs an author who could still publish it now. */
async function requireRight(tx: Tx, draft: DraftRow): Promise<void> {
  if (draft.approvedBy !== null) return
  const duty = publishingDuty(await actorById(tx, draft.authorId), draft.teamId)
  if (!duty) throw new Forbidden('Its author does not publish for this team any more.')
  const [unseen, election] = [await hasUnseenPhoto(tx, draft.id), await draftInElection(tx, draft.id)]
  const because = needsSecondBecause({ ...draft, officialRole: duty.role, unseen, election })
  if (because !== null) throw new Forbidden(because)
}

const isExpected = (error: unknown): error is Error =>
  error instanceof Refused || error instanceof Forbidden || error instanceof Overtaken || error instanceof NotFound

function sayWhy(error: Error): string {
  if (!(error instanceof Refused)) return error.message
  const said = [...new Set(Object.values(error.fields))]
  return (said.length > 0 ? said : [error.message]).map((text) => `${text.replace(/\.$/, '')}.`).join(' ')
}

async function sendBack(tx: Tx, draft: DraftRow, because: string): Promise<void> {
  const set = { ...WITH_AUTHOR, stateAt: now(), returnedBecause: because, returnedBy: null }
  await tx.update(drafts).set(set).where(eq(drafts.id, draft.id))
  await writeAct(tx, null, { ...draft, ...set }, 'returned', { note: because })
}

/** Posts past their end date become archived, and so do their conversations. */
export async function archiveExpired(db: Database): Promise<number> {
  const over = await db
    .select({ id: posts.id })
    .from(posts)
    .where(and(lte(posts.expiresAt, now()), or(eq(posts.state, 'published'), eq(posts.state, 'corrected'))))
    .orderBy(asc(posts.expiresAt))
    .limit(AT_ONCE)
  return forEach(over, ({ id }) => db.transaction((tx) => archiveOne(tx, id)))
}

async function archiveOne(tx: Tx, id: number): Promise<boolean> {
  const [post] = await tx
    .select()
    .from(posts)
    .where(and(eq(posts.id, id), lte(posts.expiresAt, now()), or(eq(posts.state, 'published'), eq(posts.state, 'corrected'))))
    .for('update', { skipLocked: true })
  if (!post) return false
  await tx.update(posts).set({ state: 'archived', archivedAt: post.expiresAt }).where(eq(posts.id, id))
  await tx.update(postTeams).set({ pinnedAt: null, pinnedBy: null }).where(eq(postTeams.postId, id))
  const [conversation] = await tx.select({ mode: conversations.mode }).from(conversations).where(eq(conversations.id, post.conversationId))
  // A legal lock goes on: proceedings do not end with the post.
  if (conversation?.mode !== 'legal-lock')
    await setMode(tx, null, post.conversationId, { mode: 'archived', reason: 'The post has reached its end date.' })
  await tellOfPost(tx, null, 'post.archived', post)
  return true
}
