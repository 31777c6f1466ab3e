/**
 * What the browser adds for staff, by itself: pages of a few lines under the real content policy, and a server that writes down what it was sent.
 */
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { loadAssets, serveAssets } from '../../src/web/assets.ts'
import { launchChromium } from './chromium.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export interface Sent {
  path: string
  fields: Record<string, string>
  /** Bytes by the name of the field. */
  files: Record<string, Buffer>
  fromScript: boolean
}

export interface Desk {
  address: string
  /** What was sent since the test began. */
  sent: Sent[]
  sentTo(path: string): Sent[]
  /** Markup of <main> by path, made anew for every request. */
  pages: Map<string, () => string>
  /** JSON or bytes by path. */
  things: Map<string, (query: Record<string, string>) => unknown>
  /** What a POST answers; the usual is a redirect to /done. */
  answers: Map<string, (reply: FastifyReply, sent: Sent) => unknown>
  open(path: string, width?: number): Promise<Page>
  close(): Promise<void>
}

export async function openDesk(): Promise<Desk> {
  const browser = await launchChromium()
  const app = Fastify({ forceCloseConnections: true })
  const assets = loadAssets()
  await app.register(formbody)
  await app.register(multipart, { limits: { fileSize: 20_000_000 } })
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('content-security-policy', POLICY)
    done(null, payload)
  })
  serveAssets(app, assets)
  const desk: Omit<Desk, 'address' | 'open' | 'close'> = {
    sent: [],
    sentTo: (path) => desk.sent.filter((sent) => sent.path === path),
    pages: new Map(),
    things: new Map(),
    answers: new Map(),
  }
  app.get('/*', (request, reply) => {
    const [path = '/'] = request.url.split('?')
    const thing = desk.things.get(path)
    if (thing) return reply.send(thing(request.query as Record<string, string>))
    const page = desk.pages.get(path)
    return reply.type('text/html; charset=utf-8').send(frame((name) => assets.address(name), page ? page() : `<h1>${path}</h1>`))
  })
  app.post('/*', async (request, reply) => {
    const sent = await read(request)
    desk.sent.push(sent)
    const answer = desk.answers.get(sent.path)
    return answer ? answer(reply, sent) : reply.redirect('/done?done=commented', 303)
  })
  await app.listen({ host: 'localhost', port: 0 })
  const address = `http://localhost:${(app.server.address() as AddressInfo).port}`
  return {
    ...desk,
    address,
    async open(path, width = 1000) {
      for (const kept of [desk.sent]) kept.length = 0
      const context = await browser.newContext({
        baseURL: address,
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
        locale: 'en-GB',
        // This server has no worker to give.
        serviceWorkers: 'block',
      })
      watch(context)
      const page = await context.newPage()
      await page.goto(path)
      return page
    },
    async close() {
      await browser.close()
      await app.close()
    },
  }
}

function watch(context: BrowserContext): void {
  context.setDefaultTimeout(8000)
  const troubles: string[] = []
  context.on('weberror', (problem) => troubles.push(problem.error().message))
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) troubles.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(troubles, 'what the page got wrong by itself').toEqual([])
  })
}

async function read(request: FastifyRequest): Promise<Sent> {
  const [path = '/'] = request.url.split('?')
  const sent: Sent = { path, fields: {}, files: {}, fromScript: request.headers['x-sent-by'] === 'script' }
  if (!request.isMultipart()) return { ...sent, fields: { ...(request.body as Record<string, string>) } }
  for await (const part of request.parts()) {
    if (part.type === 'file') sent.files[part.fieldname] = await part.toBuffer()
    else sent.fields[part.fieldname] = String(part.value)
  }
  return sent
}

/** A page of the site as staff get it, with nothing on it but what is given. */
const frame = (
  asset: (name: string) => string,
  main: string,
): string => `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Desk</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="stylesheet" href="${asset('blue-lamp.css')}"><link rel="stylesheet" href="${asset('desk.css')}">
${['blue-lamp.js', 'desk.js', 'drafts.js', 'photos.js', 'typing.js'].map((name) => `<script src="${asset(name)}" defer></script>`).join('')}
</head><body data-viewer="7"><header><form method="post" action="/sign-out"><button>Sign out</button></form><a data-exit href="/elsewhere">Leave</a></header>
<main id="main" tabindex="-1">${main}</main><footer><p class="vh" id="live" role="status"></p><div class="trouble" id="trouble" role="alert"></div></footer></body></html>`

/** What this phone keeps, by key. */
export const keptWords = async (page: Page): Promise<Record<string, string>> => page.evaluate<Record<string, string>>('({ ...localStorage })')
