/** What a moderator finds beside a focus group and a live session: where it is, its notes, why it was called off, and why questions were passed. */
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { BesideKind, BesideText } from '../posts/words-beside.ts'
import { renderPost } from '../text/markdown.ts'
import { focusGroupNotes, focusGroups, liveSessions, sessionTurns } from './schema.ts'

const CALLED_OFF = 'Why it was called off'

export const groupBeside: BesideKind = {
  name: 'The focus group',
  of: ['focus-group'],
  async read(db, postId) {
    const [group] = await db.select().from(focusGroups).where(eq(focusGroups.postId, postId))
    const texts: BesideText[] = [
      { key: 'venue', label: 'Where', text: group?.venue ?? '' },
      { key: 'movedFromVenue', label: 'Where it was to be', text: group?.movedFromVenue ?? '' },
      { key: 'calledOffBecause', label: CALLED_OFF, text: group?.calledOffBecause ?? '' },
      { key: 'notes', label: 'Notes of what was said', text: group?.notes ?? '' },
    ]
    return texts
  },
  async replace(tx, postId, key, text) {
    const set =
      key === 'notes'
        ? { notes: text, notesHtml: renderPost(text) }
        : key === 'venue'
          ? { venue: text }
          : key === 'movedFromVenue'
            ? { movedFromVenue: text }
            : { calledOffBecause: text }
    await tx.update(focusGroups).set(set).where(eq(focusGroups.postId, postId))
  },
  mails: (postId) => sql`mails.key like ${`focus-group:${postId}:%`}`,
}

/** Earlier wordings of its notes, with what each correction says of itself. */
export const earlierNotesBeside: BesideKind = {
  name: 'Earlier notes of the focus group',
  of: ['focus-group'],
  async read(db, postId) {
    const rows = await db.select().from(focusGroupNotes).where(eq(focusGroupNotes.postId, postId)).orderBy(desc(focusGroupNotes.version))
    return rows.flatMap(({ version, notes, note }) => [
      { key: `${version}:notes`, label: `Version ${version}`, text: notes },
      { key: `${version}:note`, label: `What was corrected after version ${version}`, text: note },
    ])
  },
  async replace(tx, postId, key, text) {
    const [version, column] = key.split(':')
    await tx
      .update(focusGroupNotes)
      .set(column === 'notes' ? { notes: text, notesHtml: renderPost(text) } : { note: text })
      .where(and(eq(focusGroupNotes.postId, postId), eq(focusGroupNotes.version, Number(version))))
  },
}

export const sessionBeside: BesideKind = {
  name: CALLED_OFF,
  of: ['live-session'],
  async read(db, postId) {
    const rows = await db.select({ text: liveSessions.calledOffBecause }).from(liveSessions).where(eq(liveSessions.postId, postId))
    return rows.map(({ text }) => ({ key: 'because', label: 'The reason', text: text ?? '' }))
  },
  async replace(tx, postId, _key, calledOffBecause) {
    await tx.update(liveSessions).set({ calledOffBecause }).where(eq(liveSessions.postId, postId))
  },
}

export const turnsBeside: BesideKind = {
  name: 'Why questions were not answered',
  of: ['live-session'],
  async read(db, postId) {
    const rows = await db
      .select({ key: sessionTurns.commentId, text: sessionTurns.passedBecause })
      .from(sessionTurns)
      .where(eq(sessionTurns.postId, postId))
      .orderBy(asc(sessionTurns.takenAt), asc(sessionTurns.commentId))
    return rows.map(({ key, text }) => ({ key: String(key), label: `Question ${key}`, text: text ?? '' }))
  },
  async replace(tx, _postId, key, passedBecause) {
    await tx
      .update(sessionTurns)
      .set({ passedBecause })
      .where(eq(sessionTurns.commentId, Number(key)))
  },
}
