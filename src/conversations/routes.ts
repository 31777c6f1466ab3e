/** The conversation engine over HTTP: permalinks, saying something, changing one's mind, reacting. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keptWords } from '../accounts/sign-in.ts'
import { isSignedIn, sayMark, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { choiceField, elsewhereIn } from '../screening/doubt.ts'
import type { FindingKind } from '../screening/findings.ts'
import { incidentFor } from '../switches/in-force.ts'
import { summarise } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { anyone, signedIn } from '../web/access.ts'
import { clientKey, idField, parseForm, parseId, safePath, typed, words } from '../web/forms.ts'
import { noticeOf, type Notice } from '../web/notices.ts'
import { circleOf, isInternal, isPrivate, isPublic, THE_ASKER } from './audience.ts'
import { askAboutComment, askAboutEdit } from './check-page.ts'
import { checkComment, checkEdit, placeToWrite } from './check.ts'
import { commentById, editComment, historyOf, postComment, requireEditable, SentBefore, unnameComment, withdrawComment } from './comment.ts'
import { conversationById, isBox, type Conversation } from './conversation.ts'
import { isKept } from './evidence.ts'
import { closedBecause, EDITABLE_FOR_MINUTES, mayUnname, mayWithdraw } from './policy.ts'
import { REACTION_NAMES, reactToComment, reactToSubject } from './reaction.ts'
import { REACTIONS, type CommentState, type Reaction } from './schema.ts'
import { sayState } from './states.ts'
import { savedReplies, savedReplyById } from './saved-reply.ts'
import { noteWords } from './side.ts'
import { commentForm, subjectOf, type CommentForm, type Talk } from './talk.ts'
import { placeOf, type Mine, type ThreadComment } from './thread.ts'

export interface QuotedComment {
  id: number
  author: string | null
  mark: string | null
  body: SafeHtml
  createdAt: Date
  state: CommentState
}

declare module '../web/page.ts' {
  interface Views {
    'conversations/reply': { form: CommentForm; title: string; path: string; parent: QuotedComment | null }
    'conversations/edit': { comment: QuotedComment; body: string; minutes: number; path: string; errors: Readonly<Record<string, string>> }
    'conversations/withdraw': { comment: QuotedComment; path: string; unnameable: boolean; kept: boolean }
    'conversations/history': { comment: QuotedComment; versions: { version: number; body: SafeHtml; writtenAt: Date }[]; path: string }
    /** `path` leads back to this page, `back` to where the button was. */
    'conversations/react': {
      on: string
      quoted: QuotedComment | null
      reaction: Reaction
      name: string
      back: string
      title: string
      path: string
      signedIn: boolean
    }
    'conversations/sign-in-first': {
      conversationId: number
      path: string
      title: string
      body: string
      parentId: number | null
      elsewhere: FindingKind[]
    }
  }
  interface Partials {
    /** `way`: of writing there, where it is not "Add a comment"; `folded`, words that open the form. */
    'conversations/_talk': { talk: Talk; way?: { heading: string; button: string; folded?: string } | undefined }
    'conversations/_comments': { talk: Talk; comments: ThreadComment[]; mine: Mine; path: string; reactions: Talk['reactions']; open: boolean }
    'conversations/_form': { form: CommentForm; heading: string; button?: string | undefined }
    'conversations/_quote': { comment: QuotedComment }
    'conversations/_own': { talk: Talk }
  }
}

const COMMENT_LENGTH = 5000
const commentWords = words('Your comment', 'Write your comment', COMMENT_LENGTH)
const parentField = idField('The comment that you answer is not part of this conversation').optional()
const NewComment = z.object({ body: commentWords, parent: parentField, key: clientKey, choice: choiceField })
const EditedComment = z.object({ body: commentWords, choice: choiceField })
// What stands in place of a detail can be longer than the detail.
const CheckedWords = z.object({ body: commentWords })
// The button's name is the reaction. A pressed one sends "off": taking back says so, so that a second tap on a slow line does not undo the first.
const ReactionForm = z.object(
  Object.fromEntries(REACTIONS.map((reaction) => [reaction, z.enum(['', 'off']).optional()])) as Record<
    Reaction,
    z.ZodOptional<z.ZodEnum<{ '': ''; off: 'off' }>>
  >,
)

interface IdParams {
  id: string
}

export async function conversationRoutes(app: FastifyInstance): Promise<void> {
  const ofComment = { access: anyone, speaks: 'comment' as const }
  const ofOwn = { access: signedIn, speaks: 'comment' as const }
  const ofTalk = { access: anyone, speaks: 'conversation' as const }

  app.get<{ Params: IdParams }>('/comments/:id', { config: ofComment }, async (request, reply) => {
    const comment = await commentById(app.db, request.actor, parseId(request.params.id))
    const conversation = await conversationById(app.db, request.actor, comment.conversationId)
    const query = new URLSearchParams()
    if (comment.branchId !== null) query.set('thread', String(comment.branchId))
    const from = comment.publishedAt === null ? null : await placeOf(app.db, comment, conversation.gathers)
    if (from !== null) query.set('from', String(from))
    const notice = noticeOf(request.query)
    if (notice) query.set('done', notice)
    return reply.redirect(`${conversation.path}${query.size > 0 ? `?${query.toString()}` : ''}#c${comment.id}`, 302)
  })

  app.get<{ Params: IdParams }>('/comments/:id/reply', { config: ofComment }, async (request, reply) => {
    const parent = await commentById(app.db, request.actor, parseId(request.params.id))
    if (parent.state !== 'published')
      throw new Overtaken(`The comment that you want to answer is ${sayState(parent.state)}. You can still write a comment of your own.`)
    const conversation = await conversationById(app.db, request.actor, parent.conversationId)
    return showForm(request, reply, conversation, { parentId: parent.id })
  })

  app.get<{ Params: IdParams }>('/conversations/:id/comments/new', { config: ofTalk }, async (request, reply) => {
    const conversation = await conversationById(app.db, request.actor, parseId(request.params.id))
    return showForm(request, reply, conversation, await begunWith(app, request, conversation))
  })

  app.post<{ Params: IdParams }>('/conversations/:id/comments', { config: { ...ofTalk, again: commentAgain(app) } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const form = parseForm(NewComment, request.body)
    const { actor } = request
    if (!isSignedIn(actor)) {
      const conversation = await conversationById(app.db, actor, id)
      const closed = closedBecause(conversation, now())
      if (closed) throw new Refused('This conversation is closed', { body: `${closed} Your words are below, so that you can keep them.` })
      return signInFirst(reply, conversation, { body: form.body, parentId: form.parent ?? null })
    }
    const place = await placeToWrite(app.db, actor, id, app.limits.factor)
    const checked = await checkComment(app.db, actor, place, form, app.config.staffed)
    const sent = { parentId: form.parent ?? null, key: form.key }
    if ('doubt' in checked) return askAboutComment(reply, actor, await conversationById(app.db, actor, id), checked.doubt, sent)
    parseForm(CheckedWords, checked)
    await app.limits.take('comment', `account ${actor.accountId}`)
    const posted = await postComment(app.db, actor, id, { ...checked, parentId: sent.parentId, clientKey: sent.key })
    if (posted.state === 'published') return reply.seeOther(`/comments/${posted.id}`, saidIn(posted))
    return reply.seeOther(`${posted.path}#waiting`, 'held')
  })

  app.get<{ Params: IdParams }>('/comments/:id/edit', { config: ofOwn }, async (request, reply) => {
    const { comment, conversation } = await own(app, request)
    requireEditable(request.actor, comment, conversation)
    return showEdit(reply, comment, conversation.path, comment.body)
  })

  const editAgain = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => {
    const { comment, conversation } = await own(app, request)
    return showEdit(reply, comment, conversation.path, typed(request.body)['body'] ?? '', problem)
  }
  app.post<{ Params: IdParams }>('/comments/:id/versions', { config: { ...ofOwn, again: editAgain } }, async (request, reply) => {
    const actor = signedInActor(request)
    const form = parseForm(EditedComment, request.body)
    const before = await own(app, request)
    if (form.body !== before.comment.body) requireEditable(actor, before.comment, before.conversation)
    const checked = await checkEdit(app.db, actor, before.comment, form)
    if ('doubt' in checked) return askAboutEdit(reply, before.comment, before.conversation, checked.doubt)
    parseForm(CheckedWords, checked)
    // Every earlier wording is kept and shown, so changing counts like writing.
    await app.limits.take('comment', `account ${actor.accountId}`)
    const comment = await editComment(app.db, actor, before.comment.id, checked.body, checked)
    if (comment.state !== 'held') return reply.seeOther(`/comments/${comment.id}`, 'edited')
    return reply.seeOther(`${comment.path}#waiting`, before.comment.state === 'held' ? 'edited' : 'held')
  })

  app.get<{ Params: IdParams }>('/comments/:id/versions', { config: ofComment }, async (request, reply) => {
    const { comment, versions } = await historyOf(app.db, request.actor, parseId(request.params.id))
    const conversation = await conversationById(app.db, request.actor, comment.conversationId)
    const data = {
      comment: quote(comment),
      versions: versions.map((version) => ({ version: version.version, body: trusted(version.bodyHtml), writtenAt: version.writtenAt })),
      path: conversation.path,
    }
    return reply.page('conversations/history', data, { title: 'Earlier versions of this comment', noindex: true })
  })

  app.get<{ Params: IdParams }>('/comments/:id/withdraw', { config: ofOwn }, async (request, reply) => {
    const { comment, conversation } = await own(app, request)
    if (!mayWithdraw(request.actor, comment)) throw new Forbidden('There is nothing to withdraw: this comment is no longer shown.')
    const kept = await isKept(app.db, comment.id)
    const data = { comment: quote(comment), path: conversation.path, unnameable: mayUnname(request.actor, comment), kept }
    return reply.page('conversations/withdraw', data, { title: 'Withdraw your comment', noindex: true })
  })

  app.post<{ Params: IdParams }>('/comments/:id/withdrawal', { config: ofOwn }, async (request, reply) => {
    const comment = await withdrawComment(app.db, signedInActor(request), parseId(request.params.id))
    return reply.seeOther(`${comment.path}#conversation`, 'withdrawn')
  })

  app.post<{ Params: IdParams }>('/comments/:id/namelessness', { config: ofOwn }, async (request, reply) => {
    const comment = await unnameComment(app.db, signedInActor(request), parseId(request.params.id))
    return reply.seeOther(`${comment.path}#c${comment.id}`, 'unnamed')
  })

  app.get<{ Params: IdParams }>('/comments/:id/reactions/sign-in', { config: ofComment }, async (request, reply) => {
    const comment = await commentById(app.db, request.actor, parseId(request.params.id))
    if (comment.state !== 'published') throw new Overtaken('That comment is no longer there to react to.')
    const conversation = await conversationById(app.db, request.actor, comment.conversationId)
    return showReacting(request, reply, conversation, { on: `/comments/${comment.id}`, quoted: quote(comment) })
  })

  app.get<{ Params: IdParams }>('/conversations/:id/reactions/sign-in', { config: ofTalk }, async (request, reply) => {
    const conversation = await conversationById(app.db, request.actor, parseId(request.params.id))
    return showReacting(request, reply, conversation, { on: `/conversations/${conversation.id}`, quoted: null })
  })

  app.post<{ Params: IdParams }>('/comments/:id/reactions', { config: ofComment }, async (request, reply) => {
    const id = parseId(request.params.id)
    const change = reactionOf(request)
    if (!isSignedIn(request.actor)) return toSignIn(request, reply, change.reaction)
    await app.limits.take('reaction', `account ${request.actor.accountId}`)
    const { path, branchId } = await reactToComment(app.db, request.actor, id, change)
    // With scripts only this comment is exchanged: a page of the thread that begins with it, whatever was loaded since.
    if (request.headers['hx-request']) return reply.seeOther(`${path}?from=${id}${branchId === null ? '' : `&thread=${branchId}`}`)
    return reply.seeOther(`${cameFrom(request, path)}#c${id}`)
  })

  app.post<{ Params: IdParams }>('/conversations/:id/reactions', { config: ofTalk }, async (request, reply) => {
    const conversation = await conversationById(app.db, request.actor, parseId(request.params.id))
    const change = reactionOf(request)
    if (!isSignedIn(request.actor)) return toSignIn(request, reply, change.reaction)
    await app.limits.take('reaction', `account ${request.actor.accountId}`)
    await reactToSubject(app.db, request.actor, conversation.id, change)
    return reply.seeOther(`${cameFrom(request, conversation.path)}#reactions`)
  })
}

/** A reaction of a visitor: they sign in, are told why, and come back to the one tap that is left. With scripts the whole page has to go there, not a part of it into the thread. */
function toSignIn(request: FastifyRequest, reply: FastifyReply, reaction: Reaction): FastifyReply {
  const back = `${request.url.split('?', 1)[0]}/sign-in?reaction=${reaction}`
  const address = `/sign-in?return=${encodeURIComponent(back)}`
  return request.headers['hx-request'] ? reply.header('hx-redirect', address).status(200).send('') : reply.seeOther(address)
}

/** Before signing in: why, and the way in, which leads back here. After it: the one tap that is left. */
function showReacting(
  request: FastifyRequest,
  reply: FastifyReply,
  conversation: Conversation,
  { on, quoted }: { on: string; quoted: QuotedComment | null },
): FastifyReply {
  const asked = typed(request.query)['reaction']
  const reaction = REACTIONS.find((known) => known === asked)
  if (!reaction) throw new NotFound('reaction')
  const name = reaction === 'same-here' && isBox(conversation) ? 'I support this' : REACTION_NAMES[reaction]
  const back = quoted ? on : conversation.path
  const data = { on, quoted, reaction, name, back, title: conversation.title, path: `${on}/reactions/sign-in?reaction=${reaction}` }
  const title = isSignedIn(request.actor) ? `One more tap: ${name}` : `Sign in to say “${name}”`
  return reply.page('conversations/react', { ...data, signedIn: isSignedIn(request.actor) }, { title, noindex: true, teamId: conversation.teamId })
}

/** The page of the thread from which a form was sent, so that reacting on page five does not lead back to page one. */
function cameFrom(request: FastifyRequest, path: string): string {
  const referer = request.headers.referer
  if (referer === undefined || !URL.canParse(referer)) return path
  const { pathname, search } = new URL(referer)
  return pathname === path ? safePath(`${pathname}${search.replace(/([?&])done=[^&]*&?/, '$1').replace(/[?&]$/, '')}`, path) : path
}

function reactionOf(request: FastifyRequest) {
  const form = parseForm(ReactionForm, request.body)
  const reaction = REACTIONS.find((known) => form[known] !== undefined)
  if (!reaction) throw new Refused('Choose one of the reactions')
  return { reaction, on: form[reaction] === '' }
}

function signedInActor(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
  return request.actor
}

async function own(app: FastifyInstance, request: FastifyRequest) {
  const comment = await commentById(app.db, request.actor, parseId((request.params as IdParams).id))
  if (comment.authorId !== signedInActor(request).accountId) throw new NotFound('comment')
  const conversation = await conversationById(app.db, request.actor, comment.conversationId)
  return { comment, conversation }
}

type Found = Awaited<ReturnType<typeof commentById>>

const quote = (comment: Found): QuotedComment => ({
  id: comment.id,
  author: comment.author ?? (isPrivate(comment.audience) ? THE_ASKER : null),
  mark: comment.officialRole ? sayMark(comment.officialRole, comment.officialTeam) : null,
  body: trusted(comment.bodyHtml),
  createdAt: comment.createdAt,
  state: comment.state,
})

function showEdit(reply: FastifyReply, comment: Found, path: string, body: string, problem?: Refused): FastifyReply {
  const data = { comment: quote(comment), body, minutes: EDITABLE_FOR_MINUTES, path, errors: problem?.fields ?? {} }
  return reply.page('conversations/edit', data, {
    title: 'Change your comment',
    noindex: true,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
  })
}

/** A note of the staff must never look as if it had been published. */
function saidIn({ audience, isNote }: { audience: string; isNote: boolean }): Notice {
  if (isNote) return 'noted'
  if (isPublic(audience)) return 'commented'
  if (!isInternal(audience)) return 'sent'
  return circleOf(audience) === null ? 'told-staff' : 'told-circle'
}

interface Typed {
  parentId?: number | null
  body?: string
  key?: string
  fromNote?: boolean
}

/** What stands in a new form: the words that a sign-in kept, a note of the staff, or a saved reply. Each can be changed before it is sent. */
async function begunWith(app: FastifyInstance, request: FastifyRequest, conversation: Conversation): Promise<Typed> {
  const { actor } = request
  const { kept, note, reply = '', parent = '' } = typed(request.query)
  const under = (id: string): number | null => (id === '' ? null : parseId(id))
  if (kept !== undefined && isSignedIn(actor)) {
    const words = await keptWords(app.db, actor, parseId(kept))
    return { body: words?.fields['body'] ?? '', parentId: under(words?.fields['parent'] ?? '') }
  }
  if (note !== undefined) return { body: await noteWords(app.db, actor, [conversation.id], parseId(note)), parentId: under(parent), fromNote: true }
  return { body: reply === '' ? '' : await savedWords(app, actor, parseId(reply)), parentId: under(parent) }
}

const savedWords = async (app: FastifyInstance, actor: Actor, id: number): Promise<string> => (await savedReplyById(app.db, actor, id)).body

/** The form on a page of its own, for a reply or with what was typed and what is wrong with it. */
async function showForm(
  request: FastifyRequest,
  reply: FastifyReply,
  conversation: Conversation,
  filled: Typed,
  problem?: Refused,
): Promise<FastifyReply> {
  const { db } = request.server
  const parent = filled.parentId ? await commentById(db, request.actor, filled.parentId).catch(() => null) : null
  const quoted = parent?.state === 'published' && parent.conversationId === conversation.id ? quote(parent) : null
  const errors = problem === undefined ? {} : Object.keys(problem.fields).length > 0 ? problem.fields : { body: problem.message }
  const replies = await savedReplies(db, request.actor, conversation.teamId)
  const incident = await incidentFor(db, conversation.teamId)
  const form = commentForm(request.actor, subjectOf(conversation), { ...filled, parentId: quoted?.id ?? null, errors, replies, incident })
  const title = quoted ? `Reply to ${quoted.author ?? 'this comment'}` : `Your ${form.suggests ? 'suggestion' : form.noun}`
  const data = { form, title: conversation.title, path: conversation.path, parent: quoted }
  return reply.page('conversations/reply', data, {
    title: `${title}: ${summarise(conversation.title, 60)}`,
    noindex: true,
    teamId: conversation.teamId,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
  })
}

const commentAgain = (app: FastifyInstance) => async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => {
  const conversation = await conversationById(app.db, request.actor, parseId((request.params as IdParams).id))
  const { body = '', parent = '', key } = typed(request.body)
  const parentId = /^[1-9]\d{0,14}$/.test(parent) ? Number(parent) : null
  // The key stays the same, so that nothing is made twice if the first try did arrive after all; other words are another comment.
  const keeps = key !== undefined && z.uuid().safeParse(key).success && !(problem instanceof SentBefore)
  return showForm(request, reply, conversation, { body, parentId, ...(keeps ? { key } : {}) }, problem)
}

/** A visitor has written first: the words go along to the sign-in and come back with them. */
function signInFirst(reply: FastifyReply, conversation: Conversation, kept: { body: string; parentId: number | null }): FastifyReply {
  // Who needs the police now must not have to sign in first to read it.
  const elsewhere = elsewhereIn(kept.body)
  const data = { conversationId: conversation.id, path: conversation.path, title: conversation.title, elsewhere, ...kept }
  return reply.page('conversations/sign-in-first', data, { title: 'Sign in to post your comment', noindex: true, teamId: conversation.teamId })
}
