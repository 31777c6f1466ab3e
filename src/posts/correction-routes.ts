/** Correcting and withdrawing a post over HTTP. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { publishers } from '../web/access.ts'
import { line, parseForm, parseId, typed } from '../web/forms.ts'
import { now } from '../clock.ts'
import { articleOfForm, type Article } from './article.ts'
import { groupsOf, type Composer } from './composer.ts'
import { signedInActor } from './draft-page.ts'
import { postInElection } from './election.ts'
import { correctsByDraft } from './policy.ts'
import { acceptForm, formOf, kindOf, type Kind } from './kinds.ts'
import { postById, type PostPage } from './list.ts'
import { correctPost, draftCorrection, postToChange, withdrawPost, type PostRow } from './post.ts'
import type { DraftForm } from './schema.ts'

interface CorrectionPage {
  post: PostPage
  kind: Kind
  groups: Composer['groups']
  form: DraftForm
  version: number
  errors: Readonly<Record<string, string>>
  preview: Article | null
}

declare module '../web/page.ts' {
  interface Views {
    'posts/correct': CorrectionPage
    'posts/correct-sensitive': { post: PostPage; kindName: string; election: boolean }
    'posts/withdraw': { post: PostPage; errors: Readonly<Record<string, string>>; because: string }
  }
}

const Corrected = z.object({
  note: line('What you corrected', 'Say what you corrected, in a sentence for readers', 240),
  version: z.coerce.number({ error: 'This page is out of date. Open the post again.' }).int(),
})
const Withdrawn = z.object({ because: line('The reason', 'Say why the post is withdrawn. Readers will see it', 300) })

interface Id {
  Params: { id: string }
}

/** Not a fault: the button "Preview" shows the form again, with the preview in it. */
class Preview extends Refused {}

export async function correctionRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }

  app.get<Id>('/posts/:id/correct', { config: access }, async (request, reply) => {
    const post = await postToChange(app.db, request.actor, parseId(request.params.id))
    if (correctsByDraft(request.actor, post, await postInElection(app.db, post))) return showSensitive(request, reply, post)
    return showCorrection(request, reply, post, { form: formOf(post.kind, post), version: post.version })
  })

  const correctAgain = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => {
    const post = await postToChange(app.db, request.actor, parseId((request.params as { id: string }).id))
    const { version = '', ...form } = typed(request.body)
    return showCorrection(request, reply, post, { form, version: Number(version) || post.version, problem })
  }
  app.post<Id>('/posts/:id/corrections', { config: { ...access, again: correctAgain } }, async (request, reply) => {
    const actor = signedInActor(request)
    const post = await postToChange(app.db, actor, parseId(request.params.id))
    if (correctsByDraft(actor, post, await postInElection(app.db, post)))
      return reply.seeOther(`/officers/drafts/${(await draftCorrection(app.db, actor, post.id)).id}`)
    const sent = typed(request.body)
    if (sent['preview'] !== undefined) throw new Preview('')
    const { note, version } = parseForm(Corrected, sent)
    const form = acceptForm(post.kind, sent)
    const { path } = await correctPost(app.db, actor, post.id, { title: '', body: '', tags: [], note, version, form })
    return reply.seeOther(path, 'post-corrected')
  })

  app.get<Id>('/posts/:id/withdraw', { config: access }, async (request, reply) => {
    await postToChange(app.db, request.actor, parseId(request.params.id))
    return showWithdrawal(request, reply)
  })

  app.post<Id>('/posts/:id/withdrawal', { config: { ...access, again: showWithdrawal } }, async (request, reply) => {
    const { because } = parseForm(Withdrawn, request.body)
    const { path } = await withdrawPost(app.db, signedInActor(request), parseId(request.params.id), because)
    return reply.seeOther(path, 'post-withdrawn')
  })
}

async function showSensitive(request: FastifyRequest, reply: FastifyReply, { id, kind, title }: PostRow): Promise<FastifyReply> {
  const data = { post: await postById(request.server.db, id), kindName: kindOf(kind).name, election: !kindOf(kind).sensitive }
  return reply.page('posts/correct-sensitive', data, { title: `Correct: ${title}`, noindex: true })
}

async function showCorrection(
  request: FastifyRequest,
  reply: FastifyReply,
  row: PostRow,
  { form, version, problem }: { form: DraftForm; version: number; problem?: Refused },
): Promise<FastifyReply> {
  const post = await postById(request.server.db, row.id)
  const kind = kindOf(row.kind)
  const { photos, attachments } = row
  const preview = problem instanceof Preview ? articleOfForm({ kind: row.kind, form, photos, attachments }, now()).article : null
  const data = { post, kind, groups: groupsOf(kind.fields), form, version, errors: problem?.fields ?? {}, preview }
  const failed = problem !== undefined && preview === null
  return reply.page('posts/correct', data, { title: `Correct: ${row.title}`, noindex: true, failed, status: failed ? 422 : 200 })
}

async function showWithdrawal(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const post = await postById(request.server.db, parseId((request.params as { id: string }).id))
  const data = { post, errors: problem?.fields ?? {}, because: typed(request.body)['because'] ?? '' }
  return reply.page('posts/withdraw', data, {
    title: `Withdraw: ${post.title}`,
    noindex: true,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
  })
}
