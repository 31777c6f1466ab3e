/**
 * What the rooms above keep in tables of their own about a case or an item, read by the names of those tables: the case points there by its foreign keys,
 * and this room may not import them. Nothing is written here.
 */
import { sql } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import type { Case } from './case.ts'
import type { ItemRef } from './item.ts'

/** True for a row of `cases` (joined under that name) whose item is kept as evidence: nobody reads its words without a second person. */
export const isSealed = sql<boolean>`exists (select from seals where seals.lifted_at is null and (seals.comment_id = cases.comment_id or seals.post_id = cases.post_id))`

/** Who proposed it, or asked for it, of a row of `cases`; null for all others. */
export const askedBy = sql<number | null>`coalesce((select asked_by from requests where requests.id = cases.request_id),
  (select proposed_by from proposals where proposals.id = cases.proposal_id))`.mapWith(Number)

interface Named extends Record<string, unknown> {
  comment_id: string | null
  post_id: string | null
}

const refOf = (row: Named | undefined): ItemRef | null => {
  if (row?.comment_id) return { commentId: Number(row.comment_id) }
  return row?.post_id ? { postId: Number(row.post_id) } : null
}

/** The comment or post that a case is about, or that the request, notice or proposal names; null when there is none. */
export async function itemNamedBy(db: Db, file: Case): Promise<ItemRef | null> {
  if (file.commentId !== null) return { commentId: file.commentId }
  if (file.postId !== null) return { postId: file.postId }
  if (file.requestId !== null)
    return refOf((await db.execute<Named>(sql`select comment_id, post_id from requests where id = ${file.requestId}`)).rows[0])
  if (file.noticeId !== null)
    return refOf((await db.execute<Named>(sql`select comment_id, post_id from takedown_notices where id = ${file.noticeId}`)).rows[0])
  if (file.proposalId === null) return null
  const { rows } = await db.execute<Named>(sql`
    select coalesce(p.comment_id, s.comment_id, k.comment_id, c.comment_id) as comment_id, coalesce(p.post_id, s.post_id, k.post_id, c.post_id) as post_id
    from proposals p left join seals s on s.id = p.seal_id left join sealed_copies k on k.id = p.sealed_copy_id
      left join decisions d on d.id = p.decision_id left join cases c on c.id = d.case_id
    where p.id = ${file.proposalId}`)
  return refOf(rows[0])
}

/** Those of these comments that are kept as evidence. */
export async function sealedAmong(db: Db, commentIds: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await db.execute<{ comment_id: string }>(
    sql`select comment_id from seals where lifted_at is null and comment_id = any(${`{${commentIds.join(',')}}`}::bigint[])`,
  )
  return new Set(rows.map((row) => Number(row.comment_id)))
}

export async function isSealedPost(db: Db, postId: number): Promise<boolean> {
  const { rows } = await db.execute(sql`select from seals where lifted_at is null and post_id = ${postId}`)
  return rows.length > 0
}

/** When an appeal came, and what became of it; null when nobody appealed. */
export async function appealOf(
  db: Db,
  caseId: number,
): Promise<{ at: Date; outcome: string | null; decidedAt: Date | null; by: string | null } | null> {
  const { rows } = await db.execute<{ lodged_at: string; outcome: string | null; decided_at: string | null; by: string | null }>(sql`
    select lodged_at, outcome, decided_at, (select display_name from accounts where accounts.id = appeals.decider_id) as by
    from appeals where case_id = ${caseId} order by id desc limit 1`)
  const [row] = rows
  if (!row) return null
  return { at: new Date(row.lodged_at), outcome: row.outcome, decidedAt: row.decided_at === null ? null : new Date(row.decided_at), by: row.by }
}
