/**
 * What a colleague asks of the press office, on the page of its case.
 */
import { desc, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { roleName, type Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { conversations } from '../conversations/schema.ts'
import type { Case } from '../moderation/case.ts'
import { cases } from '../moderation/schema.ts'
import { teams } from '../teams/schema.ts'
import { mayAnswerRequest } from './policy.ts'
import { refOf, type RequestRow } from './request.ts'
import { requests } from './schema.ts'
import type { SubjectRef } from './subject.ts'
import { REQUEST_WORDS } from './words.ts'

export interface RequestPanel {
  /** "a legal lock" */
  name: string
  asker: string | null
  role: string
  askedAt: Date
  note: string
  /** What it is about. */
  path: string
  /** Where it is done, and what the link says; null where it cannot be done by this moderator. */
  step: { href: string; text: string } | null
  answer: RequestRow['answer']
  answerText: string | null
  answeredAt: Date | null
  answeredBy: string | null
  mayAnswer: boolean
  /** Why this moderator cannot answer, when so. */
  cannot: string | null
}

declare module '../web/page.ts' {
  interface Partials {
    'requests/_panel': {
      panel: RequestPanel
      file: { id: number; version: number }
      typed: Readonly<Record<string, string>>
      fields: Readonly<Record<string, string>>
      key: string
      moment: Date
    }
  }
}

/** Null when the case has none of it. */
export async function requestPanel(db: Db, actor: Actor, file: Case): Promise<RequestPanel | null> {
  if (file.requestId === null) return null
  const [found] = await db
    .select({ request: requests, asker: accounts.displayName })
    .from(requests)
    .innerJoin(accounts, eq(accounts.id, requests.askedBy))
    .where(eq(requests.id, file.requestId))
  if (!found) return null
  const { request, asker } = found
  const mayAnswer = request.answer === null && mayAnswerRequest(actor, request)
  const { path, step } = await placesOf(db, request, file)
  return {
    name: REQUEST_WORDS[request.kind].name,
    asker,
    role: roleName(request.askedRole),
    askedAt: request.askedAt,
    note: request.note,
    path,
    step: mayAnswer ? step : null,
    answer: request.answer,
    answerText: request.answerText,
    answeredAt: request.answeredAt,
    answeredBy: request.answeredBy === null ? null : await nameOf(db, request.answeredBy),
    mayAnswer,
    cannot: request.answer !== null || mayAnswer ? null : cannotBecause(actor, request),
  }
}

const cannotBecause = (actor: Actor, { askedBy }: RequestRow): string =>
  actor.kind === 'account' && actor.accountId === askedBy
    ? 'You asked for this yourself. A colleague has to answer.'
    : 'The press office answers this.'

async function nameOf(db: Db, accountId: number): Promise<string | null> {
  const [account] = await db.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, accountId))
  return account?.name ?? null
}

const MODES: Partial<Record<RequestRow['kind'], string>> = { 'legal-lock': 'legal-lock', hold: 'held', close: 'closed' }

interface Places {
  /** Where the subject stands. */
  path: string
  /** Where the press office does what is asked. */
  step: { href: string; text: string }
}

async function placesOf(db: Db, request: RequestRow, file: Case): Promise<Places> {
  const ref = refOf(request)
  const text = REQUEST_WORDS[request.kind].step
  if (ref.kind === 'team') {
    const [team] = await db.select({ slug: teams.slug }).from(teams).where(eq(teams.id, ref.id))
    return { path: `/teams/${team?.slug ?? ''}`, step: { href: `/moderation/switches/new?kind=${request.kind}`, text } }
  }
  const [talk] = await db
    .select({ path: conversations.path })
    .from(conversations)
    .where(eq(conversations.id, Number(file.conversationId)))
  const path = ref.kind === 'comment' ? `/comments/${ref.id}` : (talk?.path ?? '/')
  if (ref.kind === 'conversation') return { path, step: { href: `/conversations/${ref.id}/mode?mode=${MODES[request.kind] ?? ''}`, text } }
  if (request.kind === 'alert') return { path, step: { href: `/posts/${ref.id}/alert`, text } }
  return { path, step: await sealingStep(db, ref, text) }
}

/** A seal is proposed on the page of a case about the item itself: the latest, or one that has to be opened first. */
async function sealingStep(db: Db, { kind, id }: SubjectRef, text: string): Promise<Places['step']> {
  const [latest] = await db
    .select({ id: cases.id })
    .from(cases)
    .where(kind === 'comment' ? eq(cases.commentId, id) : eq(cases.postId, id))
    .orderBy(desc(cases.id))
    .limit(1)
  if (latest) return { href: `/moderation/cases/${latest.id}`, text: `${text}: on the case of the ${kind}` }
  return { href: `/${kind}s/${id}/flag`, text: `No case is about this ${kind} yet: open one by telling a moderator, then seal it there` }
}
