/** The composer over HTTP: each kind's form, what the buttons do, what errors keep, and who never sees a word of it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { composedKinds } from '../../src/posts/kinds.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let other: TeamName
let people: Record<'officer' | 'colleague' | 'sergeant' | 'stranger' | 'press' | 'resident', SignedIn>
let cookies: Record<keyof typeof people, string>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  other = await makeTeam(db, 'Skegness')
  people = {
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team),
    stranger: await makeStaff(db, 'PC Far Away', 'officer', other),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    resident: await makeResident(db, 'Maureen T'),
  }
  const entries = await Promise.all(Object.entries(people).map(async ([name, person]) => [name, await site.cookieOf(person)] as const))
  cookies = Object.fromEntries(entries) as typeof cookies
})
afterAll(() => site?.close())

const composer = (query = ''): string => `/teams/${team.slug}/posts/new${query}`
const send = (form: Record<string, string>, as = cookies.officer) =>
  site.post(`/teams/${team.slug}/drafts`, { kind: 'update', key: randomUUID(), ...form }, as)

async function saved(form: Record<string, string>, as = cookies.officer): Promise<{ id: number; version: number; key: string }> {
  const key = form['key'] ?? randomUUID()
  const answer = await send({ ...form, key, act: 'autosave' }, as)
  expect(answer.statusCode, answer.body).toBe(200)
  return { ...answer.json<{ id: number; version: number }>(), key }
}

const APPEAL = {
  kind: 'appeal',
  title: 'Did you see a white van?',
  body: 'It was driven off without stopping.',
  'what-for': 'witnesses',
  when: 'Saturday 27 March between 2pm and 3pm',
  where: 'Grantham Road',
}
const ARREST = { kind: 'arrest', stage: 'arrest', gender: 'man', age: '34', 'home-town': 'Lincoln', nature: 'Burglary' }

describe('the composer', () => {
  test('begins with the short update: one text, photos, tags, and a link to the other kinds', async () => {
    const { body } = await site.get(composer(), cookies.officer)
    expect(body.match(/<textarea/g)).toHaveLength(1)
    expect(body).toContain('data-count="500"')
    expect(body).not.toContain('name="title"')
    for (const part of ['name="photo"', 'data-tags', 'value="publish"', 'value="save"', 'posts/new?kind=other', 'data-autosave', 'data-queue='])
      expect(body).toContain(part)
  })

  test('offers every kind with its hint, and says which the press office approves', async () => {
    const { body } = await site.get(composer('?kind=other'), cookies.officer)
    for (const kind of composedKinds()) expect(body).toContain(`kind=${kind.kind}&amp;long=yes`)
    expect(body.match(/The press office approves it/g)).toHaveLength(composedKinds().filter(({ sensitive }) => sensitive).length)
  })

  test.each(composedKinds().map((kind) => [kind.kind, kind] as const))('%s: its form has its fields and no others', async (name, kind) => {
    const { body, statusCode } = await site.get(composer(`?kind=${name}&long=yes`), cookies.officer)
    expect(statusCode).toBe(200)
    for (const field of kind.fields) expect(body).toContain(`name="${field.name}"`)
    for (const own of ['title', 'body']) expect(body.includes(`name="${own}"`)).toBe(kind.ownWords)
    expect(body.includes('name="photo"')).toBe(kind.photos)
    expect(body.includes('name="attachment"')).toBe(kind.attachments)
    expect(body.includes('name="lock"')).toBe(kind.offersLock)
    expect(body.includes('value="submit"')).toBe(!kind.alone.includes('officer'))
    const ids = [...body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test('an officer chooses among their own teams, the press office among all and the whole force', async () => {
    expect((await site.get(composer(), cookies.officer)).body).not.toContain('name="team"')
    const { body } = await site.get(composer(), cookies.press)
    expect(body).toContain(`value="${other.id}"`)
    expect(body).toContain('name="force"')
  })

  test('is for those who publish for the team', async () => {
    expect((await site.get(composer(), cookies.stranger)).statusCode).toBe(403)
    expect((await site.get(composer(), cookies.resident)).statusCode).toBe(403)
    expect((await site.get(composer())).headers['location']).toContain('/sign-in')
    expect((await send({ body: 'Not mine.', act: 'publish' }, cookies.stranger)).statusCode).toBe(403)
  })
})

describe('publishing', () => {
  test('a short update goes out at once; sent twice it is one', async () => {
    const form = { body: 'We were at the school gates. Thank you for parking well.', key: randomUUID(), act: 'publish', tags: 'parking' }
    const first = await send(form)
    const again = await send(form)
    expect([first.statusCode, again.statusCode]).toEqual([303, 303])
    expect(again.headers['location']).toBe(first.headers['location'])
    const page = await site.get(String(first.headers['location']).split('?')[0] ?? '')
    expect(page.body).toContain('We were at the school gates')
    expect(page.body).toContain('kind-update')
  })

  test('what is wrong is shown at its field, and every word is kept', async () => {
    const answer = await send({ ...APPEAL, title: 'Kept & shown', where: '', act: 'submit' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('href="#where"')
    expect(answer.body).toContain('id="where-error"')
    expect(answer.body).toContain('Kept &amp; shown')
    expect(answer.body).toContain(APPEAL.body)
    expect(answer.body).toContain('<title>Error: ')
  })

  test('a short update that is too long says so, and is kept', async () => {
    const answer = await send({ body: 'word '.repeat(150), act: 'publish' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Shorten it')
    const asked = await send({ body: 'word '.repeat(150), act: 'publish', long: 'yes', title: 'Long' })
    expect(asked.statusCode).toBe(303)
  })

  test('a sensitive kind is handed in and waits; publishing it is refused', async () => {
    const refused = await send({ ...APPEAL, act: 'publish' })
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('press office')
    const answer = await send({ ...APPEAL, act: 'submit' })
    expect(answer.statusCode).toBe(303)
    const page = await site.get(String(answer.headers['location']), cookies.officer)
    expect(page.body).toContain('Waits for approval')
    expect(page.body).not.toContain('name="act"')
  })

  test('an arrest takes nothing that is not on the list, also from a request made by hand', async () => {
    for (const [name, value] of [
      ['body', 'He is Jo Bloggs.'],
      ['title', 'Jo Bloggs arrested'],
      ['tags', 'jo-bloggs'],
      ['ethnicity', 'any'],
    ] as const)
      for (const act of ['save', 'submit', 'publish']) {
        const answer = await send({ ...ARREST, [name]: value, act })
        expect(answer.statusCode, `${act} ${name}`).toBe(422)
      }
    const named = await send({ ...ARREST, name: 'Jo Bloggs', act: 'submit' })
    expect(named.statusCode).toBe(422)
    expect(named.body).toContain('href="#name"')
  })

  test('a later time is kept in UK time; one that is past or missing is refused', async () => {
    const none = await send({ body: 'Later on today.', act: 'schedule' })
    expect(none.statusCode).toBe(422)
    expect(none.body).toContain('href="#date"')
    const past = await send({ body: 'Later on today.', act: 'schedule', date: '2020-01-01', time: '09:00' })
    expect(past.statusCode).toBe(422)
    const answer = await send({ body: 'Later on today.', act: 'schedule', date: '2030-07-01', time: '9.30am' })
    expect(answer.statusCode).toBe(303)
    const page = await site.get(String(answer.headers['location']), cookies.officer)
    expect(page.body).toContain('Scheduled')
    expect(page.body).toContain('9:30am')
  })
})

describe('a draft', () => {
  test('is kept by the form’s key as one types, and says its version', async () => {
    const one = await saved({ body: 'First' })
    const two = await saved({ body: 'First and second', key: one.key, version: String(one.version) })
    expect(two.id).toBe(one.id)
    expect(two.version).toBeGreaterThan(one.version)
    expect((await site.get(`/officers/drafts/${one.id}`, cookies.officer)).body).toContain('First and second')
  })

  test('a form that another device has overtaken changes nothing, and its words are shown', async () => {
    const one = await saved({ body: 'From the phone' })
    await saved({ body: 'From the desk', key: one.key, version: String(one.version) })
    const late = await send({ body: 'From the phone, later', key: one.key, version: String(one.version), act: 'publish' })
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('From the phone, later')
    expect((await site.get(`/officers/drafts/${one.id}`, cookies.officer)).body).toContain('From the desk')
  })

  test('shows as it will look, with scripts off', async () => {
    const answer = await send({ ...APPEAL, body: 'It was **white**.', act: 'preview' })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('As it will look')
    expect(answer.body).toContain('<strong>white</strong>')
    expect(answer.body).toContain('Grantham Road')
  })

  test('becomes another kind and keeps title and text', async () => {
    const { id } = await saved({ title: 'A found key', body: 'On a red ribbon.', long: 'yes' })
    const { body } = await site.get(composer(`?kind=found-property&draft=${id}`), cookies.officer)
    expect(body).toContain('A found key')
    expect(body).toContain('On a red ribbon.')
    expect(body).toContain('value="found-property"')
    const left = await site.get(composer(`?kind=arrest&draft=${id}`), cookies.officer)
    expect(left.body).not.toContain('ribbon')
  })

  test('is there for its author, its team and the press office; nobody else learns that it is', async () => {
    const { id } = await saved({ title: 'Secretword', body: 'Nobodyelse', long: 'yes' })
    const path = `/officers/drafts/${id}`
    for (const who of ['officer', 'colleague', 'sergeant', 'press'] as const) {
      const answer = await site.get(path, cookies[who])
      expect(answer.statusCode, who).toBe(200)
      expect(answer.body).toContain('Nobodyelse')
    }
    expect((await site.get(path, cookies.stranger)).statusCode).toBe(404)
    expect((await site.get(path, cookies.resident)).statusCode).toBe(403)
    expect((await site.get(path)).headers['location']).toContain('/sign-in')
    expect((await site.get(composer(`?draft=${id}`), cookies.colleague)).statusCode).toBe(403)
    expect((await site.get(`/teams/${other.slug}/posts/new?draft=${id}`, cookies.stranger)).statusCode).toBe(404)
    for (const address of ['/', `/teams/${team.slug}`, '/tags/secretword', `/teams/${team.slug}/posts/${id}`])
      for (const as of [undefined, cookies.resident, cookies.stranger]) expect((await site.get(address, as)).body).not.toContain('Nobodyelse')
    for (const act of ['submission', 'return', 'adoption', 'approval', 'reopening', 'schedule', 'unscheduling', 'publication', 'discarding']) {
      const form = { version: '1', note: 'A note', date: '2030-01-01', time: '09:00' }
      const answer = await site.post(`${path}/${act}`, form, cookies.stranger)
      expect(answer.statusCode, act).toBe(404)
      expect(answer.body).not.toContain('Nobodyelse')
    }
  })

  test('is on no page of the whole site for anybody who may not read it', async () => {
    const { id } = await saved({ title: 'Hushhush', body: 'Hushhush words', tags: 'hushhush', long: 'yes' })
    await saved({ ...APPEAL, title: 'Hushhush appeal' })
    const addresses = site.app.routeList
      .filter(({ method, url }) => method === 'GET' && !url.includes('*'))
      .map(({ url }) => url.replace(':team', team.slug).replace(':tag', 'hushhush').replace(':size', 'small').replaceAll(/:\w+/g, String(id)))
    expect(addresses.length).toBeGreaterThan(50)
    const leaks: string[] = []
    for (const as of [undefined, cookies.resident, cookies.stranger])
      for (const address of addresses) {
        const { body } = await site.get(address, as)
        if (/hushhush (words|appeal)/i.test(body)) leaks.push(address)
      }
    expect(leaks).toEqual([])
  })

  test('goes for good when its author throws it away', async () => {
    const { id } = await saved({ body: 'Never mind' })
    expect((await site.post(`/officers/drafts/${id}/discarding`, {}, cookies.colleague)).statusCode).toBe(403)
    expect((await site.post(`/officers/drafts/${id}/discarding`, {}, cookies.officer)).statusCode).toBe(303)
  })
})

test('tags are suggested to those who write, the most used first', async () => {
  for (const tags of ['speeding', 'speeding, speed-camera', 'sheds']) await send({ body: `About ${tags} and more.`, tags, act: 'publish' })
  const answer = await site.get('/tags?starts=Spe', cookies.officer)
  expect(answer.json()).toEqual({ tags: ['speeding', 'speed-camera'] })
  expect((await site.get('/tags?starts=', cookies.officer)).json()).toEqual({ tags: [] })
  expect((await site.get('/tags?starts=s%25', cookies.officer)).json()).toEqual({ tags: ['speeding', 'sheds', 'speed-camera'] })
  expect((await site.get('/tags?starts=s', cookies.resident)).statusCode).toBe(403)
})
