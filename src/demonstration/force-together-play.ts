/**
 * Plays how colleagues help each other: requests and their best answers, practice that others use, issues that several teams work on, hands that are lent, and a note that
 * becomes the answer to a resident.
 */
import { postComment } from '../conversations/comment.ts'
import { noteWords, sideConversation } from '../conversations/side.ts'
import { answerQuestion, publishQuestion } from '../questions/answer.ts'
import { askQuestion } from '../questions/question.ts'
import { markBest, askForHelp } from '../together/help-request.ts'
import { closeIssue, joinIssue, raiseIssue } from '../together/issue.ts'
import { linkIssue } from '../together/issue-link.ts'
import { offerHelp } from '../together/offer.ts'
import { sharePractice, usePractice } from '../together/practice.ts'
import { addInside, commentIn, wordsOf, type ForceBook } from './force-book.ts'
import type { PlannedHelp, PlannedIssue, PlannedPractice } from './force-script.ts'
import { ANSWERED_FROM_NOTE, PLANNED_HELP, PLANNED_ISSUES, PLANNED_OFFERS, PLANNED_PRACTICES } from './force-together.ts'
import type { Schedule } from './schedule.ts'
import { unwrap } from './script.ts'
import type { Stage } from './stage.ts'
import { pathTitled } from './taking-part-book.ts'
import { AT_WORK } from './timetable.ts'

export function addTogether(schedule: Schedule, book: ForceBook): void {
  for (const help of PLANNED_HELP) addHelp(schedule, book, help)
  for (const practice of PLANNED_PRACTICES) addPractice(schedule, book, practice)
  for (const issue of PLANNED_ISSUES) addIssue(schedule, book, issue)
  for (const { by, team, when } of PLANNED_OFFERS)
    schedule.add(schedule.times.daysAgo(...when), (stage) => offerHelp(stage.db, stage.person(by), stage.team(team).id, stage.key()))
  addAnswerFromNote(schedule)
}

function addHelp(schedule: Schedule, book: ForceBook, planned: PlannedHelp): void {
  const { times } = schedule
  const { by, when, best, key } = planned
  const last = addInside(schedule, book, times.daysAgo(...when), planned, (stage) =>
    askForHelp(stage.db, stage.person(by), wordsOf(stage, book, planned)),
  )
  if (best === undefined) return
  schedule.add(times.later(last, 120, AT_WORK), async (stage) => {
    const { id, conversationId } = book.post(key)
    await markBest(stage.db, stage.person(by), id, await commentIn(stage, conversationId, best))
  })
}

function addPractice(schedule: Schedule, book: ForceBook, planned: PlannedPractice): void {
  const { times } = schedule
  const { by, when, key, usedBy, ...rest } = planned
  addInside(schedule, book, times.daysAgo(...when), planned, (stage) => {
    const { title, tags, clientKey, circleId } = wordsOf(stage, book, { ...rest, text: '' })
    const [problem, done, result] = [unwrap(rest.problem), unwrap(rest.done), unwrap(rest.result)]
    return sharePractice(stage.db, stage.person(by), { title, tags, clientKey, circleId, problem, done, result })
  })
  for (const use of usedBy)
    schedule.add(times.daysAgo(...use.when), (stage) => {
      const actor = stage.person(use.by)
      return usePractice(stage.db, actor, book.post(key).id, { teamId: teamOf(actor), note: use.note })
    })
}

const teamOf = ({ duties }: ReturnType<Stage['person']>): number => duties[0]?.teamId ?? 0

function addIssue(schedule: Schedule, book: ForceBook, planned: PlannedIssue): void {
  const { times } = schedule
  const { by, when, key, about, joinedBy, links, closed } = planned
  addInside(schedule, book, times.daysAgo(...when), planned, async (stage) => {
    const aboutId = about === undefined ? null : await stage.conversationTitled(about)
    return raiseIssue(stage.db, stage.person(by), { ...wordsOf(stage, book, planned), aboutId })
  })
  for (const one of joinedBy)
    schedule.add(times.daysAgo(...one.when), (stage) => {
      const actor = stage.person(one.by)
      return joinIssue(stage.db, actor, book.post(key).id, { teamId: teamOf(actor), note: one.note })
    })
  for (const link of links)
    schedule.add(times.daysAgo(...link.when), async (stage) =>
      linkIssue(stage.db, stage.person(link.by), book.post(key).id, { address: await pathTitled(stage.db, link.title), note: link.note }),
    )
  if (closed) schedule.add(times.daysAgo(...closed.when), (stage) => closeIssue(stage.db, stage.person(closed.by), book.post(key).id, closed.outcome))
}

function addAnswerFromNote(schedule: Schedule): void {
  const { times } = schedule
  const { team, by, when, title, body, published, notes, answeredBy } = ANSWERED_FROM_NOTE
  const made = { id: 0, conversationId: 0, noteId: 0 }
  schedule.add(times.daysAgo(...when), async (stage) => {
    const input = { title, body, visibility: 'public' as const, named: true, clientKey: stage.key() }
    made.id = (await askQuestion(stage.db, stage.person(by), stage.team(team), input)).id
  })
  schedule.add(times.daysAgo(...published.when), async (stage) => {
    const input = { title, body, tags: published.tags.split(', ').map((tag) => tag.replaceAll(' ', '-')), answer: null, clientKey: stage.key() }
    await publishQuestion(stage.db, stage.person(published.by), made.id, input)
    made.conversationId = await stage.conversationTitled(title)
  })
  let before = times.daysAgo(...published.when)
  for (const note of notes) {
    before = times.later(before, 60, AT_WORK)
    schedule.add(before, async (stage) => {
      const side = await sideConversation(stage.db, stage.person(note.by), made.conversationId)
      const { id } = await postComment(stage.db, stage.person(note.by), side.id, { body: note.text, parentId: null, clientKey: stage.key() })
      if ('becomesAnswer' in note) made.noteId = id
    })
  }
  schedule.add(times.later(new Date(Math.max(before.getTime(), times.daysAgo(...answeredBy.when).getTime())), 20, AT_WORK), async (stage) => {
    const actor = stage.person(answeredBy.who)
    const words = await noteWords(stage.db, actor, [made.conversationId], made.noteId)
    await answerQuestion(stage.db, actor, made.id, { body: words, clientKey: stage.key() })
  })
}
