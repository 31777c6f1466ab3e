/** The week of a team over HTTP. */
import type { FastifyInstance } from 'fastify'
import { NotFound } from '../errors.ts'
import { teamAt, type Team } from '../teams/team.ts'
import { sayDate } from '../text/dates.ts'
import { anyone } from '../web/access.ts'
import { weekOf, type WeekPage } from './week-page.ts'

declare module '../web/page.ts' {
  interface Views {
    'insights/week': { team: Team; week: WeekPage; lastDay: Date }
  }
}

export async function weekRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { team: string; week: string } }>('/teams/:team/weeks/:week', { config: { access: anyone } }, async (request, reply) => {
    const { week: key } = request.params
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/weeks/${encodeURIComponent(key)}`, 301)
    const week = await weekOf(app.db, team, key)
    if (!week) throw new NotFound('week')
    return reply.page(
      'insights/week',
      { team, week, lastDay: new Date(week.until.getTime() - 1) },
      {
        title: `${team.name}: the week from ${sayDate(week.from)}`,
        description: `What residents told the ${team.name} neighbourhood policing team in the week from ${sayDate(week.from)}, and what came of it.`,
      },
    )
  })
}
