/** Planning, moving and calling off dates: what readers, lists and those who signed up hear of it. */
import { randomUUID } from 'node:crypto'
import { desc, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { occasionsOfPost, pastOccasions, upcomingOccasions, type OccasionItem, type OccasionPlan } from '../../src/occasions/occasion.ts'
import { addOccasions, cancelOccasion, cancelOccasions, changeOccasion, requirePlanning, seenOf } from '../../src/occasions/planning.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { leaveOccasion } from '../../src/occasions/sign-up.ts'
import { posts } from '../../src/posts/schema.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPlace } from '../places/presence-world.ts'
import { openWorld, type World } from '../world.ts'
import { comeByMail, dateOf, DAY, HOUR, mailsTo, makeDate, makeEvent, planIn, register, subjectsTo } from './occasion-world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let sergeant: SignedIn
let press: SignedIn
let elsewhere: SignedIn
let hall: { id: number; slug: string; name: string }

beforeAll(async () => {
  world = await openWorld(10)
  register()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  sergeant = await makeStaff(world.db, 'Sgt Ruth Okafor', 'supervisor', team)
  press = await makeStaff(world.db, 'Dana Price', 'press-office')
  elsewhere = await makeStaff(world.db, 'PC Paula Stone', 'officer', await makeTeam(world.db, 'Alford'))
  hall = await openPlace(world.db, team, 'Village Hall')
})
afterAll(() => world?.close())
afterEach(() => moveClock(0))

const change = (by: SignedIn, id: number, plan: OccasionPlan, seen?: string) => world.db.transaction((tx) => changeOccasion(tx, by, id, plan, seen))
const cancel = (by: SignedIn, id: number, because = 'Snow on the roads') => world.db.transaction((tx) => cancelOccasion(tx, by, id, because))
const planOf = async (id: number): Promise<OccasionPlan> => {
  const { startsAt, endsAt, placeId, venue, capacity, signUpFrom } = await dateOf(world.db, id)
  return { startsAt, endsAt, placeId, venue, capacity, signUps: signUpFrom !== null }
}
const later = (plan: OccasionPlan, by: number): OccasionPlan => ({
  ...plan,
  startsAt: new Date(plan.startsAt.getTime() + by),
  endsAt: new Date(plan.endsAt.getTime() + by),
})
const detailsOf = async (postId: number) => (await world.db.select().from(posts).where(eq(posts.id, postId)))[0]?.details
const lastActivity = async () => (await world.db.select().from(activities).orderBy(desc(activities.id)).limit(1))[0]

describe('planning', () => {
  test('says when and where in lists, and keeps what else the post holds', async () => {
    const one = await makeEvent(world.db, officer, team, [planIn(3)])
    expect(await detailsOf(one.postId)).toMatchObject({
      format: 'surgery',
      where: 'The village green',
      when: expect.stringMatching(/\d{4}, 1[01]am to/),
    })
    const more = await makeEvent(world.db, officer, team, [planIn(3), planIn(10, { placeId: hall.id, venue: null })])
    expect(await detailsOf(more.postId)).toMatchObject({
      where: 'Different venues: see each date',
      when: expect.stringMatching(/^2 times, first on /),
    })
  })

  test.each([
    ['in the past', () => planIn(-1), 'date'],
    ['more than a year ahead', () => planIn(368), 'date'],
    ['nowhere', () => planIn(3, { venue: null }), 'venue'],
    ['for nobody', () => planIn(3, { capacity: 0 }), 'capacity'],
    ['for too many', () => planIn(3, { capacity: 5001 }), 'capacity'],
    ['at a place that is not there', () => planIn(3, { placeId: 999_999, venue: null }), 'place'],
  ])('not %s', async (_how, plan, field) => {
    await expect(makeEvent(world.db, officer, team, [plan()])).rejects.toMatchObject({ fields: { [field]: expect.any(String) } })
  })

  test('for a team by its own people, not before an election but by the press office, and not for an archived one', async () => {
    const fresh = await makeTeam(world.db, `Team ${randomUUID().slice(0, 8)}`)
    const own = await makeStaff(world.db, 'PC New', 'officer', fresh)
    const may = (by: SignedIn, of: TeamName & { archivedAt?: Date | null } = fresh) =>
      world.db.transaction((tx) => requirePlanning(tx, by, of, 'event'))
    await may(own)
    for (const other of [officer, await makeResident(world.db, 'Mo'), await makeStaff(world.db, 'Kit', 'partner')])
      await expect(may(other)).rejects.toThrow('You cannot plan')
    await expect(may(own, { ...fresh, archivedAt: now() })).rejects.toThrow('archived')
    const dated = await makeDate(world.db, own, fresh)
    await holdElection(fresh, ['event'])
    await expect(may(own)).rejects.toThrow('pre-election')
    await expect(change(own, dated, later(await planOf(dated), HOUR))).rejects.toThrow('pre-election')
    await may(press)
    await change(press, dated, later(await planOf(dated), HOUR))
    await cancel(own, dated)
  })
})

const holdElection = (of: TeamName, kinds: string[]) =>
  setSwitch(world.db, press, {
    kind: 'pre-election',
    banner: 'An election is coming.',
    bannerLink: null,
    because: 'Local elections.',
    wholeForce: false,
    teamIds: [of.id],
    kinds,
    startsAt: null,
    endsAt: new Date(Date.now() + 30 * DAY),
    clientKey: randomUUID(),
  })

describe('moving', () => {
  test('tells everybody who signed up what it was and what it is now, and lists, calendars and followers', async () => {
    const id = await makeDate(world.db, officer, team, { capacity: 1 })
    const [coming, waiting] = [await comeByMail(world.db, id), await comeByMail(world.db, id)]
    const gone = await comeByMail(world.db, id)
    await leaveOccasion(world.db, gone.token)
    const plan = later({ ...(await planOf(id)), placeId: hall.id, venue: null }, DAY)
    expect(await change(officer, id, plan)).toEqual({ moved: true })
    for (const { email } of [coming, waiting]) {
      const last = (await mailsTo(world.db, email)).at(-1)
      expect(last?.subject).toBe('Changed: Coffee with the team')
      expect(last?.text).toMatch(/It was:[\s\S]*The village green[\s\S]*It is now:[\s\S]*Village Hall/)
    }
    expect((await subjectsTo(world.db, gone.email)).at(-1)).not.toBe('Changed')
    const row = await dateOf(world.db, id)
    expect(row).toMatchObject({ sequence: 1, placeId: hall.id, venue: null, takenCount: 1, waitingCount: 1 })
    expect(await detailsOf(row.postId)).toMatchObject({ where: expect.stringContaining('Village Hall') })
    expect(await lastActivity()).toMatchObject({ kind: 'occasion.changed', detail: { occasionId: id, placeId: hall.id, placeBefore: null } })
  })

  test('the same again changes nothing, and more places are not a move', async () => {
    const id = await makeDate(world.db, officer, team)
    const plan = await planOf(id)
    expect(await change(officer, id, plan)).toEqual({ moved: false })
    const { email } = await comeByMail(world.db, id)
    await change(officer, id, { ...plan, capacity: 9 })
    expect(await dateOf(world.db, id)).toMatchObject({ sequence: 0, capacity: 9 })
    expect((await subjectsTo(world.db, email)).at(-1)).toBe('You are coming')
    expect(await lastActivity()).toMatchObject({ detail: { occasionId: null, changedId: id } })
  })

  test('of two who change it at once the later hears of the earlier', async () => {
    const id = await makeDate(world.db, officer, team)
    const [plan, seen] = [await planOf(id), seenOf(await dateOf(world.db, id))]
    const answers = await Promise.allSettled([change(officer, id, later(plan, HOUR), seen), change(sergeant, id, later(plan, 2 * HOUR), seen)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { message: expect.stringContaining('colleague') } })
    expect((await dateOf(world.db, id)).sequence).toBe(1)
  })

  test('not to fewer places than are taken, and sign-ups stay while people have signed up', async () => {
    const id = await makeDate(world.db, officer, team, { capacity: 5 })
    await comeByMail(world.db, id, 3)
    const plan = await planOf(id)
    await expect(change(officer, id, { ...plan, capacity: 2 })).rejects.toMatchObject({ fields: { capacity: expect.stringContaining('3 people') } })
    await expect(change(officer, id, { ...plan, signUps: false })).rejects.toMatchObject({ fields: { signUps: expect.any(String) } })
    await change(officer, id, { ...plan, capacity: 3 })
  })

  test('once it has begun, its end alone', async () => {
    const id = await makeDate(world.db, officer, team)
    const plan = await planOf(id)
    moveClock(plan.startsAt.getTime() + 10 * 60_000 - Date.now())
    await expect(change(officer, id, later(plan, HOUR))).rejects.toMatchObject({ fields: { from: expect.any(String) } })
    await expect(change(officer, id, { ...plan, venue: 'The church' })).rejects.toMatchObject({ fields: { place: expect.any(String) } })
    await change(officer, id, { ...plan, endsAt: new Date(plan.endsAt.getTime() + HOUR) })
    moveClock(5 * HOUR)
    await expect(change(officer, id, plan)).rejects.toThrow('over')
  })

  test.each(['an officer of another team', 'a resident', 'a partner who does not run it'])('not by %s', async (who) => {
    const by = who.startsWith('an officer')
      ? elsewhere
      : who === 'a resident'
        ? await makeResident(world.db, 'Mo')
        : await makeStaff(world.db, 'Kit', 'partner')
    const id = await makeDate(world.db, officer, team)
    await expect(change(by, id, later(await planOf(id), HOUR))).rejects.toThrow('You cannot plan')
    await expect(cancel(by, id)).rejects.toThrow('You cannot plan')
    expect(await dateOf(world.db, id)).toMatchObject({ sequence: 0, cancelledAt: null })
  })
})

describe('calling off', () => {
  test('tells everybody why, says so in lists, and two taps are one', async () => {
    const id = await makeDate(world.db, officer, team, { capacity: 1 })
    const [coming, waiting] = [await comeByMail(world.db, id), await comeByMail(world.db, id)]
    await Promise.all([cancel(officer, id), cancel(officer, id)])
    await expect(cancel(sergeant, id, 'Another reason')).rejects.toThrow('already')
    await expect(change(officer, id, later(await planOf(id), HOUR))).rejects.toThrow('called this off')
    for (const { email } of [coming, waiting]) {
      expect((await subjectsTo(world.db, email)).filter((subject) => subject === 'Called off')).toHaveLength(1)
      expect((await mailsTo(world.db, email)).at(-1)?.text).toContain('Snow on the roads')
    }
    const row = await dateOf(world.db, id)
    expect(row).toMatchObject({ sequence: 1, cancelledBecause: 'Snow on the roads' })
    expect(await detailsOf(row.postId)).toMatchObject({ 'called-off': 'Snow on the roads' })
  })

  test('one of several leaves the others standing; all at once is one word to followers', async () => {
    const { postId, ids } = await makeEvent(world.db, officer, team, [planIn(2), planIn(9), planIn(16)])
    await cancel(officer, ids[0] ?? 0)
    expect(await detailsOf(postId)).toMatchObject({ when: expect.stringMatching(/^2 times/) })
    expect(await detailsOf(postId)).not.toHaveProperty('called-off')
    expect(await world.db.transaction((tx) => cancelOccasions(tx, sergeant, postId, 'The hall is closed'))).toBe(2)
    expect(await world.db.transaction((tx) => cancelOccasions(tx, sergeant, postId, 'The hall is closed'))).toBe(0)
    expect(await lastActivity()).toMatchObject({ kind: 'occasion.cancelled', detail: { occasionId: ids[1], times: 2 } })
    const said = (await occasionsOfPost(world.db, postId)).map(({ cancelledBecause }) => cancelledBecause)
    expect(said).toEqual(['Snow on the roads', 'The hall is closed', 'The hall is closed'])
    expect(await detailsOf(postId)).toMatchObject({ 'called-off': 'The hall is closed' })
  })

  test('the database keeps what was called off, and deletes nothing', async () => {
    const id = await makeDate(world.db, officer, team)
    await cancel(officer, id)
    await expect(world.db.execute(sql`update occasions set venue = 'x', sequence = 9 where id = ${id}`)).rejects.toThrow()
    await expect(world.db.execute(sql`update occasions set cancelled_because = 'y' where id = ${id}`)).rejects.toThrow()
    await expect(world.db.execute(sql`delete from occasions where id = ${id}`)).rejects.toThrow()
    const standing = await makeDate(world.db, officer, team)
    await expect(world.db.execute(sql`update occasions set starts_at = starts_at + interval '1 minute' where id = ${standing}`)).rejects.toThrow()
  })
})

const keyOf = (shown: OccasionItem | null | undefined) => (shown ? { at: shown.endsAt, id: shown.id } : null)

describe('lists', () => {
  test('hold what is not over by its end, what was called off among it, page by key, and go over into the past by themselves', async () => {
    const fresh = await makeTeam(world.db, `Team ${randomUUID().slice(0, 8)}`)
    const own = await makeStaff(world.db, 'PC New', 'officer', fresh)
    const { ids } = await makeEvent(world.db, own, fresh, [planIn(5), planIn(1), planIn(3, { placeId: hall.id, venue: null })])
    const [five, one, three] = ids
    await cancel(own, three ?? 0)
    const pages: number[] = []
    let after: OccasionItem | null = null
    for (let nth = 0; nth < 4; nth++) {
      const [next]: OccasionItem[] = await upcomingOccasions(world.db, { teamId: fresh.id }, keyOf(after), 1)
      if (!next) break
      pages.push(next.id)
      after = next
    }
    expect(pages).toEqual([one, three, five])
    const idsOf = (items: OccasionItem[]) => items.map(({ id }) => id)
    expect(idsOf(await upcomingOccasions(world.db, { teamId: null, placeId: hall.id }, null, 50))).toContain(three)
    expect(idsOf(await upcomingOccasions(world.db, { teamId: fresh.id, placeId: hall.id }, null, 50))).toEqual([three])
    expect(await upcomingOccasions(world.db, { teamId: fresh.id, kind: 'can-you-help' }, null, 50)).toEqual([])
    expect(idsOf(await upcomingOccasions(world.db, { teamId: null, kind: 'event' }, null, 100))).toEqual(expect.arrayContaining([one, three, five]))
    moveClock(4 * DAY)
    expect(idsOf(await upcomingOccasions(world.db, { teamId: fresh.id }, null, 50))).toEqual([five])
    const past = await pastOccasions(world.db, { teamId: fresh.id }, null, 1)
    expect(idsOf(past)).toEqual([three])
    expect(idsOf(await pastOccasions(world.db, { teamId: fresh.id }, keyOf(past[0]), 9))).toEqual([one])
  })

  test('hold nothing that a moderator took down', async () => {
    const id = await makeDate(world.db, officer, team)
    const { postId } = await dateOf(world.db, id)
    await world.db.update(posts).set({ state: 'withdrawn' }).where(eq(posts.id, postId))
    expect(await occasionsOfPost(world.db, postId)).toEqual([])
    await expect(cancel(officer, id)).rejects.toThrow('no such')
  })

  test('added dates stand after those before', async () => {
    const { postId, ids } = await makeEvent(world.db, officer, team, [planIn(4)])
    const added = await world.db.transaction((tx) => addOccasions(tx, officer, { postId, teamId: team.id }, [planIn(2)]))
    expect((await occasionsOfPost(world.db, postId)).map(({ id }) => id)).toEqual([...added, ...ids])
    expect(await world.db.select().from(occasions).where(eq(occasions.postId, postId))).toHaveLength(2)
    expect(await world.db.select().from(teams).where(eq(teams.id, team.id))).toHaveLength(1)
  })
})
