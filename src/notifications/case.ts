/**
 * What happens to a case on the way, by mail: its author is asked something, their words are hidden until somebody has decided, their appeal came in
 * or is decided. Whoever told us hears when an appeal changed what they were told.
 */
import { desc, eq, isNull, and } from 'drizzle-orm'
import type { Activity, ActivityKind } from '../activity/activity.ts'
import { appeals } from '../appeals/schema.ts'
import type { Config } from '../config.ts'
import { comments } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { reasonOf } from '../moderation/reason.ts'
import { cases, hidings } from '../moderation/schema.ts'
import { sayDate, sayMoment } from '../text/dates.ts'
import { flaggersOf, itemOf, mailTo, type AboutItem } from './outcome.ts'
import { casePath, signature, under, type Wording } from './wording.ts'

type Tell = (db: Database, config: Config, activity: Activity, item: AboutItem) => Promise<void>

const caseIdOf = ({ detail }: Activity): number => Number(detail?.['caseId'] ?? 0)

const letter = (config: Config, subject: string, paragraphs: string[]): Wording => ({
  subject,
  text: [...paragraphs, signature(config)].join('\n\n'),
})

const about = (item: AboutItem): string => `the ${item.kind} that you wrote on ${sayDate(item.writtenAt)}${under(item)}`

/** The question itself stands on the page of the case, behind its door. */
const tellAsked: Tell = async (db, config, activity, item) => {
  const [file] = await db
    .select({ state: cases.state })
    .from(cases)
    .where(eq(cases.id, caseIdOf(activity)))
  const appealed = file?.state === 'appealed'
  const paragraphs = [
    appealed
      ? `A moderator has written to you about your appeal: ${about(item)}.`
      : `A moderator asks you something before they decide about ${about(item)}.`,
    'Read it, and answer, here:',
    casePath(config, caseIdOf(activity)),
  ]
  await mailTo(db, activity, item, letter(config, appealed ? 'A message about your appeal' : `A question about your ${item.kind}`, paragraphs))
}

const tellHidden: Tell = async (db, config, activity, item) => {
  const [hiding] = await db
    .select({ byId: hidings.byId, reasonCode: hidings.reasonCode, revertsAt: hidings.revertsAt })
    .from(hidings)
    .where(and(eq(hidings.caseId, caseIdOf(activity)), isNull(hidings.endedAt)))
    .orderBy(desc(hidings.id))
    .limit(1)
  // Somebody has decided, or the author took it back, before the job ran.
  if (!hiding || item.state !== 'hidden-pending') return
  // What several people suspect is not yet a reason; what a member of staff gives is.
  const reason = hiding.byId === null || hiding.reasonCode === null ? null : await reasonOf(db, hiding.reasonCode)
  const paragraphs = [
    `Your ${item.kind} of ${sayDate(item.writtenAt)}${under(item)} is hidden until a moderator has decided about it.`,
    ...(reason ? [`Why it has to be looked at: ${reason.title}`] : []),
    hiding.revertsAt
      ? `If nobody has decided by ${sayMoment(hiding.revertsAt)}, it is shown again by itself.`
      : 'It stays hidden until somebody has decided, because the law may be the reason.',
    'We write to you when it is decided. Until then you find it here:',
    casePath(config, caseIdOf(activity)),
  ]
  await mailTo(db, activity, item, letter(config, `Your ${item.kind} is hidden for now`, paragraphs))
}

const tellLodged: Tell = async (db, config, activity, item) => {
  const appeal = await appealOf(db, activity)
  if (!appeal) return
  const paragraphs = [
    `Your appeal about ${about(item)} is with us.`,
    `Somebody of the press office who did not make the decision looks at it, by ${sayMoment(appeal.dueAt)}. We write to you then.`,
    'You can add something here until it is decided:',
    casePath(config, caseIdOf(activity)),
  ]
  await mailTo(db, activity, item, letter(config, 'We have your appeal', paragraphs))
}

const tellDecided: Tell = async (db, config, activity, item) => {
  const appeal = await appealOf(db, activity)
  if (!appeal?.outcome || !appeal.outcomeText) return
  const reason = appeal.reasonCode === null ? null : await reasonOf(db, appeal.reasonCode)
  const state = await stateOf(db, activity, item)
  const paragraphs = [
    `Somebody of the press office who did not make the first decision has looked again at ${about(item)}.`,
    sayOutcome(appeal, item.kind, state, reason?.title ?? null),
    appeal.outcomeText,
    'The decision, and what was written about it:',
    casePath(config, caseIdOf(activity)),
    ...(activity.audience === 'public' && appeal.logId !== null
      ? ['In the public log:', `${config.publicUrl}/moderation-log/${appeal.logId}#log-${appeal.logId}`]
      : []),
    ...(appeal.outcome === 'overturned' ? [] : ['A decision can be appealed once, so the matter ends here.']),
  ]
  await mailTo(db, activity, item, letter(config, SUBJECT[appeal.outcome], paragraphs))
  await tellFlaggersAgain(db, config, activity, { item, appeal, state })
}

const SUBJECT = {
  upheld: 'Your appeal: the decision stands',
  varied: 'Your appeal: the decision is changed',
  overturned: 'Your appeal: the decision is undone',
} as const

type Appeal = typeof appeals.$inferSelect

function sayOutcome({ outcome, redactedBody }: Appeal, kind: string, state: string, reason: string | null): string {
  if (outcome === 'upheld') return 'The decision stands.'
  if (outcome === 'varied' && redactedBody === null) return `The decision stands, for another reason: ${reason ?? 'see below'}.`
  const waits = state === 'held' ? 'A case is before the courts, so it waits in our queue for now and is not shown.' : null
  if (outcome === 'varied') return waits ?? `Your ${kind} is public again, with parts taken out.`
  const shown = waits ?? (state === 'published' ? `Your ${kind} is public.` : '')
  return `You were right: the decision is undone, and no longer counts against you. ${shown}`.trim()
}

/** Only where readers see something else than they were told about. */
async function tellFlaggersAgain(
  db: Database,
  config: Config,
  activity: Activity,
  { item, appeal, state }: { item: AboutItem; appeal: Appeal; state: string },
): Promise<void> {
  if (appeal.outcome === 'upheld' || (appeal.outcome === 'varied' && appeal.redactedBody === null)) return
  const shown =
    state === 'published'
      ? appeal.outcome === 'varied'
        ? 'it is shown again, with parts taken out'
        : 'it keeps to the house rules and can be read'
      : null
  for (const flagger of await flaggersOf(db, caseIdOf(activity), item.accountId)) {
    const paragraphs = [
      `On ${sayDate(flagger.at)} you told a moderator about a ${item.kind}${under(item)}, and we wrote to you what we decided.`,
      'It was decided again. Its author asked for that, and somebody who did not make the first decision has looked at it.',
      shown ? `The outcome: ${shown}.` : 'The outcome: the first decision is undone.',
      'You can read the house rules here:',
      `${config.publicUrl}/house-rules`,
    ]
    await mailTo(db, activity, flagger, letter(config, `The ${item.kind} that you told us about was decided again`, paragraphs))
  }
}

/** As readers see it: what is corrected or archived is as public as what never changed. */
async function stateOf(db: Database, activity: Activity, item: AboutItem): Promise<string> {
  if (!activity.commentId) return item.state === 'withdrawn' ? 'withdrawn' : 'published'
  const [comment] = await db.select({ state: comments.state }).from(comments).where(eq(comments.id, activity.commentId))
  return comment?.state ?? item.state
}

async function appealOf(db: Database, { detail }: Activity): Promise<Appeal | null> {
  const [appeal] = await db
    .select()
    .from(appeals)
    .where(eq(appeals.id, Number(detail?.['appealId'] ?? 0)))
  return appeal ?? null
}

export const OF_CASE = {
  'case.asked': tellAsked,
  'comment.hidden': tellHidden,
  'appeal.lodged': tellLodged,
  'appeal.decided': tellDecided,
} as const satisfies Partial<Record<ActivityKind, Tell>>

export async function tellOfCase(db: Database, config: Config, activity: Activity): Promise<void> {
  const item = await itemOf(db, activity)
  if (item) await OF_CASE[activity.kind as keyof typeof OF_CASE](db, config, activity, item)
}
