/**
 * From a draft to a survey that people answer. Officers and partner staff hand theirs in; a second person publishes it or sends it back. Publishing makes its
 * post, under which people talk.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { organisationOf } from '../circles/organisation.ts'
import { now } from '../clock.ts'
import { nameConversation } from '../conversations/conversation.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { kindInElection } from '../posts/election.ts'
import { storePost, tellOfPost } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { sayEnd } from '../text/dates.ts'
import { lockToWrite, requireAhead, requireVersion } from './making.ts'
import { mayPublish, mayReadDraft, mayReturn, mayTakeBack } from './policy.ts'
import { questionsOf } from './question.ts'
import { surveys } from './schema.ts'
import { lockSurvey, surveyPath, type SurveyRow } from './survey.ts'

/** Before an election what the public is asked needs the press office, like every other post. */
export const inElection = async (db: Db, { audience, teamId }: Pick<SurveyRow, 'audience' | 'teamId'>): Promise<boolean> =>
  audience === 'public' && (await kindInElection(db, 'survey', [teamId]))

const tell = (tx: Tx, actor: SignedIn, survey: SurveyRow, kind: 'survey.submitted' | 'survey.returned') =>
  // Between colleagues, whoever is to answer it later.
  recordActivity(tx, {
    kind,
    audience: 'staff',
    actorId: actor.accountId,
    teamId: survey.teamId,
    detail: { surveyId: survey.id, authorId: survey.authorId },
  })

async function lockReadable(tx: Tx, actor: SignedIn, id: number): Promise<SurveyRow> {
  const survey = await lockSurvey(tx, id)
  if (!mayReadDraft(actor, survey)) throw new NotFound('survey')
  return survey
}

const set = (tx: Tx, id: number, columns: Partial<SurveyRow>): Promise<unknown> => tx.update(surveys).set(columns).where(eq(surveys.id, id))

/** Hands it in to a second person. Twice is the same as once. Throws `NotFound`, `Forbidden`, `Overtaken`, `Refused`. */
export async function submitSurvey(db: Database, actor: SignedIn, id: number, version: number): Promise<void> {
  await db.transaction(async (tx) => {
    const before = await lockReadable(tx, actor, id)
    if (before.state === 'submitted' && before.authorId === actor.accountId) return
    const survey = await lockToWrite(tx, actor, id, version)
    await requireReady(tx, survey)
    await set(tx, id, { state: 'submitted', submittedAt: now(), returnedBecause: null })
    await tell(tx, actor, survey, 'survey.submitted')
  })
}

/** Back on its author's desk, to be changed. Twice is the same as once. */
export async function takeBackSurvey(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const survey = await lockReadable(tx, actor, id)
    if (survey.state === 'draft' && survey.authorId === actor.accountId) return
    if (!mayTakeBack(actor, survey)) throw new Forbidden('Only whoever handed it in takes it back, before it opens.')
    await set(tx, id, { state: 'draft', submittedAt: null, version: survey.version + 1 })
  })
}

/** Sends it back with a note. Throws `NotFound`, `Forbidden`, `Overtaken`. */
export async function returnSurvey(db: Database, actor: SignedIn, id: number, { note, version }: { note: string; version: number }): Promise<void> {
  await db.transaction(async (tx) => {
    const survey = await lockReadable(tx, actor, id)
    if (survey.state === 'draft' && survey.returnedBecause === note) return
    requireWaiting(survey, version)
    if (!mayReturn(actor, survey)) throw new Forbidden('The sergeant of the team or the press office sends it back, and nobody their own.')
    await set(tx, id, { state: 'draft', submittedAt: null, returnedBecause: note, version: survey.version + 1 })
    await tell(tx, actor, survey, 'survey.returned')
  })
}

function requireWaiting(survey: SurveyRow, version: number): void {
  requireVersion(survey, version)
  if (survey.state !== 'submitted') throw new Overtaken('It no longer waits: somebody else was quicker. Open it again to see how it stands.')
}

async function requireReady(tx: Tx, survey: SurveyRow): Promise<void> {
  if ((await questionsOf(tx, survey.id)).length === 0) throw new Refused('Add a question first.')
  if (survey.closesAt) requireAhead(survey.closesAt)
}

/** Opens it; the same again answers where it is. Throws `NotFound`, `Forbidden`, `Overtaken`, and `Refused`. */
export async function publishSurvey(db: Database, actor: SignedIn, id: number, version: number): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const survey = await lockReadable(tx, actor, id)
    if (survey.state === 'open') return { path: surveyPath(id) }
    if (survey.state === 'submitted') requireWaiting(survey, version)
    else requireVersion(survey, version)
    await requirePublishing(tx, actor, survey)
    await requireReady(tx, survey)
    await open(tx, actor, survey)
    return { path: surveyPath(id) }
  })
}

async function requirePublishing(tx: Tx, actor: SignedIn, survey: SurveyRow): Promise<void> {
  const election = await inElection(tx, survey)
  if (mayPublish(actor, survey, election)) return
  throw new Forbidden(
    election
      ? 'A pre-election period holds here, so somebody of the press office publishes it, and nobody their own.'
      : 'The sergeant of the team or the press office publishes it, and nobody what they handed in themselves.',
  )
}

async function authorOf(tx: Tx, { authorId: id, authorRole: role }: SurveyRow) {
  const [author] = role === 'partner' ? await tx.select({ email: accounts.email }).from(accounts).where(eq(accounts.id, id)) : []
  return { id, role, partner: author?.email ? ((await organisationOf(tx, author.email))?.name ?? null) : null }
}

async function open(tx: Tx, actor: SignedIn, survey: SurveyRow): Promise<void> {
  const [team] = await tx.select().from(teams).where(eq(teams.id, survey.teamId))
  if (!team || !survey.closesAt) throw new Error('a survey has a team and an end')
  if (team.archivedAt) throw new Forbidden('This team is archived, so it asks nothing any more.')
  const approvedBy = survey.state === 'submitted' ? actor.accountId : null
  const { audience, title, intro, clientKey } = survey
  const { post } = await storePost(tx, await authorOf(tx, survey), team, {
    kind: 'survey',
    audience,
    title,
    body: intro,
    tags: [],
    details: { until: sayEnd(survey.closesAt) },
    clientKey,
    approvedBy,
  })
  if (audience === 'staff') await nameConversation(tx, post.conversationId, { title, path: surveyPath(survey.id) })
  await set(tx, survey.id, { state: 'open', opensAt: now(), approvedBy, postId: post.id, returnedBecause: null })
  await tellOfPost(tx, actor.accountId, 'post.published', post, { surveyId: survey.id })
}
