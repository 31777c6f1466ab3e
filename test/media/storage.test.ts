import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BadConfig, readConfig } from '../../src/config.ts'
import { NotFound } from '../../src/errors.ts'
import { openStorage, type Storage } from '../../src/media/storage.ts'

/** What a store that speaks S3 does with one object at a time; refuses what is not signed. */
class ObjectStore {
  readonly objects = new Map<string, Buffer>()
  readonly server: Server

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response))
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = new URL(request.url ?? '/', 'http://store').pathname
    const sent = await buffer(request)
    if (!/^AWS4-HMAC-SHA256 Credential=key-id\/\d{8}\/eu-test\/s3/.test(request.headers.authorization ?? '')) {
      response.writeHead(403).end()
      return
    }
    const known = this.objects.get(key)
    if (request.method === 'PUT') this.objects.set(key, sent)
    if (request.method === 'DELETE') this.objects.delete(key)
    if (request.method === 'PUT') response.writeHead(200, { etag: '"x"' }).end()
    else if (request.method === 'DELETE') response.writeHead(204).end()
    else if (known) response.writeHead(200, { 'content-length': known.length }).end(request.method === 'HEAD' ? undefined : known)
    else response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>')
  }
}

const folder = join(mkdtempSync(join(tmpdir(), 'blue-lamp-uploads-')), 'deeper')
const store = new ObjectStore()
const storages: Record<string, Storage> = {}

beforeAll(async () => {
  await new Promise<void>((resolve) => store.server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(store.server.address() as AddressInfo).port}`
  storages['folder'] = openStorage(readConfig({ UPLOADS_DIR: folder }))
  storages['bucket'] = openStorage(
    readConfig({
      UPLOADS_S3_BUCKET: 'photos',
      UPLOADS_S3_ENDPOINT: endpoint,
      UPLOADS_S3_REGION: 'eu-test',
      UPLOADS_S3_ACCESS_KEY: 'key-id',
      UPLOADS_S3_SECRET_KEY: 'key-secret',
    }),
  )
})
afterAll(() => {
  store.server.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

describe.each(['folder', 'bucket'])('a %s', (kind) => {
  const storage = (): Storage => {
    const found = storages[kind]
    if (!found) throw new Error(`no ${kind}`)
    return found
  }
  const file = `${randomUUID()}-small.webp`

  test('gives back what was put into it, byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256))
    await storage().put(file, bytes)
    expect(await buffer(await storage().read(file))).toEqual(bytes)
  })

  test('keeps the last of two', async () => {
    await storage().put(file, Buffer.from('second'))
    expect(String(await buffer(await storage().read(file)))).toBe('second')
  })

  test('knows nothing of what was removed, and removes twice', async () => {
    await storage().remove(file)
    await storage().remove(file)
    await expect(storage().read(file)).rejects.toThrow(NotFound)
  })

  test.each(['../secret.webp', 'a/../../x.pdf', '/etc/passwd', `${randomUUID()}.webp/../x`, '', 'x.webp'])(
    'takes no name but ours: %s',
    async (name) => {
      await expect(storage().read(name)).rejects.toThrow(NotFound)
      await expect((async () => storage().put(name, Buffer.from('x')))()).rejects.toThrow(NotFound)
    },
  )
})

describe('where it lies', () => {
  test('is one flat folder, made when it is needed', async () => {
    const file = `${randomUUID()}.pdf`
    await storages['folder']?.put(file, Buffer.from('x'))
    expect(readdirSync(folder)).toEqual([file])
  })

  test('is the bucket, by path', async () => {
    const file = `${randomUUID()}.pdf`
    await storages['bucket']?.put(file, Buffer.from('x'))
    expect([...store.objects.keys()]).toEqual([`/photos/${file}`])
  })

  test('is the data folder unless something else is said', () => {
    expect(readConfig({ DATA_DIR: 'elsewhere' }).uploads).toEqual({ folder: join('elsewhere', 'uploads'), bucket: null })
    expect(existsSync(join('elsewhere', 'uploads'))).toBe(false)
  })
})

test('half a bucket stops the start, with what is missing', () => {
  const half = { UPLOADS_S3_BUCKET: 'photos', UPLOADS_S3_REGION: 'eu-test', UPLOADS_S3_SECRET_KEY: 'x' }
  expect(() => readConfig(half)).toThrow(BadConfig)
  expect(() => readConfig(half)).toThrow(/UPLOADS_S3_ENDPOINT is missing[\s\S]*UPLOADS_S3_ACCESS_KEY is missing/)
  expect(() => readConfig(half)).not.toThrow(/UPLOADS_S3_REGION is missing/)
})
