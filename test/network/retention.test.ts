/** What was said in the network goes when its time has come, whole and for good; and what is needed stays. */
import { randomUUID } from 'node:crypto'
import { desc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { contentHash, verifyLog } from '../../src/activity/log.ts'
import { log } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { askForPreview } from '../../src/network/preview.ts'
import { disposeOfNetwork } from '../../src/network/retention.ts'
import { homeEntries, linkPreviews } from '../../src/network/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { registerProposals } from '../../src/proposals/register.ts'
import { search } from '../../src/search/search.ts'
import { NETWORK } from '../../src/search/shelf.ts'
import { registerSeals } from '../../src/seals/register.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makePost } from '../people.ts'
import { vaultOf } from '../seals/vault.ts'
import { letIn, makeCircle, write } from './circle.ts'

const MONTHS = 84
const EIGHT_YEARS = 8 * 366 * 86_400_000

let desk: Desk
let officer: SignedIn
beforeAll(async () => {
  desk = await openDesk()
  registerProposals()
  registerSeals()
  officer = desk.officer
})
afterAll(async () => {
  moveClock(0)
  await desk.close()
})

const say = async (conversationId: number, body: string, by = officer): Promise<number> =>
  (await postComment(desk.db, by, conversationId, { body, parentId: null, clientKey: randomUUID(), hold: null })).id

const commentOf = async (id: number) => (await desk.db.select().from(comments).where(eq(comments.id, id)))[0]
const postOf = async (id: number) => (await desk.db.select().from(posts).where(eq(posts.id, id)))[0]

async function inEightYears<T>(act: () => Promise<T>): Promise<T> {
  // Time passes for what is there, so that what is made meanwhile is young.
  moveClock(EIGHT_YEARS)
  try {
    return await act()
  } finally {
    moveClock(0)
  }
}

const dispose = () => inEightYears(() => disposeOfNetwork(desk.db, MONTHS))

describe('when the time has come', () => {
  test('the words go from everywhere; ids, hashes, notice and the log stay, and a second time does nothing', async () => {
    const { id, conversationId } = await write(desk.db, officer, {
      title: 'All about quincewort',
      body: 'Many words.',
      tags: ['quincewort'],
      kind: 'link',
    })
    await desk.db.transaction((tx) => askForPreview(tx, id, 'https://www.news.test/'))
    const said = await say(conversationId, 'Quincewort it is.', desk.sergeant)
    expect(await disposeOfNetwork(desk.db, MONTHS)).toEqual({ comments: 0, posts: 0 })
    expect(await dispose()).toEqual({ comments: 1, posts: 1 })
    expect(await commentOf(said)).toMatchObject({ state: 'disposed', body: '', bodyHtml: '', disposedHash: contentHash('Quincewort it is.') })
    expect(await postOf(id)).toMatchObject({ state: 'withdrawn', title: 'Disposed of', body: '', bodyHtml: '', summary: '', tags: [] })
    expect((await postOf(id))?.withdrawnBecause).toContain('kept for a limited time')
    const [talk] = await desk.db.select().from(conversations).where(eq(conversations.id, conversationId))
    expect(talk).toMatchObject({ title: 'Disposed of', commentCount: 0, path: `/staff/posts/${id}-disposed-of` })
    expect(await desk.db.select().from(homeEntries).where(eq(homeEntries.postId, id))).toEqual([])
    expect(await desk.db.select().from(linkPreviews).where(eq(linkPreviews.postId, id))).toMatchObject([{ url: '', state: 'failed' }])
    expect((await search(desk.db, officer, { q: 'quincewort', order: 'best', shelf: NETWORK, exact: true })).results).toEqual([])
    const [last] = await desk.db.select().from(log).orderBy(desc(log.id)).limit(1)
    expect(last).toMatchObject({ act: 'dispose', item: 'post', itemId: id, audience: 'staff', hashBefore: contentHash('Many words.') })
    expect((await verifyLog(desk.db)).brokenAt).toBeNull()
    expect(await dispose()).toEqual({ comments: 0, posts: 0 })
    // No word of it is left in any table.
    const { rows } = await desk.db.execute<{ found: string }>(sql`
      select table_name as found from information_schema.tables t where table_schema = 'public' and table_type = 'BASE TABLE'
        and (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I x where x::text ilike ''%%quincewort%%''', table_name), false, true, '')))[1]::text <> '0'`)
    expect(rows.map(({ found }) => found)).toEqual([])
  })

  test('a thread in which somebody still writes loses what is old, and its post stays until the rest is', async () => {
    const { id, conversationId } = await write(desk.db, officer, { title: 'A long story' })
    const old = await say(conversationId, 'Long ago.')
    await inEightYears(() => say(conversationId, 'Just now.'))
    await desk.db
      .update(comments)
      .set({ createdAt: new Date(Date.now() + EIGHT_YEARS) })
      .where(eq(comments.body, 'Just now.'))
    expect(await dispose()).toEqual({ comments: 1, posts: 0 })
    expect((await commentOf(old))?.state).toBe('disposed')
    expect((await postOf(id))?.title).toBe('A long story')
    expect((await desk.db.select().from(comments).where(eq(comments.body, 'Just now.'))).length).toBe(1)
  })

  test('what circles said goes too, and nothing public does', async () => {
    const circleId = await makeCircle(desk.db, 'Drones')
    const member = await letIn(desk.db, officer, circleId)
    const { id } = await write(desk.db, member, { circleId })
    const open = await makePost(desk.db, officer, desk.team)
    const said = await say(open.conversationId, 'In public.')
    expect(await dispose()).toEqual({ comments: 0, posts: 1 })
    expect((await postOf(id))?.title).toBe('Disposed of')
    expect((await postOf(open.id))?.state).toBe('published')
    expect((await commentOf(said))?.body).toBe('In public.')
  })
})

describe('what stays', () => {
  const keep = async (
    act: (made: { id: number; conversationId: number; said: number }) => Promise<unknown>,
    kind: 'update' | 'good-practice' | 'issue' = 'update',
  ) => {
    const { id, conversationId } = await write(desk.db, officer, { kind, title: 'To be kept' })
    const said = await say(conversationId, 'Also kept.')
    await act({ id, conversationId, said })
    await dispose()
    return { post: (await postOf(id))?.title, comment: (await commentOf(said))?.body }
  }
  const WHOLE = { post: 'To be kept', comment: 'Also kept.' }

  test('good practice', async () => {
    expect(await keep(async () => {}, 'good-practice')).toEqual(WHOLE)
  })

  test('an issue until it is closed, and for the same time after', async () => {
    const made = await keep(
      ({ id }) => desk.db.execute(sql`insert into issues (post_id, opened_at, active_at) values (${id}, now(), now())`),
      'issue',
    )
    expect(made).toEqual(WHOLE)
    await desk.db.execute(sql`update issues set closed_at = now() + interval '7 years', closed_by = ${officer.accountId}, outcome = 'It is mended.'`)
    expect(await dispose()).toEqual({ comments: 0, posts: 0 })
    await desk.db.execute(sql`update issues set closed_at = now()`)
    expect(await dispose()).toEqual({ comments: 1, posts: 1 })
    const { rows } = await desk.db.execute(sql`select outcome from issues`)
    expect(rows).toEqual([{ outcome: '' }])
  })

  test('what is sealed: a post with its thread, a comment with its post', async () => {
    expect(await keep(({ id }) => vaultOf(desk).seal({ postId: id }))).toEqual(WHOLE)
    expect(await keep(({ said }) => vaultOf(desk).seal({ commentId: said }))).toEqual(WHOLE)
  })

  test('what is before the moderators', async () => {
    expect(await keep(({ said }) => desk.flag({ commentId: said }, desk.sergeant))).toEqual(WHOLE)
    expect(await keep(({ id }) => desk.flag({ postId: id }, desk.sergeant))).toEqual(WHOLE)
  })

  test('what proceedings are about', async () => {
    const trial = { mode: 'legal-lock' as const, trigger: 'charge' as const, reviewAt: new Date(Date.now() + 86_400_000) }
    const lock = (conversationId: number) => desk.db.transaction((tx) => setMode(tx, null, conversationId, trial))
    expect(await keep(({ conversationId }) => lock(conversationId))).toEqual(WHOLE)
  })
})
