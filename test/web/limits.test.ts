/** Limits hold for who really asks, and their counters do not stay. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TooMany } from '../../src/errors.ts'
import { openLimits, sweepLimits } from '../../src/web/limits.ts'
import { rateLimits } from '../../src/web/schema.ts'
import { openApp, type TestApp } from '../app.ts'

let t: TestApp
beforeAll(async () => {
  t = await openApp({ TRUST_PROXY: 'true', REQUESTS_PER_MINUTE: '3' })
})
afterAll(() => t.close())

test('an address that a visitor claims counts for nothing: the proxy’s word does', async () => {
  const visit = (claimed: string, real: string) => t.app.inject({ url: '/nothing/here', headers: { 'x-forwarded-for': `${claimed}, ${real}` } })
  for (const claimed of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) expect((await visit(claimed, '203.0.113.5')).statusCode).toBe(404)
  expect((await visit('10.0.0.4', '203.0.113.5')).statusCode).toBe(429)
  expect((await visit('10.0.0.4', '203.0.113.6')).statusCode).toBe(404)
})

test('counters are removed once their time is over, and not before', async () => {
  const { db } = t.world
  const limits = openLimits(db)
  for (let i = 0; i < 15; i++) await limits.take('flag', 'somebody')
  await db.insert(rateLimits).values({ key: 'flag:long-gone', points: 3, expire: Date.now() - 1000 })
  await sweepLimits(db)
  expect((await db.select({ key: rateLimits.key }).from(rateLimits)).map((row) => row.key)).toEqual(['flag:somebody'])
  await expect(limits.take('flag', 'somebody')).rejects.toBeInstanceOf(TooMany)
})
