import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { verifyLog } from '../../src/activity/log.ts'
import { activities, log } from '../../src/activity/schema.ts'
import { editComment, withdrawComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { threadPage } from '../../src/conversations/thread.ts'
import { violated } from '../../src/database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { bulkOf } from '../../src/moderation/bulk.ts'
import { caseFile } from '../../src/moderation/file.ts'
import { decideCase } from '../../src/moderation/decision.ts'
import { decidingPanel } from '../../src/moderation/deciding.ts'
import { actsOn, mayDecide, type ItemState } from '../../src/moderation/policy.ts'
import { ACTS, cases, decisions, type Act } from '../../src/moderation/schema.ts'
import { postById, postsOfTeam, postsWithTag } from '../../src/posts/list.ts'
import { lockPost } from '../../src/posts/stored-post.ts'
import { restorePost } from '../../src/posts/restoring.ts'
import { posts } from '../../src/posts/schema.ts'
import { makePost } from '../people.ts'
import { duty, openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const decisionsOf = (caseId: number) => desk.db.select().from(decisions).where(eq(decisions.caseId, caseId))
const logOf = (itemId: number) => desk.db.select().from(log).where(eq(log.itemId, itemId)).orderBy(log.id)
const publish = (commentId: number) => desk.decide(desk.press, { commentId }, 'release')

/** A comment in the given state, with an open case. */
async function itemIn(state: ItemState): Promise<number> {
  if (state === 'held') return desk.say(desk.newcomer)
  const author = await desk.newPerson('Somebody', [], 5)
  const commentId = await desk.say(author)
  await desk.flag({ commentId }, randomUUID())
  if (state === 'hidden-pending') for (let more = 0; more < 2; more++) await desk.flag({ commentId }, randomUUID())
  if (state === 'withdrawn') await withdrawComment(desk.db, author, commentId)
  return commentId
}

describe('held comments', () => {
  test('a held comment opens one case in its own transaction, due in four working hours', async () => {
    const commentId = await desk.say(desk.newcomer, 'My first words here.')
    const file = await desk.caseOf({ commentId })
    expect(file).toMatchObject({
      cause: 'held',
      state: 'open',
      urgent: false,
      teamId: desk.team.id,
      snapshot: { body: 'My first words here.', version: 1 },
    })
    expect(file.because).toMatch(/first comments/)
    expect(file.dueAt.getTime()).toBeGreaterThan(file.openedAt.getTime())
  })

  test('releasing publishes it, counts it, and writes one row of the log', async () => {
    const author = await desk.newPerson('New person')
    const [before] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.post.conversationId))
    const commentId = await desk.say(author)
    await publish(commentId)
    const [after] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.post.conversationId))
    const [account] = await desk.db.select().from(accounts).where(eq(accounts.id, author.accountId))
    expect(await desk.stateOf(commentId)).toBe('published')
    expect(after?.commentCount).toBe((before?.commentCount ?? 0) + 1)
    expect(account?.publishedCount).toBe(1)
    const rows = await logOf(commentId)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      act: 'release',
      role: 'press-office',
      fromState: 'held',
      toState: 'published',
      teamName: 'Bracebridge Heath',
      actorId: desk.press.accountId,
    })
    expect(rows[0]?.hashBefore).toBe(rows[0]?.hashAfter)
  })

  test('rejecting needs a reason, takes its wording when none is given, and ties the comment to its row of the log', async () => {
    const commentId = await desk.say(desk.newcomer)
    await expect(desk.decide(desk.press, { commentId }, 'reject', { reasonCode: null })).rejects.toMatchObject({
      fields: { reason: expect.any(String) },
    })
    await expect(desk.decide(desk.press, { commentId }, 'reject', { reasonCode: 'because-i-say-so' })).rejects.toBeInstanceOf(Refused)
    expect(await desk.stateOf(commentId)).toBe('held')
    const { id } = await desk.decide(desk.press, { commentId }, 'reject', { reasonCode: 'spam' })
    const [decision] = await desk.db.select().from(decisions).where(eq(decisions.id, id))
    const [comment] = await desk.db.select().from(comments).where(eq(comments.id, commentId))
    expect(decision).toMatchObject({ reasonCode: 'spam', reasonVersion: 1, publicText: 'It was advertising, or the same thing posted many times.' })
    expect(comment).toMatchObject({ state: 'rejected', removalId: decision?.logId, body: 'The lights on Grantham Road are out again.' })
    const [row] = await logOf(commentId)
    expect(row).toMatchObject({ act: 'reject', reasonTitle: 'Advertising or spam', hashAfter: null })
  })

  test('the moderator’s own wording is kept', async () => {
    const commentId = await desk.say(desk.newcomer)
    const { id } = await desk.decide(desk.press, { commentId }, 'reject', { publicText: 'Please leave the name of the street out.' })
    const [decision] = await desk.db.select().from(decisions).where(eq(decisions.id, id))
    expect(decision?.publicText).toBe('Please leave the name of the street out.')
  })
})

describe('every act in every state', () => {
  const after: Record<string, string> = {
    'held release': 'published',
    'held redact': 'published',
    'held reject': 'rejected',
    'published keep': 'published',
    'published redact': 'published',
    'published remove': 'removed',
    'hidden-pending restore': 'published',
    'hidden-pending redact': 'published',
    'hidden-pending remove': 'removed',
    'withdrawn keep': 'withdrawn',
  }
  const pairs = (['held', 'published', 'hidden-pending', 'withdrawn'] as const).flatMap((state) =>
    ACTS.map((act) => ({ state, act, outcome: after[`${state} ${act}`] })),
  )
  const allowed = pairs.filter(({ outcome }) => outcome !== undefined)
  const refused = pairs.filter(({ outcome }) => outcome === undefined)

  test.each(allowed)('$state may $act: $outcome', async ({ state, act, outcome }) => {
    const commentId = await itemIn(state)
    const file = await desk.caseOf({ commentId })
    expect(await desk.stateOf(commentId)).toBe(state)
    await desk.decide(desk.press, { commentId }, act, { takenOut: ['Grantham Road'] })
    expect(await desk.stateOf(commentId)).toBe(outcome)
    expect(await decisionsOf(file.id)).toHaveLength(1)
    expect(await desk.caseOf({ commentId })).toMatchObject({ id: file.id, state: 'decided' })
    expect((await logOf(commentId)).at(-1)).toMatchObject({ act, fromState: state, toState: outcome })
  })

  test.each(refused)('$state may not $act', async ({ state, act }) => {
    const commentId = await itemIn(state)
    const file = await desk.caseOf({ commentId })
    await expect(desk.decide(desk.press, { commentId }, act)).rejects.toMatchObject({ fields: { act: expect.any(String) } })
    expect(await desk.stateOf(commentId)).toBe(state)
    expect(await decisionsOf(file.id)).toHaveLength(0)
  })

  test('bringing a hidden comment back needs a note', async () => {
    const commentId = await itemIn('hidden-pending')
    await expect(desk.decide(desk.press, { commentId }, 'restore', { note: null })).rejects.toMatchObject({ fields: { note: expect.any(String) } })
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
  })

  test('a removed comment leaves its replies where they are', async () => {
    const commentId = await desk.say(desk.resident)
    const reply = await desk.say(desk.resident, 'I saw that too.', { parentId: commentId })
    await desk.flag({ commentId }, 'somebody')
    await desk.decide(desk.press, { commentId }, 'remove')
    expect(await desk.stateOf(commentId)).toBe('removed')
    expect(await desk.stateOf(reply)).toBe('published')
  })
})

describe('who may decide', () => {
  test('what was public and waits again leaves a note where it stood: it is removed and not rejected', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'Somebody was charged')
    const commentId = await desk.say(desk.resident, 'He did it.', post)
    await desk.say(desk.resident, 'And everybody knows.', { conversationId: post.conversationId, parentId: commentId })
    const lock = { mode: 'legal-lock' as const, trigger: 'charge' as const, reviewAt: new Date(Date.now() + 86_400_000) }
    await desk.db.transaction((tx) => setMode(tx, desk.press2, post.conversationId, lock))
    expect(await desk.stateOf(commentId)).toBe('held')
    const file = await desk.caseOf({ commentId })
    expect((await decidingPanel(desk.db, desk.press, file))?.acts).toEqual(['release', 'redact', 'remove'])
    expect((await bulkOf(desk.db, desk.press, [file])).acts).toEqual(['release', 'remove'])
    await expect(desk.decide(desk.press, { commentId }, 'reject')).rejects.toBeInstanceOf(Refused)
    await desk.decide(desk.press, { commentId }, 'remove')
    const { comments: page } = await threadPage(desk.db, post.conversationId, { branch: null })
    expect(page.map(({ id, state, removalId }) => [id, state, removalId !== null])).toEqual([[commentId, 'removed', true]])
  })

  test('the sergeant releases for the own team only, and decides nothing else', async () => {
    const commentId = await desk.say(desk.newcomer)
    await expect(desk.decide(desk.otherSergeant, { commentId }, 'release')).rejects.toBeInstanceOf(NotFound)
    await expect(desk.decide(desk.sergeant, { commentId }, 'reject')).rejects.toBeInstanceOf(Forbidden)
    await desk.decide(desk.sergeant, { commentId }, 'release')
    expect(await desk.stateOf(commentId)).toBe('published')
    expect((await logOf(commentId))[0]).toMatchObject({ role: 'supervisor' })
    await desk.flag({ commentId }, 'somebody')
    for (const act of ['keep', 'remove'] as const) await expect(desk.decide(desk.sergeant, { commentId }, act)).rejects.toBeInstanceOf(Forbidden)
  })

  test('officers, administrators and residents have no desk, not even an administrator who is also at the press office', async () => {
    const commentId = await desk.say(desk.newcomer)
    const both = await desk.newPerson('Two hats', [duty('press-office'), duty('administrator')])
    for (const actor of [desk.officer, desk.administrator, desk.resident, both]) {
      await expect(desk.decide(actor, { commentId }, 'release')).rejects.toBeInstanceOf(NotFound)
      await expect(caseFile(desk.db, actor, (await desk.caseOf({ commentId })).id)).rejects.toBeInstanceOf(NotFound)
    }
    expect(await desk.stateOf(commentId)).toBe('held')
  })

  test('nobody decides on their own words', async () => {
    const author = await desk.newPerson('Later at the press office')
    const commentId = await desk.say(author)
    const promoted = { ...author, duties: [duty('press-office')] }
    await expect(desk.decide(promoted, { commentId }, 'release')).rejects.toBeInstanceOf(Forbidden)
    const panel = await decidingPanel(desk.db, promoted, await desk.caseOf({ commentId }))
    expect(panel).toMatchObject({ acts: [], cannot: expect.stringMatching(/yourself/) })
    await publish(commentId)
  })

  test('the form offers exactly what the policy allows', async () => {
    for (const state of ['held', 'published', 'hidden-pending', 'withdrawn'] as const) {
      const commentId = await itemIn(state)
      const file = await desk.caseOf({ commentId })
      for (const actor of [desk.press, desk.sergeant]) {
        const panel = await decidingPanel(desk.db, actor, file)
        const allowed = actsOn(state).filter((act) => mayDecide(actor, { audience: 'public', teamId: desk.team.id, authorId: 0 }, act))
        expect(panel?.acts).toEqual(allowed)
      }
    }
  })
})

describe('two at once', () => {
  test('exactly one decides; the other learns what the first did', async () => {
    const commentId = await desk.say(desk.newcomer)
    const file = await desk.caseOf({ commentId })
    const input = (act: Act) => ({ act, reasonCode: 'abuse', publicText: null, note: null, version: file.version })
    const results = await Promise.allSettled([
      decideCase(desk.db, desk.press, file.id, input('release')),
      decideCase(desk.db, desk.press2, file.id, input('reject')),
    ])
    const lost = results.filter((result) => result.status === 'rejected')
    expect(lost).toHaveLength(1)
    expect(lost[0]?.reason).toBeInstanceOf(Overtaken)
    expect(String(lost[0]?.reason)).toMatch(/(Sam Carter|Alex Wray) \(Press office\) (released|rejected) it today at .*Nothing was changed/)
    const made = await decisionsOf(file.id)
    expect(made).toHaveLength(1)
    expect(await desk.stateOf(commentId)).toBe(made[0]?.act === 'release' ? 'published' : 'rejected')
    expect(await logOf(commentId)).toHaveLength(1)
  })

  test('ten at once leave one decision, and the log stays one chain', async () => {
    const commentId = await itemIn('published')
    const file = await desk.caseOf({ commentId })
    const colleagues = await Promise.all(Array.from({ length: 10 }, (_, number) => desk.newPerson(`Colleague ${number}`, [duty('press-office')])))
    const results = await Promise.allSettled(
      colleagues.map((colleague, index) =>
        decideCase(desk.db, colleague, file.id, {
          act: index % 2 ? 'keep' : 'remove',
          reasonCode: 'abuse',
          publicText: null,
          note: 'x',
          version: file.version,
        }),
      ),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(await decisionsOf(file.id)).toHaveLength(1)
    expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
  })

  test('two taps on one button make one decision and get the same answer', async () => {
    const commentId = await desk.say(desk.newcomer)
    const file = await desk.caseOf({ commentId })
    const input = { act: 'reject' as const, reasonCode: 'spam', publicText: null, note: null, version: file.version }
    const [first, second] = await Promise.all([decideCase(desk.db, desk.press, file.id, input), decideCase(desk.db, desk.press, file.id, input)])
    expect(second).toEqual(first)
    expect(await decisionsOf(file.id)).toHaveLength(1)
    const told = (await desk.db.select().from(activities).where(eq(activities.commentId, commentId))).filter(
      ({ kind }) => kind === 'comment.rejected',
    )
    expect(told).toHaveLength(1)
  })

  test('an edit or a withdrawal by the author makes the moderator look again', async () => {
    const edited = await desk.say(desk.newcomer)
    const { version } = await desk.caseOf({ commentId: edited })
    await editComment(desk.db, desk.newcomer, edited, 'The lights are back on.')
    await expect(desk.decide(desk.press, { commentId: edited }, 'release', { version })).rejects.toThrow(/Its author changed it today/)
    const { id } = await desk.caseOf({ commentId: edited })
    const file = await caseFile(desk.db, desk.press, id)
    expect(JSON.stringify(file.changes)).toContain('"removed","text":"again"')
    expect(file.surroundings?.item.body.html).toContain('back on')
    await desk.decide(desk.press, { commentId: edited }, 'release')

    const withdrawn = await desk.say(desk.newcomer)
    const seen = await desk.caseOf({ commentId: withdrawn })
    await withdrawComment(desk.db, desk.newcomer, withdrawn)
    await expect(desk.decide(desk.press, { commentId: withdrawn }, 'release', { version: seen.version })).rejects.toThrow(
      /Its author withdrew it today/,
    )
    expect(await desk.caseOf({ commentId: withdrawn })).toMatchObject({ id: seen.id, state: 'open' })
  })

  test('replies, flags, edits and decisions that meet in one conversation wait for each other', async () => {
    const author = await desk.newPerson('Busy author', [], 9)
    const ids = await Promise.all(Array.from({ length: 6 }, () => desk.say(author)))
    const [first = 0, second = 0] = ids
    for (const commentId of ids) await desk.flag({ commentId }, randomUUID())
    const acts: Promise<unknown>[] = ids.flatMap((commentId) => [
      desk.decide(desk.press, { commentId }, 'remove'),
      desk.say(desk.resident, 'An answer.', { parentId: commentId }),
      desk.flag({ commentId }, randomUUID()),
    ])
    acts.push(editComment(desk.db, author, first, 'Other words.'), withdrawComment(desk.db, author, second))
    const failed = (await Promise.allSettled(acts)).filter((result) => result.status === 'rejected')
    const said = [Refused, NotFound, Overtaken, Forbidden]
    expect(failed.map(({ reason }) => reason as unknown).filter((reason) => !said.some((kind) => reason instanceof kind))).toEqual([])
    for (const commentId of ids) expect(['removed', 'published', 'withdrawn']).toContain(await desk.stateOf(commentId))
    expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
  })
})

describe('the database holds it too', () => {
  test('a comment cannot be removed without its row in the log', async () => {
    const commentId = await desk.say(desk.resident)
    const failed = await desk.db.update(comments).set({ state: 'removed' }).where(eq(comments.id, commentId)).catch(violated)
    expect(failed).toBe('comments_removal')
    const nowhere = await desk.db.update(comments).set({ state: 'removed', removalId: 999_999_999 }).where(eq(comments.id, commentId)).catch(violated)
    expect(nowhere).toMatch(/removal_id/)
  })

  test('a row of the log and a decision can be neither changed nor deleted', async () => {
    await publish(await desk.say(desk.newcomer))
    for (const table of ['log', 'decisions']) {
      for (const statement of [`update ${table} set note = 'x'`, `delete from ${table}`, `truncate ${table} cascade`]) {
        await expect(desk.db.$client.query(statement)).rejects.toThrow(/append-only/)
      }
    }
  })

  test('an item has one open case at most', async () => {
    const commentId = await desk.say(desk.newcomer)
    const { id: _id, ...file } = await desk.caseOf({ commentId })
    expect(await desk.db.insert(cases).values(file).catch(violated)).toBe('cases_undecided_comment')
  })
})

describe('posts', () => {
  test('a removed post comes back whole: title, words, tags, address', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'A witness called Nora')
    await desk.flag({ postId: post.id }, 'somebody')
    await desk.decide(desk.press, { postId: post.id }, 'remove')
    expect((await postById(desk.db, post.id)).title).toBe('Removed by a moderator')
    await desk.db.transaction(async (tx) => {
      const locked = await lockPost(tx, post.id)
      if (locked) await restorePost(tx, null, locked.post)
    })
    const page = await postById(desk.db, post.id)
    expect(page).toMatchObject({
      title: 'A witness called Nora',
      path: post.path,
      state: 'published',
      removalId: null,
      mode: 'open',
      tags: ['speeding'],
    })
    expect(page.body.html).toContain('We were out this morning.')
    expect((await postsWithTag(desk.db, 'speeding')).items.map(({ id }) => id)).toContain(post.id)
  })

  test('a flagged post is kept, or removed with a notice in its place', async () => {
    await desk.flag({ postId: desk.otherPost.id }, 'somebody', 'personal-data')
    // The press officer who wrote it leaves it to a colleague.
    await expect(desk.decide(desk.press, { postId: desk.otherPost.id }, 'keep')).rejects.toBeInstanceOf(Forbidden)
    await desk.decide(desk.press2, { postId: desk.otherPost.id }, 'keep')
    await desk.flag({ postId: desk.otherPost.id }, 'somebody', 'personal-data')
    await desk.decide(desk.press2, { postId: desk.otherPost.id }, 'remove', { reasonCode: 'personal-data', publicText: 'It named a witness.' })
    const [post] = await desk.db.select().from(posts).where(eq(posts.id, desk.otherPost.id))
    expect(post).toMatchObject({ state: 'withdrawn', withdrawnBecause: 'It named a witness.', slug: 'removed' })
    const [row] = (await desk.db.select().from(log).where(eq(log.item, 'post'))).filter((entry) => entry.act === 'remove')
    expect(row).toMatchObject({ itemId: desk.otherPost.id, fromState: 'published', toState: 'withdrawn', teamName: 'Skegness' })
    expect(post?.removalId).toBe(row?.id)
    // Neither the page, nor a list, nor the address keeps what the title said.
    const page = await postById(desk.db, desk.otherPost.id)
    const list = await postsOfTeam(desk.db, desk.otherTeam.id)
    const [talk] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.otherPost.conversationId))
    expect([page.title, talk?.title, ...list.items.map(({ title }) => title)]).toEqual(Array(3).fill('Removed by a moderator'))
    expect([page.path, talk?.path, list.items[0]?.path]).toEqual(Array(3).fill(`/teams/skegness/posts/${desk.otherPost.id}-removed`))
    expect(page).toMatchObject({ removalId: row?.id, summary: 'This post was withdrawn.' })
  })
})
