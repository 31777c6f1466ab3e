/** Shares as readers see them. Pure. */

/** Whole per cent, never rounded up to all while one is missing, nor down to none while there is one; null where there is nothing to divide. */
export function percentOf(part: number, whole: number): number | null {
  if (whole === 0) return null
  if (part === 0 || part === whole) return part === 0 ? 0 : 100
  return Math.min(99, Math.max(1, Math.round((100 * part) / whole)))
}
