/**
 * Plays what people are asked to help with: published by the team or proposed by a partner, signed up for, done with thanks and an outcome.
 */
import { and, desc, eq } from 'drizzle-orm'
import { now } from '../clock.ts'
import { publishPost } from '../posts/post.ts'
import { dayKey } from '../text/dates.ts'
import { closeTask } from '../tasks/keeping.ts'
import { answerTask, sendTask } from '../tasks/publishing.ts'
import { tasks } from '../tasks/schema.ts'
import { readTask } from '../tasks/task-form.ts'
import type { MadePost, Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { thingOfPost, windowsOf, type Book } from './taking-part-book.ts'
import { comeTo, datesAhead } from './taking-part-event-play.ts'
import { PLANNED_TASKS, type PlannedTask } from './taking-part-tasks.ts'

export function addTasks(schedule: Schedule, book: Book): void {
  for (const task of PLANNED_TASKS) addTask(schedule, book, task)
}

function addTask(schedule: Schedule, book: Book, planned: PlannedTask): void {
  const { times } = schedule
  const { agreed, comers = [], closed } = planned
  const at = times.daysAgo(...planned.when)
  const talk: MadePost = { id: 0, conversationId: 0 }
  const sent = { id: 0 }
  const shelve = async (stage: Stage): Promise<void> => {
    talk.conversationId = await keep(stage, book, planned, sent.id)
  }
  schedule.add(at, async (stage) => {
    sent.id = await send(stage, planned, times.today)
    if (!planned.partner) await shelve(stage)
  })
  const published = agreed ? times.daysAgo(...agreed.when) : at
  if (agreed)
    schedule.add(published, async (stage) => {
      await answerTask(stage.db, stage.person(agreed.by), sent.id, { answer: 'agreed', note: agreed.note })
      await shelve(stage)
    })
  if (comers.length > 0)
    schedule.add(times.later(published, 400), async (stage) => {
      const [next] = await datesAhead(stage, book.of(book.posts, planned.key).postId)
      if (next) await comeTo(stage, planned.by, next.id, comers)
    })
  for (const said of planned.talk ?? []) schedule.addComment(said, published, talk)
  if (closed) addClosing(schedule, book, planned, sent, closed)
}

/** As the form is typed; answers its id. */
async function send(stage: Stage, planned: PlannedTask, today: Date): Promise<number> {
  const { by, team, partner = '', sort, title, text, safeguarding, age = '', venue, dates, capacity } = planned
  const [window] = windowsOf(dates, today)
  if (!window) throw new Error(`there is no date for “${title}”`)
  const time = { date: dayKey(window.startsAt), from: dates.from, until: dates.until }
  const form = { title, body: text, sort, safeguarding, age, partner, venue, ...time, capacity: capacity ? String(capacity) : '', 'sign-up': 'yes' }
  const content = readTask(form, partner !== '', now())
  const actor = stage.person(by)
  const { waits } = await sendTask(stage.db, actor, stage.team(team).id, content, stage.key())
  if (waits !== (partner !== '')) throw new Error(`“${title}” was published, against the script`)
  const own = and(eq(tasks.proposedBy, actor.accountId), eq(tasks.teamId, stage.team(team).id))
  const [made] = await stage.db.select({ id: tasks.id }).from(tasks).where(own).orderBy(desc(tasks.id)).limit(1)
  return made?.id ?? 0
}

/** What stands under its key from now on; answers its conversation. */
async function keep(stage: Stage, book: Book, { key }: PlannedTask, id: number): Promise<number> {
  const [task] = await stage.db.select({ postId: tasks.postId }).from(tasks).where(eq(tasks.id, id))
  const made = { id, ...(await thingOfPost(stage, task?.postId ?? 0)) }
  book.posts.set(key, made)
  return made.conversationId
}

function addClosing(
  schedule: Schedule,
  book: Book,
  { key, team }: PlannedTask,
  sent: { id: number },
  closed: NonNullable<PlannedTask['closed']>,
): void {
  const { by, when, thanks, outcome } = closed
  schedule.add(schedule.times.daysAgo(...when), (stage) => closeTask(stage.db, stage.person(by), sent.id, thanks))
  if (!outcome) return
  schedule.add(schedule.times.daysAgo(...outcome.when), async (stage) => {
    const form = { 'you-said': outcome.said, 'we-did': outcome.did, 'came-from': book.of(book.posts, key).path }
    const input = { kind: 'outcome' as const, title: outcome.title, body: '', tags: ['you-said'], form, clientKey: stage.key() }
    await publishPost(stage.db, stage.person(outcome.by), stage.team(team), input)
  })
}
