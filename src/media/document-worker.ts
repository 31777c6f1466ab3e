/**
 * The thread that reads a PDF of which nothing is known and writes the new one. See document.ts.
 */
import { Readable } from 'node:stream'
import { parentPort, workerData } from 'node:worker_threads'
import { createInflate } from 'node:zlib'
import { EncryptedPDFError, PDFDocument } from '@cantoo/pdf-lib'
import { MOST_PAGES, type DocumentProblem, type Rebuilt } from './document.ts'
import { disarm } from './document-parts.ts'

/** Unpacked bytes of one stream, and of all: a scanned page has some 25 MB. */
const MOST_IN_STREAM = 120_000_000
const MOST_IN_ALL = 600_000_000
/** The longest piece of memory that the parser may ask for at once. */
const MOST_AT_ONCE = 128_000_000

// The parser unpacks lists of objects itself, through any chain of filters and without an end: in this thread, memory has one.
globalThis.Uint8Array = new Proxy(Uint8Array, {
  construct(target, args: unknown[], newTarget) {
    if (typeof args[0] === 'number' && args[0] > MOST_AT_ONCE) throw new RangeError('too much is asked for')
    return Reflect.construct(target, args, newTarget) as object
  },
})

class Unacceptable extends Error {
  readonly problem: DocumentProblem

  constructor(problem: DocumentProblem) {
    super(problem)
    this.problem = problem
  }
}

async function answerFor(bytes: Buffer): Promise<Rebuilt> {
  try {
    await refuseBomb(bytes)
    return await rebuild(bytes)
  } catch (error) {
    if (error instanceof Unacceptable) return { problem: error.problem }
    return { problem: error instanceof EncryptedPDFError ? 'locked' : 'broken' }
  }
}

/** Unpacks whatever begins where a stream may begin, to count it. What is not packed in this way ends at once. */
async function refuseBomb(bytes: Buffer): Promise<void> {
  let total = 0
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    const start = at + 6 + (bytes[at + 6] === 13 ? 1 : 0) + (bytes[at + 6] === 10 || bytes[at + 7] === 10 ? 1 : 0)
    if (!isPacked(bytes, start)) continue
    total += await unpackedSize(bytes.subarray(start))
    if (total > MOST_IN_ALL) throw new Unacceptable('bomb')
  }
}

/** The first two bytes of what is packed by "deflate" are a multiple of 31. */
const isPacked = (bytes: Buffer, start: number): boolean =>
  ((bytes[start] ?? 0) & 15) === 8 && (((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0)) % 31 === 0

async function unpackedSize(packed: Buffer): Promise<number> {
  let size = 0
  const inflate = createInflate()
  try {
    for await (const chunk of Readable.from([packed], { objectMode: false }).pipe(inflate) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MOST_IN_STREAM) throw new Unacceptable('bomb')
    }
  } catch (error) {
    // It was no packed stream, or one that is cut off: the size so far counts.
    if (error instanceof Unacceptable) throw error
  }
  return size
}

async function rebuild(bytes: Buffer): Promise<Rebuilt> {
  const source = await PDFDocument.load(bytes, { updateMetadata: false, warnOnInvalidObjects: false, parseSpeed: Infinity })
  const count = source.getPageCount()
  if (count === 0) throw new Unacceptable('broken')
  if (count > MOST_PAGES) throw new Unacceptable('long')
  disarm(source)
  const document = await PDFDocument.create({ updateMetadata: false })
  for (const page of await document.copyPages(source, source.getPageIndices())) document.addPage(page)
  return { bytes: await document.save({ addDefaultPage: false, updateFieldAppearances: false }), pages: count }
}

parentPort?.postMessage(await answerFor(Buffer.from(workerData as Uint8Array)), [])
