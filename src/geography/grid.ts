/**
 * British National Grid to latitude and longitude, by the seven-parameter Helmert transformation EPSG:1314: what the Office for
 * National Statistics uses for postcodes. Good to about two metres (five at worst), which is less than a postcode is wide.
 */
import type { Point } from './geometry.ts'

interface Ellipsoid {
  axis: number
  eccentricitySquared: number
}

const ellipsoid = (axis: number, minor: number): Ellipsoid => ({ axis, eccentricitySquared: 1 - (minor * minor) / (axis * axis) })
const AIRY = ellipsoid(6_377_563.396, 6_356_256.909)
const WGS84 = ellipsoid(6_378_137, 6_356_752.314_245)
const RADIANS = Math.PI / 180
const ARC_SECONDS = RADIANS / 3600

// The National Grid: a transverse Mercator projection of the Airy ellipsoid.
const SCALE = 0.999_601_271_7
const ORIGIN_LAT = 49 * RADIANS
const ORIGIN_LNG = -2 * RADIANS
const FALSE_EAST = 400_000
const FALSE_NORTH = -100_000

/** Metres east and north on the grid to degrees in WGS 84. Null when that is not on the grid: not a number, zero, or out at sea beyond it. */
export function pointOfGrid(east: number, north: number): Point | null {
  const isOnGrid = east > 0 && east < 700_000 && north > 0 && north < 1_300_000
  if (!isOnGrid) return null
  const [lat, lng] = unproject(east, north)
  const [x, y, z] = shift(toCartesian(lat, lng, AIRY))
  return toDegrees(x, y, z, WGS84)
}

/** Grid metres to radians on the Airy ellipsoid (Ordnance Survey's series, good to a millimetre). */
function unproject(east: number, north: number): [lat: number, lng: number] {
  const { axis, eccentricitySquared } = AIRY
  const lat = footpoint(north)
  const flat = 1 - eccentricitySquared * Math.sin(lat) ** 2
  const across = (axis * SCALE) / Math.sqrt(flat)
  const along = (axis * SCALE * (1 - eccentricitySquared)) / flat ** 1.5
  const eta = across / along - 1
  const t = Math.tan(lat) ** 2
  const d = (east - FALSE_EAST) / across
  const r = across / along
  const dLat = Math.tan(lat) * r * (d ** 2 / 2 - ((5 + 3 * t + eta - 9 * t * eta) * d ** 4) / 24 + ((61 + 90 * t + 45 * t * t) * d ** 6) / 720)
  const dLng =
    (d - ((r + 2 * t) * d ** 3) / 6 + ((5 + 28 * t + 24 * t * t) * d ** 5) / 120 - ((61 + 662 * t + 1320 * t * t + 720 * t ** 3) * d ** 7) / 5040) /
    Math.cos(lat)
  return [lat - dLat, ORIGIN_LNG + dLng]
}

/** The latitude on the central meridian that lies as far north. */
function footpoint(north: number): number {
  let lat = ORIGIN_LAT
  let rest = north - FALSE_NORTH
  do {
    lat += rest / (AIRY.axis * SCALE)
    rest = north - FALSE_NORTH - meridianArc(lat)
  } while (Math.abs(rest) >= 0.000_01)
  return lat
}

function meridianArc(lat: number): number {
  const minor = AIRY.axis * Math.sqrt(1 - AIRY.eccentricitySquared)
  const n = (AIRY.axis - minor) / (AIRY.axis + minor)
  const minus = lat - ORIGIN_LAT
  const plus = lat + ORIGIN_LAT
  const terms =
    (1 + n + 1.25 * n ** 2 + 1.25 * n ** 3) * minus -
    (3 * n + 3 * n ** 2 + 2.625 * n ** 3) * Math.sin(minus) * Math.cos(plus) +
    (1.875 * n ** 2 + 1.875 * n ** 3) * Math.sin(2 * minus) * Math.cos(2 * plus) -
    (35 / 24) * n ** 3 * Math.sin(3 * minus) * Math.cos(3 * plus)
  return minor * SCALE * terms
}

function toCartesian(lat: number, lng: number, { axis, eccentricitySquared }: Ellipsoid): [number, number, number] {
  const radius = axis / Math.sqrt(1 - eccentricitySquared * Math.sin(lat) ** 2)
  return [radius * Math.cos(lat) * Math.cos(lng), radius * Math.cos(lat) * Math.sin(lng), radius * (1 - eccentricitySquared) * Math.sin(lat)]
}

/** EPSG:1314, position vector: metres, arc-seconds, parts per million. Leaving it out puts every point some 100 m off. */
function shift([x, y, z]: [number, number, number]): [number, number, number] {
  const scale = 1 - 20.489e-6
  const [rx, ry, rz] = [0.15 * ARC_SECONDS, 0.247 * ARC_SECONDS, 0.842 * ARC_SECONDS]
  return [446.448 + scale * (x - rz * y + ry * z), -125.157 + scale * (rz * x + y - rx * z), 542.06 + scale * (-ry * x + rx * y + z)]
}

function toDegrees(x: number, y: number, z: number, { axis, eccentricitySquared }: Ellipsoid): Point {
  const out = Math.hypot(x, y)
  let lat = Math.atan2(z, out * (1 - eccentricitySquared))
  for (let round = 0; round < 6; round++) {
    const radius = axis / Math.sqrt(1 - eccentricitySquared * Math.sin(lat) ** 2)
    lat = Math.atan2(z + eccentricitySquared * radius * Math.sin(lat), out)
  }
  return { lat: lat / RADIANS, lng: Math.atan2(y, x) / RADIANS }
}
