/** What a team's page says of its meetings. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { now } from '../../src/clock.ts'
import { teamNow } from '../../src/pages/team-now.ts'
import { planned } from '../events/event-world.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

test('tells how many places are left only where they are counted', async () => {
  const team = await makeTeam(world.db, 'Bracebridge Heath')
  const officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  await planned(world.db, officer, team, { days: 3, title: 'Open to all' })
  await planned(world.db, officer, team, { days: 4, title: 'As many as come', date: { signUps: true } })
  await planned(world.db, officer, team, { days: 5, title: 'Twelve', date: { signUps: true, capacity: 12 } })
  const { meetings } = await teamNow(world.db, team, now())
  expect(meetings.map(({ title, placesLeft }) => [title, placesLeft])).toEqual([
    ['Open to all', null],
    ['As many as come', null],
    ['Twelve', 12],
  ])
})
