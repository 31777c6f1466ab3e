/**
 * What the press office does besides deciding one case after the other: by keyboard alone, to many at once, what an officer took down in a hurry,
 * to an account, and to the whole site.
 */
import { randomUUID } from 'node:crypto'
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import { comments } from '../../src/conversations/schema.ts'
import { cases } from '../../src/moderation/schema.ts'
import { forgetSwitches } from '../../src/switches/in-force.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { dayKey } from '../../src/text/dates.ts'
import { makePost, makeResident } from '../people.ts'
import { expectSound, openBrowser, PATIENCE, screenshot, tabTo, WAYS, type Opening, type TestBrowser } from './harness.ts'
import { settleTown, type Town } from './town.ts'

let site: TestBrowser
let town: Town
beforeAll(async () => {
  site = await openBrowser({ LIMIT_FACTOR: '1000' })
  town = await settleTown(site.world)
})
// Nothing waits, and no mode holds, from one journey to the next.
afterEach(async () => {
  const { db } = site.world
  await db.execute(`update cases set state = 'closed', escalated_to = null, decided_at = coalesce(decided_at, now()) where waits`)
  await db.execute(`update switches set ended_at = now(), ended_by = set_by, ended_because = 'The journey is over.' where ended_at is null`)
  forgetSwitches(db)
})
afterAll(() => site?.close())

/** Where a way differs from the others in nothing but words: both widths, with and without scripts. */
const CORNERS = [WAYS[0], WAYS[3]] as const
const OTHER_CORNERS = [WAYS[1], WAYS[2]] as const

const DAY = 86_400_000

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const done = (page: Page, words: string) => page.locator('.banner.good', { hasText: words }).waitFor()
const row = (page: Page, words: string) => page.locator('.row', { hasText: words })
const words = (page: Page) => page.getByLabel('Your words')
const openAs = async (way: Opening, person: SignedIn): Promise<Page> => site.open({ ...way, as: await site.cookieOf(person) })
const shooter = (way: Opening) => (page: Page, name: string) => screenshot(page, `press desk ${name} ${way.screen}`)

const person = (name: string, published = 10): Promise<SignedIn> => makeResident(site.world.db, `${name} ${randomUUID().slice(0, 6)}`, published)
/** Under a post of its own, so that no journey reads the words of another. */
const newPost = () => makePost(site.world.db, town.officer, town.team, `Patrols on Sleaford Road ${randomUUID().slice(0, 6)}`)
const commentsOf = ({ accountId }: SignedIn) =>
  site.world.db.select().from(comments).where(eq(comments.authorId, accountId)).orderBy(desc(comments.id))

async function openCase(page: Page, commentId: number): Promise<void> {
  await page.goto(`/moderation/cases/${(await town.caseOf({ commentId })).id}`)
}

describe.each(WAYS)('the desk on a $screen, scripts $scripts', PATIENCE, (way) => {
  test('by keyboard alone: from the queue to a case of one’s own, decided, and on to the next', async () => {
    const [oldest, newest] = ['Older words.', 'Newer words.']
    const author = await person('Keys', 0)
    for (const text of [oldest, newest]) await town.say(author, text)
    const page = await openAs(way, town.press)
    await page.goto('/moderation')
    if (way.scripts) {
      await tabTo(page, '.row a')
      await page.keyboard.press('j')
      await page.keyboard.press('c')
    } else {
      await tabTo(page, '.row:nth-child(2) [data-claim]')
      await page.keyboard.press('Enter')
    }
    await page.getByText('You have this case').first().waitFor()
    expect(await page.locator('.item').innerText()).toContain(newest)
    await tabTo(page, 'input[name=act]')
    await page.keyboard.press('Space')
    await tabTo(page, 'button[value=next]')
    await page.keyboard.press('Enter')
    await page.locator('.item', { hasText: oldest }).waitFor()
    await done(page, 'The decision is made and logged')
    expect((await commentsOf(author)).map(({ state }) => state)).toEqual(['published', 'held'])
    await tabTo(page, '.holding form button')
    await page.keyboard.press('Enter')
    await page.getByText('You have this case').first().waitFor()
    await tabTo(page, 'a.back')
    await page.keyboard.press('Enter')
    await title(page, 'The queue')
  })
})

describe.each(CORNERS)('the desk on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = shooter(way)

  test('two people suspend an account; whoever has it reads why in the form and in the account', async () => {
    const author = await person('Threat')
    const id = await town.say(author, `I know where you park. ${randomUUID()}`)
    await town.flag({ commentId: id }, randomUUID(), 'threat')
    await town.decide(town.press, { commentId: id }, 'remove', { reasonCode: 'threat', strike: true })
    const [one, two] = [await openAs(way, town.press), await openAs(way, town.press2)]
    await openCase(one, id)
    await one.getByText('Warn or restrict this account').click()
    await one.getByLabel('Suspension').check()
    await button(one, 'Warn or restrict').click()
    await one.locator('#sanction-text-error').waitFor()
    await expectSound(one)
    await shot(one, '6 sanction')
    await one.getByLabel('What the person is told').fill('You threatened an officer.')
    await button(one, 'Warn or restrict').click()
    await done(one, 'It is put before a colleague.')
    await one
      .locator('#author-record')
      .getByRole('link', { name: /^case \d+$/ })
      .click()
    await one.locator('#proposal').waitFor()
    expect(await button(one, 'Agree: it happens now').count()).toBe(0)
    await two.goto('/moderation')
    await row(two, `Suspend ${author.displayName}`).getByRole('link').first().click()
    await button(two, 'Agree: it happens now').click()
    await two.locator('#proposal-note-error').waitFor()
    await expectSound(two)
    await shot(two, '7 proposal')
    await two.getByLabel('Why do you agree, or refuse?').fill('It is a threat.')
    await button(two, 'Agree: it happens now').click()
    await done(two, 'You have agreed, and it takes effect.')
    const theirs = await openAs(way, author)
    await theirs.goto(town.post.path)
    expect(await theirs.locator('.mode').first().innerText()).toMatch(/^Your account is suspended until .* “Your account” says why/)
    expect(await words(theirs).count()).toBe(0)
    await expectSound(theirs)
    await shot(theirs, '8 suspended')
    await theirs.goto('/account')
    expect(await theirs.locator('#sanctions').innerText()).toContain('You threatened an officer.')
    await expectSound(theirs)
    await shot(theirs, '9 account')
  })

  test('before an election an officer’s update needs the press office', async () => {
    const banner = 'Until the election we publish only what cannot wait.'
    const span = { startsAt: null, endsAt: new Date(now().getTime() + DAY) }
    const election = { kind: 'pre-election' as const, banner, bannerLink: null, because: 'The notice is out.', wholeForce: false, kinds: ['update'] }
    await setSwitch(site.world.db, town.press, { ...election, ...span, teamIds: [town.team.id], clientKey: randomUUID() })
    const officer = await openAs(way, town.officer)
    await officer.goto('/teams/bracebridge-heath/posts/new?kind=update')
    await title(officer, 'Post an update')
    expect(await officer.locator('.switch').innerText()).toContain(banner)
    expect(await button(officer, 'Publish').count()).toBe(0)
    const name = `A quiet week ${randomUUID().slice(0, 6)}`
    await officer.locator('#body').fill(`${name}\n\nNothing to tell.`)
    await expectSound(officer)
    await shot(officer, '13 election')
    await button(officer, 'Hand in for approval').click()
    await officer.getByText('Waits for the press office').first().waitFor()
    const page = await openAs(way, town.press)
    await page.goto('/moderation?kind=draft')
    await row(page, name).getByRole('link').first().click()
    await title(page, name)
    await button(page, 'Approve and publish now').click()
    await done(page, 'Your post is published.')
    expect(await site.world.db.$count(cases, and(eq(cases.cause, 'draft'), isNull(cases.decidedAt)))).toBe(0)
  })
})

describe.each(OTHER_CORNERS)('the desk on a $screen, scripts $scripts', PATIENCE, (way) => {
  const shot = shooter(way)

  test('an officer hides at once what cannot wait; the press office brings it back', async () => {
    const text = `He lives at the corner house. ${randomUUID()}`
    const id = await town.say(town.resident, text)
    const officer = await openAs(way, town.officer)
    await officer.goto(`/comments/${id}`)
    await officer.locator(`#c${id}`).getByRole('link', { name: 'Tell a moderator' }).click()
    await title(officer, 'Tell a moderator')
    await link(officer, 'hide it until a moderator decides').click()
    await title(officer, 'Hide until a moderator decides')
    await button(officer, 'Hide it now').click()
    await officer.locator('#reason-error').waitFor()
    await expectSound(officer)
    await shot(officer, '1 hide')
    await officer.getByLabel('Why can it not wait?').selectOption({ label: 'Somebody else’s personal details' })
    await button(officer, 'Hide it now').click()
    await done(officer, 'It is hidden until a moderator decides.')
    const stranger = await site.open(way)
    await stranger.goto(`/comments/${id}`)
    expect(await stranger.locator(`#c${id}.stub`).innerText()).toMatch(/^Hidden on .* while a moderator looks at it$/)
    expect(await stranger.content()).not.toContain(text)
    const page = await openAs(way, town.press)
    await page.goto('/moderation?view=urgent')
    expect(await row(page, text).innerText()).toContain('Hidden meanwhile')
    await row(page, text).getByRole('link').first().click()
    await page.locator('.deciding .inset', { hasText: /^Hidden .* by PC Imran Adeyemi\. Without a decision it comes back/ }).waitFor()
    await expectSound(page)
    await shot(page, '2 hidden')
    await page.getByLabel('Show it again').check()
    await button(page, 'Decide, then the queue').click()
    await page.locator('#note-error').waitFor()
    await page.getByLabel('Note for moderators').fill('No address is given.')
    await button(page, 'Decide, then the queue').click()
    await done(page, 'The decision is made and logged')
    await stranger.reload()
    await stranger.locator(`#c${id}`, { hasText: text }).waitFor()
    await stranger.goto('/moderation-log')
    const [shown, hidden] = await stranger.locator('tbody tr').allInnerTexts()
    expect(shown).toMatch(/Shown again[\s\S]*Press office/)
    expect(hidden).toMatch(/Hidden until a moderator has decided[\s\S]*Officer/)
  })

  test('like cases are decided together, with one reason; what a colleague did first is left as it is, and said', async () => {
    const ids: number[] = []
    for (const words of ['one', 'two', 'three']) ids.push(await town.say(await person('Seller', 0), `Buy lamps, number ${words}. ${randomUUID()}`))
    const page = await openAs(way, town.press)
    await page.goto('/moderation')
    await button(page, 'Decide the selected together').click()
    await page.locator('.error-summary', { hasText: 'Choose between one and fifty cases' }).waitFor()
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    expect(await page.locator('[data-selected]').innerText()).toBe(way.scripts ? '3 selected' : '')
    await shot(page, '3 selected')
    await button(page, 'Decide the selected together').click()
    await title(page, 'Decide 3 cases together')
    await page.getByLabel('Do not publish them').check()
    await button(page, 'Decide all 3').click()
    await page.locator('#reason-error').waitFor()
    expect(await page.getByLabel('Do not publish them').isChecked()).toBe(true)
    await expectSound(page)
    await shot(page, '4 together')
    await town.decide(town.press2, { commentId: Number(ids[1]) }, 'release')
    await page.getByLabel('Reason', { exact: true }).selectOption({ label: 'Advertising or spam' })
    await button(page, 'Decide all 3').click()
    await title(page, '2 cases decided, 1 left as it is')
    const files = await Promise.all(ids.map((commentId) => town.caseOf({ commentId })))
    const said = await page.locator('main li').allInnerTexts()
    expect(said[0]).toMatch(new RegExp(`^Case ${files[1]?.id}, Seller .*number two.* Alex Wray \\(Press office\\)`))
    for (const [index, words] of [
      [0, 'number one'],
      [2, 'number three'],
    ] as const)
      expect(said.slice(1).join('\n')).toMatch(new RegExp(`Case ${files[index]?.id}, Seller .*${words}`))
    await expectSound(page)
    await shot(page, '5 together done')
    expect(await Promise.all(ids.map(town.stateOf))).toEqual(['rejected', 'published', 'rejected'])
    await link(page, 'Back to the queue').click()
    await page.getByText('Nothing waits.').first().waitFor()
  })

  test('during a major incident every page of the team says so, and comments wait; it ends when somebody ends it', async () => {
    const [author, post] = [await person('Maureen'), await newPost()]
    const page = await openAs(way, town.press)
    await page.goto('/moderation/switches')
    await link(page, 'Set major-incident mode').click()
    await title(page, 'Major incident')
    await button(page, 'Set the mode').click()
    await page.locator('.error-summary').waitFor()
    await expectSound(page)
    await shot(page, '10 switch refused')
    await page.getByLabel('Some teams').check()
    await page.getByText(/^Teams \(/).click()
    await page.getByLabel('Bracebridge Heath').check()
    await page.getByLabel('End date').fill(dayKey(new Date(now().getTime() + DAY)))
    await page.getByLabel('What readers are told').fill('There is a fire at the mill. Keep your windows shut.')
    await page.getByLabel('Why it is set').fill('Asked for by the control room.')
    await button(page, 'Set the mode').click()
    await done(page, 'The mode is set.')
    await expectSound(page)
    const stranger = await site.open(way)
    await stranger.goto('/teams/bracebridge-heath')
    expect(await stranger.locator('.switch').innerText()).toContain('There is a fire at the mill.')
    await expectSound(stranger)
    await shot(stranger, '11 banner')
    await stranger.goto('/teams/skegness')
    expect(await stranger.locator('.switch').count()).toBe(0)
    const theirs = await openAs(way, author)
    await theirs.goto(post.path)
    expect(await theirs.locator('#compose .inset').innerText()).toContain('There is a fire at the mill.')
    await expectSound(theirs)
    await shot(theirs, '12 form')
    await words(theirs).fill('We can smell it here.')
    await button(theirs, 'Post comment').click()
    await theirs.locator('#waiting', { hasText: 'We can smell it here.' }).waitFor()
    await page.getByLabel('Why', { exact: true }).last().fill('It is out.')
    await button(page, 'End it now').click()
    await done(page, 'It is over.')
    await stranger.goto('/teams/bracebridge-heath')
    expect(await stranger.locator('.switch').count()).toBe(0)
    expect(await commentsOf(author)).toMatchObject([{ state: 'held' }])
  })
})
