/**
 * Files that a form brings. One after the other comes into memory, up to its limit; the rest of one that is too large is read and thrown away,
 * so that the browser hears what is wrong with it and nothing stays behind. Whether a file is what it says is for whoever stores it.
 */
import multipart from '@fastify/multipart'
import type { Multipart, MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refused } from '../errors.ts'
import { cleanLine } from '../text/input.ts'

export interface Upload {
  /** Of the input. */
  name: string
  filename: string
  bytes: Buffer
}

export interface FileLimit {
  /** Bytes of one file. */
  bytes: number
  /** Files in one form. */
  count: number
}

/** All text of a form, in bytes: as much as one without files may have. */
const MOST_TEXT = 1_000_000
/** All files of one form that are kept in memory, in bytes. */
const MOST_KEPT = 64_000_000
/** What is longer than this is not even read to its end. */
const MOST_SENT = 250_000_000

export async function takeUploads(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fieldNameSize: 100, fieldSize: MOST_TEXT, fields: 300, files: 40, parts: 320, headerPairs: 40, fileSize: MOST_SENT },
  })
}

/**
 * The files of a form, by the names of their inputs; others are thrown away. Sets `request.body` to the texts of the form, so that it can be parsed
 * and shown again like any other. Throws `Refused` with the input's name as field for too many or too large ones, after all was read.
 */
export async function readUpload(request: FastifyRequest, wanted: { files: Readonly<Record<string, FileLimit>> }): Promise<Upload[]> {
  if (!request.isMultipart()) return []
  if (Number(request.headers['content-length'] ?? 0) > MOST_SENT) throw malformed('UPLOAD_TOO_LARGE', 413)
  const form = newForm(wanted.files)
  try {
    for await (const part of request.parts()) await take(form, part)
  } catch (error) {
    throw knownFault(error)
  } finally {
    request.body = form.texts
  }
  if (form.textBytes > MOST_TEXT) throw malformed('FORM_TOO_LARGE', 413)
  if (Object.keys(form.problems).length > 0) throw new Refused('There is a problem with a file', form.problems)
  return form.uploads
}

interface Form {
  limits: Readonly<Record<string, FileLimit>>
  texts: Record<string, string | string[]>
  textBytes: number
  uploads: Upload[]
  problems: Record<string, string>
  kept: number
  sent: number
}

// Without a prototype: a field may be called anything.
const newForm = (limits: Form['limits']): Form => ({
  limits,
  texts: Object.create(null) as Form['texts'],
  textBytes: 0,
  uploads: [],
  problems: {},
  kept: 0,
  sent: 0,
})

async function take(form: Form, part: Multipart): Promise<void> {
  if (part.type === 'file') return takeFile(form, part)
  if (part.valueTruncated || part.fieldnameTruncated) throw malformed('FIELD_TOO_LARGE', 413)
  const value = String(part.value)
  form.textBytes += Buffer.byteLength(value)
  // What is refused for its size need not be remembered.
  if (form.textBytes > MOST_TEXT) return
  const before = form.texts[part.fieldname]
  form.texts[part.fieldname] = before === undefined ? value : [...[before].flat(), value]
}

async function takeFile(form: Form, part: MultipartFile): Promise<void> {
  const limit = Object.hasOwn(form.limits, part.fieldname) ? form.limits[part.fieldname] : undefined
  const room = limit ? Math.min(limit.bytes, MOST_KEPT - form.kept) : 0
  const { bytes, length } = await readPart(form, part, room)
  // An input in which no file was chosen is sent all the same.
  if (!limit || length === 0) return
  const count = form.uploads.filter(({ name }) => name === part.fieldname).length
  const problem = problemWith(limit, length, bytes === null, count)
  if (problem) form.problems[part.fieldname] = problem
  else if (bytes) form.uploads.push({ name: part.fieldname, filename: cleanLine(part.filename).slice(0, 200), bytes })
  if (!problem && bytes) form.kept += bytes.length
}

function problemWith(limit: FileLimit, length: number, dropped: boolean, count: number): string | null {
  if (length > limit.bytes) return `A file can have at most ${Math.floor(limit.bytes / 1_000_000)} MB. Send a smaller one`
  if (count >= limit.count) return limit.count === 1 ? 'Send one file at a time' : `Send at most ${limit.count} files at a time`
  return dropped ? 'These are too many megabytes for one form. Send fewer files at a time' : null
}

/** All of a part, or null for its bytes when there are more of them than `room`. Reads it to the end in any case. */
async function readPart(form: Form, part: MultipartFile, room: number): Promise<{ bytes: Buffer | null; length: number }> {
  let chunks: Buffer[] = []
  let length = 0
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    length += chunk.length
    form.sent += chunk.length
    if (form.sent > MOST_SENT) throw malformed('UPLOAD_TOO_LARGE', 413)
    if (length <= room) chunks.push(chunk)
    else chunks = []
  }
  return { bytes: length <= room ? Buffer.concat(chunks) : null, length }
}

/** Not ours to repair: a form that is broken, cut off or larger than any form of ours. Answered as such, see failures.ts. */
const malformed = (code: string, statusCode: number): Error => Object.assign(new Error('the form cannot be read'), { code, statusCode })

function knownFault(error: unknown): unknown {
  const { statusCode } = error as { statusCode?: unknown }
  return typeof statusCode === 'number' && statusCode < 500 ? error : malformed('BROKEN_FORM', 400)
}
