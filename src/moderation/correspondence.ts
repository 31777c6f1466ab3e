/**
 * What the desk and the author of an item write to each other: a moderator asks, the author answers; while an appeal is open both write as they
 * need. The author reads in which role somebody wrote, never who. Nothing is ever taken back.
 */
import { and, asc, desc, eq, isNull } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { isSignedIn, roleName, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { renderComment } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { lockCaseFile, onDesk, recordCaseAct, type Case } from './case.ts'
import { decisionOf } from './history.ts'
import { lockItem, refOf, type Item } from './item.ts'
import { deskOf, isOwn, mayReadCase } from './policy.ts'
import { caseActs, caseMessages, cases, templates } from './schema.ts'

export interface Message {
  id: number
  fromDesk: boolean
  /** The role in words; null for the author. */
  role: string | null
  /** Only for colleagues. */
  name: string | null
  body: SafeHtml
  at: Date
}

export interface TemplateShown {
  id: number
  title: string
  body: string
}

export interface CorrespondencePanel {
  messages: Message[]
  /** Words to begin from. */
  templates: TemplateShown[]
  /** It is the author's turn. */
  waiting: boolean
  /** Why this moderator cannot write; null when they can. */
  cannot: string | null
}

/** Null where nothing was written and nobody can write. */
export async function correspondencePanel(db: Db, actor: Actor, file: Case): Promise<CorrespondencePanel | null> {
  if (file.commentId === null && file.postId === null) return null
  const [messages, decision, item] = await Promise.all([messagesOf(db, file.id), decisionOf(db, file.id), itemOf(db, file)])
  const open = isOpen(file)
  if (!open && messages.length === 0) return null
  return {
    messages,
    templates: open ? await templatesFor(db, file.state === 'appealed' ? 'appeal' : 'question') : [],
    waiting: file.state === 'needs-info',
    cannot: open ? cannotWriteBecause(actor, { ...file, ...item, deciderId: decision?.deciderId ?? null }) : 'This case is decided.',
  }
}

const isOpen = (file: Case): boolean => file.waits

/** Words to begin from, for that purpose, whatever the reason. */
export const templatesFor = (db: Db, purpose: 'question' | 'appeal'): Promise<TemplateShown[]> =>
  db
    .select({ id: templates.id, title: templates.title, body: templates.body })
    .from(templates)
    .where(and(eq(templates.purpose, purpose), isNull(templates.retiredAt)))
    .orderBy(asc(templates.title), asc(templates.id))

async function itemOf(db: Db, file: Case): Promise<{ authorId: number; gone: boolean }> {
  const [found] =
    file.commentId === null
      ? await db
          .select({ authorId: posts.authorId, state: posts.state })
          .from(posts)
          .where(eq(posts.id, Number(file.postId)))
      : await db.select({ authorId: comments.authorId, state: comments.state }).from(comments).where(eq(comments.id, file.commentId))
  return { authorId: found?.authorId ?? 0, gone: found?.state === 'withdrawn' || found?.state === 'disposed' }
}

/** More than that nobody reads on one page. */
const MESSAGES_SHOWN = 200

/** What was written last, oldest first. With names: whoever shows it to the author takes them out (`forAuthor`). */
export async function messagesOf(db: Db, caseId: number): Promise<Message[]> {
  const rows = await db
    .select({
      id: caseMessages.id,
      fromDesk: caseMessages.fromDesk,
      name: accounts.displayName,
      role: caseActs.role,
      body: caseMessages.body,
      at: caseMessages.at,
    })
    .from(caseMessages)
    .innerJoin(accounts, eq(accounts.id, caseMessages.accountId))
    // Each message is an act of the case as well, under the same key; that row knows the role.
    .leftJoin(caseActs, eq(caseActs.clientKey, caseMessages.clientKey))
    .where(eq(caseMessages.caseId, caseId))
    .orderBy(desc(caseMessages.id))
    .limit(MESSAGES_SHOWN)
  return rows.toReversed().map((row) => ({ ...row, role: row.fromDesk ? sayRole(row.role) : null, body: trusted(renderComment(row.body)) }))
}

const sayRole = (role: string | null): string => roleName(role === 'supervisor' ? 'supervisor' : 'press-office')

/** Without the names of colleagues. */
export const forAuthor = (messages: readonly Message[]): Message[] => messages.map((message) => ({ ...message, name: null }))

interface Writing {
  audience: string
  teamId: number | null
  authorId: number
  state: Case['state']
  cause: Case['cause']
  /** Taken back by its author, or deleted. */
  gone: boolean
  /** Of the first decision. */
  deciderId: number | null
}

/** Sergeants ask about what they could release; about an appeal writes whoever could decide it. */
function cannotWriteBecause(actor: Actor, file: Writing): string | null {
  if (isOwn(actor, file)) return 'You wrote this yourself. A colleague has to write to you.'
  const pressOffice = deskOf(actor) === 'all'
  if (file.state === 'appealed') {
    if (!pressOffice) return 'Only the press office writes about an appeal.'
    return isSignedIn(actor) && actor.accountId === file.deciderId
      ? 'You made the first decision. A colleague who did not writes about the appeal.'
      : null
  }
  if (file.gone) return 'Its author took it back: there is nothing left to ask.'
  return pressOffice || file.cause === 'held' ? null : 'Only the press office writes to the author of this.'
}

/** The case and its item, both locked, for somebody at the desk; the item first, as flags and authors come to it. Throws `NotFound`. */
export async function lockWithItem(tx: Tx, actor: SignedIn, id: number): Promise<{ file: Case; item: Item }> {
  const [seen] = await tx
    .select()
    .from(cases)
    .where(and(eq(cases.id, id), onDesk(actor)))
  if (!seen || !mayReadCase(actor, seen) || !isAboutItem(seen)) throw new NotFound('case')
  const item = await lockItem(tx, refOf(seen))
  if (!item) throw new NotFound('case')
  return { item, file: await lockCaseFile(tx, actor, id) }
}

/** The same for the author of the item. To everybody else there is no such case. */
export async function lockOwnCase(tx: Tx, actor: SignedIn, id: number): Promise<{ file: Case; item: Item }> {
  const [seen] = await tx.select().from(cases).where(eq(cases.id, id))
  const item = seen && isAboutItem(seen) ? await lockItem(tx, refOf(seen)) : null
  if (!item || item.authorId !== actor.accountId || !mayRead(actor, item)) throw new NotFound('case')
  const [file] = await tx.select().from(cases).where(eq(cases.id, id)).for('update')
  if (!file) throw new NotFound('case')
  return { file, item }
}

const isAboutItem = (file: Case): boolean => file.commentId !== null || file.postId !== null

export interface NewMessage {
  text: string
  clientKey: string
}

/**
 * A moderator asks the author for more. The case is theirs from then on and waits for the answer; an appeal stays one. The same form again writes
 * nothing. Throws `NotFound`, `Forbidden`, `Overtaken` for another version than the one in view, `Refused` when nothing is left to ask.
 */
export async function askAuthor(db: Database, actor: SignedIn, caseId: number, input: NewMessage & { version: number }): Promise<void> {
  await db.transaction(async (tx) => {
    const { file, item } = await lockWithItem(tx, actor, caseId)
    if (await isKnown(tx, caseId, input.clientKey)) return
    const first = await decisionOf(tx, caseId)
    if (isGone(item) && file.decidedAt === null) throw new Refused('Its author took it back: there is nothing left to ask.')
    const cannot = cannotWriteBecause(actor, { ...file, authorId: item.authorId, gone: isGone(item), deciderId: first?.deciderId ?? null })
    if (cannot) throw new Forbidden(cannot)
    if (!isOpen(file)) throw new Overtaken('This case was decided while you were writing. Nothing was sent.')
    if (file.version !== input.version)
      throw new Overtaken('This case changed while you were writing. Look at it again, then send your question. Nothing was sent.')
    await tx.update(cases).set(afterAsking(actor, file)).where(eq(cases.id, caseId))
    await write(tx, actor, { file, item, fromDesk: true, input })
  })
}

const isGone = (item: Item): boolean => item.state === 'withdrawn' || item.state === 'disposed'

/** Whoever asks has it. What was escalated is with others, and stays so. */
function afterAsking(actor: SignedIn, file: Case): Partial<Case> {
  const version = file.version + 1
  if (file.state === 'appealed' || file.state === 'escalated') return { version }
  const taken = file.assigneeId === actor.accountId ? {} : { assigneeId: actor.accountId, assignedAt: now() }
  return { version, state: 'needs-info', ...taken }
}

/** True while the author has something to answer: a question is open, or an appeal is. */
export const mayAnswer = (file: Pick<Case, 'state'>, messages: readonly Pick<Message, 'fromDesk'>[]): boolean =>
  file.state === 'appealed' || ((file.state === 'needs-info' || file.state === 'escalated') && messages.at(-1)?.fromDesk === true)

/** The author answers, whatever a sanction keeps them from. The same form again writes nothing. Throws `NotFound`, `Refused` when nothing is asked. */
export async function answerDesk(db: Database, actor: SignedIn, caseId: number, input: NewMessage): Promise<void> {
  await db.transaction(async (tx) => {
    const { file, item } = await lockOwnCase(tx, actor, caseId)
    if (await isKnown(tx, caseId, input.clientKey)) return
    if (!mayAnswer(file, await messagesOf(tx, caseId)))
      throw new Refused('Nobody waits for an answer here any more. Your words were not sent.', {
        text: 'Nobody waits for an answer here any more. Your words are below, so that you can keep them',
      })
    const state = file.state === 'needs-info' ? 'assigned' : file.state
    await tx
      .update(cases)
      .set({ state, version: file.version + 1 })
      .where(eq(cases.id, caseId))
    await write(tx, actor, { file, item, fromDesk: false, input })
  })
}

async function isKnown(tx: Tx, caseId: number, clientKey: string): Promise<boolean> {
  const [known] = await tx.select({ caseId: caseMessages.caseId }).from(caseMessages).where(eq(caseMessages.clientKey, clientKey))
  if (known && known.caseId !== caseId) throw new Refused('This page is out of date. Reload it and try again.')
  return known !== undefined
}

interface Written {
  file: Case
  item: Item
  fromDesk: boolean
  input: NewMessage
}

async function write(tx: Tx, actor: SignedIn, { file, item, fromDesk, input: { text, clientKey } }: Written): Promise<void> {
  const [message] = await tx
    .insert(caseMessages)
    .values({ caseId: file.id, fromDesk, accountId: actor.accountId, body: text, at: now(), clientKey })
    .returning({ id: caseMessages.id })
  if (!message) throw new Error('no message was written')
  if (fromDesk) await recordCaseAct(tx, actor, file.id, 'asked', { clientKey })
  else await recordAnswer(tx, actor, file.id, clientKey)
  const kind: ActivityKind = fromDesk ? 'case.asked' : 'case.answered'
  // The activity does not hold the words: others listen to it.
  await recordActivity(tx, {
    kind,
    audience: item.audience,
    actorId: actor.accountId,
    teamId: item.teamId,
    conversationId: item.conversationId,
    commentId: item.kind === 'comment' ? item.id : null,
    postId: item.kind === 'post' ? item.id : null,
    detail: { caseId: file.id, messageId: message.id },
  })
}

/** The author acts as the author, whatever role they have elsewhere. */
const recordAnswer = (tx: Tx, actor: SignedIn, caseId: number, clientKey: string): Promise<unknown> =>
  tx.insert(caseActs).values({ caseId, act: 'answered', actorId: actor.accountId, role: 'author', at: now(), clientKey })
