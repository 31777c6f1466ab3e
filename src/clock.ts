/**
 * The time now. Tests move it, and the demonstration while it is made, before anybody reads it; nothing else may.
 */
let shift = 0

export const now = (): Date => new Date(Date.now() + shift)

/** Moves the clock by so many milliseconds, for tests that travel in time; 0 sets it right again. */
export function moveClock(milliseconds: number): void {
  shift = milliseconds === 0 ? 0 : shift + milliseconds
}
