/**
 * What a decision says to whoever suggested it: an official reply under their words, through the engine, so that they are told and everybody can read it.
 */
import { createHash } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { postCommentIn } from '../conversations/comment.ts'
import { officialDuty } from '../conversations/policy.ts'
import { comments } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'

let site = ''

/** Where this site is found: links in comments are whole addresses. */
export const replyFrom = (publicUrl: string): void => {
  site = publicUrl.replace(/\/$/, '')
}

export const linkTo = (path: string): string => `${site}${path}`

/**
 * Says it once, however often it is asked to with the same `about`. Where nothing can be said (the conversation was closed meanwhile, or whoever decides
 * has no name yet) the decision stands without it.
 */
export async function replyTo(
  tx: Tx,
  actor: SignedIn,
  comment: { id: number; conversationId: number; teamId: number },
  body: string,
  about: string,
): Promise<void> {
  if (!officialDuty(actor, { ...comment, audience: 'public' })) return
  const input = { body, parentId: comment.id, clientKey: keyOf(`${comment.id} ${about}`) }
  // Somebody else has, when what was taken down stands again.
  if ((await tx.$count(comments, and(eq(comments.parentId, comment.id), eq(comments.clientKey, input.clientKey)))) > 0) return
  try {
    await postCommentIn(tx, actor, comment.conversationId, input)
  } catch (problem) {
    if (!(problem instanceof Refused || problem instanceof Forbidden)) throw problem
  }
}

const keyOf = (about: string): string => createHash('sha256').update(`suggestion ${about}`).digest('hex').slice(0, 32)
