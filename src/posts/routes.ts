/** Posts over HTTP: reading one with its conversation, publishing, correcting, withdrawing. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isSignedIn, sayMark, type Actor, type SignedIn } from '../actor.ts'
import { talkOf, type Talk } from '../conversations/talk.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { movedTo, teamBySlug, type TeamName } from '../teams/team.ts'
import { renderPost } from '../text/markdown.ts'
import { slugOf } from '../text/slug.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { anyone, publishers } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, parseLeadingId, typed, words } from '../web/forms.ts'
import { mayChange, publishingDuty } from './policy.ts'
import { postById, postsWithTag, type PostItem, type PostList, type PostPage } from './list.ts'
import { correctPost, publishPost, postToChange, versionsOf, withdrawPost } from './post.ts'

export interface ComposeForm {
  title: string
  body: string
  tags: string
  key: string
  preview: SafeHtml | null
  errors: Readonly<Record<string, string>>
}

declare module '../web/page.ts' {
  interface Views {
    'posts/show': { post: PostPage; talk: Talk; mark: string; changeable: boolean }
    'posts/versions': { post: PostPage; versions: { version: number; title: string; body: SafeHtml; note: string; replacedAt: Date }[] }
    'posts/compose': { team: TeamName; mark: string; form: ComposeForm }
    'posts/correct': { post: { id: number; version: number; path: string }; form: ComposeForm & { note: string; version: number } }
    'posts/withdraw': { post: PostPage; errors: Readonly<Record<string, string>>; because: string }
    'posts/preview': { preview: SafeHtml }
    'posts/tag': { tag: string; list: PostList }
  }
  interface Partials {
    'posts/_item': { post: PostItem; withTeam: boolean }
    'posts/_fields': { form: ComposeForm; keep: string }
  }
}

const title = line('The title', 'Enter a title', 120)
const body = words('The text', 'Enter the text of the post', 10_000)
const tags = z
  .string()
  .max(500, 'Tags must be 500 characters or fewer in all')
  .default('')
  .transform((text) => [
    ...new Set(
      text
        .split(/[,\n#]+/)
        .filter((tag) => /[\p{L}\p{N}]/u.test(tag))
        .map(slugOf),
    ),
  ])
  .refine((list) => list.length <= 8, 'Give at most 8 tags')
  .refine((list) => list.every((tag) => tag.length <= 40), 'Each tag must be 40 characters or fewer')
const NewPost = z.object({ title, body, tags, key: clientKey })
const Corrected = z.object({
  title,
  body,
  tags,
  note: line('What you corrected', 'Say what you corrected, in a sentence for readers', 240),
  version: z.coerce.number({ error: 'This page is out of date. Open the post again.' }).int(),
})
const Withdrawn = z.object({ because: line('The reason', 'Say why the post is withdrawn. Readers will see it', 300) })
const TalkQuery = z.object({
  thread: z.coerce.number().int().positive().max(1e15).optional(),
  after: z.coerce.number().int().positive().max(1e15).optional(),
  before: z.coerce.number().int().positive().max(1e15).optional(),
  from: z.coerce.number().int().positive().max(1e15).optional(),
  all: z
    .literal('yes')
    .optional()
    .transform((all) => all === 'yes'),
})

interface PostParams {
  team: string
  post: string
}

export async function postRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }

  app.get<{ Params: PostParams }>('/teams/:team/posts/:post', { config: { access: anyone } }, async (request, reply) => {
    const post = await postById(app.db, parseLeadingId(request.params.post))
    // Another team's address, or words that have changed: the id is what counts.
    const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    if (request.url !== `${post.path}${search}`) return reply.redirect(`${post.path}${search}`, 301)
    const query = TalkQuery.safeParse(request.query)
    if (!query.success) throw new NotFound()
    const talk = await talkOf(app.db, request.actor, post, query.data)
    const data = { post, talk, mark: sayMark(post.officialRole, post.officialTeam), changeable: mayChange(request.actor, post) }
    return reply.page('posts/show', data, {
      title: post.title,
      description: post.summary,
      noindex: !talk.beginning || talk.head !== null || post.state === 'withdrawn',
    })
  })

  app.get<{ Params: PostParams }>('/teams/:team/posts/:post/versions', { config: { access: anyone } }, async (request, reply) => {
    const post = await postById(app.db, parseLeadingId(request.params.post))
    if (post.state === 'withdrawn') throw new NotFound('post')
    const versions = (await versionsOf(app.db, post)).map((version) => ({ ...version, body: trusted(version.bodyHtml) }))
    return reply.page('posts/versions', { post, versions }, { title: `Earlier versions: ${post.title}`, noindex: true })
  })

  app.get<{ Params: { team: string } }>('/teams/:team/posts/new', { config: access }, async (request, reply) => {
    const { team, mark } = await publishingAs(app, request)
    return reply.page('posts/compose', { team, mark, form: emptyForm() }, { title: `Publish an update for ${team.name}`, noindex: true })
  })

  const composeAgain = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => {
    const { team, mark } = await publishingAs(app, request)
    const form = { ...filled(request), errors: problem.fields, preview: previewOf(request) }
    const failed = !(problem instanceof Preview)
    return reply.page(
      'posts/compose',
      { team, mark, form },
      { title: `Publish an update for ${team.name}`, noindex: true, failed, status: failed ? 422 : 200 },
    )
  }
  app.post<{ Params: { team: string } }>('/teams/:team/posts', { config: { ...access, again: composeAgain } }, async (request, reply) => {
    const { team } = await publishingAs(app, request)
    if (typed(request.body)['preview'] !== undefined) throw new Preview('')
    const input = parseForm(NewPost, request.body)
    const post = await publishPost(app.db, signedInActor(request), team, { ...input, clientKey: input.key })
    return reply.seeOther(post.path, 'post-published')
  })

  app.post('/previews', { config: access }, async (request, reply) =>
    reply.page('posts/preview', { preview: previewOf(request) }, { title: '', noindex: true }),
  )

  app.get<{ Params: { id: string } }>('/posts/:id/correct', { config: access }, async (request, reply) => {
    const post = await postToChange(app.db, request.actor, parseId(request.params.id))
    const shown = await postById(app.db, post.id)
    const form = { ...emptyForm(), title: post.title, body: post.body, tags: post.tags.join(', '), note: '', version: post.version }
    return reply.page('posts/correct', { post: shown, form }, { title: `Correct: ${post.title}`, noindex: true })
  })

  const correctAgain = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => {
    const post = await postById(app.db, parseId((request.params as { id: string }).id))
    const { note = '', version = '' } = typed(request.body)
    const failed = !(problem instanceof Preview)
    const form = { ...filled(request), note, version: Number(version) || post.version, errors: problem.fields, preview: previewOf(request) }
    return reply.page('posts/correct', { post, form }, { title: `Correct: ${post.title}`, noindex: true, failed, status: failed ? 422 : 200 })
  }
  app.post<{ Params: { id: string } }>('/posts/:id/corrections', { config: { ...access, again: correctAgain } }, async (request, reply) => {
    const post = await postToChange(app.db, request.actor, parseId(request.params.id))
    if (typed(request.body)['preview'] !== undefined) throw new Preview('')
    const { path } = await correctPost(app.db, signedInActor(request), post.id, parseForm(Corrected, request.body))
    return reply.seeOther(path, 'post-corrected')
  })

  app.get<{ Params: { id: string } }>('/posts/:id/withdraw', { config: access }, async (request, reply) => {
    await postToChange(app.db, request.actor, parseId(request.params.id))
    return showWithdrawal(app, request, reply)
  })

  const withdrawAgain = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showWithdrawal(app, request, reply, problem)
  app.post<{ Params: { id: string } }>('/posts/:id/withdrawal', { config: { ...access, again: withdrawAgain } }, async (request, reply) => {
    const { because } = parseForm(Withdrawn, request.body)
    const { path } = await withdrawPost(app.db, signedInActor(request), parseId(request.params.id), because)
    return reply.seeOther(path, 'post-withdrawn')
  })

  app.get<{ Params: { tag: string }; Querystring: { after?: string } }>('/tags/:tag', { config: { access: anyone } }, async (request, reply) => {
    const tag = slugOf(request.params.tag)
    if (tag !== request.params.tag) return reply.redirect(`/tags/${tag}`, 301)
    const list = await postsWithTag(app.db, tag, request.query.after)
    return reply.page('posts/tag', { tag, list }, { title: `Posts about ${tag}`, noindex: list.items.length === 0 })
  })
}

/** Not a fault: the button "Preview" of a browser without scripts shows the form again, with the preview in it. */
class Preview extends Refused {}

async function publishingAs(app: FastifyInstance, request: FastifyRequest): Promise<{ team: TeamName; mark: string }> {
  const { team: slug } = request.params as { team: string }
  const team = await teamBySlug(app.db, (await movedTo(app.db, slug)) ?? slug)
  if (team.archivedAt !== null) throw new Forbidden('This team is archived, so nothing new can be published for it.')
  const duty = publishingDuty(request.actor, team.id)
  if (!duty) throw new Forbidden(`You cannot publish for the ${team.name} team.`)
  return { team, mark: sayMark(duty.role, team.name) }
}

const emptyForm = (): ComposeForm => ({ title: '', body: '', tags: '', key: randomUUID(), preview: null, errors: {} })

function filled(request: FastifyRequest): ComposeForm {
  const { title = '', body = '', tags = '', key } = typed(request.body)
  return { ...emptyForm(), title, body, tags, ...(key && z.uuid().safeParse(key).success ? { key } : {}) }
}

const previewOf = (request: FastifyRequest): SafeHtml => trusted(renderPost((typed(request.body)['body'] ?? '').slice(0, 20_000)))

function signedInActor(request: { actor: Actor }): SignedIn {
  if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
  return request.actor
}

async function showWithdrawal(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const post = await postById(app.db, parseId((request.params as { id: string }).id))
  const data = { post, errors: problem?.fields ?? {}, because: typed(request.body)['because'] ?? '' }
  return reply.page('posts/withdraw', data, {
    title: `Withdraw: ${post.title}`,
    noindex: true,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
  })
}
