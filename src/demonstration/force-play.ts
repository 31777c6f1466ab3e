/**
 * Plays a week in a force: who says what of themselves, what colleagues tell each other, and what leadership says and hears. The other rooms of the network are played
 * beside it.
 */
import { eq } from 'drizzle-orm'
import type { Config } from '../config.ts'
import { describeSelf } from '../colleagues/profile.ts'
import { sayLeads } from '../colleagues/leading.ts'
import { publishStatement } from '../leadership/statement.ts'
import { setFollow } from '../network/follow.ts'
import { addFollowUp } from '../network/follow-up.ts'
import { homeOf } from '../network/home.ts'
import { savePost } from '../network/saved.ts'
import { personSubject, topicSubject } from '../network/subject.ts'
import { surveys } from '../surveys/schema.ts'
import { administratorsOf } from './cast.ts'
import { addInside, compose, ForceBook, topicsOf, wordsOf } from './force-book.ts'
import { addCircles } from './force-circle-play.ts'
import { addDigests } from './force-digest-play.ts'
import { addGatherings } from './force-gathering-play.ts'
import { LEADER, PLANNED_PROFILES, type PlannedProfile } from './force-people.ts'
import { PLANNED_LINKS, PLANNED_PRAISES, PLANNED_STATEMENTS, PLANNED_TOLD } from './force-posts.ts'
import type { PlannedPraise } from './force-script.ts'
import { addSupport } from './force-support-play.ts'
import { addTogether } from './force-together-play.ts'
import { PLANNED_SAVED } from './force-together.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'

export function addForce(schedule: Schedule, config: Config): void {
  const book = new ForceBook()
  addPeople(schedule)
  addCircles(schedule, config, book)
  addSupport(schedule, config, book)
  addTold(schedule, book)
  addTogether(schedule, book)
  addGatherings(schedule, book)
  addVisits(schedule, book)
  addDigests(schedule, config)
}

/** A few weeks ago, before anything was written. */
const SINCE = 27

function addPeople(schedule: Schedule): void {
  const { times } = schedule
  schedule.add(times.daysAgo(SINCE, '09:05'), async (stage) => {
    for (const profile of PLANNED_PROFILES) await describe(stage, profile)
    await sayLeads(stage.db, administratorsOf(stage.cast)[0], stage.person(LEADER.who).accountId, LEADER.leads)
  })
  schedule.add(times.daysAgo(SINCE, '09:40'), async (stage) => {
    for (const profile of PLANNED_PROFILES) await follow(stage, profile)
  })
}

const describe = (stage: Stage, { who, worksOn, about, skills, languages }: PlannedProfile): Promise<void> =>
  describeSelf(stage.db, stage.person(who), { worksOn, about, skills, languages, version: 0 })

async function follow(stage: Stage, { who, follows }: PlannedProfile): Promise<void> {
  const actor = stage.person(who)
  for (const key of follows?.people ?? []) await setFollow(stage.db, actor, personSubject(stage.person(key).accountId), true)
  for (const topic of follows?.topics ?? []) await setFollow(stage.db, actor, topicSubject(topic), true)
}

function addTold(schedule: Schedule, book: ForceBook): void {
  const { times } = schedule
  for (const planned of PLANNED_TOLD)
    addInside(schedule, book, times.daysAgo(...planned.when), planned, (stage) =>
      compose(stage, planned.by, 'update', wordsOf(stage, book, planned), {}),
    )
  for (const planned of PLANNED_LINKS)
    addInside(schedule, book, times.daysAgo(...planned.when), planned, (stage) =>
      compose(stage, planned.by, 'link', wordsOf(stage, book, planned), { address: planned.url }),
    )
  for (const planned of PLANNED_PRAISES)
    addInside(schedule, book, times.daysAgo(...planned.when), planned, (stage) =>
      compose(stage, planned.by, 'praise', wordsOf(stage, book, { ...planned, title: '' }), { whom: whomOf(stage, planned) }),
    )
  for (const planned of PLANNED_STATEMENTS)
    addInside(schedule, book, times.daysAgo(...planned.when), planned, (stage) =>
      publishStatement(stage.db, stage.person(planned.by), { ...wordsOf(stage, book, planned), tags: topicsOf(planned.tags) }),
    )
  schedule.add(times.daysAgo(1, '10:20'), (stage) => followUp(stage, book))
}

const whomOf = (stage: Stage, { whom }: PlannedPraise): string[] =>
  whom.map((one) => ('person' in one ? personSubject(stage.person(one.person).accountId) : `team:${stage.team(one.team).id}`))

/** What was done about the answers of a survey, and about what the group on nights found. */
async function followUp(stage: Stage, book: ForceBook): Promise<void> {
  const done = book.post('rota-done')
  const [survey] = await stage.db
    .select({ postId: surveys.postId })
    .from(surveys)
    .where(eq(surveys.title, 'Your shifts: what would make the biggest difference?'))
  const leader = stage.person(LEADER.who)
  await addFollowUp(stage.db, leader, survey?.postId ?? 0, done.id)
  await addFollowUp(stage.db, leader, book.post('group-over').id, done.id)
}

/** When those whom anybody can be were last here: what came later is new for them. */
const LAST_HERE: readonly (readonly [who: string, ago: number, at: string])[] = [
  ['imran-adeyemi', 2, '17:40'],
  ['helen-marriott', 2, '08:10'],
  ['sam-carter', 3, '17:10'],
  ['nell-harmston', 3, '12:05'],
]

function addVisits(schedule: Schedule, book: ForceBook): void {
  const { times } = schedule
  for (const [who, ago, at] of LAST_HERE) schedule.add(times.daysAgo(ago, at), (stage) => homeOf(stage.db, stage.person(who), { visits: true }))
  schedule.add(times.daysAgo(1, '17:30'), async (stage) => {
    for (const { who, posts } of PLANNED_SAVED) for (const key of posts) await savePost(stage.db, stage.person(who), book.post(key).id)
  })
}
