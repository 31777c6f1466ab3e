/**
 * Support circles: for those whom work puts at risk, across organisations, under pseudonyms. That there is one, what it is for and where else there is help can be read
 * by whoever could join; who is in it is read by nobody, neither as a list nor as a number.
 */
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { accounts, circleMembers, circles } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'
import { isOwner, type Persona } from './persona.ts'
import { circleRequests } from './schema.ts'

export interface SupportCircle {
  id: number
  name: string
  about: string
  /** One a line: a name, and an address or a number. */
  signposts: string[]
}

const columns = { id: circles.id, name: circles.name, about: circles.about, signposts: circles.signposts }

/** Those that are not closed, by name; for the directory of circles too. There are few. */
export async function supportCircles(db: Db): Promise<SupportCircle[]> {
  const rows = await db
    .select(columns)
    .from(circles)
    .where(and(eq(circles.kind, 'support'), isNull(circles.closedAt)))
    .orderBy(asc(sql`lower(${circles.name})`), circles.id)
    .limit(200)
  return rows.map((row) => ({ ...row, signposts: linesOf(row.signposts) }))
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Throws `NotFound` for what is no support circle, or closed. */
export async function supportCircleById(db: Db, id: number): Promise<SupportCircle> {
  const [row] = await db
    .select(columns)
    .from(circles)
    .where(and(eq(circles.id, id), eq(circles.kind, 'support'), isNull(circles.closedAt)))
  if (!row) throw new NotFound('circle')
  return { ...row, signposts: linesOf(row.signposts) }
}

/** How somebody who has a pseudonym in a circle stands there. */
export interface Standing {
  state: 'owner' | 'member' | 'asked' | 'refused' | 'outside'
  /** Said by whoever refused them. */
  note: string | null
  /** An owner who is the only one. */
  alone: boolean
}

export async function standingIn(db: Database, persona: Persona): Promise<Standing> {
  const { circleId } = persona.persona
  const mine = and(eq(circleRequests.circleId, circleId), eq(circleRequests.accountId, persona.accountId))
  if ((persona.circles ?? []).length > 0) {
    if (!(await isOwner(db, persona.accountId, circleId))) return { state: 'member', note: null, alone: false }
    return { state: 'owner', note: null, alone: (await ownersOf(db, circleId)).length === 1 }
  }
  const [latest] = await db
    .select({ answer: circleRequests.answer, note: circleRequests.note })
    .from(circleRequests)
    .where(mine)
    .orderBy(sql`${circleRequests.id} desc`)
    .limit(1)
  if (latest?.answer === null) return { state: 'asked', note: null, alone: false }
  return latest?.answer === 'refused' ? { state: 'refused', note: latest.note, alone: false } : { state: 'outside', note: null, alone: false }
}

/** Whom one can ask, by pseudonym. No other members are ever named. */
export async function ownersOf(db: Db, circleId: number): Promise<string[]> {
  const rows = await db
    .select({ name: accounts.displayName })
    .from(circleMembers)
    .innerJoin(accounts, eq(accounts.id, circleMembers.accountId))
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.role, 'owner'), isNull(circleMembers.leftAt)))
    .orderBy(asc(accounts.displayName))
  return rows.map(({ name }) => name ?? '')
}

export interface Asking {
  id: number
  name: string
  words: string
  /** They are in it, and ask to look after it. */
  offers: boolean
}

/** Who asks to be let in, for the owners. In the order of the pseudonyms, which says nothing. */
export async function askingIn(db: Db, circleId: number): Promise<Asking[]> {
  const rows = await db
    .select({ id: circleRequests.id, name: accounts.displayName, words: circleRequests.words, offers: sql<boolean>`${circleRequests.words} = ''` })
    .from(circleRequests)
    .innerJoin(accounts, eq(accounts.id, circleRequests.accountId))
    .where(and(eq(circleRequests.circleId, circleId), isNull(circleRequests.answer)))
    .orderBy(asc(accounts.displayName))
    .limit(100)
  return rows.map((row) => ({ ...row, name: row.name ?? '' }))
}

/** The first moment of today. No exact time of who came, asked or left is ever stored. */
export const today = (): Date => ukMoment(dayKey(now()), '00:00') ?? now()
