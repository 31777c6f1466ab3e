/**
 * One order of locks: whoever waits for the turn to write in the log holds nothing yet that others need after it: the counts of tags, the teams' pages, and
 * with a redaction the earlier cases of the item.
 */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decideAppeal } from '../../src/appeals/hearing.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { cases } from '../../src/moderation/schema.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { sanctionAuthor } from '../../src/sanctions/sanction.ts'
import { makePost } from '../people.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

/** Until so many sessions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  const sessions = () => desk.db.execute(sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
  await expect.poll(async () => (await sessions()).rowCount).toBeGreaterThanOrEqual(count)
}

/** Does it while the log's turn is somebody else's; answers which of the rows behind it the act holds while it waits. */
async function heldBeforeLog(act: () => Promise<unknown>): Promise<string[]> {
  const client = await desk.db.$client.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtext('blue-lamp-log'))`)
    const doing = act()
    doing.catch(() => undefined)
    await waiting(1)
    const held: string[] = []
    for (const table of ['tags', 'teams']) {
      const free = await client.query(`select from ${table} for no key update skip locked`)
      const all = await client.query(`select from ${table}`)
      if (free.rowCount !== all.rowCount) held.push(table)
    }
    await client.query('rollback')
    await doing
    return held
  } finally {
    client.release()
  }
}

const flagged = async (title: string) => {
  const post = await makePost(desk.db, desk.officer, desk.team, title)
  await desk.flag({ postId: post.id }, randomUUID())
  return post
}

test('a team’s withdrawal of a post, and a moderator’s acts on one', async () => {
  const withdrawn = await makePost(desk.db, desk.officer, desk.team, 'Taken back by its team')
  expect(await heldBeforeLog(() => withdrawPost(desk.db, desk.officer, withdrawn.id, 'It was wrong.'))).toEqual([])
  const removed = await flagged('Removed by a moderator')
  expect(await heldBeforeLog(() => desk.decide(desk.press, { postId: removed.id }, 'remove'))).toEqual([])
  const redacted = await flagged('Redacted, it names Nora')
  expect(await heldBeforeLog(() => desk.decide(desk.press, { postId: redacted.id }, 'redact', { takenOut: ['Nora'] }))).toEqual([])
})

test('an appeal that brings a post back', async () => {
  const post = await flagged('Removed for nothing')
  await desk.decide(desk.press, { postId: post.id }, 'remove')
  const { id } = await desk.caseOf({ postId: post.id })
  await lodgeAppeal(desk.db, desk.officer, id, { text: 'It named nobody.', clientKey: randomUUID() })
  const [file] = await desk.db.select().from(cases).where(eq(cases.id, id))
  const outcome = { way: 'overturned' as const, text: 'You were right.', reasonCode: null, takeOut: [], note: null, version: Number(file?.version) }
  expect(await heldBeforeLog(() => decideAppeal(desk.db, desk.press2, id, outcome))).toEqual([])
})

test('a redaction and a sanction that is tied to an earlier decision about the same comment', async () => {
  const author = await desk.newPerson('Said it twice')
  const commentId = await desk.say(author, 'Ask Nora at the shop.')
  const { id: decisionId } = await desk.decide(desk.press, { commentId }, 'reject')
  const first = await desk.caseOf({ commentId })
  await lodgeAppeal(desk.db, author, first.id, { text: 'Not all of it is wrong.', clientKey: randomUUID() })
  const { version } = await desk.caseOf({ commentId })
  const varied = { way: 'varied-words' as const, text: 'Without the shop.', reasonCode: null, takeOut: ['shop'], note: null, version }
  await decideAppeal(desk.db, desk.press2, first.id, varied)
  await desk.flag({ commentId }, randomUUID())
  const client = await desk.db.$client.connect()
  try {
    await client.query('begin')
    await client.query('select from accounts where id = $1 for update', [author.accountId])
    const redacting = desk.decide(desk.press, { commentId }, 'redact', { takenOut: ['Nora'] })
    redacting.catch(() => undefined)
    await waiting(1)
    const input = { kind: 'advice' as const, publicText: 'Please leave people out.', note: null, clientKey: randomUUID() }
    const warning = sanctionAuthor(desk.db, desk.press2, first.id, input)
    warning.catch(() => undefined)
    await waiting(2)
    await client.query('rollback')
    await Promise.all([redacting, warning])
  } finally {
    client.release()
  }
  const tied = await desk.db.execute(sql`select from sanctions where decision_id = ${decisionId}`)
  expect(tied.rows).toHaveLength(1)
})
