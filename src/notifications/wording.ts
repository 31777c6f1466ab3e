/**
 * What the mails about a decision say.
 */
import { appealUntil } from '../appeals/deadline.ts'
import type { Config } from '../config.ts'
import type { Act } from '../moderation/schema.ts'
import { sayDate, sayMoment } from '../text/dates.ts'

export interface Outcome {
  kind: 'comment' | 'post'
  act: Act
  /** Null when it came back because nobody had decided. */
  decidedAt: Date | null
  caseId: number
  /** Null for a post that was made nameless: no mail says what it was about. */
  title: string | null
  path: string
  /** First words of the author's own text as it stands; only ever sent to the author. */
  excerpt: string
  writtenAt: Date
  /** Taken back by its author meanwhile. */
  withdrawn: boolean
  reasonTitle: string | null
  publicText: string | null
  /** Its row in the public log; null for what is not public. */
  logId: number | null
}

export interface Wording {
  subject: string
  text: string
}

type Told = 'released' | 'redacted' | 'rejected' | 'removed' | 'restored'
const TOLD: Record<Act, Told> = {
  release: 'released',
  redact: 'redacted',
  reject: 'rejected',
  remove: 'removed',
  keep: 'restored',
  restore: 'restored',
}

const SUBJECT: Record<Told, (kind: string) => string> = {
  released: (kind) => `Your ${kind} is published`,
  redacted: (kind) => `A moderator took parts of your ${kind} out`,
  rejected: (kind) => `Your ${kind} was not published`,
  removed: (kind) => `Your ${kind} was removed`,
  restored: (kind) => `Your ${kind} is shown again`,
}

/** To the author: what was decided, why, and what can be done about it. */
export function authorMail(config: Config, outcome: Outcome): Wording {
  const told = TOLD[outcome.act]
  const down = told === 'rejected' || told === 'removed'
  const took = down || told === 'redacted'
  const paragraphs = [
    HAPPENED[told](outcome),
    told === 'redacted' ? `What you wrote${under(outcome)} now reads:` : `What you wrote on ${sayDate(outcome.writtenAt)}${under(outcome)}:`,
    `“${outcome.excerpt}”`,
    ...(took ? whyParagraphs(outcome) : []),
    ...(down ? [] : seeParagraphs(config, outcome)),
    ...(took ? appealParagraphs(config, outcome) : caseParagraphs(config, outcome)),
    signature(config),
  ]
  return { subject: SUBJECT[told](outcome.kind), text: paragraphs.join('\n\n') }
}

const HAPPENED: Record<Told, (outcome: Outcome) => string> = {
  released: ({ kind }) => `A moderator has looked at your ${kind}. It is now public.`,
  redacted: ({ kind }) =>
    `A moderator has looked at your ${kind} and taken parts of it out. The rest is public. Where something was taken out, it says so.`,
  rejected: ({ kind }) => `A moderator has looked at your ${kind} and decided not to publish it.`,
  removed: ({ kind }) =>
    `A moderator has looked at your ${kind} and removed it from the site. A note with the date and the reason stands in its place.`,
  restored: ({ kind, decidedAt }) =>
    decidedAt
      ? `Your ${kind} was hidden for a while. A moderator has looked at it: it keeps to the house rules and is public again.`
      : `Your ${kind} was hidden for a while. Nobody had decided about it in time, so it is public again. A moderator still has to look at it.`,
}

function whyParagraphs({ reasonTitle, publicText }: Outcome): string[] {
  return [...(reasonTitle ? [`Why: ${reasonTitle}`] : []), ...(publicText ? [publicText] : [])]
}

/** Where it stands, as far as there is a title to say. */
export const under = ({ title }: { title: string | null }): string => (title === null ? '' : ` under “${title}”`)

/** Where the author reads all of it, and answers. */
export const casePath = (config: Config, caseId: number): string => `${config.publicUrl}/account/cases/${caseId}`

const caseParagraphs = (config: Config, { caseId, decidedAt }: Outcome): string[] =>
  decidedAt ? ['What was decided about it:', casePath(config, caseId)] : []

function appealParagraphs(config: Config, { caseId, decidedAt, logId }: Outcome): string[] {
  const until = decidedAt ? ` by ${sayMoment(appealUntil(decidedAt))}` : ''
  return [
    `If you think that this is wrong, you can appeal once,${until}. Somebody who did not make this decision looks at it again. Read the decision, and appeal, here:`,
    casePath(config, caseId),
    ...(logId === null ? [] : ['The decision in the public log:', `${config.publicUrl}/moderation-log/${logId}#log-${logId}`]),
    'The house rules:',
    `${config.publicUrl}/house-rules`,
  ]
}

const seeParagraphs = (config: Config, { path, withdrawn }: Outcome): string[] =>
  withdrawn ? [] : ['See it in its conversation:', `${config.publicUrl}${path}`]

export const signature = (config: Config): string => `${config.force.name}\n${config.publicUrl}`

/** To somebody who told us about it: the outcome, without a word of what was written there. */
export function flaggerMail(config: Config, outcome: Outcome, flaggedOn: string): Wording {
  const paragraphs = [
    `On ${flaggedOn} you told a moderator about a ${outcome.kind}${under(outcome)}. Thank you.`,
    decidedFor(outcome),
    ...(outcome.act === 'remove' || outcome.withdrawn ? [] : ['You can read the house rules here:', `${config.publicUrl}/house-rules`]),
    signature(config),
  ]
  return { subject: `What we decided about the ${outcome.kind} that you told us about`, text: paragraphs.join('\n\n') }
}

function decidedFor({ kind, act, withdrawn, reasonTitle }: Outcome): string {
  if (act === 'remove') return `A moderator has looked at it and removed it. The reason: ${reasonTitle ?? 'it broke the house rules'}.`
  if (withdrawn) return 'Its author has taken it back, so there was nothing left to decide.'
  if (act === 'redact') return `A moderator has looked at it and taken parts of it out. The rest of the ${kind} stays.`
  return `A moderator has looked at it. The ${kind} keeps to the house rules, so it stays.`
}
