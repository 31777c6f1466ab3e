import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { visitor, type Actor } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { notesPath, sideConversation } from '../../src/conversations/side.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { staffPostById } from '../../src/network/post.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { issueList, type IssueView } from '../../src/together/issue-list.ts'
import { issuesAbout, linkIssue, unlinkIssue } from '../../src/together/issue-link.ts'
import { issuePanelOf, type IssuePanel } from '../../src/together/issue-panel.ts'
import { workersOf } from '../../src/together/issue-act.ts'
import { issuesLike } from '../../src/together/similar.ts'
import { closeIssue, joinIssue, leaveIssue, reopenIssue } from '../../src/together/issue.ts'
import { issueLinks, issues, issueWorkers } from '../../src/together/schema.ts'
import { write } from '../network/circle.ts'
import { openTogether, raise, reply, type Together } from './together-world.ts'

let world: Together
beforeAll(async () => {
  world = await openTogether()
})
afterEach(() => moveClock(0))
afterAll(() => world.close())

async function panelOf(actor: Actor, postId: number): Promise<IssuePanel> {
  const panel = await issuePanelOf(world.db, actor, await staffPostById(world.db, actor, postId))
  if (!panel) throw new Error('no panel')
  return panel
}
const told = (postId: number, kind: 'issue.joined' | 'issue.left' | 'issue.linked' | 'issue.closed') =>
  world.db
    .select({ actorId: activities.actorId, detail: activities.detail, audience: activities.audience, conversationId: activities.conversationId })
    .from(activities)
    .where(and(eq(activities.kind, kind), eq(activities.postId, postId)))
    .orderBy(activities.id)
const idsOf = async (actor: Actor, view: IssueView) => (await issueList(world.db, actor, view)).entries.map(({ post }) => post.id)

describe('working on it', () => {
  test('whoever raises it works on it; others join for a team or for themselves, once, and leave', async () => {
    const { db, officer, colleague, press, team, otherTeam } = world
    const { id } = await raise(db, officer)
    await Promise.all([1, 2].map(() => joinIssue(db, colleague, id, { teamId: otherTeam.id, note: 'On the coast' })))
    await joinIssue(db, press, id, { teamId: null, note: '' })
    const panel = await panelOf(officer, id)
    expect(panel.workers.map(({ name, team: its, note }) => [name, its?.name ?? null, note])).toEqual([
      ['PC Imran Adeyemi', team.name, ''],
      ['PC Joan Fell', otherTeam.name, 'On the coast'],
      ['Sam Carter', null, ''],
    ])
    expect(panel.teams.map(({ name }) => name)).toEqual([team.name, otherTeam.name])
    expect(panel.workerCount).toBe(3)
    expect(await told(id, 'issue.joined')).toMatchObject([
      { actorId: colleague.accountId, detail: { teamId: otherTeam.id } },
      { actorId: press.accountId, detail: {} },
    ])
    expect(new Set(await workersOf(db, id))).toEqual(new Set([officer.accountId, colleague.accountId, press.accountId]))
    await Promise.all([leaveIssue(db, colleague, id), leaveIssue(db, colleague, id)])
    expect(await told(id, 'issue.left')).toHaveLength(1)
    expect((await panelOf(colleague, id)).mine).toBeNull()
    await joinIssue(db, colleague, id, { teamId: otherTeam.id, note: 'Back' })
    expect(await told(id, 'issue.joined')).toHaveLength(3)
    expect((await panelOf(colleague, id)).mine?.note).toBe('Back')
    const [row] = await db.select().from(issues).where(eq(issues.postId, id))
    expect(row?.workerCount).toBe((await workersOf(db, id)).length)
  })

  test('nobody joins for a team that is not theirs, and nobody from outside joins at all', async () => {
    const { db, officer, owner, partner, alone, member, persona, resident, administrator, second, otherTeam, team, circleId } = world
    const { id } = await raise(db, officer)
    await expect(joinIssue(db, officer, id, { teamId: otherTeam.id, note: '' })).rejects.toThrow(Forbidden)
    for (const outsider of [partner, alone, persona, resident])
      await expect(joinIssue(db, outsider, id, { teamId: null, note: '' })).rejects.toThrow(NotFound)
    await joinIssue(db, administrator, id, { teamId: null, note: 'The rights in the records' })
    const { workers } = await panelOf(officer, id)
    expect(workers.find(({ name }) => name === administrator.displayName)).toMatchObject({ team: null, note: 'The rights in the records' })
    await expect(joinIssue(db, administrator, id, { teamId: team.id, note: '' })).rejects.toThrow(Forbidden)
    await leaveIssue(db, administrator, id)
    const inside = await raise(db, owner, { circleId })
    await joinIssue(db, partner, inside.id, { teamId: null, note: 'Council' })
    await expect(joinIssue(db, partner, inside.id, { teamId: team.id, note: '' })).rejects.toThrow(Forbidden)
    await joinIssue(db, member, inside.id, { teamId: otherTeam.id, note: '' })
    for (const outsider of [second, administrator, persona, resident])
      await expect(joinIssue(db, outsider, inside.id, { teamId: null, note: '' })).rejects.toThrow(NotFound)
    expect(await told(inside.id, 'issue.joined')).toMatchObject([{ audience: `circle:${circleId}` }, { audience: `circle:${circleId}` }])
  })

  test('the same form twice makes one issue with one person in it', async () => {
    const { db, officer } = world
    const clientKey = randomUUID()
    const { id } = await raise(db, officer, { clientKey })
    expect((await raise(db, officer, { clientKey })).id).toBe(id)
    expect(await db.$count(issueWorkers, eq(issueWorkers.postId, id))).toBe(1)
  })
})

describe('raised from a public conversation', () => {
  test('it is linked from the first, and the public conversation is as if nothing had been', async () => {
    const { db, officer, press, resident, post, partner, alone, administrator } = world
    const publicOne = () => db.select().from(conversations).where(eq(conversations.id, post.conversationId))
    const before = await publicOne()
    const { id, conversationId } = await raise(db, officer, { aboutId: post.conversationId })
    const { links } = await panelOf(press, id)
    expect(links.publicOnes).toMatchObject([
      { conversationId: post.conversationId, title: 'News from Bracebridge Heath', path: post.path, public: true },
    ])
    expect(await publicOne()).toEqual(before)
    expect(
      (await db.select().from(activities).where(eq(activities.postId, id))).every(
        (activity) => activity.conversationId === conversationId && activity.audience === 'staff',
      ),
    ).toBe(true)
    expect(await issuesAbout(db, press, post.conversationId)).toMatchObject([
      { id, title: 'Quad bikes are being taken from farms', workerCount: 1, closed: false },
    ])
    for (const outsider of [visitor, resident, partner, alone]) expect(await issuesAbout(db, outsider, post.conversationId)).toEqual([])
    expect(await issuesAbout(db, administrator, post.conversationId)).toMatchObject([{ id }])
  })

  test('what is raised in a circle is known to the circle alone', async () => {
    const { db, owner, member, press, administrator, second, otherPost, circleId } = world
    const { id } = await raise(db, owner, { circleId, aboutId: otherPost.conversationId })
    expect((await issuesAbout(db, member, otherPost.conversationId)).map((issue) => issue.id)).toEqual([id])
    for (const outsider of [press, second, administrator]) expect(await issuesAbout(db, outsider, otherPost.conversationId)).toEqual([])
    await withdrawInNetwork(db, owner, id, 'Raised twice.')
    expect(await issuesAbout(db, member, otherPost.conversationId)).toEqual([])
  })

  test('a private conversation with a resident is raised by nobody, nor is one of the network', async () => {
    const { db, officer, resident, team } = world
    const question = await askQuestion(db, resident, team, {
      title: 'My neighbour',
      body: 'It is about my neighbour.',
      visibility: 'private',
      named: false,
      clientKey: randomUUID(),
    })
    const { rows } = await db.$client.query<{ id: string }>('select conversation_id as id from questions where id = $1', [question.id])
    const [privateId, internal] = [Number(rows[0]?.id), await write(db, officer)]
    for (const aboutId of [privateId, internal.conversationId, 999_999]) await expect(raise(db, officer, { aboutId })).rejects.toThrow(NotFound)
    const { id } = await raise(db, officer)
    await expect(linkIssue(db, officer, id, { address: `/conversations/${privateId}`, note: '' })).rejects.toThrow(Refused)
    await sideConversation(db, officer, privateId)
    await expect(linkIssue(db, officer, id, { address: notesPath(privateId), note: '' })).rejects.toThrow(Refused)
    expect(await db.$count(issueLinks, eq(issueLinks.postId, id))).toBe(0)
  })
})

describe('links', () => {
  test('are pasted as addresses of this site, with or without the host; each once', async () => {
    const { db, officer, colleague, post, otherPost, resident } = world
    const { id } = await raise(db, officer)
    const staff = await write(db, colleague, { title: 'Marked fuel' })
    const comment = await world.say(resident)
    const link = (address: string) => linkIssue(db, colleague, id, { address, note: 'See this' })
    await Promise.all([link(`https://portal.example${post.path}?page=2#conversation`), link(post.path)])
    await link(`/comments/${comment}`)
    await link(notesPath(post.conversationId))
    await link(`https://portal.example/staff/posts/${staff.id}`)
    await link(otherPost.path)
    const { links } = await panelOf(officer, id)
    expect(links.publicOnes.map(({ conversationId }) => conversationId)).toEqual([post.conversationId, otherPost.conversationId])
    expect(links.staffOnes.map(({ title }) => title)).toEqual(['Marked fuel'])
    expect(await told(id, 'issue.linked')).toMatchObject([
      { detail: { linkedId: post.conversationId } },
      { detail: { linkedId: staff.conversationId } },
      { detail: { linkedId: otherPost.conversationId } },
    ])
  })

  test.each([
    '',
    'good morning',
    '/',
    '/teams/bracebridge-heath',
    '/comments/999999',
    '/staff/posts/999999',
    'javascript:alert(1)',
    '//evil.example/x',
    '\\\\x',
    '/places/none',
  ])('what leads to no conversation is refused: %j', async (address) => {
    const { db, officer } = world
    const { id } = await raise(db, officer)
    await expect(linkIssue(db, officer, id, { address, note: '' })).rejects.toThrow(Refused)
  })

  test('what a reader may not read does not exist in what they see, and cannot be linked by them', async () => {
    const { db, owner, member, second, press, circleId } = world
    const secret = await write(db, owner, { title: 'Operation Crow', circleId })
    const { id } = await raise(db, owner)
    await linkIssue(db, owner, id, { address: `/staff/posts/${secret.id}`, note: '' })
    expect((await panelOf(member, id)).links.staffOnes.map(({ title }) => title)).toEqual(['Operation Crow'])
    for (const outsider of [second, press]) expect((await panelOf(outsider, id)).links.staffOnes).toEqual([])
    const other = await raise(db, second)
    await expect(linkIssue(db, second, other.id, { address: `/staff/posts/${secret.id}`, note: '' })).rejects.toThrow(Refused)
  })

  test('are removed by whoever added them or works on it, and can be added again', async () => {
    const { db, officer, colleague, press, second, post } = world
    const { id } = await raise(db, officer)
    await linkIssue(db, colleague, id, { address: post.path, note: '' })
    const [link] = (await panelOf(press, id)).links.publicOnes
    if (!link) throw new Error('no link')
    expect(link.mayRemove).toBe(false)
    for (const other of [press, second]) await expect(unlinkIssue(db, other, id, link.linkId)).rejects.toThrow(Forbidden)
    const elsewhere = await raise(db, officer)
    await expect(unlinkIssue(db, officer, elsewhere.id, link.linkId)).rejects.toThrow(NotFound)
    await unlinkIssue(db, colleague, id, link.linkId)
    await unlinkIssue(db, officer, id, link.linkId)
    expect((await panelOf(officer, id)).links.publicOnes).toEqual([])
    await linkIssue(db, officer, id, { address: post.path, note: '' })
    expect((await panelOf(officer, id)).links.publicOnes).toHaveLength(1)
  })
})

describe('what came of it', () => {
  test('closes it, once; opened again, what was said stays beside it', async () => {
    const { db, officer, colleague, press, otherTeam } = world
    const { id } = await raise(db, officer)
    await expect(closeIssue(db, press, id, 'Nothing.')).rejects.toThrow(Forbidden)
    await joinIssue(db, colleague, id, { teamId: otherTeam.id, note: '' })
    await closeIssue(db, colleague, id, 'Two quad bikes were found.')
    await closeIssue(db, colleague, id, 'Two quad bikes were found.')
    await expect(closeIssue(db, officer, id, 'Nothing came of it.')).rejects.toThrow(Overtaken)
    await expect(joinIssue(db, press, id, { teamId: null, note: '' })).rejects.toThrow(Forbidden)
    await expect(linkIssue(db, officer, id, { address: world.post.path, note: '' })).rejects.toThrow(Forbidden)
    expect(await panelOf(press, id)).toMatchObject({
      ending: { outcome: 'Two quad bikes were found.', closedBy: 'PC Joan Fell' },
      may: { join: false, close: false, reopen: false },
    })
    expect(await idsOf(press, 'closed')).toContain(id)
    expect(await idsOf(press, 'open')).not.toContain(id)
    await expect(reopenIssue(db, press, id)).rejects.toThrow(Forbidden)
    await Promise.all([reopenIssue(db, officer, id), reopenIssue(db, colleague, id)])
    expect(await panelOf(press, id)).toMatchObject({ ending: null, earlier: [{ outcome: 'Two quad bikes were found.', closedBy: 'PC Joan Fell' }] })
    expect(await told(id, 'issue.closed')).toMatchObject([{ detail: {} }, { detail: { act: 'reopened' } }])
  })

  test('two who close it at once leave one outcome', async () => {
    const { db, officer, colleague } = world
    const { id } = await raise(db, officer)
    await joinIssue(db, colleague, id, { teamId: null, note: '' })
    const both = await Promise.allSettled([closeIssue(db, officer, id, 'Found.'), closeIssue(db, colleague, id, 'Lost.')])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const [row] = await db.select().from(issues).where(eq(issues.postId, id))
    expect(row?.outcome).toBe(row?.closedBy === officer.accountId ? 'Found.' : 'Lost.')
  })
})

describe('the lists', () => {
  test('open ones stand by what moved last: a word, a newcomer, a link; mine are those I work on', async () => {
    const { db, officer, colleague, press, second, post } = world
    const made: Awaited<ReturnType<typeof raise>>[] = []
    for (let n = 1; n <= 4; n++) {
      moveClock(n * 60_000)
      made.push(await raise(db, officer, { title: `Issue ${n}` }))
    }
    const ids = made.map(({ id }) => id)
    const order = async () => (await idsOf(press, 'open')).filter((id) => ids.includes(id))
    expect(await order()).toEqual(ids.toReversed())
    moveClock(600_000)
    await reply(db, press, made[1]?.conversationId ?? 0, 'Here too.')
    expect((await order())[0]).toBe(ids[1])
    moveClock(700_000)
    await joinIssue(db, colleague, ids[0] ?? 0, { teamId: null, note: '' })
    expect((await order())[0]).toBe(ids[0])
    moveClock(800_000)
    await linkIssue(db, second, ids[2] ?? 0, { address: post.path, note: '' })
    expect(await order()).toEqual([ids[2], ids[0], ids[1], ids[3]])
    expect((await idsOf(colleague, 'mine'))[0]).toBe(ids[0])
    expect(await idsOf(second, 'mine')).not.toContain(ids[2])
  })

  test('hold what the reader may read and nothing else, page by page', async () => {
    const { db, owner, member, press, resident, alone, administrator, partner, circleId } = world
    const secret = await raise(db, owner, { circleId })
    for (let n = 0; n < 22; n++) await raise(db, owner, { title: `Many ${n}` })
    const found: number[] = []
    let cursor: string | undefined
    do {
      const page = await issueList(db, press, 'open', cursor)
      found.push(...page.entries.map(({ post }) => post.id))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(new Set(found).size).toBe(found.length)
    expect(found.length).toBeGreaterThan(22)
    expect(found).not.toContain(secret.id)
    expect(await idsOf(partner, 'open')).toContain(secret.id)
    expect((await issueList(db, member, 'open')).entries.length).toBe(20)
    for (const outsider of [resident, alone, visitor]) expect(await idsOf(outsider, 'open')).toEqual([])
    expect(await idsOf(administrator, 'open')).toEqual(await idsOf(press, 'open'))
  })
})

test('what was done about it is asked for once it is closed, of those who may close it', async () => {
  const { db, officer, second } = world
  const { id } = await raise(db, officer, { title: 'Scrap metal' })
  expect((await panelOf(officer, id)).deeds).toBe(false)
  await closeIssue(db, officer, id, 'It was found.')
  expect([(await panelOf(officer, id)).deeds, (await panelOf(second, id)).deeds]).toEqual([true, false])
})

describe('before an issue is raised', () => {
  test('those that share two words or more are shown, open ones first, of what may be read', async () => {
    const { db, officer, colleague, second, member, circleId, resident } = world
    const open = await raise(db, officer, { title: 'Otter traps on the river bank' })
    const over = await raise(db, officer, { title: 'Otter traps on the river in spring' })
    await closeIssue(db, officer, over.id, 'They were taken away.')
    const secret = await raise(db, member, { title: 'Otter traps on the river: operation', circleId })
    const other = await raise(db, officer, { title: 'A river in flood' })
    const words = 'Otter traps on the river'
    const found = await issuesLike(db, second, words)
    expect(found.map(({ postId }) => postId)).toEqual([open.id, over.id])
    expect(found[0]).toMatchObject({ workerCount: 1, closed: false, works: false })
    expect(found[1]).toMatchObject({ closed: true, excerpt: 'They were taken away.' })
    expect((await issuesLike(db, officer, words))[0]).toMatchObject({ postId: open.id, works: true })
    expect((await issuesLike(db, member, words)).map(({ postId }) => postId)).toContain(secret.id)
    expect((await issuesLike(db, colleague, 'flooded rivers')).map(({ postId }) => postId)).toEqual([other.id])
    expect(await issuesLike(db, resident, words)).toEqual([])
    expect(await issuesLike(db, second, 'the of')).toEqual([])
  })
})
