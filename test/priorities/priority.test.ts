/** A priority is set by publishing it, ends with an outcome and with nothing else, and shows when nobody says how it stands. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { violated } from '../../src/database/database.ts'
import { Forbidden, NotFound, Overtaken, type Refused } from '../../src/errors.ts'
import { activities } from '../../src/activity/schema.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { approveDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { correctPost, publishPost, withdrawPost } from '../../src/posts/post.ts'
import { drafts, posts } from '../../src/posts/schema.ts'
import { touchPages } from '../../src/posts/stored-post.ts'
import { chainOf } from '../../src/priorities/chain.ts'
import { addAction, changeAction, handPriority, reviewPriority } from '../../src/priorities/keeping.ts'
import { closedPage, openPage, openPriorities, priorityById } from '../../src/priorities/priority.ts'
import { priorityActions, priorityReviews } from '../../src/priorities/schema.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { addressOf, openChain, type Chained } from './chain-world.ts'

let w: Chained
beforeAll(async () => {
  w = await openChain()
})
afterAll(() => w?.close())
afterEach(() => moveClock(0))

const key = () => randomUUID()
const DAY = 86_400_000
const changedAt = async (actionId: number): Promise<number> => {
  const [action] = await w.db.select().from(priorityActions).where(eq(priorityActions.id, actionId))
  return action?.changedAt.getTime() ?? 0
}
const refusedBy = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((problem: unknown) => problem)

describe('setting', () => {
  test('publishing makes the row, once, and whoever wrote it sees to it', async () => {
    const clientKey = key()
    const input = { kind: 'priority' as const, title: 'Parking', body: 'At the school.', tags: [], clientKey }
    const [first, again] = [await publishPost(w.db, w.sergeant, w.team, input), await publishPost(w.db, w.sergeant, w.team, input)]
    expect(again).toEqual(first)
    const [priority] = (await openPriorities(w.db, w.team.id, 50)).filter(({ postId }) => postId === first.id)
    expect(priority?.owner).toEqual({ accountId: w.sergeant.accountId, name: 'Sgt Ellen Marsh', mark: 'Sergeant · Bracebridge Heath team' })
    expect((await openPriorities(w.db, w.team.id, 50)).filter(({ postId }) => postId === first.id)).toHaveLength(1)
  })

  test('an officer drafts it, the sergeant lets it out, nobody else does', async () => {
    const refused = await refusedBy(w.setPriority(w.officer))
    expect(refused).toBeInstanceOf(Forbidden)
    expect(await refusedBy(w.setPriority(w.otherSergeant))).toBeInstanceOf(Forbidden)
    expect(await refusedBy(w.setPriority(w.resident))).toBeInstanceOf(Forbidden)
  })

  test('what the press office sets is the team’s, and so is what somebody saw to who works there no more', async () => {
    expect((await priorityById(w.db, (await w.setPriority(w.press)).id)).owner).toBeNull()
    const leaver = await makeStaff(w.db, 'Sgt Gone', 'supervisor', w.team)
    const { id } = await w.setPriority(leaver)
    expect((await priorityById(w.db, id)).owner?.name).toBe('Sgt Gone')
    moveClock(366 * DAY)
    expect((await priorityById(w.db, id)).owner).toBeNull()
  })

  test('it has no end date: it ends with an outcome', async () => {
    const form = { expires: '1/1/2030' }
    const input = { kind: 'priority' as const, title: 'Parking', body: 'At the school.', tags: [], clientKey: key(), form }
    const refused = await refusedBy(publishPost(w.db, w.sergeant, w.team, input))
    expect((refused as Refused).fields).toHaveProperty('expires')
  })
})

describe('closing', () => {
  const address = (postId: number) => addressOf(w.team.slug, postId)

  test('an outcome that says so closes what it names, and tells', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    await w.publishOutcome(w.sergeant, [address(postId)], false)
    expect((await w.rowOf(id)).closedAt).toBeNull()
    const outcome = await w.publishOutcome(w.sergeant, [address(postId)])
    expect(await w.rowOf(id)).toMatchObject({ outcomeId: outcome.id, closedBy: w.sergeant.accountId })
    const [told] = await w.db
      .select()
      .from(activities)
      .where(sql`${activities.kind} = 'priority.closed' and ${activities.postId} = ${postId}`)
    expect(told?.detail).toEqual({ priorityId: id, outcomeId: outcome.id })
    expect((await closedPage(w.db, w.team.id)).items.find((one) => one.id === id)?.outcome).toEqual({
      path: outcome.path,
      title: 'Slower past the school',
    })
    expect((await openPage(w.db, w.team.id, undefined, 100)).items.map((one) => one.id)).not.toContain(id)
  })

  test('there is no other way, in the database either', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    const close = (outcomeId: number | null) =>
      w.db
        .execute(sql`update priorities set closed_at = now(), closed_by = ${w.sergeant.accountId}, outcome_id = ${outcomeId} where id = ${id}`)
        .then(() => 'done')
        .catch((problem: unknown) => violated(problem) ?? String((problem as Error).cause))
    expect(await close(null)).toBe('priorities_outcome_needed')
    expect(await close(w.post.id)).toContain('closes with an outcome')
    const outcome = await w.publishOutcome(w.sergeant, [], false)
    await withdrawPost(w.db, w.sergeant, outcome.id, 'It was wrong.')
    expect(await close(outcome.id)).toContain('closes with an outcome')
    await expect(w.db.execute(sql`delete from priorities where id = ${id}`)).rejects.toThrow()
    await w.publishOutcome(w.sergeant, [address(postId)])
    await expect(w.db.execute(sql`update priorities set closed_at = null, closed_by = null, outcome_id = null where id = ${id}`)).rejects.toThrow()
  })

  test('one that closes nothing is sent back', async () => {
    const refused = await refusedBy(w.publishOutcome(w.sergeant, [`/comments/${await w.say(w.resident)}`]))
    expect((refused as Refused).fields).toHaveProperty('closes')
  })

  test('only those of a team for which its author or approver may', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    const form = { 'you-said': 'x', 'we-did': 'y', 'came-from': address(postId), closes: 'yes' }
    const input = (clientKey = key()) => ({ kind: 'outcome' as const, title: 'Elsewhere', body: '', tags: [], clientKey, form })
    await publishPost(w.db, w.otherSergeant, w.otherTeam, input())
    expect((await w.rowOf(id)).closedAt).toBeNull()
    const { id: outcomeId } = await publishPost(w.db, w.press, w.otherTeam, input())
    expect(await w.rowOf(id)).toMatchObject({ outcomeId, closedBy: w.press.accountId })
  })

  test('an officer’s outcome closes it with the sergeant’s approval', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    expect(await refusedBy(w.publishOutcome(w.officer, [address(postId)]))).toBeInstanceOf(Forbidden)
    const form = { title: 'Slower', body: '', 'you-said': 'x', 'we-did': 'y', 'came-from': address(postId), closes: 'yes' }
    const sent = { ...form, kind: 'outcome', key: key(), act: 'submit', long: 'yes' }
    const answer = await w.site.post(`/teams/${w.team.slug}/drafts`, sent, await w.site.cookieOf(w.officer))
    expect(answer.statusCode, answer.body.slice(0, 500)).toBe(303)
    const [draft] = await w.db.select().from(drafts).where(eq(drafts.clientKey, sent.key))
    expect((await w.rowOf(id)).closedAt).toBeNull()
    await approveDraft(w.db, w.sergeant, draft?.id ?? 0, { version: draft?.version ?? 1, publish: true, lock: false, publishAt: null })
    expect((await w.rowOf(id)).closedBy).toBe(w.sergeant.accountId)
  })

  test('somebody who says how it stands while it closes waits, and nobody fails', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    const spoken: Promise<unknown>[] = []
    await w.db.transaction(async (tx) => {
      await touchPages(tx, postId)
      spoken.push(refusedBy(reviewPriority(w.db, w.officer, id, { note: 'Well.', clientKey: key() })))
      await new Promise((done) => setTimeout(done, 300))
      // As an outcome does that closes it: at once, because whoever waits for the page has not taken the priority.
      await tx.execute(sql`select 1 from priorities where id = ${id} for update nowait`)
    })
    expect(await Promise.all(spoken)).toEqual([null])
  })

  test('whoever only drafts it does not take it down either, nor the outcome that closed it', async () => {
    const lettingOut = async (kind: 'priority' | 'outcome', form: Record<string, string>) => {
      const draft = await saveDraft(w.db, w.officer, w.team, { kind, key: key(), form, version: null, teamIds: [], wholeForce: false })
      await submitDraft(w.db, w.officer, draft.id, draft.version)
      const [handedIn] = await w.db.select().from(drafts).where(eq(drafts.id, draft.id))
      await approveDraft(w.db, w.sergeant, draft.id, { version: handedIn?.version ?? 0, publish: true, lock: false, publishAt: null })
      const [sent] = await w.db.select().from(drafts).where(eq(drafts.id, draft.id))
      return sent?.postId ?? 0
    }
    const postId = await lettingOut('priority', { title: 'Parking', body: 'At the school.' })
    const closing = { title: 'Done', body: '', 'you-said': 'x', 'we-did': 'y', 'came-from': address(postId), closes: 'yes' }
    for (const id of [await lettingOut('outcome', closing), postId]) {
      expect(await refusedBy(withdrawPost(w.db, w.officer, id, 'I think otherwise now.'))).toBeInstanceOf(Forbidden)
      const page = (await w.site.get(address(id), await w.site.cookieOf(w.officer))).headers['location']
      expect((await w.site.get(String(page), await w.site.cookieOf(w.officer))).body).not.toContain(`/posts/${id}/withdraw"`)
      await withdrawPost(w.db, w.sergeant, id, 'It was wrong.')
    }
  })

  test('of two outcomes at once the first closes it', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    const second = await makeStaff(w.db, 'Sgt Two', 'supervisor', w.team)
    const [one, other] = await Promise.all([w.publishOutcome(w.sergeant, [address(postId)]), w.publishOutcome(second, [address(postId)])])
    expect([one.id, other.id]).toContain((await w.rowOf(id)).outcomeId)
    const told = await w.db.$count(activities, sql`${activities.kind} = 'priority.closed' and ${activities.postId} = ${postId}`)
    expect(told).toBe(1)
  })

  test('it opens again when its outcome is withdrawn, and when a correction names it no more', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    const first = await w.publishOutcome(w.sergeant, [address(postId)])
    await withdrawPost(w.db, w.sergeant, first.id, 'It was wrong.')
    expect((await w.rowOf(id)).closedAt).toBeNull()
    const second = await w.publishOutcome(w.sergeant, [address(postId)])
    const form = { title: 'Slower', body: '', tags: '', 'you-said': 'x', 'we-did': 'y', 'came-from': address(postId) }
    await correctPost(w.db, w.sergeant, second.id, { title: '', body: '', tags: [], note: 'Not closed yet.', version: 1, form })
    expect((await w.rowOf(id)).closedAt).toBeNull()
    const closing = { ...form, closes: 'yes' }
    await correctPost(w.db, w.sergeant, second.id, { title: '', body: '', tags: [], note: 'Closed now.', version: 2, form: closing })
    expect((await w.rowOf(id)).outcomeId).toBe(second.id)
  })

  test('a closed one takes nothing new, in verbs and in the database', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    const { id: actionId } = await addAction(w.db, w.officer, id, { what: 'Measure.', plannedFor: null, clientKey: key() })
    await w.publishOutcome(w.sergeant, [address(postId)])
    const change = { state: 'done' as const, note: null, post: '' }
    for (const late of [
      () => addAction(w.db, w.officer, id, { what: 'More.', plannedFor: null, clientKey: key() }),
      () => reviewPriority(w.db, w.officer, id, { note: 'Well.', clientKey: key() }),
      () => changeAction(w.db, w.officer, { priorityId: id, actionId }, change),
      () => handPriority(w.db, w.sergeant, id, null),
    ])
      expect(await refusedBy(late())).toBeInstanceOf(Overtaken)
    await expect(w.db.update(priorityActions).set({ state: 'done', doneAt: new Date() }).where(eq(priorityActions.id, actionId))).rejects.toThrow()
  })

  test('what was withdrawn is no priority for anybody', async () => {
    const { id, postId } = await w.setPriority(w.sergeant)
    await withdrawPost(w.db, w.sergeant, postId, 'Named somebody.')
    expect(await refusedBy(priorityById(w.db, id))).toBeInstanceOf(NotFound)
    expect(await refusedBy(addAction(w.db, w.officer, id, { what: 'More.', plannedFor: null, clientKey: key() }))).toBeInstanceOf(NotFound)
  })
})

describe('freshness', () => {
  test('it is stale three months after the last word, and a word makes it fresh', async () => {
    const team = await makeTeam(w.db, 'Fresh Team')
    const sergeant = await makeStaff(w.db, 'Sgt Fresh', 'supervisor', team)
    const { id: postId } = await publishPost(w.db, sergeant, team, {
      kind: 'priority',
      title: 'Noise',
      body: 'At night.',
      tags: [],
      clientKey: key(),
    })
    const one = async () => (await openPriorities(w.db, team.id, 5)).find((item) => item.postId === postId)
    const id = (await one())?.id ?? 0
    moveClock(88 * DAY)
    expect((await one())?.stale).toBe(false)
    moveClock(5 * DAY)
    expect((await one())?.stale).toBe(true)
    const page = await w.site.get(`/teams/${team.slug}/priorities`)
    expect(page.body).toContain('Nobody has said how it stands for three months')
    await reviewPriority(w.db, sergeant, id, { note: 'Better than in spring.', clientKey: key() })
    expect(await one()).toMatchObject({ stale: false, lastNote: 'Better than in spring.' })
    moveClock(93 * DAY)
    await addAction(w.db, sergeant, id, { what: 'Walk there at night.', plannedFor: null, clientKey: key() })
    expect((await one())?.stale).toBe(false)
  })
})

describe('keeping', () => {
  test('the same form makes one action and one review', async () => {
    const { id } = await w.setPriority(w.sergeant)
    const action = { what: 'Measure for a week.', plannedFor: '2027-03-27', clientKey: key() }
    const [one, other] = await Promise.all([addAction(w.db, w.officer, id, action), addAction(w.db, w.officer, id, action)])
    expect(one).toEqual(other)
    const review = { note: 'We measured.', clientKey: key() }
    await Promise.all([reviewPriority(w.db, w.officer, id, review), reviewPriority(w.db, w.officer, id, review)])
    expect(await w.db.$count(priorityReviews, eq(priorityReviews.priorityId, id))).toBe(1)
    await expect(w.db.update(priorityReviews).set({ note: 'Else.' }).where(eq(priorityReviews.priorityId, id))).rejects.toThrow()
    expect(await priorityById(w.db, id)).toMatchObject({ doneCount: 0, actionCount: 1 })
  })

  test('two colleagues who change an action at once do not overwrite each other unseen', async () => {
    const { id } = await w.setPriority(w.sergeant)
    const { id: actionId } = await addAction(w.db, w.officer, id, { what: 'Measure.', plannedFor: null, clientKey: key() })
    const seen = await changedAt(actionId)
    const to = (state: 'done' | 'dropped', note: string) =>
      changeAction(w.db, w.officer, { priorityId: id, actionId }, { seen, state, note, post: '' })
    const results = await Promise.allSettled([to('done', 'Measured.'), to('dropped', 'No time.')])
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(
      await refusedBy(changeAction(w.db, w.officer, { priorityId: id, actionId }, { seen, state: 'dropped', note: null, post: '' })),
    ).toBeInstanceOf(Overtaken)
    // Other words for the same state are a change too.
    const now = { seen: await changedAt(actionId), state: 'done' as const, post: '' }
    moveClock(1000)
    const words = await Promise.allSettled(
      ['At noon.', 'At night.'].map((note) => changeAction(w.db, w.officer, { priorityId: id, actionId }, { ...now, note })),
    )
    expect(words.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })

  test('a dropped action says why, and what shows it is a public post of the team', async () => {
    const { id } = await w.setPriority(w.sergeant)
    const { id: actionId } = await addAction(w.db, w.officer, id, { what: 'Measure.', plannedFor: null, clientKey: key() })
    const seen = await changedAt(actionId)
    const change = (more: object) =>
      changeAction(w.db, w.officer, { priorityId: id, actionId }, { seen, state: 'done', note: null, post: '', ...more })
    expect(((await refusedBy(change({ state: 'dropped' }))) as Refused).fields).toHaveProperty('note')
    for (const post of [w.otherPost.path, '/teams/x/posts/999999', '/comments/1', 'x'])
      expect(((await refusedBy(change({ post }))) as Refused).fields, post).toHaveProperty('post')
    await change({ post: w.post.path })
    expect(await priorityById(w.db, id)).toMatchObject({ doneCount: 1, actionCount: 1 })
  })

  test('who may: the team’s officers keep it, its sergeant hands it on, nobody else does', async () => {
    const { id } = await w.setPriority(w.sergeant)
    for (const by of [w.resident, w.otherSergeant, w.administrator])
      expect(await refusedBy(reviewPriority(w.db, by, id, { note: 'Well.', clientKey: key() }))).toBeInstanceOf(Forbidden)
    expect(await refusedBy(handPriority(w.db, w.officer, id, w.officer.accountId))).toBeInstanceOf(Forbidden)
    expect(((await refusedBy(handPriority(w.db, w.sergeant, id, w.resident.accountId))) as Refused).fields).toHaveProperty('owner')
    await handPriority(w.db, w.sergeant, id, w.officer.accountId)
    expect((await priorityById(w.db, id)).owner?.mark).toBe('Officer · Bracebridge Heath team')
    await reviewPriority(w.db, w.press, id, { note: 'Seen to.', clientKey: key() })
  })

  test('of very many actions the last are shown, in the order in which they were planned', async () => {
    const { id } = await w.setPriority(w.sergeant)
    for (let at = 0; at < 51; at++) await addAction(w.db, w.officer, id, { what: `Check ${at}`, plannedFor: null, clientKey: key() })
    const { actions } = await chainOf(w.db, id, null)
    expect([actions.length, actions[0]?.what, actions.at(-1)?.what]).toEqual([50, 'Check 1', 'Check 50'])
  })

  test('an open list pages by key', async () => {
    const team = await makeTeam(w.db, 'Long List')
    const sergeant = await makeStaff(w.db, 'Sgt List', 'supervisor', team)
    for (let at = 0; at < 5; at++)
      await publishPost(w.db, sergeant, team, { kind: 'priority', title: `Issue ${at}`, body: 'Words.', tags: [], clientKey: key() })
    const first = await openPage(w.db, team.id, undefined, 2)
    const second = await openPage(w.db, team.id, first.next ?? '', 2)
    const third = await openPage(w.db, team.id, second.next ?? '', 2)
    expect([first, second, third].flatMap(({ items }) => items.map(({ title }) => title))).toEqual([
      'Issue 4',
      'Issue 3',
      'Issue 2',
      'Issue 1',
      'Issue 0',
    ])
    expect(third.next).toBeNull()
    expect(await w.db.$count(posts, eq(posts.teamId, team.id))).toBe(5)
  })
})
