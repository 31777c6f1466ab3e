import { asc, eq } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { emailField } from '../../src/accounts/email.ts'
import { GOOD_STANDING, type SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { changeEvent } from '../../src/events/change.ts'
import { callOffDate, moveDate } from '../../src/events/dates.ts'
import { eventById } from '../../src/events/event.ts'
import { events } from '../../src/events/schema.ts'
import { momentOf } from '../../src/imports/team-events.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { posts, postTeams, postVersions } from '../../src/posts/schema.ts'
import { priorities } from '../../src/priorities/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { dayKey } from '../../src/text/dates.ts'
import { makeStaff } from '../people.ts'
import { figures, walkBeat } from './beat.ts'

const beat = walkBeat()
const DAY = 86_400_000
afterEach(() => moveClock(0))

const at = (days: number, time = '14:00:00'): string => `${dayKey(new Date(now().getTime() + days * DAY))}T${time}`
const listed = (more: Record<string, unknown> = {}) => ({
  title: 'Beat surgery',
  type: 'surgery',
  description: '<p>Come &amp; ask.</p><script>alert(1)</script><ul><li>Parking</li></ul>',
  address: 'The Quay\n, Ashmere',
  start_date: at(10),
  end_date: at(10, '16:00:00'),
  contact_details: { telephone: '101' },
  ...more,
})
const list = (...all: unknown[]) => void beat.police.bodies.set('ashmere/AM01/events', all)

async function stored() {
  return beat.db
    .select({
      id: events.id,
      format: events.format,
      postId: posts.id,
      title: posts.title,
      body: posts.body,
      html: posts.bodyHtml,
      state: posts.state,
      role: posts.officialRole,
      occasionId: occasions.id,
      venue: occasions.venue,
      startsAt: occasions.startsAt,
      endsAt: occasions.endsAt,
      because: occasions.cancelledBecause,
      sequence: occasions.sequence,
    })
    .from(events)
    .innerJoin(posts, eq(posts.id, events.postId))
    .innerJoin(occasions, eq(occasions.postId, posts.id))
    .orderBy(asc(events.id))
}
const only = async () => {
  const [event, ...more] = await stored()
  expect(more).toEqual([])
  if (!event) throw new Error('no event')
  return event
}
const kinds = async (): Promise<string[]> =>
  (await beat.db.select({ kind: activities.kind }).from(activities).orderBy(asc(activities.id)))
    .map(({ kind }) => kind)
    .filter((kind) => /^(post|event|occasion)\./.test(kind))
const officerOf = async (id: string): Promise<SignedIn> => {
  const [team] = await beat.db.select().from(teams).where(eq(teams.neighbourhoodId, id))
  if (!team) throw new Error('no team')
  return makeStaff(beat.db, 'PC Wren Example', 'officer', team)
}

describe('events', () => {
  test('become events in the name of the force, in plain words, once', async () => {
    list(listed())
    await beat.run()
    const event = await only()
    expect(event).toMatchObject({ title: 'Beat surgery', format: 'surgery', venue: 'The Quay, Ashmere', state: 'published', role: 'press-office' })
    expect(event.body).not.toMatch(/<|alert/)
    expect(event.body).toMatch(/^Come & ask\.[\s\S]*Parking[\s\S]*Phone: 101$/)
    expect(event.html).not.toContain('<script')
    expect([event.startsAt, event.endsAt]).toEqual([momentOf(at(10)), momentOf(at(10, '16:00:00'))])
    expect(await kinds()).toEqual(['post.published'])
    const before = [await stored(), await beat.db.select().from(teams).orderBy(asc(teams.id))]
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    expect([await stored(), await beat.db.select().from(teams).orderBy(asc(teams.id))]).toEqual(before)
  })

  test('its author is the force, which nobody can sign in as', async () => {
    list(listed())
    await beat.run()
    const { postId } = await only()
    const [author] = await beat.db
      .select({ email: accounts.email, name: accounts.displayName })
      .from(posts)
      .innerJoin(accounts, eq(accounts.id, posts.authorId))
      .where(eq(posts.id, postId))
    expect(author?.name).toBe('ashmere')
    expect(emailField.safeParse(author?.email).success).toBe(false)
    expect((await beat.db.$client.query('select 1 from role_grants')).rows).toEqual([])
  })

  test('other words are a correction, another time or place a move; each says so once', async () => {
    list(listed())
    await beat.run()
    list(listed({ description: '<p>Come and ask us.</p>' }))
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    const corrected = await only()
    expect([corrected.state, corrected.body.startsWith('Come and ask us.'), corrected.sequence]).toEqual(['corrected', true, 0])
    list(listed({ description: '<p>Come and ask us.</p>', start_date: at(12), end_date: at(12, '16:00:00'), address: 'Town Hall' }))
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    const moved = await only()
    expect([moved.venue, moved.startsAt, moved.sequence, moved.id]).toEqual(['Town Hall', momentOf(at(12)), 1, corrected.id])
    const notes = (await beat.db.select().from(postVersions).orderBy(asc(postVersions.version))).map(({ note }) => note)
    expect(notes[0]).toBe('The words were changed where this event comes from.')
    expect(notes[1]).toMatch(/was moved to .* The force lists another time or place\.$/)
    expect(await kinds()).toEqual(['post.published', 'event.changed', 'occasion.changed'])
    list(
      listed({
        description: '<p>Come and ask us.</p>',
        title: 'Surgery at the Town Hall',
        start_date: at(12),
        end_date: at(12, '16:00:00'),
        address: 'Town Hall',
      }),
    )
    await beat.run()
    expect((await only()).title).toBe('Surgery at the Town Hall')
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
  })

  test('one that left the list is called off while it lies ahead; it comes back as a new one; a past one is left', async () => {
    list(listed(), listed({ title: 'Of last week', start_date: at(-7), end_date: at(-7, '16:00:00') }))
    await beat.run()
    list()
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    expect((await stored()).map(({ title, because }) => [title, because])).toEqual([
      ['Beat surgery', 'No longer listed by the force.'],
      ['Of last week', null],
    ])
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    list(listed())
    await beat.run()
    expect((await stored()).map(({ title, because }) => [title, because])).toEqual([
      ['Beat surgery', 'No longer listed by the force.'],
      ['Of last week', null],
      ['Beat surgery', null],
    ])
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
  })

  test('a past one is stored as old as it is, and nobody is told', async () => {
    list(listed({ start_date: '2016-09-17T12:00:00', end_date: '2016-09-17T14:00:00' }))
    await beat.run()
    const { postId, startsAt } = await only()
    expect(startsAt.toISOString()).toBe('2016-09-17T11:00:00.000Z')
    const [post] = await beat.db
      .select({ at: posts.publishedAt, listedAt: postTeams.listedAt })
      .from(posts)
      .innerJoin(postTeams, eq(postTeams.postId, posts.id))
      .where(eq(posts.id, postId))
    expect(post).toEqual({ at: startsAt, listedAt: startsAt })
    expect(await kinds()).toEqual([])
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
  })

  test('repeated ones of a title are as many events; listed twice is listed once; further ahead than a year comes later', async () => {
    const again = listed({ start_date: at(17), end_date: at(17, '16:00:00') })
    list(listed(), again, again, listed({ start_date: at(400), end_date: at(400, '16:00:00') }))
    await beat.run()
    expect((await stored()).map(({ startsAt }) => startsAt)).toEqual([momentOf(at(10)), momentOf(at(17))])
    list(again)
    await beat.run()
    expect((await stored()).map(({ because }) => because !== null)).toEqual([true, false])
  })

  test('without an end or a place it says so', async () => {
    list(listed({ end_date: null, address: null, description: null, contact_details: {} }))
    await beat.run()
    expect(await only()).toMatchObject({
      venue: 'The force has not said where',
      body: 'The force has not said when it ends.',
      endsAt: momentOf(at(10, '15:00:00')),
    })
  })

  test('what people of the team changed, moved or called off is never overwritten', async () => {
    list(
      listed(),
      listed({ title: 'Street briefing', type: 'briefing' }),
      listed({ title: 'Meeting', type: null, start_date: at(20), end_date: at(20, '15:00:00') }),
    )
    await beat.run()
    const officer = await officerOf('AM01')
    const [surgery, briefing, meeting] = await stored()
    if (!surgery || !briefing || !meeting) throw new Error('not imported')
    const { title, tags, format, onlineUrl, version } = await eventById(beat.db, surgery.id)
    const body = 'Said by the team.'
    await changeEvent(beat.db, officer, surgery.id, { title, body, tags, format, onlineUrl, version, priorityIds: [], note: 'Ours.' })
    const plan = {
      startsAt: briefing.startsAt,
      endsAt: new Date(briefing.endsAt.getTime() + 3_600_000),
      placeId: null,
      venue: 'Outside',
      capacity: null,
      signUps: false,
    }
    await moveDate(beat.db, officer, briefing.id, briefing.occasionId, { plan, because: 'Longer.', rest: false })
    await callOffDate(beat.db, officer, meeting.id, meeting.occasionId, { because: 'Snow.', rest: false })
    const before = await stored()
    list(listed({ description: 'Other words' }), listed({ title: 'Street briefing', address: 'Elsewhere' }))
    await beat.run()
    expect(await stored()).toEqual(before)
    list()
    await beat.run()
    expect(await stored()).toEqual(before)
    list(
      listed(),
      listed({ title: 'Street briefing', type: 'briefing' }),
      listed({ title: 'Meeting', type: null, start_date: at(20), end_date: at(20, '15:00:00') }),
    )
    await beat.run()
    expect(await stored()).toEqual(before)
  })

  test('for a team that a person archived nothing new is said', async () => {
    await beat.run()
    await beat.db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged by us.' }).where(eq(teams.neighbourhoodId, 'AM01'))
    list(listed())
    await beat.run()
    expect(await stored()).toEqual([])
  })

  test('times are those of UK clocks; one that they leave out is the first after it', () => {
    expect(momentOf('2027-07-01T12:00:00')?.toISOString()).toBe('2027-07-01T11:00:00.000Z')
    expect(momentOf('2027-01-01T12:00:00')?.toISOString()).toBe('2027-01-01T12:00:00.000Z')
    expect(momentOf('2027-03-28T01:30:00')?.toISOString()).toBe('2027-03-28T01:00:00.000Z')
    expect(momentOf(null)).toBeNull()
  })
})

describe('priorities', () => {
  const priority = (issue: string, issued: string | null, action: string | null = null) => ({
    issue,
    'issue-date': issued,
    action,
    'action-date': action && '2026-05-01T00:00:00',
  })
  const listPriorities = (...all: unknown[]) => void beat.police.bodies.set('ashmere/AM01/priorities', all)
  const storedPriorities = () =>
    beat.db
      .select({ id: priorities.id, body: posts.body, state: posts.state })
      .from(priorities)
      .innerJoin(posts, eq(posts.id, priorities.postId))
      .orderBy(asc(priorities.id))

  test('become priorities, once; words that changed on a day are that day’s; one that left the list stays', async () => {
    listPriorities(priority('<p>Bicycle theft</p>', '2026-04-14T00:00:00'), priority('<p>Noise</p>', null, '<p>Patrols</p>'))
    await beat.run()
    const before = await storedPriorities()
    expect(before.map(({ body }) => body)).toEqual(['Bicycle theft', 'Noise'])
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    listPriorities(priority('<p>Theft of bicycles</p>', '2026-04-14T00:00:00'), priority('<p>Noise</p>', null, '<p>Patrols</p>'))
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    const after = await storedPriorities()
    expect(after.map(({ id, body, state }) => [id, body, state])).toEqual([
      [before[0]?.id, 'Theft of bicycles', 'corrected'],
      [before[1]?.id, 'Noise', 'published'],
    ])
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    listPriorities(priority('<p>Theft of bicycles</p>', '2026-04-14T00:00:00'), priority('<p>Speeding</p>', '2026-04-14T00:00:00'))
    await beat.run()
    expect((await storedPriorities()).map(({ body }) => body)).toEqual(['Theft of bicycles', 'Noise', 'Speeding'])
  })
})

test('the account of the import acts with the duty of the press office, and stands well', async () => {
  list(listed())
  await beat.run()
  expect(GOOD_STANDING.suspendedUntil).toBeNull()
  expect(await beat.db.$count(accounts, eq(accounts.email, 'police-import'))).toBe(1)
})
