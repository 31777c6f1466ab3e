/** Suggestions: gathered by the one engine, supported, decided once, and in no list any more when a moderator takes them away. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { comments, conversations, raisedComments } from '../../src/conversations/schema.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { lockConversation, nameConversation, startConversation } from '../../src/conversations/conversation.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { approveDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { correctPost, withdrawPost } from '../../src/posts/post.ts'
import { lockPost } from '../../src/posts/stored-post.ts'
import { restorePost } from '../../src/posts/restoring.ts'
import { drafts } from '../../src/posts/schema.ts'
import { boxOf, openBox } from '../../src/priorities/box.ts'
import { chainAccounts, chainOf } from '../../src/priorities/chain.ts'
import { declineSuggestion, mergeSuggestion } from '../../src/priorities/decision.ts'
import { suggestionBoxes, suggestionDecisions } from '../../src/priorities/schema.ts'
import { similarTo } from '../../src/priorities/similar.ts'
import { decided, suggestionById, waiting } from '../../src/priorities/suggestion.ts'
import { takeUpComment } from '../../src/priorities/taking-up.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { addressOf, openChain, type Chained } from './chain-world.ts'

let w: Chained
beforeAll(async () => {
  w = await openChain()
})
afterAll(() => w?.close())

const refusedBy = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((problem: unknown) => problem)
const waitingIds = async () => (await waiting(w.db, w.boxId, { accountId: null, limit: 100 })).items.map(({ commentId }) => commentId)
const repliesTo = (id: number) => w.db.select().from(comments).where(eq(comments.parentId, id))

describe('the box', () => {
  test('is made once, however many need it first at the same time', async () => {
    const team = { ...(await makeTeam(w.db, 'New Box')), archivedAt: null }
    expect(await boxOf(w.db, team.id)).toBeNull()
    const made = await Promise.all([1, 2, 3, 4].map(() => openBox(w.db, team)))
    expect(new Set(made).size).toBe(1)
    expect(await w.db.$count(suggestionBoxes, eq(suggestionBoxes.teamId, team.id))).toBe(1)
    expect(await w.db.$count(conversations, eq(conversations.teamId, team.id))).toBe(1)
  })

  test('gathers what residents say, by support; supporting twice counts once', async () => {
    const [less, more] = [await w.suggest(w.resident, 'Bins are burning.'), await w.suggest(w.resident, 'Mopeds on the common.')]
    await Promise.all([w.support(w.neighbour, more), w.support(w.neighbour, more)])
    await w.support(w.newcomer, more)
    const items = (await waiting(w.db, w.boxId, { accountId: w.neighbour.accountId, limit: 100 })).items
    const at = (id: number) => items.findIndex(({ commentId }) => commentId === id)
    expect(at(more)).toBeLessThan(at(less))
    expect(items[at(more)]).toMatchObject({ supportCount: 2, mine: true })
    await w.support(w.neighbour, more, false)
    expect((await suggestionById(w.db, more, null)).supportCount).toBe(1)
  })

  test('what is held, removed or withdrawn stands in no list, and nobody decides on it', async () => {
    const [held, removed] = [await w.suggest(w.newcomer, 'First words.'), await w.suggest(w.resident, 'Rude words about lamps and lights.')]
    expect(await waitingIds()).toContain(removed)
    await w.flag({ commentId: removed }, w.neighbour)
    await w.decide(w.press, { commentId: removed }, 'remove')
    const ids = await waitingIds()
    for (const gone of [held, removed]) {
      expect(ids).not.toContain(gone)
      expect(await refusedBy(suggestionById(w.db, gone, null))).toBeInstanceOf(NotFound)
      expect(await refusedBy(declineSuggestion(w.db, w.sergeant, gone, 'No.'))).toBeInstanceOf(NotFound)
    }
    expect(await similarTo(w.db, w.team, 'rude words lamps lights', null)).toEqual([])
  })
})

describe('declining', () => {
  test('gives a reason that everybody reads, under the suggestion too, once', async () => {
    const id = await w.suggest(w.resident)
    await Promise.all([
      declineSuggestion(w.db, w.sergeant, id, 'The council does it.'),
      declineSuggestion(w.db, w.sergeant, id, 'The council does it.'),
    ])
    expect(await waitingIds()).not.toContain(id)
    const replies = await repliesTo(id)
    expect(replies.map(({ body, officialRole }) => [body, officialRole])).toEqual([
      ['Thank you for this suggestion. We will not make it a priority now. The council does it.', 'supervisor'],
    ])
    expect((await decided(w.db, w.boxId)).items.find(({ commentId }) => commentId === id)).toMatchObject({
      answer: 'declined',
      reason: 'The council does it.',
    })
    expect(await w.db.$count(activities, sql`${activities.kind} = 'suggestion.declined' and ${activities.commentId} = ${id}`)).toBe(1)
  })

  test('two sergeants at once: one decides, the other is told', async () => {
    const [id, other] = [await w.suggest(w.resident), await w.suggest(w.resident)]
    const results = await Promise.allSettled([
      declineSuggestion(w.db, w.sergeant, id, 'No.'),
      mergeSuggestion(w.db, w.press, id, { commentId: other }),
    ])
    const [failed] = results.filter((result) => result.status === 'rejected')
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(failed?.reason).toBeInstanceOf(Overtaken)
    expect(await repliesTo(id)).toHaveLength(1)
  })

  test('is for the sergeant of the team and the press office', async () => {
    const id = await w.suggest(w.resident)
    for (const by of [w.officer, w.otherSergeant, w.resident, w.administrator])
      expect(await refusedBy(declineSuggestion(w.db, by, id, 'No.'))).toBeInstanceOf(Forbidden)
    await declineSuggestion(w.db, w.press, id, 'Not now.')
  })
})

describe('putting together', () => {
  test('with itself, in a ring, with what was declined or another team’s: refused', async () => {
    const [one, two, three] = [await w.suggest(w.resident), await w.suggest(w.resident), await w.suggest(w.resident)]
    const into = (id: number, goal: number) => mergeSuggestion(w.db, w.sergeant, id, { commentId: goal })
    const isRefused = async (work: Promise<unknown>) => expect(((await refusedBy(work)) as Refused).fields).toHaveProperty('into')
    await isRefused(into(one, one))
    await into(one, two)
    await isRefused(into(two, one))
    await into(two, three)
    await isRefused(into(three, one))
    await expect(w.db.insert(suggestionDecisions).values({ ...(await w.decisionOn(two))!, commentId: three, intoId: one })).rejects.toThrow()
    const declined = await w.suggest(w.resident)
    await declineSuggestion(w.db, w.sergeant, declined, 'No.')
    await isRefused(into(three, declined))
    await isRefused(into(three, await w.say(w.resident)))
    await isRefused(mergeSuggestion(w.db, w.sergeant, three, { priorityId: 999_999 }))
  })

  test('two teams that decide on the same conversations wait for each other, and neither fails', async () => {
    const [first, second] = [await makePost(w.db, w.officer, w.team, 'First'), await makePost(w.db, w.officer, w.team, 'Second')]
    const [into, from] = [await w.say(w.resident, 'Lights.', first), await w.say(w.resident, 'Lamps.', second)]
    for (const id of [into, from]) await takeUpComment(w.db, w.sergeant, w.team, id)
    const merging: Promise<unknown>[] = []
    await w.db.transaction(async (tx) => {
      await lockConversation(tx, first.conversationId)
      merging.push(refusedBy(mergeSuggestion(w.db, w.sergeant, from, { commentId: into })))
      await new Promise((done) => setTimeout(done, 300))
      await tx.execute(sql`select 1 from conversations where id = ${second.conversationId} for no key update nowait`)
    })
    expect(await Promise.all(merging)).toEqual([null])
    expect((await w.decisionOn(from))?.intoId).toBe(into)
  })

  test('waits again when that one is removed, or taken back by its author, before anything was decided on it', async () => {
    for (const how of ['removed', 'withdrawn']) {
      const [head, one, decided] = [await w.suggest(w.neighbour), await w.suggest(w.resident), await w.suggest(w.resident)]
      await mergeSuggestion(w.db, w.sergeant, one, { commentId: head })
      const { id } = await w.setPriority(w.sergeant, [`/comments/${decided}`])
      await mergeSuggestion(w.db, w.sergeant, await w.suggest(w.resident), { priorityId: id })
      await expect(w.db.delete(suggestionDecisions).where(eq(suggestionDecisions.commentId, one))).rejects.toThrow()
      if (how === 'withdrawn') await withdrawComment(w.db, w.neighbour, head)
      else {
        await w.flag({ commentId: head }, w.resident)
        await w.decide(w.press, { commentId: head }, 'remove')
      }
      expect([await w.decisionOn(one), (await waitingIds()).includes(one)]).toEqual([undefined, true])
      const another = await w.suggest(w.neighbour)
      await mergeSuggestion(w.db, w.sergeant, one, { commentId: another })
      expect((await repliesTo(one)).at(-1)?.body).toContain(`/comments/${another}`)
    }
  })

  test('hangs on one head, and goes into the chain with it', async () => {
    const [head, first, second] = [await w.suggest(w.resident), await w.suggest(w.neighbour), await w.suggest(w.neighbour)]
    await mergeSuggestion(w.db, w.sergeant, first, { commentId: head })
    await mergeSuggestion(w.db, w.sergeant, second, { commentId: first })
    expect((await w.decisionOn(second))?.intoId).toBe(head)
    const { id } = await w.setPriority(w.sergeant, [`/comments/${head}`])
    const later = await w.suggest(w.neighbour)
    await mergeSuggestion(w.db, w.sergeant, later, { priorityId: id })
    const { suggested, said } = await chainOf(w.db, id, null)
    expect(new Map(suggested.map(({ path, isMerged }) => [path, isMerged]))).toEqual(
      new Map([
        [`/comments/${head}`, false],
        [`/comments/${first}`, true],
        [`/comments/${second}`, true],
        [`/comments/${later}`, true],
      ]),
    )
    expect(said).toEqual([])
  })
})

describe('taking up', () => {
  test('publishing a priority that names it adopts it, answers, and lets nobody else decide', async () => {
    const id = await w.suggest(w.resident)
    await w.support(w.neighbour, id)
    const priority = await w.setPriority(w.sergeant, [`/comments/${id}`])
    expect(await w.decisionOn(id)).toMatchObject({ answer: 'adopted', priorityId: priority.id, decidedBy: w.sergeant.accountId })
    expect((await repliesTo(id)).map(({ body }) => body)).toEqual([
      `Thank you. We have made this a priority of our team: ${w.site.config.publicUrl}${addressOf(w.team.slug, priority.postId)}`,
    ])
    expect(await waitingIds()).not.toContain(id)
    expect(await refusedBy(declineSuggestion(w.db, w.sergeant, id, 'No.'))).toBeInstanceOf(Overtaken)
    await w.setPriority(w.sergeant, [`/comments/${id}`], 'Again')
    expect((await w.decisionOn(id))?.priorityId).toBe(priority.id)
  })

  test('an officer’s priority takes it up with the mark of the sergeant who let it out', async () => {
    const id = await w.suggest(w.resident)
    const form = { title: 'Speeding', body: 'Past the school.', 'came-from': `/comments/${id}` }
    const sent = { kind: 'priority' as const, key: randomUUID(), form, version: null, teamIds: [], wholeForce: false }
    const draft = await saveDraft(w.db, w.officer, w.team, sent)
    await submitDraft(w.db, w.officer, draft.id, draft.version)
    const [handedIn] = await w.db.select().from(drafts).where(eq(drafts.id, draft.id))
    await approveDraft(w.db, w.sergeant, draft.id, { version: handedIn?.version ?? 0, publish: true, lock: false, publishAt: null })
    expect(await w.decisionOn(id)).toMatchObject({ decidedBy: w.sergeant.accountId, decidedRole: 'supervisor' })
    expect((await suggestionById(w.db, id, null)).decision?.mark).toBe('Sergeant · Bracebridge Heath team')
  })

  test('brought back after a moderator took it down, it takes up again and says so no second time', async () => {
    const id = await w.suggest(w.resident)
    const { id: priorityId, postId } = await w.setPriority(w.sergeant, [`/comments/${id}`])
    await w.flag({ postId }, w.neighbour)
    await w.decide(w.press, { postId }, 'remove')
    expect([await w.decisionOn(id), (await waitingIds()).includes(id)]).toEqual([undefined, true])
    await w.db.transaction(async (tx) => {
      const { post } = (await lockPost(tx, postId)) ?? {}
      if (post) await restorePost(tx, w.press2.accountId, post)
    })
    expect(await w.decisionOn(id)).toMatchObject({ answer: 'adopted', priorityId })
    expect(await repliesTo(id)).toHaveLength(1)
  })

  test('a withdrawn priority lets its suggestions wait again; a correction only those that it names no more', async () => {
    const [one, two] = [await w.suggest(w.resident), await w.suggest(w.resident)]
    const { postId } = await w.setPriority(w.sergeant, [`/comments/${one}`, `/comments/${two}`])
    const form = { title: 'Speeding', body: 'Words.', tags: '', 'came-from': `/comments/${one}` }
    await correctPost(w.db, w.sergeant, postId, { title: '', body: '', tags: [], note: 'Only one.', version: 1, form })
    expect(await waitingIds()).toContain(two)
    expect(await waitingIds()).not.toContain(one)
    await withdrawPost(w.db, w.sergeant, postId, 'It named somebody.')
    expect(await waitingIds()).toContain(one)
    expect(await w.decisionOn(one)).toBeUndefined()
  })

  test('a decision that stands is taken back by nobody', async () => {
    const id = await w.suggest(w.resident)
    await declineSuggestion(w.db, w.sergeant, id, 'No.')
    await expect(w.db.delete(suggestionDecisions).where(eq(suggestionDecisions.commentId, id))).rejects.toThrow()
    await w.setPriority(w.sergeant, [`/comments/${id}`])
    expect((await w.decisionOn(id))?.answer).toBe('adopted')
  })

  test('a comment from elsewhere is raised once, by staff of the team, and keeps its support', async () => {
    const id = await w.say(w.resident, 'The lights at the bus stop are out.')
    await w.support(w.neighbour, id)
    for (const by of [w.resident, w.otherSergeant, w.administrator])
      expect(await refusedBy(takeUpComment(w.db, by, w.team, id))).toBeInstanceOf(Forbidden)
    await Promise.all([takeUpComment(w.db, w.officer, w.team, id), takeUpComment(w.db, w.sergeant, w.team, id)])
    expect(await w.db.$count(raisedComments, eq(raisedComments.commentId, id))).toBe(1)
    expect((await suggestionById(w.db, id, null)).supportCount).toBe(1)
    const other = await makeStaff(w.db, 'PC Other', 'officer', w.otherTeam)
    expect(await refusedBy(takeUpComment(w.db, other, w.otherTeam, id))).toBeInstanceOf(Overtaken)
    const { id: priorityId } = await w.setPriority(w.sergeant, [`/comments/${id}`])
    const chain = await chainOf(w.db, priorityId, null)
    expect([chain.said.map(({ path }) => path), chain.suggested.map(({ path }) => path)]).toEqual([[`/comments/${id}`], [`/comments/${id}`]])
  })

  test('what waits in another team’s box is that team’s to decide', async () => {
    const team = { ...(await makeTeam(w.db, 'Other Box')), archivedAt: null }
    const id = await w.say(w.resident, 'Elsewhere.', { conversationId: await openBox(w.db, team) })
    await w.setPriority(w.sergeant, [`/comments/${id}`])
    expect(await w.decisionOn(id)).toBeUndefined()
  })

  test('nothing held, removed, official or private is taken up, or stands in the chain', async () => {
    const [shown, later] = [await w.say(w.resident, 'Shown.'), await w.suggest(w.resident, 'Removed later.')]
    const held = await w.say(w.newcomer, 'Held.')
    const official = await w.say(w.officer, 'From us.')
    const secret = await w.db.transaction(async (tx) => {
      const { id } = await startConversation(tx, { audience: `private:${w.resident.accountId}`, teamId: w.team.id, title: 'Private' })
      await nameConversation(tx, id, { title: 'Private', path: '/questions/1' })
      return id
    })
    const hidden = await w.say(w.resident, 'Between us.', { conversationId: secret })
    for (const id of [held, official, hidden]) expect(await refusedBy(takeUpComment(w.db, w.officer, w.team, id))).toBeInstanceOf(NotFound)
    for (const id of [held, hidden]) expect(await refusedBy(w.setPriority(w.sergeant, [`/comments/${id}`]))).toBeInstanceOf(Refused)
    const { id } = await w.setPriority(w.sergeant, [`/comments/${shown}`, `/comments/${later}`, `/comments/${official}`])
    expect(await w.decisionOn(official)).toBeUndefined()
    const decision = {
      teamId: w.team.id,
      answer: 'adopted' as const,
      priorityId: id,
      decidedBy: w.sergeant.accountId,
      decidedRole: 'supervisor' as const,
      decidedAt: new Date(),
    }
    await expect(w.db.insert(suggestionDecisions).values({ commentId: hidden, ...decision })).rejects.toThrow()
    const inChain = async () => JSON.stringify(await chainOf(w.db, id, null))
    expect(await inChain()).toContain('Removed later.')
    await w.flag({ commentId: later }, w.neighbour)
    await w.decide(w.press, { commentId: later }, 'remove')
    const words = await inChain()
    expect(words).toContain('Shown.')
    for (const gone of ['Removed later.', 'Held.', 'Between us.']) expect(words).not.toContain(gone)
  })
})

test('everybody in the chain is found, once, and nobody who speaks for the police', async () => {
  const stranger = await w.newPerson('Cleo Stranger', [], 5)
  const commenter = await w.newPerson('Carl Commenter', [], 5)
  const supporter = await w.newPerson('Sue Supporter', [], 5)
  const merged = await w.newPerson('Meg Merged', [], 5)
  const [one, two] = [await w.suggest(w.resident), await w.suggest(merged)]
  await w.support(supporter, two)
  await w.support(supporter, one)
  await mergeSuggestion(w.db, w.sergeant, two, { commentId: one })
  const { id, postId } = await w.setPriority(w.sergeant, [`/comments/${one}`])
  const [{ conversationId } = { conversationId: 0 }] = await w.db
    .execute<{ conversationId: string }>(sql`select conversation_id as "conversationId" from posts where id = ${postId}`)
    .then(({ rows }) => rows)
  await w.say(commenter, 'Thank you.', { conversationId: Number(conversationId) })
  await w.say(w.officer, 'You are welcome.', { conversationId: Number(conversationId) })
  const found = await chainAccounts(w.db, id)
  const expected = [w.resident, merged, supporter, commenter].map(({ accountId }) => accountId)
  expect(found).toEqual(expected.toSorted((a, b) => a - b))
  expect(found).not.toContain(stranger.accountId)
})

test('what says the same is found, the team’s own alone, and short words find nothing', async () => {
  const id = await w.suggest(w.resident, 'Mopeds are racing around the cricket pavilion at night.')
  const { postId } = await w.setPriority(w.sergeant, [], 'Racing mopeds near the pavilion')
  const found = await similarTo(w.db, w.team, 'racing mopeds at the pavilion', null)
  expect(found.map((one) => one.path.replace(/(posts\/\d+).*/, '$1'))).toEqual(
    expect.arrayContaining([`/comments/${id}`, addressOf(w.team.slug, postId)]),
  )
  expect(await similarTo(w.db, w.otherTeam, 'racing mopeds at the pavilion', null)).toEqual([])
  expect(await similarTo(w.db, w.team, 'the', null)).toEqual([])
  expect(await similarTo(w.db, w.team, `' & | ! <-> \\`, null)).toEqual([])
})
