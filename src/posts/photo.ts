/**
 * Photos of drafts and posts. What is stored is re-encoded: nothing that a camera writes beside the picture stays, and no original is kept.
 *
 * A photo is a row first, then its files, then the row says that they are there: whatever fails in between leaves something that `eraseFiles` finds.
 */
import { and, asc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { encodePhoto, type EncodedPhoto } from '../media/photo.ts'
import type { Storage } from '../media/storage.ts'
import { cleanLine, fits, hasWords } from '../text/input.ts'
import { lockDraft, otherTeams, raiseVersion, type DraftRow } from './draft.ts'
import { anHourAgo, eraseSizes, putSizes } from './file-name.ts'
import { kindOf } from './kinds.ts'
import { draftInElection } from './election.ts'
import { mayApprove, mayWriteDraft } from './policy.ts'
import { photos, type ShownPhoto } from './schema.ts'

export { photoFile } from './file-access.ts'
export { keyOfFile } from './file-name.ts'
export { expirePhotos, removePhoto, removePhotosOfPost } from './file-removal.ts'

/** Photos of one post at most. */
export const MOST_PHOTOS = 8
export const LONGEST_ALT = 300

export interface DraftPhoto extends ShownPhoto {
  /** Somebody has looked at it for faces and number plates. */
  lookedAt: boolean
  expiresAt: Date | null
}

type PhotoRow = typeof photos.$inferSelect

const shown = ({ id, alt, width, height, graphic }: PhotoRow): ShownPhoto => ({ id, alt, width, height, ...(graphic && { graphic }) })
const ofDraft = (row: PhotoRow): DraftPhoto => ({ ...shown(row), lookedAt: row.lookedAtBy !== null, expiresAt: row.expiresAt })

const standing = (draftId: number) => and(eq(photos.draftId, draftId), isNull(photos.removedAt), isNotNull(photos.storedAt))

/** In the order in which they were sent. */
export async function photosOfDraft(db: Db, draftId: number): Promise<DraftPhoto[]> {
  const rows = await db.select().from(photos).where(standing(draftId)).orderBy(asc(photos.position), asc(photos.id))
  return rows.map(ofDraft)
}

export interface NewPhoto {
  key: string
  alt: string
  /** It comes from the blur tool: the sender has looked at it. */
  lookedAt: boolean
  bytes: Buffer
}

/** Adds a photo to a draft that the actor may write in. The same key again is the same photo. Throws `Refused` (field `photo`) for what is no photo. */
export async function addPhoto(db: Database, storage: Storage, actor: SignedIn, draftId: number, photo: NewPhoto): Promise<DraftPhoto> {
  // Asked before anything is decoded: that is work.
  const known = await db.transaction((tx) => sentBefore(tx, actor, draftId, photo.key))
  if (known?.storedAt) return ofDraft(known)
  const encoded = await encodePhoto(photo.bytes)
  const row = await db.transaction((tx) => reserve(tx, actor, draftId, photo))
  if (row.storedAt) return ofDraft(row)
  await putSizes(storage, row.fileKey, encoded)
  return db.transaction((tx) => confirm(tx, actor, row, encoded))
}

async function sentBefore(tx: Tx, actor: SignedIn, draftId: number, key: string): Promise<PhotoRow | null> {
  const draft = await lockDraft(tx, actor, draftId, 'write')
  if (!kindOf(draft.kind).photos) throw refused('This kind of post takes no photos')
  const [known] = await tx
    .select()
    .from(photos)
    .where(and(eq(photos.uploadedBy, actor.accountId), eq(photos.clientKey, key)))
    // The sweep holds the row while it deletes files.
    .for('update')
  if (!known) return null
  if (known.draftId !== draftId || known.removedAt) throw new Overtaken('This photo was sent before, and removed. Choose it again.')
  return known
}

/** The row of a photo whose files are still to come. While the draft is locked, nobody else can take the last place. */
async function reserve(tx: Tx, actor: SignedIn, draftId: number, photo: NewPhoto): Promise<PhotoRow> {
  const known = await sentBefore(tx, actor, draftId, photo.key)
  if (known) return known.storedAt ? known : revive(tx, known)
  const [taken] = await tx
    .select({ count: sql<number>`count(*)::int`, last: sql<number>`coalesce(max(${photos.position}), 0)::int` })
    .from(photos)
    .where(and(eq(photos.draftId, draftId), isNull(photos.removedAt), or(isNotNull(photos.storedAt), gt(photos.createdAt, anHourAgo()))))
  if ((taken?.count ?? 0) >= MOST_PHOTOS) throw refused(`A post can have ${MOST_PHOTOS} photos. Remove one first`)
  const [row] = await tx
    .insert(photos)
    .values({
      draftId,
      uploadedBy: actor.accountId,
      clientKey: photo.key,
      fileKey: randomUUID(),
      position: (taken?.last ?? 0) + 1,
      createdAt: now(),
      alt: altOf(photo.alt),
      lookedAtBy: photo.lookedAt ? actor.accountId : null,
    })
    .returning()
  if (!row) throw new Error('the photo gave no row back')
  return row
}

/** Sent again after it failed half-way. What was swept away is gone with its key. */
async function revive(tx: Tx, known: PhotoRow): Promise<PhotoRow> {
  const set = { createdAt: now(), erasedAt: null, fileKey: known.erasedAt ? randomUUID() : known.fileKey }
  await tx.update(photos).set(set).where(eq(photos.id, known.id))
  return { ...known, ...set }
}

async function confirm(tx: Tx, actor: SignedIn, { id, draftId }: PhotoRow, { width, height }: EncodedPhoto): Promise<DraftPhoto> {
  const draft = await lockDraft(tx, actor, draftId ?? 0, 'write')
  const [row] = await tx
    .update(photos)
    .set({ storedAt: now(), width, height })
    .where(and(eq(photos.id, id), isNull(photos.removedAt), isNull(photos.erasedAt), isNull(photos.storedAt)))
    .returning()
  // The same photo sent twice at once: the other one was quicker, and wrote the same files.
  if (row) await raiseVersion(tx, draft)
  const [stored] = row
    ? [row]
    : await tx
        .select()
        .from(photos)
        .where(and(eq(photos.id, id), isNotNull(photos.storedAt), isNull(photos.removedAt)))
  if (!stored) throw new Overtaken('This photo took too long to arrive. Choose it again.')
  return ofDraft(stored)
}

/** The same photo after blurring, by its author or by whoever approves. What was there before is deleted. */
export async function replacePhoto(db: Database, storage: Storage, actor: SignedIn, id: number, bytes: Buffer): Promise<DraftPhoto> {
  await db.transaction((tx) => lockToReplace(tx, actor, id))
  const encoded = await encodePhoto(bytes)
  const spare = await spareRow(db, actor)
  await putSizes(storage, spare.fileKey, encoded)
  const { row, old } = await db.transaction((tx) => exchange(tx, actor, id, spare, encoded))
  await eraseSizes(storage, old)
  await db.update(photos).set({ erasedAt: now() }).where(eq(photos.id, spare.id))
  return ofDraft(row)
}

/** A removed photo of nothing, that has the key of the new files until they change places: so whatever fails, the sweep knows of all files. */
async function spareRow(db: Database, actor: SignedIn): Promise<PhotoRow> {
  const moment = now()
  const values = { uploadedBy: actor.accountId, clientKey: randomUUID(), fileKey: randomUUID(), position: 0, createdAt: moment, removedAt: moment }
  const [row] = await db
    .insert(photos)
    .values({ ...values, removedBecause: 'Another version of a photo' })
    .returning()
  if (!row) throw new Error('the photo gave no row back')
  return row
}

/** The photo gets the new files, the spare row the old ones. */
async function exchange(tx: Tx, actor: SignedIn, id: number, spare: PhotoRow, encoded: EncodedPhoto): Promise<{ row: PhotoRow; old: string }> {
  const { photo, draft } = await lockToReplace(tx, actor, id)
  // Keys are unique at every moment, so they change places in three steps.
  await tx.update(photos).set({ fileKey: randomUUID() }).where(eq(photos.id, spare.id))
  const set = { fileKey: spare.fileKey, width: encoded.width, height: encoded.height, lookedAtBy: actor.accountId }
  await tx.update(photos).set(set).where(eq(photos.id, id))
  await tx.update(photos).set({ fileKey: photo.fileKey, storedAt: now() }).where(eq(photos.id, spare.id))
  await raiseVersion(tx, draft)
  return { row: { ...photo, ...set }, old: photo.fileKey }
}

/** A photo of a draft that is the actor's to write, or theirs to approve. Throws `NotFound` and `Forbidden`. */
async function lockToReplace(tx: Tx, actor: SignedIn, id: number): Promise<{ photo: PhotoRow; draft: DraftRow }> {
  const photo = await photoOfDraft(tx, id)
  const draft = await lockDraft(tx, actor, photo.draftId, 'read')
  // Read again now that the draft is locked: it may have gone meanwhile.
  const current = await photoOfDraft(tx, id)
  const thing = {
    ...draft,
    teamIds: await otherTeams(tx, draft.id),
    unseen: await hasUnseen(tx, draft.id),
    election: await draftInElection(tx, draft.id),
  }
  if (!mayWriteDraft(actor, draft) && !mayApprove(actor, thing))
    throw new Forbidden('Only the author changes a photo, or whoever approves the post while it waits.')
  return { photo: current, draft }
}

async function photoOfDraft(db: Db, id: number): Promise<PhotoRow & { draftId: number }> {
  const [photo] = await db
    .select()
    .from(photos)
    .where(and(eq(photos.id, id), isNull(photos.postId), isNull(photos.removedAt), isNotNull(photos.storedAt)))
  if (photo?.draftId === null || photo?.draftId === undefined) throw new NotFound('photo')
  return { ...photo, draftId: photo.draftId }
}

async function hasUnseen(db: Db, draftId: number): Promise<boolean> {
  const unseen = await db
    .select({ id: photos.id })
    .from(photos)
    .where(and(standing(draftId), isNull(photos.lookedAtBy)))
    .limit(1)
  return unseen.length > 0
}

/** What the composer says of each photo, by its id: the text, and whether it is hard to look at. */
export type Described = ReadonlyMap<number, { alt: string; graphic: boolean }>

/** Answers whether anything changed; the draft must be locked for writing. */
export async function describePhotos(tx: Tx, draft: DraftRow, described: Described): Promise<boolean> {
  const rows = await tx.select().from(photos).where(standing(draft.id))
  const changed = rows.flatMap(({ id, alt, graphic }) => {
    const typed = described.get(id)
    if (typed === undefined) return []
    const next = { alt: altOf(typed.alt, `alt-${id}`), graphic: typed.graphic }
    return next.alt === alt && next.graphic === graphic ? [] : [{ id, ...next }]
  })
  for (const { id, ...set } of changed) await tx.update(photos).set(set).where(eq(photos.id, id))
  if (changed.length > 0) await raiseVersion(tx, draft)
  return changed.length > 0
}

/** What is typed is kept as it is, complete or not; only what cannot be kept is refused. */
function altOf(typed: string, field = 'photo-alt'): string {
  const alt = cleanLine(typed.slice(0, 20_000))
  if (!hasWords(alt)) return ''
  if (!fits(alt, LONGEST_ALT))
    throw new Refused('There is a problem with a description', { [field]: `A description must be ${LONGEST_ALT} characters or fewer` })
  return alt
}

/** The approver has looked at every photo of the draft. In the transaction of the approval. */
export async function lookAtPhotos(tx: Tx, actor: SignedIn, draft: DraftRow): Promise<void> {
  await tx
    .update(photos)
    .set({ lookedAtBy: actor.accountId })
    .where(and(standing(draft.id), isNull(photos.lookedAtBy)))
}

/** Moves the draft's photos to the post that it became; answers what pages show. */
export async function movePhotos(tx: Tx, draft: DraftRow, postId: number, expiresAt: Date | null): Promise<ShownPhoto[]> {
  const moved = await tx.update(photos).set({ postId, expiresAt }).where(standing(draft.id)).returning()
  return moved.toSorted((a, b) => a.position - b.position || a.id - b.id).map(shown)
}

const refused = (message: string): Refused => new Refused('There is a problem with the photo', { photo: message })
