/** Live signals over HTTP: streams of server-sent events that carry ids. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { idOf } from '../actor.ts'
import { NotFound } from '../errors.ts'
import { anyone } from '../web/access.ts'
import { EVERYTHING, MOST_AT_ADDRESS, MOST_STREAMS, openLive, type Live } from './live.ts'
import { missedTopics, newestActivity, type Since } from './missed.ts'
import type { Signal } from './signal.ts'
import { chunkOf, openStream } from './stream.ts'
import { keysFor } from './topic.ts'

/** A stream ends after so many milliseconds, not all at once: whoever comes back is authorised anew. */
const SHORTEST = 15 * 60_000
const LONGEST = 30 * 60_000
/** Seconds after which a browser that found no room may ask again. */
const LATER = 60

const number = z.coerce.number().int().nonnegative().max(1e15).nullable().catch(null).default(null)
const Asked = z.object({ topics: z.string().max(500), last: number, since: number })

export async function liveRoutes(app: FastifyInstance): Promise<void> {
  const live = openLive(app.db, (error) => app.log.warn({ err: error }, 'live signals have a problem'))
  // Before the server waits for what is under way: a stream is under way for ever.
  app.addHook('preClose', () => live.close())

  app.get('/live', { config: { access: anyone, unattended: true }, exposeHeadRoute: false }, async (request, reply) => {
    const asked = Asked.safeParse(request.query).data
    if (!asked) throw new NotFound('topic')
    if (isFull(live, request.ip)) return later(reply)
    const keys = await keysFor(app.db, request.actor, asked.topics)
    try {
      await live.ready()
    } catch {
      return later(reply)
    }
    await open(live, request, reply, keys, { id: lastEventOf(request) ?? asked.last, at: asked.since })
    return reply
  })
}

const isFull = ({ hub }: Live, address: string): boolean => hub.size >= MOST_STREAMS || hub.countAt(address) >= MOST_AT_ADDRESS

const later = (reply: FastifyReply): FastifyReply => reply.status(503).header('retry-after', String(LATER)).type('text/plain').send('')

function lastEventOf({ headers }: FastifyRequest): number | null {
  const id = headers['last-event-id']
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null
}

/** Listens first and looks back then: what happens in between is told twice rather than not at all. */
async function open(live: Live, request: FastifyRequest, reply: FastifyReply, keys: string[], since: Since): Promise<void> {
  const { db } = request.server
  const reader = { accountId: idOf(request.actor), sessionKey: request.session?.key ?? null, address: request.ip, endsAt: endOf(Date.now()) }
  reply.hijack()
  const { raw } = reply
  const stream = openStream(raw, reply.getHeaders(), reader)
  raw.once('close', () => live.hub.leave(stream))
  live.hub.join(stream, keys)
  try {
    const [newest, missed] = await Promise.all([newestActivity(db), missedTopics(db, request.actor, keys, since, Date.now())])
    // The first line says where the stream begins, so that even one that heard nothing can be taken up again.
    const signals = missed.map((topic) => chunkOf({ topic, kind: 'changed' } satisfies Signal, newest))
    stream.write(Buffer.from(`id:${newest}\nevent:begin\ndata:{}\n\n${signals.join('')}`))
  } catch {
    stream.write(Buffer.from(chunkOf(EVERYTHING, null)))
  }
}

const endOf = (now: number): number => now + SHORTEST + Math.random() * (LONGEST - SHORTEST)
