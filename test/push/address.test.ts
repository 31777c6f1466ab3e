import { describe, expect, test } from 'vitest'
import { isPrivateAddress, lookupFor, lookupPublic, refusedBecause } from '../../src/push/address.ts'

const services = ['fcm.googleapis.com', '*.push.example.org', 'https://push.force.internal:8443']

test.each([
  'https://fcm.googleapis.com/fcm/send/abc:def',
  'https://updates.push.example.org/wpush/v2/abc?x=1',
  'https://a.b.push.example.org/x',
  'https://FCM.googleapis.com/x',
  'https://push.force.internal:8443/x',
])('%s is spoken to', (endpoint) => expect(refusedBecause(endpoint, services)).toBeNull())

test.each([
  'http://fcm.googleapis.com/x',
  'https://fcm.googleapis.com:8443/x',
  'https://fcm.googleapis.com@169.254.169.254/x',
  'https://user:password@fcm.googleapis.com/x',
  'https://evil.org/fcm.googleapis.com',
  'https://fcm.googleapis.com.evil.org/x',
  'https://notfcm.googleapis.com/x',
  'https://push.example.org/x',
  'https://evilpush.example.org/x',
  'https://127.0.0.1/x',
  'https://0x7f000001/x',
  'https://[::1]/x',
  'https://169.254.169.254/latest/meta-data/',
  'http://push.force.internal:8443/x',
  'https://push.force.internal/x',
  'file:///etc/passwd',
  'javascript:alert(1)',
  '/push-subscriptions',
  '',
  `https://fcm.googleapis.com/${'x'.repeat(3000)}`,
])('%s is not', (endpoint) => expect(refusedBecause(endpoint, services)).not.toBeNull())

describe('a name that leads into a private network', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true))

  test.each(['142.250.200.10', '172.32.0.1', '2a00:1450:4009::200a', '::ffff:142.250.200.10'])('%s is not', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  )

  test.each([true, false])('leads nowhere (all: %s)', async (all) => {
    const error = await new Promise((found) => lookupPublic('localhost', { all }, found))
    expect(String(error)).toContain('private network')
  })

  test('is looked up so for every service but the force’s own', () => {
    expect(lookupFor('https://fcm.googleapis.com/x', services)).toBe(lookupPublic)
    expect(lookupFor('https://push.force.internal:8443/x', services)).toBeUndefined()
  })
})
