import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { addSavedReply } from '../../src/conversations/saved-reply.ts'
import { setFollow } from '../../src/network/follow.ts'
import { personSubject } from '../../src/network/subject.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { letIn, makeCircle, makePartner, write } from './circle.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let sergeant: SignedIn
let partner: SignedIn
let circleId: number
let as: Record<'officer' | 'sergeant' | 'partner' | 'administrator', string>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  const ada = await makeStaff(db, 'Ada Min', 'administrator')
  circleId = await makeCircle(db, 'Rural crime', 'restricted')
  officer = await letIn(db, await makeStaff(db, 'PC Imran Adeyemi', 'officer', team), circleId)
  sergeant = await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team)
  partner = await makePartner(db, 'Ward Fire', circleId, ada)
  as = {
    officer: await site.cookieOf(officer),
    sergeant: await site.cookieOf(sergeant),
    partner: await site.cookieOf(partner),
    administrator: await site.cookieOf(ada),
  }
})
afterAll(() => site?.close())

const pathOf = (answer: { headers: Record<string, unknown> }): string => String(answer.headers['location']).split('?', 1)[0] ?? ''
const compose = (more: Record<string, string>) => ({
  kind: 'update',
  circle: '',
  title: 'New bicycles',
  body: 'They came.',
  tags: '',
  key: randomUUID(),
  ...more,
})

test('what the database cannot read breaks no page', async () => {
  for (const path of ['/staff/topics', '/staff/following', '/staff/saved', '/staff', '/staff/circles'])
    expect((await site.get(`${path}?after=a%00b`, as.officer)).statusCode, path).toBeLessThan(500)
  const follow = { subject: 'topic:a\0b', follow: 'off' }
  expect((await site.post('/staff/follows', follow, as.officer)).statusCode).toBe(404)
})

describe('writing', () => {
  test('keeps what was typed and says what is missing', async () => {
    const answer = await site.post('/staff/posts', compose({ kind: 'link', title: 'A page worth reading', body: '' }), as.officer)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Enter the address of the page')
    expect(answer.body).toContain('value="A page worth reading"')
    expect(answer.body).toContain('Recorded and disclosable')
  })

  test('finds whom to thank by name, in the form itself, without scripts', async () => {
    const found = await site.post('/staff/posts', compose({ kind: 'praise', name: 'helen', find: 'yes', body: 'For last night' }), as.officer)
    expect(found.statusCode).toBe(200)
    // The only one of that name is ticked already.
    expect(found.body).toContain(`value="person:${sergeant.accountId}" checked`)
    expect(found.body).toContain('For last night')
    const sent = await site.post('/staff/posts', compose({ kind: 'praise', whom: `person:${sergeant.accountId}` }), as.officer)
    expect(sent.statusCode).toBe(303)
    const page = await site.get(pathOf(sent), as.sergeant)
    expect(page.body).toContain('Thank you, Sgt Helen Marsh')
  })

  test('partner staff write in their circle, and are offered nothing else', async () => {
    const form = await site.get('/staff/new', as.partner)
    expect(form.statusCode).toBe(200)
    expect(form.body).not.toContain('All staff</option>')
    expect((await site.post('/staff/posts', compose({}), as.partner)).statusCode).toBe(403)
    const outside = compose({ kind: 'praise', circle: String(circleId), whom: `person:${sergeant.accountId}` })
    const kept = await site.post('/staff/posts', outside, as.officer)
    expect(kept.statusCode).toBe(422)
    expect(kept.body).toMatch(new RegExp(`value="person:${sergeant.accountId}" checked`))
    expect(kept.body).toContain('Not in this circle: ')
    const praise = compose({ kind: 'praise', circle: String(circleId), whom: `person:${officer.accountId}` })
    expect((await site.post('/staff/posts', praise, as.partner)).statusCode).toBe(403)
    const sent = await site.post('/staff/posts', compose({ circle: String(circleId) }), as.partner)
    expect(sent.statusCode).toBe(303)
    const page = await site.get(pathOf(sent), as.officer)
    expect(page.body).toContain('Partner · Ward Fire Council')
    expect(page.body).toContain('People from Ward Fire Council read here')
    expect((await site.get(pathOf(sent), as.sergeant)).statusCode).toBe(404)
  })
})

describe('an administrator', () => {
  test('reads, writes, comments and reacts among colleagues, marked as what they are', async () => {
    for (const path of ['/staff', '/staff/everyone', '/staff/topics', '/staff/following', '/staff/saved', '/staff/digest', '/staff/search'])
      expect([path, (await site.get(path, as.administrator)).statusCode]).toEqual([path, 200])
    expect((await site.get('/staff/new', as.administrator)).body).toContain('All staff</option>')
    const sent = await site.post('/staff/posts', compose({ title: 'Sign in again on Monday' }), as.administrator)
    expect(sent.statusCode).toBe(303)
    const own = (await site.get(pathOf(sent), as.officer)).body
    for (const words of ['Sign in again on Monday', 'Ada Min', 'Administrator']) expect(own).toContain(words)
    const { path, conversationId } = await write(site.world.db, officer, { title: 'Who can help' })
    expect((await site.get(path, as.administrator)).body).not.toContain('Administrators do not take part')
    const comment = { body: 'I can, at noon.', key: randomUUID() }
    expect((await site.post(`/conversations/${conversationId}/comments`, comment, as.administrator)).statusCode).toBe(303)
    const thanks = await site.post(`/conversations/${conversationId}/reactions`, { thanks: '' }, as.administrator)
    expect(thanks.statusCode).toBe(303)
    const page = (await site.get(path, as.officer)).body
    for (const words of ['I can, at noon.', 'Administrator']) expect(page).toContain(words)
  })

  test('sees nothing of a circle that they are not in, and moderates nothing', async () => {
    const inside = await write(site.world.db, officer, { title: 'Among ourselves', circleId })
    expect((await site.get(inside.path, as.administrator)).statusCode).toBe(404)
    const comment = { body: 'Hello', key: randomUUID() }
    expect((await site.post(`/conversations/${inside.conversationId}/comments`, comment, as.administrator)).statusCode).toBe(404)
    expect((await site.post('/staff/posts', compose({ circle: String(circleId) }), as.administrator)).statusCode).toBe(404)
    const { id, path } = await write(site.world.db, officer, { title: 'For everybody' })
    expect((await site.get(path, as.administrator)).body).not.toContain('/moderation/')
    expect((await site.post(`/staff/posts/${id}/withdrawal`, { because: 'No' }, as.administrator)).statusCode).toBe(403)
    expect((await site.get('/moderation', as.administrator)).statusCode).toBe(403)
  })
})

describe('the page of a post', () => {
  test('stands at one address, whatever words it came with', async () => {
    const { id, path } = await write(site.world.db, officer, { title: 'One address' })
    for (const other of [`/staff/posts/${id}`, `/staff/posts/${id}-other`]) {
      const answer = await site.get(`${other}?after=3`, as.sergeant)
      expect([answer.statusCode, answer.headers['location']]).toEqual([301, `${path}?after=3`])
    }
    expect((await site.get(`${path}?thread=no`, as.sergeant)).statusCode).toBe(404)
    expect((await site.get('/staff/posts/abc', as.sergeant)).statusCode).toBe(404)
  })

  test('is corrected, compared and withdrawn by its author', async () => {
    const { id, path } = await write(site.world.db, officer, { title: 'The meeting is on Tuesday', body: 'Come at six.' })
    expect((await site.get(`/staff/posts/${id}/correct`, as.sergeant)).statusCode).toBe(403)
    expect((await site.get(`/staff/posts/${id}/correct`, as.officer)).body).toContain('Come at six.')
    const words = { title: 'The meeting is on Thursday', body: 'Come at six.', tags: '', version: '1' }
    expect((await site.post(`/staff/posts/${id}/corrections`, { ...words, note: '' }, as.officer)).statusCode).toBe(422)
    const corrected = await site.post(`/staff/posts/${id}/corrections`, { ...words, note: 'Thursday' }, as.officer)
    expect(pathOf(corrected)).toBe(`/staff/posts/${id}-the-meeting-is-on-thursday`)
    const versions = await site.get(`${pathOf(corrected)}/versions`, as.sergeant)
    expect(versions.body).toContain('<del>Tuesday</del>')
    const late = await site.post(`/staff/posts/${id}/corrections`, { ...words, title: 'Another', note: 'Late' }, as.officer)
    expect(late.statusCode).toBe(409)
    expect((await site.post(`/staff/posts/${id}/withdrawal`, { because: 'Called off' }, as.officer)).statusCode).toBe(303)
    const gone = await site.get(pathOf(corrected), as.sergeant)
    expect(gone.body).toContain('Called off')
    expect(gone.body).not.toContain('Come at six.')
    expect((await site.get(`${pathOf(corrected)}/versions`, as.sergeant)).statusCode).toBe(404)
    expect(path).not.toBe(pathOf(corrected))
  })

  test('takes replies of whoever reads it, under the same engine', async () => {
    const { path, conversationId } = await write(site.world.db, officer, { title: 'Reply to me', circleId })
    const reply = { body: 'From the fire service', key: randomUUID() }
    expect((await site.post(`/conversations/${conversationId}/comments`, reply, as.partner)).statusCode).toBe(303)
    expect((await site.post(`/conversations/${conversationId}/comments`, { ...reply, key: randomUUID() }, as.sergeant)).statusCode).toBe(404)
    const page = await site.get(path, as.officer)
    expect(page.body).toContain('From the fire service')
    expect(page.body).toContain('Partner · Ward Fire Council')
  })

  test('a comment says who reads it, and begins with none of the answers that are kept for residents', async () => {
    const { db } = site.world
    await addSavedReply(db, officer, team.id, { title: 'Ring 101 with details', body: 'Please ring 101.', clientKey: randomUUID() })
    for (const [where, told] of [
      [null, 'told-staff'],
      [circleId, 'told-circle'],
    ] as const) {
      const { path, conversationId } = await write(db, officer, { title: 'Who reads it', circleId: where })
      const answer = await site.post(`/conversations/${conversationId}/comments`, { body: 'We do.', key: randomUUID() }, as.officer)
      expect(answer.headers['location']).toContain(`done=${told}`)
      expect((await site.get(path, as.officer)).body).not.toContain('saved reply')
      expect((await site.get(`/conversations/${conversationId}/comments/new?reply=1`, as.officer)).body).not.toContain('saved reply')
    }
  })

  test('is linked to what was done about it, by its address', async () => {
    const [earlier, later] = [
      await write(site.world.db, sergeant, { title: 'The radios fail' }),
      await write(site.world.db, officer, { title: 'New radios' }),
    ]
    const add = (post: string) => site.post(`/staff/posts/${earlier.id}/follow-ups`, { post }, as.officer)
    for (const wrong of ['', 'nonsense', '/teams/x/posts/1', '/staff/posts/999999', String(earlier.id)])
      expect((await add(wrong)).statusCode, wrong).toBe(422)
    expect((await add(`http://localhost:3000${later.path}`)).statusCode).toBe(303)
    expect((await site.get(earlier.path, as.sergeant)).body).toContain('What was done about it')
    expect((await site.get(later.path, as.sergeant)).body).toContain('This is what was done about')
  })
})

describe('what was done about it', () => {
  test('is asked for on what is over alone, offers one’s own later posts, and is linked by itself when it is written first', async () => {
    const { db } = site.world
    const early = await write(db, officer, { title: 'Before it all' })
    const { id, path } = await write(db, sergeant, { title: 'The kettle is broken' })
    const mine = await write(db, officer, { title: 'A new kettle' })
    expect((await site.get(path, as.officer)).body).not.toContain('Say what was done about it')
    const form = (await site.get(`/staff/posts/${id}/follow-up`, as.officer)).body
    expect(form).toContain(`name="chosen" value="${mine.id}"`)
    expect(form).not.toContain(`value="${early.id}"`)
    expect(form).toContain(`/staff/new?kind=update&amp;about=${id}`)
    const empty = await site.post(`/staff/posts/${id}/follow-ups`, { post: ' ' }, as.officer)
    expect([empty.statusCode, empty.body.includes('Choose one of your posts')]).toEqual([422, true])
    expect((await site.post(`/staff/posts/${id}/follow-ups`, { chosen: String(mine.id), post: '' }, as.officer)).statusCode).toBe(303)
    const writing = (await site.get(`/staff/new?kind=update&about=${id}`, as.officer)).body
    expect(writing).toContain('This says what was done about <a')
    const refused = (await site.post('/staff/posts', compose({ about: String(id), body: '' }), as.officer)).body
    expect(refused).toContain(`name="about" value="${id}"`)
    const key = randomUUID()
    const words = compose({ about: String(id), title: 'Two kettles', body: 'They boil.', key })
    const [sent, again] = [await site.post('/staff/posts', words, as.officer), await site.post('/staff/posts', words, as.officer)]
    expect([sent.statusCode, pathOf(again)]).toEqual([303, pathOf(sent)])
    const page = (await site.get(path, as.officer)).body
    for (const title of ['A new kettle', 'Two kettles']) expect(page).toContain(`>${title}</a>`)
    const closed = await write(db, officer, { title: 'Inside', circleId })
    expect((await site.get(`/staff/new?kind=update&about=${closed.id}`, as.sergeant)).statusCode).toBe(404)
  })
})

describe('topics while writing', () => {
  test('are called topics where something is wrong with them', async () => {
    const tags = 'a,b,c,d,e,f,g,h,i'
    for (const [path, form] of [
      ['/staff/posts', compose({ title: 'One', body: 'Two', tags })],
      ['/staff/help', { title: 'One', body: 'Two', circle: '', key: randomUUID(), tags }],
      ['/staff/groups', { title: 'One', body: 'Two', circle: '', key: randomUUID(), tags }],
    ] as const) {
      const { body } = await site.post(path, form, as.officer)
      expect(body, path).toContain('Give at most 8 topics')
      expect(body, path).not.toContain('8 tags')
    }
  })

  const offered = async (starts: string, by?: string) => site.get(`/staff/topics?starts=${encodeURIComponent(starts)}`, by)

  test('are completed for colleagues alone, the most used first, and the busiest stand beside the field', async () => {
    const { db } = site.world
    for (const tags of [['night-patrol'], ['night-patrol', 'night-bus']]) await write(db, officer, { tags })
    await write(db, officer, { tags: ['night-secret'], circleId })
    expect((await offered('Night p', as.sergeant)).json()).toEqual({ tags: ['night-patrol'] })
    expect((await offered('nig', as.sergeant)).json()).toEqual({ tags: ['night-patrol', 'night-bus'] })
    expect((await offered('', as.sergeant)).json()).toEqual({ tags: [] })
    expect((await offered('nig', as.partner)).statusCode).toBe(403)
    for (const path of [
      '/staff/new',
      '/staff/help/new?title=Torches&step=2',
      '/staff/good-practice/new',
      '/staff/issues/new?title=Torches&step=2',
      '/staff/groups/new',
    ]) {
      const { body } = await site.get(path, as.sergeant)
      expect(body, path).toMatch(/Often used: [^<]*night patrol/)
      expect(body, path).toContain('data-tags="/staff/topics"')
    }
    const theirs = (await site.get('/staff/new', as.partner)).body
    expect(theirs).not.toContain('Often used')
    expect(theirs).not.toContain('data-tags')
  })
})

describe('lists', () => {
  test('Home shows what one follows, marks what is new, and offers to write', async () => {
    const { db } = site.world
    await setFollow(db, sergeant, personSubject(officer.accountId), true)
    expect((await site.get('/staff', as.sergeant)).body).toContain('Ask, share or tell')
    await db.execute(sql`update home_marks set seen_at = now() - interval '1 hour' where account_id = ${sergeant.accountId}`)
    await write(db, officer, { title: 'Fresh from the street' })
    const home = await site.get('/staff', as.sergeant)
    expect(home.body).toContain('New since you were last here')
    expect(home.body).toContain('Fresh from the street')
    expect((await site.get('/staff', as.partner)).body).not.toContain('Fresh from the street')
  })

  test('follows and saved posts are changed with one press, twice as well', async () => {
    const { id, path } = await write(site.world.db, officer, { title: 'Worth keeping', tags: ['keeping'] })
    for (const follow of ['on', 'on', 'off', 'off']) {
      const answer = await site.post('/staff/follows', { subject: 'topic:keeping', follow, back: path }, as.sergeant)
      expect([answer.statusCode, pathOf(answer)]).toEqual([303, path])
      expect((await site.get('/staff/following', as.sergeant)).body.includes('/staff/topics/keeping')).toBe(follow === 'on')
    }
    for (const save of ['on', 'on', 'off', 'off']) {
      expect((await site.post(`/staff/posts/${id}/saved`, { save, back: path }, as.sergeant)).statusCode).toBe(303)
      expect((await site.get('/staff/saved', as.sergeant)).body.includes('Worth keeping')).toBe(save === 'on')
    }
    expect(
      (await site.post('/staff/follows', { subject: 'topic:keeping', follow: 'on', back: '//elsewhere.example' }, as.sergeant)).headers['location'],
    ).toMatch(/^\/staff\/following/)
    expect((await site.get('/staff/topics?q=keep', as.sergeant)).body).toContain('/staff/topics/keeping')
  })

  test('partner staff save and read what stands in their circle, and no more', async () => {
    const [inside, outside] = [
      await write(site.world.db, officer, { title: 'Inside', circleId }),
      await write(site.world.db, officer, { title: 'Outside' }),
    ]
    expect((await site.post(`/staff/posts/${inside.id}/saved`, { save: 'on' }, as.partner)).statusCode).toBe(303)
    expect((await site.post(`/staff/posts/${outside.id}/saved`, { save: 'on' }, as.partner)).statusCode).toBe(404)
    expect((await site.get('/staff/everyone', as.partner)).statusCode).toBe(403)
    expect((await site.post('/staff/follows', { subject: `person:${officer.accountId}`, follow: 'on' }, as.partner)).statusCode).toBe(403)
  })

  test('with an unreadable place in the address begin at the beginning', async () => {
    for (const path of ['/staff', '/staff/everyone', '/staff/saved', '/staff/topics/keeping', '/staff/following'])
      for (const after of ['', 'x', '1-x', '999999999999999-1', '-1'])
        expect((await site.get(`${path}?after=${after}`, as.officer)).statusCode, `${path} ${after}`).toBe(200)
  })
})
