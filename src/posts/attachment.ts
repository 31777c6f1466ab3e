/**
 * Documents of drafts and posts: PDFs, rewritten by us so that they hold pages and nothing that acts. Stored like photos: first a row, then the file.
 */
import { and, asc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Overtaken, Refused } from '../errors.ts'
import { rebuildDocument, type RebuiltDocument } from '../media/document.ts'
import type { Storage } from '../media/storage.ts'
import { cleanLine, fits, hasWords } from '../text/input.ts'
import { lockDraft, raiseVersion, type DraftRow } from './draft.ts'
import { anHourAgo, documentName } from './file-name.ts'
import { kindOf } from './kinds.ts'
import { attachments, type ShownAttachment } from './schema.ts'

export { attachmentFile } from './file-access.ts'
export { removeAttachment } from './file-removal.ts'
export { eraseFiles } from './file-sweep.ts'

export const MOST_ATTACHMENTS = 4
const LONGEST_TITLE = 120

type AttachmentRow = typeof attachments.$inferSelect

const shown = ({ id, title, bytes, pages }: AttachmentRow): ShownAttachment => ({ id, title, bytes, pages })
const standing = (draftId: number) => and(eq(attachments.draftId, draftId), isNull(attachments.removedAt), isNotNull(attachments.storedAt))

/** In the order in which they were sent. */
export async function attachmentsOfDraft(db: Db, draftId: number): Promise<ShownAttachment[]> {
  const rows = await db.select().from(attachments).where(standing(draftId)).orderBy(asc(attachments.position), asc(attachments.id))
  return rows.map(shown)
}

interface NewAttachment {
  key: string
  title: string
  bytes: Buffer
}

/** Throws `Refused` (field `attachment` or `attachment-title`) for what is not a PDF, or has no title. The same key again is the same document. */
export async function addAttachment(
  db: Database,
  storage: Storage,
  actor: SignedIn,
  draftId: number,
  input: NewAttachment,
): Promise<ShownAttachment> {
  const title = titleOf(input.title)
  const known = await db.transaction((tx) => sentBefore(tx, actor, draftId, input.key))
  if (known?.storedAt) return shown(known)
  const document = await rebuildDocument(input.bytes)
  const row = await db.transaction((tx) => reserve(tx, actor, draftId, input.key, title))
  if (row.storedAt) return shown(row)
  await storage.put(documentName(row.fileKey), document.bytes)
  return db.transaction((tx) => confirm(tx, actor, row, document))
}

function titleOf(typed: string): string {
  const title = cleanLine(typed.slice(0, 20_000))
  if (!hasWords(title)) throw new Refused('There is a problem with the document', { 'attachment-title': 'Enter a title for the document' })
  if (!fits(title, LONGEST_TITLE))
    throw new Refused('There is a problem with the document', { 'attachment-title': `The title must be ${LONGEST_TITLE} characters or fewer` })
  return title
}

async function sentBefore(tx: Tx, actor: SignedIn, draftId: number, key: string): Promise<AttachmentRow | null> {
  const draft = await lockDraft(tx, actor, draftId, 'write')
  if (!kindOf(draft.kind).attachments) throw refused('This kind of post takes no documents')
  const [known] = await tx
    .select()
    .from(attachments)
    .where(and(eq(attachments.uploadedBy, actor.accountId), eq(attachments.clientKey, key)))
    .for('update')
  if (!known) return null
  if (known.draftId !== draftId || known.removedAt) throw new Overtaken('This document was sent before, and removed. Choose it again.')
  return known
}

async function reserve(tx: Tx, actor: SignedIn, draftId: number, clientKey: string, title: string): Promise<AttachmentRow> {
  const known = await sentBefore(tx, actor, draftId, clientKey)
  if (known) return known.storedAt ? known : revive(tx, known)
  const [taken] = await tx
    .select({ count: sql<number>`count(*)::int`, last: sql<number>`coalesce(max(${attachments.position}), 0)::int` })
    .from(attachments)
    .where(
      and(
        eq(attachments.draftId, draftId),
        isNull(attachments.removedAt),
        or(isNotNull(attachments.storedAt), gt(attachments.createdAt, anHourAgo())),
      ),
    )
  if ((taken?.count ?? 0) >= MOST_ATTACHMENTS) throw refused(`A post can have ${MOST_ATTACHMENTS} documents. Remove one first`)
  const position = (taken?.last ?? 0) + 1
  const [row] = await tx
    .insert(attachments)
    .values({ draftId, uploadedBy: actor.accountId, clientKey, fileKey: randomUUID(), position, createdAt: now(), title })
    .returning()
  if (!row) throw new Error('the document gave no row back')
  return row
}

/** Sent again after it failed half-way. What was swept away is gone with its key. */
async function revive(tx: Tx, known: AttachmentRow): Promise<AttachmentRow> {
  const set = { createdAt: now(), erasedAt: null, fileKey: known.erasedAt ? randomUUID() : known.fileKey }
  await tx.update(attachments).set(set).where(eq(attachments.id, known.id))
  return { ...known, ...set }
}

async function confirm(tx: Tx, actor: SignedIn, { id, draftId }: AttachmentRow, document: RebuiltDocument): Promise<ShownAttachment> {
  const draft = await lockDraft(tx, actor, draftId ?? 0, 'write')
  const [row] = await tx
    .update(attachments)
    .set({ storedAt: now(), bytes: document.bytes.length, pages: document.pages })
    .where(and(eq(attachments.id, id), isNull(attachments.removedAt), isNull(attachments.erasedAt), isNull(attachments.storedAt)))
    .returning()
  if (row) await raiseVersion(tx, draft)
  // The same document sent twice at once: the other one was quicker.
  const [stored] = row
    ? [row]
    : await tx
        .select()
        .from(attachments)
        .where(and(eq(attachments.id, id), isNotNull(attachments.storedAt), isNull(attachments.removedAt)))
  if (!stored) throw new Overtaken('This document took too long to arrive. Choose it again.')
  return shown(stored)
}

/** Moves the draft's documents to the post that it became; answers what pages show. */
export async function moveAttachments(tx: Tx, draft: DraftRow, postId: number): Promise<ShownAttachment[]> {
  const moved = await tx.update(attachments).set({ postId }).where(standing(draft.id)).returning()
  return moved.toSorted((a, b) => a.position - b.position || a.id - b.id).map(shown)
}

const refused = (message: string): Refused => new Refused('There is a problem with the document', { attachment: message })
