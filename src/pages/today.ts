/** Today in the force: which public questions wait, what residents raise most, and which teams are short of hands. Of nothing that is private. */
import type { FastifyInstance } from 'fastify'
import { isSignedIn } from '../actor.ts'
import { askedLately, mostWantedAnywhere, WEEKS, type Asked, type RaisedMost } from '../colleagues/raised.ts'
import {
  isShort,
  MANY_EACH,
  waitingByTeam,
  waitingQuestions,
  withSteps,
  worstFirst,
  type Hands,
  type ListToHelp,
  type WaitingList,
} from '../colleagues/waiting.ts'
import type { Database } from '../database/database.ts'
import { mayOfferHelp } from '../together/policy.ts'
import { colleagues } from '../web/access.ts'
import { typed } from '../web/forms.ts'

/** A team, and whether this reader can lend it a hand: with their own they work already. */
interface ShortTeam extends Hands {
  helpable: boolean
}

export interface Today {
  waiting: ListToHelp
  teams: Hands[]
  short: ShortTeam[]
  /** A team with more open questions than these for each officer who is here is short of hands. */
  manyEach: number
  wanted: RaisedMost[]
  asked: Asked
  weeks: number
}

declare module '../web/page.ts' {
  interface Views {
    'pages/today': { today: Today; further: boolean }
  }
  interface Partials {
    'pages/_raised': { raised: RaisedMost & { answered?: boolean } }
  }
}

export async function todayPage(app: FastifyInstance): Promise<void> {
  app.get('/staff/today', { config: { access: colleagues } }, async (request, reply) => {
    const { actor } = request
    const { after } = typed(request.query)
    const { teams, waiting, ...rest } = await readToday(app.db, after)
    const short = worstFirst(teams.filter(isShort)).map((team) => ({ ...team, helpable: isSignedIn(actor) && mayOfferHelp(actor, team.id) }))
    return reply.page(
      'pages/today',
      { today: { ...rest, waiting: withSteps(actor, waiting), teams, short }, further: after !== undefined },
      { title: 'Today in the force', noindex: true },
    )
  })
}

async function readToday(db: Database, after: string | undefined): Promise<Omit<Today, 'short' | 'waiting'> & { waiting: WaitingList }> {
  const [waiting, teams, wanted, asked] = await Promise.all([
    waitingQuestions(db, null, after),
    waitingByTeam(db),
    mostWantedAnywhere(db),
    askedLately(db),
  ])
  return { waiting, teams, wanted, asked, manyEach: MANY_EACH, weeks: WEEKS }
}
