/**
 * Everything that a page shows of a conversation: the thread, the reader's own bits, and the form. The same for posts, places and topics.
 */
import { randomUUID } from 'node:crypto'
import { isSignedIn, sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { incidentFor, type Switch } from '../switches/in-force.ts'
import { circleOf, isInternal, isPrivate, THE_ASKER } from './audience.ts'
import { commentById } from './comment.ts'
import { isBox, type Conversation } from './conversation.ts'
import { ownUnpublished, type OwnComment } from './own.ts'
import { closedBecause, heldBecause, isHeld, muteBecause, officialDuty, silentBecause } from './policy.ts'
import { REACTION_NAMES } from './reaction.ts'
import { savedReplies, type SavedReply } from './saved-reply.ts'
import type { Mode, Reaction } from './schema.ts'
import type { ReplyPlace } from './side.ts'
import { mineOn, PAGE_SIZE, threadPage, WHOLE_SIZE, type Mine, type Room, type ThreadPage } from './thread.ts'

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

/** What people write here: in public, between a resident and the team, or among the staff. */
export type Noun = 'comment' | 'message' | 'note'

export interface CommentForm {
  noun: Noun
  /** Part of the staff network: who reads it. */
  inside: 'staff' | 'circle' | null
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
  /** What readers are told of the major incident during which everything is looked at first; null when there is none, or it does not concern this writer. */
  incident: { text: string; link: string | null } | null
  /** Said before people write: their comment will wait. */
  willWait: boolean
  /** Why nothing can be written here now; null when it can. */
  closed: string | null
  /** Answers of the team to begin from; none for residents. */
  replies: SavedReply[]
  /** Its words are those of a staff note, which can hold what must not be said here. */
  fromNote: boolean
  /** What a resident sends with it becomes a suggestion to the team. */
  suggests: boolean
  /** Of the suggestions to a team, where nobody supports their own. */
  isBox: boolean
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
  /** Each reaction and its name, in the order of the buttons; none where nobody reacts. */
  reactions: [Reaction, string][]
  /** Everything waits for a moderator here, as its mode says. */
  held: boolean
  /** Reactions are shown and can no longer be set. */
  muted: boolean
  /** Who wrote what bears no name. */
  nobody: string
  /** Of notes: where the words of one begin a reply. Null for everything else, and for whoever may not answer there. */
  usedAt: ReplyPlace | null
  /** One of what is gathered here, with what answers it and nothing else of its conversation. */
  alone: 'suggestion' | 'question' | null
  /** The page shows others of it elsewhere. */
  rest: boolean
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
  const incident = await incidentFor(db, subject.teamId)
  const around = { ...subject, incident: incident !== null }
  const [mine, replies] = await Promise.all([mineOn(db, actor, around, thread), savedReplies(db, actor, subject.teamId)])
  const form = commentForm(actor, { ...subject, ...mine.room }, { replies, incident })
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
    reactions: form.noun === 'comment' ? NAMED_REACTIONS : [],
    held: isHeld(subject, now()),
    muted: silentBecause(actor, mine.room) !== null || muteBecause({ ...subject, ...mine.room }, now()) !== null,
    nobody: isPrivate(mine.room.audience) ? THE_ASKER : 'Name withdrawn',
    usedAt: null,
    alone: null,
    rest: false,
  }
}

/** A page of the thread that begins with something on the first level holds that and what answers it; any other page stays as it is. */
export function aloneFrom(talk: Talk, from: number | undefined, alone: 'suggestion' | 'question'): Talk {
  const [first, ...rest] = talk.thread.comments
  if (from === undefined || talk.head !== null || first?.id !== from || first.level !== 1) return talk
  const end = rest.findIndex(({ level }) => level === 1)
  const comments = [first, ...(end < 0 ? rest : rest.slice(0, end))]
  return {
    ...talk,
    alone,
    thread: { comments, before: null, after: end < 0 ? talk.thread.after : null },
    subject: { ...talk.subject, commentCount: comments.length },
    form: first.state === 'published' ? { ...talk.form, parentId: first.id, suggests: false } : talk.form,
    waiting: [],
  }
}

/** The thread without these of its first level, and what answers them: the page shows them already. */
export function talkWithout(talk: Talk, ids: readonly number[]): Talk {
  if (ids.length === 0) return talk
  const gone = new Set(ids)
  const comments: ThreadPage['comments'] = []
  let drops = false
  for (const comment of talk.thread.comments) {
    if (comment.level === 1) drops = gone.has(comment.id)
    if (!drops) comments.push(comment)
  }
  return { ...talk, rest: true, thread: { ...talk.thread, comments } }
}

const nounOf = ({ audience, besideId }: Room): Noun => (besideId !== null ? 'note' : isPrivate(audience) ? 'message' : 'comment')

/** What a page without the thread knows of its conversation. */
export const subjectOf = (conversation: Conversation): TalkSubject & Room => ({
  ...conversation,
  conversationId: conversation.id,
  counts: { helpful: conversation.helpfulCount, thanks: conversation.thanksCount, 'same-here': conversation.sameHereCount },
})

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
  subject: Omit<TalkSubject, 'counts' | 'commentCount'> & Room,
  typed: {
    parentId?: number | null
    body?: string
    key?: string
    errors?: Readonly<Record<string, string>>
    replies?: SavedReply[]
    incident?: Switch | null
    fromNote?: boolean
  },
): CommentForm {
  const noun = nounOf(subject)
  const mark = markOf(actor, subject)
  const incident = noun === 'comment' && mark === null ? (typed.incident ?? null) : null
  return {
    noun,
    inside: isInternal(subject.audience) ? (circleOf(subject.audience) === null ? 'staff' : 'circle') : null,
    conversationId: subject.conversationId,
    path: subject.path,
    parentId: typed.parentId ?? null,
    key: typed.key ?? randomUUID(),
    body: typed.body ?? '',
    errors: typed.errors ?? {},
    signedIn: isSignedIn(actor),
    nameMissing: isSignedIn(actor) && actor.displayName === null && noun !== 'message',
    mark,
    incident: incident && { text: incident.banner, link: incident.bannerLink },
    willWait: isSignedIn(actor) && heldBecause(actor, { ...subject, incident: incident !== null }, now()) !== null,
    closed: closedBecause(subject, now()) ?? silentBecause(actor, subject),
    // They are kept for what residents ask.
    replies: noun === 'note' || isInternal(subject.audience) ? [] : (typed.replies ?? []),
    fromNote: typed.fromNote ?? false,
    isBox: isBox(subject),
    suggests: isBox(subject) && mark === null && !typed.parentId,
  }
}

/** The official mark that this actor's words would carry here, in words. */
export function markOf(actor: Actor, place: { teamId: number | null; audience: string }): string | null {
  const duty = officialDuty(actor, place)
  return duty ? sayMark(duty.role, duty.teamName) : null
}
