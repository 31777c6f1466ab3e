/** One post on several teams’ pages, over HTTP: passing on, pinning; and the photos of an appeal that is over. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasRole, type SignedIn } from '../actor.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { allTeams, teamById, type TeamName } from '../teams/team.ts'
import { publishers } from '../web/access.ts'
import { idField, line, parseForm, parseId, typed } from '../web/forms.ts'
import { signedInActor } from './draft-page.ts'
import { postById, type PostPage } from './list.ts'
import { removePhotosOfPost } from './photo.ts'
import { mayKeepPage } from './policy.ts'
import { pinPost, repostPost, requireShareable, takeBackRepost, unpinPost } from './sharing.ts'

interface Again {
  errors: Readonly<Record<string, string>>
  typed: Record<string, string>
}

declare module '../web/page.ts' {
  interface Views {
    'posts/repost': { post: PostPage; teams: { id: number; name: string }[] } & Again
    'posts/traced': { post: PostPage } & Again
  }
}

const teamId = idField('Choose the team whose page it goes to')
const Repost = z.object({ team: teamId, line: line('The line', 'Say in a line why it matters to your team’s readers', 240) })
const Team = z.object({ team: teamId })
const Traced = z.object({ because: line('The reason', 'Say why the photos go. Readers will see it', 300) })

interface Id {
  Params: { id: string }
}

export async function sharingRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }
  const again = (show: typeof showRepost) => (request: FastifyRequest, reply: FastifyReply, problem: Refused) => show(request, reply, problem)

  app.get<Id>('/posts/:id/repost', { config: access }, async (request, reply) => showRepost(request, reply))

  app.post<Id>('/posts/:id/reposts', { config: { ...access, again: again(showRepost) } }, async (request, reply) => {
    const { team: id, line: said } = parseForm(Repost, request.body)
    const team = await teamById(app.db, id)
    await repostPost(app.db, signedInActor(request), parseId(request.params.id), team, said)
    return reply.seeOther(`/teams/${team.slug}`, 'reposted')
  })

  app.post<{ Params: { id: string; team: string } }>('/posts/:id/reposts/:team/removal', { config: access }, async (request, reply) => {
    const team = await teamById(app.db, parseId(request.params.team))
    await takeBackRepost(app.db, signedInActor(request), parseId(request.params.id), team.id)
    return reply.seeOther(`/teams/${team.slug}`, 'repost-taken')
  })

  app.post<Id>('/posts/:id/pins', { config: access }, async (request, reply) => {
    const team = await teamById(app.db, parseForm(Team, request.body).team)
    await pinPost(app.db, signedInActor(request), parseId(request.params.id), team.id)
    return reply.seeOther(`/teams/${team.slug}`, 'pinned')
  })

  app.post<Id>('/posts/:id/pins/removal', { config: access }, async (request, reply) => {
    const team = await teamById(app.db, parseForm(Team, request.body).team)
    await unpinPost(app.db, signedInActor(request), parseId(request.params.id), team.id)
    return reply.seeOther(`/teams/${team.slug}`, 'unpinned')
  })

  app.get<Id>('/posts/:id/traced', { config: access }, async (request, reply) => showTraced(request, reply))

  app.post<Id>('/posts/:id/tracing', { config: { ...access, again: again(showTraced) } }, async (request, reply) => {
    const { because } = parseForm(Traced, request.body)
    const { path } = await removePhotosOfPost(app.db, signedInActor(request), parseId(request.params.id), because)
    return reply.seeOther(path, 'photos-removed')
  })
}

const idIn = (request: FastifyRequest): number => parseId((request.params as { id: string }).id)

const asShown = (title: string, problem?: Refused) => ({ title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })

const sentBack = (request: FastifyRequest, problem?: Refused): Again => ({ errors: problem?.fields ?? {}, typed: typed(request.body) })

async function showRepost(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const post = await postById(request.server.db, idIn(request))
  requireShareable(post)
  const teams = (await ownTeams(request, signedInActor(request))).filter(({ id }) => id !== post.teamId)
  if (teams.length === 0) throw new Forbidden('You have no other team whose page it could go to.')
  return reply.page('posts/repost', { post, teams, ...sentBack(request, problem) }, asShown(`Pass on: ${post.title}`, problem))
}

/** Teams whose pages somebody keeps; the press office keeps them all. */
async function ownTeams(request: FastifyRequest, actor: SignedIn): Promise<Pick<TeamName, 'id' | 'name'>[]> {
  if (hasRole(actor, 'press-office')) return allTeams(request.server.db)
  return actor.duties.flatMap(({ teamId: id, teamName: name }) => (id !== null && name !== null && mayKeepPage(actor, id) ? [{ id, name }] : []))
}

async function showTraced(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const post = await postById(request.server.db, idIn(request))
  if (!mayKeepPage(request.actor, post.teamId) || post.kind !== 'appeal') throw new Forbidden('You cannot change this post.')
  return reply.page('posts/traced', { post, ...sentBack(request, problem) }, asShown(`Take the photos away: ${post.title}`, problem))
}
