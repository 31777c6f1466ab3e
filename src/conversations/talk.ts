/**
 * Everything that a page shows of a conversation: the thread, the reader's own bits, and the form. The same for posts, places and topics.
 */
import { randomUUID } from 'node:crypto'
import { isSignedIn, sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { commentById } from './comment.ts'
import { ownUnpublished, type OwnComment } from './own.ts'
import { closedBecause, heldBecause, officialDuty, silentBecause } from './policy.ts'
import { REACTION_NAMES } from './reaction.ts'
import type { Mode, Reaction } from './schema.ts'
import { mineOn, PAGE_SIZE, threadPage, WHOLE_SIZE, type Mine, type ThreadPage } from './thread.ts'

/** What the engine has to know of the conversation: every subject's page brings it along in its own read. */
export interface TalkSubject {
  conversationId: number
  path: string
  teamId: number | null
  commentCount: number
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
  counts: { helpful: number; thanks: number; 'same-here': number }
}

export interface CommentForm {
  conversationId: number
  path: string
  parentId: number | null
  key: string
  body: string
  errors: Readonly<Record<string, string>>
  signedIn: boolean
  nameMissing: boolean
  /** "Officer · Bracebridge Heath team" when it will be an official reply; null for oneself. */
  mark: string | null
  /** Said before people write: their comment will wait. */
  willWait: boolean
  /** Why nothing can be written here now; null when it can. */
  closed: string | null
}

export interface Talk {
  subject: TalkSubject
  thread: ThreadPage
  /** The comment that heads this page, when it is not the conversation's own. */
  head: { id: number; author: string | null; path: string } | null
  mine: Mine
  waiting: OwnComment[]
  form: CommentForm
  /** Offer the long page: there are more comments than one page, and few enough to show at once. */
  offersWhole: boolean
  beginning: boolean
  /** Each reaction and its name, in the order of the buttons. */
  reactions: [Reaction, string][]
}

/** Where in the thread a reader is, from the query of the address. */
export interface TalkQuery {
  thread?: number | undefined
  after?: number | undefined
  before?: number | undefined
  from?: number | undefined
  all?: boolean | undefined
}

export async function talkOf(db: Database, actor: Actor, subject: TalkSubject, query: TalkQuery): Promise<Talk> {
  const [thread, head] = await Promise.all([
    threadPage(db, subject.conversationId, cursorOf(query)),
    query.thread === undefined ? null : headOf(db, actor, subject, query.thread),
  ])
  const mine = await mineOn(db, actor, subject, thread)
  const form = commentForm(actor, subject, {})
  const waiting = isSignedIn(actor) && mine.waits ? await ownUnpublished(db, actor, subject.conversationId) : []
  return {
    subject,
    thread,
    head,
    mine,
    waiting,
    form,
    offersWhole: query.all !== true && head === null && subject.commentCount > PAGE_SIZE && subject.commentCount <= WHOLE_SIZE,
    beginning: query.after === undefined && query.before === undefined && query.from === undefined,
    reactions: NAMED_REACTIONS,
  }
}

const NAMED_REACTIONS = Object.entries(REACTION_NAMES) as [Reaction, string][]

function cursorOf(query: TalkQuery) {
  const branch = query.thread ?? null
  const size = query.all ? WHOLE_SIZE : PAGE_SIZE
  if (query.from !== undefined) return { branch, size, direction: 'from' as const, comment: query.from }
  if (query.before !== undefined) return { branch, size, direction: 'before' as const, comment: query.before }
  return { branch, size, direction: 'after' as const, comment: query.after ?? null }
}

async function headOf(db: Database, actor: Actor, subject: TalkSubject, id: number): Promise<Talk['head']> {
  const comment = await commentById(db, actor, id)
  if (comment.conversationId !== subject.conversationId) throw new NotFound('comment')
  return { id, author: comment.state === 'published' ? comment.author : null, path: `/comments/${id}` }
}

/** A form for a new comment or a reply; `typed` fills it again. */
export function commentForm(
  actor: Actor,
  subject: Omit<TalkSubject, 'counts' | 'commentCount'>,
  typed: { parentId?: number | null; body?: string; key?: string; errors?: Readonly<Record<string, string>> },
): CommentForm {
  return {
    conversationId: subject.conversationId,
    path: subject.path,
    parentId: typed.parentId ?? null,
    key: typed.key ?? randomUUID(),
    body: typed.body ?? '',
    errors: typed.errors ?? {},
    signedIn: isSignedIn(actor),
    nameMissing: isSignedIn(actor) && actor.displayName === null,
    mark: markOf(actor, subject.teamId),
    willWait: isSignedIn(actor) && heldBecause(actor, subject) !== null,
    closed: closedBecause(subject, now()) ?? silentBecause(actor),
  }
}

/** The official mark that this actor's words would carry here, in words. */
export function markOf(actor: Actor, teamId: number | null): string | null {
  const duty = officialDuty(actor, { teamId })
  return duty ? sayMark(duty.role, duty.teamName) : null
}
