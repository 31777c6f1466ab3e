/**
 * Where uploaded files lie: a folder, or an S3-compatible store. Keys are random and tell nothing, and nobody but the site reads the store:
 * whether somebody may see a file is asked of the database each time.
 */
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { S3Driver } from 'flydrive/drivers/s3'
import { FSDriver } from 'flydrive/drivers/fs'
import type { Bucket, Config } from '../config.ts'
import { NotFound } from '../errors.ts'

export interface Storage {
  put(file: string, bytes: Buffer): Promise<void>
  /** Throws `NotFound`. */
  read(file: string): Promise<Readable>
  /** One that is not there is gone already. */
  remove(file: string): Promise<void>
}

export function openStorage(config: Pick<Config, 'uploads'>): Storage {
  const { folder, bucket } = config.uploads
  return bucket ? inBucket(bucket) : inFolder(resolve(folder))
}

// A key of ours and nothing else: no way leads out of the folder.
function known(file: string): string {
  if (!/^[0-9a-f-]{36}(-[a-z]+)?\.[a-z]+$/.test(file)) throw new NotFound('file')
  return file
}

function inFolder(folder: string): Storage {
  const driver = new FSDriver({ location: folder, visibility: 'private' })
  return {
    put: (file, bytes) => driver.put(known(file), bytes),
    async read(file) {
      // Opened here, so that a file which is not there is known before an answer has begun.
      const handle = await open(join(folder, known(file))).catch((error: unknown) => {
        throw isMissing(error) ? new NotFound('file') : error
      })
      return handle.createReadStream()
    },
    remove: (file) => driver.delete(known(file)),
  }
}

function inBucket({ bucket, endpoint, region, accessKey, secretKey }: Bucket): Storage {
  let opened: Promise<S3Driver> | null = null
  // The client is large: it is loaded only where it is used, and then once.
  const driver = (): Promise<S3Driver> =>
    (opened ??= import('flydrive/drivers/s3').then(
      ({ S3Driver }) =>
        new S3Driver({
          bucket,
          endpoint,
          region,
          credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
          forcePathStyle: true,
          // Not every store knows these: what lies in it is private because the bucket is.
          supportsACL: false,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
          visibility: 'private',
        }),
    ))
  return {
    put: async (file, bytes) => (await driver()).put(known(file), bytes),
    async read(file) {
      try {
        return await (await driver()).getStream(known(file))
      } catch (error) {
        throw isMissing(error) ? new NotFound('file') : error
      }
    },
    remove: async (file) => (await driver()).delete(known(file)),
  }
}

function isMissing(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return code === 'ENOENT' || name === 'NoSuchKey' || name === 'NotFound'
}
