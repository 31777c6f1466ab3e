/** How teams and the force do, over HTTP: a page and the same figures as a file. Each figure says how it is worked out. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { now } from '../clock.ts'
import { closedShare, type ClosedShare } from '../conversations/closed.ts'
import { SAID, type PublicAct } from '../moderation/log-filter.ts'
import { HOURS_TO_ANSWER } from '../questions/schema.ts'
import { percentOf } from '../statistics/percent.ts'
import { teamAt, type Team } from '../teams/team.ts'
import { anyone } from '../web/access.ts'
import { chartsOf, fileOf, forceFile, sayHours, type Charts } from './performance-chart.ts'
import { forcePerformance, performanceOf, type Performance, type TeamLine } from './performance.ts'
import { weekRoutes } from './week-routes.ts'

interface Shown {
  figures: Performance
  charts: Charts
  closed: ClosedShare
  hours: number
  moment: Date
  acts: Readonly<Record<PublicAct, string>>
  sayHours: (hours: number) => string
}

declare module '../web/page.ts' {
  interface Views {
    'insights/performance': Shown & { team: Team }
    /** `without`: teams of which there is nothing to count yet. */
    'insights/force': Shown & { teams: (TeamLine & { inTimePercent: number | null })[]; without: TeamLine[] }
  }
  interface Partials {
    'insights/_figures': Shown & {
      /** Null for the force. */
      team: Team | null
    }
  }
}

interface TeamRequest {
  Params: { team: string }
}

export async function insightRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: anyone } }

  app.get<TeamRequest>('/teams/:team/performance', open, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/performance`, 301)
    return reply.page(
      'insights/performance',
      { team, ...(await shownOf(app, team)) },
      {
        title: `How the ${team.name} team does`,
        description: `What the ${team.name} neighbourhood policing team answers, works on and gets done, in figures.`,
        files: ['charts.css'],
      },
    )
  })

  app.get<TeamRequest>('/teams/:team/performance.csv', open, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/performance.csv`, 301)
    const { figures, closed } = await shownOf(app, team)
    return sendFile(reply, `${team.slug}-performance.csv`, fileOf(team.name, figures, closed))
  })

  app.get('/performance', open, async (_request, reply) => {
    const { teams, ...shown } = await forceShown(app)
    const [counted, without] = [teams.filter(hasFigures), teams.filter((line) => !hasFigures(line))]
    const lines = counted.map((line) => ({ ...line, inTimePercent: percentOf(line.inTime, line.ended) }))
    return reply.page(
      'insights/force',
      { ...shown, teams: lines, without },
      {
        title: 'How our teams do',
        description: `What the neighbourhood teams of ${app.config.force.name} answer, work on and get done, in figures.`,
        files: ['charts.css'],
      },
    )
  })

  app.get('/performance.csv', open, async (_request, reply) => {
    const { figures, closed, teams } = await forceShown(app)
    return sendFile(reply, 'performance.csv', forceFile(app.config.force.name, figures, closed, teams))
  })

  await app.register(weekRoutes)
}

const hasFigures = ({ ended, satisfaction, priorities, counts, helpers }: TeamLine): boolean =>
  ended > 0 || satisfaction !== null || priorities.open > 0 || helpers !== 0 || Object.values(counts).some((count) => count > 0)

const ABOUT = { hours: HOURS_TO_ANSWER, acts: SAID, sayHours }

async function shownOf({ db }: FastifyInstance, team: Team) {
  const moment = now()
  const [figures, closed] = await Promise.all([performanceOf(db, team.id, moment), closedShare(db, team.id, moment)])
  return { figures, closed, charts: chartsOf(figures), moment, ...ABOUT }
}

async function forceShown({ db }: FastifyInstance) {
  const moment = now()
  const [{ all: figures, teams }, closed] = await Promise.all([forcePerformance(db, moment), closedShare(db, null, moment)])
  return { figures, closed, teams, charts: chartsOf(figures), moment, ...ABOUT }
}

const sendFile = (reply: FastifyReply, name: string, file: string): FastifyReply =>
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-cache').send(file)
