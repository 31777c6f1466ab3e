import { randomUUID } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities, log } from '../../src/activity/schema.ts'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { setMode, type NewMode } from '../../src/conversations/mode.ts'
import { reactToComment, reactToSubject } from '../../src/conversations/reaction.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { flagItem } from '../../src/moderation/flag.ts'
import { HIDDEN_FOR_HOURS, revertHidden } from '../../src/moderation/hiding.ts'
import { cases } from '../../src/moderation/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let pressOffice: SignedIn
let resident: SignedIn

// The whole application, because a held comment opens a case.
beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  pressOffice = await makeStaff(db, 'Sam Carter', 'press-office')
  resident = await makeResident(db, 'Maureen T')
})
afterAll(() => site.close())
afterEach(() => moveClock(0))

const newPost = () => makePost(site.world.db, officer, team)
const say = async (actor: SignedIn, conversationId: number) =>
  (await postComment(site.world.db, actor, conversationId, { body: 'Words', parentId: null, clientKey: randomUUID() })).id
const set = (id: number, mode: NewMode, actor: SignedIn | null = pressOffice) => site.world.db.transaction((tx) => setMode(tx, actor, id, mode))
const stored = async (id: number) => (await site.world.db.select().from(conversations).where(eq(conversations.id, id)))[0]
const statesIn = async (id: number) =>
  (await site.world.db.select({ state: comments.state }).from(comments).where(eq(comments.conversationId, id)).orderBy(asc(comments.id))).map(
    ({ state }) => state,
  )
const logged = (id: number) =>
  site.world.db
    .select()
    .from(log)
    .where(and(eq(log.item, 'conversation'), eq(log.itemId, id)))
    .orderBy(asc(log.id))
const told = async (conversationId: number, kind: 'conversation.moded' | 'comment.held') =>
  site.world.db
    .select()
    .from(activities)
    .where(and(eq(activities.conversationId, conversationId), eq(activities.kind, kind)))

const tomorrow = new Date(Date.now() + 86_400_000)
const CLOSED: NewMode = { mode: 'closed', reason: 'The question is answered.', endsAt: tomorrow }
const LOCKED: NewMode = { mode: 'legal-lock', trigger: 'charge', reviewAt: tomorrow }

describe('the mode of a conversation', () => {
  test.each<[NewMode, object]>([
    [
      { mode: 'held', reason: 'A lively evening.' },
      { modeReason: 'A lively evening.', modeEndsAt: null, legalTrigger: null },
    ],
    [CLOSED, { modeReason: 'The question is answered.', modeEndsAt: tomorrow, legalTrigger: null }],
    [LOCKED, { modeReason: null, modeEndsAt: tomorrow, legalTrigger: 'charge' }],
    [
      { mode: 'archived', reason: 'Past its end date.' },
      { modeReason: 'Past its end date.', modeEndsAt: null, legalTrigger: null },
    ],
  ])('has who, when and why, a row in the log and an activity: %j', async (mode, fields) => {
    const { conversationId: id } = await newPost()
    const before = await stored(id)
    await set(id, mode)
    const after = await stored(id)
    expect(after).toMatchObject({ mode: mode.mode, ...fields, modeSetBy: pressOffice.accountId })
    expect(after?.version).toBeGreaterThan(before?.version ?? 0)
    expect(after?.modeSetAt).toBeInstanceOf(Date)
    const [row, ...more] = await logged(id)
    expect(more).toEqual([])
    expect(row).toMatchObject({ act: 'set-mode', fromState: 'open', toState: mode.mode, actorId: pressOffice.accountId, role: 'press-office' })
    expect(row).toMatchObject({ audience: 'public', teamId: team.id, teamName: team.name })
    expect(row?.note).toContain('reason' in mode ? mode.reason : 'charge')
    expect((await told(id, 'conversation.moded')).map(({ detail }) => detail)).toEqual([{ from: 'open', to: mode.mode }])
  })

  test('the same again changes nothing; another day is a change', async () => {
    const { conversationId: id } = await newPost()
    await set(id, { mode: 'open' })
    expect(await logged(id)).toEqual([])
    for (const mode of [CLOSED, CLOSED]) await set(id, mode)
    expect(await logged(id)).toHaveLength(1)
    const since = await stored(id)
    await set(id, { ...CLOSED, endsAt: new Date(tomorrow.getTime() + 1000) })
    expect((await stored(id))?.version).toBe((since?.version ?? 0) + 1)
    expect(await logged(id)).toHaveLength(2)
  })

  test('opens again without a trace of why it was closed, and people can write', async () => {
    const { conversationId: id } = await newPost()
    await set(id, LOCKED)
    await set(id, { mode: 'open' })
    expect(await stored(id)).toMatchObject({ mode: 'open', modeReason: null, modeEndsAt: null, legalTrigger: null })
    await expect(say(resident, id)).resolves.toBeGreaterThan(0)
  })

  test('is set by the system too, in its own name, and not where there is nothing', async () => {
    const { conversationId: id } = await newPost()
    await set(id, { mode: 'archived', reason: 'Past its end date.' }, null)
    expect(await stored(id)).toMatchObject({ mode: 'archived', modeSetBy: null })
    expect((await logged(id))[0]).toMatchObject({ actorId: null, role: 'system' })
    await expect(set(999_999, CLOSED)).rejects.toBeInstanceOf(NotFound)
  })
})

describe('a legal lock', () => {
  test('sends everything published back to the queue, with a case each, and nothing else', async () => {
    const { conversationId: id } = await newPost()
    const { db } = site.world
    const ids = [await say(resident, id), await say(officer, id), await say(resident, id)]
    await withdrawComment(db, resident, Number(ids[2]))
    await set(id, LOCKED)
    expect(await statesIn(id)).toEqual(['held', 'held', 'withdrawn'])
    expect((await stored(id))?.commentCount).toBe(0)
    expect((await told(id, 'comment.held')).map(({ commentId }) => commentId)).toEqual(ids.slice(0, 2))
    const open = await db.select().from(cases).where(eq(cases.conversationId, id))
    expect(open.map((file) => [file.commentId, file.because, file.state])).toEqual(
      ids.slice(0, 2).map((comment) => [comment, 'The conversation is under a legal lock.', 'open']),
    )
  })

  test('keeps down what was hidden, however long, until it is lifted', async () => {
    const { conversationId: id } = await newPost()
    const { db } = site.world
    const commentId = await say(resident, id)
    for (const flaggerKey of ['one', 'two', 'three'])
      await flagItem(
        db,
        visitor,
        { commentId },
        { reasonCode: 'abuse', note: null, clientKey: randomUUID(), flaggerKey, staffed: site.config.staffed },
      )
    await set(id, LOCKED)
    moveClock((HIDDEN_FOR_HOURS + 1) * 3_600_000)
    await revertHidden(db)
    expect(await statesIn(id)).toEqual(['hidden-pending'])
    await set(id, { mode: 'open' })
    await revertHidden(db)
    expect(await statesIn(id)).toEqual(['published'])
  })

  test('that meets somebody writing lets nothing stay published', async () => {
    const { conversationId: id } = await newPost()
    const writing = Array.from({ length: 4 }, () => say(resident, id).catch(() => 0))
    await Promise.all([...writing, set(id, LOCKED)])
    expect((await statesIn(id)).filter((state) => state === 'published')).toEqual([])
    expect((await stored(id))?.commentCount).toBe(0)
  })
})

describe('reactions in a conversation that is not added to', () => {
  test.each<NewMode>([CLOSED, LOCKED, { mode: 'archived', reason: 'Past its end date.' }])(
    'are refused, and none is taken back: $mode',
    async (mode) => {
      const { conversationId: id } = await newPost()
      const { db } = site.world
      await reactToSubject(db, resident, id, { reaction: 'thanks', on: true })
      const commentId = await say(resident, id)
      await set(id, mode)
      for (const on of [true, false]) {
        await expect(reactToSubject(db, resident, id, { reaction: 'thanks', on })).rejects.toBeInstanceOf(Forbidden)
        // What a legal lock sent back to the queue is not there to react to.
        await expect(reactToComment(db, resident, commentId, { reaction: 'thanks', on })).rejects.toThrow()
      }
      expect((await stored(id))?.thanksCount).toBe(1)
    },
  )

  test('show as counts and are no buttons; and come back when the closing has ended', async () => {
    const { db } = site.world
    const post = await newPost()
    const commentId = await say(resident, post.conversationId)
    await reactToComment(db, officer, commentId, { reaction: 'helpful', on: true })
    await reactToSubject(db, resident, post.conversationId, { reaction: 'same-here', on: true })
    await set(post.conversationId, CLOSED)
    const cookie = await site.cookieOf(resident)
    for (const as of [undefined, cookie]) {
      const { body } = await site.get(post.path, as)
      expect(body).toContain('<span>Helpful <b>1</b></span>')
      expect(body).toContain('<span>Same here <b>1</b></span>')
      expect(body).not.toContain('/reactions')
    }
    expect((await site.post(`/comments/${commentId}/reactions`, { helpful: '' }, cookie)).body).toContain('The question is answered.')
    moveClock(2 * 86_400_000)
    expect((await site.get(post.path)).body).toContain(`/comments/${commentId}/reactions`)
  })
})
