/**
 * Runs all three importers against a folder of real published data and checks the key figures:
 * `node test/imports/shared-data.ts FOLDER`. Needs nothing but the folder; the database is made for it and thrown away.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { closeDatabase, openDatabase, type Connection, type Database } from '../../src/database/database.ts'
import { startEmbedded } from '../../src/database/embedded.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'
import { importBoundaries } from '../../src/imports/boundaries.ts'
import { importPolice } from '../../src/imports/police.ts'
import { importPostcodes } from '../../src/imports/postcodes.ts'
import { addTo, emptyReport, type ImportReport } from '../../src/imports/report.ts'
import { metresToLine, type Point } from '../../src/geography/geometry.ts'
import { areasWithin, locate, placeAmong } from '../../src/geography/locate.ts'
import { areasOfPartial } from '../../src/geography/partial.ts'
import { parsePostcode, postcodeByKey } from '../../src/geography/postcode.ts'

const folder = resolve(process.argv[2] ?? '')
if (!process.argv[2] || !existsSync(join(folder, 'postcodes'))) {
  process.stderr.write('Name the folder of data: node test/imports/shared-data.ts FOLDER\n')
  process.exit(2)
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

let passed = 0
let failed = 0
function check(what: string, is: unknown, wanted: unknown): void {
  const isRight = JSON.stringify(is) === JSON.stringify(wanted)
  if (isRight) passed += 1
  else failed += 1
  say(`${isRight ? 'ok  ' : 'FAIL'} ${what}: ${JSON.stringify(is)}${isRight ? '' : ` instead of ${JSON.stringify(wanted)}`}`)
}
const figures = ({ new: fresh, changed, same, gone, refused }: ImportReport) => ({ new: fresh, changed, same, gone, refused: refused.length })
const count = async (db: Database, query: string): Promise<number> =>
  Number((await db.$client.query<{ n: string }>(`select count(*) as n from ${query}`)).rows[0]?.n)

async function checkPolice(db: Database): Promise<void> {
  const input = { source: join(folder, 'police'), force: 'lincolnshire' }
  check('police: first import', figures(await importPolice(db, input)), { new: 58, changed: 0, same: 0, gone: 0, refused: 0 })
  check('police: second import', figures(await importPolice(db, input)), { new: 0, changed: 0, same: 58, gone: 0, refused: 0 })
  check('teams', await count(db, 'teams'), 58)
  check('slugs that differ', await count(db, '(select distinct slug from teams) s'), 58)
}

async function checkExample(server: Connection): Promise<void> {
  const source = mkdtempSync(join(tmpdir(), 'blue-lamp-example-'))
  const from = join(folder, 'police', 'leicestershire-NC04')
  mkdirSync(join(source, 'NC04'))
  cpSync(join(from, 'neighbourhoods-excerpt.json'), join(source, 'neighbourhoods.json'))
  cpSync(join(from, 'boundary-excerpt.json'), join(source, 'NC04', 'boundary.json'))
  for (const file of ['NC04.json', 'people.json', 'events.json', 'priorities.json']) cpSync(join(from, file), join(source, 'NC04', file))
  const db = await makeDatabase(server, 'example')
  const input = { source, force: 'leicestershire' }
  check('official example: first import', figures(await importPolice(db, input)), { new: 3, changed: 0, same: 0, gone: 0, refused: 0 })
  check('official example: second import', figures(await importPolice(db, input)), { new: 0, changed: 0, same: 3, gone: 0, refused: 0 })
  check('official example: officers', await count(db, "officers where source = 'import'"), 2)
  const [place] = (await db.$client.query<{ address: string; postcode: string }>('select address, postcode from team_locations')).rows
  check('official example: station', place, { address: '74 Belgrave Gate, Leicester', postcode: 'LE1 3GG' })
  check('official example: priorities and events', await count(db, 'police_extracts'), 2)
  const query = `select p.title, o.venue, o.starts_at as "startsAt", o.ends_at as "endsAt", e.format, p.kind from events e join posts p on p.id = e.post_id join occasions o on o.post_id = p.id`
  check('official example: the event, on UK clocks', (await db.$client.query(query)).rows, [
    {
      title: 'Drop In Beat Surgery',
      venue: 'Nagarjuna Buddhist Centre, 17 Guildhall Lane',
      startsAt: '2016-09-17T11:00:00.000Z',
      endsAt: '2016-09-17T13:00:00.000Z',
      format: 'meeting',
      kind: 'event',
    },
  ])
  check(
    'official example: priorities',
    (await db.$client.query<{ body: string }>('select body from posts join priorities on post_id = posts.id order by body')).rows.map(
      ({ body }) => body,
    ),
    [
      'To reduce street drinking and drug use in and around Museum Square, Leicester.',
      'To reduce the amount of Anti-Social Behaviour Humberstone Gate, Leicester.',
    ],
  )
  await closeDatabase(db)
  rmSync(source, { recursive: true, force: true })
}

async function checkPostcodes(db: Database): Promise<void> {
  const codePoint = [join(folder, 'postcodes', 'codepoint-open-2014-08', 'ln.csv')]
  const directory = [join(folder, 'postcodes', 'ln-onspd-subset.csv')]
  const started = performance.now()
  check('Code-Point Open: first import', figures(await importPostcodes(db, { files: codePoint })), {
    new: 8965,
    changed: 0,
    same: 0,
    gone: 0,
    refused: 0,
  })
  say(`     ${Math.round(8965 / ((performance.now() - started) / 1000)).toLocaleString('en-GB')} postcodes a second`)
  check('Code-Point Open: second import', figures(await importPostcodes(db, { files: codePoint })), {
    new: 0,
    changed: 0,
    same: 8965,
    gone: 0,
    refused: 0,
  })
  const before = await positions(db)
  check('ONSPD: the same postcodes', figures(await importPostcodes(db, { files: directory })), {
    new: 0,
    changed: 8965,
    same: 0,
    gone: 0,
    refused: 0,
  })
  const after = await positions(db)
  const apart = [...before].filter(
    ([key, [lat, lng]]) => Math.abs((after.get(key)?.[0] ?? 0) - lat) > 1.5e-6 || Math.abs((after.get(key)?.[1] ?? 0) - lng) > 1.5e-6,
  )
  check('positions by grid and by degrees that differ by more than 15 cm', apart.length, 0)
  check('ONSPD 2016 sample', figures(await importPostcodes(db, { files: [join(folder, 'postcodes', 'onspd-2016-sample.csv')] })), {
    new: 6,
    changed: 0,
    same: 0,
    gone: 0,
    refused: 0,
  })
  const neither = await importPostcodes(db, { files: [join(folder, 'postcodes', 'codepoint-open-2014-08', 'metadata.txt')] })
  check('a file that is neither', [figures(neither), neither.complete], [{ new: 0, changed: 0, same: 0, gone: 0, refused: 1 }, false])
  check('an Aberdeen postcode has its force', (await postcodeByKey(db, 'AB101AB'))?.forceCode, 'S23000009')
}

async function positions(db: Database): Promise<Map<string, [number, number]>> {
  const { rows } = await db.$client.query<{ key: string; lat: number; lng: number }>("select key, lat, lng from postcodes where key like 'LN%'")
  return new Map(rows.map((row) => [row.key, [row.lat, row.lng]]))
}

async function checkBoundaries(db: Database): Promise<void> {
  const wards = join(folder, 'boundaries', 'wards-2013')
  const files = readdirSync(wards)
    .filter((file) => file.endsWith('.geojson'))
    .map((file) => join(wards, file))
  for (const outcome of ['new', 'same'] as const) {
    const report = emptyReport()
    for (const file of files) addTo(report, await importBoundaries(db, { file }))
    check(`wards: ${outcome}`, figures(report), { new: 0, changed: 0, same: 0, gone: 0, refused: 0, [outcome]: 180 })
  }
  check('wards', await count(db, "areas where kind = 'ward'"), 180)
  check('wards of several parts', await count(db, '(select area_id from area_parts group by area_id having count(*) > 1) s'), 12)
  const outline = await importBoundaries(db, { file: join(folder, 'boundaries', 'lincolnshire-police-force-area-2020.geojson') })
  check('force area', figures(outline), { new: 1, changed: 0, same: 0, gone: 0, refused: 0 })
}

async function checkLocating(db: Database): Promise<void> {
  const everything = await areasWithin(db, { west: -9, south: 49, east: 3, north: 62 }, ['ward'])
  const wards = new Map(everything.map((area) => [area.code, area]))
  const { rows } = await db.$client.query<Point & { key: string; ward_code: string }>(
    "select key, lat, lng, ward_code from postcodes where key like 'LN%' order by key",
  )
  const named = rows.filter((row) => wards.has(row.ward_code))
  const right = named.filter((row) => placeAmong(everything, row)[0]?.code === row.ward_code)
  const inside = rows.filter((row) => placeAmong(everything, row)[0]?.metres === 0)
  const others = named.filter((row) => !right.includes(row)).map((row) => metresToLine(row, wards.get(row.ward_code)?.parts.flat() ?? []))
  say(
    `     ${rows.length} postcodes, ${named.length} name one of the wards, ${right.length} are found in the ward they name, ${inside.length} lie inside one`,
  )
  say(`     the other ${others.length} lie at most ${Math.max(...others).toFixed(1)} m from the line of theirs`)
  check('postcodes in the ward they name: at least 8,943', right.length >= 8943, true)
  check(
    'the others within 5 m of its line',
    others.every((metres) => metres <= 5),
    true,
  )
  const some = named.filter((_row, index) => index % 45 === 0)
  const started = performance.now()
  const answers = await Promise.all(some.map((row) => locate(db, row, { kinds: ['ward'] })))
  say(`     ${((performance.now() - started) / some.length).toFixed(2)} ms a postcode with the database`)
  check(
    'the database finds the same',
    answers.every((answer, index) => answer[0]?.code === placeAmong(everything, some[index] ?? { lat: 0, lng: 0 })[0]?.code),
    true,
  )
  await checkPlaces(db)
}

async function checkPlaces(db: Database): Promise<void> {
  const bracebridge = await postcodeByKey(db, 'LN42LE')
  check('LN4 2LE', bracebridge?.point && (await locate(db, bracebridge.point, { kinds: ['ward'] })).map((area) => area.name), [
    'Bracebridge Heath and Waddington East',
  ])
  const partial = parsePostcode('LN4')
  const choice = partial?.kind === 'partial' ? await areasOfPartial(db, partial, { kinds: ['ward'] }) : []
  say(`     LN4: ${choice.map((area) => `${area.name} ${area.postcodes}`).join(', ')}`)
  check('LN4 is a choice of several wards', choice.length > 3, true)
  check(
    'Lincoln lies in the force area',
    (await locate(db, { lat: 53.23, lng: -0.54 }, { kinds: ['force'] })).map((area) => area.code),
    ['E23000020'],
  )
  check('Sheffield does not', await locate(db, { lat: 53.38, lng: -1.47 }, { kinds: ['force'] }), [])
}

async function makeDatabase(server: Connection, name: string): Promise<Database> {
  const admin = openDatabase(server, 1)
  await admin.$client.query(`create database ${name}`)
  await closeDatabase(admin)
  await migrateDatabase({ ...server, database: name })
  return openDatabase({ ...server, database: name }, 5)
}

const data = mkdtempSync(join(tmpdir(), 'blue-lamp-shared-'))
// Postgres never runs as root: where the tests do, its own account has to get in here.
chmodSync(data, 0o755)
const postgres = await startEmbedded(data, { fsync: 'off' })
try {
  const db = await makeDatabase(postgres.connection, 'shared')
  await checkPolice(db)
  await checkExample(postgres.connection)
  await checkPostcodes(db)
  await checkBoundaries(db)
  await checkLocating(db)
  await closeDatabase(db)
} finally {
  await postgres.stop()
  rmSync(data, { recursive: true, force: true })
}
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
