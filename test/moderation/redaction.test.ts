import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentHash } from '../../src/activity/log.ts'
import { log } from '../../src/activity/schema.ts'
import { editComment, historyOf } from '../../src/conversations/comment.ts'
import { comments, commentVersions } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { sealedCopies } from '../../src/moderation/schema.ts'
import { TAKEN_OUT, takeWordsOut } from '../../src/moderation/taking-out.ts'
import { draftById } from '../../src/posts/draft.ts'
import { postById } from '../../src/posts/list.ts'
import { drafts, postPoints, posts } from '../../src/posts/schema.ts'
import { renderComment, renderPost } from '../../src/text/markdown.ts'
import { makePost } from '../people.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const commentOf = async (id: number) => {
  const [comment] = await desk.db.select().from(comments).where(eq(comments.id, id))
  if (!comment) throw new Error('no comment')
  return comment
}

describe('taking words out of a text', () => {
  test('each wording goes wherever it stands, the longer one first, and nothing else changes', () => {
    expect(takeWordsOut('Ann and Ann Lee, a.b and axb', ['Ann', 'Ann Lee', 'a.b'])).toBe(`${TAKEN_OUT} and ${TAKEN_OUT}, ${TAKEN_OUT} and axb`)
    expect(takeWordsOut('Nothing here', ['', 'else'])).toBe('Nothing here')
  })

  test('the mark never becomes a link, whatever stands around it', () => {
    for (const text of ['X(https://evil.example)', 'X: https://evil.example', 'X[y]', '[X](https://evil.example)', 'X\n: a']) {
      const out = takeWordsOut(text, ['X'])
      for (const html of [renderComment(out), renderPost(out)]) expect(html).toContain('taken out by a moderator')
      expect(renderPost(takeWordsOut('X(https://evil.example)', ['X']))).not.toMatch(/<a [^>]*>taken out/)
    }
  })

  test('what was taken out is nowhere any more, in any text', () => {
    const word = fc.stringMatching(/^[A-Z0-9.*+?()[\]\\^$|/-]{2,8}$/)
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.constantFrom(' and ', '\n', ', '))), fc.array(word, { minLength: 1, maxLength: 3 }), (parts, words) => {
        const out = takeWordsOut(parts.join(''), words)
        for (const gone of words) expect(out.replaceAll(TAKEN_OUT, '\n')).not.toContain(gone)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a comment', () => {
  test('is published without the words; they lie sealed and nowhere else', async () => {
    const commentId = await desk.say(desk.newcomer, 'Call Ann on 07700 900123, says Ann.')
    await editComment(desk.db, desk.newcomer, commentId, 'Ring Ann on 07700 900123, says Ann.')
    const file = await desk.caseOf({ commentId })
    await desk.decide(desk.press, { commentId }, 'redact', { takenOut: ['Ann', '07700 900123'], reasonCode: 'personal-data' })
    const comment = await commentOf(commentId)
    const left = `Ring ${TAKEN_OUT} on ${TAKEN_OUT}, says ${TAKEN_OUT}.`
    expect(comment).toMatchObject({ state: 'published', body: left, bodyHtml: renderComment(left), editedByModerator: true, version: 3 })
    const versions = await desk.db.select().from(commentVersions).where(eq(commentVersions.commentId, commentId))
    expect(JSON.stringify([versions, await desk.caseOf({ commentId })])).not.toMatch(/Ann|07700/)
    const kept = await desk.db.select().from(sealedCopies).where(eq(sealedCopies.commentId, commentId))
    expect(kept).toMatchObject([{ because: 'redacted', caseId: file.id, takenBy: desk.press.accountId }])
    expect(kept[0]?.content.body).toBe('Ring Ann on 07700 900123, says Ann.')
    const [row] = await desk.db.select().from(log).where(eq(log.itemId, commentId))
    expect(row).toMatchObject({
      act: 'redact',
      fromState: 'held',
      toState: 'published',
      reasonCode: 'personal-data',
      hashBefore: contentHash('Ring Ann on 07700 900123, says Ann.'),
      hashAfter: contentHash(left),
    })
  })

  test('cannot be edited afterwards, and its earlier wordings are nobody’s to read', async () => {
    const author = await desk.newPerson('Author', [], 5)
    const commentId = await desk.say(author, 'The number is 07700 900123.')
    await editComment(desk.db, author, commentId, 'The number is still 07700 900123.')
    expect((await historyOf(desk.db, desk.resident, commentId)).versions).toHaveLength(1)
    await desk.flag({ commentId }, 'somebody')
    await desk.decide(desk.press, { commentId }, 'redact', { takenOut: ['07700 900123'], reasonCode: null })
    await expect(historyOf(desk.db, desk.resident, commentId)).rejects.toBeInstanceOf(NotFound)
    await expect(editComment(desk.db, author, commentId, 'The number is 07700 900123.')).rejects.toThrow(/moderator took words out/)
  })

  test('words that do not stand in it, or none at all, are asked for again and nothing is stored', async () => {
    const commentId = await desk.say(desk.newcomer, 'Plain words.')
    await expect(desk.decide(desk.press, { commentId }, 'redact', { takenOut: [] })).rejects.toMatchObject({ fields: { taken: expect.any(String) } })
    await expect(desk.decide(desk.press, { commentId }, 'redact', { takenOut: ['plain'] })).rejects.toMatchObject({
      fields: { others: expect.stringContaining('“plain” does not stand in it') },
    })
    expect(await commentOf(commentId)).toMatchObject({ state: 'held', body: 'Plain words.', editedByModerator: false })
    expect(await desk.db.select().from(sealedCopies).where(eq(sealedCopies.commentId, commentId))).toEqual([])
  })

  test('a sergeant may not', async () => {
    const commentId = await desk.say(desk.newcomer, 'Call 07700 900123.')
    await expect(desk.decide(desk.sergeant, { commentId }, 'redact', { takenOut: ['07700 900123'] })).rejects.toBeInstanceOf(Forbidden)
  })

  test('that is kept as evidence keeps its words, and can still be taken down', async () => {
    const commentId = await desk.say(desk.newcomer, 'Call 07700 900123.')
    const { rows } = await desk.db.$client.query<{ id: string }>('select max(id) as id from log')
    await desk.db.$client.query(
      `insert into seals (comment_id, authority, reference, because, sealed_by, confirmed_by, sealed_at, log_id)
        values ($1, 'standards', 'PSD/1', 'Evidence', $2, $3, now(), $4)`,
      [commentId, desk.press.accountId, desk.press2.accountId, rows[0]?.id],
    )
    await expect(desk.decide(desk.press, { commentId }, 'redact', { takenOut: ['07700 900123'] })).rejects.toThrow(/kept as evidence/)
    expect(await desk.stateOf(commentId)).toBe('held')
    await desk.decide(desk.press, { commentId }, 'reject')
    expect(await commentOf(commentId)).toMatchObject({ state: 'rejected', body: 'Call 07700 900123.' })
  })
})

test('a post loses the words in title, text, address and earlier versions alike', async () => {
  const post = await makePost(desk.db, desk.officer, desk.team, 'Nora Lee saw it')
  await desk.db.execute(`update posts set body = 'Ask Nora Lee.' where id = ${post.id}`)
  await desk.flag({ postId: post.id }, 'somebody', 'personal-data')
  await desk.decide(desk.press, { postId: post.id }, 'redact', { takenOut: ['Nora Lee'] })
  const page = await postById(desk.db, post.id)
  expect(page).toMatchObject({ title: `${TAKEN_OUT} saw it`, state: 'published', editedByModerator: true })
  expect(JSON.stringify(page)).not.toMatch(/nora/i)
  expect(page.body.html).toContain(TAKEN_OUT)
  // Nor in the draft that was published, which the whole team can open.
  const [draft] = await desk.db.select({ id: drafts.id }).from(drafts).where(eq(drafts.postId, post.id))
  const shown = JSON.stringify(await draftById(desk.db, desk.sergeant, draft?.id ?? 0))
  expect(shown).toContain('speeding')
  expect(shown).not.toMatch(/nora/i)
  const [kept] = await desk.db.select().from(sealedCopies).where(eq(sealedCopies.postId, post.id))
  expect(kept?.content).toEqual({ title: 'Nora Lee saw it', body: 'Ask Nora Lee.' })
})

test('what a post says beside its text loses them too: its details, and where on the ground it is about', async () => {
  const post = await makePost(desk.db, desk.officer, desk.team, 'Nora Lee is missing')
  const details = { 'what-for': 'missing', when: 'When Nora Lee left', where: 'The common', near: 'Near Nora Lee Close' }
  await desk.db.update(posts).set({ kind: 'appeal', details }).where(eq(posts.id, post.id))
  await desk.db.insert(postPoints).values({ postId: post.id, label: details.near, lat: 53.195, lng: -0.532, publishedAt: new Date() })
  await desk.flag({ postId: post.id }, 'somebody', 'personal-data')
  await desk.decide(desk.press, { postId: post.id }, 'redact', { takenOut: ['Nora Lee', 'missing'] })
  const [left] = await desk.db.select().from(posts).where(eq(posts.id, post.id))
  // A choice is no text: its value is what the house goes by.
  expect(left?.details).toEqual({ ...details, when: `When ${TAKEN_OUT} left`, near: `Near ${TAKEN_OUT} Close` })
  const [point] = await desk.db.select().from(postPoints).where(eq(postPoints.postId, post.id))
  expect(point).toMatchObject({ label: `Near ${TAKEN_OUT} Close`, lat: 53.195 })
})
