/**
 * One open stream of server-sent events on a response. It is written to and never read from; who cannot keep up is let go.
 */
import type { ServerResponse } from 'node:http'

/** How many bytes may wait for a slow reader. A signal has about a hundred. */
const MOST_WAITING = 64 * 1024

export interface Stream {
  /** Null for a visitor. */
  readonly accountId: number | null
  /** Of the session under which it was opened. */
  readonly sessionKey: string | null
  readonly address: string
  /** Milliseconds since 1970: then it ends, and the browser comes back and is authorised anew. */
  readonly endsAt: number
  /** Ends a stream whose reader takes nothing any more. */
  write(chunk: Buffer): void
  end(): void
}

export type Reader = Pick<Stream, 'accountId' | 'sessionKey' | 'address' | 'endsAt'>

/** Writes straight to the response, whatever hooks would do to a body; `headers` are those that every answer bears. */
export function openStream(response: ServerResponse, headers: Record<string, string | number | string[] | undefined>, reader: Reader): Stream {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies would gather the signals until there are enough of them.
    'x-accel-buffering': 'no',
    // The connection ends with the stream, so that a server which stops waits for nobody.
    connection: 'close',
  })
  response.flushHeaders()
  return {
    ...reader,
    write(chunk) {
      response.write(chunk)
      if (response.writableLength > MOST_WAITING) response.destroy()
    },
    end: () => void response.end(),
  }
}

/** As it travels. `id` is that of the activity, with which a browser that comes back says where it was. */
export const chunkOf = (signal: object, id: number | null): string => `${id === null ? '' : `id:${id}\n`}data:${JSON.stringify(signal)}\n\n`
