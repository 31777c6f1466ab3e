/** Answers that came on paper, by telephone or at the door, typed in by the people of the team. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { now } from '../clock.ts'
import { Forbidden, Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { publishers } from '../web/access.ts'
import { parseForm, parseId } from '../web/forms.ts'
import { resent, sentOf } from './answer-form.ts'
import { enterSheet, type Sheet } from './answering.ts'
import { mayEnterSheets } from './policy.ts'
import { questionsOf, type Answer } from './question.ts'
import { answerIn, fieldsOf, filesOf, type AnswerFields } from './routes.ts'
import { surveyById, type Survey } from './survey.ts'

declare module '../web/page.ts' {
  interface Views {
    'surveys/sheet': { survey: Survey; fields: AnswerFields; message: string | undefined }
  }
}

interface Id {
  Params: { id: string }
}

const SheetForm = z.object({
  channel: z.enum(['paper', 'phone', 'doorstep'], { error: 'Choose how it came' }),
  number: z
    .string({ error: 'Enter its number' })
    .max(200, 'The number must be 20 characters or fewer')
    .transform((text) => text.normalize('NFKC').replace(/\s+/g, '').toUpperCase())
    .refine((text) => text !== '', 'Enter its number')
    .refine((text) => /^[\p{L}\p{N}./-]{0,20}$/u.test(text), 'The number may have letters, digits, dots, strokes and hyphens, 20 at most'),
})

export async function sheetRoutes(app: FastifyInstance): Promise<void> {
  app.get<Id>('/officers/surveys/:id/answers', { config: { access: publishers } }, (request, reply) => showSheet(request, reply))

  app.post<Id>('/surveys/:id/sheets', { config: { access: publishers, again: showSheet, resends: resent } }, async (request, reply) => {
    const survey = await enterable(request)
    const { sheet, answer } = await readSheet(request, survey)
    await enterSheet(app.db, app.config, signedInActor(request), survey.id, sheet, answer)
    return reply.seeOther(`/officers/surveys/${survey.id}/answers`, 'survey-sheet-entered')
  })
}

async function enterable(request: FastifyRequest): Promise<Survey> {
  const survey = await surveyById(request.server.db, request.actor, parseId((request.params as Id['Params']).id))
  if (!mayEnterSheets(request.actor, survey, now())) throw new Forbidden('The people of the team enter answers, while the survey is open.')
  return survey
}

/** All that is wrong at once. */
async function readSheet(request: FastifyRequest, survey: Survey): Promise<{ sheet: Sheet; answer: Answer }> {
  const questions = await questionsOf(request.server.db, survey.id)
  const sheet = caught(() => parseForm(SheetForm, request.body))
  const answer = await answerIn(request, survey, questions, sentOf(request.body)).catch(refusal)
  if (sheet instanceof Refused || answer instanceof Refused) throw joined(sheet, answer)
  return { sheet, answer }
}

function joined(sheet: Sheet | Refused, answer: Answer | Refused): Refused {
  const problems = [sheet, answer].filter((one) => one instanceof Refused)
  const fields = Object.assign({}, ...problems.map((problem) => problem.fields)) as Record<string, string>
  return new Refused(problems[0]?.message ?? '', fields)
}

function refusal(problem: unknown): Refused {
  if (problem instanceof Refused) return problem
  throw problem
}

function caught(read: () => Sheet): Sheet | Refused {
  try {
    return read()
  } catch (problem) {
    return refusal(problem)
  }
}

async function showSheet(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const survey = await enterable(request)
  const questions = await questionsOf(request.server.db, survey.id)
  const sent = problem ? sentOf(request.body) : {}
  const fields = await fieldsOf(request, survey, questions, sent, problem?.fields)
  const options = { title: `Enter an answer: ${survey.title}`, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 }
  return reply.page('surveys/sheet', { survey, fields, message: problem?.message }, { ...options, teamId: survey.teamId, files: filesOf(questions) })
}
