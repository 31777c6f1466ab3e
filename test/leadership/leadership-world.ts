/** A chief and those who answer back: colleagues of two teams, the press office, a circle with partner staff, and those outside. */
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import { staffProfiles } from '../../src/colleagues/schema.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { reactToComment } from '../../src/conversations/reaction.ts'
import type { Database } from '../../src/database/database.ts'
import { convene, type NewGroup } from '../../src/leadership/group.ts'
import { inviteColleagues } from '../../src/leadership/invitation.ts'
import { planSession, sessionById, type NewSession, type Session } from '../../src/leadership/session.ts'
import { openWorld, type World } from '../world.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { letIn, makeCircle, makePartner } from '../network/circle.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface People {
  team: TeamName
  chief: SignedIn
  /** Leads something else. */
  head: SignedIn
  officer: SignedIn
  sergeant: SignedIn
  press: SignedIn
  administrator: SignedIn
  resident: SignedIn
  circleId: number
  /** The officer and a colleague of another team, as members of the circle. */
  owner: SignedIn
  member: SignedIn
  partner: SignedIn
  /** Partner staff in no circle. */
  alone: SignedIn
  /** Of the other team, in no circle. */
  stranger: SignedIn
  /** Further colleagues. */
  crowd: SignedIn[]
}

export async function peopleOf(db: Database): Promise<People> {
  const team = await makeTeam(db, 'Bracebridge Heath')
  const other = await makeTeam(db, 'Waddington')
  const command = await makeTeam(db, 'Command')
  const chief = await makeStaff(db, 'Ch Supt Alma Reid', 'supervisor', command)
  const head = await makeStaff(db, 'Supt Piet Moor', 'supervisor', command)
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  const sergeant = await makeStaff(db, 'Sgt Ruth Holland', 'supervisor', team)
  const press = await makeStaff(db, 'Josie Marsh', 'press-office')
  const administrator = await makeStaff(db, 'Ann Clerk', 'administrator')
  const stranger = await makeStaff(db, 'PC Una Stone', 'officer', other)
  const crowd = await Promise.all(Array.from({ length: 12 }, (_, nth) => makeStaff(db, `PC Crowd ${nth}`, 'officer', other)))
  const circleId = await makeCircle(db, 'Rural crime', 'private', team.id)
  const [owner, member] = [await letIn(db, officer, circleId), await letIn(db, await makeStaff(db, 'PC Joan Fell', 'officer', other), circleId)]
  const partner = await makePartner(db, 'Pat North', circleId, administrator)
  const alone = await makeStaff(db, 'Lee Moss', 'partner')
  for (const [who, leads] of [
    [chief, 'Head of neighbourhood policing'],
    [head, 'Head of training'],
  ] as const)
    await db
      .insert(staffProfiles)
      .values({ accountId: who.accountId, changedAt: now(), leads, leadsSetBy: administrator.accountId, leadsSetAt: now() })
  const resident = await makeResident(db, 'Kim Resident')
  return { team, chief, head, officer, sergeant, press, administrator, resident, circleId, owner, member, partner, alone, stranger, crowd }
}

export async function openForce(): Promise<World & People> {
  const world = await openWorld(8)
  return { ...world, ...(await peopleOf(world.db)) }
}

/** A day from now at the full hour, an hour long. */
const window = () => {
  const startsAt = new Date(Math.ceil((now().getTime() + 2 * DAY) / HOUR) * HOUR)
  return { startsAt, endsAt: new Date(startsAt.getTime() + HOUR) }
}

export const sessionForm = (host: SignedIn, more: Partial<NewSession> = {}): NewSession => ({
  title: 'Ask the chief',
  body: 'Whatever you **want** to know.',
  tags: ['shifts'],
  hostId: host.accountId,
  clientKey: randomUUID(),
  ...window(),
  ...more,
})

export async function planned(db: Database, host: SignedIn, more: Partial<NewSession> = {}): Promise<Session> {
  return sessionById(db, host, (await planSession(db, host, sessionForm(host, more))).id)
}

export const groupForm = (more: Partial<NewGroup> = {}): NewGroup => ({
  title: 'Night shifts',
  body: 'How do we share them?',
  tags: [],
  circleId: null,
  venue: 'Conference room 2',
  places: 3,
  clientKey: randomUUID(),
  ...window(),
  ...more,
})

/** A group to which these are invited. */
export async function convened(db: Database, by: SignedIn, invited: readonly SignedIn[], more: Partial<NewGroup> = {}): Promise<number> {
  const { id } = await convene(db, by, groupForm(more))
  if (invited.length > 0)
    await inviteColleagues(
      db,
      by,
      id,
      invited.map(({ accountId }) => accountId),
    )
  return id
}

export const say = async (db: Database, by: SignedIn, conversationId: number, body: string, parentId: number | null = null): Promise<number> =>
  (await postComment(db, by, conversationId, { body, parentId, clientKey: randomUUID() })).id

export const support = async (db: Database, commentId: number, by: readonly SignedIn[]): Promise<void> => {
  await Promise.all(by.map((person) => reactToComment(db, person, commentId, { reaction: 'same-here', on: true })))
}
