/** Digests of the network: what is in them, for whom, when and how often; and that nothing leaves that its reader may not read any more. */
import { randomUUID } from 'node:crypto'
import { eq, like } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { circleMembers, roleGrants } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { staffProfiles } from '../../src/colleagues/schema.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { leadershipPosts } from '../../src/leadership/schema.ts'
import type { Outgoing } from '../../src/mail/delivery.ts'
import { deliverBulk } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { sendStaffDigests } from '../../src/network/digest.ts'
import { accountOfToken, tokenOf } from '../../src/network/digest-link.ts'
import { digestRhythmOf, setDigest } from '../../src/network/digest-settings.ts'
import { lastTurn } from '../../src/network/digest-time.ts'
import { followSubject } from '../../src/network/follow.ts'
import { homeMarks, staffDigests } from '../../src/network/schema.ts'
import { takeDown } from '../../src/posts/removal.ts'
import { posts } from '../../src/posts/schema.ts'
import { helpRequests } from '../../src/together/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { letIn, makeCircle, makePartner, makePersona, write } from './circle.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let site: TestApp
let team: TeamName
let author: SignedIn
let reader: SignedIn

beforeAll(async () => {
  site = await openApp()
})
beforeEach(async () => {
  const { db } = site.world
  moveClock(0)
  // The people of earlier tests are gone, and what stands for all staff.
  await db.delete(leadershipPosts)
  await db.delete(helpRequests)
  await db.update(roleGrants).set({ endedAt: new Date() })
  await db.update(circleMembers).set({ leftAt: new Date() })
  await db.delete(mails)
  team = await makeTeam(db, `Team ${randomUUID().slice(0, 8)}`)
  author = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  reader = await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team)
  await follow(reader, `person:${author.accountId}`)
  await setDigest(db, author.accountId, 'never')
  onNext('Tuesday noon')
})
afterEach(() => moveClock(0))
afterAll(async () => {
  moveClock(0)
  await site.close()
})

const follow = (person: SignedIn, subject: string) => site.world.db.transaction((tx) => followSubject(tx, person.accountId, subject))

/** Turns the clock on to the next such moment in the UK; what is written there is written then. */
function onNext(moment: 'Tuesday noon' | 'Monday morning' | 'morning', minutes = 5): void {
  const step = 10 * 60_000
  const rhythm = moment === 'morning' ? 'daily' : 'weekly'
  const last = lastTurn(rhythm, now())
  let at = now()
  while (lastTurn(rhythm, at).getTime() === last.getTime()) at = new Date(at.getTime() + step)
  const turn = lastTurn(rhythm, at).getTime()
  moveClock((moment === 'Tuesday noon' ? turn + 29 * HOUR : turn + minutes * 60_000) - now().getTime())
}

const send = () => sendStaffDigests(site.world.db, site.config)

/** Whatever waits leaves now. */
async function deliver(): Promise<Outgoing[]> {
  const sent: Outgoing[] = []
  const waiting = await site.world.db.select({ id: mails.id }).from(mails).where(like(mails.key, 'staff-digest:%'))
  await deliverBulk(
    site.world.db,
    async (mail) => void sent.push(mail),
    waiting.map(({ id }) => id),
    { keepWords: true, pace: async () => {} },
  )
  return sent
}

async function nextDigests(moment: 'Monday morning' | 'morning' = 'Monday morning'): Promise<Outgoing[]> {
  onNext(moment)
  await send()
  return deliver()
}

describe('the weekly digest', () => {
  test('brings titles of what is new from whom they follow, most talked about first, and no words of it', async () => {
    const { db } = site.world
    await write(db, author, { title: 'A quiet one', body: 'Secret words.' })
    const loud = await write(db, author, { title: 'A loud one', kind: 'issue' })
    await postComment(db, author, loud.conversationId, { body: 'More words.', parentId: null, clientKey: randomUUID(), hold: null })
    const [mail, ...others] = await nextDigests()
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: reader.email, subject: 'This week in the staff network: A loud one and 1 more' })
    expect(mail?.text.match(/^\* .*/gm)).toEqual(['* A loud one', '* A quiet one'])
    expect(mail?.text).toContain(
      `Issue · PC Imran Adeyemi [Officer · ${team.name} team] · 1 comment or reaction\n${site.config.publicUrl}${loud.path}`,
    )
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/Secret words|More words/)
    expect(mail?.headers?.['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
  })

  test('comes once, on Monday after seven, however often and by how many the job is run', async () => {
    const { db } = site.world
    await write(db, author)
    await send()
    expect(await deliver()).toEqual([])
    onNext('Monday morning', -20)
    await send()
    expect(await deliver()).toEqual([])
    onNext('Monday morning')
    await Promise.all([send(), send(), send()])
    await send()
    expect(await deliver()).toHaveLength(1)
    moveClock(3 * HOUR)
    await write(db, author, { title: 'Later that day' })
    await send()
    expect(await deliver()).toEqual([])
    expect((await nextDigests()).map(({ subject }) => subject)).toEqual(['This week in the staff network: Later that day'])
  })

  test('is not sent two days late, whatever kept it', async () => {
    await write(site.world.db, author)
    onNext('Monday morning')
    moveClock(2 * DAY)
    await send()
    expect(await deliver()).toEqual([])
  })

  test('comes to nobody who has seen everything, or for whom nothing is new', async () => {
    const { db } = site.world
    const other = await makeStaff(db, 'PC Follows Nobody', 'officer', team)
    await write(db, author)
    const seenAt = new Date(now().getTime() + 60_000)
    await db.insert(homeMarks).values({ accountId: reader.accountId, seenAt, newSince: seenAt })
    expect(await nextDigests()).toEqual([])
    expect((await db.select().from(staffDigests).where(eq(staffDigests.accountId, other.accountId)))[0]?.sentAt).not.toBeNull()
  })

  test('holds at most twelve', async () => {
    for (let number = 1; number <= 15; number++) await write(site.world.db, author, { title: `Number ${number}` })
    const [mail] = await nextDigests()
    expect(mail?.text.match(/^\* /gm)).toHaveLength(12)
  })

  test('brings what those who lead wrote, and requests that nobody answered and that fit what one can', async () => {
    const { db } = site.world
    const other = await makeStaff(db, 'PC Follows Nobody', 'officer', team)
    await db.insert(staffProfiles).values({ accountId: other.accountId, skills: ['drones', 'Polish'], changedAt: new Date() })
    const led = await write(db, author, { title: 'From the chief' })
    await db.insert(leadershipPosts).values({ postId: led.id, publishedAt: now() })
    const wanted = await write(db, author, { title: 'Who flies a drone?', kind: 'help-request' })
    const unfit = await write(db, author, { title: 'Who knows horses?', kind: 'help-request' })
    const answered = await write(db, author, { title: 'Which drone to buy?', kind: 'help-request' })
    for (const { id } of [wanted, unfit]) await db.insert(helpRequests).values({ postId: id, askedAt: now() })
    await db.insert(helpRequests).values({ postId: answered.id, askedAt: now(), firstReplyAt: now() })
    const first = (await nextDigests()).find(({ to }) => to === other.email)
    expect(first?.text.match(/^\* .*/gm)).toEqual(['* From the chief', '* Who flies a drone?'])
    // Told once.
    expect((await nextDigests()).filter(({ to }) => to === other.email)).toEqual([])
  })
})

describe('what leaves', () => {
  const stored = async () => {
    onNext('Monday morning')
    await send()
    expect(await site.world.db.select().from(mails).where(like(mails.key, 'staff-digest:%'))).toMatchObject([
      { to: reader.email, subject: '', text: null },
    ])
  }

  test('is worded then: what was withdrawn meanwhile is not in it', async () => {
    const { db } = site.world
    await write(db, author, { title: 'Stays' })
    const { id } = await write(db, author, { title: 'Goes' })
    await stored()
    await db.transaction(async (tx) => {
      const [post] = await tx.select().from(posts).where(eq(posts.id, id))
      if (post) await takeDown(tx, post, 'It was wrong.', null)
    })
    const [mail] = await deliver()
    expect(mail?.text).toContain('* Stays')
    expect(`${mail?.subject}${mail?.text}${mail?.html}`).not.toContain('Goes')
  })

  test('is nothing once all of it is gone, the role has ended, or they want none any more', async () => {
    const { db } = site.world
    await write(db, author)
    for (const act of [
      () => setDigest(db, reader.accountId, 'never'),
      () => db.update(roleGrants).set({ endedAt: now() }).where(eq(roleGrants.accountId, reader.accountId)),
    ]) {
      await db.delete(mails)
      await db.delete(staffDigests)
      await db.update(roleGrants).set({ endedAt: null }).where(eq(roleGrants.accountId, reader.accountId))
      await setDigest(db, author.accountId, 'never')
      await write(db, author)
      await stored()
      await act()
      expect(await deliver()).toEqual([])
    }
  })

  test('holds of a circle only what its members may read when it leaves', async () => {
    const { db } = site.world
    const circleId = await makeCircle(db, 'Drones')
    await letIn(db, reader, circleId)
    await write(db, await letIn(db, author, circleId), { title: 'Among us', circleId })
    await stored()
    await db.update(circleMembers).set({ leftAt: now() }).where(eq(circleMembers.accountId, reader.accountId))
    expect(await deliver()).toEqual([])
  })
})

describe('who gets one', () => {
  test('administrators as every colleague; partner staff from their circle alone; residents and those without a role nothing; nobody from a support circle', async () => {
    const { db } = site.world
    const circleId = await makeCircle(db, 'Drones', 'restricted')
    const support = await makeCircle(db, 'Under pressure', 'support')
    const partner = await makePartner(db, `Pat ${randomUUID().slice(0, 6)}`, circleId, author)
    const persona = await makePersona(db, `Quiet ${randomUUID().slice(0, 6)}`, support)
    const [resident, alone] = [await makeResident(db, 'Maureen T'), await makeStaff(db, 'Kim Lowe', 'partner')]
    const administrator = await makeStaff(db, 'Ada Min', 'administrator')
    for (const one of [partner, persona, administrator, resident, alone]) await follow(one, `person:${author.accountId}`)
    await follow(partner, `circle:${circleId}`)
    await write(db, author, { title: 'For all staff' })
    await write(db, await letIn(db, author, circleId), { title: 'In the circle', circleId })
    const other = await makePersona(db, `Still ${randomUUID().slice(0, 6)}`, support)
    await write(db, other, { title: 'Among friends', circleId: support })
    const sent = await nextDigests()
    expect(sent.map(({ to }) => to).toSorted()).toEqual([administrator.email, partner.email, reader.email].toSorted())
    expect(sent.find(({ to }) => to === administrator.email)?.text.match(/^\* .*/gm)).toEqual(['* For all staff'])
    const toPartner = sent.find(({ to }) => to === partner.email)
    expect(toPartner?.text.match(/^\* .*/gm)).toEqual(['* In the circle'])
    expect(sent.map(({ text }) => text).join()).not.toContain('Among friends')
  })

  test('daily ones every morning, never ones never', async () => {
    const { db } = site.world
    await setDigest(db, reader.accountId, 'daily')
    await write(db, author)
    expect((await nextDigests('morning')).map(({ subject }) => subject)).toEqual(['Today in the staff network: New bicycles'])
    expect(await nextDigests('morning')).toEqual([])
    await write(db, author, { title: 'Another' })
    await setDigest(db, reader.accountId, 'never')
    expect([...(await nextDigests('morning')), ...(await nextDigests())]).toEqual([])
  })
})

test('its hour is seven by UK clocks, in summer and in winter', () => {
  const turn = (rhythm: 'daily' | 'weekly', at: string) => lastTurn(rhythm, new Date(at)).toISOString()
  expect(turn('weekly', '2026-11-23T07:00:00Z')).toBe('2026-11-23T07:00:00.000Z')
  expect(turn('weekly', '2026-11-23T06:59:59Z')).toBe('2026-11-16T07:00:00.000Z')
  expect(turn('weekly', '2026-07-06T06:00:00Z')).toBe('2026-07-06T06:00:00.000Z')
  expect(turn('weekly', '2026-03-30T05:59:00Z')).toBe('2026-03-23T07:00:00.000Z')
  expect(turn('weekly', '2026-03-30T06:00:00Z')).toBe('2026-03-30T06:00:00.000Z')
  expect(turn('daily', '2026-07-08T05:59:00Z')).toBe('2026-07-07T06:00:00.000Z')
})

describe('the pages', () => {
  test('save how often, for insiders alone', async () => {
    const { db } = site.world
    const as = await site.cookieOf(reader)
    expect((await site.get('/staff/digest', as)).body).toContain('value="weekly" checked')
    expect((await site.post('/staff/digest', { rhythm: 'daily' }, as)).statusCode).toBe(303)
    expect(await digestRhythmOf(db, reader.accountId)).toBe('daily')
    expect((await site.post('/staff/digest', { rhythm: 'hourly' }, as)).statusCode).toBe(422)
    expect((await site.get('/staff/digest', await site.cookieOf(await makeResident(db, 'Maureen T')))).statusCode).toBe(403)
  })

  test('of the link in a mail stop them, by one click too, signed in or not', async () => {
    const { db } = site.world
    const path = `/staff/digest/${tokenOf(site.config.secret, reader.accountId)}/stop`
    expect((await site.get(path)).body).toContain('Stop them')
    expect(await digestRhythmOf(db, reader.accountId)).toBe('weekly')
    const oneClick = await site.app.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      payload: 'List-Unsubscribe=One-Click',
    })
    expect([oneClick.statusCode, oneClick.body]).toEqual([200, 'You are unsubscribed.\n'])
    expect(await digestRhythmOf(db, reader.accountId)).toBe('never')
    expect((await site.get(path)).body).toContain('We send you no more')
  })

  test('know no link that was made up or changed', async () => {
    const token = tokenOf(site.config.secret, reader.accountId)
    expect(accountOfToken(site.config.secret, token)).toBe(reader.accountId)
    expect(accountOfToken('another secret of the installation', token)).toBeNull()
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
      expect(accountOfToken(site.config.secret, changed)).toBeNull()
    }
    for (const made of ['none', '', 'A'.repeat(52), `${token}A`]) expect(accountOfToken(site.config.secret, made)).toBeNull()
    expect((await site.get('/staff/digest/none/stop')).statusCode).toBe(404)
    expect((await site.post('/staff/digest/none/stop', {})).statusCode).toBe(404)
  })
})
