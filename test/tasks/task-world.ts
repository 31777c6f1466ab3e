/** Tasks as they would be typed, and the people who ask for help. */
import { randomUUID } from 'node:crypto'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { sendTask } from '../../src/tasks/publishing.ts'
import { readTask, type TaskWords } from '../../src/tasks/task-form.ts'
import { tasks } from '../../src/tasks/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { desc, eq } from 'drizzle-orm'
import { posts } from '../../src/posts/schema.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { registerTasks } from '../../src/tasks/register.ts'
import { CONFIG, DAY, register } from '../occasions/occasion-world.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { dayIn } from '../places/presence-world.ts'

export const typedTask = (form: Record<string, string> = {}): Record<string, string> => ({
  title: 'Litter pick on the heath',
  body: 'Two hours along the **old railway**. We bring bags.',
  sort: 'litter-pick',
  safeguarding: 'An officer is there. Leave needles where they are.',
  age: '',
  partner: '',
  date: dayIn(5),
  from: '10am',
  until: '12:00',
  place: '',
  venue: 'The bandstand',
  capacity: '12',
  'sign-up': 'yes',
  every: '',
  times: '',
  ...form,
})

export const PARTNER = { partner: 'North Kesteven Council' }

/** Publishes one, or for a partner proposes it; answers its row. */
export async function makeTask(
  db: Database,
  by: SignedIn,
  team: TeamName,
  form: Record<string, string> = {},
  clientKey: string = randomUUID(),
): Promise<typeof tasks.$inferSelect> {
  const byPartner = by.duties.every(({ role }) => role === 'partner')
  await sendTask(db, by, team.id, readTask(typedTask(byPartner ? { ...PARTNER, ...form } : form), byPartner, now()), clientKey)
  const [task] = await db.select().from(tasks).where(eq(tasks.clientKey, clientKey))
  if (!task) throw new Error('no task')
  return task
}

export type Helpers = Awaited<ReturnType<typeof openHelpers>>

/** A world with those who ask for help, and those who may not. */
export async function openHelpers() {
  const world: World = await openWorld(10)
  register()
  registerTasks(CONFIG)
  const { db } = world
  const team = await makeTeam(db, 'Bracebridge Heath')
  return {
    world,
    db,
    team,
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    stranger: await makeStaff(db, 'PC Paula Stone', 'officer', await makeTeam(db, 'Alford')),
    partner: await makeStaff(db, 'Wendy Ash', 'partner'),
    otherPartner: await makeStaff(db, 'Kit Fernsby', 'partner'),
    resident: await makeResident(db, 'Maureen T'),
    async fresh() {
      const own = await makeTeam(db, `Team ${randomUUID().slice(0, 8)}`)
      return { own, pc: await makeStaff(db, 'PC New', 'officer', own), mate: await makeStaff(db, 'PC Next', 'officer', own) }
    },
    rowOf: async (id: number) => (await db.select().from(tasks).where(eq(tasks.id, id)))[0],
    postOf: async (id: number) => (await db.select().from(posts).where(eq(posts.id, id)))[0],
    async activitiesOf(kind: string, taskId: number) {
      const all = await db.select().from(activities).where(eq(activities.kind, kind)).orderBy(desc(activities.id))
      return all.filter(({ detail }) => detail['taskId'] === taskId)
    },
  }
}

/** A pre-election period of a team in which its tasks are for the press office. */
export const holdElection = (db: Database, press: SignedIn, of: TeamName): Promise<number> =>
  setSwitch(db, press, {
    kind: 'pre-election',
    banner: 'An election is coming.',
    bannerLink: null,
    because: 'Local elections.',
    wholeForce: false,
    teamIds: [of.id],
    kinds: ['can-you-help'],
    startsAt: null,
    endsAt: new Date(Date.now() + 30 * DAY),
    clientKey: randomUUID(),
  })

/** Other words for a task. */
export const WORDS: TaskWords = {
  title: 'Litter pick by the pond',
  body: 'Two hours.',
  sort: 'litter-pick',
  safeguarding: 'An officer is there.',
  leastAge: 16,
  partnerName: null,
}
