/** Reminders the day before, and forgetting, by moving the clock. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { mails } from '../../src/mail/schema.ts'
import { comersOf } from '../../src/occasions/coming.ts'
import { forgetSignUps } from '../../src/occasions/forgetting.ts'
import { cancelOccasion, changeOccasion } from '../../src/occasions/planning.ts'
import { reminderDue, remindOfOccasions } from '../../src/occasions/reminder.ts'
import { signUps } from '../../src/occasions/schema.ts'
import { enterSignUp, leaveOccasion } from '../../src/occasions/sign-up.ts'
import { signUpByToken } from '../../src/occasions/own.ts'
import { askToCome } from '../../src/occasions/request.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { travelTo } from '../places/presence-world.ts'
import { openWorld, type World } from '../world.ts'
import {
  comeByMail,
  CONFIG,
  countsOf,
  dateOf,
  DAY,
  HOUR,
  mailsTo,
  makeDate,
  newMailbox,
  planIn,
  register,
  subjectsTo,
  wish,
} from './occasion-world.ts'

let world: World
let team: TeamName
let officer: SignedIn

beforeAll(async () => {
  world = await openWorld(10)
  register()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
})
afterAll(() => world?.close())
afterEach(() => moveClock(0))

const remind = () => remindOfOccasions(world.db, CONFIG)
const reminders = async (email: string) => (await subjectsTo(world.db, email)).filter((subject) => subject === 'Reminder').length

/** Runs the job every ten minutes over a time, and once at each moment; answers after which moment the mailbox was first reminded. */
async function watch(email: string, from: Date, until: Date): Promise<Date | null> {
  const before = await reminders(email)
  for (let at = from.getTime(); at <= until.getTime(); at += 10 * 60_000) {
    travelTo(new Date(at))
    await remind()
    if ((await reminders(email)) > before) return new Date(at)
  }
  return null
}

describe('a reminder', () => {
  test('comes at the same time of the day before, once, however often and by however many the job is run', async () => {
    const id = await makeDate(world.db, officer, team, {}, 5)
    const { email } = await comeByMail(world.db, id, 2)
    const { startsAt } = await dateOf(world.db, id)
    const due = reminderDue(startsAt)
    travelTo(due, -60_000)
    await remind()
    expect(await reminders(email)).toBe(0)
    travelTo(due, 1000)
    await Promise.all([remind(), remind(), remind()])
    travelTo(due, 3 * HOUR)
    await remind()
    expect(await reminders(email)).toBe(1)
    expect((await mailsTo(world.db, email)).at(-1)?.text).toContain('2 places')
  })

  test('goes to those who come, and not to those who wait, left, never confirmed or rang', async () => {
    const id = await makeDate(world.db, officer, team, { capacity: 2 }, 5)
    const [one, two] = [await comeByMail(world.db, id), await comeByMail(world.db, id)]
    const waiting = await comeByMail(world.db, id)
    await leaveOccasion(world.db, two.token)
    const late = await comeByMail(world.db, id, 2)
    const asked = newMailbox()
    await askToCome(world.db, id, asked, wish())
    travelTo(reminderDue((await dateOf(world.db, id)).startsAt), 1000)
    await remind()
    expect(await Promise.all([one.email, two.email, waiting.email, late.email, asked].map(reminders))).toEqual([1, 0, 1, 0, 0])
  })

  test('is not sent of what was called off, nor once it has begun', async () => {
    const [off, begun] = [await makeDate(world.db, officer, team, {}, 5), await makeDate(world.db, officer, team, {}, 5)]
    const [one, two] = [await comeByMail(world.db, off), await comeByMail(world.db, begun)]
    await world.db.transaction((tx) => cancelOccasion(tx, officer, off, 'Snow'))
    const { startsAt } = await dateOf(world.db, off)
    travelTo(startsAt, 1000)
    await remind()
    expect([await reminders(one.email), await reminders(two.email)]).toEqual([0, 0])
  })

  test('comes anew for what was moved after it, a day before the new time', async () => {
    const id = await makeDate(world.db, officer, team, {}, 3)
    const { email } = await comeByMail(world.db, id)
    const { startsAt } = await dateOf(world.db, id)
    travelTo(reminderDue(startsAt), 1000)
    await remind()
    await world.db.transaction((tx) => changeOccasion(tx, officer, id, planIn(6)))
    const moved = (await dateOf(world.db, id)).startsAt
    await remind()
    expect(await reminders(email)).toBe(1)
    expect(await watch(email, new Date(reminderDue(moved).getTime() - HOUR), moved)).toEqual(reminderDue(moved))
    expect(await reminders(email)).toBe(2)
  })

  test('is the mail of the move itself for what is moved within its last day', async () => {
    const id = await makeDate(world.db, officer, team, {}, 3)
    const { email } = await comeByMail(world.db, id)
    const { startsAt, endsAt } = await dateOf(world.db, id)
    travelTo(reminderDue(startsAt), -HOUR)
    const plan = { ...planIn(3), startsAt: new Date(startsAt.getTime() - 2 * HOUR), endsAt }
    await world.db.transaction((tx) => changeOccasion(tx, officer, id, plan))
    expect((await subjectsTo(world.db, email)).at(-1)).toBe('Changed')
    for (const past of [0, HOUR, 5 * HOUR]) {
      travelTo(reminderDue(startsAt), past)
      await remind()
    }
    expect(await reminders(email)).toBe(0)
  })

  test('is needless for what is planned less than a day ahead: whoever signs up has just heard', async () => {
    travelTo(new Date(`${new Date(Date.now() + 2 * DAY).toISOString().slice(0, 10)}T18:00:00Z`))
    const id = await makeDate(world.db, officer, team, {}, 1)
    const { email } = await comeByMail(world.db, id)
    moveClock(20 * 60_000)
    await remind()
    moveClock(HOUR)
    const late = await comeByMail(world.db, id)
    await remind()
    expect([await reminders(email), await reminders(late.email)]).toEqual([0, 0])
    expect((await dateOf(world.db, id)).remindedSequence).toBe(0)
  })

  test('comes to those who signed up in time, not to those who signed up in the last day', async () => {
    const id = await makeDate(world.db, officer, team, {}, 4)
    const early = await comeByMail(world.db, id)
    travelTo(reminderDue((await dateOf(world.db, id)).startsAt), 5 * 60_000)
    const late = await comeByMail(world.db, id)
    await remind()
    expect([await reminders(early.email), await reminders(late.email)]).toEqual([1, 0])
  })

  test.each([
    ['goes forward', '2027-03-28', '2027-03-27T14:00:00.000Z', '2027-03-28T13:00:00.000Z'],
    ['goes back', '2026-10-25', '2026-10-24T13:00:00.000Z', '2026-10-25T14:00:00.000Z'],
    ['goes back again', '2027-10-31', '2027-10-30T13:00:00.000Z', '2027-10-31T14:00:00.000Z'],
    ['does nothing', '2027-06-12', '2027-06-11T13:00:00.000Z', '2027-06-12T13:00:00.000Z'],
  ])('keeps the time of day where the clock %s (%s)', async (_how, _day, due, starts) => {
    const startsAt = new Date(starts)
    expect(reminderDue(startsAt).toISOString()).toBe(due)
    if (startsAt.getTime() < Date.now()) return
    travelTo(startsAt, -4 * DAY)
    const id = await makeDate(world.db, officer, team, { startsAt, endsAt: new Date(startsAt.getTime() + HOUR) })
    const { email } = await comeByMail(world.db, id)
    expect(await watch(email, new Date(Date.parse(due) - HOUR), startsAt)).toEqual(new Date(due))
  })
})

describe('four weeks after the end', () => {
  test('names, needs, mailboxes, links and mails are gone; how many came stays', async () => {
    const id = await makeDate(world.db, officer, team, { capacity: 3 })
    const { email, token } = await comeByMail(world.db, id, 2, newMailbox(), 'Mo', 'A ramp')
    await comeByMail(world.db, id, 2)
    await enterSignUp(world.db, officer, id, { ...wish(1, 'Mrs Bell'), clientKey: crypto.randomUUID() })
    const { endsAt, takenCount } = await dateOf(world.db, id)
    travelTo(endsAt, 28 * DAY - 1000)
    await forgetSignUps(world.db)
    expect((await signUpByToken(world.db, token)).name).toBe('Mo')
    travelTo(endsAt, 28 * DAY + 1000)
    await Promise.all([forgetSignUps(world.db), forgetSignUps(world.db)])
    await forgetSignUps(world.db)
    const rows = await world.db.select().from(signUps).where(eq(signUps.occasionId, id))
    for (const row of rows) expect(row).toMatchObject({ email: null, name: null, needs: null, accountId: null, forgottenAt: expect.any(Date) })
    await expect(signUpByToken(world.db, token)).rejects.toThrow('no such')
    expect(await mailsTo(world.db, email)).toEqual([])
    expect(await comersOf(world.db, id)).toEqual([])
    const { kept, counted } = await countsOf(world.db, id)
    expect(kept).toEqual([takenCount, 2])
    expect(counted).toEqual(kept)
    await expect(world.db.execute(sql`update sign_ups set name = 'Mo' where occasion_id = ${id}`)).rejects.toThrow()
  })

  test('what was never confirmed goes after its link, with its mail', async () => {
    const [id, email] = [await makeDate(world.db, officer, team, {}, 20), newMailbox()]
    await askToCome(world.db, id, email, wish())
    moveClock(7 * DAY - 60_000)
    await forgetSignUps(world.db)
    expect(await mailsTo(world.db, email)).toHaveLength(1)
    moveClock(2 * 60_000)
    await forgetSignUps(world.db)
    expect(await world.db.select().from(signUps).where(eq(signUps.email, email))).toEqual([])
    expect(await world.db.select().from(mails).where(eq(mails.to, email))).toEqual([])
    expect(now().getTime()).toBeGreaterThan(Date.now())
  })
})
