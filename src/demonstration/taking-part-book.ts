/**
 * What has been made so far while taking part is played, by the keys of its script; days on which something takes place; and who says the same.
 */
import { and, desc, eq } from 'drizzle-orm'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { Window } from '../places/presence-window.ts'
import { dayAfter, weekdayOf } from '../places/hours.ts'
import { priorities } from '../priorities/schema.ts'
import { dayKey } from '../text/dates.ts'
import { dayOf, isChristmas, momentOf } from './meeting-play.ts'
import { COUNTY_RESIDENTS, HEATH_RESIDENTS } from './residents.ts'
import type { Stage } from './stage.ts'
import type { PlannedDates } from './taking-part-events.ts'

/** A post and what stands beside it. */
export interface MadeThing {
  id: number
  postId: number
  conversationId: number
  /** Of its post. */
  path: string
}

export class Book {
  /** Suggestions, by key: ids of comments. */
  readonly suggestions = new Map<string, number>()
  readonly priorities = new Map<string, MadeThing>()
  /** By the keys of priority and action. */
  readonly actions = new Map<string, number>()
  /** Events and tasks. */
  readonly posts = new Map<string, MadeThing>()

  of<Thing>(shelf: ReadonlyMap<string, Thing>, key: string): Thing {
    const found = shelf.get(key)
    if (found === undefined) throw new Error(`nothing was made of “${key}” yet`)
    return found
  }
}

/** Everybody who has been here for long and is on good terms with the moderators, those of the heath first. */
const HEATH_PEOPLE = HEATH_RESIDENTS.map(({ key }) => key).filter((key) => key !== 'colin')
const COUNTY_PEOPLE = COUNTY_RESIDENTS.map(({ key }) => key).filter((key) => key !== 'ted')

/** So many others, another selection for another `from`; who live near first. */
export function crowd(count: number, { team, but, from }: { team: string; but: string; from: number }): string[] {
  const turned = (people: readonly string[]) => people.map((_, at) => people[(at + from) % people.length] ?? '')
  const [near, far] = team === 'Bracebridge Heath' ? [HEATH_PEOPLE, COUNTY_PEOPLE] : [COUNTY_PEOPLE, HEATH_PEOPLE]
  return [...turned(near), ...turned(far)].filter((who) => who !== but).slice(0, count)
}

/** All of them, in a fixed order. */
export const residentsInOrder: readonly string[] = [...HEATH_PEOPLE, ...COUNTY_PEOPLE]

const TUESDAY = 2
const WEEK = 7

/** The windows of an event or task, in order. Nothing takes place at Christmas: it moves away from today by a week. */
export function windowsOf(dates: PlannedDates, today: Date): Window[] {
  const days = 'monthly' in dates ? monthlyFrom(dayAfter(dayKey(today), -93), dates.monthly) : dates.days.map((day) => clearDay(today, day, dates.on))
  return days.map((day) => ({ startsAt: momentOf(day, dates.from), endsAt: momentOf(day, dates.until) }))
}

function clearDay(today: Date, days: number, on: number | undefined): string {
  const day = dayOf(today, days, on)
  return isChristmas(day) ? clearDay(today, days + (days < 0 ? -WEEK : WEEK), on) : day
}

/** Second Tuesdays, from a day on. */
function monthlyFrom(from: string, times: number): string[] {
  const [year = 0, month = 1] = from.split('-').map(Number)
  const all = Array.from({ length: times + 1 }, (_, nth) => secondTuesday(new Date(Date.UTC(year, month - 1 + nth, 1, 12))))
  return all.filter((day) => day > from).slice(0, times)
}

function secondTuesday(first: Date): string {
  const day = first.toISOString().slice(0, 10)
  const weekday = weekdayOf(day) + 1
  return dayAfter(day, ((TUESDAY - weekday + WEEK) % WEEK) + WEEK)
}

/** The moved date of an event: so many days later, at the same time on UK clocks. */
export const movedBy = ({ startsAt }: Window, days: number, from: string, until: string): Window => {
  const day = dayAfter(dayKey(startsAt), days)
  return { startsAt: momentOf(day, from), endsAt: momentOf(day, until) }
}

/** The newest published comment with these words. */
export async function commentSaying(db: Db, words: string): Promise<number> {
  const [comment] = await db
    .select({ id: comments.id })
    .from(comments)
    .where(and(eq(comments.body, words), eq(comments.state, 'published')))
    .orderBy(desc(comments.id))
    .limit(1)
  if (!comment) throw new Error(`nobody said “${words}”`)
  return comment.id
}

/** Where the public post of that title stands. */
export async function pathTitled(db: Db, title: string): Promise<string> {
  const [found] = await db
    .select({ path: conversations.path })
    .from(conversations)
    .where(and(eq(conversations.title, title), eq(conversations.audience, 'public')))
  if (!found) throw new Error(`nothing is called “${title}”`)
  return found.path
}

/** The priority that a post has set. */
export async function priorityOfPost(stage: Stage, postId: number): Promise<MadeThing> {
  const [found] = await stage.db.select({ id: priorities.id, teamId: priorities.teamId }).from(priorities).where(eq(priorities.postId, postId))
  if (!found) throw new Error(`post ${postId} has set no priority`)
  return { id: found.id, ...(await thingOfPost(stage, postId)) }
}

export async function thingOfPost(stage: Stage, postId: number): Promise<Omit<MadeThing, 'id'>> {
  const conversationId = await stage.conversationOf(postId)
  const [found] = await stage.db.select({ path: conversations.path }).from(conversations).where(eq(conversations.id, conversationId))
  if (!found) throw new Error(`post ${postId} has no conversation`)
  return { postId, conversationId, path: found.path }
}
