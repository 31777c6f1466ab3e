/**
 * A resident: writes first and signs in then, waits for a moderator, is trusted, changes their mind, and finds everything about themself in one place.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { makeResident } from '../people.ts'
import { expectSound, PATIENCE, inView, openBrowser, screenshot, tabTo, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { newestMail, settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
afterEach(() => moveClock(0))
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const words = (page: Page) => page.getByLabel('Your words')
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const done = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const newAddress = () => `${randomUUID().slice(0, 8)}@example.org`
// A name that nobody has yet, of letters that make no rank: every way of the journey is somebody else.
const newName = (first: string) =>
  `${first} ${randomUUID()
    .slice(0, 6)
    .replaceAll(/[0-9a-f]/g, (digit) => 'ghjkmnqrtuvwxyzb'.charAt(Number.parseInt(digit, 16)))}`

/** The mail that goes to an address: its link, without the host, and its code. */
async function signInMail(to: string): Promise<{ link: string; code: string }> {
  const { text } = await newestMail(site.world.db, to)
  return { link: /\/sign-in\/[\w-]+/.exec(text)?.[0] ?? '', code: /\b\d{3} \d{3}\b/.exec(text)?.[0] ?? '' }
}

async function say(page: Page, text: string): Promise<void> {
  await page.goto(town.post.path)
  await words(page).fill(text)
  await button(page, 'Post comment').click()
}

/** A page of somebody who is signed in. */
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })

describe.each(WAYS)('a resident on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `resident ${name} ${way.screen}`) : null)

  test('writes, signs in by the link, chooses a name, and the words are there; the comment waits', async () => {
    const page = await site.open(way)
    const [text, email] = [`Is the footpath lit? ${randomUUID()}`, newAddress()]
    await say(page, text)
    await title(page, 'Your words are kept. Now sign in')
    expect(await page.getByLabel('Your comment').inputValue()).toBe(text)
    await expectSound(page)
    await shot(page, '1 words kept')
    await button(page, 'Send me the email').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await page.getByLabel('Email address').fill(email)
    await button(page, 'Send me the email').click()
    await title(page, 'Check your email')
    expect(await page.locator('main').textContent()).toContain(email)
    await expectSound(page)
    await shot(page, '2 check email')
    await page.goto((await signInMail(email)).link)
    await title(page, 'Sign in')
    await expectSound(page)
    await shot(page, '3 link')
    await button(page, 'Sign in').click()
    await chooseName(page, newName('Ada'), (name) => shot(page, name))
    expect(await words(page).inputValue()).toBe(text)
    await expectSound(page)
    await button(page, 'Post comment').click()
    await page.locator('#waiting').waitFor()
    expect(await page.locator('.banner.good').textContent()).toContain('A moderator will look at your comment')
    expect(await page.locator('#waiting').textContent()).toContain('usually looked at within 4 working hours')
    await page.getByText(text).waitFor()
    await expectSound(page)
    await shot(page, '6 held')
    const stranger = await site.open(way)
    await stranger.goto(town.post.path)
    expect(await stranger.locator('main').textContent()).not.toContain(text)
    await page.goto('/account')
    expect(await page.locator('#comments').textContent()).toContain('Waits for a moderator')
  })

  test('signs in by the code, and is told when it is wrong', async () => {
    const page = await site.open(way)
    const email = newAddress()
    await page.goto(town.post.path)
    await link(page, 'Sign in').click()
    await button(page, 'Send me the email').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await shot(page, '7 sign in error')
    await page.getByLabel('Email address').fill(email)
    await button(page, 'Send me the email').click()
    const { code } = await signInMail(email)
    await page.getByLabel('6-digit code').fill(code === '000 000' ? '111111' : '000000')
    await button(page, 'Sign in').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await page.getByLabel('6-digit code').fill(code)
    await button(page, 'Sign in').click()
    await title(page, 'Choose a display name')
    await page.getByLabel('Display name').fill(newName('Grace'))
    await button(page, 'Save and continue').click()
    await page.waitForURL(`**${town.post.path}?done=named`)
    expect(await page.locator('.me').textContent()).toContain('Grace')
  })

  test('who is trusted is published at once, replies, edits, cuts the name loose and withdraws', async () => {
    const author = await makeResident(site.world.db, `Trusted ${randomUUID().slice(0, 6)}`)
    const page = await openAs(way, author)
    const text = `The lamp on the green is out. ${randomUUID()}`
    await say(page, text)
    const comment = page.locator('article.c', { hasText: text })
    await comment.waitFor()
    const id = await comment.getAttribute('id')
    await inView(page, `#${id}`)
    await expectSound(page)
    await comment.getByRole('link', { name: 'Reply' }).click()
    await title(page, /^Reply to Trusted/)
    await expectSound(page)
    await shot(page, '8 reply')
    await button(page, 'Post reply').click()
    await page.locator('.error-summary').waitFor()
    await words(page).fill('I have told the council.')
    await button(page, 'Post reply').click()
    await page.locator('article.l2', { hasText: 'I have told the council.' }).last().waitFor()
    await page.locator(`#${id}`).getByRole('link', { name: 'Edit' }).click()
    await title(page, 'Change your comment')
    expect(await words(page).inputValue()).toBe(text)
    await expectSound(page)
    await words(page).fill(`${text} Both of them.`)
    await button(page, 'Save changes').click()
    await page.locator(`#${id}`, { hasText: 'Both of them.' }).getByRole('link', { name: 'edited' }).waitFor()
    await page.locator(`#${id}`).getByRole('link', { name: 'Withdraw' }).click()
    await title(page, 'Withdraw your comment')
    await expectSound(page)
    await shot(page, '9 withdraw')
    await button(page, 'Take my name off it').click()
    await page.locator(`#${id}`, { hasText: 'Name withdrawn' }).waitFor()
    await page.locator(`#${id}`).getByRole('link', { name: 'Withdraw' }).click()
    await button(page, 'Withdraw it').click()
    await page.locator(`#${id}.stub`, { hasText: 'Withdrawn by its author' }).waitFor()
    expect(await page.locator('.banner.good').textContent()).toContain('Your comment is withdrawn')
    await expectSound(page)
  })

  test('reacts and takes it back, in place where scripts run', async () => {
    const author = await makeResident(site.world.db, 'Priya')
    const id = await town.say(author, `Something to thank for. ${randomUUID()}`)
    const page = await openAs(way, await makeResident(site.world.db, 'Tom'))
    await page.goto(`/comments/${id}`)
    const helpful = page.locator(`#c${id}`).getByRole('button', { name: 'Helpful' })
    await helpful.scrollIntoViewIfNeeded()
    await page.evaluate('window.sameDocument = true')
    const scrolled = await page.evaluate('scrollY')
    await helpful.focus()
    await page.keyboard.press('Enter')
    const pressed = page.locator(`#c${id} button[aria-pressed=true]`)
    await pressed.waitFor()
    expect(await pressed.textContent()).toBe('Helpful 1')
    if (way.scripts) await expectInPlace(page, scrolled, 'Helpful 1')
    else await inView(page, `#c${id}`)
    await expectSound(page)
    await pressed.click()
    await pressed.waitFor({ state: 'detached' })
    expect(await helpful.textContent()).toBe('Helpful')
    await page
      .locator('#reactions')
      .getByRole('button', { name: /^Thank/ })
      .click()
    await page.locator('#reactions button[aria-pressed=true]').waitFor()
    await page.locator('#reactions button[aria-pressed=true]').click()
    await page.locator('#reactions button[aria-pressed=true]').waitFor({ state: 'detached' })
  })

  test('finds name, comments and devices under the account, and signs out one device and all', async () => {
    const person = await makeResident(site.world.db, `Account ${randomUUID().slice(0, 6)}`)
    const [published, removed] = [await town.say(person, 'Kept words.'), await town.say(person, 'Words to remove.')]
    await town.flag({ commentId: removed }, 'a passer-by')
    await town.decide(town.press, { commentId: removed }, 'remove')
    await site.world.db.update(accounts).set({ publishedCount: 0 }).where(eq(accounts.id, person.accountId))
    const rejected = await town.say({ ...person, publishedCount: 0 }, 'Words to reject.')
    await town.decide(town.press, { commentId: rejected }, 'reject')
    await town.say({ ...person, publishedCount: 0 }, 'Words that wait.')
    const phone = await site.cookieOf(person)
    const page = await openAs(way, person)
    await page.goto('/account')
    const said = (await page.locator('#comments').innerText()).replace(/\s+/g, ' ')
    for (const state of ['Waits for a moderator', 'Not published', 'Removed', 'Published', 'Abuse or harassment.', 'Usually looked at by'])
      expect(said).toContain(state)
    await expectSound(page)
    await shot(page, '10 account')
    await page.locator(`#c${published}`).getByRole('link', { name: 'See it in its place' }).click()
    await inView(page, `#c${published}`)
    await page.goto('/account')
    expect(await page.locator('#devices tbody tr').count()).toBe(2)
    await page.locator('#devices tr', { hasNotText: 'This device' }).getByRole('button').click()
    await done(page, 'That device is signed out.')
    expect(await page.locator('#devices tbody tr').count()).toBe(1)
    expect((await site.get('/account', phone)).statusCode).toBe(303)
    await link(page, 'Change').click()
    await title(page, 'Change your display name')
    await page.getByLabel('Display name').fill(newName('Another'))
    await button(page, 'Save and continue').click()
    await done(page, 'Your display name is saved.')
    await button(page, 'Sign out everywhere').click()
    await done(page, 'You are signed out on all your devices.')
    await expectSound(page)
    expect(await page.locator('.me').textContent()).toContain('Sign in')
  })

  test('a form from before the sign-out keeps the words', async () => {
    const person = await makeResident(site.world.db, 'Maureen')
    const page = await openAs(way, person)
    await page.goto(town.post.path)
    const other = await page.context().newPage()
    await other.goto('/account')
    await button(other, 'Sign out everywhere').click()
    await done(other, 'You are signed out on all your devices.')
    const text = `Written before the sign-out. ${randomUUID()}`
    await words(page).fill(text)
    await button(page, 'Post comment').click()
    await title(page, 'Your words are kept. Now sign in')
    await page.getByLabel('Email address').fill(person.email)
    await button(page, 'Send me the email').click()
    await title(page, 'Check your email')
    await page.goto((await signInMail(person.email)).link)
    await button(page, 'Sign in').click()
    await words(page).waitFor()
    expect(await words(page).inputValue()).toBe(text)
    await button(page, 'Post comment').click()
    await page.locator('article.c', { hasText: text }).waitFor()
  })

  test('a link that was used, ran out or never was says what to do', async () => {
    const page = await site.open(way)
    const email = newAddress()
    const path = await ask(page, email)
    await page.goto(path)
    await button(page, 'Sign in').click()
    await title(page, 'Choose a display name')
    const thief = await site.open(way)
    await thief.goto(path)
    await title(thief, 'This link was used already')
    await expectSound(thief)
    await shot(thief, '11 used link')
    const late = await ask(thief, newAddress())
    moveClock(31 * 60_000)
    await thief.goto(late)
    await title(thief, 'This link has expired')
    await expectSound(thief)
    await thief.getByLabel('Email address').fill(newAddress())
    await button(thief, 'Send me a new email').click()
    await title(thief, 'Check your email')
    expect((await thief.goto('/sign-in/no-such-link'))?.status()).toBe(404)
    await title(thief, 'This link does not work')
    await expectSound(thief)
  })

  test('comments by keyboard alone', async () => {
    const page = await openAs(way, await makeResident(site.world.db, 'Keys'))
    const text = `Typed without a mouse. ${randomUUID()}`
    await page.goto(town.post.path)
    await tabTo(page, '#body')
    await page.keyboard.type(text)
    await tabTo(page, '#compose button')
    await page.keyboard.press('Enter')
    const comment = page.locator('article.c', { hasText: text })
    await comment.waitFor()
    await tabTo(page, `#${await comment.getAttribute('id')} button`)
    await page.keyboard.press('Space')
    await comment.locator('button[aria-pressed=true]').waitFor()
    expect(await comment.locator('button[aria-pressed=true]').textContent()).toMatch(/ 1$/)
  })
})

/** Nothing was loaded anew, nothing moved, and the keyboard is where it was. */
async function expectInPlace(page: Page, scrolled: unknown, focused: string): Promise<void> {
  expect(await page.evaluate('[window.sameDocument === true, scrollY]')).toEqual([true, scrolled])
  expect(await page.evaluate('document.activeElement.textContent')).toBe(focused)
}

async function chooseName(page: Page, name: string, shot: (name: string) => unknown): Promise<void> {
  await title(page, 'Choose a display name')
  await expectSound(page)
  await shot('4 name')
  await page.getByLabel('Display name').fill('PC Smith')
  await button(page, 'Save and continue').click()
  await page.locator('.error-summary').waitFor()
  expect(await page.locator('#name-error').textContent()).toContain('Choose another name')
  expect(await page.getByLabel('Display name').inputValue()).toBe('PC Smith')
  await expectSound(page)
  await shot('5 name refused')
  await page.getByLabel('Display name').fill(name)
  await button(page, 'Save and continue').click()
}

async function ask(page: Page, email: string): Promise<string> {
  await page.goto('/sign-in')
  await page.getByLabel('Email address').fill(email)
  await button(page, 'Send me the email').click()
  await title(page, 'Check your email')
  return (await signInMail(email)).link
}
