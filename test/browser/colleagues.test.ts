/**
 * Colleagues: somebody says what they can, another finds them by a slip of the finger and follows them, sees what waits in the force, and suggests an answer that the
 * team makes its own.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { setAbsence } from '../../src/accounts/absence.ts'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import { publishQuestion } from '../../src/questions/answer.ts'
import { askQuestion } from '../../src/questions/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, WAYS, type TestBrowser } from './harness.ts'

let site: TestBrowser
let heath: TeamName
let officer: SignedIn
let resident: SignedIn

beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  heath = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', heath)
  resident = await makeResident(db, 'Maureen T')
  const away = await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', heath)
  await setAbsence(db, away, { accountId: away.accountId, startsAt: now(), endsAt: new Date(now().getTime() + 9e8), coverId: null })
})
afterAll(() => site?.close())

async function seen(page: Page, name: string, way: { screen: string; scripts: boolean }): Promise<void> {
  await expectSound(page)
  await screenshot(page, `colleagues-${name}-${way.screen}${way.scripts ? '' : '-without-scripts'}`)
}

async function ask(title: string): Promise<void> {
  const words = { title, body: 'It floods the lane every time it rains.' }
  const { id } = await askQuestion(site.world.db, resident, heath, { ...words, visibility: 'public', named: true, clientKey: randomUUID() })
  await publishQuestion(site.world.db, officer, id, { ...words, tags: ['flooding'], answer: null, clientKey: randomUUID() })
}

describe.each(WAYS)('on a $screen, scripts $scripts', PATIENCE, (way) => {
  const own = `${way.screen} ${way.scripts ? 'with' : 'without'}`

  test('somebody says what they can, and a colleague finds and follows them', async () => {
    const team = await makeTeam(site.world.db, `Coast ${own}`)
    const zoe = await makeStaff(site.world.db, 'PC Zoë Brightwater', 'officer', team)
    const page = await site.open({ ...way, as: await site.cookieOf(zoe) })
    await page.goto('/staff/people')
    await seen(page, '01-directory', way)
    await page.getByRole('link', { name: 'Your page' }).click()
    await page.getByLabel('What you work on').fill('w'.repeat(310))
    await page.getByLabel('Skills').fill('Boats, Drones')
    await page.getByLabel('Languages').fill('Polish')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    await seen(page, '02-wrong', way)
    await page.getByLabel('What you work on').fill('Theft of boats along the coast')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your page is saved.').first().waitFor()
    await seen(page, '03-own', way)

    const other = await site.open({ ...way, as: await site.cookieOf(officer) })
    await other.goto('/staff/people')
    await other.getByLabel('Name, team, role, skill').fill('Brigthwater')
    await other.getByRole('button', { name: 'Find' }).click()
    await other.getByText('spelt nearly so').waitFor()
    await seen(other, '04-nearly', way)
    await other.goto(`/staff/people?skill=Boats&team=${team.slug}`)
    await seen(other, '05-filtered', way)
    await other.getByRole('link', { name: 'PC Zoë Brightwater' }).click()
    await other.getByRole('button', { name: 'Follow' }).click()
    await other.getByRole('button', { name: 'Stop following' }).waitFor()
    expect(await other.getByText('Theft of boats along the coast').count()).toBe(1)
    await seen(other, '06-person', way)
  })

  test('somebody of another team sees what waits and suggests an answer, which the team makes its own', async () => {
    const title = `Who clears the ditch? ${own}`
    await ask(title)
    const far = await makeStaff(site.world.db, 'PC Lee Ward', 'officer', await makeTeam(site.world.db, `Far ${own}`))
    const page = await site.open({ ...way, as: await site.cookieOf(far) })
    await page.goto('/staff/today')
    await page.getByRole('link', { name: title, exact: true }).waitFor()
    await seen(page, '11-today', way)
    await page.goto(`/staff/teams/${heath.slug}/waiting`)
    await page.getByRole('button', { name: 'Help this team' }).click()
    await page.getByText('Lending a hand just now').waitFor()
    await seen(page, '12-waiting', way)
    await page
      .locator('.row', { hasText: title })
      .getByRole('link', { name: /^Suggest an answer/ })
      .click()
    await page.getByLabel('Your words').fill('The drainage board clears it in May.')
    await page.getByRole('button', { name: 'Keep the note' }).click()
    await page.getByText('The drainage board clears it in May.').waitFor()
    expect(await page.getByText('Use it for a public reply').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Raise with colleagues' }).getAttribute('href')).toContain('/staff/issues/new?about=')
    await seen(page, '13-notes', way)
    const notes = page.url()

    const team = await site.open({ ...way, as: await site.cookieOf(officer) })
    await team.goto(notes)
    await team.getByRole('link', { name: 'Use it for a public reply' }).click()
    await team.getByText('Check it before you post').waitFor()
    expect(await team.locator('#answers-body').inputValue()).toBe('The drainage board clears it in May.')
    await seen(team, '14-answer', way)
    await team.getByRole('button', { name: 'Send the answer' }).click()
    await team.getByText('answered in').first().waitFor()
  })
})
