/**
 * One way to answer with a page. The same view serves the full page and the fragment that htmx asks for; only the layout differs.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import view from '@fastify/view'
import { Eta } from 'eta'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hasRole, isColleague, isSignedIn, isStaff, sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import { barLengths, dotSizes, sayCourse, type ChartPartials } from '../statistics/chart.ts'
import { SafeHtml } from '../text/safe-html.ts'
import { dayKey, isoMinute, sayDate, sayEnd, sayMoment, sayMonth, sayNear, sayTime, count } from '../text/dates.ts'
import { awayUntil } from '../text/staffed.ts'
import type { Assets } from './assets.ts'
import { noticeOf, sayNotice, type Notice } from './notices.ts'
import type { Shell, ShellPartials } from './shell.ts'

/** Every view and the data that it needs. Rooms add theirs by declaration merging, and the tests hold the templates to it. */
export interface Views {}

/**
 * The same for the parts that several views include.
 * @public Filled by the rooms, read by the check of the templates.
 */
export interface Partials extends ShellPartials, ChartPartials {}

export interface PageOptions {
  title: string
  status?: number
  description?: string
  /** Keep it out of search engines: personal pages, desks, forms. */
  noindex?: boolean
  /** The form was refused: "Error: " goes before the title. */
  failed?: boolean
  /** Address of the page's feed without its ending, for feed readers to find; or, where there is only one, the whole address. */
  feed?: string | { atom: string }
  /** Address of the calendar of what the page announces. */
  calendar?: string
  /** Plain names of scripts and sheets that this page needs besides those of every page: `map.js`, `leaflet.css`. */
  files?: readonly string[]
  /** The team to which the page belongs, where its address does not name it. */
  teamId?: number | null
}

declare module 'fastify' {
  interface FastifyInstance {
    /** One object for all encapsulated parts, so that what one sets, all see. */
    frame: {
      /** "Look around as": nobody, except in the demonstration. */
      personasFor: (actor: Actor) => Shell['personas']
      /** What the press office tells the readers of this page; `teamId` where the address does not name the team. */
      bannersFor: (request: FastifyRequest, teamId: number | null) => Shell['banners']
    }
  }
  interface FastifyReply {
    page<Name extends keyof Views>(this: FastifyReply, name: Name, data: Views[Name], options: PageOptions): FastifyReply
    /** After a form: back to a page, with a message that is shown once. */
    seeOther(this: FastifyReply, path: string, notice?: Notice): FastifyReply
  }
}

/** What every template can call besides its data. */
export const templateHelpers = {
  sayMark,
  sayDate,
  sayTime,
  sayEnd,
  sayMoment,
  sayMonth,
  sayNear,
  isoMinute,
  dayKey,
  count,
  barLengths,
  dotSizes,
  sayCourse,
  newKey: () => randomUUID(),
}

const VIEWS = join(import.meta.dirname, '..', '..', 'views')

// Unlike the engine's own: nothing for null, undefined and false, and our own HTML as it is.
const SPECIAL = /[&<>"']/
const ALL_SPECIAL = /[&<>"']/g
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export function escapeValue(value: unknown): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'number') return String(value)
  if (value instanceof SafeHtml) return value.html
  // Anything else in a template is a mistake; it shows as what it is, escaped.
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (character) => ESCAPES[character] ?? character) : text
}

export const newEngine = (production: boolean): Eta =>
  new Eta({ views: VIEWS, cache: production, debug: !production, escapeFunction: escapeValue, autoTrim: ['nl', false] })

export async function servePages(app: FastifyInstance, config: Config, assets: Assets): Promise<void> {
  // In tests and in production templates do not change while the process runs.
  const cache = config.production || process.env['NODE_ENV'] === 'test'
  await app.register(view, { engine: { eta: newEngine(cache) }, root: VIEWS, production: cache, defaultContext: templateHelpers })
  app.decorate('frame', { personasFor: () => [], bannersFor: () => [] })
  const shellOf = shellFactory(config, assets)

  app.decorateReply('page', function (name, data, options) {
    const fragment = isFragment(this.request)
    const shell = shellOf(this.request, options)
    if (options.noindex) this.header('x-robots-tag', 'noindex')
    this.header('vary', 'HX-Request, HX-Request-Type, Cookie')
    void this.status(options.status ?? 200).view(name, { ...data, shell, layout: fragment ? '/layouts/fragment' : '/layouts/page' })
    return this
  })

  // Redirects too: browsers keep a permanent one for ever, and a title that is changed back would then lead round in a circle.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', isSignedIn(request.actor) ? 'private, no-store' : 'no-cache')
    done(null, payload)
  })

  app.decorateReply('seeOther', function (path, notice) {
    const [address = '/', anchor] = path.split('#', 2)
    const done = notice ? `${address}${address.includes('?') ? '&' : '?'}done=${notice}` : address
    const goal = anchor ? `${done}#${anchor}` : done
    // A redirect that a script follows loses the anchor, and would be fetched twice.
    if (this.request.headers['x-sent-by'] === 'script') return this.header('hx-redirect', goal).status(200).send('')
    return this.redirect(goal, 303)
  })
}

/** htmx asks for a part of a page; going back and boosted links want the whole. */
export const isFragment = (request: FastifyRequest): boolean =>
  request.headers['hx-request'] === 'true' && request.headers['hx-request-type'] === 'partial'

function feedsOf(feed: PageOptions['feed']): Shell['feeds'] {
  if (feed === undefined) return []
  if (typeof feed !== 'string') return [{ type: 'application/atom+xml', address: feed.atom }]
  return [
    { type: 'application/atom+xml', address: `${feed}.atom` },
    { type: 'application/feed+json', address: `${feed}.json` },
  ]
}

function shellFactory(config: Config, assets: Assets) {
  const asset = (name: string): string => assets.address(name)
  return (request: FastifyRequest, options: PageOptions): Shell => {
    // A page that answers a form has no address of its own to come back to.
    const path = request.method === 'GET' ? (request.url.split('?', 1)[0] ?? '/') : '/'
    return {
      title: options.title,
      failed: options.failed ?? false,
      description: options.description ?? null,
      noindex: options.noindex ?? false,
      feeds: [...feedsOf(options.feed), ...(options.calendar ? [{ type: 'text/calendar', address: options.calendar }] : [])],
      files: options.files ?? [],
      forceName: config.force.name,
      ways: config.ways,
      away: awayUntil(now(), config.staffed),
      demonstration: config.demonstration,
      personas: request.server.frame.personasFor(request.actor),
      banners: request.server.frame.bannersFor(request, options.teamId ?? null),
      viewer: viewerOf(request),
      path,
      publicUrl: config.publicUrl,
      requestId: request.id,
      notice: sayNotice(noticeOf(request.query)),
      asset,
    }
  }
}

function viewerOf({ actor }: FastifyRequest): Shell['viewer'] {
  if (!isSignedIn(actor)) return null
  return {
    key: actor.accountId,
    name: actor.displayName ?? 'Your account',
    unread: actor.unread ?? 0,
    staff: isStaff(actor),
    officer: hasRole(actor, 'officer'),
    supervisor: hasRole(actor, 'supervisor'),
    colleague: isColleague(actor),
    network: isColleague(actor) || (actor.circles ?? []).length > 0,
    persona: actor.persona !== undefined,
    pressOffice: hasRole(actor, 'press-office'),
    administrator: hasRole(actor, 'administrator'),
  }
}
