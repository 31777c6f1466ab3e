/** The way of a draft over HTTP: handing in, sending back, suggesting, approving, and what each of them sees on the way. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let next: TeamName
let officer: SignedIn
let cookies: Record<'officer' | 'sergeant' | 'neighbour' | 'press' | 'resident', string>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  next = await makeTeam(db, 'Lincoln Central')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  cookies = {
    officer: await site.cookieOf(officer),
    sergeant: await site.cookieOf(await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team)),
    neighbour: await site.cookieOf(await makeStaff(db, 'PC Joan Fell', 'officer', next)),
    press: await site.cookieOf(await makeStaff(db, 'Dana Price', 'press-office')),
    resident: await site.cookieOf(await makeResident(db, 'Maureen T')),
  }
})
afterAll(() => site?.close())

const APPEAL = {
  kind: 'appeal',
  title: 'Did you see a white van?',
  body: 'It was driven off without stopping.',
  'what-for': 'witnesses',
  when: 'Saturday afternoon',
  where: 'Grantham Road',
}
const ARREST = {
  kind: 'arrest',
  stage: 'arrest',
  gender: 'man',
  age: '34',
  'home-town': 'Lincoln',
  nature: 'Burglary',
  'offence-date': '2026-01-02',
  'offence-place': 'Grantham Road',
  'arrest-date': '2026-01-03',
  status: 'custody',
}
const OUTCOME = { kind: 'outcome', title: 'The lights are on', 'you-said': 'The path is dark.', 'we-did': 'The council mended four lamps.' }

async function handedIn(form: Record<string, string>): Promise<{ path: string; version: string }> {
  const answer = await site.post(`/teams/${team.slug}/drafts`, { key: randomUUID(), ...form, act: 'submit' }, cookies.officer)
  expect(answer.statusCode, answer.body).toBe(303)
  const path = String(answer.headers['location'])
  return { path, version: await versionOf(path) }
}

async function versionOf(path: string): Promise<string> {
  const { body } = await site.get(path, cookies.press)
  return /name="version" value="(\d+)"/.exec(body)?.[1] ?? '0'
}

describe('approving', () => {
  test('the approver sees the post as it will look and lets it out; the public reads the same', async () => {
    const { path, version } = await handedIn(APPEAL)
    const { body } = await site.get(path, cookies.press)
    for (const part of ['As it will look', 'Grantham Road', 'value="publish"', 'value="approve"', 'Send it back']) expect(body).toContain(part)
    const answer = await site.post(`${path}/approval`, { version, act: 'publish' }, cookies.press)
    expect(answer.statusCode).toBe(303)
    const post = await site.get(String(answer.headers['location']).split('?')[0] ?? '')
    for (const part of ['kind-appeal', 'Did you see a white van?', 'Saturday afternoon', 'Grantham Road']) expect(post.body).toContain(part)
    expect((await site.get(path, cookies.officer)).body).toContain('Published')
  })

  test('nobody approves what is not theirs to approve', async () => {
    const { path, version } = await handedIn(APPEAL)
    for (const who of ['officer', 'sergeant'] as const) {
      expect((await site.get(path, cookies[who])).body).not.toContain('/approval')
      expect((await site.post(`${path}/approval`, { version, act: 'publish' }, cookies[who])).statusCode, who).toBe(403)
    }
    expect((await site.post(`${path}/approval`, { version, act: 'publish' }, cookies.neighbour)).statusCode).toBe(404)
  })

  test('the sergeant approves what is routine for a later moment', async () => {
    const { path, version } = await handedIn(OUTCOME)
    const late = await site.post(`${path}/approval`, { version, act: 'schedule', date: '2020-01-01', time: '9am' }, cookies.sergeant)
    expect(late.statusCode).toBe(422)
    expect(late.body).toContain('href="#date"')
    const answer = await site.post(`${path}/approval`, { version, act: 'schedule', date: '2030-01-01', time: '9am' }, cookies.sergeant)
    expect(answer.headers['location']).toBe(`${path}?done=draft-scheduled`)
    expect((await site.get(path, cookies.officer)).body).toContain('Scheduled')
    expect((await site.post(`${path}/unscheduling`, {}, cookies.officer)).statusCode).toBe(303)
    const published = await site.post(`${path}/publication`, { version: await versionOf(path) }, cookies.officer)
    const post = await site.get(String(published.headers['location']).split('?')[0] ?? '')
    expect(post.body).toMatch(/You said[\s\S]*The path is dark\.[\s\S]*We did[\s\S]*four lamps/)
  })

  test('an approval is for the words that were in view', async () => {
    const { path, version } = await handedIn(APPEAL)
    await site.post(`${path}/reopening`, {}, cookies.officer)
    const old = await site.post(`${path}/approval`, { version, act: 'publish' }, cookies.press)
    expect(old.statusCode).toBe(409)
    expect((await site.get('/')).body).not.toContain(path)
  })

  test('the lock of an arrest is the author’s to ask for and the approver’s to confirm', async () => {
    const { path, version } = await handedIn({ ...ARREST, lock: 'yes', 'lock-review': nextMonth() })
    const { body } = await site.get(path, cookies.press)
    expect(body).toContain('name="lock"')
    expect(body).not.toContain('Suggest other words')
    const answer = await site.post(`${path}/approval`, { version, act: 'publish', lock: 'yes' }, cookies.press)
    const post = await site.get(String(answer.headers['location']).split('?')[0] ?? '')
    expect(post.body).toContain('class="mode"')
    expect(post.body).toContain('kind-arrest')
  })
})

const nextMonth = (): string => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)

describe('sending back', () => {
  test('needs a note; with other words the author sees the difference and takes them over', async () => {
    const { path, version } = await handedIn(APPEAL)
    const bare = await site.post(`${path}/return`, { version, note: ' ', title: 'My title' }, cookies.press)
    expect(bare.statusCode).toBe(422)
    expect(bare.body).toContain('href="#note"')
    expect(bare.body).toContain('My title')
    const words = { title: 'Did you see a white lorry?', body: APPEAL.body }
    expect((await site.post(`${path}/return`, { version, note: 'It was a lorry.', ...words }, cookies.press)).statusCode).toBe(303)
    const { body } = await site.get(path, cookies.officer)
    for (const part of ['It was a lorry.', '<del>van</del>', '<ins>lorry</ins>', 'Use these words', 'name="act"']) expect(body).toContain(part)
    expect((await site.post(`${path}/adoption`, { version }, cookies.officer)).statusCode).toBe(303)
    expect((await site.get(path, cookies.officer)).body).toContain('value="Did you see a white lorry?"')
  })
})

describe('on several pages', () => {
  test('a post is passed on with a line, taken off again, pinned and unpinned', async () => {
    const post = await makePost(site.world.db, officer, team)
    const page = () => site.get(`/teams/${next.slug}`, cookies.neighbour)
    expect((await site.get(post.path, cookies.neighbour)).body).toContain(`/posts/${post.id}/repost`)
    expect((await site.get(post.path)).body).not.toContain(`/posts/${post.id}/repost`)
    const wrong = await site.post(`/posts/${post.id}/reposts`, { team: String(next.id), line: '' }, cookies.neighbour)
    expect(wrong.statusCode).toBe(422)
    const line = 'This matters on our side of the bridge too.'
    expect((await site.post(`/posts/${post.id}/reposts`, { team: String(next.id), line }, cookies.neighbour)).statusCode).toBe(303)
    expect((await page()).body).toMatch(/Lincoln Central:<\/b> This matters on our side[\s\S]*from <a href="\/teams\/bracebridge-heath">/)
    expect((await site.post(`/posts/${post.id}/reposts`, { team: String(next.id), line }, cookies.officer)).statusCode).toBe(403)
    await site.post(`/posts/${post.id}/reposts/${next.id}/removal`, {}, cookies.neighbour)
    expect((await page()).body).not.toContain('This matters on our side')
    expect((await site.post(`/posts/${post.id}/pins`, { team: String(team.id) }, cookies.officer)).statusCode).toBe(303)
    expect((await site.get(`/teams/${team.slug}`)).body).toContain('Pinned')
    await site.post(`/posts/${post.id}/pins/removal`, { team: String(team.id) }, cookies.officer)
    expect((await site.get(`/teams/${team.slug}`)).body).not.toContain('Pinned')
  })
})

describe('correcting', () => {
  test('what is routine at once: readers see what went and what came', async () => {
    const post = await makePost(site.world.db, officer, team, 'Meeting on Tuesday')
    const { body } = await site.get(`/posts/${post.id}/correct`, cookies.officer)
    expect(body).toContain('value="Meeting on Tuesday"')
    const form = { title: 'Meeting on Thursday', body: 'We were out this evening.', tags: 'roads', version: '1' }
    const bare = await site.post(`/posts/${post.id}/corrections`, form, cookies.officer)
    expect(bare.statusCode).toBe(422)
    expect(bare.body).toContain('Meeting on Thursday')
    const answer = await site.post(`/posts/${post.id}/corrections`, { ...form, note: 'The day was wrong.' }, cookies.officer)
    const path = String(answer.headers['location']).split('?')[0] ?? ''
    const versions = await site.get(`${path}/versions`)
    for (const part of ['The day was wrong.', '<del>Tuesday</del>', '<ins>Thursday</ins>', '<del>morning</del>', '<ins>evening</ins>'])
      expect(versions.body).toContain(part)
    const late = await site.post(`/posts/${post.id}/corrections`, { ...form, body: 'Other', note: 'Again.' }, cookies.sergeant)
    expect(late.statusCode).toBe(409)
  })

  test('what is sensitive by a draft that needs the press office again; the post stays as it is until then', async () => {
    const { path, version } = await handedIn({ ...APPEAL, title: 'A blue bicycle' })
    const out = await site.post(`${path}/approval`, { version, act: 'publish' }, cookies.press)
    const address = String(out.headers['location']).split('?')[0] ?? ''
    const id = /posts\/(\d+)/.exec(address)?.[1]
    const offer = await site.get(`/posts/${id}/correct`, cookies.sergeant)
    expect(offer.body).toContain('Write the correction')
    const begun = await site.post(`/posts/${id}/corrections`, {}, cookies.sergeant)
    expect(String(begun.headers['location'])).toMatch(/^\/officers\/drafts\/\d+$/)
    const { body } = await site.get(String(begun.headers['location']), cookies.sergeant)
    expect(body).toContain('name="note"')
    expect(body).toContain('A blue bicycle')
    const key = /name="key" value="([^"]+)"/.exec(body)?.[1] ?? ''
    const correction = { ...APPEAL, title: 'A red bicycle', note: 'The colour was wrong.', key, version: '1', act: 'submit' }
    const sent = await site.post(`/teams/${team.slug}/drafts`, correction, cookies.sergeant)
    expect(sent.statusCode, sent.body).toBe(303)
    const draft = String(sent.headers['location'])
    expect((await site.get(address)).body).toContain('A blue bicycle')
    const approved = await site.post(`${draft}/approval`, { version: await versionOf(draft), act: 'publish' }, cookies.press)
    const corrected = await site.get(String(approved.headers['location']).split('?')[0] ?? '')
    expect(corrected.body).toContain('A red bicycle')
    expect(corrected.body).toContain('See what changed')
  })
})
