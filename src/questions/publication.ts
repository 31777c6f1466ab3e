/**
 * A public question becomes a post of the team, or stays between the asker and the team with a reason.
 */
import type { SignedIn } from '../actor.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import { insertPost, postPath, type Inserted } from '../posts/stored-post.ts'
import { posts } from '../posts/schema.ts'
import { eq } from 'drizzle-orm'
import { changeQuestion, closeAct, detailsOf, lockForTeam, keepInStep, type Locked } from './act.ts'
import type { QuestionRow } from './clock.ts'
import { mayPublish } from './policy.ts'
import { requireUnanswered, speak, stopClock } from './speech.ts'

interface Publication {
  title: string
  body: string
  tags: string[]
  /** Null: published without an answer yet; the clock runs on. */
  answer: string | null
  clientKey: string
}

/**
 * Publishes a public question as a post of the team with its conversation, with or without the answer. Twice is the same as once.
 * One that was answered in private already needs an answer that readers can see: throws `Refused` (field `answer`) without; its clock stays as it was.
 */
export async function publishQuestion(db: Database, actor: SignedIn, id: number, input: Publication): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const locked = await lockForTeam(tx, actor, id)
    const { question } = locked
    if (question.postId !== null) return { path: await publishedBefore(tx, actor, locked, question.postId, input.clientKey) }
    requirePublishable(actor, question)
    if (question.answerId !== null && input.answer === null)
      throw new Refused('Write the answer that readers will see', {
        answer: 'This question was answered in private. Write the answer that readers will see',
      })
    if (question.answerId === null && input.answer !== null) await requireUnanswered(tx, actor, question)
    const { post, published } = await insertQuestionPost(tx, actor, locked, input)
    if (input.answer !== null) await answerInPublic(tx, actor, published, post, { body: input.answer, clientKey: input.clientKey })
    return { path: post.path }
  })
}

/** The same form again leads to its post; anybody else's words would be lost without a sign. */
async function publishedBefore(tx: Tx, actor: SignedIn, { team }: Locked, postId: number, clientKey: string): Promise<string> {
  const [post] = await tx.select().from(posts).where(eq(posts.id, postId))
  if (!post) throw new Error('the post of a question was not there')
  if (post.authorId !== actor.accountId || post.clientKey !== clientKey)
    throw new Overtaken('A colleague has published this question while you were writing. Open it again to answer it.')
  return postPath(team.slug, post)
}

function requirePublishable(actor: SignedIn, question: QuestionRow): void {
  if (mayPublish(actor, question)) return
  if (question.withdrawnAt) throw new Overtaken('The person who asked has taken this question back.')
  if (question.visibility === 'private')
    throw new Forbidden('This question was asked in private, so it stays between the person who asked and the team.')
  throw new Forbidden('The person who asked was told that this question stays private.')
}

async function insertQuestionPost(
  tx: Tx,
  actor: SignedIn,
  { question, team }: Locked,
  input: Publication,
): Promise<{ post: Inserted; published: QuestionRow }> {
  const { title, body, tags, clientKey } = input
  const edited = title !== question.title || body !== question.body
  const details = { ...(await detailsOf(tx, question)), edited }
  const post = await insertPost(tx, actor, team, { kind: 'question', title, body, tags, details, clientKey })
  const published = await changeQuestion(tx, question, { postId: post.id })
  await closeAct(tx, published, 'question.published', { act: 'published', actor }, { audience: 'public', conversationId: post.conversationId })
  return { post, published }
}

/** The answer for readers. Where the asker had one before, the clock stopped then: only the place of the answer changes. */
async function answerInPublic(
  tx: Tx,
  actor: SignedIn,
  question: QuestionRow,
  post: Inserted,
  words: { body: string; clientKey: string },
): Promise<void> {
  const place = { conversationId: post.conversationId, audience: 'public' }
  const { id } = await speak(tx, actor, place, words)
  if (question.answeredAt === null) await stopClock(tx, actor, question, id, place)
  else await keepInStep(tx, await changeQuestion(tx, question, { answerId: id }))
}

/** A public question stays between the asker and the team; the asker is told why. Once published it cannot: throws `Forbidden`. Twice is the same as once. */
export async function keepPrivate(db: Database, actor: SignedIn, id: number, because: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockForTeam(tx, actor, id)
    if (question.keptPrivateBecause === because) return
    if (question.keptPrivateBecause !== null) throw new Overtaken('A colleague has told the asker already why this question stays private.')
    if (question.postId !== null) throw new Overtaken('This question is published already.')
    requirePublishable(actor, question)
    const kept = await changeQuestion(tx, question, { keptPrivateBecause: because })
    await closeAct(tx, kept, 'question.kept-private', { act: 'kept-private', actor, note: because })
  })
}
