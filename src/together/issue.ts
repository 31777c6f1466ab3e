/**
 * An issue: "who else is working on this?" Whoever raises it works on it; others join, each for their team where they have one, and leave. It ends with what came of it, and
 * can be opened again: what was said at the end before stays.
 */
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken } from '../errors.ts'
import { publishInNetwork } from '../network/post.ts'
import { lockToAct } from './acting.ts'
import type { Published, Words } from './help-request.ts'
import { lockIssue, lockOpen, standingIn, tellOfIssue, worker, worksOn } from './issue-act.ts'
import { linkWithin, publicToRaise } from './issue-link.ts'
import { isOfTeam, mayClose, ownTeams } from './policy.ts'
import { issueReopenings, issues, issueWorkers } from './schema.ts'

/**
 * The same form twice makes one issue. `aboutId` is a public conversation that it comes from: linked from the first, and nothing there tells of it. Throws as
 * `publishInNetwork`, and `NotFound` for a conversation that is none or not public.
 */
export const raiseIssue = (db: Database, actor: SignedIn, { aboutId, ...words }: Words & { aboutId: number | null }): Promise<Published> =>
  db.transaction(async (tx) => {
    const about = aboutId === null ? null : await publicToRaise(tx, actor, aboutId)
    return publishInNetwork(tx, actor, { ...words, kind: 'issue', details: {} }, async (within, { id: postId, publishedAt }) => {
      await within.insert(issues).values({ postId, openedAt: publishedAt, activeAt: publishedAt })
      await within
        .insert(issueWorkers)
        .values({ postId, accountId: actor.accountId, teamId: ownTeams(actor)[0]?.teamId ?? null, joinedAt: publishedAt })
      if (about) await linkWithin(within, actor, postId, { conversationId: about.id, note: '' })
    })
  })

/**
 * "I'm working on this", for one of one's teams or (null) for oneself. Whoever works on it already changes team and word, and nobody hears. Throws `Forbidden` for a team that is
 * not theirs and for a closed issue.
 */
export async function joinIssue(
  db: Database,
  actor: SignedIn,
  postId: number,
  { teamId, note }: { teamId: number | null; note: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const { post } = await lockOpen(tx, actor, postId)
    if (teamId !== null && !isOfTeam(actor, teamId)) throw new Forbidden('You join for a team in which you work, or for yourself.')
    const isNew = !(await worksOn(tx, actor, postId))
    const set = { teamId, note, leftAt: null, ...(isNew ? { joinedAt: now() } : {}) }
    await tx
      .insert(issueWorkers)
      .values({ postId, accountId: actor.accountId, joinedAt: now(), teamId, note })
      .onConflictDoUpdate({ target: [issueWorkers.postId, issueWorkers.accountId], set })
    if (isNew) await tellOfIssue(tx, actor, 'issue.joined', post, teamId === null ? {} : { teamId })
  })
}

/** No longer working on it. Twice is the same as once. */
export async function leaveIssue(db: Database, actor: SignedIn, postId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const post = await lockToAct(tx, actor, postId, 'issue')
    const left = await tx.update(issueWorkers).set({ leftAt: now() }).where(worker(actor, postId)).returning({ postId: issueWorkers.postId })
    if (left.length > 0) await tellOfIssue(tx, actor, 'issue.left', post, {})
  })
}

/** Ends it with what came of it. The same words again are the same end. Throws `Forbidden`, and `Overtaken` when somebody else closed it. */
export async function closeIssue(db: Database, actor: SignedIn, postId: number, outcome: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { post, issue } = await lockToClose(tx, actor, postId)
    if (issue.outcome === outcome && issue.closedBy === actor.accountId) return
    if (issue.closedAt !== null) throw new Overtaken('This issue is closed already. Look at what came of it.')
    await tx.update(issues).set({ closedAt: now(), closedBy: actor.accountId, outcome }).where(eq(issues.postId, postId))
    await tellOfIssue(tx, actor, 'issue.closed', post, {})
  })
}

/** It was not the end: what was said of it stays beside it. Twice is the same as once. */
export async function reopenIssue(db: Database, actor: SignedIn, postId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { post, issue } = await lockToClose(tx, actor, postId)
    const { closedAt, closedBy, outcome } = issue
    if (closedAt === null || closedBy === null || outcome === null) return
    await tx.insert(issueReopenings).values({ postId, outcome, closedAt, closedBy, reopenedAt: now(), reopenedBy: actor.accountId })
    await tx.update(issues).set({ closedAt: null, closedBy: null, outcome: null }).where(eq(issues.postId, postId))
    await tellOfIssue(tx, actor, 'issue.closed', post, { act: 'reopened' })
  })
}

async function lockToClose(tx: Tx, actor: SignedIn, postId: number): ReturnType<typeof lockIssue> {
  const found = await lockIssue(tx, actor, postId)
  if (!mayClose(actor, found.post, await standingIn(tx, actor, found.post)))
    throw new Forbidden('Those who raised it or work on it say what came of it.')
  return found
}
