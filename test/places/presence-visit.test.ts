import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { presencePanel, presencesForDesk } from '../../src/places/presence-desk.ts'
import { takesVisits } from '../../src/places/presence-policy.ts'
import { visitPresence } from '../../src/places/presence-visit.ts'
import { announcedAt, presenceById, upcomingOfTeam } from '../../src/places/presence.ts'
import { presenceVisits } from '../../src/places/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makeResident } from '../people.ts'
import { freshTeam, plan, travelTo } from './presence-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const fresh = () => freshTeam(desk.db)

describe('“I came”', () => {
  const visits = async (id: number) => [
    (await presenceById(desk.db, id)).cameCount,
    await desk.db.$count(presenceVisits, eq(presenceVisits.presenceId, id)),
  ]

  test('from the start until the end of that day, once each, and it may be taken back', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const came = (actor: SignedIn, did = true) => visitPresence(desk.db, actor, made.id, did)
    travelTo(made.startsAt, -2000)
    await expect(came(desk.resident)).rejects.toThrow('From 2pm on that day you can say that you came.')
    travelTo(made.startsAt)
    await Promise.all([came(desk.resident), came(desk.resident), came(desk.newcomer)])
    expect(await visits(made.id)).toEqual([2, 2])
    await came(desk.newcomer, false)
    await came(desk.newcomer, false)
    expect(await visits(made.id)).toEqual([1, 1])
    travelTo(made.endsAt, 8 * HOUR - 2000)
    await came(desk.newcomer)
    expect(await visits(made.id)).toEqual([2, 2])
    expect(await presencePanel(desk.db, desk.newcomer, { id: made.postId })).toMatchObject({ mine: true, takesVisits: true, isOver: true })
    expect(await presencePanel(desk.db, visitor, { id: made.postId })).toMatchObject({ mine: false, takesVisits: true })
    travelTo(made.endsAt, 8 * HOUR)
    await expect(came(await makeResident(desk.db, 'Late'))).rejects.toThrow(Forbidden)
    expect(takesVisits(made, now())).toBe(false)
    expect(await visits(made.id)).toEqual([2, 2])
  })

  test('staff do not count, nor those whom a sanction silences', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    travelTo(made.startsAt)
    for (const actor of [officer, desk.press, desk.administrator]) await expect(visitPresence(desk.db, actor, made.id, true)).rejects.toThrow('Staff')
    const silent = { ...desk.resident, standing: { ...desk.resident.standing, suspendedUntil: new Date(made.endsAt.getTime() + DAY) } }
    await expect(visitPresence(desk.db, silent, made.id, true)).rejects.toThrow(Forbidden)
    expect(await visits(made.id)).toEqual([0, 0])
  })

  test('the database takes none from another time', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    const insert = (at: Date) => desk.db.insert(presenceVisits).values({ presenceId: made.id, accountId: desk.resident.accountId, at })
    await expect(insert(new Date(made.startsAt.getTime() - 1))).rejects.toThrow()
    await expect(insert(new Date(made.endsAt.getTime() + 8 * HOUR))).rejects.toThrow()
    await insert(new Date(made.endsAt.getTime() + 8 * HOUR - 1))
  })

  test('what a moderator took down is nowhere', async () => {
    const { team, officer, place: hall } = await fresh()
    const made = await plan(desk.db, officer, team, hall)
    await desk.flag({ postId: made.postId }, desk.resident)
    await desk.decide(desk.press, { postId: made.postId }, 'remove')
    expect(await upcomingOfTeam(desk.db, team.id, now(), 5)).toEqual([])
    expect((await presencesForDesk(desk.db, [team.id], false)).items).toEqual([])
    await expect(presenceById(desk.db, made.id)).rejects.toThrow(NotFound)
    // Nobody can call it off, so it keeps neither its time nor its place.
    await plan(desk.db, officer, team, hall)
    expect(await announcedAt(desk.db, hall.id, now())).toHaveLength(1)
    travelTo(made.startsAt)
    await expect(visitPresence(desk.db, desk.resident, made.id, true)).rejects.toThrow(NotFound)
  })
})
