/**
 * Searching: with words as people type them, narrowed, further and further, by keyboard alone; and nothing that was taken down.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishPost } from '../../src/posts/post.ts'
import { learnWords } from '../../src/search/words.ts'
import { expectSound, inView, openBrowser, PATIENCE, screenshot, tabTo, WAYS, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
let bicycles: number

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
  const { db } = town
  const post = (title: string, body: string) => publishPost(db, town.officer, town.team, { title, body, tags: [], clientKey: randomUUID() })
  await post('Catalytic converters', 'Three catalytic converters were stolen in the neighbourhood last night.')
  bicycles = await town.say(town.resident, 'Somebody took both bicycles from our shed, and a lawnmower.')
  await publishPost(db, town.press, town.otherTeam, { title: 'Converters in Skegness', body: 'Catalytic again.', tags: [], clientKey: randomUUID() })
  for (let number = 1; number <= 45; number++) await town.say(town.resident, `Remark ${number}: the streetlight flickers again.`)
  await learnWords(db)
})
afterAll(() => site?.close())

const link = (page: Page, name: string | RegExp) => page.locator('#main').getByRole('link', { name })
const found = (page: Page, words: string | RegExp) => page.getByRole('heading', { level: 2, name: words }).waitFor()
const hits = (page: Page): Promise<string[]> =>
  page.locator('#found ol.posts h3 a').evaluateAll((links) => links.map((one) => String(one.getAttribute('href'))))

async function look(page: Page, words: string): Promise<void> {
  await page.getByLabel('Words to look for').fill(words)
  await page.locator('#main').getByRole('button', { name: 'Search', exact: true }).click()
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `searching ${name} ${way.screen}`) : null)

  test('a typo and an American spelling find what is meant', async () => {
    const page = await site.open(way)
    await page.goto('/')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Search' }).click()
    await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor()
    await expectSound(page)
    await look(page, 'catalitic converters')
    await page.getByText('Showing results for').first().waitFor()
    await link(page, 'Catalytic converters').first().waitFor()
    await expectSound(page)
    await shot(page, '1 typo')
    await link(page, 'Search instead for catalitic converters').click()
    await found(page, 'Nothing found')
    await expectSound(page)
    await look(page, 'neighborhood')
    await found(page, /result/)
    await link(page, 'Catalytic converters').first().click()
    await page.getByRole('heading', { level: 1, name: 'Catalytic converters' }).waitFor()
  })

  test('is narrowed to a team, a kind and dates; a day that is none is said beside its field', async () => {
    const page = await site.open(way)
    await page.goto('/search?q=catalytic')
    await found(page, '2 results')
    await page.getByText('Choose team, kind or dates').click()
    await page.getByLabel('Team').selectOption('Skegness')
    await page.getByLabel('Kind').selectOption('Posts of the teams')
    await page.getByLabel('From').fill('31/2/2026')
    const ask = page.getByRole('button', { name: 'Search with these choices' })
    await ask.click()
    const problem = page.locator('.error-summary').getByRole('link', { name: 'Enter a real date, for example 27/3/2027' })
    await problem.waitFor()
    expect(await page.getByLabel('From').inputValue()).toBe('31/2/2026')
    expect(await page.locator('#from').getAttribute('aria-describedby')).toContain('from-error')
    await page.locator('#from-error').waitFor()
    await expectSound(page)
    await shot(page, '2 bad date')
    await problem.click()
    expect(await page.evaluate('document.activeElement.id')).toBe('from')
    await page.getByLabel('From').fill('1/1/2026')
    await ask.click()
    await found(page, '1 result')
    expect(await hits(page)).toHaveLength(1)
    await link(page, 'Converters in Skegness').waitFor()
    await expect.poll(() => page.locator('.error-summary').count()).toBe(0)
    await expectSound(page)
    await shot(page, '3 narrowed')
    await page.getByLabel('Up to and including').fill('2/1/2026')
    await ask.click()
    await found(page, 'Nothing found')
    await link(page, 'Search everywhere').click()
    await found(page, '2 results')
  })

  test('goes on page by page without a gap or a repetition, and a comment opens in its place', async () => {
    const page = await site.open(way)
    await page.goto('/search?q=streetlight&order=newest')
    const seen = await hits(page)
    expect(seen).toHaveLength(20)
    for (const more of [20, 5]) {
      const address = page.url()
      await link(page, 'More results').click()
      await page.waitForURL((url) => url.href !== address)
      await found(page, 'More results')
      await expectSound(page)
      const next = await hits(page)
      expect(next).toHaveLength(more)
      seen.push(...next)
    }
    expect(new Set(seen).size).toBe(45)
    expect(await link(page, 'More results').count()).toBe(0)
    await page.goto('/search?q=lawnmower')
    await link(page, /^On: News from Bracebridge Heath/).click()
    await page.waitForURL(new RegExp(`#c${bicycles}$`))
    await inView(page, `#c${bicycles}`)
  })

  test('by keyboard alone', async () => {
    const page = await site.open(way)
    await page.goto('/search')
    await tabTo(page, '#q')
    await page.keyboard.type('lawnmower')
    await page.keyboard.press('Enter')
    await found(page, '1 result')
    // Words in the page change around the field; another page begins at its top.
    expect(await page.evaluate('document.activeElement.id')).toBe(way.scripts ? 'q' : '')
    await tabTo(page, `#found a[href="/comments/${bicycles}"]`)
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`#c${bicycles}$`))
  })

  test('finds what was taken down no more, from the same moment', async () => {
    const word = `Zwetschge${way.screen}${way.scripts ? 'one' : 'two'}`
    const id = await town.say(town.resident, `They sell ${word} at the door.`)
    const page = await site.open(way)
    await page.goto(`/search?q=${word}`)
    await found(page, '1 result')
    await town.flag({ commentId: id }, 'a passer-by')
    await town.decide(town.press, { commentId: id }, 'remove', { reasonCode: 'off-topic' })
    await page.reload()
    await found(page, 'Nothing found')
    expect(await page.locator('#found').textContent()).not.toContain('They sell')
    await expectSound(page)
  })
})
