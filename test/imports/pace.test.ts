import { expect, test } from 'vitest'
import { makePace } from '../../src/imports/pace.ts'

function fakeClock() {
  let now = 0
  return {
    time: () => now,
    wait: async (milliseconds: number) => {
      now += milliseconds
    },
  }
}

test('a burst at once, then no more than the rate', async () => {
  const clock = fakeClock()
  const pace = makePace({ perSecond: 14, burst: 25, ...clock })
  const times: number[] = []
  for (let request = 0; request < 290; request++) {
    await pace.take()
    times.push(clock.time())
  }
  expect(times.filter((time) => time === 0)).toHaveLength(25)
  expect(times.at(-1)).toBeGreaterThanOrEqual(((290 - 25) / 14) * 1000)
  // A service that refills 15 a second and holds 30 never runs dry.
  let level = 30
  for (const [index, time] of times.entries()) {
    level = Math.min(30, level + ((time - (times[index - 1] ?? 0)) / 1000) * 15) - 1
    expect(level).toBeGreaterThan(0)
  }
})

test('a pause holds everybody', async () => {
  const clock = fakeClock()
  const pace = makePace({ perSecond: 14, burst: 25, ...clock })
  pace.pause(3000)
  await pace.take()
  expect(clock.time()).toBe(3000)
})
