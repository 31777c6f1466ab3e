/** The composer over HTTP: the short update first, every other kind by link, and what is typed kept as a draft. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sayMark, type SignedIn } from '../actor.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { sayTime } from '../text/dates.ts'
import { fits } from '../text/input.ts'
import type { TeamName } from '../teams/team.ts'
import { publishers } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import type { Article } from './article.ts'
import { begunWith, composerOf, emptyFilling, fillingOf, momentOf, publishingFor, SHORT_UPDATE, type Composer, type Filling } from './composer.ts'
import { showDraft, signedInActor, type DraftPage, type SaidAct, type Suggested } from './draft-page.ts'
import { draftStepRoutes } from './draft-step-routes.ts'
import { draftById, type DraftRow, type DraftView } from './draft.ts'
import { composedKinds, kindOf, type Kind, type KindField } from './kinds.ts'
import { publishDraft, scheduleDraft, submitDraft } from './lifecycle.ts'
import type { DraftPhoto } from './photo.ts'
import { POST_KINDS, type DraftForm, type PostKind, type ShownAttachment } from './schema.ts'
import { keepFiles, keepWords, readSent, type SentDraft } from './sent-draft.ts'

declare module '../web/page.ts' {
  interface Views {
    'posts/compose': { composer: Composer }
    'posts/kinds': { team: TeamName; mark: string; kinds: Kind[]; draft: number | null }
    'posts/draft': DraftPage
  }
  interface Partials {
    'posts/_composer': { composer: Composer }
    'posts/_kind-fields': { groups: Composer['groups']; form: DraftForm; errors: Readonly<Record<string, string>> }
    'posts/_field': { field: KindField; value: string; error: string | undefined }
    'posts/_photos': { photos: DraftPhoto[]; errors: Readonly<Record<string, string>> }
    'posts/_attachments': { attachments: ShownAttachment[]; errors: Readonly<Record<string, string>> }
    'posts/_where': { composer: Composer }
    'posts/_when': { when: { date: string; time: string }; errors: Readonly<Record<string, string>> }
    'posts/_preview': { article: Article; mark: string; author: string | null }
    'posts/_returned': { draft: DraftView; suggestion: Suggested[] }
    'posts/_steps': Pick<DraftPage, 'draft' | 'photos' | 'errors' | 'typed' | 'asksLock' | 'when' | 'ownWords'>
    'posts/_history': { history: SaidAct[] }
  }
}

interface NewQuery {
  kind?: string
  long?: string
  draft?: string
}

const isKind = (text: string): text is PostKind => (POST_KINDS as readonly string[]).includes(text)

export async function draftRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }
  await app.register(draftStepRoutes)

  app.get<{ Params: { team: string }; Querystring: NewQuery }>('/teams/:team/posts/new', { config: access }, async (request, reply) => {
    const { kind = 'update', draft: id } = request.query
    const actor = signedInActor(request)
    if (!isKind(kind) || !kindOf(kind).composed) return chooseKind(app, request, reply, id)
    const filling = emptyFilling(kind, request.query.long === 'yes' || kind !== 'update')
    const empty = { ...filling, form: { ...filling.form, ...begunWith(kind, typed(request.query)) } }
    const draft = id === undefined ? null : await draftById(app.db, actor, parseId(id))
    if (draft && draft.team.slug !== request.params.team) throw new NotFound('draft')
    return showComposer(app, request, reply, draft ? ofOtherKind(draft, empty) : empty)
  })

  app.post<{ Params: { team: string } }>('/teams/:team/drafts', { config: access }, async (request, reply) => {
    const actor = signedInActor(request)
    const { team } = await publishingFor(app.db, actor, request.params.team)
    const sent = await readSent(request)
    let id: number | null = null
    try {
      const words = await keepWords(app, actor, team, sent)
      id = words.id
      const draft = await keepFiles(app, actor, words, sent)
      if (sent.act === 'autosave') return await reply.send({ id, version: draft.version, saved: sayTime(draft.changedAt) })
      if (sent.act === 'preview') throw new Preview('')
      const done = await goOn(app, actor, team, draft, sent)
      return reply.seeOther(done)
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem
      if (sent.act === 'autosave') return reply.status(422).send({ problem: problem.message, fields: problem.fields })
      return showAgain(app, request, reply, sent, id, problem)
    }
  })

  app.get<{ Params: { id: string } }>('/officers/drafts/:id', { config: access }, async (request, reply) => {
    const draft = await draftById(app.db, request.actor, parseId(request.params.id))
    return showDraft(request, reply, draft)
  })
}

/** Not a fault: the button "Preview" shows the form again, with the post as it will look. */
class Preview extends Refused {}

/** What the button says, after the words are kept. Answers where to go. */
async function goOn(app: FastifyInstance, actor: SignedIn, team: TeamName, { id, version }: DraftRow, sent: SentDraft): Promise<string> {
  const page = `/officers/drafts/${id}`
  if (sent.act === 'kind') return `/teams/${team.slug}/posts/new?kind=other&draft=${id}`
  if (sent.act === 'save') return page
  if (!sent.long && sent.kind === 'update' && !fits((sent.form['body'] ?? '').trim(), SHORT_UPDATE))
    throw new Refused('Too long', {
      body: `A short update has up to ${SHORT_UPDATE} characters. Shorten it, or save it and choose “Another kind of post”`,
    })
  if (sent.act === 'submit') {
    await submitDraft(app.db, actor, id, version)
    return page
  }
  if (sent.act === 'schedule') {
    await scheduleDraft(app.db, actor, id, { version, publishAt: momentOf(sent.when) })
    return page
  }
  const { needsSecondBecause } = await draftById(app.db, actor, id)
  if (needsSecondBecause !== null) throw new Refused(`${needsSecondBecause} Hand it in for approval.`)
  return `${(await publishDraft(app.db, actor, id, version)).path}?done=post-published`
}

/** A draft that turns into another kind keeps its words, where the new kind takes words at all; else a fresh one begins and the draft stays as it is. */
function ofOtherKind(draft: DraftView, empty: Filling): Filling {
  if (!draft.steps.includes('edit')) throw new Forbidden('This is not with you any more. Take it back before you change it.')
  if (draft.corrects || !kindOf(empty.kind).ownWords) return empty
  return { ...fillingOf(draft), kind: empty.kind, long: empty.long, form: { ...empty.form, ...draft.form } }
}

async function chooseKind(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, draft: string | undefined): Promise<FastifyReply> {
  const { team, role } = await publishingFor(app.db, signedInActor(request), (request.params as { team: string }).team)
  const data = { team, mark: sayMark(role, team.name), kinds: composedKinds(), draft: draft === undefined ? null : parseId(draft) }
  return reply.page('posts/kinds', data, { title: 'What do you want to publish?', noindex: true })
}

async function showComposer(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  filling: Filling,
  failed = false,
): Promise<FastifyReply> {
  const { team } = request.params as { team: string }
  const composer = await composerOf(app.db, signedInActor(request), team, filling)
  const title = composer.short ? `Post an update for ${composer.team.name}` : `New post for ${composer.team.name}: ${composer.kind.name}`
  return reply.page('posts/compose', { composer }, { title, noindex: true, failed, status: failed ? 422 : 200 })
}

/** The form with everything that was typed, and what had been stored by then. */
async function showAgain(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, sent: SentDraft, id: number | null, problem: Refused) {
  const actor = signedInActor(request)
  const draft = id === null ? null : await draftById(app.db, actor, id)
  const { kind, key, form, teamIds, force, long, when } = sent
  const preview = problem instanceof Preview
  const shown = { version: draft?.version ?? sent.version, draft, errors: problem.fields, message: preview ? null : problem.message, preview }
  return showComposer(app, request, reply, { kind, key, form, teamIds, force, long, when, ...shown }, !preview)
}
