/**
 * What a reader may have missed between two streams, or between the page and its stream. Looked up in a bounded stretch of what happened;
 * beyond it the answer is "perhaps", which costs the browser one look at the page.
 */
import { and, gt, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { activities } from '../activity/schema.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import { comments } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { happenedOf, toldOf, type Told } from './signal.ts'

/** So many activities back, or so many seconds, is looked up. */
const STRETCH = 2000
const MOST_ROWS = 500
const SECONDS = 60
/** What began before a page was read may have ended after it; and clocks differ. */
const MARGIN = 2000

const conversationsOf = (keys: readonly string[]): number[] =>
  keys.flatMap((key) => (key.startsWith('conversation:') ? [Number(key.slice('conversation:'.length))] : []))

const newest = prepared((db) =>
  db
    .select({ id: sql<string | null>`max(${activities.id})` })
    .from(activities)
    .prepare('newest_activity'),
)

/** The id of the last thing that happened: what a stream begins with. */
export const newestActivity = async (db: Database): Promise<number> => Number((await newest(db).execute())[0]?.id ?? 0)

/** Where a reader was: the last signal that they have, or (milliseconds since 1970) when their page was made. */
export interface Since {
  id: number | null
  at: number | null
}

/** The topics in which something may have changed since then for a listener to these keys; `*` when nobody can say. */
export async function missedTopics(db: Database, actor: Actor, keys: readonly string[], since: Since, now: number): Promise<string[]> {
  if (since.id === null && since.at === null) return []
  if (since.id === null ? isLongAgo(since.at ?? 0, now) : (await newestActivity(db)) - since.id > STRETCH) return ['*']
  const conversations = conversationsOf(keys)
  const rows = await db
    .select({
      id: activities.id,
      kind: activities.kind,
      teamId: activities.teamId,
      conversationId: activities.conversationId,
      commentId: activities.commentId,
      detail: activities.detail,
    })
    .from(activities)
    .where(and(stretchOf(since), notOwn(actor), conversations.length === keys.length ? inArray(activities.conversationId, conversations) : undefined))
    .limit(MOST_ROWS)
  if (rows.length === MOST_ROWS) return ['*']
  const told = rows.flatMap(({ detail, ...row }) => toldOf(happenedOf({ ...row, accountId: detail['accountId'] ?? null })))
  return [...new Set(told.filter(({ key }) => keys.includes(key)).map(({ signal }) => signal.topic))]
}

const stretchOf = ({ id, at }: Since) =>
  id === null ? gt(activities.at, new Date((at ?? 0) - MARGIN)) : and(gt(activities.id, id), lte(activities.id, id + STRETCH))

/** What somebody did is on their page. */
const notOwn = (actor: Actor) => (isSignedIn(actor) ? sql`${activities.actorId} is distinct from ${actor.accountId}` : undefined)

const isLongAgo = (at: number, now: number): boolean => now - at > SECONDS * 1000 || at > now + MARGIN

/** Which of these comments are as their condition says. */
export async function commentsThatShow(db: Database, told: readonly Told[]): Promise<Told[]> {
  const ids = told.flatMap(({ signal }) => signal.commentId ?? [])
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: comments.id, state: comments.state, edited: comments.editedByModerator })
    .from(comments)
    .where(and(inArray(comments.id, ids), isNotNull(comments.publishedAt)))
  const byId = new Map(rows.map((row) => [row.id, row]))
  return told.filter(({ signal, if: condition }) => {
    const comment = byId.get(signal.commentId ?? 0)
    if (!comment) return false
    return condition === 'is-public' ? comment.state === 'published' : condition === 'is-edited' ? comment.edited : true
  })
}
