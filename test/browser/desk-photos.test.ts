/**
 * Photos of staff: what leaves the phone is upright, small, blurred where it was asked for, described, and carries nothing that the camera wrote.
 */
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDesk, type Desk } from './desk-fixture.ts'
import { expectSound, tabTo } from './harness.ts'

const PATIENCE = { timeout: 40_000 }
const PHOTOS = '/officers/drafts/5/photos'

let desk: Desk
let photo: Buffer

beforeAll(async () => {
  desk = await openDesk()
  photo = await cameraPhoto()
  desk.pages.set(
    '/compose',
    () => `<h1>Post</h1><form method="post" action="/drafts" data-autosave data-queue="your update"><input type="hidden" name="key" value="k"><input type="hidden" name="version" value="">
<div class="field"><label for="body">Words</label><textarea id="body" name="body"></textarea></div>
<fieldset class="field" data-photos><legend>Photos</legend><ul class="photos" data-photo-list></ul>
<div class="field"><label for="photo">Add photos</label><input type="file" id="photo" name="photo" accept="image/*" multiple></div><div class="field" data-photo-alt><label for="photo-alt">What does it show?</label><input id="photo-alt" name="photo-alt"></div></fieldset>
<p data-autosave-status></p><button class="btn" name="act" value="publish">Publish</button></form>`,
  )
  desk.pages.set(
    '/stored',
    () =>
      '<h1>Photos</h1><ul class="photos"><li id="photo-12"><img src="/photos/12/small" width="160" height="120" alt="A street"><button type="button" class="btn second" data-blur="/photos/12">Blur</button></li></ul>',
  )
  desk.things.set('/photos/12/large', () => photo)
  desk.things.set('/photos/12/small', () => photo)
})
afterAll(() => desk?.close())
beforeEach(() => {
  desk.answers.clear()
  desk.answers.set('/drafts', (reply, { fields }) =>
    fields['act'] === 'autosave' ? reply.send({ id: 5, version: 1, saved: '10:32am' }) : reply.redirect('/done?done=post-published', 303),
  )
  let id = 20
  desk.answers.set(PHOTOS, (reply, { fields }) =>
    reply
      .type('text/html')
      .header('draft-version', String(++id))
      .send(
        `<li id="photo-${id}"><label for="alt-${id}">What is to be seen?</label><input id="alt-${id}" name="alt-${id}" value="${fields['photo-alt']}"></li>`,
      ),
  )
})

/** 2400 × 1600 of fine squares in all colours, held sideways, with the place where it was taken. */
async function cameraPhoto(): Promise<Buffer> {
  const [width, height] = [600, 400]
  const colours = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 7919 + Math.floor(at / 3) * 104_729) % 256))
  return sharp(colours, { raw: { width, height, channels: 3 } })
    .resize(2400, 1600, { kernel: 'nearest' })
    .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '53/1 11/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 90 })
    .toBuffer()
}

const file = (name = 'street.jpg') => ({ name, mimeType: 'image/jpeg', buffer: photo })
const tool = (page: Page) => page.getByRole('dialog')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** How lively a square of the picture is, its middle and side as parts of the width: detail that was blurred away is calm. */
async function liveliness(bytes: Buffer, x: number, y: number): Promise<number> {
  const upright = await sharp(bytes).rotate().toBuffer({ resolveWithObject: true })
  const { width, height } = upright.info
  const side = Math.round(width * 0.06)
  const part = await sharp(upright.data)
    .extract({ left: Math.round(x * width - side / 2), top: Math.round(y * height - side / 2), width: side, height: side })
    .toBuffer()
  const { channels } = await sharp(part).stats()
  return Math.max(...channels.map(({ stdev }) => stdev))
}

async function tap(page: Page, x: number, y: number): Promise<void> {
  const box = await tool(page).locator('canvas').boundingBox()
  if (!box) throw new Error('there is no picture')
  await page.mouse.click(box.x + box.width * x, box.y + box.height * y)
}

async function draw(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const box = await tool(page).locator('canvas').boundingBox()
  if (!box) throw new Error('there is no picture')
  await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1])
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 4 })
  await page.mouse.up()
}

describe('a photo from the camera', PATIENCE, () => {
  test('leaves the phone upright, blurred in its pixels, without where it was taken', async () => {
    expect((await sharp(photo).metadata()).exif?.length).toBeGreaterThan(50)
    const page = await desk.open('/compose', 320)
    expect(await page.getByLabel('What does it show?').isVisible()).toBe(false)
    await page.getByLabel('Add photos').setInputFiles(file())
    await tool(page).waitFor()
    await expectSound(page)
    expect(await button(page, 'There is nothing to blur').count()).toBe(1)
    await tap(page, 0.25, 0.25)
    await draw(page, [0.6, 0.6], [0.9, 0.9])
    await button(page, 'Use this photo').click()
    expect(await page.evaluate('document.activeElement.id')).toBe('blur-alt')
    await tool(page).getByText('Say what is to be seen', { exact: true }).first().waitFor()
    await expectSound(page)
    expect(desk.sentTo(PHOTOS)).toEqual([])
    await tool(page).getByLabel('What is to be seen?').fill('A street at night')
    await button(page, 'Use this photo').click()
    await page.locator('#photo-21').waitFor()
    const [sent] = desk.sentTo(PHOTOS)
    expect(sent?.fields).toMatchObject({
      'photo-alt': 'A street at night',
      'photo-looked': 'yes',
      'photo-key': expect.stringMatching(/^[\da-f-]{36}$/),
    })
    expect(desk.sent.map(({ path }) => path)).toEqual(['/drafts', PHOTOS])
    const bytes = sent?.files['photo'] ?? Buffer.alloc(0)
    const { format, width, height, exif, orientation } = await sharp(bytes).metadata()
    expect({ format, width, height, exif, orientation }).toEqual({
      format: 'jpeg',
      width: 1280,
      height: 1920,
      exif: undefined,
      orientation: undefined,
    })
    const before = await liveliness(photo, 0.5, 0.5)
    expect(before).toBeGreaterThan(40)
    expect(await liveliness(bytes, 0.5, 0.5)).toBeGreaterThan(before / 2)
    expect(await liveliness(bytes, 0.25, 0.25)).toBeLessThan(before / 5)
    expect(await liveliness(bytes, 0.75, 0.75)).toBeLessThan(before / 5)
    expect(await page.locator('[name=version]').inputValue()).toBe('21')
  })

  test('is blurred, taken back and blurred again by keyboard alone', async () => {
    const page = await desk.open('/compose')
    await page.getByLabel('Add photos').setInputFiles(file())
    await tool(page).waitFor()
    await tabTo(page, '.frame')
    expect(await page.locator('.frame').getAttribute('aria-describedby')).toBe('blur-help')
    await page.keyboard.press('Enter')
    await tool(page).getByRole('status').getByText('Blurred. 1 in all.').first().waitFor()
    await tabTo(page, '.blur .actions:not(.last) button')
    await page.keyboard.press('Enter')
    await tool(page).getByRole('status').getByText('Taken back. 0 left.').first().waitFor()
    await page.keyboard.press('Shift+Tab')
    for (let times = 0; times < 8; times++) await page.keyboard.press('ArrowUp')
    for (let times = 0; times < 3; times++) await page.keyboard.press('Shift+ArrowRight')
    await tool(page).getByRole('status').getByText('from the top').first().waitFor()
    await page.keyboard.press('Enter')
    await tabTo(page, '#blur-alt')
    await page.keyboard.type('A bridge')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('#photo-21').waitFor()
    const bytes = desk.sentTo(PHOTOS)[0]?.files['photo'] ?? Buffer.alloc(0)
    const before = await liveliness(photo, 0.5, 0.5)
    expect(await liveliness(bytes, 0.5, 0.5)).toBeGreaterThan(before / 2)
    expect(await liveliness(bytes, 0.53, 0.34)).toBeLessThan(before / 5)
  })

  test('stays on the phone when the tool is closed, or when it is no photo', async () => {
    const page = await desk.open('/compose')
    await page.getByLabel('Add photos').setInputFiles([file(), { name: 'list.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') }])
    await tool(page).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('alert').getByText('“list.jpg” cannot be opened here').first().waitFor()
    expect(await tool(page).count()).toBe(0)
    expect(desk.sent).toEqual([])
  })

  test('is tried again under the same key when the signal was lost, and the post waits for it', async () => {
    const page = await desk.open('/compose', 320)
    await page.context().route(`**${PHOTOS}`, (route) => route.abort())
    await add(page, 'A car')
    await page.locator('.unsent', { hasText: 'Not sent: no signal.' }).waitFor()
    await expectSound(page)
    await button(page, 'Publish').click()
    await page.locator('#trouble', { hasText: 'A photo is not sent yet' }).waitFor()
    expect(desk.sentTo('/drafts').map(({ fields }) => fields['act'])).toEqual(['autosave'])
    await button(page, 'Close').click()
    await page.context().unroute(`**${PHOTOS}`)
    const usual = desk.answers.get(PHOTOS)
    desk.answers.set(PHOTOS, (reply) => reply.status(422).type('text/html').send('<p data-error>That is too dark.</p>'))
    await button(page, 'Try again').click()
    await page.locator('.unsent', { hasText: 'That is too dark.' }).waitFor()
    if (usual) desk.answers.set(PHOTOS, usual)
    await button(page, 'Try again').click()
    await page.locator('#photo-21').waitFor()
    const keys = desk.sentTo(PHOTOS).map(({ fields }) => fields['photo-key'])
    expect(keys.length).toBe(2)
    expect(new Set(keys).size).toBe(1)
    await button(page, 'Publish').click()
    await page.waitForURL('**/done?*')
    expect(desk.sentTo('/drafts').at(-1)?.fields).toMatchObject({ act: 'publish', 'alt-21': 'A car', version: '21' })
  })

  test('shows how far it is, and several go one after the other', async () => {
    let underWay = 0
    let most = 0
    const usual = desk.answers.get(PHOTOS)
    desk.answers.set(PHOTOS, async (reply, sent) => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, 1200))
      underWay--
      return usual?.(reply, sent)
    })
    const page = await desk.open('/compose')
    await page.getByLabel('Add photos').setInputFiles([file('one.jpg'), file('two.jpg')])
    await describePhoto(page, 'The first')
    await page.getByRole('heading', { name: '(2 of 2)' }).waitFor()
    await describePhoto(page, 'The second')
    await page.getByRole('progressbar', { name: 'Sending two.jpg' }).waitFor()
    await page.locator('#photo-22').waitFor()
    expect(most).toBe(1)
    expect(desk.sentTo(PHOTOS).map(({ fields }) => fields['photo-alt'])).toEqual(['The first', 'The second'])
  })

  test('that found no signal leaves its words to wait as a draft', async () => {
    const page = await desk.open('/compose')
    await page.locator('#body').fill('Look at this')
    await page.context().setOffline(true)
    await add(page, 'A car')
    await page.locator('.unsent', { hasText: 'Not sent: no signal.' }).waitFor()
    await button(page, 'Publish').click()
    await page.locator('.wait-banner', { hasText: 'the words become a draft' }).waitFor()
    await page.context().setOffline(false)
    await page.locator('.wait-banner', { hasText: 'Sent: your update' }).waitFor()
    expect(desk.sentTo('/drafts').at(-1)?.fields).toMatchObject({ act: 'save', body: 'Look at this' })
  })
})

const add = async (page: Page, alt: string): Promise<void> => {
  await page.getByLabel('Add photos').setInputFiles(file())
  await describePhoto(page, alt)
}

async function describePhoto(page: Page, alt: string): Promise<void> {
  await tool(page).getByLabel('What is to be seen?').fill(alt)
  await button(page, 'There is nothing to blur').click()
}

test('a stored photo is blurred by whoever looks it through', PATIENCE, async () => {
  desk.answers.set('/photos/12/blurred', (reply) => reply.type('text/html').send('<li id="photo-12">new</li>'))
  const page = await desk.open('/stored')
  await button(page, 'Blur').click()
  await tool(page).waitFor()
  expect(await tool(page).getByLabel('What is to be seen?').count()).toBe(0)
  await tap(page, 0.5, 0.5)
  await button(page, 'Use this photo').click()
  await expect.poll(() => page.locator('#photo-12 img').getAttribute('src')).toMatch(/^\/photos\/12\/small\?blurred=\d+$/)
  const [sent] = desk.sentTo('/photos/12/blurred')
  expect(await liveliness(sent?.files['photo'] ?? Buffer.alloc(0), 0.5, 0.5)).toBeLessThan((await liveliness(photo, 0.5, 0.5)) / 5)
  expect(await page.evaluate('document.activeElement.dataset.blur')).toBe('/photos/12')
})
