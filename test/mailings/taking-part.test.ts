/** Events and priorities, from what happened to the mail that their followers read. Who signed up has mails of their own (test/occasions). */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { callOffDate, moveDate } from '../../src/events/dates.ts'
import { writeNote } from '../../src/events/note.ts'
import { followers } from '../../src/following/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { beginDigests } from '../../src/mailings/digest.ts'
import { mailings } from '../../src/mailings/schema.ts'
import { publishPost } from '../../src/posts/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { addAction, changeAction, reviewPriority } from '../../src/priorities/keeping.ts'
import { priorities } from '../../src/priorities/schema.ts'
import { planned, planOf } from '../events/event-world.ts'
import { makeStaff } from '../people.ts'
import { makeKeepers, type Keepers } from '../places/place-world.ts'
import { openPlace } from '../places/presence-world.ts'
import { openPostOffice, type Arrived, type PostOffice } from './post-office.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let office: PostOffice
let keepers: Keepers
let hall: { id: number }
let library: { id: number }

beforeAll(async () => {
  office = await openPostOffice()
  keepers = await makeKeepers(office.world.db)
  hall = await openPlace(office.world.db, keepers.team, 'Village Hall')
  library = await openPlace(office.world.db, keepers.team, 'Library')
})
afterAll(() => office.close())
beforeEach(async () => {
  await office.run()
  await office.world.db.delete(mails)
  await office.world.db.delete(followers)
})
afterEach(() => moveClock(0))

const teamKey = () => `team:${keepers.team.id}`
const readers = (all: readonly Arrived[]) => all.map(({ to }) => to).toSorted()
const atHall = () => ({ placeId: hall.id, venue: null })

describe('an event', () => {
  test('reaches the followers of its team and its venue once, however many dates it has', async () => {
    await office.reader('ann@example.org', teamKey(), 'instant')
    await office.reader('ben@example.org', `place:${hall.id}`, 'instant')
    const event = await planned(office.world.db, keepers.people.officer, keepers.team, { times: 4, date: atHall() })
    const all = await office.run()
    expect(readers(all)).toEqual(['ann@example.org', 'ben@example.org'])
    expect(all[0]?.mail.subject).toBe('Bracebridge Heath team: Meet your team')
    expect(all[0]?.mail.text).toContain(`https://blue-lamp.example${event.path}`)
  })

  test('that moves is told at the old venue, the new one and where it is talked about; all later dates together once', async () => {
    const { db } = office.world
    const event = await planned(db, keepers.people.officer, keepers.team, { times: 3, date: atHall() })
    await office.run()
    await office.reader('old@example.org', `place:${hall.id}`, 'instant')
    await office.reader('new@example.org', `place:${library.id}`, 'instant')
    await office.reader('talk@example.org', `conversation:${event.conversationId}`, 'instant')
    const [first] = event.dates
    if (!first) throw new Error('no date')
    const plan = {
      ...planOf(first),
      startsAt: new Date(first.startsAt.getTime() + HOUR),
      endsAt: new Date(first.endsAt.getTime() + HOUR),
      placeId: library.id,
    }
    await moveDate(db, keepers.people.officer, event.id, first.id, { plan, because: 'The hall is being painted.', rest: true })
    const all = await office.run()
    expect(readers(all)).toEqual(['new@example.org', 'old@example.org', 'talk@example.org'])
    for (const { mail } of all) {
      expect(mail.subject).toBe('Changed: Meet your team')
      expect(mail.text).toMatch(/^Changed: it is now on \w+day .*, 3pm to 5pm, Library$/m)
    }
  })

  test('that is called off says so and why, in a summary too', async () => {
    const { db } = office.world
    const event = await planned(db, keepers.people.officer, keepers.team, { times: 2, date: atHall() })
    await office.run()
    const past = new Date(Date.now() - 2 * DAY)
    await office.reader('ann@example.org', teamKey(), 'instant')
    await office.reader('dai@example.org', teamKey(), 'daily', { dailyDueAt: past, dailyToldAt: new Date(Date.now() + 1000), createdAt: past })
    await db.$client.query(`update follows set created_at = now() - interval '2 days' where rhythm = 'daily'`)
    moveClock(60_000)
    await callOffDate(db, keepers.people.officer, event.id, event.dates[0]?.id ?? 0, { because: 'The hall is flooded.', rest: false })
    const [told, ...others] = await office.run()
    expect(others).toEqual([])
    expect(told?.mail.subject).toBe('Called off: Meet your team')
    expect(told?.mail.text).toContain('The hall is flooded.')
    moveClock(120_000)
    await beginDigests(db)
    const [summary] = await office.run()
    expect(summary?.to).toBe('dai@example.org')
    expect(summary?.mail.text).toContain('The hall is flooded.')
  })

  test('that is taken down is told to nobody any more', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    const event = await planned(db, keepers.people.officer, keepers.team, { date: atHall() })
    await office.run()
    await callOffDate(db, keepers.people.officer, event.id, event.dates[0]?.id ?? 0, { because: 'Nobody can come.', rest: false })
    await db.update(posts).set({ state: 'withdrawn', withdrawnAt: new Date(), withdrawnBecause: 'A mistake.' }).where(eq(posts.id, event.postId))
    expect(await office.run()).toEqual([])
  })

  test('has its notes told once, and a mended wording of them not again', async () => {
    const { db } = office.world
    const event = await planned(db, keepers.people.officer, keepers.team, { date: atHall() })
    await office.run()
    await office.reader('ann@example.org', teamKey(), 'instant')
    const date = event.dates[0]
    if (!date) throw new Error('no date')
    moveClock(date.endsAt.getTime() + HOUR - Date.now())
    const notes = { said: 'Twelve people came.', decided: 'We ask the council for a **crossing**.', cameCount: 12 }
    await writeNote(db, keepers.people.officer, event.id, date.id, { ...notes, version: 0 })
    const [told, ...others] = await office.run()
    expect(others).toEqual([])
    expect(told?.mail.subject).toBe('News: Meet your team')
    expect(told?.mail.text).toContain('What was decided: We ask the council for a crossing.')
    await writeNote(db, keepers.people.officer, event.id, date.id, { ...notes, cameCount: 13, version: 1 })
    expect(await office.run()).toEqual([])
  })
})

describe('a priority', () => {
  test('tells those who follow it what is done and how it stands, in the words of that day', async () => {
    const { db } = office.world
    const sergeant = await makeStaff(db, 'Sgt Marriott', 'supervisor', keepers.team)
    const { id: postId } = await publishPost(db, sergeant, keepers.team, {
      kind: 'priority',
      title: 'Speeding on Grantham Road',
      body: 'Cars go too fast past the school.',
      tags: [],
      clientKey: randomUUID(),
    })
    await office.run()
    const [post] = await db.select().from(posts).where(eq(posts.id, postId))
    const [priority] = await db.select().from(priorities).where(eq(priorities.postId, postId))
    if (!post || !priority) throw new Error('no priority')
    await office.reader('ann@example.org', `conversation:${post.conversationId}`, 'instant')
    await office.reader('far@example.org', teamKey(), 'instant')
    const { id } = await addAction(db, sergeant, priority.id, { what: 'Speed checks at pick-up time', plannedFor: null, clientKey: randomUUID() })
    const [first, ...others] = await office.run()
    expect(others).toEqual([])
    expect(first?.to).toBe('ann@example.org')
    expect(first?.mail.subject).toBe('News: Speeding on Grantham Road')
    expect(first?.mail.text).toContain('Planned: Speed checks at pick-up time')
    await changeAction(db, sergeant, { priorityId: priority.id, actionId: id }, { state: 'done', note: 'Three mornings.', post: '' })
    expect((await office.run())[0]?.mail.text).toContain('Done: Speed checks at pick-up time (Three mornings.)')
    await reviewPriority(db, sergeant, priority.id, { note: 'It is better at the school.', clientKey: randomUUID() })
    expect((await office.run())[0]?.mail.text).toContain('How it stands: It is better at the school.')
    const made = await db.select({ cause: mailings.cause }).from(mailings).where(eq(mailings.postId, postId))
    expect(made.filter(({ cause }) => cause === 'news')).toHaveLength(3)
  })
})
