/** Signing up: by mail, signed in, by phone; the waiting list; leaving and changing. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { comersOf, writeToComers } from '../../src/occasions/coming.ts'
import { cancelOccasion, changeOccasion } from '../../src/occasions/planning.ts'
import { askToCome } from '../../src/occasions/request.ts'
import { signUps } from '../../src/occasions/schema.ts'
import { changeNumber, confirmSignUp, endEntered, enterSignUp, joinOccasion, leaveOccasion } from '../../src/occasions/sign-up.ts'
import { ownSignUps, signUpByToken } from '../../src/occasions/own.ts'
import { posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import {
  comeByMail,
  countsOf,
  DAY,
  dateOf,
  mailsTo,
  makeDate,
  newMailbox,
  planIn,
  register,
  stateOf,
  subjectsTo,
  tokenTo,
  wish,
} from './occasion-world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let elsewhere: SignedIn
let resident: SignedIn
let press: SignedIn

beforeAll(async () => {
  world = await openWorld(20)
  register()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  elsewhere = await makeStaff(world.db, 'PC Paula Stone', 'officer', await makeTeam(world.db, 'Alford'))
  press = await makeStaff(world.db, 'Dana Price', 'press-office')
  resident = await makeResident(world.db, 'Maureen T')
})
afterAll(() => world?.close())
afterEach(() => moveClock(0))

const makeOne = (capacity: number | null = null, days = 3) => makeDate(world.db, officer, team, { capacity }, days)

async function exact(id: number): Promise<void> {
  const { kept, counted, capacity } = await countsOf(world.db, id)
  expect(kept).toEqual(counted)
  expect(kept[0]).toBeLessThanOrEqual(capacity ?? Number.POSITIVE_INFINITY)
}

describe('by mail', () => {
  test('nothing is taken until the button is pressed; pressing it again changes nothing', async () => {
    const [id, email] = [await makeOne(5), newMailbox()]
    await askToCome(world.db, id, email, wish(2, 'Mo', 'A ramp'))
    const token = await tokenTo(world.db, email)
    for (let opened = 0; opened < 3; opened++) expect((await signUpByToken(world.db, token)).state).toBe('asked')
    expect((await dateOf(world.db, id)).takenCount).toBe(0)
    await confirmSignUp(world.db, token)
    await confirmSignUp(world.db, token)
    expect((await dateOf(world.db, id)).takenCount).toBe(2)
    expect(await subjectsTo(world.db, email)).toEqual(['Confirm', 'You are coming'])
    const coming = (await mailsTo(world.db, email)).at(-1)
    expect(coming?.text).toContain(`/occasions/${id}/event.ics`)
    expect(coming?.text).toContain('The village green')
    await exact(id)
  })

  test('the same form twice makes one, and one mail; another number is asked anew', async () => {
    const [id, email] = [await makeOne(), newMailbox()]
    await Promise.all(Array.from({ length: 5 }, () => askToCome(world.db, id, email, wish(2))))
    expect(await subjectsTo(world.db, email)).toEqual(['Confirm'])
    moveClock(1000)
    await askToCome(world.db, id, email, wish(3))
    expect(await subjectsTo(world.db, email)).toEqual(['Confirm', 'Confirm'])
    await confirmSignUp(world.db, await tokenTo(world.db, email))
    expect((await dateOf(world.db, id)).takenCount).toBe(3)
    expect(await world.db.select().from(signUps).where(eq(signUps.email, email))).toHaveLength(1)
  })

  test('whoever has signed up and asks again hears so in their mailbox alone, and nothing changes', async () => {
    const id = await makeOne()
    const { email } = await comeByMail(world.db, id, 2)
    await askToCome(world.db, id, email, wish(9, 'Somebody else'))
    await askToCome(world.db, id, email, wish(8))
    expect(await subjectsTo(world.db, email)).toEqual(['Confirm', 'You are coming', 'You have signed up already'])
    expect((await dateOf(world.db, id)).takenCount).toBe(2)
  })

  test('the link of the request works for seven days', async () => {
    const [id, email] = [await makeOne(null, 20), newMailbox()]
    await askToCome(world.db, id, email, wish())
    moveClock(7 * DAY + 1000)
    await expect(confirmSignUp(world.db, await tokenTo(world.db, email))).rejects.toThrow('7 days')
    await askToCome(world.db, id, email, wish())
    await confirmSignUp(world.db, await tokenTo(world.db, email))
    expect(await stateOf(world.db, email)).toBe('coming')
  })

  test.each(['', 'short', 'x'.repeat(32), 'x'.repeat(33), '%00'])('a link that was made up opens nothing: %s', async (token) => {
    await expect(signUpByToken(world.db, token)).rejects.toThrow('no such')
    await expect(confirmSignUp(world.db, token)).rejects.toThrow('no such')
    await expect(leaveOccasion(world.db, token)).rejects.toThrow('no such')
  })

  test('only the hash of the link is stored', async () => {
    const id = await makeOne()
    const { token } = await comeByMail(world.db, id)
    const rows = await world.db.execute(sql`select to_jsonb(s)::text as row from sign_ups s where occasion_id = ${id}`)
    expect(JSON.stringify(rows.rows)).not.toContain(token)
  })
})

describe('signed in', () => {
  test('it counts at once, and once', async () => {
    const id = await makeOne(4)
    const paths = await Promise.all(Array.from({ length: 6 }, () => joinOccasion(world.db, resident, id, wish(2, 'Maureen'))))
    expect(new Set(paths.map(({ path }) => path)).size).toBe(1)
    expect((await dateOf(world.db, id)).takenCount).toBe(2)
    expect((await ownSignUps(world.db, resident, null)).items.map(({ occasion }) => occasion.id)).toContain(id)
    await exact(id)
  })

  test('what was asked for by mail with the same mailbox becomes theirs', async () => {
    const [id, person] = [await makeOne(4), await makeResident(world.db, 'Jo')]
    await askToCome(world.db, id, person.email, wish(3))
    await joinOccasion(world.db, person, id, wish(1))
    expect(await world.db.select().from(signUps).where(eq(signUps.email, person.email))).toMatchObject([
      { state: 'coming', partySize: 1, accountId: person.accountId },
    ])
  })

  test('their list holds what they signed up for by mail with the same mailbox, and nobody else’s', async () => {
    const [id, person, other] = [await makeOne(), await makeResident(world.db, 'Jo'), await makeResident(world.db, 'Al')]
    await comeByMail(world.db, id, 1, person.email)
    await joinOccasion(world.db, other, id, wish())
    expect((await ownSignUps(world.db, person, null)).items).toHaveLength(1)
    expect((await ownSignUps(world.db, other, null)).items).toHaveLength(1)
  })

  test('nobody who listens hears who it was', async () => {
    const id = await makeOne()
    await joinOccasion(world.db, resident, id, wish(1, 'Maureen', 'A ramp'))
    const told = await world.db.select().from(activities).where(eq(activities.kind, 'occasion.joined'))
    const own = told.filter(({ detail }) => detail['occasionId'] === id)
    expect(own).toMatchObject([{ actorId: null, detail: { occasionId: id, state: 'coming' } }])
  })
})

describe('a full date', () => {
  test('whoever comes later waits, is told so, and moves up in turn when somebody leaves', async () => {
    const id = await makeOne(2)
    const first = await comeByMail(world.db, id, 2)
    const [second, third] = [await comeByMail(world.db, id), await comeByMail(world.db, id)]
    expect(await subjectsTo(world.db, second.email)).toEqual(['Confirm', 'You are on the waiting list'])
    expect((await mailsTo(world.db, second.email))[0]?.text).toContain('waiting list')
    await leaveOccasion(world.db, first.token)
    await leaveOccasion(world.db, first.token)
    for (const { email } of [second, third]) {
      expect(await stateOf(world.db, email)).toBe('coming')
      expect((await subjectsTo(world.db, email)).at(-1)).toBe('A place is yours')
    }
    await exact(id)
  })

  test('the first whose party fits moves up; a bigger one before it keeps its turn', async () => {
    const id = await makeOne(3)
    const [one, two] = [await comeByMail(world.db, id, 1), await comeByMail(world.db, id, 2)]
    const big = await comeByMail(world.db, id, 3)
    const small = await comeByMail(world.db, id, 1)
    await leaveOccasion(world.db, one.token)
    expect([await stateOf(world.db, big.email), await stateOf(world.db, small.email)]).toEqual(['waiting', 'coming'])
    await leaveOccasion(world.db, small.token)
    expect(await stateOf(world.db, big.email)).toBe('waiting')
    await leaveOccasion(world.db, two.token)
    expect(await stateOf(world.db, big.email)).toBe('coming')
    await exact(id)
  })

  test('more places let those who wait move up, with the change', async () => {
    const id = await makeOne(1)
    await comeByMail(world.db, id)
    const waiting = [await comeByMail(world.db, id), await comeByMail(world.db, id), await comeByMail(world.db, id)]
    const { startsAt, endsAt } = await dateOf(world.db, id)
    await world.db.transaction((tx) => changeOccasion(tx, officer, id, planIn(3, { startsAt, endsAt, capacity: 3 })))
    expect(await Promise.all(waiting.map(({ email }) => stateOf(world.db, email)))).toEqual(['coming', 'coming', 'waiting'])
    await exact(id)
  })

  test('fewer people free places; more than there is room for are refused, and they keep what they have', async () => {
    const id = await makeOne(3)
    const many = await comeByMail(world.db, id, 3)
    const late = await comeByMail(world.db, id, 2)
    await changeNumber(world.db, many.token, 1)
    expect(await stateOf(world.db, late.email)).toBe('coming')
    await expect(changeNumber(world.db, many.token, 2)).rejects.toMatchObject({ fields: { people: 'It is full, so nobody more can come' } })
    await expect(changeNumber(world.db, many.token, 4)).rejects.toMatchObject({ fields: { people: expect.stringContaining('3 in all') } })
    expect((await dateOf(world.db, id)).takenCount).toBe(3)
    await exact(id)
  })

  test('whoever waits keeps their turn when their number changes, and moves up when it fits', async () => {
    const id = await makeOne(3)
    await comeByMail(world.db, id, 2)
    const early = await comeByMail(world.db, id, 3)
    await comeByMail(world.db, id, 2)
    await changeNumber(world.db, early.token, 1)
    expect(await stateOf(world.db, early.email)).toBe('coming')
    await exact(id)
  })

  test('who left can come again, at the end of the list', async () => {
    const id = await makeOne(1)
    const [left, next] = [await comeByMail(world.db, id), await comeByMail(world.db, id)]
    await leaveOccasion(world.db, left.token)
    expect(await stateOf(world.db, next.email)).toBe('coming')
    moveClock(3 * 60_000)
    await comeByMail(world.db, id, 1, left.email)
    expect(await stateOf(world.db, left.email)).toBe('waiting')
    expect(await world.db.select().from(signUps).where(eq(signUps.email, left.email))).toHaveLength(1)
  })

  test('a party bigger than all places is refused', async () => {
    const id = await makeOne(2)
    await expect(askToCome(world.db, id, newMailbox(), wish(3))).rejects.toMatchObject({ fields: { people: expect.stringContaining('2 in all') } })
  })
})

describe('nobody signs up', () => {
  test.each([
    ['when it was called off', async (id: number) => world.db.transaction((tx) => cancelOccasion(tx, officer, id, 'Snow')), 'called off'],
    ['when it has begun', async () => moveClock(3 * DAY + DAY / 2), 'begun'],
  ])('%s', async (_when, happen, said) => {
    const [id, email] = [await makeDate(world.db, officer, team, { capacity: 5 }), newMailbox()]
    await askToCome(world.db, id, email, wish())
    await happen(id)
    await expect(askToCome(world.db, id, newMailbox(), wish())).rejects.toThrow(said)
    await expect(joinOccasion(world.db, resident, id, wish())).rejects.toThrow(said)
    await expect(confirmSignUp(world.db, await tokenTo(world.db, email))).rejects.toThrow(said)
    expect((await dateOf(world.db, id)).takenCount).toBe(0)
  })

  test('where nobody needs to', async () => {
    const id = await makeDate(world.db, officer, team, { signUps: false })
    await expect(joinOccasion(world.db, resident, id, wish())).rejects.toThrow('Just come')
  })

  test('to what a moderator took down: there is no such thing', async () => {
    const id = await makeOne()
    const { token } = await comeByMail(world.db, id)
    await world.db
      .update(posts)
      .set({ state: 'withdrawn' })
      .where(eq(posts.id, (await dateOf(world.db, id)).postId))
    await expect(joinOccasion(world.db, resident, id, wish())).rejects.toThrow('no such')
    await expect(signUpByToken(world.db, token)).rejects.toThrow('no such')
  })
})

describe('200 at once', () => {
  test('take as many places as there are, and not one more', { timeout: 60_000 }, async () => {
    const id = await makeOne(50)
    const people = Array.from({ length: 200 }, (): SignedIn => ({ ...resident, accountId: resident.accountId, email: newMailbox() }))
    await inTurns(people, 15, (person) => joinOccasion(world.db, person, id, wish()))
    expect(await dateOf(world.db, id)).toMatchObject({ takenCount: 50, waitingCount: 150 })
    await exact(id)
  })

  test(
    'coming, leaving, changing and more or fewer places, mixed: exact, never too many, and nobody waits who fits',
    { timeout: 90_000 },
    async () => {
      const id = await makeOne(20)
      const { startsAt, endsAt } = await dateOf(world.db, id)
      const tokens: string[] = []
      for (let nth = 0; nth < 30; nth++) tokens.push((await comeByMail(world.db, id, 1 + (nth % 3))).token)
      const acts = Array.from({ length: 200 }, (_, nth) => async () => {
        const token = tokens[nth % tokens.length] ?? ''
        if (nth % 10 === 0) {
          const plan = planIn(3, { startsAt, endsAt, capacity: 15 + (nth % 25) })
          return world.db.transaction((tx) => changeOccasion(tx, officer, id, plan))
        }
        if (nth % 4 === 1) return leaveOccasion(world.db, token)
        if (nth % 4 === 2) return changeNumber(world.db, token, 1 + (nth % 4))
        return joinOccasion(world.db, { ...resident, email: newMailbox() }, id, wish(1 + (nth % 3)))
      })
      const expected = /cannot be fewer|nobody more can come|more can come|not on the list/
      await inTurns(acts, 15, (act) =>
        act().catch((problem: unknown) => {
          if (!(problem instanceof Error) || !expected.test(`${problem.message} ${JSON.stringify(problem)}`)) throw problem
        }),
      )
      await exact(id)
      const { capacity, takenCount } = await dateOf(world.db, id)
      const waiting = (await comersOf(world.db, id)).filter(({ state }) => state === 'waiting')
      for (const { people } of waiting) expect(people).toBeGreaterThan((capacity ?? 0) - takenCount)
    },
  )

  test('the database itself refuses one more', async () => {
    const id = await makeOne(1)
    await comeByMail(world.db, id)
    const late = await comeByMail(world.db, id)
    await expect(world.db.update(signUps).set({ state: 'coming' }).where(eq(signUps.email, late.email))).rejects.toThrow()
    await exact(id)
  })
})

/** So many lines at once until all are done. */
async function inTurns<One>(list: readonly One[], lines: number, act: (one: One) => Promise<unknown>): Promise<void> {
  const rest = [...list]
  const line = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await act(one)
  }
  await Promise.all(Array.from({ length: lines }, line))
}

describe('whoever looks after it', () => {
  test('sees what to call them, how many, what they need; never a mailbox', async () => {
    const id = await makeOne(3)
    const { email } = await comeByMail(world.db, id, 2, newMailbox(), 'Mo', 'A ramp')
    await comeByMail(world.db, id, 2)
    const comers = await comersOf(world.db, id)
    expect(comers).toMatchObject([
      { name: 'Mo', people: 2, needs: 'A ramp', state: 'coming', byPhone: false },
      { name: null, people: 2, state: 'waiting' },
    ])
    expect(JSON.stringify(comers)).not.toContain(email)
  })

  test('enters somebody who rang, once for the same form, and takes them off again', async () => {
    const [id, clientKey] = [await makeOne(1), randomUUID()]
    const form = { ...wish(1, 'Mrs Bell'), clientKey }
    expect(await Promise.all([enterSignUp(world.db, officer, id, form), enterSignUp(world.db, officer, id, form)])).toEqual([
      { waits: false },
      { waits: false },
    ])
    expect(await enterSignUp(world.db, press, id, { ...wish(1, 'Mr Bell'), clientKey: randomUUID() })).toEqual({ waits: true })
    const [bell] = await comersOf(world.db, id)
    expect(bell).toMatchObject({ name: 'Mrs Bell', byPhone: true })
    await endEntered(world.db, officer, id, bell?.id ?? 0)
    await endEntered(world.db, officer, id, bell?.id ?? 0)
    expect(await comersOf(world.db, id)).toMatchObject([{ name: 'Mr Bell', state: 'coming' }])
    await exact(id)
  })

  test('takes off nobody who signed up themself', async () => {
    const id = await makeOne()
    await comeByMail(world.db, id)
    const [comer] = await comersOf(world.db, id)
    await expect(endEntered(world.db, officer, id, comer?.id ?? 0)).rejects.toThrow('no such')
  })

  test('writes to everybody who comes, each by themself; a second tap sends nothing more', async () => {
    const [id, clientKey] = [await makeOne(2), randomUUID()]
    const [one, two, late] = [await comeByMail(world.db, id), await comeByMail(world.db, id), await comeByMail(world.db, id)]
    await enterSignUp(world.db, officer, id, { ...wish(1, 'Mrs Bell'), clientKey: randomUUID() })
    const sent = { body: 'Bring gloves.', clientKey }
    expect(await Promise.all([1, 2, 3].map(() => writeToComers(world.db, officer, id, sent)))).toEqual([2, 2, 2])
    for (const { email } of [one, two]) {
      const [mail, ...more] = (await mailsTo(world.db, email)).filter(({ subject }) => subject.startsWith('About'))
      expect(more).toEqual([])
      expect(mail?.text).toContain('Bring gloves.')
      expect(mail?.text).not.toContain(email === one.email ? two.email : one.email)
    }
    expect((await subjectsTo(world.db, late.email)).at(-1)).toBe('You are on the waiting list')
    const logged = await world.db.select().from(activities).where(eq(activities.kind, 'occasion.written'))
    expect(logged.filter(({ detail }) => detail['occasionId'] === id)).toMatchObject([
      { actorId: officer.accountId, audience: 'staff', detail: { told: 2 } },
    ])
  })

  test('does not write to nobody', async () => {
    await expect(writeToComers(world.db, officer, await makeOne(), { body: 'Hello', clientKey: randomUUID() })).rejects.toMatchObject({
      fields: { body: expect.any(String) },
    })
  })

  test.each([
    ['an officer of another team', () => elsewhere, 'looks after this'],
    ['a resident', () => resident, 'no such'],
  ])('%s does none of it', async (_who, who, said) => {
    const id = await makeOne(5)
    await expect(enterSignUp(world.db, who(), id, { ...wish(1, 'X'), clientKey: randomUUID() })).rejects.toThrow(said)
    await expect(writeToComers(world.db, who(), id, { body: 'Hello', clientKey: randomUUID() })).rejects.toThrow(said)
    await expect(endEntered(world.db, who(), id, 1)).rejects.toThrow(said)
    expect(await dateOf(world.db, id)).toMatchObject({ takenCount: 0 })
  })
})
