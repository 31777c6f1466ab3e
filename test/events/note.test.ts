import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { callOffDate } from '../../src/events/dates.ts'
import { datesForDesk, datesOf, eventById } from '../../src/events/event.ts'
import { latestNotes, noteVersions, writeNote } from '../../src/events/note.ts'
import { eventNotes } from '../../src/events/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { posts } from '../../src/posts/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makeTeam } from '../people.ts'
import { travelTo } from '../places/presence-world.ts'
import { planned } from './event-world.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const refusal = async (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((problem: unknown) => problem)
const kindsOf = async (postId: number) =>
  (await desk.db.select().from(activities).where(eq(activities.postId, postId)).orderBy(activities.id)).map(({ kind }) => kind)

describe('what came of it', () => {
  test('is written after the end by the team; every wording is kept; a double tap keeps one', async () => {
    const { db, officer, sergeant, resident, otherSergeant, team } = desk
    const { id, postId, dates } = await planned(db, officer, team, { days: 11, times: 2 })
    const [date, next] = dates
    const note = { said: 'Speeding, again.', decided: 'A check each week.', cameCount: 12, version: 0 }
    await expect(writeNote(db, officer, id, date!.id, note)).rejects.toThrow('not over')
    travelTo(date!.endsAt)
    for (const actor of [resident, otherSergeant]) await expect(writeNote(db, actor, id, date!.id, note)).rejects.toThrow(Forbidden)
    await expect(writeNote(db, officer, id, next!.id, note)).rejects.toThrow('not over')
    await expect(writeNote(db, officer, id + 1000, date!.id, note)).rejects.toThrow(NotFound)
    for (let tap = 0; tap < 2; tap++) await writeNote(db, officer, id, date!.id, note)
    await expect(writeNote(db, sergeant, id, date!.id, { ...note, said: 'Unseen.' })).rejects.toThrow(Overtaken)
    await writeNote(db, sergeant, id, date!.id, { ...note, said: 'Speeding and parking.', version: 1 })
    const versions = await noteVersions(db, date!.id)
    expect(versions.map(({ version, said, officialRole }) => [version, said.html, officialRole])).toEqual([
      [2, '<p>Speeding and parking.</p>', 'supervisor'],
      [1, '<p>Speeding, again.</p>', 'officer'],
    ])
    expect((await latestNotes(db, [date!.id, next!.id])).get(date!.id)?.version).toBe(2)
    expect((await kindsOf(postId)).filter((kind) => kind === 'event.noted')).toHaveLength(2)
    await expect(db.update(eventNotes).set({ said: 'Other' })).rejects.toThrow()
    await expect(db.delete(eventNotes)).rejects.toThrow()
  })

  test('two who write at once: one is kept, the other is told', async () => {
    const { db, officer, sergeant, team } = desk
    const { id, dates } = await planned(db, officer, team, { days: 12 })
    travelTo(dates[0]!.endsAt)
    const write = (by: typeof officer, said: string) =>
      refusal(writeNote(db, by, id, dates[0]!.id, { said, decided: '', cameCount: null, version: 0 }))
    const both = await Promise.all([write(officer, 'One.'), write(sergeant, 'Two.')])
    expect(both.filter((problem) => problem === null)).toHaveLength(1)
    expect(both.filter((problem) => problem instanceof Overtaken)).toHaveLength(1)
  })

  test('nothing new is said for a team that is archived', async () => {
    const { db, press } = desk
    const team = await makeTeam(db, 'Gone Noted')
    const { id, dates } = await planned(db, press, team)
    travelTo(dates[0]!.endsAt)
    await db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged.' }).where(eq(teams.id, team.id))
    await expect(writeNote(db, press, id, dates[0]!.id, { said: 'Much.', decided: '', cameCount: null, version: 0 })).rejects.toThrow('archived')
  })

  test('nothing is said of what was called off, and the database holds that too', async () => {
    const { db, officer, team } = desk
    const { id, dates } = await planned(db, officer, team, { days: 13, times: 2 })
    await callOffDate(db, officer, id, dates[0]!.id, { because: 'Snow.', rest: false })
    travelTo(dates[0]!.endsAt)
    await expect(writeNote(db, officer, id, dates[0]!.id, { said: 'x', decided: '', cameCount: null, version: 0 })).rejects.toThrow('called off')
    const row = {
      saidHtml: '',
      decided: '',
      decidedHtml: '',
      said: 'x',
      writtenBy: officer.accountId,
      officialRole: 'officer',
      officialTeam: 'x',
    } as const
    for (const { id: occasionId } of dates) await expect(db.insert(eventNotes).values({ ...row, occasionId, writtenAt: now() })).rejects.toThrow()
  })
})

describe('lists', () => {
  test('hold what is not over, by time, and what is, latest first, with what came of it; paged without losing any', async () => {
    const { db, press } = desk
    const team = await makeTeam(db, 'List Town')
    const { id, dates, postId } = await planned(db, press, team, { days: 1, times: 25 })
    const seen: number[] = []
    for (let after: string | undefined; ;) {
      const page = await datesOf(db, team.id, false, after)
      seen.push(...page.items.map((date) => date.id))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toEqual(dates.map((date) => date.id))
    travelTo(dates[2]!.endsAt)
    await writeNote(db, press, id, dates[2]!.id, { said: 'All well.', decided: '', cameCount: 3, version: 0 })
    const past = await datesOf(db, team.id, true)
    expect(past.items.map((date) => [date.id, date.note?.cameCount ?? null])).toEqual([
      [dates[2]!.id, 3],
      [dates[1]!.id, null],
      [dates[0]!.id, null],
    ])
    expect((await datesOf(db, team.id, false)).items[0]?.id).toBe(dates[3]!.id)
    expect((await datesForDesk(db, [team.id], true)).items.map((date) => date.id)).toEqual(past.items.map((date) => date.id))
    expect((await datesForDesk(db, [], false)).items).toEqual([])
    travelTo(dates[3]!.startsAt)
    expect((await datesOf(db, team.id, false)).items[0]?.now).toBe(true)
    await db.update(posts).set({ state: 'withdrawn', withdrawnAt: now(), withdrawnBecause: 'Removed.' }).where(eq(posts.id, postId))
    expect((await datesOf(db, team.id, false)).items).toEqual([])
    await expect(eventById(db, id)).rejects.toThrow(NotFound)
  })
})
