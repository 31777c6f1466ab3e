/**
 * The author's answer to a notice: the item may go, or they stand by it. Who stands by words that are said to be defamatory gives name and postal address, as
 * the law asks; the desk alone reads them, and they are passed on only with the author's agreement.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound, Overtaken } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { LAWFUL_HOURS, lawfulDeadline } from './clock.ts'
import { asAuthor, isOver, lockNotice, takeStep, type LockedNotice, type Notice } from './notice.ts'
import { noticeSteps, takedownNotices } from './schema.ts'
import { readStatement } from './statement.ts'
import { subjectOf } from './subject.ts'

export interface NewAuthorAnswer {
  answer: 'agrees' | 'stands-by-it'
  name: string | null
  address: string | null
  /** Null: not said. */
  mayShare: boolean | null
  /** Anything else for the desk. */
  note: string | null
}

/** By field of the form: what the law asks for and was not given. */
type Missing = Partial<Record<'name' | 'address' | 'share', string>>

function missingFrom(notice: Notice, { answer, name, address, mayShare }: NewAuthorAnswer): Missing {
  if (answer === 'agrees' || notice.kind === 'copyright') return {}
  return {
    ...(name === null && { name: 'Give your full name' }),
    ...(address === null && { address: 'Give your postal address' }),
    ...(mayShare === null && { share: 'Say whether we may pass your name and address on' }),
  }
}

/**
 * Takes an answer. One that lacks something is kept all the same, says by field what is missing, and can be completed until the deadline. Throws `NotFound` for
 * a notice that is not for this author, `Overtaken` when it was answered, or the time is over.
 */
export async function answerNotice(db: Database, actor: SignedIn, noticeId: number, input: NewAuthorAnswer): Promise<Missing> {
  return db.transaction(async (tx) => {
    const locked = await lockNotice(tx, noticeId)
    if (!locked || !(await isFor(tx, actor, noticeId, locked.item))) throw new NotFound('notice')
    const { notice, item, caseId } = locked
    // Two taps on one button.
    if (notice.stage === 'author-answered' && notice.answer === input.answer) return {}
    requireTime(locked)
    const missing = missingFrom(notice, input)
    const complete = Object.keys(missing).length === 0
    const { answer, note } = input
    const details = answer === 'agrees' ? NO_DETAILS : { authorName: input.name, authorAddress: input.address, authorMayShare: input.mayShare }
    await takeStep(tx, asAuthor(actor), notice, item, caseId, {
      stage: complete ? 'author-answered' : 'incomplete',
      act: 'answer-notice',
      note,
      dueAt: complete ? lawfulDeadline(now(), LAWFUL_HOURS) : notice.stageDueAt,
      set: { answer, answeredAt: now(), ...details },
    })
    return missing
  })
}

const NO_DETAILS = { authorName: null, authorAddress: null, authorMayShare: null }

/** The author learns of a notice when the desk has passed it on; before, and for everybody else, there is none. */
async function isFor(db: Db, actor: SignedIn, noticeId: number, item: { authorId: number }): Promise<boolean> {
  if (item.authorId !== actor.accountId) return false
  const told = and(eq(noticeSteps.noticeId, noticeId), eq(noticeSteps.stage, 'author-told'))
  return (await db.select({ id: noticeSteps.id }).from(noticeSteps).where(told)).length > 0
}

function requireTime({ notice }: LockedNotice): void {
  if (notice.stage !== 'author-told' && notice.stage !== 'incomplete')
    throw new Overtaken('You have answered already, or the time to answer is over. Nothing was changed.')
  if (notice.stageDueAt !== null && notice.stageDueAt <= now()) throw new Overtaken('The time to answer is over. Nothing was changed.')
}

export interface OpenNotice {
  id: number
  kind: Notice['kind']
  /** Of the conversation in which the item stands. */
  title: string
  /** Null when there is nothing to answer any more. */
  answerBy: Date | null
  answered: boolean
}

const OPEN_SHOWN = 20

/** Notices about what this author wrote that the desk has passed on and not ended, the oldest first. */
export async function openNoticesFor(db: Database, actor: SignedIn): Promise<OpenNotice[]> {
  const rows = await db
    .select({ notice: takedownNotices, title: conversations.title })
    .from(takedownNotices)
    .leftJoin(comments, eq(comments.id, takedownNotices.commentId))
    .leftJoin(posts, eq(posts.id, takedownNotices.postId))
    .innerJoin(conversations, eq(conversations.id, sql`coalesce(${comments.conversationId}, ${posts.conversationId})`))
    .where(
      and(
        // As the index of what is due is written.
        sql`${takedownNotices.stage} not in ('ended-down', 'ended-up')`,
        sql`coalesce(${comments.authorId}, ${posts.authorId}) = ${actor.accountId}`,
        sql`exists (select from ${noticeSteps} where ${noticeSteps.noticeId} = ${takedownNotices.id} and ${noticeSteps.stage} = 'author-told')`,
      ),
    )
    .orderBy(takedownNotices.id)
    .limit(OPEN_SHOWN)
  return rows.map(({ notice: { id, kind, stage, stageDueAt }, title }) => {
    const asked = (stage === 'author-told' || stage === 'incomplete') && stageDueAt !== null && stageDueAt > now()
    return { id, kind, title, answerBy: asked ? stageDueAt : null, answered: stage === 'author-answered' }
  })
}

export interface NoticeForAuthor {
  id: number
  kind: Notice['kind']
  item: 'comment' | 'post'
  title: string
  path: string
  statement: { heading: string; text: string }[]
  /** Where the complainant agreed to be named, until what it said is deleted. */
  complainant: { name: string; email: string } | null
  answerBy: Date | null
  /** They can answer now. */
  open: boolean
  answer: Notice['answer']
  /** The item is no longer public, whatever the answer. */
  down: boolean
  /** The desk has closed it. */
  ended: boolean
  /** What was given so far, to complete it. */
  given: { name: string | null; address: string | null; mayShare: boolean | null }
}

/** Throws `NotFound` for a notice that is not for this author, or that the desk has not passed on. */
export async function noticeForAuthor(db: Database, actor: SignedIn, id: number): Promise<NoticeForAuthor> {
  const notice = await noticeById(db, id)
  const item = notice && (await subjectOf(db, notice))
  if (!notice || !item || !(await isFor(db, actor, id, item))) throw new NotFound('notice')
  const asked = notice.stage === 'author-told' || notice.stage === 'incomplete'
  return {
    id,
    kind: notice.kind,
    item: item.kind,
    title: item.title,
    path: item.path,
    statement: readStatement(notice.kind, notice.statement),
    complainant: notice.mayShare && notice.email !== '' ? { name: notice.name, email: notice.email } : null,
    answerBy: asked ? notice.stageDueAt : null,
    open: asked && notice.stageDueAt !== null && notice.stageDueAt > now(),
    answer: notice.answer,
    down: !item.up,
    ended: isOver(notice),
    given: { name: notice.authorName, address: notice.authorAddress, mayShare: notice.authorMayShare },
  }
}

async function noticeById(db: Db, id: number): Promise<Notice | null> {
  const [notice] = await db.select().from(takedownNotices).where(eq(takedownNotices.id, id))
  return notice ?? null
}
