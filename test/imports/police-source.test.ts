import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Progress } from '../../src/imports/report.ts'
import { importRuns } from '../../src/imports/schema.ts'
import { officers, teams } from '../../src/teams/schema.ts'
import { figures, walkBeat } from './beat.ts'
import { broken, FIXTURES, hangUp, page, status } from './fake-police.ts'

const beat = walkBeat()

describe('a source that misbehaves', () => {
  test('429 with Retry-After: waits as long as it says', async () => {
    beat.police.misbehave('ashmere/AM01', status(429, { 'retry-after': '7' }))
    expect(figures(await beat.run())).toEqual([5, 0, 0, 0])
    expect(Math.max(...beat.waited)).toBeGreaterThan(6500)
    expect(Math.max(...beat.waited)).toBeLessThanOrEqual(7000)
  })

  test('429 without: about a second', async () => {
    beat.police.misbehave('ashmere/AM01', status(429), status(429), status(429))
    expect(figures(await beat.run())).toEqual([5, 0, 0, 0])
    expect(Math.max(...beat.waited)).toBeLessThanOrEqual(1000)
    expect(Math.max(...beat.waited)).toBeGreaterThan(900)
  })

  test('429 for ever comes to an end', async () => {
    beat.police.misbehave('ashmere/AM01', ...Array.from({ length: 50 }, () => status(429)))
    const report = await beat.run()
    expect(figures(report)).toEqual([4, 0, 0, 0])
    expect(report.refused.find(({ what }) => what.startsWith('AM01 Ash'))?.why).toContain('slow down')
  })

  test.each([
    ['500', status(500)],
    ['503 with a page', status(503, { 'content-type': 'text/html' }, '<h1>Busy</h1>')],
    ['broken JSON', broken],
    ['a page instead of JSON', page],
    ['nothing at all', status(200)],
    ['hanging up', hangUp],
  ])('%s twice, then all is well', async (_what, answer) => {
    beat.police.misbehave('ashmere/AM01/boundary', answer, answer)
    const report = await beat.run()
    expect(figures(report)).toEqual([5, 0, 0, 0])
    expect(report.complete).toBe(true)
    expect(beat.waited).toContain(500)
    expect(beat.waited).toContain(1000)
  })

  test.each([
    ['500', status(500), 'it answered 500'],
    ['broken JSON', broken, 'its JSON was broken'],
    ['a page instead of JSON', page, 'a page instead of JSON'],
    ['nothing at all', status(200), 'its answer was empty'],
    ['hanging up', hangUp, 'could not be reached'],
    ['403', status(403), 'it answered 403'],
    ['another shape', status(200, {}, '{"error":"no"}'), 'another shape'],
    ['another neighbourhood', null, 'another neighbourhood'],
  ])('%s for good: that neighbourhood stays as it was, with the reason', async (_what, answer, why) => {
    await beat.run()
    const before = await beat.team('AM01')
    if (answer) beat.police.misbehave('ashmere/AM01/people', answer, answer, answer, answer)
    else beat.police.bodies.set('ashmere/AM01', { id: 'AM02', name: 'Another' })
    beat.police.bodies.set('ashmere/AM01/events', [])
    const report = await beat.run()
    expect(figures(report)).toEqual([0, 0, 4, 0])
    expect(report.complete).toBe(false)
    expect(report.refused.find(({ what }) => what === 'AM01 Ashmere Castle & Quay')?.why).toContain(why)
    expect(await beat.team('AM01')).toEqual(before)
    expect(await beat.db.select().from(officers)).toHaveLength(2)
  })

  test.each([
    ['empty', [], 'empty'],
    ['only entries that cannot be used', [{ id: '..', name: 'x' }], 'empty'],
    ['of another shape', { error: 'no' }, 'another shape'],
  ])('a list that is %s changes nothing', async (_what, body, why) => {
    await beat.run()
    beat.police.bodies.set('ashmere/neighbourhoods', body)
    await expect(beat.run()).rejects.toThrow(why)
    expect((await beat.db.select().from(teams)).every((row) => row.archivedAt === null)).toBe(true)
  })

  test('no such force, no such folder, no such server, another force, a force that is none', async () => {
    await expect(beat.run({ force: 'elsewhere' })).rejects.toThrow('knows no such force')
    await expect(beat.run({ source: join(FIXTURES, 'nowhere') })).rejects.toThrow('no neighbourhoods.json')
    await expect(beat.run({ source: 'http://127.0.0.1:9/api' })).rejects.toThrow('could not be reached')
    await expect(beat.run({ source: 'https://name:secret@example.org/api' })).rejects.toThrow('name or password')
    for (const force of ['', '../x', 'Ash Mere', 'a/b']) await expect(beat.run({ force })).rejects.toThrow('FORCE')
    expect(await beat.db.select().from(importRuns)).toEqual([])
    await beat.run()
    beat.police.bodies.set('elsewhere/neighbourhoods', [{ id: 'AM01', name: 'Not ours' }])
    await expect(beat.run({ force: 'elsewhere' })).rejects.toThrow('One site serves one force')
    expect((await beat.team('AM01')).name).toBe('Ashmere Castle & Quay')
  })
})

describe('cut short', () => {
  test('the next run goes on with what was not done', async () => {
    const stop = ({ done }: Progress) => {
      if (done === 2) throw new Error('the machine went off')
    }
    await expect(beat.run({ onProgress: stop })).rejects.toThrow('went off')
    beat.police.asked.length = 0
    const report = await beat.run()
    expect(figures(report)).toEqual([5, 0, 0, 0])
    expect(beat.police.asked.some((path) => path.includes('AM01') || path.includes('Mill'))).toBe(false)
    expect(beat.police.asked).toContain('/api/ashmere/AM04')
    const runs = await beat.db.select().from(importRuns)
    expect(runs).toHaveLength(1)
    expect(runs[0]?.summary).toMatchObject({ new: 5 })
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
  })

  test('what was done more than a day ago is done again', async () => {
    await expect(
      beat.run({
        onProgress: () => {
          throw new Error('off')
        },
      }),
    ).rejects.toThrow('off')
    await beat.db.update(importRuns).set({ startedAt: new Date(Date.now() - 25 * 3_600_000) })
    expect(figures(await beat.run())).toEqual([4, 0, 1, 0])
  })

  test('a source that goes away: the run stops, and goes on later', async () => {
    beat.police.bodies.set(
      'ashmere/neighbourhoods',
      Array.from({ length: 12 }, (_, n) => ({ id: `X${n}`, name: `Place ${n}` })),
    )
    for (let n = 3; n < 12; n++) beat.police.misbehave(`ashmere/X${n}`, ...Array.from({ length: 4 }, () => status(502)))
    await expect(beat.run()).rejects.toThrow('goes on from there')
    expect(await beat.db.select().from(teams)).toHaveLength(3)
    for (let n = 3; n < 12; n++) beat.police.misbehave(`ashmere/X${n}`)
    beat.police.asked.length = 0
    expect(figures(await beat.run())).toEqual([12, 0, 0, 0])
    expect(beat.police.asked).not.toContain('/api/ashmere/X0')
  })

  test('two at once: the second is refused', async () => {
    let second: Promise<string> = Promise.resolve('')
    const onProgress = ({ done }: Progress) => {
      if (done === 1) second = beat.run().then(() => 'it ran', String)
    }
    await beat.run({ onProgress })
    expect(await second).toContain('Another import of police is running')
  })
})

test('never more than the service allows, also in a whole force', async () => {
  beat.police.bodies.set(
    'ashmere/neighbourhoods',
    Array.from({ length: 20 }, (_, n) => ({ id: `X${n}`, name: `Place ${n}` })),
  )
  await beat.run()
  expect(beat.police.asked).toHaveLength(101)
  // 25 at once, the other 76 at 14 a second.
  expect(beat.waited.reduce((sum, milliseconds) => sum + milliseconds, 0)).toBeGreaterThan((76 / 15) * 1000 - 500)
})

test('files that are no JSON leave that neighbourhood alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blue-lamp-police-'))
  mkdirSync(join(folder, 'A1'))
  writeFileSync(join(folder, 'neighbourhoods.json'), '\ufeff[{"id":"A1","name":"One"},{"id":"A2","name":"Two"}]')
  writeFileSync(join(folder, 'A1', 'people.json'), '<html>')
  const report = await beat.run({ source: folder })
  expect(report).toMatchObject({ new: 1, complete: false, refused: [{ what: 'A1 One', why: 'Left as it was: a file is not JSON.' }] })
  rmSync(folder, { recursive: true, force: true })
})
