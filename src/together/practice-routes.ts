/** Good practice over HTTP: the library, the form, and "we used this". */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { networkPage } from '../circles/page.ts'
import { NotFound, type Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { slugOf } from '../text/slug.ts'
import { insiders } from '../web/access.ts'
import { idField, parseForm, parseId } from '../web/forms.ts'
import { pathBack, postIn, showAct } from './act-page.ts'
import type { List } from './list.ts'
import { practiceList, teamsThatUsed, type Shelf, type Used } from './practice-list.ts'
import { sharePractice, takeBackUse, usePractice } from './practice.ts'
import { aside, part, shared, writingOf, type Writing } from './writing.ts'

declare module '../web/page.ts' {
  interface Views {
    'together/library': { shelf: Shelf; list: List<Used>; teams: TeamName[]; team: TeamName | null; query: string; further: boolean }
    'together/practice-new': { writing: Writing }
  }
}

const { title, tags, circle, key } = shared
const NewPractice = z.object({
  title,
  tags,
  circle,
  key,
  problem: part('The problem', 'Say what the problem was'),
  done: part('What was done', 'Say what was done'),
  result: part('What came of it', 'Say what came of it, also when it was less than you hoped'),
})
const Use = z.object({ team: idField('Choose the team that used it'), note: aside })

const text = z.string().max(100).default('').catch('')
const Query = z.object({
  by: z.enum(['newest', 'used']).catch('newest').default('newest'),
  topic: text,
  team: text,
  after: z.string().optional().catch(undefined),
})

export async function practiceRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: insiders }
  const ofPost = { access: insiders, speaks: 'post' as const }

  app.get('/staff/good-practice', { config: access }, async (request, reply) => {
    const { after, ...asked } = Query.parse(request.query)
    const teams = await teamsThatUsed(app.db, request.actor)
    const team = (await allTeams(app.db)).find(({ slug }) => slug === asked.team) ?? null
    const shelf = shelfOf(asked, team)
    const list = await practiceList(app.db, request.actor, shelf, after)
    return reply.page(
      'together/library',
      { shelf, list, teams, team, query: queryOf(shelf, team), further: after !== undefined },
      networkPage('Good practice'),
    )
  })

  app.get('/staff/good-practice/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/staff/good-practice', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { circle: circleId, key: clientKey, ...words } = parseForm(NewPractice, request.body)
    const { path } = await sharePractice(app.db, signedInActor(request), { ...words, circleId, clientKey })
    return reply.seeOther(path, 'post-published')
  })

  app.post('/staff/posts/:id/uses', { config: { ...ofPost, again: showAct('use') } }, async (request, reply) => {
    const { team: teamId, note } = parseForm(Use, request.body)
    await usePractice(app.db, signedInActor(request), postIn(request), { teamId, note })
    return reply.seeOther(await pathBack(request, 'used'), 'practice-used')
  })

  app.post<{ Params: { id: string; team: string } }>('/staff/posts/:id/uses/:team/end', { config: ofPost }, async (request, reply) => {
    await takeBackUse(app.db, signedInActor(request), postIn(request), parseId(request.params.team))
    return reply.seeOther(await pathBack(request, 'used'), 'practice-unused')
  })
}

/** A team comes before a topic, a topic before an order. Throws `NotFound` for a team that is none. */
function shelfOf(asked: { by: 'newest' | 'used'; topic: string; team: string }, team: TeamName | null): Shelf {
  if (asked.team !== '' && !team) throw new NotFound('team')
  if (team) return { by: 'team', teamId: team.id }
  const topic = asked.topic === '' ? '' : slugOf(asked.topic)
  return topic === '' ? { by: asked.by } : { by: 'topic', topic }
}

function queryOf(shelf: Shelf, team: TeamName | null): string {
  if (team) return `team=${team.slug}`
  return shelf.by === 'topic' ? `topic=${encodeURIComponent(shelf.topic)}` : `by=${shelf.by}`
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  return reply.page('together/practice-new', { writing: await writingOf(request, null, problem) }, networkPage('Share good practice', problem))
}
