/**
 * Plays what a team works on: suggestions with their support, what the sergeant decides on them, priorities with what is done, and the outcome that ends one.
 */
import { reactToComment } from '../conversations/reaction.ts'
import { draftById, saveDraft } from '../posts/draft.ts'
import { approveDraft, submitDraft } from '../posts/lifecycle.ts'
import { publishPost } from '../posts/post.ts'
import { declineSuggestion, mergeSuggestion } from '../priorities/decision.ts'
import { openBox } from '../priorities/box.ts'
import { addAction, changeAction, reviewPriority } from '../priorities/keeping.ts'
import { takeUpComment } from '../priorities/taking-up.ts'
import { dayAfter } from '../places/hours.ts'
import { dayKey } from '../text/dates.ts'
import type { MadePost, Schedule } from './schedule.ts'
import { unwrap } from './script.ts'
import type { Stage } from './stage.ts'
import { commentSaying, crowd, pathTitled, priorityOfPost, type Book } from './taking-part-book.ts'
import { ASKED_AFTER, PLANNED_PRIORITIES, type PlannedPriority, type PriorityStep, type ShownBy } from './taking-part-priorities.ts'
import { PLANNED_SUGGESTIONS, type PlannedSuggestion } from './taking-part-suggestions.ts'
import { AT_WORK } from './timetable.ts'

export function addPriorities(schedule: Schedule, book: Book): void {
  for (const [index, suggestion] of PLANNED_SUGGESTIONS.entries()) addSuggestion(schedule, book, suggestion, index)
  for (const priority of PLANNED_PRIORITIES) addPriority(schedule, book, priority)
  addAskedAfter(schedule, book)
}

function addSuggestion(schedule: Schedule, book: Book, planned: PlannedSuggestion, index: number): void {
  const { times } = schedule
  const { key, team, by, when, text, raisedBy, support, declined, merged } = planned
  const raised = times.daysAgo(...when)
  schedule.add(raised, async (stage) => {
    book.suggestions.set(key, raisedBy === undefined ? await suggest(stage, planned) : await takeUp(stage, team, raisedBy, text))
  })
  schedule.add(times.later(raised, 300), async (stage) => {
    for (const who of crowd(support, { team, but: by, from: index * 5 }))
      await reactToComment(stage.db, stage.person(who), book.of(book.suggestions, key), { reaction: 'same-here', on: true })
  })
  if (declined)
    schedule.add(times.daysAgo(...declined.when), (stage) =>
      declineSuggestion(stage.db, stage.person(declined.by), book.of(book.suggestions, key), declined.reason),
    )
  if (merged)
    schedule.add(times.daysAgo(...merged.when), (stage) => {
      const into = { commentId: book.of(book.suggestions, merged.into) }
      return mergeSuggestion(stage.db, stage.person(merged.by), book.of(book.suggestions, key), into)
    })
}

async function suggest(stage: Stage, { team, by, text }: PlannedSuggestion): Promise<number> {
  const boxId = await openBox(stage.db, { ...stage.team(team), archivedAt: null })
  return stage.comment(by, boxId, null, text, false)
}

async function takeUp(stage: Stage, team: string, by: string, words: string): Promise<number> {
  const commentId = await commentSaying(stage.db, words)
  await takeUpComment(stage.db, stage.person(by), stage.team(team), commentId)
  return commentId
}

function addPriority(schedule: Schedule, book: Book, planned: PlannedPriority): void {
  const { times } = schedule
  const { agreedBy, key } = planned
  const written = times.daysAgo(...planned.when)
  const talk: MadePost = { id: 0, conversationId: 0 }
  const done = async (stage: Stage, postId: number) => {
    const made = await priorityOfPost(stage, postId)
    book.priorities.set(key, made)
    talk.conversationId = made.conversationId
  }
  let published = written
  if (agreedBy === undefined) schedule.add(written, async (stage) => done(stage, (await publishPost(stage.db, ...postOf(stage, book, planned))).id))
  else {
    const draft = { id: 0 }
    published = times.later(written, 30, AT_WORK)
    schedule.add(written, async (stage) => {
      draft.id = await handIn(stage, book, planned)
    })
    schedule.add(published, async (stage) => done(stage, await agree(stage, agreedBy, draft.id)))
  }
  const begins = planned.talkFrom ? times.daysAgo(...planned.talkFrom) : published
  for (const said of planned.talk ?? []) schedule.addComment(said, begins, talk)
  for (const step of planned.then) schedule.add(times.daysAgo(...step.when), (stage) => takeStep(stage, book, planned.key, step, times.today))
  addOutcome(schedule, book, planned)
}

type Publishing = [actor: ReturnType<Stage['person']>, team: ReturnType<Stage['team']>, input: Parameters<typeof publishPost>[3]]

function postOf(stage: Stage, book: Book, planned: PlannedPriority): Publishing {
  const { title, text, tags, near = ['', ''], takesUp = [] } = planned
  const cameFrom = takesUp.map((key) => `/comments/${book.of(book.suggestions, key)}`).join('\n')
  const form = { near: near[0], 'near-postcode': near[1], 'came-from': cameFrom }
  const input = { kind: 'priority' as const, title, body: unwrap(text), tags: hyphened(tags), form, clientKey: stage.key() }
  return [stage.person(planned.by), stage.team(planned.team), input]
}

const hyphened = (tags: readonly string[]): string[] => tags.map((tag) => tag.replaceAll(' ', '-'))

/** As an officer does, who may not set one alone. */
async function handIn(stage: Stage, book: Book, planned: PlannedPriority): Promise<number> {
  const [author, team, { title, body, tags, form, clientKey }] = postOf(stage, book, planned)
  const draft = await saveDraft(stage.db, author, team, {
    kind: 'priority',
    key: clientKey,
    form: { title, body, tags: tags.join(', '), ...form },
    version: null,
    teamIds: [],
    wholeForce: false,
  })
  await submitDraft(stage.db, author, draft.id, draft.version)
  return draft.id
}

async function agree(stage: Stage, by: string, draftId: number): Promise<number> {
  const sergeant = stage.person(by)
  const { version } = await draftById(stage.db, sergeant, draftId)
  await approveDraft(stage.db, sergeant, draftId, { version, publish: true, lock: false, publishAt: null })
  return stage.postOfDraft(draftId)
}

async function takeStep(stage: Stage, book: Book, key: string, step: PriorityStep, today: Date): Promise<void> {
  const actor = stage.person(step.by)
  const priorityId = book.of(book.priorities, key).id
  if (step.does === 'review') return reviewPriority(stage.db, actor, priorityId, { note: step.text, clientKey: stage.key() })
  const known = `${key} ${step.key}`
  if (step.does === 'plan') {
    const plannedFor = step.in === undefined ? null : dayAfter(dayKey(today), step.in)
    book.actions.set(known, (await addAction(stage.db, actor, priorityId, { what: step.what, plannedFor, clientKey: stage.key() })).id)
    return
  }
  const post = step.shownBy ? await pathOf(stage, book, step.shownBy) : ''
  const change = { state: step.does, note: step.note, post }
  await changeAction(stage.db, actor, { priorityId, actionId: book.of(book.actions, known) }, change)
}

const pathOf = (stage: Stage, book: Book, shown: ShownBy): Promise<string> =>
  'key' in shown ? Promise.resolve(book.of(book.posts, shown.key).path) : pathTitled(stage.db, shown.title)

/** Publishing it closes the priority, and everybody in the chain is told. */
function addOutcome(schedule: Schedule, book: Book, { key, team, tags, outcome }: PlannedPriority): void {
  if (!outcome) return
  const { by, when, title, said, did, alsoFrom = [] } = outcome
  schedule.add(schedule.times.daysAgo(...when), async (stage) => {
    const sources = [book.of(book.priorities, key).path, ...alsoFrom.map((also) => `/comments/${book.of(book.suggestions, also)}`)]
    const form = { 'you-said': said, 'we-did': did, 'came-from': sources.join('\n'), closes: 'yes' }
    const input = { kind: 'outcome' as const, title, body: '', tags: hyphened(tags), form, clientKey: stage.key() }
    await publishPost(stage.db, stage.person(by), stage.team(team), input)
  })
}

function addAskedAfter(schedule: Schedule, book: Book): void {
  const talk: MadePost = { id: 0, conversationId: 0 }
  for (const { when, said } of ASKED_AFTER) {
    const at = schedule.times.daysAgo(...when)
    schedule.add(at, async () => {
      talk.conversationId = book.of(book.priorities, 'parking').conversationId
    })
    schedule.addComment(said, at, talk)
  }
}
