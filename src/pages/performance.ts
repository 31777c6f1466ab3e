/** How a team does, in public: its answers to questions, and where comments are closed. Each figure says how it is worked out. */
import type { FastifyInstance } from 'fastify'
import { now } from '../clock.ts'
import { closedShare, type ClosedShare } from '../conversations/closed.ts'
import { figuresOf, type Figures } from '../questions/figures.ts'
import { HOURS_TO_ANSWER } from '../questions/schema.ts'
import { teamAt, type Team } from '../teams/team.ts'
import { sayMonth } from '../text/dates.ts'
import { anyone } from '../web/access.ts'

interface Month {
  /** "May 2031" */
  name: string
  answered: number
  inTime: number
  medianHours: number | null
}

declare module '../web/page.ts' {
  interface Views {
    'pages/performance': { team: Team; figures: Figures; months: Month[]; closed: ClosedShare; hours: number; moment: Date }
  }
}

export async function performancePage(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { team: string } }>('/teams/:team/performance', { config: { access: anyone } }, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/performance`, 301)
    const moment = now()
    const [figures, closed] = await Promise.all([figuresOf(app.db, team.id, moment), closedShare(app.db, team.id, moment)])
    const data = { team, figures, months: monthsOf(figures), closed, hours: HOURS_TO_ANSWER, moment }
    return reply.page('pages/performance', data, {
      title: `How the ${team.name} team answers`,
      description: `How many questions the ${team.name} neighbourhood policing team answers within ${HOURS_TO_ANSWER} hours, and where comments are closed.`,
    })
  })
}

/** Newest first. The middle of a month lies in it in every time zone. */
const monthsOf = ({ months }: Figures): Month[] =>
  months
    .toSorted((one, other) => (one.month < other.month ? 1 : -1))
    .map(({ month, answeredInTime, answeredLate, medianHours }) => ({
      name: sayMonth(new Date(`${month}-15T12:00:00Z`)),
      answered: answeredInTime + answeredLate,
      inTime: answeredInTime,
      medianHours,
    }))
