import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { addPhoto, movePhotos, photosOfDraft, removePhoto } from '../../src/posts/photo.ts'
import { photos, posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { HTML, phonePhoto, scene, SVG } from '../media/pictures.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { makeDraft, multipart, uploadsFolder, type Part } from './files.ts'

const folder = uploadsFolder()
let t: TestApp
let team: TeamName
let officer: SignedIn
let cookie: string
let picture: Buffer

beforeAll(async () => {
  t = await openApp({ LIMIT_FACTOR: '1000', UPLOADS_DIR: folder.path })
  team = await makeTeam(t.world.db, 'Bracebridge Heath')
  officer = await makeStaff(t.world.db, 'PC Imran Adeyemi', 'officer', team)
  cookie = await t.cookieOf(officer)
  picture = await scene(60, 40).jpeg().toBuffer()
})
afterAll(async () => {
  await t.close()
  folder.remove()
})

const newDraft = () => makeDraft(t.world.db, officer, team)
const photo = (bytes = picture, filename = 'photo.jpg', type = 'image/jpeg'): Part => ({ name: 'photo', file: { filename, type, bytes } })
const HX = { 'hx-request': 'true', 'hx-request-type': 'partial' }

function send(url: string, parts: Part[], headers: Record<string, string> = {}) {
  const form = multipart(parts)
  return t.app.inject({ method: 'POST', url, payload: form.payload, headers: { ...form.headers, cookie, ...headers } })
}
const rowsOf = (draftId: number) => t.world.db.select().from(photos).where(eq(photos.draftId, draftId))

describe('sending a photo', () => {
  test('answers its row to a script, to put into the list', async () => {
    const draft = await newDraft()
    const parts = [photo(await phonePhoto(300, 200)), { name: 'photo-alt', value: 'A <b>van</b>' }, { name: 'photo-looked', value: 'yes' }]
    const answer = await send(`/officers/drafts/${draft.id}/photos`, parts, HX)
    expect(answer.statusCode).toBe(200)
    const [stored] = await photosOfDraft(t.world.db, draft.id)
    expect(stored).toMatchObject({ alt: 'A <b>van</b>', lookedAt: true, width: 200, height: 300 })
    expect(answer.body).toContain(`name="alt-${stored?.id}"`)
    expect(answer.body).toContain('value="A &lt;b&gt;van&lt;/b&gt;"')
    expect(answer.body).toContain('Looked at for faces and plates')
    expect(answer.body).not.toContain('<html')
  })

  test('without scripts goes back to the draft, with all that were chosen', async () => {
    const draft = await newDraft()
    const empty = photo(Buffer.alloc(0), '')
    const answer = await send(`/officers/drafts/${draft.id}/photos`, [photo(), photo(await scene(50, 50).png().toBuffer()), empty])
    expect(answer.statusCode).toBe(303)
    expect(answer.headers['location']).toBe(`/officers/drafts/${draft.id}`)
    expect((await photosOfDraft(t.world.db, draft.id)).map(({ lookedAt }) => lookedAt)).toEqual([false, false])
  })

  test('twice with the same key stores it once', async () => {
    const draft = await newDraft()
    const parts = [photo(), { name: 'photo-key', value: randomUUID() }]
    for (let time = 0; time < 2; time++) expect((await send(`/officers/drafts/${draft.id}/photos`, parts)).statusCode).toBe(303)
    expect(await rowsOf(draft.id)).toHaveLength(1)
  })

  test('the camera’s word for it counts for nothing: a PNG that says it is a JPEG is a photo', async () => {
    const draft = await newDraft()
    const answer = await send(
      `/officers/drafts/${draft.id}/photos`,
      [photo(await scene(50, 50).png().toBuffer(), '../../etc/x.svg', 'text/html')],
      HX,
    )
    expect(answer.statusCode).toBe(200)
    expect(folder.files().every((file) => /^[0-9a-f-]{36}-(small|medium|large)\.webp$/.test(file))).toBe(true)
  })

  test.each([
    ['an SVG that is called a JPEG', [photo(SVG)], 'drawing (SVG)'],
    ['a page that is called a PNG', [photo(HTML, 'x.png', 'image/png')], 'not a photo that we can read'],
    ['16 MB', [photo(Buffer.alloc(16_000_000, 1))], 'at most 15 MB'],
    ['nothing', [], 'Choose a photo'],
    ['an input in which nothing was chosen', [photo(Buffer.alloc(0), '')], 'Choose a photo'],
    ['nine at once', Array.from({ length: 9 }, () => photo(SVG)), 'at most 8 files'],
  ])('%s gets a clear message and leaves nothing behind', async (_what, parts, message) => {
    const draft = await newDraft()
    const before = folder.files()
    const scripted = await send(`/officers/drafts/${draft.id}/photos`, parts, HX)
    expect(scripted.statusCode).toBe(422)
    expect(scripted.body).toContain(message)
    expect(scripted.body).toContain('class="error"')
    const plain = await send(`/officers/drafts/${draft.id}/photos`, parts)
    expect(plain.statusCode).toBe(422)
    expect(plain.body).toContain('<h1>There is a problem')
    expect(plain.body).toContain(message)
    expect(await rowsOf(draft.id)).toEqual([])
    expect(folder.files()).toEqual(before)
  })

  test('somebody else’s draft is not there', async () => {
    const draft = await newDraft()
    const stranger = await t.cookieOf(await makeStaff(t.world.db, 'PC Elsewhere', 'officer', await makeTeam(t.world.db, randomUUID())))
    const answer = await send(`/officers/drafts/${draft.id}/photos`, [photo()], { cookie: stranger })
    expect(answer.statusCode).toBe(404)
    expect(await rowsOf(draft.id)).toEqual([])
  })
})

describe('a form that is broken', () => {
  const raw = (payload: string | Buffer, type: string) =>
    newDraft().then(({ id }) =>
      t.app.inject({
        method: 'POST',
        url: `/officers/drafts/${id}/photos`,
        payload,
        headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': type },
      }),
    )

  test.each([
    ['has no boundary', '--x\r\n', 'multipart/form-data'],
    ['ends in the middle', '--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nabc', 'multipart/form-data; boundary=x'],
    ['is no form', 'hello', 'multipart/form-data; boundary=x'],
    ['has a part without a name', '--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n', 'multipart/form-data; boundary=x'],
    ['is empty', '', 'multipart/form-data; boundary=x'],
    ['names the prototype', '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nabc\r\n--x--\r\n', 'multipart/form-data; boundary=x'],
    ['is of a type that no form has', '{}', 'application/json'],
  ])('because it %s is not our failure', async (_why, payload, type) => {
    const answer = await raw(payload, type)
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.headers['content-type']).toContain('text/html')
  })

  test.each([
    ['thousands of fields', Array.from({ length: 3000 }, (_, index): Part => ({ name: `field-${index}`, value: 'x' }))],
    [
      'thousands of files',
      Array.from({ length: 3000 }, (_, index): Part => ({ name: `file-${index}`, file: { filename: 'x', bytes: Buffer.from('x') } })),
    ],
    ['two megabytes of text', Array.from({ length: 4 }, (): Part => ({ name: 'text', value: 'x'.repeat(500_000) }))],
    ['one endless field', [{ name: 'text', value: 'x'.repeat(1_500_000) }]],
    ['a name without an end', [{ name: 'n'.repeat(5000), value: 'x' }]],
  ])('by %s neither', async (_what, parts) => {
    const { headers, payload } = multipart(parts)
    const answer = await raw(payload, headers['content-type'] ?? '')
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
  })

  test('texts come through as they are, repeated ones together, and files that nobody asked for not at all', async () => {
    const draft = await newDraft()
    const parts = [
      photo(),
      { name: 'other', file: { filename: 'x', bytes: Buffer.alloc(3_000_000) } },
      { name: 'photo-alt', value: 'Ein Schild – “ü”' },
    ]
    expect((await send(`/officers/drafts/${draft.id}/photos`, parts)).statusCode).toBe(303)
    expect((await rowsOf(draft.id)).map(({ alt }) => alt)).toEqual(['Ein Schild – “ü”'])
  })
})

describe('100 MB over a real line', () => {
  test('are read to the end, refused with a clear message, and neither kept in memory nor on the disk', { timeout: 60_000 }, async () => {
    const draft = await newDraft()
    await t.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = t.app.server.address() as AddressInfo
    const before = folder.files()
    const start = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - start)), 20)
    const body = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { 'content-type': 'multipart/form-data; boundary=x', cookie, 'sec-fetch-site': 'same-origin' }
      const sending = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: `/officers/drafts/${draft.id}/photos`, headers }, (answer) => {
        let text = ''
        answer
          .setEncoding('utf8')
          .on('data', (part: string) => (text += part))
          .on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
      sending.on('error', reject)
      sending.write('--x\r\nContent-Disposition: form-data; name="photo"; filename="big.jpg"\r\n\r\n')
      const piece = Buffer.alloc(1_000_000, 7)
      const more = (left: number): void => {
        if (left === 0) sending.end('\r\n--x--\r\n')
        else if (sending.write(piece)) setImmediate(more, left - 1)
        else sending.once('drain', () => more(left - 1))
      }
      more(100)
    })
    clearInterval(watch)
    expect(body.status).toBe(422)
    expect(body.text).toContain('A file can have at most 15 MB')
    expect(most).toBeLessThan(90_000_000)
    expect(folder.files()).toEqual(before)
    expect(await rowsOf(draft.id)).toEqual([])
  })
})

describe('blurring and removing', () => {
  test('puts the blurred picture in its place', async () => {
    const draft = await newDraft()
    await send(`/officers/drafts/${draft.id}/photos`, [photo()])
    const [row] = await rowsOf(draft.id)
    const blurred = await send(`/photos/${row?.id}/blurred`, [photo(await scene(90, 90).png().toBuffer())], HX)
    expect(blurred.statusCode).toBe(200)
    expect(blurred.body).toContain(`id="photo-${row?.id}"`)
    expect(blurred.body).toContain('Looked at for faces and plates')
    expect((await send(`/photos/${row?.id}/blurred`, [photo(HTML)], HX)).statusCode).toBe(422)
  })

  test('removes from within the form of the composer, whose files are not wanted', async () => {
    const draft = await newDraft()
    await send(`/officers/drafts/${draft.id}/photos`, [photo()])
    const [row] = await rowsOf(draft.id)
    const answer = await send(`/photos/${row?.id}/removal`, [photo(), { name: 'body', value: 'words' }])
    expect(answer.statusCode).toBe(303)
    expect(answer.headers['location']).toBe(`/officers/drafts/${draft.id}`)
    expect(await photosOfDraft(t.world.db, draft.id)).toEqual([])
    const again = await t.app.inject({
      method: 'POST',
      url: `/photos/${row?.id}/removal`,
      headers: { cookie, 'sec-fetch-site': 'same-origin', ...HX, 'content-type': 'application/x-www-form-urlencoded' },
      payload: '',
    })
    expect(again.statusCode).toBe(200)
    expect(again.body.trim()).toBe('')
  })
})

describe('showing a photo', () => {
  test('of a draft: to its team, and to no cache', async () => {
    const draft = await newDraft()
    await send(`/officers/drafts/${draft.id}/photos`, [photo()])
    const [row] = await rowsOf(draft.id)
    const answer = await t.get(`/photos/${row?.id}/small`, cookie)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'image/webp', 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' })
    expect(answer.headers['etag']).toBeUndefined()
    expect(await sharp(answer.rawPayload).metadata()).toMatchObject({ format: 'webp', width: 60, height: 40 })
    expect((await t.get(`/photos/${row?.id}/small`)).statusCode).toBe(404)
  })

  test('of a post: to everybody, asked for again each time, and gone at once', async () => {
    const post = await makePost(t.world.db, officer, team)
    const draft = await newDraft()
    const added = await addPhoto(t.world.db, t.app.storage, officer, draft.id, { key: randomUUID(), alt: 'x', lookedAt: true, bytes: picture })
    await t.world.db.transaction(async (tx) => {
      const shown = await movePhotos(tx, draft, post.id, null)
      await tx.update(posts).set({ photos: shown }).where(eq(posts.id, post.id))
    })
    const answer = await t.get(`/photos/${added.id}/large`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('public, no-cache')
    expect(answer.headers['set-cookie']).toBeUndefined()
    const etag = String(answer.headers['etag'])
    const ask = (known: string) => t.app.inject({ url: `/photos/${added.id}/large`, headers: { 'if-none-match': known } })
    expect((await ask(`W/${etag}, "x"`)).statusCode).toBe(304)
    expect((await ask(etag)).body).toBe('')
    expect((await ask('"x"')).statusCode).toBe(200)
    await removePhoto(t.world.db, await makeStaff(t.world.db, 'Press', 'press-office'), added.id, 'A face')
    expect((await ask(etag)).statusCode).toBe(404)
  })

  test.each([
    '/photos/999999/small',
    '/photos/1/huge',
    '/photos/x/small',
    '/photos/1/__proto__',
    '/photos/0/small',
    '/attachments/999999',
    '/attachments/x',
  ])('%s is not there', async (path) => {
    expect((await t.get(path, cookie)).statusCode).toBe(404)
  })
})

// The last: a second application takes the jobs of the first with it when it closes.
describe('a photo that is hard to look at', () => {
  test('is covered on the page by a blur in which nothing can be made out, one step away with scripts off', async () => {
    const post = await makePost(t.world.db, officer, team)
    const draft = await newDraft()
    const { id } = await addPhoto(t.world.db, t.app.storage, officer, draft.id, {
      key: randomUUID(),
      alt: 'An injured hand',
      lookedAt: true,
      bytes: picture,
    })
    const shown = await t.world.db.transaction((tx) => movePhotos(tx, draft, post.id, null))
    await t.world.db.update(posts).set({ photos: shown }).where(eq(posts.id, post.id))
    expect((await t.get(post.path)).body).not.toContain('veiled')
    const covered = await t.post(`/photos/${id}/cover`, { graphic: 'yes' }, cookie)
    expect(covered.statusCode).toBe(303)
    const page = (await t.get(post.path)).body
    expect(page).toMatch(new RegExp(`<details class="veiled"><summary><img src="/photos/${id}/veil"[^>]*alt="">`))
    const veil = await t.get(`/photos/${id}/veil`)
    expect(veil.headers['content-type']).toBe('image/webp')
    const { width, height } = await sharp(veil.rawPayload).metadata()
    expect([width, height]).toEqual([8, 8])
    expect((await t.post(`/photos/${id}/cover`, { graphic: 'perhaps' }, cookie)).statusCode).toBe(422)
    expect((await t.get('/photos/987654/veil')).statusCode).toBe(404)
  })
})

describe('how many', () => {
  test('has a limit', async () => {
    const own = await openApp({ UPLOADS_DIR: folder.path })
    try {
      const team = await makeTeam(own.world.db, 'Heckington')
      const as = await own.cookieOf(await makeStaff(own.world.db, 'PC Quick', 'officer', team))
      const { headers, payload } = multipart([])
      const statuses: number[] = []
      for (let time = 0; time < 61; time++)
        statuses.push(
          (await own.app.inject({ method: 'POST', url: '/officers/drafts/1/photos', payload, headers: { ...headers, cookie: as } })).statusCode,
        )
      expect(statuses[59]).toBe(422)
      expect(statuses[60]).toBe(429)
    } finally {
      await own.close()
    }
  })
})
