/**
 * The rendered tree of a conversation, one page at a time. A page costs the same whatever the length of the conversation: an index range of the
 * keys in `place`, three levels deep; what is deeper stands on pages of its own.
 */
import { and, asc, desc, eq, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { isSignedIn, type Actor, type Role } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, tuplesOf, type Database } from '../database/database.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { LEVELS_SHOWN } from './comment.ts'
import { mayEdit, mayTakeNotes, mayWithdraw } from './policy.ts'
import { comments, type CommentState, type Reaction } from './schema.ts'

export const PAGE_SIZE = 50
export const WHOLE_SIZE = 200

export interface ThreadComment {
  id: number
  parentId: number | null
  /** 1 to 3, as it stands on this page. */
  level: number
  /** Whom it answers, said to those who cannot see the indent; null on the first level. */
  answers: string | null
  state: CommentState
  /** Null when the author cut it loose, and for stubs. */
  author: string | null
  officialRole: Role | null
  officialTeam: string | null
  body: SafeHtml
  createdAt: Date
  /** When it came into its state: the date of a stub. */
  stateAt: Date
  edited: boolean
  editedByModerator: boolean
  /** Its replies stand on a page of their own. */
  goesOn: boolean
  removalId: number | null
  counts: Record<Reaction, number>
}

export interface ThreadPage {
  comments: ThreadComment[]
  /** Ids for the addresses of the pages before and after this one; null at the ends. */
  before: number | null
  after: number | null
}

export interface ThreadCursor {
  /** The comment that heads the page, or null for the conversation's own page. */
  branch: number | null
  /** `after` a comment, `before` one, or `from` one on; null is the beginning. */
  direction?: 'after' | 'before' | 'from'
  comment?: number | null
  size?: number
}

// Word for word the condition of the index comments_page, so that one range of it answers.
const shown = sql`(${comments.state} in ('published', 'hidden-pending', 'removed') or (${comments.state} in ('withdrawn', 'disposed') and ${comments.replyCount} > 0) or (${comments.state} = 'disposed' and ${comments.removalId} is not null and ${comments.publishedAt} is not null))`
const pageOf = sql`${comments.conversationId} = ${sql.placeholder('conversation')} and coalesce(${comments.branchId}, 0) = ${sql.placeholder('branch')} and ${shown}`
const cursorPlace = sql`(select cursor.place from comments as cursor where cursor.id = ${sql.placeholder('comment')})`

// Times as milliseconds: a number is read faster than the text of a timestamp.
const milliseconds = (column: PgColumn) => sql<number>`(extract(epoch from ${column}) * 1000)::float8`

const select = (db: Database, condition: SQL, order: SQL) =>
  db
    .select({
      id: comments.id,
      parentId: comments.parentId,
      level: comments.level,
      state: comments.state,
      author: sql`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      bodyHtml: comments.bodyHtml,
      createdAt: milliseconds(comments.createdAt),
      stateAt: milliseconds(comments.stateAt),
      // What was changed before anybody could read it was never changed for readers.
      edited: sql`coalesce(${comments.editedAt} > ${comments.publishedAt}, false)`,
      editedByModerator: comments.editedByModerator,
      replyCount: comments.replyCount,
      removalId: comments.removalId,
      helpful: comments.helpfulCount,
      thanks: comments.thanksCount,
      sameHere: comments.sameHereCount,
    })
    .from(comments)
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(and(pageOf, condition))
    .orderBy(order)
    .limit(sql.placeholder('limit'))

/** The columns of `select`, in their order. */
type Row = [
  id: string,
  parentId: string | null,
  level: number,
  state: CommentState,
  author: string | null,
  officialRole: Role | null,
  officialTeam: string | null,
  bodyHtml: string,
  createdAt: number,
  stateAt: number,
  edited: boolean,
  editedByModerator: boolean,
  replyCount: number,
  removalId: string | null,
  helpful: number,
  thanks: number,
  sameHere: number,
]

const PAGES = {
  after: prepared((db) => select(db, sql`${comments.place} > coalesce(${cursorPlace}, '')`, asc(comments.place)).prepare('thread_after')),
  from: prepared((db) => select(db, sql`${comments.place} >= coalesce(${cursorPlace}, '')`, asc(comments.place)).prepare('thread_from')),
  before: prepared((db) => select(db, sql`${comments.place} < coalesce(${cursorPlace}, 'z')`, desc(comments.place)).prepare('thread_before')),
}

/** One page of the thread, the same for every reader. The caller has made sure that the conversation may be read. */
export async function threadPage(db: Database, conversationId: number, cursor: ThreadCursor): Promise<ThreadPage> {
  const direction = cursor.direction ?? 'after'
  const size = cursor.size ?? PAGE_SIZE
  const values = { conversation: conversationId, branch: cursor.branch ?? 0, comment: cursor.comment ?? 0, limit: size + 1 }
  const rows = await tuplesOf<Row>(db, `thread_${direction}`, PAGES[direction](db), values)
  const more = rows.length > size
  const page = rows.slice(0, size)
  if (direction === 'before') page.reverse()
  const shownHere = page.map(commentOf)
  const begun = direction === 'before' ? more : (cursor.comment ?? null) !== null
  const ends = direction === 'before' ? false : !more
  return {
    comments: withAnswers(shownHere),
    before: begun ? (shownHere[0]?.id ?? null) : null,
    after: ends ? null : (shownHere.at(-1)?.id ?? null),
  }
}

function withAnswers(page: ThreadComment[]): ThreadComment[] {
  const byId = new Map(page.map((comment) => [comment.id, comment]))
  for (const comment of page) {
    if (comment.level > 1) comment.answers = byId.get(comment.parentId ?? 0)?.author ?? 'an earlier comment'
  }
  return page
}

function commentOf(row: Row): ThreadComment {
  const [id, parentId, depth, state, author, officialRole, officialTeam, bodyHtml, createdAt, stateAt, edited, editedByModerator] = row
  const [, , , , , , , , , , , , replyCount, removalId, helpful, thanks, sameHere] = row
  const level = ((depth - 1) % LEVELS_SHOWN) + 1
  return {
    id: Number(id),
    parentId: parentId === null ? null : Number(parentId),
    level,
    answers: null,
    state,
    // Who wrote what readers may not see, and the words of it, do not even reach the template: nor whom a reply to it answers.
    author: state === 'published' ? author : null,
    officialRole,
    officialTeam,
    body: trusted(state === 'published' ? bodyHtml : ''),
    createdAt: new Date(createdAt),
    stateAt: new Date(stateAt),
    edited,
    editedByModerator,
    goesOn: level === LEVELS_SHOWN && replyCount > 0,
    removalId: removalId === null ? null : Number(removalId),
    counts: { helpful, thanks, 'same-here': sameHere },
  }
}

/** What only this reader sees on a page: their own reactions, and which comments are theirs to change. Nothing for visitors. */
export interface Mine {
  /** `81 helpful`: a comment's id and the reaction. */
  reactions: ReadonlySet<string>
  editable: ReadonlySet<number>
  withdrawable: ReadonlySet<number>
  /** Reactions to the subject itself. */
  subject: ReadonlySet<Reaction>
  /** They have comments here that others do not see. */
  waits: boolean
  room: Room
  /** How many notes of staff stand beside it; null for those who may not know. */
  notes: number | null
}

/** Who reads a conversation, and beside which one it stands. Told by the database, so that no page can get it wrong. */
export interface Room {
  audience: string
  besideId: number | null
}

// Nobody who is signed out reads anything else.
const PUBLIC: Room = { audience: 'public', besideId: null }

export const nothingMine: Mine = {
  reactions: new Set(),
  editable: new Set(),
  withdrawable: new Set(),
  subject: new Set(),
  waits: false,
  room: PUBLIC,
  notes: null,
}

type RoomRow = Room & { notes: number | null }

interface OwnRow {
  id: number
  state: CommentState
  created_at: string
}

// Five small questions in one round trip.
const mineQuery = prepared((db) =>
  db
    .select({
      own: sql<OwnRow[] | null>`(select json_agg(c) from (select id, state, created_at from comments
        where id = any(${sql.placeholder('ids')}::bigint[]) and author_id = ${sql.placeholder('account')}) c)`,
      reactions: sql<string[] | null>`(select json_agg(comment_id || ' ' || reaction) from comment_reactions
        where comment_id = any(${sql.placeholder('ids')}::bigint[]) and account_id = ${sql.placeholder('account')})`,
      subject: sql<Reaction[] | null>`(select json_agg(reaction) from conversation_reactions
        where conversation_id = ${sql.placeholder('conversation')} and account_id = ${sql.placeholder('account')})`,
      waits: sql<boolean>`exists (select 1 from comments
        where author_id = ${sql.placeholder('account')} and conversation_id = ${sql.placeholder('conversation')} and state in ('held', 'rejected'))`,
      room: sql<RoomRow | null>`(select json_build_object('audience', audience, 'besideId', beside_id,
        'notes', (select comment_count from conversations as side where side.beside_id = conversations.id))
        from conversations where id = ${sql.placeholder('conversation')})`,
    })
    .from(sql`(select 1) as once`)
    .prepare('thread_mine'),
)

type Around = Omit<Parameters<typeof mayEdit>[2], 'audience'> & { conversationId: number }

export async function mineOn(db: Database, actor: Actor, around: Around, page: ThreadPage): Promise<Mine> {
  if (!isSignedIn(actor)) return nothingMine
  const ids = page.comments.map((comment) => comment.id)
  const [row] = await mineQuery(db).execute({ account: actor.accountId, conversation: around.conversationId, ids })
  const { notes, ...room } = row?.room ?? { ...PUBLIC, notes: null }
  const conversation = { ...around, ...room }
  const own = (row?.own ?? []).map(({ id, state, created_at }) => ({ id, state, createdAt: new Date(created_at), authorId: actor.accountId }))
  const moment = now()
  return {
    reactions: new Set(row?.reactions),
    editable: new Set(own.filter((comment) => mayEdit(actor, comment, conversation, moment)).map((comment) => comment.id)),
    withdrawable: new Set(own.filter((comment) => mayWithdraw(actor, comment)).map((comment) => comment.id)),
    subject: new Set(row?.subject),
    waits: row?.waits ?? false,
    room,
    notes: mayTakeNotes(actor, conversation) ? (notes ?? 0) : null,
  }
}

/**
 * Where a comment stands: the page of its thread, and from which comment on to show it so that it has some context above it. Where suggestions
 * or questions are gathered, each has a page of its own with what answers it.
 */
export async function placeOf(
  db: Database,
  comment: { id: number; conversationId: number; branchId: number | null; place: string },
  gathers = false,
): Promise<number | null> {
  const alone = gathers && comment.branchId === null
  const above = await db
    .select({ id: comments.id })
    .from(comments)
    .where(
      and(
        eq(comments.conversationId, comment.conversationId),
        sql`coalesce(${comments.branchId}, 0) = ${comment.branchId ?? 0}`,
        shown,
        sql`${comments.place} < ${comment.place}`,
        alone ? sql`${comments.place} >= ${comment.place.split('.', 1)[0]}` : undefined,
      ),
    )
    .orderBy(desc(comments.place))
    .limit(PAGE_SIZE)
  // On the first page anyway: no need to cut into the thread.
  if (above.length < PAGE_SIZE) return alone ? (above.at(-1)?.id ?? comment.id) : null
  return above[CONTEXT_ABOVE - 1]?.id ?? comment.id
}

const CONTEXT_ABOVE = 5
