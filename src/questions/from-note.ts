/** A staff note beside a question becomes the beginning of its answer: beside the public conversation, or beside the one between the asker and the team. */
import { eq, inArray, or } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { noteCount, notesPath, noteWords, type ReplyPlace } from '../conversations/side.ts'
import type { Db } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { questionPath } from './asking.ts'
import { isOpen } from './clock.ts'
import { mayAnswer } from './policy.ts'
import type { QuestionPage } from './question.ts'
import { questions } from './schema.ts'

/** The form of the answer, where the conversation is that of a question that waits and that the actor may answer. */
export async function answerPlace(db: Db, actor: Actor, conversationId: number): Promise<Omit<ReplyPlace, 'isPublic'> | null> {
  const published = db.select({ id: posts.id }).from(posts).where(eq(posts.conversationId, conversationId))
  const [question] = await db
    .select()
    .from(questions)
    .where(or(eq(questions.conversationId, conversationId), inArray(questions.postId, published)))
    .limit(1)
  return question && isOpen(question) && mayAnswer(actor, question) ? { path: questionPath(question.id), anchor: '#answering' } : null
}

/** What colleagues of any team noted beside the public conversation of a question: they may know the answer. Null while it is not public. */
export async function notesInPublic(db: Db, actor: Actor, { post }: QuestionPage): Promise<{ path: string; count: number } | null> {
  const [id] = await publicTalk(db, post)
  const count = id === undefined ? null : await noteCount(db, actor, id)
  return id === undefined || count === null ? null : { path: notesPath(id), count }
}

const publicTalk = async (db: Db, post: QuestionPage['post']): Promise<number[]> =>
  post === null ? [] : (await db.select({ id: posts.conversationId }).from(posts).where(eq(posts.id, post.id))).map(({ id }) => id)

/** The words of a note for the form of the answer. Throws `NotFound` for a note beside something else. */
export async function noteForAnswer(db: Db, actor: Actor, { conversation, post }: QuestionPage, noteId: number): Promise<string> {
  return noteWords(db, actor, [conversation.id, ...(await publicTalk(db, post))], noteId)
}
