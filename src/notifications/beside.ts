/**
 * A staff note beside a public conversation, from a colleague of another team: in place, to whoever of the team sees to what is asked there, else to its sergeants.
 * The team's own notes are read where the work is done.
 */
import { and, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { actorById } from '../accounts/known.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import type { Activity } from '../activity/activity.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { questions } from '../questions/schema.ts'
import { tell } from './notification.ts'
import { sergeantsOf } from './people.ts'

const worksFor = (actor: Actor, teamId: number): boolean => isSignedIn(actor) && actor.duties.some((duty) => duty.teamId === teamId)

/** In the transaction of the note. Nothing for anything else that is said. */
export async function tellOfNote(tx: Tx, { id, audience, actorId = null, conversationId = null, commentId = null }: Activity): Promise<void> {
  if (audience !== 'staff' || actorId === null) return
  const beside = await besideWhat(tx, conversationId ?? 0, commentId ?? 0)
  if (!beside || worksFor(await actorById(tx, actorId), beside.teamId)) return
  for (const accountId of await whoSeesTo(tx, beside)) {
    // Whoever is answered hears of the answer.
    if (accountId === actorId || accountId === beside.answersId) continue
    if (!mayRead(await actorById(tx, accountId), { audience, teamId: beside.teamId })) continue
    const about = { cause: `activity:${id}`, path: `/comments/${commentId}`, conversationId, commentId, detail: { byId: actorId } }
    await tell(tx, [{ accountId, kind: 'noted-beside', ...about }])
  }
}

interface Beside {
  teamId: number
  assigneeId: number | null
  /** Whose note it answers. */
  answersId: number | null
}

async function besideWhat(tx: Tx, conversationId: number, commentId: number): Promise<Beside | null> {
  const [subject, parent] = [alias(conversations, 'subject'), alias(comments, 'parent')]
  const [found] = await tx
    .select({ teamId: subject.teamId, assigneeId: questions.assigneeId, answersId: parent.authorId })
    .from(conversations)
    .innerJoin(subject, and(eq(subject.id, conversations.besideId), eq(subject.audience, 'public')))
    .innerJoin(comments, eq(comments.id, commentId))
    .leftJoin(parent, eq(parent.id, comments.parentId))
    .leftJoin(posts, eq(posts.conversationId, subject.id))
    .leftJoin(questions, eq(questions.postId, posts.id))
    .where(eq(conversations.id, conversationId))
  return found && found.teamId !== null ? { ...found, teamId: found.teamId } : null
}

/** Whoever has the question, while they work for the team. */
async function whoSeesTo(tx: Tx, { teamId, assigneeId }: Beside): Promise<number[]> {
  if (assigneeId !== null && worksFor(await actorById(tx, assigneeId), teamId)) return [assigneeId]
  return (await sergeantsOf(tx, teamId)).map(({ accountId }) => accountId)
}
