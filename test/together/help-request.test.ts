import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { revertHidden } from '../../src/moderation/hiding.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { staffPostById } from '../../src/network/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { unansweredForHome } from '../../src/together/help-home.ts'
import { helpList, unansweredCount, type HelpView } from '../../src/together/help-list.ts'
import { helpPanelOf } from '../../src/together/help-panel.ts'
import { markBest, unmarkBest } from '../../src/together/help-request.ts'
import { helpRequests } from '../../src/together/schema.ts'
import { alikeTo } from '../../src/together/similar.ts'
import { ask, openTogether, reply, share, type Together } from './together-world.ts'

const DAY = 86_400_000

let world: Together
beforeAll(async () => {
  world = await openTogether()
})
afterEach(() => moveClock(0))
afterAll(() => world.close())

const rowOf = async (postId: number) => {
  const [row] = await world.db.select().from(helpRequests).where(eq(helpRequests.postId, postId))
  if (!row) throw new Error('no request')
  return row
}
const panelOf = async (actor: Actor, postId: number) => helpPanelOf(world.db, actor, await staffPostById(world.db, actor, postId))

/** Every page of a view, as this reader pages through it. */
async function allOf(actor: Actor, view: HelpView): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const page = await helpList(world.db, actor, view, cursor)
    found.push(...page.entries.map(({ post }) => post.id))
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}
const isIn = async (actor: Actor, view: HelpView, id: number) => (await allOf(actor, view)).includes(id)

describe('asking', () => {
  test('the same form twice, also at once, makes one request', async () => {
    const { db, officer } = world
    const clientKey = randomUUID()
    const first = await ask(db, officer, { clientKey })
    expect(await ask(db, officer, { clientKey })).toEqual(first)
    const key = randomUUID()
    const both = await Promise.allSettled([ask(db, officer, { clientKey: key }), ask(db, officer, { clientKey: key })])
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await db.$count(posts, eq(posts.clientKey, key))).toBe(1)
    expect(await db.$count(helpRequests)).toBe(2)
  })

  test('is for colleagues, for a circle by those in it, and under a pseudonym in its own circle alone', async () => {
    const { db, resident, administrator, partner, alone, persona, press, circleId, supportId, colleague } = world
    for (const outsider of [resident, alone, partner, persona]) await expect(ask(db, outsider)).rejects.toThrow(Forbidden)
    for (const other of [press, administrator]) await expect(ask(db, other, { circleId })).rejects.toThrow(NotFound)
    const own = await ask(db, administrator, { title: 'Who still signs in with a card?' })
    expect(await staffPostById(db, colleague, own.id)).toMatchObject({ officialRole: 'administrator', officialTeam: null })
    const answer = await reply(db, colleague, own.conversationId)
    await markBest(db, administrator, own.id, answer)
    expect((await panelOf(colleague, own.id))?.best?.commentId).toBe(answer)
    await expect(ask(db, persona, { circleId })).rejects.toThrow(NotFound)
    const inside = await ask(db, persona, { circleId: supportId, title: 'How do you sleep by day?' })
    await expect(staffPostById(db, colleague, inside.id)).rejects.toThrow(NotFound)
    expect((await staffPostById(db, persona, inside.id)).officialRole).toBeNull()
    expect((await ask(db, partner, { circleId })).id).toBeGreaterThan(0)
  })
})

describe('the best answer', () => {
  test('is marked by who asked, shown with its mark, changed and taken back; whoever gave it can be told', async () => {
    const { db, officer, colleague, second } = world
    const { id, conversationId } = await ask(db, officer)
    const [one, two] = [await reply(db, colleague, conversationId), await reply(db, second, conversationId, 'Ask the front desk.')]
    expect((await panelOf(officer, id))?.choices.map(({ commentId }) => commentId)).toEqual([one, two])
    await markBest(db, officer, id, one)
    await markBest(db, officer, id, one)
    expect(await panelOf(colleague, id)).toMatchObject({
      best: { commentId: one, author: 'PC Joan Fell', mark: 'Officer · Skegness team', markedBy: null },
      choices: [],
    })
    expect(await isIn(colleague, 'answered', id)).toBe(true)
    expect(await isIn(colleague, 'open', id)).toBe(false)
    await markBest(db, officer, id, two)
    expect((await rowOf(id)).bestId).toBe(two)
    await unmarkBest(db, officer, id)
    await unmarkBest(db, officer, id)
    expect(await rowOf(id)).toMatchObject({ bestId: null, bestBy: null, bestAt: null })
    expect(await isIn(colleague, 'open', id)).toBe(true)
    const told = await db
      .select({ commentId: activities.commentId, detail: activities.detail, audience: activities.audience })
      .from(activities)
      .where(and(eq(activities.kind, 'help.settled'), eq(activities.postId, id)))
      .orderBy(activities.id)
    expect(told).toEqual([
      { commentId: one, detail: { accountId: colleague.accountId }, audience: 'staff' },
      { commentId: two, detail: { accountId: second.accountId }, audience: 'staff' },
      { commentId: null, detail: { act: 'taken-back' }, audience: 'staff' },
    ])
  })

  test('is for nobody else to mark, not even the press office; a comment from elsewhere is not there', async () => {
    const { db, officer, colleague, press, sergeant, resident, alone, administrator } = world
    const { id, conversationId } = await ask(db, officer)
    const answer = await reply(db, colleague, conversationId)
    for (const other of [colleague, press, sergeant, administrator]) await expect(markBest(db, other, id, answer)).rejects.toThrow(Forbidden)
    for (const outsider of [resident, alone]) await expect(markBest(db, outsider, id, answer)).rejects.toThrow(NotFound)
    const elsewhere = await ask(db, officer)
    const foreign = await reply(db, colleague, elsewhere.conversationId)
    await expect(markBest(db, officer, id, foreign)).rejects.toThrow(NotFound)
    await expect(
      db.update(helpRequests).set({ bestId: foreign, bestBy: officer.accountId, bestAt: new Date() }).where(eq(helpRequests.postId, id)),
    ).rejects.toThrow()
    expect((await rowOf(id)).bestId).toBeNull()
    expect((await panelOf(colleague, id))?.mayMark).toBe(false)
  })

  test('in a circle its owner marks too, and the sergeant of its team when they are in it; the reader sees who did', async () => {
    const { db, owner, member, partner, sergeant, circleId } = world
    const { id, conversationId } = await ask(db, member, { circleId })
    const answer = await reply(db, partner, conversationId)
    await expect(markBest(db, partner, id, answer)).rejects.toThrow(Forbidden)
    await expect(markBest(db, sergeant, id, answer)).rejects.toThrow(NotFound)
    await markBest(db, owner, id, answer)
    expect((await panelOf(member, id))?.best).toMatchObject({ mark: 'Partner · Pat North Council', markedBy: owner.displayName })
    await unmarkBest(db, { ...sergeant, circles: [circleId] }, id)
    expect((await rowOf(id)).bestId).toBeNull()
  })

  test('two who mark different answers at once leave one of them, whole', async () => {
    const { db, owner, member, partner, circleId } = world
    const { id, conversationId } = await ask(db, member, { circleId })
    const answers = [await reply(db, partner, conversationId), await reply(db, owner, conversationId)]
    await Promise.all([markBest(db, member, id, answers[0] ?? 0), markBest(db, owner, id, answers[1] ?? 0)])
    const row = await rowOf(id)
    expect(answers).toContain(row.bestId)
    expect(row.bestBy).toBe(row.bestId === answers[0] ? member.accountId : owner.accountId)
  })

  test('marked while its author withdraws it, it is either never marked or let go', async () => {
    const { db, officer, colleague } = world
    for (let round = 0; round < 5; round++) {
      const { id, conversationId } = await ask(db, officer)
      const answer = await reply(db, colleague, conversationId)
      const [marked] = await Promise.allSettled([markBest(db, officer, id, answer), withdrawComment(db, colleague, answer)])
      expect(marked.status === 'fulfilled' || marked.reason instanceof Overtaken).toBe(true)
      expect((await rowOf(id)).bestId).toBeNull()
      expect((await rowOf(id)).firstReplyAt).toBeNull()
    }
  })

  test('a removed one is let go; a hidden one is not shown until it is back', async () => {
    const { db, officer, colleague, press } = world
    const { id, conversationId } = await ask(db, officer)
    const answer = await reply(db, colleague, conversationId)
    await markBest(db, officer, id, answer)
    await world.flag({ commentId: answer }, world.second)
    await world.decide(press, { commentId: answer }, 'remove')
    expect(await rowOf(id)).toMatchObject({ bestId: null, firstReplyAt: null })
    await expect(markBest(db, officer, id, answer)).rejects.toThrow(Overtaken)
  })

  test('nothing is marked any more on a withdrawn request, which is in no list', async () => {
    const { db, officer, colleague } = world
    const { id, conversationId } = await ask(db, officer)
    const answer = await reply(db, colleague, conversationId)
    await withdrawInNetwork(db, officer, id, 'The key is found.')
    await expect(markBest(db, officer, id, answer)).rejects.toThrow(Overtaken)
    expect(await isIn(colleague, 'open', id)).toBe(false)
  })
})

describe('waiting for an answer', () => {
  test('after three days without a reply by somebody else it stands in a list of its own, and leaves it with the first', async () => {
    const { db, officer, colleague } = world
    const { id, conversationId } = await ask(db, officer)
    await reply(db, officer, conversationId, 'I am still looking.')
    expect(await isIn(colleague, 'unanswered', id)).toBe(false)
    moveClock(3 * DAY + 60_000)
    expect(await isIn(colleague, 'unanswered', id)).toBe(true)
    expect((await panelOf(colleague, id))?.waitingDays).toBe(3)
    const before = await unansweredCount(db, colleague)
    const answer = await reply(db, colleague, conversationId)
    expect(await unansweredCount(db, colleague)).toBe(before - 1)
    expect(await isIn(colleague, 'unanswered', id)).toBe(false)
    await withdrawComment(db, colleague, answer)
    expect(await isIn(colleague, 'unanswered', id)).toBe(true)
  })

  test('whoever could answer sees on Home who has waited longest; not whoever asked, and no more than three', async () => {
    const { db, officer, colleague } = world
    moveClock(-40 * DAY)
    const old = await ask(db, officer, { title: 'Who has a long ladder?' })
    moveClock(0)
    const texts = async (actor: SignedIn) => (await unansweredForHome(db, actor))?.lines ?? []
    const shown = await texts(colleague)
    expect(shown[0]).toMatchObject({ text: 'Who has a long ladder?', about: 'asked 40 days ago' })
    expect(shown.length).toBeLessThanOrEqual(4)
    expect((await texts(officer)).map(({ text }) => text)).not.toContain('Who has a long ladder?')
    expect((await texts(world.partner)).map(({ text }) => text)).not.toContain('Who has a long ladder?')
    await reply(db, colleague, old.conversationId)
    expect((await texts(colleague)).map(({ text }) => text)).not.toContain('Who has a long ladder?')
  })

  test('the lists hold what the reader may read and nothing else, page by page', async () => {
    const { db, member, partner, alone, persona, press, resident, administrator, circleId, supportId, owner } = world
    for (let n = 0; n < 25; n++) await ask(db, owner, { title: `Question ${n}` })
    const inCircle = await ask(db, member, { circleId })
    const inSupport = await ask(db, persona, { circleId: supportId })
    moveClock(4 * DAY)
    for (const view of ['open', 'unanswered'] as const) {
      const ofPress = await allOf(press, view)
      expect(new Set(ofPress).size).toBe(ofPress.length)
      expect(ofPress.length).toBeGreaterThan(20)
      expect(ofPress).not.toContain(inCircle.id)
      expect(ofPress).not.toContain(inSupport.id)
      expect(await allOf(member, view)).toContain(inCircle.id)
      expect((await allOf(partner, view)).every((id) => id !== inSupport.id)).toBe(true)
      expect(await allOf(partner, view)).toContain(inCircle.id)
      expect(await allOf(persona, view)).toContain(inSupport.id)
      for (const outsider of [resident, alone, visitor]) expect(await allOf(outsider, view)).toEqual([])
      expect(await allOf(administrator, view), 'an administrator reads what the press office reads').toEqual(ofPress)
    }
  })

  test('when the first colleague answered is what a recount says, whatever people and moderators do', { timeout: 120_000 }, async () => {
    const { db, press, officer, colleague, second } = world
    const authors = [officer, colleague, second] as const
    const act = fc.record({
      do: fc.constantFrom('reply', 'reply', 'withdraw', 'hide', 'keep', 'remove', 'restore', 'revert', 'mark'),
      who: fc.nat({ max: 2 }),
      which: fc.nat({ max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 9 }), async (acts) => {
        moveClock(0)
        const { id, conversationId } = await ask(db, officer)
        const said: { id: number; by: SignedIn }[] = []
        let clock = 0
        for (const step of acts) {
          moveClock((clock += 60_000))
          const by = authors[step.who] ?? officer
          if (step.do === 'reply') said.push({ id: await reply(db, by, conversationId), by })
          const one = said[step.which % Math.max(said.length, 1)]
          if (one) await attempt(step.do, one, id)
          await agrees(id, conversationId)
        }
      }),
      { numRuns: 25 },
    )

    async function attempt(what: string, one: { id: number; by: SignedIn }, postId: number): Promise<void> {
      const ref = { commentId: one.id }
      const state = await world.stateOf(one.id)
      if (what === 'withdraw' && state === 'published') await withdrawComment(db, one.by, one.id)
      if (what === 'mark' && state === 'published') await markBest(db, officer, postId, one.id)
      if (what === 'hide' && state === 'published')
        for (const flagger of [world.sergeant, world.otherSergeant, world.press2]) await world.flag(ref, flagger)
      if (what === 'remove' && state === 'published') await world.flag(ref, world.sergeant).then(() => world.decide(press, ref, 'remove'))
      if (what === 'restore' && state === 'hidden-pending') await world.decide(press, ref, 'restore')
      if (what === 'revert') {
        moveClock(2 * DAY)
        await revertHidden(db)
      }
    }

    async function agrees(postId: number, conversationId: number): Promise<void> {
      const rows = await db.select().from(comments).where(eq(comments.conversationId, conversationId))
      const firsts = rows
        .filter(({ state, authorId }) => state === 'published' && authorId !== officer.accountId)
        .map(({ publishedAt }) => publishedAt?.getTime() ?? 0)
      const { firstReplyAt, bestId } = await rowOf(postId)
      expect(firstReplyAt?.getTime() ?? null).toBe(firsts.length === 0 ? null : Math.min(...firsts))
      const best = rows.find(({ id }) => id === bestId)
      expect(['published', 'hidden-pending', undefined]).toContain(best?.state)
    }
  })
})

describe('what was written before', () => {
  test('earlier requests and good practice with the same words are offered, as far as the reader may read them', async () => {
    const { db, officer, member, press, resident, circleId, colleague } = world
    const open = await ask(db, officer, { title: 'Which drone battery fits the Mavic?', body: 'The spare battery is dead.' })
    const answer = await reply(db, colleague, open.conversationId, 'The grey one from stores.')
    await markBest(db, officer, open.id, answer)
    const practice = await share(db, officer, { title: 'Drone battery cupboard', problem: 'The drone battery was always empty.' })
    const secret = await ask(db, member, { circleId, title: 'Drone battery for the operation', body: 'Who charges the drone battery?' })
    const words = 'My drone battery is empty'
    const found = await alikeTo(db, press, words)
    expect(found.map(({ postId }) => postId)).toEqual(expect.arrayContaining([open.id, practice.id]))
    expect(found.find(({ postId }) => postId === open.id)).toMatchObject({ answered: true, excerpt: 'The grey one from stores.' })
    expect(found.map(({ postId }) => postId)).not.toContain(secret.id)
    expect((await alikeTo(db, member, words)).map(({ postId }) => postId)).toContain(secret.id)
    expect(await alikeTo(db, resident, words)).toEqual([])
    expect(await alikeTo(db, press, 'the of')).toEqual([])
  })
})
