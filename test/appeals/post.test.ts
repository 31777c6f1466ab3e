import { randomUUID } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { moveClock } from '../../src/clock.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { surroundingsOf } from '../../src/moderation/surroundings.ts'
import { correctPost } from '../../src/posts/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { archiveExpired } from '../../src/posts/due.ts'
import type { Desk } from '../moderation/desk.ts'
import { makePost } from '../people.ts'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
let desk: Desk
beforeAll(async () => {
  bench = await openBench()
  desk = bench.desk
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

describe('a post', () => {
  const remove = async (post: { id: number }) => {
    await desk.flag({ postId: post.id }, randomUUID())
    await desk.decide(desk.press, { postId: post.id }, 'remove')
    const { id } = await desk.caseOf({ postId: post.id })
    await lodgeAppeal(desk.db, desk.officer, id, { text: 'It named nobody.', clientKey: randomUUID() })
    return id
  }
  const postRow = async (id: number) => (await desk.db.select().from(posts).where(eq(posts.id, id)))[0]
  const talkOf = async (id: number) => (await desk.db.select().from(conversations).where(eq(conversations.id, id)))[0]

  test('comes back as it stood: state, title, address, tags and conversation', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'Bicycles marked at the village hall')
    const before = { post: await postRow(post.id), talk: await talkOf(post.conversationId) }
    const caseId = await remove(post)
    expect(await postRow(post.id)).toMatchObject({ state: 'withdrawn' })
    expect(await talkOf(post.conversationId)).toMatchObject({ mode: 'archived' })
    await bench.hear(desk.press2, caseId, 'overturned')
    expect(await postRow(post.id)).toMatchObject({
      state: 'published',
      title: before.post?.title,
      slug: before.post?.slug,
      removalId: null,
      withdrawnAt: null,
      withdrawnBecause: null,
    })
    expect(await talkOf(post.conversationId)).toMatchObject({ mode: 'open', title: before.talk?.title, path: before.talk?.path })
    const tags = await desk.db.execute(sql`select tag from post_tags where post_id = ${post.id}`)
    expect(tags.rows).toHaveLength(1)
    const [told] = await desk.db
      .select()
      .from(activities)
      .where(and(eq(activities.kind, 'post.restored'), eq(activities.postId, post.id)))
    expect(told?.actorId).toBe(desk.press2.accountId)
    expect(await bench.newestLog(post.id, 'post')).toMatchObject({ act: 'overturn', toState: 'published' })
  })

  test('whose conversation was held, or was archived before, finds it so again', async () => {
    for (const mode of [{ mode: 'held', reason: 'Looked at first.' } as const, { mode: 'archived', reason: 'Over.' } as const]) {
      const post = await makePost(desk.db, desk.officer, desk.team, `Once ${mode.mode}`)
      await desk.db.transaction((tx) => setMode(tx, desk.press, post.conversationId, mode))
      await bench.hear(desk.press2, await remove(post), 'overturned')
      expect(await talkOf(post.conversationId)).toMatchObject({ mode: mode.mode })
    }
  })

  test('stays down for another reason, and under a legal lock', async () => {
    const varied = await makePost(desk.db, desk.officer, desk.team, 'One that stays down')
    await bench.hear(desk.press2, await remove(varied), 'varied-reason', { reasonCode: 'off-topic' })
    const row = await bench.newestLog(varied.id, 'post')
    expect(await postRow(varied.id)).toMatchObject({ state: 'withdrawn', removalId: row?.id })
    const locked = await makePost(desk.db, desk.officer, desk.team, 'One before the courts')
    const caseId = await remove(locked)
    await desk.db.transaction((tx) =>
      setMode(tx, desk.press, locked.conversationId, { mode: 'legal-lock', trigger: 'charge', reviewAt: new Date(Date.now() + 86_400_000) }),
    )
    await bench.hear(desk.press2, caseId, 'overturned')
    expect(await postRow(locked.id)).toMatchObject({ state: 'withdrawn', withdrawnBecause: expect.stringContaining('overturned') })
  })

  test('whose words were redacted has them back, title and address too', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'A parcel for Number Nine')
    await desk.flag({ postId: post.id }, randomUUID())
    await desk.decide(desk.press, { postId: post.id }, 'redact', { takenOut: ['Number Nine', 'this morning'] })
    expect((await talkOf(post.conversationId))?.title).not.toContain('Number Nine')
    const { id } = await desk.caseOf({ postId: post.id })
    await lodgeAppeal(desk.db, desk.officer, id, { text: 'That is the name of the shop.', clientKey: randomUUID() })
    await bench.hear(desk.press2, id, 'overturned')
    expect(await postRow(post.id)).toMatchObject({ title: 'A parcel for Number Nine', body: post.body, slug: post.slug, editedByModerator: false })
    expect(await talkOf(post.conversationId)).toMatchObject({ title: 'A parcel for Number Nine', path: post.path })
  })

  test('whose redaction is undone keeps what an earlier one hid: its versions stay unread', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'Nora saw it')
    const corrected = { title: 'Nora Lee saw it', tags: [], note: 'Her name.' }
    await correctPost(desk.db, desk.officer, post.id, { ...corrected, body: 'Nora Lee, by the shop.', version: 1 })
    await correctPost(desk.db, desk.officer, post.id, { ...corrected, body: 'By the shop.', version: 2 })
    const redact = async (words: string) => {
      await desk.flag({ postId: post.id }, randomUUID())
      await desk.decide(desk.press, { postId: post.id }, 'redact', { takenOut: [words] })
      return (await desk.caseOf({ postId: post.id })).id
    }
    await redact('Nora Lee')
    const second = await redact('shop')
    await lodgeAppeal(desk.db, desk.officer, second, { text: 'Shops have no rights.', clientKey: randomUUID() })
    await bench.hear(desk.press2, second, 'overturned')
    expect(await postRow(post.id)).toMatchObject({ body: 'By the shop.', title: expect.not.stringContaining('Nora'), editedByModerator: true })
    expect(JSON.stringify((await surroundingsOf(desk.db, desk.sergeant, { postId: post.id })).versions)).not.toContain('Nora')
  })

  test('comes back with parts taken out', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'With a detail too much')
    await bench.hear(desk.press2, await remove(post), 'varied-words', { takeOut: ['this morning'] })
    const row = await postRow(post.id)
    expect(row).toMatchObject({ state: 'published', editedByModerator: true })
    expect(row?.body).not.toContain('this morning')
  })

  test('that had ended is archived again, and so is its conversation', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'One that had ended')
    await desk.db
      .update(posts)
      .set({ expiresAt: sql`now() - interval '1 hour'` })
      .where(eq(posts.id, post.id))
    await archiveExpired(desk.db)
    await bench.hear(desk.press2, await remove(post), 'overturned')
    expect(await postRow(post.id)).toMatchObject({ state: 'archived', removalId: null })
    expect(await talkOf(post.conversationId)).toMatchObject({ mode: 'archived' })
  })
})
