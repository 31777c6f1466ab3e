/**
 * The one hinge: a change and everything that follows from it succeed or fail together.
 *
 * `recordActivity` writes the row in the transaction of the change, runs the consequences that must be part of it (a held comment opens a case),
 * enqueues a job for those who may hear later (mail), and sends a signal that carries ids and the kind only (see live/signal.ts).
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Database, type Tx } from '../database/database.ts'
import { enqueue } from '../jobs/jobs.ts'
import { activities } from './schema.ts'

export const KINDS = [
  'comment.published',
  'comment.held',
  'comment.edited',
  'comment.withdrawn',
  'comment.released',
  'comment.rejected',
  'comment.removed',
  'comment.kept',
  'comment.hidden',
  'comment.restored',
  'post.published',
  'post.corrected',
  'post.withdrawn',
  'post.archived',
  'post.reposted',
  'post.photos-removed',
  'draft.submitted',
  'draft.returned',
  'draft.reopened',
  'draft.approved',
  'draft.scheduled',
  'draft.published',
  'question.asked',
  'question.published',
  'question.kept-private',
  'question.acknowledged',
  'question.answered',
  'question.missed',
  'question.reopened',
  'question.review-asked',
  'question.reviewed',
  'question.assigned',
  'question.moved',
  'question.withdrawn',
  'question.said',
  'conversation.moded',
  'staff.absent',
  'post.removed',
  'post.kept',
  'item.flagged',
  'post.restored',
  'case.asked',
  'case.answered',
  'case.claimed',
  'case.escalated',
  'appeal.lodged',
  'appeal.decided',
  'sanction.imposed',
  'sanction.lifted',
  'request.asked',
  'request.answered',
  'proposal.made',
  'proposal.answered',
  'notice.received',
  'notice.author-told',
  'notice.answered',
  'notice.ended',
  'switch.set',
  'switch.ended',
  'item.sealed',
  'item.unsealed',
  'account.looked-up',
  'role.proposed',
  'role.confirmed',
  'role.ended',
  'place.opened',
  'place.changed',
  'place.closed',
  'presence.changed',
  'presence.cancelled',
  'alert.sent',
  'suggestion.raised',
  'suggestion.adopted',
  'suggestion.merged',
  'suggestion.declined',
  'priority.acted',
  'priority.reviewed',
  'priority.closed',
  'effort.shared',
  'occasion.changed',
  'occasion.cancelled',
  'occasion.joined',
  'occasion.written',
  'event.changed',
  'event.noted',
  'task.proposed',
  'task.answered',
  'task.closed',
  'survey.submitted',
  'survey.returned',
  'survey.closed',
  'survey.published',
  'question.rated',
  'link.previewed',
  'person.praised',
  'help.settled',
  'practice.used',
  'issue.joined',
  'issue.left',
  'issue.linked',
  'issue.closed',
  'help.offered',
  'group.invited',
  'group.answered',
  'group.called-off',
  'group.noted',
  'group.moved',
  'group.uninvited',
  'group.corrected',
  'session.called-off',
  'session.moved',
  'followed.up',
  'follow-up.removed',
  'circle.founded',
  'circle.changed',
  'circle.closed',
  'circle.asked',
  'circle.answered',
  'circle.invited',
  'circle.joined',
  'circle.left',
  'team.archived',
  'areas.changed',
  'notification.told',
  'notification.read',
] as const
export type ActivityKind = (typeof KINDS)[number]

export interface NewActivity {
  kind: ActivityKind
  audience: string
  actorId?: number | null
  teamId?: number | null
  conversationId?: number | null
  commentId?: number | null
  postId?: number | null
  detail?: Record<string, string | number | null>
}
export type Activity = NewActivity & { id: number }

type Consequence = (tx: Tx, activity: Activity) => Promise<void>
type Echo = (db: Database, activity: Activity) => Promise<void>

const consequences = new Map<ActivityKind, Consequence[]>()
const echoes = new Map<ActivityKind, Echo[]>()

/** Registers what must happen in the same transaction. Called once, while the application is put together. */
export function onActivity(kind: ActivityKind, consequence: Consequence): void {
  const known = consequences.get(kind) ?? []
  if (!known.includes(consequence)) consequences.set(kind, [...known, consequence])
}

/** Registers what happens afterwards, in a job: at least once, so it must bear being run twice. */
export function afterActivity(kind: ActivityKind, echo: Echo): void {
  const known = echoes.get(kind) ?? []
  if (!known.includes(echo)) echoes.set(kind, [...known, echo])
}

/** The queue of the job that tells the echoes. */
export const ECHO_QUEUE = 'activity'

/** Writes down what happened, in the transaction in which it happened. */
export async function recordActivity(tx: Tx, happened: NewActivity): Promise<Activity> {
  const detail = happened.detail ?? {}
  const [written] = await executeNamed<{ id: string }>(
    tx,
    'record_activity',
    sql`
    with written as (
      insert into ${activities} (kind, audience, actor_id, team_id, conversation_id, comment_id, post_id, detail)
      values (${happened.kind}, ${happened.audience}, ${happened.actorId ?? null}, ${happened.teamId ?? null}, ${happened.conversationId ?? null},
        ${happened.commentId ?? null}, ${happened.postId ?? null}, ${JSON.stringify(detail)}::jsonb)
      returning *)
    select id, pg_notify('activity', json_strip_nulls(json_build_object('id', id, 'kind', kind, 'audience', audience, 'actorId', actor_id, 'teamId', team_id,
      'conversationId', conversation_id, 'commentId', comment_id, 'postId', post_id, 'accountId', detail -> 'accountId'))::text) from written`,
  )
  const activity: Activity = { ...happened, id: Number(written?.id) }
  for (const consequence of consequences.get(happened.kind) ?? []) await consequence(tx, activity)
  if (echoes.has(happened.kind)) await enqueue(tx, ECHO_QUEUE, activity)
  return activity
}

/** Runs the echoes of one activity; the work of the job. */
export async function echoActivity(db: Database, activity: Activity): Promise<void> {
  for (const echo of echoes.get(activity.kind) ?? []) await echo(db, activity)
}
