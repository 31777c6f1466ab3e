/** Pages for everybody: the front page, the directory, a team, finding one's team, and what the law and good manners ask for. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { reasonsForDecisions, type Reason } from '../moderation/reason.ts'
import { now } from '../clock.ts'
import { publishingDuty } from '../posts/policy.ts'
import { postsOfForce, postsOfTeam, type PostList } from '../posts/list.ts'
import { count, sayHour } from '../text/dates.ts'
import { allTeams, teamAt, type Team, type TeamName } from '../teams/team.ts'
import { readRough } from '../geography/rough.ts'
import { anyone } from '../web/access.ts'
import { findTeams, findTeamsAt, type Finding } from './find.ts'
import { NOTHING, teamNow, type Meeting, type TeamNow } from './team-now.ts'

interface TextPage {
  contactEmail: string
  forceName: string
  securityContact: string
  /** The hours in which the press office works, as people say them. */
  staffed: { from: string; until: string }
  /** "12 months": how long words that are no longer shown are kept after their case was closed. */
  keptFor: string
}

declare module '../web/page.ts' {
  interface Views {
    'pages/home': { list: PostList; forceName: string; further: boolean }
    'pages/teams': { letters: { letter: string; teams: TeamName[] }[]; forceName: string }
    /** `present` is said on the first page alone. */
    'pages/team': { team: Team; list: PostList; present: TeamNow; publishes: boolean; further: boolean }
    'pages/found': { finding: Finding; typed: string; forceName: string }
    'pages/house-rules': TextPage & { reasons: Reason[] }
    'pages/privacy': TextPage
    'pages/accessibility': TextPage
  }
  interface Partials {
    'pages/_find': { typed: string }
    'pages/_meetings': { meetings: readonly Meeting[] }
  }
}

interface After {
  after?: string
}
const Query = z.object({ q: z.string().catch(''), at: z.string().catch('') })

export async function pageRoutes(app: FastifyInstance): Promise<void> {
  const open = { access: anyone }
  const { force } = app.config

  app.get<{ Querystring: After }>('/', { config: open }, async (request, reply) => {
    const list = await postsOfForce(app.db, request.query.after)
    const description = `What ${force.name}’s neighbourhood teams are doing near you, and a place to ask them.`
    return reply.page(
      'pages/home',
      { list, forceName: force.name, further: request.query.after !== undefined },
      { title: 'Find your neighbourhood team', description, files: ['where.js'], feed: '/feed' },
    )
  })

  app.get('/teams', { config: open }, async (_request, reply) => {
    const letters = byLetter(await allTeams(app.db))
    return reply.page(
      'pages/teams',
      { letters, forceName: force.name },
      { title: 'Teams A to Z', description: `Every neighbourhood team of ${force.name}.` },
    )
  })

  app.get<{ Params: { team: string }; Querystring: After }>('/teams/:team', { config: open }, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}`, 301)
    const further = request.query.after !== undefined
    const [list, present] = await Promise.all([postsOfTeam(app.db, team.id, request.query.after), further ? NOTHING : teamNow(app.db, team, now())])
    const publishes = team.archivedAt === null && publishingDuty(request.actor, team.id) !== null
    const description = `The ${team.name} neighbourhood policing team: who they are, what they are doing, and how to ask them.`
    return reply.page(
      'pages/team',
      { team, list, present, publishes, further },
      {
        title: `${team.name} neighbourhood team`,
        description,
        noindex: further,
        feed: `/teams/${team.slug}/feed`,
        calendar: `/teams/${team.slug}/events.ics`,
      },
    )
  })

  app.get('/find', { config: open }, async (request, reply) => {
    const { q, at } = Query.parse(request.query ?? {})
    const point = readRough(at)
    const finding = point ? await findTeamsAt(app.db, point) : await findTeams(app.db, force, q)
    if (finding.kind === 'team' && finding.neighbours.length === 0 && finding.note === null) return reply.redirect(`/teams/${finding.team.slug}`, 303)
    return reply.page(
      'pages/found',
      { finding, typed: q.slice(0, 100).toWellFormed(), forceName: force.name },
      { title: titleOf(finding), noindex: true, status: finding.kind === 'unknown' || finding.kind === 'misspelt' ? 404 : 200, files: ['where.js'] },
    )
  })

  const text: TextPage = {
    contactEmail: app.config.contactEmail,
    forceName: force.name,
    securityContact: app.config.securityContact,
    staffed: { from: sayHour(app.config.staffed.from), until: sayHour(app.config.staffed.until) },
    keptFor: count(app.config.retentionMonths, 'month'),
  }
  app.get('/house-rules', { config: open }, async (_request, reply) =>
    reply.page('pages/house-rules', { ...text, reasons: await reasonsForDecisions(app.db) }, { title: 'House rules' }),
  )
  app.get('/privacy', { config: open }, (_request, reply) => reply.page('pages/privacy', text, { title: 'Privacy' }))
  app.get('/accessibility', { config: open }, (_request, reply) => reply.page('pages/accessibility', text, { title: 'Accessibility statement' }))

  app.get('/robots.txt', { config: open }, (_request, reply) => reply.type('text/plain; charset=utf-8').send(robots(app.config.demonstration)))
  app.get('/.well-known/security.txt', { config: open }, (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(securityText(app.config.securityContact, app.config.publicUrl, new Date())),
  )
}

function byLetter(teams: TeamName[]): { letter: string; teams: TeamName[] }[] {
  const letters = new Map<string, TeamName[]>()
  for (const team of teams) {
    const letter = team.name.normalize('NFD').charAt(0).toUpperCase()
    letters.set(letter, [...(letters.get(letter) ?? []), team])
  }
  return [...letters].map(([letter, those]) => ({ letter, teams: those }))
}

function titleOf(finding: Finding): string {
  if (finding.kind === 'team') return `${finding.team.name} is your team`
  if (finding.kind === 'choice') return 'Choose your team'
  if (finding.kind === 'misspelt') return 'Did you mean one of these?'
  if (finding.kind === 'other-force') return 'Another police force'
  return finding.kind === 'unknown' ? 'We could not find your team' : 'Find your team'
}

/** Hides nothing: what is not public needs a sign-in. It keeps crawlers from forms that are of no use to them. */
const robots = (demonstration: boolean): string =>
  demonstration
    ? 'User-agent: *\nDisallow: /\n'
    : 'User-agent: *\nDisallow: /sign-in\nDisallow: /account\nDisallow: /admin\nDisallow: /moderation/\nDisallow: /officers\nDisallow: /find\nDisallow: /search\nDisallow: /nearby\nDisallow: /follow\nDisallow: /following\nDisallow: /sign-ups\nDisallow: /occasions/\nDisallow: /questions/\nDisallow: /conversations/\nDisallow: /comments/\n'

function securityText(contact: string, publicUrl: string, today: Date): string {
  // Less than a year ahead, and the same for a whole month, so that it can be cached.
  const expires = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 6, 1))
  return `Contact: ${contact}\nExpires: ${expires.toISOString().replace('.000', '')}\nCanonical: ${publicUrl}/.well-known/security.txt\nPreferred-Languages: en\n`
}
