/** Home against a model: a post stands there exactly while it stands, something that one follows explains it, and one may read it. */
import { and, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import { recordActivity } from '../../src/activity/activity.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { circleAudience } from '../../src/conversations/audience.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { correctInNetwork, withdrawInNetwork } from '../../src/network/changing.ts'
import { followsOf, followSubject, setFollow, unfollowSubject } from '../../src/network/follow.ts'
import { homeOf, showOnHome } from '../../src/network/home.ts'
import { postsOfHome } from '../../src/network/list.ts'
import { registerNetwork } from '../../src/network/register.ts'
import { circleSubject, personSubject, topicSubject } from '../../src/network/subject.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { letIn, makeCircle, makePartner, makePersona, write } from './circle.ts'

let world: World
let ada: SignedIn
let team: TeamName

beforeAll(async () => {
  world = await openWorld()
  ada = await makeStaff(world.db, 'Ada Min', 'administrator')
  team = await makeTeam(world.db, 'Waddington')
  registerNetwork(readConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgres://test' }))
})
afterAll(() => world?.close())
afterEach(() => moveClock(0))

const idsOnHome = async (actor: SignedIn): Promise<number[]> => {
  const ids: number[] = []
  let cursor: string | undefined
  do {
    const list = await postsOfHome(world.db, actor, cursor)
    ids.push(...list.items.map(({ id }) => id))
    cursor = list.next ?? undefined
  } while (cursor !== undefined)
  return ids
}

const enter = (actor: SignedIn, circleId: number): Promise<void> =>
  world.db.transaction(async (tx) => {
    const row = { circleId, accountId: actor.accountId, role: 'member' as const, joinedAt: new Date() }
    await tx
      .insert(circleMembers)
      .values(row)
      .onConflictDoUpdate({ target: [circleMembers.circleId, circleMembers.accountId], set: { leftAt: null } })
    await recordActivity(tx, { kind: 'circle.joined', audience: circleAudience(circleId), detail: { accountId: actor.accountId, circleId } })
  })

const leave = (actor: SignedIn, circleId: number): Promise<void> =>
  world.db.transaction(async (tx) => {
    await tx
      .update(circleMembers)
      .set({ leftAt: new Date() })
      .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, actor.accountId)))
    await recordActivity(tx, { kind: 'circle.left', audience: circleAudience(circleId), detail: { accountId: actor.accountId, circleId } })
  })

const TOPICS = ['drones', 'radios', 'nights']

type Step =
  | { do: 'follow'; on: boolean; who: number; kind: 'person' | 'topic' | 'circle'; what: number }
  | { do: 'move'; on: boolean; who: number; circle: number }
  | { do: 'publish'; who: number; circle: number | null; topics: number[] }
  | { do: 'correct'; post: number; topics: number[] }
  | { do: 'withdraw'; post: number }

const one = (most: number) => fc.nat({ max: most })
const topicList = fc.uniqueArray(one(2), { maxLength: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('follow'),
      on: fc.boolean(),
      who: one(2),
      kind: fc.constantFrom('person', 'topic', 'circle'),
      what: one(2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move'), on: fc.boolean(), who: one(2), circle: one(1) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('publish'), who: one(2), circle: fc.option(one(1)), topics: topicList }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('correct'), post: one(9), topics: topicList }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw'), post: one(9) }) },
)

interface Written {
  id: number
  author: number
  circle: number | null
  topics: number[]
  withdrawn: boolean
  version: number
}

/** What the network is, said as simply as it can be. */
class Model {
  readonly follows = [new Set<string>(), new Set<string>(), new Set<string>()]
  readonly circles = [new Set<number>(), new Set<number>(), new Set<number>()]
  readonly posts: Written[] = []

  isIn(who: number, circle: number | null): boolean {
    return circle === null || (this.circles[who]?.has(circle) ?? false)
  }

  home(who: number): number[] {
    const follows = this.follows[who] ?? new Set()
    const explains = ({ author, topics, circle }: Written) =>
      follows.has(`person ${author}`) || topics.some((topic) => follows.has(`topic ${topic}`)) || (circle !== null && follows.has(`circle ${circle}`))
    return this.posts.flatMap((post) => (!post.withdrawn && this.isIn(who, post.circle) && explains(post) ? [post.id] : [])).toReversed()
  }
}

interface Cast {
  people: SignedIn[]
  circles: number[]
}

async function newCast(): Promise<Cast> {
  const { db } = world
  const people = [
    await makeStaff(db, 'One', 'officer', team),
    await makeStaff(db, 'Two', 'supervisor', team),
    await makeStaff(db, 'Three', 'press-office'),
  ]
  return { people, circles: [await makeCircle(db, 'Left'), await makeCircle(db, 'Right')] }
}

const actorOf = (cast: Cast, model: Model, who: number): SignedIn => {
  const person = cast.people[who]
  if (!person) throw new Error('nobody')
  return { ...person, circles: [...(model.circles[who] ?? [])].map((circle) => cast.circles[circle] ?? 0) }
}

async function take(cast: Cast, model: Model, prefix: string, next: Step): Promise<void> {
  const { db } = world
  const tagsOf = (topics: number[]) => topics.map((topic) => `${prefix}-${TOPICS[topic] ?? ''}`)
  if (next.do === 'follow') {
    const { on, who, kind, what } = next
    if (kind === 'circle' && !model.isIn(who, what % 2)) return
    if (kind === 'person' && who === what) return
    const target = kind === 'person' ? personSubject(cast.people[what]?.accountId ?? 0) : topicSubject(tagsOf([what])[0] ?? '')
    const subject = kind === 'circle' ? circleSubject(cast.circles[what % 2] ?? 0) : target
    await setFollow(db, actorOf(cast, model, who), subject, on)
    const named = `${kind} ${kind === 'circle' ? what % 2 : what}`
    if (on) model.follows[who]?.add(named)
    else model.follows[who]?.delete(named)
  } else if (next.do === 'move') {
    const { on, who, circle } = next
    if (model.isIn(who, circle) === on) return
    await (on ? enter : leave)(actorOf(cast, model, who), cast.circles[circle] ?? 0)
    if (on) model.circles[who]?.add(circle)
    else model.circles[who]?.delete(circle)
    if (on) model.follows[who]?.add(`circle ${circle}`)
    else model.follows[who]?.delete(`circle ${circle}`)
  } else if (next.do === 'publish') {
    const { who, circle, topics } = next
    if (!model.isIn(who, circle)) return
    // Two posts of one moment stand in the order of their ids, as they do here.
    const circleId = circle === null ? null : (cast.circles[circle] ?? 0)
    const { id } = await write(db, actorOf(cast, model, who), { circleId, tags: tagsOf(topics) })
    model.posts.push({ id, author: who, circle, topics, withdrawn: false, version: 1 })
  } else {
    const post = model.posts[next.post]
    if (!post || post.withdrawn || !model.isIn(post.author, post.circle)) return
    const author = actorOf(cast, model, post.author)
    if (next.do === 'withdraw') {
      await withdrawInNetwork(db, author, post.id, 'Wrong')
      post.withdrawn = true
    } else {
      const words = { title: 'New bicycles', body: 'They came.', tags: tagsOf(next.topics), note: 'Topics' }
      await correctInNetwork(db, author, post.id, { ...words, version: post.version })
      post.topics = next.topics
      post.version++
    }
  }
}

describe('what stands on Home', () => {
  test('is what the model says, after every step', { timeout: 120_000 }, async () => {
    let runs = 0
    let shown = 0
    const steps = fc.array(step, { minLength: 15, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const [cast, model, prefix] = [await newCast(), new Model(), `run${runs++}`]
        for (const next of taken) {
          await take(cast, model, prefix, next)
          for (const who of [0, 1, 2]) {
            const home = await idsOnHome(actorOf(cast, model, who))
            expect(home, JSON.stringify(next)).toEqual(model.home(who))
            shown += home.length
          }
        }
      }),
      { numRuns: 40 },
    )
    expect(shown, 'something stood there').toBeGreaterThan(100)
  })

  test('a new follow brings the newest fifty', async () => {
    const { db } = world
    const [author, reader] = [await makeStaff(db, 'Prolific', 'officer', team), await makeStaff(db, 'Reader', 'officer', team)]
    const ids: number[] = []
    for (let n = 0; n < 53; n++) ids.push((await write(db, author, { tags: ['fifty'] })).id)
    await setFollow(db, reader, personSubject(author.accountId), true)
    expect(await idsOnHome(reader)).toEqual(ids.toReversed().slice(0, 50))
    await setFollow(db, reader, personSubject(author.accountId), true)
    expect(await idsOnHome(reader)).toHaveLength(50)
    const other = await makeStaff(db, 'Other', 'officer', team)
    await setFollow(db, other, topicSubject('fifty'), true)
    expect(await idsOnHome(other)).toEqual(ids.toReversed().slice(0, 50))
  })

  test('who begins to follow while a post is published misses nothing', { timeout: 60_000 }, async () => {
    const { db } = world
    for (let round = 0; round < 15; round++) {
      const [author, reader] = [await makeStaff(db, 'Author', 'officer', team), await makeStaff(db, 'Reader', 'officer', team)]
      const subject = personSubject(author.accountId)
      const [{ id }] = await Promise.all([write(db, author), setFollow(db, reader, subject, true)])
      expect(await idsOnHome(reader)).toEqual([id])
      await Promise.all([write(db, author), setFollow(db, reader, subject, false)])
      expect(await idsOnHome(reader)).toEqual([])
    }
  })

  test('of an organisation whose time in the circle is over nothing, and of a pseudonym nobody follows anything', async () => {
    const { db } = world
    const circleId = await makeCircle(db, 'With partners', 'restricted')
    const owner = await letIn(db, await makeStaff(db, 'Owner', 'officer', team), circleId)
    const partner = await makePartner(db, 'Pat', circleId, ada)
    await db.transaction((tx) => followSubject(tx, partner.accountId, circleSubject(circleId)))
    const { id } = await write(db, owner, { circleId })
    expect(await idsOnHome(partner)).toEqual([id])
    expect(await idsOnHome({ ...partner, circles: [] })).toEqual([])
    const support = await makeCircle(db, 'Support', 'support')
    const [heron, wren] = [await makePersona(db, 'Heron', support), await makePersona(db, 'Wren', support)]
    const follower = await makeStaff(db, 'Follower', 'officer', team)
    await expect(db.transaction((tx) => followSubject(tx, follower.accountId, personSubject(heron.accountId)))).rejects.toThrow()
    const { id: inside } = await write(db, heron, { circleId: support })
    expect(await idsOnHome(follower)).toEqual([])
    await db.transaction((tx) => followSubject(tx, wren.accountId, circleSubject(support)))
    expect(await idsOnHome(wren)).toEqual([inside])
    await db.transaction((tx) => unfollowSubject(tx, wren.accountId, circleSubject(support)))
    expect(await idsOnHome(wren)).toEqual([])
  })
})

describe('a follow', () => {
  test('is for those who may, of what there is', async () => {
    const { db } = world
    const circleId = await makeCircle(db, 'Closed to most', 'private')
    const officer = await makeStaff(db, 'Officer', 'officer', team)
    const partner = await makePartner(db, 'Pim', circleId, ada)
    const resident = await makeResident(db, 'Resident')
    await expect(setFollow(db, officer, circleSubject(circleId), true)).rejects.toThrow(NotFound)
    await expect(setFollow(db, officer, personSubject(resident.accountId), true)).rejects.toThrow(NotFound)
    await expect(setFollow(db, officer, personSubject(officer.accountId), true)).rejects.toThrow(Refused)
    await expect(setFollow(db, partner, personSubject(officer.accountId), true)).rejects.toThrow(Forbidden)
    await expect(setFollow(db, partner, topicSubject('drones'), true)).rejects.toThrow(Forbidden)
    for (const nothing of ['', 'person:', 'person:0', 'team:1', 'topic:', 'topic:No Such', 'circle:x'])
      await expect(setFollow(db, officer, nothing, true), nothing).rejects.toThrow(NotFound)
    await setFollow(db, partner, circleSubject(circleId), true)
    await setFollow(db, officer, topicSubject('drones'), true)
    await expect(setFollow(db, officer, personSubject(partner.accountId), true)).rejects.toThrow(NotFound)
    await expect(setFollow(db, officer, personSubject((await makeStaff(db, 'Kim', 'partner')).accountId), true)).rejects.toThrow(NotFound)
    await expect(setFollow(db, ada, circleSubject(circleId), true)).rejects.toThrow(NotFound)
    expect((await followsOf(db, officer, '')).follows).toMatchObject([{ subject: 'topic:drones', name: 'drones', path: '/staff/topics/drones' }])
    expect((await followsOf(db, partner, '')).follows).toMatchObject([{ kind: 'circle', name: 'Closed to most' }])
  })

  test('is for administrators too, of them and by them', async () => {
    const { db } = world
    const officer = await makeStaff(db, 'Officer', 'officer', team)
    const clerk = await makeStaff(db, 'Robin Hale', 'administrator')
    await setFollow(db, officer, personSubject(clerk.accountId), true)
    await setFollow(db, clerk, personSubject(officer.accountId), true)
    expect((await followsOf(db, officer, '')).follows).toMatchObject([{ kind: 'person', name: 'Robin Hale' }])
    const [one, other] = [await write(db, clerk, { title: 'By an administrator' }), await write(db, officer, { title: 'By an officer' })]
    expect([await idsOnHome(officer), await idsOnHome(clerk)]).toEqual([[one.id], [other.id]])
  })
})

describe('a visit', () => {
  test('marks what came since the last one, as long as it lasts', async () => {
    const { db } = world
    const [author, reader] = [await makeStaff(db, 'Author', 'officer', team), await makeStaff(db, 'Visitor', 'officer', team)]
    await setFollow(db, reader, personSubject(author.accountId), true)
    await setFollow(db, author, personSubject(reader.accountId), true)
    await write(db, author, { title: 'Before' })
    const visit = async (visits = true) => {
      const { items, newCount } = await homeOf(db, reader, { visits })
      expect(items.filter(({ isNew }) => isNew)).toHaveLength(newCount)
      return items.filter(({ isNew }) => isNew).map(({ title }) => title)
    }
    expect(await visit()).toEqual([])
    moveClock(3_600_000)
    await write(db, author, { title: 'Meanwhile' })
    moveClock(60_000)
    expect(await visit(false), 'a page that lies open by itself is no visit').toEqual(['Meanwhile'])
    expect(await visit()).toEqual(['Meanwhile'])
    moveClock(20 * 60_000)
    expect(await visit(), 'the same visit').toEqual(['Meanwhile'])
    moveClock(31 * 60_000)
    expect(await visit()).toEqual([])
  })

  test('begins with what the rooms above put first, as far as one may read it', async () => {
    const { db } = world
    const circleId = await makeCircle(db, 'Not for all', 'private')
    const leader = await letIn(db, await makeStaff(db, 'Leader', 'supervisor', team), circleId)
    const reader = await makeStaff(db, 'Reader', 'officer', team)
    const { id: forAll } = await write(db, leader, { title: 'From the top' })
    const { id: hidden } = await write(db, leader, { title: 'Not for you', circleId })
    await setFollow(db, reader, personSubject(leader.accountId), true)
    let ids: number[] = [forAll, hidden]
    showOnHome('first', 1, async () => ({ title: 'From leadership', posts: ids }))
    showOnHome('second', 0, async () => ({ title: 'You are invited', lines: [{ text: 'Come', path: '/staff/circles' }] }))
    const home = await homeOf(db, reader, { visits: true })
    expect(home.panels.map(({ title, items }) => [title, items.map((item) => item.id)])).toEqual([
      ['You are invited', []],
      ['From leadership', [forAll]],
    ])
    expect(home.items, 'not again below').toEqual([])
    ids = []
    expect((await homeOf(db, reader, { visits: true })).panels.map(({ title }) => title)).toEqual(['You are invited'])
    expect((await homeOf(db, reader, { visits: true, cursor: '1-1' })).panels).toEqual([])
    showOnHome('second', 0, async () => null)
  })
})
