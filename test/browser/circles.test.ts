/**
 * Circles: a colleague founds one, another asks and is let in, somebody of the fire service follows the link of their mail, reads and is told what they may,
 * and an administrator ends it for all of them.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { SignedIn } from '../../src/actor.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { again, inviteToken, letPartnerIn, makeCircle, makeOrganisation, makeOutsider } from '../circles/circle-world.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let team: TeamName
let owner: SignedIn
let colleague: SignedIn
let administrator: SignedIn

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000', MAIL_FROM: 'no-reply@police.example' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  owner = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(db, 'PC Joan Fell', 'officer', team)
  administrator = await makeStaff(db, 'Ash Reed', 'administrator')
  await makeOrganisation(db, administrator, { name: 'Example Fire and Rescue', kind: 'fire', domains: ['fire.gov.example'] })
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `circles-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const own = `${way.screen} ${way.scripts ? 'with' : 'without'}`

  test('one is founded; a colleague asks, is let in, and the owner invites another', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(owner) })
    await page.goto('/staff/circles')
    await seen(page, '01-directory', way)
    await page.getByRole('link', { name: 'Start a circle' }).click()
    await page.getByRole('button', { name: 'Start the circle' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await seen(page, '02-wrong', way)
    await page.getByLabel('Name').fill(`Knives ${own}`)
    await page.getByLabel('What it is for').fill('Everybody who works on knife crime with young people.')
    await page.getByLabel('Restricted').check()
    await page.getByLabel('Whose circle is it?').selectOption({ label: 'Bracebridge Heath team' })
    await page.getByRole('button', { name: 'Start the circle' }).click()
    await page.getByText('The circle has begun.').first().waitFor()
    await seen(page, '03-founded', way)
    const path = new URL(page.url()).pathname

    const other = await site.open({ ...way, as: await site.cookieOf(colleague) })
    await other.goto(path)
    await other.getByRole('link', { name: 'Ask to join' }).click()
    await other.getByLabel('Why would you like to join?').fill('I run the youth club with the school.')
    await seen(other, '04-ask', way)
    await other.getByRole('button', { name: 'Send your request' }).click()
    await other.getByRole('button', { name: 'Take your request back' }).waitFor()
    await seen(other, '05-asked', way)

    await page.goto(path)
    await page.getByRole('link', { name: 'Look after the circle' }).click()
    await seen(page, '06-keep', way)
    await page.getByRole('link', { name: 'PC Joan Fell' }).click()
    await page.getByLabel('Let them in').check()
    await seen(page, '07-answer', way)
    await page.getByRole('button', { name: 'Send the answer' }).click()
    await page.getByText('They are in the circle.').first().waitFor()
    await page.getByRole('link', { name: 'Invite people' }).click()
    await page.getByLabel('Their work email address').fill('sam@gmail.com')
    await page.getByRole('button', { name: 'Send the invitation' }).click()
    await page.getByRole('link', { name: /No organisation that the force lets in/ }).waitFor()
    await seen(page, '08-invite', way)
    await other.reload()
    await other.getByRole('link', { name: '2 members' }).click()
    await seen(other, '09-members', way)
    await page.goto(`${path}/leave`)
    await page.getByLabel('Who owns it after you?').selectOption({ label: 'PC Joan Fell' })
    await seen(page, '10-leave', way)
    await page.getByRole('button', { name: 'Leave the circle' }).click()
    await page.getByText('You have left the circle.').first().waitFor()
    await other.reload()
    expect(await other.getByText('Owner', { exact: true }).count()).toBe(1)
  })

  test('somebody of the fire service follows the link, reads the circle, and is out when it ends', async () => {
    const { db } = site.world
    const circleId = await makeCircle(db, owner, 'private', `Flooding ${own}`)
    const keeper = await again(db, owner)
    await db.transaction((tx) =>
      publishInNetwork(tx, keeper, {
        kind: 'update',
        title: 'Sandbags at the depot',
        body: 'Two hundred, from Tuesday.',
        tags: ['flooding'],
        details: {},
        clientKey: randomUUID(),
        circleId,
      }),
    )
    const partner = await makeOutsider(db, 'fire.gov.example', `Kit ${randomUUID().slice(0, 4)}`)
    const token = await inviteToken(db, keeper, circleId, partner.email)
    const page = await site.open({ ...way, as: await site.cookieOf(partner) })
    await page.goto(`/staff/invitations/${token}`)
    await seen(page, '11-invitation', way)
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.getByText('People from Example Fire and Rescue read here.').waitFor()
    await seen(page, '12-inside', way)
    await page.getByRole('link', { name: 'Sandbags at the depot', exact: true }).click()
    await page.getByText('Two hundred, from Tuesday.').first().waitFor()
    await page.goto('/staff/circles')
    await seen(page, '13-own', way)

    const keeping = await site.open({ ...way, as: await site.cookieOf(owner) })
    await keeping.goto(`/staff/circles/${circleId}/members`)
    await keeping.getByRole('link', { name: /^Kit / }).click()
    await seen(keeping, '14-member', way)
    await keeping.getByLabel('Why?').fill('The floods are over. Thank you.')
    await keeping.getByRole('button', { name: /^Remove Kit/ }).click()
    await keeping.getByText('They are no longer in the circle.').first().waitFor()
    expect((await page.reload())?.status()).toBe(403)
  })

  test('an administrator is invited by name, and reads what is said there', async () => {
    const { db } = site.world
    const path = `/staff/circles/${await makeCircle(db, owner, 'private', `Sign-in ${own}`)}`
    const clerk = await makeStaff(db, `Robin ${own}`, 'administrator')
    const theirs = await site.open({ ...way, as: await site.cookieOf(clerk) })
    expect((await theirs.goto(path))?.status()).toBe(404)
    const page = await site.open({ ...way, as: await site.cookieOf(owner) })
    await page.goto(`${path}/invite?q=robin`)
    await page.getByText('Administrator', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: `Invite Robin ${own}`, exact: true }).click()
    await page.getByText(`Robin ${own}`, { exact: true }).first().waitFor()
    await theirs.goto('/staff/circles')
    await theirs.getByRole('button', { name: `Accept the invitation to Sign-in ${own}`, exact: true }).click()
    await theirs.getByRole('heading', { level: 1, name: `Sign-in ${own}`, exact: true }).waitFor()
    expect((await theirs.goto(path))?.status()).toBe(200)
    await seen(theirs, '17-administrator', way)
  })

  test('an administrator adds an organisation, is told what is none, and ends it', async () => {
    const { db } = site.world
    const page = await site.open({ ...way, as: await site.cookieOf(administrator) })
    const name = `Council ${own}`
    const domain = `${way.screen}-${way.scripts}.gov.example`
    await page.goto('/admin/organisations/new')
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Council').check()
    await page.getByLabel('Mailboxes').fill('gmail.com')
    await page.getByRole('button', { name: 'Add the organisation' }).click()
    await page.getByRole('link', { name: /Anybody can have a mailbox at gmail.com/ }).waitFor()
    await seen(page, '15-organisation', way)
    await page.getByLabel('Mailboxes').fill(domain)
    await page.getByRole('button', { name: 'Add the organisation' }).click()
    await page.getByText('The organisation is saved.').first().waitFor()
    await seen(page, '16-organisations', way)
    const circleId = await makeCircle(db, owner, 'restricted', `Litter ${own}`)
    const partner = await letPartnerIn(db, await again(db, owner), circleId, domain)
    const theirs = await site.open({ ...way, as: await site.cookieOf(partner) })
    expect((await theirs.goto(`/staff/circles/${circleId}`))?.status()).toBe(200)
    await page.getByRole('link', { name }).click()
    await page.getByRole('button', { name: `End ${name}` }).click()
    await page.getByText('Nobody of that organisation reads in the staff network any more.').first().waitFor()
    expect((await theirs.reload())?.status()).toBe(403)
  })
})
