/** What residents ask of a team, from the suggestion to the outcome, in a browser: each step by whoever takes it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { settleTown, type Town } from './town.ts'
import { makeResident } from '../people.ts'
import { expectSound, openBrowser, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let town: Town

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
}, 60_000)
afterAll(() => site?.close())

const main = (page: Page) => page.locator('#main')
const press = (page: Page, name: string | RegExp) => main(page).getByRole('button', { name }).first().click()
const follow = (page: Page, name: string | RegExp) => main(page).getByRole('link', { name }).first().click()

describe.each([WAYS[1], WAYS[2]])('on a $screen, scripts $scripts', (way) => {
  const seen = async (page: Page, name: string) => {
    await expectSound(page)
    await screenshot(page, `priorities ${name} ${way.screen}${way.scripts ? '' : ' without scripts'}`)
  }

  test('a suggestion is made and supported, becomes a priority, and ends with an outcome', async () => {
    const suggestions = `/teams/${town.team.slug}/suggestions`
    const words = `Cars race past the school, ${way.screen}.`
    const resident = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, `Maureen ${way.screen}`)) })
    await resident.goto(`${suggestions}/new`)
    await resident.getByLabel('Your suggestion in one line').fill(words)
    await press(resident, 'Continue')
    // The first suggestion of all makes the box, and begins again.
    if ((await resident.getByLabel('Your suggestion in one line').count()) > 0) await press(resident, 'Continue')
    expect(await resident.locator('textarea#body').inputValue()).toBe(words)
    await seen(resident, 'suggest')
    await press(resident, /Suggest this/)
    await main(resident).getByText(words).first().waitFor()

    const neighbour = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, `Ted ${way.screen}`)) })
    await neighbour.goto(suggestions)
    await main(neighbour)
      .locator('#waiting-suggestions li', { hasText: words })
      .getByRole('button', { name: /I support this/ })
      .click()
    await neighbour.goto(suggestions)
    await main(neighbour).locator('#waiting-suggestions li', { hasText: words }).getByText('1 person supports it').waitFor()
    await seen(neighbour, 'supported')

    const sergeant = await site.open({ ...way, as: await site.cookieOf(town.sergeant) })
    await sergeant.goto('/officers/suggestions')
    await main(sergeant)
      .locator('li', { hasText: words })
      .getByRole('link', { name: /^Decide/ })
      .click()
    await seen(sergeant, 'decide')
    await follow(sergeant, 'Write the priority')
    const title = `Slower cars at the school, ${way.screen}`
    await sergeant.getByLabel('Title').fill(title)
    await sergeant.getByLabel('Text', { exact: true }).fill('We measure speeds on Tuesdays and write to those who are too fast.')
    await press(sergeant, /^Publish/)
    await sergeant.getByRole('heading', { level: 1, name: title }).waitFor()
    await seen(sergeant, 'set')
    const priority = new URL(sergeant.url()).pathname

    await resident.goto(priority)
    await main(resident).getByText(words).first().waitFor()
    await seen(resident, 'chain')

    const short = priority.replace(/-[^/]*$/, '')
    await sergeant.goto(`/teams/${town.team.slug}/posts/new?kind=outcome&came-from=${encodeURIComponent(short)}&closes=yes`)
    await sergeant.getByLabel('Title').fill(`Slower past the school, ${way.screen}`)
    await sergeant.getByLabel('You said').fill('Cars race past the school.')
    await sergeant.getByLabel('We did').fill('There are humps now, and nobody passes at more than 30.')
    await press(sergeant, /^Publish/)
    await sergeant.getByRole('heading', { level: 1, name: `Slower past the school, ${way.screen}` }).waitFor()
    await resident.goto(priority)
    await main(resident).getByText(`Slower past the school, ${way.screen}`).first().waitFor()
    await seen(resident, 'closed')
  })
})
