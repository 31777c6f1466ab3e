/**
 * Fills an empty house with the demonstration, once: real places, invented people, ten weeks of posts and conversations in every state.
 *
 * Everything is one transaction. Whoever pulls the plug in the middle has an empty database, and the next start begins afresh.
 */
import { eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { moveClock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { openStorage } from '../media/storage.ts'
import { castPeople, employ, letGo, proposePerson } from './cast.ts'
import { layGround } from './ground.ts'
import { addDesk } from './desk-play.ts'
import { addFollowing } from './following-play.ts'
import { addForce } from './force-play.ts'
import { addMeetings } from './meeting-play.ts'
import { ADMINISTRATORS, emailOf, LEFT, PROPOSED } from './people.ts'
import { HEATH_HOMES } from './posts-heath-homes.ts'
import { HEATH_PEOPLE } from './posts-heath-people.ts'
import { HEATH_SPEED } from './posts-heath-speed.ts'
import { HEATH_STREETS } from './posts-heath-streets.ts'
import { HELLO_POSTS } from './posts-hello.ts'
import { HOLLAND_POSTS } from './posts-holland.ts'
import { KESTEVEN_POSTS } from './posts-kesteven.ts'
import { LINCOLN_POSTS } from './posts-lincoln.ts'
import { LINDSEY_POSTS } from './posts-lindsey.ts'
import { addPress } from './press-play.ts'
import { learnWords } from '../search/words.ts'
import { Schedule } from './schedule.ts'
import type { PlannedPost } from './script.ts'
import { Stage, travelTo } from './stage.ts'
import { addTakingPart } from './taking-part-play.ts'
import { Timetable } from './timetable.ts'

const PLANNED_POSTS: readonly PlannedPost[] = [
  ...HELLO_POSTS,
  ...HEATH_STREETS,
  ...HEATH_HOMES,
  ...HEATH_PEOPLE,
  ...HEATH_SPEED,
  ...LINCOLN_POSTS,
  ...LINDSEY_POSTS,
  ...KESTEVEN_POSTS,
  ...HOLLAND_POSTS,
]

/** Days before today on which the teams opened their pages. */
const OPENED = 100

/**
 * Answers whether it seeded: false when it was done before. The clock of this process travels meanwhile, so nothing else may be served.
 * The echoes must be registered and the jobs open. Throws outside the demonstration.
 */
export async function seedOnce(db: Database, config: Config): Promise<boolean> {
  if (!config.demonstration || config.production) throw new Error('Invented people are for the demonstration only.')
  if (await isSeeded(db)) return false
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('blue-lamp-demonstration'))`)
      if (await isSeeded(tx)) return false
      // The verbs open transactions of their own; on this handle those are savepoints inside this one.
      await playAll(tx as unknown as Database, config)
      return true
    })
  } finally {
    moveClock(0)
  }
}

async function isSeeded(db: Db): Promise<boolean> {
  const found = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.email, emailOf(ADMINISTRATORS[0].key)))
  return found.length > 0
}

async function playAll(db: Database, config: Config): Promise<void> {
  const times = new Timetable(new Date())
  const opened = times.daysAgo(OPENED, '09:00')
  travelTo(opened)
  const teams = await layGround(db as unknown as Tx, opened)
  const cast = await castPeople(db, teams)
  const stage = new Stage(db, config, teams, cast)
  const schedule = new Schedule(times)
  for (const post of PLANNED_POSTS) schedule.addPost(post)
  addComingsAndGoings(schedule)
  addDesk(schedule, openStorage(config))
  addPress(schedule, config, new Map(PLANNED_POSTS.map((post) => [post.title, times.daysAgo(post.ago, post.at)])))
  addMeetings(schedule)
  addTakingPart(schedule, config)
  addForce(schedule, config)
  addFollowing(schedule, config)
  await stage.at(opened, async () => {})
  for (const act of schedule.acts()) await stage.at(act.at, () => act.play(stage))
  await readyToSearch(db)
}

/** What else would come within ten minutes: until then a slip of the finger found nothing. */
async function readyToSearch(db: Database): Promise<void> {
  await learnWords(db)
  await db.execute(sql`analyze search_entries`)
}

/** A constable who leaves, and one who is proposed and waits for the second administrator. */
function addComingsAndGoings(schedule: Schedule): void {
  const { times } = schedule
  schedule.add(times.daysAgo(OPENED - 1, '09:30'), async (stage) => stage.cast.set(LEFT.key, await employ(stage.db, stage.cast, stage.teams, LEFT)))
  schedule.add(times.daysAgo(57, '17:00'), (stage) => letGo(stage.db, stage.cast, LEFT.key))
  schedule.add(times.daysAgo(1, '09:40'), (stage) => proposePerson(stage.db, stage.cast, stage.teams, PROPOSED))
}
