/** What a moderator finds beside an event: the notes of its meetings, and why questions of a live hour were passed. */
import { asc, eq, sql } from 'drizzle-orm'
import type { Db, Tx } from '../database/database.ts'
import { occasions } from '../occasions/schema.ts'
import { sayWindow } from '../places/presence-window.ts'
import type { BesideKind, BesideText } from '../posts/words-beside.ts'
import { renderPost } from '../text/markdown.ts'
import { eventNotes, events, hourAnswers } from './schema.ts'

/** Every wording, the newest of each date first: readers can open the earlier ones. */
async function notesOf(db: Db, postId: number): Promise<BesideText[]> {
  const rows = await db
    .select({ note: eventNotes, startsAt: occasions.startsAt, endsAt: occasions.endsAt })
    .from(eventNotes)
    .innerJoin(occasions, eq(occasions.id, eventNotes.occasionId))
    .where(eq(occasions.postId, postId))
    .orderBy(asc(occasions.startsAt), asc(eventNotes.occasionId), sql`${eventNotes.version} desc`)
  const seen = new Set<number>()
  return rows.flatMap(({ note, ...window }) => {
    const of = `${sayWindow(window)}${seen.has(note.occasionId) ? ', an earlier wording' : ''}`
    seen.add(note.occasionId)
    return [
      { key: `${note.id}:said`, label: `${of}: what was said`, text: note.said },
      { key: `${note.id}:decided`, label: `${of}: what was decided`, text: note.decided },
    ]
  })
}

/** A form that was opened before does not bring the words back: the wording counts as a new one. */
async function replaceNote(tx: Tx, _postId: number, key: string, text: string): Promise<void> {
  const [id, column] = key.split(':')
  const words = column === 'said' ? { said: text, saidHtml: renderPost(text) } : { decided: text, decidedHtml: renderPost(text) }
  const isLast = sql`not exists (select from event_notes later where later.occasion_id = event_notes.occasion_id and later.version > event_notes.version)`
  await tx
    .update(eventNotes)
    .set({ ...words, version: sql`${eventNotes.version} + case when ${isLast} then 1 else 0 end` })
    .where(eq(eventNotes.id, Number(id)))
}

export const notesBeside: BesideKind = { name: 'Notes of the meeting', of: ['event'], read: notesOf, replace: replaceNote }

export const passedBeside: BesideKind = {
  name: 'Why questions were not answered',
  of: ['event'],
  async read(db, postId) {
    const rows = await db
      .select({ key: hourAnswers.commentId, text: hourAnswers.passedBecause })
      .from(hourAnswers)
      .innerJoin(events, eq(events.id, hourAnswers.eventId))
      .where(eq(events.postId, postId))
      .orderBy(asc(hourAnswers.takenAt), asc(hourAnswers.commentId))
    return rows.map(({ key, text }) => ({ key: String(key), label: `Question ${key}`, text: text ?? '' }))
  },
  async replace(tx, _postId, key, passedBecause) {
    await tx
      .update(hourAnswers)
      .set({ passedBecause })
      .where(eq(hourAnswers.commentId, Number(key)))
  },
}
