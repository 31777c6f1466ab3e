/** Posts over HTTP: reading one with its conversation, what changed in it, and the posts of a tag. */
import type { FastifyInstance } from 'fastify'
import { hasRole, isStaff, sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { mayLookAtMode } from '../conversations/mode-policy.ts'
import { aloneFrom, talkOf, talkWithout, type Talk } from '../conversations/talk.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { NotFound } from '../errors.ts'
import type { Piece } from '../text/difference.ts'
import { renderPost } from '../text/markdown.ts'
import { slugOf } from '../text/slug.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { anyone, publishers } from '../web/access.ts'
import { parseLeadingId, typed, withoutFinePosition } from '../web/forms.ts'
import { articleOf, type Article } from './article.ts'
import { besideOf, listedIn, type BesidePost } from './beside.ts'
import { correctionRoutes } from './correction-routes.ts'
import { isChangedElsewhere, mayChange, mayKeepPage, mayWithdraw } from './policy.ts'
import { postById, postsWithTag, type PostItem, type PostList, type PostPage } from './list.ts'
import { versionsOf } from './post.ts'
import type { DraftForm } from './schema.ts'
import { tagsStarting } from './tag.ts'
import { correctionsOf, type ShownCorrection } from './versions.ts'

/** What a member of staff may do with the post, each with its link. */
export interface PostSteps {
  change: boolean
  withdraw: boolean
  pin: boolean
  repost: boolean
  traced: boolean
  question: string | null
  /** Who can write under it: set it, or ask for it. */
  mode: boolean
  /** Where it is sent as an urgent alert, or asked for. */
  alert: { path: string; text: string } | null
}

declare module '../web/page.ts' {
  interface Views {
    'posts/show': { post: PostPage; article: Article; beside: Partial<BesidePost>; talk: Talk; mark: string; may: PostSteps }
    'posts/versions': { post: PostPage; corrections: ShownCorrection[] }
    'posts/preview': { preview: SafeHtml }
    'posts/tag': { tag: string; list: PostList }
  }
  interface Partials {
    /** `at`: the team on whose page the list stands. */
    'posts/_item': { post: PostItem; withTeam: boolean; at?: { id: number; name: string; keeps: boolean } | undefined }
    'posts/_post': { article: Article }
    'posts/_notices': { post: PostPage; photosGone: Article['photosGone'] }
    'posts/_staff': { post: PostPage; may: PostSteps }
    'posts/_difference': { lines: Piece[][] }
    'posts/_fields': { form: DraftForm; errors: Readonly<Record<string, string>>; keep: string | null; tags: boolean }
    'posts/_ends': { form: DraftForm; errors: Readonly<Record<string, string>>; hint: string }
    'posts/_ground': { form: DraftForm; errors: Readonly<Record<string, string>>; corrects: boolean }
    'posts/_note': { form: DraftForm; errors: Readonly<Record<string, string>> }
  }
}

interface PostParams {
  team: string
  post: string
}

export async function postRoutes(app: FastifyInstance): Promise<void> {
  await app.register(correctionRoutes)

  app.get<{ Params: PostParams }>('/teams/:team/posts/:post', { config: { access: anyone } }, async (request, reply) => {
    const post = await postById(app.db, parseLeadingId(request.params.post))
    // Another team's address, or words that have changed: the id is what counts.
    const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    if (request.url !== `${post.path}${search}`) return reply.redirect(`${post.path}${withoutFinePosition(search)}`, 301)
    const query = TalkQuery.safeParse(request.query)
    if (!query.success) throw new NotFound()
    const [whole, beside] = [await talkOf(app.db, request.actor, post, query.data), await besideOf(app.db, request.actor, post)]
    const listed = listedIn(beside)
    const talk = listed.length === 0 ? whole : talkBeside(whole, query.data.from, listed)
    const mark = sayMark(post.officialRole, post.officialTeam)
    return reply.page(
      'posts/show',
      { post, article: articleOf(post, now()), beside, talk, mark, may: stepsOf(request.actor, post) },
      {
        title: post.title,
        description: post.summary,
        noindex: !talk.beginning || talk.head !== null || post.state === 'withdrawn',
        feed: `/conversations/${post.conversationId}/feed`,
      },
    )
  })

  app.get<{ Params: PostParams }>('/teams/:team/posts/:post/versions', { config: { access: anyone } }, async (request, reply) => {
    const post = await postById(app.db, parseLeadingId(request.params.post))
    if (post.state === 'withdrawn' || post.editedByModerator) throw new NotFound('post')
    const corrections = correctionsOf(post, await versionsOf(app.db, post))
    return reply.page('posts/versions', { post, corrections }, { title: `What changed: ${post.title}`, noindex: true })
  })

  app.post('/previews', { config: { access: publishers } }, async (request, reply) =>
    reply.page('posts/preview', { preview: previewOf(request.body) }, { title: '', noindex: true }),
  )

  app.get<{ Params: { tag: string }; Querystring: { after?: string } }>('/tags/:tag', { config: { access: anyone } }, async (request, reply) => {
    const tag = slugOf(request.params.tag)
    if (tag !== request.params.tag) return reply.redirect(`/tags/${tag}`, 301)
    const list = await postsWithTag(app.db, tag, request.query.after)
    const feed = `/tags/${tag}/feed`
    return reply.page('posts/tag', { tag, list }, { title: `Posts about ${tag}`, noindex: list.items.length === 0, feed })
  })

  app.get<{ Querystring: { starts?: string } }>('/tags', { config: { access: publishers } }, async (request, reply) => {
    const { starts } = request.query
    return reply.send({ tags: typeof starts === 'string' ? await tagsStarting(app.db, starts) : [] })
  })
}

/** What the page lists stands in the thread only on the page of its own. */
function talkBeside(talk: Talk, from: number | undefined, listed: readonly number[]): Talk {
  const alone = aloneFrom(talk, from, 'question')
  return alone.alone ? alone : talkWithout(talk, listed)
}

function stepsOf(actor: Actor, post: PostPage): PostSteps {
  const change = mayChange(actor, post)
  const stands = (post.state === 'published' || post.state === 'corrected') && !isChangedElsewhere(post)
  const keeps = mayKeepPage(actor, post.teamId)
  const others =
    isStaff(actor) &&
    actor.duties.some(({ role, teamId }) => role === 'press-office' || (teamId !== null && teamId !== post.teamId && mayKeepPage(actor, teamId)))
  const { questionId } = post.details
  return {
    change,
    withdraw: mayWithdraw(actor, post),
    pin: keeps && stands,
    repost: others && stands,
    traced: keeps && post.kind === 'appeal' && post.photos.length > 0,
    question: keeps && questionId ? `/questions/${questionId}` : null,
    mode: mayLookAtMode(actor, { audience: 'public', teamId: post.teamId }),
    alert: alertStep(actor, post),
  }
}

/** The press office proposes an alert, those of the team ask for one; none for a planned meeting, of which followers hear by itself. */
function alertStep(actor: Actor, post: PostPage): PostSteps['alert'] {
  const { id, state, teamId } = post
  if ((state !== 'published' && state !== 'corrected') || isChangedElsewhere(post) || hasRole(actor, 'administrator')) return null
  if (hasRole(actor, 'press-office')) return { path: `/posts/${id}/alert`, text: 'Send it as an urgent alert' }
  const isTheirs = actor.duties.some((duty) => (duty.role === 'officer' || duty.role === 'supervisor') && duty.teamId === teamId)
  return isTheirs ? { path: `/posts/${id}/requests?kind=alert`, text: 'Ask for an urgent alert' } : null
}

const previewOf = (body: unknown): SafeHtml => trusted(renderPost((typed(body)['body'] ?? '').slice(0, 20_000)))
