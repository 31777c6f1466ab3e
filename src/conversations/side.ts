/**
 * The staff's conversation beside a public or private one: same tables, same thread, an audience that readers do not have.
 */
import { eq } from 'drizzle-orm'
import { dutyFor, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { isPublic } from './audience.ts'
import { commentById } from './comment.ts'
import { conversationById, lockConversation, type Conversation } from './conversation.ts'
import { besideAudience, closedBecause, mayTakeNotes, silentBecause } from './policy.ts'
import { conversations } from './schema.ts'

/** Address of the notes beside a conversation. */
export const notesPath = (conversationId: number): string => `/conversations/${conversationId}/notes`

/**
 * Makes it when it is not there yet: two who open it at once get the same one. Throws `NotFound` for whom there is none.
 * Beside a private conversation it is the team's alone.
 */
export async function sideConversation(db: Database, actor: Actor, conversationId: number): Promise<Conversation> {
  const subject = await conversationById(db, actor, conversationId)
  const audience = besideAudience(subject)
  if (audience === null || !mayTakeNotes(actor, subject)) throw new NotFound('conversation')
  const known = await besideOf(db, conversationId)
  if (known) return known
  return db.transaction(async (tx) => {
    // Locked, so that it is not given to another team meanwhile.
    const locked = (await lockConversation(tx, conversationId)) ?? subject
    const side = { audience, teamId: locked.teamId, title: `Staff notes: ${locked.title}`, path: notesPath(conversationId), besideId: conversationId }
    const [made] = await tx.insert(conversations).values(side).onConflictDoNothing({ target: conversations.besideId }).returning()
    const found = made ?? (await besideOf(tx, conversationId))
    if (!found) throw new Error('no side conversation was made')
    return found
  })
}

async function besideOf(db: Db, conversationId: number): Promise<Conversation | null> {
  const [found] = await db.select().from(conversations).where(eq(conversations.besideId, conversationId))
  return found ?? null
}

/** How many notes stand beside it, for the link; null for those who may not know. */
export async function noteCount(db: Db, actor: Actor, conversationId: number): Promise<number | null> {
  const subject = await conversationById(db, actor, conversationId)
  if (!mayTakeNotes(actor, subject)) return null
  return (await besideOf(db, conversationId))?.commentCount ?? 0
}

/** Where a note becomes the beginning of a reply: `?note=ID` goes between path and anchor. */
export interface ReplyPlace {
  path: string
  anchor: string
  /** Everybody will read the reply. */
  isPublic: boolean
}

type Answering = (db: Db, actor: Actor, conversationId: number) => Promise<Omit<ReplyPlace, 'isPublic'> | null>

const answering: Answering[] = []

/** For rooms above in which a reply to some conversations is more than a comment: they say where it is written, null for all others. A second time changes nothing. */
export function replyElsewhere(place: Answering): void {
  if (!answering.includes(place)) answering.push(place)
}

/** Where somebody who answers here for the team begins a reply; null for everybody else, and where nothing can be said now. */
export async function replyPlace(db: Db, actor: Actor, subject: Conversation): Promise<ReplyPlace | null> {
  if (dutyFor(actor, subject.teamId) === null || silentBecause(actor, subject) || closedBecause(subject, now())) return null
  const found = await Promise.all(answering.map((place) => place(db, actor, subject.id)))
  const place = found.find((one) => one !== null) ?? { path: `/conversations/${subject.id}/comments/new`, anchor: '' }
  return { ...place, isPublic: isPublic(subject.audience) }
}

/**
 * The words of a note that stands beside one of these conversations and is not taken back, for whoever answers there. Not whose they are: what is said to residents is
 * said by who sends it. Throws `NotFound`.
 */
export async function noteWords(db: Db, actor: Actor, besideIds: readonly number[], noteId: number): Promise<string> {
  const note = await commentById(db, actor, noteId)
  const side = await conversationById(db, actor, note.conversationId)
  const isBeside = side.besideId !== null && besideIds.includes(side.besideId)
  if (!isBeside || note.state !== 'published' || dutyFor(actor, side.teamId) === null) throw new NotFound('note')
  return note.body
}

/** What rooms above show with the notes beside a conversation; each adds its panel by `declare module '../conversations/side.ts'`, and its partial to the page. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by the rooms above
export interface NotePanels {}

const panels = new Map<string, (db: Db, actor: Actor, subject: Conversation) => Promise<unknown>>()

/** Called once by each room, while the application is put together. `load` answers null where it has nothing to show. */
export function showWithNotes<Name extends keyof NotePanels>(
  name: Name,
  load: (db: Db, actor: Actor, subject: Conversation) => Promise<NotePanels[Name] | null>,
): void {
  panels.set(name, load)
}

export async function notePanels(db: Db, actor: Actor, subject: Conversation): Promise<Partial<NotePanels>> {
  const found = await Promise.all([...panels].map(async ([name, load]) => [name, await load(db, actor, subject)] as const))
  return Object.fromEntries(found.filter(([, panel]) => panel !== null))
}
