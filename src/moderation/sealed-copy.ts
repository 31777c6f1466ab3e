/**
 * Words as they stood, put away before they change: redacted, sealed as evidence, or taken back by their author while a case about them was open.
 * Nobody reads a copy without a second person's agreement (see the room `seals`); nothing public and no page of the desk shows one.
 */
import { contentHash } from '../activity/log.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { sealedCopies, type SEALED_BECAUSE, type SealedBeside } from './schema.ts'

export interface NewSealedCopy {
  because: (typeof SEALED_BECAUSE)[number]
  caseId: number | null
  /** Exactly one of the two. */
  commentId: number | null
  postId: number | null
  /** A photo of the post, whose file lies under `fileKey`. */
  photoId?: number | null
  /** Of a post. */
  title: string | null
  body: string
  /** Of a post: what stood beside it, and what was left of that. */
  beside?: readonly SealedBeside[]
  fileKey?: string | null
  /** Null for the system. */
  takenBy: number | null
}

/** Of the text, and of what stands beside it where there is any. */
export const hashOfWords = (body: string, beside: readonly Pick<SealedBeside, 'kind' | 'key' | 'text'>[]): string =>
  contentHash(beside.length === 0 ? body : JSON.stringify([body, ...beside.map(({ kind, key, text }) => [kind, key, text])]))

/** Keeps the words and answers the copy's id. */
export async function keepSealed(tx: Tx, { title, body, beside = [], ...copy }: NewSealedCopy): Promise<number> {
  const content = { title, body, ...(beside.length > 0 && { beside: [...beside] }) }
  const [kept] = await tx
    .insert(sealedCopies)
    .values({ ...copy, content, hash: hashOfWords(body, beside), takenAt: now() })
    .returning({ id: sealedCopies.id })
  if (!kept) throw new Error('no sealed copy was kept')
  return kept.id
}
