/**
 * What comes back to people in a browser: an asker says with one tap whether an answer helped; anybody reads how a team does, and what came of a week.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { teamWeeks } from '../../src/insights/schema.ts'
import { makeWeeks } from '../../src/insights/week.ts'
import { answerQuestion } from '../../src/questions/answer.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { rateQuestion } from '../../src/questions/rating.ts'
import { DAY, openWorks, type Works } from '../insights/works.ts'
import { makeResident } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let works: Works
let week: string

const ago = (days: number): Date => new Date(Date.now() - days * DAY)

async function answered(asker: SignedIn): Promise<number> {
  const form = { title: 'When is the ford closed?', body: 'Is it in winter?', visibility: 'private' as const, named: false, clientKey: randomUUID() }
  const { id } = await askQuestion(site.world.db, asker, works.team, form)
  await answerQuestion(site.world.db, works.officer, id, { body: 'From Monday.', clientKey: randomUUID() })
  return id
}

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  works = await openWorks(site.world, 'Bracebridge Heath')
  await openWorks(site.world, 'Skegness')
  for (const rating of ['helped', 'helped', 'partly', 'not', 'helped'] as const) {
    const asker = await makeResident(db, null)
    await rateQuestion(db, asker, await answered(asker), rating)
  }
  const event = await works.post('event', 'Street briefing on Grantham Road')
  for (const days of [1, 40, 41, 100, 300]) await works.occasion(event, ago(days), { noted: days > 40 })
  await works.occasion(await works.task('Litter pick'), ago(3), { people: 9 })
  await works.close((await works.priority('Parking at the school', ago(60))).priorityId, new Date(), 'Fewer cars on the zigzags')
  await works.priority('Speeding on Grantham Road', ago(100))
  for (const days of [0, 35, 70, 71]) await works.post('outcome', 'What came of it', ago(days))
  const update = await works.post('update', 'Speed checks on Grantham Road')
  await postComment(db, await makeResident(db, 'Maureen T'), update.conversationId, { body: 'Thank you.', parentId: null, clientKey: randomUUID() })
  moveClock(7 * DAY)
  await makeWeeks(db, { ...site.config })
  moveClock(0)
  week = (await db.select().from(teamWeeks))[0]?.week ?? ''
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `insights-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  test('an asker says with one tap whether the answer helped, changes it, and opens the question again', async () => {
    const asker = await makeResident(site.world.db, null)
    const id = await answered(asker)
    const page = await site.open({ ...way, as: await site.cookieOf(asker) })
    await page.goto(`/questions/${id}#helped`)
    const choice = (name: string) => page.locator('#helped').getByRole('button', { name, exact: true })
    expect(await choice('Partly').getAttribute('aria-pressed')).toBe('false')
    await choice('Partly').click()
    await page.getByText('Thank you. You can change it at any time.').first().waitFor()
    expect(await choice('Partly').getAttribute('aria-pressed')).toBe('true')
    await seen(page, '1-partly', way)
    await choice('No').click()
    await page.locator('#helped', { hasText: 'You said: No.' }).waitFor()
    await page.getByLabel('What is still open?').fill('Which Monday?')
    await seen(page, '2-no', way)
    await page.getByRole('button', { name: 'Open it again' }).click()
    await page.getByText('The question is open again').first().waitFor()
    expect(await page.locator('#helped').count()).toBe(0)
  })

  test('anybody reads how a team does, how all of them do, and what came of a week', async () => {
    const page = await site.open(way)
    await page.goto('/teams/bracebridge-heath/performance')
    await page.getByText('3 yes, 1 partly, 1 no, of 5 people who said so').first().waitFor()
    await page.getByRole('img', { name: 'Meetings held.' }).waitFor()
    await seen(page, '3-team', way)
    await page.getByRole('link', { name: 'All teams' }).click()
    await page.getByRole('heading', { level: 1, name: 'How our teams do' }).waitFor()
    await seen(page, '4-force', way)
    await page.goto(`/teams/bracebridge-heath/weeks/${week}`)
    await page.getByRole('link', { name: 'Speed checks on Grantham Road' }).waitFor()
    await page.getByRole('link', { name: 'Fewer cars on the zigzags' }).first().waitFor()
    expect(await page.locator('#waits').innerText()).toContain('No word for three months')
    await seen(page, '5-week', way)
  })
})
