/**
 * Who is in a circle, for those who are in it; and whom an owner can invite. Nobody's address is in any of it.
 */
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { at, isDuty, worksHere } from '../accounts/duty.ts'
import { accounts, circleMembers, organisations, roleGrants } from '../accounts/schema.ts'
import { sayMark, type Actor, type Role } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { ownCircle } from './circle.ts'
import { inForceMember } from './standing.ts'

export interface Member {
  accountId: number
  name: string
  /** "Officer · Abbey team", "Partner · Lincolnshire Fire and Rescue". */
  mark: string
  owner: boolean
  joinedAt: Date
  /** Of partner staff: whose they are, and until when they are in. */
  organisation: string | null
  expiresAt: Date | null
}

/** The first role in force of an account, with its team: what a mark says of somebody who writes nothing just now. */
const markOf = () => sql<{ role: Role; team: string | null } | null>`(
  select json_build_object('role', g.role, 'team', t.name) from ${roleGrants} g left join ${teams} t on t.id = g.team_id
  where g.account_id = accounts.id and ${isDuty(at(now()))} order by g.id limit 1)`

const rowsOf = (db: Db) =>
  db
    .select({
      accountId: accounts.id,
      name: accounts.displayName,
      role: circleMembers.role,
      joinedAt: circleMembers.joinedAt,
      expiresAt: circleMembers.expiresAt,
      organisation: organisations.name,
      mark: markOf(),
    })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .leftJoin(organisations, eq(organisations.id, circleMembers.organisationId))
    .$dynamic()

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

const memberOf = ({ role, mark, name, ...row }: Row): Member => ({
  ...row,
  name: name ?? 'No name yet',
  owner: role === 'owner',
  mark: row.organisation !== null ? sayMark('partner', row.organisation) : mark ? sayMark(mark.role, mark.team) : '',
})

const PAGE = 100

/** Members with rights in force, A to Z, a page at a time by key. Throws `NotFound` for who is not among them. */
export async function membersOf(db: Db, actor: Actor, circleId: number, after: number | null): Promise<{ members: Member[]; next: number | null }> {
  await ownCircle(db, actor, circleId)
  const key = sql`(coalesce(lower(${accounts.displayName}), ''), ${accounts.id})`
  // Of somebody who is or was in it: by any other id the page would tell where the name of a stranger stands.
  const later =
    after === null
      ? undefined
      : sql`${key} > (select coalesce(lower(a.display_name), ''), a.id from accounts a join circle_members m on m.account_id = a.id
          where a.id = ${after} and m.circle_id = ${circleId})`
  const rows = await rowsOf(db)
    .where(and(eq(circleMembers.circleId, circleId), inForceMember(), later))
    .orderBy(key)
    .limit(PAGE + 1)
  const members = rows.slice(0, PAGE).map(memberOf)
  return { members, next: rows.length > PAGE ? (members.at(-1)?.accountId ?? null) : null }
}

/** One of them. Throws `NotFound`. */
export async function memberById(db: Db, actor: Actor, circleId: number, accountId: number): Promise<Member> {
  await ownCircle(db, actor, circleId)
  const [row] = await rowsOf(db).where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), inForceMember()))
  if (!row) throw new NotFound('member')
  return memberOf(row)
}

const SOON = 30 * 86_400_000

/** Partner staff whose time runs out within a month, or has: for owners to renew, or not. At most 100, the first to end first. */
export async function endingSoon(
  db: Db,
  circleId: number,
): Promise<{ accountId: number; name: string; organisation: string; expiresAt: Date; over: boolean }[]> {
  const soon = new Date(now().getTime() + SOON)
  const rows = await db
    .select({ accountId: accounts.id, name: accounts.displayName, organisation: organisations.name, expiresAt: circleMembers.expiresAt })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .innerJoin(organisations, eq(organisations.id, circleMembers.organisationId))
    .where(and(eq(circleMembers.circleId, circleId), sql`${circleMembers.leftAt} is null and ${circleMembers.expiresAt} <= ${soon}`))
    .orderBy(circleMembers.expiresAt, accounts.id)
    .limit(100)
  return rows.map(({ name, expiresAt, ...row }) => {
    const end = expiresAt ?? soon
    return { ...row, name: name ?? 'No name yet', expiresAt: end, over: end <= now() }
  })
}

const FOUND = 20

/** Colleagues whose name contains the text and who are not in the circle, A to Z, at most 20. */
export async function colleaguesNamed(db: Db, text: string, circleId: number): Promise<{ accountId: number; name: string; mark: string }[]> {
  if (text.length < 2) return []
  const inside = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  const rows = await db
    .select({ accountId: accounts.id, name: accounts.displayName, mark: markOf() })
    .from(accounts)
    .where(
      and(
        isNotNull(accounts.displayName),
        sql`lower(${accounts.displayName}) like ${inside}`,
        worksHere(accounts.id, at(now())),
        sql`not exists (select from circle_members where circle_id = ${circleId} and account_id = ${accounts.id} and left_at is null)`,
      ),
    )
    .orderBy(sql`lower(${accounts.displayName})`, accounts.id)
    .limit(FOUND)
  return rows.map(({ accountId, name, mark }) => ({ accountId, name: name ?? '', mark: mark ? sayMark(mark.role, mark.team) : '' }))
}

/** Colleagues in the circle who could own it, apart from one; A to Z, at most 200. */
export async function successorsIn(db: Db, circleId: number, apart: number): Promise<{ accountId: number; name: string }[]> {
  const rows = await db
    .select({ accountId: accounts.id, name: accounts.displayName })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .where(
      and(
        eq(circleMembers.circleId, circleId),
        sql`${circleMembers.organisationId} is null and ${circleMembers.accountId} <> ${apart}`,
        inForceMember(),
      ),
    )
    .orderBy(sql`lower(${accounts.displayName})`, accounts.id)
    .limit(200)
  return rows.map(({ accountId, name }) => ({ accountId, name: name ?? 'No name yet' }))
}
