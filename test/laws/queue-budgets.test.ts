/**
 * What the moderators' queue may cost: the pages of the database that each view, its numbers and a case touch, with ten times as much waiting.
 */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { cases } from '../../src/moderation/schema.ts'
import { VIEWS } from '../../src/moderation/view.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { costsOf, statementsOf, type Statement } from './statements.ts'

/** Below this a table lies on fewer pages than a page of the queue has rows, and says nothing. */
const LITTLE = 5_000
const MUCH = 50_000
/** So much dearer at most. */
const FLAT = 1.3

let site: TestApp
let team: TeamName
let other: TeamName
let author: SignedIn
let conversationId: number
const people: Record<'press' | 'sergeant', { actor: SignedIn; cookie: string }> = {} as never
beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  other = await makeTeam(db, 'Skegness')
  author = await makeResident(db, 'Ann')
  const press = await makeStaff(db, 'Sam Carter', 'press-office')
  const sergeant = await makeStaff(db, 'Sgt Ellen Marsh', 'supervisor', team)
  people.press = { actor: press, cookie: await site.cookieOf(press) }
  people.sergeant = { actor: sergeant, cookie: await site.cookieOf(sergeant) }
  conversationId = (await makePost(db, press, team)).conversationId
  for (const { cookie } of Object.values(people)) await site.get('/moderation', cookie)
})
afterAll(() => site.close())

/** Waiting cases number `from` to `to`: every view has its share, everything of two teams, a tenth of it late. */
async function pile(from: number, to: number): Promise<void> {
  const client = await site.world.db.$client.connect()
  await client.query('set statement_timeout = 0')
  await client.query(
    `insert into comments (conversation_id, level, place, author_id, client_key, body, body_html, state)
     select $1, 1, 'q' || n, $2, gen_random_uuid(), 'words', '<p>words</p>', 'held' from generate_series($3::int, $4::int) n`,
    [conversationId, author.accountId, from, to],
  )
  await client.query(
    `insert into cases (cause, because, comment_id, conversation_id, audience, team_id, state, urgent, assignee_id, escalated_to, snapshot, opened_at, due_at, decided_at)
     select 'held', 'A rule.', comments.id, $1, 'public', case when n % 2 = 0 then $3::bigint else $4::bigint end,
       case n % 6 when 0 then 'escalated' when 1 then 'appealed' when 2 then 'assigned' else 'open' end, (n / 6) % 3 = 0,
       case when n % 3 = 2 then case when n % 12 = 8 then $6::bigint else $5::bigint end end, case when n % 6 = 0 then 'legal' end,
       '{"body": "words", "version": 1}', now(), date_trunc('milliseconds', now()) + (n - 200) * interval '1 minute',
       case when n % 6 = 1 then now() end
     from generate_series($7::int, $8::int) n join comments on comments.place = 'q' || n and comments.author_id = $2`,
    [conversationId, author.accountId, team.id, other.id, people.press.actor.accountId, people.sergeant.actor.accountId, from, to],
  )
  await client.query('vacuum analyze comments, cases, flags, accounts, conversations, teams')
  await client.query('reset statement_timeout')
  client.release()
}

const seen = async (path: string, who: keyof typeof people): Promise<Statement[]> =>
  statementsOf(async () => {
    const answer = await site.get(path, people[who].cookie)
    expect(answer.statusCode, path).toBe(200)
  })

const PAGES: [string, keyof typeof people][] = [
  ...VIEWS.map((view): [string, 'press'] => [`/moderation?view=${view}`, 'press']),
  ['/moderation?kind=comment', 'press'],
  ['/moderation?view=all', 'sergeant'],
  ['/moderation?view=unassigned', 'sergeant'],
  ['/moderation?view=overdue', 'sergeant'],
]

/** By page: the pages of the database that its reads of cases touch, and the tables that they read from end to end. */
async function costsOfPages(): Promise<Map<string, { buffers: number; scanned: string[] }>> {
  const found = new Map<string, { buffers: number; scanned: string[] }>()
  for (const [path, who] of PAGES) {
    const reads = (await seen(path, who)).filter(({ text }) => /^select/i.test(text) && /\bcases\b/.test(text))
    const costs = (await costsOf(site.world.connection, reads)).filter(({ what }) => what.endsWith('(custom)'))
    expect(costs.length, path).toBeGreaterThanOrEqual(3)
    found.set(`${path} as ${who}`, {
      buffers: costs.reduce((sum, { buffers }) => sum + buffers, 0),
      scanned: costs.flatMap(({ scanned }) => scanned),
    })
  }
  return found
}

test('every view and every number costs the same with ten times as much waiting', { timeout: 300_000 }, async () => {
  await pile(1, LITTLE)
  const then = await costsOfPages()
  await pile(LITTLE + 1, MUCH)
  const since = await costsOfPages()
  expect(await site.world.db.$count(cases, eq(cases.waits, true))).toBe(MUCH)
  const dearer = [...since].filter(([page, { buffers }]) => buffers > (then.get(page)?.buffers ?? 0) * FLAT)
  expect(dearer.map(([page, { buffers }]) => `${page}: ${buffers} pages instead of ${then.get(page)?.buffers}`)).toEqual([])
  expect([...since].filter(([, { scanned }]) => scanned.includes('cases') || scanned.includes('comments')).map(([page]) => page)).toEqual([])
})
