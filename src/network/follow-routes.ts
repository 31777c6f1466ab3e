/** What somebody follows and what they saved, over HTTP. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { networkPage } from '../circles/page.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { cleanLine } from '../text/input.ts'
import { insiders } from '../web/access.ts'
import { parseForm, parseId, safePath, typed } from '../web/forms.ts'
import { followsOf, setFollow, type ShownFollow } from './follow.ts'
import { savedBy, type StaffList } from './list.ts'
import { forgetPost, savePost } from './saved.ts'

declare module '../web/page.ts' {
  interface Views {
    'network/following': { follows: ShownFollow[]; next: string | null; further: boolean }
    'network/saved': { list: StaffList; further: boolean }
  }
}

const Follow = z.object({
  subject: z.string({ error: 'Choose what to follow' }).max(80),
  follow: z.enum(['on', 'off'], { error: 'Choose whether to follow it' }),
})

export async function followRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: insiders }

  app.post('/staff/follows', { config: access }, async (request, reply) => {
    const { subject, follow } = parseForm(Follow, request.body)
    await setFollow(app.db, signedInActor(request), subject, follow === 'on')
    return reply.seeOther(safePath(typed(request.body)['back'], '/staff/following'), follow === 'on' ? 'following' : 'follow-stopped')
  })

  app.get<{ Querystring: { after?: string } }>('/staff/following', { config: access }, async (request, reply) => {
    const after = cleanLine(typed(request.query)['after'] ?? '')
    const found = await followsOf(app.db, signedInActor(request), after)
    return reply.page('network/following', { ...found, further: after !== '' }, networkPage('What you follow'))
  })

  app.get<{ Querystring: { after?: string } }>('/staff/saved', { config: access }, async (request, reply) => {
    const after = typed(request.query)['after']
    const list = await savedBy(app.db, signedInActor(request), after)
    return reply.page('network/saved', { list, further: after !== undefined }, networkPage('Saved'))
  })

  app.post<{ Params: { id: string } }>('/staff/posts/:id/saved', { config: access }, async (request, reply) => {
    const id = parseId(request.params.id)
    const actor = signedInActor(request)
    const back = safePath(typed(request.body)['back'], '/staff/saved')
    if (typed(request.body)['save'] === 'off') await forgetPost(app.db, actor, id)
    else await savePost(app.db, actor, id)
    return reply.seeOther(back)
  })
}
