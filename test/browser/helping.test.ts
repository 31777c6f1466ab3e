/**
 * Helping and coming: an officer asks for help, a resident signs up by the mail alone and leaves again, the next in the list moves up, a partner proposes
 * and reads who comes.
 */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { SignedIn } from '../../src/actor.ts'
import { occasionsOfPost } from '../../src/occasions/occasion.ts'
import { tasks } from '../../src/tasks/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { comeByMail, newMailbox, stateOf, tokenTo } from '../occasions/occasion-world.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { dayIn, openPlace } from '../places/presence-world.ts'
import { makeTask } from '../tasks/task-world.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let team: TeamName
let officer: SignedIn
let partner: SignedIn

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  await makeTeam(db, 'Alford')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  partner = await makeStaff(db, 'Wendy Ash', 'partner')
  await openPlace(db, team, 'Village Hall')
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `helping-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

async function fillTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Litter pick').check()
  await page.getByLabel('What would people do?').fill('Two hours along the old railway. We bring bags.')
  await page.getByLabel('Safeguarding note').fill('An officer is there all the time. Leave needles where they are.')
  await page.getByLabel('Least age (optional)').fill('16')
  await page.getByLabel('Day').fill(dayIn(6))
  await page.getByLabel('From').fill('10am')
  await page.getByLabel('Until').fill('12:00')
  await page.getByLabel('How many people can come? (optional)').fill('2')
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const own = `${way.screen} ${way.scripts ? 'with' : 'without'}`

  test('an officer asks for help, is told by field what is wrong, adds dates, calls off and thanks', async () => {
    const page = await site.open({ ...way, as: await site.cookieOf(officer) })
    await page.goto('/officers/tasks')
    await seen(page, '01-desk', way)
    await page.getByRole('link', { name: 'Ask people to help' }).click()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await seen(page, '02-wrong', way)
    await fillTask(page, `Heath ${own}`)
    await page.getByLabel('Place', { exact: true }).selectOption({ label: 'Village Hall (Bracebridge Heath)' })
    await page.getByLabel('Does it repeat?').selectOption('week')
    await page.getByLabel('How often in all?').fill('3')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('It is published.').first().waitFor()
    expect(await page.getByText('0 of 2 places taken').count()).toBe(3)
    await seen(page, '03-published', way)
    await page.getByRole('link', { name: 'Look after this' }).click()
    await seen(page, '04-keep', way)
    await page.getByRole('link', { name: 'Call off all dates' }).click()
    await page.getByLabel('Why?').fill('The heath is under water')
    await seen(page, '05-call-off', way)
    await page.getByRole('button', { name: 'Call all of them off' }).click()
    await page.getByText('Called off', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'Look after this' }).click()
    await page.getByRole('link', { name: 'Close with thanks' }).click()
    await page.getByLabel('Your thanks').fill('Thank you to everybody who wanted to come.')
    await page.getByRole('button', { name: 'Close it' }).click()
    await page.getByRole('heading', { name: 'Done. Thank you' }).waitFor()
    await seen(page, '06-closed', way)
    await page.getByRole('link', { name: 'Write what came of it' }).click()
    expect(await page.getByLabel('What it came from').inputValue()).toContain(`/teams/${team.slug}/posts/`)
  })

  test('a resident signs up by the mail alone, changes the number, leaves, and the next moves up', async () => {
    const { db } = site.world
    const task = await makeTask(db, officer, team, { title: `Speed watch ${own}`, sort: 'speed-watch', capacity: '2' })
    const [mailbox, [date]] = [newMailbox(), await occasionsOfPost(db, task.postId ?? 0)]
    const page = await site.open(way)
    await page.goto('/can-you-help')
    await seen(page, '10-list', way)
    await page.getByRole('link', { name: `Speed watch ${own}` }).click()
    await seen(page, '11-task', way)
    await page.getByRole('link', { name: 'Sign up' }).click()
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await page.getByLabel('Email address').fill(mailbox)
    await page.getByLabel('What to call you (optional)').fill('Maureen')
    await page.getByLabel('What you need to take part (optional)').fill('A step-free way in')
    await seen(page, '12-sign-up', way)
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.getByRole('heading', { name: 'Check your email' }).waitFor()
    await seen(page, '13-check', way)
    const link = `/sign-ups/${await tokenTo(db, mailbox)}`
    await page.goto(link)
    await seen(page, '14-confirm', way)
    await page.getByRole('button', { name: 'Yes, I am coming' }).click()
    await page.getByRole('heading', { name: 'You are coming' }).waitFor()
    await page.getByLabel('How many come?').fill('2')
    await page.getByRole('button', { name: 'Change the number' }).click()
    await page.getByText('You have 2 places').first().waitFor()
    await seen(page, '15-own', way)
    const late = await comeByMail(db, date?.id ?? 0)
    await page.goto(`/occasions/${date?.id}/sign-up`)
    await page.getByText('All places are taken').first().waitFor()
    await seen(page, '16-full', way)
    await page.goto(link)
    await page.getByRole('button', { name: 'I cannot come' }).click()
    await page.getByRole('heading', { name: 'You are not coming' }).waitFor()
    await seen(page, '17-left', way)
    expect(await stateOf(db, late.email)).toBe('coming')
  })

  test('signed in it counts at once, and stands among one’s own', async () => {
    const resident = await makeResident(site.world.db, 'Jo Bell')
    const task = await makeTask(site.world.db, officer, team, { title: `Good deed ${own}` })
    const [date] = await occasionsOfPost(site.world.db, task.postId ?? 0)
    const page = await site.open({ ...way, as: await site.cookieOf(resident) })
    await page.goto(`/occasions/${date?.id}/sign-up`)
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.getByRole('heading', { name: 'You are coming' }).waitFor()
    await page.goto('/account')
    await page.getByRole('link', { name: 'What you signed up for' }).click()
    await seen(page, '20-own', way)
    expect(await page.getByRole('link', { name: `Good deed ${own}` }).count()).toBe(1)
  })

  test('a partner proposes, an officer agrees, and the partner reads who comes and writes to them', async () => {
    const { db } = site.world
    const title = `Council ${own}`
    const page = await site.open({ ...way, as: await site.cookieOf(partner) })
    await page.goto('/officers/tasks/new')
    await seen(page, '30-propose', way)
    await page.getByLabel('Team').selectOption({ label: 'Bracebridge Heath' })
    await fillTask(page, title)
    await page.getByLabel('Who runs it').fill('North Kesteven Council')
    await page.getByLabel('Or where, in words').fill('Outside the library')
    await page.getByRole('button', { name: 'Send it to the team' }).click()
    await page.getByText('Waits for a second person').first().waitFor()
    await seen(page, '31-waits', way)
    const answering = await site.open({ ...way, as: await site.cookieOf(officer) })
    await answering.goto('/officers/tasks')
    await answering.getByRole('link', { name: title }).click()
    await answering.getByLabel('Yes').check()
    await seen(answering, '32-answer', way)
    await answering.getByRole('button', { name: 'Send the answer' }).click()
    await answering.getByText('You agreed, and it is published.').first().waitFor()
    const [task] = await db.select().from(tasks).where(eq(tasks.proposedBy, partner.accountId)).orderBy(tasks.id)
    expect(task).toBeDefined()
    await page.goto('/officers/tasks')
    await page.getByRole('link', { name: title }).click()
    await page.getByRole('link', { name: 'Who comes' }).click()
    const id = Number(page.url().split('/').at(-1))
    await comeByMail(db, id, 1, newMailbox(), 'Maureen', 'A hearing loop')
    await comeByMail(db, id, 2, newMailbox(), 'Mr Bell')
    await page.reload()
    await page.getByText('Write to everybody who comes').click()
    await page.getByLabel('What do you want to say?').fill('Bring gloves.')
    await seen(page, '33-coming', way)
    await page.getByRole('button', { name: 'Send it' }).click()
    await page.getByText('to 1 mailbox').first().waitFor()
    await page.getByText('Enter somebody who rang').click()
    await page.getByLabel('Name').fill('Mrs Bell')
    await page
      .getByRole('button', { name: 'Put on the waiting list' })
      .or(page.getByRole('button', { name: 'Enter', exact: true }))
      .click()
    await page.getByText('By phone').first().waitFor()
    await seen(page, '34-coming', way)
    await page.getByRole('link', { name: 'Change the date' }).click()
    await seen(page, '35-change', way)
  })
})
