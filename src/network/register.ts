/** What this room does when something happened elsewhere. */
import { onActivity, type Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import type { Tx } from '../database/database.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { previewBeside } from './beside.ts'
import { registerDigests } from './digest-compose.ts'
import { followSubject, unfollowSubject } from './follow.ts'
import { circleSubject } from './subject.ts'

export function registerNetwork(config: Config): void {
  registerDigests(config)
  addWordsBeside('link-preview', previewBeside)
  onActivity('circle.joined', followOnJoining)
  onActivity('circle.left', unfollowOnLeaving)
}

/** Whoever joins a circle follows it; of a circle that somebody left nothing stays on their home. */
const followOnJoining = (tx: Tx, { detail }: Activity): Promise<void> => forMember(detail, (id, subject) => followSubject(tx, id, subject))
const unfollowOnLeaving = (tx: Tx, { detail }: Activity): Promise<void> => forMember(detail, (id, subject) => unfollowSubject(tx, id, subject))

async function forMember(detail: Activity['detail'], act: (accountId: number, subject: string) => Promise<void>): Promise<void> {
  const { accountId, circleId } = detail ?? {}
  if (typeof accountId === 'number' && typeof circleId === 'number') await act(accountId, circleSubject(circleId))
}
