/** One rule, asked in many places: what `mayRead` says of a post is what every list and page of the network shows. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor, SignedIn } from '../../src/actor.ts'
import { isColleague, isSignedIn, visitor } from '../../src/actor.ts'
import { mayRead } from '../../src/conversations/audience.ts'
import { NotFound } from '../../src/errors.ts'
import { followUpsOf } from '../../src/network/follow-up.ts'
import { postsById, postsOfAudience, postsOfAuthor, postsOfHome, postsOnTopic, savedBy } from '../../src/network/list.ts'
import { staffPostById } from '../../src/network/post.ts'
import { followUps, homeEntries, savedPosts } from '../../src/network/schema.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { posts } from '../../src/posts/schema.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { letIn, makeCircle, makePartner, makePersona, write } from './circle.ts'

let world: World
let everybody: [string, Actor][]
let ids: number[]
let first: number
let support: number

beforeAll(async () => {
  world = await openWorld()
  const { db } = world
  const team = await makeTeam(db, 'Waddington')
  const ada = await makeStaff(db, 'Ada Min', 'administrator')
  const kinds = ['open', 'restricted', 'private', 'support'] as const
  const circles = new Map<string, number>()
  for (const kind of kinds) circles.set(kind, await makeCircle(db, `A ${kind} one`, kind))
  const idOf = (kind: string) => circles.get(kind) ?? 0
  const officer = await makeStaff(db, 'Officer', 'officer', team)
  const inOpen = await letIn(db, await makeStaff(db, 'In open', 'supervisor', team), idOf('open'))
  const inAll = await letIn(db, await letIn(db, await makeStaff(db, 'In all', 'press-office'), idOf('restricted')), idOf('private'))
  const partner = await makePartner(db, 'Pat', idOf('restricted'), ada)
  const heron = await makePersona(db, 'Heron', idOf('support'))
  const resident = await makeResident(db, 'Resident')
  const alone = await makeStaff(db, 'Kim', 'partner')
  everybody = Object.entries({ officer, inOpen, inAll, partner, alone, heron, ada, resident, visitor })
  const about = { tags: ['agreed'] }
  const made = [
    await write(db, officer, about),
    await write(db, inOpen, { ...about, circleId: idOf('open') }),
    await write(db, inAll, { ...about, circleId: idOf('restricted') }),
    await write(db, inAll, { ...about, circleId: idOf('private') }),
    await write(db, partner, { ...about, circleId: idOf('restricted') }),
    await write(db, heron, { ...about, circleId: idOf('support') }),
    await makePost(db, officer, team),
  ]
  ids = made.map(({ id }) => id)
  first = ids[0] ?? 0
  // As if everything had come to everybody, by whatever mistake: who may read it is asked again when it is shown.
  const at = new Date()
  const people = everybody.flatMap(([, actor]) => (isSignedIn(actor) ? [actor.accountId] : []))
  const rows = people.flatMap((accountId) => ids.map((postId) => ({ accountId, postId, at })))
  await db.insert(homeEntries).values(rows).onConflictDoNothing()
  // Of a support circle nothing is saved: the database refuses it to whoever would keep it by their own account.
  support = made.at(-2)?.id ?? 0
  await db.insert(savedPosts).values(rows.filter(({ postId }) => postId !== support))
  await db.insert(followUps).values(ids.slice(1).map((postId) => ({ ofPostId: first, postId, addedBy: officer.accountId, at })))
  const gone = await write(db, officer, { ...about, title: 'Withdrawn' })
  await withdrawInNetwork(db, officer, gone.id, 'Wrong')
})
afterAll(() => world?.close())

const sorted = (items: readonly { id: number }[]): number[] => items.map(({ id }) => id).toSorted((one, other) => one - other)

test('every list and page shows exactly what may be read', async () => {
  const { db } = world
  const rows = await Promise.all(ids.map(async (id) => (await db.select().from(posts).where(eq(posts.id, id)))[0]))
  const all = rows.flatMap((row) => (row ? [row] : []))
  let read = 0
  for (const [name, actor] of everybody) {
    const theirs = all.filter((post) => post.audience !== 'public' && mayRead(actor, post))
    const expected = sorted(theirs)
    read += expected.length
    const said = `for ${name}`
    expect(sorted(await postsById(db, actor, ids)), said).toEqual(expected)
    expect(sorted((await postsOnTopic(db, actor, 'agreed')).items), said).toEqual(expected)
    expect(sorted((await followUpsOf(db, actor, first)).done), said).toEqual(expected.filter((id) => id !== first))
    for (const audience of new Set(all.map((post) => post.audience)))
      expect(sorted((await postsOfAudience(db, actor, audience)).items), `${said} in ${audience}`).toEqual(
        sorted(theirs.filter((post) => post.audience === audience)),
      )
    for (const author of new Set(all.map((post) => post.authorId))) {
      const written = theirs.filter((post) => post.authorId === author && post.officialRole !== null)
      expect(sorted((await postsOfAuthor(db, actor, author)).items), said).toEqual(sorted(written))
    }
    for (const id of ids) expect(await isShown(actor, id), `${said}: ${id}`).toBe(expected.includes(id))
    if (isSignedIn(actor)) await expectOwn(actor, expected, said)
  }
  expect(read, 'somebody reads something').toBeGreaterThan(8)
})

async function isShown(actor: Actor, id: number): Promise<boolean> {
  try {
    return (await staffPostById(world.db, actor, id)).id === id
  } catch (error) {
    if (error instanceof NotFound) return false
    throw error
  }
}

async function expectOwn(actor: SignedIn, expected: number[], said: string): Promise<void> {
  expect(sorted((await postsOfHome(world.db, actor)).items), said).toEqual(expected)
  expect(sorted((await savedBy(world.db, actor)).items), said).toEqual(expected.filter((id) => id !== support))
}

test('everyone means colleagues', () => {
  expect(everybody.filter(([, actor]) => isColleague(actor)).map(([name]) => name)).toEqual(['officer', 'inOpen', 'inAll', 'ada'])
})
