import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { CLOSED_LISTED, closedShare } from '../../src/conversations/closed.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { answerQuestion } from '../../src/questions/answer.ts'
import { askQuestion } from '../../src/questions/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { statementsOf } from '../laws/statements.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const HOUR = 3_600_000

let t: TestApp
let resident: SignedIn
let teamNumber = 0

beforeAll(async () => {
  t = await openApp()
  resident = await makeResident(t.world.db, 'Maureen T')
})
afterEach(() => moveClock(0))
afterAll(() => t.close())

/** A team of its own for each test, with an officer. */
async function newTeam(): Promise<{ team: TeamName; officer: SignedIn; path: string }> {
  const team = await makeTeam(t.world.db, `Team ${++teamNumber}`)
  return { team, officer: await makeStaff(t.world.db, 'PC Imran Adeyemi', 'officer', team), path: `/teams/${team.slug}/performance` }
}

const ask = async (team: TeamName): Promise<number> =>
  (
    await askQuestion(t.world.db, resident, team, {
      title: 'When?',
      body: 'When is it?',
      visibility: 'private',
      named: false,
      clientKey: randomUUID(),
    })
  ).id
const answer = (officer: SignedIn, id: number) => answerQuestion(t.world.db, officer, id, { body: 'On Tuesday.', clientKey: randomUUID() })

/** The figures as the page says them: `<dt>name</dt><dd>…</dd>` without tags. */
async function figuresOn(path: string): Promise<Record<string, string>> {
  const page = await t.get(path)
  expect(page.statusCode).toBe(200)
  const pairs = [...page.body.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)]
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.replaceAll(/<[^>]+>/g, '')]))
}

const close = (post: { conversationId: number }, change: Partial<typeof conversations.$inferInsert>) =>
  t.world.db.update(conversations).set(change).where(eq(conversations.id, post.conversationId))

describe('answers', () => {
  test('a team that nobody asked says so, to everybody', async () => {
    const { path } = await newTeam()
    const page = await t.get(path)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('No questions yet.')
    expect(page.body).toContain('published nothing that can be commented on')
    expect(page.headers['set-cookie']).toBeUndefined()
  })

  test('in time, late and overdue move the figures, at the second', async () => {
    const { team, officer, path } = await newTeam()
    const [quick, late] = [await ask(team), await ask(team), await ask(team)]
    expect(await figuresOn(path)).toMatchObject({ 'Answered within 72 hours': 'Nothing to count yet', 'Open now': '3', 'Overdue now': '0' })
    moveClock(5 * HOUR)
    await answer(officer, quick)
    expect(await figuresOn(path)).toMatchObject({
      'Answered within 72 hours': '100%: 1 of 1',
      'Time to an answer': 'Half of them within 5 hours',
      'Open now': '2',
    })
    moveClock(67 * HOUR - 60_000)
    expect(await figuresOn(path)).toMatchObject({ 'Overdue now': '0' })
    moveClock(60_000)
    expect(await figuresOn(path)).toMatchObject({ 'Answered within 72 hours': '33%: 1 of 3', 'Open now': '2', 'Overdue now': '2' })
    moveClock(8 * HOUR)
    await answer(officer, late)
    expect(await figuresOn(path)).toMatchObject({ 'Answered within 72 hours': '33%: 1 of 3', 'Open now': '1', 'Overdue now': '1' })
    const page = await t.get(path)
    expect(page.body).toMatch(/<meter min="0" max="2" value="1" aria-label="In time, /)
    expect(page.body).toContain('How these figures are worked out')
  })

  test('the old address of a team leads to the new one, and no team is not there', async () => {
    const { team, path } = await newTeam()
    await t.world.db.$client.query(`insert into team_slugs (slug, team_id) values ('older-name', $1)`, [team.id])
    expect((await t.get('/teams/older-name/performance')).headers.location).toBe(path)
    expect((await t.get('/teams/no-such-team/performance')).statusCode).toBe(404)
  })

  test('costs at most three round trips, and writes nothing', async () => {
    const { team, officer, path } = await newTeam()
    await answer(officer, await ask(team))
    await makePost(t.world.db, officer, team)
    const statements = await statementsOf(async () => {
      expect((await t.get(path)).statusCode).toBe(200)
    })
    expect(statements.length).toBeLessThanOrEqual(3)
    expect(statements.filter(({ name }) => name === null)).toEqual([])
    expect(statements.filter(({ text }) => /\b(insert|update|delete|begin)\b/i.test(text.replace(/"\w+"/g, '')))).toEqual([])
  })
})

describe('comments closed', () => {
  test('with reason and end; what has ended does not count, at the second', async () => {
    const { team, officer, path } = await newTeam()
    const [first, second] = [await makePost(t.world.db, officer, team, 'Road closed'), await makePost(t.world.db, officer, team, 'Man charged')]
    await makePost(t.world.db, officer, team, 'Speed checks')
    await makePost(t.world.db, officer, team, 'Surgery on Friday')
    expect((await t.get(path)).body).toContain('<b>0%</b>: comments are closed under 0 of 4 posts')
    const endsAt = new Date(now().getTime() + 2 * HOUR)
    await close(first, { mode: 'closed', modeReason: 'It drew abuse of <one> person.', modeEndsAt: endsAt })
    await close(second, { mode: 'legal-lock', legalTrigger: 'charge', modeEndsAt: new Date(now().getTime() - HOUR) })
    const page = await t.get(path)
    expect(page.body).toContain('<b>50%</b>: comments are closed under 2 of 4 posts')
    expect(page.body).toContain('It drew abuse of &lt;one&gt; person.')
    expect(page.body).toContain('somebody was charged')
    expect(page.body).toContain(`href="${first.path}"`)
    expect(await closedShare(t.world.db, team.id, new Date(endsAt.getTime() - 1))).toMatchObject({ total: 4, closed: 2, percent: 50 })
    const after = await closedShare(t.world.db, team.id, endsAt)
    expect(after).toMatchObject({ total: 4, closed: 1, percent: 25 })
    // A lock that should have been looked at again is a lock all the same.
    expect(after.list.map(({ title, mode, trigger }) => ({ title, mode, trigger }))).toEqual([
      { title: 'Man charged', mode: 'legal-lock', trigger: 'charge' },
    ])
  })

  test('counts public posts of the team alone, and those that are archived for nothing', async () => {
    const { team, officer } = await newTeam()
    const other = await newTeam()
    const hidden = { mode: 'closed' as const, modeReason: 'x', modeEndsAt: new Date(now().getTime() + HOUR) }
    await close(await makePost(t.world.db, other.officer, other.team, 'Elsewhere'), hidden)
    await t.world.db.insert(conversations).values({ audience: 'staff', teamId: team.id, title: 'Among us', path: '/', ...hidden })
    await close(await makePost(t.world.db, officer, team, 'Long ago'), { mode: 'archived' })
    await makePost(t.world.db, officer, team, 'Now')
    expect(await closedShare(t.world.db, team.id, now())).toEqual({ total: 1, closed: 0, percent: 0, list: [] })
  })

  test('names at most so many, those that end first before the others', async () => {
    const { team } = await newTeam()
    const soon = (minutes: number) => new Date(now().getTime() + minutes * 60_000)
    const rows = Array.from({ length: CLOSED_LISTED + 5 }, (_, n) => n + 1)
    await t.world.db.insert(conversations).values(
      rows
        .map((n) => ({
          audience: 'public',
          teamId: team.id,
          title: `Post ${n}`,
          path: '/',
          mode: 'closed' as const,
          modeReason: 'x',
          modeEndsAt: soon(n),
        }))
        .toReversed(),
    )
    const share = await closedShare(t.world.db, team.id, now())
    expect(share).toMatchObject({ total: CLOSED_LISTED + 5, closed: CLOSED_LISTED + 5, percent: 100 })
    expect(share.list.map(({ title }) => title)).toEqual(rows.slice(0, CLOSED_LISTED).map((n) => `Post ${n}`))
  })
})
