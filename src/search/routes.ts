/** Search over HTTP: one page, for everybody. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '../errors.ts'
import { parsePostcode } from '../geography/postcode.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { anyone, insiders } from '../web/access.ts'
import { CHOICES, PAGE, type Choice } from './candidates.ts'
import { addressOf, formOf, searchOf, type SearchForm } from './form.ts'
import { search, type Found } from './search.ts'
import { tagsInUse } from './tags.ts'
import type { Result } from './result.ts'

const CHOICE_NAMES: Record<Choice, string> = {
  post: 'Posts of the teams',
  priority: 'Priorities',
  event: 'Events and times to meet us',
  survey: 'Surveys',
  'can-you-help': 'Can you help?',
  question: 'Questions',
  answer: 'Answers to questions',
  comment: 'Comments',
  place: 'Places',
  team: 'Teams',
}

interface SearchPage {
  form: SearchForm
  fields: Readonly<Record<string, string>>
  teams: TeamName[]
  kinds: (readonly [Choice, string])[]
  /** Null before anything was asked for, and where the form was wrong. */
  found: Found | null
  /** What was found, in words. */
  said: string
  further: boolean
  /** A postcode, as it is written, when it was one. */
  postcode: string | null
  tags: string[]
  links: { next: string; exact: string; newest: string; best: string; everywhere: string }
  /** The same words in the staff network, for who reads there. */
  staff: string | null
}

declare module '../web/page.ts' {
  interface Views {
    'search/page': SearchPage
  }
  interface Partials {
    'search/_results': SearchPage
    'search/_result': { result: Result }
  }
}

/** Whoever reads and asks again stays far below; whoever sends machines does not. Counted in this process: a search writes nothing. */
export const AT_MOST = { max: 60, timeWindow: '1 minute' }

export async function searchRoutes(app: FastifyInstance): Promise<void> {
  const rateLimit = { max: AT_MOST.max * app.limits.factor, timeWindow: AT_MOST.timeWindow }
  app.get('/search', { config: { access: anyone, rateLimit } }, async (request, reply) => {
    const form = formOf(request.query)
    const teams = await allTeams(app.db)
    try {
      const asked = searchOf(form, request.query, teams)
      const found = form.q === '' ? null : await search(app.db, request.actor, asked)
      return await show(request, reply, { form, teams, found, further: asked.after !== undefined })
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem
      return show(request, reply, { form, teams, found: null, further: false, problem })
    }
  })
}

interface Shown extends Pick<SearchPage, 'form' | 'teams' | 'found' | 'further'> {
  problem?: Refused
}

async function show({ server, actor }: FastifyRequest, reply: FastifyReply, { problem, ...shown }: Shown): Promise<FastifyReply> {
  const { form, found } = shown
  const postcode = parsePostcode(form.q)
  const page: SearchPage = {
    ...shown,
    fields: problem?.fields ?? {},
    kinds: CHOICES.map((choice) => [choice, CHOICE_NAMES[choice]] as const),
    said: found ? sayFound(found, shown.further) : '',
    postcode: postcode?.kind === 'full' ? postcode.display : null,
    tags: form.q === '' || (found && found.results.length === 0) ? await tagsInUse(server.db) : [],
    links: {
      next: found?.next ? addressOf({ ...form, q: found.instead ?? form.q }, { after: found.next }) : '',
      exact: addressOf(form, { exact: 'yes' }),
      newest: addressOf({ ...form, order: 'newest' }),
      best: addressOf({ ...form, order: 'best' }),
      everywhere: addressOf({ ...form, team: '', kind: '', from: '', until: '' }),
    },
    staff: form.q !== '' && insiders.opens(actor) ? `/staff/search?${new URLSearchParams({ q: form.q }).toString()}` : null,
  }
  const title = form.q === '' ? 'Search' : `${form.q} - search`
  return reply.page('search/page', page, { title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })
}

/** Nobody counts what is on the pages to come, so it says no more than it knows. */
export function sayFound({ results, named, next }: Found, further: boolean): string {
  if (further) return 'More results'
  const number = results.length + named.length
  if (next) return `More than ${PAGE} results`
  return number === 0 ? 'Nothing found' : number === 1 ? '1 result' : `${number} results`
}
