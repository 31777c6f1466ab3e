/**
 * Correcting and withdrawing in the network: by the author alone. A correction keeps every earlier version readable, a withdrawal leaves a notice.
 */
import { isDeepStrictEqual } from 'node:util'
import { and, eq } from 'drizzle-orm'
import { circles } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { circleOf, isInternal, mayRead } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { takeDown } from '../posts/removal.ts'
import { postVersions, type Details } from '../posts/schema.ts'
import { changePost, lockAnyPost, postPath, tellOfPost, type PostRow, type Words } from '../posts/stored-post.ts'
import { teamById } from '../teams/team.ts'
import { fanOutAgain } from './fan-out.ts'
import { mayChange, mayWithdraw, mutedBecause } from './policy.ts'

export interface StaffCorrection extends Words {
  /** What was corrected, in a sentence for readers. */
  note: string
  /** The version that was in the form. */
  version: number
  /** What its kind keeps besides the words; as it is where it is left out. */
  details?: Details
}

/**
 * Replaces the words; who follows one of its new topics hears of it, and whose home only an old one explained no more. `beside` writes what belongs to its kind.
 * The same form twice is one correction. Throws `NotFound`, `Forbidden`, and `Overtaken` when it was corrected meanwhile.
 */
export async function correctInNetwork(
  db: Database,
  actor: SignedIn,
  id: number,
  input: StaffCorrection,
  beside?: (tx: Tx, post: PostRow) => Promise<void>,
): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const post = await lockInNetwork(tx, actor, id)
    if (!mayChange(actor, post)) throw refusal(actor, post)
    await requireOpenCircle(tx, post)
    const { note, version, title, body, tags, details = post.details } = input
    const change = { title, body, tags, note, details, expiresAt: post.expiresAt, approvedBy: null }
    if (await correctedBefore(tx, actor, post, { ...input, details })) return { path: postPath(null, post) }
    if (post.version !== version) throw new Overtaken('This post was changed while you were writing. Open it again to see what it says now.')
    const changed = await changePost(tx, actor.accountId, { post, team: null }, change)
    const after = { ...post, title, body, tags, details }
    await beside?.(tx, after)
    await fanOutAgain(tx, after, post.tags)
    await tellOfPost(tx, actor.accountId, 'post.corrected', post)
    return changed
  })
}

async function correctedBefore(tx: Tx, actor: SignedIn, post: PostRow, { version, note, ...input }: StaffCorrection): Promise<boolean> {
  if (post.version !== version + 1 || post.title !== input.title || post.body !== input.body) return false
  if (post.tags.join() !== input.tags.join() || !isDeepStrictEqual(post.details, input.details)) return false
  const [replaced] = await tx
    .select({ by: postVersions.replacedBy, note: postVersions.note })
    .from(postVersions)
    .where(and(eq(postVersions.postId, post.id), eq(postVersions.version, version)))
  return replaced?.by === actor.accountId && replaced.note === note
}

/** Takes the words down and leaves a notice with the reason. Twice is the same as once. Throws `NotFound` and `Forbidden`. */
export async function withdrawInNetwork(db: Database, actor: SignedIn, id: number, because: string): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const post = await lockInNetwork(tx, actor, id)
    const path = postPath(null, post)
    if (post.state === 'withdrawn' && post.authorId === actor.accountId) return { path }
    if (!mayWithdraw(actor, post)) throw refusal(actor, post)
    await logWithdrawal(tx, actor, post)
    await takeDown(tx, post, because, null)
    await tellOfPost(tx, actor.accountId, 'post.withdrawn', post)
    return { path }
  })
}

/** The reason stands with the post, where those who may read it are; the log is read by others. */
async function logWithdrawal(tx: Tx, actor: SignedIn, post: PostRow): Promise<void> {
  const team = post.teamId === null ? null : await teamById(tx, post.teamId)
  await writeLog(tx, {
    actorId: actor.accountId,
    role: post.officialRole ?? 'member',
    act: 'withdraw',
    item: 'post',
    itemId: post.id,
    audience: post.audience,
    teamId: post.teamId,
    teamName: team?.name ?? null,
    fromState: post.state,
    toState: 'withdrawn',
    hashBefore: contentHash(post.body),
  })
}

/** Locked until the transaction ends. Throws `NotFound` for what the actor may not read. */
export async function lockInNetwork(tx: Tx, actor: SignedIn, id: number): Promise<PostRow> {
  const found = await lockAnyPost(tx, id)
  if (!found || !isInternal(found.post.audience) || !mayRead(actor, found.post)) throw new NotFound('post')
  return found.post
}

/** What stands in a closed circle can be taken back, and nothing is put in its place or added. Throws `Forbidden`. */
export async function requireOpenCircle(tx: Tx, { audience }: Pick<PostRow, 'audience'>): Promise<void> {
  const circleId = circleOf(audience)
  if (circleId === null) return
  const [circle] = await tx.select({ closedAt: circles.closedAt }).from(circles).where(eq(circles.id, circleId))
  if (circle?.closedAt !== null) throw new Forbidden('This circle is closed. It can be read, but not added to.')
}

function refusal(actor: SignedIn, post: PostRow): Forbidden {
  if (post.state === 'withdrawn') return new Forbidden('This post was withdrawn.')
  if (post.authorId !== actor.accountId) return new Forbidden('Only whoever wrote a post changes or withdraws it.')
  if (post.editedByModerator) return new Forbidden('A moderator took words out of it, so the rest stays as it is.')
  return new Forbidden(mutedBecause(actor, circleOf(post.audience)) ?? 'You cannot change this post.')
}
