/** The directory of colleagues: one field for everything, and filters that are links. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { COLLEAGUE_ROLES, roleName } from '../actor.ts'
import { NotFound } from '../errors.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { cleanLine } from '../text/input.ts'
import { colleagues } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { lookUp, type Asked, type Directory } from './directory.ts'
import { termsInUse } from './terms.ts'

interface Choice {
  label: string
  href: string
}

/** One way to narrow it down: what is chosen, with the address without it, or what can be chosen. */
export interface Filter {
  name: string
  field: string
  chosen: (Choice & { value: string }) | null
  choices: Choice[]
}

declare module '../web/page.ts' {
  interface Views {
    'colleagues/people': { directory: Directory; text: string; filters: Filter[]; next: string | null; further: boolean; everybody: boolean }
  }
  interface Partials {
    'colleagues/_filter': { filter: Filter }
  }
}

const term = z.string().transform((text) => cleanLine(text).slice(0, 60))
const Query = z.object({
  q: z
    .string()
    .transform((text) => cleanLine(text).slice(0, 200))
    .catch(''),
  team: term.catch(''),
  role: z.enum(COLLEAGUE_ROLES).or(z.literal('')).catch(''),
  skill: term.catch(''),
  language: term.catch(''),
  after: z.string().optional().catch(undefined),
})
type Query = z.output<typeof Query>

export async function directoryRoutes(app: FastifyInstance): Promise<void> {
  app.get('/staff/people', { config: { access: colleagues } }, async (request, reply) => {
    const query = Query.parse(request.query)
    const after = query.after === undefined ? null : parseId(query.after)
    const teams = await allTeams(app.db)
    const directory = await lookUp(app.db, request.actor, askedFor(query, teams), after)
    const data = {
      directory,
      text: query.q,
      filters: await filtersOf(request, query, teams),
      next: directory.next === null ? null : addressOf(query, { after: String(directory.next) }),
      further: after !== null,
      everybody: addressOf(query, {}) === '/staff/people',
    }
    return reply.page('colleagues/people', data, { title: query.q === '' ? 'Colleagues' : `${query.q}: colleagues`, noindex: true })
  })
}

function askedFor({ q, team, role, skill, language }: Query, teams: readonly TeamName[]): Asked {
  const known = team === '' ? null : teams.find(({ slug }) => slug === team)
  if (known === undefined) throw new NotFound('team')
  return { text: q, teamId: known?.id ?? null, role: role === '' ? null : role, skill: skill || null, language: language || null }
}

async function filtersOf({ server: { db } }: FastifyRequest, query: Query, teams: readonly TeamName[]): Promise<Filter[]> {
  const [skills, languages] = await Promise.all([termsInUse(db, 'skill'), termsInUse(db, 'language')])
  const filter = (name: string, field: 'team' | 'role' | 'skill' | 'language', all: readonly { value: string; label: string }[]): Filter => {
    const value = query[field]
    const label = all.find((one) => one.value === value)?.label ?? value
    return {
      name,
      field,
      chosen: value === '' ? null : { value, label, href: addressOf(query, { [field]: '' }) },
      choices: all.map((one) => ({ label: one.label, href: addressOf(query, { [field]: one.value }) })),
    }
  }
  const same = (terms: string[]) => terms.map((value) => ({ value, label: value }))
  return [
    filter(
      'Team',
      'team',
      teams.map(({ slug, name }) => ({ value: slug, label: name })),
    ),
    filter(
      'Role',
      'role',
      COLLEAGUE_ROLES.map((value) => ({ value, label: roleName(value) })),
    ),
    filter('Skill', 'skill', same(skills)),
    filter('Language', 'language', same(languages)),
  ]
}

/** The address of the directory for what is asked; from its beginning, unless `change` says where it goes on. */
function addressOf({ after: _after, ...query }: Query, change: Readonly<Record<string, string>>): string {
  const asked = Object.entries({ ...query, ...change }).filter(([, value]) => value !== '')
  return asked.length === 0 ? '/staff/people' : `/staff/people?${new URLSearchParams(asked).toString()}`
}
