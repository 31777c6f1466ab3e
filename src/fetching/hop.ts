/**
 * One request to one of the machines that were looked at, and to no other.
 */
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { isIPv6, type LookupFunction, type Socket } from 'node:net'
import { ENCODINGS } from './body.ts'
import { hostOf, portOf, type Destination, type Guard } from './destination.ts'
import { NotFetched } from './failure.ts'

const NAME = 'Mozilla/5.0 (compatible; BlueLamp/1.0; link preview)'
const HEADERS = 16_384

/** The answer, of which nothing but the head was read. Throws `NotFetched`; ends with `signal`, also later, while it is read. */
export async function ask(destination: Destination, accept: string, guard: Guard, signal: AbortSignal): Promise<IncomingMessage> {
  const { url } = destination
  const options: RequestOptions = {
    host: hostOf(url),
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    lookup: known(destination.addresses),
    agent: false,
    maxHeaderSize: HEADERS,
    insecureHTTPParser: false,
    signal,
    headers: { host: url.host, 'user-agent': NAME, accept, 'accept-encoding': ENCODINGS, 'accept-language': 'en-GB,en;q=0.8', connection: 'close' },
  }
  const request = url.protocol === 'https:' ? https.request(options) : http.request(options)
  request.on('socket', (socket) => refuseInside(socket, guard))
  return answerOf(request, guard.patience.first)
}

/** What was looked up before, as an answer of its own. */
const known =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, found) => {
    const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
    const [first] = known
    if (all) return found(null, known)
    found(null, first?.address ?? '', first?.family)
  }

/** A second look at where the line really ends, before a word is sent. */
function refuseInside(socket: Socket, { refuses }: Guard): void {
  socket.once('connect', () => {
    if (refuses(socket.remoteAddress ?? '')) socket.destroy(new Error('inside'))
  })
}

function answerOf(request: ClientRequest, patience: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => request.destroy(new NotFetched('It did not answer in time.', true)), patience)
    request.once('response', (answer) => {
      clearTimeout(late)
      resolve(answer)
    })
    request.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    // Whoever wants to speak something else than HTTP is not answered.
    request.once('upgrade', (_answer, socket) => socket.destroy())
    request.end()
  })
}
