/**
 * What every act on a question has in common: the lock, the row in its history, the news of it, and its post kept in step.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { idOf, type Actor, type SignedIn } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import { privateTo } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { setDetails } from '../posts/stored-post.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { teamById, type TeamName } from '../teams/team.ts'
import { wasMissed, type QuestionRow } from './clock.ts'
import { leadsQuestion, mayReadQuestion, questionDuty } from './policy.ts'
import { questionActs, questions, type QUESTION_ACTS } from './schema.ts'

export type Act = (typeof QUESTION_ACTS)[number]

export interface Locked {
  question: QuestionRow
  team: TeamName
}

/**
 * The question and its team, locked until the transaction ends. Throws `NotFound` for those who may not read it.
 * Its post is locked with it, before anybody's conversation: whoever withdraws a post takes them in that order.
 */
export async function lockQuestion(tx: Tx, actor: Actor, id: number): Promise<Locked> {
  const [question] = await tx.select().from(questions).where(eq(questions.id, id)).for('update')
  if (!question || !mayReadQuestion(actor, question)) throw new NotFound('question')
  if (question.postId !== null) await tx.select({ id: posts.id }).from(posts).where(eq(posts.id, question.postId)).for('update')
  return { question, team: await teamById(tx, question.teamId) }
}

/** For acts of the team. Throws `Forbidden` for the asker. */
export async function lockForTeam(tx: Tx, actor: SignedIn, id: number): Promise<Locked> {
  const locked = await lockQuestion(tx, actor, id)
  if (!questionDuty(actor, locked.question)) throw new Forbidden('Only the team can do that with a question.')
  return locked
}

/** For acts of the sergeant. Throws `Forbidden` for everybody else. */
export async function lockForLead(tx: Tx, actor: SignedIn, id: number): Promise<Locked> {
  const locked = await lockForTeam(tx, actor, id)
  if (!leadsQuestion(actor, locked.question)) throw new Forbidden('Only the sergeant of the team or the press office can do that.')
  return locked
}

/** Writes what changed; answers the row as it is now. */
export async function changeQuestion(tx: Tx, question: QuestionRow, change: PgUpdateSetSource<typeof questions>): Promise<QuestionRow> {
  const [changed] = await tx
    .update(questions)
    .set({ ...change, version: sql`${questions.version} + 1` })
    .where(eq(questions.id, question.id))
    .returning()
  if (!changed) throw new Error('a locked question was not there')
  return changed
}

export interface Happened {
  act: Act
  /** Null: the system. */
  actor: SignedIn | null
  note?: string | null
  commentId?: number | null
  at?: Date
}

export async function writeAct(tx: Tx, question: QuestionRow, { act, actor, note, commentId, at }: Happened): Promise<void> {
  await tx.insert(questionActs).values({
    questionId: question.id,
    act,
    actorId: actor ? actor.accountId : null,
    role: roleIn(actor, question),
    note: note ?? null,
    commentId: commentId ?? null,
    at: at ?? now(),
  })
}

function roleIn(actor: SignedIn | null, question: QuestionRow): string {
  if (!actor) return 'system'
  return questionDuty(actor, question)?.role ?? 'resident'
}

/** The act, its news, and the post in step: what ends every verb. `where` tells the conversation in which something was said. */
export async function closeAct(
  tx: Tx,
  question: QuestionRow,
  kind: ActivityKind,
  happened: Happened,
  where: { audience?: string; conversationId?: number } = {},
): Promise<void> {
  await writeAct(tx, question, happened)
  await keepInStep(tx, question)
  await recordActivity(tx, {
    kind,
    audience: where.audience ?? privateTo(question.askerId),
    actorId: happened.actor ? idOf(happened.actor) : null,
    teamId: question.teamId,
    conversationId: where.conversationId ?? question.conversationId,
    commentId: happened.commentId ?? null,
    postId: question.postId,
    detail: { questionId: question.id },
  })
}

/** The copy of its state that the post carries for readers. */
export async function keepInStep(tx: Tx, question: QuestionRow): Promise<void> {
  if (question.postId === null) return
  const [post] = await tx.select({ details: posts.details }).from(posts).where(eq(posts.id, question.postId))
  await setDetails(tx, question.postId, { ...post?.details, ...(await detailsOf(tx, question)) })
}

/** What readers of a published question may know. A question that was taken back has no clock to show. */
export async function detailsOf(tx: Tx, question: QuestionRow): Promise<Record<string, string | number | boolean | null>> {
  return {
    questionId: question.id,
    askedAt: question.askedAt.toISOString(),
    dueAt: question.withdrawnAt ? null : question.dueAt.toISOString(),
    answeredAt: question.answeredAt?.toISOString() ?? null,
    answerId: await publicAnswer(tx, question),
    askedBy: question.namedAt ? await nameOf(tx, question.askerId) : null,
    missed: wasMissed(question, now()),
    withdrawn: question.withdrawnAt !== null,
  }
}

/** The answer, where readers can see it. One that was given to the asker alone is no link for them. */
async function publicAnswer(tx: Tx, { answerId }: QuestionRow): Promise<number | null> {
  if (answerId === null) return null
  const [answer] = await tx
    .select({ id: comments.id })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(and(eq(comments.id, answerId), eq(conversations.audience, 'public')))
  return answer?.id ?? null
}

export async function nameOf(tx: Tx, accountId: number): Promise<string | null> {
  const [account] = await tx.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, accountId))
  return account?.name ?? null
}

/** The comment under which an act of this kind was written before: the same form once more. */
export async function saidBefore(tx: Tx, question: QuestionRow, act: Act, commentId: number): Promise<boolean> {
  const known = await tx
    .select({ id: questionActs.id })
    .from(questionActs)
    .where(and(eq(questionActs.questionId, question.id), eq(questionActs.act, act), eq(questionActs.commentId, commentId)))
    .limit(1)
  return known.length > 0
}

/** Throws `Forbidden` for a team that is gone. */
export async function requireStanding(tx: Tx, team: TeamName): Promise<void> {
  const [found] = await tx.select({ archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, team.id))
  if (!found) throw new NotFound('team')
  if (found.archivedAt) throw new Forbidden(`The ${team.name} team has gone, so it takes no questions.`)
}
