/** Notices of defamation and copyright over HTTP: the public form, the author's answer, the steps of the desk. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { emailField } from '../accounts/email.ts'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { doOnCase, moderatorOf, showCaseAgain, type CaseParams } from '../moderation/case-page.ts'
import { caseRow, type CaseFile } from '../moderation/file.ts'
import { flagSubject, type FlagSubject } from '../moderation/flag.ts'
import type { ItemRef } from '../moderation/item.ts'
import { anyone, pressOffice, signedIn } from '../web/access.ts'
import { clientKey, line, optionalWords, parseForm, parseId, typed, words } from '../web/forms.ts'
import { visitorKey } from '../web/limits.ts'
import { answerNotice, noticeForAuthor, type NoticeForAuthor } from './answer.ts'
import { sayEndOfDay } from './clock.ts'
import { DESK_STEPS, handleNotice } from './handling.ts'
import { receiveNotice, type NewNotice, type Received } from './notice.ts'
import type { NoticePanel } from './panel.ts'
import { NOTICE_KINDS, type NoticeKind } from './schema.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'notices/find': { kind: NoticeKind; typed: Fields; fields: Fields }
    'notices/new': { kind: NoticeKind; subject: FlagSubject; key: string; typed: Fields; fields: Fields }
    'notices/received': { kind: NoticeKind; subject: FlagSubject; received: Received }
    'notices/answer': { notice: NoticeForAuthor; until: string | null; typed: Fields; fields: Fields; message: string | null }
  }
  interface Partials {
    'notices/_panel': { panel: NoticePanel; file: CaseFile; typed: Fields; fields: Fields; key: string; moment: Date }
    'notices/_about': { fields: Fields; typed: Fields }
    'notices/_text': { name: string; label: string; hint: string; rows: number; fields: Fields; typed: Fields }
  }
}

const LONGEST = 4000
const share = z.enum(['yes', 'no'], { error: 'Say whether the author may have your name and email address' }).transform((answer) => answer === 'yes')
const confirmed = (message: string) => z.literal('yes', { error: message })
const WHO = { name: line('Your name', 'Give your full name', 120), email: emailField, share, key: clientKey }

const DefamationForm = z.object({
  ...WHO,
  words: words('The words', 'Copy the words that you complain of', LONGEST),
  meaning: words('The meaning', 'Say what the words mean about you', LONGEST),
  harm: words('Your answer', 'Say why the words are defamatory', LONGEST),
  untrue: words('Your answer', 'Say what is untrue, or what opinion has no facts to support it', LONGEST),
  unidentified: confirmed('Confirm that you do not know enough about the author to bring proceedings. If you do, this procedure is not for you'),
})
const CopyrightForm = z.object({
  ...WHO,
  work: words('The work', 'Describe your work, and where it can be found', LONGEST),
  words: words('Your answer', 'Say which part is copied', LONGEST),
  ownership: words('Your answer', 'Say how you own it, or for whom you act', LONGEST),
  faith: confirmed('Confirm that what you say is true'),
})

const CONFIRMED = {
  unidentified: 'The complainant does not know enough about the author to bring proceedings.',
  faith: 'The complainant says in good faith that the owner has not agreed to this use, and that what the notice says is true.',
}

const NoticeQuery = z.object({
  kind: z.enum(NOTICE_KINDS).catch('defamation'),
  comment: z.string().optional().catch(undefined),
  post: z.string().optional().catch(undefined),
  item: z.string().max(2000).optional().catch(undefined),
})

export async function noticeRoutes(app: FastifyInstance): Promise<void> {
  publicRoutes(app)
  authorRoutes(app)
  deskRoutes(app)
}

interface Asked {
  kind: NoticeKind
  /** Null: they have not said which. */
  ref: ItemRef | null
  /** An address that was typed and leads to nothing. */
  unknown: string | null
}

function askedFor(request: FastifyRequest): Asked {
  const { kind, comment, post, item } = NoticeQuery.parse(request.query ?? {})
  if (comment !== undefined) return { kind, ref: { commentId: parseId(comment) }, unknown: null }
  if (post !== undefined) return { kind, ref: { postId: parseId(post) }, unknown: null }
  const ref = item === undefined ? null : refFrom(item)
  return { kind, ref, unknown: item === undefined || ref ? null : item }
}

/** From an address that somebody copied: `…/comments/12`, `…#c12`, `…/posts/7-title`. */
function refFrom(address: string): ItemRef | null {
  const comment = /(?:\/comments\/|#c)([1-9]\d{0,14})/.exec(address)?.[1]
  if (comment) return { commentId: Number(comment) }
  const post = /\/posts\/([1-9]\d{0,14})/.exec(address)?.[1]
  return post ? { postId: Number(post) } : null
}

function publicRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const { kind, ref, unknown } = askedFor(request)
    if (!ref) return showFinder(reply, kind, unknown)
    const subject = await flagSubject(app.db, request.actor, ref)
    const data = { kind, subject, key: randomUUID(), typed: problem ? typed(request.body) : {}, fields: problem?.fields ?? {} }
    const title = kind === 'defamation' ? 'Give notice of defamation' : 'Give notice of copyright'
    return reply.page('notices/new', data, { title, noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }

  app.get('/notices/new', { config: { access: anyone } }, (request, reply) => show(request, reply))

  app.post('/notices/new', { config: { access: anyone, again: show } }, async (request, reply) => {
    const { kind, ref } = askedFor(request)
    if (!ref) throw new NotFound('item')
    const subject = await flagSubject(app.db, request.actor, ref)
    const notice = noticeFrom(kind, request.body)
    await app.limits.take('notice', visitorKey(app.config.secret, request.ip, now()))
    const received = await receiveNotice(app.db, app.config, ref, notice)
    return reply.page('notices/received', { kind, subject, received }, { title: 'We have your notice', noindex: true })
  })
}

function showFinder(reply: FastifyReply, kind: NoticeKind, unknown: string | null): FastifyReply {
  const wrong = unknown !== null
  const fields: Fields = wrong ? { item: 'Copy the address of a comment or a post on this site' } : {}
  const data = { kind, typed: { item: unknown ?? '' }, fields }
  return reply.page('notices/find', data, { title: 'Defamation or copyright', ...(wrong ? { failed: true, status: 422, noindex: true } : {}) })
}

function noticeFrom(kind: NoticeKind, body: unknown): NewNotice {
  if (kind === 'defamation') {
    const { name, email, share: mayShare, key, unidentified: _confirmed, ...statement } = parseForm(DefamationForm, body)
    return { kind, name, email, mayShare, clientKey: key, statement: { ...statement, unidentified: CONFIRMED.unidentified } }
  }
  const { name, email, share: mayShare, key, faith: _confirmed, ...statement } = parseForm(CopyrightForm, body)
  return { kind, name, email, mayShare, clientKey: key, statement: { ...statement, faith: CONFIRMED.faith } }
}

const AnswerForm = z.object({
  answer: z.enum(['agrees', 'stands-by-it'], { error: 'Choose what should happen' }),
  name: optionalWords('Your name', 120),
  address: optionalWords('Your address', 500),
  share: z
    .enum(['yes', 'no'])
    .optional()
    .catch(undefined)
    .transform((answer) => (answer === undefined ? null : answer === 'yes')),
  note: optionalWords('Your words', 2000),
})

function authorRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const notice = await noticeForAuthor(app.db, authorOf(request), parseId((request.params as CaseParams).id))
    const until = notice.answerBy && sayEndOfDay(notice.answerBy)
    const data = { notice, until, typed: problem ? typed(request.body) : {}, fields: problem?.fields ?? {}, message: problem?.message ?? null }
    const title = `A notice about your ${notice.item}`
    return reply.page('notices/answer', data, { title, noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }

  app.get<{ Params: CaseParams }>('/account/notices/:id', { config: { access: signedIn } }, (request, reply) => show(request, reply))

  app.post<{ Params: CaseParams }>('/account/notices/:id', { config: { access: signedIn, again: show } }, async (request, reply) => {
    const actor = authorOf(request)
    const { id } = await noticeForAuthor(app.db, actor, parseId(request.params.id))
    const { share: mayShare, ...form } = parseForm(AnswerForm, request.body)
    const missing = await answerNotice(app.db, actor, id, { ...form, mayShare })
    // What was given is kept; the page asks for the rest.
    if (Object.keys(missing).length > 0) throw new Refused('Your answer is not complete yet', missing)
    return reply.seeOther(`/account/notices/${id}`, 'notice-answered')
  })
}

function authorOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  return actor
}

const OUT_OF_DATE = 'This page is out of date. Reload it and try again.'
const StepForm = z.object({
  'notice-step': z.enum(DESK_STEPS, { error: 'Choose what to do' }),
  'notice-note': optionalWords('The note', 2000),
  version: z
    .string({ error: OUT_OF_DATE })
    .regex(/^\d{1,9}$/, OUT_OF_DATE)
    .transform(Number),
})

function deskRoutes(app: FastifyInstance): void {
  const config = { access: pressOffice, again: showCaseAgain(app) }
  app.post<{ Params: CaseParams }>('/moderation/cases/:id/notice-steps', { config }, async (request, reply) => {
    const actor = moderatorOf(request)
    const file = await caseRow(app.db, actor, parseId(request.params.id))
    const { noticeId } = file
    if (noticeId === null) throw new NotFound('notice')
    const form = parseForm(StepForm, request.body)
    const step = { step: form['notice-step'], note: form['notice-note'], version: form.version }
    let goal = file.id
    const done = await doOnCase(app, request, reply, async () => {
      goal = (await handleNotice(app.db, app.config, actor, noticeId, step)).caseId
    })
    if (!done) return reply
    return goal === file.id ? reply.seeOther(`/moderation/cases/${goal}`, 'notice-stepped') : reply.seeOther(`/moderation/cases/${goal}`)
  })
}
