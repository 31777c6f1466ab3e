/**
 * What has been made so far while the staff network is played, by the keys of its script, and who somebody has become meanwhile: in which circles, of which organisation.
 */
import { and, desc, eq } from 'drizzle-orm'
import { actorById } from '../accounts/known.ts'
import type { SignedIn } from '../actor.ts'
import { comments } from '../conversations/schema.ts'
import { reactToSubject } from '../conversations/reaction.ts'
import { publishComposed, type Composed, type StaffForm } from '../network/compose.ts'
import type { Window } from '../places/presence-window.ts'
import type { PlannedInside, PlannedTime } from './force-script.ts'
import type { MadePost, Schedule } from './schedule.ts'
import { unwrap } from './script.ts'
import type { Stage } from './stage.ts'
import { windowsOf } from './taking-part-book.ts'
import { AT_WORK } from './timetable.ts'

export class ForceBook {
  readonly posts = new Map<string, MadePost>()
  readonly circles = new Map<string, number>()

  post(key: string): MadePost {
    const found = this.posts.get(key)
    if (!found) throw new Error(`nothing was planned as “${key}”`)
    return found
  }

  circle(key: string | undefined): number | null {
    if (key === undefined) return null
    const found = this.circles.get(key)
    if (found === undefined) throw new Error(`there is no circle “${key}” yet`)
    return found
  }
}

/** Whoever has joined a circle or left one: from now on they act with what they are in. */
export async function renew(stage: Stage, key: string): Promise<SignedIn> {
  const actor = await actorById(stage.db, stage.person(key).accountId)
  stage.cast.set(key, actor)
  return actor
}

/** As topics stand in addresses. */
export const topicsOf = (tags: readonly string[]): string[] => tags.map((tag) => tag.replaceAll(' ', '-').toLowerCase())

export interface Words {
  title: string
  body: string
  tags: string[]
  circleId: number | null
  clientKey: string
}

export const wordsOf = (stage: Stage, book: ForceBook, { title, text, tags, circle }: Omit<PlannedInside, 'key' | 'by' | 'when'>): Words => ({
  title,
  body: unwrap(text),
  tags: topicsOf(tags),
  circleId: book.circle(circle),
  clientKey: stage.key(),
})

/** As the form sends it. */
export const compose = (
  stage: Stage,
  by: string,
  kind: Composed,
  { tags, ...words }: Words,
  { address = '', whom = [] }: Partial<Pick<StaffForm, 'address' | 'whom'>>,
): Promise<{ path: string }> => publishComposed(stage.db, stage.person(by), { kind, ...words, tags: tags.join(', '), address, whom })

/** The id in the address of a post. */
export function idIn(path: string): number {
  const [, id] = /^\/staff\/posts\/(\d+)/.exec(path) ?? []
  if (id === undefined) throw new Error(`${path} is not the address of a post of the network`)
  return Number(id)
}

type Planned = Pick<PlannedInside, 'key' | 'by' | 'talk' | 'thanks'>

/** Something is published and talked about. Answers when the last word of it is said. */
export function addInside(
  schedule: Schedule,
  book: ForceBook,
  at: Date,
  planned: Planned,
  publish: (stage: Stage) => Promise<{ path: string }>,
): Date {
  const { times } = schedule
  const made: MadePost = { id: 0, conversationId: 0 }
  book.posts.set(planned.key, made)
  schedule.add(at, async (stage) => {
    made.id = idIn((await publish(stage)).path)
    made.conversationId = await stage.conversationOf(made.id)
  })
  const { thanks = [], talk = [] } = planned
  if (thanks.length > 0)
    schedule.add(times.later(at, 200, AT_WORK), async (stage) => {
      for (const who of thanks) await reactToSubject(stage.db, stage.person(who), made.conversationId, { reaction: 'thanks', on: true })
    })
  return talk.reduce((before, said) => schedule.addComment(said, before, made), at)
}

/** The newest comment in that conversation with these words. */
export async function commentIn(stage: Stage, conversationId: number, words: string): Promise<number> {
  const [comment] = await stage.db
    .select({ id: comments.id })
    .from(comments)
    .where(and(eq(comments.conversationId, conversationId), eq(comments.body, words)))
    .orderBy(desc(comments.id))
    .limit(1)
  if (!comment) throw new Error(`nobody said “${words}” there`)
  return comment.id
}

export function windowOf({ days, from, until }: PlannedTime, today: Date): Window {
  const [window] = windowsOf({ days: [days], from, until }, today)
  if (!window) throw new Error('there is no such day')
  return window
}

/** What happens by itself in a script is planned three days before it at the latest, however Christmas has moved it. */
export const before = (wanted: Date, { startsAt }: Window): Date => new Date(Math.min(wanted.getTime(), startsAt.getTime() - 3 * 86_400_000))
