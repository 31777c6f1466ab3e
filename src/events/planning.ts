/**
 * Planning an event: its words as a post of its team with a conversation, its dates as occasions, all of it or nothing.
 */
import { and, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import type { OccasionPlan } from '../occasions/occasion.ts'
import { addOccasions, requirePlanning } from '../occasions/planning.ts'
import { publishingDuty } from '../posts/policy.ts'
import { posts } from '../posts/schema.ts'
import { postPath, storePost, tellOfPost } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { eventPriorities, events, type Format, type Repeat } from './schema.ts'
import { keepEnd } from './ending.ts'
import { requirePriorities } from './about.ts'

export interface EventWords {
  title: string
  body: string
  tags: string[]
  format: Format
  /** https; where it takes place, or is seen, on the web. */
  onlineUrl: string | null
  /** Priorities of the team that it is about. */
  priorityIds: readonly number[]
}

export interface NewEvent extends EventWords {
  teamId: number
  dates: readonly OccasionPlan[]
  repeats: Repeat | null
  clientKey: string
}

/**
 * Publishes it; followers hear once, however many dates it has. The same form again answers what it made. Throws `NotFound`, `Forbidden`, and `Refused` by
 * field (`date`, `from`, `place`, `venue`, `capacity`, `priorities`).
 */
export async function planEvent(db: Database, actor: SignedIn, input: NewEvent): Promise<{ id: number; path: string }> {
  try {
    return (await sentBefore(db, actor, input.clientKey)) ?? (await db.transaction((tx) => planEventIn(tx, actor, input)))
  } catch (problem) {
    // The same form arrived twice at once: what the other one made is the answer.
    const made = problem instanceof Overtaken ? await sentBefore(db, actor, input.clientKey) : null
    if (!made) throw problem
    return made
  }
}

/** The same as part of a larger change. Throws `Overtaken` when the key was sent before. */
export async function planEventIn(tx: Tx, actor: SignedIn, input: NewEvent): Promise<{ id: number; path: string }> {
  const [team] = await tx.select().from(teams).where(eq(teams.id, input.teamId))
  if (!team) throw new NotFound('team')
  await requirePlanning(tx, actor, team, 'event')
  requireFitting(input)
  await requirePriorities(tx, team.id, input.priorityIds)
  const duty = publishingDuty(actor, team.id)
  if (!duty) throw new Forbidden(`You cannot plan for the ${team.name} team.`)
  const { title, body, tags, clientKey, format } = input
  const words = { title, body, tags, clientKey, details: {}, kind: 'event' as const, gathers: format === 'question-hour' }
  const { post, path } = await storePost(tx, { id: actor.accountId, role: duty.role }, team, words)
  const id = await storeEvent(tx, post.id, input)
  const [first] = await addOccasions(tx, actor, { postId: post.id, teamId: team.id }, input.dates)
  await keepEnd(tx, post.id)
  await tellOfPost(tx, actor.accountId, 'post.published', post, { eventId: id, occasionId: first ?? null, times: input.dates.length })
  return { id, path }
}

function requireFitting({ format, onlineUrl, dates }: NewEvent): void {
  if (dates.length === 0) throw new Refused('There is no date', { date: 'Enter the day' })
  if (format === 'online' && onlineUrl === null) throw new Refused('Say where it is on the web', { url: 'Enter the web address where people join' })
  if (format === 'question-hour' && dates.length > 1)
    throw new Refused('A live hour has one date', { times: 'A live question hour has one date. Plan another one for the next' })
}

async function storeEvent(tx: Tx, postId: number, { teamId, format, onlineUrl, repeats, priorityIds }: NewEvent): Promise<number> {
  const [event] = await tx.insert(events).values({ postId, teamId, format, onlineUrl, repeats }).returning({ id: events.id })
  if (!event) throw new Error('the event gave no row back')
  await setPriorities(tx, event.id, priorityIds)
  return event.id
}

/** These, and no others. */
export async function setPriorities(tx: Tx, eventId: number, priorityIds: readonly number[]): Promise<void> {
  await tx.delete(eventPriorities).where(eq(eventPriorities.eventId, eventId))
  if (priorityIds.length > 0) await tx.insert(eventPriorities).values(priorityIds.map((priorityId) => ({ eventId, priorityId })))
}

async function sentBefore(db: Database, actor: SignedIn, clientKey: string): Promise<{ id: number; path: string } | null> {
  const [found] = await db
    .select({ id: events.id, postId: posts.id, slug: posts.slug, teamSlug: teams.slug })
    .from(posts)
    .innerJoin(events, eq(events.postId, posts.id))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(and(eq(posts.authorId, actor.accountId), eq(posts.clientKey, clientKey)))
  return found ? { id: found.id, path: postPath(found.teamSlug, { id: found.postId, slug: found.slug }) } : null
}
