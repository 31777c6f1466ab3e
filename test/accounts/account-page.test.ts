import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import type { SignedIn } from '../../src/actor.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let conversationId: number
beforeAll(async () => {
  site = await openApp()
  const team = await makeTeam(site.world.db, 'Bracebridge Heath')
  const post = await makePost(site.world.db, await makeStaff(site.world.db, 'PC Imran Adeyemi', 'officer', team), team)
  conversationId = post.conversationId
})
afterAll(() => site.close())

const cookieOf = async (actor: SignedIn): Promise<string> =>
  `${sessionCookieName(false)}=${await signInActor(site.world.db, actor.accountId, undefined)}`
const say = (actor: SignedIn, body: string) => postComment(site.world.db, actor, conversationId, { body, parentId: null, clientKey: randomUUID() })

test('one’s own comments show their state, the wait to expect, and what can still be done', async () => {
  const newcomer = await makeResident(site.world.db, 'Pat', 0)
  const held = await say(newcomer, 'My very first words here.')
  const page = (await site.get('/account', await cookieOf(newcomer))).body
  for (const text of [
    'My very first words here.',
    'Waits for a moderator',
    'Usually looked at by',
    `/comments/${held.id}/edit`,
    `/comments/${held.id}/withdraw`,
  ])
    expect(page).toContain(text)

  const regular = await makeResident(site.world.db, 'Sam')
  const said = await say(regular, 'Seen by everybody.')
  const taken = await say(regular, 'Taken back.')
  await withdrawComment(site.world.db, regular, taken.id)
  const second = (await site.get('/account', await cookieOf(regular))).body
  for (const text of ['Published', `href="/comments/${said.id}"`, 'Withdrawn by you']) expect(second).toContain(text)
  for (const text of ['Waits for a moderator', 'My very first words', `/comments/${taken.id}/withdraw`]) expect(second).not.toContain(text)
})

test('many comments come a page at a time', async () => {
  const regular = await makeResident(site.world.db, 'Kim')
  for (let count = 0; count < 23; count++) await say(regular, `Remark number ${count}.`)
  const cookie = await cookieOf(regular)
  const first = (await site.get('/account', cookie)).body
  const older = /href="(\/account\?before=\d+)#comments"/.exec(first)?.[1] ?? ''
  const second = (await site.get(older, cookie)).body
  expect(first.match(/Remark number/g)).toHaveLength(20)
  expect(second.match(/Remark number/g)).toHaveLength(3)
  expect(second).not.toContain('Where you are signed in')
  for (const bad of ['x', '-1', '0', '99999999999999999999']) expect((await site.get(`/account?before=${bad}`, cookie)).statusCode).toBe(404)
})
