/**
 * Teams at work: what they plan, do and close, made directly and at any time, so that each test says only what it counts.
 */
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { eventNotes } from '../../src/events/schema.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { posts, type PostKind } from '../../src/posts/schema.ts'
import { insertPost, type Inserted } from '../../src/posts/stored-post.ts'
import { priorities, priorityActions } from '../../src/priorities/schema.ts'
import { tasks } from '../../src/tasks/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { eq } from 'drizzle-orm'
import type { World } from '../world.ts'
import { makeStaff, makeTeam } from '../people.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface Works {
  team: TeamName
  officer: SignedIn
  sergeant: SignedIn
  post(kind: PostKind, title: string, at?: Date): Promise<Inserted>
  /** A date of an event, or of a task (`people` of them came). */
  occasion(of: Inserted, endsAt: Date, more?: { people?: number; noted?: boolean; cancelled?: boolean }): Promise<number>
  priority(title: string, at?: Date): Promise<Inserted & { priorityId: number }>
  /** Something that was done for a priority. */
  action(priorityId: number, what: string, doneAt: Date): Promise<number>
  /** Closes it with an outcome of that day. */
  close(priorityId: number, at: Date, title?: string): Promise<Inserted>
  task(title: string): Promise<Inserted & { taskId: number }>
}

let teamsMade = 0

export async function openWorks({ db }: World, name = `Works ${++teamsMade}`): Promise<Works> {
  const team = await makeTeam(db, name)
  const officer = await makeStaff(db, `PC ${name}`, 'officer', team)
  const sergeant = await makeStaff(db, `Sgt ${name}`, 'supervisor', team)
  const post: Works['post'] = async (kind, title, at) => {
    const input = { kind, title, body: 'What it is about.', tags: [], details: {}, clientKey: randomUUID() }
    const made = await db.transaction((tx) => insertPost(tx, sergeant, team, input))
    if (at) await db.update(posts).set({ publishedAt: at }).where(eq(posts.id, made.id))
    return made
  }
  return {
    team,
    officer,
    sergeant,
    post,
    async occasion(of, endsAt, { people = 0, noted = false, cancelled = false } = {}) {
      const off = cancelled ? { cancelledAt: now(), cancelledBecause: 'Snow.', cancelledBy: officer.accountId } : {}
      const window = { startsAt: new Date(endsAt.getTime() - HOUR), endsAt, changedAt: now() }
      const row = { postId: of.id, teamId: team.id, venue: 'Village hall', takenCount: people, ...window, ...off }
      const occasionId = (await db.insert(occasions).values(row).returning({ id: occasions.id }))[0]!.id
      const words = { said: 'Parking.', saidHtml: '<p>Parking.</p>', decided: 'Patrols.', decidedHtml: '<p>Patrols.</p>' }
      const mark = { writtenBy: officer.accountId, officialRole: 'officer' as const, officialTeam: team.name, writtenAt: endsAt }
      if (noted) await db.insert(eventNotes).values({ occasionId, ...words, ...mark })
      return occasionId
    },
    // It is a priority as soon as its post is published; nobody can date it back afterwards.
    async priority(title, at = now()) {
      const back = at.getTime() - now().getTime()
      if (back !== 0) moveClock(back)
      const made = await post('priority', title, at)
      if (back !== 0) moveClock(-back)
      return { ...made, priorityId: (await db.select().from(priorities).where(eq(priorities.postId, made.id)))[0]!.id }
    },
    async action(priorityId, what, doneAt) {
      const by = { byId: officer.accountId, officialRole: 'officer' as const, officialTeam: team.name }
      const row = { priorityId, what, state: 'done' as const, doneAt, createdAt: doneAt, changedAt: doneAt, clientKey: randomUUID(), ...by }
      return (await db.insert(priorityActions).values(row).returning({ id: priorityActions.id }))[0]!.id
    },
    async close(priorityId, at, title = 'What came of it') {
      const outcome = await post('outcome', title, at)
      const set = { closedAt: at, closedBy: sergeant.accountId, outcomeId: outcome.id }
      await db.update(priorities).set(set).where(eq(priorities.id, priorityId))
      return outcome
    },
    async task(title) {
      const made = await post('can-you-help', title)
      const asked = { proposedBy: officer.accountId, proposedRole: 'officer' as const, proposedAt: now(), clientKey: randomUUID() }
      const answered = { answer: 'agreed' as const, answeredBy: officer.accountId, answeredAt: now() }
      const row = { postId: made.id, teamId: team.id, sort: 'litter-pick' as const, form: {}, safeguarding: 'Gloves.', ...asked, ...answered }
      return { ...made, taskId: (await db.insert(tasks).values(row).returning({ id: tasks.id }))[0]!.id }
    },
  }
}
