/** Meetings and places, from what happened to the mail that is read: planned, moved, called off, changed, closed; and what goes to phones. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import type { Follower } from '../../src/following/link.ts'
import { followers } from '../../src/following/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { proposeAlert } from '../../src/mailings/alert.ts'
import { beginDigests } from '../../src/mailings/digest.ts'
import { cases } from '../../src/moderation/schema.ts'
import { changePlace, closePlace } from '../../src/places/keeping.ts'
import { cancelPresence, changePresence } from '../../src/places/presence-change.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { answerProposal } from '../../src/proposals/proposal.ts'
import { deliverPushes } from '../../src/push/delivery.ts'
import { pushes, pushSubscriptions } from '../../src/push/schema.ts'
import { subscribe } from '../../src/push/subscription.ts'
import { makePost } from '../people.ts'
import { contentOf, LIBRARY, makeKeepers, type Keepers } from '../places/place-world.ts'
import { openPlace, plan, windowIn } from '../places/presence-world.ts'
import { openPushService, type Browser, type PushService } from '../push/service.ts'
import { openPostOffice, type Arrived, type PostOffice } from './post-office.ts'

const DAY = 86_400_000
let service: PushService
let office: PostOffice
let keepers: Keepers
let hall: { id: number }
let library: { id: number }

beforeAll(async () => {
  service = await openPushService()
  office = await openPostOffice({ PUSH_SERVICES: service.origin })
  const { db } = office.world
  keepers = await makeKeepers(db)
  hall = await openPlace(db, keepers.team, 'Village Hall')
  library = await openPlace(db, keepers.team, 'Library')
})
afterAll(async () => {
  await office.close()
  await service.close()
})
beforeEach(async () => {
  const { db } = office.world
  await office.run()
  await db.delete(pushSubscriptions)
  await db.delete(mails)
  await db.delete(followers)
  service.taken.length = 0
})
afterEach(() => moveClock(0))

let days = 2
/** Each at a time of its own: a team is not at one place twice. */
const planNext = () => plan(office.world.db, keepers.people.officer, keepers.team, hall, { days: ++days, about: 'Bring your bike.' })
const move = (id: number, placeId: number, version = 1) =>
  changePresence(office.world.db, keepers.people.officer, id, { placeId, window: windowIn(++days), about: 'Bring your bike.', version })
const callOff = (id: number, version = 1) => cancelPresence(office.world.db, keepers.people.officer, id, { because: 'The hall is flooded.', version })
const teamKey = () => `team:${keepers.team.id}`
const subjects = (all: readonly Arrived[]) => all.map(({ to, mail }) => `${to} ${mail.subject}`).toSorted()

describe('a meeting', () => {
  test('that is planned reaches the followers of its team and of its venue', async () => {
    await office.reader('ann@example.org', teamKey(), 'instant')
    await office.reader('ben@example.org', `place:${hall.id}`, 'instant')
    await office.reader('cleo@example.org', `place:${library.id}`, 'instant')
    const { path } = await planNext()
    const all = await office.run()
    expect(all.map(({ to }) => to).toSorted()).toEqual(['ann@example.org', 'ben@example.org'])
    const [arrived] = all
    expect(arrived?.mail.subject).toMatch(/^Bracebridge Heath team: Meet us at Village Hall, /)
    expect(arrived?.mail.text).toMatch(/^\w+day \d+ \w+.*, 2pm to 4pm, Village Hall$/m)
    expect(arrived?.mail.text).toContain('> Bring your bike.')
    expect(arrived?.mail.text).toContain(`https://blue-lamp.example${path}`)
  })

  test('that moves is told at the old venue, at the new one, and where it is talked about, each reader once', async () => {
    const { id, postId } = await planNext()
    await office.run()
    const [talk] = (await office.world.db.$client.query<{ id: number }>(`select conversation_id as id from posts where id = ${postId}`)).rows
    for (const key of [`place:${hall.id}`, teamKey()]) await office.reader('old@example.org', key, 'instant')
    await office.reader('new@example.org', `place:${library.id}`, 'instant')
    await office.reader('talk@example.org', `conversation:${talk?.id}`, 'instant')
    await move(id, library.id)
    const all = await office.run()
    expect(all.map(({ to }) => to).toSorted()).toEqual(['new@example.org', 'old@example.org', 'talk@example.org'])
    for (const { mail } of all) {
      expect(mail.subject).toMatch(/^Changed: Meet us at Library, /)
      expect(mail.text).toMatch(/^Changed: \w+day \d+ \w+.*, 2pm to 4pm, Library$/m)
    }
    expect(all.find(({ to }) => to === 'old@example.org')?.mail.text).toContain('you follow Village Hall')
  })

  test('that is called off says so and why, also to those who were told with a summary', async () => {
    const { db } = office.world
    const past = new Date(Date.now() - 2 * DAY)
    await office.reader('ann@example.org', teamKey(), 'instant')
    const { id } = await planNext()
    await office.run()
    await office.reader('dai@example.org', teamKey(), 'daily', { dailyDueAt: past, dailyToldAt: new Date(Date.now() + 1000), createdAt: past })
    await db.$client.query(`update follows set created_at = now() - interval '2 days' where rhythm = 'daily'`)
    moveClock(60_000)
    await callOff(id)
    expect((await office.run()).map(({ mail }) => mail.subject)).toEqual([expect.stringMatching(/^Called off: Meet us at Village Hall, /)])
    moveClock(120_000)
    await beginDigests(db)
    const [summary, ...others] = await office.run()
    expect(others).toEqual([])
    expect(summary?.to).toBe('dai@example.org')
    expect(summary?.mail.text).toContain('Called off: The hall is flooded.')
  })

  test('that is over, or was taken down, is told to nobody any more', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    const over = await planNext()
    await office.echo()
    moveClock(over.endsAt.getTime() + 1000 - Date.now())
    expect(await office.run()).toEqual([])
    moveClock(0)
    const gone = await planNext()
    await office.echo()
    await office.workAll()
    const down = { state: 'withdrawn' as const, withdrawnAt: new Date(), withdrawnBecause: 'It was wrong.' }
    await db.update(posts).set(down).where(eq(posts.id, gone.postId))
    expect(await office.run()).toEqual([])
  })
})

describe('a place', () => {
  test('that changes or closes for good is told to those who follow it, and to nobody else', async () => {
    const { db } = office.world
    const place = await openPlace(db, keepers.team, 'Old Counter')
    await office.reader('ann@example.org', `place:${place.id}`, 'instant')
    await office.reader('ben@example.org', teamKey(), 'instant')
    await office.run()
    const content = await contentOf(db, { ...LIBRARY, name: 'Old Counter', kind: 'counter' })
    await changePlace(db, keepers.people.officer, place.id, { content, version: 1, clientKey: randomUUID() })
    const changed = await office.run()
    expect(subjects(changed)).toEqual(['ann@example.org Old Counter: something has changed'])
    expect(changed[0]?.mail.text).toContain('Its opening hours or its details have changed.')
    expect(changed[0]?.mail.text).toContain(`https://blue-lamp.example/places/${place.slug}`)
    await closePlace(db, keepers.people.officer, place.id, { because: 'The building is sold.', version: 2, clientKey: randomUUID() })
    const closed = await office.run()
    expect(subjects(closed)).toEqual(['ann@example.org Old Counter: closed for good'])
    expect(closed[0]?.mail.text).toContain('Closed for good: The building is sold.')
  })

  test('that a partner would like to change is told when a colleague has agreed, not before', async () => {
    const { db } = office.world
    const place = await openPlace(db, keepers.team, 'Warm Room')
    await db.$client.query(
      `update places set kind = 'partner', partner_name = 'Council', partner_id = ${keepers.people.partner.accountId} where id = ${place.id}`,
    )
    await office.reader('ann@example.org', `place:${place.id}`, 'instant')
    const content = await contentOf(db, { ...LIBRARY, name: 'Merrowthorpe', kind: 'partner', partner: 'Council' })
    const { waits } = await changePlace(db, keepers.people.partner, place.id, { content, version: 1, clientKey: randomUUID() })
    expect(waits).toBe(true)
    expect(await office.run()).toEqual([])
  })
})

describe('a phone', () => {
  let browser: Browser
  let follower: Follower

  const withPhone = async (rhythm: 'instant' | 'daily', more: Partial<Follower> = {}) => {
    follower = await office.reader('eve@example.org', teamKey(), rhythm, more)
    browser = service.newBrowser()
    await subscribe(office.world.db, office.config, follower.id, { ...browser, device: 'Firefox on Android' })
  }
  const deliverAll = async () => {
    const { db } = office.world
    await deliverPushes(
      db,
      office.config,
      (await db.select({ id: pushes.id }).from(pushes)).map(({ id }) => id),
    )
    return service.taken.map((taken) => {
      const { title, body, path } = browser.open(taken)
      return { title, body, path, urgency: taken.headers['urgency'] }
    })
  }
  const newPost = () => makePost(office.world.db, keepers.people.officer, keepers.team, 'Gas leak in Chapel Lane')

  test('is told at once of what its owner wants to hear at once, by a title and the first words', async () => {
    await withPhone('instant', { byMail: false })
    const post = await newPost()
    expect(await office.run()).toEqual([])
    expect(await deliverAll()).toMatchObject([{ title: 'Gas leak in Chapel Lane', path: post.path, urgency: 'normal' }])
    const { id } = await planNext()
    await callOff(id)
    service.taken.length = 0
    await office.run()
    expect((await deliverAll()).map(({ body }) => body)).toContain('Officer · Bracebridge Heath team: Called off: The hall is flooded.')
  })

  test('hears nothing of what comes with a summary, nor of what was withdrawn while it waited', async () => {
    await withPhone('daily')
    await newPost()
    await office.run()
    expect(await deliverAll()).toEqual([])
    await office.world.db.delete(followers)
    await withPhone('instant')
    const post = await newPost()
    await office.run()
    expect(await office.world.db.$count(pushes)).toBe(1)
    await withdrawPost(office.world.db, keepers.people.press, post.id, 'It was wrong.')
    expect(await deliverAll()).toEqual([])
  })

  test('is told of an alert at night, in quiet hours and whatever the rhythm, and sleeps through everything else', async () => {
    const { db } = office.world
    moveClock(new Date('2027-06-10T23:30:00Z').getTime() - Date.now())
    await withPhone('instant', { wantsAlerts: true, quietFrom: 22, quietUntil: 7 })
    const post = await newPost()
    await office.run()
    expect(await deliverAll()).toEqual([])
    const { caseId } = await proposeAlert(db, keepers.people.press, post.id, { words: 'Leave now', because: 'Gas.', clientKey: randomUUID() })
    const [file] = await db.select().from(cases).where(eq(cases.id, caseId))
    const agreed = { answer: 'agreed' as const, note: 'Yes.', version: file?.version ?? 0 }
    await answerProposal(db, keepers.people.otherPress, Number(file?.proposalId), agreed)
    await office.run()
    expect(await deliverAll()).toMatchObject([{ title: 'Urgent: Bracebridge Heath team', body: 'Leave now', path: post.path, urgency: 'high' }])
  })
})
