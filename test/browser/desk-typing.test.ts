/**
 * What helps while staff type: tags are completed by keyboard, saved replies are a beginning.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDesk, type Desk } from './desk-fixture.ts'
import { expectSound } from './harness.ts'

let desk: Desk
let asked: string[]
beforeAll(async () => {
  desk = await openDesk()
  desk.things.set('/tags', ({ starts = '' }) => {
    asked.push(starts)
    return { tags: ['speeding', 'speed-watch', 'sport'].filter((tag) => tag.startsWith(starts)) }
  })
  desk.pages.set(
    '/tagged',
    () =>
      '<h1>Tags</h1><form method="post" action="/saved"><div class="field"><label for="tags">Tags</label><input id="tags" name="tags" data-tags></div><button>Save</button></form>',
  )
  desk.things.set('/staff/topics', ({ starts = '' }) => ({ tags: ['speed-guns'].filter((topic) => topic.startsWith(starts)) }))
  desk.pages.set(
    '/topics',
    () =>
      '<h1>Topics</h1><form method="post" action="/saved"><div class="field"><label for="tags">Topics</label><input id="tags" name="tags" data-tags="/staff/topics"></div><button>Save</button></form>',
  )
  desk.pages.set(
    '/reply',
    () => `<h1>Reply</h1><form id="use"></form><form method="post" action="/saved"><div class="field"><label for="reply">Saved reply</label>
<div class="join"><select id="reply" form="use" data-fill="body"><option value="">Choose</option><option value="1" data-text="Thank you.&#10;We look into it.">Thanks</option></select><button form="use">Use</button></div></div>
<div class="field"><label for="body">Words</label><textarea id="body" name="body"></textarea></div></form>`,
  )
})
afterAll(() => desk?.close())
beforeEach(() => {
  asked = []
})

describe('tags', () => {
  test('are completed by arrow keys and Enter, and what stood before stays', async () => {
    const page = await desk.open('/tagged', 320)
    const field = page.getByRole('combobox', { name: 'Tags' })
    await field.pressSequentially('burglary, spe')
    const options = page.getByRole('option')
    await options.first().waitFor()
    expect(await options.allTextContents()).toEqual(['speeding', 'speed-watch'])
    await expectSound(page)
    expect(await field.getAttribute('aria-expanded')).toBe('true')
    await expect.poll(() => page.locator('#live').textContent()).toContain('2 suggestions')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator(`#${await field.getAttribute('aria-activedescendant')}`).textContent()).toBe('speed-watch')
    await page.keyboard.press('Enter')
    expect(await field.inputValue()).toBe('burglary, speed-watch, ')
    expect(await options.count()).toBe(0)
    expect(desk.sent).toEqual([])
  })

  test('of the network come from where its topics are known', async () => {
    const page = await desk.open('/topics')
    await page.getByRole('combobox', { name: 'Topics' }).pressSequentially('spe')
    await page.getByRole('option').first().waitFor()
    expect(await page.getByRole('option').allTextContents()).toEqual(['speed-guns'])
    expect(asked).toEqual([])
  })

  test('are asked for once per pause, not per key, and never offered twice', async () => {
    const page = await desk.open('/tagged')
    await page.getByLabel('Tags').pressSequentially('speeding, sp', { delay: 5 })
    await page.getByRole('option').first().waitFor()
    expect(asked).toEqual(['sp'])
    expect(await page.getByRole('option').allTextContents()).toEqual(['speed-watch', 'sport'])
  })

  test('Escape closes the list, Tab and a comma take the marked one, Enter alone sends the form', async () => {
    const page = await desk.open('/tagged')
    const field = page.getByLabel('Tags')
    await field.pressSequentially('spo')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('option').count()).toBe(0)
    await field.pressSequentially('r')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press(',')
    expect(await field.inputValue()).toBe('sport, ')
    await field.pressSequentially('speedi')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Tab')
    expect(await field.inputValue()).toBe('sport, speeding, ')
    await field.press('Enter')
    await page.waitForURL('**/done?*')
    expect(desk.sent[0]?.fields).toEqual({ tags: 'sport, speeding, ' })
  })

  test('a tap takes one', async () => {
    const page = await desk.open('/tagged')
    await page.getByLabel('Tags').pressSequentially('sport')
    await page.getByRole('option', { name: 'sport' }).click()
    expect(await page.getByLabel('Tags').inputValue()).toBe('sport, ')
    expect(await page.evaluate('document.activeElement.id')).toBe('tags')
  })
})

test('a saved reply goes into an empty field, and after the words of another', async () => {
  const page = await desk.open('/reply')
  expect(await page.getByRole('button', { name: 'Use' }).isVisible()).toBe(false)
  const body = page.getByLabel('Words')
  await page.getByLabel('Saved reply').selectOption('1')
  expect(await body.inputValue()).toBe('Thank you.\nWe look into it.')
  expect(await page.evaluate('document.activeElement.id')).toBe('body')
  await body.fill('Dear Ann,')
  await page.getByLabel('Saved reply').selectOption('')
  await page.getByLabel('Saved reply').selectOption('1')
  expect(await body.inputValue()).toBe('Dear Ann,\n\nThank you.\nWe look into it.')
})
