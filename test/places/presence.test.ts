import { randomUUID } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { cancelPresence, changePresence } from '../../src/places/presence-change.ts'
import { presencePanel, presencesForDesk } from '../../src/places/presence-desk.ts'
import { planPresences } from '../../src/places/presence-plan.ts'
import { mayChangePresence, mayPlanPresence } from '../../src/places/presence-policy.ts'
import { visitPresence } from '../../src/places/presence-visit.ts'
import { readWindows } from '../../src/places/presence-window.ts'
import { presenceById, presencesOfPlace, upcomingAll, upcomingOfTeam } from '../../src/places/presence.ts'
import { places, presences } from '../../src/places/schema.ts'
import { archiveExpired } from '../../src/posts/due.ts'
import { postById, postsOfForce, postsOfTeam, postsWithTag } from '../../src/posts/list.ts'
import { correctPost, postToChange, withdrawPost } from '../../src/posts/post.ts'
import { posts, postTags, postTeams } from '../../src/posts/schema.ts'
import { pinPost, repostPost } from '../../src/posts/sharing.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makePost, makeStaff } from '../people.ts'
import { dayIn, freshTeam, openPlace, plan, travelTo, windowIn } from './presence-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let desk: Desk
let place: { id: number; slug: string; name: string }
let elsewhere: { id: number }
beforeAll(async () => {
  desk = await openDesk()
  place = await openPlace(desk.db, desk.team, 'Heath Library')
  elsewhere = await openPlace(desk.db, desk.otherTeam, 'Market Hall')
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const fresh = () => freshTeam(desk.db)

const newPlan = (team: TeamName, more = {}) => ({
  teamId: team.id,
  placeId: place.id,
  windows: [windowIn(3)],
  about: '',
  clientKey: randomUUID(),
  ...more,
})

/** Any other failure is one of the test. */
function isForbidden(problem: unknown): false {
  if (problem instanceof Forbidden) return false
  throw problem
}

const refusedFields = async (act: Promise<unknown>): Promise<Readonly<Record<string, string>>> => {
  const problem: unknown = await act.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(problem instanceof Refused)) throw new Error(`not refused: ${String(problem)}`)
  return problem.fields
}

describe('who plans', () => {
  test('officers and sergeants for their own team, the press office for all, nobody else', async () => {
    const partner = await makeStaff(desk.db, 'Ward Council', 'partner')
    const may: [Actor, boolean][] = [
      [visitor, false],
      [desk.resident, false],
      [desk.officer, true],
      [desk.sergeant, true],
      [desk.otherSergeant, false],
      [desk.press, true],
      [desk.administrator, false],
      [partner, false],
    ]
    const presence = { ...windowIn(3), teamId: desk.team.id, cancelledAt: null }
    for (const [index, [actor, allowed]] of may.entries()) {
      expect(mayPlanPresence(actor, desk.team.id)).toBe(allowed)
      expect(mayChangePresence(actor, presence, now())).toBe(allowed)
      const form = newPlan(desk.team, { placeId: elsewhere.id, windows: [windowIn(20 + index)] })
      const done = actor.kind === 'visitor' ? false : await planPresences(desk.db, actor, form).then(() => true, isForbidden)
      expect(done).toBe(allowed)
    }
  })

  test('what is over or called off is nobody’s to change', () => {
    const presence = { ...windowIn(3), teamId: desk.team.id, cancelledAt: null }
    expect(mayChangePresence(desk.press, presence, presence.endsAt)).toBe(false)
    expect(mayChangePresence(desk.press, { ...presence, cancelledAt: now() }, now())).toBe(false)
  })

  test('not for an archived team, and not at a place that is closed for good', async () => {
    const { team, officer, place: hall } = await fresh()
    await desk.db.update(places).set({ closedAt: now(), closedBecause: 'Sold.' }).where(eq(places.id, hall.id))
    expect(await refusedFields(planPresences(desk.db, officer, newPlan(team, { placeId: hall.id })))).toHaveProperty('place')
    expect(await refusedFields(planPresences(desk.db, officer, newPlan(team, { placeId: 999_999 })))).toHaveProperty('place')
    await desk.db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged.' }).where(eq(teams.id, team.id))
    await expect(planPresences(desk.db, officer, newPlan(team))).rejects.toThrow(/archived/)
  })

  test('in a pre-election period that names the kind, the press office alone; calling off goes on', async () => {
    const { team, officer, place: hall } = await fresh()
    const before = await plan(desk.db, officer, team, hall)
    const set = (kinds: string[]) =>
      setSwitch(desk.db, desk.press, {
        kind: 'pre-election',
        banner: 'An election is coming.',
        bannerLink: null,
        because: 'Local elections.',
        wholeForce: false,
        teamIds: [team.id],
        kinds,
        startsAt: null,
        endsAt: new Date(Date.now() + 30 * DAY),
        clientKey: randomUUID(),
      })
    await set(['update'])
    await plan(desk.db, officer, team, hall, { days: 4 })
    await set(['presence'])
    await expect(plan(desk.db, officer, team, hall, { days: 5 })).rejects.toThrow(/pre-election/)
    const moved = { placeId: hall.id, window: windowIn(6), about: '', version: 1 }
    await expect(changePresence(desk.db, officer, before.id, moved)).rejects.toThrow(/pre-election/)
    await plan(desk.db, desk.press, team, hall, { days: 5 })
    await cancelPresence(desk.db, officer, before.id, { because: 'Rain.', version: 1 })
  })
})

describe('planning', () => {
  test('makes a post with a conversation in which people ask before they come', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall, { about: 'Bring your bicycle.' })
    const post = await postById(desk.db, made.postId)
    expect(post).toMatchObject({ kind: 'presence', state: 'published', expiresAt: made.endsAt, officialTeam: team.name, path: made.path })
    expect(post.title).toMatch(new RegExp(`^Meet us at ${hall.name}, [A-Z][a-z]+day \\d+ [A-Z][a-z]+, 2pm to 4pm$`))
    expect(post.body.html).toContain('Bring your bicycle.')
    expect(Object.keys(post.details)).toEqual(expect.arrayContaining(['when', 'where']))
    const asked = await postComment(desk.db, desk.resident, post.conversationId, { body: 'Is it inside?', parentId: null, clientKey: randomUUID() })
    expect(asked.state).toBe('published')
    const [happened] = await desk.db.select().from(activities).where(eq(activities.postId, post.id)).orderBy(activities.id)
    expect(happened).toMatchObject({ kind: 'post.published', teamId: team.id, detail: { placeId: hall.id, presenceId: made.id, times: 1 } })
  })

  test('stands in no list of posts and under no tag, and in the lists of presences', async () => {
    const { team, officer, place: hall } = await fresh()
    const version = async () => (await desk.db.select({ version: teams.version }).from(teams).where(eq(teams.id, team.id)))[0]?.version ?? 0
    const [listed, before] = [await makePost(desk.db, officer, team, 'An update'), await version()]
    const made = await plan(desk.db, officer, team, hall)
    expect((await postsOfTeam(desk.db, team.id)).items.map(({ id }) => id)).toEqual([listed.id])
    const force = (await postsOfForce(desk.db)).items
    expect(force.map(({ id }) => id)).toContain(listed.id)
    expect(force.filter(({ kind }) => kind === 'presence')).toEqual([])
    expect((await postsWithTag(desk.db, 'speeding')).items.filter(({ kind }) => kind === 'presence')).toEqual([])
    expect(await desk.db.select().from(postTeams).where(eq(postTeams.postId, made.postId))).toEqual([])
    expect(await desk.db.select().from(postTags).where(eq(postTags.postId, made.postId))).toEqual([])
    // Readers of the team's page hear of it all the same.
    expect(await version()).toBeGreaterThan(before)
    for (const list of [await upcomingOfTeam(desk.db, team.id, now(), 5), await presencesOfPlace(desk.db, hall.id, now())])
      expect(list).toMatchObject([{ id: made.id, path: made.path, placeName: hall.name, teamSlug: team.slug, lat: 53.1871, sequence: 0, here: null }])
  })

  test('the same form twice makes one thing, also at the same moment', async () => {
    const { team, officer, place: hall } = await fresh()
    const form = { teamId: team.id, placeId: hall.id, about: '', clientKey: randomUUID(), windows: [windowIn(3), windowIn(10)] }
    const answers = await Promise.all([planPresences(desk.db, officer, form), planPresences(desk.db, officer, form)])
    answers.push(await planPresences(desk.db, officer, form))
    expect(new Set(answers.map(({ path }) => path)).size).toBe(1)
    expect(await upcomingOfTeam(desk.db, team.id, now(), 5)).toHaveLength(2)
  })

  test('a series is made in one go or not at all, one by one to change, and is told of once', async () => {
    const { team, officer, place: hall } = await fresh()
    const windows = readWindows({ date: dayIn(2), from: '10am', until: 'midday' }, 26, now())
    const form = { teamId: team.id, placeId: hall.id, about: '', clientKey: randomUUID(), windows }
    await plan(desk.db, officer, team, hall, { days: 2 + 7 * 20, from: '11am', until: '11:30am' })
    expect(await refusedFields(planPresences(desk.db, officer, form))).toHaveProperty('date')
    const [taken, ...others] = await upcomingOfTeam(desk.db, team.id, now(), 30)
    expect(others).toEqual([])
    await cancelPresence(desk.db, officer, taken?.id ?? 0, { because: 'Planned anew.', version: 1 })
    await planPresences(desk.db, officer, form)
    expect(await upcomingOfTeam(desk.db, team.id, now(), 30)).toHaveLength(27)
    const told = await desk.db
      .select()
      .from(activities)
      .where(and(eq(activities.teamId, team.id), eq(activities.kind, 'post.published')))
    expect(told.map(({ detail }) => detail['times'])).toEqual([1, 26])
  })

  test('neither in the past, nor from now on, nor further ahead than half a year', async () => {
    const { team, officer, place: hall } = await fresh()
    const tryAt = (startsAt: Date) =>
      refusedFields(
        planPresences(desk.db, officer, newPlan(team, { placeId: hall.id, windows: [{ startsAt, endsAt: new Date(startsAt.getTime() + HOUR) }] })),
      )
    expect(Object.values(await tryAt(new Date(Date.now() - 1000)))).toEqual(['It must begin in the future'])
    expect(await tryAt(new Date(Date.now() + 181 * DAY))).toHaveProperty('date')
    expect(await upcomingOfTeam(desk.db, team.id, now(), 5)).toEqual([])
  })

  test('pages of all that is planned go on by key', async () => {
    const all = await upcomingAll(desk.db, null, 1000)
    const first = await upcomingAll(desk.db, null, 4)
    const last = first.at(-1)
    const rest = await upcomingAll(desk.db, last ? { at: last.endsAt, id: last.id } : null, 1000)
    expect([...first, ...rest].map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    expect(all.length).toBeGreaterThan(8)
  })
})

describe('at its end', () => {
  test('it is gone from every list by itself, at that second', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const lists = async () => [
      (await upcomingOfTeam(desk.db, team.id, now(), 5)).length,
      (await presencesOfPlace(desk.db, hall.id, now())).length,
      (await upcomingAll(desk.db, null, 1000)).filter(({ id }) => id === made.id).length,
      (await presencesForDesk(desk.db, [team.id], false)).items.length,
    ]
    travelTo(made.startsAt)
    expect((await upcomingOfTeam(desk.db, team.id, now(), 5))[0]?.here).toBe('Here now until 4pm')
    travelTo(made.endsAt, -2000)
    expect(await lists()).toEqual([1, 1, 1, 1])
    travelTo(made.endsAt)
    expect(await lists()).toEqual([0, 0, 0, 0])
    expect((await postById(desk.db, made.postId)).state).toBe('archived')
    expect((await presencesForDesk(desk.db, [team.id], true)).items.map(({ id }) => id)).toEqual([made.id])
    const panel = await presencePanel(desk.db, officer, { id: made.postId })
    expect(panel).toMatchObject({ isOver: true, mayChange: false })
    await archiveExpired(desk.db)
    const [post] = await desk.db.select().from(posts).where(eq(posts.id, made.postId))
    expect(post).toMatchObject({ state: 'archived', archivedAt: made.endsAt })
  })

  test('nothing of it changes any more: not by a form, and not by hand', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    travelTo(made.endsAt)
    const later = { placeId: hall.id, window: windowIn(1), about: '', version: 1 }
    await expect(changePresence(desk.db, officer, made.id, later)).rejects.toThrow(Forbidden)
    await expect(cancelPresence(desk.db, officer, made.id, { because: 'Too late.', version: 1 })).rejects.toThrow(Forbidden)
    const change = (set: Partial<typeof presences.$inferInsert>) =>
      desk.db
        .update(presences)
        .set({ changedAt: now(), sequence: 1, ...set })
        .where(eq(presences.id, made.id))
    await expect(change({ endsAt: new Date(made.endsAt.getTime() + HOUR) })).rejects.toThrow()
    await expect(change({ changedAt: made.startsAt, startsAt: new Date(made.startsAt.getTime() - HOUR) })).rejects.toThrow()
    await expect(change({ changedAt: new Date(made.startsAt.getTime() - 1000), sequence: 0, placeId: elsewhere.id })).rejects.toThrow()
    await expect(change({ teamId: desk.otherTeam.id })).rejects.toThrow()
    await change({ changedAt: new Date(made.startsAt.getTime() - 1000), placeId: elsewhere.id })
  })
})

describe('a change', () => {
  test('of time and venue: numbered, followed by its post, and what it was stays readable', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const window = windowIn(4, '17:00', 'midnight')
    const change = { placeId: elsewhere.id, window, about: 'Now inside.', version: 1 }
    const { path } = await changePresence(desk.db, officer, made.id, change)
    // The same form once more, over a line on which the first answer was lost.
    expect(await changePresence(desk.db, officer, made.id, change)).toEqual({ path })
    const presence = await presenceById(desk.db, made.id)
    expect(presence).toMatchObject({ ...window, placeName: 'Market Hall', sequence: 1, path, summary: 'Now inside.' })
    const post = await postById(desk.db, made.postId)
    expect(post).toMatchObject({ state: 'corrected', expiresAt: window.endsAt, version: 2, path })
    expect(post.title).toMatch(/^Meet us at Market Hall, .*5pm to midnight$/)
    const [conversation] = await desk.db.select().from(conversations).where(eq(conversations.id, post.conversationId))
    expect(conversation).toMatchObject({ title: post.title, path })
    const [told] = await desk.db.select().from(activities).where(eq(activities.kind, 'presence.changed')).orderBy(desc(activities.id)).limit(1)
    expect(told).toMatchObject({ postId: post.id, detail: { placeId: elsewhere.id, placeBefore: hall.id, presenceId: made.id, moved: 1 } })
    await changePresence(desk.db, officer, made.id, { ...change, about: 'Upstairs.', version: 2 })
    expect(await presenceById(desk.db, made.id)).toMatchObject({ sequence: 1, summary: 'Upstairs.' })
  })

  test('two at once: the second reads what the first did', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const answers = await Promise.allSettled([
      changePresence(desk.db, officer, made.id, { placeId: hall.id, window: windowIn(4), about: '', version: 1 }),
      changePresence(desk.db, desk.press, made.id, { placeId: hall.id, window: windowIn(5), about: '', version: 1 }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const [lost] = answers.filter((answer) => answer.status === 'rejected')
    expect(lost?.reason).toBeInstanceOf(Overtaken)
    await expect(cancelPresence(desk.db, officer, made.id, { because: 'Rain.', version: 1 })).rejects.toThrow(Overtaken)
    expect((await presenceById(desk.db, made.id)).sequence).toBe(1)
  })

  test('while somebody is there: its end and its words, and neither the venue nor the beginning', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const { startsAt, endsAt } = made
    travelTo(startsAt, HOUR)
    const change = (placeId: number, from: Date, until: Date) =>
      changePresence(desk.db, officer, made.id, { placeId, window: { startsAt: from, endsAt: until }, about: '', version: 1 })
    expect(await refusedFields(change(elsewhere.id, startsAt, endsAt))).toHaveProperty('place')
    expect(await refusedFields(change(hall.id, new Date(startsAt.getTime() + 2 * HOUR), new Date(endsAt.getTime() + HOUR)))).toHaveProperty('from')
    expect(await refusedFields(change(hall.id, startsAt, new Date(startsAt.getTime() + HOUR / 2)))).toHaveProperty('until')
    await change(hall.id, startsAt, new Date(endsAt.getTime() + HOUR))
    expect((await presenceById(desk.db, made.id)).here).toBe('Here now until 5pm')
  })

  test('is not there for those of another team', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    for (const other of [desk.officer, desk.otherSergeant, desk.resident, desk.administrator]) {
      await expect(changePresence(desk.db, other, made.id, { placeId: hall.id, window: windowIn(4), about: '', version: 1 })).rejects.toThrow(
        Forbidden,
      )
      await expect(cancelPresence(desk.db, other, made.id, { because: 'No.', version: 1 })).rejects.toThrow(Forbidden)
    }
    await expect(cancelPresence(desk.db, desk.press, 999_999, { because: 'No.', version: 1 })).rejects.toThrow(NotFound)
  })

  test('what was called off says so and why until its end, and cannot be brought back', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const off = { because: 'The van broke down.', version: 1 }
    const { path } = await cancelPresence(desk.db, officer, made.id, off)
    expect(await cancelPresence(desk.db, officer, made.id, off)).toEqual({ path })
    await expect(cancelPresence(desk.db, desk.press, made.id, { because: 'Rain.', version: 1 })).rejects.toThrow(Overtaken)
    await expect(changePresence(desk.db, officer, made.id, { placeId: hall.id, window: windowIn(4), about: '', version: 1 })).rejects.toThrow(
      Overtaken,
    )
    expect(await upcomingOfTeam(desk.db, team.id, now(), 5)).toMatchObject([{ id: made.id, cancelledBecause: off.because, sequence: 1, here: null }])
    expect((await postById(desk.db, made.postId)).details['called-off']).toBe(off.because)
    const told = await desk.db
      .select()
      .from(activities)
      .where(and(eq(activities.postId, made.postId), eq(activities.kind, 'presence.cancelled')))
    expect(told).toHaveLength(1)
    await expect(
      desk.db.update(presences).set({ cancelledAt: null, cancelledBecause: null, cancelledBy: null }).where(eq(presences.id, made.id)),
    ).rejects.toThrow()
    travelTo(made.startsAt, HOUR)
    expect((await upcomingOfTeam(desk.db, team.id, now(), 5))[0]?.here).toBeNull()
    await expect(visitPresence(desk.db, desk.resident, made.id, true)).rejects.toThrow(/called off/)
    travelTo(made.endsAt)
    expect(await upcomingOfTeam(desk.db, team.id, now(), 5)).toEqual([])
    // Its place in the week is free again.
    moveClock(0)
    await plan(desk.db, officer, team, hall)
  })

  test('goes by its own forms alone: those of posts refuse it and say where to go', async () => {
    const made = await plan(desk.db, desk.officer, desk.team, place, { days: 8 })
    const words = { title: 'Somewhere else', body: '', tags: [], note: 'Moved', version: 1 }
    for (const actor of [desk.officer, desk.sergeant, desk.press]) {
      await expect(postToChange(desk.db, actor, made.postId)).rejects.toThrow(/“Meet us”/)
      await expect(correctPost(desk.db, actor, made.postId, words)).rejects.toThrow(/“Meet us”/)
      await expect(withdrawPost(desk.db, actor, made.postId, 'Gone')).rejects.toThrow(/“Meet us”/)
    }
    await expect(repostPost(desk.db, desk.press, made.postId, desk.otherTeam, 'Near you')).rejects.toThrow(/“Meet us”/)
    await expect(pinPost(desk.db, desk.sergeant, made.postId, desk.team.id)).rejects.toThrow(/“Meet us”/)
  })
})
