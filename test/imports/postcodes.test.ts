import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { importPostcodes } from '../../src/imports/postcodes.ts'
import type { Progress } from '../../src/imports/report.ts'
import { importRuns } from '../../src/imports/schema.ts'
import { postcodeByKey } from '../../src/geography/postcode.ts'
import { postcodes } from '../../src/geography/schema.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blue-lamp-postcodes-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.db.delete(postcodes)
  await world.db.delete(importRuns)
})

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\r\n'))
  return path
}
const run = (...files: string[]) => importPostcodes(world.db, { files })
const CODES = '"E92000001","E19000001","E18000004","E10000019","E07000138","E05005611"'

describe('Code-Point Open', () => {
  test('seven characters wide, converted from the grid, quality by ten, no position at 90', async () => {
    const report = await run(
      file('ln.csv', `"LN1 1AB",10,496267,373047,${CODES}`, `"LN110AA",50,532742,387323,${CODES}`, `"B1  1AA",90,0,0,${CODES}`),
    )
    expect(report).toMatchObject({ new: 3, changed: 0, same: 0, refused: [], complete: true })
    expect(await postcodeByKey(world.db, 'LN11AB')).toMatchObject({
      point: { lat: 53.245724, lng: -0.558796 },
      quality: 1,
      wardCode: 'E05005611',
      districtCode: 'E07000138',
    })
    expect(await postcodeByKey(world.db, 'LN110AA')).toMatchObject({ quality: 5, display: 'LN11 0AA' })
    expect(await postcodeByKey(world.db, 'B11AA')).toMatchObject({ quality: 9, point: null })
  })

  test('with its column names in front, in either spelling', async () => {
    const report = await run(file('with.csv', 'PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC', `"LN1 1AB",10,496267,373047,${CODES}`))
    expect(report).toMatchObject({ new: 1, refused: [] })
  })

  test('does not forget what a directory said about the force', async () => {
    await run(file('onspd.csv', 'pcds,lat,long,pfa', 'LN1 1AB,53.245724,-0.558796,E23000020'))
    await run(file('ln.csv', `"LN1 1AB",10,496267,373047,${CODES}`))
    expect(await postcodeByKey(world.db, 'LN11AB')).toMatchObject({ forceCode: 'E23000020', wardCode: 'E05005611' })
  })
})

describe('ONS directories of every edition', () => {
  test('2016: abolished, without position, quoted', async () => {
    const header = '"pcd","pcd2","pcds","dointr","doterm","oslaua","osward","oseast1m","osnrth1m","osgrdind","lat","long","pfa"'
    const report = await run(
      file(
        'ONSPD_AUG_2016.csv',
        header,
        '"LN4 2LE","LN4  2LE","LN4 2LE","198001","","E07000139","E05005621","498000","0367000","1","53.190000","-0.533000","E23000020"',
        '"LN4 9ZZ","LN4  9ZZ","LN4 9ZZ","198001","200106","E07000139","E05005621","498000","0367000","1","53.190000","-0.533000","E23000020"',
        '"JE2 3AB","JE2  3AB","JE2 3AB","198001","","L99999999","L99999999","","","9","99.999999","0.000000","L99999999"',
      ),
    )
    expect(report).toMatchObject({ new: 3, refused: [] })
    expect(await postcodeByKey(world.db, 'LN42LE')).toMatchObject({
      point: { lat: 53.19, lng: -0.533 },
      terminated: null,
      forceCode: 'E23000020',
      quality: 1,
    })
    expect(await postcodeByKey(world.db, 'LN49ZZ')).toMatchObject({ terminated: '200106', point: { lat: 53.19, lng: -0.533 } })
    expect(await postcodeByKey(world.db, 'JE23AB')).toMatchObject({ point: null, quality: 9 })
  })

  test('2025: new names, in capitals, in another order', async () => {
    const report = await run(
      file(
        'ONSPD_2025.csv',
        'LONG,LAT,PFA23CD,WD25CD,LAD25CD,GRIDIND,DOTERM,PCDS,PCD8,PCD7',
        '-0.533,53.19,E23000020,E05012345,E07000139,2,,LN4 2LE,LN4  2LE,LN4 2LE',
      ),
    )
    expect(report).toMatchObject({ new: 1 })
    expect(await postcodeByKey(world.db, 'LN42LE')).toMatchObject({
      wardCode: 'E05012345',
      districtCode: 'E07000139',
      forceCode: 'E23000020',
      quality: 2,
    })
  })

  test('NSPL: short names', async () => {
    await run(file('NSPL.csv', '\ufeffpcd,pcd2,pcds,laua,ward,lat,long', 'LN4 2LE,LN4  2LE,LN4 2LE,E07000139,E05005621,53.19,-0.533'))
    expect(await postcodeByKey(world.db, 'LN42LE')).toMatchObject({ wardCode: 'E05005621', districtCode: 'E07000139', forceCode: null })
  })

  test('without degrees the grid serves, leading zero and all', async () => {
    await run(file('old.csv', 'pcd,oseast1m,osnrth1m', 'LN1 1AB,496267,0373047'))
    expect(await postcodeByKey(world.db, 'LN11AB')).toMatchObject({ point: { lat: 53.245724, lng: -0.558796 } })
  })
})

describe('again', () => {
  test('the same file changes nothing; one new, one moved', async () => {
    const rows = ['pcds,lat,long', 'LN4 2LE,53.19,-0.533', 'LN4 2LF,53.2,-0.533']
    await run(file('a.csv', ...rows))
    expect(await run(file('a.csv', ...rows))).toMatchObject({ new: 0, changed: 0, same: 2 })
    expect(await run(file('a.csv', 'pcds,lat,long', 'LN4 2LE,53.19,-0.533', 'LN4 2LF,53.21,-0.533', 'LN4 2LG,53.2,-0.533'))).toMatchObject({
      new: 1,
      changed: 1,
      same: 1,
    })
  })

  test('a postcode twice in a file is one postcode, the last row counts', async () => {
    expect(await run(file('a.csv', 'pcds,lat,long', 'LN4 2LE,53.19,-0.533', 'LN4 2LE,53.2,-0.533'))).toMatchObject({ new: 1 })
    expect(await postcodeByKey(world.db, 'LN42LE')).toMatchObject({ point: { lat: 53.2, lng: -0.533 } })
  })

  test('more rows than one statement takes, and progress that ends at the end', async () => {
    const letters = 'ABDEFGHJLN'
    const rows = Array.from({ length: 9000 }, (_, n) => {
      const inward = `${Math.floor(n / 100) % 10}${letters[n % 10]}${letters[Math.floor(n / 10) % 10]}`
      return `LN${Math.floor(n / 1000) + 1} ${inward},53.${1000 + n},-0.5`
    })
    const seen: Progress[] = []
    const report = await importPostcodes(world.db, {
      files: [file('many.csv', 'pcds,lat,long', ...rows)],
      onProgress: (progress) => seen.push(progress),
    })
    expect(report).toMatchObject({ new: 9000, refused: [] })
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total)
  })
})

describe('refused', () => {
  test('Northern Ireland once, with its number; rows that are none, with the first line', async () => {
    const report = await run(
      file(
        'uk.csv',
        'pcds,lat,long',
        'BT1 1AA,54.6,-5.9',
        'BT1 1AB,54.6,-5.9',
        'nonsense,53,-0.5',
        'LN4 2LE,53.19,-0.533',
        'LN4 2LF,-0.533,53.19',
        'LN4',
      ),
    )
    expect(report).toMatchObject({ new: 1, complete: true })
    expect(report.refused.map(({ what, why }) => [what, why.split(':')[0]])).toEqual([
      ['2 rows of uk.csv (the first: line 2)', 'Northern Ireland (BT) is left out'],
      ['1 row of uk.csv (line 4)', 'The postcode is not one.'],
      ['1 row of uk.csv (line 6)', 'The position is not in the United Kingdom.'],
      ['1 row of uk.csv (line 7)', 'The row has too few columns.'],
    ])
  })

  test.each([
    ['letter.txt', ['Dear Sir or Madam,', 'here are the postcodes.']],
    ['crimes.csv', ['Crime ID,Month,Longitude,Latitude', 'x,2024-01,-0.5,53.2']],
    ['names.csv', ['pcds,ward', 'LN4 2LE,Somewhere']],
    ['page.html', ['<!doctype html><title>Sign in</title>']],
  ])('%s is neither, and nothing is written', async (name, lines) => {
    const report = await run(file(name, ...lines))
    expect(report).toMatchObject({ new: 0, complete: false, refused: [{ what: name }] })
    expect(report.refused[0]?.why).toContain('neither Code-Point Open')
    expect(await world.db.select().from(postcodes)).toEqual([])
  })

  test('only column names, nothing at all, no file, a folder', async () => {
    const report = await run(
      file('heads.csv', 'PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC', 'Postcode,Positional_quality_indicator,a,b,c,d,e,f,g,h'),
      file('empty.csv'),
      join(folder, 'gone.csv'),
      folder,
    )
    expect(report.refused.map(({ why }) => why)).toEqual([
      'The file holds no postcodes.',
      'The file holds no postcodes.',
      'There is no such file.',
      'That is a folder, not a file.',
    ])
  })

  test('a bad file does not keep a good one out', async () => {
    const report = await run(file('bad.csv', 'what'), file('good.csv', 'pcds,lat,long', 'LN4 2LE,53.19,-0.533'))
    expect(report).toMatchObject({ new: 1, complete: false })
  })

  test('no file named', async () => {
    await expect(run()).rejects.toThrow('at least one file')
  })
})

test('a run that was cut short goes on with the file it had not done', async () => {
  const first = file('first.csv', 'pcds,lat,long', 'LN4 2LE,53.19,-0.533')
  const second = file('second.csv', 'pcds,lat,long', 'LN4 2LF,53.19,-0.533')
  let isCut = true
  const onProgress = ({ what }: Progress) => {
    if (isCut && what === 'second.csv') throw new Error('the machine went off')
  }
  await expect(importPostcodes(world.db, { files: [first, second], onProgress })).rejects.toThrow('went off')
  isCut = false
  const seen: string[] = []
  const report = await importPostcodes(world.db, { files: [first, second], onProgress: ({ what }) => seen.push(what) })
  expect(report).toMatchObject({ new: 2 })
  expect([...new Set(seen)]).toEqual(['second.csv'])
  expect(await world.db.select().from(importRuns)).toHaveLength(1)
})
