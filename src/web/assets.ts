/**
 * Files for the browser: read once, named by their content so that they may be kept for ever, compressed once.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { NotFound } from '../errors.ts'
import { anyone } from './access.ts'

const STATIC = join(import.meta.dirname, '..', '..', 'static')
const require = createRequire(import.meta.url)

/** Name in a page → file, or files that every page needs together, one after the other. Libraries come from where npm put them. */
const FILES: Record<string, string | readonly string[]> = {
  'blue-lamp.css': join(STATIC, 'blue-lamp.css'),
  'blue-lamp.js': [require.resolve('htmx.org/dist/htmx.min.js'), join(STATIC, 'blue-lamp.js'), join(STATIC, 'live.js')],
  'desk.css': join(STATIC, 'desk.css'),
  'desk.js': join(STATIC, 'desk.js'),
  'drafts.js': join(STATIC, 'drafts.js'),
  'moderation.js': join(STATIC, 'moderation.js'),
  'photos.js': join(STATIC, 'photos.js'),
  'typing.js': join(STATIC, 'typing.js'),
  'redaction.js': join(STATIC, 'redaction.js'),
  // On the pages that name them (`PageOptions.scripts`).
  'charts.css': join(STATIC, 'charts.css'),
  'effort.js': join(STATIC, 'effort.js'),
  'map.css': join(STATIC, 'map.css'),
  'map.js': join(STATIC, 'map.js'),
  'where.js': join(STATIC, 'where.js'),
  'pin.js': join(STATIC, 'pin.js'),
  'look.js': join(STATIC, 'look.js'),
  'look.css': join(STATIC, 'look.css'),
  'push.js': join(STATIC, 'push.js'),
  'leaflet.js': require.resolve('leaflet/dist/leaflet.js'),
  'leaflet.css': require.resolve('leaflet/dist/leaflet.css'),
  'lamp.svg': join(STATIC, 'lamp.svg'),
}

const TYPES: Record<string, string> = { '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' }

interface Asset {
  address: string
  type: string
  encoded: { identity: Buffer; gzip: Buffer; br: Buffer }
}

export interface Assets {
  /** The address of a file by its plain name. Throws for a name that does not exist: a page must not point nowhere. */
  address(name: string): string
  find(address: string): Asset | undefined
}

export function loadAssets(): Assets {
  const loaded = new Map(Object.entries(FILES).map(([name, file]) => [name, load(name, file)]))
  const byAddress = new Map([...loaded.values()].map((asset) => [asset.address, asset]))
  return {
    address(name) {
      const asset = loaded.get(name)
      if (!asset) throw new Error(`no asset is called ${name}`)
      return asset.address
    },
    find: (address) => byAddress.get(address),
  }
}

function load(name: string, file: string | readonly string[]): Asset {
  const identity = Buffer.concat(
    [file].flat().flatMap((part, place) => (place === 0 ? [readFileSync(part)] : [Buffer.from('\n'), readFileSync(part)])),
  )
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 10)
  const extension = extname(name)
  const br = brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: identity.length } })
  return {
    address: `/assets/${name.slice(0, -extension.length)}.${hash}${extension}`,
    type: TYPES[extension] ?? 'application/octet-stream',
    encoded: { identity, gzip: gzipSync(identity, { level: 9 }), br },
  }
}

export function serveAssets(app: FastifyInstance, assets: Assets): void {
  app.get<{ Params: { '*': string } }>('/assets/*', { config: { access: anyone, impersonal: true } }, async (request, reply) => {
    const asset = assets.find(`/assets/${request.params['*']}`)
    if (!asset) throw new NotFound('file')
    const accepts = String(request.headers['accept-encoding'] ?? '')
    const encoding = /\bbr\b/.test(accepts) ? 'br' : /\bgzip\b/.test(accepts) ? 'gzip' : 'identity'
    if (encoding !== 'identity') reply.header('content-encoding', encoding)
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'accept-encoding')
      .type(asset.type)
      .send(asset.encoded[encoding])
  })
  app.get('/favicon.ico', { config: { access: anyone } }, (_request, reply) => reply.redirect(assets.address('lamp.svg'), 302))
}
