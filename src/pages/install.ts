/** What makes the site installable: manifest, icons, service worker, the page for when there is no signal. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { NotFound } from '../errors.ts'
import { anyone } from '../web/access.ts'

declare module '../web/page.ts' {
  interface Views {
    'pages/offline': object
  }
}

const STATIC = join(import.meta.dirname, '..', '..', 'static')
/** Made from lamp.svg; the maskable one keeps it within the circle that every phone leaves. */
const ICONS = ['icon-192.png', 'icon-512.png', 'icon-maskable.png', 'apple-touch-icon.png']
const NIGHT = '#0b1a36'
const DAY = 86_400

export async function installRoutes(app: FastifyInstance): Promise<void> {
  const config = { access: anyone }
  const file = { ...config, impersonal: true as const }
  const icons = new Map(ICONS.map((name) => [name, readFileSync(join(STATIC, name))]))
  const worker = readFileSync(join(STATIC, 'sw.js'))
  const manifest = JSON.stringify(manifestOf(app.config.force.name))

  app.get('/manifest.webmanifest', { config: file }, (_request, reply) =>
    reply.type('application/manifest+json; charset=utf-8').header('cache-control', `public, max-age=${DAY}`).send(manifest),
  )

  app.get<{ Params: { icon: string } }>('/icons/:icon', { config: file }, async (request, reply) => {
    const icon = icons.get(request.params.icon)
    if (!icon) throw new NotFound('icon')
    return reply.type('image/png').header('cache-control', `public, max-age=${DAY}`).send(icon)
  })

  // Asked for anew each time, so that a worker with a fault is gone with the next visit.
  app.get('/sw.js', { config: file }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(worker),
  )

  app.get('/offline', { config }, (_request, reply) => reply.page('pages/offline', {}, { title: 'You are offline', noindex: true }))
}

const manifestOf = (force: string) => ({
  name: `Blue Lamp: ${force}`,
  short_name: 'Blue Lamp',
  description: `What ${force}’s neighbourhood teams are doing near you, and a place to ask them.`,
  id: '/',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  lang: 'en-GB',
  dir: 'ltr',
  theme_color: NIGHT,
  background_color: NIGHT,
  icons: [
    { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/icon-maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
})
