/**
 * A few at a time: work that takes a core and much memory waits for its turn, and is refused when too many wait already.
 */
import { TooMany } from '../errors.ts'

/** Runs what it is given, `most` at a time; throws `TooMany` when `waiting` stand in line. */
export function queueOf(most: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= most) {
      if (line.length >= waiting) throw new TooMany('Many photos and documents are being sent just now.', 10)
      await new Promise<void>((resolve) => line.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = line.shift()
      if (next) next()
      else running--
    }
  }
}
