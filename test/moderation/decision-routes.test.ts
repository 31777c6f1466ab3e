import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { comments } from '../../src/conversations/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from './desk.ts'

let site: TestApp
let desk: Desk
const cookies = new Map<string, string>()
beforeAll(async () => {
  site = await openApp()
  desk = await furnish(site.world)
  for (const person of [desk.resident, desk.officer, desk.sergeant, desk.press, desk.press2, desk.administrator])
    cookies.set(person.email, await site.cookieOf(person))
})
afterAll(() => site.close())

const as = (person: SignedIn) => cookies.get(person.email)
const casePath = async (commentId: number) => {
  const { id, version } = await desk.caseOf({ commentId })
  return { path: `/moderation/cases/${id}`, choice: `${id}:${version}`, version: String(version) }
}
/** A form in which a field stands more than once. */
const postMany = (path: string, fields: [string, string][], person: SignedIn) =>
  site.app.inject({
    method: 'POST',
    url: path,
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', cookie: as(person) },
    payload: new URLSearchParams(fields).toString(),
  })

describe('taking words out', () => {
  test('the form offers what the check finds; the preview stores nothing and leads on to publishing', async () => {
    const commentId = await desk.say(desk.newcomer, 'Ring Ann on 07700 900123 <tonight>.')
    const { path, version } = await casePath(commentId)
    const page = (await site.get(path, as(desk.press))).body
    expect(page).toMatch(/name="taken-0" value="07700 900123"/)
    const form = { act: 'redact', 'taken-0': '07700 900123', others: 'Ann', version, note: 'n', reason: 'personal-data', text: '' }
    const preview = await site.post(`${path}/preview`, form, as(desk.press))
    expect(preview.statusCode).toBe(200)
    expect(preview.body).toContain('Ring [taken out by a moderator] on [taken out by a moderator] &lt;tonight&gt;.')
    expect(preview.body).toMatch(/name="others"[^>]*>Ann</)
    // What would stay in is said, in case somebody forgot it.
    expect(preview.body).not.toContain('Still in it')
    const forgetful = Object.fromEntries(Object.entries(form).filter(([name]) => !name.startsWith('taken')))
    expect((await site.post(`${path}/preview`, forgetful, as(desk.press))).body).toMatch(/Still in it: [^<]*phone number/i)
    expect(await desk.stateOf(commentId)).toBe('held')
    const done = await site.post(`${path}/decisions`, { ...form, then: 'queue' }, as(desk.press))
    expect(done.headers['location']).toBe('/moderation?done=decided')
    const [comment] = await desk.db.select().from(comments).where(eq(comments.id, commentId))
    expect(comment?.body).toBe('Ring [taken out by a moderator] on [taken out by a moderator] <tonight>.')
    const shown = (await site.get(desk.post.path)).body
    expect(shown).toContain('edited by a moderator')
    expect(shown).not.toMatch(/07700|Ann/)
  })

  test('words that do not stand in it come back with a message by their field', async () => {
    const { path, version } = await casePath(await desk.say(desk.newcomer, 'Plain.'))
    for (const address of [`${path}/preview`, `${path}/decisions`]) {
      const failed = await site.post(address, { act: 'redact', others: 'Nora', version }, as(desk.press))
      expect(failed.statusCode).toBe(422)
      expect(failed.body).toContain('href="#others"')
      expect(failed.body).toMatch(/<textarea id="others"[^>]*>Nora</)
    }
  })

  test('a template goes into the text without scripts, and nothing else of an address does', async () => {
    const { path } = await casePath(await desk.say(desk.newcomer))
    const page = (await site.get(path, as(desk.press))).body
    const [, id, text] = /<option value="(\d+)" data-text="([^"]+)">Say it without the insult/.exec(page) ?? []
    const filled = (await site.get(`${path}?template=${id}&note=planted&text=planted`, as(desk.press))).body
    expect(filled).toMatch(new RegExp(`<textarea id="text"[^>]*>${String(text).slice(0, 30)}`))
    expect(filled).not.toContain('planted')
  })
})

describe('an urgent hide', () => {
  test('is offered where one tells a moderator, to the people of the team only', async () => {
    const commentId = await desk.say(desk.resident, 'Something grave.')
    const address = `href="/comments/${commentId}/hide"`
    for (const person of [desk.officer, desk.sergeant, desk.press])
      expect((await site.get(`/comments/${commentId}/flag`, as(person))).body).toContain(address)
    for (const person of [desk.resident, desk.administrator])
      expect((await site.get(`/comments/${commentId}/flag`, as(person))).body).not.toContain(address)
    expect((await site.get(`/comments/${commentId}/flag`)).body).not.toContain(address)
    const missing = await site.post(`/comments/${commentId}/hiding`, { key: randomUUID(), note: 'Kept note' }, as(desk.officer))
    expect(missing.statusCode).toBe(422)
    expect(missing.body).toContain('Kept note')
    const done = await site.post(`/comments/${commentId}/hiding`, { key: randomUUID(), reason: 'threat' }, as(desk.officer))
    expect(done.headers['location']).toBe(`/comments/${commentId}?done=hidden`)
    expect((await site.get(desk.post.path)).body).not.toContain('Something grave.')
    expect((await site.get(`/comments/${commentId}/hide`, as(desk.officer))).body).toContain('hidden already')
    const file = await desk.caseOf({ commentId })
    expect((await site.get(`/moderation/cases/${file.id}`, as(desk.press))).body).toContain('Without a decision it comes back')
  })

  test('is refused with words where a moderator has kept it', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, 'somebody')
    await desk.decide(desk.press, { commentId }, 'keep')
    const refused = await site.post(`/comments/${commentId}/hiding`, { key: randomUUID(), reason: 'threat' }, as(desk.officer))
    expect(refused.statusCode).toBe(403)
    expect(refused.body).toContain('A moderator has looked at this comment')
  })
})

describe('deciding together', () => {
  test('from the choice in the queue to what became of each', async () => {
    const ids = [await desk.say(desk.newcomer, 'Buy gold one'), await desk.say(desk.newcomer, 'Buy gold two')]
    const choices = await Promise.all(ids.map(casePath))
    const fields = choices.map(({ choice }): [string, string] => ['case', choice])
    const page = await postMany('/moderation/bulk', fields, desk.press)
    expect(page.statusCode).toBe(200)
    for (const words of ['Buy gold one', 'Buy gold two', 'Decide all 2', 'value="reject"']) expect(page.body).toContain(words)
    expect(page.body).not.toContain('value="redact"')
    const missing = await postMany('/moderation/bulk/decisions', [...fields, ['act', 'reject'], ['text', 'Kept words']], desk.press)
    expect(missing.statusCode).toBe(422)
    expect(missing.body).toContain('Kept words')
    await desk.decide(desk.press2, { commentId: ids[0] ?? 0 }, 'release')
    const done = await postMany('/moderation/bulk/decisions', [...fields, ['act', 'reject'], ['reason', 'spam'], ['text', '']], desk.press)
    expect(done.body).toContain('1 case decided, 1 left as it is')
    expect(done.body).toMatch(/Alex Wray \(Press office\) released it today/)
    expect(await Promise.all(ids.map(desk.stateOf))).toEqual(['published', 'rejected'])
  })

  test('nothing chosen, nonsense, and too much lead back to the queue', async () => {
    for (const fields of [[], [['case', 'x']], Array.from({ length: 51 }, (_, index) => ['case', `${index + 1}:1`])] as [string, string][][])
      for (const address of ['/moderation/bulk', '/moderation/bulk/decisions'])
        expect((await postMany(address, fields, desk.press)).headers['location']).toBe('/moderation?chosen=none')
    expect((await site.get('/moderation?chosen=none', as(desk.press))).body).toContain('Choose between one and fifty cases')
  })
})

describe('the rules of the desk', () => {
  test('are the press office’s; sergeants at the same door are turned away with words', async () => {
    for (const path of ['', '/reasons', '/reasons/abuse', '/templates', '/templates/new']) {
      expect((await site.get(`/moderation/settings${path}`, as(desk.press))).statusCode).toBe(200)
      expect((await site.get(`/moderation/settings${path}`, as(desk.sergeant))).statusCode).toBe(403)
    }
    expect((await site.get('/moderation/settings/reasons/criticism', as(desk.press))).statusCode).toBe(404)
  })

  test('a new wording is in the house rules at once; whoever comes second keeps their words', async () => {
    const form = { title: 'Abuse', text: 'It insulted a person.', flags: 'yes', note: 'Plainer.', version: '1' }
    const saved = await site.post('/moderation/settings/reasons/abuse', form, as(desk.press))
    expect(saved.headers['location']).toBe('/moderation/settings/reasons/abuse?done=reason-saved')
    expect((await site.get('/house-rules')).body).toContain('It insulted a person.')
    const second = await site.post('/moderation/settings/reasons/abuse', { ...form, text: 'My own words.' }, as(desk.press2))
    expect(second.statusCode).toBe(409)
    expect(second.body).toContain('My own words.')
    // They have read what the colleague wrote: sent again, theirs are in force.
    expect(second.body).toContain('name="version" value="2"')
    const noWhy = await site.post('/moderation/settings/reasons/abuse', { ...form, version: '2', text: 'Other.', note: ' ' }, as(desk.press))
    expect(noWhy.statusCode).toBe(422)
    expect(noWhy.body).toContain('href="#note"')
  })

  test('a template is added, changed and removed', async () => {
    const form = { key: randomUUID(), purpose: 'decision', title: 'Plates', body: 'Please leave the plate out.', reason: '' }
    expect((await site.post('/moderation/settings/templates/new', form, as(desk.press))).statusCode).toBe(303)
    const list = (await site.get('/moderation/settings/templates', as(desk.press))).body
    const id = /templates\/(\d+)">Change<span class="vh"> Plates</.exec(list)?.[1]
    const address = `/moderation/settings/templates/${id}`
    expect((await site.get(address, as(desk.press))).body).toContain('Please leave the plate out.')
    expect((await site.post(address, { title: 'Plates', body: 'Other words.', reason: '' }, as(desk.press))).statusCode).toBe(303)
    const second = await site.post(address, { title: 'Plates', body: 'Mine.', reason: '' }, as(desk.press2))
    expect(second.statusCode).toBe(409)
    expect(second.body).toContain('Mine.')
    expect((await site.get(address, as(desk.press))).statusCode).toBe(404)
    const next = /templates\/(\d+)">Change<span class="vh"> Plates</.exec(
      (await site.get('/moderation/settings/templates', as(desk.press))).body,
    )?.[1]
    // The form leads to the one in use: sent again, it changes that.
    expect(second.body).toContain(`action="/moderation/settings/templates/${next}"`)
    expect((await site.post(`/moderation/settings/templates/${next}/retirement`, {}, as(desk.press))).statusCode).toBe(303)
    expect((await site.get('/moderation/settings/templates', as(desk.press))).body).not.toContain('Plates')
  })
})
