/**
 * Makes of whatever somebody sends a picture that is safe to show: decoded within limits, turned upright, and encoded anew without anything beside the picture.
 */
import sharp, { type Metadata, type Sharp } from 'sharp'
import { Refused } from '../errors.ts'
import { queueOf } from './queue.ts'
import { formatOf, type Format } from './picture-format.ts'

export const PHOTO_SIZES = { small: 480, medium: 960, large: 1920 } as const
export type PhotoSize = keyof typeof PHOTO_SIZES

/** Bytes that a photo may have. */
export const MOST_BYTES = 15_000_000
/** Longest side and area of a photo, in pixels. */
const LONGEST_SIDE = 12_000
const MOST_PIXELS = 50_000_000
/** Longer than any honest photo takes, in seconds. */
const PATIENCE = 20

export interface EncodedPhoto {
  width: number
  height: number
  sizes: Record<PhotoSize, Buffer>
}

// No decoder but those of the four formats can be reached, whatever a file turns out to be.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer', 'VipsForeignLoadHeifBuffer'] })
// Nothing is decoded twice, and a photo must not take all cores from the pages.
sharp.cache(false)
sharp.concurrency(1)

const inTurn = queueOf(2, 24)

/** Throws `Refused` (field `photo`) with what to do, for anything that is not a JPEG, PNG, WebP or AVIF picture of a sane size. */
export async function encodePhoto(bytes: Buffer): Promise<EncodedPhoto> {
  if (bytes.length === 0) throw refused('This file is empty. Choose another one')
  if (bytes.length > MOST_BYTES) throw refused('This photo is larger than 15 MB. Send a smaller one')
  const format = formatOf(bytes)
  const problem = PROBLEMS[format]
  if (problem) throw refused(problem)
  return inTurn(() => encode(bytes))
}

const OTHER = 'This is not a photo that we can read. Send a JPEG, PNG, WebP or AVIF file'
const PROBLEMS: Partial<Record<Format, string>> = {
  heic: 'This photo is in the HEIC format. Send it as JPEG: on an iPhone, choose Settings, Camera, Formats, “Most Compatible”, or send a screenshot of it',
  gif: 'This is a GIF. Send a JPEG, PNG, WebP or AVIF file',
  svg: 'This is a drawing (SVG), which can hold programs. Send it as PNG',
  pdf: 'This is a PDF. Add it as a document instead',
  other: OTHER,
}

async function encode(bytes: Buffer): Promise<EncodedPhoto> {
  await checkSize(bytes)
  // Decoded once: the smaller sizes are made of the largest.
  const { data, info } = await attempt(() =>
    open(bytes)
      .autoOrient()
      .resize({ width: PHOTO_SIZES.large, height: PHOTO_SIZES.large, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .timeout({ seconds: PATIENCE })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const sized = (longest: number): Promise<Buffer> =>
    sharp(data, { raw })
      .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 78, effort: 3 })
      .toBuffer()
  const { small, medium, large } = PHOTO_SIZES
  const sizes = { small: await sized(small), medium: await sized(medium), large: await sized(large) }
  return { width: info.width, height: info.height, sizes }
}

/** So few pixels that nothing in a picture can be made out but its colours: what stands where a covered photo is. */
const VEIL = 8

export const veilOf = (picture: Buffer): Promise<Buffer> =>
  inTurn(() => sharp(picture).resize({ width: VEIL, height: VEIL, fit: 'fill' }).webp({ quality: 50 }).toBuffer())

/** What the header says, before anything is decoded. */
async function checkSize(bytes: Buffer): Promise<void> {
  const { width, height }: Metadata = await attempt(() => open(bytes).metadata())
  if (width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS)
    throw refused('This picture has more than 50 million pixels, or a side of more than 12,000. Send a smaller one')
}

// Limits of its own for the decoder, in case that a header lies. Truncated files fail; what phones write after the picture does not matter.
const open = (bytes: Buffer): Sharp => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1, sequentialRead: true })

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refused(sayFailure(error))
  }
}

function sayFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (/pixel limit/i.test(message)) return 'This picture has more than 50 million pixels. Send a smaller one'
  return 'This photo is damaged or did not arrive whole. Send it again, or choose another one'
}

const refused = (message: string): Refused => new Refused('There is a problem with the photo', { photo: message })
