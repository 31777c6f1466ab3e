/** Who is told of what is said and asked in the staff network: only who reads there still, and whom it concerns. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { askToJoin } from '../../src/circles/asking.ts'
import { foundCircle } from '../../src/circles/founding.ts'
import { joinCircle } from '../../src/circles/membership.ts'
import { tellOfCircle } from '../../src/circles/standing.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { sideConversation } from '../../src/conversations/side.ts'
import { removeInCircle } from '../../src/moderation/circle-removal.ts'
import { notifications } from '../../src/notifications/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { publishQuestion } from '../../src/questions/answer.ts'
import { takeQuestion } from '../../src/questions/assignment.ts'
import { askQuestion, questionById } from '../../src/questions/question.ts'
import { letIn, makeCircle, makePartner, write } from '../network/circle.ts'
import { makeStaff } from '../people.ts'
import { openTold, type Told } from './world.ts'

let told: Told
beforeAll(async () => {
  told = await openTold()
})
afterAll(() => told.site.close())

const colleague = (name: string) => makeStaff(told.desk.db, name, 'officer', told.desk.team)
const say = async (by: SignedIn, conversationId: number, parentId: number | null = null): Promise<number> =>
  (await postComment(told.desk.db, by, conversationId, { body: 'Noted.', parentId, clientKey: randomUUID() })).id
const kindsTo = async ({ accountId }: SignedIn) =>
  (await told.desk.db.select({ kind: notifications.kind }).from(notifications).where(eq(notifications.accountId, accountId))).map(({ kind }) => kind)

test('who wrote in a circle hears what is said to them there, until they are in it no more', async () => {
  const { db } = told.desk
  const circleId = await makeCircle(db, 'Night shifts', 'private')
  const [author, replied, other] = [
    await letIn(db, await colleague('PC A'), circleId),
    await letIn(db, await colleague('PC B'), circleId),
    await letIn(db, await colleague('PC C'), circleId),
  ]
  const { conversationId } = await write(db, author, { circleId })
  const above = await say(replied, conversationId)
  await say(other, conversationId, above)
  expect([await kindsTo(author), await kindsTo(replied)]).toEqual([['commented'], ['replied']])
  for (const { accountId } of [author, replied])
    await db
      .update(circleMembers)
      .set({ leftAt: new Date() })
      .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId)))
  await say(other, conversationId)
  await say(other, conversationId, above)
  expect([await kindsTo(author), await kindsTo(replied)]).toEqual([['commented'], ['replied']])
})

test('an administrator hears of what concerns them among colleagues', async () => {
  const { db, team } = told.desk
  const [clerk, other] = [await makeStaff(db, 'Robin Hale', 'administrator'), await makeStaff(db, 'PC N', 'officer', team)]
  const { conversationId } = await write(db, clerk)
  await say(other, conversationId)
  const circleId = await foundCircle(db, clerk, { kind: 'restricted', name: 'Sign-in', about: 'x', teamId: null, clientKey: randomUUID() })
  await askToJoin(db, other, circleId, 'May I?')
  await told.echo()
  expect((await kindsTo(clerk)).toSorted()).toEqual(['circle-asked', 'commented'])
  expect((await told.news(clerk)).map(({ sentence }) => sentence)).toContain('PC N commented on your post')
})

test('what is said for all staff is told to its author', async () => {
  const [author, other] = [await colleague('PC D'), await colleague('PC E')]
  const { conversationId } = await write(told.desk.db, author)
  await say(other, conversationId)
  expect(await kindsTo(author)).toEqual(['commented'])
})

test('who asks to be let in is told to owners of the force, and not to those of another organisation', async () => {
  const { db, administrator } = told.desk
  const circleId = await makeCircle(db, 'Rural crime', 'restricted')
  const owner = await letIn(db, await colleague('PC F'), circleId)
  const partner = await makePartner(db, `Ward ${randomUUID().slice(0, 8)}`, circleId, administrator)
  await db.update(circleMembers).set({ role: 'owner' }).where(eq(circleMembers.circleId, circleId))
  await askToJoin(db, await colleague('PC G'), circleId, 'May I?')
  await told.echo()
  expect([await kindsTo(owner), await kindsTo(partner)]).toEqual([['circle-asked'], []])
})

test('news of a circle that one has left says that one has left it, and not that something was taken down', async () => {
  const { db } = told.desk
  const circleId = await makeCircle(db, 'Night shifts', 'private')
  const [author, other] = [await letIn(db, await colleague('PC H'), circleId), await letIn(db, await colleague('PC I'), circleId)]
  const { conversationId } = await write(db, author, { circleId })
  await say(other, conversationId)
  expect((await told.news(author))[0]).toMatchObject({ sentence: 'PC I commented on your post', lost: null })
  const [gone] = await told.news({ ...author, circles: [] })
  expect(gone).toMatchObject({ sentence: 'A comment on your post was said where you no longer are', lost: 'You are no longer in this circle' })
  expect([gone?.words, gone?.subject]).toEqual([null, null])
  const [outside] = await told.news({ ...author, circles: [], duties: [] })
  expect(outside?.lost).toBe('You are no longer in this circle')
})

test('who came into a circle is told to its owners of the force: one line a day, however many they are', async () => {
  const { db, administrator } = told.desk
  const owner = await colleague('PC J')
  const circleId = await foundCircle(db, owner, { kind: 'open', name: 'Drones', about: 'x', teamId: null, clientKey: randomUUID() })
  const [first, second, third] = [await colleague('PC K'), await colleague('PC L'), await colleague('PC M')]
  await joinCircle(db, first, circleId)
  await joinCircle(db, second, circleId)
  await told.echo()
  await joinCircle(db, third, circleId)
  await told.echo()
  expect([await kindsTo(owner), await kindsTo(first), await kindsTo(third)]).toEqual([['circle-joined'], [], []])
  const [row] = await db.select().from(notifications).where(eq(notifications.accountId, owner.accountId))
  expect(row).toMatchObject({ path: `/staff/circles/${circleId}/members`, detail: {} })
  const restricted = await makeCircle(db, 'Rural crime', 'restricted')
  const partner = await makePartner(db, `Ward ${randomUUID().slice(0, 8)}`, restricted, administrator)
  await db.update(circleMembers).set({ role: 'owner' }).where(eq(circleMembers.circleId, restricted))
  await db.transaction((tx) =>
    tellOfCircle(tx, null, 'circle.joined', { id: restricted, teamId: null }, { accountId: first.accountId, how: 'invited' }),
  )
  await told.echo()
  expect(await kindsTo(partner)).toEqual([])
})

test('a circle that closed by itself is told to who is in it', async () => {
  const { db, administrator } = told.desk
  const circleId = await makeCircle(db, 'Flooding', 'private')
  const partner = await makePartner(db, `Ward ${randomUUID().slice(0, 8)}`, circleId, administrator)
  await db.transaction((tx) => tellOfCircle(tx, null, 'circle.closed', { id: circleId, teamId: null }))
  await told.echo()
  expect(await kindsTo(partner)).toEqual(['circle-closed'])
})

describe('a staff note beside a public conversation, from another team', () => {
  const NOTED = 'PC Far of another team left a staff note beside what your team looks after'
  let far: SignedIn
  beforeAll(async () => {
    far = await makeStaff(told.desk.db, 'PC Far', 'officer', told.desk.otherTeam)
  })
  const notesBeside = async (conversationId: number, by: SignedIn) => (await sideConversation(told.desk.db, by, conversationId)).id

  test('is told to the sergeants of the team, once, and to nobody else; the team’s own notes to nobody', async () => {
    const { post, sergeant, otherSergeant, officer, press, db } = told.desk
    const side = await notesBeside(post.conversationId, officer)
    await say(officer, side)
    expect(await kindsTo(sergeant)).toEqual([])
    const id = await say(far, side)
    expect(await kindsTo(sergeant)).toEqual(['noted-beside'])
    for (const who of [officer, far, otherSergeant, press]) expect(await kindsTo(who)).toEqual([])
    const [news] = await told.news(sergeant)
    expect([news?.sentence, news?.words]).toEqual([NOTED, 'Noted.'])
    expect((await told.get(`/comments/${id}`, sergeant)).headers.location).toContain(`/conversations/${post.conversationId}/notes`)
    await withdrawComment(db, far, id)
    expect((await told.news(sergeant))[0]?.words).toBeNull()
  })

  test('is told to whoever has the question, and not to the sergeants besides', async () => {
    const { db, resident, officer, sergeant, team } = told.desk
    const words = { title: 'Who clears the ditch?', body: 'It is full.' }
    const { id } = await askQuestion(db, resident, team, { ...words, visibility: 'public', named: true, clientKey: randomUUID() })
    await publishQuestion(db, officer, id, { ...words, tags: [], answer: null, clientKey: randomUUID() })
    await takeQuestion(db, officer, id)
    const { post } = await questionById(db, officer, id)
    const [stored] = await db
      .select()
      .from(posts)
      .where(eq(posts.id, post?.id ?? 0))
    const before = [await kindsTo(officer), await kindsTo(sergeant)]
    const side = await notesBeside(stored?.conversationId ?? 0, far)
    await say(far, side)
    expect([await kindsTo(officer), await kindsTo(sergeant)]).toEqual([[...(before[0] ?? []), 'noted-beside'], before[1]])
    // An answer to their own note is told as an answer.
    const own = await say(officer, side)
    await say(far, side, own)
    expect(await kindsTo(officer)).toEqual([...(before[0] ?? []), 'noted-beside', 'replied'])
  })
})

test('what an owner removed is told to its author, with the way to appeal', async () => {
  const { db } = told.desk
  const circleId = await makeCircle(db, 'Horses', 'private')
  const [author, owner] = [await letIn(db, await colleague('PC N'), circleId), await letIn(db, await colleague('PC O'), circleId)]
  await db.update(circleMembers).set({ role: 'owner' }).where(eq(circleMembers.accountId, owner.accountId))
  const { conversationId, id: postId } = await write(db, author, { circleId })
  const commentId = await say(author, conversationId)
  await removeInCircle(db, owner, { commentId }, { reasonCode: 'abuse', text: null })
  await removeInCircle(db, owner, { postId }, { reasonCode: 'abuse', text: null })
  await told.echo()
  const rows = await db.select().from(notifications).where(eq(notifications.accountId, author.accountId)).orderBy(notifications.id)
  expect(rows.map(({ kind, path }) => [kind, path])).toEqual([
    ['removed', `/comments/${commentId}/removal/appeal`],
    ['removed', `/posts/${postId}/removal/appeal`],
  ])
  for (const { path } of rows) expect((await told.get(path, author)).statusCode).toBe(200)
  expect((await told.get(rows[0]?.path ?? '', owner)).statusCode).toBe(404)
})
