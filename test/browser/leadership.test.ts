/**
 * From the top, and back: a leader writes and answers live, an officer convenes a group by name, and what staff answered without a name stands open to talk.
 */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { answerSurvey } from '../../src/surveys/answering.ts'
import { closeSurvey } from '../../src/surveys/counting.ts'
import { publishResults } from '../../src/surveys/publishing.ts'
import { convened, DAY, peopleOf, planned, say, type People } from '../leadership/leadership-world.ts'
import { travelTo } from '../places/presence-world.ts'
import { open, question } from '../surveys/survey-world.ts'
import { expectSound, openBrowser, screenshot, WAYS, type TestBrowser } from './harness.ts'

const LONG = { timeout: 240_000 }

let site: TestBrowser
let people: People
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  people = await peopleOf(site.world.db)
})
afterEach(() => moveClock(0))
afterAll(() => site?.close())

const main = (page: Page) => page.locator('#main')
const button = (page: Page, name: string | RegExp) => main(page).getByRole('button', { name }).first()
const link = (page: Page, name: string | RegExp) => main(page).getByRole('link', { name }).first()
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const dayAhead = () => new Date(Date.now() + 3 * DAY).toISOString().slice(0, 10)

async function surveyed(): Promise<number> {
  const { db } = site.world
  const asked = [question({ title: 'Do you sleep after nights?', options: ['Yes', 'No'] })]
  const made = await open(db, people.sergeant, people.team, { audience: 'staff', title: 'How are nights for you?', questions: asked })
  const [one] = made.questions
  for (const [at, who] of people.crowd.entries())
    await answerSurvey(db, site.config, who, made.id, { area: null, channel: 'web', values: { [one?.id ?? 0]: { sort: 'one', choice: at % 2 } } })
  await closeSurvey(db, site.config, people.sergeant, made.id)
  await publishResults(db, people.sergeant, made.id)
  return made.id
}

describe.each(WAYS)('on a $screen, scripts $scripts', (way) => {
  const shot = (page: Page, what: string) => (way.scripts ? screenshot(page, `leadership ${what} ${way.screen}`) : null)
  const marked = (what: string) => `${what}, ${way.screen} ${way.scripts ? 'with' : 'without'} scripts`

  test('a leader writes, and it stands first on everybody’s home', LONG, async () => {
    const chief = await site.open({ ...way, as: await site.cookieOf(people.chief) })
    await chief.goto('/staff/leadership')
    await expectSound(chief)
    await link(chief, 'Write as leadership').click()
    await title(chief, 'Write as leadership')
    await button(chief, 'Publish to all staff').click()
    await main(chief).getByRole('link', { name: 'Enter a title' }).waitFor()
    await expectSound(chief)
    await chief.getByLabel('Title').fill(marked('What we heard'))
    await chief.getByLabel('What it is about').fill('Nights wear you out. We change the pattern in spring.')
    await button(chief, 'Publish to all staff').click()
    await title(chief, marked('What we heard'))
    await expectSound(chief)
    await shot(chief, 'post')
    const reader = await site.open({ ...way, as: await site.cookieOf(people.stranger) })
    await reader.goto('/staff')
    await link(reader, marked('What we heard')).waitFor()
    await expectSound(reader)
    await shot(reader, 'home')
  })

  test('a live session is asked in, answered and summed up', LONG, async () => {
    const { db } = site.world
    const session = await planned(db, people.chief, { title: marked('Ask the chief') })
    await say(db, people.officer, session.conversationId, 'Who decides on overtime?')
    const asker = await site.open({ ...way, as: await site.cookieOf(people.stranger) })
    await asker.goto(session.path)
    await link(asker, 'Ask a question').click()
    await asker.locator('#compose textarea').fill('When do the new radios come?')
    await button(asker, 'Ask').click()
    await main(asker).getByText('When do the new radios come?').first().waitFor()
    await asker.goto(session.path)
    const waiting = main(asker).locator('#session li').filter({ hasText: 'overtime' })
    await waiting.getByRole('button', { name: /Same here/ }).click()
    await asker.locator('#session button[aria-pressed]').first().waitFor()
    await expectSound(asker)
    await shot(asker, 'session before')
    travelTo(session.startsAt, 60_000)
    const host = await site.open({ ...way, as: await site.cookieOf(people.chief) })
    await host.goto(session.path)
    await link(host, 'Answer questions').click()
    await title(host, 'Answer questions live')
    await button(host, 'Take the next question').click()
    await host.getByLabel('Your answer').fill('Your superintendent, from May on.')
    await expectSound(host)
    await shot(host, 'session desk')
    await button(host, 'Publish the answer').click()
    await button(host, 'Take the next question').click()
    await main(host).locator('summary').filter({ hasText: 'Pass it' }).click()
    await host.getByLabel('Why is it not answered?').fill('The contract is not signed yet.')
    await button(host, 'Pass it with this reason').click()
    await main(host).getByText('1 answered, 1 passed').waitFor()
    travelTo(session.endsAt, 60_000)
    const reader = await site.open({ ...way, as: await site.cookieOf(people.stranger) })
    await reader.goto(session.path)
    await main(reader).getByText('1 question answered').waitFor()
    await expectSound(reader)
    await shot(reader, 'session over')
  })

  test('a focus group is convened, invited to by name, and noted', LONG, async () => {
    const officer = await site.open({ ...way, as: await site.cookieOf(people.officer) })
    await officer.goto('/staff/groups/new')
    await expectSound(officer)
    const fields = {
      Title: marked('Night shifts'),
      'What it is about': 'How do we share them?',
      Day: dayAhead(),
      From: '2pm',
      Until: '4pm',
      Place: 'Room 2',
    }
    for (const [label, value] of Object.entries(fields)) await officer.getByLabel(label, { exact: true }).fill(value)
    await officer.getByLabel('How many can come?').fill('6')
    await button(officer, 'Publish it, and invite').click()
    await title(officer, 'Invite colleagues')
    await officer.getByLabel('Name', { exact: true }).fill('una')
    await button(officer, 'Search').click()
    await main(officer).getByText('PC Una Stone').click()
    await expectSound(officer)
    await shot(officer, 'invite')
    await button(officer, 'Invite who is ticked').click()
    await main(officer).getByText('No answer yet').waitFor()
    await link(officer, 'Back to the group').click()
    await title(officer, marked('Night shifts'))
    const path = new URL(officer.url()).pathname
    const invited = await site.open({ ...way, as: await site.cookieOf(people.stranger) })
    await invited.goto('/staff/leadership')
    await expectSound(invited)
    await shot(invited, 'overview')
    await invited.goto(path)
    await button(invited, 'I am coming').click()
    await main(invited).getByText('You are coming.').waitFor()
    await expectSound(invited)
    await shot(invited, 'group')
    moveClock(4 * DAY)
    const convener = await site.open({ ...way, as: await site.cookieOf(people.officer) })
    await convener.goto(path)
    await link(convener, 'Write the notes').click()
    await convener.getByLabel('Notes').fill('Nights go round from spring on.')
    await expectSound(convener)
    await button(convener, 'Publish the notes').click()
    await main(convener).getByText('Nights go round from spring on.').waitFor()
    await expectSound(convener)
    await shot(convener, 'notes')
  })

  test('what staff answered without a name stands open to talk', LONG, async () => {
    const id = await surveyed()
    const reader = await site.open({ ...way, as: await site.cookieOf(people.stranger) })
    await reader.goto('/staff/surveys?view=over')
    await expectSound(reader)
    await main(reader).locator(`a[href="/surveys/${id}/results"]`).click()
    await title(reader, 'How are nights for you?')
    await main(reader).getByText('What was done about it').first().waitFor()
    await expect.poll(() => main(reader).getByText('12 people').first().isVisible()).toBe(true)
    await expectSound(reader)
    await shot(reader, 'results')
  })

  test('calling off says why', LONG, async () => {
    const { db } = site.world
    const id = await convened(db, people.officer, [people.stranger], { title: marked('Called off') })
    const officer = await site.open({ ...way, as: await site.cookieOf(people.officer) })
    await officer.goto(`/staff/groups/${id}/call-off`)
    await officer.getByLabel('Why is it called off?').fill('Flood duty.')
    await expectSound(officer)
    await button(officer, 'Call it off').click()
    await main(officer).getByText('Flood duty.').waitFor()
  })
})
