/** Which addresses are inside: the registries, drawn at random, and every disguise of one. */
import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInside } from '../../src/fetching/address.ts'
import { GUARD, readAddress } from '../../src/fetching/destination.ts'

const SPECIAL: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const dotted = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
const isSpecial = (number: number): boolean =>
  number === numberOf('168.63.129.16') ||
  ['192.31.196.0', '192.52.193.0', '192.175.48.0'].some((net) => Math.floor(number / 256) === Math.floor(numberOf(net) / 256)) ||
  SPECIAL.some(([net, bits]) => Math.floor(number / 2 ** (32 - bits)) === Math.floor(numberOf(net) / 2 ** (32 - bits)))

const anyNumber = fc.integer({ min: 0, max: 0xffff_ffff })
const special = fc
  .constantFrom(...SPECIAL)
  .chain(([net, bits]) => fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((low) => numberOf(net) + low))
const hex = (number: number): string => `${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}`

describe('an address is inside', () => {
  test('when a registry keeps it for something special, and only then', () => {
    fc.assert(
      fc.property(fc.oneof(anyNumber, special), (number) => {
        expect([number, isInside(dotted(number))]).toEqual([number, isSpecial(number)])
      }),
      { numRuns: 3000 },
    )
  })

  test('at both ends of every range, and not one beyond unless another range begins there', () => {
    for (const [net, bits] of SPECIAL) {
      const [first, last] = [numberOf(net), numberOf(net) + 2 ** (32 - bits) - 1]
      expect([net, isInside(dotted(first)), isInside(dotted(last))]).toEqual([net, true, true])
      for (const beside of [first - 1, last + 1].filter((one) => one >= 0 && one < 2 ** 32)) expect(isInside(dotted(beside))).toBe(isSpecial(beside))
    }
  })

  test('when a newer address wraps an older one, whichever', () => {
    const wraps: ((number: number) => string)[] = [
      (number) => `::ffff:${dotted(number)}`,
      (number) => `::ffff:${hex(number)}`,
      (number) => `::${dotted(number)}`,
      (number) => `::ffff:0:${hex(number)}`,
      (number) => `64:ff9b::${dotted(number)}`,
      (number) => `64:ff9b:1::${hex(number)}`,
      (number) => `2002:${hex(number)}::1`,
      (number) => `2001:0:${hex(number)}::1`,
    ]
    fc.assert(
      fc.property(anyNumber, fc.constantFrom(...wraps), (number, wrap) => {
        expect([isIP(wrap(number)), isInside(wrap(number))]).toEqual([6, true])
      }),
      { numRuns: 2000 },
    )
  })

  test('when it is no address given out to anybody', () => {
    for (const address of [
      '::',
      '::1',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
      '2001:db8::1',
      '3fff::1',
      '100::1',
      '5f00::1',
      'fec0::1',
    ])
      expect([address, isInside(address)]).toEqual([address, true])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), ([first = 0, ...rest]) => {
        const address = [first, ...rest].map((part) => part.toString(16)).join(':')
        return isInside(address) || (first >= 0x2000 && first <= 0x3fff)
      }),
      { numRuns: 2000 },
    )
  })

  test('when it is no address at all', () => {
    for (const text of ['', 'localhost', '127.1', '1.2.3', '1.2.3.4.5', '2606:4700::1%eth0', '0x7f000001'])
      expect([text, isInside(text)]).toEqual([text, true])
  })

  test('and those of well-known public machines are not', () => {
    for (const address of ['1.1.1.1', '8.8.8.8', '151.101.0.81', '2606:4700:4700::1111', '2a00:1450:4009:81f::200e', '2001:4860:4860::8888'])
      expect([address, isInside(address)]).toEqual([address, false])
  })
})

describe('what is typed as an address', () => {
  test('names the same machine in whichever disguise', () => {
    for (const host of ['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '127.0.0.1.', '①②⑦.⓪.⓪.①'])
      expect([host, isInside(readAddress(`http://${host}/`, GUARD).hostname.replace(/\.$/, ''))]).toEqual([host, true])
  })

  test('is refused when it is anything but a plain web address', () => {
    for (const text of [
      '',
      'example.org',
      'ftp://example.org/',
      'file:///etc/passwd',
      'gopher://example.org/',
      'data:text/html,x',
      'javascript:alert(1)',
      'http://',
      'http://user@example.org/',
      'http://user:pass@example.org/',
      'http://:pass@example.org/',
      'http://example.org:22/',
      'https://example.org:8443/',
      'http://example.org:99999/',
      `http://example.org/${'x'.repeat(2000)}`,
    ])
      expect(() => readAddress(text, GUARD), text).toThrow(expect.objectContaining({ passing: false }))
  })

  test('may name the usual ports, in any scheme, and loses its fragment', () => {
    expect(readAddress('http://example.org:80/a?b=c#d', GUARD).href).toBe('http://example.org/a?b=c')
    expect(readAddress('http://example.org:443/', GUARD).port).toBe('443')
    expect(readAddress('https://example.org:443/', GUARD).href).toBe('https://example.org/')
  })
})
