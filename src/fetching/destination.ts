/**
 * Where an address leads, looked at before anybody goes there: what kind of address it is, and which machines its name stands for.
 */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isInside } from './address.ts'
import { NotFetched } from './failure.ts'

/** What is asked of the world, so that tests can answer in its place. */
export interface Guard {
  /** Every machine that a name stands for. */
  resolve: (host: string) => Promise<readonly string[]>
  /** Addresses that nobody is sent to. */
  refuses: (address: string) => boolean
  ports: readonly number[]
  /** Milliseconds to the first word of each answer, and for everything together. */
  patience: { first: number; all: number }
}

export const GUARD: Guard = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  refuses: isInside,
  ports: [80, 443],
  patience: { first: 5000, all: 8000 },
}

export interface Destination {
  url: URL
  /** All that the name stands for, each looked at. Nothing else is connected to: whoever changes the name meanwhile changes nothing. */
  addresses: readonly string[]
}

const LONGEST = 2000
const NOT_PUBLIC = 'This address is not on the public internet.'
const NO_ADDRESS = 'This is not the address of a web page.'

/** The address in one way of writing. Throws `NotFetched` for all that is not plain http or https to somewhere in public. */
export function readAddress(text: string, { ports }: Guard, base?: URL): URL {
  const url = text.length <= LONGEST ? URL.parse(text, base?.href) : null
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new NotFetched(NO_ADDRESS)
  if (url.username !== '' || url.password !== '') throw new NotFetched('The address holds a name or a password.')
  if (!ports.includes(portOf(url))) throw new NotFetched('The address names a port of its own.')
  url.hash = ''
  return url
}

export const portOf = (url: URL): number => (url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80)

/** Without the brackets of newer addresses. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** Throws `NotFetched` when even one of the machines is inside. */
export async function destinationOf(url: URL, guard: Guard): Promise<Destination> {
  const host = hostOf(url)
  const addresses = isIP(host) ? [host] : await machinesOf(host, guard)
  if (addresses.length === 0 || addresses.some((address) => guard.refuses(address))) throw new NotFetched(NOT_PUBLIC)
  return { url, addresses }
}

// Names that only a network of one's own gives.
const OWN_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private)\.?$/i

async function machinesOf(host: string, { resolve }: Guard): Promise<readonly string[]> {
  if (!host.includes('.') || OWN_NAME.test(host)) throw new NotFetched(NOT_PUBLIC)
  try {
    return await resolve(host)
  } catch {
    throw new NotFetched('There is no website of this name.', true)
  }
}
