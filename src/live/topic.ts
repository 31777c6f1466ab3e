/**
 * What somebody may listen to. Each topic goes through the same scope as the page that it is about; what may not be read is not there.
 */
import { hasRole, isSignedIn, type Actor } from '../actor.ts'
import { conversationById } from '../conversations/conversation.ts'
import { mayTakeNotes } from '../conversations/policy.ts'
import type { Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { deskOf } from '../moderation/policy.ts'

const MOST_TOPICS = 5
const TOPIC = /^(account|queue|team|(conversation|team):[1-9]\d{0,14})$/

/**
 * The keys of the hub for the topics of an address: `conversation:12,account`. Throws `NotFound` when one of them is not this actor's to hear.
 * `team` is the officers' desk with all teams that are on it, `team:3` that of one.
 */
export async function keysFor(db: Database, actor: Actor, topics: string): Promise<string[]> {
  const asked = [...new Set(topics.split(','))]
  if (asked.length > MOST_TOPICS || !asked.every((topic) => TOPIC.test(topic))) throw new NotFound('topic')
  const keys = await Promise.all(asked.map((topic) => keysOf(db, actor, topic)))
  return [...new Set(keys.flat())]
}

async function keysOf(db: Database, actor: Actor, topic: string): Promise<string[]> {
  const [name, id] = topic.split(':')
  if (name === 'conversation') return conversationKeys(db, actor, Number(id))
  const keys = name === 'queue' ? queueKeys(actor) : name === 'team' ? teamKeys(actor, id === undefined ? null : Number(id)) : accountKeys(actor)
  if (keys.length === 0) throw new NotFound('topic')
  return keys
}

async function conversationKeys(db: Database, actor: Actor, id: number): Promise<string[]> {
  const conversation = await conversationById(db, actor, id)
  // Notes are for those who may take them, as on their page.
  if (conversation.besideId !== null && !mayTakeNotes(actor, await conversationById(db, actor, conversation.besideId))) throw new NotFound('topic')
  return [`conversation:${id}`]
}

const accountKeys = (actor: Actor): string[] => (isSignedIn(actor) ? [`account:${actor.accountId}`] : [])

function queueKeys(actor: Actor): string[] {
  const desk = deskOf(actor)
  return desk === 'all' ? ['queue:*'] : desk.map((teamId) => `queue:${teamId}`)
}

function teamKeys(actor: Actor, teamId: number | null): string[] {
  const own = actor.duties.flatMap((duty) => ((duty.role === 'officer' || duty.role === 'supervisor') && duty.teamId !== null ? [duty.teamId] : []))
  if (hasRole(actor, 'press-office')) return [teamId === null ? 'team:*' : `team:${teamId}`]
  return own.filter((id) => teamId === null || id === teamId).map((id) => `team:${id}`)
}
