/**
 * Urgent alerts: a published post, a line of words, and two people of the press office. It goes at once, by mail and to phones, to everybody who chose
 * alerts from the force or a team of the post, whatever the rhythm and the hour.
 */
import { and, desc, eq, gt, isNull, or } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { deciderRole } from '../moderation/policy.ts'
import { lockPost, type PostRow } from '../posts/stored-post.ts'
import { propose, type Proposal } from '../proposals/proposal.ts'
import { proposals } from '../proposals/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { teamKeysOfPost } from './happening.ts'
import { beginMailing } from './mailing.ts'
import { cannotAlertBecause, mayProposeAlert } from './policy.ts'
import { alerts } from './schema.ts'

/** What a phone shows in two lines. */
export const LONGEST_ALERT = 140

export interface NewAlert {
  words: string
  /** Why it cannot wait: for the second person. */
  because: string
  clientKey: string
}

/** When a post was last sent as an alert; null for never. */
export async function lastAlertOf(db: Db, postId: number): Promise<Date | null> {
  const [last] = await db.select({ at: alerts.at }).from(alerts).where(eq(alerts.postId, postId)).orderBy(desc(alerts.id)).limit(1)
  return last?.at ?? null
}

/** Puts an alert before a second person. Throws `NotFound`, `Forbidden`, and `Overtaken` when it cannot be sent, or is proposed already. */
export async function proposeAlert(db: Database, actor: SignedIn, postId: number, input: NewAlert): Promise<{ caseId: number }> {
  if (!mayProposeAlert(actor)) throw new Forbidden('Only the press office can propose this.')
  return db.transaction(async (tx) => {
    const { post } = await takePost(tx, postId)
    const { words, because, clientKey } = input
    return propose(tx, actor, {
      kind: 'alert',
      postId,
      form: { words },
      clientKey,
      title: `Send “${post.title}” as an urgent alert`,
      body: `It would say: “${words}”. ${because}`,
      teamId: null,
      audience: post.audience,
      urgent: true,
    })
  })
}

/** The post, locked. What could be sent a moment ago may be over now. */
async function takePost(tx: Tx, postId: number): Promise<{ post: PostRow; team: TeamName }> {
  const found = await lockPost(tx, postId)
  if (!found || found.post.audience !== 'public') throw new NotFound('post')
  const cannot = cannotAlertBecause({ ...found.post, alertedAt: await lastAlertOf(tx, postId) }, now())
  if (cannot) throw new Overtaken(cannot)
  return found
}

/** What somebody asked for waits for the second person, or went out since. One that was refused is declined, with the reason. */
export async function isProposedSince(tx: Tx, { postId, askedAt }: { postId: number | null; askedAt: Date }): Promise<boolean> {
  if (postId === null) return false
  const waitsOrWent = or(isNull(proposals.answer), and(eq(proposals.answer, 'agreed'), gt(proposals.answeredAt, askedAt)))
  const [found] = await tx
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.kind, 'alert'), eq(proposals.postId, postId), waitsOrWent))
    .limit(1)
  return found !== undefined
}

/** The second person (`actor`) has agreed: it goes. */
export async function alertAgreed(tx: Tx, actor: SignedIn, proposal: Proposal): Promise<void> {
  const { post, team } = await takePost(tx, Number(proposal.postId))
  const words = proposal.form['words'] ?? ''
  if (words === '') throw new Refused('An alert needs words.')
  await logAlert(tx, actor, post, team)
  const [alert] = await tx
    .insert(alerts)
    .values({ postId: post.id, words, proposalId: proposal.id, proposedBy: proposal.proposedBy, agreedBy: actor.accountId, at: now() })
    .returning({ id: alerts.id })
  if (!alert) throw new Error('no alert was stored')
  await beginMailing(tx, { cause: 'alert', key: `alert:${alert.id}`, keys: await teamKeysOfPost(tx, post.id), postId: post.id, alertId: alert.id })
  const { audience, teamId, conversationId, id: postId } = post
  await recordActivity(tx, { kind: 'alert.sent', audience, actorId: actor.accountId, teamId, conversationId, postId, detail: { alertId: alert.id } })
}

async function logAlert(tx: Tx, actor: SignedIn, post: PostRow, team: TeamName): Promise<void> {
  const hash = contentHash(post.body)
  await writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor),
    act: 'send-alert',
    item: 'post',
    itemId: post.id,
    audience: post.audience,
    teamId: team.id,
    teamName: team.name,
    fromState: post.state,
    toState: post.state,
    hashBefore: hash,
    hashAfter: hash,
  })
}
