/** Who came is forgotten four weeks afterwards; how many came stays. What was asked for and never confirmed goes after its link. */
import { randomBytes } from 'node:crypto'
import { and, eq, inArray, isNull, lt, lte, ne, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { mails } from '../mail/schema.ts'
import { LIFE, hashOf } from './link.ts'
import { occasions, signUps } from './schema.ts'

export const KEPT = 28 * 86_400_000
const AT_ONCE = 500

/** Bears being run at once and twice. The mails that they were sent go with their names. */
export async function forgetSignUps(db: Database): Promise<void> {
  while ((await db.transaction(dropUnconfirmed)) === AT_ONCE);
  while ((await db.transaction(forgetSome)) === AT_ONCE);
}

async function forgetSome(tx: Tx): Promise<number> {
  const old = await tx
    .select({ id: signUps.id })
    .from(signUps)
    .innerJoin(occasions, eq(occasions.id, signUps.occasionId))
    .where(and(isNull(signUps.forgottenAt), ne(signUps.state, 'asked'), lte(occasions.endsAt, new Date(now().getTime() - KEPT))))
    .limit(AT_ONCE)
    .for('update', { of: signUps, skipLocked: true })
  for (const { id } of old) {
    // No link opens it any more.
    const tokenHash = hashOf(randomBytes(24).toString('base64url'))
    await tx.update(signUps).set({ accountId: null, email: null, name: null, needs: null, tokenHash, forgottenAt: now() }).where(eq(signUps.id, id))
  }
  await dropMails(tx, old)
  return old.length
}

async function dropUnconfirmed(tx: Tx): Promise<number> {
  const old = await tx
    .select({ id: signUps.id })
    .from(signUps)
    .where(and(eq(signUps.state, 'asked'), lt(signUps.stateAt, new Date(now().getTime() - LIFE))))
    .limit(AT_ONCE)
    .for('update', { skipLocked: true })
  if (old.length === 0) return 0
  await dropMails(tx, old)
  await tx.delete(signUps).where(
    inArray(
      signUps.id,
      old.map(({ id }) => id),
    ),
  )
  return old.length
}

async function dropMails(tx: Tx, gone: readonly { id: number }[]): Promise<void> {
  const ids = gone.map(({ id }) => String(id))
  await tx.delete(mails).where(sql`${mails.key} like 'sign-up:%' and split_part(${mails.key}, ':', 2) = any(${sql.param(ids)}::text[])`)
}
