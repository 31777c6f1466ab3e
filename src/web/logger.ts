/**
 * Structured logs without secrets: no cookies, no tokens, no email addresses, no postcodes.
 */
import type { FastifyError, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { Config } from '../config.ts'

/** Whatever stands around an @ between two separators; bounded, so that a long address of somebody hostile costs nothing. */
const EMAIL = /[^\s@/?&=]{0,64}(?:@|%40)[^\s/?&=]{1,255}/gi
const POSTCODE = /\b[a-z]{1,2}\d[a-z\d]?(\s|%20|\+)*\d[a-z]{2}\b/gi
const LONGEST = 500
/** Whoever has the rest of such an address can act with it. */
const TOKEN = /(\/(?:sign-in|following|follow\/confirm)\/)[^/?]+/

/** An address as it may be logged. What people search for may be where they live, so no query is logged at all. */
export const loggable = (url: string): string =>
  url.replace(/\?.*$/s, '?…').slice(0, LONGEST).replace(TOKEN, '$1…').replace(EMAIL, '[email]').replace(POSTCODE, '[postcode]')

export function loggerOf(config: Config): NonNullable<FastifyServerOptions['logger']> {
  if (config.logLevel === 'silent') return false
  return {
    level: config.logLevel,
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, url: loggable(request.url), id: request.id }),
      // The text of a database error holds the statement and its values: its code says enough.
      err: (error: FastifyError) => ({
        type: error.name,
        code: error.code ?? causeOf(error).code ?? null,
        constraint: causeOf(error).constraint ?? null,
        message: error.cause === undefined ? error.message.replace(EMAIL, '[email]') : 'a database error',
        stack: error.stack?.replace(/^[\s\S]*?\n(?= {4}at )/, '') ?? '',
      }),
    },
    redact: ['req.headers.cookie', 'req.headers.authorization', 'res.headers["set-cookie"]'],
  }
}

const causeOf = (error: Error): { code?: string; constraint?: string } => (typeof error.cause === 'object' && error.cause !== null ? error.cause : {})
