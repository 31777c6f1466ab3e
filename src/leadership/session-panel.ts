/** What stands on the page of a live session below its words: what is being answered, what was, and what waits, most supported first. */
import { asc, eq, inArray } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { idOf, sayMark, type Actor, type Role } from '../actor.ts'
import { mostSupported, type Raised } from '../conversations/gathering.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { mayCallOffSession, mayMoveSession, mayTakeQuestions } from './policy.ts'
import { sessionTurns } from './schema.ts'
import { sessionById, type Session } from './session.ts'

export interface Said {
  commentId: number
  author: string | null
  mark: string | null
  body: SafeHtml
}

/** A question that the host has taken. */
export interface Turn {
  commentId: number
  /** Null where it can no longer be read. */
  question: Said | null
  supportCount: number
  /** Null while it is being written, and where it can no longer be read. */
  answer: Said | null
  passedBecause: string | null
  settledAt: Date | null
}

export interface SessionPanel {
  session: Session
  answering: Turn | null
  answered: Turn[]
  passed: Turn[]
  waiting: { items: (Raised & { mark: string | null })[]; next: string | null }
  may: { take: boolean; move: boolean; callOff: boolean }
  /** The questions that stand here. */
  listed: number[]
  /** Of writing in its conversation: until it is over, whoever writes there asks. */
  way: { heading: string; button: string } | undefined
}

const MOST_TURNS = 200

/** `cursor` is the `next` of the page before, of what waits. Throws `NotFound`. */
export async function sessionPanel(db: Db, actor: Actor, postId: number, cursor?: string): Promise<SessionPanel> {
  const session = await sessionById(db, actor, postId)
  const turns = (await turnsOf(db, postId)).map(turnOf)
  const waiting = await waitingIn(db, actor, session, cursor)
  return {
    session,
    answering: turns.find(({ settledAt }) => settledAt === null) ?? null,
    answered: turns.filter(({ settledAt, passedBecause }) => settledAt !== null && passedBecause === null),
    passed: turns.filter(({ passedBecause }) => passedBecause !== null),
    waiting,
    listed: [...turns, ...waiting.items].map(({ commentId }) => commentId),
    way: session.state === 'before' || session.state === 'now' ? { heading: 'Ask a question', button: 'Ask' } : undefined,
    may: {
      take: mayTakeQuestions(actor, session.hostId, session.state),
      move: mayMoveSession(actor, session, session.state),
      callOff: mayCallOffSession(actor, session, session.state),
    },
  }
}

async function waitingIn(db: Db, actor: Actor, { conversationId }: Session, cursor: string | undefined): Promise<SessionPanel['waiting']> {
  const { items, next } = await mostSupported(db, conversationId, { accountId: idOf(actor), cursor })
  const marks = await marksOf(
    db,
    items.map(({ commentId }) => commentId),
  )
  return { items: items.map((item) => ({ ...item, mark: marks.get(item.commentId) ?? null })), next }
}

/** The official mark of each of these comments. */
async function marksOf(db: Db, commentIds: readonly number[]): Promise<Map<number, string | null>> {
  if (commentIds.length === 0) return new Map()
  const rows = await db
    .select({ id: comments.id, role: comments.officialRole, team: comments.officialTeam })
    .from(comments)
    .where(inArray(comments.id, [...commentIds]))
  return new Map(rows.map(({ id, role, team }) => [id, markOf(role, team)]))
}

const markOf = (role: Role | null, team: string | null): string | null => (role === null ? null : sayMark(role, team))

const answers = alias(comments, 'answers')
const answerers = alias(accounts, 'answerers')

const turnsOf = (db: Db, postId: number) =>
  db
    .select({
      commentId: sessionTurns.commentId,
      passedBecause: sessionTurns.passedBecause,
      settledAt: sessionTurns.settledAt,
      supportCount: comments.sameHereCount,
      author: accounts.displayName,
      question: { state: comments.state, role: comments.officialRole, team: comments.officialTeam, html: comments.bodyHtml },
      answerId: sessionTurns.answerId,
      answerer: answerers.displayName,
      answer: { state: answers.state, role: answers.officialRole, team: answers.officialTeam, html: answers.bodyHtml },
    })
    .from(sessionTurns)
    .innerJoin(comments, eq(comments.id, sessionTurns.commentId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .leftJoin(answers, eq(answers.id, sessionTurns.answerId))
    .leftJoin(answerers, eq(answerers.id, answers.authorId))
    .where(eq(sessionTurns.postId, postId))
    .orderBy(asc(sessionTurns.takenAt), asc(sessionTurns.commentId))
    .limit(MOST_TURNS)

type TurnRow = Awaited<ReturnType<typeof turnsOf>>[number]

const turnOf = ({ author, question, answerId, answerer, answer, ...row }: TurnRow): Turn => ({
  ...row,
  question: saidOf(row.commentId, author, question),
  answer: answerId === null ? null : saidOf(answerId, answerer, answer),
})

function saidOf(commentId: number, author: string | null, row: TurnRow['answer']): Said | null {
  return row?.state === 'published' ? { commentId, author, mark: markOf(row.role, row.team), body: trusted(row.html) } : null
}
