/**
 * Taking part, in place: whoever supports a suggestion hears when it becomes a priority, everybody in the chain when something has come of it, and a partner
 * what became of a task that they proposed.
 */
import { and, eq, ne } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { conversations } from '../conversations/schema.ts'
import { supportersOf } from '../conversations/gathering.ts'
import type { Tx } from '../database/database.ts'
import { chainAccounts } from '../priorities/chain.ts'
import { posts } from '../posts/schema.ts'
import { tasks } from '../tasks/schema.ts'
import { tell, type Telling } from './notification.ts'

interface Subject {
  postId: number
  conversationId: number
  path: string
  teamId: number
}

/** A public post that stands, as news lead to it. */
async function subjectOf(tx: Tx, postId: number): Promise<Subject | null> {
  const [found] = await tx
    .select({ postId: posts.id, conversationId: posts.conversationId, path: conversations.path, teamId: posts.teamId })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(eq(posts.id, postId), eq(posts.audience, 'public'), ne(posts.state, 'withdrawn')))
  return found && found.teamId !== null ? { ...found, teamId: found.teamId } : null
}

const newsAbout = ({ teamId, ...subject }: Subject, kind: Telling['kind'], cause: string) => ({ ...subject, kind, cause, detail: { teamId } })

const tellAll = (tx: Tx, accountIds: readonly number[], news: Omit<Telling, 'accountId'>, except: readonly (number | null | undefined)[]) =>
  tell(
    tx,
    accountIds.filter((id) => !except.includes(id)).map((accountId) => ({ ...news, accountId })),
  )

/** Those who support it; its author reads the official reply under it. */
export async function tellSupporters(tx: Tx, { postId, commentId, actorId }: Activity): Promise<void> {
  const subject = await subjectOf(tx, postId ?? 0)
  if (subject && commentId) await tellAll(tx, await supportersOf(tx, [commentId]), newsAbout(subject, 'taken-up', `taken-up:${commentId}`), [actorId])
}

/** Everybody in the chain, once for each outcome: those whom it names are told of it as of any other. */
export async function tellChain(tx: Tx, { actorId, detail = {} }: Activity): Promise<void> {
  const outcomeId = Number(detail['outcomeId'] ?? 0)
  const subject = await subjectOf(tx, outcomeId)
  if (!subject) return
  const chain = await chainAccounts(tx, Number(detail['priorityId'] ?? 0))
  await tellAll(tx, chain, newsAbout(subject, 'acted-on', `outcome:${outcomeId}`), [actorId])
}

/** The partner who proposed it. */
export async function tellPartner(tx: Tx, { detail = {} }: Activity): Promise<void> {
  const [task] = await tx
    .select()
    .from(tasks)
    .where(eq(tasks.id, Number(detail['taskId'] ?? 0)))
  if (!task?.answer) return
  const subject = task.postId === null ? null : await subjectOf(tx, task.postId)
  const path = subject?.path ?? `/officers/tasks/${task.id}`
  const kind = task.answer === 'agreed' ? ('task-agreed' as const) : ('task-refused' as const)
  await tell(tx, [
    {
      accountId: task.proposedBy,
      kind,
      cause: `task:${task.id}`,
      path,
      conversationId: subject?.conversationId ?? null,
      detail: { teamId: task.teamId },
    },
  ])
}
