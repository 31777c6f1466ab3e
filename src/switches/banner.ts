/**
 * The banners on the pages concerned. Each page asks this process's memory; one page in five seconds pays for refreshing it.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ShownBanner } from '../web/shell.ts'
import { covers, switchesInForce, switchesKnown, type Switch } from './in-force.ts'
import { SWITCH_NAMES } from './words.ts'

/** Answers that show no page: files, feeds, and what machines ask. */
const NO_PAGE = /^\/(?:assets|health|metrics|photos|attachments|favicon|robots|\.well-known)\b|\.(?:atom|json|csv)(?:\?|$)/

/** Call before any route is added, after the pages are served. */
export function showBanners(app: FastifyInstance): void {
  app.addHook('preHandler', async (request) => {
    if (!NO_PAGE.test(request.url)) await switchesInForce(app.db)
  })
  app.frame.bannersFor = (request, teamId) =>
    switchesKnown(app.db)
      .filter((one) => concerns(one, request, teamId))
      .map(shown)
}

/** The team that the page names, or that stands in its address. */
function concerns(one: Switch, request: FastifyRequest, teamId: number | null): boolean {
  if (covers(one, teamId)) return true
  const { team } = (request.params ?? {}) as { team?: string }
  return team !== undefined && one.teams.some(({ slug }) => slug === team)
}

const shown = ({ id, kind, banner, bannerLink }: Switch): ShownBanner => ({
  id,
  grave: kind === 'major-incident',
  title: SWITCH_NAMES[kind],
  text: banner,
  link: bannerLink,
})
