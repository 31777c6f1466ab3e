import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roleGrants } from '../../src/accounts/schema.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, Overtaken, Refused } from '../../src/errors.ts'
import { draftById, saveDraft } from '../../src/posts/draft.ts'
import {
  approveDraft,
  archiveExpired,
  publishDraft,
  publishDue,
  reopenDraft,
  scheduleDraft,
  submitDraft,
  unscheduleDraft,
} from '../../src/posts/lifecycle.ts'
import { postById, postsOfForce, postsOfTeam } from '../../src/posts/list.ts'
import { correctPost, withdrawPost } from '../../src/posts/post.ts'
import { pinPost } from '../../src/posts/sharing.ts'
import { posts } from '../../src/posts/schema.ts'
import { makeStaff } from '../people.ts'
import { actsOf, inputOf, openCast, rowOf, setClock, write, type Cast } from './draft-cast.ts'
import { FORMS } from './kind-forms.ts'

let cast: Cast
beforeAll(async () => {
  cast = await openCast()
})
afterAll(() => cast.close())

const at = (iso: string): Date => new Date(iso)
const publishedAt = async (id: number): Promise<Date | null> => {
  const { postId } = await rowOf(cast, id)
  return postId === null ? null : (await postById(cast.db, postId)).publishedAt
}

describe('a schedule', () => {
  test.each([
    // 9am in the morning after the clocks went forward, and after they went back.
    ['forward', '2027-03-27T20:00:00Z', '2027-03-28T08:00:00Z', 'tomorrow at 9am'],
    ['back', '2027-10-30T20:00:00+01:00', '2027-10-31T09:00:00Z', 'tomorrow at 9am'],
  ])('lets out at 9am of the day on which the clocks go %s, not an hour beside it', async (_way, written, due, said) => {
    setClock(at(written))
    // Roles last a year, also where the clock stands in autumn.
    const officer = await makeStaff(cast.db, 'PC Autumn', 'officer', cast.team)
    const draft = await saveDraft(cast.db, officer, cast.team, inputOf('update', { title: 'Nine', body: 'It is nine.' }))
    await scheduleDraft(cast.db, officer, draft.id, { version: 1, publishAt: at(due) })
    expect((await draftById(cast.db, officer, draft.id)).turn).toBe(`Goes out ${said}`)
    setClock(new Date(at(due).getTime() - 60_000))
    await publishDue(cast.db)
    expect(await publishedAt(draft.id)).toBeNull()
    setClock(new Date(at(due).getTime() + 1000))
    expect(await publishDue(cast.db)).toBe(1)
    expect((await publishedAt(draft.id))?.getTime()).toBeGreaterThanOrEqual(at(due).getTime())
    expect((await actsOf(cast, draft.id)).map(({ act, role }) => [act, role])).toEqual([
      ['scheduled', 'officer'],
      ['published', 'system'],
    ])
  })

  test('two workers at once, and one more: everything goes out once', async () => {
    setClock(at('2027-03-27T12:00:00Z'))
    const drafts = await Promise.all([1, 2, 3, 4, 5].map(() => write(cast)))
    for (const { id } of drafts) await scheduleDraft(cast.db, cast.people.officer, id, { version: 1, publishAt: at('2027-03-27T13:00:00Z') })
    setClock(at('2027-03-27T13:00:01Z'))
    const done = await Promise.all([publishDue(cast.db), publishDue(cast.db), publishDue(cast.db)])
    expect(done.reduce((sum, one) => sum + one)).toBe(5)
    for (const { clientKey } of drafts) expect(await cast.db.$count(posts, eq(posts.clientKey, clientKey))).toBe(1)
  })

  test('is for the future, for what needs nobody or was approved, and for the version in view', async () => {
    setClock(at('2027-03-27T12:00:00Z'))
    const { officer, colleague, press } = cast.people
    const later = at('2027-03-27T15:00:00Z')
    const routine = await write(cast)
    await expect(scheduleDraft(cast.db, officer, routine.id, { version: 1, publishAt: at('2027-03-27T11:59:00Z') })).rejects.toMatchObject({
      fields: { date: expect.any(String) },
    })
    await expect(scheduleDraft(cast.db, officer, routine.id, { version: 7, publishAt: later })).rejects.toBeInstanceOf(Overtaken)
    await expect(scheduleDraft(cast.db, colleague, routine.id, { version: 1, publishAt: later })).rejects.toBeInstanceOf(Forbidden)
    const appeal = await write(cast, 'appeal')
    await expect(scheduleDraft(cast.db, officer, appeal.id, { version: 1, publishAt: later })).rejects.toBeInstanceOf(Forbidden)
    await submitDraft(cast.db, officer, appeal.id, 1)
    const past = { version: 1, publish: false, lock: false, publishAt: at('2027-03-27T11:00:00Z') }
    await expect(approveDraft(cast.db, press, appeal.id, past)).rejects.toBeInstanceOf(Refused)
    await approveDraft(cast.db, press, appeal.id, { ...past, publishAt: later })
    await unscheduleDraft(cast.db, colleague, appeal.id)
    expect(await rowOf(cast, appeal.id)).toMatchObject({ state: 'approved', publishAt: null })
    await scheduleDraft(cast.db, colleague, appeal.id, { version: 1, publishAt: later })
    await reopenDraft(cast.db, officer, appeal.id)
    setClock(at('2027-03-27T16:00:00Z'))
    await publishDue(cast.db)
    expect(await rowOf(cast, appeal.id)).toMatchObject({ state: 'draft', approvedBy: null, postId: null })
  })

  test('what cannot go out any more goes back to its author with the reason, and keeps back nothing else', async () => {
    setClock(at('2027-03-27T12:00:00Z'))
    const leaver = await makeStaff(cast.db, 'PC Leaver', 'officer', cast.team)
    const ended = await saveDraft(cast.db, cast.people.officer, cast.team, inputOf('update', { ...FORMS.update, expires: '28/3/2027' }))
    const left = await saveDraft(cast.db, leaver, cast.team, inputOf())
    const good = await saveDraft(cast.db, cast.people.officer, cast.team, inputOf('update', { body: 'Still good.' }))
    const publishAt = at('2027-03-30T09:00:00Z')
    for (const [author, draft] of [
      [cast.people.officer, ended],
      [leaver, left],
      [cast.people.officer, good],
    ] as const)
      await scheduleDraft(cast.db, author, draft.id, { version: 1, publishAt })
    await cast.db
      .update(roleGrants)
      .set({ endedAt: at('2027-03-28T09:00:00Z') })
      .where(eq(roleGrants.accountId, leaver.accountId))
    setClock(at('2027-03-30T09:00:30Z'))
    expect(await publishDue(cast.db)).toBe(1)
    expect(await rowOf(cast, good.id)).toMatchObject({ state: 'published' })
    expect(await rowOf(cast, ended.id)).toMatchObject({
      state: 'draft',
      returnedBecause: 'It could not go out as planned. The end date must be today or in the future.',
      form: FORMS.update,
    })
    expect((await rowOf(cast, left.id)).returnedBecause).toMatch(/does not publish for this team any more/)
    expect((await draftById(cast.db, cast.people.officer, ended.id)).turn).toBe('Came back: yours to change')
    expect(await publishDue(cast.db)).toBe(0)
  })
})

describe('an end date', () => {
  const modeOf = async (conversationId: number) => (await cast.db.select().from(conversations).where(eq(conversations.id, conversationId)))[0]?.mode

  test('is the last second of that day in UK time, also on the days when the clocks change', async () => {
    for (const [day, written, last] of [
      ['2027-03-28', '2027-03-27T12:00:00Z', '2027-03-28T23:00:00Z'],
      ['2027-10-31', '2027-10-30T12:00:00Z', '2027-11-01T00:00:00Z'],
    ] as const) {
      setClock(at(written))
      const officer = await makeStaff(cast.db, 'PC Season', 'officer', cast.team)
      const draft = await saveDraft(cast.db, officer, cast.team, inputOf('update', { title: 'Until tonight', body: 'Until tonight.', expires: day }))
      const { id } = await publishDraft(cast.db, officer, draft.id, 1)
      setClock(new Date(at(last).getTime() - 2000))
      await archiveExpired(cast.db)
      expect(await postById(cast.db, id)).toMatchObject({ state: 'published', mode: 'open' })
      setClock(new Date(at(last).getTime() + 1000))
      // At the second, before any job has run.
      expect(await postById(cast.db, id)).toMatchObject({ state: 'archived', mode: 'archived' })
      expect((await postsOfForce(cast.db)).items.map((item) => item.id)).not.toContain(id)
      expect((await postsOfTeam(cast.db, cast.team.id)).items.find((item) => item.id === id)).toMatchObject({ archived: true, state: 'archived' })
      expect(await archiveExpired(cast.db)).toBeGreaterThan(0)
      expect(await archiveExpired(cast.db)).toBe(0)
      const shown = await postById(cast.db, id)
      expect(shown).toMatchObject({ state: 'archived' })
      expect(await modeOf(shown.conversationId)).toBe('archived')
    }
  })

  test('takes the pin down, leaves a legal lock, and what is archived can still be corrected and withdrawn', async () => {
    setClock(at('2027-03-27T12:00:00Z'))
    const { officer } = cast.people
    const draft = await write(cast)
    const { id } = await publishDraft(cast.db, officer, draft.id, 1)
    await pinPost(cast.db, officer, id, cast.team.id)
    const { conversationId } = await postById(cast.db, id)
    const lock = { mode: 'legal-lock' as const, trigger: 'charge' as const, reviewAt: at('2027-10-31T09:00:00Z') }
    await cast.db.transaction((tx) => setMode(tx, cast.people.press, conversationId, lock))
    setClock(at('2027-03-29T12:00:00Z'))
    await Promise.all([archiveExpired(cast.db), archiveExpired(cast.db)])
    expect(await modeOf(conversationId)).toBe('legal-lock')
    expect((await postsOfTeam(cast.db, cast.team.id)).items.filter((item) => item.pinned)).toEqual([])
    await correctPost(cast.db, officer, id, {
      title: 'Corrected',
      body: 'x',
      tags: [],
      note: 'A word.',
      version: 1,
      form: { ...FORMS.update, title: 'Corrected' },
    })
    expect(await postById(cast.db, id)).toMatchObject({ state: 'archived', title: 'Corrected', version: 2 })
    await withdrawPost(cast.db, officer, id, 'It was wrong.')
    expect(await postById(cast.db, id)).toMatchObject({ state: 'withdrawn', photos: [], details: {} })
  })
})
