/** Plays what comes by itself: the digest of the week, on the last Monday morning. */
import { like } from 'drizzle-orm'
import type { Config } from '../config.ts'
import { isMonday } from '../insights/week-time.ts'
import { deliverBulk } from '../mail/mail.ts'
import { mails } from '../mail/schema.ts'
import { registerDigests } from '../network/digest-compose.ts'
import { sendStaffDigests } from '../network/digest.ts'
import { DIGESTS } from '../network/digest-settings.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'

const WEEK = 7
const MINUTE = 60_000

export function addDigests(schedule: Schedule, config: Config): void {
  const { times } = schedule
  const mornings = Array.from({ length: WEEK + 1 }, (_, ago) => times.daysAgo(ago, '07:04'))
  // A morning that still lies ahead is given as some moment before now.
  const last = mornings.find((morning) => isMonday(morning) && times.today.getTime() - morning.getTime() > 90 * MINUTE)
  if (last) schedule.add(last, (stage) => send(stage, config))
}

async function send(stage: Stage, config: Config): Promise<void> {
  registerDigests(config)
  await sendStaffDigests(stage.db, config)
  const sent = await stage.db
    .select({ id: mails.id })
    .from(mails)
    .where(like(mails.key, `${DIGESTS}%`))
  for (const { id } of sent) await deliverBulk(stage.db, async () => {}, [id], { keepWords: true, pace: async () => {} })
}
