import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { circleMembers, circles } from '../../src/accounts/schema.ts'
import { GOOD_STANDING, type SignedIn } from '../../src/actor.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { correctInNetwork, withdrawInNetwork } from '../../src/network/changing.ts'
import { contentOfForm, publishComposed, type StaffForm } from '../../src/network/compose.ts'
import { correctComposed } from '../../src/network/correcting.ts'
import { addFollowUp, followUpsOf, removeFollowUp } from '../../src/network/follow-up.ts'
import { postsById, postsOfAudience, postsOfAuthor, postsOnTopic } from '../../src/network/list.ts'
import { staffPostById } from '../../src/network/post.ts'
import { praisableNamed, praisedIn } from '../../src/network/praise.ts'
import { linkPreviews } from '../../src/network/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { versionsOf } from '../../src/posts/post.ts'
import { postById } from '../../src/posts/list.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { letIn, makeCircle, makePartner, makePersona, write } from './circle.ts'

let world: World
let heath: TeamName
let imran: SignedIn
let helen: SignedIn
let press: SignedIn
let ada: SignedIn
let resident: SignedIn
let partner: SignedIn
let alone: SignedIn
let circleId: number

beforeAll(async () => {
  world = await openWorld()
  const { db } = world
  heath = await makeTeam(db, 'Bracebridge Heath')
  ada = await makeStaff(db, 'Ada Min', 'administrator')
  resident = await makeResident(db, 'Maureen T')
  press = await makeStaff(db, 'Press Office', 'press-office')
  circleId = await makeCircle(db, 'Rural crime', 'restricted', heath.id)
  imran = await letIn(db, await makeStaff(db, 'PC Imran Adeyemi', 'officer', heath), circleId)
  helen = await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', heath)
  partner = await makePartner(db, 'Ward Fire', circleId, ada)
  alone = await makeStaff(db, 'Kim Lowe', 'partner')
})
afterAll(() => world?.close())

const form = (more: Partial<StaffForm>): StaffForm => ({
  kind: 'update',
  circleId: null,
  title: 'New bicycles',
  body: 'They came this morning.',
  tags: '',
  address: '',
  whom: [],
  clientKey: randomUUID(),
  ...more,
})

const rowOf = async (id: number) => {
  const [row] = await world.db.select().from(posts).where(eq(posts.id, id))
  if (!row) throw new Error('no post')
  return row
}

const refusals = (done: PromiseSettledResult<unknown>[]): unknown[] => done.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))

const activitiesOf = async (postId: number): Promise<string[]> => {
  const rows = await world.db.select({ kind: activities.kind }).from(activities).where(eq(activities.postId, postId)).orderBy(activities.id)
  return rows.map(({ kind }) => kind)
}

describe('publishing', () => {
  test('for all staff bears the mark of the moment, and belongs to no team', async () => {
    const { id, path, conversationId } = await write(world.db, imran)
    const row = await rowOf(id)
    expect(row).toMatchObject({ audience: 'staff', teamId: null, officialRole: 'officer', officialTeam: 'Bracebridge Heath' })
    expect(path).toBe(`/staff/posts/${id}-new-bicycles`)
    const [conversation] = await world.db.select().from(conversations).where(eq(conversations.id, conversationId))
    expect(conversation).toMatchObject({ audience: 'staff', teamId: null, path })
    expect(await activitiesOf(id)).toEqual(['post.published'])
  })

  test('in a circle belongs to the team of the circle', async () => {
    const { id } = await write(world.db, imran, { circleId })
    expect(await rowOf(id)).toMatchObject({ audience: `circle:${circleId}`, teamId: heath.id, officialTeam: 'Bracebridge Heath' })
  })

  test('an administrator writes for all staff and in the circles that they are in, under a mark of their own', async () => {
    const { db } = world
    const { id, path } = await write(db, ada, { title: 'The new sign-in' })
    expect(await rowOf(id)).toMatchObject({ audience: 'staff', teamId: null, officialRole: 'administrator', officialTeam: null })
    expect(await staffPostById(db, helen, id)).toMatchObject({ officialRole: 'administrator', author: 'Ada Min' })
    expect(path).toBe(`/staff/posts/${id}-the-new-sign-in`)
    expect((await postsOfAuthor(db, helen, ada.accountId)).items.map((item) => item.id)).toEqual([id])
    const member = await letIn(db, await makeStaff(db, 'Robin Hale', 'administrator'), circleId)
    const inCircle = await write(db, member, { circleId })
    expect(await rowOf(inCircle.id)).toMatchObject({ audience: `circle:${circleId}`, officialRole: 'administrator', officialTeam: null })
  })

  test('partner staff are marked by their organisation, in their circle alone', async () => {
    const { id } = await write(world.db, partner, { circleId })
    expect(await rowOf(id)).toMatchObject({ officialRole: 'partner', officialTeam: 'Ward Fire Council' })
    await expect(write(world.db, partner)).rejects.toThrow(Forbidden)
  })

  test('a pseudonym bears no mark, and writes in its circle alone', async () => {
    const support = await makeCircle(world.db, 'Night shifts', 'support')
    const heron = await makePersona(world.db, 'Heron', support)
    const { id } = await write(world.db, heron, { circleId: support })
    expect(await rowOf(id)).toMatchObject({ officialRole: null, officialTeam: null })
    await expect(write(world.db, heron)).rejects.toThrow(Forbidden)
    await expect(write(world.db, heron, { circleId })).rejects.toThrow(NotFound)
    expect((await postsOfAuthor(world.db, heron, heron.accountId)).items).toEqual([])
  })

  test('is for nobody outside: residents, partner staff, and colleagues in circles of others', async () => {
    for (const outside of [resident, partner, alone]) await expect(write(world.db, outside)).rejects.toThrow(Forbidden)
    for (const outside of [resident, alone, helen, ada]) await expect(write(world.db, outside, { circleId })).rejects.toThrow(NotFound)
  })

  test('is for nobody who left meanwhile, in no closed circle, and for nobody who is suspended', async () => {
    const { db } = world
    const left = await letIn(db, await makeStaff(db, 'PC Left', 'officer', heath), circleId)
    await db.update(circleMembers).set({ leftAt: new Date() }).where(eq(circleMembers.accountId, left.accountId))
    await expect(write(db, left, { circleId })).rejects.toThrow(NotFound)
    const closed = await makeCircle(db, 'Over')
    const member = await letIn(db, imran, closed)
    await db.update(circles).set({ closedAt: new Date(), closedBecause: 'Done' }).where(eq(circles.id, closed))
    await expect(write(db, member, { circleId: closed })).rejects.toThrow(Forbidden)
    const suspended = { ...imran, standing: { ...GOOD_STANDING, suspendedUntil: new Date(Date.now() + 86_400_000) } }
    await expect(write(db, suspended)).rejects.toThrow(Forbidden)
  })

  test('twice with one key is once, and what belongs to its kind is written once', async () => {
    const clientKey = randomUUID()
    const praise = form({ kind: 'praise', whom: [`person:${helen.accountId}`], clientKey })
    const [one, other] = [await publishComposed(world.db, imran, praise), await publishComposed(world.db, imran, praise)]
    expect(other).toEqual(one)
    const id = Number(/\d+/.exec(one.path)?.[0])
    expect(await praisedIn(world.db, id)).toHaveLength(1)
    expect(await activitiesOf(id)).toEqual(['person.praised', 'post.published'])
  })

  test('at the same moment with one key makes one as well', async () => {
    const same = form({ clientKey: randomUUID(), title: 'At once' })
    const done = await Promise.allSettled([publishComposed(world.db, imran, same), publishComposed(world.db, imran, same)])
    expect(done.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(refusals(done).every((problem) => problem instanceof Overtaken)).toBe(true)
    const { rows } = await world.db.execute(sql`select count(*)::int count from posts where title = 'At once'`)
    expect(rows).toEqual([{ count: 1 }])
  })
})

describe('reading', () => {
  test('what one may not read does not exist', async () => {
    const { id: inCircle } = await write(world.db, imran, { circleId })
    const { id: forAll } = await write(world.db, imran)
    for (const outside of [helen, press, ada, resident]) await expect(staffPostById(world.db, outside, inCircle)).rejects.toThrow(NotFound)
    for (const outside of [resident, partner, alone]) await expect(staffPostById(world.db, outside, forAll)).rejects.toThrow(NotFound)
    expect((await staffPostById(world.db, ada, forAll)).id).toBe(forAll)
    expect((await staffPostById(world.db, partner, inCircle)).circle).toMatchObject({ id: circleId, name: 'Rural crime' })
    expect((await staffPostById(world.db, helen, forAll)).circle).toBeNull()
    await expect(postById(world.db, forAll)).rejects.toThrow(NotFound)
  })

  test('a public post is none of the network', async () => {
    const { makePost } = await import('../people.ts')
    const post = await makePost(world.db, imran, heath)
    await expect(staffPostById(world.db, imran, post.id)).rejects.toThrow(NotFound)
    expect(await postsById(world.db, imran, [post.id])).toEqual([])
  })

  test('a list goes on where the page before ended, without holes or doubles', async () => {
    const author = await makeStaff(world.db, 'PC Prolific', 'officer', heath)
    const ids: number[] = []
    for (let n = 0; n < 45; n++) ids.push((await write(world.db, author, { title: `Number ${n}` })).id)
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const list = await postsOfAuthor(world.db, helen, author.accountId, cursor)
      seen.push(...list.items.map(({ id }) => id))
      cursor = list.next ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(ids.toReversed())
  })
})

describe('a link', () => {
  test('asks for a whole https address, and the server fetches what is there', async () => {
    const { path } = await publishComposed(world.db, imran, form({ kind: 'link', title: 'Worth reading', address: 'https://example.org/night-work' }))
    const id = Number(/\d+/.exec(path)?.[0])
    expect((await rowOf(id)).details).toEqual({ url: 'https://example.org/night-work' })
    expect(await world.db.select().from(linkPreviews).where(eq(linkPreviews.postId, id))).toMatchObject([{ state: 'waiting' }])
    const { rows } = await world.db.execute(
      sql`select count(*)::int count from pgboss.job where name = 'preview' and data ->> 'postId' = ${String(id)}`,
    )
    expect(rows).toEqual([{ count: 1 }])
  })

  test.each(['', 'example', 'http://example.org', 'javascript:alert(1)', 'https://u:p@example.org/', 'ftp://example.org'])(
    'refuses %s',
    (address) => {
      const problem = refusalOf(() => contentOfForm('link', { title: '', body: 'x', tags: '', address }))
      expect(Object.keys(problem.fields).toSorted()).toEqual(['address', 'title'])
    },
  )
})

function refusalOf(act: () => unknown): Refused {
  try {
    act()
  } catch (error) {
    if (error instanceof Refused) return error
  }
  throw new Error('it was not refused')
}

describe('praise', () => {
  test('finds colleagues and teams by parts of their names, and no residents or partner staff', async () => {
    const names = async (typed: string, circle: number | null = null) => (await praisableNamed(world.db, typed, circle)).map(({ name }) => name)
    expect(await names('helen')).toEqual(['Sgt Helen Marsh'])
    expect(await names('heath')).toEqual(['Bracebridge Heath team'])
    expect(await names('maureen')).toEqual([])
    expect(await names('kim')).toEqual([])
    expect(await names('ada')).toEqual(['Ada Min'])
    expect(await names('ada', circleId)).toEqual([])
    expect(await names('%')).toEqual([])
    expect(await names('helen', circleId)).toEqual([])
    expect(await names('ward', circleId)).toEqual(['Ward Fire'])
  })

  test('names whom it thanks, and everybody of them hears of it', async () => {
    const whom = [`person:${helen.accountId}`, `team:${heath.id}`]
    const { path } = await publishComposed(world.db, imran, form({ kind: 'praise', whom }))
    const id = Number(/\d+/.exec(path)?.[0])
    expect((await rowOf(id)).title).toBe('Thank you, Sgt Helen Marsh and Bracebridge Heath team')
    const told = await world.db.select({ detail: activities.detail }).from(activities).where(eq(activities.postId, id)).orderBy(activities.id)
    expect(told.slice(0, 2).map(({ detail }) => detail)).toEqual([{ accountId: helen.accountId }, { praisedTeamId: heath.id }])
  })

  test('is for administrators too, and by them', async () => {
    for (const [by, whom] of [
      [imran, ada],
      [ada, imran],
    ] as const) {
      const { path } = await publishComposed(world.db, by, form({ kind: 'praise', whom: [`person:${whom.accountId}`] }))
      expect(await praisedIn(world.db, Number(/\d+/.exec(path)?.[0]))).toMatchObject([{ key: `person:${whom.accountId}` }])
    }
  })

  test.each<[string, () => string[], () => number | null]>([
    ['nobody', () => [], () => null],
    ['oneself', () => [`person:${imran.accountId}`], () => null],
    ['a resident', () => [`person:${resident.accountId}`], () => null],
    ['partner staff', () => [`person:${alone.accountId}`], () => null],
    ['somebody outside the circle', () => [`person:${helen.accountId}`], () => circleId],
    ['a team, in a circle', () => [`team:${heath.id}`], () => circleId],
    ['what is nothing', () => ['person:abc'], () => null],
  ])('is refused for %s', async (_who, whom, circle) => {
    await expect(publishComposed(world.db, imran, form({ kind: 'praise', whom: whom(), circleId: circle() }))).rejects.toThrow(Refused)
  })
})

describe('a correction', () => {
  const correction = { title: 'Newer bicycles', body: 'They came at noon.', tags: ['bicycles'], note: 'At noon, not in the morning', version: 1 }

  test('keeps the version before, and moves the address', async () => {
    const { id } = await write(world.db, imran, { tags: ['cycling'] })
    const { path } = await correctInNetwork(world.db, imran, id, correction)
    expect(path).toBe(`/staff/posts/${id}-newer-bicycles`)
    expect(await staffPostById(world.db, helen, id)).toMatchObject({ title: 'Newer bicycles', state: 'corrected', version: 2, path })
    expect(await versionsOf(world.db, { id, kind: 'update' })).toMatchObject([{ version: 1, title: 'New bicycles', note: correction.note }])
    expect((await postsOnTopic(world.db, helen, 'cycling')).items.map((item) => item.id)).not.toContain(id)
    expect((await postsOnTopic(world.db, helen, 'bicycles')).items.map((item) => item.id)).toContain(id)
  })

  test('is for the author alone', async () => {
    const { id } = await write(world.db, imran)
    for (const other of [helen, press, ada]) await expect(correctInNetwork(world.db, other, id, correction)).rejects.toThrow(Forbidden)
    for (const other of [resident, partner, alone]) await expect(correctInNetwork(world.db, other, id, correction)).rejects.toThrow(NotFound)
  })

  test('over a newer version is overtaken; the same twice is one', async () => {
    const { id } = await write(world.db, imran)
    await correctInNetwork(world.db, imran, id, correction)
    await correctInNetwork(world.db, imran, id, correction)
    await expect(correctInNetwork(world.db, imran, id, { ...correction, title: 'Oldest' })).rejects.toThrow(Overtaken)
    expect(await activitiesOf(id)).toEqual(['post.published', 'post.corrected'])
  })

  test('two at once: one is published, the other hears of it', async () => {
    const { id } = await write(world.db, imran)
    const done = await Promise.allSettled(['One', 'Two'].map((title) => correctInNetwork(world.db, imran, id, { ...correction, title })))
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(refusals(done).every((problem) => problem instanceof Overtaken)).toBe(true)
    expect((await rowOf(id)).version).toBe(2)
  })

  test('is for nobody who is suspended, and nothing changes in a closed circle; both can take their words back', async () => {
    const { db } = world
    const { id } = await write(db, imran)
    const suspended = { ...imran, standing: { ...GOOD_STANDING, suspendedUntil: new Date(Date.now() + 86_400_000) } }
    await expect(correctInNetwork(db, suspended, id, correction)).rejects.toThrow(/suspended/)
    await withdrawInNetwork(db, suspended, id, 'It was wrong')
    const over = await makeCircle(db, 'Over soon')
    const member = await letIn(db, imran, over)
    const [{ id: inside }, { id: later }] = [await write(db, member, { circleId: over }), await write(db, member)]
    await db.update(circles).set({ closedAt: new Date(), closedBecause: 'Done' }).where(eq(circles.id, over))
    await expect(correctInNetwork(db, member, inside, correction)).rejects.toThrow(/closed/)
    await expect(addFollowUp(db, member, inside, later)).rejects.toThrow(/closed/)
    await withdrawInNetwork(db, member, inside, 'It was wrong')
  })

  test('of a link asks for its new address', async () => {
    const { path } = await publishComposed(world.db, imran, form({ kind: 'link', title: 'A link', address: 'https://example.org/a' }))
    const id = Number(/\d+/.exec(path)?.[0])
    const changed = { title: 'A link', body: 'Text', tags: '', address: 'https://example.org/b', note: 'The right page', version: 1 }
    await correctComposed(world.db, imran, id, changed)
    expect(await world.db.select().from(linkPreviews).where(eq(linkPreviews.postId, id))).toMatchObject([
      { url: 'https://example.org/b', state: 'waiting' },
    ])
    await expect(correctComposed(world.db, imran, id, { ...changed, address: 'http://x', version: 2 })).rejects.toThrow(Refused)
  })
})

describe('a withdrawal', () => {
  test('leaves a notice with the reason, takes it from lists, and is logged without the reason', async () => {
    const { id } = await write(world.db, imran, { title: 'Gone', body: 'Secret words', tags: ['gone'] })
    await withdrawInNetwork(world.db, imran, id, 'It was wrong')
    await withdrawInNetwork(world.db, imran, id, 'It was wrong')
    const page = await staffPostById(world.db, helen, id)
    expect(page).toMatchObject({ state: 'withdrawn', withdrawnBecause: 'It was wrong', title: 'Gone', tags: [] })
    expect(JSON.stringify(page)).not.toContain('Secret words')
    expect((await postsOfAudience(world.db, helen, 'staff')).items.map((item) => item.id)).not.toContain(id)
    expect((await postsOnTopic(world.db, helen, 'gone')).items).toEqual([])
    const { rows } = await world.db.execute(sql`select act, audience, public_text from log where item = 'post' and item_id = ${id}`)
    expect(rows).toEqual([{ act: 'withdraw', audience: 'staff', public_text: null }])
  })

  test('is for the author alone', async () => {
    const { id } = await write(world.db, imran)
    await expect(withdrawInNetwork(world.db, press, id, 'No')).rejects.toThrow(Forbidden)
    await expect(withdrawInNetwork(world.db, partner, id, 'No')).rejects.toThrow(NotFound)
  })
})

describe('what was done about it', () => {
  test('shows on both, once, to whoever may read both', async () => {
    const { id: earlier } = await write(world.db, helen, { title: 'The radios fail' })
    const { id: later } = await write(world.db, press, { title: 'New radios' })
    const { id: inside } = await write(world.db, imran, { title: 'What we think', circleId })
    await addFollowUp(world.db, imran, earlier, later)
    await addFollowUp(world.db, helen, earlier, later)
    await addFollowUp(world.db, imran, earlier, inside)
    const titles = async (actor: SignedIn, id: number) => {
      const { done, from } = await followUpsOf(world.db, actor, id)
      return { done: done.map(({ title }) => title), from: from.map(({ title }) => title) }
    }
    expect(await titles(helen, earlier)).toEqual({ done: ['New radios'], from: [] })
    expect(await titles(imran, earlier)).toEqual({ done: ['What we think', 'New radios'], from: [] })
    expect(await titles(helen, later)).toEqual({ done: [], from: ['The radios fail'] })
    expect((await activitiesOf(earlier)).filter((kind) => kind === 'followed.up')).toHaveLength(2)
  })

  test('is taken away by whoever added it or wrote the earlier post, with a row of what happened; twice is once', async () => {
    const { id: earlier } = await write(world.db, helen, { title: 'The radios fail' })
    const { id: later } = await write(world.db, press, { title: 'New radios' })
    const remove = (by: SignedIn) => removeFollowUp(world.db, by, earlier, later)
    const done = async (by: SignedIn) => (await followUpsOf(world.db, by, earlier)).done.length
    const removable = async (by: SignedIn) => [...(await followUpsOf(world.db, by, earlier)).removable]
    for (const by of [imran, helen]) {
      await addFollowUp(world.db, imran, earlier, later)
      expect([await removable(imran), await removable(helen), await removable(press)]).toEqual([[later], [later], []])
      await expect(remove(press)).rejects.toThrow(Forbidden)
      await expect(remove(partner)).rejects.toThrow(NotFound)
      await Promise.all([remove(by), remove(by)])
      expect(await done(helen)).toBe(0)
    }
    expect((await activitiesOf(earlier)).filter((kind) => kind === 'follow-up.removed')).toHaveLength(2)
  })

  test('is a later post that they may read', async () => {
    const { id: earlier } = await write(world.db, imran, { circleId })
    const { id: later } = await write(world.db, imran)
    await expect(addFollowUp(world.db, imran, later, earlier)).rejects.toThrow(Refused)
    await expect(addFollowUp(world.db, imran, earlier, earlier)).rejects.toThrow(Refused)
    await expect(addFollowUp(world.db, partner, earlier, later)).rejects.toThrow(Refused)
    await expect(addFollowUp(world.db, helen, earlier, later)).rejects.toThrow(NotFound)
  })
})
