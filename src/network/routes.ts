/** The staff network over HTTP: Home, the lists, and the page of a post. What is written and changed stands in the files beside this one. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { COLLEAGUE_ROLES, isColleague, isSignedIn, sayMark, type Actor, type SignedIn } from '../actor.ts'
import { mayBeInSupport } from '../circles/persona.ts'
import { guestsOf } from '../circles/circle.ts'
import { networkPage } from '../circles/page.ts'
import { aloneFrom, talkOf, talkWithout, type Talk } from '../conversations/talk.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { NotFound } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { cleanLine } from '../text/input.ts'
import { slugOf } from '../text/slug.ts'
import { colleagues, insiders } from '../web/access.ts'
import { parseLeadingId } from '../web/forms.ts'
import { changeRoutes } from './change-routes.ts'
import { composeRoutes } from './compose-routes.ts'
import { followRoutes } from './follow-routes.ts'
import { followed } from './follow.ts'
import { followUpsOf, mayFollowUp, type FollowUps } from './follow-up.ts'
import { homeOf, type Home } from './home.ts'
import { asksForDeeds, correctionPath, insideOf, listedIn, showInside, type InsidePost } from './inside.ts'
import { postsOfAudience, postsOnTopic, type StaffItem, type StaffList } from './list.ts'
import { staffPostById, type StaffPostPage } from './page.ts'
import { mayChange, mayFollow, mayReadVersions, mayWithdraw } from './policy.ts'
import { praisedIn, type Praised } from './praise.ts'
import { previewOf, type LinkShown } from './preview.ts'
import { isSaved } from './saved.ts'
import { personSubject, topicSubject } from './subject.ts'
import { busyTopics, topicsFrom, topicsStarting, type Topic } from './topic.ts'

/** What a reader may do with a post, each with where it stands now. */
export interface StaffSteps {
  /** Whether they follow the author; null where they cannot. */
  author: boolean | null
  /** Topics of the post, with whether they follow each; null where they cannot. */
  topics: { topic: string; followed: boolean | null }[]
  saved: boolean | null
  /** Where it is corrected. */
  correct: string | null
  withdraw: boolean
  versions: boolean
  followUp: boolean
}

declare module '../web/page.ts' {
  interface Views {
    'network/home': { home: Home; further: boolean; topics: Topic[]; colleague: boolean; support: boolean }
    'network/everyone': { list: StaffList; further: boolean }
    'network/topics': { topics: Topic[]; next: string | null; starts: string; further: boolean }
    'network/topic': { topic: string; list: StaffList; further: boolean; followed: boolean | null }
    'network/show': ShownPost
  }
  interface Partials {
    /** The sub-navigation of every page of the network. `path`: of the page that is open, as in the address. */
    'network/_nav': { path: string }
    /** Stands with every form that writes into the network. */
    'network/_recorded': {}
    /** What the room of its kind shows of a post, below its words. */
    'network/_inside': { inside: Partial<InsidePost> }
    /** In a `ul.posts`, below an h2. */
    'network/_item': { item: StaffItem & { isNew?: boolean } }
    'network/_praised': { praised: Praised[] }
    'network/_follow': { subject: string; on: boolean; name: string; back: string }
    'network/_done': { followUps: FollowUps; post: StaffPostPage; may: boolean }
  }
}

declare module './inside.ts' {
  interface InsidePost {
    link: LinkShown
    praise: Praised[]
  }
}

interface ShownPost {
  post: StaffPostPage
  mark: string | null
  talk: Talk
  inside: Partial<InsidePost>
  followUps: FollowUps
  /** The organisations whose people read in the circle. */
  guests: string[]
  may: StaffSteps
}

interface Paged {
  Querystring: { after?: string }
}

/** One value, however often it stands in the address. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export async function networkRoutes(app: FastifyInstance): Promise<void> {
  showInside('praise', (db, _actor, post) => praisedIn(db, post.id))
  showInside('link', previewOf)
  await app.register(composeRoutes)
  await app.register(changeRoutes)
  await app.register(followRoutes)

  app.get<Paged>('/staff', { config: { access: insiders } }, async (request, reply) => {
    const actor = signedInActor(request)
    const cursor = textOf(request.query.after)
    const home = await homeOf(app.db, actor, { cursor, visits: request.headers['x-unattended'] === undefined })
    const colleague = isColleague(actor)
    const topics = colleague && home.items.length === 0 ? await busyTopics(app.db) : []
    return reply.page(
      'network/home',
      { home, further: cursor !== undefined, topics, colleague, support: await mayBeInSupport(app.db, actor) },
      networkPage('Staff network'),
    )
  })

  app.get<Paged>('/staff/everyone', { config: { access: colleagues } }, async (request, reply) => {
    const after = textOf(request.query.after)
    const list = await postsOfAudience(app.db, request.actor, 'staff', after)
    return reply.page('network/everyone', { list, further: after !== undefined }, networkPage('Everyone'))
  })

  type OfTopics = { Querystring: { q?: string; after?: string; starts?: string } }
  app.get<OfTopics>('/staff/topics', { config: { access: colleagues } }, async (request, reply) => {
    const typing = textOf(request.query.starts)
    if (typing !== undefined) return reply.send({ tags: await topicsStarting(app.db, typing) })
    const starts = (textOf(request.query.q) ?? '').slice(0, 60)
    const after = cleanLine(textOf(request.query.after)?.slice(0, 60) ?? '')
    const found = await topicsFrom(app.db, starts, after)
    return reply.page('network/topics', { ...found, starts, further: after !== '' }, networkPage('Topics'))
  })

  app.get<Paged & { Params: { topic: string } }>('/staff/topics/:topic', { config: { access: insiders } }, async (request, reply) => {
    const topic = slugOf(request.params.topic)
    if (topic !== request.params.topic) return reply.redirect(`/staff/topics/${topic}`, 301)
    const actor = signedInActor(request)
    const after = textOf(request.query.after)
    const list = await postsOnTopic(app.db, actor, topic, after)
    const follows = mayFollow(actor, { kind: 'topic' }) ? await isFollowed(request, topicSubject(topic)) : null
    const data = { topic, list, further: after !== undefined, followed: follows }
    return reply.page('network/topic', data, networkPage(`Topic: ${topic.replaceAll('-', ' ')}`))
  })

  app.get<{ Params: { id: string } }>('/staff/posts/:id', { config: { access: insiders, speaks: 'post' } }, async (request, reply) => {
    const post = await staffPostById(app.db, request.actor, parseLeadingId(request.params.id))
    // Words that have changed: the id is what counts.
    const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    if (request.url !== `${post.path}${search}`) return reply.redirect(`${post.path}${search}`, 301)
    const query = TalkQuery.safeParse(request.query)
    if (!query.success) throw new NotFound()
    return reply.page('network/show', await shownPost(request, post, query.data), networkPage(post.title))
  })
}

async function shownPost(request: FastifyRequest, post: StaffPostPage, query: z.output<typeof TalkQuery>): Promise<ShownPost> {
  const { db } = request.server
  const actor = signedInActor(request)
  const inside = await insideOf(db, actor, post)
  return {
    post,
    mark: post.officialRole === null ? null : sayMark(post.officialRole, post.officialTeam),
    talk: talkBeside(await talkOf(db, actor, post, query), query.from, listedIn(inside)),
    inside,
    followUps: await followUpsOf(db, actor, post.id),
    guests: post.circle === null || actor.persona ? [] : await guestsOf(db, post.circle.id),
    may: await stepsOf(request, actor, post, inside),
  }
}

/** What the page lists stands in the thread only on the page of its own. */
function talkBeside(talk: Talk, from: number | undefined, listed: readonly number[]): Talk {
  if (listed.length === 0) return talk
  const alone = aloneFrom(talk, from, 'question')
  return alone.alone ? alone : talkWithout(talk, listed)
}

/** Under a pseudonym nobody follows, saves or links: that would be kept with it. */
async function stepsOf({ server: { db } }: FastifyRequest, actor: SignedIn, post: StaffPostPage, inside: Partial<InsidePost>): Promise<StaffSteps> {
  const author = personSubject(post.authorId)
  const follows = mayFollow(actor, { kind: 'topic' })
  const isOpen = post.circle?.closed !== true
  const known = follows ? await followed(db, actor.accountId, [author, ...post.tags.map(topicSubject)]) : new Set<string>()
  return {
    author: follows && isFollowable(actor, post) ? known.has(author) : null,
    topics: post.tags.map((topic) => ({ topic, followed: follows ? known.has(topicSubject(topic)) : null })),
    saved: actor.persona ? null : await isSaved(db, actor, post.id),
    correct: isOpen && mayChange(actor, post) ? correctionPath(post) : null,
    withdraw: mayWithdraw(actor, post),
    versions: mayReadVersions(post),
    followUp: isOpen && !actor.persona && asksForDeeds(inside) && mayFollowUp(actor, post),
  }
}

const isFollowable = (actor: Actor, { authorId, officialRole }: StaffPostPage): boolean =>
  isSignedIn(actor) && authorId !== actor.accountId && COLLEAGUE_ROLES.some((role) => role === officialRole)

async function isFollowed(request: FastifyRequest, subject: string): Promise<boolean> {
  return (await followed(request.server.db, signedInActor(request).accountId, [subject])).has(subject)
}
