/** An event in feeds and calendars: when and where it is, that it was moved, and that it is called off. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { callOffDate, moveDate } from '../../src/events/dates.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { planned, planOf } from '../events/event-world.ts'
import { makeStaff, makeTeam } from '../people.ts'

const HOUR = 3_600_000
let site: TestApp
let team: TeamName
let officer: SignedIn

beforeAll(async () => {
  site = await openApp()
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  officer = await makeStaff(site.world.db, 'PC Adeyemi', 'officer', team)
})
afterAll(() => site.close())

const unfold = (text: string): string => text.replaceAll(/\r\n[ \t]/g, '')
const calendar = async (path: string): Promise<string> => unfold((await site.get(path)).body)
const entries = async () =>
  (await site.get(`/teams/${team.slug}/feed.json`)).json<{ items: { title: string; content_html: string; date_modified: string }[] }>().items

test('a date that is moved keeps its name in calendars with a higher sequence, and the feed knows of it', async () => {
  const { db } = site.world
  const event = await planned(db, officer, team, { title: 'Meet us & ask' })
  const [date] = event.dates
  if (!date) throw new Error('no date')
  const [before] = await entries()
  expect(before?.content_html).toContain('<b>Where:</b> Village Hall, High Street')
  const plan = { ...planOf(date), startsAt: new Date(date.startsAt.getTime() + HOUR), endsAt: new Date(date.endsAt.getTime() + HOUR) }
  await moveDate(db, officer, event.id, date.id, { plan, because: 'The hall is let.', rest: false })
  const own = await calendar(`/occasions/${date.id}/event.ics`)
  expect(own).toContain(`UID:occasion-${date.id}@`)
  expect(own).toMatch(/SEQUENCE:[1-9]/)
  expect(own).toContain(`DTSTART:${plan.startsAt.toISOString().replaceAll(/[-:]|\.000/g, '')}`)
  const [after] = await entries()
  expect(new Date(after?.date_modified ?? 0).getTime()).toBeGreaterThan(new Date(before?.date_modified ?? 0).getTime())
})

test('what is called off stays and says so: in the calendars of team and force, and in the feed', async () => {
  const { db } = site.world
  const event = await planned(db, officer, team, { title: 'Bike marking', days: 5 })
  const id = event.dates[0]?.id ?? 0
  await callOffDate(db, officer, event.id, id, { because: 'The hall is flooded.', rest: false })
  for (const path of [`/teams/${team.slug}/events.ics`, '/events.ics']) {
    const entry = (await calendar(path)).split('BEGIN:VEVENT').find((part) => part.includes(`UID:occasion-${id}@`))
    expect(entry).toContain('STATUS:CANCELLED')
    expect(entry).toContain('SUMMARY:Called off: Bike marking')
    expect(entry).toContain('The hall is flooded.')
  }
  expect((await entries()).map(({ title }) => title)).toContain('Called off: Bike marking')
  await db.$client.query(`update posts set state = 'withdrawn', withdrawn_at = now(), withdrawn_because = 'A mistake.' where id = ${event.postId}`)
  expect(await calendar('/events.ics')).not.toContain(`UID:occasion-${id}@`)
  expect((await site.get(`/occasions/${id}/event.ics`)).statusCode).toBe(404)
})
