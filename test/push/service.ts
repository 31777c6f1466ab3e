/**
 * A push service of one's own, and browsers that subscribed to it: it answers as it is told, and what it took can be read with the browser's key.
 */
import { createECDH, randomBytes, randomUUID, type ECDH } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

// What opens a message is what the sealing library stands on itself.
const require = createRequire(createRequire(import.meta.url).resolve('web-push'))
interface Opening {
  version: 'aes128gcm'
  privateKey: ECDH
  authSecret: string
}
const { decrypt } = require('http_ece') as { decrypt(sealed: Buffer, opening: Opening): Buffer }

export interface Taken {
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface Browser {
  endpoint: string
  p256dh: string
  auth: string
  /** What a service took for this browser, in words. */
  open(taken: Taken): Record<string, string>
}

export interface PushService {
  origin: string
  taken: Taken[]
  /** So many it was asked at the same time. */
  readonly most: number
  /** What it answers from now on; a function is asked for each call. */
  answer: (status: number | ((path: string) => number), headers?: Record<string, string>) => void
  newBrowser(): Browser
  close(): Promise<void>
}

export async function openPushService(): Promise<PushService> {
  let now: { status: number | ((path: string) => number); headers: Record<string, string> } = { status: 201, headers: {} }
  const taken: Taken[] = []
  let open = 0
  let most = 0
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    most = Math.max(most, ++open)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    taken.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) })
    // What comes at the same time is all here before the first has its answer.
    await new Promise((ready) => setTimeout(ready, 2))
    open--
    response.writeHead(typeof now.status === 'function' ? now.status(request.url ?? '') : now.status, now.headers).end()
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    taken,
    get most() {
      return most
    },
    answer: (status, headers = {}) => (now = { status, headers }),
    newBrowser: () => browserOf(`${origin}/${randomUUID()}`),
    close: () => new Promise((closed) => server.close(() => closed())),
  }
}

export function browserOf(endpoint: string): Browser {
  const keys = createECDH('prime256v1')
  const p256dh = keys.generateKeys('base64url')
  const auth = randomBytes(16).toString('base64url')
  const open = ({ body }: Taken) =>
    JSON.parse(decrypt(body, { version: 'aes128gcm', privateKey: keys, authSecret: auth }).toString()) as Record<string, string>
  return { endpoint, p256dh, auth, open }
}
