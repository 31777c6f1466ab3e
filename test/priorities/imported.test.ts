/** Priorities of an import: known by their key, corrected by their source, and left alone where people of the team have been. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { correctPost, withdrawPost } from '../../src/posts/post.ts'
import { postVersions, posts, postTeams } from '../../src/posts/schema.ts'
import { keepImportedPriority, type ImportedPriority } from '../../src/priorities/imported.ts'
import { priorities, priorityActions } from '../../src/priorities/schema.ts'
import { addressOf, openChain, type Chained } from './chain-world.ts'

let w: Chained
beforeAll(async () => {
  w = await openChain()
})
afterAll(() => w?.close())

const ISSUED = new Date('2026-05-01T09:00:00Z')
const ACTED = new Date('2026-06-01T09:00:00Z')
const from = (more: Partial<ImportedPriority> = {}): ImportedPriority => ({
  authorId: w.press.accountId,
  team: w.team,
  key: 'lincolnshire NC35 parking',
  issueHtml: '<p>Parking &amp; speeding at the school.<script>x()</script></p><p>Every morning.</p>',
  issuedAt: ISSUED,
  actionHtml: '<p>We were there.</p>',
  actionAt: ACTED,
  ...more,
})
const keep = (more: Partial<ImportedPriority> = {}) => w.db.transaction((tx) => keepImportedPriority(tx, from(more)))
async function stored(key: string) {
  const [row] = await w.db
    .select({ priority: priorities, post: posts })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .where(eq(priorities.sourceKey, key))
  if (!row) throw new Error('not imported')
  return { ...row, actions: await w.db.select().from(priorityActions).where(eq(priorityActions.priorityId, row.priority.id)) }
}

test('makes one with its action, as old as the source says, and tells nobody', async () => {
  const key = 'a'
  expect([await keep({ key }), await keep({ key })]).toEqual(['made', 'same'])
  const { post, priority, actions } = await stored(key)
  expect(post).toMatchObject({ title: 'Parking & speeding at the school. Every morning', kind: 'priority', publishedAt: ISSUED })
  expect(post.body).toContain('Parking & speeding at the school.')
  expect(post.bodyHtml).not.toContain('x()')
  expect(priority).toMatchObject({ openedAt: ISSUED, reviewedAt: ACTED, ownerId: null })
  expect(actions).toMatchObject([{ what: 'We were there.', state: 'done', doneAt: ACTED }])
  expect((await w.db.select().from(postTeams).where(eq(postTeams.postId, post.id)))[0]?.listedAt).toEqual(ISSUED)
  expect(await w.db.$count(activities, eq(activities.postId, post.id))).toBe(0)
})

test('words that the source changed become a correction, another action another one', async () => {
  const key = 'b'
  await keep({ key })
  expect(
    await keep({ key, issueHtml: '<p>Parking at both schools.</p>', actionHtml: '<p>Twice.</p>', actionAt: new Date('2026-07-01T09:00:00Z') }),
  ).toBe('changed')
  const { post, actions } = await stored(key)
  expect(post).toMatchObject({ state: 'corrected', body: 'Parking at both schools.', version: 2 })
  expect(await w.db.$count(postVersions, eq(postVersions.postId, post.id))).toBe(1)
  expect(actions.map(({ what }) => what)).toEqual(['We were there.', 'Twice.'])
  expect(await keep({ key, issueHtml: '<p>Parking at all schools.</p>', actionHtml: null })).toBe('changed')
})

test('words that are cut are the same the next time, also through the middle of a character', async () => {
  const long = { key: 'long', issueHtml: `<p>${'x'.repeat(9999)}😀</p>` }
  expect([await keep(long), await keep(long)]).toEqual(['made', 'same'])
})

test('what people corrected, withdrew or closed stays theirs', async () => {
  const changed = { issueHtml: '<p>Other words of the source.</p>', actionHtml: '<p>More.</p>' }
  await keep({ key: 'c' })
  const { post } = await stored('c')
  await correctPost(w.db, w.sergeant, post.id, { title: 'Ours now', body: 'Our words.', tags: [], note: 'Plainer.', version: 1 })
  await keep({ key: 'c', ...changed })
  expect((await stored('c')).post.body).toBe('Our words.')
  for (const [key, act] of [
    ['d', (id: number) => withdrawPost(w.db, w.sergeant, id, 'Old.')],
    ['e', (id: number) => w.publishOutcome(w.sergeant, [addressOf(w.team.slug, id)])],
  ] as const) {
    await keep({ key })
    const before = await stored(key)
    await act(before.post.id)
    expect(await keep({ key, ...changed })).toBe('same')
    expect((await stored(key)).actions).toEqual(before.actions)
  }
  expect(await w.db.$count(priorities, sql`${priorities.sourceKey} = 'e' and ${priorities.closedAt} is not null`)).toBe(1)
})
