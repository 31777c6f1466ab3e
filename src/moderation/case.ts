/**
 * The moderators' decision file on one item. An item has one open case at most: whoever finds one open joins it.
 */
import { and, eq, inArray, sql, type SQL } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { readable } from '../conversations/audience.ts'
import type { Tx } from '../database/database.ts'
import { expectedBy } from './clock.ts'
import type { Item } from './item.ts'
import { deskOf } from './policy.ts'
import { cases } from './schema.ts'

export type Case = typeof cases.$inferSelect

/** The scope of every look-up of cases: those that this actor's desk holds. The same rule as `mayReadCase`. */
export function onDesk(actor: Actor): SQL {
  const desk = deskOf(actor)
  const team = desk === 'all' ? sql`true` : desk.length === 0 ? sql`false` : inArray(cases.teamId, desk)
  return sql`(${readable(actor, cases)} and ${team})`
}

/** A held comment opens a case in the transaction in which it was written; held again while one is open, it joins that one. */
export async function openCaseForHeld(tx: Tx, { commentId, detail }: Activity): Promise<void> {
  const moment = now()
  await tx.execute(sql`
    insert into cases (cause, because, comment_id, conversation_id, audience, team_id, snapshot, opened_at, due_at)
    select 'held', ${String(detail?.['because'] ?? 'Held by a rule.')}, comments.id, comments.conversation_id, conversations.audience, conversations.team_id,
      jsonb_build_object('body', comments.body, 'version', comments.version), ${moment}, ${expectedBy(moment)}
    from comments join conversations on conversations.id = comments.conversation_id where comments.id = ${commentId}
    on conflict (comment_id) where state = 'open'
    do update set because = excluded.because, due_at = least(cases.due_at, excluded.due_at), version = cases.version + 1`)
}

/** The open case of an item that the caller has locked; a new one when there is none. */
export async function joinCase(
  tx: Tx,
  item: Item,
  opening: { because: string; urgent: boolean; openedAt: Date; dueAt: Date },
): Promise<{ file: Case; opened: boolean }> {
  const open = await openCaseOf(tx, item)
  if (open) return { file: open, opened: false }
  const [file] = await tx
    .insert(cases)
    .values({
      cause: 'flagged',
      ...opening,
      commentId: item.kind === 'comment' ? item.id : null,
      postId: item.kind === 'post' ? item.id : null,
      conversationId: item.conversationId,
      audience: item.audience,
      teamId: item.teamId,
      snapshot: { body: item.body, version: item.version },
    })
    .returning()
  if (!file) throw new Error('no case was opened')
  return { file, opened: true }
}

export async function openCaseOf(tx: Tx, item: Pick<Item, 'kind' | 'id'>): Promise<Case | null> {
  const about = item.kind === 'comment' ? eq(cases.commentId, item.id) : eq(cases.postId, item.id)
  const [open] = await tx
    .select()
    .from(cases)
    .where(and(about, eq(cases.state, 'open')))
    .for('update')
  return open ?? null
}

/** The item changed while its case is open: whoever has the case in view has to look again before deciding. */
export async function noteChange(tx: Tx, { commentId, postId }: Activity): Promise<void> {
  const about = commentId ? eq(cases.commentId, commentId) : postId ? eq(cases.postId, postId) : sql`false`
  await tx
    .update(cases)
    .set({ version: sql`${cases.version} + 1` })
    .where(and(about, eq(cases.state, 'open')))
}
