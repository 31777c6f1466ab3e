/**
 * The press office: one queue, a case with everything around it, a decision with a reason, and everybody told; nothing is decided twice.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { makePost, makeResident } from '../people.ts'
import { expectSound, PATIENCE, inView, openBrowser, screenshot, tabTo, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { newestMail, settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
// Nothing waits from one journey to the next.
afterEach(async () => {
  moveClock(0)
  await site.world.db.execute(`update cases set state = 'closed', escalated_to = null, decided_at = coalesce(decided_at, now()) where waits`)
})
afterAll(() => site?.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })
const newcomer = (): Promise<SignedIn> => makeResident(site.world.db, `Newcomer ${randomUUID().slice(0, 6)}`, 0)
const DECIDE = 'Decide, then the queue'

/** A flagged comment with an answer under it, in a conversation that has more in it. */
async function flagged(author: SignedIn, text: string, reason = 'abuse'): Promise<number> {
  const above = await town.say(town.resident, 'What was said above.')
  const id = await town.say(author, text, { parentId: above })
  await town.say(town.officer, 'What was answered below.', { parentId: id })
  await town.flag({ commentId: id }, `visitor ${randomUUID()}`, reason)
  return id
}

async function openCase(page: Page, commentId: number): Promise<void> {
  await page.goto(`/moderation/cases/${(await town.caseOf({ commentId })).id}`)
}

async function decide(page: Page, act: string | RegExp, reason?: string): Promise<void> {
  await page.getByLabel(act).check()
  if (reason) await page.getByLabel('Reason', { exact: true }).selectOption({ label: reason })
  await button(page, DECIDE).click()
}

describe.each(WAYS)('the press office on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = (page: Page, name: string) => (way.scripts ? screenshot(page, `press office ${name} ${way.screen}`) : null)

  test('sees one queue, the urgent first and then the oldest, and everything around a case', async () => {
    const [author, author2] = [await newcomer(), await newcomer()]
    moveClock(-30 * 3_600_000)
    const oldest = await town.say(author, 'The oldest words.')
    moveClock(0)
    await town.say(author2, 'The newest words.')
    const threat = await flagged(town.resident, 'A threat.', 'threat')
    const page = await openAs(way, town.press)
    await page.goto('/')
    await link(page, 'Moderation queue').click()
    await expect.poll(() => page.locator('.row blockquote').allTextContents()).toEqual(['A threat.', 'The oldest words.', 'The newest words.'])
    expect(await page.locator('.row').first().textContent()).toContain('Urgent')
    expect(await page.locator('.row', { hasText: 'The oldest words.' }).textContent()).toContain(`Newcomer ${author.displayName?.split(' ')[1]}`)
    await expectSound(page)
    await shot(page, '1 queue')
    await page.locator('.row').first().getByRole('link').first().click()
    const context = (await page.locator('.context').allInnerTexts()).join('\n')
    for (const words of [
      'What was said above.',
      'A threat.',
      'What was answered below.',
      'A threat, or a call for violence',
      'a visitor',
      'Maureen Fieldhouse',
    ])
      expect(context).toContain(words)
    expect(await page.locator('.item').innerText()).toContain('A threat.')
    await expectSound(page)
    await shot(page, '2 case')
    await openCase(page, oldest)
    await expectSound(page)
    expect(await town.stateOf(threat)).toBe('published')
  })

  test('releases what is held, and it is there for everybody', async () => {
    const author = await newcomer()
    const id = await town.say(author, `First words. ${randomUUID()}`)
    const page = await openAs(way, town.press)
    await openCase(page, id)
    await decide(page, /^Publish it/)
    expect(await page.locator('.banner.good').textContent()).toContain('The decision is made and logged')
    await page.getByText('Nothing waits.').first().waitFor()
    await expectSound(page)
    await shot(page, '3 empty queue')
    const mail = await newestMail(site.world.db, author.email)
    expect(mail.subject).toBe('Your comment is published')
    const stranger = await site.open(way)
    await stranger.goto(/\/comments\/\d+/.exec(mail.text)?.[0] ?? '')
    await inView(stranger, `#c${id}`)
  })

  test('rejects with a reason: the author reads why, in place and by mail', async () => {
    const author = await newcomer()
    const text = `Buy my lamps. ${randomUUID()}`
    const id = await town.say(author, text)
    const page = await openAs(way, town.press)
    await openCase(page, id)
    await button(page, DECIDE).click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await shot(page, '4 error')
    await page.getByLabel('Do not publish it').check()
    await page.getByLabel('What the author is told').fill('We do not carry adverts.')
    await button(page, DECIDE).click()
    await page.locator('#reason-error').waitFor()
    expect(await page.getByLabel('What the author is told').inputValue()).toBe('We do not carry adverts.')
    await decide(page, 'Do not publish it', 'Advertising or spam')
    await page.locator('.banner.good').waitFor()
    expect((await newestMail(site.world.db, author.email)).text).toContain('We do not carry adverts.')
    const theirs = await openAs(way, author)
    await theirs.goto(town.post.path)
    const notice = theirs.locator('#waiting', { hasText: text })
    expect(await notice.innerText()).toMatch(/Not published[\s\S]*Advertising or spam[\s\S]*We do not carry adverts\./)
    await expectSound(theirs)
    await shot(theirs, '5 author sees rejection')
    await notice.getByRole('link', { name: 'See it in the log' }).click()
    await inView(theirs, 'tr[aria-current="true"]')
  })

  test('removes with a reason: a stub stays in place, replies stay, and it leads to the log', async () => {
    const id = await flagged(town.resident, 'An insult.')
    const page = await openAs(way, town.press)
    await openCase(page, id)
    await decide(page, 'Remove it', 'Abuse or harassment')
    await page.locator('.banner.good').waitFor()
    const stranger = await site.open(way)
    await stranger.goto(`/comments/${id}`)
    expect(await stranger.locator(`#c${id}`).textContent()).toContain('Removed on')
    expect(await stranger.locator('main').textContent()).not.toContain('An insult.')
    await stranger.locator(`#c${id} ~ .o`, { hasText: 'What was answered below.' }).first().waitFor()
    await inView(stranger, `#c${id}`)
    await expectSound(stranger)
    await stranger.locator(`#c${id}`).getByRole('link', { name: 'See why' }).click()
    await inView(stranger, 'tr[aria-current="true"]')
    expect(await stranger.locator('tr[aria-current="true"]').innerText()).toContain('Abuse or harassment')
    await expectSound(stranger)
    await shot(stranger, '6 log')
    expect((await newestMail(site.world.db, town.resident.email)).subject).toBe('Your comment was removed')
  })

  test('keeps what was flagged without reason, then goes to the next case', async () => {
    const [kept, next] = [await flagged(town.resident, 'Plain criticism.'), await town.say(await newcomer(), 'The next case.')]
    const page = await openAs(way, town.press)
    await openCase(page, kept)
    await page.getByLabel('Keep it').check()
    await button(page, 'Decide, then the next case').click()
    await page.waitForURL(`**/moderation/cases/${(await town.caseOf({ commentId: next })).id}?done=kept`)
    expect(await page.locator('.item').textContent()).toContain('The next case.')
    await expectSound(page)
    expect(await town.stateOf(kept)).toBe('published')
  })

  test('two who decide at once: the second sees what the first did, with their own words kept', async () => {
    const id = await flagged(town.resident, 'An insult for two.')
    const [first, second] = [await openAs(way, town.press), await openAs(way, town.press2)]
    await openCase(first, id)
    await openCase(second, id)
    await second.getByLabel('Note for moderators').fill('I would keep this.')
    await decide(first, 'Remove it', 'Abuse or harassment')
    await first.locator('.banner.good').waitFor()
    await decide(second, 'Keep it')
    await second.locator('.error-summary').waitFor()
    expect(await second.locator('.error-summary').textContent()).toContain('Sam Carter')
    expect(await second.getByLabel('It was not sent').inputValue()).toContain('I would keep this.')
    expect(await second.locator('.decide form').count()).toBe(0)
    await expectSound(second)
    await shot(second, '7 second moderator')
    expect(await town.stateOf(id)).toBe('removed')
  })

  test('a sergeant sees the own team alone and may only release; an administrator sees nothing', async () => {
    const author = await newcomer()
    const [own, others] = [
      await town.say(author, 'Held here.'),
      await town.say(author, 'Held there.', { conversationId: town.otherPost.conversationId }),
    ]
    const page = await openAs(way, town.sergeant)
    await page.goto('/moderation')
    expect(await page.locator('.row blockquote').allTextContents()).toEqual(['Held here.'])
    await expectSound(page)
    await shot(page, '8 sergeant queue')
    expect((await page.goto(`/moderation/cases/${(await town.caseOf({ commentId: others })).id}`))?.status()).toBe(404)
    await openCase(page, own)
    expect(await page.getByRole('radio').count()).toBe(1)
    await expectSound(page)
    await decide(page, /^Publish it/)
    await page.locator('.banner.good').waitFor()
    const administrator = await openAs(way, town.administrator)
    expect((await administrator.goto('/moderation'))?.status()).toBe(403)
    await expectSound(administrator)
    await administrator.goto('/')
    expect(await link(administrator, 'Moderation queue').count()).toBe(0)
  })

  test('takes a case, gives it on, takes it over, hands it back; colleagues see who has it and who is looking', async () => {
    const id = await town.say(await newcomer(), 'Whose is this?')
    const [mine, theirs] = [await openAs(way, town.press), await openAs(way, town.press2)]
    await mine.goto('/moderation')
    await button(mine, 'Take the next one').click()
    await mine.getByText('You have this case').first().waitFor()
    await expectSound(mine)
    await theirs.goto('/moderation')
    const row = theirs.locator('.row', { hasText: 'Whose is this?' })
    expect(await row.innerText()).toMatch(/Sam Carter has it, since today at .* · Sam Carter is looking at this now/)
    await button(theirs, 'Take the next one').click()
    await theirs.locator('.banner', { hasText: 'Nothing waits here that nobody has.' }).waitFor()
    await openCase(theirs, id)
    expect(await theirs.locator('.looking').innerText()).toBe('Sam Carter is looking at this now')
    await button(theirs, 'Take it over').click()
    await theirs.getByText('You have this case').first().waitFor()
    await button(mine, 'Hand it back').click()
    await mine.locator('.error-summary', { hasText: 'Alex Wray took it' }).waitFor()
    await expectSound(mine)
    await theirs.getByText('Give it to a colleague').click()
    await button(theirs, 'Give it to them').click()
    await theirs.locator('#assignment-to-error').waitFor()
    await theirs.getByLabel('Colleague').selectOption({ label: 'Sgt Ellen Marsh (sergeant of the team)' })
    await button(theirs, 'Give it to them').click()
    await theirs.getByText('Sgt Ellen Marsh has this case').first().waitFor()
    await shot(theirs, '10 given')
  })

  test('keeps a note, escalates, and brings it back with the answer; the case says what happened', async () => {
    const id = await town.say(await newcomer(), 'A child is named here.')
    const page = await openAs(way, town.press)
    await openCase(page, id)
    await button(page, 'Keep the note').click()
    await page.locator('#case-note-error').waitFor()
    await page.getByLabel('Add a note').fill('I know the school.')
    await button(page, 'Keep the note').click()
    await page.locator('.staff-only', { hasText: 'I know the school.' }).waitFor()
    await page.getByText('Ask somebody whose affair it is').click()
    await page.getByLabel('Safeguarding').check()
    await page.getByLabel('What do they have to look at?').fill('Is it a child at risk?')
    await button(page, 'Escalate it').click()
    await page.locator('.banner.good').waitFor()
    await expectSound(page)
    await shot(page, '11 escalated')
    await page.goto('/moderation?view=escalated')
    expect(await page.locator('.row').innerText()).toContain('Escalated: safeguarding')
    await expectSound(page)
    await openCase(page, id)
    await page.getByLabel('What they answered').fill('No, publish it.')
    await button(page, 'Bring it back to the queue').click()
    await page.locator('.banner.good').waitFor()
    expect(await page.locator('#timeline').innerText()).toMatch(
      /Held[\s\S]*Note[\s\S]*Escalated: Safeguarding[\s\S]*Safeguarding answered[\s\S]*No, publish it\./,
    )
  })

  test('decides by keyboard alone', async () => {
    const post = await makePost(site.world.db, town.officer, town.team, 'A post for the keyboard')
    const id = await town.say(await newcomer(), 'Held for the keyboard.', { conversationId: post.conversationId })
    const page = await openAs(way, town.press)
    await page.goto('/moderation')
    await tabTo(page, '.row a')
    await page.keyboard.press('Enter')
    await page.locator('.decide form[data-redact]').waitFor()
    await tabTo(page, 'input[name=act]')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, '#reason')
    await page.keyboard.type('Off topic')
    await tabTo(page, 'button[value=queue]')
    await page.keyboard.press('Enter')
    await page.locator('.banner.good').waitFor()
    expect(await town.stateOf(id)).toBe('rejected')
  })
})

test('letters move, select and take while the focus is in the list, and nowhere else', PATIENCE, async () => {
  const author = await newcomer()
  for (const words of ['First.', 'Second.', 'Third.']) await town.say(author, words)
  const page = await openAs({}, town.press)
  await page.goto('/moderation')
  const focused = () => page.evaluate<string>(`document.activeElement.closest('[data-row]')?.querySelector('blockquote').textContent ?? ''`)
  await page.keyboard.press('j')
  await page.keyboard.press('c')
  expect(await focused()).toBe('')
  await tabTo(page, '.row a')
  for (const [key, words] of [
    ['j', 'Second.'],
    ['ArrowDown', 'Third.'],
    ['j', 'Third.'],
    ['k', 'Second.'],
  ] as const) {
    await page.keyboard.press(key)
    expect(await focused()).toBe(words)
  }
  await page.keyboard.press('x')
  expect(await page.locator('[data-selected]').innerText()).toBe('1 selected')
  await page.keyboard.press('?')
  await page.getByText('While the focus is in the list').first().waitFor()
  await expectSound(page)
  await page.getByLabel('Team').focus()
  await page.keyboard.press('c')
  expect(page.url()).toMatch(/\/moderation$/)
  await page.locator('.row', { hasText: 'Second.' }).getByRole('link').first().focus()
  await page.keyboard.press('c')
  await page.getByText('You have this case').first().waitFor()
  expect(await page.locator('.item').innerText()).toContain('Second.')
})

test('the dark colours are as readable at the desk', PATIENCE, async () => {
  const author = await newcomer()
  await town.say(author, 'Words that wait in the dark.')
  const urgent = await flagged(town.resident, 'A threat in the dark.', 'threat')
  const page = await openAs({ dark: true }, town.press)
  await page.goto('/moderation')
  await expectSound(page)
  await openCase(page, urgent)
  await expectSound(page)
  await screenshot(page, 'press office 9 dark')
  const theirs = await openAs({ dark: true, screen: 'phone' }, author)
  for (const path of [town.post.path, '/account']) {
    await theirs.goto(path)
    await expectSound(theirs)
  }
})
