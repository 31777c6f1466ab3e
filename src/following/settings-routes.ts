/**
 * What somebody follows, and how they are told: signed in at `/following`, or by the link of a mail at `/following/TOKEN`, where the link says who they
 * are and nothing more than the beginning of the address is shown.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn } from '../actor.ts'
import { NotFound, type Refused } from '../errors.ts'
import { displayPostcode } from '../geography/postcode.ts'
import { sayHour } from '../text/dates.ts'
import { anyone, signedIn, type Again } from '../web/access.ts'
import { parseForm, parseId, typed } from '../web/forms.ts'
import type { Notice } from '../web/notices.ts'
import { readUpload } from '../web/uploads.ts'
import { changeFollow, followBy, putBack, stopFollow } from './follow.ts'
import { endLinks, followerOf, forgetFollower, maskEmail, maskPostcode, saveSettings, startAgain, stopAll } from './follower.ts'
import { ChangeForm, SettingsForm } from './forms.ts'
import { postcodeOf } from './ground.ts'
import { subjectOfKey } from './key.ts'
import { followerOfToken, tokenOf, type Follower } from './link.ts'
import { sayQuiet, sayThing } from './saying.ts'
import { shownFollows, type ShownFollow } from './shown.ts'

declare module '../web/page.ts' {
  interface Views {
    'following/following': {
      /** `/following`, or that of a link. */
      base: string
      masked: string | null
      follows: readonly ShownFollow[]
      follower: Follower | null
      quiet: string | null
    }
    'following/change': { base: string; follow: ShownFollow; isTeam: boolean; fields: Record<string, string>; problem: Refused | null }
    'following/settings': { base: string; fields: Record<string, string>; hours: readonly { value: string; said: string }[]; problem: Refused | null }
    'following/unsubscribe': { base: string; masked: string; said: string | null; stopped: boolean }
    'following/bad-link': { returnTo: string }
  }
}

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), said: sayHour(hour) }))

interface Own {
  follower: Follower
  /** Of the link, where it names one. */
  followId: number | null
  base: string
}
type Act = (request: FastifyRequest, reply: FastifyReply, own: Own) => Promise<FastifyReply>

export async function settingsRoutes(app: FastifyInstance): Promise<void> {
  app.get('/following', { config: { access: signedIn } }, async (request, reply) => {
    const follower = isSignedIn(request.actor) ? await followerOf(app.db, request.actor) : null
    return showFollowing(request, reply, '/following', follower)
  })
  app.get('/following/:token', { config: { access: anyone } }, forOwner(showAll))

  for (const base of ['/following', '/following/:token']) {
    const config = { access: base === '/following' ? signedIn : anyone }
    app.get(`${base}/follows/:id`, { config }, forOwner(showChange))
    app.post(`${base}/follows/:id`, { config: { ...config, again: again(showChange) } }, forOwner(change))
    app.post(`${base}/follows/:id/end`, { config }, forOwner(acting('follow-stopped', ({ follower }, id) => stopFollow(app.db, follower.id, id))))
    app.post(`${base}/follows/:id/return`, { config }, forOwner(acting('follow-returned', ({ follower }, id) => putBack(app.db, follower.id, id))))
    app.get(`${base}/settings`, { config }, forOwner(showSettings))
    app.post(`${base}/settings`, { config: { ...config, again: again(showSettings) } }, forOwner(saveAll))
    app.post(`${base}/stop`, { config }, forOwner(acting('follow-all-stopped', ({ follower }) => stopAll(app.db, follower.id))))
    app.post(`${base}/start`, { config }, forOwner(acting('follow-started', ({ follower }) => startAgain(app.db, follower.id))))
    app.post(`${base}/links/end`, { config }, forOwner(replaceLinks))
    app.post(`${base}/deletion`, { config }, forOwner(forget))
  }

  app.get('/following/:token/unsubscribe', { config: { access: anyone } }, forOwner(showUnsubscribe))
  app.post('/following/:token/unsubscribe', { config: { access: anyone, foreign: true } }, (request, reply) => unsubscribe(request, reply))
}

/** Whose page it is: the account's, or the follower of the link. Null for a link that is worth nothing, and for an account that follows nothing. */
async function ownerOf(request: FastifyRequest): Promise<Own | null> {
  const { db, config } = request.server
  const { token } = request.params as { token?: string }
  if (token !== undefined) {
    const found = await followerOfToken(db, config, token)
    return found && { ...found, base: `/following/${token}` }
  }
  const follower = isSignedIn(request.actor) ? await followerOf(db, request.actor) : null
  return follower && { follower, followId: null, base: '/following' }
}

const forOwner = (act: Act) => async (request: FastifyRequest, reply: FastifyReply) => {
  const own = await ownerOf(request)
  if (own) return act(request, keepClose(reply), own)
  if (!('token' in (request.params as object))) throw new NotFound('follower')
  return badLink(reply)
}

/** What a link opens stays out of caches, and the link out of the address of the page one came from. */
const keepClose = (reply: FastifyReply): FastifyReply => reply.header('referrer-policy', 'same-origin').header('cache-control', 'private, no-store')

const badLink = (reply: FastifyReply): FastifyReply =>
  keepClose(reply).page('following/bad-link', { returnTo: '/following' }, { title: 'This link does not work', noindex: true, status: 404 })

/** Shows a form again, with what was typed. */
const again =
  (show: (request: FastifyRequest, reply: FastifyReply, own: Own, problem: Refused) => Promise<FastifyReply>): Again =>
  (request, reply, problem) =>
    forOwner((asked, answer, own) => show(asked, answer, own, problem))(request, reply)

/** One step and back to the list. `id` is that of the follow in the address, where there is one. */
const acting =
  (notice: Notice, step: (own: Own, id: number) => Promise<void>): Act =>
  async (request, reply, own) => {
    const { id } = request.params as { id?: string }
    await step(own, id === undefined ? 0 : parseId(id))
    return reply.seeOther(own.base, notice)
  }

const showAll: Act = (request, reply, { base, follower }) => showFollowing(request, keepClose(reply), base, follower)

async function showFollowing(request: FastifyRequest, reply: FastifyReply, base: string, follower: Follower | null): Promise<FastifyReply> {
  const { db, config } = request.server
  const all = follower ? await shownFollows(db, config.force.name, follower.id) : []
  const follows = all.map((follow) => ({ ...follow, postcode: follow.postcode && shownPostcode(base, follow.postcode) }))
  const quiet = follower && follower.quietFrom !== null && follower.quietUntil !== null ? sayQuiet(follower.quietFrom, follower.quietUntil) : null
  const masked = follower && maskEmail(follower.email)
  return reply.page('following/following', { base, masked, follows, follower, quiet }, { title: 'What you follow', noindex: true })
}

/** Of a key (`LN42LE`) or as it is displayed. Whoever holds nothing but a link does not learn where somebody lives. */
const shownPostcode = (base: string, postcode: string): string => {
  const key = postcode.replace(' ', '')
  return base === '/following' ? displayPostcode(key) : maskPostcode(key)
}

const formOptions = (title: string, problem: Refused | null) => ({ title, noindex: true, failed: problem !== null, status: problem ? 422 : 200 })

async function showChange(request: FastifyRequest, reply: FastifyReply, own: Own, problem: Refused | null = null): Promise<FastifyReply> {
  const { db, config } = request.server
  const known = await followBy(db, own.follower.id, { id: parseId((request.params as { id?: string }).id) })
  const [follow] = known ? await shownFollows(db, config.force.name, own.follower.id, [known]) : []
  if (!known || !follow) throw new NotFound('follow')
  const fields = problem
    ? typed(request.body)
    : { rhythm: follow.rhythm, postcode: known.postcode === null ? '' : shownPostcode(own.base, known.postcode) }
  const isTeam = subjectOfKey(known.key)?.kind === 'team'
  return reply.page('following/change', { base: own.base, follow, isTeam, fields, problem }, formOptions(follow.name, problem))
}

const change: Act = async (request, reply, own) => {
  const { db } = request.server
  const id = parseId((request.params as { id?: string }).id)
  const known = await followBy(db, own.follower.id, { id })
  if (!known) throw new NotFound('follow')
  const { rhythm, postcode } = parseForm(ChangeForm, request.body)
  const subject = subjectOfKey(known.key)
  const isAsShown = known.postcode !== null && postcode.trim() === shownPostcode(own.base, known.postcode)
  const place = subject?.kind === 'team' && !isAsShown ? { postcode: await postcodeOf(db, postcode, subject.id) } : {}
  await changeFollow(db, own.follower.id, id, { rhythm, ...place })
  return reply.seeOther(own.base, 'follow-changed')
}

async function showSettings(request: FastifyRequest, reply: FastifyReply, own: Own, problem: Refused | null = null): Promise<FastifyReply> {
  const { byMail, wantsAlerts, quietFrom, quietUntil } = own.follower
  const stored = { mail: byMail ? 'yes' : '', alerts: wantsAlerts ? 'yes' : '', from: String(quietFrom ?? ''), until: String(quietUntil ?? '') }
  const fields = problem ? typed(request.body) : stored
  return reply.page('following/settings', { base: own.base, fields, hours: HOURS, problem }, formOptions('How you are told', problem))
}

const saveAll: Act = async (request, reply, own) => {
  await saveSettings(request.server.db, own.follower.id, parseForm(SettingsForm, request.body))
  return reply.seeOther(own.base, 'follow-settings')
}

/** With a link, the page that follows has the new one: this browser is not shut out. */
const replaceLinks: Act = async (request, reply, { base, follower }) => {
  const raised = await endLinks(request.server.db, follower.id)
  return reply.seeOther(base === '/following' ? base : `/following/${tokenOf(request.server.config.secret, raised, null)}`, 'links-ended')
}

const forget: Act = async (request, reply, { follower }) => {
  await forgetFollower(request.server.db, follower.id)
  return reply.seeOther('/', 'follower-forgotten')
}

const showUnsubscribe: Act = async (request, reply, { base, follower, followId }) => {
  const { db, config } = request.server
  const known = followId === null ? null : await followBy(db, follower.id, { id: followId })
  const [follow] = known ? await shownFollows(db, config.force.name, follower.id, [known]) : []
  const said = follow ? (follow.thing ? sayThing(follow.thing) : follow.name) : null
  const data = { base, masked: maskEmail(follower.email), said, stopped: follower.stoppedAt !== null }
  return reply.page('following/unsubscribe', data, { title: 'Stop these emails', noindex: true })
}

/** From a mail program by one click (RFC 8058), or by a button of our page. Doing it again changes nothing. */
async function unsubscribe(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (request.isMultipart()) await readUpload(request, { files: {} })
  const body = typed(request.body)
  const isOneClick = body['List-Unsubscribe'] === 'One-Click'
  const own = await ownerOf(request)
  if (!own) return isOneClick ? reply.type('text/plain; charset=utf-8').status(404).send('This link does not work.\n') : badLink(reply)
  const { follower, followId, base } = own
  const all = followId === null || body['what'] === 'all'
  await (all ? stopAll(request.server.db, follower.id) : stopFollow(request.server.db, follower.id, followId))
  if (isOneClick) return reply.type('text/plain; charset=utf-8').send('You are unsubscribed.\n')
  return keepClose(reply).seeOther(base, all ? 'follow-all-stopped' : 'follow-stopped')
}
