/**
 * When something goes wrong: each error is a page that says what to do, keeps what was typed, and gives nothing internal away.
 */
import { randomUUID } from 'node:crypto'
import type { Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeDatabase, openDatabase } from '../../src/database/database.ts'
import { makeResident } from '../people.ts'
import { expectSound, PATIENCE, openBrowser, screenshot, WAYS, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser()
  town = await settleTown(site.world)
})
afterAll(() => site?.close())

const h1 = (page: Page) => page.locator('h1').textContent()
const requestId = (page: Page) => page.locator('main code').textContent()

/** Lets something be missing while the page is looked at. */
async function without<T>(broken: string, mended: string, act: () => Promise<T>): Promise<T> {
  const { db } = site.world
  await db.execute(broken)
  try {
    return await act()
  } finally {
    await db.execute(mended)
  }
}

/** Cuts every connection to the database and finds no server for a new one, as when it restarts. */
async function whileAway<T>(act: () => Promise<T>): Promise<T> {
  const { connection, db } = site.world
  const admin = openDatabase({ ...connection, database: 'postgres' }, 1)
  const { options } = db.$client
  const { host } = options
  try {
    Object.assign(options, { host: '/nowhere' })
    await admin.$client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [connection.database])
    return await act()
  } finally {
    Object.assign(options, { host })
    await closeDatabase(admin)
  }
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `error ${name} ${way.screen}`) : null)

  test('404: nothing there, nor at numbers that cannot be', async () => {
    const page = await site.open(way)
    for (const path of [
      '/nowhere',
      '/teams/nowhere',
      '/comments/-1',
      '/comments/99999999999999999999',
      '/comments/0x1',
      `${town.team.slug}/posts/1`,
    ]) {
      expect((await page.goto(path))?.status(), path).toBe(404)
      expect(await h1(page)).toBe('Page not found')
    }
    await expectSound(page)
    await shot(page, '404')
  })

  test('403: a resident at a staff door', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, 'Maureen')) })
    for (const path of ['/moderation', '/officers', '/admin']) {
      expect((await page.goto(path))?.status(), path).toBe(403)
      expect(await h1(page)).toBe('You cannot do this')
    }
    await expectSound(page)
    await shot(page, '403')
  })

  test('422: an empty comment, and one that is too long, with the words kept', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, 'Maureen')) })
    await page.goto(town.post.path)
    await page.getByRole('button', { name: 'Post comment' }).click()
    await page.locator('.error-summary').waitFor()
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.locator('#body').getAttribute('aria-invalid')).toBe('true')
    await page.getByLabel('Your words').fill('x'.repeat(5001))
    await page.getByRole('button', { name: 'Post comment' }).click()
    await page.locator('#body-error', { hasText: '5,000 characters or fewer' }).waitFor()
    expect(await page.getByLabel('Your words').inputValue()).toBe('x'.repeat(5001))
    await expectSound(page)
    await shot(page, '422')
  })

  test('429: too many comments, with the words kept', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(await makeResident(site.world.db, 'Maureen')) })
    const words = `The thirteenth. ${randomUUID()}`
    for (let tries = 0; tries < 12; tries++) expect((await sent(page, `Number ${tries}.`)).status()).toBe(303)
    const refused = await sent(page, words)
    expect(refused.status()).toBe(429)
    expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0)
    await page.getByRole('heading', { level: 1, name: 'Too many tries' }).waitFor()
    expect(await page.locator('main').innerText()).toContain('You can try again in')
    expect(await page.getByLabel('Your words').inputValue()).toBe(words)
    await expectSound(page)
    await shot(page, '429')
  })

  test('500: something broke, and nothing internal leaks', async () => {
    const page = await site.open({ ...way, expects: 500 })
    await without('alter table log rename to mislaid', 'alter table mislaid rename to log', async () => {
      await expect500(page, '/moderation-log')
      await expectSound(page)
      await shot(page, '500')
    })
  })

  test('503: the database is away for a moment, then everything is there again', async () => {
    const cookie = await site.cookieOf(await makeResident(site.world.db, 'Maureen'))
    const page = await site.open({ ...way, as: cookie, expects: 503 })
    const words = `Sent while it was away. ${randomUUID()}`
    await page.goto(town.post.path)
    await page.getByLabel('Your words').fill(words)
    await whileAway(async () => {
      const answer = page.waitForResponse((response) => response.request().method() === 'POST')
      await page.getByRole('button', { name: 'Post comment' }).click()
      expect((await answer).status()).toBe(503)
      expect((await answer).headers()['retry-after']).toBe('30')
      await page.getByRole('heading', { level: 1, name: 'Sorry, the service is unavailable' }).waitFor()
      expect(await page.getByLabel('Your words').inputValue()).toBe(words)
      expect(await requestId(page)).toMatch(/^[0-9a-f-]{36}$/)
      await expectSound(page)
      await shot(page, '503')
      expect((await page.goto('/teams/bracebridge-heath'))?.status()).toBe(503)
      expect([(await site.get('/health/ready')).statusCode, (await site.get('/health/live')).statusCode]).toEqual([503, 200])
    })
    expect((await page.goto('/teams/bracebridge-heath'))?.status()).toBe(200)
  })
})

async function sent(page: Page, words: string): Promise<Response> {
  await page.goto(town.otherPost.path)
  await page.getByLabel('Your words').fill(words)
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Post comment' }).click()
  return answer
}

async function expect500(page: Page, path: string): Promise<void> {
  expect((await page.goto(path))?.status()).toBe(500)
  expect(await h1(page)).toBe('Sorry, there is a problem with the service')
  expect(await requestId(page)).toMatch(/^[0-9a-f-]{36}$/)
  expect(await page.content()).not.toMatch(/relation|mislaid|select |\.ts:|node_modules/)
}
