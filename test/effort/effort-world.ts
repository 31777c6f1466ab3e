/** Priorities and residents who share out hours over them, made directly, so that each test says only what it is about. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { accounts } from '../../src/accounts/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { effortResults } from '../../src/effort/schema.ts'
import { shareEffort } from '../../src/effort/share.ts'
import { publishPost } from '../../src/posts/post.ts'
import { priorities } from '../../src/priorities/schema.ts'
import { localities } from '../../src/teams/schema.ts'
import { teamBySlug, type Team } from '../../src/teams/team.ts'
import { foldName } from '../../src/text/fold.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

export const PLACES = ['Bracebridge Heath', 'Canwick', 'Waddington']

/** A team of its own with three places, its sergeant, and so many open priorities. */
export async function freshTeam(db: Database, count = 3): Promise<{ team: Team; sergeant: SignedIn; ids: number[] }> {
  const named = await makeTeam(db, `Team ${randomUUID().slice(0, 8)}`)
  await db.insert(localities).values(PLACES.map((name) => ({ teamId: named.id, name, key: foldName(name) })))
  const sergeant = await makeStaff(db, 'PS Nadia Holt', 'supervisor', named)
  const team = await teamBySlug(db, named.slug)
  const ids: number[] = []
  for (let place = 0; place < count; place += 1) ids.push(await setPriority(db, sergeant, team, `Priority ${place + 1}`))
  return { team, sergeant, ids }
}

export async function setPriority(db: Database, sergeant: SignedIn, team: Team, title: string): Promise<number> {
  const post = await publishPost(db, sergeant, team, { kind: 'priority', title, body: 'Residents asked for it.', tags: [], clientKey: randomUUID() })
  const [made] = await db.select().from(priorities).where(eq(priorities.postId, post.id))
  if (made) return made.id
  const row = { postId: post.id, teamId: team.id, openedAt: now(), reviewedAt: now() }
  const [inserted] = await db.insert(priorities).values(row).returning({ id: priorities.id })
  if (!inserted) throw new Error('no priority')
  return inserted.id
}

export async function closePriority(db: Database, sergeant: SignedIn, team: Team, id: number): Promise<void> {
  const form = { 'you-said': 'Too fast.', 'we-did': 'We measured.' }
  const outcome = await publishPost(db, sergeant, team, { kind: 'outcome', title: 'Done', body: '', tags: [], clientKey: randomUUID(), form })
  await db.update(priorities).set({ outcomeId: outcome.id, closedAt: now(), closedBy: sergeant.accountId }).where(eq(priorities.id, id))
}

/** Many residents at once. */
export async function makeResidents(db: Database, count: number): Promise<SignedIn[]> {
  const one = await makeResident(db, null)
  const rows = await db
    .insert(accounts)
    .values(Array.from({ length: count }, () => ({ email: `${randomUUID()}@example.org` })))
    .returning({ accountId: accounts.id, email: accounts.email })
  return rows.map((row) => ({ ...one, ...row }))
}

/** All ten hours for one, or seven and three. */
export const allTo = (id: number): Record<string, number> => ({ [id]: 10 })
export const mostlyTo = (id: number, other: number): Record<string, number> => ({ [id]: 7, [other]: 3 })

/** So many new residents answer, one after the other. */
export async function answer(
  db: Database,
  team: Team,
  count: number,
  hours: Record<string, number>,
  area: string | null = null,
): Promise<SignedIn[]> {
  const people = await makeResidents(db, count)
  for (const person of people) await shareEffort(db, person, team, { hours, area })
  return people
}

export async function countsOf(db: Database, team: Team): Promise<Record<string, { people: number; hours: Record<string, number> }>> {
  const [row] = await db.select().from(effortResults).where(eq(effortResults.teamId, team.id))
  return row?.body.groups ?? {}
}

/** `moveClock(0)` sets the clock right again. */
export function travelTo(moment: string): void {
  moveClock(0)
  moveClock(Date.parse(moment) - Date.now())
}
