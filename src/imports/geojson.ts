/**
 * Areas out of a GeoJSON file: polygons and multi-polygons with their holes, the code and the name found by the patterns that
 * publishers use (`WD13CD`/`WD13NM`, `PFA20CD`, `LAD24NM`, `id`, `neighbourhood`, …).
 */
import type { AreaKind } from '../geography/area.ts'
import { isPoint } from '../geography/geometry.ts'
import type { Position, Rings } from '../geography/schema.ts'
import { Refused } from '../errors.ts'
import { isRecord, lineOf, recordsOf, type Loose } from './loose.ts'
import { closeRing } from './ring.ts'

/** How the source of an area begins that was drawn from a file. */
export const FROM_FILE = 'file '

export interface ReadArea {
  kind: AreaKind
  code: string
  name: string
  parts: Rings[]
}

export interface ReadAreas {
  areas: ReadArea[]
  refused: { what: string; why: string }[]
}

/**
 * The areas of a parsed GeoJSON file, one for each code however many features it is spread over. `kind` overrules what the properties say.
 * Throws Refused when it is no GeoJSON, or when its coordinates are not longitude and latitude in degrees.
 */
export function readAreas(file: unknown, kind?: AreaKind): ReadAreas {
  const features = featuresOf(file)
  if (features.length === 0) throw new Refused('The file holds no features.')
  for (const feature of features) refuseWrongCoordinates(feature['geometry'])
  const found = new Map<string, ReadArea>()
  const refused: ReadAreas['refused'] = []
  for (const [index, feature] of features.entries()) {
    const refuse = (why: string, what = `feature ${index + 1}`): void => void refused.push({ what, why })
    const area = readFeature(feature, kind, refuse)
    if (!area) continue
    const known = found.get(`${area.kind} ${area.code}`)
    if (known) known.parts.push(...area.parts)
    else found.set(`${area.kind} ${area.code}`, area)
  }
  return { areas: [...found.values()], refused }
}

function featuresOf(file: unknown): Loose[] {
  if (isRecord(file) && file['type'] === 'FeatureCollection') {
    const crs = JSON.stringify(file['crs'] ?? '')
    if (/EPSG:+27700/i.test(crs)) throw new Refused(PROJECTED)
    return recordsOf(file['features'])
  }
  if (isRecord(file) && file['type'] === 'Feature') return [file]
  throw new Refused('This is not GeoJSON with features. Nothing was written.')
}

const PROJECTED =
  'The coordinates are metres on a grid, not degrees. Convert the file to longitude and latitude (WGS 84, EPSG:4326) first. Nothing was written.'
const SWAPPED = 'The coordinates have latitude first. GeoJSON puts longitude first; swap them in the file. Nothing was written.'

function refuseWrongCoordinates(geometry: unknown): void {
  for (const ring of polygonsOf(geometry).flat()) {
    for (const corner of Array.isArray(ring) ? (ring as unknown[]) : []) {
      const [x, y] = Array.isArray(corner) ? (corner as unknown[]) : []
      if (typeof x !== 'number' || typeof y !== 'number') continue
      if (Math.abs(x) > 180 || Math.abs(y) > 90) throw new Refused(PROJECTED)
      if (x > 49 && x < 61.5 && y > -9 && y < 2.5) throw new Refused(SWAPPED)
    }
  }
}

/** The polygons of a geometry, each a list of rings; none when it is of another type. */
function polygonsOf(geometry: unknown): unknown[][] {
  if (!isRecord(geometry) || !Array.isArray(geometry['coordinates'])) return []
  const coordinates: unknown[] = geometry['coordinates']
  if (geometry['type'] === 'Polygon') return [coordinates]
  return geometry['type'] === 'MultiPolygon' ? coordinates.filter((polygon): polygon is unknown[] => Array.isArray(polygon)) : []
}

function readFeature(feature: Loose, kind: AreaKind | undefined, refuse: (why: string, what?: string) => void): ReadArea | null {
  const properties = isRecord(feature['properties']) ? feature['properties'] : {}
  const label = labelOf(properties, feature['id'], kind)
  if (!label) {
    refuse('No property tells its code (such as WD24CD, PFA23CD, id or code).')
    return null
  }
  if (!label.kind) {
    refuse('Nothing tells what kind of area this is. Say it with --kind team, --kind ward or --kind force.', label.code)
    return null
  }
  const polygons = polygonsOf(feature['geometry'])
  if (polygons.length === 0) refuse('It is no polygon.', label.code)
  const parts = polygons.flatMap((polygon) => readPolygon(polygon, (why) => refuse(why, label.code)))
  return parts.length === 0 ? null : { kind: label.kind, code: label.code, name: label.name, parts }
}

/** One polygon with its holes, or none when its outline is bad; a bad hole is left out. */
function readPolygon(polygon: unknown[], refuse: (why: string) => void): Rings[] {
  const rings: Rings = []
  for (const [index, raw] of polygon.entries()) {
    const corners = cornersOf(raw)
    const ring = corners ? closeRing(corners) : 'A point of a line is no place on Earth.'
    if (typeof ring === 'string') {
      refuse(index === 0 ? ring : `A hole was left out: ${ring}`)
      if (index === 0) return []
    } else rings.push(ring)
  }
  return rings.length === 0 ? [] : [rings]
}

function cornersOf(ring: unknown): Position[] | null {
  if (!Array.isArray(ring)) return null
  const corners = (ring as unknown[]).map((corner): Position | null => {
    const [lng, lat] = Array.isArray(corner) ? (corner as unknown[]) : []
    return typeof lng === 'number' && typeof lat === 'number' && isPoint(lat, lng) ? [lng, lat] : null
  })
  return corners.every((corner) => corner !== null) ? corners : null
}

interface Pattern {
  code: RegExp
  name: RegExp
  kind: AreaKind | null
}

// In this order: a file of wards also has the codes of the districts and forces that they lie in.
const PATTERNS: Pattern[] = [
  { code: /^neighbou?rhood(_?id)?$/i, name: /^(neighbou?rhood_?)?name$/i, kind: 'team' },
  { code: /^wd\d\dcd$/i, name: /^wd\d\dnm$/i, kind: 'ward' },
  { code: /^lad\d\dcd$/i, name: /^lad\d\dnm$/i, kind: null },
  { code: /^pfa\d\dcd$/i, name: /^pfa\d\dnm$/i, kind: 'force' },
  { code: /^(id|code)$/i, name: /^(name|title)$/i, kind: null },
]

function labelOf(properties: Loose, featureId: unknown, kind: AreaKind | undefined): { code: string; name: string; kind: AreaKind | null } | null {
  // What --kind says also says which of several codes is meant.
  const ordered = kind ? PATTERNS.toSorted((a, b) => Number(b.kind === kind) - Number(a.kind === kind)) : PATTERNS
  const entries = Object.entries({ ...properties, ...(featureId !== undefined && !('id' in properties) && { id: featureId }) })
  for (const pattern of ordered) {
    const code = codeOf(entries.find(([key]) => pattern.code.test(key))?.[1])
    if (code === null) continue
    const named = entries.find(([key]) => pattern.name.test(key)) ?? entries.find(([key]) => /^name$/i.test(key))
    return { code, name: lineOf(named?.[1]) ?? code, kind: kind ?? pattern.kind ?? kindOfCode(code) }
  }
  return null
}

const codeOf = (value: unknown): string | null =>
  typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim().slice(0, 100) || null : null

/** The first letters of a code of the Office for National Statistics say what it is a code of. */
function kindOfCode(code: string): AreaKind | null {
  if (/^(E05|W05|S13|N08)\d{6}$/.test(code)) return 'ward'
  return /^(E23|W15|S23|N23)\d{6}$/.test(code) ? 'force' : null
}
