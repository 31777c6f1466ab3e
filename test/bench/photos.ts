/**
 * Publishing with photos as an officer's phone does it: one form with the words and two photos, which goes out at once.
 */
import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { sql } from 'drizzle-orm'
import type { Request } from 'autocannon'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { encodePhoto, PHOTO_SIZES } from '../../src/media/photo.ts'
import { ACCEPT_ENCODING } from './visit.ts'
import { commentText, diceOf, pick } from './words.ts'

/** What two photos are published as: an officer's session and the team's address. */
export interface Publisher {
  cookie: string
  team: string
}

/** Two photos of two megapixels and about 400 KB each, with the grain and the slow changes of light of a street. */
export const somePhotos = (): Promise<Buffer[]> => Promise.all([photo(1920, 1080), photo(1080, 1920)])

async function photo(width: number, height: number): Promise<Buffer> {
  const grain = await sharp({ create: { width, height, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 40 } } })
    .blur(1.2)
    .raw()
    .toBuffer()
  for (let at = 0; at < grain.length; at += 3) {
    const [x, y] = [(at / 3) % width, Math.floor(at / 3 / width)]
    const light = 90 * (y / height) - 45 + 30 * Math.sin(x / 170) * Math.cos(y / 110)
    for (let channel = 0; channel < 3; channel++)
      grain[at + channel] = Math.max(0, Math.min(255, (grain[at + channel] ?? 0) + light * (1 - 0.25 * channel)))
  }
  return sharp(grain, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 86 })
    .toBuffer()
}

/** A short update with the photos each time, by the next officer: the limit of uploads in ten minutes stays in force. */
export function publishing(publishers: readonly Publisher[], photos: readonly Buffer[]): Request {
  const dice = diceOf(1839)
  const texts = Array.from({ length: 200 }, () => commentText(dice).slice(0, 280))
  let turn = 0
  const setupRequest = (request: Request): Request => {
    const { cookie, team } = publishers[turn++ % publishers.length] ?? { cookie: '', team: '' }
    const boundary = `----${randomUUID()}`
    return {
      ...request,
      method: 'POST',
      path: `${team}/drafts`,
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'sec-fetch-site': 'same-origin',
        'accept-encoding': ACCEPT_ENCODING,
        cookie,
      },
      body: multipart(boundary, pick(dice, texts), photos),
    }
  }
  return { setupRequest }
}

function multipart(boundary: string, body: string, photos: readonly Buffer[]): Buffer {
  const fields = [
    ['kind', 'update'],
    ['key', randomUUID()],
    ['act', 'publish'],
    ['body', body],
    ['photo-looked', 'yes'],
    ...photos.map(() => ['photo-alt', 'A street']),
  ]
  const part = (head: string): string => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`
  return Buffer.concat([
    ...fields.map(([name, value]) => Buffer.from(`${part(`name="${name}"`)}\r\n${value}\r\n`)),
    ...photos.flatMap((bytes) => [
      Buffer.from(`${part('name="photo"; filename="photo.jpg"')}content-type: image/jpeg\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
}

/** Milliseconds of processor time that the photos of one post take alone, encoded as the application does it. */
export async function encodingTime(photos: readonly Buffer[]): Promise<number> {
  for (const bytes of photos) await encodePhoto(bytes)
  const began = process.cpuUsage()
  for (const bytes of photos) await encodePhoto(bytes)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

interface Published extends Record<string, unknown> {
  path: string
  photos: string[]
}

/** Posts with two photos that are there, the newest with its address. */
export async function published(connection: Connection): Promise<{ count: number; newest: Published | null }> {
  const db = openDatabase(connection, 1)
  try {
    const two = sql`posts p where jsonb_array_length(p.photos) = 2`
    const count = await db.execute<{ count: string }>(sql`select count(*) from ${two}`)
    const newest = await db.execute<Published>(sql`
      select c.path, array(select photo ->> 'id' from jsonb_array_elements(p.photos) as photo) as photos
      from (select * from ${two} order by id desc limit 1) p join conversations c on c.id = p.conversation_id`)
    return { count: Number(count.rows[0]?.count ?? 0), newest: newest.rows[0] ?? null }
  } finally {
    await closeDatabase(db)
  }
}

/** Throws unless so many were published since, and the newest and its photos can be fetched by anybody. */
export async function checkPublished(
  connection: Connection,
  before: number,
  least: number,
  ask: (path: string) => Promise<{ status: number; bytes: number }>,
): Promise<void> {
  const { count, newest } = await published(connection)
  if (count - before < least || !newest) throw new Error(`only ${count - before} of at least ${least} posts with two photos are there`)
  const files = newest.photos.flatMap((id) => Object.keys(PHOTO_SIZES).map((size) => `/photos/${id}/${size}`))
  for (const path of [newest.path, ...files]) {
    const { status, bytes } = await ask(path)
    if (status !== 200 || bytes < 2000) throw new Error(`${path} answers ${status} with ${bytes} bytes`)
  }
}
