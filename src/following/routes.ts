/** Following over HTTP: the page behind every "Follow", with an account or by email, and the link that confirms. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Refused } from '../errors.ts'
import { displayPostcode } from '../geography/postcode.ts'
import { slugOf } from '../text/slug.ts'
import { anyone, type Again } from '../web/access.ts'
import { parseForm, parseId, typed } from '../web/forms.ts'
import { visitorKey } from '../web/limits.ts'
import { followBy, follow, followerCount, stopFollow, type Follow } from './follow.ts'
import { followerOf, maskEmail } from './follower.ts'
import { EmailForm, FollowForm } from './forms.ts'
import { postcodeOf } from './ground.ts'
import { subjectOfKey, type Subject } from './key.ts'
import { tokenOf } from './link.ts'
import { askToFollow, confirmRequest, readLink, type Link } from './request.ts'
import { sayNews, sayRhythm, sayThing } from './saying.ts'
import type { Rhythm } from './schema.ts'
import { settingsRoutes } from './settings-routes.ts'
import { placeSubject, teamSubject, thingOf, type Thing } from './subject.ts'

/** How somebody follows it now. */
interface Standing {
  follow: Follow
  /** Why nothing is sent at present, although they follow it. */
  stopped: 'bounced' | 'complained' | 'asked' | null
}

declare module '../web/page.ts' {
  interface Views {
    'following/follow': {
      thing: Thing
      said: string
      news: string
      /** Null when they are few: then the number could tell who. */
      count: number | null
      standing: Standing | null
      viewer: boolean
      /** Address of its feed without the ending; null where it has none. */
      feed: string | null
      fields: Record<string, string>
      problem: Refused | null
    }
    'following/check-email': { email: string; said: string; path: string }
    'following/confirm': { token: string; masked: string; said: string; rhythm: string; confirmed: boolean }
    'following/bad-confirm': { state: 'expired' | 'gone' | 'unknown'; followPath: string | null }
  }
  interface Partials {
    'following/_rhythm': { rhythm: string; message: string | undefined }
    'following/_postcode': { postcode: string; message: string | undefined }
  }
}

/** So few would be too easily known. */
const FEW = 10

/** Each kind of subject with its address and how it is found. Texts are addresses to go to instead. */
const SUBJECTS: readonly { url: string; find: (app: FastifyInstance, params: Record<string, string>) => Promise<Subject | string> }[] = [
  { url: '/follow/force', find: async () => ({ kind: 'force' }) },
  {
    url: '/follow/:team',
    find: async (app, { team = '' }) => {
      const subject = await teamSubject(app.db, team)
      return typeof subject === 'string' ? `/follow/${subject}` : subject
    },
  },
  {
    url: '/follow/tags/:tag',
    find: async (_app, { tag = '' }) => (slugOf(tag) === tag ? { kind: 'tag', tag } : `/follow/tags/${slugOf(tag)}`),
  },
  { url: '/follow/conversations/:id', find: async (_app, { id }) => ({ kind: 'conversation', id: parseId(id) }) },
  { url: '/follow/places/:place', find: (app, { place = '' }) => placeSubject(app.db, place) },
]

interface TokenParams {
  Params: { token: string }
}

export async function followRoutes(app: FastifyInstance): Promise<void> {
  await app.register(settingsRoutes)

  for (const { url, find } of SUBJECTS) {
    const found = async (request: FastifyRequest): Promise<Thing | string> => {
      const subject = await find(app, request.params as Record<string, string>)
      return typeof subject === 'string' ? subject : thingOf(app.db, app.config.force.name, subject)
    }
    const again: Again = async (request, reply, problem) => {
      const thing = await found(request)
      return typeof thing === 'string' ? reply.redirect(thing, 303) : showFollow(request, reply, thing, problem)
    }
    app.get(url, { config: { access: anyone } }, async (request, reply) => {
      const thing = await found(request)
      return typeof thing === 'string' ? reply.redirect(thing, 303) : showFollow(request, reply, thing)
    })
    app.post(url, { config: { access: anyone, again } }, async (request, reply) => {
      const thing = await found(request)
      if (typeof thing === 'string') return reply.redirect(thing, 303)
      return isSignedIn(request.actor) ? followSignedIn(request, reply, thing) : followByEmail(request, reply, thing)
    })
  }

  app.get<TokenParams>('/follow/confirm/:token', { config: { access: anyone } }, async (request, reply) => {
    const { token } = request.params
    return showLink(reply, token, await readLink(app.db, app.config.force.name, token))
  })

  app.post<TokenParams>('/follow/confirm/:token', { config: { access: anyone } }, async (request, reply) => {
    const { token } = request.params
    const follower = await confirmRequest(app.db, app.config.force.name, token)
    if (!follower) return showLink(reply, token, await readLink(app.db, app.config.force.name, token))
    return reply.seeOther(`/following/${tokenOf(app.config.secret, follower, null)}`, 'following')
  })
}

async function followSignedIn(request: FastifyRequest, reply: FastifyReply, thing: Thing): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  if (!isSignedIn(actor)) throw new Error('followed without an account')
  if (typed(request.body)['act'] === 'stop') {
    const follower = await followerOf(db, actor)
    const known = follower && (await followBy(db, follower.id, { key: thing.key }))
    if (known) await stopFollow(db, known.followerId, known.id)
    return reply.seeOther(thing.followPath, 'follow-stopped')
  }
  const { rhythm, alerts, postcode } = parseForm(FollowForm, request.body)
  await follow(db, actor, thing, { rhythm, wantsAlerts: alerts, postcode: await postcodeFor(request, thing, postcode) })
  return reply.seeOther(thing.followPath, 'following')
}

async function followByEmail(request: FastifyRequest, reply: FastifyReply, thing: Thing): Promise<FastifyReply> {
  const { db, config, limits } = request.server
  const { email, rhythm, alerts, postcode } = parseForm(EmailForm, request.body)
  const kept = await postcodeFor(request, thing, postcode)
  await limits.take('follow-visitor', visitorKey(config.secret, request.ip, now()))
  await limits.take('follow-address', visitorKey(config.secret, email, now()))
  await askToFollow(db, config, thing, { email, rhythm, wantsAlerts: alerts, postcode: kept })
  return reply.page('following/check-email', { email, said: sayThing(thing), path: thing.path }, { title: 'Check your email', noindex: true })
}

async function postcodeFor(request: FastifyRequest, { key }: Thing, text: string): Promise<string | null> {
  const subject = subjectOfKey(key)
  return subject?.kind === 'team' ? postcodeOf(request.server.db, text, subject.id) : null
}

async function showFollow(request: FastifyRequest, reply: FastifyReply, thing: Thing, problem: Refused | null = null): Promise<FastifyReply> {
  const { db } = request.server
  const standing = await standingOf(request, thing)
  const count = await followerCount(db, thing.key)
  const said = sayThing(thing)
  return reply.page(
    'following/follow',
    {
      thing,
      said,
      news: sayNews(thing),
      count: count < FEW ? null : count,
      standing,
      viewer: isSignedIn(request.actor),
      feed: feedOf(thing),
      fields: problem ? typed(request.body) : fieldsOf(standing),
      problem,
    },
    { title: `Follow ${said}`, noindex: true, failed: problem !== null, status: problem ? 422 : 200 },
  )
}

const fieldsOf = (standing: Standing | null): Record<string, string> => ({
  rhythm: standing?.follow.rhythm ?? ('daily' satisfies Rhythm),
  postcode: standing?.follow.postcode ? displayPostcode(standing.follow.postcode) : '',
})

async function standingOf(request: FastifyRequest, thing: Thing): Promise<Standing | null> {
  const { db } = request.server
  const follower = isSignedIn(request.actor) ? await followerOf(db, request.actor) : null
  const known = follower && (await followBy(db, follower.id, { key: thing.key }))
  if (!known) return null
  return { follow: known, stopped: follower.stoppedBecause }
}

/** Address of its feed without the ending; places have none. */
function feedOf({ kind, path, key }: Thing): string | null {
  if (kind === 'place') return null
  if (kind === 'force') return '/feed'
  return kind === 'conversation' ? `/conversations/${key.slice('conversation:'.length)}/feed` : `${path}/feed`
}

const BAD_STATUS = { expired: 410, gone: 410, unknown: 404 }
const BAD_TITLE = { expired: 'This link has expired', gone: 'This can no longer be followed', unknown: 'This link does not work' }

function showLink(reply: FastifyReply, token: string, link: Link): FastifyReply {
  // The token must not travel on in the address of the page one came from.
  reply.header('referrer-policy', 'same-origin').header('cache-control', 'no-store')
  if (link.state === 'good' || link.state === 'confirmed') {
    const said = sayThing(link.thing)
    return reply.page(
      'following/confirm',
      { token, masked: maskEmail(link.email), said, rhythm: sayRhythm(link.rhythm), confirmed: link.state === 'confirmed' },
      { title: `Follow ${said}`, noindex: true },
    )
  }
  const followPath = link.state === 'expired' ? (link.thing?.followPath ?? null) : null
  const { state } = link
  return reply.page('following/bad-confirm', { state, followPath }, { title: BAD_TITLE[state], noindex: true, status: BAD_STATUS[state] })
}
