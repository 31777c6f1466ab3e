/** Photos and documents over HTTP: sending them to a draft, and showing them. */
import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { MOST_DOCUMENT_BYTES } from '../media/document.ts'
import { MOST_BYTES, PHOTO_SIZES, veilOf, type PhotoSize } from '../media/photo.ts'
import { slugOf } from '../text/slug.ts'
import { anyone, publishers } from '../web/access.ts'
import { optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { readUpload } from '../web/uploads.ts'
import { addAttachment, attachmentFile, MOST_ATTACHMENTS, removeAttachment } from './attachment.ts'
import { versionBeside, type AboutFile, type ShownFile } from './file-access.ts'
import { coverPhoto } from './cover.ts'
import { addPhoto, keyOfFile, MOST_PHOTOS, photoFile, removePhoto, replacePhoto, type DraftPhoto } from './photo.ts'
import type { ShownAttachment } from './schema.ts'

declare module '../web/page.ts' {
  interface Views {
    /** What came of a sent file, for scripts: its rows, or the message in place of them. */
    'posts/files-sent': { photos: DraftPhoto[]; attachments: ShownAttachment[]; problem: string | null }
  }
  interface Partials {
    'posts/_photo': { photo: DraftPhoto; error?: string | null | undefined }
    'posts/_attachment': { attachment: ShownAttachment }
  }
}

interface Params {
  id: string
}

/** What a photo may bring, for every form that takes photos. */
export const PHOTO_FILES = { bytes: MOST_BYTES, count: MOST_PHOTOS }
export const DOCUMENT_FILES = { bytes: MOST_DOCUMENT_BYTES, count: MOST_ATTACHMENTS }

export async function fileRoutes(app: FastifyInstance): Promise<void> {
  const config = { access: publishers, again: sayProblem }

  app.post<{ Params: Params }>('/officers/drafts/:id/photos', { config }, async (request, reply) => {
    const [actor, id] = [await sender(request), parseId(request.params.id)]
    const files = await readUpload(request, { files: { photo: PHOTO_FILES } })
    if (files.length === 0) throw new Refused('There is a problem with the photo', { photo: 'Choose a photo' })
    const { 'photo-alt': alt = '', 'photo-looked': looked } = typed(request.body)
    const photos: DraftPhoto[] = []
    for (const { bytes } of files)
      photos.push(
        await addPhoto(app.db, app.storage, actor, id, { key: keyFor(request, 'photo-key', bytes), alt, lookedAt: looked === 'yes', bytes }),
      )
    return answer(request, reply, { draftId: id }, `/officers/drafts/${id}`, { photos })
  })

  app.post<{ Params: Params }>('/photos/:id/blurred', { config }, async (request, reply) => {
    const [actor, id] = [await sender(request), parseId(request.params.id)]
    const [file] = await readUpload(request, { files: { photo: { ...PHOTO_FILES, count: 1 } } })
    if (!file) throw new Refused('There is a problem with the photo', { photo: 'Choose a photo' })
    const photo = await replacePhoto(app.db, app.storage, actor, id, file.bytes)
    return answer(request, reply, { photoId: photo.id }, '/officers', { photos: [photo] })
  })

  app.post<{ Params: Params }>('/photos/:id/removal', { config }, async (request, reply) => {
    // The button stands in a form that may bring files, which nobody wants here.
    await readUpload(request, { files: {} })
    const id = parseId(request.params.id)
    const { path } = await removePhoto(app.db, signedInActor(request), id, reasonOf(request))
    return answer(request, reply, { photoId: id }, path, {})
  })

  app.post<{ Params: Params }>('/officers/drafts/:id/attachments', { config }, async (request, reply) => {
    const [actor, id] = [await sender(request), parseId(request.params.id)]
    const files = await readUpload(request, { files: { attachment: { ...DOCUMENT_FILES, count: 1 } } })
    const [file] = files
    if (!file) throw new Refused('There is a problem with the document', { attachment: 'Choose a PDF' })
    const title = typed(request.body)['attachment-title']?.trim() || file.filename.replace(/\.pdf$/i, '')
    const key = keyFor(request, 'attachment-key', file.bytes)
    const attachment = await addAttachment(app.db, app.storage, actor, id, { key, title, bytes: file.bytes })
    return answer(request, reply, { draftId: id }, `/officers/drafts/${id}`, { attachments: [attachment] })
  })

  app.post<{ Params: Params }>('/attachments/:id/removal', { config }, async (request, reply) => {
    await readUpload(request, { files: {} })
    const id = parseId(request.params.id)
    const { path } = await removeAttachment(app.db, signedInActor(request), id, reasonOf(request))
    return answer(request, reply, { attachmentId: id }, path, {})
  })

  app.post<{ Params: Params }>('/photos/:id/cover', { config }, async (request, reply) => {
    const { graphic } = parseForm(z.object({ graphic: z.enum(['yes', 'no']) }), request.body)
    const { path } = await coverPhoto(app.db, signedInActor(request), parseId(request.params.id), graphic === 'yes')
    return reply.seeOther(path)
  })

  app.get<{ Params: Params }>('/photos/:id/veil', { config: { access: anyone } }, async (request, reply) => {
    const shown = await photoFile(app.db, request.actor, parseId(request.params.id), 'small')
    return show(request, reply.type('image/webp'), shown, veilOf)
  })

  app.get<{ Params: Params & { size: string } }>('/photos/:id/:size', { config: { access: anyone } }, async (request, reply) => {
    const shown = await photoFile(app.db, request.actor, parseId(request.params.id), sizeOf(request.params.size))
    return show(request, reply.type('image/webp'), shown)
  })

  app.get<{ Params: Params }>('/attachments/:id', { config: { access: anyone } }, async (request, reply) => {
    const shown = await attachmentFile(app.db, request.actor, parseId(request.params.id))
    reply.header('content-disposition', `attachment; filename="${slugOf(shown.title) || 'document'}.pdf"`)
    return show(request, reply.type('application/pdf'), shown)
  })
}

/** Who sends files, and not too many of them: each one is work. */
async function sender(request: FastifyRequest): Promise<SignedIn> {
  const actor = signedInActor(request)
  await request.server.limits.take('upload', String(actor.accountId))
  return actor
}

function signedInActor(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
  return request.actor
}

/** A form with a key can be sent again; without one each file is a new one. */
function keyFor(request: FastifyRequest, name: string, bytes: Buffer): string {
  const key = z.uuid().safeParse(typed(request.body)[name])
  return key.success ? keyOfFile(key.data, bytes) : randomUUID()
}

const Reason = z.object({ because: optionalWords('The reason', 300) })

const reasonOf = (request: FastifyRequest): string | null => parseForm(Reason, { because: typed(request.body)['because'] }).because

const isScripted = (request: FastifyRequest): boolean => request.headers['hx-request'] === 'true'

/**
 * Scripts get the rows that belong into the list; a form without them goes on to the page. Every file raises the version of its draft, and the form on
 * the page has to know it before it is sent.
 */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  about: AboutFile,
  path: string,
  sent: { photos?: DraftPhoto[]; attachments?: ShownAttachment[] },
): Promise<FastifyReply> {
  if (!isScripted(request)) return reply.seeOther(path)
  const version = await versionBeside(request.server.db, about)
  if (version !== null) reply.header('draft-version', String(version))
  return reply.page('posts/files-sent', { photos: [], attachments: [], problem: null, ...sent }, { title: '', noindex: true })
}

function sayProblem(request: FastifyRequest, reply: FastifyReply, problem: Refused): FastifyReply {
  const { message, fields } = problem
  if (!isScripted(request)) {
    const page = { message: `${message}. Go back to what you were writing: it is still there.`, fields, retryAfter: null, kept: null }
    return reply.page('errors/refused', page, { title: message, status: 422, noindex: true })
  }
  const said = Object.values(fields)[0] ?? message
  return reply.page('posts/files-sent', { photos: [], attachments: [], problem: said }, { title: '', status: 422, noindex: true })
}

function sizeOf(text: string): PhotoSize {
  if (!Object.hasOwn(PHOTO_SIZES, text)) throw new NotFound('photo')
  return text as PhotoSize
}

/** Browsers ask again each time, so that what was removed is gone at once; an unchanged file is not sent twice. */
async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, etag, isPublic }: ShownFile,
  change?: (bytes: Buffer) => Promise<Buffer>,
): Promise<FastifyReply> {
  reply.header('cache-control', isPublic ? 'public, no-cache' : 'private, no-store')
  reply.header('x-content-type-options', 'nosniff')
  // Whatever it is, it is shown as a thing by itself that does nothing.
  reply.header('content-security-policy', "default-src 'none'; sandbox")
  reply.header('x-robots-tag', 'noindex')
  if (isPublic) reply.header('etag', etag)
  if (isPublic && isKnown(request, etag)) return reply.removeHeader('content-type').status(304).send()
  const bytes = await request.server.storage.read(file)
  return reply.send(change ? await change(await buffer(bytes)) : bytes)
}

const isKnown = (request: FastifyRequest, etag: string): boolean =>
  String(request.headers['if-none-match'] ?? '')
    .split(',')
    .some((known) => known.trim().replace(/^W\//, '') === etag)
