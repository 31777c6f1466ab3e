/**
 * A notice of defamation or copyright on the page of its case, step by step; on the page of an item's own case, that there are notices about it.
 */
import { and, eq, notInArray } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import type { Case } from '../moderation/case.ts'
import { cases } from '../moderation/schema.ts'
import { sayEndOfDay } from './clock.ts'
import type { DeskStep } from './handling.ts'
import { isOver, type Notice } from './notice.ts'
import { mayHandleNotices } from './policy.ts'
import { noticeSteps, takedownNotices, type NoticeKind, type NoticeStage } from './schema.ts'
import { KIND_SAID, readStatement } from './statement.ts'
import { subjectOf, type NoticeSubject } from './subject.ts'

export interface StepShown {
  at: Date
  said: string
  by: string | null
  note: string | null
}

export interface NoticeShown {
  id: number
  kind: NoticeKind
  item: NoticeSubject
  /** Null when its time was over, and what it said is gone. */
  complainant: { name: string; email: string; mayShare: boolean } | null
  statement: { heading: string; text: string }[]
  /** Where it stands and what is to be done now, in a sentence each. */
  stageSaid: string
  next: string
  answer: { said: string; name: string | null; address: string | null; mayShare: boolean | null } | null
  steps: StepShown[]
  /** What can be done now, and what the button says. */
  can: { step: DeskStep; label: string }[]
}

export interface NoticePanel {
  notice: NoticeShown | null
  /** Open notices about the item of this case. */
  others: { caseId: number; said: string }[]
}

/** Null for those who do not handle notices, and for a case that has none. */
export async function noticePanel(db: Db, actor: Actor, file: Case): Promise<NoticePanel | null> {
  if (!isSignedIn(actor) || !mayHandleNotices(actor)) return null
  if (file.noticeId !== null) return { notice: await shownNotice(db, file.noticeId, actor.accountId), others: [] }
  if (file.commentId === null && file.postId === null) return null
  const others = await openNotices(db, file)
  return others.length > 0 ? { notice: null, others } : null
}

async function openNotices(db: Db, { commentId, postId }: Case): Promise<NoticePanel['others']> {
  const item = commentId === null ? eq(takedownNotices.postId, postId ?? 0) : eq(takedownNotices.commentId, commentId)
  const rows = await db
    .select({ caseId: cases.id, kind: takedownNotices.kind, id: takedownNotices.id })
    .from(takedownNotices)
    .innerJoin(cases, eq(cases.noticeId, takedownNotices.id))
    .where(and(item, notInArray(takedownNotices.stage, ['ended-down', 'ended-up'])))
    .orderBy(takedownNotices.id)
    .limit(OTHERS_SHOWN)
  return rows.map(({ caseId, kind, id }) => ({ caseId, said: `${KIND_SAID[kind]} ${id}` }))
}

const OTHERS_SHOWN = 10

async function shownNotice(db: Db, id: number, readerId: number): Promise<NoticeShown | null> {
  const [notice] = await db.select().from(takedownNotices).where(eq(takedownNotices.id, id))
  const item = notice && (await subjectOf(db, notice))
  if (!notice || !item) return null
  const { kind, name, email, mayShare } = notice
  return {
    id,
    kind,
    item,
    complainant: email === '' ? null : { name, email, mayShare },
    statement: readStatement(kind, notice.statement),
    stageSaid: STAGE_SAID[notice.stage],
    next: sayNext(notice, item),
    answer: answerOf(notice),
    steps: await stepsShown(db, id),
    can: item.authorId === readerId ? [] : possibleSteps(notice, item),
  }
}

const STAGE_SAID: Record<NoticeStage, string> = {
  received: 'Received',
  'author-told': 'With the author',
  'author-answered': 'The author has answered',
  'author-silent': 'The author did not answer in time',
  incomplete: 'The author’s answer lacks something',
  'ended-down': 'Ended: the item is down',
  'ended-up': 'Ended: the item stays',
}

/** What is to be done now. */
function sayNext(notice: Notice, item: NoticeSubject): string {
  if (isOver(notice)) return 'The complainant was told.'
  if (!item.up) return `The ${item.kind} is ${item.stateSaid}, so its author need not be asked. Tell the complainant that it is no longer up.`
  const until = notice.stageDueAt ? sayEndOfDay(notice.stageDueAt) : ''
  switch (notice.stage) {
    case 'received':
      return item.official
        ? 'The force itself speaks here: the procedure for what others write does not protect it. Ask the lawyers before you decide.'
        : 'Pass it on to the author, without delay: the law gives 48 hours, or decide about it yourself.'
    case 'author-told':
      return `The author has until ${until}. You need not wait to decide.`
    case 'incomplete':
      return `The author can complete the answer until ${until}.`
    case 'author-silent':
      return notice.kind === 'defamation' ? 'Remove it within 48 hours: else the law no longer protects the force.' : 'Decide about it.'
    case 'author-answered':
    case 'ended-down':
    case 'ended-up':
      return sayAfterAnswer(notice)
  }
}

function sayAfterAnswer({ answer, kind }: Notice): string {
  if (answer === 'agrees') return 'The author agrees to its removal: remove it within 48 hours.'
  return kind === 'defamation'
    ? 'Tell the complainant within 48 hours that the author stands by it. What follows is between the two, and the courts.'
    : 'The author objects. Weigh both, then decide.'
}

function answerOf({ answer, authorName, authorAddress, authorMayShare }: Notice): NoticeShown['answer'] {
  if (answer === null) return null
  const said = answer === 'agrees' ? 'Agrees to its removal' : 'Stands by it'
  return { said, name: authorName, address: authorAddress, mayShare: authorMayShare }
}

function possibleSteps(notice: Notice, item: NoticeSubject): NoticeShown['can'] {
  if (isOver(notice)) return []
  if (!item.up) return [{ step: 'end-down', label: 'Tell the complainant that it is no longer up' }]
  const decide = { step: 'decide' as const, label: `Decide about the ${item.kind}` }
  const standsByIt = notice.stage === 'author-answered' && notice.answer === 'stands-by-it'
  const stays = {
    step: 'end-up' as const,
    label: standsByIt ? 'Tell the complainant that the author stands by it' : 'It stays: tell the complainant',
  }
  if (notice.stage === 'received') return [{ step: 'tell-author', label: 'Send it to the author' }, decide, stays]
  return standsByIt ? [stays, decide] : [decide, stays]
}

const DONE_SAID: Record<NoticeStage, string> = {
  received: 'The notice came in',
  'author-told': 'It was sent to the author',
  'author-answered': 'The author answered',
  'author-silent': 'The author’s time ended',
  incomplete: 'The author answered, and something is missing',
  'ended-down': 'The complainant was told that it is no longer up',
  'ended-up': 'The complainant was told that it stays',
}

async function stepsShown(db: Db, noticeId: number): Promise<StepShown[]> {
  const rows = await db
    .select({ at: noticeSteps.at, stage: noticeSteps.stage, by: accounts.displayName, note: noticeSteps.note })
    .from(noticeSteps)
    .leftJoin(accounts, eq(accounts.id, noticeSteps.byId))
    .where(eq(noticeSteps.noticeId, noticeId))
    .orderBy(noticeSteps.id)
  return rows.map(({ stage, ...step }) => ({ ...step, said: DONE_SAID[stage] }))
}
