import fc from 'fast-check'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { reopenQuestion } from '../../src/questions/answer.ts'
import { questionById } from '../../src/questions/question.ts'
import { peopleIn, rateQuestion, ratingSums, satisfactionOf } from '../../src/questions/rating.ts'
import { questionRatings, RATINGS, type Rating } from '../../src/questions/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { SMALLEST_GROUP } from '../../src/statistics/small-groups.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { inHours, openCounter, travelTo, type Counter } from './counter.ts'

let it: Counter
beforeAll(async () => {
  it = await openCounter()
})
afterAll(() => it.close())
afterEach(() => moveClock(0))

type Sums = Record<Rating, number>
const NONE: Sums = { helped: 0, partly: 0, not: 0 }

async function sumsOf(teamId: number, since = new Date(0)): Promise<Sums> {
  const { rows } = await it.db.execute<{ sums: Sums }>(sql`select ${ratingSums(sql`${teamId}::bigint`, since)} as sums`)
  return rows[0]?.sums ?? NONE
}

const ratingsOf = (id: number) => it.db.select().from(questionRatings).where(eq(questionRatings.questionId, id))

async function answered(team: TeamName = it.team, by: SignedIn = it.officer, asker = it.asker): Promise<number> {
  const id = await it.ask({ visibility: 'private', named: false }, asker, team)
  await it.answer(id, by)
  return id
}

let crews = 0
async function makeCrew(people: number): Promise<{ team: TeamName; askers: { person: SignedIn; id: number }[] }> {
  const team = await makeTeam(it.db, `Rated ${++crews}`)
  const officer = await makeStaff(it.db, `PC Rated ${crews}`, 'officer', team)
  const askers: { person: SignedIn; id: number }[] = []
  for (let n = 0; n < people; n++) {
    const person = await makeResident(it.db, null)
    askers.push({ person, id: await answered(team, officer, person) })
  }
  return { team, askers }
}

describe('whether an answer helped', () => {
  test('is said by its asker, of a private question too, and can be changed', async () => {
    const id = await answered()
    expect(await questionById(it.db, it.asker, id)).toMatchObject({ rating: null, steps: expect.arrayContaining(['rate', 'reopen']) })
    for (const rating of ['not', 'partly', 'partly', 'helped'] as const) {
      await rateQuestion(it.db, it.asker, id, rating)
      expect((await questionById(it.db, it.asker, id)).rating).toBe(rating)
    }
    expect(await ratingsOf(id)).toHaveLength(1)
  })

  test('is nobody else’s to say, and theirs only once there is an answer', async () => {
    const open = await it.ask()
    await expect(rateQuestion(it.db, it.asker, open, 'helped')).rejects.toThrow(Forbidden)
    const id = await answered()
    await expect(rateQuestion(it.db, it.neighbour, id, 'not')).rejects.toThrow(NotFound)
    await expect(rateQuestion(it.db, it.farOfficer, id, 'not')).rejects.toThrow(NotFound)
    for (const person of [it.officer, it.sergeant, it.press]) await expect(rateQuestion(it.db, person, id, 'helped')).rejects.toThrow(Forbidden)
    expect(await ratingsOf(id)).toEqual([])
  })

  test('stays with its asker: neither page, history nor what happened tells it to the team', async () => {
    const id = await answered()
    const before = await questionById(it.db, it.sergeant, id)
    await rateQuestion(it.db, it.asker, id, 'not')
    const { clock: _, ...after } = await questionById(it.db, it.sergeant, id)
    expect(before).toMatchObject(after)
    expect(after.rating).toBeNull()
    const told = await it.db.select().from(activities).where(eq(activities.kind, 'question.rated'))
    const { id: __, at: ___, ...last } = told.at(-1)!
    const nowhere = { teamId: null, conversationId: null, commentId: null, postId: null }
    const audience = `private:${it.asker.accountId}`
    expect(last).toEqual({ kind: 'question.rated', audience, actorId: it.asker.accountId, detail: { questionId: id }, ...nowhere })
  })

  test('two taps at once are one', async () => {
    const id = await answered()
    await Promise.all(Array.from({ length: 6 }, () => rateQuestion(it.db, it.asker, id, 'helped')))
    expect(await ratingsOf(id)).toMatchObject([{ rating: 'helped', counted: null }])
  })

  test('an answer that did not answer it did not help; a new one is asked about anew', async () => {
    const id = await answered()
    await rateQuestion(it.db, it.asker, id, 'partly')
    await reopenQuestion(it.db, it.asker, id, 'Which day?')
    expect(await ratingsOf(id)).toMatchObject([{ rating: 'not' }])
    await expect(rateQuestion(it.db, it.asker, id, 'helped')).rejects.toThrow(Forbidden)
    inHours(1)
    await it.answer(id, it.sergeant)
    expect(await questionById(it.db, it.asker, id)).toMatchObject({ rating: null, steps: expect.arrayContaining(['rate']) })
    await rateQuestion(it.db, it.asker, id, 'helped')
    expect(await ratingsOf(id)).toMatchObject([{ rating: 'helped' }])
  })
})

describe('the sums', () => {
  test('are none below five people, and then all of them', async () => {
    const { team, askers } = await makeCrew(6)
    for (const [place, { person, id }] of askers.entries()) {
      await rateQuestion(it.db, person, id, place === 0 ? 'not' : 'helped')
      const sums = await sumsOf(team.id)
      expect(satisfactionOf(sums)).toEqual(place < 4 ? null : { helped: 4, partly: 0, not: 1 })
    }
  })

  test('count everybody once when many say so at the same moment', async () => {
    const { team, askers } = await makeCrew(12)
    await Promise.all(askers.map(({ person, id }) => rateQuestion(it.db, person, id, 'partly')))
    const sums = await sumsOf(team.id)
    expect(peopleIn(sums)).toBeGreaterThanOrEqual(10)
    expect(sums.partly).toBe(peopleIn(sums))
  })

  test('never change by one person: whatever people say, change and say again', { timeout: 120_000 }, async () => {
    const step = fc.record({ who: fc.nat(11), rating: fc.constantFrom(...RATINGS) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
        const { team, askers } = await makeCrew(12)
        const said = new Map<number, Rating>()
        let shown = new Map<number, Rating>()
        for (const { who, rating } of steps) {
          const { person, id } = askers[who]!
          await rateQuestion(it.db, person, id, rating)
          said.set(id, rating)
          const sums = await sumsOf(team.id)
          const moved = [...said].filter(([one, rating]) => shown.get(one) !== rating)
          if (moved.length >= SMALLEST_GROUP) shown = new Map(said)
          const counted = Object.fromEntries(RATINGS.map((one) => [one, [...shown.values()].filter((value) => value === one).length]))
          expect(sums).toEqual(counted)
        }
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  test('lose what is too old by five people at least, never one who was left alone', async () => {
    travelTo('2027-01-10T12:00:00Z')
    const { team, askers } = await makeCrew(10)
    const first = askers.slice(0, 5)
    for (const { person, id } of first) await rateQuestion(it.db, person, id, 'helped')
    travelTo('2027-06-10T12:00:00Z')
    // Four of the first five change their minds, and one is new: the fifth of them must not stay behind.
    for (const { person, id } of [...first.slice(1), askers[5]!]) await rateQuestion(it.db, person, id, 'not')
    expect(await sumsOf(team.id)).toEqual({ helped: 1, partly: 0, not: 5 })
    expect(await sumsOf(team.id, new Date('2027-06-01'))).toEqual({ helped: 1, partly: 0, not: 5 })
    expect(await sumsOf(team.id, new Date('2027-07-01'))).toEqual(NONE)
    expect(now().getUTCFullYear()).toBe(2027)
  })
})
