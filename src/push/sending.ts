/**
 * One call to a push service. It holds nothing that the service could read: the words are sealed for the browser alone.
 */
import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import webpush from 'web-push'
import type { Config } from '../config.ts'
import { lookupFor } from './address.ts'
import type { PushKeys } from './keys.ts'

export interface Message {
  /** Of the browser: where, and for whom it is sealed. */
  endpoint: string
  p256dh: string
  auth: string
  title: string
  body: string
  path: string
  /** A later message of the same tag takes the place of the earlier one on the screen. */
  tag: string
  urgent: boolean
}

/** How long a service keeps it for a phone that is switched off. */
const KEPT_SECONDS = 24 * 60 * 60
const LONGEST_WAIT = 10_000

/** Answers the status of the service; throws when there was none. A redirect is an answer like any other, and is not followed. */
export async function callService(config: Config, keys: PushKeys, message: Message): Promise<number> {
  const { endpoint, p256dh, auth, urgent, ...shown } = message
  const { title, body, path, tag } = shown
  const sealed = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify({ title, body, path, tag }), {
    vapidDetails: { subject: `mailto:${config.contactEmail}`, ...keys },
    TTL: KEPT_SECONDS,
    urgency: urgent ? 'high' : 'normal',
  })
  return post(endpoint, sealed.headers, sealed.body, lookupFor(endpoint, config.push.services))
}

function post(endpoint: string, headers: Record<string, string>, body: Buffer | null, lookup: ReturnType<typeof lookupFor>): Promise<number> {
  const options = { method: 'POST', headers, signal: AbortSignal.timeout(LONGEST_WAIT), ...(lookup ? { lookup } : {}) }
  const request = endpoint.startsWith('https:') ? requestSecure : requestPlain
  return new Promise((resolve, reject) => {
    const call = request(endpoint, options, (answer) => {
      // What it says besides is of no use, and could be endless: the same time limit ends it.
      answer.on('error', () => {}).resume()
      resolve(answer.statusCode ?? 0)
    })
    call.on('error', reject).end(body)
  })
}
