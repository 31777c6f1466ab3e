/** Pictures of links over HTTP: ours, re-encoded, and only for who may read the post. */
import type { FastifyInstance } from 'fastify'
import { insiders } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { previewPicture, type LinkShown } from './preview-shown.ts'

declare module '../web/page.ts' {
  interface Partials {
    'network/_preview': { link: LinkShown }
  }
}

export async function previewRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { post: string } }>('/staff/previews/:post/image', { config: { access: insiders } }, async (request, reply) => {
    const file = await previewPicture(app.db, request.actor, parseId(request.params.post))
    reply.header('cache-control', 'private, no-store').header('x-content-type-options', 'nosniff').header('x-robots-tag', 'noindex')
    reply.header('content-security-policy', "default-src 'none'; sandbox")
    return reply.type('image/webp').send(await app.storage.read(file))
  })
}
