/**
 * Whoever asked something of the press office hears by mail what came of it.
 */
import { eq } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { cases } from '../moderation/schema.ts'
import { requests } from '../requests/schema.ts'
import { REQUEST_WORDS } from '../requests/words.ts'
import { sayDate } from '../text/dates.ts'
import { mailAll, readerOf } from './people.ts'

/** The mail of `request.answered`. Never what was said in the conversation: only what the press office answered. */
export async function tellAsker(db: Database, config: Config, activity: Activity): Promise<void> {
  const [found] = await db
    .select({ request: requests, title: cases.title })
    .from(requests)
    .innerJoin(cases, eq(cases.requestId, requests.id))
    .where(eq(requests.id, Number(activity.detail?.['requestId'] ?? 0)))
  if (!found?.request.answer) return
  const { kind, askedAt, askedBy, answer, answerText } = found.request
  const text = [
    `On ${sayDate(askedAt)} the press office was asked for ${REQUEST_WORDS[kind].name} in your name, about “${found.title ?? ''}”.`,
    answer === 'done' ? 'It is done.' : 'The press office has declined it.',
    ...(answerText === null ? [] : [answerText]),
    'Your requests are on your desk:',
    `${config.publicUrl}/officers`,
    `${config.force.name}\n${config.publicUrl}`,
  ]
  const subject = answer === 'done' ? 'What you asked for is done' : 'What you asked for was declined'
  await mailAll(db, activity, await readerOf(db, askedBy), { subject, text: text.join('\n\n') })
}
