/**
 * What the mails say.
 */
import type { Config } from '../config.ts'
import type { Act } from '../moderation/schema.ts'
import { sayDate } from '../text/dates.ts'

export interface Outcome {
  kind: 'comment' | 'post'
  act: Act
  /** False when it came back because nobody had decided. */
  decided: boolean
  title: string
  path: string
  /** First words of the author's own text; only ever sent to the author. */
  excerpt: string
  writtenAt: Date
  /** Taken back by its author meanwhile. */
  withdrawn: boolean
  reasonTitle: string | null
  publicText: string | null
  logId: number | null
}

export interface Wording {
  subject: string
  text: string
}

/** Days in which a decision may be questioned. */
const APPEAL_DAYS = 28

type Told = 'released' | 'rejected' | 'removed' | 'restored'
const TOLD: Record<Act, Told> = { release: 'released', reject: 'rejected', remove: 'removed', keep: 'restored' }

const SUBJECT: Record<Told, (kind: string) => string> = {
  released: (kind) => `Your ${kind} is published`,
  rejected: (kind) => `Your ${kind} was not published`,
  removed: (kind) => `Your ${kind} was removed`,
  restored: (kind) => `Your ${kind} is shown again`,
}

/** To the author: what was decided, why, and what can be done about it. */
export function authorMail(config: Config, outcome: Outcome): Wording {
  const told = TOLD[outcome.act]
  const down = told === 'rejected' || told === 'removed'
  const paragraphs = [
    HAPPENED[told](outcome),
    `What you wrote on ${sayDate(outcome.writtenAt)} under “${outcome.title}”:`,
    `“${outcome.excerpt}”`,
    ...(down ? whyParagraphs(outcome) : []),
    ...(down ? appealParagraphs(config, outcome) : seeParagraphs(config, outcome)),
    signature(config),
  ]
  return { subject: SUBJECT[told](outcome.kind), text: paragraphs.join('\n\n') }
}

const HAPPENED: Record<Told, (outcome: Outcome) => string> = {
  released: ({ kind }) => `A moderator has looked at your ${kind}. It is now public.`,
  rejected: ({ kind }) => `A moderator has looked at your ${kind} and decided not to publish it.`,
  removed: ({ kind }) =>
    `A moderator has looked at your ${kind} and removed it from the site. A note with the date and the reason stands in its place.`,
  restored: ({ kind, decided }) =>
    decided
      ? `Your ${kind} was hidden for a while because several people told us about it. A moderator has looked at it: it keeps to the house rules and is public again.`
      : `Your ${kind} was hidden for a while because several people told us about it. It is public again. A moderator still has to look at it.`,
}

function whyParagraphs({ reasonTitle, publicText }: Outcome): string[] {
  return [`Why: ${reasonTitle ?? 'see below'}`, ...(publicText ? [publicText] : [])]
}

function appealParagraphs(config: Config, { logId }: Outcome): string[] {
  return [
    `If you think that this is wrong, write to us within ${APPEAL_DAYS} days at ${config.contactEmail}. Say why, and give the number of the decision: ${logId ?? 'see above'}. Somebody who did not make this decision will look at it again.`,
    ...(logId === null ? [] : ['The decision in the public log:', `${config.publicUrl}/moderation-log/${logId}#log-${logId}`]),
    'The house rules:',
    `${config.publicUrl}/house-rules`,
  ]
}

const seeParagraphs = (config: Config, { path, withdrawn }: Outcome): string[] =>
  withdrawn ? [] : ['See it in its conversation:', `${config.publicUrl}${path}`]

const signature = (config: Config): string => `${config.force.name}\n${config.publicUrl}`

/** To somebody who told us about it: the outcome, without a word of what was written there. */
export function flaggerMail(config: Config, outcome: Outcome, flaggedOn: string): Wording {
  const paragraphs = [
    `On ${flaggedOn} you told a moderator about a ${outcome.kind} under “${outcome.title}”. Thank you.`,
    decidedFor(outcome),
    ...(outcome.act === 'remove' || outcome.withdrawn ? [] : ['You can read the house rules here:', `${config.publicUrl}/house-rules`]),
    signature(config),
  ]
  return { subject: `What we decided about the ${outcome.kind} that you told us about`, text: paragraphs.join('\n\n') }
}

function decidedFor({ kind, act, withdrawn, reasonTitle }: Outcome): string {
  if (act === 'remove') return `A moderator has looked at it and removed it. The reason: ${reasonTitle ?? 'it broke the house rules'}.`
  if (withdrawn) return 'Its author has taken it back, so there was nothing left to decide.'
  return `A moderator has looked at it. The ${kind} keeps to the house rules, so it stays.`
}
