/**
 * The whole way of a comment, with everybody who has a part in it: its author is asked before it is stored, a moderator decides and is answered,
 * and an appeal is heard by somebody else.
 */
import { randomUUID } from 'node:crypto'
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { comments } from '../../src/conversations/schema.ts'
import { decisions, strikes } from '../../src/moderation/schema.ts'
import { makePost, makeResident } from '../people.ts'
import { expectSound, inView, openBrowser, PATIENCE, screenshot, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { newestMail, settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
// Nothing waits from one journey to the next.
afterEach(async () => {
  await site.world.db.execute(`update cases set state = 'closed', escalated_to = null, decided_at = coalesce(decided_at, now()) where waits`)
})
afterAll(() => site?.close())

/** Where a way differs from the others in nothing but words: both widths, with and without scripts. */
const CORNERS = [WAYS[0], WAYS[3]] as const
const OTHER_CORNERS = [WAYS[1], WAYS[2]] as const

const NUMBER = '01522 555 123'

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const done = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const row = (page: Page, words: string) => page.locator('.row', { hasText: words })
const words = (page: Page) => page.getByLabel('Your words')
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })
const shooter = (way: Opening) => (page: Page, name: string) => screenshot(page, `moderation ${name} ${way.screen}`)

const person = (name: string, published = 10): Promise<SignedIn> => makeResident(site.world.db, `${name} ${randomUUID().slice(0, 6)}`, published)
/** Under a post of its own, so that no journey reads the words of another. */
const newPost = () => makePost(site.world.db, town.officer, town.team, `Patrols on Sleaford Road ${randomUUID().slice(0, 6)}`)
const commentsOf = ({ accountId }: SignedIn) =>
  site.world.db.select().from(comments).where(eq(comments.authorId, accountId)).orderBy(desc(comments.id))

async function openCase(page: Page, commentId: number): Promise<void> {
  await page.goto(`/moderation/cases/${(await town.caseOf({ commentId })).id}`)
}

/** Writes under a post, and waits for what comes of it. */
async function write(page: Page, path: string, text: string, heading: string | RegExp): Promise<void> {
  await page.goto(path)
  await words(page).fill(text)
  await button(page, 'Post comment').click()
  await title(page, heading)
}

describe.each(WAYS)('a comment on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = shooter(way)

  test('personal details are marked: they are taken out, or a moderator is asked, or nothing is stored', async () => {
    const [author, post] = [await person('Ada'), await newPost()]
    const page = await openAs(way, author)
    await write(page, post.path, `The white van AB12 CDE blocks the path. Ring me on ${NUMBER}.`, 'Look at this before you post it')
    const marked = (await page.locator('.asked mark').allTextContents()).map((text) => text.replace(/^\[[a-z ]+: |\]$/g, ''))
    expect(marked).toEqual(['AB12 CDE', NUMBER])
    expect(await page.locator('main').innerText()).toMatch(/A phone number[\s\S]*A number plate|A number plate[\s\S]*A phone number/)
    await expectSound(page)
    await shot(page, '1 check')
    expect(await commentsOf(author)).toEqual([])
    await button(page, 'Take them out and post').click()
    const clean = page.locator('article.c', { hasText: 'The white van [taken out] blocks the path. Ring me on [taken out].' })
    await clean.waitFor()
    expect(await page.content()).not.toContain(NUMBER)

    await write(page, post.path, `Or on ${NUMBER} at night.`, 'Look at this before you post it')
    await button(page, 'Send it to a moderator').click()
    await page.locator('#waiting', { hasText: NUMBER }).waitFor()
    const [waiting] = await commentsOf(author)
    expect(waiting?.state).toBe('held')
    expect((await town.caseOf({ commentId: Number(waiting?.id) })).because).toContain('Its author asked for a moderator')

    await write(page, post.path, `And again ${NUMBER}.`, 'Look at this before you post it')
    await link(page, 'Do not post it').click()
    await title(page, post.title)
    expect((await commentsOf(author)).map(({ body }) => body)).toEqual([
      `Or on ${NUMBER} at night.`,
      'The white van [taken out] blocks the path. Ring me on [taken out].',
    ])
  })

  test('two who send their decisions at the same moment: one is done, the other reads what the colleague did and keeps the words', async () => {
    const text = `Words for two. ${randomUUID()}`
    const id = await town.say(await person('Tom', 0), text)
    const [first, second] = [await openAs(way, town.press), await openAs(way, town.press2)]
    await openCase(first, id)
    expect(await first.locator('.looking').innerText()).toBe('')
    await openCase(second, id)
    expect(await second.locator('.looking').innerText()).toBe('Sam Carter is looking at this now')
    if (way.scripts) {
      // As when the tab comes back into view: it does not wait for the next beat.
      await first.evaluate(`dispatchEvent(new Event('visibilitychange'))`)
      await first.getByText('Alex Wray is looking at this now').first().waitFor()
    }
    await first.getByLabel(/^Publish it/).check()
    await second.getByLabel('Do not publish it').check()
    await second.getByLabel('Reason', { exact: true }).selectOption({ label: 'Off topic' })
    for (const page of [first, second]) await page.getByLabel('Note for moderators').fill('I thought about it.')
    await Promise.all([first, second].map((page) => button(page, 'Decide, then the queue').click()))
    const answers = await Promise.all([first, second].map(answerOf))
    expect(answers.toSorted()).toEqual(['done', 'overtaken'])
    expect(await site.world.db.$count(decisions, eq(decisions.caseId, (await town.caseOf({ commentId: id })).id))).toBe(1)
    expect(await town.stateOf(id)).toBe(answers[0] === 'done' ? 'published' : 'rejected')
    const [late, quick] = answers[0] === 'done' ? [second, 'Sam Carter'] : [first, 'Alex Wray']
    expect(await late.locator('.error-summary').innerText()).toContain(`${quick} (Press office)`)
    expect(await late.getByLabel('It was not sent').inputValue()).toContain('I thought about it.')
    expect(await late.locator('.decide form').count()).toBe(0)
    await expectSound(late)
    await shot(late, '12 overtaken')
  })
})

/** What came of a decision: either notice is on the next page alone. */
async function answerOf(page: Page): Promise<'done' | 'overtaken'> {
  const [good, late] = [page.locator('.banner.good'), page.locator('.error-summary')]
  await good.or(late).waitFor()
  return (await good.count()) > 0 ? 'done' : 'overtaken'
}

describe.each(CORNERS)('a comment on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = shooter(way)

  test('a crime is shown the way to the police, and what is uncivil is read once more', async () => {
    const [author, post] = [await person('Grace'), await newPost()]
    const page = await openAs(way, author)
    await write(page, post.path, 'My shed was broken into last night.', 'Look at this before you post it')
    const elsewhere = page.locator('.banner', { hasText: 'To report a crime' })
    expect(await elsewhere.innerText()).toMatch(/call 999[\s\S]*call 101, or report it online[\s\S]*Crimestoppers, 0800 555 111/)
    expect(await elsewhere.getByRole('link', { name: 'report it online' }).getAttribute('href')).toMatch(/^https:/)
    await expectSound(page)
    await shot(page, '2 crime')
    expect(await commentsOf(author)).toEqual([])

    const rude = `What a bunch of idiots. ${randomUUID()}`
    await write(page, post.path, rude, 'Look at this before you post it')
    await page.getByText('This may read as hurtful').first().waitFor()
    expect(await page.locator('.asked mark').innerText()).toContain('idiots')
    await expectSound(page)
    await shot(page, '3 uncivil')
    await button(page, 'Post it as it is').click()
    await page.locator('article.c', { hasText: rude }).waitFor()
    expect(await commentsOf(author)).toMatchObject([{ body: rude, state: 'published' }])
  })

  test('is taken, noted, asked about and answered; then it is published without some words, and the log says so', async () => {
    const [author, text] = [await person('Terry', 0), `Ring ${NUMBER} about the lights. ${randomUUID()}`]
    const id = await town.say(author, text)
    const page = await openAs(way, town.press)
    await page.goto('/moderation?view=unassigned')
    await row(page, text).getByRole('link').first().click()
    await button(page, 'Take this case').click()
    await page.getByText('You have this case').first().waitFor()
    await page.getByLabel('Add a note').fill('Is it their own number?')
    await button(page, 'Keep the note').click()
    await page.locator('.staff-only', { hasText: 'Is it their own number?' }).waitFor()
    await page.getByText('Ask the author', { exact: true }).click()
    await page.getByLabel('Your message').fill('Whose number is it?')
    await button(page, 'Send to the author').click()
    await page.getByText('Waits for the author’s answer').first().waitFor()
    await expectSound(page)
    await shot(page, '4 asked')

    const theirs = await openAs(way, author)
    await theirs.goto('/account')
    await link(theirs, 'Read and answer').click()
    await title(theirs, 'Your comment')
    expect(await theirs.locator('main').innerText()).toContain('Whose number is it?')
    expect(await theirs.locator('main').innerText()).not.toMatch(/Sam Carter|Is it their own number/)
    await expectSound(theirs)
    await shot(theirs, '5 author is asked')
    await theirs.getByLabel('Your answer').fill('My neighbour’s. He knows.')
    await button(theirs, 'Send').click()
    await done(theirs, 'Your answer is with the moderators.')

    await page.goto('/moderation?view=mine')
    await row(page, text).getByRole('link').first().click()
    await page.locator('#correspondence', { hasText: 'My neighbour’s. He knows.' }).waitFor()
    await page.getByLabel('Take words out, then publish').check()
    // What the check found is ticked.
    await page.getByText('Words to take out (1 found)').first().waitFor()
    expect(await page.getByLabel(NUMBER).isChecked()).toBe(true)
    await expectSound(page)
    await button(page, 'See how it will read').click()
    await title(page, 'How it will read')
    expect(await page.locator('#preview').innerText()).toContain('about the lights.')
    expect(await page.locator('#preview').innerText()).not.toContain(NUMBER)
    expect(await town.stateOf(id)).toBe('held')
    await expectSound(page)
    await shot(page, '6 how it will read')
    await button(page, 'Publish it like this, then the queue').click()
    await done(page, 'The decision is made and logged')
    expect((await newestMail(site.world.db, author.email)).text).not.toContain(NUMBER)

    const stranger = await site.open(way)
    await stranger.goto(`/comments/${id}`)
    await inView(stranger, `#c${id}`)
    expect(await stranger.locator(`#c${id}`).innerText()).toContain('edited by a moderator')
    expect(await stranger.content()).not.toContain(NUMBER)
    await shot(stranger, '7 edited by a moderator')
    await stranger.goto('/moderation-log')
    expect(await stranger.locator('tbody tr').first().innerText()).toMatch(/Comment[\s\S]*Published without parts of it[\s\S]*Press office/)
  })
})

describe.each(OTHER_CORNERS)('a decision on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = shooter(way)

  test('an appeal is heard by somebody else, who undoes the decision: it is public, the log says so, and nothing counts any more', async () => {
    const author = await person('Priya', 0)
    const text = `Nobody answered my letter. ${randomUUID()}`
    const id = await town.say(author, text)
    const { id: decisionId } = await town.decide(town.press, { commentId: id }, 'reject', { strike: true, publicText: 'It insulted a colleague.' })
    const theirs = await openAs(way, author)
    await theirs.goto('/account')
    await theirs.locator(`#c${id}`).getByRole('link', { name: 'Read the decision, or appeal' }).click()
    await title(theirs, 'Your comment')
    expect(await theirs.locator('#decision').innerText()).toMatch(/Abuse or harassment[\s\S]*It insulted a colleague\.[\s\S]*Press office/)
    await expectSound(theirs)
    await shot(theirs, '8 author reads why')
    await button(theirs, 'Appeal').click()
    await theirs.locator('#text-error').waitFor()
    await theirs.getByLabel('Why is the decision wrong?').fill('I named nobody.')
    await button(theirs, 'Appeal').click()
    await done(theirs, 'Your appeal is lodged.')

    const first = await openAs(way, town.press)
    await openCase(first, id)
    expect(await first.locator('#appeal').innerText()).toContain('You made the first decision. A colleague who did not has to decide the appeal.')
    expect(await button(first, 'Decide the appeal').count()).toBe(0)
    const second = await openAs(way, town.press2)
    await second.goto('/moderation?view=appeals')
    await row(second, text).getByRole('link').first().click()
    await second.getByText('1 strike').first().waitFor()
    await button(second, 'Decide the appeal').click()
    await second.locator('.error-summary').waitFor()
    await expectSound(second)
    await shot(second, '9 appeal refused form')
    await second.getByLabel('The decision is undone').check()
    await second.getByLabel('What the author is told').fill('You are right: no person is named.')
    await button(second, 'Decide the appeal').click()
    await done(second, 'The appeal is decided and logged.')
    expect(await second.locator('#author-record').innerText()).toContain('No strikes count against this account')
    await expectSound(second)
    await shot(second, '10 appeal decided')

    expect(await site.world.db.$count(strikes, and(eq(strikes.decisionId, decisionId), isNull(strikes.cancelledAt)))).toBe(0)
    await theirs.goto('/account')
    await theirs.locator(`#c${id}`).getByRole('link', { name: 'What was decided about it' }).click()
    expect(await theirs.locator('#your-appeal').innerText()).toMatch(/The decision is undone\.[\s\S]*You are right: no person is named\./)
    await expectSound(theirs)
    await shot(theirs, '11 appeal won')
    const stranger = await site.open(way)
    await stranger.goto(`/comments/${id}`)
    await stranger.locator(`#c${id}`, { hasText: text }).waitFor()
    await stranger.goto('/moderation-log')
    expect(await stranger.locator('tbody tr').first().innerText()).toContain('Appeal: the decision was overturned')
    expect(await stranger.locator('tbody tr').nth(1).innerText()).toMatch(/Not published\s+Appeal: the decision was overturned/)
  })
})
