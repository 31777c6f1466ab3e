/** Searching the staff network: with choices, without finding anything of circles one is not in; the link of a post with its picture; how often digests come. */
import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { linkPreviews } from '../../src/network/schema.ts'
import { pictureName } from '../../src/network/preview-shown.ts'
import { letIn, makeCircle, write } from '../network/circle.ts'
import { makeStaff } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
let reader: SignedIn
let linked: { path: string }

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
  const { db } = town
  const circleId = await makeCircle(db, 'Drones in the county')
  const hidden = await makeCircle(db, 'Covert work', 'private')
  const member = await letIn(db, await letIn(db, town.officer, circleId), hidden)
  reader = await letIn(db, await makeStaff(db, 'PC Dora Drone', 'officer', town.otherTeam), circleId)
  const issue = await write(db, member, { title: 'Drones at night: who else works on this?', kind: 'issue', tags: ['drones'], circleId })
  await postComment(db, member, issue.conversationId, {
    body: 'We fly drones with a thermal camera.',
    parentId: null,
    clientKey: randomUUID(),
    hold: null,
  })
  await write(db, member, { title: 'Drones under cover', circleId: hidden })
  const link = await write(db, member, {
    title: 'Drones: worth reading',
    kind: 'link',
    body: 'A good guide.',
    details: { url: 'https://www.news.test/story' },
  })
  linked = link
  const imageKey = randomUUID()
  const picture = await sharp({ create: { width: 480, height: 240, channels: 3, background: '#205080' } })
    .webp()
    .toBuffer()
  await site.app.storage.put(pictureName(imageKey), picture)
  await db.insert(linkPreviews).values({
    postId: link.id,
    url: 'https://www.news.test/story',
    state: 'fetched',
    title: 'A guide to searching from the air',
    site: 'The News',
    imageKey,
    imageWidth: 480,
    imageHeight: 240,
    imageAlt: 'A drone above a field',
    fetchedAt: new Date(),
  })
})
afterAll(() => site?.close())

const found = (page: Page, words: string | RegExp) => page.getByRole('heading', { level: 2, name: words }).waitFor()

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `staff search ${name} ${way.screen}`) : null)

  test('somebody finds what their circles and all staff wrote, colleagues by name, and nothing else', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(reader) })
    await page.goto('/staff/search')
    await page.getByRole('heading', { level: 1, name: 'Search the staff network' }).waitFor()
    await expectSound(page)
    await page.getByLabel('Words to look for').fill('drones')
    await page.locator('#main').getByRole('button', { name: 'Search', exact: true }).click()
    await found(page, '3 results')
    const titles = await page.locator('#found ol.posts h3').allInnerTexts()
    expect(titles.join()).not.toContain('under cover')
    await expectSound(page)
    await shot(page, '1 found')
    await page.getByText('Choose kind, topic, circle, person or dates').click()
    await page.getByLabel('Kind').selectOption('Issue')
    await page.getByLabel('Where').selectOption('Drones in the county')
    await page.getByLabel('From').fill('31/2/2026')
    const ask = page.getByRole('button', { name: 'Search with these choices' })
    await ask.click()
    await page.locator('.error-summary').getByRole('link', { name: 'Enter a real date, for example 27/3/2027' }).waitFor()
    await expectSound(page)
    await page.getByLabel('From').fill('')
    await ask.click()
    await found(page, '1 result')
    await shot(page, '2 narrowed')
    await page.goto('/staff/search?q=dora')
    await page.locator('#found').getByRole('link', { name: 'PC Dora Drone' }).waitFor()
    await expectSound(page)
    await shot(page, '3 colleagues')
    await page.getByRole('link', { name: 'Search what is public for these words' }).click()
    await page.locator('#main').getByRole('link', { name: 'Search the staff network for these words' }).waitFor()
    await expectSound(page)
  })

  test('a link shows its title, where it leads and a picture that comes from us', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(reader) })
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).host))
    await page.goto(linked.path)
    await page.getByRole('link', { name: 'A guide to searching from the air' }).waitFor()
    await page.getByText('www.news.test').first().waitFor()
    const picture = page.getByRole('img', { name: 'A drone above a field' })
    await picture.scrollIntoViewIfNeeded()
    await expect.poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(480)
    expect([...new Set(asked)]).toEqual([new URL(site.address).host])
    await expectSound(page)
    await shot(page, '4 link')
  })

  test('digests are chosen', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(reader) })
    await page.goto('/staff/digest')
    await expectSound(page)
    await page.getByLabel('Every day').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your settings are saved.').first().waitFor()
    expect(await page.getByLabel('Every day').isChecked()).toBe(true)
    await expectSound(page)
    await shot(page, '5 digest')
    await page.getByLabel('Every week').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your settings are saved.').first().waitFor()
  })
})
