/** The moderation desk with a complainant: what the law asks for, and what has to be read from the tables. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { mails } from '../../src/mail/schema.ts'
import type { ItemRef } from '../../src/moderation/item.ts'
import { cases } from '../../src/moderation/schema.ts'
import { handleNotice, type DeskStep } from '../../src/notices/handling.ts'
import { receiveNotice, type NewNotice } from '../../src/notices/notice.ts'
import { noticeSteps, takedownNotices } from '../../src/notices/schema.ts'
import type { Desk } from '../moderation/desk.ts'

export const SENDER = {
  publicUrl: 'https://blue-lamp.example',
  contactEmail: 'press@example.police.uk',
  force: { id: 'lincolnshire', name: 'Lincolnshire Police', areaCode: 'E23000020' },
}

export const newNotice = (more: Partial<NewNotice> = {}): NewNotice => ({
  kind: 'defamation',
  name: 'Gordon Harkness',
  email: 'g.harkness@example.org',
  statement: {
    words: 'He sold us stolen tiles.',
    meaning: 'That I am a thief.',
    harm: 'I lose customers.',
    untrue: 'I bought them.',
    unidentified: 'Yes.',
  },
  mayShare: true,
  clientKey: randomUUID(),
  ...more,
})

export const benchOf = ({ db, press }: Desk) => {
  const caseOf = async (noticeId: number) => {
    const [file] = await db.select().from(cases).where(eq(cases.noticeId, noticeId))
    if (!file) throw new Error('no case')
    return file
  }
  return {
    caseOf,
    async receive(ref: ItemRef, more: Partial<NewNotice> = {}) {
      return (await receiveNotice(db, SENDER, ref, newNotice(more))).id
    },
    async step(
      noticeId: number,
      step: DeskStep,
      { by = press, note = null, version }: { by?: SignedIn; note?: string | null; version?: number } = {},
    ) {
      return handleNotice(db, SENDER, by, noticeId, { step, note, version: version ?? (await caseOf(noticeId)).version })
    },
    async noticeOf(id: number) {
      const [notice] = await db.select().from(takedownNotices).where(eq(takedownNotices.id, id))
      if (!notice) throw new Error('no notice')
      return notice
    },
    stepsOf: async (id: number) =>
      (await db.select().from(noticeSteps).where(eq(noticeSteps.noticeId, id)).orderBy(noticeSteps.id)).map(({ stage }) => stage),
    mailsOf: (id: number) =>
      db
        .select()
        .from(mails)
        .where(sql`${mails.key} like ${`notice:${id}:%`}`)
        .orderBy(mails.id),
  }
}
export type Bench = ReturnType<typeof benchOf>
