import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { CLOSED_LISTED, closedShare } from '../../src/conversations/closed.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { answerQuestion } from '../../src/questions/answer.ts'
import { posts } from '../../src/posts/schema.ts'
import { rateQuestion } from '../../src/questions/rating.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { forcePerformance, performanceOf } from '../../src/insights/performance.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { statementsOf, writesOf } from '../laws/statements.ts'
import { travelTo } from '../questions/counter.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { DAY, HOUR, openWorks } from './works.ts'

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

const ask = async (team: TeamName, as = resident): Promise<number> =>
  (
    await askQuestion(t.world.db, as, team, {
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
    expect(page.body).toContain('<td class="n">33%: 1 of 3, 1 still waits, half of the answers within 5 hours</td>')
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

describe('what else is counted', () => {
  const ago = (days: number): Date => new Date(now().getTime() - days * DAY)

  test('priorities that are fresh, closed ones, meetings with notes, outcomes, helpers', async () => {
    const works = await openWorks(t.world)
    await works.priority('Speeding')
    await works.priority('Parking', ago(85))
    await works.priority('Long forgotten', ago(95))
    await works.close((await works.priority('Done')).priorityId, ago(0))
    const event = await works.post('event', 'Street briefing')
    await works.occasion(event, ago(1), { noted: true })
    await works.occasion(event, ago(8))
    await works.occasion(event, ago(15), { cancelled: true })
    await works.occasion(event, ago(-7))
    await works.occasion(event, ago(800))
    const task = await works.task('Litter pick')
    await works.occasion(task, ago(2), { people: 4 })
    await works.occasion(task, ago(9), { people: 3 })
    await works.occasion(task, ago(-9), { people: 9 })
    expect(await figuresOn(`/teams/${works.team.slug}/performance`)).toMatchObject({
      Fresh: '2 of 3',
      'Closed, each with an outcome': '1',
      'Meetings held': '2',
      'With notes of what was said and decided': '1 of 2',
      'Outcomes published': '1',
      'Times residents helped': '2',
      'People who signed up for them': '7',
    })
  })

  test('what was withdrawn counts no more', async () => {
    const works = await openWorks(t.world)
    const outcome = await works.post('outcome', 'What came of it')
    const event = await works.post('event', 'Street briefing')
    await works.occasion(event, ago(1))
    await works.priority('Speeding')
    await t.world.db
      .update(posts)
      .set({ state: 'withdrawn', withdrawnAt: now(), withdrawnBecause: 'x' })
      .where(inArray(posts.id, [outcome.id, event.id]))
    expect(await figuresOn(`/teams/${works.team.slug}/performance`)).toMatchObject({
      'Outcomes published': '0',
      'Meetings held': '0',
      'Priorities open now': '1',
    })
  })

  test('numbers of people below five are on no page and in no file, and cannot be found from the sum', async () => {
    const [few, many] = [await openWorks(t.world, 'Few'), await openWorks(t.world, 'Many')]
    await few.occasion(await few.task('Litter pick'), ago(2), { people: 4 })
    await many.occasion(await many.task('Litter pick'), ago(2), { people: 13 })
    expect((await figuresOn('/teams/few/performance'))['People who signed up for them']).toBe('Fewer than five')
    expect((await t.get('/teams/few/performance.csv')).body).toContain('Few,People who helped,,\r\n')
    const { all, teams } = await forcePerformance(t.world.db, now())
    const told = teams.flatMap(({ helpers }) => helpers ?? [])
    expect(teams.find(({ team }) => team.name === 'Few')?.helpers).toBeNull()
    expect(all.helpers).toBe(told.reduce((sum, one) => sum + one, 0))
    for (const month of all.months) expect(Object.keys(month)).not.toContain('helpers')
  })

  test('months are those of the United Kingdom, and a year of them', async () => {
    travelTo('2027-03-31T22:30:00Z')
    const works = await openWorks(t.world)
    const event = await works.post('event', 'Street briefing')
    for (const end of ['2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', '2026-03-31T22:59:59Z', '2026-03-31T23:00:00Z', '2027-03-31T22:15:00Z'])
      await works.occasion(event, new Date(end))
    const { months, counts } = await performanceOf(t.world.db, works.team.id, now())
    expect(months).toHaveLength(13)
    expect(counts.held).toBe(4)
    expect(months.flatMap(({ month, held }) => (held === 0 ? [] : [`${month} ${held}`]))).toEqual(['2026-03 2', '2026-04 1', '2027-03 1'])
    travelTo('2027-03-31T23:00:00Z')
    expect((await performanceOf(t.world.db, works.team.id, now())).counts.held).toBe(2)
  })
})

describe('the force', () => {
  test('is the sum of its teams, of those that are gone too; only those that stand are listed, by name', async () => {
    const [zeta, alpha, gone] = [await openWorks(t.world, 'Zeta'), await openWorks(t.world, 'Alpha'), await openWorks(t.world, 'Gone')]
    for (const works of [zeta, alpha, gone]) await works.post('outcome', 'What came of it')
    await answer(zeta.officer, await ask(zeta.team))
    await t.world.db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged' }).where(eq(teams.id, gone.team.id))
    const { all, teams: lines } = await forcePerformance(t.world.db, now())
    const names = lines.map(({ team }) => team.name)
    expect(names).toEqual(names.toSorted((one, other) => one.localeCompare(other, 'en')))
    expect(names).not.toContain('Gone')
    expect(all.counts.outcomes).toBe(lines.reduce((sum, { counts }) => sum + counts.outcomes, 1))
    expect(all.questions.answeredInTime).toBe(lines.reduce((sum, { inTime }) => sum + inTime, 0))
    expect(all.questions.ended).toBe(lines.reduce((sum, { ended }) => sum + ended, 0))
    const page = await t.get('/performance')
    expect(page.body).toMatch(/Of \d+ teams? more there is nothing to count yet/)
    const quiet = await makeTeam(t.world.db, 'Quiet so far')
    const [table = '', after = ''] = (await t.get('/performance')).body.split('Teams by name')[1]?.split('</table>') ?? []
    expect(table).not.toContain(quiet.name)
    expect(after).toContain(quiet.name)
    expect(page.body).toContain('<a href="/teams/zeta/performance">Zeta</a>')
    expect(page.body).toContain('100%: 1 of 1')
  })

  test('costs at most three round trips, all prepared, and writes nothing', async () => {
    const statements = await statementsOf(async () => {
      expect((await t.get('/performance')).statusCode).toBe(200)
    })
    expect(statements.length).toBeLessThanOrEqual(3)
    expect(statements.filter(({ name }) => name === null)).toEqual([])
    expect(writesOf(statements)).toEqual([])
  })

  test('its file says what its page says, one figure a row', async () => {
    const file = await t.get('/performance.csv')
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8')
    const rows = file.body
      .slice(1)
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','))
    expect(rows[0]).toEqual(['team', 'figure', 'month', 'value'])
    const { all } = await forcePerformance(t.world.db, now())
    expect(rows).toContainEqual(['Lincolnshire Police', 'Outcomes published', '', String(all.counts.outcomes)])
    expect(rows).toContainEqual(['Zeta', 'Questions answered in time', '', '1'])
    expect(rows.every((row) => row.length === 4)).toBe(true)
  })
})

test('what was said of answers moves the page by five people', async () => {
  const { team, officer, path } = await newTeam()
  for (let n = 1; n <= 6; n++) {
    const person = await makeResident(t.world.db, null)
    const id = await ask(team, person)
    await answer(officer, id)
    await rateQuestion(t.world.db, person, id, n === 1 ? 'not' : 'helped')
    const said = (await figuresOn(path))['Did the answer help?']
    expect(said).toBe(n < 5 ? 'Fewer than five people have said so' : '4 yes, 0 partly, 1 no, of 5 people who said so')
  }
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
