import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { changeEvent } from '../../src/events/change.ts'
import { addDate, callOffDate, moveDate } from '../../src/events/dates.ts'
import { datesOf, eventById } from '../../src/events/event.ts'
import { readNew } from '../../src/events/event-form.ts'
import { writeNote } from '../../src/events/note.ts'
import { planEvent } from '../../src/events/planning.ts'
import { mayPlanEvent } from '../../src/events/policy.ts'
import { events } from '../../src/events/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { archiveExpired } from '../../src/posts/due.ts'
import { postById } from '../../src/posts/list.ts'
import { posts, postVersions } from '../../src/posts/schema.ts'
import { seenOf } from '../../src/occasions/planning.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { teams } from '../../src/teams/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { dayIn, openPlace, travelTo } from '../places/presence-world.ts'
import { planned, planOf, rowsOf } from './event-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const refusal = async (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((problem: unknown) => problem)
const fieldsOf = async (work: Promise<unknown>): Promise<string[]> => {
  const problem = await refusal(work)
  return problem instanceof Refused ? Object.keys(problem.fields).toSorted() : [String(problem)]
}
const form = (more: Record<string, string> = {}) => ({
  team: String(desk.team.id),
  key: randomUUID(),
  title: 'Surgery',
  body: 'Come and ask.',
  format: 'surgery',
  venue: 'Village Hall',
  date: dayIn(3),
  from: '2pm',
  until: '4pm',
  ...more,
})
const words = async (id: number) => {
  const { title, body, tags, format, onlineUrl, version } = await eventById(desk.db, id)
  return { title, body, tags, format, onlineUrl, priorityIds: [], note: 'The time of day was wrong.', version }
}
const detailsOf = async (postId: number) => (await postById(desk.db, postId)).details
const kindsOf = async (postId: number) =>
  (await desk.db.select().from(activities).where(eq(activities.postId, postId)).orderBy(activities.id)).map(({ kind }) => kind)

describe('planning', () => {
  test('officers and sergeants for their team, the press office for all, and nobody else', async () => {
    const { officer, sergeant, press, resident, otherSergeant, administrator, team, db } = desk
    const partner = await makeStaff(db, 'Ward Council', 'partner')
    const may = (actor: Actor) => mayPlanEvent(actor, team.id)
    expect([officer, sergeant, press].map(may)).toEqual([true, true, true])
    expect([visitor, resident, otherSergeant, administrator, partner].map(may)).toEqual([false, false, false, false, false])
    for (const actor of [officer, sergeant, press]) await planned(db, actor, team, { days: 40 })
    const before = await db.$count(events)
    for (const actor of [resident, otherSergeant, administrator, partner]) await expect(planned(db, actor, team)).rejects.toThrow(Forbidden)
    expect(await db.$count(events)).toBe(before)
  })

  test('a double tap, also at the same moment, makes one event; the same key of somebody else makes theirs', async () => {
    const { db, officer, sergeant, team } = desk
    const clientKey = randomUUID()
    const made = await Promise.all(Array.from({ length: 6 }, () => planned(db, officer, team, { clientKey, days: 41, times: 3 })))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(made[0]?.dates).toHaveLength(3)
    expect((await planned(db, sergeant, team, { clientKey, days: 41 })).id).not.toBe(made[0]?.id)
  })

  test('one post, one conversation and one word to followers, however many dates', async () => {
    const { db, officer, team } = desk
    const { postId, dates } = await planned(db, officer, team, { days: 42, times: 5 })
    expect(dates).toHaveLength(5)
    expect(await kindsOf(postId)).toEqual(['post.published'])
    const post = await postById(db, postId)
    expect([post.kind, post.mode, post.commentCount]).toEqual(['event', 'open', 0])
  })

  test('every week across the change of the clocks, by the form, at the same time of day', () => {
    const spring = readNew(form({ date: '23/3/2027', every: 'week', times: '3' }), new Date('2027-03-01T09:00:00Z'))
    expect(spring.dates.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '2027-03-23T14:00:00.000Z',
      '2027-03-30T13:00:00.000Z',
      '2027-04-06T13:00:00.000Z',
    ])
    const autumn = readNew(form({ date: '12/10/2027', every: 'month', times: '3' }), new Date('2027-10-01T09:00:00Z'))
    expect(autumn.dates.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '2027-10-12T13:00:00.000Z',
      '2027-11-09T14:00:00.000Z',
      '2027-12-14T14:00:00.000Z',
    ])
    expect(autumn.repeats).toEqual({ every: 'month', times: 3 })
  })

  test('what is wrong is said by field, all at once', async () => {
    const read = (more: Record<string, string>) => fieldsOf(Promise.resolve().then(() => readNew(form(more), now())))
    expect(await read({ title: '', body: ' ', format: 'party', date: '31/2/2027', venue: '', url: 'http://plain.example' })).toEqual(
      ['body', 'date', 'format', 'place', 'title', 'url'].toSorted(),
    )
    expect(await read({ place: '5', venue: 'Hall' })).toEqual(['venue'])
    expect(await read({ capacity: '12' })).toEqual(['signUps'])
    expect(await read({ capacity: '0', signUps: 'yes' })).toEqual(['capacity'])
    expect(await read({ capacity: '5001', signUps: 'yes' })).toEqual(['capacity'])
    expect(await read({ every: 'week', times: '' })).toEqual(['times'])
    expect(await read({ every: 'week', times: '53' })).toEqual(['times'])
    expect(await read({ format: 'question-hour', signUps: 'yes' })).toEqual(['signUps'])
    for (const url of ['javascript:alert(1)', 'https://a:b@x.example', 'https://localhost', 'ftp://x.example'])
      expect(await read({ url }), url).toEqual(['url'])
    const { db, officer, team, otherTeam } = desk
    expect(await fieldsOf(planned(db, officer, team, { format: 'online' }))).toEqual(['url'])
    expect(await fieldsOf(planned(db, officer, team, { format: 'question-hour', times: 2 }))).toEqual(['times'])
    expect(await fieldsOf(planned(db, officer, team, { priorityIds: [999_999] }))).toEqual(['priorities'])
    expect(await fieldsOf(planned(db, officer, team, { days: 0, from: '00:00', until: '00:01' }))).toEqual(['from'])
    const closed = await openPlace(db, otherTeam, 'Gone Hall')
    await db.$client.query(`update places set closed_at = now(), closed_because = 'Sold' where id = $1`, [closed.id])
    expect(await fieldsOf(planned(db, officer, team, { date: { placeId: closed.id, venue: null } }))).toEqual(['place'])
  })

  test('what takes place on the web is there, whatever else was chosen', () => {
    const online = readNew(form({ format: 'online', url: 'https://meet.example/abc', place: '7', venue: '' }), now())
    expect(online.dates[0]).toMatchObject({ placeId: null, venue: 'Online' })
    // As the database keeps it.
    expect(readNew(form({ format: 'online', url: 'HTTPS://meet.example/Abc' }), now()).onlineUrl).toBe('https://meet.example/Abc')
    const hour = readNew(form({ format: 'question-hour' }), now())
    expect(hour.dates[0]).toMatchObject({ placeId: null, venue: 'On this page', signUps: false, capacity: null })
  })

  test('for an archived team nothing is planned, changed or moved, and what was planned can be called off', async () => {
    const { db, press } = desk
    const team = await makeTeam(db, 'Old Team')
    const event = await planned(db, press, team)
    const [date] = event.dates
    await db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged.' }).where(eq(teams.id, team.id))
    await expect(planned(db, press, team)).rejects.toThrow('archived')
    await expect(changeEvent(db, press, event.id, { ...(await words(event.id)), title: 'Other' })).rejects.toThrow('archived')
    const later = { ...planOf(date!), endsAt: new Date(date!.endsAt.getTime() + HOUR) }
    await expect(moveDate(db, press, event.id, date!.id, { plan: later, because: 'Why', rest: false })).rejects.toThrow('archived')
    await expect(addDate(db, press, event.id, { ...later, startsAt: new Date(later.startsAt.getTime() + HOUR) })).rejects.toThrow('archived')
    await callOffDate(db, press, event.id, date!.id, { because: 'The team is no more.', rest: false })
    expect((await rowsOf(db, event.id)).dates[0]?.cancelledBecause).toBe('The team is no more.')
  })

  test('before an election the press office plans and changes; anybody of the team calls off', async () => {
    const { db, press } = desk
    const team = await makeTeam(db, 'Election Town')
    const sergeant = await makeStaff(db, 'Sgt Vote', 'supervisor', team)
    const event = await planned(db, sergeant, team)
    const [date] = event.dates
    await setSwitch(db, press, {
      kind: 'pre-election',
      banner: 'An election is coming.',
      bannerLink: null,
      because: 'Local elections.',
      wholeForce: false,
      teamIds: [team.id],
      kinds: ['event'],
      startsAt: null,
      endsAt: new Date(Date.now() + 30 * DAY),
      clientKey: randomUUID(),
    })
    await expect(planned(db, sergeant, team)).rejects.toThrow('pre-election')
    await expect(changeEvent(db, sergeant, event.id, { ...(await words(event.id)), title: 'Vote' })).rejects.toThrow('pre-election')
    await changeEvent(db, press, event.id, { ...(await words(event.id)), title: 'Said by the press office' })
    await planned(db, press, team)
    await callOffDate(db, sergeant, event.id, date!.id, { because: 'The hall is a polling station.', rest: false })
  })
})

describe('changing', () => {
  test('words, format and address as a correction whose earlier version stays; the same again changes nothing', async () => {
    const { db, officer, team } = desk
    const { id, postId } = await planned(db, officer, team, { days: 5 })
    const input = { ...(await words(id)), title: 'Meet us in town', format: 'meeting' as const, onlineUrl: 'https://meet.example/x' }
    const { path } = await changeEvent(db, officer, id, input)
    expect((await changeEvent(db, officer, id, input)).path).toBe(path)
    const [version, ...more] = await db.select().from(postVersions).where(eq(postVersions.postId, postId))
    expect([version?.title, version?.note, more.length]).toEqual(['Meet your team', 'The time of day was wrong.', 0])
    const post = await postById(db, postId)
    expect([post.state, post.path, post.title]).toEqual(['corrected', path, 'Meet us in town'])
    expect(await kindsOf(postId)).toEqual(['post.published', 'event.changed'])
    await expect(changeEvent(db, officer, id, { ...input, title: 'Older form' })).rejects.toThrow(Overtaken)
  })

  test('two at once: one is published, the other is told', async () => {
    const { db, officer, sergeant, team } = desk
    const { id } = await planned(db, officer, team, { days: 5 })
    const input = await words(id)
    const both = await Promise.all([
      refusal(changeEvent(db, officer, id, { ...input, title: 'Of the officer' })),
      refusal(changeEvent(db, sergeant, id, { ...input, title: 'Of the sergeant' })),
    ])
    expect(both.filter((problem) => problem === null)).toHaveLength(1)
    expect(both.filter((problem) => problem instanceof Overtaken)).toHaveLength(1)
  })

  test('a live hour stays one, and nothing else becomes one', async () => {
    const { db, officer, team } = desk
    const hour = await planned(db, officer, team, { format: 'question-hour', days: 5 })
    expect(await fieldsOf(changeEvent(db, officer, hour.id, { ...(await words(hour.id)), format: 'meeting' }))).toEqual(['format'])
    const other = await planned(db, officer, team, { days: 5 })
    expect(await fieldsOf(changeEvent(db, officer, other.id, { ...(await words(other.id)), format: 'question-hour' }))).toEqual(['format'])
    await expect(db.update(events).set({ format: 'question-hour' }).where(eq(events.id, other.id))).rejects.toThrow()
  })

  test('moved with a reason, numbered for calendars, told with the date before; twice is once', async () => {
    const { db, officer, team } = desk
    const { id, postId, dates } = await planned(db, officer, team, { days: 6 })
    const [date] = dates
    const plan = { ...planOf(date!), startsAt: new Date(date!.startsAt.getTime() + DAY), endsAt: new Date(date!.endsAt.getTime() + DAY) }
    expect(await fieldsOf(moveDate(db, officer, id, date!.id, { plan, because: '', rest: false }))).toEqual(['because'])
    for (let tap = 0; tap < 2; tap++)
      await moveDate(db, officer, id, date!.id, { plan, because: 'The hall is let.', rest: false, seen: seenOf(date!) })
    const [moved] = (await rowsOf(db, id)).dates
    expect([moved?.startsAt, moved?.sequence]).toEqual([plan.startsAt, 1])
    const [version] = await db.select().from(postVersions).where(eq(postVersions.postId, postId))
    expect(version?.note).toMatch(/was moved to .*\. The hall is let\.$/)
    expect(String(version?.details['when'])).not.toBe(String((await detailsOf(postId))['when']))
    expect(await kindsOf(postId)).toEqual(['post.published', 'occasion.changed'])
    const further = { ...plan, endsAt: new Date(plan.endsAt.getTime() + HOUR) }
    await expect(moveDate(db, officer, id, date!.id, { plan: further, because: 'Older form.', rest: false, seen: seenOf(date!) })).rejects.toThrow(
      Overtaken,
    )
    // Also where only the number of people is another.
    const room = { plan: { ...plan, signUps: true, capacity: 9 }, because: '', rest: false }
    await expect(moveDate(db, officer, id, date!.id, { ...room, seen: seenOf(date!) })).rejects.toThrow(Overtaken)
    await moveDate(db, officer, id, date!.id, { ...room, seen: seenOf(moved!) })
  })

  test('all the rest by as many days, at the same time on UK clocks; what is over or was called off stays', async () => {
    const { db, officer, team } = desk
    travelTo(new Date('2027-03-08T09:00:00Z'))
    const { id, dates } = await planned(db, officer, team, { days: 1, times: 5, from: '6pm', until: '7pm' })
    await callOffDate(db, officer, id, dates[3]!.id, { because: 'Easter.', rest: false })
    travelTo(new Date('2027-03-10T09:00:00Z'))
    const second = dates[1]!
    const plan = { ...planOf(second), startsAt: new Date('2027-03-18T18:30:00Z'), endsAt: new Date('2027-03-18T19:30:00Z') }
    await moveDate(db, officer, id, second.id, { plan, because: 'The hall has another class.', rest: true })
    const after = await rowsOf(db, id)
    expect(after.dates.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '2027-03-09T18:00:00.000Z',
      '2027-03-18T18:30:00.000Z',
      '2027-03-25T18:30:00.000Z',
      // Called off: it stays where people last knew it.
      '2027-03-30T17:00:00.000Z',
      '2027-04-08T17:30:00.000Z',
    ])
  })

  test('one more date, once', async () => {
    const { db, officer, team } = desk
    const { id, postId, dates } = await planned(db, officer, team, { days: 7 })
    const plan = {
      ...planOf(dates[0]!),
      startsAt: new Date(dates[0]!.startsAt.getTime() + 9 * DAY),
      endsAt: new Date(dates[0]!.endsAt.getTime() + 9 * DAY),
    }
    for (let tap = 0; tap < 2; tap++) await addDate(db, officer, id, plan)
    expect((await rowsOf(db, id)).dates).toHaveLength(2)
    expect(await kindsOf(postId)).toEqual(['post.published', 'event.changed'])
    expect(String((await detailsOf(postId))['when'])).toMatch(/^2 times/)
    const hour = await planned(db, officer, team, { format: 'question-hour', days: 7 })
    expect(await fieldsOf(addDate(db, officer, hour.id, plan))).toEqual(['date'])
  })

  test('called off, one or all, with a reason; then it stays so', async () => {
    const { db, officer, team, otherSergeant } = desk
    const { id, postId, dates } = await planned(db, officer, team, { days: 8, times: 3 })
    const [first, second, third] = dates
    await expect(callOffDate(db, otherSergeant, id, first!.id, { because: 'Not theirs.', rest: false })).rejects.toThrow(Forbidden)
    for (let tap = 0; tap < 2; tap++) await callOffDate(db, officer, id, first!.id, { because: 'Snow.', rest: false })
    expect((await detailsOf(postId))['called-off']).toBeUndefined()
    expect((await datesOf(db, team.id, false)).items.find((date) => date.id === first!.id)?.cancelledBecause).toBe('Snow.')
    await callOffDate(db, officer, id, second!.id, { because: 'More snow.', rest: true })
    expect((await rowsOf(db, id)).dates.map(({ cancelledBecause }) => cancelledBecause)).toEqual(['Snow.', 'More snow.', 'More snow.'])
    expect((await detailsOf(postId))['called-off']).toBe('More snow.')
    expect(await kindsOf(postId)).toEqual(['post.published', 'occasion.cancelled', 'occasion.cancelled'])
    await expect(changeEvent(db, officer, id, { ...(await words(id)), title: 'Again' })).rejects.toThrow('called off')
    await expect(moveDate(db, officer, id, third!.id, { plan: planOf(third!), because: 'x', rest: false })).rejects.toThrow('called off')
    await expect(callOffDate(db, officer, id, 999_999, { because: 'x', rest: false })).rejects.toThrow(NotFound)
  })

  test('once over, nothing changes but what came of it; its conversation stays open for two weeks', async () => {
    const { db, officer, team } = desk
    const { id, postId, dates } = await planned(db, officer, team, { days: 9 })
    const [date] = dates
    const input = await words(id)
    travelTo(date!.endsAt)
    await expect(changeEvent(db, officer, id, { ...input, title: 'Later' })).rejects.toThrow('over')
    await expect(callOffDate(db, officer, id, date!.id, { because: 'x', rest: false })).rejects.toThrow('over')
    await expect(
      addDate(db, officer, id, { ...planOf(date!), startsAt: new Date(now().getTime() + DAY), endsAt: new Date(now().getTime() + 2 * DAY) }),
    ).rejects.toThrow('over')
    await archiveExpired(db)
    expect((await postById(db, postId)).mode).toBe('open')
    travelTo(date!.endsAt, 14 * DAY)
    await archiveExpired(db)
    const archived = await postById(db, postId)
    expect([archived.state, archived.mode]).toEqual(['archived', 'archived'])
    await writeNote(db, officer, id, date!.id, { said: 'Late, but here it is.', decided: '', cameCount: null, version: 0 })
  })

  test('the end of the conversation follows the last date that stands', async () => {
    const { db, officer, team } = desk
    const { id, postId, dates } = await planned(db, officer, team, { days: 10, times: 2 })
    const endOf = async () => (await db.select({ at: posts.expiresAt }).from(posts).where(eq(posts.id, postId)))[0]?.at?.getTime()
    expect(await endOf()).toBe(dates[1]!.endsAt.getTime() + 14 * DAY)
    await callOffDate(db, officer, id, dates[1]!.id, { because: 'No hall.', rest: false })
    expect(await endOf()).toBe(dates[0]!.endsAt.getTime() + 14 * DAY)
  })
})

test('an event is of its team and post for good', async () => {
  const { db, officer, team, otherTeam } = desk
  const { id, dates } = await planned(db, officer, team, { days: 14 })
  await expect(db.update(events).set({ teamId: otherTeam.id }).where(eq(events.id, id))).rejects.toThrow()
  expect(await db.$count(occasions, and(eq(occasions.id, dates[0]!.id), eq(occasions.teamId, team.id)))).toBe(1)
  await expect(planEvent(db, officer, { ...(await words(id)), teamId: 999_999, dates: [], repeats: null, clientKey: randomUUID() })).rejects.toThrow(
    NotFound,
  )
})
