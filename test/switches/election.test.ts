/**
 * Before an election: the kinds chosen need the press office, for the teams chosen, from the first second to the last; nobody approves their own.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { Forbidden } from '../../src/errors.ts'
import { draftById, waitingDrafts } from '../../src/posts/draft.ts'
import { approveDraft, publishDraft, publishDue, scheduleDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { correctPost, draftCorrection, publishPost } from '../../src/posts/post.ts'
import { repostPost } from '../../src/posts/sharing.ts'
import { switches, switchTeams } from '../../src/switches/schema.ts'
import { endSwitch, setSwitch, type NewSwitch } from '../../src/switches/switch.ts'
import type { DraftInput } from '../../src/posts/draft.ts'
import { actsOf, openCast, rowOf, setClock, write as writeDraft, type Cast } from '../posts/draft-cast.ts'
import { FORMS, NOW } from '../posts/kind-forms.ts'

// From the night in which the clocks go forward until polling day, midnight to 10pm in UK time.
const BEGINS = new Date('2027-03-28T00:00:00Z')
const ENDS = new Date('2027-05-06T21:00:00Z')
const DURING = new Date('2027-04-10T09:00:00Z')

let cast: Cast
let people: Cast['people']
beforeAll(async () => {
  cast = await openCast()
  people = cast.people
})
beforeEach(async () => {
  setClock(NOW)
  await cast.db.delete(switchTeams)
  await cast.db.delete(switches)
})
afterAll(() => cast.close())

const period = (more: Partial<NewSwitch> = {}) =>
  setSwitch(cast.db, people.press, {
    kind: 'pre-election',
    banner: 'An election is coming.',
    bannerLink: null,
    because: 'County council, 6 May.',
    wholeForce: false,
    teamIds: [cast.team.id],
    kinds: ['update'],
    startsAt: BEGINS,
    endsAt: ENDS,
    clientKey: randomUUID(),
    ...more,
  })
/** An update without an end date, whenever it goes out. */
const write = (author: SignedIn, more: Partial<DraftInput> = {}) =>
  writeDraft(cast, 'update', author, { form: { ...FORMS.update, expires: '' }, ...more })
const publish = async (author: SignedIn = people.officer) => {
  const draft = await write(author)
  return publishDraft(cast.db, author, draft.id, draft.version)
}
const handIn = async (author: SignedIn = people.officer) => {
  const draft = await write(author)
  await submitDraft(cast.db, author, draft.id, draft.version)
  return draft
}
const approve = (actor: SignedIn, draft: { id: number; version: number }, publish = true, publishAt: Date | null = null) =>
  approveDraft(cast.db, actor, draft.id, { version: draft.version, publish, lock: false, publishAt })
const anyPost = (author = people.officer) =>
  publishPost(cast.db, author, cast.team, { title: 'Checks', body: 'We were out.', tags: [], clientKey: randomUUID() })

describe('a pre-election period', () => {
  test('needs the press office from its first second to its last', async () => {
    await period()
    const goesOutAt = async (moment: Date): Promise<boolean> => {
      setClock(moment)
      return publish().then(
        () => true,
        (error: unknown) => !(error instanceof Forbidden && error.message.includes('pre-election')),
      )
    }
    expect(await goesOutAt(new Date(BEGINS.getTime() - 1000))).toBe(true)
    expect(await goesOutAt(BEGINS)).toBe(false)
    expect(await goesOutAt(new Date(ENDS.getTime() - 1000))).toBe(false)
    expect(await goesOutAt(ENDS)).toBe(true)
  })

  test('goes by a second person of the press office, never the sergeant or the author', async () => {
    await period()
    setClock(DURING)
    const draft = await handIn()
    expect((await draftById(cast.db, people.sergeant, draft.id)).turn).toBe('Waits for the press office')
    expect((await waitingDrafts(cast.db, people.sergeant, 9)).map(({ id }) => id)).not.toContain(draft.id)
    expect((await waitingDrafts(cast.db, people.press, 9)).map(({ id }) => id)).toContain(draft.id)
    await expect(approve(people.sergeant, draft)).rejects.toBeInstanceOf(Forbidden)
    expect((await approve(people.press, draft)).path).toContain('/posts/')
    const own = await handIn(people.press)
    await expect(approve(people.press, own)).rejects.toBeInstanceOf(Forbidden)
    expect((await approve(people.otherPress, own)).path).toContain('/posts/')
    await expect(publish(people.press)).rejects.toBeInstanceOf(Forbidden)
  })

  test('leaves other teams and other kinds alone, and is over when it was ended', async () => {
    await period({ teamIds: [cast.elsewhere.id] })
    setClock(DURING)
    await expect(publish()).resolves.toHaveProperty('path')
    setClock(NOW)
    await period({ kinds: ['advice'] })
    const id = await period({ wholeForce: true, teamIds: [] })
    setClock(DURING)
    await expect(publish()).rejects.toBeInstanceOf(Forbidden)
    await endSwitch(cast.db, people.press, id, 'The poll was called off.')
    await expect(publish()).resolves.toHaveProperty('path')
  })

  test('covers a draft that is also for a team in it', async () => {
    await period({ teamIds: [cast.elsewhere.id] })
    setClock(DURING)
    const draft = await write(people.press, { teamIds: [cast.elsewhere.id] })
    await expect(publishDraft(cast.db, people.press, draft.id, draft.version)).rejects.toBeInstanceOf(Forbidden)
    const everywhere = await write(people.press, { wholeForce: true })
    await expect(publishDraft(cast.db, people.press, everywhere.id, everywhere.version)).rejects.toBeInstanceOf(Forbidden)
  })

  test.each(['alone', 'approved by the sergeant'])('sends back what comes due in it and was planned before, %s, with the reason', async (how) => {
    const draft = how === 'alone' ? await write(people.officer) : await handIn()
    if (how === 'alone') await scheduleDraft(cast.db, people.officer, draft.id, { version: draft.version, publishAt: DURING })
    else await approve(people.sergeant, draft, false, DURING)
    await period()
    setClock(DURING)
    expect(await publishDue(cast.db)).toBe(0)
    expect(await rowOf(cast, draft.id)).toMatchObject({ state: 'draft', approvedBy: null, returnedBecause: expect.stringContaining('pre-election') })
    expect((await actsOf(cast, draft.id)).at(-1)).toMatchObject({ act: 'returned', role: 'system' })
  })

  test('lets out what the press office approved before it', async () => {
    const draft = await handIn()
    await approve(people.press, draft, false, DURING)
    await period()
    setClock(DURING)
    expect(await publishDue(cast.db)).toBe(1)
  })

  test('does not let out what the sergeant approved before it', async () => {
    const draft = await handIn()
    await approve(people.sergeant, draft, false)
    await period()
    setClock(DURING)
    await expect(publishDraft(cast.db, people.officer, draft.id, draft.version)).rejects.toBeInstanceOf(Forbidden)
    expect((await rowOf(cast, draft.id)).postId).toBeNull()
  })

  test('takes corrections the way of a draft, and lines beside a post', async () => {
    const { id } = await anyPost()
    await period({ teamIds: [cast.team.id, cast.elsewhere.id] })
    setClock(DURING)
    const correction = { title: 'Checks', body: 'We were not out.', tags: [], note: 'The day', version: 1 }
    for (const actor of [people.officer, people.sergeant, people.press])
      await expect(correctPost(cast.db, actor, id, correction)).rejects.toBeInstanceOf(Forbidden)
    const { id: draftId } = await draftCorrection(cast.db, people.officer, id)
    expect((await draftById(cast.db, people.officer, draftId)).needsSecondBecause).toContain('pre-election')
    await expect(repostPost(cast.db, people.stranger, id, cast.elsewhere, 'Here too.')).rejects.toBeInstanceOf(Forbidden)
    await repostPost(cast.db, people.press, id, cast.elsewhere, 'Here too.')
  })
})
