/**
 * Saying something: posting, editing, withdrawing, cutting loose from one's name. What the server acknowledged is stored,
 * and sending the same form twice makes one comment.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { executeNamed, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { incidentIn } from '../switches/in-force.ts'
import { renderComment } from '../text/markdown.ts'
import { isPrivate, mayRead } from './audience.ts'
import { closedBecause, fixedBecause, heldBecause, mayEdit, mayReadHistory, mayUnname, mayWithdraw, officialDuty, silentBecause } from './policy.ts'
import { refuseKept } from './evidence.ts'
import { commentVersions, comments, conversations, type CommentState, type Mode } from './schema.ts'
import { keepCounts, lockComment, sayState, setCommentState, type LockedComment } from './states.ts'

/** What was found out about the words before they came here. */
export interface Screened {
  /** Why a person has to look at them first, in words for the moderator; null or left out: as the conversation's own rules say. */
  hold?: string | null
  /** Whom it is handed to as well. */
  refer?: 'standards' | null
}

export interface NewComment extends Screened {
  body: string
  parentId: number | null
  clientKey: string
}

export interface Posted {
  id: number
  state: CommentState
  audience: string
  /** A note of the staff, beside a conversation. */
  isNote: boolean
  /** Of the page that shows the conversation. */
  path: string
}

/**
 * Adds a comment, as oneself or officially for the team. Throws `Refused` (field `body` or `parent`) when the conversation is closed or the parent is gone:
 * the caller shows the form again with the words in it.
 */
export const postComment = (db: Database, actor: SignedIn, conversationId: number, input: NewComment): Promise<Posted> =>
  db.transaction((tx) => postCommentIn(tx, actor, conversationId, input))

/** The same inside the caller's transaction, for a verb of which the comment is a part. Locks the conversation: take locks that come before it first. */
export async function postCommentIn(tx: Tx, actor: SignedIn, conversationId: number, input: NewComment): Promise<Posted> {
  const place = await findPlace(tx, actor, conversationId, input)
  if ('state' in place) return place
  const silent = silentBecause(actor, place)
  if (silent) throw new Forbidden(silent)
  // Between a resident and the team nobody else reads the name, so none is asked for.
  if (actor.displayName === null && !isPrivate(place.audience))
    throw new Refused('Choose a display name first', { body: 'Choose a display name for your account first, then send this again' })
  const because = [heldBecause(actor, place, now()), input.hold].filter(Boolean).join(' ')
  const comment = { actor, conversationId, input, place, state: because ? ('held' as const) : ('published' as const) }
  if (!(await insertComment(tx, comment))) return sentBefore(tx, actor, input.clientKey, place)
  const published = Number(comment.state === 'published')
  const counted = { conversationId, parentId: input.parentId, authorId: actor.accountId, audience: place.audience }
  if (published) await keepCounts(tx, counted, { read: 1, first: 1 })
  await recordActivity(tx, {
    kind: published ? 'comment.published' : 'comment.held',
    audience: place.audience,
    actorId: actor.accountId,
    teamId: place.teamId,
    conversationId,
    commentId: place.id,
    detail: because ? { because, ...(input.refer ? { refer: input.refer } : {}) } : {},
  })
  return { id: place.id, state: comment.state, audience: place.audience, isNote: place.isNote, path: place.path }
}

/** The same form with other words: neither the first comment again nor, without a word, nothing. */
export class SentBefore extends Refused {
  constructor() {
    super('You sent this form before, with other words', {
      body: 'You sent this form before, with other words, and those are stored. Post these as a second comment, or change the first one instead',
    })
  }
}

interface Place {
  id: number
  audience: string
  isNote: boolean
  path: string
  teamId: number | null
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
  incident: boolean
  branchId: number | null
  level: number
  place: string
}

/** As the driver gives it: ids of eight bytes as text. */
interface PlaceRow extends Record<string, unknown> {
  audience: string
  is_note: boolean
  path: string
  team_id: string | null
  mode: Mode
  mode_reason: string | null
  mode_ends_at: string | null
  incident: boolean
  id: string
  parent_id: string | null
  parent_state: CommentState | null
  parent_level: number
  parent_place: string
  parent_branch: string | null
  known_id: string | null
  known_state: CommentState | null
  known_body: string | null
}

/**
 * Locks the conversation against a change of mode, checks that one may write here, and takes the id and the place of the new comment.
 * A form that was taken before is answered with its comment, also when the conversation was closed meanwhile.
 */
async function findPlace(tx: Tx, actor: SignedIn, conversationId: number, { parentId, clientKey, body }: NewComment): Promise<Place | Posted> {
  const [row] = await executeNamed<PlaceRow>(
    tx,
    'comment_place',
    sql`
    select c.audience, c.beside_id is not null as is_note, c.team_id, c.path, c.mode, c.mode_reason, c.mode_ends_at, ${incidentIn(sql`c.team_id`, now())} as incident, known.id as known_id, known.state as known_state, known.body as known_body, nextval('comments_id_seq') as id,
      p.id as parent_id, p.state as parent_state, p.level as parent_level, p.place as parent_place, p.branch_id as parent_branch
    from conversations c left join comments p on p.id = ${parentId} and p.conversation_id = c.id
      left join comments known on known.author_id = ${actor.accountId} and known.client_key = ${clientKey}
    where c.id = ${conversationId} for no key update of c`,
  )
  const teamId = row?.team_id ? Number(row.team_id) : null
  if (!row || !mayRead(actor, { audience: row.audience, teamId })) throw new NotFound('conversation')
  if (row.known_body !== null && row.known_body !== body) throw new SentBefore()
  if (row.known_id !== null && row.known_state !== null)
    return { id: Number(row.known_id), state: row.known_state, audience: row.audience, isNote: row.is_note, path: row.path }
  const where = {
    id: Number(row.id),
    audience: row.audience,
    isNote: row.is_note,
    path: row.path,
    teamId,
    mode: row.mode,
    modeReason: row.mode_reason,
    modeEndsAt: row.mode_ends_at === null ? null : new Date(row.mode_ends_at),
    incident: row.incident,
  }
  const closed = closedBecause(where, now())
  if (closed)
    throw new Refused('This conversation was closed before your comment arrived', {
      body: `${closed} Your words are below, so that you can keep them.`,
    })
  if (parentId === null) return { ...where, branchId: null, level: 1, place: segmentOf(where.id) }
  if (row.parent_id === null || row.parent_state === null)
    throw new Refused('That comment is not part of this conversation', { parent: 'The comment that you answer is not part of this conversation' })
  if (row.parent_state !== 'published') {
    throw new Refused('That comment can no longer be answered', {
      body: `The comment that you answer is ${sayState(row.parent_state)}. You can post your words as a new comment.`,
    })
  }
  return { ...where, ...placeUnder(where.id, parentId, row) }
}

export const LEVELS_SHOWN = 3

/** Twelve hexadecimal digits of the id: they sort as the ids do, far beyond what anybody will write. */
const segmentOf = (id: number): string => id.toString(16).padStart(12, '0')

/** Below the third level a new page begins, headed by the parent. So a page's keys stay short however deep people answer. */
function placeUnder(id: number, parentId: number, parent: PlaceRow) {
  const level = parent.parent_level + 1
  if (parent.parent_level % LEVELS_SHOWN === 0) return { level, branchId: parentId, place: segmentOf(id) }
  return { level, branchId: parent.parent_branch === null ? null : Number(parent.parent_branch), place: `${parent.parent_place}.${segmentOf(id)}` }
}

interface Insertion {
  actor: SignedIn
  conversationId: number
  input: NewComment
  place: Place
  state: 'held' | 'published'
}

async function insertComment(tx: Tx, { actor, conversationId, input, place, state }: Insertion): Promise<boolean> {
  const duty = officialDuty(actor, place)
  const moment = now()
  const inserted = await executeNamed(
    tx,
    'comment_insert',
    sql`
    insert into comments (id, conversation_id, parent_id, branch_id, level, place, author_id, client_key, body, body_html, state,
      official_role, official_team, created_at, published_at, state_at)
    overriding system value
    values (${place.id}, ${conversationId}, ${input.parentId}, ${place.branchId}, ${place.level}, ${place.place}, ${actor.accountId}, ${input.clientKey},
      ${input.body}, ${renderComment(input.body)}, ${state}, ${duty?.role ?? null}, ${duty?.teamName ?? null}, ${moment},
      ${state === 'published' ? moment : null}, ${moment})
    on conflict (author_id, client_key) do nothing returning id`,
  )
  return inserted.length === 1
}

async function sentBefore(tx: Tx, actor: SignedIn, clientKey: string, { audience, isNote, path }: Place): Promise<Posted> {
  const [known] = await tx
    .select({ id: comments.id, state: comments.state })
    .from(comments)
    .where(and(eq(comments.authorId, actor.accountId), eq(comments.clientKey, clientKey)))
  if (!known) throw new Error('a comment was neither stored nor known')
  return { ...known, audience, isNote, path }
}

/**
 * Changes one's own words, for 15 minutes; the earlier wording stays readable. The same words again change nothing.
 * With `hold`, which the author chose, a published comment goes back to wait for a moderator. Answers the comment as it was, with the state that it has now.
 */
export async function editComment(db: Database, actor: SignedIn, id: number, body: string, { hold, refer }: Screened = {}): Promise<LockedComment> {
  return db.transaction(async (tx) => {
    const comment = await lockOwn(tx, actor, id)
    if (body === comment.body) return comment
    requireEditable(actor, comment, comment)
    const [earlier] = await tx.select({ bodyHtml: comments.bodyHtml, editedAt: comments.editedAt }).from(comments).where(eq(comments.id, id))
    await tx.insert(commentVersions).values({
      commentId: id,
      version: comment.version,
      body: comment.body,
      bodyHtml: earlier?.bodyHtml ?? '',
      writtenAt: earlier?.editedAt ?? comment.createdAt,
      wasPublic: comment.state === 'published',
    })
    await tx
      .update(comments)
      .set({ body, bodyHtml: renderComment(body), editedAt: now(), version: comment.version + 1 })
      .where(eq(comments.id, id))
      .catch(refuseKept)
    const back = Boolean(hold) && comment.state === 'published'
    if (back) await setCommentState(tx, comment, 'held')
    else await keepCounts(tx, comment, { read: 0, first: 0 })
    await recordActivity(tx, aboutComment('comment.edited', actor, comment))
    if (hold && (back || refer)) {
      const held = aboutComment('comment.held', actor, comment)
      await recordActivity(tx, { ...held, detail: { because: hold, ...(refer ? { refer } : {}) } })
    }
    return back ? { ...comment, state: 'held' } : comment
  })
}

/** Throws `Forbidden`, with the reason, when the words of one's own comment can no longer be changed. */
export function requireEditable(actor: Actor, comment: Parameters<typeof mayEdit>[1], conversation: Parameters<typeof mayEdit>[2]): void {
  if (mayEdit(actor, comment, conversation, now())) return
  throw new Forbidden(
    `${fixedBecause(actor, comment, conversation, now()) ?? `This comment is ${sayState(comment.state)}.`} You can still withdraw it.`,
  )
}

/** Takes one's own comment back; a stub stays where replies stand under it. Doing it twice is the same as once. */
export async function withdrawComment(db: Database, actor: SignedIn, id: number): Promise<LockedComment> {
  return db.transaction(async (tx) => {
    const comment = await lockOwn(tx, actor, id)
    if (comment.state === 'withdrawn') return comment
    if (!mayWithdraw(actor, comment)) throw new Forbidden(`This comment is ${sayState(comment.state)}, so there is nothing to withdraw.`)
    await setCommentState(tx, comment, 'withdrawn')
    await recordActivity(tx, aboutComment('comment.withdrawn', actor, comment))
    return comment
  })
}

/** Leaves the words and takes the name away, for good. */
export async function unnameComment(db: Database, actor: SignedIn, id: number): Promise<LockedComment> {
  return db.transaction(async (tx) => {
    const comment = await lockOwn(tx, actor, id)
    if (comment.unnamedAt !== null) return comment
    if (!mayUnname(actor, comment)) throw new Forbidden('An official reply keeps its mark.')
    await tx.update(comments).set({ unnamedAt: now() }).where(eq(comments.id, id))
    await keepCounts(tx, comment, { read: 0, first: 0 })
    return comment
  })
}

/** Somebody else's comment is, for these acts, not there. */
async function lockOwn(tx: Tx, actor: SignedIn, id: number): Promise<LockedComment> {
  const comment = await lockComment(tx, id)
  if (!comment || comment.authorId !== actor.accountId || !mayRead(actor, comment)) throw new NotFound('comment')
  return comment
}

const aboutComment = (kind: 'comment.edited' | 'comment.held' | 'comment.withdrawn', actor: SignedIn, comment: LockedComment) => ({
  kind,
  audience: comment.audience,
  actorId: actor.accountId,
  teamId: comment.teamId,
  conversationId: comment.conversationId,
  commentId: comment.id,
})

/**
 * Earlier wordings, newest first, of a comment whose words are public. Those that were changed before anybody could read them stay
 * between the author and the moderators. Throws `NotFound`.
 */
export async function historyOf(db: Db, actor: Actor, id: number) {
  const comment = await commentById(db, actor, id)
  if (!mayReadHistory(comment)) throw new NotFound('comment')
  const versions = await db
    .select()
    .from(commentVersions)
    .where(and(eq(commentVersions.commentId, id), commentVersions.wasPublic))
    .orderBy(desc(commentVersions.version))
  return { comment, versions }
}

/** A comment that this actor may see: everybody what is public, authors also their own. Throws `NotFound`. */
export async function commentById(db: Db, actor: Actor, id: number) {
  const [found] = await selectComment(db, id)
  const own = found !== undefined && isSignedIn(actor) && found.authorId === actor.accountId
  if (!found || !mayRead(actor, found) || !(own || isPublic(found.state))) throw new NotFound('comment')
  return found
}

const isPublic = (state: CommentState): boolean => state !== 'held' && state !== 'rejected'

const selectComment = (db: Db, id: number) =>
  db
    .select({
      id: comments.id,
      conversationId: comments.conversationId,
      parentId: comments.parentId,
      branchId: comments.branchId,
      level: comments.level,
      place: comments.place,
      authorId: comments.authorId,
      author: sql<
        string | null
      >`case when ${comments.unnamedAt} is null then (select display_name from accounts where accounts.id = ${comments.authorId}) end`,
      unnamedAt: comments.unnamedAt,
      body: comments.body,
      bodyHtml: comments.bodyHtml,
      state: comments.state,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      createdAt: comments.createdAt,
      publishedAt: comments.publishedAt,
      editedAt: comments.editedAt,
      editedByModerator: comments.editedByModerator,
      replyCount: comments.replyCount,
      removalId: comments.removalId,
      audience: conversations.audience,
      teamId: conversations.teamId,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, id))
