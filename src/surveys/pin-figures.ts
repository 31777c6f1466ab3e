/**
 * Pins, gathered until squares with five people or more can be told apart: the finest squares that leave at most half of the people in places that are not
 * told, the widest else. One size for the whole drawing, so that nobody finds a small square as what a wide one has more. Pure.
 */
import { NONE, partsOf, sumOf, type Part } from './partition.ts'

/** Of a degree of latitude, and in words; the first is the size in which pins are kept. */
const SIZES = [
  [0.001, '100 m'],
  [0.003, '300 m'],
  [0.01, '1 km'],
  [0.03, '3 km'],
] as const

/** By the middles of the squares, and those who set no pin. */
export function gatherPins(pins: ReadonlyMap<string, number>, unanswered: number): { parts: Part[]; wide: string } {
  const tried = SIZES.map(([size, wide]) => ({ parts: partsOf(new Map([...squaresOf(pins, size), [NONE, unanswered]])), wide }))
  const half = sumOf([...pins.values()]) / 2
  return tried.find(({ parts }) => toldIn(parts) >= half) ?? tried.at(-1) ?? { parts: [], wide: '' }
}

const toldIn = (parts: readonly Part[]): number => sumOf(parts.flatMap(({ of, people }) => (of.length === 1 && of[0] !== NONE ? [people] : [])))

function squaresOf(pins: ReadonlyMap<string, number>, size: number): Map<string, number> {
  const squares = new Map<string, number>()
  for (const [cell, people] of pins) {
    const key = cell
      .split(',')
      .map((degrees) => middleOf(Number(degrees), size))
      .join(',')
    squares.set(key, (squares.get(key) ?? 0) + people)
  }
  return squares
}

const middleOf = (degrees: number, size: number): string => (Math.round(degrees / size) * size).toFixed(3)
