/** What machines ask: alive, ready, how busy. */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { sql } from 'drizzle-orm'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { isAway } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { anyone, machines } from './access.ts'

export async function healthRoutes(app: FastifyInstance): Promise<void> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_request_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  const failures = new Counter({ name: 'http_failures_total', help: 'Requests answered with 500 or above.', registers: [registry] })
  new Gauge({
    name: 'mails_waiting',
    help: 'Mails that the mail server has not taken yet.',
    registers: [registry],
    async collect() {
      const counted = await app.db.execute<{ waiting: string }>(
        sql`select count(*) as waiting from mails where sent_at is null and failed_at is null`,
      )
      this.set(Number(counted.rows[0]?.waiting ?? 0))
    },
  })
  app.addHook('onResponse', async (request, reply) => {
    // A stream lasts as long as its reader stays: no measure of how quick the site is.
    if (request.routeOptions.url === '/live') return
    const labels = { method: request.method, route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) }
    requests.observe(labels, reply.elapsedTime / 1000)
    if (reply.statusCode >= 500) failures.inc()
  })

  app.get('/health/live', { config: { access: anyone } }, async () => ({ status: 'live' }))

  app.get('/health/ready', { config: { access: anyone } }, async (_request, reply) => {
    try {
      await app.db.execute(sql`select 1`)
      return { status: 'ready' }
    } catch (error) {
      if (!isAway(error)) throw error
      return reply.status(503).header('retry-after', '5').send({ status: 'the database is away' })
    }
  })

  app.get('/metrics', { config: { access: machines } }, async (request, reply) => {
    // Without the token there is no such page.
    if (!holdsToken(request.headers.authorization, app.config.metricsToken)) throw new NotFound()
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

/** Does an authorization header hold this token? Never where there is none. */
export function holdsToken(header: string | undefined, token: string | null): boolean {
  if (token === null || header === undefined) return false
  const given = Buffer.from(header)
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
