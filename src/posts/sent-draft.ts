/**
 * The composer's form as it was sent: read once, kept as a draft with its files. Words come first, so that a file that is no photo loses none of them.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SignedIn } from '../actor.ts'
import { NotFound, Refused } from '../errors.ts'
import { MOST_DOCUMENT_BYTES } from '../media/document.ts'
import { MOST_BYTES } from '../media/photo.ts'
import type { TeamName } from '../teams/team.ts'
import { clientKey, parseForm, parseId, typed } from '../web/forms.ts'
import { readUpload, type Upload } from '../web/uploads.ts'
import { addAttachment } from './attachment.ts'
import { lockDraft, saveDraft, type DraftRow } from './draft.ts'
import { kindOf } from './kinds.ts'
import { addPhoto, describePhotos, keyOfFile, MOST_PHOTOS, type Described } from './photo.ts'
import { POST_KINDS, type DraftForm, type PostKind } from './schema.ts'

const ACTS = ['save', 'autosave', 'preview', 'submit', 'publish', 'schedule', 'kind'] as const

const Controls = z.object({
  kind: z.enum(POST_KINDS, { error: 'Choose what you want to publish' }),
  key: clientKey,
  version: z
    .string()
    .default('')
    .transform((text) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : null)),
  act: z.enum(ACTS).catch('save'),
  date: z.string().max(40).catch(''),
  time: z.string().max(40).catch(''),
})

export interface SentDraft {
  kind: PostKind
  key: string
  version: number | null
  act: (typeof ACTS)[number]
  form: DraftForm
  teamIds: number[]
  force: boolean
  /** Of the update with a title. */
  long: boolean
  when: { date: string; time: string }
  /** Of stored photos. */
  described: Described
  files: Upload[]
  newAlts: string[]
  lookedAt: boolean
  attachmentTitle: string
  /** Of the files; the words are good. */
  problem: Refused | null
}

// The form's own business, and no part of what it says.
const OF_THE_FORM = new Set(['kind', 'key', 'version', 'act', 'date', 'time', 'long', 'team', 'force'])
const OF_FILES = /^(?:alt-\d{1,15}|graphic-\d{1,15}|photo-alt|photo-looked|attachment-title|photo|attachment)$/

/** Throws `Refused` only for a form that is none of ours. */
export async function readSent(request: FastifyRequest): Promise<SentDraft> {
  const limits = { photo: { bytes: MOST_BYTES, count: MOST_PHOTOS }, attachment: { bytes: MOST_DOCUMENT_BYTES, count: 1 } }
  let problem: Refused | null = null
  const files = await readUpload(request, { files: limits }).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
    problem = error
    return []
  })
  const { date, time, ...controls } = parseForm(Controls, request.body)
  const texts = typed(request.body)
  const ownWords = kindOf(controls.kind).ownWords
  return {
    ...controls,
    when: { date, time },
    // What a kind without words of people's own does not ask for is refused, also the description of a photo: so it is passed on.
    form: Object.fromEntries(Object.entries(texts).filter(([name]) => !OF_THE_FORM.has(name) && !(ownWords && OF_FILES.test(name)))),
    teamIds: listIn(request.body, 'team')
      .filter((text) => text !== '')
      .map(teamIdOf),
    force: texts['force'] === 'yes',
    long: texts['long'] === 'yes' || controls.kind !== 'update',
    described: describedIn(texts),
    files,
    newAlts: listIn(request.body, 'photo-alt'),
    lookedAt: texts['photo-looked'] === 'yes',
    attachmentTitle: texts['attachment-title'] ?? '',
    problem,
  }
}

function listIn(body: unknown, name: string): string[] {
  const value: unknown = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  return [value].flat().filter((text) => typeof text === 'string')
}

function teamIdOf(text: string): number {
  try {
    return parseId(text)
  } catch {
    throw new NotFound('team')
  }
}

const describedIn = (texts: Record<string, string>): Described =>
  new Map(
    Object.entries(texts).flatMap(([name, alt]) => {
      const id = /^alt-([1-9]\d{0,14})$/.exec(name)?.[1]
      return id ? [[Number(id), { alt, graphic: texts[`graphic-${id}`] === 'yes' }] as const] : []
    }),
  )

/** Keeps the words, then the descriptions of photos. Throws what `saveDraft` throws. */
export async function keepWords(app: FastifyInstance, actor: SignedIn, team: TeamName, sent: SentDraft): Promise<DraftRow> {
  const { kind, key, form, version, teamIds, force: wholeForce } = sent
  const draft = await saveDraft(app.db, actor, team, { kind, key, form, version, teamIds, wholeForce })
  if (draft.state !== 'draft' || sent.described.size === 0) return draft
  return app.db.transaction(async (tx) => {
    await describePhotos(tx, await lockDraft(tx, actor, draft.id, 'write'), sent.described)
    return lockDraft(tx, actor, draft.id, 'read')
  })
}

/** Adds the files that came with the form; sent twice, each is still one. Throws `Refused` by field for what is no photo or no PDF. */
export async function keepFiles(app: FastifyInstance, actor: SignedIn, draft: DraftRow, sent: SentDraft): Promise<DraftRow> {
  if (sent.problem) throw sent.problem
  if (draft.state !== 'draft' || sent.files.length === 0) return draft
  const photos = sent.files.filter(({ name }) => name === 'photo')
  for (const [index, { bytes }] of photos.entries()) {
    await app.limits.take('upload', String(actor.accountId))
    const photo = { key: keyOfFile(sent.key, bytes), alt: (sent.newAlts[index] ?? '').trim(), lookedAt: sent.lookedAt, bytes }
    await addPhoto(app.db, app.storage, actor, draft.id, photo)
  }
  for (const { bytes, filename } of sent.files.filter(({ name }) => name === 'attachment')) {
    await app.limits.take('upload', String(actor.accountId))
    const title = sent.attachmentTitle.trim() || filename.replace(/\.pdf$/i, '')
    await addAttachment(app.db, app.storage, actor, draft.id, { key: keyOfFile(sent.key, bytes), title, bytes })
  }
  return app.db.transaction((tx) => lockDraft(tx, actor, draft.id, 'read'))
}
