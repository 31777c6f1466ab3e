/**
 * On whatever day the demonstration is made, what it shows lies where it says: before today, ahead, and never at Christmas.
 */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { windowOf } from '../../src/demonstration/force-book.ts'
import { PLANNED_GROUPS, PLANNED_SESSIONS } from '../../src/demonstration/force-gatherings.ts'
import { addForce } from '../../src/demonstration/force-play.ts'
import { Schedule } from '../../src/demonstration/schedule.ts'
import { seedOnce } from '../../src/demonstration/seed.ts'
import { windowsOf } from '../../src/demonstration/taking-part-book.ts'
import { PLANNED_EVENTS } from '../../src/demonstration/taking-part-events.ts'
import { addTakingPart } from '../../src/demonstration/taking-part-play.ts'
import { PLANNED_TASKS } from '../../src/demonstration/taking-part-tasks.ts'
import { Timetable } from '../../src/demonstration/timetable.ts'
import { forceSights } from '../../src/demonstration/tour-force.ts'
import { takingPartSights } from '../../src/demonstration/tour-taking-part.ts'
import { dayKey } from '../../src/text/dates.ts'
import { openApp, type TestApp } from '../app.ts'

const DAY = 86_400_000
const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgres://test' })

/** Every day of more than a year, at all hours: the night of the clocks and both ends of each quarter are among them. */
const DAYS = Array.from({ length: 400 }, (_, nth) => new Date(Date.parse('2026-12-01T00:10:00Z') + nth * DAY + ((nth * 7) % 24) * 3_600_000))

const DATED = [...PLANNED_EVENTS, ...PLANNED_TASKS]

describe('on every day', () => {
  test('nothing happens later than today, nor before the pages were opened', () => {
    for (const today of DAYS) {
      const schedule = new Schedule(new Timetable(today))
      addTakingPart(schedule, config)
      addForce(schedule, config)
      const [first, last] = [schedule.acts().at(0), schedule.acts().at(-1)]
      expect([today.toISOString(), (first?.at.getTime() ?? 0) > today.getTime() - 100 * DAY]).toEqual([today.toISOString(), true])
      expect([today.toISOString(), last && last.at <= today]).toEqual([today.toISOString(), true])
    }
  })

  test('what is past is past, what is ahead is ahead, and nothing is at Christmas', () => {
    for (const today of DAYS)
      for (const { key, dates } of DATED) {
        const windows = windowsOf(dates, today)
        expect([key, windows.filter(({ startsAt }) => /-12-(2[4-9]|3[01])$|-01-01$/.test(dayKey(startsAt)))]).toEqual([key, []])
        const days = 'monthly' in dates ? null : dates.days
        const wrong = windows.filter(({ startsAt }, at) => days && startsAt > today !== (days[at] ?? 0) > 0)
        expect([today.toISOString(), key, wrong]).toEqual([today.toISOString(), key, []])
      }
  })
})

test('sessions and groups of staff are on working days, never at Christmas, planned before they begin', () => {
  for (const today of DAYS)
    for (const { key, time } of [...PLANNED_SESSIONS, ...PLANNED_GROUPS]) {
      const { startsAt, endsAt } = windowOf(time, today)
      const isPast = endsAt < new Date(today.getTime() - DAY / 24)
      const isAhead = startsAt > new Date(today.getTime() + DAY)
      expect([today.toISOString(), key, time.days < 0 ? isPast : isAhead]).toEqual([today.toISOString(), key, true])
      expect([key, /-12-(2[4-9]|3[01])$|-01-01$/.test(dayKey(startsAt)), [0, 6].includes(startsAt.getUTCDay())]).toEqual([key, false, false])
    }
})

test('the monthly meeting was held twice at least, and lies ahead as often', () => {
  const dates = PLANNED_EVENTS.flatMap((event) => ('monthly' in event.dates ? [event.dates] : []))
  for (const today of DAYS) {
    const windows = dates.flatMap((each) => windowsOf(each, today))
    expect(windows.filter(({ endsAt }) => endsAt < new Date(today.getTime() - DAY)).length).toBeGreaterThanOrEqual(2)
    expect(windows.filter(({ startsAt }) => startsAt > new Date(today.getTime() + 4 * DAY)).length).toBeGreaterThanOrEqual(2)
  }
})

describe('made on the first night of a year and of a quarter', () => {
  let site: TestApp

  beforeAll(async () => {
    site = await openApp({ DEMONSTRATION: 'yes' })
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-01T00:20:00Z') })
    expect(await seedOnce(site.world.db, site.config)).toBe(true)
  }, 300_000)
  afterAll(async () => {
    vi.useRealTimers()
    await site.close()
  })

  test('there is something to see in every part', async () => {
    const sights = [...(await takingPartSights(site.world.db)), ...(await forceSights(site.world.db))]
    const missing = sights.filter(({ path }) => path === null)
    expect(missing.map(({ what }) => what)).toEqual([])
  })

  test('the quarter before is settled', async () => {
    const { rows } = await site.world.db.execute<{ period: string; final: boolean }>(
      sql`select period, final_at is not null as final from effort_results order by period`,
    )
    expect(rows[0]).toEqual({ period: '2026-Q4', final: true })
  })
})
