/**
 * What people wrote in their own words. The people of the team and the press office read it; readers see single ones that somebody chose, for the words may
 * tell who wrote them. Released words can be taken back while nobody reads the results yet; afterwards the press office takes them out, with a reason and a note
 * in their place.
 */
import { and, asc, eq, gt } from 'drizzle-orm'
import { contentHash, writeLog } from '../activity/log.ts'
import type { Actor, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { deciderRole } from '../moderation/policy.ts'
import { reasonOf } from '../moderation/reason.ts'
import { touchPages } from '../posts/stored-post.ts'
import { explain, findIn } from '../screening/findings.ts'
import { teams } from '../teams/schema.ts'
import { mayLookAtResults, mayReleaseWords, mayTakeWordsOut } from './results-policy.ts'
import { MOST_QUOTES } from './results.ts'
import { surveyQuestions, surveyWords } from './schema.ts'
import { lockSurvey, surveyById, type Survey, type SurveyRow } from './survey.ts'

export interface WrittenItem {
  id: string
  question: string
  words: string
  /** What the screening found: "A phone number". */
  findings: string[]
  releasedAt: Date | null
  takenOutAt: Date | null
}

export interface WrittenList {
  survey: Survey
  items: WrittenItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

const LIST_SIZE = 30
const KEY = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Question by question is no order here: by their random ids, so that no two stand together because one person wrote them. Throws `NotFound`, `Forbidden`. */
export async function wordsOf(db: Db, actor: Actor, surveyId: number, after?: string): Promise<WrittenList> {
  const survey = await surveyById(db, actor, surveyId)
  if (!mayLookAtResults(actor, survey)) throw new Forbidden('What people wrote is for the people of the team and the press office.')
  const behind = after !== undefined && KEY.test(after) ? gt(surveyWords.id, after) : undefined
  const rows = await select(db, and(eq(surveyWords.surveyId, surveyId), behind))
    .orderBy(asc(surveyWords.id))
    .limit(LIST_SIZE + 1)
  const items = rows.slice(0, LIST_SIZE).map(itemOf)
  return { survey, items, next: rows.length > LIST_SIZE ? (items.at(-1)?.id ?? null) : null }
}

const select = (db: Db, condition: ReturnType<typeof and>) =>
  db
    .select({
      id: surveyWords.id,
      question: surveyQuestions.title,
      words: surveyWords.words,
      releasedAt: surveyWords.releasedAt,
      takenOutAt: surveyWords.takenOutAt,
    })
    .from(surveyWords)
    .innerJoin(surveyQuestions, eq(surveyQuestions.id, surveyWords.questionId))
    .where(condition)
    .$dynamic()

const itemOf = (row: Awaited<ReturnType<typeof select>>[number]): WrittenItem => ({
  ...row,
  findings: [...new Set(findIn(row.words).map(({ kind }) => explain(kind).title))],
})

/** One that is in the results, for whoever takes it out. Throws `NotFound`, `Forbidden`. */
export async function releasedById(db: Db, actor: Actor, surveyId: number, id: string): Promise<{ survey: Survey; item: WrittenItem }> {
  const survey = await surveyById(db, actor, surveyId)
  if (!mayTakeWordsOut(actor, survey)) throw new Forbidden('The press office takes published words out.')
  const [row] = KEY.test(id) ? await select(db, and(eq(surveyWords.surveyId, surveyId), eq(surveyWords.id, id))) : []
  if (!row || row.releasedAt === null || row.takenOutAt !== null) throw new NotFound('words')
  return { survey, item: itemOf(row) }
}

/** For the results. Twice is the same as once. Throws `NotFound`, `Forbidden`, `Overtaken`. */
export async function releaseWords(db: Database, actor: SignedIn, surveyId: number, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { survey, words } = await lockWords(tx, actor, surveyId, id)
    if (!mayReleaseWords(actor, survey)) throw new Forbidden('The sergeant of the team or the press office chooses words for the results.')
    if (words.takenOutAt !== null) throw new Overtaken('A moderator took these words out. They stay out.')
    if (words.releasedAt !== null) return
    if ((await tx.$count(surveyWords, and(eq(surveyWords.surveyId, surveyId), gt(surveyWords.releasedAt, new Date(0))))) >= MOST_QUOTES)
      throw new Refused(`A page holds ${MOST_QUOTES} quotes. Take one back first.`)
    await tx.update(surveyWords).set({ releasedAt: now(), releasedBy: actor.accountId }).where(eq(surveyWords.id, id))
    await touch(tx, survey)
  })
}

/** On second thoughts, before the results are out. Twice is the same as once. Throws `NotFound`, `Forbidden`. */
export async function takeWordsBack(db: Database, actor: SignedIn, surveyId: number, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { survey, words } = await lockWords(tx, actor, surveyId, id)
    if (!mayReleaseWords(actor, survey)) throw new Forbidden('The sergeant of the team or the press office chooses words for the results.')
    if (survey.publishedAt !== null) throw new Forbidden('The results are published. The press office takes words out, with a reason.')
    if (words.releasedAt !== null) await tx.update(surveyWords).set({ releasedAt: null, releasedBy: null }).where(eq(surveyWords.id, id))
  })
}

/** Out of published results, with a row in the log. Throws `NotFound`, `Forbidden`, `Refused` (field `reason`), `Overtaken` for who comes second. */
export async function takeWordsOut(
  db: Database,
  actor: SignedIn,
  surveyId: number,
  id: string,
  input: { reasonCode: string; note: string | null },
): Promise<void> {
  await db.transaction(async (tx) => {
    const { survey, words } = await lockWords(tx, actor, surveyId, id)
    if (!mayTakeWordsOut(actor, survey)) throw new Forbidden('The press office takes published words out.')
    if (words.releasedAt === null) throw new NotFound('words')
    if (words.takenOutAt !== null) throw new Overtaken('A colleague has taken these words out already. Nothing was changed.')
    const reason = await reasonOf(tx, input.reasonCode)
    if (!reason) throw new Refused('Choose a reason', { reason: 'Choose a reason' })
    const [team] = await tx.select({ name: teams.name }).from(teams).where(eq(teams.id, survey.teamId))
    // A part of a post that stands, as where a moderator takes words out of one.
    const logId = await writeLog(tx, {
      actorId: actor.accountId,
      role: deciderRole(actor),
      act: 'redact',
      item: 'post',
      itemId: survey.postId ?? 0,
      audience: survey.audience,
      teamId: survey.teamId,
      teamName: team?.name ?? null,
      fromState: 'published',
      toState: 'published',
      reasonCode: reason.code,
      reasonTitle: reason.title,
      note: input.note,
      hashBefore: contentHash(words.words),
    })
    await tx.update(surveyWords).set({ takenOutAt: now(), takenOutBy: actor.accountId, takenOutLogId: logId }).where(eq(surveyWords.id, id))
    await touch(tx, survey)
  })
}

async function lockWords(tx: Tx, actor: Actor, surveyId: number, id: string) {
  const survey = await lockSurvey(tx, surveyId)
  const [words] = KEY.test(id)
    ? await tx
        .select()
        .from(surveyWords)
        .where(and(eq(surveyWords.surveyId, surveyId), eq(surveyWords.id, id)))
        .for('no key update')
    : []
  if (!words || !mayLookAtResults(actor, survey)) throw new NotFound('words')
  return { survey, words }
}

const touch = async (tx: Tx, { postId, publishedAt }: SurveyRow): Promise<void> => {
  if (postId !== null && publishedAt !== null) await touchPages(tx, postId)
}
