/**
 * "I came." A resident says so once, and may take it back; only the number is ever shown.
 */
import { eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { uncountedBecause } from './presence-policy.ts'
import { presences, presenceVisits } from './schema.ts'

/** Counts the actor among those who came, or no longer. Twice is the same as once. Throws `Forbidden` where nobody is counted now. */
export async function visitPresence(db: Database, actor: SignedIn, id: number, came: boolean): Promise<void> {
  await db.transaction(async (tx) => {
    const presence = await lockStanding(tx, id)
    const refused = came ? uncountedBecause(actor, presence, now()) : null
    if (refused) throw new Forbidden(refused)
    const changed = came
      ? sql`insert into ${presenceVisits} (presence_id, account_id, at) values (${id}, ${actor.accountId}, ${now().toISOString()}::timestamptz) on conflict do nothing returning 1`
      : sql`delete from ${presenceVisits} where presence_id = ${id} and account_id = ${actor.accountId} returning 1`
    await tx.execute(sql`
      with changed as (${changed})
      update ${presences} set came_count = came_count + ${came ? 1 : -1} where id = ${id} and exists (select from changed)`)
  })
}

async function lockStanding(tx: Tx, id: number): Promise<typeof presences.$inferSelect> {
  const [presence] = await tx.select().from(presences).where(eq(presences.id, id)).for('no key update')
  if (!presence) throw new NotFound('presence')
  const [post] = await tx.select({ state: posts.state }).from(posts).where(eq(posts.id, presence.postId))
  if (!post || post.state === 'withdrawn') throw new NotFound('presence')
  return presence
}
