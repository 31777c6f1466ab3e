/**
 * What begins a mailing: each kind of happening, and under which keys it is followed. Only what is public is ever told; a comment costs one statement
 * where nobody wants to hear of it at once.
 */
import { eq, sql } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { activities } from '../activity/schema.ts'
import { now } from '../clock.ts'
import { isPublic } from '../conversations/audience.ts'
import { executeNamed, type Database, type Db, type Tx } from '../database/database.ts'
import { keyOf } from '../following/key.ts'
import { enqueue } from '../jobs/jobs.ts'
import { occasions } from '../occasions/schema.ts'
import { places, presences } from '../places/schema.ts'
import { posts, postTeams } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { beginMailing, type NewMailing } from './mailing.ts'
import { anybodyInstant } from './recipients.ts'
import { mailings } from './schema.ts'

/** Those under which a post is followed: the force, its teams, its tags, and where it takes place. None for what is not public. */
export async function keysOfPost(db: Db, postId: number): Promise<string[]> {
  const [post] = await db
    .select({ audience: posts.audience, tags: posts.tags, placeId: presences.placeId })
    .from(posts)
    .leftJoin(presences, eq(presences.postId, posts.id))
    .where(eq(posts.id, postId))
  if (!post || !isPublic(post.audience)) return []
  const held = await db.selectDistinct({ placeId: occasions.placeId }).from(occasions).where(eq(occasions.postId, postId))
  const venues = [post, ...held].flatMap(({ placeId }) => (placeId === null ? [] : [keyOf({ kind: 'place', id: placeId })]))
  return [...(await teamKeysOfPost(db, postId)), ...post.tags.map((tag) => keyOf({ kind: 'tag', tag })), ...venues]
}

/** The force, the teams on whose pages it stands, and its own: a meeting stands in no list of posts. */
export async function teamKeysOfPost(db: Db, postId: number): Promise<string[]> {
  const own = db.select({ id: teams.id }).from(posts).innerJoin(teams, eq(teams.id, posts.teamId)).where(eq(posts.id, postId))
  const rows = await db.select({ id: postTeams.teamId }).from(postTeams).where(eq(postTeams.postId, postId)).union(own)
  return [keyOf({ kind: 'force' }), ...rows.map(({ id }) => keyOf({ kind: 'team', id }))]
}

const begin = (db: Database, made: NewMailing): Promise<unknown> =>
  made.keys.length === 0 ? Promise.resolve() : db.transaction((tx) => beginMailing(tx, made))

/** A post went out. */
export async function tellOfPost(db: Database, { postId, audience }: Activity): Promise<void> {
  if (!postId || !isPublic(audience)) return
  await begin(db, { cause: 'post', key: `post:${postId}`, keys: await keysOfPost(db, postId), postId })
}

/** It says something else now: those who follow its conversation hear of it. */
export async function tellOfCorrection(db: Database, { id, postId, conversationId, audience }: Activity): Promise<void> {
  if (!postId || !conversationId || !isPublic(audience)) return
  await begin(db, { cause: 'post', key: `activity:${id}`, keys: [keyOf({ kind: 'conversation', id: conversationId })], activityId: id, postId })
}

/** Another time or venue, or called off: whoever heard of it, also at the venue where it is no more, and whoever follows its conversation. */
export async function tellOfPresence(db: Database, { id, postId, conversationId, audience, detail = {} }: Activity): Promise<void> {
  if (!postId || !isPublic(audience)) return
  const talk = conversationId ? [keyOf({ kind: 'conversation', id: conversationId })] : []
  const left = detail['placeBefore'] ? [keyOf({ kind: 'place', id: Number(detail['placeBefore']) })] : []
  const keys = [...new Set([...(await keysOfPost(db, postId)), ...left, ...talk])]
  await begin(db, { cause: 'presence', key: `activity:${id}`, keys, activityId: id, postId })
}

/** One date of an event or a task was moved, or called off: whoever heard of it, at the old venue too. Who has signed up is told by mail of their own. */
export async function tellOfOccasion(db: Database, { id, kind, postId, conversationId, audience, detail = {} }: Activity): Promise<void> {
  const occasionId = Number(detail['occasionId'] ?? 0)
  if (!postId || occasionId === 0 || !isPublic(audience)) return
  const venues = [detail['placeId'], detail['placeBefore']].filter((place) => place !== null && place !== undefined)
  const keys = [
    ...(await keysOfPost(db, postId)),
    ...venues.map((place) => keyOf({ kind: 'place', id: Number(place) })),
    ...(conversationId ? [keyOf({ kind: 'conversation', id: conversationId })] : []),
  ]
  // Several dates of one post that were moved at once are told of once, with the first of them.
  const [happened] = await db.select({ at: activities.at }).from(activities).where(eq(activities.id, id))
  const key = `dates:${postId}:${kind}:${happened?.at.getTime() ?? id}`
  await begin(db, { cause: 'occasion', key, keys: [...new Set(keys)], activityId: id, postId, occasionId })
}

/** Something was done about a priority: those who follow its conversation hear of it. Of the first notes of a meeting and of the results of a survey the team's followers hear too. */
export async function tellOfNews(db: Database, { id, kind, postId, conversationId, audience, detail = {} }: Activity): Promise<void> {
  if (!postId || !conversationId || !isPublic(audience)) return
  const isCorrected = kind === 'event.noted' && Number(detail['version'] ?? 1) > 1
  if (isCorrected) return
  const wider = kind === 'event.noted' || kind === 'survey.published' ? await keysOfPost(db, postId) : []
  const keys = [...wider, keyOf({ kind: 'conversation', id: conversationId })]
  await begin(db, { cause: 'news', key: `activity:${id}`, keys, activityId: id, postId })
}

/** Hours or details of a place changed, or it closed for good. */
export async function tellOfPlace(db: Database, { id, conversationId, audience }: Activity): Promise<void> {
  if (!conversationId || !isPublic(audience)) return
  const [place] = await db.select({ id: places.id }).from(places).where(eq(places.conversationId, conversationId))
  if (place)
    await begin(db, { cause: 'place', key: `activity:${id}`, keys: [keyOf({ kind: 'place', id: place.id })], activityId: id, placeId: place.id })
}

/** Something was said. Part of the transaction that publishes it: no comment pays for a job when nobody wants to hear of it at once. */
export async function tellOfComment(tx: Tx, { id, commentId, conversationId, audience }: Activity): Promise<void> {
  if (!commentId || !conversationId || !isPublic(audience)) return
  const [begun] = await executeNamed<{ id: string }>(
    tx,
    'mailing_of_comment',
    sql`with told as (
      select array_cat(array[${`conversation:${conversationId}`}::text], (select array_agg('place:' || id) from ${places} where conversation_id = ${conversationId})) as keys)
    insert into ${mailings} (cause, key, keys, activity_id, comment_id, created_at)
    select 'comment', ${`comment:${commentId}`}, told.keys, ${id}::bigint, ${commentId}::bigint, ${now().toISOString()}::timestamptz
    from told where ${anybodyInstant(sql`told.keys`)}
    on conflict (key) do nothing returning id`,
  )
  if (begun) await enqueue(tx, 'mailing', { id: Number(begun.id) })
}
