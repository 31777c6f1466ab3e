import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { activities } from '../../src/activity/schema.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { postById } from '../../src/posts/list.ts'
import {
  acknowledgeQuestion,
  answerQuestion,
  askReview,
  keepPrivate,
  markAsAnswer,
  publishQuestion,
  reopenQuestion,
  reviewQuestion,
} from '../../src/questions/answer.ts'
import { assignQuestion } from '../../src/questions/assignment.ts'
import { missClocks } from '../../src/questions/missed.ts'
import { questionById } from '../../src/questions/question.ts'
import { registerQuestions } from '../../src/questions/register.ts'
import { idOfPath, inHours, openCounter, words, type Counter } from './counter.ts'

let it: Counter
beforeAll(async () => {
  it = await openCounter()
  registerQuestions()
})
afterAll(() => it.close())
afterEach(() => moveClock(0))

const page = (id: number, by = it.officer) => questionById(it.db, by, id)
const placeOf = async (path: string) =>
  (
    await it.db
      .select()
      .from(comments)
      .where(eq(comments.id, idOfPath(path)))
  )[0]!

describe('an answer', () => {
  test('stops the clock, in private while nothing is published', async () => {
    const id = await it.ask()
    inHours(20.4)
    const { path } = await it.answer(id)
    expect((await placeOf(path)).conversationId).toBe((await it.row(id)).conversationId)
    expect(await page(id)).toMatchObject({ state: 'answered', clock: 'answered in 20 hours', answerPath: path, missedAt: null })
    expect((await page(id, it.asker)).answer).toMatchObject({ author: 'PC Imran Adeyemi', mark: 'Officer · Bracebridge Heath team' })
  })

  test('stands in public once it is published, and the post says so', async () => {
    const id = await it.ask()
    await it.publish(id)
    const { path } = await it.answer(id)
    expect((await placeOf(path)).conversationId).toBe(await it.inPublic(id))
    expect(await it.details(id)).toMatchObject({ questionId: id, answerId: idOfPath(path), answeredAt: expect.any(String), missed: false })
  })

  test('goes to the asker where the public conversation is closed, and is then no link for readers', async () => {
    const id = await it.ask()
    await it.publish(id)
    await it.db
      .update(conversations)
      .set({ mode: 'archived' })
      .where(eq(conversations.id, await it.inPublic(id)))
    const { path } = await it.answer(id)
    expect((await placeOf(path)).conversationId).toBe((await it.row(id)).conversationId)
    expect(await it.details(id)).toMatchObject({ answerId: null, answeredAt: expect.any(String) })
  })

  test('nothing else stops it: no comment of the asker or the team, no acknowledgement', async () => {
    const id = await it.ask()
    const { conversationId } = await it.row(id)
    await it.say(it.asker, conversationId, 'It was on Monday.')
    await it.say(it.officer, conversationId, 'We are looking into it.')
    await acknowledgeQuestion(it.db, it.officer, id, words('We have seen it.'))
    expect(await it.row(id)).toMatchObject({ answeredAt: null, answerId: null })
    inHours(72.01)
    expect((await page(id)).state).toBe('overdue')
  })

  test('the same form twice is one answer; another one hears who was first', async () => {
    const id = await it.ask()
    const form = words()
    const paths = await Promise.all([answerQuestion(it.db, it.officer, id, form), answerQuestion(it.db, it.officer, id, form)])
    expect(paths[0]).toEqual(paths[1])
    await expect(it.answer(id, it.sergeant)).rejects.toThrow('PC Imran Adeyemi has answered this while you were writing')
    expect((await it.acts(id)).filter((act) => act === 'answered')).toHaveLength(1)
  })

  test('two at once: one answers, the other is told, and nothing of theirs is published', async () => {
    const id = await it.ask()
    const results = await Promise.allSettled([it.answer(id, it.officer), it.answer(id, it.sergeant)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refusal = results.find((result) => result.status === 'rejected')
    expect(refusal?.reason).toBeInstanceOf(Overtaken)
    expect(
      await it.db
        .select()
        .from(comments)
        .where(eq(comments.conversationId, (await it.row(id)).conversationId)),
    ).toHaveLength(1)
  })

  test('is for the team and the press office; for others there is no question, and the asker cannot answer', async () => {
    const id = await it.ask()
    for (const stranger of [it.farOfficer, it.farSergeant, it.administrator, it.partner, it.neighbour])
      await expect(it.answer(id, stranger)).rejects.toBeInstanceOf(NotFound)
    await expect(it.answer(id, it.asker)).rejects.toBeInstanceOf(Forbidden)
    expect(await it.answer(id, it.press)).toMatchObject({ path: expect.stringContaining('/comments/') })
  })

  test('by an officer who asked as a resident is refused', async () => {
    const id = await it.ask()
    const promoted = { ...it.asker, duties: it.officer.duties }
    await expect(it.answer(id, promoted)).rejects.toBeInstanceOf(Forbidden)
    expect((await page(id, promoted)).steps).not.toContain('answer')
  })

  test('that came too late says so in the same moment', async () => {
    const id = await it.ask()
    await it.publish(id)
    inHours(80)
    await it.answer(id)
    const row = await it.row(id)
    expect(row.missedAt).toEqual(row.dueAt)
    expect(await it.acts(id)).toEqual(['asked', 'published', 'missed', 'answered'])
    expect(await it.details(id)).toMatchObject({ missed: true })
    await missClocks(it.db)
    expect((await it.acts(id)).filter((act) => act === 'missed')).toHaveLength(1)
  })

  test('that is taken back was none: the clock runs on from where it began', async () => {
    const id = await it.ask()
    await it.publish(id)
    const { dueAt } = await it.row(id)
    const { path } = await it.answer(id)
    await withdrawComment(it.db, it.officer, idOfPath(path))
    expect(await it.row(id)).toMatchObject({ answeredAt: null, answerId: null, reopenedAt: null, dueAt })
    expect(await it.details(id)).toMatchObject({ answeredAt: null, answerId: null })
    await it.answer(id, it.sergeant)
    expect((await page(id)).state).toBe('answered')
  })

  test('sent in the form of another comment is refused', async () => {
    const id = await it.ask()
    const other = await it.ask()
    const form = words()
    await acknowledgeQuestion(it.db, it.officer, other, form)
    await expect(answerQuestion(it.db, it.officer, id, form)).rejects.toBeInstanceOf(Refused)
    expect((await it.row(id)).answeredAt).toBeNull()
  })
})

describe('a comment that turns out to be the answer', () => {
  test('stops the clock when somebody says so, not when it was written', async () => {
    const id = await it.ask()
    await it.publish(id)
    const comment = await it.say(it.officer, await it.inPublic(id), 'We will be there on Thursday.')
    inHours(73)
    await markAsAnswer(it.db, it.sergeant, id, comment)
    await markAsAnswer(it.db, it.sergeant, id, comment)
    const row = await it.row(id)
    expect(row.answerId).toBe(comment)
    expect(row.missedAt).toEqual(row.dueAt)
  })

  test('must be the team’s, published, under this question, and more than an acknowledgement', async () => {
    const id = await it.ask()
    await it.publish(id)
    const here = await it.inPublic(id)
    const other = await it.ask()
    const wrong = [
      await it.say(it.neighbour, here),
      await it.say(it.farOfficer, here),
      await it.say(it.officer, (await it.row(other)).conversationId),
      idOfPath((await acknowledgeQuestion(it.db, it.officer, id, words())).path),
      999_999_999,
    ]
    for (const comment of wrong)
      await expect(markAsAnswer(it.db, it.officer, id, comment)).rejects.toMatchObject({ fields: { comment: expect.any(String) } })
    const gone = await it.say(it.officer, here)
    await withdrawComment(it.db, it.officer, gone)
    await expect(markAsAnswer(it.db, it.officer, id, gone)).rejects.toBeInstanceOf(Refused)
    await markAsAnswer(it.db, it.officer, id, await it.say(it.press, here))
    expect((await page(id)).state).toBe('answered')
  })
})

describe('publishing', () => {
  test('with the answer is one act; twice is the same as once', async () => {
    const id = await it.ask()
    const form = {
      title: 'Speeding, Grantham Road',
      body: 'Who checks it?',
      tags: ['speeding'],
      answer: 'We do, on Thursdays.',
      clientKey: randomUUID(),
    }
    const first = await publishQuestion(it.db, it.officer, id, form)
    expect(await publishQuestion(it.db, it.officer, id, form)).toEqual(first)
    expect(await it.acts(id)).toEqual(['asked', 'published', 'answered'])
    expect(await it.details(id)).toMatchObject({ edited: true, askedBy: 'Maureen T', answeredAt: expect.any(String) })
    expect(await postById(it.db, (await it.row(id)).postId ?? 0)).toMatchObject({ path: first.path, title: 'Speeding, Grantham Road' })
  })

  test('without one the clock runs on', async () => {
    const id = await it.ask()
    await it.publish(id)
    expect(await it.row(id)).toMatchObject({ answeredAt: null })
    expect(await it.details(id)).toMatchObject({ edited: false, answeredAt: null, answerId: null, dueAt: (await it.row(id)).dueAt.toISOString() })
  })

  test('of one that was answered in private needs words for readers, and leaves the clock as it was', async () => {
    const id = await it.ask()
    inHours(5)
    await it.answer(id, it.officer, 'Only for you: your own case is closed.')
    const { answeredAt } = await it.row(id)
    inHours(90)
    await expect(it.publish(id)).rejects.toMatchObject({ fields: { answer: expect.any(String) } })
    await it.publish(id, 'We check every Thursday.')
    expect(await it.row(id)).toMatchObject({ answeredAt, missedAt: null })
    const shown = await page(id)
    expect(shown.answer?.text).toBe('We check every Thursday.')
    expect((await it.details(id))['answerId']).toBe(idOfPath(shown.answerPath ?? ''))
  })

  test('is never of a private question, one that was taken to stay private, or by another team', async () => {
    const hidden = await it.ask({ visibility: 'private' })
    await expect(it.publish(hidden)).rejects.toBeInstanceOf(Forbidden)
    const kept = await it.ask()
    await keepPrivate(it.db, it.officer, kept, 'It names your neighbour.')
    await keepPrivate(it.db, it.officer, kept, 'It names your neighbour.')
    await expect(it.publish(kept)).rejects.toBeInstanceOf(Forbidden)
    expect((await page(kept, it.asker)).history.at(-1)).toMatchObject({ act: 'kept-private', note: 'It names your neighbour.' })
    expect((await it.acts(kept)).filter((act) => act === 'kept-private')).toHaveLength(1)
    const out = await it.ask()
    await expect(it.publish(out, null, it.farOfficer)).rejects.toBeInstanceOf(NotFound)
    await it.publish(out)
    await expect(keepPrivate(it.db, it.officer, out, 'Too late')).rejects.toBeInstanceOf(Overtaken)
  })

  test('news of a private question stays private', async () => {
    const id = await it.ask({ visibility: 'private' })
    await acknowledgeQuestion(it.db, it.officer, id, words())
    await it.answer(id)
    const news = await it.db
      .select()
      .from(activities)
      .where(eq(activities.conversationId, (await it.row(id)).conversationId))
    expect(new Set(news.map(({ audience }) => audience))).toEqual(new Set([`private:${it.asker.accountId}`]))
    expect(news.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['question.asked', 'question.acknowledged', 'question.answered']))
  })
})

describe('an acknowledgement', () => {
  test('is said once for a form, and not of what is answered', async () => {
    const id = await it.ask()
    const form = words('We have seen it.')
    await acknowledgeQuestion(it.db, it.officer, id, form)
    await acknowledgeQuestion(it.db, it.officer, id, form)
    expect(await it.acts(id)).toEqual(['asked', 'acknowledged'])
    await it.answer(id)
    await expect(acknowledgeQuestion(it.db, it.officer, id, words())).rejects.toBeInstanceOf(Overtaken)
  })
})

describe('“this did not answer it”', () => {
  test('opens it again once, with the sergeant, on a clock of its own', async () => {
    const id = await it.ask()
    await it.publish(id)
    await assignQuestion(it.db, it.sergeant, id, it.officer.accountId)
    inHours(60)
    const first = await it.answer(id)
    await expect(reopenQuestion(it.db, it.officer, id, 'No')).rejects.toBeInstanceOf(Forbidden)
    inHours(10)
    await reopenQuestion(it.db, it.asker, id, 'I asked about Mondays.')
    await reopenQuestion(it.db, it.asker, id, 'I asked about Mondays.')
    expect(await it.row(id)).toMatchObject({ answeredAt: null, answerId: null, assigneeId: null, missedAt: null })
    expect(await page(id)).toMatchObject({ state: 'reopened', clock: '72 hours left', reopened: { because: 'I asked about Mondays.' } })
    await expect(it.answer(id, it.officer)).rejects.toBeInstanceOf(Forbidden)
    await expect(markAsAnswer(it.db, it.sergeant, id, idOfPath(first.path))).rejects.toBeInstanceOf(Refused)
    await assignQuestion(it.db, it.sergeant, id, it.officer.accountId)
    await it.answer(id, it.officer, 'On Mondays too.')
    await expect(reopenQuestion(it.db, it.asker, id, 'Still not')).rejects.toBeInstanceOf(Forbidden)
    expect((await it.acts(id)).filter((act) => act === 'reopened')).toHaveLength(1)
  })

  test('needs an answer', async () => {
    const id = await it.ask()
    await expect(reopenQuestion(it.db, it.asker, id, 'Too early')).rejects.toBeInstanceOf(Forbidden)
  })

  test('the first answer’s form sent again answers nothing anew', async () => {
    const id = await it.ask()
    const form = words()
    const first = await answerQuestion(it.db, it.officer, id, form)
    await reopenQuestion(it.db, it.asker, id, 'No')
    expect(await answerQuestion(it.db, it.officer, id, form)).toEqual(first)
    expect((await it.row(id)).answeredAt).toBeNull()
  })
})

describe('a review', () => {
  test('may be asked for at the second in which the clock runs out, once, also after a late answer', async () => {
    const id = await it.ask()
    inHours(71.99)
    await expect(askReview(it.db, it.asker, id, 'Nobody answers')).rejects.toBeInstanceOf(Forbidden)
    inHours(0.02)
    expect((await page(id, it.asker)).steps).toContain('ask-review')
    await askReview(it.db, it.asker, id, 'Nobody answers')
    await askReview(it.db, it.asker, id, 'Nobody answers')
    expect(await it.acts(id)).toEqual(['asked', 'missed', 'review-asked'])
    const late = await it.ask()
    inHours(80)
    await it.answer(late)
    await askReview(it.db, it.asker, late, 'It took too long')
    await expect(askReview(it.db, it.officer, late, 'x')).rejects.toBeInstanceOf(Forbidden)
  })

  test('is the sergeant’s word to the asker, and no answer', async () => {
    const id = await it.ask()
    await it.publish(id)
    inHours(73)
    await askReview(it.db, it.asker, id, 'Nobody answers')
    await expect(reviewQuestion(it.db, it.officer, id, words())).rejects.toBeInstanceOf(Forbidden)
    const form = words('I am sorry. PC Fell will answer today.')
    const { path } = await reviewQuestion(it.db, it.sergeant, id, form)
    expect(await reviewQuestion(it.db, it.sergeant, id, form)).toEqual({ path })
    expect((await placeOf(path)).conversationId).toBe((await it.row(id)).conversationId)
    expect(await it.row(id)).toMatchObject({ answeredAt: null, reviewId: idOfPath(path) })
    await expect(reviewQuestion(it.db, it.press, id, words())).rejects.toBeInstanceOf(Overtaken)
    expect((await page(id)).state).toBe('overdue')
  })
})
