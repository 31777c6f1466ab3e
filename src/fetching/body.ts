/**
 * Reading what somebody sends, unpacked, and never more of it than was agreed: neither packed nor unpacked.
 */
import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { NotFetched } from './failure.ts'

export interface Limit {
  bytes: number
  /** What comes after so many bytes is left out, or makes all of it worthless. */
  beyond: 'cut' | 'refuse'
}

// One window of a sane size. What ends early is as far as it came; whether it is whole is asked of the packed bytes.
const PACKED: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  'x-gzip': () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: () => createInflate({ finishFlush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 0 } }),
}

/** What we can unpack. */
export const ENCODINGS = 'gzip, deflate, br'

const LARGE = 'It is larger than we fetch.'

/** Throws `NotFetched`. The connection is closed afterwards, whatever is still to come. */
export async function readBody(answer: IncomingMessage, limit: Limit): Promise<Buffer> {
  try {
    const said = Number(answer.headers['content-length'])
    if (limit.beyond === 'refuse' && said > limit.bytes) throw new NotFetched(LARGE)
    return await collect(unpacked(answer, limit), limit)
  } finally {
    answer.destroy()
  }
}

function unpacked(answer: IncomingMessage, limit: Limit): Readable {
  const encoding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return answer
  const unpacker = PACKED[encoding]?.()
  // Packed twice, or in a way that we did not ask for.
  if (!unpacker) throw new NotFetched('It is packed in a way that we cannot read.')
  let packed = 0
  // Only for what unpacks to nothing: anything else reaches its limit unpacked, before.
  answer.on('data', (chunk: Buffer) => {
    packed += chunk.length
    if (packed > 2 * limit.bytes) unpacker.destroy(new NotFetched(LARGE))
  })
  answer.on('error', (error) => unpacker.destroy(error))
  return answer.pipe(unpacker)
}

async function collect(body: Readable, { bytes, beyond }: Limit): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length <= bytes) continue
      if (beyond === 'refuse') throw new NotFetched(LARGE)
      break
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(chunks).subarray(0, bytes)
}
