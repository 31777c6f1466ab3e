/**
 * Rule 6: who a resident is never leaves the server in any answer to staff, apart from the look-up that gives a reason.
 * Every page that each role can reach is opened, by its links and by going through the addresses.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askQuestion } from '../../src/questions/question.ts'
import { sanctionAuthor } from '../../src/sanctions/sanction.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'

let site: TestApp
let desk: Desk
let emails: string[]
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  desk = await furnish(site.world)
  await furnishMore()
  // Whoever never had a role is a resident.
  const { rows } = await desk.db.$client.query<{ email: string }>('select email from accounts where id not in (select account_id from role_grants)')
  emails = rows.map(({ email }) => email)
})
afterAll(() => site.close())

const impose = (caseId: number, kind: 'mute' | 'suspend') =>
  sanctionAuthor(desk.db, desk.press, caseId, { kind, publicText: 'A threat.', note: null, clientKey: randomUUID() })

/** A bit of everything that staff read about residents. */
async function furnishMore(): Promise<void> {
  const flagged = await desk.say(desk.resident, 'Write to me about the lights.')
  await desk.flag({ commentId: flagged }, desk.newcomer)
  await desk.say(desk.newcomer, 'The first words of an account.')
  for (const kind of ['mute', 'suspend'] as const) {
    const person = await desk.newPerson(`Kim ${kind}`, [], 5)
    const commentId = await desk.say(person, 'A threat.')
    await desk.flag({ commentId }, desk.resident)
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'threat' })
    await impose((await desk.caseOf({ commentId })).id, kind)
  }
  const hidden = await desk.say(desk.resident, 'Something that three people flag.')
  for (const visitor of ['one', 'two', 'three']) await desk.flag({ commentId: hidden }, visitor)
  for (const visibility of ['public', 'private'] as const) {
    const question = { title: `When is the surgery (${visibility})?`, body: 'I could not find it.', visibility, named: true, clientKey: randomUUID() }
    await askQuestion(desk.db, desk.resident, desk.team, question)
  }
}

/** Addresses that look alike count as one: so many of each are opened. */
const OF_EACH = 3
const likeOf = (path: string): string => path.replace(/\?.*$/, '?').replaceAll(/\d+/g, '#')

/** Every route without what it needs to know, and with the first ids where it wants one. */
function addresses(): string[] {
  const routes = site.app.routeList.filter(({ method, url }) => method === 'GET' && !url.includes('*') && !url.includes(':token'))
  return routes.flatMap(({ url }) => {
    const named = url.replace(':team', desk.team.slug).replace(':tag', 'speeding').replace(':size', 'small')
    return named.includes(':') ? Array.from({ length: OF_EACH }, (_none, index) => named.replaceAll(/:\w+/g, String(index + 1))) : [named]
  })
}

async function crawl(as: string): Promise<{ opened: Map<string, number>; leaks: string[] }> {
  const [opened, leaks] = [new Map<string, number>(), [] as string[]]
  const waiting = addresses()
  const known = new Set(waiting)
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const answer = await site.get(path, as)
    if (answer.statusCode === 200) opened.set(likeOf(path), (opened.get(likeOf(path)) ?? 0) + 1)
    const shown = `${answer.body} ${JSON.stringify(answer.headers)}`
    leaks.push(...emails.filter((email) => shown.includes(email)).map((email) => `${path}: ${email}`))
    for (const [, link = ''] of answer.body.matchAll(/(?:href|action|hx-get)="(\/[^"#]*)/g)) {
      const next = link.replaceAll('&amp;', '&')
      const alike = [...known].filter((other) => likeOf(other) === likeOf(next)).length
      if (!known.has(next) && !next.startsWith('/assets/') && alike < 2 * OF_EACH) {
        known.add(next)
        waiting.push(next)
      }
    }
  }
  return { opened, leaks }
}

test.each([
  ['officer', ['/officers/questions', '/teams/bracebridge-heath']],
  ['sergeant', ['/moderation', '/moderation/cases/#', '/questions/#']],
  ['press', ['/moderation/people/#', '/moderation/people/#/identity', '/moderation/sanctions/#', '/moderation/cases/#', '/questions/#', '/account']],
  ['administrator', ['/admin', '/admin/people/#']],
] as const)('no page that the %s reaches shows the email of a resident', { timeout: 240_000 }, async (who, reached) => {
  const { opened, leaks } = await crawl(await site.cookieOf(desk[who]))
  expect(leaks).toEqual([])
  expect([...opened.keys()]).toEqual(expect.arrayContaining([...reached]))
  expect(opened.size).toBeGreaterThan(20)
})

test('apart from the look-up, and the resident’s own page', async () => {
  const press = await site.cookieOf(desk.press)
  const answer = await site.post(
    `/moderation/people/${desk.resident.accountId}/look-ups`,
    { reason: 'crime', note: 'Incident 42.', key: randomUUID() },
    press,
  )
  expect(answer.body).toContain(desk.resident.email)
  expect((await site.get('/account', await site.cookieOf(desk.resident))).body).toContain(desk.resident.email)
  // The world has residents, and the crawl would have seen them.
  expect(emails).toContain(desk.resident.email)
})
