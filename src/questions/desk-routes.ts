/** What a team does with questions, over HTTP: its queue, and every act on one question. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { hasRole } from '../actor.ts'
import { now } from '../clock.ts'
import { Refused } from '../errors.ts'
import { allTeams } from '../teams/team.ts'
import { slugOf } from '../text/slug.ts'
import { publishers } from '../web/access.ts'
import { clientKey, idField, line, optionalWords, words } from '../web/forms.ts'
import { absenceRoutes } from './absence-routes.ts'
import { acknowledgeQuestion, answerQuestion, keepPrivate, markAsAnswer, publishQuestion, reviewQuestion } from './answer.ts'
import { assignQuestion, handBackQuestion, moveQuestion, takeQuestion } from './assignment.ts'
import { sayDone } from './done.ts'
import { actOnQuestion, choice, signedInActor } from './question-page.ts'
import { openQuestionsFor, type QuestionQueue, type QuestionView } from './queue.ts'

declare module '../web/page.ts' {
  interface Views {
    'questions/queue': { queue: QuestionQueue; view: QuestionView; further: boolean; leads: boolean; done: string | null; moment: Date }
  }
}

const ANSWER_LENGTH = 5000
const answer = words('The answer', 'Write the answer', ANSWER_LENGTH)
const Answer = z.object({ body: answer, key: clientKey })

const yes = z
  .string()
  .optional()
  .transform((pressed) => pressed === 'yes')
const tags = z
  .string()
  .max(500, 'Tags must be 500 characters or fewer in all')
  .default('')
  .transform((text) => [...new Set(text.split(/[,\n#]+/).flatMap((tag) => (/[\p{L}\p{N}]/u.test(tag) ? [slugOf(tag)] : [])))])
  .refine((list) => list.length <= 8, 'Give at most 8 tags')
  .refine((list) => list.every((tag) => tag.length <= 40), 'Each tag must be 40 characters or fewer')

const Publication = z
  .object({
    title: line('The question', 'Write the question in one line', 160),
    text: words('The details', 'Write the details of the question', 3000),
    tags,
    body: optionalWords('The answer', ANSWER_LENGTH),
    later: yes,
    key: clientKey,
  })
  .refine((form) => form.later || form.body !== null, { path: ['body'], message: 'Write the answer, or press “Publish, answer later”' })
  // Whoever has written an answer and presses the other button would lose it without a word.
  .refine((form) => !form.later || form.body === null, {
    path: ['body'],
    message: 'You have written an answer. Press “Publish with this answer”, or take the words out',
  })

const Privacy = z.object({
  because: words('The reason', 'Say why it is not published. The asker reads it', 500),
  body: optionalWords('The answer', ANSWER_LENGTH),
  key: clientKey,
})
const Acknowledgement = z.object({ body: words('Your words', 'Write a word to the asker', 1000), key: clientKey })
const Review = z.object({ body: words('Your words', 'Say what happened, and what happens now', 3000), key: clientKey })
const NO_COMMENT = 'Enter the address or the number of the comment'
const Mark = z.object({
  comment: z
    .string({ error: NO_COMMENT })
    .transform((text) => /(?:^|\/comments\/|#c)([1-9]\d{0,14})\/?$/.exec(text.trim().replace(/\?.*?(?=#|$)/, ''))?.[1] ?? '')
    .refine((id) => id !== '', NO_COMMENT)
    .transform(Number),
})
const Nothing = z.object({})
const Handback = z.object({ note: words('The note', 'Write a word to the sergeant', 500) })
const Assignment = z.object({ account: choice('Choose somebody of the team') })
const Move = z.object({ team: idField('Choose a team'), note: words('The reason', 'Say why it belongs to the other team', 500) })
const Query = z.object({
  view: z.enum(['all', 'mine', 'unassigned', 'missed']).catch('all'),
  after: z.string().max(100).optional().catch(undefined),
})

export async function questionDeskRoutes(app: FastifyInstance): Promise<void> {
  queueRoute(app)
  answerRoutes(app)
  dutyRoutes(app)
  absenceRoutes(app)
}

function queueRoute(app: FastifyInstance): void {
  app.get('/officers/questions', { config: { access: publishers } }, async (request, reply) => {
    const { view, after } = Query.parse(request.query ?? {})
    const queue = await openQuestionsFor(app.db, signedInActor(request), { view, after })
    const leads = hasRole(request.actor, 'supervisor', 'press-office')
    const data = { queue, view, further: after !== undefined, leads, done: sayDone(request.query), moment: now() }
    return reply.page('questions/queue', data, { title: 'Questions', noindex: true })
  })
}

function answerRoutes(app: FastifyInstance): void {
  const { db } = app
  actOnQuestion(app, publishers, 'publication', Publication, async (actor, id, { title, text, tags: names, body, key }) => {
    await publishQuestion(db, actor, id, { title, body: text, tags: names, answer: body, clientKey: key })
    return body === null ? 'published-open' : 'published'
  })
  actOnQuestion(app, publishers, 'privacy', Privacy, async (actor, id, { because, body, key }) => {
    await keepPrivate(db, actor, id, because)
    if (body === null) return 'private'
    await answerQuestion(db, actor, id, { body, clientKey: key })
    return 'answered'
  })
  actOnQuestion(app, publishers, 'answers', Answer, async (actor, id, { body, key }) => {
    await answerQuestion(db, actor, id, { body, clientKey: key })
    return 'answered'
  })
  actOnQuestion(app, publishers, 'acknowledgements', Acknowledgement, async (actor, id, { body, key }) => {
    await acknowledgeQuestion(db, actor, id, { body, clientKey: key })
    return 'acknowledged'
  })
  actOnQuestion(app, publishers, 'answer-mark', Mark, async (actor, id, { comment }) => {
    await markAsAnswer(db, actor, id, comment)
    return 'marked'
  })
  actOnQuestion(app, publishers, 'review', Review, async (actor, id, { body, key }) => {
    await reviewQuestion(db, actor, id, { body, clientKey: key })
    return 'reviewed'
  })
}

function dutyRoutes(app: FastifyInstance): void {
  const { db } = app
  actOnQuestion(app, publishers, 'taking', Nothing, async (actor, id) => {
    await takeQuestion(db, actor, id)
    return 'taken'
  })
  actOnQuestion(app, publishers, 'handback', Handback, async (actor, id, { note }) => {
    await handBackQuestion(db, actor, id, note)
    return 'handed-back'
  })
  actOnQuestion(app, publishers, 'assignment', Assignment, async (actor, id, { account }) => {
    await assignQuestion(db, actor, id, account)
    return 'assigned'
  })
  // Whoever moved it may not be able to read it any more: back to the queue.
  const queue = '/officers/questions'
  actOnQuestion(app, publishers, 'moves', Move, (actor, id, { team, note }) => move(app, actor, id, team, note), queue)
}

async function move(app: FastifyInstance, actor: Parameters<typeof moveQuestion>[1], id: number, teamId: number, note: string): Promise<'moved'> {
  const team = (await allTeams(app.db)).find((one) => one.id === teamId)
  if (!team) throw new Refused('There is no such team', { team: 'Choose a team' })
  await moveQuestion(app.db, actor, id, team, note)
  return 'moved'
}
