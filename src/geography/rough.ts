/**
 * Where somebody is, roughly: a point of a grid of three decimals of a degree, some hundred metres wide. The browser rounds before it sends; what comes
 * in finer all the same is rounded here, before anything else sees it. It is never stored.
 */
import { isPoint, type Point } from './geometry.ts'

const DECIMALS = 3

/** The point of the grid that is nearest. */
export const roughPoint = ({ lat, lng }: Point): Point => ({ lat: rounded(lat), lng: rounded(lng) })

/** "53.187,-0.532", latitude first, as it stands in an address; null for anything that is no point on Earth. Always rounded. */
export function readRough(typed: string): Point | null {
  const [, lat, lng] = /^\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*$/.exec(typed) ?? []
  if (lat === undefined || lng === undefined) return null
  const point = { lat: Number(lat), lng: Number(lng) }
  return isPoint(point.lat, point.lng) ? roughPoint(point) : null
}

/** As it stands in an address again. */
export const sayRough = (point: Point): string => [point.lat, point.lng].map((degrees) => rounded(degrees).toFixed(DECIMALS)).join(',')

const rounded = (degrees: number): number => Number(degrees.toFixed(DECIMALS))
