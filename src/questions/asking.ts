/**
 * What the asker does: asks, takes the question back, takes the name off it.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { privateTo } from '../conversations/audience.ts'
import { nameConversation, startConversation } from '../conversations/conversation.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import { postVersions } from '../posts/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { changeQuestion, closeAct, keepInStep, lockQuestion, requireStanding, writeAct } from './act.ts'
import { dueFrom, type QuestionRow } from './clock.ts'
import { countOpen } from './figures.ts'
import { isAsker, mayAsk, mayTakeBack, unaskableBecause } from './policy.ts'
import { questions } from './schema.ts'

export interface NewQuestion {
  title: string
  body: string
  visibility: 'public' | 'private'
  /** Readers may see the display name. */
  named: boolean
  clientKey: string
}

export const questionPath = (id: number): string => `/questions/${id}`

/** The same form twice makes one question. Staff ask nobody here: throws `Forbidden`. A public, named one needs a display name: `Refused` (field `named`). */
export async function askQuestion(db: Database, actor: SignedIn, team: TeamName, input: NewQuestion): Promise<{ id: number; path: string }> {
  if (!mayAsk(actor)) throw new Forbidden('Questions are for residents. You are signed in as a member of staff.')
  if (input.visibility === 'public' && input.named && actor.displayName === null)
    throw new Refused('Choose a display name first', { named: 'Choose a display name for your account first, or ask without your name' })
  return db.transaction(async (tx) => {
    const known = await askedBefore(tx, actor, input)
    if (known) return { id: known.id, path: questionPath(known.id) }
    requireVoice(actor, input)
    await requireStanding(tx, team)
    const question = await insertQuestion(tx, actor, team, input)
    const path = questionPath(question.id)
    await nameConversation(tx, question.conversationId, { title: question.title, path })
    await countOpen(tx, team.id, 1)
    await closeAct(tx, question, 'question.asked', { act: 'asked', actor, at: question.askedAt })
    return { id: question.id, path }
  })
}

function requireVoice(actor: SignedIn, { visibility }: NewQuestion): void {
  const silent = unaskableBecause(actor, 'private')
  if (silent) throw new Forbidden(silent)
  const inPublic = visibility === 'public' ? unaskableBecause(actor, 'public') : null
  if (inPublic) throw new Refused('You cannot ask in public now', { visibility: `${inPublic} You can ask privately` })
}

// Two taps at once wait for each other here, so that the second finds what the first made.
async function askedBefore(tx: Tx, actor: SignedIn, { clientKey, title, body }: NewQuestion): Promise<QuestionRow | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`question ${clientKey}`}))`)
  const [known] = await tx
    .select()
    .from(questions)
    .where(and(eq(questions.askerId, actor.accountId), eq(questions.clientKey, clientKey)))
  if (known && (known.title !== title || known.body !== body))
    throw new Refused('You sent this form before, with other words', {
      body: 'You sent this form before, with other words, and your team has those. Add the rest on the page of that question',
    })
  return known ?? null
}

async function insertQuestion(tx: Tx, actor: SignedIn, team: TeamName, input: NewQuestion): Promise<QuestionRow> {
  const conversation = await startConversation(tx, { audience: privateTo(actor.accountId), teamId: team.id, title: input.title })
  const moment = now()
  const { named, ...words } = input
  const [question] = await tx
    .insert(questions)
    .values({
      ...words,
      teamId: team.id,
      askerId: actor.accountId,
      namedAt: named ? moment : null,
      conversationId: conversation.id,
      askedAt: moment,
      clockFrom: moment,
      dueAt: dueFrom(moment),
    })
    .returning()
  if (!question) throw new Error('no question was asked')
  return question
}

/** The asker takes it back, before an answer. Its post, if there is one, stays the team's affair. Twice is the same as once. */
export async function withdrawQuestion(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockQuestion(tx, actor, id)
    if (!isAsker(actor, question)) throw new Forbidden('Only the person who asked can take a question back.')
    if (question.withdrawnAt) return
    if (!mayTakeBack(actor, question)) throw new Forbidden('This question was answered, so it can no longer be taken back.')
    const withdrawn = await changeQuestion(tx, question, { withdrawnAt: now() })
    await countOpen(tx, question.teamId, -1)
    await closeAct(tx, withdrawn, 'question.withdrawn', { act: 'withdrawn', actor })
  })
}

/** The asker's name goes from the published question and from its earlier versions, for good. Twice is the same as once. */
export async function unnameQuestion(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockQuestion(tx, actor, id)
    if (!isAsker(actor, question)) throw new Forbidden('Only the person who asked can do that.')
    if (question.namedAt === null) return
    const unnamed = await changeQuestion(tx, question, { namedAt: null })
    if (question.postId !== null) await unnameVersions(tx, question.postId)
    await writeAct(tx, unnamed, { act: 'unnamed', actor })
    await keepInStep(tx, unnamed)
  })
}

const unnameVersions = (tx: Tx, postId: number): Promise<unknown> =>
  tx
    .update(postVersions)
    .set({ details: sql`${postVersions.details} || '{"askedBy": null}'::jsonb` })
    .where(eq(postVersions.postId, postId))
