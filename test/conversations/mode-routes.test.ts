/** Who sets which mode over HTTP, for how long, and that nobody overwrites a colleague unseen. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations, MODES, type Mode } from '../../src/conversations/schema.ts'
import { askQuestion } from '../../src/questions/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { dayKey } from '../../src/text/dates.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const DAY = 86_400_000
let site: TestApp
let team: TeamName
let people: Record<'officer' | 'supervisor' | 'otherSupervisor' | 'press' | 'administrator' | 'resident', SignedIn>
const cookies: Record<string, string> = {}

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  const elsewhere = await makeTeam(db, 'Skegness')
  people = {
    officer: await makeStaff(db, 'PC Adeyemi', 'officer', team),
    supervisor: await makeStaff(db, 'Sgt Marsh', 'supervisor', team),
    otherSupervisor: await makeStaff(db, 'Sgt Stone', 'supervisor', elsewhere),
    press: await makeStaff(db, 'Sam Carter', 'press-office'),
    administrator: await makeStaff(db, 'Ada Min', 'administrator'),
    resident: await makeResident(db, 'Maureen T'),
  }
  for (const [name, person] of Object.entries(people)) cookies[name] = await site.cookieOf(person)
})
afterAll(() => site?.close())
afterEach(() => moveClock(0))

type Who = keyof typeof people
const newTalk = async () => (await makePost(site.world.db, people.officer, team)).conversationId
const stored = async (id: number) => (await site.world.db.select().from(conversations).where(eq(conversations.id, id)))[0]!
const day = (days: number) => dayKey(new Date(Date.now() + days * DAY))
const formOf = (mode: Mode, days = 3): Record<string, string> => ({
  mode,
  'mode-reason': 'It is over.',
  'mode-ends': day(days),
  trigger: 'charge',
  review: day(30),
})
async function send(who: Who, id: number, form: Record<string, string>) {
  const { modeSetAt } = await stored(id)
  return site.post(`/conversations/${id}/mode`, { seen: modeSetAt?.toISOString() ?? '', ...form }, cookies[who])
}

/** Modes that each may set on an open conversation. */
const MAY: Record<Who, readonly Mode[]> = {
  officer: [],
  supervisor: ['held', 'closed'],
  otherSupervisor: [],
  press: ['held', 'closed', 'legal-lock', 'archived'],
  administrator: [],
  resident: [],
}

describe('who sets which mode', () => {
  test.each(Object.keys(MAY) as Who[])('%s', async (who) => {
    for (const mode of MODES.filter((one) => one !== 'open')) {
      const id = await newTalk()
      const answer = await send(who, id, formOf(mode))
      expect([mode, answer.statusCode]).toEqual([mode, MAY[who].includes(mode) ? 303 : 403])
      expect((await stored(id)).mode).toBe(MAY[who].includes(mode) ? mode : 'open')
    }
  })

  test('a supervisor opens again what they set, and not what the press office did', async () => {
    const own = await newTalk()
    await send('supervisor', own, formOf('closed'))
    expect((await send('supervisor', own, { mode: 'open' })).statusCode).toBe(303)
    expect((await stored(own)).mode).toBe('open')
    for (const mode of ['closed', 'legal-lock'] as const) {
      const id = await newTalk()
      await send('press', id, formOf(mode))
      for (const to of ['open', 'held'] as const) expect((await send('supervisor', id, formOf(to))).statusCode).toBe(403)
      expect((await stored(id)).mode).toBe(mode)
    }
  })

  test('a supervisor for seven days at most, the press office for longer', async () => {
    const id = await newTalk()
    for (const mode of ['closed', 'held'] as const) {
      const refused = await send('supervisor', id, formOf(mode, 9))
      expect(refused.statusCode).toBe(422)
      expect(refused.body).toContain('7 days at most')
    }
    expect((await send('supervisor', id, { ...formOf('held'), 'mode-ends': '' })).statusCode).toBe(422)
    expect((await send('press', id, formOf('closed', 90))).statusCode).toBe(303)
  })

  test('a private conversation has none', async () => {
    const words = { title: 'When?', body: 'When are you here?', visibility: 'private' as const, named: true, clientKey: randomUUID() }
    await askQuestion(site.world.db, people.resident, team, words)
    const [talk] = await site.world.db.select().from(conversations).where(eq(conversations.title, 'When?'))
    expect((await site.get(`/conversations/${talk?.id}/mode`, cookies['press'])).statusCode).toBe(404)
    expect((await send('press', Number(talk?.id), formOf('closed'))).statusCode).toBe(404)
  })
})

describe('the form', () => {
  test.each<[Mode, string, Record<string, string>]>([
    ['closed', 'mode-reason', { 'mode-reason': '' }],
    ['closed', 'mode-ends', { 'mode-ends': '' }],
    ['closed', 'mode-ends', { 'mode-ends': day(-2) }],
    ['closed', 'mode-ends', { 'mode-ends': 'soon' }],
    ['held', 'mode-reason', { 'mode-reason': '' }],
    ['legal-lock', 'trigger', { trigger: '' }],
    ['legal-lock', 'review', { review: '' }],
    ['legal-lock', 'review', { review: day(-1) }],
    ['legal-lock', 'review', { review: day(500) }],
  ])('%s needs %s: %j', async (mode, field, change) => {
    const id = await newTalk()
    const answer = await send('press', id, { ...formOf(mode), 'mode-reason': 'These words stay.', ...change })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`href="#${field}"`)
    expect(answer.body).toContain(field === 'mode-reason' ? `value="${mode}"` : 'These words stay.')
    expect((await stored(id)).mode).toBe('open')
  })

  test('says before a legal lock how many comments go, and after it that lifting brings none back', async () => {
    const id = await newTalk()
    for (const _ of [1, 2]) await postComment(site.world.db, people.resident, id, { body: 'Words', parentId: null, clientKey: randomUUID() })
    expect((await site.get(`/conversations/${id}/mode`, cookies['press'])).body).toContain('2 published comments go back to the queue')
    await send('press', id, formOf('legal-lock'))
    expect((await site.get(`/conversations/${id}/mode`, cookies['press'])).body).toContain('Nothing that the lock held is published by itself')
    await send('press', id, { mode: 'open' })
    const { rows } = await site.world.db.$client.query<{ state: string }>('select distinct state from comments where conversation_id = $1', [id])
    expect(rows).toEqual([{ state: 'held' }])
  })

  test('two at once: the second learns what the first did, and keeps the words', async () => {
    const id = await newTalk()
    const seen = { seen: '' }
    expect((await site.post(`/conversations/${id}/mode`, { ...formOf('closed'), ...seen }, cookies['press'])).statusCode).toBe(303)
    // The same again, over a bad line.
    expect((await site.post(`/conversations/${id}/mode`, { ...formOf('closed'), ...seen }, cookies['press'])).statusCode).toBe(303)
    const second = await site.post(`/conversations/${id}/mode`, { ...formOf('held'), 'mode-reason': 'My own words.', ...seen }, cookies['supervisor'])
    expect(second.statusCode).toBe(409)
    expect(second.body).toContain('Sam Carter closed it')
    expect(second.body).toContain('My own words.')
    expect((await stored(id)).mode).toBe('closed')
  })

  test('is linked from the post for those whom it concerns', async () => {
    const post = await makePost(site.world.db, people.officer, team)
    const address = `/conversations/${post.conversationId}/mode`
    for (const who of ['officer', 'supervisor', 'press'] as const) expect((await site.get(post.path, cookies[who])).body).toContain(address)
    for (const who of ['otherSupervisor', 'administrator', 'resident'] as const)
      expect((await site.get(post.path, cookies[who])).body).not.toContain(address)
    expect((await site.get(address, cookies['officer'])).body).toContain(`/conversations/${post.conversationId}/requests`)
  })
})

describe('holding for a while', () => {
  test('is over at the second', async () => {
    const id = await newTalk()
    const endsAt = new Date(Date.now() + DAY)
    await site.world.db.transaction((tx) => setMode(tx, people.supervisor, id, { mode: 'held', reason: 'A lively evening.', endsAt }))
    const say = async () => (await postComment(site.world.db, people.resident, id, { body: 'Words', parentId: null, clientKey: randomUUID() })).state
    expect(await say()).toBe('held')
    moveClock(DAY + 1000)
    expect(await say()).toBe('published')
  })
})
