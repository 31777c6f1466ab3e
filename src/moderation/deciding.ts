/**
 * What a moderator needs to decide a comment or a post: the acts, reasons, templates, what can be taken out, and who will be told.
 */
import { and, count, eq, isNotNull, isNull } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import { isInternal } from '../conversations/audience.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { wordsBeside, type Beside } from '../posts/words-beside.ts'
import { seenOf } from './beside.ts'
import type { Case } from './case.ts'
import { involvedBecause } from './impartial.ts'
import { postState } from './item.ts'
import { actsOn, isOwn, mayDecide, type ItemState } from './policy.ts'
import { reasonsForDecisions, type Reason } from './reason.ts'
import { flags, hidings, type Act } from './schema.ts'
import { strikesOf } from './strike.ts'
import { suggestionsIn, type Suggestion } from './taking-out.ts'
import { templatesOf, type Template } from './template.ts'
import { isSealedPost, sealedAmong } from './upstairs.ts'

export interface DecidingPanel {
  caseId: number
  /** Of the case: goes with the form. */
  version: number
  kind: 'comment' | 'post'
  /** Of the staff network: nothing about it is ever public. */
  inside: boolean
  itemId: number
  state: ItemState
  acts: Act[]
  /** Why this moderator can decide nothing; null when they can. */
  cannot: string | null
  reasons: Reason[]
  templates: Template[]
  /** What the screening finds in it, and beside it. */
  suggestions: Suggestion[]
  /** What stands beside a post, as it is in view: goes with the form. */
  seen: string
  /** Strikes of its author in force; null where none can be given. */
  strikes: number | null
  /** People with an account who flagged it and hear of the outcome. */
  flaggers: number
  /** While it is hidden: since when, and when it comes back by itself; null for never. */
  hidden: { at: Date; revertsAt: Date | null; role: string; by: string | null } | null
}

/** Null for what is not decided here, or decided already. */
export async function decidingPanel(db: Db, actor: Actor, file: Case): Promise<DecidingPanel | null> {
  const item = file.decidedAt === null ? await itemOf(db, file) : null
  if (!item) return null
  const offered = actsOn(item.state, item.wasPublic).filter((act) => act !== 'redact' || !item.sealed)
  const involved = isSignedIn(actor) ? await involvedBecause(db, actor, { audience: file.audience, accountIds: [item.authorId] }) : null
  const acts = involved ? [] : offered.filter((act) => mayDecide(actor, { ...file, authorId: item.authorId }, act))
  const [reasons, templates, strikes, flaggers, hidden] = await Promise.all([
    reasonsForDecisions(db),
    templatesOf(db, 'decision'),
    item.official ? null : strikesOf(db, item.authorId),
    flaggersOf(db, file.id),
    item.state === 'hidden-pending' ? hidingOf(db, item.id) : null,
  ])
  return {
    caseId: file.id,
    version: file.version,
    kind: item.kind,
    inside: isInternal(file.audience),
    itemId: item.id,
    state: item.state,
    acts,
    cannot: acts.length > 0 ? null : (involved ?? cannotBecause(actor, item)),
    reasons,
    templates,
    suggestions: acts.includes('redact') ? suggestionsIn(item.title, item.body, ...item.beside.map(({ text }) => text)) : [],
    seen: seenOf(item.beside),
    strikes,
    flaggers,
    hidden,
  }
}

function cannotBecause(actor: Actor, item: Decidable): string {
  if (actsOn(item.state).length === 0) return 'Its words are deleted, so there is nothing left to decide.'
  return isOwn(actor, item) ? 'You wrote this yourself. A colleague has to decide on it.' : 'Only the press office can decide this.'
}

interface Decidable {
  kind: 'comment' | 'post'
  id: number
  authorId: number
  state: ItemState
  official: boolean
  wasPublic: boolean
  title: string | null
  body: string
  /** What stands beside a post; nothing of one that is sealed. */
  beside: Beside[]
  /** Kept as evidence: its words are nobody's to read in passing, and cannot be changed. */
  sealed: boolean
}

/** Null for a case about something else. */
export async function itemOf(db: Db, file: Pick<Case, 'commentId' | 'postId'>): Promise<Decidable | null> {
  if (file.commentId !== null) return commentOf(db, file.commentId)
  return file.postId === null ? null : postOf(db, file.postId)
}

async function commentOf(db: Db, id: number): Promise<Decidable | null> {
  const [found] = await db
    .select({
      id: comments.id,
      authorId: comments.authorId,
      state: comments.state,
      role: comments.officialRole,
      body: comments.body,
      publishedAt: comments.publishedAt,
    })
    .from(comments)
    .where(eq(comments.id, id))
  if (!found) return null
  const { role, publishedAt, ...comment } = found
  const sealed = (await sealedAmong(db, [id])).has(id)
  return { ...comment, kind: 'comment', official: role !== null, wasPublic: publishedAt !== null, title: null, beside: [], sealed }
}

async function postOf(db: Db, id: number): Promise<Decidable | null> {
  const [found] = await db.select().from(posts).where(eq(posts.id, id))
  if (!found) return null
  const { authorId, officialRole, state, title, body } = found
  const sealed = await isSealedPost(db, id)
  const beside = sealed ? [] : await wordsBeside(db, found)
  return { id, kind: 'post', authorId, official: officialRole !== null, wasPublic: true, state: postState(state), title, body, beside, sealed }
}

async function flaggersOf(db: Db, caseId: number): Promise<number> {
  const [found] = await db
    .select({ count: count() })
    .from(flags)
    .where(and(eq(flags.caseId, caseId), isNotNull(flags.accountId)))
  return found?.count ?? 0
}

async function hidingOf(db: Db, commentId: number): Promise<DecidingPanel['hidden']> {
  const [found] = await db
    .select({ at: hidings.at, revertsAt: hidings.revertsAt, role: hidings.role, by: accounts.displayName })
    .from(hidings)
    .leftJoin(accounts, eq(accounts.id, hidings.byId))
    .where(and(eq(hidings.commentId, commentId), isNull(hidings.endedAt)))
  return found ?? null
}
