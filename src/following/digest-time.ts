/** When digests go out: in the morning, at seven on UK clocks, every day or on Fridays, whichever way the clocks stand. */
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'
import type { Rhythm } from './schema.ts'

export type DigestRhythm = Exclude<Rhythm, 'instant'>

const HOUR = '07:00'
const FRIDAY = 5
const DAY = 86_400_000

/** The first digest of this rhythm after the moment; at seven sharp, the one after that. */
export function nextDigest(rhythm: DigestRhythm, moment: Date): Date {
  const today = Date.parse(`${dayKey(moment)}T12:00:00Z`)
  // Today, and seven days more: a Friday at eight waits for the next.
  const mornings = Array.from({ length: 8 }, (_, days) => morningOf(new Date(today + days * DAY), rhythm))
  const next = mornings.find((at) => at !== null && at > moment)
  if (!next) throw new Error('no digest within a week')
  return next
}

function morningOf(noon: Date, rhythm: DigestRhythm): Date | null {
  if (rhythm === 'weekly' && noon.getUTCDay() !== FRIDAY) return null
  return ukMoment(noon.toISOString().slice(0, 10), HOUR)
}
