/**
 * Fetches what somebody gave the address of, and can be sent nowhere else by it: to no machine inside our network, whatever its name says or comes to say later;
 * through a few redirects at most, each looked at anew; a bounded while; a bounded number of bytes; nothing but the types that were asked for.
 */
import type { IncomingMessage } from 'node:http'
import { readBody, type Limit } from './body.ts'
import { destinationOf, GUARD, readAddress, type Guard } from './destination.ts'
import { NotFetched } from './failure.ts'
import { ask } from './hop.ts'

export { GUARD, type Guard } from './destination.ts'
export { NotFetched } from './failure.ts'

export interface Wanted {
  /** Media types, without parameters. */
  types: readonly string[]
  limit: Limit
}

const REDIRECTS = 3

export interface Fetched {
  /** After redirects. */
  url: URL
  /** One of those that were wanted. */
  type: string
  /** As the sender names it; null where it says nothing. */
  charset: string | null
  bytes: Buffer
}

/** Throws `NotFetched`, and nothing else. */
export async function safeFetch(address: string, wanted: Wanted, guard: Guard = GUARD): Promise<Fetched> {
  const whole = AbortSignal.timeout(guard.patience.all)
  const late = new Promise<never>((_, reject) => whole.addEventListener('abort', () => reject(tooSlow()), { once: true }))
  // Also what cannot be called off (a look-up of a name) is not waited for any longer.
  return Promise.race([follow(address, wanted, guard, whole), late]).catch((error: unknown) => {
    throw error instanceof NotFetched ? error : whole.aborted ? tooSlow() : new NotFetched(sayProblem(error), true)
  })
}

const tooSlow = (): NotFetched => new NotFetched('It did not answer in time.', true)

async function follow(address: string, wanted: Wanted, guard: Guard, signal: AbortSignal): Promise<Fetched> {
  let url = readAddress(address, guard)
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const answer = await ask(await destinationOf(url, guard), wanted.types.join(', '), guard, signal)
    if (!isRedirect(answer)) return read(url, answer, wanted)
    answer.destroy()
    url = nextOf(url, answer, guard)
  }
  throw new NotFetched('It sends us on too often.')
}

const isRedirect = ({ statusCode = 0, headers }: IncomingMessage): boolean =>
  [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined

function nextOf(url: URL, { headers }: IncomingMessage, guard: Guard): URL {
  const next = readAddress(headers.location ?? '', guard, url)
  if (url.protocol === 'https:' && next.protocol !== 'https:') throw new NotFetched('It sends us from a protected page to an open one.')
  return next
}

async function read(url: URL, answer: IncomingMessage, { types, limit }: Wanted): Promise<Fetched> {
  const { statusCode = 0, headers } = answer
  const [type = '', ...rest] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase())
  const problem = statusCode !== 200 ? new NotFetched(sayStatus(statusCode), statusCode >= 500 || statusCode === 429) : notWanted(type, types)
  if (problem) {
    answer.destroy()
    throw problem
  }
  const charset =
    rest
      .find((part) => part.startsWith('charset='))
      ?.slice('charset='.length)
      .replaceAll('"', '') ?? null
  return { url, type, charset, bytes: await readBody(answer, limit) }
}

const notWanted = (type: string, types: readonly string[]): NotFetched | null =>
  types.includes(type) ? null : new NotFetched('It is something else than we fetch.')

function sayStatus(status: number): string {
  if (status === 404 || status === 410) return 'There is no such page.'
  return status === 401 || status === 403 ? 'It is not open to everybody.' : `The website answered with an error (${status}).`
}

function sayProblem(error: unknown): string {
  const { code = '' } = error as { code?: unknown }
  if (typeof code === 'string' && code.startsWith('HPE_')) return 'The website answered with something that we cannot read.'
  if (typeof code === 'string' && /CERT|TLS|SSL|ALTNAME/.test(code)) return 'The website’s certificate is not valid.'
  if (typeof code === 'string' && /^Z_|BROTLI|^ERR__/.test(code)) return 'It is packed in a way that we cannot read.'
  return 'The website did not answer, or not to the end.'
}
