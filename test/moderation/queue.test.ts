import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { visitor, type Actor } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { cases } from '../../src/moderation/schema.ts'
import { caseFile } from '../../src/moderation/file.ts'
import { mayReadCase } from '../../src/moderation/policy.ts'
import { nextCase, QUEUE_SIZE, queueKey, queueOf, sayClock } from '../../src/moderation/queue.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { duty, openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  // Held ones of two teams, an hour apart, and some that somebody calls a threat.
  for (let number = 0; number < QUEUE_SIZE + 5; number++) {
    const other = number % 4 === 0
    await desk.say(desk.newcomer, `Comment ${number}`, other ? { conversationId: desk.otherPost.conversationId } : {})
    if (number % 5 === 0) await desk.flag({ commentId: await desk.say(desk.resident, `Flagged ${number}`) }, randomUUID(), 'threat')
    moveClock(3_600_000)
  }
  moveClock(0)
  await desk.flag({ postId: desk.post.id }, 'a visitor')
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

async function wholeQueue(actor: Actor) {
  const rows = []
  let key: string | null = null
  do {
    const page = await queueOf(desk.db, actor, queueKey(key))
    expect(page.rows.length).toBeLessThanOrEqual(QUEUE_SIZE)
    rows.push(...page.rows)
    key = page.next
  } while (key !== null)
  return rows
}

test('the queue is one: the urgent first, then what is due first, each case once over all pages', async () => {
  const rows = await wholeQueue(desk.press)
  const all = await desk.db.select().from(cases)
  expect(rows).toHaveLength(all.length)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(all.length)
  const sorted = all.toSorted(
    (one, other) => Number(other.urgent) - Number(one.urgent) || one.dueAt.getTime() - other.dueAt.getTime() || one.id - other.id,
  )
  expect(rows.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id))
  expect(rows[0]?.urgent).toBe(true)
  expect(rows.filter(({ kind }) => kind === 'post')).toMatchObject([
    { title: 'News from Bracebridge Heath', cause: 'flagged', because: 'Off topic', author: 'PC Imran Adeyemi' },
  ])
})

test('a row says what it is, why it is there, and how its clock stands', async () => {
  const rows = await wholeQueue(desk.press)
  expect(rows.find(({ excerpt }) => excerpt === 'Comment 0')).toMatchObject({
    kind: 'comment',
    cause: 'held',
    because: 'One of the first comments of this account.',
    team: 'Skegness',
    author: 'Terry Nowak',
    late: false,
    title: 'News from Skegness',
    left: expect.stringMatching(/ left$/),
    due: expect.stringMatching(/^due /),
  })
  expect(rows.find(({ excerpt }) => excerpt === 'Flagged 0')).toMatchObject({
    because: 'A threat, or a call for violence',
    flagCount: 1,
    urgent: true,
  })
  const at = new Date('2026-11-23T12:00:00Z')
  expect(sayClock(new Date('2026-11-23T10:00:00Z'), at)).toEqual({ late: true, left: 'Late by 2 hours', due: 'due 10am today' })
  expect(sayClock(new Date('2026-11-23T15:00:00Z'), at)).toEqual({ late: false, left: '3 hours left', due: 'due 3pm today' })
})

test('a supervisor sees the cases of the own team', async () => {
  const rows = await wholeQueue(desk.sergeant)
  expect(rows.length).toBeGreaterThan(0)
  expect(new Set(rows.map(({ team }) => team))).toEqual(new Set(['Bracebridge Heath']))
})

test('the scope of the look-up and the policy agree for every role', async () => {
  const [rota] = await desk.db.insert(conversations).values({ audience: 'staff', teamId: desk.team.id, title: 'Rota', path: '/staff/1' }).returning()
  await desk.db.insert(cases).values({
    cause: 'flagged',
    because: 'Off topic',
    postId: desk.otherPost.id,
    conversationId: Number(rota?.id),
    audience: 'staff',
    teamId: desk.team.id,
    snapshot: { body: '', version: 1 },
    dueAt: new Date(),
  })
  const all = await desk.db.select().from(cases)
  const twoHats = { ...desk.press, duties: [duty('press-office'), duty('administrator')] }
  const twoTeams = { ...desk.sergeant, duties: [duty('supervisor', desk.team), duty('supervisor', desk.otherTeam)] }
  const people: Actor[] = [visitor, desk.resident, desk.officer, desk.sergeant, desk.otherSergeant, desk.press, desk.administrator, twoHats, twoTeams]
  const seen = new Set<number>()
  for (const actor of people) {
    const inScope = new Set((await wholeQueue(actor)).map(({ id }) => id))
    seen.add(inScope.size)
    for (const file of all) expect(inScope.has(file.id)).toBe(mayReadCase(actor, file))
    for (const file of all.filter(({ audience }) => audience === 'public')) {
      const opened = await caseFile(desk.db, actor, file.id).catch(() => null)
      expect(opened !== null).toBe(mayReadCase(actor, file))
    }
  }
  expect(seen.size).toBeGreaterThanOrEqual(4)
})

test('after a decision comes the head of the queue, the most urgent and oldest; for an officer nothing', async () => {
  const [first] = await wholeQueue(desk.press)
  expect(first).toBeDefined()
  expect(await nextCase(desk.db, desk.press)).toBe(first?.id)
  expect(await nextCase(desk.db, desk.officer)).toBeNull()
})

test('a key that is none is the beginning', () => {
  for (const text of ['', 'u-1', 'x-1-1', 'u-1-1; drop table cases', ['u-1-1'], undefined, 'u--1-1']) expect(queueKey(text)).toBeNull()
  expect(queueKey('s-1700000000000-12')).toEqual({ urgent: false, dueAt: new Date(1_700_000_000_000), id: 12 })
})
