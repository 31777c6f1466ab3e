/** Mail that waits is said anew when what it tells of has changed. What was sent is gone from here already. */
import { and, eq, isNotNull, isNull, or, type SQL } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { mails } from './schema.ts'

export interface Rewording {
  plain: (text: string) => string
  html: (text: string) => string
}

/** Of the mails whose words stand here and that wait: those that meet one of the conditions. */
export async function rewordWaiting(tx: Tx, about: readonly SQL[], { plain, html }: Rewording): Promise<void> {
  const waiting = await tx
    .select({ id: mails.id, subject: mails.subject, text: mails.text, html: mails.html })
    .from(mails)
    .where(and(isNull(mails.sentAt), isNull(mails.failedAt), isNotNull(mails.text), or(...about)))
    .orderBy(mails.id)
    .for('update')
  for (const mail of waiting) {
    const said = { subject: plain(mail.subject), text: mail.text && plain(mail.text), html: mail.html && html(mail.html) }
    if (said.subject !== mail.subject || said.text !== mail.text || said.html !== mail.html)
      await tx.update(mails).set(said).where(eq(mails.id, mail.id))
  }
}
