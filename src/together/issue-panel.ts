/** An issue on one page: who works on it and for which team, what belongs to it, what came of it, and what the reader may do. */
import { and, asc, desc, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { idOf, isColleague, type Actor } from '../actor.ts'
import type { Database, Db } from '../database/database.ts'
import type { StaffPostPage } from '../network/page.ts'
import { teams } from '../teams/schema.ts'
import { leadsCircle } from './acting.ts'
import { linksOf, type LinkedConversation } from './issue-link.ts'
import { heldBy, isNamed, sayHeld } from './mark.ts'
import { mayClose, mayTakePart, mayUnlink, teamsOf } from './policy.ts'
import { issueReopenings, issues, issueWorkers } from './schema.ts'

export interface Worker {
  accountId: number
  name: string | null
  /** Null under a pseudonym. */
  mark: string | null
  /** Of somebody who has a page among colleagues, for colleagues. */
  path: string | null
  team: { name: string; slug: string } | null
  note: string
  joinedAt: Date
}

export interface Ending {
  outcome: string
  closedAt: Date
  closedBy: string | null
}

export interface IssuePanel {
  postId: number
  openedAt: Date
  workerCount: number
  workers: Worker[]
  /** The teams of those who work on it, each once. */
  teams: { name: string; slug: string }[]
  /** In public, and among staff. */
  links: { publicOnes: ShownLink[]; staffOnes: ShownLink[] }
  /** Null while it is open. */
  ending: Ending | null
  /** What came of it before it was opened again, the last first. */
  earlier: Ending[]
  /** The reader's own row while they work on it. */
  mine: Worker | null
  ownTeams: { id: number; name: string }[]
  /** Closed, and the reader says what was done about it. */
  deeds: boolean
  may: { join: boolean; link: boolean; close: boolean; reopen: boolean }
}

export type ShownLink = LinkedConversation & { mayRemove: boolean }

/** Of which a page shows no more. */
const MOST_WORKERS = 200
const MOST_ENDINGS = 20

const closers = alias(accounts, 'closers')

/** Null for a post without its row. */
export async function issuePanelOf(db: Database, actor: Actor, post: StaffPostPage): Promise<IssuePanel | null> {
  const [issue] = await db
    .select({
      openedAt: issues.openedAt,
      workerCount: issues.workerCount,
      outcome: issues.outcome,
      closedAt: issues.closedAt,
      closedBy: closers.displayName,
    })
    .from(issues)
    .leftJoin(closers, eq(closers.id, issues.closedBy))
    .where(eq(issues.postId, post.id))
  if (!issue) return null
  const workers = await workersIn(db, actor, post.id)
  const mine = workers.find(({ accountId }) => accountId === idOf(actor)) ?? null
  const is = { works: mine !== null, leads: await leadsCircle(db, actor, post) }
  const links = (await linksOf(db, actor, post.id)).map((link) => ({ ...link, mayRemove: mayUnlink(actor, post, link, is) }))
  const { openedAt, workerCount, outcome, closedAt, closedBy } = issue
  const isOpen = closedAt === null
  const takesPart = mayTakePart(actor, post)
  return {
    postId: post.id,
    openedAt,
    workerCount,
    workers,
    teams: [...new Map(workers.flatMap(({ team }) => (team ? [[team.slug, team] as const] : []))).values()],
    links: { publicOnes: links.filter((link) => link.public), staffOnes: links.filter((link) => !link.public) },
    ending: closedAt !== null && outcome !== null ? { outcome, closedAt, closedBy } : null,
    earlier: await earlierEndings(db, post.id),
    mine,
    ownTeams: teamsOf(actor),
    deeds: !isOpen && mayClose(actor, post, is),
    may: {
      join: isOpen && takesPart,
      link: isOpen && takesPart,
      close: isOpen && mayClose(actor, post, is),
      reopen: !isOpen && mayClose(actor, post, is),
    },
  }
}

async function workersIn(db: Db, actor: Actor, postId: number): Promise<Worker[]> {
  const rows = await db
    .select({
      accountId: issueWorkers.accountId,
      name: accounts.displayName,
      held: heldBy(issueWorkers.accountId),
      teamName: teams.name,
      teamSlug: teams.slug,
      note: issueWorkers.note,
      joinedAt: issueWorkers.joinedAt,
    })
    .from(issueWorkers)
    .innerJoin(accounts, eq(accounts.id, issueWorkers.accountId))
    .leftJoin(teams, eq(teams.id, issueWorkers.teamId))
    .where(and(eq(issueWorkers.postId, postId), isNull(issueWorkers.leftAt)))
    .orderBy(asc(issueWorkers.joinedAt), asc(issueWorkers.accountId))
    .limit(MOST_WORKERS)
  return rows.map(({ teamName, teamSlug, held, ...row }) => ({
    ...row,
    mark: sayHeld(held),
    path: isNamed(held) && isColleague(actor) ? `/staff/people/${row.accountId}` : null,
    team: teamName !== null && teamSlug !== null ? { name: teamName, slug: teamSlug } : null,
  }))
}

const earlierEndings = (db: Db, postId: number): Promise<Ending[]> =>
  db
    .select({ outcome: issueReopenings.outcome, closedAt: issueReopenings.closedAt, closedBy: closers.displayName })
    .from(issueReopenings)
    .innerJoin(closers, eq(closers.id, issueReopenings.closedBy))
    .where(eq(issueReopenings.postId, postId))
    .orderBy(desc(issueReopenings.id))
    .limit(MOST_ENDINGS)
