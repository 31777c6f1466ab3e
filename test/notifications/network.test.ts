/** Who is told of what is said and asked in the staff network: only who reads there still, and whom it concerns. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { askToJoin } from '../../src/circles/asking.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { notifications } from '../../src/notifications/schema.ts'
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
