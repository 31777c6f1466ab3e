/**
 * What can still be done with a survey that people answer: close it earlier, or call it off. It never lasts longer than it said.
 */
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { lockAnyPost, setDetails, tellOfPost } from '../posts/stored-post.ts'
import { sayEnd } from '../text/dates.ts'
import { endOfDay } from '../text/moment.ts'
import { destroyAll } from './box.ts'
import { mayEnd, mayReadSurvey } from './policy.ts'
import { surveys } from './schema.ts'
import { lockSurvey, type SurveyRow } from './survey.ts'

/** `day`: the last one on which it can be answered ("2027-03-27"); null for now. Twice is the same as once. Throws `NotFound`, `Forbidden`, `Overtaken`, `Refused` (field `closes`). */
export async function closeEarlier(db: Database, actor: SignedIn, id: number, day: string | null): Promise<void> {
  await db.transaction(async (tx) => {
    const { survey, post } = await lockBoth(tx, actor, id)
    const moment = now()
    const end = day === null ? moment : endOfDay(day)
    if (endsThen(survey, end, moment) && mayEnd(actor, { ...survey, state: 'open' })) return
    const closesAt = requireRunning(actor, survey)
    const wrong = end < moment ? 'The day must not be over' : end >= closesAt ? 'The day must be earlier than the one that people were told' : null
    if (wrong) throw new Refused(wrong, { closes: wrong })
    await tx.update(surveys).set({ closesAt: end }).where(eq(surveys.id, id))
    await setDetails(tx, post.id, { ...post.details, until: sayEnd(end) })
    await tellOfPost(tx, actor.accountId, 'survey.closed', post, { surveyId: id, how: 'earlier' })
  })
}

/** Its end is that day, or, where it shall end now, behind it. */
const endsThen = ({ state, closesAt }: SurveyRow, end: Date, moment: Date): boolean =>
  state !== 'called-off' && closesAt !== null && (end <= moment ? closesAt <= end : closesAt.getTime() === end.getTime())

/** Ends it with a reason that readers see; what was answered is destroyed unread. Twice is the same as once. Throws as `closeEarlier` does. */
export async function callOffSurvey(db: Database, actor: SignedIn, id: number, because: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { survey, post } = await lockBoth(tx, actor, id)
    if (survey.state === 'called-off' && survey.calledOffBecause === because) return
    requireRunning(actor, survey)
    await destroyAll(tx, id)
    await tx.update(surveys).set({ state: 'called-off', calledOffBecause: because, closedAt: now() }).where(eq(surveys.id, id))
    await setDetails(tx, post.id, { ...post.details, 'called-off': because })
    await tellOfPost(tx, actor.accountId, 'survey.closed', post, { surveyId: id, how: 'called-off' })
  })
}

/** Its post first, as everybody who changes one does. */
async function lockBoth(tx: Tx, actor: SignedIn, id: number) {
  const [known] = await tx.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, id))
  const found = known?.postId ? await lockAnyPost(tx, known.postId) : null
  const survey = await lockSurvey(tx, id)
  if (!found || !mayReadSurvey(actor, survey)) throw new NotFound('survey')
  return { survey, post: found.post }
}

/** Answers when it closes. */
function requireRunning(actor: SignedIn, survey: SurveyRow): Date {
  if (survey.state !== 'open' || survey.closesAt === null || survey.closesAt <= now()) throw new Overtaken('This survey is over. It stays as it is.')
  if (!mayEnd(actor, survey)) throw new Forbidden('The sergeant of the team or the press office ends a survey.')
  return survey.closesAt
}
