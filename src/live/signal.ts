/**
 * What a stream tells: that something changed, where, and which ids. Never words: the browser fetches the fragment and is authorised again.
 *
 * What happened reaches every process by NOTIFY (activity/activity.ts); here it is decided which topics it touches. Two things never get out:
 * a comment that nobody could read yet (it waits, or its author changes it meanwhile), and what moderators do to an item that stays as it is.
 */
import { z } from 'zod'

/** `changed`: something may have changed, look for yourself. */
export type SignalKind = 'comment.added' | 'comment.changed' | 'conversation.changed' | 'changed'

/** What is written on a stream. */
export interface Signal {
  /** As the reader asked for it: `conversation:12`, `account`, `team`, `queue`; `*` is everything. */
  topic: string
  kind: SignalKind
  commentId?: number
}

const id = z.number().int().positive()

/** The payload of NOTIFY. */
const Happened = z.object({
  id,
  kind: z.string(),
  actorId: id.optional(),
  teamId: id.optional(),
  conversationId: id.optional(),
  commentId: id.optional(),
  /** Whom it concerns: who was told, whose role ended. */
  accountId: id.optional().catch(undefined),
})
export type Happened = z.output<typeof Happened>

/** Null for what nobody could have sent but somebody at the database itself. */
export function readHappened(payload: string): Happened | null {
  try {
    return Happened.safeParse(JSON.parse(payload)).data ?? null
  } catch {
    return null
  }
}

/** The same for a row of what happened, in which what does not apply is null. */
export const happenedOf = (row: Record<string, unknown>): Happened =>
  Happened.parse(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)))

/** One signal on its way to those who listen to a key of the hub. */
export interface Told {
  key: string
  signal: Signal
  /** The comment has to be looked at first: only if readers could ever see it, and it is as the kind says, is it told. */
  if?: 'was-public' | 'is-public' | 'is-edited'
  /** Own words are no news. */
  exceptAccount?: number
}

const ADDED = new Set(['comment.published', 'comment.released'])
/** What happened to a comment → what has to be true of it for readers to see a difference. */
const CHANGED: Readonly<Record<string, NonNullable<Told['if']>>> = {
  'comment.edited': 'was-public',
  'comment.withdrawn': 'was-public',
  'comment.removed': 'was-public',
  'comment.hidden': 'was-public',
  'comment.restored': 'was-public',
  'comment.held': 'was-public',
  // Words were taken out of it; kept as it was, nothing is to be seen.
  'comment.kept': 'is-edited',
  // Overturned; upheld, it stays where it was.
  'appeal.decided': 'is-public',
}
const DESK = /^(question|draft|post|staff|presence)\.|^comment\.(published|released|removed|withdrawn)$/
const QUEUE =
  /^(case|appeal|proposal|request|notice|draft|item)\.|^comment\.(held|released|rejected|removed|kept|hidden|restored|edited|withdrawn)$|^post\.(removed|kept|restored|withdrawn)$/
/** What a supervisor's queue holds: what people said and published, and no papers of the press office. */
const TEAM_QUEUE = /^(case|item|comment|post)\./

/** Whom it is told to. */
export function toldOf(happened: Happened): Told[] {
  const told = conversationTold(happened)
  const { kind, teamId, accountId } = happened
  const moved = (key: string, topic: string): Told => ({ key, signal: { topic, kind: 'changed' } })
  if (DESK.test(kind)) told.push(moved('team:*', 'team'), ...(teamId ? [moved(`team:${teamId}`, 'team')] : []))
  if (QUEUE.test(kind)) told.push(moved('queue:*', 'queue'))
  if (QUEUE.test(kind) && TEAM_QUEUE.test(kind) && teamId) told.push(moved(`queue:${teamId}`, 'queue'))
  if (kind.startsWith('notification.') && accountId) told.push(moved(`account:${accountId}`, 'account'))
  return told
}

function conversationTold({ kind, conversationId, commentId, actorId }: Happened): Told[] {
  if (!conversationId) return []
  const key = `conversation:${conversationId}`
  const about = (kind: SignalKind): Signal => ({ topic: key, kind, ...(commentId ? { commentId } : {}) })
  if (kind === 'conversation.moded') return [{ key, signal: about('conversation.changed') }]
  if (!commentId) return []
  if (ADDED.has(kind)) return [{ key, signal: about('comment.added'), ...(actorId ? { exceptAccount: actorId } : {}) }]
  const condition = CHANGED[kind]
  return condition ? [{ key, signal: about('comment.changed'), if: condition }] : []
}
