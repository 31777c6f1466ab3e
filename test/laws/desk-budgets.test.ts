/**
 * What the officers’ desk may cost, counted instead of timed: round trips, writes, and the pages of the database that a statement touches
 * where a team has twenty times as much to answer.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { switchesInForce } from '../../src/switches/in-force.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { saveQuestions } from '../bench/questions.ts'
import { diceOf } from '../bench/words.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { costsOf, faultsOf, statementsOf, writesOf, type Named, type Statement } from './statements.ts'

/** As many as a page of the queue holds, and one more. */
const LITTLE = 25
const MUCH = 500
const LIST = 21
/** Five pages for each row of a list: its own and what it names, with their indexes. Where little waits the list is not full. */
const SMALL = 5 * LIST
/** Of each person, handed in and not approved yet. */
const HANDED_IN = 8

let site: TestApp
let team: TeamName
const people: Record<'officer' | 'supervisor' | 'press-office', { actor: SignedIn; cookie: string }> = {} as never
let residents: SignedIn[]

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  residents = await Promise.all(['Ann', 'Ben', 'Cleo', 'Dai'].map((name) => makeResident(db, name)))
  for (const role of ['officer', 'supervisor', 'press-office'] as const) {
    const actor = await makeStaff(db, `A ${role}`, role, role === 'press-office' ? null : team)
    people[role] = { actor, cookie: await site.cookieOf(actor) }
    // The first page of a session says that it was seen.
    await site.get('/officers', people[role].cookie)
  }
  await ask(LITTLE)
  await work(LITTLE)
})
afterAll(() => site.close())

/** Questions that wait, and nine times as many that are over. */
async function ask(open: number): Promise<void> {
  const client = await site.world.db.$client.connect()
  try {
    const [officers, askers] = [[people.officer.actor.accountId], residents.map((person) => person.accountId)]
    await saveQuestions(client, diceOf(open), { team, residents: askers, officers, open, over: 9 * open })
    await client.query('vacuum analyze questions, question_acts, conversations, posts, post_teams')
  } finally {
    client.release()
  }
}

/** Drafts of each person that are under way, or (the first time) were handed in, and nine times as many that came to nothing. */
async function work(open: number): Promise<void> {
  const { $client: client } = site.world.db
  await client.query(
    `insert into drafts (kind, state, team_id, author_id, official_role, client_key, form, changed_at, state_at)
     select 'update', case when n > $3 then 'discarded' when n <= $4 then 'submitted' else 'draft' end, $1, author, 'officer', gen_random_uuid(),
       jsonb_build_object('body', repeat('word ', 50)), now() - n * interval '1 minute', now() - n * interval '1 minute'
     from generate_series(1, 10 * $3::int) as n cross join unnest($2::bigint[]) as author`,
    [team.id, Object.values(people).map(({ actor }) => actor.accountId), open, open === LITTLE ? HANDED_IN : 0],
  )
  await client.query('vacuum analyze drafts, accounts, teams')
}

/** Which modes hold is read once in five seconds for all pages, and is no page's own. */
const seen = async (path: string, role: keyof typeof people): Promise<Statement[]> => {
  await switchesInForce(site.world.db)
  return statementsOf(async () => {
    const answer = await site.get(path, people[role].cookie)
    expect(answer.statusCode).toBe(200)
  })
}

const PAGES: [string, keyof typeof people, number][] = [
  ['/officers', 'officer', 6],
  ['/officers', 'supervisor', 8],
  ['/officers', 'press-office', 8],
  ['/officers/questions', 'officer', 2],
  ['/officers/questions?view=mine', 'officer', 2],
  ['/officers/questions?view=unassigned', 'officer', 2],
  ['/officers/questions?view=missed', 'supervisor', 2],
  ['/officers/questions', 'press-office', 2],
]

/** These go through what is open until the page is full, so they cost what the team has open. */
const CHOSEN = /view=(mine|unassigned)/

describe('a page of the desk', () => {
  test.each(PAGES)('%s as %s: at most %i round trips, the session among them, and nothing written', async (path, role, most) => {
    const statements = await seen(path, role)
    expect(statements.length).toBeGreaterThan(1)
    expect(statements.length).toBeLessThanOrEqual(most)
    expect(writesOf(statements)).toEqual([])
  })

  // The press office's list of all teams apart: one that is not prepared.
  test.each(PAGES.filter(([path, role]) => path !== '/officers' || role !== 'press-office'))(
    '%s as %s: no statement is read and planned anew',
    async (path, role) => {
      const statements = await seen(path, role)
      expect(statements.filter(({ name }) => name === null).map(({ text }) => text)).toEqual([])
    },
  )

  test('costs the same where twenty times as much waits, and ten years lie behind', { timeout: 120_000 }, async () => {
    const then = await allCosts()
    await ask(MUCH - LITTLE)
    await work(MUCH - LITTLE)
    const since = await allCosts()
    expect(since.map(({ what }) => what)).toEqual(then.map(({ what }) => what))
    // All that is wrong at once, in words that say where.
    expect(since.flatMap((cost, index) => faultsOf(cost, then[index], LIST, SMALL))).toEqual([])
  })
})

async function allCosts(): Promise<Named[]> {
  const found: Named[] = []
  for (const [path, role] of PAGES.filter(([path]) => !CHOSEN.test(path)))
    for (const cost of await costsOf(site.world.connection, await seen(path, role))) found.push({ ...cost, what: `${role}: ${cost.what}` })
  // What is asked at once arrives in any order.
  return found.toSorted((one, other) => (one.what < other.what ? -1 : 1))
}
