/** Where a mail of the demonstration can be read. */
import { and, desc, isNotNull, sql } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import { mails } from '../mail/schema.ts'

/** The page of the mail on which the newest with such a subject stands. */
export async function mailLike(db: Database, subject: string): Promise<string | null> {
  const [found] = await db
    .select({ id: mails.id })
    .from(mails)
    .where(and(isNotNull(mails.text), sql`${mails.subject} like ${subject}`))
    .orderBy(desc(mails.id))
    .limit(1)
  return found ? `/demonstration/mail?before=${found.id + 1}#mail-${found.id}` : null
}
