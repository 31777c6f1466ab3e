import { randomUUID } from 'node:crypto'
import { eq, or } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { privateTo } from '../../src/conversations/audience.ts'
import { commentById, postComment, postCommentIn, unnameComment } from '../../src/conversations/comment.ts'
import { authorRecord } from '../../src/conversations/context.ts'
import { reactToComment, reactToSubject } from '../../src/conversations/reaction.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { noteCount, sideConversation } from '../../src/conversations/side.ts'
import { talkOf, subjectOf } from '../../src/conversations/talk.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { flagSubject } from '../../src/moderation/flag.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let otherTeam: TeamName
let officer: SignedIn
let outsider: SignedIn
let asker: SignedIn

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  otherTeam = await makeTeam(world.db, 'Alford')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  outsider = await makeStaff(world.db, 'PC Else Where', 'officer', otherTeam)
  asker = await makeResident(world.db, null, 0)
})
afterAll(() => world.close())

async function privateTalk() {
  const [made] = await world.db
    .insert(conversations)
    .values({ audience: privateTo(asker.accountId), teamId: team.id, title: 'About my neighbour', path: '/questions/1' })
    .returning()
  if (!made) throw new Error('no conversation')
  return made
}
const say = (actor: SignedIn, conversationId: number, parentId: number | null = null) =>
  postComment(world.db, actor, conversationId, { body: 'Between us', parentId, clientKey: randomUUID() })

describe('between a resident and the team', () => {
  test('words are there at once, without a name, and earn no trust for public places', async () => {
    const { id } = await privateTalk()
    const posted = await say(asker, id)
    expect(posted).toMatchObject({ state: 'published', audience: privateTo(asker.accountId), path: '/questions/1' })
    const [account] = await world.db.select().from(accounts).where(eq(accounts.id, asker.accountId))
    expect(account?.publishedCount).toBe(0)
    const [talk] = await world.db.select().from(conversations).where(eq(conversations.id, id))
    expect(talk?.commentCount).toBe(1)
    const [told] = await world.db.select().from(activities).where(eq(activities.commentId, posted.id))
    expect(told).toMatchObject({ kind: 'comment.published', audience: privateTo(asker.accountId) })
  })

  test('the team answers under its mark; nobody else can answer, react, flag, or know of it', async () => {
    const { id } = await privateTalk()
    const { id: commentId } = await say(asker, id)
    const answer = await say(officer, id, commentId)
    expect(await commentById(world.db, asker, answer.id)).toMatchObject({ officialRole: 'officer', officialTeam: team.name })
    const others = [outsider, await makeResident(world.db, 'Nosy'), await makeStaff(world.db, 'Ward Council', 'partner')]
    for (const other of others) {
      await expect(say(other, id)).rejects.toBeInstanceOf(NotFound)
      await expect(commentById(world.db, other, commentId)).rejects.toBeInstanceOf(NotFound)
      await expect(reactToComment(world.db, other, commentId, { reaction: 'thanks', on: true })).rejects.toBeInstanceOf(NotFound)
      await expect(reactToSubject(world.db, other, id, { reaction: 'thanks', on: true })).rejects.toBeInstanceOf(NotFound)
    }
    await expect(flagSubject(world.db, officer, { commentId })).rejects.toBeInstanceOf(NotFound)
  })

  test('nothing is reacted to, and no name is cut loose where there is none', async () => {
    const { id } = await privateTalk()
    const { id: commentId } = await say(asker, id)
    await expect(reactToComment(world.db, asker, commentId, { reaction: 'thanks', on: true })).rejects.toBeInstanceOf(Forbidden)
    await expect(reactToSubject(world.db, officer, id, { reaction: 'thanks', on: true })).rejects.toBeInstanceOf(Forbidden)
    await expect(unnameComment(world.db, asker, commentId)).rejects.toBeInstanceOf(Forbidden)
  })

  test('the page knows by itself that it is private', async () => {
    const talk = await privateTalk()
    await say(asker, talk.id)
    const forAsker = await talkOf(world.db, asker, subjectOf(talk), {})
    expect(forAsker).toMatchObject({
      nobody: 'The asker',
      reactions: [],
      form: { noun: 'message', nameMissing: false, willWait: false, closed: null },
    })
    expect(forAsker.mine.notes).toBeNull()
    expect((await talkOf(world.db, officer, subjectOf(talk), {})).mine.notes).toBe(0)
  })

  test('is no part of what moderators of public places see of an author', async () => {
    const { id } = await privateTalk()
    await say(asker, id)
    expect(await authorRecord(world.db, asker.accountId)).toMatchObject({ recent: [], heldCount: 0 })
  })

  test('of another team is nothing of the first one’s any more, the notes neither', async () => {
    const { id } = await privateTalk()
    const side = await sideConversation(world.db, officer, id)
    await say(officer, side.id)
    await expect(noteCount(world.db, outsider, id)).rejects.toBeInstanceOf(NotFound)
    await world.db
      .update(conversations)
      .set({ teamId: otherTeam.id })
      .where(or(eq(conversations.id, id), eq(conversations.besideId, id)))
    expect(await noteCount(world.db, outsider, id)).toBe(1)
    await expect(say(officer, side.id)).rejects.toBeInstanceOf(NotFound)
    await expect(say(officer, id)).rejects.toBeInstanceOf(NotFound)
  })
})

test('a comment is part of the transaction that it was given', async () => {
  const { id } = await privateTalk()
  const input = { body: 'Never mind', parentId: null, clientKey: randomUUID() }
  const undone = world.db.transaction(async (tx) => {
    await postCommentIn(tx, asker, id, input)
    throw new Error('and something else failed')
  })
  await expect(undone).rejects.toThrow('something else failed')
  expect(await world.db.select().from(comments).where(eq(comments.clientKey, input.clientKey))).toEqual([])
  const stored = await world.db.transaction((tx) => postCommentIn(tx, asker, id, input))
  expect(await say(asker, id)).not.toEqual(stored)
  expect(await world.db.transaction((tx) => postCommentIn(tx, asker, id, input))).toEqual(stored)
})
