/**
 * A live session: questions to somebody who leads are gathered in its conversation and supported beforehand, and answered by its host in order from the
 * beginning to the end. What was answered and what was not stands on its page for good.
 */
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, ne, or, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { audiencesOf, mayRead } from '../conversations/audience.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { publishInNetwork } from '../network/post.ts'
import { requireAhead, type Window } from '../places/presence-window.ts'
import { posts } from '../posts/schema.ts'
import { lockAnyPost, postPath, tellOfPost } from '../posts/stored-post.ts'
import { leadsOf } from './leader.ts'
import { onceMore } from './once.ts'
import { mayCallOffSession, mayPlanSession, requireVoice, stateOf, type State } from './policy.ts'
import { liveSessions } from './schema.ts'
import { saidLeads } from './statement.ts'

export const LONGEST_HOURS = 4

export interface NewSession extends Window {
  title: string
  body: string
  tags: string[]
  hostId: number
  clientKey: string
}

/** The same form again answers the same post. Throws `Forbidden`, `NotFound` for who leads nothing, and `Refused` (fields `date`, `from`). */
export const planSession = (
  db: Database,
  actor: SignedIn,
  { hostId, startsAt, endsAt, ...input }: NewSession,
): Promise<{ id: number; path: string }> =>
  onceMore(db, async (tx) => {
    const leads = await leadsOf(tx, hostId)
    if (!mayPlanSession(actor, hostId, leads))
      throw new Forbidden('A live session is planned by whoever leads, or by the press office for them. An administrator says who leads.')
    const post = { ...input, kind: 'live-session' as const, circleId: null, gathers: true, details: { leads } }
    return publishInNetwork(tx, actor, post, async (tx, { id: postId }) => {
      requireAhead({ startsAt, endsAt }, now())
      await tx.insert(liveSessions).values({ postId, hostId, startsAt, endsAt })
    })
  })

export interface Session {
  postId: number
  path: string
  title: string
  conversationId: number
  authorId: number
  hostId: number
  host: string | null
  /** What the host leads, as was said when it was planned. */
  leads: string | null
  startsAt: Date
  endsAt: Date
  calledOffBecause: string | null
  /** When it was to be before it was last moved. */
  moved: Window | null
  moveCount: number
  state: State
}

const select = (db: Db, actor: Actor, condition: SQL | undefined) =>
  db
    .select({
      postId: posts.id,
      slug: posts.slug,
      title: posts.title,
      details: posts.details,
      conversationId: posts.conversationId,
      authorId: posts.authorId,
      hostId: liveSessions.hostId,
      host: accounts.displayName,
      startsAt: liveSessions.startsAt,
      endsAt: liveSessions.endsAt,
      calledOffBecause: liveSessions.calledOffBecause,
      movedFromStart: liveSessions.movedFromStart,
      movedFromEnd: liveSessions.movedFromEnd,
      moveCount: liveSessions.moveCount,
    })
    .from(liveSessions)
    .innerJoin(posts, eq(posts.id, liveSessions.postId))
    .innerJoin(accounts, eq(accounts.id, liveSessions.hostId))
    .where(and(inArray(posts.audience, audiencesOf(actor)), ne(posts.state, 'withdrawn'), condition))
    .$dynamic()

const sessionOf = ({ slug, details, movedFromStart, movedFromEnd, ...row }: Awaited<ReturnType<typeof select>>[number]): Session => ({
  ...row,
  path: postPath(null, { id: row.postId, slug }),
  leads: saidLeads(details),
  moved: movedFromStart && movedFromEnd ? { startsAt: movedFromStart, endsAt: movedFromEnd } : null,
  state: stateOf(row, now()),
})

/** One that the actor may read. Throws `NotFound`, also for a withdrawn one. */
export async function sessionById(db: Db, actor: Actor, postId: number): Promise<Session> {
  const [row] = await select(db, actor, eq(posts.id, postId))
  if (!row) throw new NotFound('session')
  return sessionOf(row)
}

const FEW = 10

/** Those to come and the one that is on, the first to begin first. */
export const comingSessions = async (db: Db, actor: Actor): Promise<Session[]> =>
  (
    await select(db, actor, and(gt(liveSessions.endsAt, now()), isNull(liveSessions.calledOffBecause)))
      .orderBy(asc(liveSessions.startsAt), asc(liveSessions.postId))
      .limit(FEW)
  ).map(sessionOf)

/** The last that are over, or were called off. */
export const pastSessions = async (db: Db, actor: Actor): Promise<Session[]> =>
  (
    await select(db, actor, or(lte(liveSessions.endsAt, now()), isNotNull(liveSessions.calledOffBecause)))
      .orderBy(desc(liveSessions.startsAt), desc(liveSessions.postId))
      .limit(FEW)
  ).map(sessionOf)

/** With a reason that colleagues read. Twice is the same as once. Throws `NotFound`, `Forbidden`. */
export async function callOffSession(db: Database, actor: SignedIn, postId: number, because: string): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { session, post } = await lockSession(tx, actor, postId)
    if (session.calledOffBecause === because) return { path: session.path }
    if (!mayCallOffSession(actor, session, session.state))
      throw new Forbidden(
        session.state === 'off'
          ? 'It is called off already.'
          : session.state === 'over'
            ? 'The session is over, so there is nothing to call off.'
            : 'Its host, whoever planned it, or the press office calls it off.',
      )
    requireVoice(actor, post)
    await tx.update(liveSessions).set({ calledOffBecause: because }).where(eq(liveSessions.postId, postId))
    await tellOfPost(tx, actor.accountId, 'session.called-off', post, { hostId: session.hostId })
    return { path: session.path }
  })
}

/** Its post is locked first, as by everybody who changes one. Throws `NotFound`. */
export async function lockSession(tx: Tx, actor: Actor, postId: number) {
  const found = await lockAnyPost(tx, postId)
  if (!found || !mayRead(actor, found.post)) throw new NotFound('session')
  return { session: await sessionById(tx, actor, postId), post: found.post }
}
