/**
 * Before anybody acts on a help request, good practice or an issue: it is there for them, it stands, and they may take part where it stands.
 */
import { and, eq, isNull } from 'drizzle-orm'
import { circleMembers, circles } from '../accounts/schema.ts'
import { idOf, type Actor, type SignedIn } from '../actor.ts'
import { circleOf, isInternal, mayRead } from '../conversations/audience.ts'
import type { Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import type { StaffKind } from '../posts/schema.ts'
import { lockAnyPost, type PostRow } from '../posts/stored-post.ts'
import { silentIn } from './policy.ts'

/**
 * The post, locked until the transaction ends. Comes before the lock of its conversation, as with whoever corrects it. Throws `NotFound` for what is not of this kind or
 * not theirs to read, `Overtaken` when it was withdrawn, and `Forbidden` for whoever may not write there.
 */
export async function lockToAct(tx: Tx, actor: SignedIn, postId: number, kind: StaffKind): Promise<PostRow> {
  const post = (await lockAnyPost(tx, postId))?.post
  if (!post || post.kind !== kind || !isInternal(post.audience) || !mayRead(actor, post)) throw new NotFound('post')
  if (post.state === 'withdrawn') throw new Overtaken('This post is withdrawn. Nothing was changed.')
  const because = silentIn(actor, post) ?? (await closedCircle(tx, post))
  if (because) throw new Forbidden(because)
  return post
}

async function closedCircle(tx: Tx, { audience }: PostRow): Promise<string | null> {
  const circleId = circleOf(audience)
  if (circleId === null) return null
  const [circle] = await tx.select({ closedAt: circles.closedAt }).from(circles).where(eq(circles.id, circleId))
  return circle?.closedAt === null ? null : 'This circle is closed. It can be read, but not added to.'
}

/** For somebody who may read there: an owner of the circle, or the sergeant of the team whose circle it is. What is for all staff has nobody who leads it. */
export async function leadsCircle(db: Db, actor: Actor, { audience, teamId }: { audience: string; teamId: number | null }): Promise<boolean> {
  const circleId = circleOf(audience)
  const accountId = idOf(actor)
  if (circleId === null || accountId === null) return false
  if (teamId !== null && actor.duties.some((duty) => duty.role === 'supervisor' && duty.teamId === teamId)) return true
  const [owner] = await db
    .select({ role: circleMembers.role })
    .from(circleMembers)
    .where(
      and(
        eq(circleMembers.circleId, circleId),
        eq(circleMembers.accountId, accountId),
        eq(circleMembers.role, 'owner'),
        isNull(circleMembers.leftAt),
      ),
    )
  return owner !== undefined
}
