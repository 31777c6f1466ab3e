/**
 * Plays meetings with residents: planned, signed up for, moved, called off, held, written down; and live hours of questions.
 */
import { desc, eq, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import { reactToComment } from '../conversations/reaction.ts'
import { callOffDate, moveDate } from '../events/dates.ts'
import { writeNote } from '../events/note.ts'
import { planEvent } from '../events/planning.ts'
import { events } from '../events/schema.ts'
import { answerTaken, passTaken, takeNext } from '../events/turn.ts'
import { occasionsOfPost, type OccasionItem, type OccasionPlan } from '../occasions/occasion.ts'
import { askToCome } from '../occasions/request.ts'
import { confirmSignUp, enterSignUp, joinOccasion } from '../occasions/sign-up.ts'
import { mails } from '../mail/schema.ts'
import type { Window } from '../places/presence-window.ts'
import { placeNamed } from './meeting-play.ts'
import type { Made, MadePost, Schedule } from './schedule.ts'
import { unwrap } from './script.ts'
import type { Stage } from './stage.ts'
import { crowd, movedBy, thingOfPost, windowsOf, type Book, type MadeThing } from './taking-part-book.ts'
import { PLANNED_EVENTS, type PlannedComer, type PlannedEvent, type PlannedNote, type PlannedQuestionOfHour } from './taking-part-events.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export function addEvents(schedule: Schedule, book: Book): void {
  for (const event of PLANNED_EVENTS) addEvent(schedule, book, event)
}

function addEvent(schedule: Schedule, book: Book, planned: PlannedEvent): void {
  const { times } = schedule
  const { key, comers = [], moved, calledOff, questions = [] } = planned
  const at = times.daysAgo(...planned.when)
  const windows = windowsOf(planned.dates, times.today).filter(({ startsAt }) => startsAt > at)
  const talk: MadePost = { id: 0, conversationId: 0 }
  schedule.add(at, async (stage) => {
    const made = await plan(stage, book, planned, windows)
    book.posts.set(key, made)
    talk.conversationId = made.conversationId
  })
  const begins = planned.talkFrom ? times.daysAgo(...planned.talkFrom) : talkBegins(schedule, at, windows)
  for (const said of planned.talk ?? []) schedule.addComment(said, begins, talk)
  const asked = times.later(at, 500)
  if (comers.length > 0) schedule.add(joining(schedule, asked, windows), (stage) => signUp(stage, planned, book, comers))
  addNotes(schedule, book, planned, windows)
  if (moved) schedule.add(times.daysAgo(...moved.when), (stage) => move(stage, book, planned, moved))
  if (calledOff) schedule.add(times.daysAgo(...calledOff.when), (stage) => callOff(stage, book, planned, calledOff))
  if (questions.length > 0) addHour(schedule, book, planned, { at, window: windows[0] })
}

/** Under what is over people say how it was. */
function talkBegins({ times }: Schedule, at: Date, windows: readonly Window[]): Date {
  const last = windows.at(-1)
  return last && last.endsAt < times.end ? times.later(last.endsAt, 60) : at
}

/** In the days before the next date, and not months ahead of it. */
function joining({ times }: Schedule, asked: Date, windows: readonly Window[]): Date {
  const next = windows.find(({ startsAt }) => startsAt > times.today) ?? windows.at(-1)
  if (!next) throw new Error('nothing to come to')
  const close = new Date(Math.min(next.startsAt.getTime() - 30 * HOUR, times.today.getTime() - 60 * HOUR))
  return close > asked ? times.later(close, 20) : asked
}

async function plan(stage: Stage, book: Book, planned: PlannedEvent, windows: readonly Window[]): Promise<MadeThing> {
  const { team, by, format, title, text, tags, url = null, dates, about = [] } = planned
  const { id } = await planEvent(stage.db, stage.person(by), {
    teamId: stage.team(team).id,
    format,
    title,
    body: unwrap(text),
    tags: tags.map((tag) => tag.replaceAll(' ', '-')),
    onlineUrl: url,
    priorityIds: about.map((key) => book.of(book.priorities, key).id),
    dates: await plansOf(stage, planned, windows),
    repeats: 'monthly' in dates ? { every: 'month', times: windows.length } : null,
    clientKey: stage.key(),
  })
  const [event] = await stage.db.select({ postId: events.postId }).from(events).where(eq(events.id, id))
  return { id, ...(await thingOfPost(stage, event?.postId ?? 0)) }
}

type Venue = Pick<PlannedEvent, 'place' | 'venue' | 'capacity' | 'signUps'>

async function plansOf(stage: Stage, { place, venue, capacity, signUps = false }: Venue, windows: readonly Window[]): Promise<OccasionPlan[]> {
  const placeId = place === undefined ? null : (await placeNamed(stage, place)).id
  return windows.map((window) => ({ ...window, placeId, venue: venue ?? null, capacity: capacity ?? null, signUps }))
}

/** The dates of an event or task that lie ahead and stand, at the moment of the act. */
export async function datesAhead(stage: Stage, postId: number): Promise<OccasionItem[]> {
  const all = await occasionsOfPost(stage.db, postId)
  return all.filter(({ startsAt, cancelledAt }) => startsAt > now() && cancelledAt === null)
}

async function signUp(stage: Stage, { key, by }: PlannedEvent, book: Book, comers: readonly PlannedComer[]): Promise<void> {
  const [next] = await datesAhead(stage, book.of(book.posts, key).postId)
  if (!next) throw new Error(`nobody can come to “${key}” any more`)
  await comeTo(stage, by, next.id, comers)
}

/** Residents with their account, mailboxes by the link sent to them, and whoever rang by the hand of the organiser; in this order. */
export async function comeTo(stage: Stage, organiser: string, occasionId: number, comers: readonly PlannedComer[]): Promise<void> {
  for (const { who, people = 1, needs = null, name = null } of comers) {
    const wish = { people, needs, name }
    if (who.includes('@')) await comeByMail(stage, occasionId, who, wish)
    else if (stage.cast.has(who)) {
      const actor = stage.person(who)
      await joinOccasion(stage.db, actor, occasionId, { ...wish, name: actor.displayName })
    } else await enterSignUp(stage.db, stage.person(organiser), occasionId, { ...wish, name: who, clientKey: stage.key() })
  }
}

/** Presses the button behind the link of the mail. */
async function comeByMail(
  stage: Stage,
  occasionId: number,
  email: string,
  wish: { people: number; needs: string | null; name: string | null },
): Promise<void> {
  await askToCome(stage.db, occasionId, email, wish)
  const sent = await stage.db.select({ text: mails.text }).from(mails).where(eq(mails.to, email)).orderBy(desc(mails.id)).limit(1)
  const [, token] = /\/sign-ups\/([\w-]+)/.exec(sent[0]?.text ?? '') ?? []
  if (token === undefined) throw new Error(`${email} has no link`)
  await confirmSignUp(stage.db, token)
}

/** On the morning after each date that is over; the newest words belong to the last one. */
function addNotes(schedule: Schedule, book: Book, { key, notes = [] }: PlannedEvent, windows: readonly Window[]): void {
  const { times } = schedule
  const written = (endsAt: Date): Date => new Date(endsAt.getTime() + 14 * HOUR)
  const held = windows.filter(({ endsAt }) => written(endsAt) < times.end).toReversed()
  for (const [index, window] of held.entries()) {
    const note = notes[index]
    if (note) schedule.add(written(window.endsAt), (stage) => writeDown(stage, book.of(book.posts, key), window, note))
  }
}

async function writeDown(stage: Stage, { id, postId }: MadeThing, window: Window, { by, said, decided, came }: PlannedNote): Promise<void> {
  const dates = await occasionsOfPost(stage.db, postId)
  const date = dates.find(({ startsAt }) => startsAt.getTime() === window.startsAt.getTime())
  if (!date) throw new Error('a date that was held is not there')
  await writeNote(stage.db, stage.person(by), id, date.id, { said, decided, cameCount: came, version: 0 })
}

/** The one after the next, for which nobody has signed up yet. */
async function move(
  stage: Stage,
  book: Book,
  planned: PlannedEvent,
  { by, later, place, because }: NonNullable<PlannedEvent['moved']>,
): Promise<void> {
  const { id, postId } = book.of(book.posts, planned.key)
  const [, date] = await datesAhead(stage, postId)
  if (!date) throw new Error('there is no date after the next')
  const window = movedBy(date, later, planned.dates.from, planned.dates.until)
  const [to] = await plansOf(stage, { ...planned, place }, [window])
  if (to) await moveDate(stage.db, stage.person(by), id, date.id, { plan: to, because, rest: false })
}

async function callOff(stage: Stage, book: Book, { key }: PlannedEvent, { by, because }: NonNullable<PlannedEvent['calledOff']>): Promise<void> {
  const { id, postId } = book.of(book.posts, key)
  const [date] = await datesAhead(stage, postId)
  if (date) await callOffDate(stage.db, stage.person(by), id, date.id, { because, rest: false })
}

interface HourTimes {
  at: Date
  window: Window | undefined
}

/** Questions are gathered in the days before; in the hour three officers answer from the top. */
function addHour(schedule: Schedule, book: Book, planned: PlannedEvent, { at, window }: HourTimes): void {
  const { times } = schedule
  const { key, team, questions = [] } = planned
  const made = questions.map((): Made => ({ id: 0 }))
  let before = at
  for (const [index, { by, text, support }] of questions.entries()) {
    before = times.later(before, 240)
    schedule.add(before, async (stage) => {
      const question = made[index]
      if (question) question.id = await stage.comment(by, book.of(book.posts, key).conversationId, null, text, false)
    })
    schedule.add(times.later(before, 60), async (stage) => {
      for (const who of crowd(support, { team, but: by, from: index * 4 + 2 }))
        await reactToComment(stage.db, stage.person(who), made[index]?.id ?? 0, { reaction: 'same-here', on: true })
    })
  }
  if (!window || window.endsAt > times.end) return
  for (const index of questions.keys())
    schedule.add(new Date(window.startsAt.getTime() + (2 + index * 7) * MINUTE), (stage) =>
      settleNext(stage, book.of(book.posts, key).id, questions, made),
    )
}

/** Whichever has the most support: the script says what becomes of it. */
async function settleNext(stage: Stage, eventId: number, questions: readonly PlannedQuestionOfHour[], made: readonly Made[]): Promise<void> {
  const next = await nextPlanned(stage, questions, made)
  const by = next.answer?.by ?? next.pass?.by
  if (by === undefined) throw new Error(`the script says nothing about “${next.text}”`)
  const taken = await takeNext(stage.db, stage.person(by), eventId)
  const planned = questions[made.findIndex(({ id }) => id === taken?.commentId)]
  if (!taken || planned !== next) throw new Error(`another question came first than “${next.text}”`)
  if (next.answer) await answerTaken(stage.db, stage.person(by), eventId, taken.commentId, { body: next.answer.text, clientKey: stage.key() })
  if (next.pass) await passTaken(stage.db, stage.person(by), eventId, taken.commentId, next.pass.because)
}

async function nextPlanned(stage: Stage, questions: readonly PlannedQuestionOfHour[], made: readonly Made[]): Promise<PlannedQuestionOfHour> {
  const { rows } = await stage.db.execute<{ id: string }>(
    sql`select comment_id as id from raised_comments where comment_id = any(${sql.param(made.map(({ id }) => id))}::bigint[]) and settled_at is null
      order by support_count desc, comment_id desc limit 1`,
  )
  const found = questions[made.findIndex(({ id }) => id === Number(rows[0]?.id))]
  if (!found) throw new Error('no question waits in the hour')
  return found
}
