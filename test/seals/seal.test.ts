import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentHash, verifyLog } from '../../src/activity/log.ts'
import { activities, log } from '../../src/activity/schema.ts'
import { commentById, editComment, withdrawComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { matching } from '../../src/moderation/log-filter.ts'
import { keepSealed } from '../../src/moderation/sealed-copy.ts'
import { eraseFiles } from '../../src/posts/attachment.ts'
import { postById } from '../../src/posts/list.ts'
import { correctPost, withdrawPost } from '../../src/posts/post.ts'
import { photos, posts } from '../../src/posts/schema.ts'
import { sealPanel } from '../../src/seals/panel.ts'
import { registerSeals } from '../../src/seals/register.ts'
import { seals } from '../../src/seals/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { vaultOf } from './vault.ts'

let desk: Desk
let vault: ReturnType<typeof vaultOf>
beforeAll(async () => {
  desk = await openDesk()
  registerSeals()
  vault = vaultOf(desk)
})
afterAll(() => desk.close())

async function rowOfPost(id: number) {
  const [post] = await desk.db.select().from(posts).where(eq(posts.id, id))
  if (!post) throw new Error('no post')
  const { id: _id, ...row } = post
  return { ...row, clientKey: randomUUID() }
}

async function newConversation(title: string): Promise<number> {
  const [made] = await desk.db
    .insert(conversations)
    .values({ audience: 'public', teamId: desk.otherTeam.id, title, path: `/teams/skegness/posts/0-${randomUUID()}` })
    .returning({ id: conversations.id })
  return made?.id ?? 0
}

const sealsOf = (commentId: number) => desk.db.select().from(seals).where(eq(seals.commentId, commentId))

describe('sealing', () => {
  test('takes two people, keeps the words and changes nothing that readers see', async () => {
    const commentId = await desk.say(desk.resident, 'The sergeant took my bicycle.')
    await vault.askSeal(desk.press, { commentId })
    expect(await sealsOf(commentId)).toEqual([])
    await desk.flag({ commentId }, randomUUID())
    const second = await desk.say(desk.resident, 'Another of mine.')
    await vault.seal({ commentId: second })
    const [seal] = await sealsOf(second)
    expect(seal).toMatchObject({
      authority: 'standards',
      reference: 'PSD/2026/17',
      sealedBy: desk.press.accountId,
      confirmedBy: desk.press2.accountId,
    })
    expect(await desk.stateOf(second)).toBe('published')
    expect(await vault.copiesOf(second)).toMatchObject([
      { because: 'sealed', content: { title: null, body: 'Another of mine.' }, hash: contentHash('Another of mine.') },
    ])
    const [row] = await desk.db
      .select()
      .from(log)
      .where(eq(log.id, seal?.logId ?? 0))
    expect(row).toMatchObject({ act: 'seal', item: 'comment', itemId: second, role: 'press-office', fromState: 'published', toState: 'published' })
    const told = await desk.db
      .select()
      .from(activities)
      .where(and(eq(activities.commentId, second), eq(activities.kind, 'item.sealed')))
    expect(told).toHaveLength(1)
    expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
  })

  test('is not for the public log', async () => {
    const rows = await desk.db.select({ act: log.act }).from(log).where(matching({}))
    expect(rows.map(({ act }) => act)).not.toContain('seal')
    expect(await desk.db.select().from(log).where(eq(log.act, 'seal'))).not.toHaveLength(0)
  })

  test.each(['held', 'rejected', 'removed', 'withdrawn'] as const)('reaches what is %s', async (state) => {
    const commentId = await desk.say(state === 'removed' ? desk.resident : desk.newcomer)
    if (state === 'rejected') await desk.decide(desk.press, { commentId }, 'reject')
    if (state === 'withdrawn') await withdrawComment(desk.db, desk.newcomer, commentId)
    if (state === 'removed') {
      await desk.flag({ commentId }, randomUUID())
      await desk.decide(desk.press, { commentId }, 'remove')
    }
    await vault.seal({ commentId })
    expect(await desk.stateOf(commentId)).toBe(state)
    expect(await sealsOf(commentId)).toHaveLength(1)
  })

  test('nobody is both of the two people, nor the author, and only the press office is either', async () => {
    const commentId = await desk.say(desk.resident)
    const { caseId } = await vault.askSeal(desk.press, { commentId })
    await expect(vault.answer(desk.press, caseId)).rejects.toBeInstanceOf(Forbidden)
    for (const outsider of [desk.sergeant, desk.officer, desk.resident, desk.administrator]) {
      await expect(vault.askSeal(outsider, { commentId })).rejects.toBeInstanceOf(Forbidden)
    }
    expect(await sealsOf(commentId)).toEqual([])
    const own = await desk.say(desk.press2, 'From the press office.')
    await expect(vault.askSeal(desk.press2, { commentId: own })).rejects.toBeInstanceOf(Forbidden)
    const proposed = await vault.askSeal(desk.press, { commentId: own })
    await expect(vault.answer(desk.press2, proposed.caseId)).rejects.toThrow(/wrote this yourself/)
    // The refusal of the seal undoes the agreement too.
    expect(await vault.proposalOf(proposed.caseId)).toMatchObject({ answer: null })
    expect(await sealsOf(own)).toEqual([])
  })

  test('a refusal seals nothing; what is sealed is not sealed twice; what is not there cannot be', async () => {
    const commentId = await desk.say(desk.resident)
    const first = await vault.askSeal(desk.press, { commentId })
    await expect(vault.askSeal(desk.press2, { commentId })).rejects.toBeInstanceOf(Overtaken)
    await vault.answer(desk.press2, first.caseId, 'refused')
    expect(await sealsOf(commentId)).toEqual([])
    await vault.seal({ commentId })
    await expect(vault.askSeal(desk.press, { commentId })).rejects.toThrow(/sealed already/)
    await expect(vault.askSeal(desk.press, { commentId: 999_999 })).rejects.toBeInstanceOf(NotFound)
  })

  test('lifting it takes two again, and a second seal can follow', async () => {
    const commentId = await desk.say(desk.resident)
    await vault.seal({ commentId })
    await vault.lift({ commentId })
    expect(await sealsOf(commentId)).toMatchObject([{ liftedBy: desk.press2.accountId, liftConfirmedBy: desk.press.accountId }])
    await editComment(desk.db, desk.resident, commentId, 'Other words.')
    await vault.seal({ commentId })
    expect(await sealsOf(commentId)).toHaveLength(2)
    expect(await vault.copiesOf(commentId)).toMatchObject([{ because: 'sealed' }, { content: { body: 'Other words.' } }])
  })
})

describe('what is sealed', () => {
  test('is not edited by its author, who reads why', async () => {
    const commentId = await desk.say(desk.resident, 'As it stands.')
    await vault.seal({ commentId })
    const edit = editComment(desk.db, desk.resident, commentId, 'As it should have stood.')
    await expect(edit).rejects.toBeInstanceOf(Forbidden)
    await expect(edit).rejects.toThrow('kept as evidence and cannot be changed')
    expect(await commentById(desk.db, desk.resident, commentId)).toMatchObject({ body: 'As it stands.', editedAt: null })
  })

  test('goes from readers when its author withdraws it, and keeps its words', async () => {
    const commentId = await desk.say(desk.resident, 'Nobody shall read this.')
    await vault.seal({ commentId })
    await withdrawComment(desk.db, desk.resident, commentId)
    const [kept] = await desk.db.select().from(comments).where(eq(comments.id, commentId))
    expect(kept).toMatchObject({ state: 'withdrawn', body: 'Nobody shall read this.' })
  })

  test('a post keeps title and words too', async () => {
    await vault.seal({ postId: desk.post.id })
    const correction = { title: 'Another title', body: 'Other words.', tags: [], note: 'Better.', version: 1 }
    await expect(correctPost(desk.db, desk.officer, desk.post.id, correction)).rejects.toThrow('kept as evidence')
    const [post] = await desk.db.select().from(posts).where(eq(posts.id, desk.post.id))
    expect(post).toMatchObject({ title: 'News from Bracebridge Heath', body: 'We were out this morning.', version: 1 })
    await vault.lift({ postId: desk.post.id })
    await correctPost(desk.db, desk.officer, desk.post.id, correction)
  })

  test('a sensitive post goes from readers with its title, which stays as evidence', async () => {
    const title = 'Have you seen Jo Invented?'
    const [stored] = await desk.db
      .insert(posts)
      .values({ ...(await rowOfPost(desk.otherPost.id)), kind: 'appeal', title, conversationId: await newConversation(title) })
      .returning({ id: posts.id })
    const id = stored?.id ?? 0
    await vault.seal({ postId: id }, desk.press2, await desk.newPerson('Fourth Colleague', desk.press.duties.slice()))
    await withdrawPost(desk.db, desk.press, id, 'Found.')
    expect(await rowOfPost(id)).toMatchObject({ state: 'withdrawn', title, body: 'We were out this morning.' })
    expect(await postById(desk.db, id)).toMatchObject({ title: 'Appeal, withdrawn', state: 'withdrawn' })
  })

  test('keeps its files: a photo that is taken from view lies in the storage until the seal is lifted', async () => {
    const keys = [randomUUID(), randomUUID()]
    const [ofPost, ofCopy] = keys
    const stored = { uploadedBy: desk.officer.accountId, position: 0, createdAt: new Date(), storedAt: new Date(), removedAt: new Date() }
    const rows = keys.map((fileKey, index) => ({ ...stored, clientKey: randomUUID(), fileKey, postId: index === 0 ? desk.post.id : null }))
    await desk.db.insert(photos).values(rows)
    await vault.seal({ postId: desk.post.id })
    await desk.db.transaction((tx) =>
      keepSealed(tx, {
        because: 'redacted',
        caseId: null,
        commentId: null,
        postId: desk.post.id,
        title: null,
        body: '',
        fileKey: ofCopy ?? '',
        takenBy: null,
      }),
    )
    const erased: string[] = []
    const storage = { put: async () => {}, read: () => Promise.reject(new NotFound('file')), remove: async (name: string) => void erased.push(name) }
    const touched = (key = '') => erased.some((name) => name.includes(key))
    await eraseFiles(desk.db, storage)
    expect([touched(ofPost), touched(ofCopy)]).toEqual([false, false])
    await vault.lift({ postId: desk.post.id })
    await eraseFiles(desk.db, storage)
    expect([touched(ofPost), touched(ofCopy)]).toEqual([true, false])
  })

  test('is held by the database whoever tries', async () => {
    const commentId = await desk.say(desk.resident)
    await vault.seal({ commentId })
    await vault.seal({ postId: desk.otherPost.id }, desk.press2, await desk.newPerson('Third Colleague', desk.press.duties.slice()))
    const sealed = [
      `update comments set body = 'x' where id = ${commentId}`,
      `update comments set body_html = '<p>x' where id = ${commentId}`,
      `update comments set state = 'disposed', body = '', body_html = '', disposed_hash = 'x' where id = ${commentId}`,
      `delete from comments where id = ${commentId}`,
      `update posts set title = 'x' where id = ${desk.otherPost.id}`,
      `update posts set body = 'x' where id = ${desk.otherPost.id}`,
      `delete from posts where id = ${desk.otherPost.id}`,
    ]
    for (const statement of sealed) await expect(desk.db.$client.query(statement), statement).rejects.toThrow(/is sealed/)
    const alone = `insert into seals (comment_id, authority, reference, because, sealed_by, confirmed_by, sealed_at, log_id)
      select comment_id, authority, reference, because, sealed_by, sealed_by, sealed_at, log_id from seals where comment_id = ${commentId}`
    await expect(desk.db.$client.query(alone)).rejects.toThrow(/seals_two_people/)
  })
})

describe('what its author takes back', () => {
  test('is put away first while the desk has it', async () => {
    const commentId = await desk.say(desk.newcomer, 'I should not have said that.')
    await withdrawComment(desk.db, desk.newcomer, commentId)
    const file = await desk.caseOf({ commentId })
    expect(await vault.copiesOf(commentId)).toMatchObject([
      { because: 'withdrawn', caseId: file.id, content: { body: 'I should not have said that.' }, takenBy: desk.newcomer.accountId },
    ])
  })

  test('leaves no copy when nobody has it', async () => {
    const commentId = await desk.say(desk.resident)
    await withdrawComment(desk.db, desk.resident, commentId)
    const decided = await desk.say(desk.resident)
    await desk.flag({ commentId: decided }, randomUUID())
    await desk.decide(desk.press, { commentId: decided }, 'keep')
    await withdrawComment(desk.db, desk.resident, decided)
    expect([...(await vault.copiesOf(commentId)), ...(await vault.copiesOf(decided))]).toEqual([])
  })
})

test('the panel says what is there, to propose for two people of the press office and to read for supervisors', async () => {
  const commentId = await desk.say(desk.newcomer)
  const file = await desk.caseOf({ commentId })
  expect(await sealPanel(desk.db, desk.press, file)).toMatchObject({ seal: null, proposed: null, copies: [], keeper: true })
  const { caseId } = await vault.askSeal(desk.press, { commentId }, file.id)
  expect(await sealPanel(desk.db, desk.press, file)).toMatchObject({ proposed: { caseId, lifting: false } })
  await vault.answer(desk.press2, caseId)
  const panel = await sealPanel(desk.db, desk.sergeant, file)
  expect(panel).toMatchObject({ seal: { authority: 'Professional standards', reference: 'PSD/2026/17' }, proposed: null, keeper: false })
  expect(panel?.copies).toMatchObject([{ because: 'when it was sealed', openings: [] }])
  expect(JSON.stringify(panel)).not.toContain('lights')
})
