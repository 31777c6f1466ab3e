/**
 * Pages compressed once each, at the cheapest level, off the main thread. A whole page is at hand as one text, so the official plugin's
 * stream (made for bodies that are not) would cost twice as much for the same bytes.
 */
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

const compress = promisify(gzip)
/** What fits into one packet anyway is sent as it is. */
const SMALL = 1400

export function compressPages(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < SMALL || reply.hasHeader('content-encoding')) return payload
    reply.header('vary', varying(reply.getHeader('vary')))
    if (!acceptsGzip(request.headers['accept-encoding'])) return payload
    reply.header('content-encoding', 'gzip').removeHeader('content-length')
    return compress(payload, { level: constants.Z_BEST_SPEED })
  })
}

const varying = (known: unknown): string => (typeof known === 'string' && known !== '' ? `${known}, Accept-Encoding` : 'Accept-Encoding')

/** "gzip" or "*" is named, and not with the quality nought. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const accepted = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim())
        return [name, Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)]
      }),
  )
  return (accepted.get('gzip') ?? accepted.get('*') ?? 0) > 0
}
