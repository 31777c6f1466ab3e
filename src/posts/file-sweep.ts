/**
 * Files that nothing shows any more are deleted from the storage: of what was removed, and of what never came whole.
 */
import { and, asc, eq, isNotNull, isNull, lt, not, or, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import type { Storage } from '../media/storage.ts'
import { anHourAgo, documentName, eraseSizes } from './file-name.ts'
import { attachments, photos } from './schema.ts'

/** In one run, of each kind. */
const AT_ONCE = 500

type Files = typeof photos | typeof attachments

/** Deletes the files of photos and attachments that were removed, or never stored whole (and are older than an hour). Answers of how many. */
export async function eraseFiles(db: Database, storage: Storage): Promise<number> {
  const erasedPhotos = await eraseAll(db, photos, (fileKey) => eraseSizes(storage, fileKey))
  return erasedPhotos + (await eraseAll(db, attachments, (fileKey) => storage.remove(documentName(fileKey))))
}

async function eraseAll(db: Database, table: Files, erase: (fileKey: string) => Promise<void>): Promise<number> {
  let erased = 0
  while (erased < AT_ONCE && (await db.transaction((tx) => eraseOne(tx, table, erase)))) erased++
  return erased
}

/** One at a time and locked, so that whoever sends it again at this moment waits, and then finds it erased. */
async function eraseOne(tx: Tx, table: Files, erase: (fileKey: string) => Promise<void>): Promise<boolean> {
  const [file] = await tx
    .select({ id: table.id, fileKey: table.fileKey })
    .from(table)
    .where(unneeded(table))
    .orderBy(asc(table.createdAt))
    .limit(1)
    .for('update', { skipLocked: true })
  if (!file) return false
  await erase(file.fileKey)
  await tx.update(table).set({ erasedAt: now() }).where(eq(table.id, file.id))
  return true
}

/** What is evidence stays in the storage, though nobody is shown it: the files of a sealed post, and those of a sealed copy. */
const isEvidence = (table: Files) => sql`(exists (select from seals where seals.post_id = ${table.postId} and seals.lifted_at is null)
  or exists (select from sealed_copies where sealed_copies.file_key = ${table.fileKey}::text and sealed_copies.disposed_at is null))`

/** One that is being written may have been removed meanwhile: its files are still coming. */
const unneeded = (table: Files) =>
  and(
    isNull(table.erasedAt),
    not(isEvidence(table)),
    or(and(isNotNull(table.removedAt), isNotNull(table.storedAt)), and(isNull(table.storedAt), lt(table.createdAt, anHourAgo()))),
  )
