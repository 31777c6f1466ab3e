/**
 * Plays what the desk shows: drafts with their photos and approvals, questions with their clocks.
 */
import { setAbsence } from '../accounts/absence.ts'
import { now } from '../clock.ts'
import { postComment } from '../conversations/comment.ts'
import { reactToSubject } from '../conversations/reaction.ts'
import { addSavedReply } from '../conversations/saved-reply.ts'
import { sideConversation } from '../conversations/side.ts'
import type { Storage } from '../media/storage.ts'
import { addAttachment } from '../posts/attachment.ts'
import { coverPhoto } from '../posts/cover.ts'
import { draftById, saveDraft } from '../posts/draft.ts'
import { approveDraft, archiveExpired, discardDraft, publishDraft, returnDraft, scheduleDraft, submitDraft } from '../posts/lifecycle.ts'
import { addPhoto, removePhotosOfPost } from '../posts/photo.ts'
import { pinPost, repostPost } from '../posts/sharing.ts'
import { acknowledgeQuestion, answerQuestion, askReview, keepPrivate, publishQuestion, reopenQuestion, reviewQuestion } from '../questions/answer.ts'
import { assignQuestion, handBackQuestion, takeQuestion } from '../questions/assignment.ts'
import { askQuestion, questionById, withdrawQuestion } from '../questions/question.ts'
import { missClocks } from '../questions/queue.ts'
import { rateQuestion } from '../questions/rating.ts'
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'
import { PLANNED_DRAFTS, type PlannedDraft } from './desk-script.ts'
import { leaflet } from './leaflet.ts'
import { draw } from './pictures.ts'
import { ABSENCES, PLANNED_QUESTIONS, SAVED_REPLIES, type PlannedQuestion, type PlannedStep } from './question-script.ts'
import type { Made, Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export function addDesk(schedule: Schedule, storage: Storage): void {
  for (const draft of PLANNED_DRAFTS) addDraft(schedule, storage, draft)
  for (const question of PLANNED_QUESTIONS) addQuestion(schedule, question)
  schedule.add(schedule.times.daysAgo(90, '10:00'), saveReplies)
  // What worked by itself all the time: posts past their date, clocks that ran out.
  schedule.add(schedule.times.recently(4), async ({ db }) => archiveExpired(db))
  schedule.add(schedule.times.recently(3), goAway)
}

async function saveReplies(stage: Stage): Promise<void> {
  for (const { team, by, title, body } of SAVED_REPLIES)
    await addSavedReply(stage.db, stage.person(by), stage.team(team).id, { title, body, clientKey: stage.key() })
}

async function goAway(stage: Stage): Promise<void> {
  for (const { who, days, cover } of ABSENCES) {
    const { accountId } = stage.person(who)
    const coverId = cover === null ? null : stage.person(cover).accountId
    await setAbsence(stage.db, stage.person(who), { accountId, startsAt: now(), endsAt: new Date(now().getTime() + days * DAY), coverId })
  }
}

function addDraft(schedule: Schedule, storage: Storage, planned: PlannedDraft): void {
  const { times } = schedule
  const written = times.daysAgo(planned.ago, planned.at)
  const day = (days: number): string => dayKey(new Date(times.today.getTime() + days * DAY))
  const made: Written & { postId: number } = { id: 0, postId: 0, covered: [] }
  schedule.add(written, async (stage) => {
    Object.assign(made, await write(stage, storage, planned, day))
    made.postId = await finishAlone(stage, planned, made.id, day)
  })
  schedule.add(times.later(written, 40), async (stage) => {
    made.postId ||= await finishTogether(stage, planned, made.id)
    if (made.postId) await share(stage, planned, made.postId)
    for (const photoId of made.covered) await coverPhoto(stage.db, stage.person(planned.by), photoId, true)
  })
  if (planned.traced) {
    const { by, because } = planned.traced
    schedule.add(times.later(written, 1500), (stage) => removePhotosOfPost(stage.db, stage.person(by), made.postId, because))
  }
  addTalk(schedule, planned, written, made)
}

interface Written extends Made {
  /** Photos that readers have to ask for. */
  covered: number[]
}

async function write(stage: Stage, storage: Storage, planned: PlannedDraft, day: (days: number) => string): Promise<Written> {
  const author = stage.person(planned.by)
  const { id } = await saveDraft(stage.db, author, stage.team(planned.team), {
    kind: planned.kind,
    key: stage.key(),
    form: planned.form(day),
    version: null,
    teamIds: (planned.alsoFor ?? []).map((name) => stage.team(name).id),
    wholeForce: planned.wholeForce ?? false,
  })
  const covered: number[] = []
  for (const { picture, alt, lookedAt = false, covered: isCovered = false } of planned.photos ?? []) {
    const photo = await addPhoto(stage.db, storage, author, id, { key: stage.key(), alt, lookedAt, bytes: draw(picture) })
    if (isCovered) covered.push(photo.id)
  }
  if (planned.leaflet)
    await addAttachment(stage.db, storage, author, id, { key: stage.key(), title: planned.leaflet.title, bytes: leaflet(planned.leaflet.lines) })
  return { id, covered }
}

/** What the author does with it. Answers the post's id, or 0. */
async function finishAlone(stage: Stage, { by, end }: PlannedDraft, id: number, day: (days: number) => string): Promise<number> {
  const author = stage.person(by)
  const { version } = await draftById(stage.db, author, id)
  if (end.state === 'draft') return 0
  if (end.state === 'discarded') await discardDraft(stage.db, author, id)
  else if (end.state === 'published') return (await publishDraft(stage.db, author, id, version)).id
  else if (end.state === 'scheduled') {
    const [hour = 8, minute = 0] = end.time.split(':').map(Number)
    const publishAt = ukMoment(day(end.days), `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
    if (publishAt) await scheduleDraft(stage.db, author, id, { version, publishAt })
  } else await submitDraft(stage.db, author, id, version)
  return 0
}

/** What the second person does with it. */
async function finishTogether(stage: Stage, { end }: PlannedDraft, id: number): Promise<number> {
  if (end.state !== 'returned' && end.state !== 'approved' && end.state !== 'agreed') return 0
  const second = stage.person(end.by)
  const { version } = await draftById(stage.db, second, id)
  if (end.state === 'returned') {
    await returnDraft(stage.db, second, id, { version, note: end.note, suggestion: end.suggestion ?? null })
    return 0
  }
  const publish = end.state === 'agreed'
  await approveDraft(stage.db, second, id, { version, publish, lock: publish && (end.lock ?? false), publishAt: null })
  return publish ? stage.postOfDraft(id) : 0
}

async function share(stage: Stage, { pinned, repost, team, by }: PlannedDraft, postId: number): Promise<void> {
  if (pinned) await pinPost(stage.db, stage.person(by), postId, stage.team(team).id)
  if (repost) await repostPost(stage.db, stage.person(repost.by), postId, stage.team(repost.team), repost.line)
}

function addTalk(schedule: Schedule, planned: PlannedDraft, written: Date, made: { postId: number }): void {
  const post = { id: 0, conversationId: 0 }
  const begins = schedule.times.later(written, 160)
  schedule.add(new Date(begins.getTime() - 1), async (stage) => {
    if (made.postId && ((planned.talk ?? []).length > 0 || planned.note)) post.conversationId = await stage.conversationOf(made.postId)
  })
  for (const said of planned.talk ?? []) schedule.addComment(said, begins, post)
  const { note } = planned
  if (!note) return
  schedule.add(schedule.times.later(begins, 300), async (stage) => {
    const side = await sideConversation(stage.db, stage.person(note.by), post.conversationId)
    await postComment(stage.db, stage.person(note.by), side.id, { body: note.text, parentId: null, clientKey: stage.key() })
  })
}

function addQuestion(schedule: Schedule, planned: PlannedQuestion): void {
  const { times } = schedule
  const asked = times.recently(planned.hoursAgo * 60)
  const made: Made = { id: 0 }
  schedule.add(asked, async (stage) => {
    const { title, body, visibility, named = false } = planned
    const input = { title, body, visibility, named, clientKey: stage.key() }
    made.id = (await askQuestion(stage.db, stage.person(planned.by), stage.team(planned.team), input)).id
  })
  const runsOut = new Date(asked.getTime() + 72 * HOUR + MINUTE)
  if (runsOut < times.end) schedule.add(runsOut, async ({ db }) => missClocks(db))
  let before = asked
  for (const step of planned.then) {
    const wanted = times.later(new Date(asked.getTime() + step.after * HOUR), 0)
    const at = wanted > before ? wanted : times.later(before, 10)
    schedule.add(at, (stage) =>
      step.does === 'rate' ? rateQuestion(stage.db, stage.person(planned.by), made.id, step.rating) : takeStep(stage, made.id, step),
    )
    before = at
  }
}

async function takeStep(stage: Stage, id: number, step: Exclude<PlannedStep, { does: 'rate' }>): Promise<unknown> {
  const { db } = stage
  if (step.does === 'same-here') return sayTheSame(stage, id, step.by)
  const actor = stage.person(step.by)
  const words = { body: 'text' in step ? step.text : '', clientKey: stage.key() }
  if (step.does === 'publish') return publish(stage, id, step)
  if (step.does === 'assign') return assignQuestion(db, actor, id, stage.person(step.to).accountId)
  const acts = {
    answer: () => answerQuestion(db, actor, id, words),
    acknowledge: () => acknowledgeQuestion(db, actor, id, words),
    review: () => reviewQuestion(db, actor, id, words),
    'keep-private': () => keepPrivate(db, actor, id, words.body),
    'hand-back': () => handBackQuestion(db, actor, id, words.body),
    reopen: () => reopenQuestion(db, actor, id, words.body),
    'ask-review': () => askReview(db, actor, id, words.body),
    take: () => takeQuestion(db, actor, id),
    withdraw: () => withdrawQuestion(db, actor, id),
  }
  return acts[step.does]()
}

async function publish(stage: Stage, id: number, step: PlannedStep & { does: 'publish' }): Promise<void> {
  const actor = stage.person(step.by)
  const question = await questionById(stage.db, actor, id)
  const tags = (step.tags ?? '').split(/,\s*/).filter((tag) => tag !== '')
  const words = { title: question.title, body: question.text, tags: tags.map((tag) => tag.replaceAll(' ', '-')) }
  await publishQuestion(stage.db, actor, id, { ...words, answer: step.answer ?? null, clientKey: stage.key() })
}

async function sayTheSame(stage: Stage, id: number, people: readonly string[]): Promise<void> {
  const question = await questionById(stage.db, stage.person('sam-carter'), id)
  if (!question.post) throw new Error(`question ${id} is not published`)
  const conversationId = await stage.conversationOf(question.post.id)
  for (const who of people) await reactToSubject(stage.db, stage.person(who), conversationId, { reaction: 'same-here', on: true })
}
