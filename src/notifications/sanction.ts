/**
 * Whoever a sanction is about hears by mail what it keeps them from, until when, why, and how to object; and when it is lifted early.
 */
import { eq } from 'drizzle-orm'
import { accounts, sanctions, type SanctionKind } from '../accounts/schema.ts'
import type { Activity } from '../activity/activity.ts'
import { appealUntil } from '../appeals/deadline.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { decisions } from '../moderation/schema.ts'
import { WORDING } from '../sanctions/wording.ts'
import { sayMoment } from '../text/dates.ts'
import { mailTo } from './outcome.ts'
import { casePath, signature, type Wording } from './wording.ts'

type Sanction = typeof sanctions.$inferSelect
interface About {
  sanction: Sanction
  decision: { caseId: number; at: Date }
}

export async function tellOfSanction(db: Database, config: Config, activity: Activity): Promise<void> {
  const [found] = await db
    .select({ sanction: sanctions, accountId: accounts.id, email: accounts.email, caseId: decisions.caseId, at: decisions.at })
    .from(sanctions)
    .innerJoin(accounts, eq(accounts.id, sanctions.accountId))
    .innerJoin(decisions, eq(decisions.id, sanctions.decisionId))
    .where(eq(sanctions.id, Number(activity.detail?.['sanctionId'] ?? 0)))
  if (!found) return
  const about = { sanction: found.sanction, decision: { caseId: found.caseId, at: found.at } }
  await mailTo(db, activity, found, activity.kind === 'sanction.imposed' ? imposedMail(config, about) : liftedMail(config, about))
}

const SUBJECT: Record<SanctionKind, string> = {
  advice: 'Advice about what you write here',
  hold: 'What you write here waits for a moderator for a while',
  mute: 'You cannot write in public here for a while',
  suspend: 'Your account is suspended for a while',
}

function imposedMail(config: Config, { sanction, decision }: About): Wording {
  const { kind, publicText, endsAt } = sanction
  const until = [WORDING[kind].means, ...(endsAt ? [`It lasts until ${sayMoment(endsAt)}, and ends by itself then.`] : [])].join(' ')
  const paragraphs = [until, `Why: ${publicText}`, ...objectParagraphs(config, decision), 'The house rules:', `${config.publicUrl}/house-rules`]
  return { subject: SUBJECT[kind], text: [...paragraphs, signature(config)].join('\n\n') }
}

function objectParagraphs(config: Config, { caseId, at }: About['decision']): string[] {
  const until = appealUntil(at)
  return [
    'It follows from a decision about something that you wrote. You find it here:',
    casePath(config, caseId),
    ...(until > now()
      ? [
          `If you think that this decision was wrong, you can appeal on that page, once, by ${sayMoment(until)}. You can do so whatever else you cannot do now.`,
        ]
      : []),
    `If you think that what follows from it is wrong, write to the press office at ${config.contactEmail}. Somebody looks at it again.`,
  ]
}

function liftedMail(config: Config, { sanction }: About): Wording {
  const why = sanction.liftedBecause ? [`Why: ${sanction.liftedBecause}`] : []
  const text = [LIFTED[sanction.kind], ...why, 'What was decided about your words is another matter, and stays as it is.', signature(config)]
  return { subject: sanction.kind === 'advice' ? 'We have taken our advice back' : 'You can write here again as before', text: text.join('\n\n') }
}

const LIFTED: Record<SanctionKind, string> = {
  advice: 'We have taken back the advice that we gave you about what you write here.',
  hold: 'What you write here no longer waits for a moderator because of an earlier decision. We lifted that before its time was over.',
  mute: 'You can write in public here again. We lifted what kept you from it before its time was over.',
  suspend: 'Your account is no longer suspended. We lifted it before its time was over.',
}
