/**
 * A survey is written question by question, by one person. Every change says which version it saw; nothing changes once it is handed in.
 */
import { isDeepStrictEqual } from 'node:util'
import { and, eq } from 'drizzle-orm'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { localities, teams } from '../teams/schema.ts'
import { dayKey } from '../text/dates.ts'
import { endOfDay } from '../text/moment.ts'
import { draftingRole, mayReadDraft, mayWrite } from './policy.ts'
import { MOST, questionsOf, type Question } from './question.ts'
import { surveyQuestions, surveys, type QuestionSort, type Scale } from './schema.ts'
import { lockSurvey, type SurveyRow } from './survey.ts'

export const DAYS_OPEN = 90

export interface SurveyWords {
  title: string
  intro: string
  areas: string[]
  /** "2027-03-27": the last day on which it can be answered. */
  closes: string
}

/** The same form again answers the draft that it made. Throws `NotFound`, `Forbidden`, and `Refused` (field `closes`). */
export async function draftSurvey(
  db: Database,
  actor: SignedIn,
  input: SurveyWords & { teamId: number; audience: 'public' | 'staff'; clientKey: string },
): Promise<{ id: number }> {
  return db.transaction(async (tx) => {
    const authorRole = await requireTeam(tx, actor, input)
    const { teamId, audience, clientKey } = input
    const moment = now()
    const [made] = await tx
      .insert(surveys)
      .values({ ...columnsOf(input), teamId, audience, clientKey, authorId: actor.accountId, authorRole, createdAt: moment, changedAt: moment })
      .onConflictDoNothing({ target: [surveys.authorId, surveys.clientKey] })
      .returning({ id: surveys.id })
    if (made) return made
    const own = and(eq(surveys.authorId, actor.accountId), eq(surveys.clientKey, clientKey))
    const [before] = await tx.select({ id: surveys.id }).from(surveys).where(own)
    if (!before) throw new Overtaken('This survey was already sent.')
    return before
  })
}

async function requireTeam(tx: Tx, actor: SignedIn, { teamId, audience }: { teamId: number; audience: string }) {
  const [team] = await tx.select({ name: teams.name, archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, teamId))
  if (!team) throw new NotFound('team')
  const role = draftingRole(actor, { teamId, audience })
  if (role === null) throw new Forbidden(`You cannot draft this survey for the ${team.name} team.`)
  if (team.archivedAt) throw new Forbidden('This team is archived, so it asks nothing any more.')
  return role
}

const columnsOf = ({ title, intro, areas, closes }: SurveyWords) => ({ title, intro, areas, closesAt: closingOf(closes) })

/** Its end, from 1 to 90 days ahead. Throws `Refused` (field `closes`). */
export function closingOf(day: string): Date {
  const end = endOfDay(day)
  requireAhead(end)
  return end
}

export function requireAhead(end: Date): void {
  const days = Math.round((Date.parse(dayKey(new Date(end.getTime() - 1))) - Date.parse(dayKey(now()))) / 86_400_000)
  const message = `The last day must be from 1 to ${DAYS_OPEN} days from today`
  if (days < 1 || days > DAYS_OPEN) throw new Refused(message, { closes: message })
}

/** The places that a team covers, to begin the list of parts of the area from. */
export async function partsOf(db: Database, teamId: number): Promise<string[]> {
  const rows = await db
    .select({ name: localities.name })
    .from(localities)
    .where(eq(localities.teamId, teamId))
    .orderBy(localities.name)
    .limit(MOST.areas)
  return rows.map(({ name }) => name)
}

/** The survey, locked, for its author and in the version that was in the form. Throws `NotFound`, `Forbidden`, `Overtaken`. */
export async function lockToWrite(tx: Tx, actor: SignedIn, id: number, version: number): Promise<SurveyRow> {
  const survey = await lockSurvey(tx, id)
  if (!isSignedIn(actor) || !mayReadDraft(actor, survey)) throw new NotFound('survey')
  if (!mayWrite(actor, survey)) throw new Forbidden(fixedBecause(survey))
  requireVersion(survey, version)
  return survey
}

/** As `lockToWrite`; null where the same form was sent before, and what it asked is done. */
async function lockUndone(
  tx: Tx,
  actor: SignedIn,
  id: number,
  version: number,
  isDone: (survey: SurveyRow) => boolean | Promise<boolean>,
): Promise<SurveyRow | null> {
  const stored = await lockSurvey(tx, id)
  const again = stored.version === version + 1 && (await isDone(stored))
  const survey = await lockToWrite(tx, actor, id, again ? stored.version : version)
  return again ? null : survey
}

export function requireVersion(survey: { version: number }, version: number): void {
  if (survey.version !== version) throw new Overtaken('This survey was changed since you opened this page. Open it again to see how it stands.')
}

function fixedBecause({ state }: SurveyRow): string {
  if (state === 'draft') return 'Only whoever began this survey changes it.'
  return state === 'submitted'
    ? 'It is handed in. Whoever began it can take it back to change it.'
    : 'It has opened, so its questions stay as they are.'
}

export const raiseVersion = (tx: Tx, survey: SurveyRow, set: Partial<SurveyRow> = {}): Promise<unknown> =>
  tx
    .update(surveys)
    .set({ ...set, version: survey.version + 1, changedAt: now() })
    .where(eq(surveys.id, survey.id))

/** The same form again changes nothing. Throws as `lockToWrite` does, and `Refused` (field `closes`). */
export async function changeSurvey(db: Database, actor: SignedIn, id: number, input: SurveyWords & { version: number }): Promise<void> {
  await db.transaction(async (tx) => {
    const columns = columnsOf(input)
    const survey = await lockUndone(tx, actor, id, input.version, ({ title, intro, areas, closesAt }) =>
      isDeepStrictEqual({ title, intro, areas, closesAt }, columns),
    )
    if (survey) await raiseVersion(tx, survey, columns)
  })
}

/** Throws the draft away. Twice is the same as once. */
export async function discardSurvey(db: Database, actor: SignedIn, id: number, version: number): Promise<void> {
  await db.transaction(async (tx) => {
    const before = await lockSurvey(tx, id)
    if (before.state === 'discarded' && before.authorId === actor.accountId) return
    const survey = await lockToWrite(tx, actor, id, version)
    await raiseVersion(tx, survey, { state: 'discarded' })
  })
}

export interface QuestionWords {
  sort: QuestionSort
  title: string
  hint: string
  required: boolean
  options: string[]
  scale: Scale | null
}

const isSame = ({ sort, title, hint, required, options, scale }: Question, other: QuestionWords): boolean =>
  isDeepStrictEqual({ sort, title, hint, required, options, scale }, other)

/** Adds one at the end; the same form again adds no second. Throws as `lockToWrite` does, and `Refused`. */
export async function addQuestion(db: Database, actor: SignedIn, surveyId: number, input: QuestionWords & { version: number }): Promise<void> {
  const { version, ...words } = input
  await db.transaction(async (tx) => {
    await lockSurvey(tx, surveyId)
    const known = await questionsOf(tx, surveyId)
    const last = known.at(-1)
    const survey = await lockUndone(tx, actor, surveyId, version, () => last !== undefined && isSame(last, words))
    if (!survey) return
    if (known.length >= MOST.questions) throw new Refused(`A survey has at most ${MOST.questions} questions.`)
    await tx.insert(surveyQuestions).values({ ...words, surveyId, position: (last?.position ?? 0) + 1 })
    await raiseVersion(tx, survey)
  })
}

interface Chosen {
  surveyId: number
  questionId: number
  version: number
}

/** Its sort stays: another sort is another question. The same form again changes nothing. */
export async function changeQuestion(db: Database, actor: SignedIn, chosen: Chosen, words: QuestionWords): Promise<void> {
  const isDone = (question: Question | undefined): boolean => question !== undefined && isSame(question, { ...words, sort: question.sort })
  await onQuestion(db, actor, chosen, isDone, async (tx, { id, sort }) => {
    await tx
      .update(surveyQuestions)
      .set({ ...words, sort })
      .where(eq(surveyQuestions.id, id))
  })
}

/** Twice is the same as once. */
export async function removeQuestion(db: Database, actor: SignedIn, chosen: Chosen): Promise<void> {
  await onQuestion(
    db,
    actor,
    chosen,
    (question) => question === undefined,
    async (tx, { id }) => {
      await tx.delete(surveyQuestions).where(eq(surveyQuestions.id, id))
    },
  )
}

const never = (): boolean => false

/** One place up or down; at the end of the row nothing moves. */
export async function moveQuestion(db: Database, actor: SignedIn, chosen: Chosen, way: 'up' | 'down'): Promise<void> {
  await onQuestion(db, actor, chosen, never, async (tx, question, all) => {
    const at = all.findIndex(({ id }) => id === question.id)
    const other = all[way === 'up' ? at - 1 : at + 1]
    if (!other) return
    await tx.update(surveyQuestions).set({ position: other.position }).where(eq(surveyQuestions.id, question.id))
    await tx.update(surveyQuestions).set({ position: question.position }).where(eq(surveyQuestions.id, other.id))
  })
}

async function onQuestion(
  db: Database,
  actor: SignedIn,
  { surveyId, questionId, version }: Chosen,
  isDone: (question: Question | undefined) => boolean,
  act: (tx: Tx, question: Question, all: Question[]) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await lockSurvey(tx, surveyId)
    const all = await questionsOf(tx, surveyId)
    const question = all.find(({ id }) => id === questionId)
    const survey = await lockUndone(tx, actor, surveyId, version, () => isDone(question))
    if (!survey) return
    if (!question) throw new NotFound('question')
    await act(tx, question, all)
    await raiseVersion(tx, survey)
  })
}
