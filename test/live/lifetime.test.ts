/** A stream ends with the right to listen, with the server, and with a reader who takes nothing. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { actorById } from '../../src/accounts/known.ts'
import { endAllSessions } from '../../src/accounts/session.ts'
import { endRole } from '../../src/accounts/role.ts'
import type { SignedIn } from '../../src/actor.ts'
import { foundCircle } from '../../src/circles/founding.ts'
import { joinCircle, leaveCircle } from '../../src/circles/membership.ts'
import { openHub } from '../../src/live/hub.ts'
import { MOST_AT_ADDRESS } from '../../src/live/live.ts'
import { openStream, type Stream } from '../../src/live/stream.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { listen, listening, soon } from './listening.ts'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'

let site: TestApp
let address: string
let resident: SignedIn
let topic: string

beforeAll(async () => {
  site = await openApp({ METRICS_TOKEN: 'a-token-for-the-tests-only' })
  const { db } = site.world
  address = await listening(site.app)
  const team = await makeTeam(db, 'Bracebridge Heath')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
  topic = `conversation:${(await makePost(db, officer, team)).conversationId}`
})
afterAll(() => site?.close())

describe('a stream over HTTP', () => {
  test('ends soon after its session, and hears a sign of life until then', { timeout: 60_000 }, async () => {
    const [signedIn, visitor] = [await listen(address, topic, await site.cookieOf(resident)), await listen(address, topic)]
    onTestFinished(() => visitor.close())
    await endAllSessions(site.world.db, resident)
    await soon(() => expect(signedIn.ended()).toBe(true))
    await soon(() => expect(visitor.text()).toContain('\n\n:\n\n'))
    expect(visitor.ended()).toBe(false)
  })

  test('ends at once with a role', async () => {
    const { db } = site.world
    const press = await makeStaff(db, 'Press office', 'press-office')
    const administrator = await makeStaff(db, 'Ada Min', 'administrator')
    const queue = await listen(address, 'queue', await site.cookieOf(press))
    const { rows } = await db.$client.query<{ id: string }>('select id from role_grants where account_id = $1', [press.accountId])
    await endRole(db, administrator, Number(rows[0]?.id))
    await soon(() => expect(queue.ended()).toBe(true))
    expect((await listen(address, 'queue', await site.cookieOf(press))).status).toBe(404)
  })

  test('ends at once with the membership of a circle', async () => {
    const { db } = site.world
    const owner = await makeStaff(db, 'Own Er', 'press-office')
    const member = await makeStaff(db, 'Mem Ber', 'press-office')
    const circleId = await foundCircle(db, owner, { kind: 'open', name: 'Drones', about: '', teamId: null, clientKey: randomUUID() })
    await joinCircle(db, member, circleId)
    const input = { circleId, kind: 'update' as const, title: 'Rain', body: 'No flying.', tags: [], details: {}, clientKey: randomUUID() }
    const { conversationId } = await db.transaction(async (tx) => publishInNetwork(tx, await actorById(tx, owner.accountId), input))
    const ear = await listen(address, `conversation:${conversationId}`, await site.cookieOf(member))
    expect(ear.status).toBe(200)
    await leaveCircle(db, await actorById(db, member.accountId), circleId, null)
    await soon(() => expect(ear.ended()).toBe(true))
    expect((await listen(address, `conversation:${conversationId}`, await site.cookieOf(member))).status).toBe(404)
  })

  test('finds no room where one address has too many', async () => {
    const many = await Promise.all(Array.from({ length: MOST_AT_ADDRESS }, () => listen(address, topic)))
    onTestFinished(() => many.forEach((ear) => ear.close()))
    const refused = await listen(address, topic)
    expect(refused.status).toBe(503)
    expect(refused.headers['retry-after']).toBe('60')
    for (const ear of many) ear.close()
    await soon(async () => {
      const again = await listen(address, topic)
      again.close()
      expect(again.status).toBe(200)
    })
  })

  test('comes back to signals when the database was away for a moment', async () => {
    const ear = await listen(address, topic)
    onTestFinished(() => ear.close())
    await site.world.db.$client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen activity'`,
    )
    await soon(() => expect(ear.signals()).toEqual([{ topic: '*', kind: 'changed' }]))
    expect(ear.ended()).toBe(false)
  })

  test('is no measure of how quick the site is', async () => {
    const ear = await listen(address, topic)
    ear.close()
    const headers = { authorization: 'Bearer a-token-for-the-tests-only' }
    const measured = async () => (await site.app.inject({ url: '/metrics', headers })).body
    await soon(async () => expect(await measured()).toContain('route="/metrics"'))
    expect(await measured()).not.toContain('route="/live"')
    expect((await site.app.inject({ method: 'HEAD', url: `/live?topics=${topic}` })).statusCode).toBe(404)
  })

  test('ends when the server stops, which waits for nobody', async () => {
    const ear = await listen(address, topic)
    const began = Date.now()
    await site.app.close()
    expect(Date.now() - began).toBeLessThan(3000)
    await soon(() => expect(ear.ended()).toBe(true))
  })
})

test('who takes nothing any more is let go', async () => {
  let stream: Stream | undefined
  const server = createServer((_request, response) => {
    stream = openStream(response, {}, { accountId: null, sessionKey: null, address: 'here', endsAt: Infinity })
    response.once('close', () => (gone = true))
  })
  let gone = false
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const reader = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { agent: false })
  reader.on('error', () => {})
  const [answer] = (await once(reader, 'response')) as [NodeJS.ReadableStream]
  answer.pause()
  const chunk = Buffer.alloc(32 * 1024, 'x')
  await soon(() => {
    for (let time = 0; time < 20; time++) stream?.write(chunk)
    expect(gone).toBe(true)
  })
})

describe('the hub', () => {
  const quietStream = (endsAt = Infinity) => {
    const written: string[] = []
    const stream = {
      accountId: null,
      sessionKey: null,
      address: 'here',
      endsAt,
      written,
      write: (chunk: Buffer) => void written.push(chunk.toString()),
      ended: false,
    }
    return Object.assign(stream, { end: () => void (stream.ended = true) })
  }

  test('forgets who left, and keeps no empty topics', () => {
    const hub = openHub()
    const streams = [quietStream(), quietStream()]
    for (const stream of streams) hub.join(stream, ['conversation:1', 'team:2'])
    expect([hub.size, hub.countAt('here'), hub.hears('team:2')]).toEqual([2, 2, true])
    for (const stream of [...streams, ...streams]) hub.leave(stream)
    expect([hub.size, hub.countAt('here'), hub.hears('team:2')]).toEqual([0, 0, false])
  })

  test('every stream hears a sign of life once in a round, and ends when its time is over', () => {
    const hub = openHub()
    const streams = Array.from({ length: 50 }, (_, number) => quietStream(number === 7 ? 1000 : Infinity))
    for (const stream of streams) hub.join(stream, ['conversation:1'])
    for (let share = 0; share < 25; share++) hub.beat(share, 25, 1000)
    expect(streams.map(({ written }) => written.length)).toEqual(streams.map((_, number) => Number(number !== 7)))
    expect(streams.filter(({ ended }) => ended)).toEqual([streams[7]])
    expect(hub.size).toBe(49)
  })

  test('writes the same bytes to all, once for all that came together', async () => {
    const hub = openHub()
    const chunks: Buffer[] = []
    for (let number = 0; number < 3; number++) hub.join({ ...quietStream(), write: (chunk) => void chunks.push(chunk) }, ['conversation:1'])
    for (const id of [1, 2])
      hub.tell('conversation:1', { id, signal: { topic: 'conversation:1', kind: 'comment.added', commentId: id }, exceptAccount: null })
    await new Promise((resolve) => setImmediate(resolve))
    expect(chunks).toHaveLength(3)
    expect(new Set(chunks).size).toBe(1)
    expect(String(chunks[0]).match(/commentId/g)).toHaveLength(2)
  })
})
