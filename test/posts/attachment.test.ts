import { randomUUID } from 'node:crypto'
import { PDFDocument } from '@cantoo/pdf-lib'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import {
  addAttachment,
  attachmentFile,
  attachmentsOfDraft,
  eraseFiles,
  MOST_ATTACHMENTS,
  moveAttachments,
  removeAttachment,
} from '../../src/posts/attachment.ts'
import { attachments, posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { HTML } from '../media/pictures.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { makeDraft, multipart, uploadsFolder } from './files.ts'

const folder = uploadsFolder()
let t: TestApp
let team: TeamName
let officer: SignedIn
let press: SignedIn
let stranger: SignedIn
let pdf: Buffer

beforeAll(async () => {
  t = await openApp({ LIMIT_FACTOR: '1000', UPLOADS_DIR: folder.path })
  const { db } = t.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  press = await makeStaff(db, 'Press office', 'press-office')
  stranger = await makeStaff(db, 'PC Elsewhere', 'officer', await makeTeam(db, 'Elsewhere'))
  const document = await PDFDocument.create()
  document.setAuthor('secret author')
  document.addPage([100, 100])
  document.addPage([100, 100])
  pdf = Buffer.from(await document.save())
})
afterAll(async () => {
  await t.close()
  folder.remove()
})

const newDraft = () => makeDraft(t.world.db, officer, team, { kind: 'advice' })
const add = (draftId: number, more: Partial<Parameters<typeof addAttachment>[4]> = {}, as = officer) =>
  addAttachment(t.world.db, t.app.storage, as, draftId, { key: randomUUID(), title: 'Speed survey: results', bytes: pdf, ...more })

describe('a document of a draft', () => {
  test('is stored rewritten, once for one key', async () => {
    const draft = await newDraft()
    const key = randomUUID()
    const one = await add(draft.id, { key })
    expect(await add(draft.id, { key })).toEqual(one)
    expect(one).toMatchObject({ title: 'Speed survey: results', pages: 2 })
    expect(await attachmentsOfDraft(t.world.db, draft.id)).toEqual([one])
    const { file } = await attachmentFile(t.world.db, officer, one.id)
    expect(folder.files()).toContain(file)
  })

  test.each([
    ['no PDF', { bytes: HTML }, 'attachment'],
    ['no title', { title: ' \u200b ' }, 'attachment-title'],
    ['a long title', { title: 'x'.repeat(121) }, 'attachment-title'],
  ])('%s is refused by its field and leaves nothing', async (_what, change, field) => {
    const draft = await newDraft()
    const before = folder.files()
    const problem = await add(draft.id, change).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Refused)
    expect(Object.keys((problem as Refused).fields)).toEqual([field])
    expect(await t.world.db.select().from(attachments).where(eq(attachments.draftId, draft.id))).toEqual([])
    expect(folder.files()).toEqual(before)
  })

  test(`there are at most ${MOST_ATTACHMENTS}, also when all are sent at once`, async () => {
    const draft = await newDraft()
    const sent = await Promise.allSettled(Array.from({ length: MOST_ATTACHMENTS + 2 }, () => add(draft.id)))
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_ATTACHMENTS)
    expect(await attachmentsOfDraft(t.world.db, draft.id)).toHaveLength(MOST_ATTACHMENTS)
  })

  test('is for its author to add and remove, and for its team to see', async () => {
    const draft = await newDraft()
    await expect(add(draft.id, {}, press)).rejects.toThrow(Forbidden)
    await expect(add(draft.id, {}, stranger)).rejects.toThrow(NotFound)
    const { id } = await add(draft.id)
    for (const nobody of [visitor, stranger]) await expect(attachmentFile(t.world.db, nobody, id)).rejects.toThrow(NotFound)
    expect(await attachmentFile(t.world.db, press, id)).toMatchObject({ isPublic: false })
    const { file } = await attachmentFile(t.world.db, officer, id)
    await removeAttachment(t.world.db, officer, id)
    await expect(attachmentFile(t.world.db, officer, id)).rejects.toThrow(NotFound)
    await eraseFiles(t.world.db, t.app.storage)
    expect(folder.files()).not.toContain(file)
  })
})

describe('a document of a post', () => {
  test('goes with the post, and is taken out by the press office', async () => {
    const { db } = t.world
    const [post, draft] = [await makePost(db, officer, team), await newDraft()]
    const { id } = await add(draft.id)
    await db.transaction(async (tx) => {
      const shown = await moveAttachments(tx, draft, post.id)
      await tx.update(posts).set({ attachments: shown }).where(eq(posts.id, post.id))
    })
    expect(await attachmentFile(db, visitor, id)).toMatchObject({ isPublic: true, title: 'Speed survey: results' })
    await expect(removeAttachment(db, officer, id)).rejects.toThrow(Forbidden)
    await removeAttachment(db, press, id)
    await expect(attachmentFile(db, visitor, id)).rejects.toThrow(NotFound)
    const [after] = await db.select().from(posts).where(eq(posts.id, post.id))
    expect(after?.attachments).toEqual([])
  })
})

describe('over HTTP', () => {
  const send = async (url: string, parts: Parameters<typeof multipart>[0], more: Record<string, string> = {}) => {
    const { headers, payload } = multipart(parts)
    return t.app.inject({ method: 'POST', url, payload, headers: { ...headers, cookie: await t.cookieOf(officer), ...more } })
  }

  test('is sent, shown as a download that does nothing, and removed', async () => {
    const draft = await newDraft()
    const file = { name: 'attachment', file: { filename: 'Results “March”.pdf', bytes: pdf } }
    const sent = await send(`/officers/drafts/${draft.id}/attachments`, [file], { 'hx-request': 'true', 'hx-request-type': 'partial' })
    expect(sent.statusCode).toBe(200)
    const [stored] = await attachmentsOfDraft(t.world.db, draft.id)
    expect(stored?.title).toBe('Results “March”')
    expect(sent.body).toContain(`href="/attachments/${stored?.id}"`)
    expect(sent.body).toContain('2 pages')
    const shown = await t.get(`/attachments/${stored?.id}`, await t.cookieOf(officer))
    expect(shown.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="results-march.pdf"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    expect(shown.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    expect(shown.rawPayload.includes('secret author')).toBe(false)
    expect((await send(`/attachments/${stored?.id}/removal`, [])).headers['location']).toBe(`/officers/drafts/${draft.id}`)
    expect(await attachmentsOfDraft(t.world.db, draft.id)).toEqual([])
  })

  test('what is no PDF gets a message', async () => {
    const draft = await newDraft()
    const answer = await send(`/officers/drafts/${draft.id}/attachments`, [
      { name: 'attachment', file: { filename: 'x.pdf', type: 'application/pdf', bytes: HTML } },
    ])
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('This is not a PDF')
    const large = { name: 'attachment', file: { filename: 'x.pdf', bytes: Buffer.alloc(11_000_000) } }
    expect((await send(`/officers/drafts/${draft.id}/attachments`, [large])).body).toContain('at most 10 MB')
  })
})
