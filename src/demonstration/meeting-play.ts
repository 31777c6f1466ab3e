/**
 * Plays what the places show: opened, agreed to, closed, talked about; and when officers can be met at them, now and ahead of now.
 */
import { desc, eq, isNull } from 'drizzle-orm'
import { closePlace, openPlace } from '../places/keeping.ts'
import { dayAfter, weekdayOf } from '../places/hours.ts'
import { readPlace } from '../places/place-form.ts'
import { cancelPresence } from '../places/presence-change.ts'
import { planPresences } from '../places/presence-plan.ts'
import { visitPresence } from '../places/presence-visit.ts'
import { answerProposal } from '../places/proposal.ts'
import { placeChanges, places, presences } from '../places/schema.ts'
import { posts } from '../posts/schema.ts'
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'
import { PLANNED_PLACES, type ChristmasHours, type PlannedPlace } from './meeting-places.ts'
import { HERE_NOW, PLANNED_PRESENCES, type PlannedPresence } from './meeting-script.ts'
import type { MadePost, Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { AT_WORK } from './timetable.ts'

const MINUTE = 60_000
const HALF_HOUR = 30 * MINUTE
const HOUR = 60 * MINUTE

export function addMeetings(schedule: Schedule): void {
  for (const place of PLANNED_PLACES) addPlace(schedule, place)
  for (const presence of PLANNED_PRESENCES) addPresence(schedule, presence)
  addHereNow(schedule)
}

function addPlace(schedule: Schedule, planned: PlannedPlace): void {
  const { times } = schedule
  const opened = times.daysAgo(planned.ago, '11:00')
  const talk: MadePost = { id: 0, conversationId: 0 }
  const form = planned.form((hours) => christmas(times.today, hours))
  schedule.add(opened, (stage) => open(stage, planned, form))
  const { agreedBy, closed } = planned
  const agreed = times.later(opened, 300, AT_WORK)
  if (agreedBy !== undefined) schedule.add(agreed, (stage) => agreeToPlace(stage, agreedBy))
  if (closed) schedule.add(times.daysAgo(closed.ago, '15:00'), (stage) => shut(stage, form['name'] ?? '', closed))
  const tips = planned.tips ?? []
  const talked = times.daysAgo(Math.floor(planned.ago / 4), '12:00')
  schedule.add(new Date(talked.getTime() - 1), async (stage) => {
    if (tips.length > 0) talk.conversationId = (await placeNamed(stage, form['name'] ?? '')).conversationId
  })
  for (const tip of tips) schedule.addComment(tip, talked, talk)
}

async function open(stage: Stage, { by, team, agreedBy }: PlannedPlace, form: Record<string, string>): Promise<void> {
  const content = await readPlace(stage.db, form)
  const { waits } = await openPlace(stage.db, stage.person(by), stage.team(team), { content, clientKey: stage.key() })
  if (waits !== (by === 'robin-vale') || (agreedBy !== undefined && !waits)) throw new Error(`${content.name} was opened, against the script`)
}

/** What a partner proposed before. */
async function agreeToPlace(stage: Stage, by: string): Promise<void> {
  const waiting = await stage.db.select({ id: placeChanges.id }).from(placeChanges).where(isNull(placeChanges.answer))
  for (const { id } of waiting) await answerProposal(stage.db, stage.person(by), id, { answer: 'agreed', note: null })
}

async function shut(stage: Stage, name: string, { by, because }: { by: string; because: string }): Promise<void> {
  const { id, version } = await placeNamed(stage, name)
  await closePlace(stage.db, stage.person(by), id, { because, version, clientKey: stage.key() })
}

export async function placeNamed(stage: Stage, name: string): Promise<typeof places.$inferSelect> {
  const [place] = await stage.db.select().from(places).where(eq(places.name, name))
  if (!place) throw new Error(`there is no place called ${name}`)
  return place
}

/** One day a line, at the next Christmas that is not over. */
function christmas(today: Date, { eve, between, newYearsEve }: ChristmasHours): string {
  const thisYear = Number(dayKey(today).slice(0, 4))
  const year = dayKey(today) > `${thisYear}-12-30` ? thisYear + 1 : thisYear
  const days = [
    [`24 December ${year}`, eve],
    [`25 December ${year}`],
    [`26 December ${year}`],
    ...[27, 28, 29, 30].map((day) => [`${day} December ${year}`, between]),
    [`31 December ${year}`, newYearsEve],
    [`1 January ${year + 1}`],
  ]
  return days.map(([day, hours]) => `${day}: ${hours ?? 'closed'}`).join('\n')
}

const SATURDAY = 6

/** So many days from today: moved on to a day of the week, or out of the weekend. */
export function dayOf(today: Date, days: number, on: number | undefined): string {
  const day = dayAfter(dayKey(today), days)
  const weekday = weekdayOf(day) + 1
  if (on !== undefined) return dayAfter(day, (on - weekday + 7) % 7)
  return weekday < SATURDAY ? day : dayAfter(day, 8 - weekday)
}

export function momentOf(day: string, time: string): Date {
  const at = ukMoment(day, time)
  if (!at) throw new Error(`there is no ${time} on ${day}`)
  return at
}

/** Nobody is at a place that is closed for Christmas. */
export const isChristmas = (day: string): boolean => /-12-(2[4-9]|3[01])$|-01-01$/.test(day)

function addPresence(schedule: Schedule, planned: PlannedPresence): void {
  const { times } = schedule
  const days = planned.days.map((day) => dayOf(times.today, day, planned.on)).filter((day) => !isChristmas(day))
  if (days.length === 0) return
  const windows = days.map((day) => ({ startsAt: momentOf(day, planned.from), endsAt: momentOf(day, planned.until) }))
  const made: number[] = []
  schedule.add(times.daysAgo(planned.ago, '16:00'), async (stage) => {
    made.push(...(await plan(stage, planned, windows)))
  })
  const { calledOff } = planned
  if (calledOff !== undefined)
    schedule.add(times.recently(150), async (stage) => {
      for (const id of made) await callOff(stage, planned.by, id, calledOff)
    })
  for (const [index, people] of (planned.came ?? []).entries())
    if (windows[index]) schedule.add(new Date(windows[index].endsAt.getTime() - HALF_HOUR), (stage) => visit(stage, made[index], people))
}

interface Place {
  place: string
  team: string
  by: string
  about: string
}
type Window = Parameters<typeof planPresences>[2]['windows'][number]

/** Answers their ids, in order. */
async function plan(stage: Stage, { place, team, by, about }: Place, windows: readonly Window[]): Promise<number[]> {
  const input = { placeId: (await placeNamed(stage, place)).id, teamId: stage.team(team).id, windows, about, clientKey: stage.key() }
  await planPresences(stage.db, stage.person(by), input)
  const newest = await stage.db.select({ id: presences.id }).from(presences).orderBy(desc(presences.id)).limit(windows.length)
  return newest.map((row) => row.id).toReversed()
}

async function callOff(stage: Stage, by: string, id: number, because: string): Promise<void> {
  const [post] = await stage.db
    .select({ version: posts.version })
    .from(posts)
    .innerJoin(presences, eq(presences.postId, posts.id))
    .where(eq(presences.id, id))
  if (!post) throw new Error(`presence ${id} has no post`)
  await cancelPresence(stage.db, stage.person(by), id, { because, version: post.version })
}

async function visit(stage: Stage, id: number | undefined, people: readonly string[]): Promise<void> {
  if (id === undefined) throw new Error('nothing was planned to come to')
  for (const who of people) await visitPresence(stage.db, stage.person(who), id, true)
}

/** One that goes on while the demonstration is made, and for three hours at least. */
function addHereNow(schedule: Schedule): void {
  const { times } = schedule
  const now = times.today.getTime()
  const startsAt = new Date(Math.floor((now - 20 * MINUTE) / HALF_HOUR) * HALF_HOUR)
  const endsAt = new Date(Math.ceil((now + 3 * HOUR) / HALF_HOUR) * HALF_HOUR)
  const made: number[] = []
  schedule.add(times.recently(3000), async (stage) => {
    made.push(...(await plan(stage, HERE_NOW, [{ startsAt, endsAt }])))
  })
  schedule.add(times.recently(6), (stage) => visit(stage, made[0], HERE_NOW.came))
}
