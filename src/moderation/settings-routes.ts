/** Reasons and templates over HTTP. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Forbidden, NotFound, Overtaken, type Refused } from '../errors.ts'
import { moderators } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { moderatorOf } from './case-page.ts'
import { maySetRules } from './policy.ts'
import { reasonsForDecisions, reasonTitles, rewordReason, wordingsOf, type Reason, type ReasonVersion } from './reason.ts'
import { TEMPLATE_PURPOSES, type TemplatePurpose } from './schema.ts'
import { addTemplate, changeTemplate, retireTemplate, templateById, templateInUse, templatesOf, type Template } from './template.ts'

type Fields = Readonly<Record<string, string>>
interface Sent {
  typed: Fields
  fields: Fields
  message: string | null
}

declare module '../web/page.ts' {
  interface Views {
    'moderation/settings': object
    'moderation/reasons': { reasons: Reason[] }
    'moderation/reason': Sent & { versions: [ReasonVersion, ...ReasonVersion[]] }
    'moderation/templates': { groups: [TemplatePurpose, Template[]][]; titles: ReadonlyMap<string, string> }
    'moderation/template': Sent & { template: Template | null; reasons: Reason[]; key: string }
  }
}

const OUT_OF_DATE = 'This page is out of date. Reload it and try again.'

const WordingForm = z.object({
  title: line('The title', 'Enter a title', 80),
  text: words('The wording', 'Write what the public reads', 600),
  flags: z.string().optional(),
  note: words('The note', 'Say why the wording changes', 500),
  version: z
    .string({ error: OUT_OF_DATE })
    .regex(/^\d{1,6}$/, OUT_OF_DATE)
    .transform(Number),
})
const TemplateForm = z.object({
  title: line('The name', 'Enter a name for the template', 80),
  body: words('The template', 'Write the words', 1000),
  reason: z
    .string()
    .regex(/^$|^[a-z-]{1,40}$/, 'Choose one of the reasons')
    .default('')
    .transform((code) => (code === '' ? null : code)),
})
const NewTemplate = TemplateForm.extend({ key: clientKey, purpose: z.enum(TEMPLATE_PURPOSES, { error: 'Choose what it is for' }) })

interface CodeParams {
  code: string
}
interface IdParams {
  id: string
}

interface Problem {
  problem?: Refused
  overtaken?: string
}

export async function settingsRoutes(app: FastifyInstance): Promise<void> {
  // The door lets sergeants to the desk; its rules are the press office's.
  const config = { access: moderators }
  app.get('/moderation/settings', { config }, async (request, reply) => {
    keeperOf(request)
    return reply.page('moderation/settings', {}, { title: 'Rules of the desk', noindex: true })
  })
  reasonRoutes(app)
  templateRoutes(app)
}

function keeperOf(request: FastifyRequest) {
  const actor = moderatorOf(request)
  if (!maySetRules(actor)) throw new Forbidden('Only the press office keeps the rules of the desk.')
  return actor
}

function sentBack(request: FastifyRequest, { problem, overtaken }: Problem): Sent {
  const { version, ...rest } = problem || overtaken ? typed(request.body) : {}
  // Whoever came too late has the colleague's version in view now.
  const sent = version === undefined || overtaken !== undefined ? rest : { ...rest, version }
  return { typed: sent, fields: problem?.fields ?? {}, message: overtaken ?? problem?.message ?? null }
}

const optionsFor = (title: string, { problem, overtaken }: Problem) => ({
  title,
  noindex: true,
  failed: problem !== undefined || overtaken !== undefined,
  status: overtaken !== undefined ? 409 : problem ? 422 : 200,
})

/** Does it; shows the form again with the words in it when a colleague was quicker. */
async function unlessOvertaken(act: () => Promise<unknown>, done: () => unknown, again: (problem: Problem) => unknown): Promise<unknown> {
  try {
    await act()
    return done()
  } catch (error) {
    if (error instanceof Overtaken) return again({ overtaken: error.message })
    throw error
  }
}

function reasonRoutes(app: FastifyInstance): void {
  const config = { access: moderators }
  app.get('/moderation/settings/reasons', { config }, async (request, reply) => {
    keeperOf(request)
    return reply.page('moderation/reasons', { reasons: await reasonsForDecisions(app.db) }, { title: 'Reasons', noindex: true })
  })

  const show = async (request: FastifyRequest, reply: FastifyReply, problem: Problem = {}) => {
    keeperOf(request)
    const versions = await wordingsOf(app.db, codeOf(request))
    return reply.page('moderation/reason', { versions, ...sentBack(request, problem) }, optionsFor(`Reason: ${versions[0].title}`, problem))
  }
  app.get('/moderation/settings/reasons/:code', { config }, (request, reply) => show(request, reply))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => show(request, reply, { problem })
  app.post('/moderation/settings/reasons/:code', { config: { ...config, again } }, async (request, reply) => {
    const actor = keeperOf(request)
    const code = codeOf(request)
    await wordingsOf(app.db, code)
    const { title, text, flags, note, version } = parseForm(WordingForm, request.body)
    return unlessOvertaken(
      () => rewordReason(app.db, actor, code, { title, publicText: text, forFlags: flags !== undefined, note, version }),
      () => reply.seeOther(`/moderation/settings/reasons/${code}`, 'reason-saved'),
      (problem) => show(request, reply, problem),
    )
  })
}

function codeOf(request: FastifyRequest): string {
  const { code } = request.params as CodeParams
  if (!/^[a-z-]{1,40}$/.test(code)) throw new NotFound('reason')
  return code
}

function templateRoutes(app: FastifyInstance): void {
  const config = { access: moderators }
  app.get('/moderation/settings/templates', { config }, async (request, reply) => {
    keeperOf(request)
    const groups = [...Map.groupBy(await templatesOf(app.db), ({ purpose }) => purpose)]
    return reply.page('moderation/templates', { groups, titles: await reasonTitles(app.db) }, { title: 'Templates', noindex: true })
  })

  const show = async (request: FastifyRequest, reply: FastifyReply, template: Template | null, problem: Problem = {}) => {
    keeperOf(request)
    const sent = sentBack(request, problem)
    const data = { template, reasons: await reasonsForDecisions(app.db), key: sent.typed['key'] ?? randomUUID(), ...sent }
    return reply.page('moderation/template', data, optionsFor(template ? 'Change a template' : 'Add a template', problem))
  }
  app.get('/moderation/settings/templates/new', { config }, (request, reply) => show(request, reply, null))

  const newAgain = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => show(request, reply, null, { problem })
  app.post('/moderation/settings/templates/new', { config: { ...config, again: newAgain } }, async (request, reply) => {
    const actor = keeperOf(request)
    const { title, body, reason, key, purpose } = parseForm(NewTemplate, request.body)
    await addTemplate(app.db, actor, { title, body, reasonCode: reason, purpose, clientKey: key })
    return reply.seeOther('/moderation/settings/templates', 'template-saved')
  })
  changeRoutes(app, show)
}

type ShowTemplate = (request: FastifyRequest, reply: FastifyReply, template: Template, problem?: Problem) => Promise<unknown>

function changeRoutes(app: FastifyInstance, show: ShowTemplate): void {
  const config = { access: moderators }
  const templateIn = async (request: FastifyRequest): Promise<Template> => {
    keeperOf(request)
    return templateById(app.db, parseId((request.params as IdParams).id))
  }
  app.get('/moderation/settings/templates/:id', { config }, async (request, reply) => {
    const template = await templateIn(request)
    if (template.retiredAt !== null) throw new NotFound('template')
    return show(request, reply, template)
  })

  const again = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => show(request, reply, await templateIn(request), { problem })
  app.post('/moderation/settings/templates/:id', { config: { ...config, again } }, async (request, reply) => {
    const template = await templateIn(request)
    const { title, body, reason } = parseForm(TemplateForm, request.body)
    return unlessOvertaken(
      () => changeTemplate(app.db, keeperOf(request), template.id, { title, body, reasonCode: reason }),
      () => reply.seeOther('/moderation/settings/templates', 'template-saved'),
      async (problem) => show(request, reply, await templateInUse(app.db, template), problem),
    )
  })

  app.post('/moderation/settings/templates/:id/retirement', { config }, async (request, reply) => {
    const template = await templateIn(request)
    await retireTemplate(app.db, keeperOf(request), template.id)
    return reply.seeOther('/moderation/settings/templates', 'template-retired')
  })
}
