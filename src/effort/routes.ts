/** Sharing out the effort over HTTP: the page with the results and one's own answer, and the results as a file. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import { teamAt, teamBySlug, type Team } from '../teams/team.ts'
import { anyone, signedIn } from '../web/access.ts'
import { typed } from '../web/forms.ts'
import { courseOf, resultBars, resultFile, type Course } from './result-chart.ts'
import { effortResultsOf, type EffortResult } from './result.ts'
import { periodOf, sayLastDay, sayPeriod } from './period.ts'
import { unsharedBecause } from './policy.ts'
import { choicesOf, type Choice } from './choice.ts'
import { HOURS, ownShare, shareEffort, withdrawEffort, type Own, type Share } from './share.ts'
import type { Bars } from '../statistics/chart.ts'

interface EffortPage {
  team: Team
  quarter: { said: string; lastDay: string }
  choices: Choice[]
  own: Own | null
  /** Why whoever looks cannot take part, in words; null when they can. */
  because: string | null
  typed: Readonly<Record<string, string>> | null
  errors: Readonly<Record<string, string>>
  /** Of the present quarter, or of the last that has any. */
  latest: EffortResult | null
  bars: Bars | null
  course: Course | null
  hours: number
  fewest: number
}

declare module '../web/page.ts' {
  interface Views {
    'effort/show': EffortPage
  }
  interface Partials {
    'effort/_form': Pick<EffortPage, 'team' | 'quarter' | 'choices' | 'own' | 'typed' | 'errors' | 'hours' | 'fewest'>
    'effort/_result': { latest: EffortResult; bars: Bars; course: Course | null; fewest: number }
  }
}

interface InTeam {
  Params: { team: string }
}

export async function effortRoutes(app: FastifyInstance): Promise<void> {
  app.get<InTeam>('/teams/:team/effort', { config: { access: anyone } }, (request, reply) => showEffort(request, reply))

  app.post<InTeam>('/teams/:team/effort', { config: { access: signedIn, again: showEffort } }, async (request, reply) => {
    const actor = signedInActor(request)
    const team = await teamBySlug(app.db, request.params.team)
    await app.limits.take('reaction', `account ${actor.accountId}`)
    await shareEffort(app.db, actor, team, readShare(request.body))
    return reply.seeOther(`/teams/${team.slug}/effort`, 'effort-shared')
  })

  app.post<InTeam>('/teams/:team/effort/withdrawal', { config: { access: signedIn } }, async (request, reply) => {
    const team = await teamBySlug(app.db, request.params.team)
    await withdrawEffort(app.db, signedInActor(request), team)
    return reply.seeOther(`/teams/${team.slug}/effort`, 'effort-withdrawn')
  })

  app.get<InTeam>('/teams/:team/effort.csv', { config: { access: anyone } }, async (request, reply) => {
    const team = await teamBySlug(app.db, request.params.team)
    const results = await effortResultsOf(app.db, team.id)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${team.slug}-effort.csv"`)
      .header('cache-control', 'no-cache')
      .send(resultFile(results))
  })
}

async function showEffort(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const team = await teamAt(db, (request.params as InTeam['Params']).team)
  if (typeof team === 'string') return reply.redirect(`/teams/${team}/effort`, 301)
  const { actor } = request
  const own = isSignedIn(actor) ? await ownShare(db, actor, team.id) : null
  const [choices, results] = await Promise.all([choicesOf(db, team.id, own), effortResultsOf(db, team.id)])
  const period = periodOf(now())
  const latest = results[0] ?? null
  const data = {
    team,
    quarter: { said: sayPeriod(period), lastDay: sayLastDay(period) },
    choices,
    own,
    because: unsharedBecause(actor),
    typed: problem ? typed(request.body) : null,
    errors: problem?.fields ?? {},
    latest,
    bars: latest && resultBars(latest),
    course: courseOf(results),
    hours: HOURS,
    fewest: SMALLEST_GROUP,
  }
  return reply.page('effort/show', data, {
    title: `Share out the effort: ${team.name}`,
    description: `Where residents would like the ${team.name} neighbourhood policing team to spend its patrol hours.`,
    files: ['charts.css', 'effort.js'],
    status: problem ? 422 : 200,
    failed: problem !== undefined,
    noindex: problem !== undefined,
  })
}

/** What the form holds: `hours-ID` for each priority, and `area`. A number that is none is refused by the verb. */
function readShare(body: unknown): Share {
  const sent = typed(body)
  const hours = Object.entries(sent).flatMap(([name, value]): [string, number][] => {
    const id = /^hours-([1-9]\d{0,14})$/.exec(name)?.[1]
    return id === undefined || value.trim() === '' ? [] : [[id, /^\d{1,4}$/.test(value.trim()) ? Number(value) : Number.NaN]]
  })
  return { hours: Object.fromEntries(hours), area: sent['area'] || null }
}
