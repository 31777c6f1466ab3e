/**
 * What holds for every answer and every request, whatever the page.
 */
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { Forbidden } from '../errors.ts'

export async function secure(app: FastifyInstance, config: Config): Promise<void> {
  const https = config.publicUrl.startsWith('https://')
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // blob: is a photo on its way through the blur tool, made by our own script.
        imgSrc: ["'self'", 'data:', ...tileOrigins(config)],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: 63_072_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
  // Only our own pages may ask for them, and the browser asks the person.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header(
      'permissions-policy',
      'camera=(self), geolocation=(self), accelerometer=(self), gyroscope=(self), magnetometer=(self), microphone=()',
    )
  })
  app.addHook('onRequest', refuseForeignOrigin(config))
}

/** Tiles may come from {s}.example.org: then from any name there. */
function tileOrigins({ tiles }: Config): string[] {
  if (!tiles) return []
  return [new URL(tiles.url.replace('{s}', 'tiles')).origin.replace('//tiles.', tiles.url.includes('{s}') ? '//*.' : '//tiles.')]
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

interface Asked {
  method: string
  headers: Record<string, string | string[] | undefined>
  routeOptions?: { config: { foreign?: true } }
}

/** A form of another site must not act in our reader's name: browsers say where a request comes from. */
export function refuseForeignOrigin(config: Config) {
  const own = new URL(config.publicUrl).origin
  return async (request: Asked): Promise<void> => {
    if (SAFE.has(request.method) || request.routeOptions?.config.foreign === true) return
    const site = request.headers['sec-fetch-site']
    if (site === 'same-origin') return
    // Older browsers do not say; all of them send the origin with a POST.
    if (site === undefined && sameOrigin(request.headers['origin'], own, request.headers['host'])) return
    throw new Forbidden('This form was sent from another website. Open the page here and send it again.')
  }
}

function sameOrigin(origin: string | string[] | undefined, own: string, host: string | string[] | undefined): boolean {
  if (typeof origin !== 'string') return false
  // In development the same server answers under several names (localhost, 127.0.0.1).
  return origin === own || (own.startsWith('http://') && origin === `http://${String(host)}`)
}
