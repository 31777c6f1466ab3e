/**
 * Which addresses of the internet protocol are somewhere in public. Everything else is inside: this machine, its network, whoever runs them, and what only
 * wraps such an address in another. The lists follow the special-purpose registries of IANA.
 */
import { BlockList, isIP } from 'node:net'

// 168.63.129.16 looks public, and is how machines in one large cloud speak to what runs them.
const INSIDE_4 = listOf(
  'ipv4',
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 ' +
    '192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
)
// Of the newer addresses only one eighth is given out at all. What is none of it (mapped, translated, local, multicast) needs no list.
const GIVEN_OUT_6 = listOf('ipv6', '2000::/3')
// With those that hold an older address inside (6to4, Teredo), and those of documentation.
const INSIDE_6 = listOf('ipv6', '2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3ffe::/16 3fff::/20')

function listOf(family: 'ipv4' | 'ipv6', networks: string): BlockList {
  const list = new BlockList()
  for (const network of networks.split(' ')) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** True for every address that nobody outside could reach, and for what is no address. */
export function isInside(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return INSIDE_4.check(address, 'ipv4')
  // A zone names a network card of this machine.
  if (family !== 6 || address.includes('%')) return true
  return !GIVEN_OUT_6.check(address, 'ipv6') || INSIDE_6.check(address, 'ipv6')
}
