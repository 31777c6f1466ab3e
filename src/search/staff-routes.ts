/** Search in the staff network over HTTP: one page, for members of staff and for who was invited to a circle. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isColleague, isSignedIn } from '../actor.ts'
import { NotFound, Refused } from '../errors.ts'
import { kindOf } from '../posts/kinds.ts'
import { insiders } from '../web/access.ts'
import { findWith } from '../together/find.ts'
import { linkable } from './linkable.ts'
import { AT_MOST, sayFound } from './routes.ts'
import { staffAddressOf, staffFormOf, STAFF_CHOICES, type StaffChoice, type StaffForm } from './staff-form.ts'
import { circlesToChoose, staffSearch, topicsInUse, type StaffFound } from './staff-search.ts'

interface StaffSearchPage {
  form: StaffForm
  fields: Readonly<Record<string, string>>
  kinds: (readonly [StaffChoice, string])[]
  circles: { id: number; name: string }[]
  /** Reads what is for all staff. */
  colleague: boolean
  /** Null before anything was asked for, and where the form was wrong. */
  found: StaffFound | null
  said: string
  topics: string[]
  links: { next: string; exact: string; newest: string; best: string; everywhere: string; outside: string; directory: string }
}

declare module '../web/page.ts' {
  interface Views {
    'search/staff': StaffSearchPage
  }
  interface Partials {
    'search/_staff-results': StaffSearchPage
  }
}

const nameOf = (choice: StaffChoice): string => (choice === 'post' ? 'All posts' : choice === 'comment' ? 'Comments' : kindOf(choice).name)

export async function staffSearchRoutes(app: FastifyInstance): Promise<void> {
  findWith(linkable)
  const rateLimit = { max: AT_MOST.max * app.limits.factor, timeWindow: AT_MOST.timeWindow }
  app.get('/staff/search', { config: { access: insiders, rateLimit } }, async (request, reply) => {
    const form = staffFormOf(request.query)
    try {
      return await show(request, reply, form, form.q === '' ? null : await staffSearch(app.db, request.actor, form, request.query))
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem
      return show(request, reply, form, null, problem)
    }
  })
}

async function show(
  { server: { db }, actor, query }: FastifyRequest,
  reply: FastifyReply,
  form: StaffForm,
  found: StaffFound | null,
  problem?: Refused,
): Promise<FastifyReply> {
  if (!isSignedIn(actor)) throw new NotFound('page')
  const page: StaffSearchPage = {
    form,
    fields: problem?.fields ?? {},
    kinds: STAFF_CHOICES.map((choice) => [choice, nameOf(choice)] as const),
    circles: await circlesToChoose(db, actor),
    colleague: isColleague(actor),
    found,
    said: found ? sayFound(found, Object.hasOwn(query as object, 'after')) : '',
    topics: form.q === '' || found?.results.length === 0 ? await topicsInUse(db, actor) : [],
    links: linksOf(form, found),
  }
  const title = form.q === '' ? 'Search the staff network' : `${form.q} - search the staff network`
  return reply.page('search/staff', page, { title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })
}

const linksOf = (form: StaffForm, found: StaffFound | null): StaffSearchPage['links'] => ({
  next: found?.next ? staffAddressOf({ ...form, q: found.instead ?? form.q }, { after: found.next }) : '',
  exact: staffAddressOf(form, { exact: 'yes' }),
  newest: staffAddressOf({ ...form, order: 'newest' }),
  best: staffAddressOf({ ...form, order: 'best' }),
  everywhere: staffAddressOf({ ...form, kind: '', topic: '', circle: '', who: '', from: '', until: '' }),
  outside: `/search${form.q === '' ? '' : `?${new URLSearchParams({ q: form.q }).toString()}`}`,
  directory: `/staff/people${form.q === '' ? '' : `?${new URLSearchParams({ q: form.q }).toString()}`}`,
})
