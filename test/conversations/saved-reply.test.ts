import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import {
  addSavedReply,
  changeSavedReply,
  REPLIES_OF_A_TEAM,
  retireSavedReply,
  savedReplies,
  savedReplyById,
} from '../../src/conversations/saved-reply.ts'
import { NotFound, Overtaken, Refused } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let heath: TeamName
let alford: TeamName
let officer: SignedIn
let elsewhere: SignedIn
let pressOffice: SignedIn

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  heath = await makeTeam(db, 'Bracebridge Heath')
  alford = await makeTeam(db, 'Alford')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', heath)
  elsewhere = await makeStaff(db, 'PC Else Where', 'officer', alford)
  pressOffice = await makeStaff(db, 'Sam Carter', 'press-office')
})
afterAll(() => site.close())

const add = (actor: SignedIn, team: TeamName, title: string, clientKey = randomUUID()) =>
  addSavedReply(site.world.db, actor, team.id, { title, body: `Thank you. ${title}`, clientKey })
const titles = async (actor: Parameters<typeof savedReplies>[1], team: TeamName | null) =>
  (await savedReplies(site.world.db, actor, team?.id ?? null)).map(({ title }) => title)

describe('saved replies', () => {
  test('belong to a team: its own staff and the press office see them, nobody else', async () => {
    const parking = await add(officer, heath, 'Parking')
    await add(pressOffice, heath, 'Fly-tipping')
    await add(elsewhere, alford, 'Sheep')
    expect(await titles(officer, null)).toEqual(['Fly-tipping', 'Parking'])
    expect(await titles(officer, alford)).toEqual(['Fly-tipping', 'Parking'])
    expect(await titles(elsewhere, heath)).toEqual(['Sheep'])
    expect(await titles(pressOffice, heath)).toEqual(['Fly-tipping', 'Parking'])
    expect(await titles(pressOffice, null)).toEqual(['Sheep', 'Fly-tipping', 'Parking'])
    const { db } = site.world
    const administrator = await makeStaff(db, 'Ada Min', 'administrator')
    for (const other of [elsewhere, await makeResident(db, 'Maureen T'), administrator]) {
      await expect(savedReplyById(db, other, parking.id)).rejects.toBeInstanceOf(NotFound)
      await expect(changeSavedReply(db, other, parking.id, { title: 'X', body: 'X', version: 1 })).rejects.toBeInstanceOf(NotFound)
      await expect(retireSavedReply(db, other, parking.id)).rejects.toBeInstanceOf(NotFound)
      await expect(add(other, heath, 'Mine')).rejects.toBeInstanceOf(NotFound)
    }
    expect(await titles(visitor, heath)).toEqual([])
    expect(await titles(administrator, null)).toEqual([])
  })

  test('sent twice are one, also at once', async () => {
    const key = randomUUID()
    const made = await Promise.all([add(officer, heath, 'Twice', key), add(officer, heath, 'Twice', key)])
    expect(made[0]).toEqual(made[1])
    await expect(add(elsewhere, alford, 'Stolen', key)).rejects.toBeInstanceOf(NotFound)
  })

  test('are not overwritten by who saw an earlier wording', async () => {
    const { db } = site.world
    const { id } = await add(officer, heath, 'Draft')
    await changeSavedReply(db, pressOffice, id, { title: 'Draft', body: 'Better', version: 1 })
    await expect(changeSavedReply(db, officer, id, { title: 'Draft', body: 'Mine', version: 1 })).rejects.toBeInstanceOf(Overtaken)
    await changeSavedReply(db, officer, id, { title: 'Draft', body: 'Better', version: 1 })
    expect(await savedReplyById(db, officer, id)).toMatchObject({ body: 'Better', version: 2 })
    await retireSavedReply(db, officer, id)
    await retireSavedReply(db, officer, id)
    expect(await titles(officer, null)).not.toContain('Draft')
    await expect(changeSavedReply(db, officer, id, { title: 'Draft', body: 'Again', version: 2 })).rejects.toBeInstanceOf(NotFound)
  })

  test('are at most as many as one can choose from', async () => {
    const { db } = site.world
    const full = await makeTeam(db, 'Full')
    const busy = await makeStaff(db, 'PC Busy', 'officer', full)
    await db.$client.query(
      `insert into saved_replies (team_id, title, body, client_key, changed_by) select $1, 'Reply ' || n, 'Words', gen_random_uuid(), $2 from generate_series(1, $3::int) n`,
      [full.id, busy.accountId, REPLIES_OF_A_TEAM],
    )
    await expect(add(busy, full, 'One more')).rejects.toBeInstanceOf(Refused)
    await retireSavedReply(db, busy, (await savedReplies(db, busy, null))[0]?.id ?? 0)
    await expect(add(busy, full, 'One more')).resolves.toMatchObject({ title: 'One more' })
  })
})

describe('the pages of saved replies', () => {
  test('add, change and remove', async () => {
    const cookie = await site.cookieOf(officer)
    const form = { title: 'Speeding & you', body: 'We "check" <often>.', team: String(heath.id), key: randomUUID() }
    const empty = await site.post('/officers/replies/new', { ...form, body: ' ' }, cookie)
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('value="Speeding &amp; you"')
    expect((await site.post('/officers/replies/new', form, cookie)).headers.location).toBe('/officers/replies?done=reply-saved')
    const list = await site.get('/officers/replies', cookie)
    const address = /href="(\/officers\/replies\/\d+)">Speeding &amp; you</.exec(list.body)?.[1] ?? ''
    expect((await site.get(address, cookie)).body).toContain('We &quot;check&quot; &lt;often&gt;.')
    const changed = { title: 'Speeding', body: 'We check.', version: '1' }
    expect((await site.post(address, changed, cookie)).statusCode).toBe(303)
    expect((await site.post(address, { ...changed, body: 'Other' }, cookie)).statusCode).toBe(409)
    expect((await site.get(address, await site.cookieOf(elsewhere))).statusCode).toBe(404)
    expect((await site.post(`${address}/retirement`, {}, cookie)).statusCode).toBe(303)
    expect((await site.get(address, cookie)).statusCode).toBe(404)
  })

  test('offer themselves in the form of staff only, and fill it without scripts', async () => {
    const { db } = site.world
    const post = await makePost(db, officer, heath)
    const reply = await add(officer, heath, 'With "quotes"')
    const cookie = await site.cookieOf(officer)
    const page = await site.get(post.path, cookie)
    expect(page.body).toContain('data-fill="body"')
    expect(page.body).toContain('data-text="Thank you. With &quot;quotes&quot;"')
    expect(page.body).toContain('data-queue="your reply"')
    const filled = await site.get(`/conversations/${post.conversationId}/comments/new?reply=${reply.id}`, cookie)
    expect(filled.body).toMatch(/<textarea[^>]*>Thank you. With &quot;quotes&quot;<\/textarea>/)
    expect((await site.get(`/conversations/${post.conversationId}/comments/new?reply=`, cookie)).statusCode).toBe(200)
    const resident = await site.cookieOf(await makeResident(db, 'Maureen T'))
    for (const as of [undefined, resident]) {
      const seen = await site.get(post.path, as)
      expect(seen.body).not.toContain('data-fill')
      expect(seen.body).not.toContain('data-queue')
      expect((await site.get(`/conversations/${post.conversationId}/comments/new?reply=${reply.id}`, as)).statusCode).toBe(404)
    }
  })
})
