import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { draftById, saveDraft } from '../../src/posts/draft.ts'
import { adoptSuggestion, approveDraft, discardDraft, publishDraft, reopenDraft, returnDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { postById } from '../../src/posts/list.ts'
import { correctPost, draftCorrection, versionsOf, withdrawPost } from '../../src/posts/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { actsOf, addPhotoRow, inputOf, openCast, rowOf, write, type Cast } from './draft-cast.ts'
import { CHARGE, FORMS } from './kind-forms.ts'

let cast: Cast
beforeAll(async () => {
  cast = await openCast()
})
afterAll(() => cast.close())

const NOW = { publish: true, lock: false, publishAt: null }
const ONLY = { publish: false, lock: false, publishAt: null }

async function submitted(kind: 'appeal' | 'arrest' | 'outcome' | 'update' = 'appeal', form = FORMS[kind]) {
  const draft = await saveDraft(cast.db, cast.people.officer, cast.team, inputOf(kind, form))
  await submitDraft(cast.db, cast.people.officer, draft.id, draft.version)
  return draft
}

/** A published appeal. */
async function appeal(): Promise<number> {
  const draft = await submitted()
  await approveDraft(cast.db, cast.people.press, draft.id, { version: 1, ...NOW })
  return (await rowOf(cast, draft.id)).postId!
}

describe('a second person', () => {
  test('approves the version in view, and it goes out marked with its author’s role', async () => {
    const draft = await submitted()
    const { path } = await approveDraft(cast.db, cast.people.press, draft.id, { version: draft.version, ...NOW })
    const { postId } = await rowOf(cast, draft.id)
    const post = await postById(cast.db, postId!)
    expect(post).toMatchObject({
      path,
      kind: 'appeal',
      approved: true,
      author: 'PC Imran Adeyemi',
      officialRole: 'officer',
      details: { reference: '27000123456' },
    })
    expect((await actsOf(cast, draft.id)).map(({ act, role }) => [act, role])).toEqual([
      ['submitted', 'officer'],
      ['approved', 'press-office'],
      ['published', 'press-office'],
    ])
    const told = await cast.db.select().from(activities).where(eq(activities.postId, postId!))
    expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['post.published', 'draft.published']))
  })

  test('is never the author, never the sergeant for a sensitive kind, never an administrator', async () => {
    const { officer, sergeant, administrator, press, otherPress, colleague } = cast.people
    const draft = await submitted()
    for (const actor of [officer, colleague, sergeant])
      await expect(approveDraft(cast.db, actor, draft.id, { version: 1, ...ONLY })).rejects.toBeInstanceOf(Forbidden)
    await expect(approveDraft(cast.db, administrator, draft.id, { version: 1, ...ONLY })).rejects.toBeInstanceOf(NotFound)
    await expect(publishDraft(cast.db, officer, draft.id, 1)).rejects.toBeInstanceOf(Forbidden)
    const own = await write(cast, 'appeal', press)
    await submitDraft(cast.db, press, own.id, 1)
    await expect(approveDraft(cast.db, press, own.id, { version: 1, ...NOW })).rejects.toBeInstanceOf(Forbidden)
    expect((await approveDraft(cast.db, otherPress, own.id, { version: 1, ...NOW })).path).not.toBeNull()
  })

  test('two at once: one approves, the other hears of it, one post', async () => {
    const draft = await submitted()
    const { press, otherPress } = cast.people
    const tries = await Promise.allSettled([press, otherPress].map((actor) => approveDraft(cast.db, actor, draft.id, { version: 1, ...NOW })))
    const failed = tries.filter((one) => one.status === 'rejected')
    expect(failed).toHaveLength(1)
    expect(failed[0]?.reason).toBeInstanceOf(Overtaken)
    expect(await cast.db.$count(posts, eq(posts.clientKey, draft.clientKey))).toBe(1)
  })

  test('an approval of other words than those in view is refused; a change voids one that was given', async () => {
    const { officer, press } = cast.people
    const draft = await submitted()
    await reopenDraft(cast.db, officer, draft.id)
    const form = { ...FORMS.appeal, body: 'Two bicycles were taken.' }
    await saveDraft(cast.db, officer, cast.team, inputOf('appeal', form, { key: draft.clientKey, version: 1 }))
    await submitDraft(cast.db, officer, draft.id, 2)
    await expect(approveDraft(cast.db, press, draft.id, { version: 1, ...NOW })).rejects.toBeInstanceOf(Overtaken)
    await approveDraft(cast.db, press, draft.id, { version: 2, ...ONLY })
    await reopenDraft(cast.db, officer, draft.id)
    expect(await rowOf(cast, draft.id)).toMatchObject({ state: 'draft', approvedBy: null })
    await expect(publishDraft(cast.db, officer, draft.id, 2)).rejects.toBeInstanceOf(Forbidden)
  })

  test('sends back with a note and words of their own; the author takes them over', async () => {
    const { officer, press } = cast.people
    const draft = await submitted()
    const suggestion = { ...FORMS.appeal, title: 'Did you see a blue bicycle?' }
    await returnDraft(cast.db, press, draft.id, { version: 1, note: 'Say which bicycle.', suggestion })
    const view = await draftById(cast.db, officer, draft.id)
    expect(view).toMatchObject({
      state: 'draft',
      turn: 'Came back: yours to change',
      returned: { because: 'Say which bicycle.', by: 'Dana Price', suggestion: { title: 'Did you see a blue bicycle?' } },
    })
    expect(Object.keys(view.returned?.suggestion ?? {})).toEqual(['title'])
    await adoptSuggestion(cast.db, officer, draft.id, draft.version)
    expect(await rowOf(cast, draft.id)).toMatchObject({ version: 2, form: suggestion })
    await expect(adoptSuggestion(cast.db, press, draft.id, draft.version)).rejects.toBeInstanceOf(Forbidden)
  })

  test('has looked at the photos with it; the sergeant does not approve one that waits for the press office', async () => {
    const { officer, sergeant, press } = cast.people
    const draft = await write(cast)
    const photo = await addPhotoRow(cast, draft, { alt: '', seen: false })
    await expect(submitDraft(cast.db, officer, draft.id, 1)).rejects.toMatchObject({
      fields: { [`alt-${photo}`]: 'Describe this photo for people who cannot see it' },
    })
    await cast.db.$client.query("update photos set alt = 'A quiet street' where id = $1", [photo])
    await expect(publishDraft(cast.db, officer, draft.id, 1)).rejects.toBeInstanceOf(Forbidden)
    await submitDraft(cast.db, officer, draft.id, 1)
    await expect(approveDraft(cast.db, sergeant, draft.id, { version: 1, ...NOW })).rejects.toBeInstanceOf(Forbidden)
    await approveDraft(cast.db, press, draft.id, { version: 1, ...NOW })
    const post = await postById(cast.db, (await rowOf(cast, draft.id)).postId!)
    expect(post.photos).toEqual([{ id: photo, alt: 'A quiet street', width: 640, height: 480 }])
  })

  test('the sergeant approves an outcome, and publishes their own without anybody', async () => {
    const { sergeant } = cast.people
    const draft = await submitted('outcome')
    expect((await approveDraft(cast.db, sergeant, draft.id, { version: 1, ...NOW })).path).not.toBeNull()
    const own = await write(cast, 'outcome', sergeant)
    expect((await publishDraft(cast.db, sergeant, own.id, 1)).id).toBeGreaterThan(0)
  })
})

describe('publishing', () => {
  test('twice, also at once, is the same as once', async () => {
    const draft = await write(cast)
    const made = await Promise.all([1, 2, 3].map(() => publishDraft(cast.db, cast.people.officer, draft.id, 1)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect((await actsOf(cast, draft.id)).map(({ act }) => act)).toEqual(['published'])
  })

  test('waits for what is missing, and says all of it', async () => {
    const draft = await saveDraft(cast.db, cast.people.officer, cast.team, inputOf('appeal', { title: '' }))
    const refused = await submitDraft(cast.db, cast.people.officer, draft.id, 1).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect(Object.keys((refused as Refused).fields)).toEqual(expect.arrayContaining(['title', 'body']))
  })

  test('stands on the pages of all its teams, or of the whole force', async () => {
    const { press } = cast.people
    const shared = await write(cast, 'update', press, { teamIds: [cast.elsewhere.id] })
    const { id } = await publishDraft(cast.db, press, shared.id, 1)
    expect((await postById(cast.db, id)).teams).toMatchObject([{ slug: 'alford' }])
    const all = await write(cast, 'update', press, { wholeForce: true })
    const post = await postById(cast.db, (await publishDraft(cast.db, press, all.id, 1)).id)
    expect(post.teams.map(({ name }) => name)).toEqual(['Alford'])
  })

  test('locks the conversation when the form asks and the approver agrees, and not otherwise', async () => {
    const mode = async (lock: boolean) => {
      const draft = await submitted('arrest')
      await approveDraft(cast.db, cast.people.press, draft.id, { version: 1, publish: true, lock, publishAt: null })
      const post = await postById(cast.db, (await rowOf(cast, draft.id)).postId!)
      const [conversation] = await cast.db.select().from(conversations).where(eq(conversations.id, post.conversationId))
      return [conversation?.mode, conversation?.legalTrigger, conversation?.modeSetBy]
    }
    expect(await mode(true)).toEqual(['legal-lock', 'arrest', cast.people.press.accountId])
    expect(await mode(false)).toEqual(['open', null, null])
  })

  test('a discarded draft never goes out', async () => {
    const draft = await write(cast)
    await expect(discardDraft(cast.db, cast.people.sergeant, draft.id)).rejects.toBeInstanceOf(Forbidden)
    await discardDraft(cast.db, cast.people.officer, draft.id)
    await expect(publishDraft(cast.db, cast.people.officer, draft.id, 1)).rejects.toBeInstanceOf(Overtaken)
  })
})

describe('correcting a sensitive post', () => {
  test('takes a draft and the press office again; the earlier version stays with its details', async () => {
    const { officer, sergeant, press } = cast.people
    const postId = await appeal()
    await expect(draftCorrection(cast.db, officer, postId)).rejects.toBeInstanceOf(Forbidden)
    const direct = { title: 'x', body: 'x', tags: [], note: 'x', version: 1 }
    await expect(correctPost(cast.db, press, postId, direct)).rejects.toBeInstanceOf(Forbidden)
    const { id } = await draftCorrection(cast.db, sergeant, postId)
    expect(await draftCorrection(cast.db, sergeant, postId)).toEqual({ id })
    const { form, clientKey } = await rowOf(cast, id)
    expect(form).toMatchObject({ title: FORMS.appeal['title'], reference: '27000123456', note: '' })
    await expect(submitDraft(cast.db, sergeant, id, 1)).rejects.toMatchObject({ fields: { note: expect.any(String) } })
    const corrected = { ...form, reference: '27000999999', note: 'The reference was wrong.' }
    await saveDraft(cast.db, sergeant, cast.team, inputOf('appeal', corrected, { key: clientKey, version: 1 }))
    await submitDraft(cast.db, sergeant, id, 2)
    await approveDraft(cast.db, press, id, { version: 2, ...NOW })
    const post = await postById(cast.db, postId)
    expect(post).toMatchObject({ state: 'corrected', version: 2, details: { reference: '27000999999' } })
    expect(await versionsOf(cast.db, post)).toMatchObject([{ version: 1, note: 'The reference was wrong.', details: { reference: '27000123456' } }])
    expect(await cast.db.$count(posts, eq(posts.id, postId))).toBe(1)
  })

  test('of two begun at once the second hears of the first, and a withdrawn post is not corrected', async () => {
    const { press, otherPress, sergeant } = cast.people
    const postId = await appeal()
    const begin = async (author: typeof press) => {
      const { id } = await draftCorrection(cast.db, author, postId)
      const { form, clientKey } = await rowOf(cast, id)
      await saveDraft(cast.db, author, cast.team, inputOf('appeal', { ...form, note: 'Better.' }, { key: clientKey, version: 1 }))
      await submitDraft(cast.db, author, id, 2)
      return id
    }
    const [first, second, third] = [await begin(press), await begin(otherPress), await begin(sergeant)]
    await approveDraft(cast.db, otherPress, first, { version: 2, ...NOW })
    await expect(approveDraft(cast.db, press, second, { version: 2, ...NOW })).rejects.toBeInstanceOf(Overtaken)
    await withdrawPost(cast.db, press, postId, 'It was another road.')
    await expect(approveDraft(cast.db, press, third, { version: 2, ...NOW })).rejects.toBeInstanceOf(Forbidden)
    expect((await postById(cast.db, postId)).version).toBe(2)
  })

  test('what is kept for the record alone is on no page and in no version', async () => {
    const draft = await submitted('arrest', CHARGE)
    await approveDraft(cast.db, cast.people.press, draft.id, { version: 1, ...NOW })
    const post = await postById(cast.db, (await rowOf(cast, draft.id)).postId!)
    expect(Object.keys(post.details).filter((name) => name.startsWith('exception'))).toEqual([])
  })
})

describe('correcting a routine post', () => {
  test('changes its details at once, and keeps them when none are sent', async () => {
    const draft = await write(cast, 'found-property')
    const { officer } = cast.people
    const { id } = await publishDraft(cast.db, officer, draft.id, 1)
    const words = { title: 'A ring', body: 'Is it yours?', tags: [], note: 'The place.' }
    await correctPost(cast.db, officer, id, { ...words, version: 1, form: { ...FORMS['found-property'], where: 'The church' } })
    expect((await postById(cast.db, id)).details).toMatchObject({ item: 'A ring', where: 'The church' })
    await correctPost(cast.db, officer, id, { ...words, title: 'A silver ring', version: 2 })
    expect(await postById(cast.db, id)).toMatchObject({ title: 'A silver ring', version: 3, details: { where: 'The church' } })
  })
})
