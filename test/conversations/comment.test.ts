import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { commentById, editComment, historyOf, postComment, unnameComment, withdrawComment } from '../../src/conversations/comment.ts'
import { reactToComment, reactToSubject } from '../../src/conversations/reaction.ts'
import { comments, conversations, type Mode } from '../../src/conversations/schema.ts'
import { lockComment, setCommentState } from '../../src/conversations/states.ts'
import { threadPage } from '../../src/conversations/thread.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
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
afterEach(() => moveClock(0))

const conversation = async (): Promise<number> => (await makePost(world.db, officer, team)).conversationId
const say = (actor: SignedIn, conversationId: number, body = 'Thank you for this.', parentId: number | null = null, clientKey = randomUUID()) =>
  postComment(world.db, actor, conversationId, { body, parentId, clientKey })
const stored = async (id: number) => (await world.db.select().from(comments).where(eq(comments.id, id)))[0]
const counters = async (id: number) => (await world.db.select().from(conversations).where(eq(conversations.id, id)))[0]
const setMode = (id: number, mode: Mode, more: object = {}) =>
  world.db
    .update(conversations)
    .set({ mode, ...more })
    .where(eq(conversations.id, id))

describe('posting', () => {
  test('a trusted resident is published at once and counted', async () => {
    const id = await conversation()
    const posted = await say(resident, id)
    expect(posted.state).toBe('published')
    expect((await counters(id))?.commentCount).toBe(1)
    const told = await world.db.select().from(activities).where(eq(activities.commentId, posted.id))
    expect(told.map((row) => row.kind)).toEqual(['comment.published'])
  })

  test('the first comments of an account wait, and are counted for nobody', async () => {
    const id = await conversation()
    const newcomer = await makeResident(world.db, 'New here', 0)
    const posted = await say(newcomer, id)
    expect(posted.state).toBe('held')
    expect((await counters(id))?.commentCount).toBe(0)
    expect((await threadPage(world.db, id, { branch: null })).comments).toEqual([])
    const told = await world.db.select().from(activities).where(eq(activities.commentId, posted.id))
    expect(told[0]?.kind).toBe('comment.held')
    expect(told[0]?.detail).toHaveProperty('because')
  })

  test('everything waits where the conversation says so, except an official reply', async () => {
    const id = await conversation()
    await setMode(id, 'held')
    expect((await say(resident, id)).state).toBe('held')
    expect((await say(officer, id)).state).toBe('published')
  })

  test('the same form sent twice, also at once, makes one comment', async () => {
    const id = await conversation()
    const key = randomUUID()
    const both = await Promise.all([say(resident, id, 'Once', null, key), say(resident, id, 'Once', null, key)])
    const third = await say(resident, id, 'Once', null, key)
    expect(new Set([...both, third].map((posted) => posted.id)).size).toBe(1)
    expect((await counters(id))?.commentCount).toBe(1)
  })

  test('an officer of the team carries the mark of the moment, for ever; of another team that team’s', async () => {
    const id = await conversation()
    const posted = await say(officer, id)
    const other = await makeStaff(world.db, 'PC Else Where', 'officer', await makeTeam(world.db, 'Alford'))
    const elsewhere = await say(other, id)
    await world.db.execute(sql`update teams set name = 'Renamed' where id = ${team.id}`)
    expect(await stored(posted.id)).toMatchObject({ officialRole: 'officer', officialTeam: 'Bracebridge Heath' })
    expect(await stored(elsewhere.id)).toMatchObject({ officialRole: 'officer', officialTeam: 'Alford' })
    await world.db.execute(sql`update teams set name = 'Bracebridge Heath' where id = ${team.id}`)
  })

  test.each([
    ['closed', { modeReason: 'The question is answered.', modeEndsAt: new Date(Date.now() + 86_400_000) }],
    ['legal-lock', { legalTrigger: 'charge', modeEndsAt: new Date(Date.now() + 86_400_000) }],
    ['archived', {}],
  ] as const)('a conversation that is %s takes nothing, and says why by the field', async (mode, more) => {
    const id = await conversation()
    await setMode(id, mode, more)
    const refusal = await say(resident, id).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Refused)
    expect((refusal as Refused).fields['body']).toMatch(/words are below/)
    expect((await counters(id))?.commentCount).toBe(0)
  })

  test('a closing that has reached its end date is over', async () => {
    const id = await conversation()
    await setMode(id, 'closed', { modeReason: 'For the weekend.', modeEndsAt: new Date(Date.now() - 1000) })
    expect((await say(resident, id)).state).toBe('published')
  })

  test('partners are labelled; administrators have no voice and no reaction', async () => {
    const id = await conversation()
    const posted = await say(await makeStaff(world.db, 'Lee from the council', 'partner'), id)
    expect(await stored(posted.id)).toMatchObject({ officialRole: 'partner' })
    const administrator = await makeStaff(world.db, 'Ada Min', 'administrator')
    await expect(say(administrator, id)).rejects.toBeInstanceOf(Forbidden)
    await expect(reactToComment(world.db, administrator, posted.id, { reaction: 'thanks', on: true })).rejects.toBeInstanceOf(Forbidden)
    await expect(reactToSubject(world.db, administrator, id, { reaction: 'thanks', on: true })).rejects.toBeInstanceOf(Forbidden)
  })

  test('nobody without a display name, nobody on a staff conversation who is not staff', async () => {
    const id = await conversation()
    await expect(say(await makeResident(world.db, null), id)).rejects.toBeInstanceOf(Refused)
    const [staffTalk] = await world.db
      .insert(conversations)
      .values({ audience: 'staff', teamId: null, title: 'Inside', path: '/staff/1' })
      .returning()
    await expect(say(resident, staffTalk?.id ?? 0)).rejects.toBeInstanceOf(NotFound)
    expect((await say(officer, staffTalk?.id ?? 0)).state).toBe('published')
  })
})

describe('replying', () => {
  test('to a comment of another conversation, a removed or a waiting one is refused', async () => {
    const [here, there] = [await conversation(), await conversation()]
    const foreign = await say(resident, there)
    await expect(say(resident, here, 'Answer', foreign.id)).rejects.toMatchObject({ fields: { parent: expect.any(String) } })
    const withdrawn = await say(resident, here)
    await withdrawComment(world.db, resident, withdrawn.id)
    await expect(say(resident, here, 'Answer', withdrawn.id)).rejects.toMatchObject({ fields: { body: expect.stringContaining('withdrawn') } })
    const waiting = await say(await makeResident(world.db, 'Fresh', 0), here)
    await expect(say(resident, here, 'Answer', waiting.id)).rejects.toBeInstanceOf(Refused)
    await expect(say(resident, here, 'Answer', 999_999_999_999)).rejects.toBeInstanceOf(Refused)
  })

  test('goes on to a depth of 200, three levels a page, with keys that do not grow', async () => {
    const id = await conversation()
    let parent: number | null = null
    for (let depth = 1; depth <= 200; depth++) parent = (await say(resident, id, `Level ${depth}`, parent)).id
    const deepest = await stored(parent ?? 0)
    expect(deepest?.level).toBe(200)
    expect(deepest?.place.length).toBeLessThanOrEqual(38)
    const main = await threadPage(world.db, id, { branch: null })
    expect(main.comments.map((comment) => comment.level)).toEqual([1, 2, 3])
    expect(main.comments[2]?.goesOn).toBe(true)
    const below = await threadPage(world.db, id, { branch: main.comments[2]?.id ?? 0 })
    expect(below.comments.map((comment) => comment.body.html)).toEqual(['<p>Level 4</p>', '<p>Level 5</p>', '<p>Level 6</p>'])
  })
})

describe('changing one’s mind', () => {
  test('edits keep the earlier words, for 15 minutes', async () => {
    const id = await conversation()
    const { id: comment } = await say(resident, id, 'First words')
    await editComment(world.db, resident, comment, 'Second words')
    await editComment(world.db, resident, comment, 'Second words')
    const { versions } = await historyOf(world.db, visitor, comment)
    expect(versions.map((version) => version.body)).toEqual(['First words'])
    moveClock(16 * 60_000)
    await expect(editComment(world.db, resident, comment, 'Too late')).rejects.toBeInstanceOf(Forbidden)
    expect((await stored(comment))?.body).toBe('Second words')
  })

  test('withdrawing twice is the same as once; replies stay under a stub', async () => {
    const id = await conversation()
    const { id: top } = await say(resident, id, 'A question')
    const { id: reply } = await say(officer, id, 'An answer', top)
    await withdrawComment(world.db, resident, top)
    await withdrawComment(world.db, resident, top)
    const { comments: shown } = await threadPage(world.db, id, { branch: null })
    expect(shown.map((comment) => [comment.id, comment.state, comment.body.html])).toEqual([
      [top, 'withdrawn', ''],
      [reply, 'published', '<p>An answer</p>'],
    ])
    expect((await counters(id))?.commentCount).toBe(1)
    await expect(historyOf(world.db, visitor, top)).rejects.toBeInstanceOf(NotFound)
  })

  test('a withdrawn comment without replies leaves nothing', async () => {
    const id = await conversation()
    const { id: comment } = await say(resident, id)
    await withdrawComment(world.db, resident, comment)
    expect((await threadPage(world.db, id, { branch: null })).comments).toEqual([])
  })

  test('a stub never goes from above replies, even when its own reply is withdrawn too', async () => {
    const id = await conversation()
    const { id: top } = await say(resident, id)
    const { id: middle } = await say(resident, id, 'middle', top)
    const { id: bottom } = await say(officer, id, 'bottom', middle)
    await withdrawComment(world.db, resident, top)
    await withdrawComment(world.db, resident, middle)
    const { comments: shown } = await threadPage(world.db, id, { branch: null })
    expect(shown.map((comment) => comment.id)).toEqual([top, middle, bottom])
  })

  test('cutting loose takes the name and leaves the words; an official reply keeps its mark', async () => {
    const id = await conversation()
    const { id: comment } = await say(resident, id)
    await unnameComment(world.db, resident, comment)
    const { comments: shown } = await threadPage(world.db, id, { branch: null })
    expect(shown[0]?.author).toBeNull()
    expect((await commentById(world.db, visitor, comment)).author).toBeNull()
    const official = await say(officer, id)
    await expect(unnameComment(world.db, officer, official.id)).rejects.toBeInstanceOf(Forbidden)
  })

  test('somebody else’s comment is not there to change', async () => {
    const id = await conversation()
    const { id: comment } = await say(resident, id)
    const other = await makeResident(world.db, 'Other')
    await expect(editComment(world.db, other, comment, 'Hijacked')).rejects.toBeInstanceOf(NotFound)
    await expect(withdrawComment(world.db, other, comment)).rejects.toBeInstanceOf(NotFound)
    await expect(unnameComment(world.db, other, comment)).rejects.toBeInstanceOf(NotFound)
  })

  test('a waiting comment is there for its author alone', async () => {
    const id = await conversation()
    const newcomer = await makeResident(world.db, 'Just joined', 0)
    const { id: comment } = await say(newcomer, id, 'Waiting words')
    expect((await commentById(world.db, newcomer, comment)).body).toBe('Waiting words')
    await expect(commentById(world.db, visitor, comment)).rejects.toBeInstanceOf(NotFound)
    await expect(commentById(world.db, resident, comment)).rejects.toBeInstanceOf(NotFound)
  })
})

describe('the counters', () => {
  test('stay true over every allowed change of state', async () => {
    const id = await conversation()
    const newcomer = await makeResident(world.db, 'Counted', 0)
    const { id: top } = await say(resident, id)
    const { id: reply } = await say(newcomer, id, 'held reply', top)
    await world.db.transaction(async (tx) => setCommentState(tx, (await lockComment(tx, reply))!, 'published'))
    expect((await counters(id))?.commentCount).toBe(2)
    expect((await stored(top))?.replyCount).toBe(1)
    await world.db.transaction(async (tx) => setCommentState(tx, (await lockComment(tx, reply))!, 'hidden-pending'))
    expect((await counters(id))?.commentCount).toBe(1)
    await world.db.transaction(async (tx) => setCommentState(tx, (await lockComment(tx, reply))!, 'published'))
    expect((await counters(id))?.commentCount).toBe(2)
    expect((await stored(top))?.replyCount).toBe(1)
    const [account] = await world.db.select().from(accounts).where(eq(accounts.id, newcomer.accountId))
    expect(account?.publishedCount).toBe(1)
  })

  test('a removal without its row in the log is refused by the database', async () => {
    const id = await conversation()
    const { id: comment } = await say(resident, id)
    await expect(world.db.transaction(async (tx) => setCommentState(tx, (await lockComment(tx, comment))!, 'removed'))).rejects.toMatchObject({
      cause: { constraint: 'comments_removal' },
    })
  })
})

describe('what a moderator has to see first', () => {
  const locked = { legalTrigger: 'charge', modeEndsAt: new Date('2099-01-01') } as const

  test('cannot be exchanged after they saw it; those who are trusted may still correct themselves', async () => {
    const id = await conversation()
    const newcomer = await makeResident(world.db, 'Soon trusted', 0)
    const held = await say(newcomer, id)
    await editComment(world.db, newcomer, held.id, 'Better words, still waiting.')
    await world.db.transaction(async (tx) => {
      const comment = await lockComment(tx, held.id)
      if (comment) await setCommentState(tx, comment, 'published')
    })
    await expect(editComment(world.db, { ...newcomer, publishedCount: 1 }, held.id, 'What nobody looked at')).rejects.toThrow(/stays as it is/)
    const free = await say(resident, id)
    await editComment(world.db, resident, free.id, 'Corrected')
    await setMode(id, 'held')
    await expect(editComment(world.db, resident, free.id, 'Corrected again')).rejects.toBeInstanceOf(Forbidden)
  })

  test('what is closed to comments is closed to new words in old ones, yet anything can be withdrawn', async () => {
    const id = await conversation()
    const mine = await say(resident, id)
    await setMode(id, 'legal-lock', locked)
    await expect(editComment(world.db, resident, mine.id, 'He did it')).rejects.toThrow(/before the courts/)
    expect((await stored(mine.id))?.body).toBe('Thank you for this.')
    await withdrawComment(world.db, resident, mine.id)
  })

  test('a form that was stored before the conversation closed is answered with its comment', async () => {
    const id = await conversation()
    const key = randomUUID()
    const first = await say(resident, id, 'Stored', null, key)
    await setMode(id, 'legal-lock', locked)
    expect(await say(resident, id, 'Stored', null, key)).toMatchObject({ id: first.id, state: 'published' })
    await expect(say(resident, id)).rejects.toBeInstanceOf(Refused)
  })

  test('words that were changed before anybody could read them are in no history', async () => {
    const id = await conversation()
    const newcomer = await makeResident(world.db, 'Second thoughts', 0)
    const held = await say(newcomer, id, 'My number is 07700 900123')
    await editComment(world.db, newcomer, held.id, 'Please call me')
    await world.db.transaction(async (tx) => {
      const comment = await lockComment(tx, held.id)
      if (comment) await setCommentState(tx, comment, 'published')
    })
    expect((await historyOf(world.db, visitor, held.id)).versions).toEqual([])
    expect((await threadPage(world.db, id, { branch: null })).comments[0]?.edited).toBe(false)
    await editComment(world.db, { ...newcomer, publishedCount: 5 }, held.id, 'Please write to me')
    expect((await historyOf(world.db, visitor, held.id)).versions.map((version) => version.body)).toEqual(['Please call me'])
  })
})

describe('stubs', () => {
  test('say nowhere who wrote what stood there', async () => {
    const id = await conversation()
    const author = await makeResident(world.db, 'Gone Away')
    const first = await say(author, id)
    await say(resident, id, 'An answer', first.id)
    await withdrawComment(world.db, author, first.id)
    const { comments: page } = await threadPage(world.db, id, { branch: null })
    expect(page.map((comment) => comment.state)).toEqual(['withdrawn', 'published'])
    expect(JSON.stringify(page)).not.toContain('Gone Away')
  })
})

test('reactions and comments at the same moment all arrive', async () => {
  const id = await conversation()
  const people = await Promise.all(['A', 'B', 'C', 'D'].map((letter) => makeResident(world.db, `Person ${letter}`)))
  await Promise.all(
    people.flatMap((person) => [say(person, id), reactToSubject(world.db, person, id, { reaction: 'thanks', on: true }), say(person, id)]),
  )
  expect(await counters(id)).toMatchObject({ commentCount: 8, thanksCount: 4 })
})
