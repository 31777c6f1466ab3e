import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import { audiencesOf, mayRead, privateTo, readable } from '../../src/conversations/audience.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { ownComments, ownUnpublished } from '../../src/conversations/own.ts'
import { reactToComment, reactToSubject } from '../../src/conversations/reaction.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { mineOn, PAGE_SIZE, placeOf, threadPage } from '../../src/conversations/thread.ts'
import { NotFound, Overtaken } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let resident: SignedIn

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(world.db, 'Maureen T')
})
afterAll(() => world.close())

const conversation = async () => (await makePost(world.db, officer, team)).conversationId
const say = async (conversationId: number, parentId: number | null = null, actor = resident) =>
  (await postComment(world.db, actor, conversationId, { body: 'Words', parentId, clientKey: randomUUID() })).id

/** Every page by following the addresses that the pages give, from the first on. */
async function walk(conversationId: number): Promise<number[]> {
  const seen: number[] = []
  for (let after: number | null = null; ;) {
    const page = await threadPage(world.db, conversationId, { branch: null, direction: 'after', comment: after })
    seen.push(...page.comments.map((comment) => comment.id))
    if (page.after === null) return seen
    after = page.after
  }
}

describe('pages of a thread', () => {
  test('show every comment once, in reading order, also while others write', async () => {
    const id = await conversation()
    const expected: number[] = []
    for (let i = 0; i < 40; i++) {
      const top = await say(id)
      expected.push(top)
      if (i % 3 === 0) {
        const reply = await say(id, top)
        expected.push(reply, await say(id, reply))
      }
    }
    expect(await walk(id)).toEqual(expected)
    const first = await threadPage(world.db, id, { branch: null })
    expect(first.comments).toHaveLength(PAGE_SIZE)
    const added = await say(id)
    const second = await threadPage(world.db, id, { branch: null, direction: 'after', comment: first.after })
    expect(second.comments.map((comment) => comment.id)).toEqual([...expected.slice(PAGE_SIZE), added])
  })

  test('go back as they went forward', async () => {
    const id = await conversation()
    for (let i = 0; i < 120; i++) await say(id)
    const first = await threadPage(world.db, id, { branch: null })
    const second = await threadPage(world.db, id, { branch: null, direction: 'after', comment: first.after })
    const back = await threadPage(world.db, id, { branch: null, direction: 'before', comment: second.before })
    expect(back.comments.map((comment) => comment.id)).toEqual(first.comments.map((comment) => comment.id))
    expect(back.before).toBeNull()
    expect(second.after).not.toBeNull()
  })

  test('a permalink leads to a page that holds the comment, with some context above it', async () => {
    const id = await conversation()
    const ids: number[] = []
    for (let i = 0; i < 120; i++) ids.push(await say(id))
    const [target] = await world.db
      .select()
      .from(comments)
      .where(eq(comments.id, ids[100] ?? 0))
    const from = await placeOf(world.db, target!)
    const page = await threadPage(world.db, id, { branch: null, direction: 'from', comment: from })
    expect(page.comments.map((comment) => comment.id)).toContain(ids[100])
    expect(page.comments[0]?.id).toBe(ids[95])
    const [early] = await world.db
      .select()
      .from(comments)
      .where(eq(comments.id, ids[10] ?? 0))
    expect(await placeOf(world.db, early!)).toBeNull()
  })

  test('say whom a reply answers', async () => {
    const id = await conversation()
    const top = await say(id, null, officer)
    await say(id, top)
    const page = await threadPage(world.db, id, { branch: null })
    expect(page.comments.map((comment) => comment.answers)).toEqual([null, 'PC Imran Adeyemi'])
  })
})

describe('reactions', () => {
  test('count each person once for each, however often they tap, and take back as often', async () => {
    const id = await conversation()
    const comment = await say(id)
    const on = { reaction: 'helpful', on: true } as const
    await Promise.all([1, 2, 3, 4].map(() => reactToComment(world.db, resident, comment, on)))
    await reactToComment(world.db, officer, comment, on)
    const counts = async () => (await threadPage(world.db, id, { branch: null })).comments[0]?.counts
    expect(await counts()).toMatchObject({ helpful: 2, thanks: 0 })
    const page = await threadPage(world.db, id, { branch: null })
    expect(
      (await mineOn(world.db, resident, { conversationId: id, teamId: null, mode: 'open', modeReason: null, modeEndsAt: null }, page)).reactions.has(
        `${comment} helpful`,
      ),
    ).toBe(true)
    await reactToComment(world.db, resident, comment, { ...on, on: false })
    await reactToComment(world.db, resident, comment, { ...on, on: false })
    expect(await counts()).toMatchObject({ helpful: 1 })
  })

  test('to the post itself are kept apart', async () => {
    const id = await conversation()
    await reactToSubject(world.db, resident, id, { reaction: 'thanks', on: true })
    await reactToSubject(world.db, resident, id, { reaction: 'thanks', on: true })
    const [row] = await world.db.select().from(conversations).where(eq(conversations.id, id))
    expect(row?.thanksCount).toBe(1)
  })

  test('need a comment that can be read', async () => {
    const id = await conversation()
    const newcomer = await makeResident(world.db, 'Waiting', 0)
    const held = await say(id, null, newcomer)
    await expect(reactToComment(world.db, resident, held, { reaction: 'helpful', on: true })).rejects.toBeInstanceOf(Overtaken)
    await expect(reactToComment(world.db, resident, 999_999_999, { reaction: 'helpful', on: true })).rejects.toBeInstanceOf(NotFound)
  })
})

describe('one’s own', () => {
  test('comments are listed newest first, a page at a time, in every state; nobody else’s', async () => {
    const id = await conversation()
    const writer = await makeResident(world.db, 'Prolific', 0)
    const ids: number[] = []
    for (let i = 0; i < 25; i++) ids.push(await say(id, null, writer))
    const first = await ownComments(world.db, writer, null)
    const second = await ownComments(world.db, writer, first.next)
    expect([...first.items, ...second.items].map((item) => item.id)).toEqual(ids.toReversed())
    expect(second.next).toBeNull()
    expect(first.items[0]).toMatchObject({ state: 'held', editable: true, withdrawable: true })
    expect(await ownUnpublished(world.db, writer, id)).toHaveLength(5)
    expect(await ownUnpublished(world.db, resident, id)).toEqual([])
  })
})

describe('the scope', () => {
  test('as a question and as a condition agree, for every role and audience', async () => {
    const all: Actor[] = [visitor, resident, officer]
    for (const role of ['supervisor', 'press-office', 'administrator', 'partner'] as const)
      all.push(await makeStaff(world.db, role, role, role === 'supervisor' ? team : null))
    const audiences = ['public', 'staff', 'circle:7', privateTo(0), privateTo(resident.accountId)]
    for (const audience of audiences) {
      await world.db.insert(conversations).values({ audience, title: audience, path: '/' })
      await world.db.insert(conversations).values({ audience, teamId: team.id, title: audience, path: '/' })
    }
    const everything = await world.db.select().from(conversations)
    for (const actor of all) {
      const inScope = await world.db.select({ id: conversations.id }).from(conversations).where(readable(actor, conversations))
      expect(new Set(inScope.map((row) => row.id))).toEqual(new Set(everything.filter((row) => mayRead(actor, row)).map((row) => row.id)))
    }
    expect(audiencesOf(visitor)).toEqual(['public'])
    expect(audiencesOf(all.at(-1)!)).not.toContain('staff')
  })

  test('an audience never changes, whoever asks the database', async () => {
    const id = await conversation()
    await expect(world.db.update(conversations).set({ audience: 'staff' }).where(eq(conversations.id, id))).rejects.toThrow()
  })
})
