import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { draftById, ownDrafts, saveDraft, teamDrafts, waitingDrafts } from '../../src/posts/draft.ts'
import { discardDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { mayApprove } from '../../src/posts/policy.ts'
import { drafts } from '../../src/posts/schema.ts'
import { addPhotoRow, inputOf, openCast, rowOf, write, type Cast } from './draft-cast.ts'
import { FORMS } from './kind-forms.ts'

let cast: Cast
beforeAll(async () => {
  cast = await openCast()
})
afterAll(() => cast.close())

describe('saving', () => {
  test('keeps what was typed as it was typed, complete or not', async () => {
    const form = { title: '  half a ', body: '' }
    const draft = await saveDraft(cast.db, cast.people.officer, cast.team, inputOf('appeal', form))
    expect(draft).toMatchObject({ kind: 'appeal', state: 'draft', version: 1, form, officialRole: 'officer' })
  })

  test('the same key writes in the same draft, the same words change nothing, two at once make one', async () => {
    const input = inputOf('update', { title: 'Once' })
    const [first, second] = await Promise.all([1, 2].map(() => saveDraft(cast.db, cast.people.officer, cast.team, input)))
    expect(second).toMatchObject({ id: first?.id, version: 1 })
    const changed = await saveDraft(cast.db, cast.people.officer, cast.team, { ...input, form: { title: 'Twice' }, version: 1 })
    expect(changed).toMatchObject({ id: first?.id, version: 2, form: { title: 'Twice' } })
  })

  test('another device that changed it since is not overwritten', async () => {
    const input = inputOf('update', { title: 'A' })
    await saveDraft(cast.db, cast.people.officer, cast.team, input)
    const later = { ...input, form: { title: 'B' }, version: 1 }
    await saveDraft(cast.db, cast.people.officer, cast.team, later)
    await expect(saveDraft(cast.db, cast.people.officer, cast.team, { ...later, form: { title: 'C' } })).rejects.toBeInstanceOf(Overtaken)
    // The answer was lost and the form is sent again.
    expect(await saveDraft(cast.db, cast.people.officer, cast.team, later)).toMatchObject({ version: 2, form: { title: 'B' } })
  })

  test('needs a duty for every team named; the whole force is for the press office', async () => {
    const { officer, press, resident, administrator, stranger } = cast.people
    const elsewhere = inputOf('update', FORMS.update, { teamIds: [cast.elsewhere.id] })
    for (const actor of [resident, administrator, stranger])
      await expect(saveDraft(cast.db, actor, cast.team, inputOf())).rejects.toBeInstanceOf(Forbidden)
    await expect(saveDraft(cast.db, officer, cast.team, elsewhere)).rejects.toBeInstanceOf(Forbidden)
    await expect(saveDraft(cast.db, officer, cast.team, inputOf('update', FORMS.update, { wholeForce: true }))).rejects.toBeInstanceOf(Forbidden)
    await expect(saveDraft(cast.db, press, cast.team, inputOf('update', FORMS.update, { teamIds: [987_654] }))).rejects.toBeInstanceOf(NotFound)
    const draft = await saveDraft(cast.db, press, cast.team, elsewhere)
    expect((await draftById(cast.db, press, draft.id)).teams).toMatchObject([{ name: 'Alford' }])
    expect((await saveDraft(cast.db, press, cast.team, inputOf('update', FORMS.update, { wholeForce: true }))).wholeForce).toBe(true)
  })

  test('what an arrest does not ask for is not even kept, and a question is not composed', async () => {
    const arrest = inputOf('arrest', { ...FORMS.arrest, body: 'He is a known thief.' })
    await expect(saveDraft(cast.db, cast.people.officer, cast.team, arrest)).rejects.toBeInstanceOf(Refused)
    await expect(saveDraft(cast.db, cast.people.officer, cast.team, inputOf('question'))).rejects.toBeInstanceOf(Refused)
  })

  test('what is not with its author any more is not written in', async () => {
    const draft = await write(cast, 'appeal')
    await submitDraft(cast.db, cast.people.officer, draft.id, draft.version)
    const again = inputOf('appeal', { ...FORMS.appeal, title: 'Another' }, { key: draft.clientKey, version: draft.version })
    await expect(saveDraft(cast.db, cast.people.officer, cast.team, again)).rejects.toBeInstanceOf(Forbidden)
    expect((await rowOf(cast, draft.id)).version).toBe(draft.version)
  })
})

describe('reading', () => {
  test('the author, the people of its teams and the press office see a draft; for all others there is none', async () => {
    const { officer, colleague, sergeant, press, stranger, administrator, resident } = cast.people
    const draft = await write(cast, 'appeal')
    for (const actor of [officer, colleague, sergeant, press]) expect((await draftById(cast.db, actor, draft.id)).id).toBe(draft.id)
    for (const actor of [stranger, administrator, resident]) await expect(draftById(cast.db, actor, draft.id)).rejects.toBeInstanceOf(NotFound)
  })

  test('says whose turn it is, why it needs a second person, and what each may do', async () => {
    const { officer, colleague, sergeant, press } = cast.people
    const draft = await write(cast, 'appeal')
    const because = 'An appeal goes out only after the press office has approved it.'
    expect(await draftById(cast.db, officer, draft.id)).toMatchObject({
      turn: 'Yours to finish',
      needsSecondBecause: because,
      steps: ['edit', 'submit', 'discard'],
      mark: 'Officer · Bracebridge Heath team',
    })
    expect(await draftById(cast.db, colleague, draft.id)).toMatchObject({ turn: 'With PC Imran Adeyemi', steps: [] })
    await submitDraft(cast.db, officer, draft.id, draft.version)
    expect(await draftById(cast.db, sergeant, draft.id)).toMatchObject({ turn: 'Waits for the press office', steps: ['reopen'] })
    expect(await draftById(cast.db, press, draft.id)).toMatchObject({ turn: 'Waits for you', steps: ['return', 'approve', 'reopen'] })
    expect((await draftById(cast.db, press, draft.id)).history).toMatchObject([{ act: 'submitted', by: 'PC Imran Adeyemi', role: 'Officer' }])
  })

  test('a routine post goes out by its author, unless nobody has looked at a photo', async () => {
    const draft = await write(cast)
    expect(await draftById(cast.db, cast.people.officer, draft.id)).toMatchObject({
      needsSecondBecause: null,
      steps: ['edit', 'submit', 'publish', 'schedule', 'discard'],
    })
    await addPhotoRow(cast, draft, { alt: 'A street', seen: false })
    expect(await draftById(cast.db, cast.people.officer, draft.id)).toMatchObject({
      needsSecondBecause: 'A photo was sent without the blur tool, so the press office looks at it first.',
      steps: ['edit', 'submit', 'discard'],
    })
    expect((await draftById(cast.db, cast.people.officer, (await write(cast, 'outcome')).id)).needsSecondBecause).toBe(
      'An outcome is published by the sergeant.',
    )
  })

  test('has a title also when none was typed', async () => {
    const title = async (kind: 'update' | 'arrest', form: Record<string, string>) =>
      (await draftById(cast.db, cast.people.officer, (await saveDraft(cast.db, cast.people.officer, cast.team, inputOf(kind, form))).id)).title
    expect(await title('arrest', {})).toMatch(/no details yet$/)
    expect(await title('arrest', { age: '34' })).toMatch(/not complete yet$/)
    expect(await title('arrest', FORMS.arrest)).toMatch(/burglary/i)
    expect(await title('update', { body: 'Out on Newark Road' })).toBe('Out on Newark Road')
  })
})

describe('lists', () => {
  test('of what waits for somebody agree with who may approve, for every kind, author and reader', async () => {
    const { officer, sergeant, press } = cast.people
    for (const kind of ['update', 'outcome', 'appeal', 'arrest'] as const)
      for (const author of [officer, sergeant, press])
        for (const photo of kind === 'update' ? [true, false] : [false]) {
          const draft = await write(cast, kind, author)
          if (photo) await addPhotoRow(cast, draft, { alt: 'A street', seen: false })
          await submitDraft(cast.db, author, draft.id, 1)
          const [thing] = await cast.db.select().from(drafts).where(eq(drafts.id, draft.id))
          for (const [name, actor] of Object.entries(cast.people)) {
            const listed = (await waitingDrafts(cast.db, actor, 100)).some(({ id }) => id === draft.id)
            expect(listed, `${kind} by ${author.displayName} for ${name}`).toBe(
              mayApprove(actor, { ...thing!, teamIds: [], unseen: photo, election: false }),
            )
          }
        }
  })

  test('hold what is one’s own, what waits for somebody, and what colleagues have under way', async () => {
    const { officer, colleague, sergeant, press, otherPress, stranger, administrator, resident } = cast.people
    const appeal = await write(cast, 'appeal', colleague)
    const outcome = await write(cast, 'outcome', colleague)
    const byPress = await write(cast, 'appeal', press)
    for (const [author, draft] of [
      [colleague, appeal],
      [colleague, outcome],
      [press, byPress],
    ] as const)
      await submitDraft(cast.db, author, draft.id, draft.version)
    const gone = await write(cast, 'update', colleague, { key: randomUUID() })
    await discardDraft(cast.db, colleague, gone.id)
    const ids = (items: { id: number }[]) => items.map(({ id }) => id)
    expect(ids(await ownDrafts(cast.db, colleague, 50))).toEqual(expect.arrayContaining([outcome.id, appeal.id]))
    expect(ids(await ownDrafts(cast.db, colleague, 50))).not.toContain(gone.id)
    expect(ids(await waitingDrafts(cast.db, sergeant, 50))).toContain(outcome.id)
    expect(ids(await waitingDrafts(cast.db, sergeant, 50))).not.toContain(appeal.id)
    expect(ids(await waitingDrafts(cast.db, press, 50))).toEqual(expect.arrayContaining([appeal.id, outcome.id]))
    expect(ids(await waitingDrafts(cast.db, press, 50))).not.toContain(byPress.id)
    expect(ids(await waitingDrafts(cast.db, otherPress, 50))).toContain(byPress.id)
    expect(ids(await teamDrafts(cast.db, officer, 50))).toContain(appeal.id)
    for (const actor of [stranger, administrator, resident])
      expect([
        ...(await waitingDrafts(cast.db, actor, 50)),
        ...(await teamDrafts(cast.db, actor, 50)),
        ...(await ownDrafts(cast.db, actor, 50)),
      ]).toEqual([])
  })
})
