/**
 * Files of postcodes, recognised by what stands in them: Code-Point Open (ten columns, no header) and the postcode directories of the
 * Office for National Statistics (ONSPD and NSPL of any edition, read by the names in the header, which change from year to year).
 */
import { pointOfGrid } from '../geography/grid.ts'
import type { postcodes } from '../geography/schema.ts'

export type PostcodeRow = typeof postcodes.$inferInsert
/** A row, or why there is none. */
export type ReadRow = (cells: string[]) => PostcodeRow | string

export interface PostcodeFile {
  format: string
  /** The first row is a header, no postcode. */
  hasHeader: boolean
  readRow: ReadRow
}

const KEY = /^(?:[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][ABD-HJLNP-UW-Z]{2}|GIR0AA)$/
const NORTHERN_IRELAND = 'Northern Ireland (BT) is left out: its postcodes have terms of their own.'
const NO_POSTCODE = 'The postcode is not one.'
const TOO_SHORT = 'The row has too few columns.'
const OUTSIDE = 'The position is not in the United Kingdom.'

/** The kind of file that this first row belongs to, or null when it is none that we know. */
export function recognise(first: string[]): PostcodeFile | null {
  const names = first.map((cell) => cell.trim().toLowerCase())
  if (names.length === 10 && /^(pc|postcode)$/.test(names[0] ?? '') && /^(pq|positional_quality_indicator)$/.test(names[1] ?? '')) {
    return { format: CODE_POINT, hasHeader: true, readRow: readCodePoint }
  }
  if (first.length === 10 && KEY.test(keyOf(first[0])) && /^\d\d$/.test(names[1] ?? ''))
    return { format: CODE_POINT, hasHeader: false, readRow: readCodePoint }
  return directory(names)
}

const CODE_POINT = 'Code-Point Open'
const DIRECTORY = 'ONS postcode directory'

const keyOf = (text = ''): string => text.replace(/\s/g, '').toUpperCase()

/** Why no row can be made of this postcode, or null. */
function refusal(key: string): string | null {
  if (!KEY.test(key)) return NO_POSTCODE
  return key.startsWith('BT') ? NORTHERN_IRELAND : null
}

function readCodePoint(cells: string[]): PostcodeRow | string {
  if (cells.length < 10) return TOO_SHORT
  const [postcode, quality, east, north, , , , , district, ward] = cells
  const key = keyOf(postcode)
  const why = refusal(key)
  if (why) return why
  const point = quality === '90' ? null : pointOfGrid(Number(east), Number(north))
  if (!point && quality !== '90') return OUTSIDE
  return {
    key,
    ...rounded(point),
    quality: Math.round(Number(quality) / 10),
    wardCode: ward || null,
    districtCode: district || null,
    forceCode: null,
    terminated: null,
    source: CODE_POINT,
  }
}

interface Columns {
  postcode: number
  terminated: number
  ward: number
  district: number
  force: number
  quality: number
  lat: number
  lng: number
  east: number
  north: number
}

function directory(names: string[]): PostcodeFile | null {
  // Several patterns where editions have several such columns: the best one that is there.
  const find = (...patterns: RegExp[]): number => patterns.map((pattern) => names.findIndex((name) => pattern.test(name))).find((at) => at >= 0) ?? -1
  const columns: Columns = {
    postcode: find(/^pcds$/, /^pcd[28]$/, /^pcd7?$/),
    terminated: find(/^doterm$/),
    ward: find(/^(osward|ward|wd\d\dcd)$/),
    district: find(/^(oslaua|laua|lad\d\dcd)$/),
    force: find(/^pfa(\d\dcd)?$/),
    quality: find(/^(os)?grdind$/, /^gridind$/),
    lat: find(/^lat(itude)?$/),
    lng: find(/^(long|lng|longitude)$/),
    east: find(/^(oseast1m|east1m)$/),
    north: find(/^(osnrth1m|north1m)$/),
  }
  const hasDegrees = columns.lat >= 0 && columns.lng >= 0
  const hasGrid = columns.east >= 0 && columns.north >= 0
  if (columns.postcode < 0 || !(hasDegrees || hasGrid)) return null
  return { format: DIRECTORY, hasHeader: true, readRow: (cells) => readDirectory(cells, columns, names.length, hasDegrees) }
}

function readDirectory(cells: string[], at: Columns, width: number, hasDegrees: boolean): PostcodeRow | string {
  if (cells.length < width) return TOO_SHORT
  const cell = (index: number): string | null => (index < 0 ? null : cells[index]?.trim() || null)
  const key = keyOf(cells[at.postcode])
  const why = refusal(key)
  if (why) return why
  const point = hasDegrees ? degreesOf(cell(at.lat), cell(at.lng)) : gridOf(cell(at.east), cell(at.north))
  if (point === OUTSIDE) return OUTSIDE
  const quality = Number(cell(at.quality) ?? (point ? 1 : 9))
  const terminated = cell(at.terminated)
  return {
    key,
    ...rounded(point),
    quality: point && quality >= 1 && quality <= 9 ? quality : 9,
    wardCode: cell(at.ward),
    districtCode: cell(at.district),
    forceCode: cell(at.force),
    terminated: terminated && /^\d{6}$/.test(terminated) ? terminated : null,
    source: DIRECTORY,
  }
}

/** 99.999999 and 0.000000 say that nobody knows; an empty cell does so too. */
function degreesOf(latitude: string | null, longitude: string | null): { lat: number; lng: number } | null | typeof OUTSIDE {
  if (latitude === null || longitude === null) return null
  const lat = Number(latitude)
  const lng = Number(longitude)
  if (lat > 99 && lat < 100) return null
  return lat > 49 && lat < 61.5 && lng > -9 && lng < 2.5 ? { lat, lng } : OUTSIDE
}

function gridOf(east: string | null, north: string | null): { lat: number; lng: number } | null | typeof OUTSIDE {
  if (east === null || north === null || (Number(east) === 0 && Number(north) === 0)) return null
  return pointOfGrid(Number(east), Number(north)) ?? OUTSIDE
}

/** Six decimals, as the directory itself has them: a tenth of a metre. */
const rounded = (point: { lat: number; lng: number } | null): { lat: number | null; lng: number | null } =>
  point ? { lat: Number(point.lat.toFixed(6)), lng: Number(point.lng.toFixed(6)) } : { lat: null, lng: null }
