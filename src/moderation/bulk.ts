/**
 * Deciding like cases together: one act, one reason, one text, each case by itself through the same `decideCase`. What a colleague decided first,
 * or an author changed, stays undone and is said; the others are done.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor, SignedIn } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'
import { onDesk } from './case.ts'
import { decideCase, type NewDecision } from './decision.ts'
import { postState } from './item.ts'
import { circleNamed, sayPlace } from './place.ts'
import { actsOn, mayDecide } from './policy.ts'
import { cases, type Act } from './schema.ts'
import { isSealed } from './upstairs.ts'

/** At once. More than that nobody looks at one by one. */
export const MOST_AT_ONCE = 50

/** A case and the version of it that was in view. */
export interface Chosen {
  id: number
  version: number
}

export interface BulkRow extends Chosen {
  kind: 'comment' | 'post'
  title: string
  team: string | null
  author: string | null
  excerpt: string
  /** What this actor can do with it; empty for what is decided, changed since, or not theirs. */
  acts: Act[]
  /** Why nothing can be done with it, in words; null when something can. */
  cannot: string | null
}

/** Words come out of one text at a time. */
const TOGETHER: readonly Act[] = ['release', 'reject', 'remove', 'restore', 'keep']

/** The chosen cases on this actor's desk in the order of the choice, and the acts that all of them allow. */
export async function bulkOf(db: Db, actor: Actor, chosen: readonly Chosen[]): Promise<{ rows: BulkRow[]; acts: Act[] }> {
  const found = new Map((await rowsOf(db, actor, chosen)).map((row) => [row.id, row]))
  const rows = chosen.flatMap(({ id, version }) => {
    const row = found.get(id)
    return row ? [rowOf(actor, row, version)] : []
  })
  const open = rows.filter(({ cannot }) => cannot === null)
  return { rows, acts: open.length === 0 ? [] : TOGETHER.filter((act) => open.every(({ acts }) => acts.includes(act))) }
}

const rowsOf = (db: Db, actor: Actor, chosen: readonly Chosen[]) =>
  db
    .select({
      id: cases.id,
      version: cases.version,
      decidedAt: cases.decidedAt,
      audience: cases.audience,
      teamId: cases.teamId,
      commentId: cases.commentId,
      postId: cases.postId,
      team: teams.name,
      circle: circleNamed,
      title: conversations.title,
      author: accounts.displayName,
      authorId: accounts.id,
      commentState: comments.state,
      publishedAt: comments.publishedAt,
      postState: posts.state,
      sealed: isSealed,
      bodyHtml: sql<string>`coalesce(${comments.bodyHtml}, ${posts.bodyHtml})`,
    })
    .from(cases)
    .innerJoin(conversations, eq(conversations.id, cases.conversationId))
    .leftJoin(teams, eq(teams.id, cases.teamId))
    .leftJoin(comments, eq(comments.id, cases.commentId))
    .leftJoin(posts, eq(posts.id, cases.postId))
    .innerJoin(accounts, sql`${accounts.id} = coalesce(${comments.authorId}, ${posts.authorId})`)
    .where(and(inArray(cases.id, [...chosen.map(({ id }) => id), 0]), onDesk(actor)))

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

const SEALED = 'Sealed as evidence: its words are not shown here.'

function rowOf(actor: Actor, row: Row, version: number): BulkRow {
  const state = row.commentState ?? postState(String(row.postState))
  const acts = actsOn(state, row.postState !== null || row.publishedAt !== null).filter((act) => mayDecide(actor, row, act))
  const cannot = cannotBecause(row, version, acts)
  const { id, author } = row
  const kind = row.commentId === null ? 'post' : 'comment'
  const team = sayPlace(row, row)
  const title = kind === 'comment' && !mayRead(actor, row) ? '' : row.title
  return { id, version, kind, title, team, author, excerpt: row.sealed ? SEALED : summarise(row.bodyHtml, 200), acts: cannot ? [] : acts, cannot }
}

function cannotBecause(row: Row, version: number, acts: readonly Act[]): string | null {
  if (row.decidedAt !== null) return 'It is decided already.'
  if (row.version !== version) return 'It changed while you were choosing. Look at it by itself.'
  return acts.length === 0 ? 'You cannot decide this one.' : null
}

export interface BulkResult {
  id: number
  /** Why it was not done, in words: who was quicker, what changed. Null when it is done. */
  because: string | null
}

/**
 * Decides each in a transaction of its own, in the order given; answers for each whether it is done. Throws `Refused` when nothing was chosen,
 * too much, or the decision itself lacks something: then none is done. The same choice by the same person again does nothing more and answers the same.
 */
export async function decideTogether(
  db: Database,
  actor: SignedIn,
  chosen: readonly Chosen[],
  input: Omit<NewDecision, 'version' | 'takenOut'>,
): Promise<BulkResult[]> {
  if (!TOGETHER.includes(input.act)) throw new Refused('There is a problem with what you sent', { act: 'Words are taken out of one item at a time' })
  const results: BulkResult[] = []
  for (const { id, version } of chosen) results.push({ id, because: await decideOne(db, actor, id, { ...input, version }) })
  return results
}

async function decideOne(db: Database, actor: SignedIn, id: number, input: NewDecision): Promise<string | null> {
  try {
    await decideCase(db, actor, id, input)
    return null
  } catch (error) {
    if (error instanceof Overtaken || error instanceof Forbidden) return error.message
    if (error instanceof NotFound) return 'There is no such case on your desk.'
    // What is missing in the form is missing for all of them; what one item does not allow is its own affair.
    if (error instanceof Refused && !error.fields['act']) throw error
    if (error instanceof Refused) return 'It does not allow this decision.'
    throw error
  }
}
