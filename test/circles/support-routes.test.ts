/** Support circles as pages: appealing against what an owner removed, and who looks after the circle. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { circleRequests } from '../../src/circles/schema.ts'
import { removeMember } from '../../src/circles/support-joining.ts'
import { removeInCircle } from '../../src/moderation/circle-removal.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { found, join, say, write } from './support-world.ts'

let site: TestApp
let people: Record<'owner' | 'member' | 'press', SignedIn>
const cookies: Record<string, string> = {}

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  people = {
    owner: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    member: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
  }
  for (const [key, person] of Object.entries(people)) cookies[key] = await site.cookieOf(person)
})
afterAll(() => site.close())

const get = (path: string, as: string) => site.get(path, cookies[as] ?? as)
const send = (path: string, form: Record<string, string>, as: string) => site.post(path, form, cookies[as] ?? as)

async function circle() {
  const { db } = site.world
  const made = await found(db, site.config, people.owner)
  return { ...made, member: await join(db, site.config, people.member, made.id, made.owner) }
}

test('what an owner removed stands on the page of its author, who reads what an appeal means before they send it', async () => {
  const { db } = site.world
  const { id, owner, member } = await circle()
  const { id: commentId } = await say(db, member, (await write(db, owner)).conversationId, 'Something rude.')
  await removeInCircle(db, owner, { commentId }, { reasonCode: 'abuse', text: 'Please be kind.' })
  const page = `/comments/${commentId}/removal/appeal`
  const here = await get(`/staff/support/${id}`, 'member')
  for (const words of ['Removed by those who look after the circle', 'Please be kind.', `href="${page}"`]) expect(here.body).toContain(words)
  expect((await get(`/account/comments/${commentId}`, 'member')).headers.location).toBe(page)
  expect((await get(`/comments/${commentId}/removal`, 'member')).body).toContain(`href="${page}"`)
  for (const other of ['owner', 'press']) expect([other, (await get(page, other)).statusCode]).toEqual([other, 404])
  const before = await get(page, 'member')
  for (const words of ['By appealing you bring your words to it', member.displayName, 'They read nothing else of the circle', 'Something rude.'])
    expect(before.body).toContain(words)
  expect(before.body).not.toContain('PC Joan Fell')
  const appeals = `/comments/${commentId}/removal/appeals`
  const key = randomUUID()
  const empty = await send(appeals, { text: '', key }, 'member')
  expect([empty.statusCode, empty.body.includes('Say why you think that the decision is wrong'), empty.body.includes(key)]).toEqual([422, true, true])
  const [sent, twice] = [
    await send(appeals, { text: 'It was not rude.', key }, 'member'),
    await send(appeals, { text: 'It was not rude.', key }, 'member'),
  ]
  expect([sent.statusCode, twice.headers.location]).toEqual([303, sent.headers.location])
  const path = String(sent.headers.location).replace('?done=appealed', '')
  expect((await get(page, 'member')).headers.location).toBe(path)
  expect((await get(path, 'member')).body).toContain('Looks after the circle')
  expect((await get(`/staff/support/${id}`, 'member')).body).toContain('You have appealed')
  const more = await send(appeals, { text: 'And this.', key: randomUUID() }, 'member')
  expect([more.statusCode, more.body.includes('And this.')]).toEqual([422, true])
  const desk = await get(path.replace('/account/', '/moderation/'), 'press')
  expect([desk.statusCode, desk.body.includes(member.displayName), desk.body.includes('PC Joan Fell')]).toEqual([200, true, false])
  // Put out afterwards, they read how it ends, and nothing else.
  await removeMember(db, owner, member.displayName)
  const outside = await get(`/staff/support/${id}`, 'member')
  expect([outside.body.includes(path), outside.body.includes('What is said here')]).toEqual([true, false])
  expect((await get(path, 'member')).body).toContain('In a circle that you are no longer in')
})

test('a member offers to look after it, the owners read it, and after a fortnight they do', async () => {
  const { id, member, owner } = await circle()
  expect((await get(`/staff/support/${id}`, 'member')).body).toContain(`Looked after by ${owner.displayName}.`)
  expect((await send(`/staff/support/${id}/take-over`, {}, 'member')).statusCode).toBe(403)
  expect((await send(`/staff/support/${id}/offers`, {}, 'press')).statusCode).toBe(404)
  expect((await send(`/staff/support/${id}/offers`, {}, 'member')).statusCode).toBe(303)
  const waiting = await get(`/staff/support/${id}`, 'member')
  expect([waiting.body.includes('You offered to look after it'), waiting.body.includes('/take-over')]).toEqual([true, false])
  const keeping = await get(`/staff/support/${id}/keeping`, 'owner')
  expect(keeping.body).toContain('They are in the circle, and offer to look after it')
  await site.world.db
    .update(circleRequests)
    .set({ askedAt: new Date(Date.now() - 15 * 86_400_000) })
    .where(eq(circleRequests.accountId, member.accountId))
  expect((await get(`/staff/support/${id}`, 'member')).body).toContain(`/staff/support/${id}/take-over`)
  expect((await send(`/staff/support/${id}/take-over`, {}, 'member')).statusCode).toBe(303)
  expect((await get(`/staff/support/${id}/keeping`, 'member')).statusCode).toBe(200)
  expect((await get(`/staff/support/${id}`, 'member')).body).toContain([member.displayName, owner.displayName].toSorted().join(', '))
})
