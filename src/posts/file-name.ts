/**
 * How the files of photos and documents are called in the storage, by their random keys.
 */
import { createHash } from 'node:crypto'
import { now } from '../clock.ts'
import { PHOTO_SIZES, type EncodedPhoto, type PhotoSize } from '../media/photo.ts'
import type { Storage } from '../media/storage.ts'

const SIZES = Object.keys(PHOTO_SIZES) as PhotoSize[]

export const photoName = (fileKey: string, size: PhotoSize): string => `${fileKey}-${size}.webp`
export const documentName = (fileKey: string): string => `${fileKey}.pdf`

export async function putSizes(storage: Storage, fileKey: string, { sizes }: EncodedPhoto): Promise<void> {
  for (const size of SIZES) await storage.put(photoName(fileKey, size), sizes[size])
}

/** Deletes all files of a photo. */
export async function eraseSizes(storage: Storage, fileKey: string): Promise<void> {
  for (const size of SIZES) await storage.remove(photoName(fileKey, size))
}

/** Whatever began to be stored before that has failed. */
export const anHourAgo = (): Date => new Date(now().getTime() - 3_600_000)

/** The key of one file of a form that may bring several: the form sent again, with the same files, stores each of them once. */
export function keyOfFile(formKey: string, bytes: Buffer): string {
  const hash = createHash('sha256').update(formKey).update(bytes).digest('hex')
  return [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-')
}
