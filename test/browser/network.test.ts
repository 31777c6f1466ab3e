/**
 * The staff network in a browser: somebody reads what is new, tells colleagues, thanks one, replies, corrects, saves and follows; with scripts and without.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { SignedIn } from '../../src/actor.ts'
import { publishComposed } from '../../src/network/compose.ts'
import { setFollow } from '../../src/network/follow.ts'
import { personSubject } from '../../src/network/subject.ts'
import { letIn, makeCircle, makePartner, write } from '../network/circle.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { expectSound, openBrowser, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let officer: SignedIn
let sergeant: SignedIn
let partner: SignedIn
let ada: SignedIn
let circleId: number

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  ada = await makeStaff(db, 'Ada Min', 'administrator')
  circleId = await makeCircle(db, 'Rural crime', 'restricted', team.id)
  officer = await letIn(db, await makeStaff(db, 'PC Imran Adeyemi', 'officer', team), circleId)
  sergeant = await letIn(db, await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team), circleId)
  partner = await makePartner(db, 'Ward Fire', circleId, ada)
  await setFollow(db, officer, personSubject(sergeant.accountId), true)
  await write(db, sergeant, { title: 'Last night’s shift', body: 'Quiet, apart from the fireworks.', tags: ['nights', 'fireworks'] })
  await write(db, sergeant, { title: 'Trailers taken near Nocton', body: 'Three in a week.', circleId, tags: ['rural-crime'] })
  const link = { kind: 'link' as const, circleId: null, title: 'How another force does it', body: 'Worth ten minutes.', tags: 'nights' }
  await publishComposed(db, sergeant, { ...link, address: 'https://example.org/night-work', whom: [], clientKey: randomUUID() })
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `network-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

describe.each(WAYS)('on a $screen, scripts: $scripts', (way) => {
  test('an officer reads what is new, tells colleagues, corrects, saves and follows', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(officer) })
    await page.goto('/staff')
    await page.getByRole('heading', { name: 'Last night’s shift' }).waitFor()
    await seen(page, '1-home', way)

    await page.getByRole('link', { name: /^Share news/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Share news' }).waitFor()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Enter the text of the post').first().waitFor()
    await seen(page, '2-compose-error', way)
    const title = `Bicycles ${way.screen} ${way.scripts ? 'with' : 'without'}`
    await page.getByLabel('Title').fill(title)
    await page.getByLabel('Text').fill('Six of them, in the yard since this morning.')
    await page.getByLabel('Topics').fill('bicycles, nights')
    // Two presses too fast are one for people; here the script waits a moment itself.
    await page.waitForTimeout(way.scripts ? 3200 : 0)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await seen(page, '3-post', way)

    await page.getByRole('link', { name: 'Correct this post' }).click()
    await page.getByLabel('Text').fill('Seven of them, in the yard since this morning.')
    await page.getByLabel('What did you correct?').fill('Seven, not six')
    await seen(page, '4-correct', way)
    await page.getByRole('button', { name: 'Publish the correction' }).click()
    await page.getByRole('link', { name: 'See what changed' }).click()
    await page.getByText('Seven, not six').waitFor()
    await seen(page, '5-versions', way)

    await page.goto('/staff/topics/nights')
    await page.getByRole('heading', { name: 'Last night’s shift' }).waitFor()
    await seen(page, '6-topic', way)
    await page.getByRole('link', { name: 'Last night’s shift' }).first().click()
    await page.getByRole('button', { name: /^(Save|Take it off)/ }).click()
    await page.goto('/staff/saved')
    await page.goto('/staff/following')
    await page.getByRole('link', { name: 'Sgt Helen Marsh' }).waitFor()
    await seen(page, '7-following', way)
    await page.goto('/staff/everyone')
    await seen(page, '8-everyone', way)
    await page.getByRole('link', { name: 'How another force does it' }).first().click()
    await page.getByText('example.org').first().waitFor()
    await seen(page, '9-link', way)
    expect(await page.getByRole('link', { name: /example\.org|another force/ }).count(), 'the address is there').toBeGreaterThan(0)
  })

  test('somebody finds a colleague by name and thanks them', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(sergeant) })
    await page.goto('/staff/new?kind=praise')
    await page.getByLabel('Name of a colleague or a team').fill('imran')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByLabel('PC Imran Adeyemi').check()
    await page.getByLabel('What for?').fill('For staying on with the family last night.')
    await seen(page, '10-praise', way)
    await page.waitForTimeout(way.scripts ? 3200 : 0)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you, PC Imran Adeyemi' }).waitFor()
    await seen(page, '11-praised', way)
    expect(await page.getByText('Recorded and disclosable').count()).toBe(1)
  })

  test('an administrator reads what all staff read, and writes under a mark of their own', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(ada) })
    await page.goto('/staff/everyone')
    await page.getByRole('link', { name: 'Last night’s shift' }).first().waitFor()
    expect(await page.getByText('Trailers taken near Nocton').count(), 'what is said in a circle').toBe(0)
    const network = page.getByRole('navigation', { name: 'Staff network' })
    for (const name of ['Colleagues', 'Circles', 'Leadership']) await network.getByRole('link', { name, exact: true }).waitFor()
    await page.goto('/staff/new')
    await page.getByLabel('Title').fill(`Sign in again on Monday ${way.screen}`)
    await page.getByLabel('Text').fill('The way in changes at noon.')
    await page.waitForTimeout(way.scripts ? 3200 : 0)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { level: 1, name: `Sign in again on Monday ${way.screen}` }).waitFor()
    await page.getByText('Administrator', { exact: true }).first().waitFor()
    await seen(page, '14-administrator-post', way)
  })

  test('partner staff see their circle, write in it, and nothing else', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(partner) })
    await page.goto('/staff')
    await seen(page, '12-partner-home', way)
    expect(await page.getByRole('navigation', { name: 'Staff network' }).getByRole('link', { name: 'Everyone' }).count()).toBe(0)
    await page.goto(`/staff/new?kind=update&circle=${circleId}`)
    await page.getByLabel('Text').fill('We saw two of the trailers at the weekend.')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Partner · Ward Fire Council').first().waitFor()
    await seen(page, '13-partner-post', way)
  })
})
