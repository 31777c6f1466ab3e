/**
 * Plays live sessions and focus groups: planned, asked into beforehand, held, and written down.
 */
import { reactToComment } from '../conversations/reaction.ts'
import { convene } from '../leadership/group.ts'
import { answerInvitation, inviteColleagues } from '../leadership/invitation.ts'
import { publishNotes } from '../leadership/outcome.ts'
import { planSession } from '../leadership/session.ts'
import { answerTaken, passTaken, takeNext } from '../leadership/turn.ts'
import { addInside, before, windowOf, wordsOf, type ForceBook } from './force-book.ts'
import { PLANNED_GROUPS, PLANNED_SESSIONS } from './force-gatherings.ts'
import type { PlannedGroup, PlannedSession } from './force-script.ts'
import type { Made, Schedule } from './schedule.ts'
import { unwrap } from './script.ts'
import type { Stage } from './stage.ts'
import { AT_WORK } from './timetable.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export function addGatherings(schedule: Schedule, book: ForceBook): void {
  for (const session of PLANNED_SESSIONS) addSession(schedule, book, session)
  for (const group of PLANNED_GROUPS) addGroup(schedule, book, group)
}

function addSession(schedule: Schedule, book: ForceBook, planned: PlannedSession): void {
  const { times } = schedule
  const { by, key, questions } = planned
  const window = windowOf(planned.time, times.today)
  const at = before(times.daysAgo(...planned.when), window)
  addInside(schedule, book, at, planned, (stage) => {
    const { circleId: _, ...words } = wordsOf(stage, book, planned)
    return planSession(stage.db, stage.person(by), { ...words, ...window, hostId: stage.person(by).accountId })
  })
  const made = questions.map((): Made => ({ id: 0 }))
  let asked = at
  for (const [nth, { by: who, text, same }] of questions.entries()) {
    asked = times.later(asked, 90, AT_WORK)
    schedule.add(asked, async (stage) => {
      const id = await stage.comment(who, book.post(key).conversationId, null, text, false)
      Object.assign(made[nth] ?? {}, { id })
    })
    schedule.add(times.later(asked, 40), async (stage) => {
      for (const one of same) await reactToComment(stage.db, stage.person(one), made[nth]?.id ?? 0, { reaction: 'same-here', on: true })
    })
  }
  if (window.endsAt > times.end) return
  for (const nth of questions.keys())
    schedule.add(new Date(window.startsAt.getTime() + (2 + nth * 9) * MINUTE), (stage) => settle(stage, book, planned, made))
}

/** Whichever has the most support: the script says what becomes of it. */
async function settle(stage: Stage, book: ForceBook, { by, key, questions }: PlannedSession, made: readonly Made[]): Promise<void> {
  const host = stage.person(by)
  const { id: postId } = book.post(key)
  const taken = await takeNext(stage.db, host, postId)
  const question = questions[made.findIndex(({ id }) => id === taken?.commentId)]
  if (!taken || !question) throw new Error('no question waits in the session')
  if (question.answer !== undefined) await answerTaken(stage.db, host, postId, taken.commentId, { body: question.answer, clientKey: stage.key() })
  if (question.passed !== undefined) await passTaken(stage.db, host, postId, taken.commentId, question.passed)
}

function addGroup(schedule: Schedule, book: ForceBook, planned: PlannedGroup): void {
  const { times } = schedule
  const { by, key, venue, places, invited, notes } = planned
  const window = windowOf(planned.time, times.today)
  const at = before(times.daysAgo(...planned.when), window)
  addInside(schedule, book, at, planned, (stage) =>
    convene(stage.db, stage.person(by), { ...wordsOf(stage, book, planned), ...window, venue, places }),
  )
  const sent = times.later(at, 30, AT_WORK)
  schedule.add(sent, (stage) =>
    inviteColleagues(
      stage.db,
      stage.person(by),
      book.post(key).id,
      invited.map(({ who }) => stage.person(who).accountId),
    ),
  )
  schedule.add(times.later(sent, 240, AT_WORK), async (stage) => {
    for (const { who, answer } of invited) if (answer) await answerInvitation(stage.db, stage.person(who), book.post(key).id, answer)
  })
  if (notes === undefined) return
  schedule.add(times.later(new Date(window.endsAt.getTime() + 18 * HOUR), 60, AT_WORK), (stage) =>
    publishNotes(stage.db, stage.person(by), book.post(key).id, unwrap(notes)),
  )
}
