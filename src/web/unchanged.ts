/**
 * An answer that programs fetch again and again: whole, or 304 while nothing changed. By its content alone (an entity tag): by a date, a reader would keep what
 * was taken down, for what loses an entry has no newer one.
 */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

export function answerUnlessUnchanged(reply: FastifyReply, type: string, body: string): FastifyReply {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  reply.header('etag', etag).header('cache-control', 'public, no-cache')
  // A proxy that compresses on the way marks the tag as weak.
  if (reply.request.headers['if-none-match']?.replaceAll('W/', '').includes(etag)) return reply.status(304).send()
  return reply.type(type).send(body)
}
