/**
 * What is near, and looking around: with a camera that is none, and a phone that turns as it is told.
 */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible, expectNoSidewaysScroll, expectSound, openBrowser, PATIENCE, screenshot, tabTo, WAYS, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'
import { meetAt, NEVER, off, openAt, tellAt } from '../nearby/ground-town.ts'

const HERE = '/nearby?at=53.200,-0.530'
const LOOK = '/nearby/look?at=53.200,-0.530'
let site: TestBrowser
let town: Town

beforeAll(async () => {
  site = await openBrowser()
  town = await settleTown(site.world)
  const { db } = site.world
  const library = await openAt(db, town.team, 'Bracebridge Heath Library', off(0, 450), { address: '5 London Road', kind: 'surgery' })
  await meetAt(db, town.officer, town.team, library.id, { from: -1, until: 2, title: 'Come and ask us about parking at the school gates' })
  await openAt(db, town.team, 'Village hall', off(250, 240), { address: 'Bentley Drive', kind: 'hub' })
  await openAt(db, town.team, 'Police counter', off(1500, 0), { week: NEVER })
  await tellAt(db, town.officer, town.team, 'Lights out on Grantham Road', off(-700, 0))
  await openAt(db, town.team, 'Citizens Advice', off(0, -3000), { kind: 'partner', partnerName: 'Citizens Advice' })
})
afterAll(() => site?.close())

const picture = (page: Page, name: string) => page.screenshot({ path: join(import.meta.dirname, '..', 'output', `nearby-${name}.png`) })

const SENSORS = ['accelerometer', 'gyroscope', 'magnetometer']

/** Lets the phone be somewhere, and its camera and sensors be used. */
async function onPhone(
  size?: { width: number; height: number },
  allowed: readonly string[] = ['camera', 'geolocation', ...SENSORS],
  dark = false,
): Promise<Page> {
  const page = await site.open({ screen: 'phone', dark })
  if (size) await page.setViewportSize(size)
  await page.context().setGeolocation({ latitude: 53.2, longitude: -0.53 })
  await page.context().grantPermissions([...allowed], { origin: site.address })
  return page
}

/** Turns the phone as Android tells of it: `heading` in degrees from north, held upright. */
const turn = (page: Page, heading: number, type = 'deviceorientationabsolute', more = 'beta: 90, gamma: 0'): Promise<unknown> =>
  page.evaluate(`dispatchEvent(new DeviceOrientationEvent('${type}', { absolute: true, alpha: ${(360 - heading) % 360}, ${more} }))`)

/** As an iPhone does. */
const turnIphone = (page: Page, heading: number): Promise<unknown> =>
  page.evaluate(
    `dispatchEvent(Object.defineProperty(new DeviceOrientationEvent('deviceorientation', { alpha: 12, beta: 80, gamma: 0 }), 'webkitCompassHeading', { value: ${heading} }))`,
  )

const LABELS = `[...document.querySelectorAll('.look-labels li:not([hidden])')].map((row) => {
  const { left, top, width, height } = row.getBoundingClientRect()
  return { name: row.querySelector('b').textContent, left, top, width, height }
})`
/** Whole, big enough to hit, inside the picture, and none over another. */
function expectApart(shown: Label[], width: number): void {
  for (const label of shown) {
    expect(label.height).toBeGreaterThanOrEqual(44)
    expect(label.left).toBeGreaterThanOrEqual(0)
    expect(label.left + label.width).toBeLessThanOrEqual(width)
    const over = shown.filter(
      (other) =>
        other !== label &&
        label.left < other.left + other.width &&
        other.left < label.left + label.width &&
        label.top < other.top + other.height &&
        other.top < label.top + label.height,
    )
    expect(over, label.name).toEqual([])
  }
}

interface Label {
  name: string
  left: number
  top: number
  width: number
  height: number
}
const labels = (page: Page): Promise<Label[]> => page.evaluate<Label[]>(LABELS)
const names = async (page: Page): Promise<string[]> => (await labels(page)).map(({ name }) => name)

async function start(page: Page, path = LOOK): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: 'Start the camera' }).click()
  await page.locator('.look').waitFor()
}

async function expectList(page: Page, why: RegExp): Promise<void> {
  await page.getByRole('status').filter({ hasText: why }).waitFor()
  expect(await page.locator('.look').count()).toBe(0)
  await page.getByRole('link', { name: 'Bracebridge Heath Library' }).waitFor()
  await expectSound(page)
}

const NORTH = ['Come and ask us about parking at the school gates', 'Bracebridge Heath Library']

describe.each(WAYS)('the list on a $screen, scripts $scripts', (way) => {
  test('from a postcode to what is near, narrowed, and on to looking around', PATIENCE, async () => {
    const page = await site.open(way)
    await page.goto('/nearby')
    await page.getByRole('button', { name: 'Use my location' }).waitFor({ state: way.scripts ? 'visible' : 'hidden' })
    await page.getByLabel('Postcode, village or team').fill('LN4 2LE')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('heading', { name: 'Near LN4 2LE' }).waitFor()
    await expectSound(page)
    if (way.scripts) await screenshot(page, `nearby list ${way.screen}`)
    await page.getByRole('link', { name: 'Places', exact: true }).click()
    await page.getByRole('link', { name: 'Leave out places that are closed now' }).click()
    await expect.poll(() => page.getByRole('link', { name: 'Police counter' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Look around' }).click()
    await page.getByRole('heading', { name: 'Look around', exact: true }).waitFor()
    // The script shows the button, a moment after the heading stands there.
    await page.getByRole('button', { name: 'Start the camera' }).waitFor({ state: way.scripts ? 'visible' : 'hidden' })
    await page.getByText('needs scripts').waitFor({ state: way.scripts ? 'hidden' : 'visible' })
    await page.getByRole('link', { name: 'Bracebridge Heath Library' }).waitFor()
    await expectSound(page)
    await screenshot(page, `nearby look before ${way.screen}${way.scripts ? '' : ' without scripts'}`)
  })
})

describe('looking around', PATIENCE, () => {
  test.each([
    ['narrow', { width: 320, height: 640 }],
    ['usual', { width: 390, height: 844 }],
  ])('labels turn with a %s phone', async (name, size) => {
    const page = await onPhone(size)
    await start(page)
    await turn(page, 0)
    await expect.poll(() => names(page)).toEqual(expect.arrayContaining(NORTH))
    const north = await labels(page)
    expect(north.map(({ name: label }) => label)).not.toContain('Citizens Advice')
    expectApart(north, size.width)
    expect(await page.evaluate(`document.querySelector('.look video').srcObject.active`)).toBe(true)
    expect(await page.locator('.look-hint').textContent()).toBe('Looking north. Turn left for 1 more, right for 2 more. 1 behind you.')
    await expect.poll(() => page.evaluate(`document.querySelector('.look video').readyState`)).toBeGreaterThan(1)
    await picture(page, `north-${name}`)
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
    // To the right the labels go to the left, and out of the picture.
    await turn(page, 15)
    await expect
      .poll(async () => (await labels(page)).find((label) => label.name === 'Bracebridge Heath Library')?.left)
      .toBeLessThan(north[0]?.left ?? 0)
    await turn(page, 45)
    await expect.poll(() => names(page)).toEqual(['Village hall'])
    await picture(page, `north-east-${name}`)
    await turn(page, 180)
    await expect.poll(() => names(page)).toEqual(['Citizens Advice'])
    await turn(page, 135)
    await expect.poll(() => page.locator('.look-hint').textContent()).toMatch(/^Looking south-east\. Nothing this way\./)
  })

  test('over the point where the circle closes, flat on the table and held across', async () => {
    const page = await onPhone()
    await start(page)
    for (const heading of [350, 5, 359]) {
      await turn(page, heading)
      await expect.poll(() => names(page)).toEqual(expect.arrayContaining(NORTH))
    }
    await turn(page, 270, 'deviceorientation', 'beta: 0, gamma: 0')
    await expect.poll(() => names(page)).toEqual(['Lights out on Grantham Road'])
    // Upright on its side: the back of the phone looks 90 degrees to the right of what alpha says.
    await turn(page, 0, 'deviceorientationabsolute', 'beta: 0, gamma: -90')
    await expect.poll(() => names(page)).toEqual(['Police counter'])
  })

  test('what is not told against north is not believed', async () => {
    const page = await onPhone()
    await start(page)
    await page.evaluate(`dispatchEvent(new DeviceOrientationEvent('deviceorientation', { absolute: false, alpha: 0, beta: 90, gamma: 0 }))`)
    await expectList(page, /does not tell which way it points/)
  })

  test('an iPhone is asked, and says where it points in its own way', async () => {
    const page = await onPhone()
    await page.addInitScript(`DeviceOrientationEvent.requestPermission = async () => { globalThis.wasAsked = true; return 'granted' }`)
    await page.goto(LOOK)
    expect(await page.evaluate('globalThis.wasAsked')).toBeUndefined()
    await page.getByRole('button', { name: 'Start the camera' }).click()
    await page.locator('.look').waitFor()
    await turnIphone(page, 270)
    await expect.poll(() => names(page)).toEqual(['Lights out on Grantham Road'])
    await turnIphone(page, 90)
    await expect.poll(() => names(page)).toEqual(['Police counter'])
    expect(await page.evaluate('globalThis.wasAsked')).toBe(true)
  })

  test('an iPhone whose owner says no shows the list and why', async () => {
    const page = await onPhone()
    await page.addInitScript(`DeviceOrientationEvent.requestPermission = async () => 'denied'`)
    await page.goto(LOOK)
    await page.getByRole('button', { name: 'Start the camera' }).click()
    await expectList(page, /did not let us see which way it points/)
  })

  test('without leave to use the camera there is the list, and why', async () => {
    const page = await onPhone()
    await page.addInitScript(`navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') }`)
    await page.goto(LOOK)
    await page.getByRole('button', { name: 'Start the camera' }).click()
    await expectList(page, /did not let us use the camera/)
    await screenshot(page, 'nearby look camera denied')
  })

  test('without a camera at all there is no button, but the list and why', async () => {
    const page = await onPhone()
    await page.addInitScript(`Object.defineProperty(navigator, 'mediaDevices', { value: undefined })`)
    await page.goto(LOOK)
    await expectList(page, /no camera that we can use/)
    expect(await page.getByRole('button', { name: 'Start the camera' }).isVisible()).toBe(false)
  })

  test('when the sensors are silent for three seconds there is the list, and why; the camera stops', async () => {
    const page = await onPhone()
    await start(page)
    await page.evaluate(`globalThis.track = document.querySelector('.look video').srcObject.getVideoTracks()[0]`)
    await expectList(page, /does not tell which way it points/)
    expect(await page.evaluate('globalThis.track.readyState')).toBe('ended')
  })

  test('a label leads to its item, by finger and by keyboard; the list is one tap away', async () => {
    const page = await onPhone()
    await start(page)
    await turn(page, 0)
    await expect.poll(() => names(page)).toEqual(expect.arrayContaining(NORTH))
    await tabTo(page, '.look-labels a')
    const focused = await page.evaluate<string>(`document.activeElement.querySelector('b').textContent`)
    // It stays in view although the phone has turned away.
    await turn(page, 180)
    await expect.poll(() => names(page)).toEqual(expect.arrayContaining([focused, 'Citizens Advice']))
    await page.evaluate(`globalThis.track = document.querySelector('.look video').srcObject.getVideoTracks()[0]`)
    await page.getByRole('button', { name: 'Show the list' }).click()
    expect(await page.locator('.look').count()).toBe(0)
    expect(await page.evaluate('globalThis.track.readyState')).toBe('ended')
    expect(await page.locator(':focus').textContent()).toBe('As a list, nearest first')
    await page.getByRole('button', { name: 'Start the camera' }).waitFor()
    await expectSound(page)
    await start(page)
    await turn(page, 180)
    const label = page.locator('.look-labels a:visible')
    await label.waitFor()
    expect(await label.getAttribute('href')).toBe(`${site.address}/places/citizens-advice`)
  })

  test('leaving the page to another tab stops the camera', async () => {
    const page = await onPhone()
    await start(page)
    await page.evaluate(`globalThis.track = document.querySelector('.look video').srcObject.getVideoTracks()[0]`)
    await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'))`)
    expect(await page.evaluate('globalThis.track.readyState')).toBe('ended')
    expect(await page.locator('.look').count()).toBe(0)
  })

  test('where the phone is exactly moves the labels, and is never sent', async () => {
    const page = await onPhone()
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.url() + String(request.postData())))
    await start(page)
    await turn(page, 0)
    await expect.poll(() => names(page)).toEqual(expect.arrayContaining(NORTH))
    // Past the library: it lies behind now.
    await page.context().setGeolocation({ latitude: 53.2098765, longitude: -0.5301234 })
    await expect.poll(() => names(page)).toEqual([])
    await turn(page, 180)
    await expect.poll(() => names(page)).toEqual(expect.arrayContaining([...NORTH, 'Citizens Advice']))
    expect(sent.filter((request) => /53\.2\d{4}|0\.530\d/.test(request))).toEqual([])
  })

  test('without leave to know where it is, the rough point of the page does', async () => {
    const page = await onPhone(undefined, ['camera', ...SENSORS])
    await start(page)
    await turn(page, 270)
    await expect.poll(() => names(page)).toEqual(['Lights out on Grantham Road'])
  })

  test('the plates can be read in the dark, and on a desk', async () => {
    const page = await onPhone({ width: 390, height: 844 }, undefined, true)
    await start(page)
    await turn(page, 0)
    await expect.poll(() => names(page)).toEqual(expect.arrayContaining(NORTH))
    await expectAccessible(page)
    await picture(page, 'dark')
    await page.setViewportSize({ width: 1280, height: 900 })
    await turn(page, 1)
    await expectAccessible(page)
    await picture(page, 'desk')
  })
})

test('the tap on “Use my location” leads to what is near, roughly', PATIENCE, async () => {
  const page = await onPhone()
  await page.context().setGeolocation({ latitude: 53.2001234, longitude: -0.5301234 })
  await page.goto('/nearby')
  await page.getByRole('button', { name: 'Use my location' }).click()
  await page.waitForURL(`${site.address}${HERE}`)
  await expect.poll(() => page.getByText('Your team here').isVisible()).toBe(true)
})

test('where much lies one way, the nearest twelve at most are shown, and how many more there are', PATIENCE, async () => {
  for (let number = 1; number <= 20; number++)
    await openAt(site.world.db, town.team, `Kiosk ${number}`, off(-20 * number, -150 * number), { kind: number % 2 ? 'hub' : 'counter' })
  for (const [name, size] of [
    ['narrow', { width: 320, height: 640 }],
    ['usual', { width: 390, height: 844 }],
  ] as const) {
    const page = await onPhone(size)
    await start(page)
    await turn(page, 180)
    await expect.poll(() => names(page)).toContain('Kiosk 1')
    const shown = await labels(page)
    expect(shown.length).toBeGreaterThan(4)
    expect(shown.length).toBeLessThanOrEqual(12)
    expectApart(shown, size.width)
    expect(await page.locator('.look-hint').textContent()).toContain(`${21 - shown.length} more this way, in the list.`)
    await expectAccessible(page)
    await picture(page, `crowd-${name}`)
  }
})
