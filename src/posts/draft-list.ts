/** Drafts in lists of the desk: one's own, those that wait for somebody, those of colleagues. */
import { and, asc, desc, eq, getTableColumns, ne, notInArray, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { hasRole, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, type Database } from '../database/database.ts'
import { teams } from '../teams/schema.ts'
import { unseenPhoto } from './draft-view.ts'
import { draftTitle, sayTurn } from './draft-words.ts'
import { inElection } from './election.ts'
import { KINDS } from './kinds.ts'
import { drafts, type DraftState, type PostKind } from './schema.ts'

export interface DraftItem {
  id: number
  kind: PostKind
  state: DraftState
  title: string
  teamName: string
  author: string | null
  turn: string
  returned: boolean
  stateAt: Date
  publishAt: Date | null
}

const election = inElection(sql.placeholder('moment'))

const select = (db: Database, condition: SQL | undefined) =>
  db
    .select({ draft: getTableColumns(drafts), author: accounts.displayName, teamName: teams.name, unseen: unseenPhoto, election })
    .from(drafts)
    .innerJoin(accounts, eq(accounts.id, drafts.authorId))
    .innerJoin(teams, eq(teams.id, drafts.teamId))
    .where(condition)
    .$dynamic()

type Row = Awaited<ReturnType<typeof select>>[number]

function itemOf(actor: SignedIn, { draft, author, teamName, unseen, election }: Row): DraftItem {
  const { id, kind, state, stateAt, publishAt, form } = draft
  const turn = sayTurn(actor, { ...draft, teamIds: [], author, unseen, election }, now())
  const returned = state === 'draft' && draft.returnedBecause !== null
  return { id, kind, state, title: draftTitle(kind, form, now()), teamName, author, turn, returned, stateAt, publishAt }
}

// Written as the indexes are, so that Postgres sees that they fit.
const open = sql`${drafts.state} not in ('published', 'discarded')`
const isMine = eq(drafts.authorId, sql.placeholder('actor'))
const isOthers = ne(drafts.authorId, sql.placeholder('actor'))

const own = prepared((db) =>
  select(db, and(isMine, open)).orderBy(desc(drafts.changedAt), desc(drafts.id)).limit(sql.placeholder('limit')).prepare('drafts_own'),
)

/** One's own that are not out yet, last changed first. At most `limit`. */
export async function ownDrafts(db: Database, actor: SignedIn, limit: number): Promise<DraftItem[]> {
  const rows = await own(db).execute({ actor: actor.accountId, limit, moment: now() })
  return rows.map((row) => itemOf(actor, row))
}

const SENSITIVE = Object.values(KINDS)
  .filter(({ sensitive }) => sensitive)
  .map(({ kind }) => kind)

const waiting = (db: Database, name: string, condition: SQL | undefined) =>
  select(db, and(sql`${drafts.state} = 'submitted'`, isOthers, condition))
    .orderBy(asc(drafts.stateAt), asc(drafts.id))
    .limit(sql.placeholder('limit'))
    .prepare(name)

const isIn = (id: PgColumn): SQL => sql`${id} = any(${sql.placeholder('teams')}::bigint[])`
const waitingInForce = prepared((db) => waiting(db, 'drafts_waiting', undefined))
const waitingInTeams = prepared((db) =>
  waiting(db, 'drafts_waiting_in_teams', and(isIn(drafts.teamId), notInArray(drafts.kind, SENSITIVE), sql`not ${unseenPhoto}`, sql`not ${election}`)),
)

const teamsAs = (actor: SignedIn, ...roles: Role[]): number[] =>
  actor.duties.flatMap((duty) => (roles.includes(duty.role) && duty.teamId !== null ? [duty.teamId] : []))

/** Submitted ones that this actor may approve, longest waiting first. At most `limit`. */
export async function waitingDrafts(db: Database, actor: SignedIn, limit: number): Promise<DraftItem[]> {
  const led = teamsAs(actor, 'supervisor')
  const pressOffice = hasRole(actor, 'press-office')
  if (!pressOffice && led.length === 0) return []
  const rows = await (pressOffice ? waitingInForce : waitingInTeams)(db).execute({ actor: actor.accountId, teams: led, limit, moment: now() })
  return rows.map((row) => itemOf(actor, row))
}

// Team by team, so that no more than a few of each are put in order.
const ofTeams = prepared((db) => {
  const latest = db
    .select()
    .from(drafts)
    .where(and(eq(drafts.teamId, teams.id), open, isOthers, sql`(${isIn(teams.id)} or ${drafts.state} <> 'draft')`))
    .orderBy(desc(drafts.stateAt), desc(drafts.id))
    .limit(sql.placeholder('limit'))
    .as('drafts')
  return db
    .select({ draft: latest._.selectedFields, author: accounts.displayName, teamName: teams.name, unseen: unseenPhoto, election })
    .from(teams)
    .innerJoinLateral(latest, sql`true`)
    .innerJoin(accounts, eq(accounts.id, latest.authorId))
    .where(sql`${sql.placeholder('everywhere')}::boolean or ${isIn(teams.id)}`)
    .orderBy(desc(latest.stateAt), desc(latest.id))
    .limit(sql.placeholder('limit'))
    .prepare('drafts_of_teams')
})

/** What colleagues of the actor's teams have under way (not the actor's own), last changed first; the press office sees all that was handed in. At most `limit`. */
export async function teamDrafts(db: Database, actor: SignedIn, limit: number): Promise<DraftItem[]> {
  const scope = { teams: teamsAs(actor, 'officer', 'supervisor'), everywhere: hasRole(actor, 'press-office') }
  if (!scope.everywhere && scope.teams.length === 0) return []
  const rows = await ofTeams(db).execute({ ...scope, actor: actor.accountId, limit, moment: now() })
  return rows.map((row) => itemOf(actor, row))
}
