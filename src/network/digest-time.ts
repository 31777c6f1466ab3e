/** When digests of the network go out: at seven in the morning on UK clocks, every day or on Mondays. Pure. */
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'

export type DigestRhythm = 'weekly' | 'daily'

const HOUR = '07:00'
const MONDAY = 1
const DAY = 86_400_000

/** The last such morning that has begun, or none for a day on which the clocks leave out seven (there is none). */
export function lastTurn(rhythm: DigestRhythm, moment: Date): Date {
  const today = Date.parse(`${dayKey(moment)}T12:00:00Z`)
  const mornings = Array.from({ length: 8 }, (_, days) => morningOf(new Date(today - days * DAY), rhythm))
  const last = mornings.find((at) => at !== null && at <= moment)
  if (!last) throw new Error('no digest within a week')
  return last
}

function morningOf(noon: Date, rhythm: DigestRhythm): Date | null {
  if (rhythm === 'weekly' && noon.getUTCDay() !== MONDAY) return null
  return ukMoment(noon.toISOString().slice(0, 10), HOUR)
}

/** What a digest tells of at most, back from its morning: who was told nothing for months is not told of months. */
export const longestBefore = (rhythm: DigestRhythm, turn: Date): Date => new Date(turn.getTime() - (rhythm === 'weekly' ? 8 : 2) * DAY)
