/**
 * Who hears of what happened, by mail and in place. These echoes run in a job, at least once; a key makes it one mail and one notification.
 */
import { eq } from 'drizzle-orm'
import { afterActivity, onActivity, recordActivity, type Activity, type ActivityKind } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { isPrivate } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { OF_CASE, tellOfCase } from './case.ts'
import { tellOfNote } from './beside.ts'
import { AFTERWARDS, tellAfterwards, tellOfReply } from './cause.ts'
import { tellAuthorOfDraft } from './draft.ts'
import { TO_ASKER, TO_AUTHOR, TO_SERGEANTS } from './letters.ts'
import { tellAuthor, tellFlaggers } from './outcome.ts'
import { questions } from '../questions/schema.ts'
import { tellOfComment, tellInNetwork, IN_NETWORK } from './network.ts'
import { tellOfMoves } from './moved.ts'
import { tellOfQuestion } from './question.ts'
import { tellAsker } from './request.ts'
import { tellOfSanction } from './sanction.ts'
import { OF_SURVEY, tellOfSurvey, tellOfTask } from './work.ts'

const TOLD = [
  'comment.released',
  'comment.rejected',
  'comment.removed',
  'comment.kept',
  'comment.restored',
  'post.removed',
  'post.kept',
] as const satisfies readonly ActivityKind[]

let registered: ((db: Database, activity: Activity) => Promise<void>) | null = null

/** Called once, while the application is put together; a second time changes nothing. */
export function registerNotifications(config: Config): void {
  if (registered) return
  registered = async (db, activity) => {
    await tellAuthor(db, config, activity)
    await tellFlaggers(db, config, activity)
  }
  for (const kind of TOLD) afterActivity(kind, registered)
  const ofCase = (db: Database, activity: Activity) => tellOfCase(db, config, activity)
  for (const kind of keysOf(OF_CASE)) afterActivity(kind, ofCase)
  const ofSanction = (db: Database, activity: Activity) => tellOfSanction(db, config, activity)
  for (const kind of ['sanction.imposed', 'sanction.lifted'] as const) afterActivity(kind, ofSanction)
  afterActivity('request.answered', (db, activity) => tellAsker(db, config, activity))
  const ofQuestion = (db: Database, activity: Activity) => tellOfQuestion(db, config, activity)
  for (const kind of new Set([...keysOf(TO_ASKER), ...keysOf(TO_SERGEANTS), 'question.assigned' as const])) afterActivity(kind, ofQuestion)
  const ofDraft = (db: Database, activity: Activity) => tellAuthorOfDraft(db, config, activity)
  for (const kind of keysOf(TO_AUTHOR)) afterActivity(kind, ofDraft)
  for (const kind of OF_SURVEY) afterActivity(kind, (db, activity) => tellOfSurvey(db, config, activity))
  afterActivity('task.proposed', (db, activity) => tellOfTask(db, config, activity))
  for (const kind of keysOf(AFTERWARDS)) afterActivity(kind, tellAfterwards)
  // The room of following moves them first: it is registered before this one.
  for (const kind of ['areas.changed', 'team.archived'] as const) afterActivity(kind, tellOfMoves)
  for (const kind of keysOf(IN_NETWORK)) afterActivity(kind, tellInNetwork)
  onActivity('comment.published', tellOfReply)
  onActivity('comment.published', tellOfComment)
  onActivity('comment.published', tellOfNote)
  onActivity('comment.published', passOn)
}

const keysOf = <Key extends string>(letters: Record<Key, unknown>): Key[] => Object.keys(letters) as Key[]

/** What is said in a private conversation has listeners; what is said in public has none yet, and then no comment should pay for a job. */
async function passOn(tx: Tx, { id: _id, ...said }: Activity): Promise<void> {
  if (!isPrivate(said.audience)) return
  const [question] = await tx
    .select({ id: questions.id })
    .from(questions)
    .where(eq(questions.conversationId, said.conversationId ?? 0))
  if (question) await recordActivity(tx, { ...said, kind: 'question.said', detail: { questionId: question.id } })
}
