/** Issues over HTTP: "who else is working on this?" */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { now } from '../clock.ts'
import { networkPage } from '../circles/page.ts'
import type { Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { insiders } from '../web/access.ts'
import { idField, parseForm, parseId, typed, words } from '../web/forms.ts'
import { Finding, pathBack, postIn, showAct } from './act-page.ts'
import { linkIssue, publicToRaise, unlinkIssue } from './issue-link.ts'
import { ISSUE_VIEWS, issueList, type IssueView, type Moving } from './issue-list.ts'
import { closeIssue, joinIssue, leaveIssue, raiseIssue, reopenIssue } from './issue.ts'
import type { List } from './list.ts'
import { ownTeams } from './policy.ts'
import { issuesLike, type IssueAlike } from './similar.ts'
import { aside, part, shared, stepOf, writingOf, type Writing } from './writing.ts'

interface IssueWriting {
  writing: Writing
  step: 1 | 2
  about: { id: number; title: string; path: string } | null
  alike: IssueAlike[]
  teamId: number | null
}

declare module '../web/page.ts' {
  interface Views {
    'together/issues': { view: IssueView; list: List<Moving>; further: boolean; moment: Date }
    /** `about`: the public conversation that is raised. */
    'together/issue-new': IssueWriting
  }
  interface Partials {
    /** `teamId`: in whose name the reader joins with one tap. */
    'together/_issues-alike': Pick<IssueWriting, 'alike' | 'teamId'> & { announce: boolean }
  }
}

const none = z.literal('').transform(() => null)
const { title, tags, circle, key } = shared
const NewIssue = z.object({
  title,
  tags,
  circle,
  key,
  about: z.union([none, idField('This page is out of date. Reload it and try again.')]).default(null),
  body: words('What it is about', 'Tell colleagues what it is about', 10_000),
})
const Join = z.object({ team: z.union([none, idField('Choose one of your teams')]).default(null), note: aside })
const Link = z.object({
  address: z.string({ error: 'Paste an address' }).max(2000, 'This address is too long').trim().min(1, 'Paste an address'),
  why: aside,
})
const Outcome = z.object({ outcome: part('What came of it', 'Say what came of it, also when nothing did') })
const Query = z.object({ view: z.enum(ISSUE_VIEWS).catch('open').default('open'), after: z.string().optional().catch(undefined) })

export async function issueRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: insiders }
  const ofPost = { access: insiders, speaks: 'post' as const }
  const act = (name: 'join' | 'link' | 'close') => ({ config: { ...ofPost, again: showAct(name) } })

  app.get('/staff/issues', { config: access }, async (request, reply) => {
    const { view, after } = Query.parse(request.query)
    const list = await issueList(app.db, request.actor, view, after)
    return reply.page('together/issues', { view, list, further: after !== undefined, moment: now() }, networkPage('Issues'))
  })

  app.get('/staff/issues/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/staff/issues', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { circle: circleId, key: clientKey, about: aboutId, ...form } = parseForm(NewIssue, request.body)
    const { path } = await raiseIssue(app.db, signedInActor(request), { ...form, circleId, clientKey, aboutId })
    return reply.seeOther(path, 'issue-raised')
  })

  app.post('/staff/posts/:id/workers', act('join'), async (request, reply) => {
    const { team: teamId, note } = parseForm(Join, request.body)
    await joinIssue(app.db, signedInActor(request), postIn(request), { teamId, note })
    return reply.seeOther(await pathBack(request, 'issue'), 'issue-joined')
  })

  app.post('/staff/posts/:id/workers/end', { config: ofPost }, async (request, reply) => {
    await leaveIssue(app.db, signedInActor(request), postIn(request))
    return reply.seeOther(await pathBack(request, 'issue'), 'issue-left')
  })

  app.post('/staff/posts/:id/links', act('link'), async (request, reply) => {
    const sent = typed(request.body)
    if (sent['find'] !== undefined) throw new Finding('')
    const { address, why } = parseForm(Link, { ...sent, address: sent['address']?.trim() === '' ? sent['chosen'] : sent['address'] })
    await linkIssue(app.db, signedInActor(request), postIn(request), { address, note: why })
    return reply.seeOther(await pathBack(request, 'links'), 'issue-linked')
  })

  app.post<{ Params: { id: string; link: string } }>('/staff/posts/:id/links/:link/end', { config: ofPost }, async (request, reply) => {
    await unlinkIssue(app.db, signedInActor(request), postIn(request), parseId(request.params.link))
    return reply.seeOther(await pathBack(request, 'links'), 'issue-unlinked')
  })

  app.post('/staff/posts/:id/outcome', act('close'), async (request, reply) => {
    const { outcome } = parseForm(Outcome, request.body)
    await closeIssue(app.db, signedInActor(request), postIn(request), outcome)
    return reply.seeOther(await pathBack(request, 'issue'), 'issue-closed')
  })

  app.post('/staff/posts/:id/outcome/end', { config: ofPost }, async (request, reply) => {
    await reopenIssue(app.db, signedInActor(request), postIn(request))
    return reply.seeOther(await pathBack(request, 'issue'), 'issue-reopened')
  })
}

async function showNew(request: FastifyRequest, reply: FastifyReply, refused?: Refused): Promise<FastifyReply> {
  const { step, problem } = stepOf(request, refused)
  const writing = await writingOf(request, null, problem)
  const { about: sent = '', title: asked = '' } = writing.form
  const found = sent === '' ? null : await publicToRaise(request.server.db, request.actor, parseId(sent))
  const about = found && { id: found.id, title: found.title, path: found.path }
  const alike = problem ? [] : await issuesLike(request.server.db, request.actor, asked)
  const data = { writing, step, about, alike, teamId: ownTeams(request.actor)[0]?.teamId ?? null }
  return reply.page('together/issue-new', data, networkPage('Raise an issue', problem))
}
