/**
 * Postcode files into the table of postcodes: streamed, thousands of rows to a statement. A file that is none of the known kinds is
 * refused before anything is written; a row that is not a postcode is counted and left out.
 */
import { sql } from 'drizzle-orm'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { now as clockNow } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { readCsv } from './csv.ts'
import { recognise, type PostcodeFile, type PostcodeRow } from './postcode-file.ts'
import { addTo, emptyReport, Tally, type ImportReport, type OnProgress } from './report.ts'
import { alone, beginRun, finishRun, finishStep, type Run } from './run.ts'

export interface PostcodesInput {
  files: string[]
  onProgress?: OnProgress
  now?: () => Date
}

/** Small enough for the database's five seconds a statement on a slow disk. */
const BATCH = 4000

/** Imports the files one after another. A file that cannot be read or recognised is refused; the others are imported all the same. */
export async function importPostcodes(db: Database, { files, onProgress, now = clockNow }: PostcodesInput): Promise<ImportReport> {
  if (files.length === 0) throw new Refused('Name at least one file of postcodes.')
  return alone(db, 'postcodes', async () => {
    const report = emptyReport()
    const run = await beginRun(
      db,
      'postcodes',
      files
        .map((file) => basename(file))
        .join(', ')
        .slice(0, 500),
      now(),
    )
    for (const file of files) addTo(report, await importOnce(db, run, file, now, onProgress))
    await finishRun(db, run, report, now())
    return report
  })
}

/** One file, unless this run has done it before it was cut short. A file that changed in between counts as another one. */
async function importOnce(db: Database, run: Run, file: string, now: () => Date, onProgress?: OnProgress): Promise<ImportReport> {
  try {
    const { size, mtimeMs } = await stat(file)
    const step = `${basename(file)} ${size} ${Math.round(mtimeMs)}`
    const done = run.done.get(step)
    if (done) return done
    const report = await importFile(db, file, size, onProgress)
    await finishStep(db, run, step, report, now())
    return report
  } catch (error) {
    const why = refusalOf(error)
    if (why === null) throw error
    return { ...emptyReport(), refused: [{ what: basename(file), why }], complete: false }
  }
}

function refusalOf(error: unknown): string | null {
  if (error instanceof Refused) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT') return 'There is no such file.'
  if (code === 'EISDIR') return 'That is a folder, not a file.'
  if (code === 'EACCES') return 'The file may not be read.'
  return null
}

async function importFile(db: Database, path: string, size: number, onProgress?: OnProgress): Promise<ImportReport> {
  const report = emptyReport()
  const refused = new Tally()
  const name = basename(path)
  let file: PostcodeFile | null = null
  let batch = new Map<string, PostcodeRow>()
  for await (const piece of readCsv(createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 }))) {
    for (const [index, cells] of piece.rows.entries()) {
      if (!file) {
        file = recogniseOrRefuse(cells)
        if (file.hasHeader) continue
      }
      const row = file.readRow(cells)
      if (typeof row === 'string') {
        // A second header line is no postcode that went missing.
        if (!recognise(cells)?.hasHeader) refused.add(row, `line ${piece.firstLine + index}`)
        continue
      }
      batch.set(row.key, row)
      if (batch.size >= BATCH) {
        await storeBatch(db, [...batch.values()], report)
        batch = new Map()
      }
    }
    onProgress?.({ done: Math.min(piece.read, size), total: size, unit: 'bytes', what: name })
  }
  await storeBatch(db, [...batch.values()], report)
  report.refused.push(...refused.entries('row', name))
  if (report.new + report.changed + report.same === 0 && report.refused.length === 0) throw new Refused('The file holds no postcodes.')
  return report
}

function recogniseOrRefuse(first: string[]): PostcodeFile {
  const file = recognise(first)
  if (file) return file
  throw new Refused(
    'This is neither Code-Point Open (ten columns without a header) nor an ONS postcode directory (a header with pcds, lat and long). Nothing was written.',
  )
}

/** Stores rows of different keys, and counts which were new, changed or the same. */
async function storeBatch(db: Database, rows: PostcodeRow[], report: ImportReport): Promise<void> {
  if (rows.length === 0) return
  const column = (pick: (row: PostcodeRow) => unknown) => sql.param(rows.map(pick))
  // Code-Point Open says nothing of forces: what a directory said earlier stays.
  const result = await db.execute<{ fresh: boolean }>(sql`
    insert into postcodes as known (key, lat, lng, quality, ward_code, district_code, force_code, terminated, source)
    select * from unnest(
      ${column((row) => row.key)}::text[], ${column((row) => row.lat)}::double precision[], ${column((row) => row.lng)}::double precision[],
      ${column((row) => row.quality)}::smallint[], ${column((row) => row.wardCode)}::text[], ${column((row) => row.districtCode)}::text[],
      ${column((row) => row.forceCode)}::text[], ${column((row) => row.terminated)}::text[], ${column((row) => row.source)}::text[])
    on conflict (key) do update set
      lat = excluded.lat, lng = excluded.lng, quality = excluded.quality, ward_code = excluded.ward_code, district_code = excluded.district_code,
      force_code = coalesce(excluded.force_code, known.force_code), terminated = excluded.terminated, source = excluded.source
    where (known.lat, known.lng, known.quality, known.ward_code, known.district_code, known.force_code, known.terminated, known.source) is distinct from
      (excluded.lat, excluded.lng, excluded.quality, excluded.ward_code, excluded.district_code, coalesce(excluded.force_code, known.force_code),
       excluded.terminated, excluded.source)
    returning known.xmax = 0 as fresh`)
  const fresh = result.rows.filter((row) => row.fresh).length
  report.new += fresh
  report.changed += result.rows.length - fresh
  report.same += rows.length - result.rows.length
}
