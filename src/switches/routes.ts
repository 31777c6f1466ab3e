/** Pre-election and major-incident mode over HTTP. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, Overtaken, type Refused } from '../errors.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { pressOffice } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { maySwitch } from './policy.ts'
import { SWITCHES, type SwitchKind } from './schema.ts'
import { endSwitch, LONGEST_DAYS, prolongSwitch, setSwitch } from './switch.ts'
import { readEnding, readProlonging, readSwitch } from './switch-form.ts'
import { switchById, switchList, type ListedSwitch } from './switch-list.ts'
import { BANNER_WORDS, SWITCH_EFFECTS, SWITCH_NAMES } from './words.ts'

type Fields = Readonly<Record<string, string>>

/** A kind of post, as this room has to know it: it stands below the one that keeps them. */
export interface PostKindName {
  kind: string
  name: string
}

interface NewSwitchPage {
  kind: SwitchKind
  name: string
  effects: readonly string[]
  longest: number
  teams: TeamName[]
  kinds: readonly PostKindName[]
  typed: Fields
  /** Boxes that were ticked. */
  ticked: { team: readonly string[]; kinds: readonly string[] }
  fields: Fields
  key: string
  moment: Date
}

declare module '../web/page.ts' {
  interface Views {
    'switches/list': { list: Awaited<ReturnType<typeof switchList>>; names: typeof SWITCH_NAMES; moment: Date }
    'switches/new': NewSwitchPage
    'switches/show': {
      one: ListedSwitch
      name: string
      kindNames: ReadonlyMap<string, string>
      typed: Fields
      fields: Fields
      message: string | null
      moment: Date
    }
  }
  interface Partials {
    'switches/_one': { one: ListedSwitch; name: string; moment: Date }
  }
}

interface IdParams {
  id: string
}

export async function switchRoutes(app: FastifyInstance, { kinds }: { kinds: readonly PostKindName[] }): Promise<void> {
  const access = { access: pressOffice }
  const kindNames = new Map(kinds.map(({ kind, name }) => [kind, name]))

  app.get('/moderation/switches', { config: access }, async (request, reply) => {
    switcherOf(request)
    const data = { list: await switchList(app.db), names: SWITCH_NAMES, moment: now() }
    return reply.page('switches/list', data, { title: 'Modes of the site', noindex: true })
  })

  const showNew = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    switcherOf(request)
    return reply.page('switches/new', await newPage(request, kinds, problem), asShown('Set a mode', problem))
  }
  app.get('/moderation/switches/new', { config: access }, (request, reply) => showNew(request, reply))

  app.post('/moderation/switches', { config: { ...access, again: showNew } }, async (request, reply) => {
    const id = await setSwitch(app.db, switcherOf(request), readSwitch(request.body, [...kindNames.keys()]))
    return reply.seeOther(`/moderation/switches/${id}`, 'switch-set')
  })

  app.get<{ Params: IdParams }>('/moderation/switches/:id', { config: access }, (request, reply) => showOne(request, reply, kindNames, {}))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showOne(request, reply, kindNames, { problem })
  const change = (noun: 'endings' | 'prolongations', act: (actor: SignedIn, id: number, sent: unknown) => Promise<void>) =>
    app.post<{ Params: IdParams }>(`/moderation/switches/:id/${noun}`, { config: { ...access, again } }, async (request, reply) => {
      const id = parseId(request.params.id)
      try {
        await act(switcherOf(request), id, request.body)
      } catch (error) {
        if (error instanceof Overtaken) return showOne(request, reply, kindNames, { overtaken: error.message })
        throw error
      }
      return reply.seeOther(`/moderation/switches/${id}`, noun === 'endings' ? 'switch-ended' : 'switch-prolonged')
    })
  change('endings', (actor, id, sent) => endSwitch(app.db, actor, id, readEnding(sent)))
  change('prolongations', (actor, id, sent) => prolongSwitch(app.db, actor, id, readProlonging(sent)))
}

/** Whoever works for the press office and is no administrator. */
function switcherOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  if (!maySwitch(actor)) throw new Forbidden('Administrators do not moderate. Your colleagues at the press office set these modes.')
  return actor
}

const asShown = (title: string, problem: Refused | undefined) => ({
  title,
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
})

async function newPage(request: FastifyRequest, kinds: readonly PostKindName[], problem?: Refused): Promise<NewSwitchPage> {
  const sent = typed(problem ? request.body : request.query)
  const kind = SWITCHES.find((one) => one === sent['kind']) ?? 'major-incident'
  return {
    kind,
    name: SWITCH_NAMES[kind],
    effects: SWITCH_EFFECTS[kind],
    longest: LONGEST_DAYS[kind],
    teams: await allTeams(request.server.db),
    kinds,
    typed: problem ? sent : { banner: BANNER_WORDS[kind] },
    ticked: { team: boxesOf(request.body, 'team'), kinds: problem ? boxesOf(request.body, 'kinds') : kinds.map((one) => one.kind) },
    fields: problem?.fields ?? {},
    key: (problem ? sent['key'] : undefined) ?? randomUUID(),
    moment: now(),
  }
}

function boxesOf(body: unknown, name: string): string[] {
  const sent = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  return [sent].flat().filter((one) => typeof one === 'string')
}

async function showOne(
  request: FastifyRequest,
  reply: FastifyReply,
  kindNames: ReadonlyMap<string, string>,
  { problem, overtaken }: { problem?: Refused; overtaken?: string },
): Promise<FastifyReply> {
  switcherOf(request)
  const one = await switchById(request.server.db, parseId((request.params as IdParams).id))
  const failed = problem !== undefined || overtaken !== undefined
  const data = {
    one,
    name: SWITCH_NAMES[one.kind],
    kindNames,
    typed: failed ? typed(request.body) : {},
    fields: problem?.fields ?? {},
    message: overtaken ?? problem?.message ?? null,
    moment: now(),
  }
  const status = overtaken !== undefined ? 409 : failed ? 422 : 200
  return reply.page('switches/show', data, { title: data.name, noindex: true, failed, status })
}
