/**
 * Makes of a PDF a new one that holds its pages and nothing that acts, hides or tells of whoever wrote it: no programs, no forms, no files inside,
 * no metadata. The reading is done by a thread of its own, which is ended when it takes too long or too much.
 */
import { Worker } from 'node:worker_threads'
import { Refused } from '../errors.ts'
import { queueOf } from './queue.ts'

/** Bytes that a document may have. */
export const MOST_DOCUMENT_BYTES = 10_000_000
export const MOST_PAGES = 200
/** Longer than any honest document takes, in milliseconds. */
const PATIENCE = 20_000

export interface RebuiltDocument {
  bytes: Buffer
  pages: number
}

/** What the thread answers. */
export type Rebuilt = { bytes: Uint8Array; pages: number } | { problem: DocumentProblem }
export type DocumentProblem = 'broken' | 'locked' | 'long' | 'bomb'

const PROBLEMS: Record<DocumentProblem, string> = {
  broken: 'This PDF is damaged, or made in a way that we cannot read. Print it to PDF again and send that',
  locked: 'This PDF is protected by a password. Send it without one',
  long: `This PDF has more than ${MOST_PAGES} pages. Send a shorter one`,
  bomb: 'This PDF unpacks to far more than a document should. Print it to PDF again and send that',
}

const inTurn = queueOf(1, 12)

/** Throws `Refused` (field `attachment`) for what is not a PDF, is damaged, protected or too large. */
export async function rebuildDocument(bytes: Buffer): Promise<RebuiltDocument> {
  if (bytes.length === 0) throw refused('This file is empty. Choose another one')
  if (bytes.length > MOST_DOCUMENT_BYTES) throw refused('This document is larger than 10 MB. Send a smaller one')
  // Readers look for the sign within the first bytes, whatever stands before it.
  if (!bytes.subarray(0, 1024).includes('%PDF-')) throw refused('This is not a PDF. Documents can only be sent as PDF')
  const rebuilt = await inTurn(() => rebuildApart(bytes))
  if ('problem' in rebuilt) throw refused(PROBLEMS[rebuilt.problem])
  return { bytes: Buffer.from(rebuilt.bytes), pages: rebuilt.pages }
}

function rebuildApart(bytes: Buffer): Promise<Rebuilt> {
  const worker = new Worker(new URL('./document-worker.ts', import.meta.url), {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    // What a parser has to say about a broken file is no affair of our log.
    stdout: true,
    stderr: true,
  })
  return new Promise<Rebuilt>((resolve) => {
    const timer = setTimeout(() => resolve({ problem: 'broken' }), PATIENCE)
    worker.once('message', resolve)
    // Out of memory, or a fault of the parser: in any case it is the document.
    worker.once('error', () => resolve({ problem: 'broken' }))
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve({ problem: 'broken' })
    })
  }).finally(() => void worker.terminate())
}

const refused = (message: string): Refused => new Refused('There is a problem with the document', { attachment: message })
