/**
 * Results come out: when the sergeant or the press office has looked and publishes them, and by themselves a week after closing, for that they come out was
 * promised to those who answered. Before an election only the press office publishes, and what would come out by itself waits.
 */
import { and, asc, eq, isNotNull, isNull, lte } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { lockAnyPost, tellOfPost, type PostRow } from '../posts/stored-post.ts'
import { inElection } from './opening.ts'
import { mayPublishResults } from './results-policy.ts'
import { surveys } from './schema.ts'
import { lockSurvey, type SurveyRow } from './survey.ts'

const DAY = 86_400_000
export const DAYS_TO_LOOK = 7

/** When they come out by themselves; null before it has closed. */
export const dueAt = ({ closedAt }: { closedAt: Date | null }): Date | null => closedAt && new Date(closedAt.getTime() + DAYS_TO_LOOK * DAY)

/** Twice is the same as once. Throws `NotFound`, `Forbidden`. */
export async function publishResults(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { survey, post } = await lockCounted(tx, id)
    if (!mayRead(actor, survey) || !post || post.state === 'withdrawn') throw new NotFound('survey')
    const election = await inElection(tx, survey)
    if (!mayPublishResults(actor, survey, election))
      throw new Forbidden(
        election
          ? 'A pre-election period holds here, so the press office publishes results.'
          : 'The sergeant of the team or the press office publishes results.',
      )
    if (survey.countedAt === null) throw new Forbidden('There are no results to publish.')
    if (survey.publishedAt === null) await store(tx, actor.accountId, survey, post)
  })
}

/** Those whose week of looking is over. */
export async function publishDueResults(db: Database): Promise<void> {
  const before = new Date(now().getTime() - DAYS_TO_LOOK * DAY)
  const waiting = await db
    .select({ id: surveys.id })
    .from(surveys)
    .where(and(isNotNull(surveys.countedAt), isNull(surveys.publishedAt), lte(surveys.closedAt, before)))
    .orderBy(asc(surveys.id))
  for (const { id } of waiting)
    await db.transaction(async (tx) => {
      const { survey, post } = await lockCounted(tx, id)
      if (survey.publishedAt !== null || !post || post.state === 'withdrawn' || (await inElection(tx, survey))) return
      await store(tx, null, survey, post)
    })
}

/** Its post first, as everybody who changes one does. */
async function lockCounted(tx: Tx, id: number): Promise<{ survey: SurveyRow; post: PostRow | null }> {
  const [known] = await tx.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, id))
  const found = known?.postId ? await lockAnyPost(tx, known.postId) : null
  return { survey: await lockSurvey(tx, id), post: found?.post ?? null }
}

async function store(tx: Tx, actorId: number | null, survey: SurveyRow, post: PostRow): Promise<void> {
  await tx.update(surveys).set({ publishedAt: now() }).where(eq(surveys.id, survey.id))
  await tellOfPost(tx, actorId, 'survey.published', post, { surveyId: survey.id })
}
