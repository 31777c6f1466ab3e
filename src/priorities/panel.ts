/**
 * What stands beside the words of a priority, and of an outcome that closed one: the chain.
 */
import { idOf, type Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import type { PostPage } from '../posts/list.ts'
import { chainOf, type Chain } from './chain.ts'
import { mayKeepPriority, mayLeadPriorities } from './policy.ts'
import { prioritiesClosedBy, priorityOfPost } from './priority.ts'

export interface PriorityPanel {
  chain: Chain
  /** For staff of the team: where they say what is done and how it stands. */
  keepPath: string | null
  /** The composer for the outcome that closes it. */
  closePath: string | null
}

export interface OutcomePanel {
  chains: Chain[]
  /** Addresses of what is drawn, as sources name it. */
  drawn: string[]
}

export async function priorityPanel(db: Database, actor: Actor, post: PostPage): Promise<PriorityPanel | null> {
  const priority = await priorityOfPost(db, post.id)
  if (!priority) return null
  const chain = await chainOf(db, priority.id, idOf(actor))
  const isOpen = priority.closedAt === null
  return {
    chain,
    keepPath: isOpen && mayKeepPriority(actor, priority.teamId) ? `/officers/priorities/${priority.id}` : null,
    closePath: isOpen && mayLeadPriorities(actor, priority.teamId) ? beginClosing(chain) : null,
  }
}

/** First what becomes of its planned actions, where it has any; then the outcome. */
const beginClosing = ({ priority, actions }: Chain): string =>
  actions.some(({ state }) => state === 'planned') ? `/officers/priorities/${priority.id}#close` : closingPath(priority.teamSlug, priority.postId)

/** The composer, filled with what closes this priority. */
export const closingPath = (teamSlug: string, postId: number): string =>
  `/teams/${teamSlug}/posts/new?${new URLSearchParams({ kind: 'outcome', 'came-from': `/teams/${teamSlug}/posts/${postId}`, closes: 'yes' }).toString()}`

/** The composer, filled with what takes up this suggestion. */
export const adoptingPath = (teamSlug: string, commentId: number): string =>
  `/teams/${teamSlug}/posts/new?${new URLSearchParams({ kind: 'priority', 'came-from': `/comments/${commentId}` }).toString()}`

export async function outcomePanel(db: Database, actor: Actor, post: PostPage): Promise<OutcomePanel | null> {
  const closed = await prioritiesClosedBy(db, post.id)
  const chains: Chain[] = []
  for (const { id } of closed) chains.push(await chainOf(db, id, idOf(actor)))
  const drawn = closed.map(({ teamSlug, postId }) => `/teams/${teamSlug}/posts/${postId}`)
  return chains.length > 0 ? { chains, drawn } : null
}
