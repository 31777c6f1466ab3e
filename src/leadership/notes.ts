/** Notes of a focus group, corrected: whoever convened it puts others in their place, and every earlier version stays readable where the notes are. */
import { desc, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, Overtaken } from '../errors.ts'
import { requireOpenCircle } from '../network/changing.ts'
import { tellOfPost } from '../posts/stored-post.ts'
import { renderPost } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { lockGroup, type Group } from './group.ts'
import { isConvener, mayCorrectNotes, requireVoice } from './policy.ts'
import { focusGroupNotes, focusGroups } from './schema.ts'

export interface NotesCorrection {
  /** Markdown. */
  notes: string
  /** What was corrected, in a sentence for readers. */
  note: string
  /** The version that was in the form. */
  version: number
}

/** The same form twice is one correction. Throws `NotFound`, `Forbidden`, and `Overtaken` when they were corrected meanwhile. */
export const correctNotes = (db: Database, actor: SignedIn, postId: number, { notes, note, version }: NotesCorrection): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    if (!mayCorrectNotes(actor, group)) throw refusal(actor, group)
    requireVoice(actor, post)
    await requireOpenCircle(tx, post)
    const before = await notesToCorrect(tx, postId)
    if (before.notes === notes) return { path: group.path }
    if (before.version !== version) throw new Overtaken('The notes were changed while you were writing. Open them again to see what they say now.')
    const kept = { postId, version, notes: before.notes, notesHtml: before.notesHtml, note, replacedBy: actor.accountId, replacedAt: now() }
    await tx.insert(focusGroupNotes).values(kept)
    await tx
      .update(focusGroups)
      .set({ notes, notesHtml: renderPost(notes), notesVersion: version + 1 })
      .where(eq(focusGroups.postId, postId))
    await tellOfPost(tx, actor.accountId, 'group.corrected', post)
    return { path: group.path }
  })

function refusal(actor: SignedIn, group: Group): Forbidden {
  if (!isConvener(actor, group)) return new Forbidden('Whoever convened the group corrects its notes. You can add to them in the conversation.')
  return new Forbidden(
    group.edited ? 'A moderator took words out of it, so the rest stays as it is.' : 'There are no notes to correct yet. Publish them first.',
  )
}

/** As they were typed. Whether the actor may is for the caller to ask. */
export async function notesToCorrect(db: Db, postId: number): Promise<{ notes: string; notesHtml: string; version: number }> {
  const [stored] = await db
    .select({ notes: focusGroups.notes, notesHtml: focusGroups.notesHtml, version: focusGroups.notesVersion })
    .from(focusGroups)
    .where(eq(focusGroups.postId, postId))
  return { notes: stored?.notes ?? '', notesHtml: stored?.notesHtml ?? '', version: stored?.version ?? 1 }
}

export interface EarlierNotes {
  version: number
  notes: SafeHtml
  /** What the correction says of itself. */
  note: string
  replacedAt: Date
}

const SHOWN = 50

/** The latest first; where a moderator took words out, nobody's to read any more. */
export async function earlierNotes(db: Db, { postId, notesVersion, edited }: Group): Promise<EarlierNotes[]> {
  if (notesVersion === 1 || edited) return []
  const rows = await db.select().from(focusGroupNotes).where(eq(focusGroupNotes.postId, postId)).orderBy(desc(focusGroupNotes.version)).limit(SHOWN)
  return rows.map(({ version, notesHtml, note, replacedAt }) => ({ version, notes: trusted(notesHtml), note, replacedAt }))
}
