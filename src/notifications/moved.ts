/**
 * Whoever was moved to another team with the ground that they live on hears of it in place too, where they have an account.
 */
import { and, asc, eq, gt, isNotNull, or } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { keyOf, subjectOfKey } from '../following/key.ts'
import { followers, follows } from '../following/schema.ts'
import { tell, type Telling } from './notification.ts'

const BATCH = 500
/** How long after the change they are still looked for; a job that fails runs again within it. */
const RECENT = 24 * 60 * 60_000

/** After the moving itself, which the room of following does. */
export async function tellOfMoves(db: Database, { kind, teamId }: Activity): Promise<void> {
  const act = kind === 'team.archived' ? 'archived' : 'boundary'
  let after = 0
  for (;;) {
    const moved = await movedAfter(db, teamId ?? 0, after)
    const last = moved.at(-1)
    if (!last) return
    after = last.id
    await db.transaction((tx) =>
      tell(
        tx,
        moved.map((row) => tellingOf(row, act)),
      ),
    )
  }
}

type Moved = Awaited<ReturnType<typeof movedAfter>>[number]

const movedAfter = (db: Database, teamId: number, after: number) =>
  db
    .select({ id: follows.id, key: follows.key, movedAt: follows.movedAt, accountId: followers.accountId })
    .from(follows)
    .innerJoin(followers, eq(followers.id, follows.followerId))
    .where(
      and(
        gt(follows.id, after),
        gt(follows.movedAt, new Date(now().getTime() - RECENT)),
        or(eq(follows.movedFromId, teamId), eq(follows.key, keyOf({ kind: 'team', id: teamId }))),
        isNotNull(followers.accountId),
      ),
    )
    .orderBy(asc(follows.id))
    .limit(BATCH)

function tellingOf({ id, key, movedAt, accountId }: Moved, act: string): Telling {
  const subject = subjectOfKey(key)
  const detail = { teamId: subject?.kind === 'team' ? subject.id : null, act }
  return { accountId: accountId ?? 0, kind: 'moved', cause: `follow:${id}:moved:${movedAt?.getTime()}`, path: '/following', detail }
}
