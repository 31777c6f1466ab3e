/**
 * What is kept as evidence. The seals themselves stand on a higher floor; the database keeps everybody from changing the words under one,
 * and this puts its refusal into words.
 */
import { sql } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { Forbidden } from '../errors.ts'

/** `restrict_violation`, as the triggers on comments and posts raise it. */
const KEPT = '23001'

/** For the `catch` of a write that changes words. Throws `Forbidden` where the database refused because of a seal, else the error as it was. */
export function refuseKept(error: unknown): never {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  const refused = cause instanceof Error && (cause as { code?: unknown }).code === KEPT && cause.message.endsWith('is sealed')
  throw refused ? new Forbidden('This is kept as evidence and cannot be changed.') : error
}

/** A seal lies over this comment: withdrawing takes it from readers, but its words stay. */
export async function isKept(db: Db, commentId: number): Promise<boolean> {
  const { rows } = await db.execute(sql`select 1 from seals where comment_id = ${commentId} and lifted_at is null`)
  return rows.length > 0
}

/** The same for a row of `comments`, joined under that name. */
export const isKeptComment = sql<boolean>`exists (select from seals where seals.comment_id = comments.id and seals.lifted_at is null)`
