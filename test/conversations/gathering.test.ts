/** What residents say in a conversation that gathers stands in a list by its support, and nothing else does. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { startConversation } from '../../src/conversations/conversation.ts'
import { mostSupported, raiseComment, raisedAmong, settleRaised, supportersOf, unsettleRaised } from '../../src/conversations/gathering.ts'
import { reactToComment } from '../../src/conversations/reaction.ts'
import { comments, conversations, raisedComments } from '../../src/conversations/schema.ts'
import { NotFound } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let ruth: SignedIn
let neighbours: SignedIn[]
let box: number

beforeAll(async () => {
  world = await openWorld(12)
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Adeyemi', 'officer', team)
  ruth = await makeResident(world.db, 'Ruth')
  neighbours = await Promise.all(['Ann', 'Ben', 'Cat', 'Dev', 'Eve', 'Fay'].map((name) => makeResident(world.db, name)))
  box = (await world.db.transaction((tx) => startConversation(tx, { audience: 'public', teamId: team.id, title: 'Suggestions', gathers: true }))).id
})
afterAll(() => world.close())

async function say(actor: SignedIn, conversationId: number, body: string, parentId: number | null = null): Promise<number> {
  const { id } = await postComment(world.db, actor, conversationId, { body, parentId, clientKey: randomUUID() })
  return id
}

const support = (who: readonly SignedIn[], commentId: number, on = true) =>
  Promise.all(who.map((actor) => reactToComment(world.db, actor, commentId, { reaction: 'same-here', on })))

const waiting = async (limit?: number) => (await mostSupported(world.db, box, { accountId: null, ...(limit === undefined ? {} : { limit }) })).items

test('only what residents say on the first level is gathered, by its support', async () => {
  const lights = await say(ruth, box, 'Street lights on Salisbury Drive')
  const speed = await say(ruth, box, 'Speeding past the school')
  await say(neighbours[0] as SignedIn, box, 'Yes, every morning', speed)
  await say(officer, box, 'Thank you, keep them coming')
  const post = await makePost(world.db, officer, team)
  await say(ruth, post.conversationId, 'Under a post nothing is gathered')
  expect((await waiting()).map(({ commentId }) => commentId)).toEqual([speed, lights])
  await support(neighbours.slice(0, 3), lights)
  expect(await waiting()).toMatchObject([
    { commentId: lights, supportCount: 3, author: 'Ruth', mine: false },
    { commentId: speed, supportCount: 0, replyCount: 1 },
  ])
  const seen = await mostSupported(world.db, box, { accountId: neighbours[0]?.accountId ?? 0 })
  expect(seen.items.map(({ mine }) => mine)).toEqual([true, false])
})

test('support set by many at once, and taken back, is counted exactly', async () => {
  const bins = await say(ruth, box, 'Bins set alight on the common')
  await support([...neighbours, ...neighbours], bins)
  expect((await raisedAmong(world.db, [bins], null))[0]?.supportCount).toBe(6)
  await Promise.all([support(neighbours.slice(0, 2), bins, false), support(neighbours.slice(2, 4), bins)])
  expect((await raisedAmong(world.db, [bins], null))[0]?.supportCount).toBe(4)
  expect(new Set(await supportersOf(world.db, [bins]))).toEqual(new Set(neighbours.slice(2).map(({ accountId }) => accountId)))
})

test('pages by key, each once', async () => {
  for (let n = 0; n < 7; n++) await say(ruth, box, `Number ${n}`)
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await mostSupported(world.db, box, { accountId: null, cursor, limit: 3 })
    seen.push(...page.items.map(({ commentId }) => commentId))
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual((await waiting(50)).map(({ commentId }) => commentId))
  expect(new Set(seen).size).toBe(seen.length)
})

test('what is hidden, held or withdrawn is not on the list, and comes back with its support', async () => {
  const [first] = await waiting()
  const id = first?.commentId ?? 0
  for (const state of ['hidden-pending', 'held', 'withdrawn'] as const) {
    await world.db.update(comments).set({ state }).where(eq(comments.id, id))
    expect((await waiting(50)).some(({ commentId }) => commentId === id)).toBe(false)
    expect(await raisedAmong(world.db, [id], null)).toEqual([])
  }
  await world.db.update(comments).set({ state: 'published' }).where(eq(comments.id, id))
  expect((await waiting())[0]).toEqual(first)
})

test('what is settled no longer waits, until that is taken back', async () => {
  const [first] = await waiting()
  const id = first?.commentId ?? 0
  await world.db.transaction((tx) => settleRaised(tx, [id]))
  const [{ settledAt } = { settledAt: null }] = await raisedAmong(world.db, [id], null)
  expect(settledAt).toBeInstanceOf(Date)
  await world.db.transaction((tx) => settleRaised(tx, [id]))
  expect((await raisedAmong(world.db, [id], null))[0]?.settledAt).toEqual(settledAt)
  expect((await waiting(50)).some(({ commentId }) => commentId === id)).toBe(false)
  await world.db.transaction((tx) => unsettleRaised(tx, id))
  expect((await waiting())[0]?.commentId).toBe(id)
})

test('staff raise what was said elsewhere, with its support; never what is private, official or down', async () => {
  const post = await makePost(world.db, officer, team, 'Fly-tipping')
  const said = await say(ruth, post.conversationId, 'It is worse behind the Co-op')
  await support(neighbours.slice(0, 2), said)
  const raise = (id: number) => world.db.transaction((tx) => raiseComment(tx, officer, box, id))
  await Promise.all([raise(said), raise(said)])
  await support(neighbours.slice(2, 3), said)
  expect(await raisedAmong(world.db, [said], null)).toMatchObject([{ supportCount: 3, conversationId: post.conversationId }])
  const official = await say(officer, post.conversationId, 'We know')
  await expect(raise(official)).rejects.toBeInstanceOf(NotFound)
  const talk = await world.db.transaction((tx) => startConversation(tx, { audience: `private:${ruth.accountId}`, teamId: team.id, title: 'Private' }))
  const secret = await say(ruth, talk.id, 'Only for the team')
  await expect(raise(secret)).rejects.toBeInstanceOf(NotFound)
  await world.db.update(comments).set({ state: 'held' }).where(eq(comments.id, said))
  await expect(raise(said)).rejects.toBeInstanceOf(NotFound)
})

test('a conversation gathers from its birth or never', async () => {
  await expect(world.db.update(conversations).set({ gathers: false }).where(eq(conversations.id, box))).rejects.toThrow()
  const [{ count } = { count: 0 }] = await world.db.select({ count: sql<number>`count(*)::int` }).from(raisedComments)
  expect(count).toBeGreaterThan(0)
})
