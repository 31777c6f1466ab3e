import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runImport } from '../../src/imports/command.ts'
import { openWorld, type World } from '../world.ts'
import { FIXTURES } from './fake-police.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
  folder = mkdtempSync(join(tmpdir(), 'blue-lamp-command-'))
  writeFileSync(join(folder, 'good.csv'), 'pcds,lat,long\nLN4 2LE,53.19,-0.533\nBT1 1AA,54.6,-5.9\n')
  writeFileSync(join(folder, 'bad.csv'), 'what is this\n')
  const ring = [
    [-0.5, 53.2],
    [-0.4, 53.2],
    [-0.4, 53.3],
    [-0.5, 53.2],
  ]
  const ward = { type: 'Feature', properties: { WD13CD: 'E05000001', WD13NM: 'Somewhere' }, geometry: { type: 'Polygon', coordinates: [ring] } }
  writeFileSync(join(folder, 'ward.geojson'), JSON.stringify(ward))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.close()
})

async function run(argv: string[], terminal: { isTTY?: boolean; columns?: number } = {}): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await runImport(world.db, argv, { write: (more: string) => (text += more), ...terminal })
  return { code, text }
}

test.each([
  [[]],
  [['what']],
  [['police']],
  [['police', 'somewhere']],
  [['police', 'a', 'b', 'c']],
  [['postcodes']],
  [['boundaries']],
  [['boundaries', 'x', '--kind', 'parish']],
  [['police', 'a', 'b', '--nonsense']],
])('%j is answered with how to do it', async (argv) => {
  const { code, text } = await run(argv)
  expect(code).toBe(2)
  expect(text).toContain('npm run import -- police SOURCE FORCE')
})

test('in a log: plain lines, the figures, every reason', async () => {
  const { code, text } = await run(['police', FIXTURES, 'ashmere'])
  expect(code).toBe(0)
  expect(text).toContain('5 of 5 neighbourhoods Abbey\n')
  expect(text).toMatch(/^new +5$/m)
  expect(text).toMatch(/^refused +11$/m)
  expect(text).toContain('  ../secret: The id cannot be used in an address.\n')
  expect(text).not.toContain('\u001b')
})

test('on a terminal: a bar that redraws itself and never wraps', async () => {
  const { text } = await run(['police', FIXTURES, 'ashmere'], { isTTY: true, columns: 60 })
  expect(text).toContain(`\r\u001b[2K[${'#'.repeat(30)}] 5 of 5 neighbourhoods`)
  for (const drawn of text.split('\r\u001b[2K').slice(1, -1)) expect(drawn.length).toBeLessThan(60)
  expect(text).toMatch(/^same +5$/m)
})

test('postcodes: rows left out are no failure, a refused file is', async () => {
  expect((await run(['postcodes', join(folder, 'good.csv')])).code).toBe(0)
  const { code, text } = await run(['postcodes', join(folder, 'good.csv'), join(folder, 'bad.csv')])
  expect(code).toBe(1)
  expect(text).toContain('bad.csv: This is neither Code-Point Open')
  expect(text).toMatch(/^same +1$/m)
})

test('boundaries: a refused file does not keep the others out', async () => {
  const { code, text } = await run(['boundaries', join(folder, 'bad.csv'), join(folder, 'ward.geojson')])
  expect(code).toBe(1)
  expect(text).toMatch(/^new +1$/m)
  expect(text).toContain('bad.csv: This is not GeoJSON')
  expect((await run(['boundaries', join(folder, 'ward.geojson'), '--kind', 'ward'])).code).toBe(0)
})

test('a site that is set up for one force takes no other', async () => {
  let text = ''
  const out = { write: (more: string) => (text += more) }
  expect(await runImport(world.db, ['police', FIXTURES, 'ashmere'], out, 'lincolnshire')).toBe(1)
  expect(text).toBe('Not imported. This site is set up for lincolnshire, not for ashmere. One site serves one force.\n')
  expect(await runImport(world.db, ['police', FIXTURES, 'ashmere'], out, 'ashmere')).toBe(0)
})

test('a refused run says why in one line', async () => {
  const { code, text } = await run(['police', join(folder, 'nowhere'), 'ashmere'])
  expect(code).toBe(1)
  expect(text).toMatch(/^Not imported\. There is no neighbourhoods\.json/)
})
