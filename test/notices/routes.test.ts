/** Notices of law over HTTP: the public form, the author's page, the desk's steps. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { takedownNotices } from '../../src/notices/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { benchOf, type Bench } from './bench.ts'

let site: TestApp
let desk: Desk
let bench: Bench
const cookies = new Map<number, string>()

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10' })
  desk = await furnish(site.world)
  bench = benchOf(desk)
  for (const person of [desk.resident, desk.newcomer, desk.officer, desk.sergeant, desk.press, desk.press2, desk.administrator])
    cookies.set(person.accountId, await site.cookieOf(person))
})
afterAll(() => site.close())

const as = (person: SignedIn) => cookies.get(person.accountId)
const DEFAMATION = {
  words: 'He sold us stolen tiles.',
  meaning: 'That I am a <b>thief</b>.',
  harm: 'I lose customers.',
  untrue: 'I bought them at an auction.',
  unidentified: 'yes',
  name: 'Gordon Harkness',
  email: ' G.Harkness@Example.org ',
  share: 'no',
}
const COPYRIGHT = {
  work: 'My poem.',
  words: 'The first verse.',
  ownership: 'I wrote it.',
  faith: 'yes',
  name: 'Ines Holt',
  email: 'ines@example.org',
  share: 'yes',
}
const noticesAbout = (commentId: number) => desk.db.select().from(takedownNotices).where(eq(takedownNotices.commentId, commentId))
const versionOf = (page: string) => /notice-steps">\s*<input type="hidden" name="version" value="(\d+)"/.exec(page)?.[1] ?? ''

describe('the public form', () => {
  test('is found from "Tell a moderator" and from the house rules, also by the address of an item', async () => {
    const commentId = await desk.say(desk.resident)
    expect((await site.get(`/comments/${commentId}/flag`)).body).toContain(`/notices/new?comment=${commentId}`)
    expect((await site.get('/house-rules')).body).toContain('href="/notices/new"')
    const finder = await site.get('/notices/new')
    expect(finder.body).toContain('Address of the comment or post')
    const found = await site.get(`/notices/new?kind=copyright&item=${encodeURIComponent(`https://elsewhere.example/comments/${commentId}?x#y`)}`)
    expect(found.body).toContain('Give notice of copyright')
    expect((await site.get(`/notices/new?item=${encodeURIComponent(desk.post.path)}`)).body).toContain('Give notice of defamation')
    const nowhere = await site.get('/notices/new?item=%3Cb%3Ehello')
    expect(nowhere.statusCode).toBe(422)
    expect(nowhere.body).toContain('&lt;b&gt;hello')
  })

  test.each([
    ['defamation', DEFAMATION],
    ['copyright', COPYRIGHT],
  ] as const)('takes a %s notice, and says what happens by when', async (kind, form) => {
    const commentId = await desk.say(desk.resident)
    const page = await site.get(`/notices/new?comment=${commentId}&kind=${kind}`)
    expect(page.statusCode).toBe(200)
    expect(page.headers['set-cookie']).toBeUndefined()
    const key = /name="key" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    for (let sent = 0; sent < 2; sent++) {
      const thanks = await site.post(`/notices/new?comment=${commentId}&kind=${kind}`, { ...form, key })
      expect(thanks.statusCode).toBe(200)
      expect(thanks.body).toContain('We have your notice')
      expect(thanks.body).toMatch(/by <b>\d+ \w+ \d{4} at /)
    }
    const [notice, ...more] = await noticesAbout(commentId)
    expect(more).toEqual([])
    expect(notice).toMatchObject({ kind, stage: 'received', mayShare: form.share === 'yes', email: form.email.trim().toLowerCase() })
    expect(notice?.statement['words']).toBe(form.words)
  })

  test.each([
    ['defamation', ['words', 'meaning', 'harm', 'untrue', 'unidentified', 'name', 'email', 'share']],
    ['copyright', ['work', 'words', 'ownership', 'faith', 'name', 'email', 'share']],
  ] as const)('refuses a %s notice that lacks what the law asks, field by field, and keeps what was typed', async (kind, fields) => {
    const commentId = await desk.say(desk.resident)
    const refused = await site.post(`/notices/new?comment=${commentId}&kind=${kind}`, { key: randomUUID() })
    expect(refused.statusCode).toBe(422)
    for (const field of fields) {
      expect(refused.body, field).toContain(`href="#${field}"`)
      expect(refused.body, field).toContain(`id="${field}"`)
    }
    const whole = kind === 'defamation' ? DEFAMATION : COPYRIGHT
    for (const field of fields) {
      const kept = await site.post(`/notices/new?comment=${commentId}&kind=${kind}`, { ...whole, [field]: '', key: randomUUID() })
      expect(kept.statusCode, field).toBe(422)
      expect(kept.body, field).toContain(`href="#${field}"`)
      const others = ['words', 'name'] as const
      for (const other of others.filter((name) => name !== field)) expect(kept.body, field).toContain(whole[other])
    }
    expect(await noticesAbout(commentId)).toEqual([])
  })

  test('is for what is public', async () => {
    const held = await desk.say(desk.newcomer)
    expect((await site.get(`/notices/new?comment=${held}`)).statusCode).toBe(404)
    expect((await site.post(`/notices/new?comment=${held}&kind=defamation`, { ...DEFAMATION, key: randomUUID() })).statusCode).toBe(404)
    expect((await site.get('/notices/new?comment=x')).statusCode).toBe(404)
    expect((await site.post('/notices/new', { ...DEFAMATION, key: randomUUID() })).statusCode).toBe(404)
  })
})

describe('from the notice to its end', () => {
  test('the desk sends it on, the author answers on a page of their own, the complainant is told', async () => {
    const commentId = await desk.say(desk.resident, 'He sold us stolen tiles.')
    await site.post(`/notices/new?comment=${commentId}&kind=defamation`, { ...DEFAMATION, key: randomUUID() })
    const [notice] = await noticesAbout(commentId)
    const id = notice?.id ?? 0
    const { id: caseId } = await bench.caseOf(id)
    const steps = `/moderation/cases/${caseId}/notice-steps`

    const page = await site.get(`/moderation/cases/${caseId}`, as(desk.press))
    expect(page.body).toContain('Gordon Harkness')
    expect(page.body).toContain('That I am a &lt;b&gt;thief&lt;/b&gt;.')
    expect((await site.get(`/moderation/cases/${caseId}`, as(desk.sergeant))).statusCode).toBe(404)
    expect((await site.get('/moderation', as(desk.press))).body).toContain('Defamation notice')
    expect((await site.get(`/account/notices/${id}`, as(desk.resident))).statusCode).toBe(404)

    const version = versionOf(page.body)
    expect(version).not.toBe('')
    const early = await site.post(steps, { 'notice-step': 'end-up', 'notice-note': '', version }, as(desk.press))
    expect(early.statusCode).toBe(422)
    expect(early.body).toContain('href="#notice-note"')
    expect((await site.post(steps, { 'notice-step': 'tell-author', 'notice-note': '', version }, as(desk.sergeant))).statusCode).toBe(403)
    expect((await site.post(steps, { 'notice-step': 'tell-author', 'notice-note': '', version }, as(desk.press))).statusCode).toBe(303)
    const late = await site.post(steps, { 'notice-step': 'end-up', 'notice-note': 'No need.', version }, as(desk.press2))
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('No need.')

    const answer = `/account/notices/${id}`
    const mine = await site.get(answer, as(desk.resident))
    expect(mine.statusCode).toBe(200)
    expect(mine.body).not.toContain('Harkness')
    expect(mine.body).toMatch(/Answer by midnight at the end of/)
    expect((await site.get(answer, as(desk.newcomer))).statusCode).toBe(404)
    const partial = await site.post(answer, { answer: 'stands-by-it', name: 'Maureen Fieldhouse', address: '', note: '' }, as(desk.resident))
    expect(partial.statusCode).toBe(422)
    expect(partial.body).toContain('href="#address"')
    expect(partial.body).toContain('href="#share"')
    expect((await site.get(answer, as(desk.resident))).body).toContain('value="Maureen Fieldhouse"')
    const whole = { answer: 'stands-by-it', name: 'Maureen Fieldhouse', address: '1 Invented Lane', share: 'no', note: '' }
    expect((await site.post(answer, whole, as(desk.resident))).statusCode).toBe(303)

    const answered = await site.get(`/moderation/cases/${caseId}`, as(desk.press))
    expect(answered.body).toContain('1 Invented Lane')
    for (const person of [null, desk.officer, desk.sergeant, desk.newcomer, desk.administrator]) {
      for (const path of [
        desk.post.path,
        `/comments/${commentId}/flag`,
        '/moderation-log',
        `/teams/${desk.team.slug}/feed.atom`,
        '/account',
        '/moderation',
      ]) {
        expect((await site.get(path, person ? as(person) : undefined)).body).not.toMatch(/Invented Lane|Harkness|Fieldhouse.*Lane/)
      }
    }
    const end = await site.post(steps, { 'notice-step': 'end-up', 'notice-note': '', version: versionOf(answered.body) }, as(desk.press))
    expect(end.statusCode).toBe(303)
    expect((await bench.mailsOf(id)).map(({ to }) => to)).toEqual(['g.harkness@example.org', desk.resident.email, 'g.harkness@example.org'])
  })

  test('"decide" leads to the item’s own case', async () => {
    const commentId = await desk.say(desk.resident)
    const id = await bench.receive({ commentId })
    const { id: caseId, version } = await bench.caseOf(id)
    const decided = await site.post(
      `/moderation/cases/${caseId}/notice-steps`,
      { 'notice-step': 'decide', 'notice-note': '', version: String(version) },
      as(desk.press),
    )
    const own = await desk.caseOf({ commentId })
    expect(decided.headers['location']).toBe(`/moderation/cases/${own.id}`)
    const page = await site.get(`/moderation/cases/${own.id}`, as(desk.press))
    expect(page.body).toContain(`<a href="/moderation/cases/${caseId}">Defamation notice ${id}</a>`)
  })

  test('a case that is no notice has no such steps', async () => {
    const commentId = await desk.say(desk.newcomer)
    const { id } = await desk.caseOf({ commentId })
    expect((await site.post(`/moderation/cases/${id}/notice-steps`, { 'notice-step': 'decide', version: '1' }, as(desk.press))).statusCode).toBe(404)
  })
})

test('an open notice stands in its author’s account, and in nobody else’s', async () => {
  const commentId = await desk.say(desk.newcomer, 'He sold us stolen tiles.', {})
  await desk.decide(desk.press, { commentId }, 'release')
  const id = await bench.receive({ commentId })
  const link = `href="/account/notices/${id}"`
  expect((await site.get('/account', as(desk.newcomer))).body).not.toContain(link)
  await bench.step(id, 'tell-author')
  const own = await site.get('/account', as(desk.newcomer))
  expect(own.body).toContain(link)
  expect(own.body).toMatch(/Answer by midnight at the end of/)
  expect(own.body).not.toContain('Harkness')
  expect((await site.get('/account', as(desk.resident))).body).not.toContain(link)
  await site.post(`/account/notices/${id}`, { answer: 'agrees' }, as(desk.newcomer))
  expect((await site.get('/account', as(desk.newcomer))).body).toMatch(new RegExp(`${link}[\\s\\S]*?You have answered`))
  await bench.step(id, 'end-up', { note: 'Honest opinion.' })
  expect((await site.get('/account', as(desk.newcomer))).body).not.toContain(link)
})

test('notices of one visitor are limited by the day', async () => {
  const small = await openApp({ LIMIT_FACTOR: '1' })
  try {
    const other = await furnish(small.world)
    const commentId = await other.say(other.resident)
    const answers: number[] = []
    for (let sent = 0; sent < 6; sent++)
      answers.push((await small.post(`/notices/new?comment=${commentId}&kind=copyright`, { ...COPYRIGHT, key: randomUUID() })).statusCode)
    expect(answers).toEqual([200, 200, 200, 200, 200, 429])
    const refused = await small.post(`/notices/new?comment=${commentId}&kind=copyright`, { ...COPYRIGHT, key: randomUUID() })
    for (const words of [COPYRIGHT.work, COPYRIGHT.words, COPYRIGHT.ownership]) expect(refused.body).toContain(words)
  } finally {
    await small.close()
  }
})
