/**
 * Which addresses are spoken to. A browser says where its push service is, and so might anybody who pretends to be one: an address that is not of a
 * service in the settings is never called, neither now nor when its name leads somewhere else later.
 */
import { lookup } from 'node:dns'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'

/** Longer than any service makes them. */
const LONGEST = 2000

/**
 * Null when it may be called. `services` are names of hosts (`*.` stands for one or more names in front), reached over https on its own port; or whole
 * origins (`https://push.example.org:8443`), the force's own, which may lie in its network.
 */
export function refusedBecause(endpoint: string, services: readonly string[]): string | null {
  if (endpoint.length > LONGEST || !URL.canParse(endpoint)) return 'This is not the address of a push service.'
  const url = new URL(endpoint)
  if (url.username !== '' || url.password !== '' || url.hash !== '') return 'This is not the address of a push service.'
  if (isOwnService(url, services)) return null
  if (url.protocol !== 'https:' || url.port !== '') return 'A push service is reached over https only.'
  return services.some((service) => isOfHost(url.hostname, service)) ? null : 'We do not send messages through the push service of this browser.'
}

const isOwnService = ({ origin }: URL, services: readonly string[]): boolean =>
  services.some((service) => service.includes('://') && service === origin)

function isOfHost(host: string, service: string): boolean {
  if (service.includes('://')) return false
  return service.startsWith('*.') ? host.endsWith(service.slice(1)) && host.length >= service.length : host === service
}

/** How the name of the service is looked up: a name that leads into a private network leads nowhere, whoever made it do so. */
export const lookupFor = (endpoint: string, services: readonly string[]): LookupFunction | undefined =>
  isOwnService(new URL(endpoint), services) ? undefined : lookupPublic

export const lookupPublic: LookupFunction = (host, options, found) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, '')
    const open = addresses.filter(({ address }) => !isPrivateAddress(address))
    const [first] = open
    if (!first) return found(new Error(`${host} leads into a private network`), '')
    return options.all ? found(null, open) : found(null, first.address, first.family)
  })
}

export const isPrivateAddress = (address: string): boolean => PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

const NETWORKS =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 ' +
  '198.18.0.0/15 224.0.0.0/4 240.0.0.0/4 ::/127 64:ff9b:1::/48 fc00::/7 fe80::/10 ff00::/8'
const PRIVATE = new BlockList()
for (const network of NETWORKS.split(' ')) {
  const [address = '', bits] = network.split('/')
  PRIVATE.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
}
