/**
 * Seals and sealed copies of the item of a case: that they are there, by whose reference, and who has read them. Never the words.
 */
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { Case } from '../moderation/case.ts'
import { isOwn } from '../moderation/policy.ts'
import { cases } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { proposals } from '../proposals/schema.ts'
import { copiesOf, type CopyShown } from './copy.ts'
import { mayKeepSeals } from './policy.ts'
import { AUTHORITY_SAID, sealOver } from './seal.ts'
import { AUTHORITIES, type Authority } from './schema.ts'

export interface SealPanel {
  seal: { authority: string; reference: string; because: string; sealedAt: Date } | null
  /** A seal, or its end, waits for a second person: the case of it. */
  proposed: { caseId: number; lifting: boolean } | null
  copies: CopyShown[]
  /** This reader may propose and read; others ask the press office. */
  keeper: boolean
  authorities: { code: Authority; name: string }[]
}

/** Null for a case that is about no comment or post. */
export async function sealPanel(db: Db, actor: Actor, file: Case): Promise<SealPanel | null> {
  if (file.commentId === null && file.postId === null) return null
  const [seal, copies, proposed] = await Promise.all([sealOver(db, file), copiesOf(db, file), proposedFor(db, file)])
  const keeper = mayKeepSeals(actor) && !isOwn(actor, { authorId: await authorOf(db, file) })
  const said = seal && { authority: AUTHORITY_SAID[seal.authority], reference: seal.reference, because: seal.because, sealedAt: seal.sealedAt }
  return { seal: said, proposed, copies, keeper, authorities: AUTHORITIES.map((code) => ({ code, name: AUTHORITY_SAID[code] })) }
}

async function authorOf(db: Db, { commentId, postId }: Pick<Case, 'commentId' | 'postId'>): Promise<number> {
  const [item] =
    commentId === null
      ? await db
          .select({ authorId: posts.authorId })
          .from(posts)
          .where(eq(posts.id, postId ?? 0))
      : await db.select({ authorId: comments.authorId }).from(comments).where(eq(comments.id, commentId))
  return item?.authorId ?? 0
}

async function proposedFor(db: Db, { commentId, postId }: Pick<Case, 'commentId' | 'postId'>): Promise<SealPanel['proposed']> {
  const item = commentId === null ? eq(proposals.postId, postId ?? 0) : eq(proposals.commentId, commentId)
  const [open] = await db
    .select({ caseId: cases.id, kind: proposals.kind })
    .from(proposals)
    .innerJoin(cases, eq(cases.proposalId, proposals.id))
    .where(and(item, isNull(proposals.answer), inArray(proposals.kind, ['seal', 'lift-seal'])))
    .limit(1)
  return open ? { caseId: open.caseId, lifting: open.kind === 'lift-seal' } : null
}
