/** What is found at the address of a link: what is kept of it, who sees it, and what becomes of a page that means ill. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { isInside } from '../../src/fetching/address.ts'
import { NotFetched, type Guard } from '../../src/fetching/safe-fetch.ts'
import type { Storage } from '../../src/media/storage.ts'
import { askForPreview, fetchPreview, forgetPreview, previewOf, readLink } from '../../src/network/preview.ts'
import { postsById } from '../../src/network/list.ts'
import { headOf } from '../../src/network/preview-head.ts'
import { linkPreviews } from '../../src/network/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { letIn, makeCircle, write } from './circle.ts'

const OUTSIDE = '127.0.0.78'

let site: TestApp
let author: SignedIn
let colleague: SignedIn
let member: SignedIn
let circleId: number
let server: Server
let port: number
let guard: Guard
let storage: Storage
let files: Map<string, Buffer>
let requests: string[]
let pages: Record<string, (response: ServerResponse) => void>
let png: Buffer

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  author = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(db, 'PC Dora Elsewhere', 'officer', await makeTeam(db, 'Skegness'))
  circleId = await makeCircle(db, 'Drones')
  author = await letIn(db, author, circleId)
  member = await letIn(db, await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team), circleId)
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    const page = pages[request.url ?? '']
    if (page) page(response)
    else response.writeHead(404).end()
  })
  port = await new Promise((resolve) => server.listen(0, OUTSIDE, () => resolve((server.address() as AddressInfo).port)))
  guard = {
    resolve: async (host) => [host === 'inside.news.test' ? '127.0.0.1' : OUTSIDE],
    refuses: (address) => address !== OUTSIDE && isInside(address),
    ports: [80, 443, port],
    patience: { first: 500, all: 1500 },
  }
  png = await sharp({ create: { width: 1200, height: 600, channels: 3, background: '#205080' } })
    .withExif({ IFD0: { Copyright: 'a secret' } })
    .png()
    .toBuffer()
})
beforeEach(() => {
  files = new Map()
  requests = []
  storage = {
    put: async (file, bytes) => void files.set(file, bytes),
    read: async (file) => Readable.from([files.get(file) ?? Buffer.alloc(0)]),
    remove: async (file) => void files.delete(file),
  }
  pages = {
    '/story': html(
      `<head><title>Not this</title><meta property="og:title" content="Drones &amp; search: a guide"><meta property="og:site_name" content="The News">
       <meta property="og:image" content="/picture.png"><meta property="og:image:alt" content="A drone"></head>`,
    ),
    '/picture.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png),
  }
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await site.close()
})

const html =
  (words: string, type = 'text/html; charset=utf-8') =>
  (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': type }).end(words)

const address = (path: string, host = 'www.news.test'): string => `http://${host}:${port}${path}`

/** A link that waits for its preview. */
async function link(path: string, { circle = null, host }: { circle?: number | null; host?: string } = {}): Promise<number> {
  const { id } = await write(site.world.db, author, { kind: 'link', title: 'Worth reading', circleId: circle })
  await site.world.db.transaction((tx) => askForPreview(tx, id, address(path, host)))
  return id
}

const rowOf = async (postId: number) => {
  const [row] = await site.world.db.select().from(linkPreviews).where(eq(linkPreviews.postId, postId))
  if (!row) throw new Error('no preview')
  return row
}
const shown = (reader: SignedIn, id: number) => previewOf(site.world.db, reader, { id, authorId: author.accountId })
const fetchOnce = (id: number) => fetchPreview(site.world.db, storage, id, guard)

describe('a page that says what it is', () => {
  test('is shown with title, site and a small picture of our own making', async () => {
    const id = await link('/story')
    await fetchOnce(id)
    expect(await shown(colleague, id)).toMatchObject({
      host: `www.news.test:${port}`,
      title: 'Drones & search: a guide',
      site: 'The News',
      image: { width: 480, height: 240, alt: 'A drone' },
      problem: null,
    })
    const [[name, bytes] = ['', Buffer.alloc(0)]] = [...files]
    expect(name).toMatch(/^[0-9a-f-]{36}-preview\.webp$/)
    const { format, width, exif } = await sharp(bytes).metadata()
    expect([format, width, exif]).toEqual(['webp', 480, undefined])
  })

  test('is named in lists, with where it leads, once it is known; without its picture', async () => {
    const id = await link('/story')
    const listed = async () => (await postsById(site.world.db, colleague, [id]))[0]?.link
    expect(await listed()).toEqual({ host: `www.news.test:${port}`, title: null })
    await fetchOnce(id)
    expect(await listed()).toEqual({ host: `www.news.test:${port}`, title: 'Drones & search: a guide' })
    const page = (await site.get('/staff/everyone', await site.cookieOf(colleague))).body
    expect(page).toContain(`Leads to “Drones &amp; search: a guide” on www.news.test:${port}`)
    expect(page).not.toContain('/staff/previews/')
    const { id: update } = await write(site.world.db, author)
    expect((await postsById(site.world.db, colleague, [update]))[0]?.link).toBeNull()
  })

  test('is asked once, however often the job runs, and told of once', async () => {
    const id = await link('/story')
    await Promise.all([fetchOnce(id), fetchOnce(id)])
    await fetchOnce(id)
    const told = await site.world.db.select().from(activities).where(eq(activities.postId, id))
    expect(told.filter(({ kind }) => kind === 'link.previewed')).toHaveLength(1)
    expect(files.size).toBe(1)
    expect(requests.filter((path) => path === '/story').length).toBeLessThanOrEqual(2)
  })

  test('with a new address is fetched anew, and the picture from before is gone', async () => {
    const id = await link('/story')
    await fetchOnce(id)
    const [before] = files.keys()
    pages['/other'] = html('<title>Another story</title>')
    await site.world.db.transaction((tx) => askForPreview(tx, id, address('/other')))
    expect(await shown(colleague, id)).toMatchObject({ url: address('/other'), title: null, image: null })
    await fetchOnce(id)
    expect(await shown(colleague, id)).toMatchObject({ title: 'Another story', image: null })
    expect([...files.keys()]).not.toContain(before)
  })

  test('is not asked for a post that was withdrawn meanwhile', async () => {
    const id = await link('/story')
    await site.world.db.update(posts).set({ state: 'withdrawn' }).where(eq(posts.id, id))
    await fetchOnce(id)
    expect(requests).toEqual([])
    expect(await rowOf(id)).toMatchObject({ state: 'failed', failedBecause: 'The post was withdrawn.' })
  })

  test('is forgotten with the post, and its picture erased', async () => {
    const id = await link('/story')
    await fetchOnce(id)
    await site.world.db.transaction((tx) => forgetPreview(tx, id))
    await fetchOnce(id)
    expect(files.size).toBe(0)
    expect(await rowOf(id)).toMatchObject({ url: '', title: null, site: null, imageKey: null, imageAlt: null })
    expect(await shown(author, id)).toBeNull()
  })
})

describe('a page that does not', () => {
  test('leaves the address, and its reason is for the author alone', async () => {
    const id = await link('/gone')
    await fetchOnce(id)
    expect(await shown(colleague, id)).toMatchObject({ url: address('/gone'), title: null, image: null, problem: null })
    expect(await shown(author, id)).toMatchObject({ problem: 'There is no such page.' })
  })

  test('is asked a second time when that makes sense, and never a third', async () => {
    pages['/ill'] = (response) => response.writeHead(503).end()
    const id = await link('/ill')
    await expect(fetchOnce(id)).rejects.toBeInstanceOf(NotFetched)
    expect((await rowOf(id)).state).toBe('waiting')
    await fetchOnce(id)
    await fetchOnce(id)
    expect(requests).toHaveLength(2)
    expect(await rowOf(id)).toMatchObject({ state: 'failed', failedBecause: 'The website answered with an error (503).' })
  })

  test('inside our network is not asked at all, neither is a picture there', async () => {
    const id = await link('/story', { host: 'inside.news.test' })
    await fetchOnce(id)
    expect(requests).toEqual([])
    expect(await shown(author, id)).toMatchObject({ title: null, problem: 'This address is not on the public internet.' })
    pages['/lure'] = html(`<title>Lure</title><meta property="og:image" content="${address('/picture.png', 'inside.news.test')}">`)
    const lured = await link('/lure')
    await fetchOnce(lured)
    expect(requests).toEqual(['/lure'])
    expect(await shown(colleague, lured)).toMatchObject({ title: 'Lure', image: null })
  })

  test.each([
    ['is none', (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/png' }).end('not a picture')],
    ['is a drawing that can hold programs', (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg/>')],
    ['is a page', html('<title>x</title>')],
    ['is larger than we fetch', (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(6_000_000))],
    ['never comes', () => {}],
  ] as const)('is shown without a picture that %s', async (_name, answer) => {
    pages['/picture.png'] = answer
    const id = await link('/story')
    await fetchOnce(id)
    expect(await shown(colleague, id)).toMatchObject({ title: 'Drones & search: a guide', image: null })
    expect(files.size).toBe(0)
  })
})

describe('the head of a page', () => {
  const head = (words: string, charset: string | null = 'utf-8') => headOf(Buffer.from(words), charset)

  test('gives plain lines, whatever is written there', () => {
    expect(head('<title>\n A <b>bold</b>&#32;story&amp;co \u202egnorw\u0000 </title>').title).toBe('A <b>bold</b> story&co gnorw')
    expect(head('<meta property="og:title" content="<script>alert(1)</script>">').title).toBe('<script>alert(1)</script>')
    expect(head(`<title>${'word '.repeat(1000)}</title>`).title?.length).toBeLessThanOrEqual(200)
    expect(head('<title> \u200b </title>').title).toBeNull()
    expect(head('')).toEqual({ title: null, site: null, image: null, imageAlt: null })
  })

  test('takes nothing from the body, from scripts, or from what is commented out', () => {
    expect(head('<head></head><body><svg><title>Icon</title></svg><meta property="og:title" content="Body">').title).toBeNull()
    expect(head('<script>"<title>No</title>"</script><!-- <title>No</title> --><title>Yes</title>').title).toBe('Yes')
  })

  test('is read in the encoding that the sender or the page names', () => {
    expect(headOf(Buffer.from('<title>Caf\xe9</title>', 'latin1'), 'iso-8859-1').title).toBe('Café')
    expect(headOf(Buffer.from('<meta charset=windows-1252><title>Caf\xe9</title>', 'latin1'), null).title).toBe('Café')
    expect(head('<title>Café</title>', 'no-such-thing').title).toBe('Café')
  })

  test('of any size and shape is read in no time', () => {
    for (const words of [
      '<meta '.repeat(40_000),
      '<title>'.repeat(30_000),
      `<meta property="og:title" content="${'x'.repeat(250_000)}">`,
      '<'.repeat(250_000),
      '<a b='.repeat(50_000),
    ]) {
      const began = performance.now()
      head(words)
      expect(performance.now() - began).toBeLessThan(1500)
    }
  })
})

test('the address of a link is plain http or https, in one way of writing', () => {
  expect(readLink(' HTTPS://Example.ORG/a#b ')).toBe('https://example.org/a')
  expect(readLink(' www.example.org/news?a=b ')).toBe('https://www.example.org/news?a=b')
  expect(readLink('example.org')).toBe('https://example.org/')
  for (const text of [
    '',
    'example',
    'a page on example.org',
    '10.0.0.1:80',
    'javascript:alert(1)',
    'ftp://example.org/',
    'https://user:pass@example.org/',
    'https://example.org:8080/',
  ])
    expect(readLink(text)).toBeNull()
})

describe('the picture over HTTP', () => {
  test('comes to who may read the post, and for everybody else is not there', async () => {
    const { db } = site.world
    const ids = { all: await link('/story'), circle: await link('/story', { circle: circleId }) }
    for (const id of Object.values(ids)) await fetchPreview(db, site.app.storage, id, guard)
    const path = (id: number) => `/staff/previews/${id}/image`
    const statusFor = async (reader: SignedIn | null, id: number) =>
      (await site.get(path(id), reader ? await site.cookieOf(reader) : undefined)).statusCode
    expect([await statusFor(colleague, ids.all), await statusFor(colleague, ids.circle), await statusFor(member, ids.circle)]).toEqual([
      200, 404, 200,
    ])
    expect(await statusFor(await makeResident(db, 'Maureen T'), ids.all)).toBe(403)
    expect(await statusFor(await makeStaff(db, 'Kim Lowe', 'partner'), ids.all)).toBe(403)
    const administrator = await makeStaff(db, 'Ada Min', 'administrator')
    expect([await statusFor(administrator, ids.all), await statusFor(administrator, ids.circle)]).toEqual([200, 404])
    expect(await statusFor(null, ids.all)).toBe(303)
    const answer = await site.get(path(ids.all), await site.cookieOf(colleague))
    expect(answer.headers).toMatchObject({ 'content-type': 'image/webp', 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' })
    expect((await sharp(answer.rawPayload).metadata()).width).toBe(480)
    await db.update(posts).set({ state: 'withdrawn' }).where(eq(posts.id, ids.all))
    expect(await statusFor(colleague, ids.all)).toBe(404)
  })

  test('of a post without one is not there', async () => {
    const id = await link('/gone')
    await fetchOnce(id)
    expect((await site.get(`/staff/previews/${id}/image`, await site.cookieOf(colleague))).statusCode).toBe(404)
  })
})
