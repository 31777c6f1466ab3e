import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyLog } from '../../src/activity/log.ts'
import { activities, log } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { caseRow } from '../../src/moderation/file.ts'
import { cases, sealedCopies } from '../../src/moderation/schema.ts'
import { answerNotice, noticeForAuthor, type NewAuthorAnswer } from '../../src/notices/answer.ts'
import { answerDeadline, lawfulDeadline } from '../../src/notices/clock.ts'
import { passDeadlines } from '../../src/notices/deadline.ts'
import { receiveNotice } from '../../src/notices/notice.ts'
import { noticePanel } from '../../src/notices/panel.ts'
import { registerNotices } from '../../src/notices/register.ts'
import { takedownNotices } from '../../src/notices/schema.ts'
import { disposeOfNotices } from '../../src/notices/disposal.ts'
import { registerSeals } from '../../src/seals/register.ts'
import { vaultOf } from '../seals/vault.ts'
import { disposeOfWords } from '../../src/seals/disposal.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { benchOf, newNotice, SENDER, type Bench } from './bench.ts'

let desk: Desk
let bench: Bench
beforeAll(async () => {
  desk = await openDesk()
  registerNotices()
  registerSeals()
  bench = benchOf(desk)
})
afterAll(async () => {
  moveClock(0)
  await desk.close()
})

const HOUR = 3_600_000
const STANDS: NewAuthorAnswer = {
  answer: 'stands-by-it',
  name: 'Maureen Fieldhouse',
  address: '1 Invented Lane, Lincoln',
  mayShare: false,
  note: null,
}
const AGREES: NewAuthorAnswer = { answer: 'agrees', name: null, address: null, mayShare: null, note: null }

/** A notice that the desk has passed on to the author of a comment. */
async function told(more: Parameters<Bench['receive']>[1] = {}): Promise<{ commentId: number; id: number }> {
  const commentId = await desk.say(desk.resident, 'He sold us stolen tiles.')
  const id = await bench.receive({ commentId }, more)
  await bench.step(id, 'tell-author')
  return { commentId, id }
}

async function at<T>(moment: Date, act: () => Promise<T>): Promise<T> {
  moveClock(moment.getTime() - now().getTime())
  try {
    return await act()
  } finally {
    moveClock(0)
  }
}

describe('a notice that comes in', () => {
  test('opens a case for the press office alone, due in 48 lawful hours, and is acknowledged without a word of it', async () => {
    const commentId = await desk.say(desk.resident)
    const id = await bench.receive({ commentId })
    const file = await bench.caseOf(id)
    const notice = await bench.noticeOf(id)
    expect(notice).toMatchObject({ stage: 'received', commentId, postId: null })
    expect(notice.statement['where']).toBe(`https://blue-lamp.example/comments/${commentId}`)
    expect(file).toMatchObject({ cause: 'notice', state: 'open', teamId: null, audience: 'public', snapshot: { body: 'He sold us stolen tiles.' } })
    expect(file.dueAt).toEqual(lawfulDeadline(notice.receivedAt, 48))
    expect(notice.stageDueAt).toEqual(file.dueAt)
    await expect(caseRow(desk.db, desk.sergeant, file.id)).rejects.toBeInstanceOf(NotFound)
    const [receipt, ...more] = await bench.mailsOf(id)
    expect(more).toEqual([])
    expect(receipt).toMatchObject({ to: 'g.harkness@example.org', subject: `Your defamation notice ${id}` })
    expect(receipt?.text).not.toMatch(/tiles|thief|Gordon/)
    expect(await desk.stateOf(commentId)).toBe('published')
  })

  test('is one however often it is sent', async () => {
    const commentId = await desk.say(desk.resident)
    const input = newNotice()
    const first = await receiveNotice(desk.db, SENDER, { commentId }, input)
    expect(await receiveNotice(desk.db, SENDER, { commentId }, input)).toEqual(first)
    expect(await desk.db.select().from(takedownNotices).where(eq(takedownNotices.commentId, commentId))).toHaveLength(1)
    expect(await bench.mailsOf(first.id)).toHaveLength(1)
  })

  test('is not said to be received when the same form comes with other words', async () => {
    const commentId = await desk.say(desk.resident)
    const input = newNotice()
    await receiveNotice(desk.db, SENDER, { commentId }, input)
    for (const more of [{ statement: { ...input.statement, words: 'Other words.' } }, { email: 'other@example.org' }, { mayShare: false }])
      await expect(receiveNotice(desk.db, SENDER, { commentId }, { ...input, ...more })).rejects.toBeInstanceOf(Refused)
  })

  test('is known again when it is sent once more after the item went', async () => {
    const commentId = await desk.say(desk.resident)
    const input = newNotice()
    const first = await receiveNotice(desk.db, SENDER, { commentId }, input)
    await withdrawComment(desk.db, desk.resident, commentId)
    expect(await receiveNotice(desk.db, SENDER, { commentId }, input)).toEqual(first)
  })

  test('is about what is public, and nothing else', async () => {
    const held = await desk.say(desk.newcomer)
    await expect(bench.receive({ commentId: held })).rejects.toBeInstanceOf(NotFound)
    await expect(bench.receive({ commentId: 999_999 })).rejects.toBeInstanceOf(NotFound)
    await expect(bench.receive({ postId: desk.post.id })).resolves.toBeGreaterThan(0)
  })

  test('shows on the item’s own case too', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, randomUUID())
    const id = await bench.receive({ commentId }, { kind: 'copyright' })
    const panel = await noticePanel(desk.db, desk.press, await desk.caseOf({ commentId }))
    expect(panel).toEqual({ notice: null, others: [{ caseId: (await bench.caseOf(id)).id, said: `Copyright notice ${id}` }] })
  })
})

describe('passing it on', () => {
  test('gives the author five days; the case follows the deadline', async () => {
    const { id } = await told()
    const notice = await bench.noticeOf(id)
    const file = await bench.caseOf(id)
    expect(notice).toMatchObject({ stage: 'author-told', stageDueAt: answerDeadline(now()) })
    expect(file).toMatchObject({ dueAt: notice.stageDueAt, version: 2, state: 'open' })
    const mail = (await bench.mailsOf(id)).find(({ to }) => to === desk.resident.email)
    expect(mail?.text).toContain('He sold us stolen tiles.')
    expect(mail?.text).toContain('Gordon Harkness (g.harkness@example.org)')
    expect(mail?.text).toContain(`https://blue-lamp.example/account/notices/${id}`)
    expect(mail?.text).toMatch(/midnight at the end of \w+ \d+ \w+ \d{4}/)
    const [row] = await desk.db
      .select()
      .from(log)
      .where(and(eq(log.item, 'notice'), eq(log.itemId, id), eq(log.act, 'tell-author')))
    expect(row).toMatchObject({ role: 'press-office', audience: 'staff', fromState: 'received', toState: 'author-told' })
  })

  test('leaves out who complains when they did not agree', async () => {
    const { id } = await told({ mayShare: false })
    const mail = (await bench.mailsOf(id)).find(({ to }) => to === desk.resident.email)
    expect(mail?.text).not.toMatch(/Harkness/)
    expect(await noticeForAuthor(desk.db, desk.resident, id)).toMatchObject({ complainant: null, open: true })
  })

  test('is for the press office, not for whoever wrote it, and happens once', async () => {
    const commentId = await desk.say(desk.press, 'An official word.')
    const id = await bench.receive({ commentId })
    for (const by of [desk.sergeant, desk.officer, desk.resident, desk.administrator, desk.press]) {
      await expect(bench.step(id, 'tell-author', { by })).rejects.toBeInstanceOf(Forbidden)
    }
    await bench.step(id, 'tell-author', { by: desk.press2 })
    await bench.step(id, 'tell-author', { by: desk.press2, version: 1 })
    expect(await bench.stepsOf(id)).toEqual(['received', 'author-told'])
    expect(await bench.mailsOf(id)).toHaveLength(2)
  })

  test('whoever comes second learns that something happened', async () => {
    const { id } = await told()
    await expect(bench.step(id, 'end-up', { note: 'No.', version: 1 })).rejects.toBeInstanceOf(Overtaken)
    expect((await bench.noticeOf(id)).stage).toBe('author-told')
  })

  test('has nobody to go to when the item is gone: the desk is told so', async () => {
    const commentId = await desk.say(desk.resident)
    const id = await bench.receive({ commentId })
    const { version } = await bench.caseOf(id)
    await withdrawComment(desk.db, desk.resident, commentId)
    expect((await bench.caseOf(id)).version).toBe(version + 1)
    await expect(bench.step(id, 'tell-author')).rejects.toBeInstanceOf(Refused)
    const panel = await noticePanel(desk.db, desk.press, await bench.caseOf(id))
    expect(panel?.notice?.next).toMatch(/withdrawn by its author, so its author need not be asked/)
    expect(panel?.notice?.can.map(({ step }) => step)).toEqual(['end-down'])
    const copies = await desk.db.select().from(sealedCopies).where(eq(sealedCopies.commentId, commentId))
    expect(copies).toMatchObject([{ because: 'withdrawn', caseId: (await bench.caseOf(id)).id }])
    await bench.step(id, 'end-down')
    expect((await bench.mailsOf(id)).at(-1)?.text).toContain('no longer on our site')
  })
})

describe('the author', () => {
  test('stands by it: the complainant is told, without a name that is not to be given', async () => {
    const { id, commentId } = await told()
    expect(await answerNotice(desk.db, desk.resident, id, STANDS)).toEqual({})
    const notice = await bench.noticeOf(id)
    expect(notice).toMatchObject({ stage: 'author-answered', answer: 'stands-by-it', stageDueAt: lawfulDeadline(notice.stageAt, 48) })
    expect((await bench.caseOf(id)).dueAt).toEqual(notice.stageDueAt)
    await bench.step(id, 'end-up')
    const end = (await bench.mailsOf(id)).at(-1)
    expect(end).toMatchObject({ to: 'g.harkness@example.org' })
    expect(end?.text).toContain('has not been removed')
    expect(end?.text).not.toMatch(/Invented Lane|Fieldhouse/)
    expect(await desk.stateOf(commentId)).toBe('published')
    expect(await bench.caseOf(id)).toMatchObject({ state: 'closed' })
    expect(await bench.noticeOf(id)).toMatchObject({ stage: 'ended-up', stageDueAt: null, complainantToldAt: expect.any(Date) as Date })
    expect(await bench.stepsOf(id)).toEqual(['received', 'author-told', 'author-answered', 'ended-up'])
    expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
  })

  test('may let name and address be passed on', async () => {
    const { id } = await told()
    await answerNotice(desk.db, desk.resident, id, { ...STANDS, mayShare: true })
    await bench.step(id, 'end-up')
    expect((await bench.mailsOf(id)).at(-1)?.text).toContain('Maureen Fieldhouse\n1 Invented Lane, Lincoln')
  })

  test('agrees: the desk removes it by a decision of its own, then ends the notice', async () => {
    const { id, commentId } = await told()
    await answerNotice(desk.db, desk.resident, id, { ...AGREES, name: 'Not asked for', address: 'Nor this' })
    expect(await bench.noticeOf(id)).toMatchObject({ answer: 'agrees', authorName: null, authorAddress: null })
    expect(await desk.stateOf(commentId)).toBe('published')
    await expect(bench.step(id, 'end-down')).rejects.toMatchObject({ fields: { 'notice-step': 'It is still up. Decide about it first' } })
    const { caseId } = await bench.step(id, 'decide')
    const file = await caseRow(desk.db, desk.press, caseId)
    expect(file).toMatchObject({ commentId, cause: 'flagged', because: `Defamation notice ${id}.`, dueAt: (await bench.noticeOf(id)).stageDueAt })
    expect(await bench.step(id, 'decide')).toEqual({ caseId })
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'defamation' })
    expect((await bench.noticeOf(id)).stage).toBe('author-answered')
    await bench.step(id, 'end-down')
    expect(await bench.stepsOf(id)).toEqual(['received', 'author-told', 'author-answered', 'ended-down'])
  })

  test('is not quoted in the log, which nobody can ever change', async () => {
    const { id } = await told()
    await answerNotice(desk.db, desk.resident, id, { ...STANDS, note: 'My sister lives at 2 Invented Lane.' })
    const rows = await desk.db
      .select()
      .from(log)
      .where(and(eq(log.item, 'notice'), eq(log.itemId, id)))
    expect(rows).toHaveLength(3)
    expect(JSON.stringify(rows)).not.toContain('Invented Lane')
  })

  test('who leaves something out has until the deadline to complete it', async () => {
    const { id } = await told()
    const { stageDueAt } = await bench.noticeOf(id)
    const missing = await answerNotice(desk.db, desk.resident, id, { ...STANDS, address: null, mayShare: null })
    expect(Object.keys(missing)).toEqual(['address', 'share'])
    expect(await bench.noticeOf(id)).toMatchObject({ stage: 'incomplete', authorName: 'Maureen Fieldhouse', stageDueAt })
    expect(await noticeForAuthor(desk.db, desk.resident, id)).toMatchObject({ open: true, given: { name: 'Maureen Fieldhouse', address: null } })
    expect(await answerNotice(desk.db, desk.resident, id, STANDS)).toEqual({})
    await expect(answerNotice(desk.db, desk.resident, id, AGREES)).rejects.toBeInstanceOf(Overtaken)
    expect(await answerNotice(desk.db, desk.resident, id, STANDS)).toEqual({})
    expect(await bench.stepsOf(id)).toEqual(['received', 'author-told', 'incomplete', 'author-answered'])
  })

  test('finds no notice before it is passed on, nor one about others', async () => {
    const commentId = await desk.say(desk.resident)
    const id = await bench.receive({ commentId })
    await expect(noticeForAuthor(desk.db, desk.resident, id)).rejects.toBeInstanceOf(NotFound)
    await bench.step(id, 'end-up', { note: 'Nothing in it.' })
    await expect(noticeForAuthor(desk.db, desk.resident, id)).rejects.toBeInstanceOf(NotFound)
    const passed = await told()
    for (const other of [desk.newcomer, desk.press]) {
      await expect(noticeForAuthor(desk.db, other, passed.id)).rejects.toBeInstanceOf(NotFound)
      await expect(answerNotice(desk.db, other, passed.id, AGREES)).rejects.toBeInstanceOf(NotFound)
    }
  })

  test('objects to a copyright notice without giving an address', async () => {
    const { id } = await told({ kind: 'copyright' })
    expect(await answerNotice(desk.db, desk.resident, id, { ...STANDS, name: null, address: null, mayShare: null, note: 'I took it.' })).toEqual({})
    const panel = await noticePanel(desk.db, desk.press, await bench.caseOf(id))
    expect(panel?.notice?.next).toMatch(/objects/)
    expect(panel?.notice?.steps.at(-1)).toMatchObject({ note: 'I took it.' })
  })
})

describe('time', () => {
  test.each(['silence', 'an answer that lacks something'] as const)('%s moves it on by itself, and removes nothing', async (what) => {
    const { id, commentId } = await told()
    if (what !== 'silence') await answerNotice(desk.db, desk.resident, id, { ...STANDS, address: null })
    const due = (await bench.noticeOf(id)).stageDueAt ?? now()
    await at(new Date(due.getTime() - HOUR), () => passDeadlines(desk.db))
    expect((await bench.noticeOf(id)).stage).toBe(what === 'silence' ? 'author-told' : 'incomplete')
    const { version } = await bench.caseOf(id)
    await at(new Date(due.getTime() + HOUR), async () => {
      await expect(answerNotice(desk.db, desk.resident, id, STANDS)).rejects.toThrow(/time to answer is over/)
      expect(await passDeadlines(desk.db)).toBeGreaterThan(0)
      expect(await passDeadlines(desk.db)).toBe(0)
      expect(await noticeForAuthor(desk.db, desk.resident, id)).toMatchObject({ open: false, answerBy: null })
    })
    expect(await bench.noticeOf(id)).toMatchObject({ stage: 'author-silent', stageDueAt: lawfulDeadline(due, 48) })
    expect(await bench.caseOf(id)).toMatchObject({ dueAt: lawfulDeadline(due, 48), version: version + 1 })
    expect(await desk.stateOf(commentId)).toBe('published')
    const [row] = await desk.db
      .select()
      .from(log)
      .where(and(eq(log.item, 'notice'), eq(log.itemId, id), eq(log.act, 'author-silent')))
    expect(row).toMatchObject({ role: 'system', actorId: null })
  })

  test('the item is not disposed of while a notice about it is open', async () => {
    const { id, commentId } = await told()
    await desk.flag({ commentId }, randomUUID())
    await desk.decide(desk.press, { commentId }, 'remove')
    await desk.db.update(cases).set({ state: 'closed', closedAt: now() }).where(eq(cases.commentId, commentId))
    const later = new Date(now().getTime() + 400 * 24 * HOUR)
    await at(later, () => disposeOfWords(desk.db, 12))
    expect(await desk.stateOf(commentId)).toBe('removed')
    await bench.step(id, 'end-down')
    await at(later, () => disposeOfWords(desk.db, 12))
    expect(await desk.stateOf(commentId)).toBe('disposed')
  })
})

describe('when its time is over', () => {
  const later = (days: number) => new Date(now().getTime() + days * 24 * HOUR)
  const textOf = async (id: number) => JSON.stringify([await bench.noticeOf(id), await bench.caseOf(id)])

  test('what people wrote, their names and addresses go; that there was a notice stays', async () => {
    const { id } = await told()
    await answerNotice(desk.db, desk.resident, id, { ...STANDS, mayShare: true })
    await bench.step(id, 'end-up')
    const open = await told()
    await at(later(360), () => disposeOfNotices(desk.db, 12))
    expect(await textOf(id)).toContain('Invented Lane')
    expect(await at(later(370), () => disposeOfNotices(desk.db, 12))).toBeGreaterThan(0)
    expect(await textOf(id)).not.toMatch(/Harkness|tiles|thief|customers|Fieldhouse|Invented/)
    expect(await bench.noticeOf(id)).toMatchObject({ stage: 'ended-up', answer: 'stands-by-it', kind: 'defamation' })
    expect(await textOf(open.id)).toContain('Harkness')
    expect(await at(later(370), () => disposeOfNotices(desk.db, 12))).toBe(0)
    const panel = await noticePanel(desk.db, desk.press, await bench.caseOf(id))
    expect(panel?.notice).toMatchObject({ complainant: null, statement: [] })
    expect(await noticeForAuthor(desk.db, desk.resident, id)).toMatchObject({ complainant: null, statement: [], ended: true })
  })

  test('not while the item is kept as evidence', async () => {
    const { id, commentId } = await told()
    await bench.step(id, 'end-up', { note: 'Honest opinion.' })
    await vaultOf(desk).seal({ commentId })
    await at(later(400), () => disposeOfNotices(desk.db, 12))
    expect(await textOf(id)).toContain('Harkness')
  })

  test('the item’s own words stay as long as a notice about it that ended later', async () => {
    const { id, commentId } = await told()
    await desk.flag({ commentId }, randomUUID())
    await desk.decide(desk.press, { commentId }, 'remove')
    await desk.db.update(cases).set({ state: 'closed', closedAt: now() }).where(eq(cases.commentId, commentId))
    await at(later(390), async () => {
      await bench.step(id, 'end-down')
      await disposeOfWords(desk.db, 12)
      expect(await desk.stateOf(commentId)).toBe('removed')
    })
    await at(later(780), () => disposeOfWords(desk.db, 12))
    expect(await desk.stateOf(commentId)).toBe('disposed')
  })
})

describe('written down', () => {
  test('leaving it up needs a note, unless the author stands by it', async () => {
    const { id } = await told()
    await expect(bench.step(id, 'end-up')).rejects.toMatchObject({ fields: { 'notice-note': expect.stringMatching(/Write a note/) as string } })
    await bench.step(id, 'end-up', { note: 'Honest opinion.' })
    expect(await bench.stepsOf(id)).toEqual(['received', 'author-told', 'ended-up'])
    await expect(bench.step(id, 'decide')).rejects.toBeInstanceOf(Overtaken)
  })

  test('steps can be neither changed nor deleted, and activities hold ids only', async () => {
    const { id } = await told()
    for (const statement of ["update notice_steps set note = 'x'", 'delete from notice_steps', 'truncate notice_steps']) {
      await expect(desk.db.$client.query(statement)).rejects.toThrow(/append-only/)
    }
    const rows = await desk.db.select().from(activities).where(eq(activities.kind, 'notice.author-told'))
    expect(rows.find(({ detail }) => detail['noticeId'] === id)).toMatchObject({ audience: 'staff' })
    expect(JSON.stringify(rows)).not.toMatch(/Harkness|tiles/)
  })
})
