/** Where the force's mail system hands over what came back: the mail as it is, with the token of the settings. */
import type { FastifyInstance } from 'fastify'
import { NotFound } from '../errors.ts'
import { machines } from '../web/access.ts'
import { holdsToken } from '../web/health.ts'
import { takeReport } from './report.ts'

/** A report with the mail that it is about. */
const LARGEST = 200 * 1024

export async function reportRoutes(app: FastifyInstance): Promise<void> {
  // Here and nowhere else: no other address reads such a body.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['message/rfc822', 'application/octet-stream'], { parseAs: 'buffer', bodyLimit: LARGEST }, (_request, body, done) =>
    done(null, body),
  )

  const config = { access: machines, foreign: true } as const
  app.post(
    '/mail-reports',
    { config, bodyLimit: LARGEST, onRequest: async (request) => requireToken(app, request.headers.authorization) },
    async (request, reply) => {
      if (Buffer.isBuffer(request.body)) await takeReport(app.db, app.config, request.body)
      return reply.status(204).send()
    },
  )
}

/** Before anything of the body is read. Without the token there is no such page. */
function requireToken(app: FastifyInstance, header: string | undefined): void {
  if (!holdsToken(header, app.config.mailReportsToken)) throw new NotFound()
}
