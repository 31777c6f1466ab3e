/** Requests for help: open ones, those that nobody has answered for three days, and those with a best answer. */
import { and, asc, desc, eq, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { isAfter, isBefore, readKey, sayKey, type MomentKey } from '../database/moment-key.ts'
import { posts } from '../posts/schema.ts'
import { LIST_SIZE, listOf, standsFor, type List } from './list.ts'
import { helpRequests } from './schema.ts'

export const HELP_VIEWS = ['open', 'unanswered', 'answered'] as const
export type HelpView = (typeof HELP_VIEWS)[number]

/** Without an answer for so long, a request stands in a list of its own. */
export const PATIENCE_DAYS = 3
const DAY = 86_400_000

export interface Waiting {
  /** It has a best answer. */
  answered: boolean
  /** Whole days in which nobody has answered; null once somebody has. */
  waitingDays: number | null
}

interface View {
  where: (moment: Date) => SQL | undefined
  order: readonly SQL[]
  /** Behind the place where the page before ended. */
  behind: (place: MomentKey | null) => SQL | undefined
}

// Each in the order of its own index.
const VIEWS: Record<HelpView, View> = {
  open: {
    where: () => isNull(helpRequests.bestId),
    order: [desc(helpRequests.askedAt), desc(helpRequests.postId)],
    behind: (place) => isBefore(helpRequests.askedAt, helpRequests.postId, place),
  },
  // Whoever has waited longest comes first.
  unanswered: {
    where: (moment) =>
      and(isNull(helpRequests.firstReplyAt), isNull(helpRequests.bestId), lt(helpRequests.askedAt, new Date(moment.getTime() - PATIENCE_DAYS * DAY))),
    order: [asc(helpRequests.askedAt), asc(helpRequests.postId)],
    behind: (place) => isAfter(helpRequests.askedAt, helpRequests.postId, place),
  },
  answered: {
    where: () => isNotNull(helpRequests.bestId),
    order: [desc(helpRequests.bestAt), desc(helpRequests.postId)],
    behind: (place) => isBefore(helpRequests.bestAt, helpRequests.postId, place),
  },
}

/** `cursor` is the `next` of the page before. */
export async function helpList(db: Database, actor: Actor, view: HelpView, cursor?: string): Promise<List<Waiting>> {
  const { where, order, behind } = VIEWS[view]
  const moment = now()
  const rows = await db
    .select({ id: helpRequests.postId, askedAt: helpRequests.askedAt, bestAt: helpRequests.bestAt, firstReplyAt: helpRequests.firstReplyAt })
    .from(helpRequests)
    .innerJoin(posts, eq(posts.id, helpRequests.postId))
    .where(and(where(moment), behind(readKey(cursor)), standsFor(actor)))
    .orderBy(...order)
    .limit(LIST_SIZE + 1)
  return listOf(db, actor, rows, {
    more: (row) => ({ answered: row.bestAt !== null, waitingDays: waitingDays(row, moment) }),
    key: (row) => sayKey((view === 'answered' ? row.bestAt : null) ?? row.askedAt, row.id),
  })
}

export const waitingDays = ({ askedAt, firstReplyAt }: { askedAt: Date; firstReplyAt: Date | null }, moment: Date): number | null =>
  firstReplyAt === null ? Math.floor((moment.getTime() - askedAt.getTime()) / DAY) : null

/** How many there are in the view, up to a bound, for the number beside its name. */
export async function unansweredCount(db: Db, actor: Actor, most = 99): Promise<number> {
  const found = await db
    .select({ one: sql`1` })
    .from(helpRequests)
    .innerJoin(posts, eq(posts.id, helpRequests.postId))
    .where(and(VIEWS.unanswered.where(now()), standsFor(actor)))
    .limit(most)
  return found.length
}
