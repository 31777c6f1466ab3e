/** Writing in the network over HTTP: one form for updates, links and praise. It works without scripts; whom a praise is for is found by name, in the form itself. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { signedInActor } from '../posts/draft-page.ts'
import { isColleague } from '../actor.ts'
import { networkPage } from '../circles/page.ts'
import { NotFound, Refused } from '../errors.ts'
import { insiders } from '../web/access.ts'
import { clientKey, idField, parseForm, parseId, typed } from '../web/forms.ts'
import { circlesToWriteIn, COMPOSED, kindsToCompose, publishComposed, type CircleChoice, type Composed } from './compose.ts'
import { mayFollowUp } from './follow-up.ts'
import { staffPostById } from './page.ts'
import { topicsToOffer } from './topic.ts'
import { chosenByKeys, praisableNamed, type Praised } from './praise.ts'

declare module '../web/page.ts' {
  interface Views {
    'network/compose': Compose
  }
  interface Partials {
    /** The ways to begin: what Home offers, and what stands above the form. `kind`: the one that is open. */
    'network/_kinds': { kind: Composed | null; circleId: string; colleague: boolean }
  }
}

interface Compose {
  kind: Composed
  form: Readonly<Record<string, string>>
  key: string
  circles: CircleChoice[]
  /** Members of staff write for all staff as well. */
  colleague: boolean
  /** Topics that are often used. */
  busy: string[]
  chosen: Praised[]
  found: Praised[]
  /** About which it says what was done. */
  about: { id: number; title: string; path: string } | null
  errors: Readonly<Record<string, string>>
}

const text = z.string().default('')

const Composed = z.object({
  kind: z.enum(COMPOSED, { error: 'Choose what you want to write' }),
  circle: z.union([z.literal('').transform(() => null), idField('Choose where it is published')]).default(null),
  title: text,
  body: text,
  tags: text,
  address: z.string().max(4000, 'This address is too long').default(''),
  whom: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((sent) => [sent].flat().slice(0, 100)),
  about: z.union([z.literal('').transform(() => null), idField('This page is out of date. Reload it and try again.')]).default(null),
  key: clientKey,
})

/** Not a fault: the button "Find" shows the form again, with those who were found. */
class Finding extends Refused {}

export async function composeRoutes(app: FastifyInstance): Promise<void> {
  app.get('/staff/new', { config: { access: insiders } }, (request, reply) => showCompose(request, reply))

  app.post('/staff/posts', { config: { access: insiders, again: showCompose } }, async (request, reply) => {
    if (typed(request.body)['find'] !== undefined) throw new Finding('')
    const { circle, key, ...form } = parseForm(Composed, request.body)
    const { path } = await publishComposed(app.db, signedInActor(request), { ...form, circleId: circle, clientKey: key })
    return reply.seeOther(path, 'post-published')
  })
}

async function showCompose(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const { db } = request.server
  const form = request.method === 'GET' ? typed(request.query) : typed(request.body)
  const kind = kindsToCompose(actor).find((one) => one === form['kind']) ?? 'update'
  const circles = await circlesToWriteIn(db, actor)
  const people = kind === 'praise' ? await peopleOf(request, form) : { chosen: [], found: [] }
  const about = await aboutOf(request, form['about'])
  const beside = { about, circles, colleague: isColleague(actor), busy: await topicsToOffer(db, actor), ...people }
  const shown = { kind, form, key: form['key'] ?? randomUUID(), ...beside, errors: problem?.fields ?? {} }
  return reply.page('network/compose', shown, networkPage(TITLES[kind], problem instanceof Finding ? undefined : problem))
}

const TITLES: Record<Composed, string> = { update: 'Share news', link: 'Share a link', praise: 'Say thank you' }

/** Throws `NotFound` for a post that they may not read, and one to which they may not add. */
async function aboutOf({ server: { db }, actor }: FastifyRequest, sent: string | undefined): Promise<Compose['about']> {
  if (sent === undefined || sent === '') return null
  const post = await staffPostById(db, actor, parseId(sent))
  if (!mayFollowUp(actor, post)) throw new NotFound('post')
  return { id: post.id, title: post.title, path: post.path }
}

/** Those whom the form has chosen already, and those who bear the name that was typed. */
async function peopleOf(request: FastifyRequest, form: Readonly<Record<string, string>>): Promise<{ chosen: Praised[]; found: Praised[] }> {
  const actor = signedInActor(request)
  const { db } = request.server
  const circleId = /^[1-9]\d{0,14}$/.test(form['circle'] ?? '') ? Number(form['circle']) : null
  const isReadable = circleId === null ? isColleague(actor) : (actor.circles ?? []).includes(circleId)
  if (!isReadable) return { chosen: [], found: [] }
  const sent = (request.method === 'GET' ? request.query : request.body) as { whom?: string | string[] } | undefined
  const keys = [sent?.whom ?? []].flat().filter((key) => typeof key === 'string')
  const chosen = await chosenByKeys(db, keys, circleId)
  const found = (await praisableNamed(db, (form['name'] ?? '').slice(0, 100), circleId)).filter(({ key }) => key !== `person:${actor.accountId}`)
  const known = new Set(chosen.map(({ key }) => key))
  const fresh = found.filter(({ key }) => !known.has(key))
  // The only one of that name is whom they mean; they can take the tick away.
  return fresh.length === 1 ? { chosen: [...chosen, ...fresh], found: [] } : { chosen, found: fresh }
}
