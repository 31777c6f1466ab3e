/**
 * No word of staff is lost: drafts save themselves, and what was sent without a signal is sent when it is back, once.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keptWords, openDesk, type Desk } from './desk-fixture.ts'
import { expectSound } from './harness.ts'

const PATIENCE = { timeout: 40_000 }
const NEW = '/teams/heath/posts/new'
const DRAFTS = '/teams/heath/drafts'

let desk: Desk
/** Draft by key, as the server keeps them. */
let drafts: Map<string, { id: number; version: number; body: string }>

const composer = (key: string, body = '', version: number | null = null, id = '') => `<h1>Post an update</h1>
<form method="post" action="${DRAFTS}" data-autosave data-queue="your update"${id && ` data-draft="${id}"`}>
<input type="hidden" name="kind" value="update"><input type="hidden" name="key" value="${key}"><input type="hidden" name="version" value="${version ?? ''}">
<div class="field"><label for="body">Words</label><textarea id="body" name="body">${body}</textarea></div>
<label class="choice"><input type="checkbox" name="team" value="9"><span>Also for Waddington</span></label>
<p data-autosave-status></p><div class="actions"><button class="btn" name="act" value="publish">Publish</button> <button class="btn second" name="act" value="preview">Preview</button></div></form>`

beforeAll(async () => {
  desk = await openDesk()
  desk.pages.set(NEW, () => composer(randomUUID()))
  desk.pages.set('/officers/drafts/5', () => {
    const [[key, draft] = ['', { body: '', version: 1 }]] = drafts
    return composer(key, draft.body, draft.version, '5')
  })
  desk.pages.set(
    '/post',
    () => `<h1>Post</h1><form method="post" action="/comments" data-queue="your reply">
<input type="hidden" name="key" value="${randomUUID()}"><div class="field"><label for="body">Words</label><textarea id="body" name="body" data-keep="reply"></textarea></div><button class="btn">Post reply</button></form>`,
  )
})
afterAll(() => desk?.close())
beforeEach(() => {
  drafts = new Map()
  desk.answers.clear()
  desk.answers.set(DRAFTS, (reply, { fields }) => {
    const { key = '', act, body = '', version = '' } = fields
    const draft = drafts.get(key) ?? { id: 5, version: 0, body: '' }
    if (version !== '' && Number(version) !== draft.version) return reply.status(409).send({ problem: 'Overtaken' })
    drafts.set(key, { id: 5, version: draft.version + 1, body })
    return act === 'autosave' ? reply.send({ id: 5, version: draft.version + 1, saved: '10:32am' }) : reply.redirect('/done?done=post-published', 303)
  })
})

const words = (page: Page) => page.locator('#body')
const status = (page: Page) => page.locator('[data-autosave-status]')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const banner = (page: Page) => page.locator('.wait-banner')
const acts = () => desk.sentTo(DRAFTS).map(({ fields }) => fields['act'])

describe('a draft', PATIENCE, () => {
  test('saves itself after a pause, only when something changed, and goes on from the version that it got', async () => {
    const page = await desk.open(NEW)
    const field = words(page)
    await field.pressSequentially('We are out', { delay: 20 })
    await expect.poll(() => status(page).textContent(), { timeout: 6000 }).toBe('Saved 10:32am')
    expect(acts()).toEqual(['autosave'])
    expect(desk.sent[0]?.fields).toMatchObject({ body: 'We are out', kind: 'update', version: '' })
    expect(await keptWords(page)).toEqual({})
    expect(new URL(page.url()).pathname).toBe('/officers/drafts/5')
    await field.press('x')
    await field.press('Backspace')
    await page.waitForTimeout(2500)
    expect(desk.sent.length).toBe(1)
    await page.getByLabel('Also for Waddington').check()
    await expect.poll(() => desk.sent.length, { timeout: 6000 }).toBe(2)
    expect(desk.sent[1]?.fields).toMatchObject({ version: '1', team: '9' })
    await button(page, 'Publish').click()
    await page.waitForURL('**/done?*')
    expect(acts()).toEqual(['autosave', 'autosave', 'publish'])
    expect(desk.sent[2]).toMatchObject({ fromScript: true, fields: { version: '2' } })
    expect(await keptWords(page)).toEqual({})
  })

  test('is kept on a phone without signal, and is brought back into a new form only when asked', async () => {
    const page = await desk.open(NEW, 320)
    await page.context().setOffline(true)
    await words(page).fill('Nobody has read this')
    await page.getByLabel('Also for Waddington').check()
    await expect.poll(() => status(page).textContent(), { timeout: 6000 }).toContain('Not saved: no signal. Your words are kept on this phone.')
    expect(desk.sent).toEqual([])
    // The phone died: what the page would have sent when the signal came back is held up.
    await page.context().route(DRAFTS, (route) => route.abort())
    await page.context().setOffline(false)
    const key = await page.locator('[name=key]').inputValue()
    await page.goto(NEW)
    await page.context().unroute(DRAFTS)
    desk.sent.length = 0
    expect(await words(page).inputValue()).toBe('')
    await page.locator('.offer', { hasText: 'Nobody has read this' }).waitFor()
    await expectSound(page)
    await button(page, 'Bring them back').click()
    expect(await words(page).inputValue()).toBe('Nobody has read this')
    expect(await page.getByLabel('Also for Waddington').isChecked()).toBe(true)
    expect(await page.locator('[name=key]').inputValue()).toBe(key)
    await expect.poll(() => status(page).textContent(), { timeout: 6000 }).toBe('Saved 10:32am')
    expect([...drafts.keys()]).toEqual([key])
    expect(await keptWords(page)).toEqual({})
  })

  test('stops when another device was quicker, says so, and keeps the words for the next opening', async () => {
    drafts.set('k', { id: 5, version: 3, body: 'Words of this morning' })
    const page = await desk.open('/officers/drafts/5')
    drafts.set('k', { id: 5, version: 4, body: 'Words from the desk' })
    await words(page).fill('Words from the phone')
    await status(page).getByText('This draft was changed on another device').first().waitFor()
    await words(page).fill('More words from the phone')
    await page.waitForTimeout(2500)
    expect(desk.sent.length).toBe(1)
    await status(page).getByRole('link', { name: 'Open it again' }).click()
    await button(page, 'Bring them back').waitFor()
    expect(await words(page).inputValue()).toBe('Words from the desk')
    await button(page, 'Bring them back').click()
    expect(await words(page).inputValue()).toBe('More words from the phone')
    await expect.poll(() => drafts.get('k')?.body, { timeout: 6000 }).toBe('More words from the phone')
  })

  test('never has two saves under way, and the last words win', async () => {
    let underWay = 0
    let most = 0
    const usual = desk.answers.get(DRAFTS)
    desk.answers.set(DRAFTS, async (reply, sent) => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      underWay--
      return usual?.(reply, sent)
    })
    const page = await desk.open(NEW)
    await words(page).fill('one')
    await expect.poll(() => underWay, { timeout: 5000 }).toBe(1)
    await words(page).fill('one, two')
    await button(page, 'Publish').click()
    await page.waitForURL('**/done?*')
    expect(most).toBe(1)
    expect(desk.sent.map(({ fields }) => [fields['act'], fields['body'], fields['version']])).toEqual([
      ['autosave', 'one', ''],
      ['publish', 'one, two', '1'],
    ])
  })

  test('that is refused or looked at comes back in place, with its words', async () => {
    desk.answers.set(DRAFTS, (reply, { fields }) =>
      reply
        .status(fields['act'] === 'preview' ? 200 : 422)
        .type('text/html')
        .send(
          `<title>Error: Post</title><main id="main" tabindex="-1"><div class="error-summary" tabindex="-1"><a href="#body">Too long</a></div>${composer('same', fields['body'])}</main>`,
        ),
    )
    const page = await desk.open(NEW)
    await words(page).fill('Long words')
    await button(page, 'Publish').click()
    await page.locator('.error-summary:focus').waitFor()
    expect(await page.title()).toBe('Error: Post')
    expect(await words(page).inputValue()).toBe('Long words')
    await words(page).fill('Short')
    await button(page, 'Publish').click()
    await expect.poll(() => desk.sent.length).toBe(2)
    expect(desk.sent[1]?.fields).toMatchObject({ body: 'Short', key: 'same' })
  })
})

async function writeOffline(page: Page, text: string): Promise<void> {
  await page.context().setOffline(true)
  await words(page).fill(text)
  await button(page, 'Post reply').click()
  await banner(page).getByText('Waiting for signal: your reply').first().waitFor()
}

describe('a reply without signal', PATIENCE, () => {
  test('waits in sight, and is sent once by two tabs when the signal is back', async () => {
    const page = await desk.open('/post', 320)
    const other = await page.context().newPage()
    await other.goto('/elsewhere-on-the-site')
    const key = await page.locator('[name=key]').inputValue()
    await writeOffline(page, 'We come at six.')
    await expectSound(page)
    expect(await words(page).inputValue()).toBe('')
    expect(await page.locator('[name=key]').inputValue()).not.toBe(key)
    await banner(other).getByText('Waiting for signal').first().waitFor()
    expect(desk.sent).toEqual([])
    desk.answers.set('/comments', async (reply) => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return reply.redirect('/done?done=commented', 303)
    })
    await page.context().setOffline(false)
    await expect.poll(async () => (await banner(page).count()) + (await banner(other).count())).toBe(1)
    const sent = page
      .context()
      .pages()
      .map((tab) => banner(tab).getByText('Sent: your reply').count())
    expect((await Promise.all(sent)).toSorted((a, b) => a - b)).toEqual([0, 1])
    expect(desk.sentTo('/comments').map(({ fields }) => fields)).toEqual([{ key, body: 'We come at six.' }])
    expect(await keptWords(page)).toEqual({})
    await page.goto('/post')
    await page.waitForTimeout(500)
    expect(desk.sent.length).toBe(1)
  })

  test('whose answer was lost on the way is sent again under the same key, from the next page', async () => {
    let lost = true
    desk.answers.set('/comments', (reply) => {
      if (!lost) return reply.redirect('/done?done=commented', 303)
      reply.raw.destroy()
      return reply.hijack()
    })
    const page = await desk.open('/post')
    await words(page).fill('Did it arrive?')
    await button(page, 'Post reply').click()
    await banner(page).waitFor()
    lost = false
    await page.goto('/anywhere')
    await banner(page).getByRole('link', { name: 'See it' }).waitFor()
    const keys = desk.sentTo('/comments').map(({ fields }) => fields['key'])
    expect(keys.length).toBeGreaterThan(1)
    expect(new Set(keys).size).toBe(1)
  })

  test('that is refused keeps its words to copy, says why, and is sent no more by itself', async () => {
    desk.answers.set('/comments', (reply) =>
      reply.status(403).type('text/html').send('<main><p data-trouble>This conversation is closed.</p></main>'),
    )
    const page = await desk.open('/post', 320)
    await writeOffline(page, 'Too late, it seems.')
    await page.context().setOffline(false)
    await banner(page).getByText('This conversation is closed.').first().waitFor()
    expect(await banner(page).getByLabel('Your words, to copy').inputValue()).toBe('Too late, it seems.')
    expect(await banner(page).getByRole('link', { name: 'Open the page again' }).getAttribute('href')).toBe('/post')
    await expectSound(page)
    await page.goto('/anywhere')
    await banner(page).waitFor()
    await page.waitForTimeout(300)
    expect(desk.sent.length).toBe(1)
    page.on('dialog', (dialog) => void dialog.accept())
    await button(page, 'Throw away').click()
    await expect.poll(() => banner(page).count()).toBe(0)
    expect(await keptWords(page)).toEqual({})
  })

  test('waits for a new sign-in, and for a service in trouble', async () => {
    const answers = [503, 401, 303]
    desk.answers.set('/comments', (reply) => {
      const code = answers.shift()
      return code === 303
        ? reply.redirect('/done', 303)
        : reply
            .status(code ?? 500)
            .type('text/html')
            .send('<main>no</main>')
    })
    const page = await desk.open('/post')
    await writeOffline(page, 'Patience.')
    await page.context().setOffline(false)
    await expect.poll(() => answers.length).toBe(2)
    await button(page, 'Send now').click()
    await banner(page).getByText('Sign in again to send it.').first().waitFor()
    await button(page, 'Send now').click()
    await banner(page).getByText('Sent: your reply').first().waitFor()
  })

  test('of another account is not shown and not sent', async () => {
    const page = await desk.open('/post')
    await page.evaluate(
      `localStorage.setItem('queue:8', JSON.stringify([{ id: 'x', action: '/comments', fields: [['body', 'theirs']], label: 'theirs', at: 1, page: '/', words: [], note: '' }]))`,
    )
    await page.reload()
    await page.waitForTimeout(500)
    expect(await banner(page).count()).toBe(0)
    expect(desk.sent).toEqual([])
  })

  test('is asked about before signing out, and goes without a word with the quick exit', async () => {
    const page = await desk.open('/post')
    await writeOffline(page, 'Unsent.')
    const questions: string[] = []
    page.once('dialog', (dialog) => {
      questions.push(dialog.message())
      void dialog.dismiss()
    })
    await button(page, 'Sign out').click()
    expect(questions[0]).toContain('your reply')
    expect(Object.keys(await keptWords(page))).toEqual(['queue:7'])
    await page.context().route('/comments', (route) => route.abort())
    await page.context().setOffline(false)
    await page.getByRole('link', { name: 'Leave' }).click()
    await page.waitForURL('**/elsewhere')
    expect(await keptWords(page)).toEqual({})
    await page.goto('/post')
    await writeOffline(page, 'Unsent again.')
    page.once('dialog', (dialog) => void dialog.accept())
    await page.context().setOffline(false)
    await button(page, 'Sign out').click()
    await page.waitForURL('**/done?*')
    expect(await keptWords(page)).toEqual({})
  })
})

test('a short update without signal goes out when the signal is back, and the form is free for the next', PATIENCE, async () => {
  const page = await desk.open(NEW, 320)
  await page.context().setOffline(true)
  await words(page).fill('Road closed at the bridge.')
  await button(page, 'Preview').click()
  await page.locator('#trouble', { hasText: 'Not sent: there is no signal' }).waitFor()
  await button(page, 'Close').click()
  await button(page, 'Publish').click()
  await banner(page).getByText('your update').first().waitFor()
  expect(Object.keys(await keptWords(page))).toEqual(['queue:7'])
  await page.context().setOffline(false)
  await banner(page).getByText('Sent: your update').first().waitFor()
  expect(acts()).toEqual(['publish'])
})
