import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followerOfToken, settingsLink, tokenOf, unsubscribeLink } from '../../src/following/link.ts'
import { followers } from '../../src/following/schema.ts'
import { openWorld, type World } from '../world.ts'

let world: World
const config = { publicUrl: 'https://lamp.example.org', secret: 'a secret of thirty-two characters' }
const follower = { id: 0, tokenVersion: 1 }

beforeAll(async () => {
  world = await openWorld()
  const [made] = await world.db.insert(followers).values({ email: 'maureen@example.org' }).returning()
  follower.id = made?.id ?? 0
})
afterAll(() => world?.close())

const whose = (token: string, secret = config.secret) => followerOfToken(world.db, { secret }, token)

test('a link names its follower, and the follow where there is one', async () => {
  const settings = settingsLink(config, follower).replace('https://lamp.example.org/following/', '')
  expect(await whose(settings)).toMatchObject({ follower: { id: follower.id }, followId: null })
  const [, stop = ''] = /^https:\/\/lamp\.example\.org\/following\/([\w-]{64})\/unsubscribe$/.exec(unsubscribeLink(config, follower, 77)) ?? []
  expect(await whose(stop)).toMatchObject({ follower: { id: follower.id }, followId: 77 })
  expect(await whose(tokenOf(config.secret, follower, Number.MAX_SAFE_INTEGER % 2 ** 48))).toMatchObject({ followId: 2 ** 48 - 1 })
})

test('nothing of it can be changed, and nobody makes one without the secret', async () => {
  const token = tokenOf(config.secret, follower, 77)
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A'
    expect(await whose(token.slice(0, at) + other + token.slice(at + 1)), `character ${at}`).toBeNull()
  }
  expect(await whose(token, 'another secret of thirty-two char')).toBeNull()
})

test.each(['', 'A'.repeat(64), 'A'.repeat(63), 'A'.repeat(65), 'A'.repeat(5000), '../../etc/passwd', `${'A'.repeat(63)}=`, 'é'.repeat(64)])(
  'what is no token is nobody’s: %s',
  async (token) => expect(await whose(token)).toBeNull(),
)

test('raising the version ends every link that was sent before', async () => {
  const old = tokenOf(config.secret, follower, null)
  await world.db
    .update(followers)
    .set({ tokenVersion: sql`${followers.tokenVersion} + 1` })
    .where(eq(followers.id, follower.id))
  expect(await whose(old)).toBeNull()
  expect(await whose(tokenOf(config.secret, { ...follower, tokenVersion: 2 }, null))).not.toBeNull()
})
