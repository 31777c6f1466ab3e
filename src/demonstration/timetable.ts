/**
 * When things happen in the demonstration: always in the weeks before the day on which it is made, at hours when people are awake,
 * and the same way every time.
 */
import { ukMoment } from '../moderation/clock.ts'
import { dayKey } from '../text/dates.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE

export interface Hours {
  from: number
  until: number
}
/** When residents write: while somebody is at the desk, so that nothing waits because of the hour. */
export const AWAKE: Hours = { from: 8, until: 20 }
export const AT_WORK: Hours = { from: 8, until: 18 }

export class Timetable {
  readonly today: Date
  /** Nothing happens after this. */
  readonly end: Date
  #seed = 20_291

  constructor(today: Date) {
    this.today = today
    this.end = new Date(today.getTime() - 2 * MINUTE)
  }

  /** From 0 up to 1, the same numbers at every seeding. */
  chance(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return this.#seed / 2_147_483_648
  }

  /** So many days before today at "09:15", UK time. What would still lie ahead today happened a little while ago. */
  daysAgo(days: number, time: string): Date {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    const day = dayKey(new Date(this.today.getTime() - days * DAY))
    const moment = ukMoment(day, hour + minute / 60)
    const latest = new Date(this.today.getTime() - 90 * MINUTE)
    return moment < latest ? moment : latest
  }

  /** So many minutes before now, whatever the hour; when that is a day ago or more, while people are awake. */
  recently(minutes: number): Date {
    const at = new Date(this.today.getTime() - minutes * MINUTE)
    return minutes < 1440 ? at : this.later(at, 0)
  }

  /** Some minutes after a moment, moved to the next open hour; never later than the end, and never as early as `from`. */
  later(from: Date, minutes: number, hours: Hours = AWAKE): Date {
    const wanted = openHour(new Date(from.getTime() + minutes * MINUTE * (0.5 + this.chance())), hours, this.chance())
    if (wanted < this.end) return wanted
    const left = this.end.getTime() - from.getTime()
    return new Date(from.getTime() + Math.max(1, Math.floor(left * (0.1 + 0.3 * this.chance()))))
  }
}

function openHour(at: Date, hours: Hours, chance: number): Date {
  const day = dayKey(at)
  const opens = ukMoment(day, hours.from).getTime() + chance * 90 * MINUTE
  if (at.getTime() < opens) return new Date(opens)
  if (at < ukMoment(day, hours.until)) return at
  return new Date(ukMoment(dayKey(new Date(at.getTime() + DAY / 2)), hours.from).getTime() + chance * 90 * MINUTE)
}
