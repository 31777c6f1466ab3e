/**
 * Plays taking part: what residents ask a team to work on and how they would share out its hours, where they meet it, what they help with and answer; with
 * what works by itself meanwhile.
 */
import type { Config } from '../config.ts'
import { choicesOf } from '../effort/choice.ts'
import { periodOf } from '../effort/period.ts'
import { finishPeriods } from '../effort/result.ts'
import { shareEffort } from '../effort/share.ts'
import { makeWeeks } from '../insights/week.ts'
import { isMonday } from '../insights/week-time.ts'
import { forgetSignUps } from '../occasions/forgetting.ts'
import { remindOfOccasions } from '../occasions/reminder.ts'
import { teamBySlug } from '../teams/team.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { Book, residentsInOrder } from './taking-part-book.ts'
import { addEvents } from './taking-part-event-play.ts'
import { EFFORT_BEFORE, EFFORT_NOW, PLANNED_UPDATES, type PlannedShares } from './taking-part-effort.ts'
import { addPriorities } from './taking-part-priority-play.ts'
import { addSurveys } from './taking-part-survey-play.ts'
import { addTasks } from './taking-part-task-play.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const WEEKS = 4
/** Days before today since which reminders show among the mail. */
const REMINDED = 21

export function addTakingPart(schedule: Schedule, config: Config): void {
  const book = new Book()
  for (const update of PLANNED_UPDATES) schedule.addPost(update)
  addPriorities(schedule, book)
  addEvents(schedule, book)
  addTasks(schedule, book)
  addSurveys(schedule, config)
  addEffort(schedule, book)
  addByItself(schedule, config)
}

/** The beginning of the present quarter: the first moment of the day on which the period changes. */
function quarterBegan(today: Date): Date {
  const period = periodOf(today)
  let ago = 0
  while (periodOf(new Date(today.getTime() - (ago + 1) * DAY)) === period) ago++
  return new Date(today.getTime() - ago * DAY)
}

/** In the quarter before, as far as the pages reach back into it, and in the present one. */
function addEffort(schedule: Schedule, book: Book): void {
  const { times } = schedule
  const began = quarterBegan(times.today)
  const before = new Date(Math.min(began.getTime() - 2 * DAY, times.daysAgo(30, '18:00').getTime()))
  schedule.add(before, (stage) => share(stage, book, EFFORT_BEFORE))
  const night = new Date(Math.max(began.getTime() + HOUR, before.getTime() + 3 * DAY))
  schedule.add(night < times.end ? night : times.end, (stage) => finishPeriods(stage.db))
  const wanted = times.daysAgo(5, '18:30')
  const now = wanted > began ? wanted : times.recently(20)
  if (periodOf(now) === periodOf(times.today)) schedule.add(now, (stage) => share(stage, book, EFFORT_NOW))
}

async function share(stage: Stage, book: Book, { team: name, areas, sorts }: PlannedShares): Promise<void> {
  const team = await teamBySlug(stage.db, stage.team(name).slug)
  const open = new Set((await choicesOf(stage.db, team.id, null)).map(({ id }) => id))
  const wanted = sorts.map((sort) => Object.entries(sort).flatMap(([key, weight]) => weighed(book.priorities.get(key)?.id, weight, open)))
  const people = Object.entries(areas).flatMap(([area, those]) => those.map((sort) => ({ area: area === '' ? null : area, sort })))
  for (const [nth, { area, sort }] of people.entries())
    // Whoever looks around as the first of them can still do it.
    await shareEffort(stage.db, stage.person(residentsInOrder[nth + 1] ?? ''), team, { area, hours: tenHours(wanted[sort] ?? []) })
}

const weighed = (id: number | undefined, weight: number, open: ReadonlySet<number>): [id: number, weight: number][] =>
  id !== undefined && open.has(id) ? [[id, weight]] : []

/** Ten hours in these proportions; what is left over goes to the first. */
function tenHours(wanted: readonly [id: number, weight: number][]): Record<string, number> {
  const sum = wanted.reduce((all, [, weight]) => all + weight, 0)
  const hours = wanted.map(([id, weight]): [string, number] => [String(id), Math.floor((10 * weight) / sum)])
  const left = 10 - hours.reduce((all, [, hour]) => all + hour, 0)
  return Object.fromEntries(hours.map(([id, hour], at) => [id, at === 0 ? hour + left : hour]))
}

/** What worked by itself, though more often. */
function addByItself(schedule: Schedule, config: Config): void {
  const { times } = schedule
  for (let ago = 7 * WEEKS - 1; ago >= 0; ago--) {
    const morning = times.daysAgo(ago, '06:00')
    if (isMonday(morning)) schedule.add(morning, (stage) => makeWeeks(stage.db, config))
  }
  for (let ago = REMINDED; ago >= 0; ago--) schedule.add(times.daysAgo(ago, '19:05'), (stage) => remindOfOccasions(stage.db, config))
  schedule.add(times.recently(5), (stage) => forgetSignUps(stage.db))
}
