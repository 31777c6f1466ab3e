/**
 * A browser's side of a stream, without a browser: opens it over a real socket and gathers what arrives.
 */
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { expect, vi } from 'vitest'

export interface Heard {
  topic: string
  kind: string
  commentId?: number
}

export interface Ear {
  status: number
  headers: IncomingMessage['headers']
  /** Everything that came, as it came. */
  text(): string
  signals(): Heard[]
  lastId(): string | null
  ended(): boolean
  close(): void
}

/** Makes the application listen, once; answers its address. */
export async function listening(app: FastifyInstance): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** Opens a stream and waits for its first line; a refusal is answered as it is. */
export async function listen(
  address: string,
  topics: string,
  as?: string,
  more: { headers?: Record<string, string>; query?: string } = {},
): Promise<Ear> {
  const headers = { accept: 'text/event-stream', ...(as ? { cookie: as } : {}), ...more.headers }
  const url = `${address}/live?topics=${topics}${more.query ?? ''}`
  const asked = request(url, { headers, agent: false })
  const answer = await new Promise<IncomingMessage>((resolve, reject) => asked.once('response', resolve).once('error', reject).end())
  let heard = ''
  let over = false
  answer.setEncoding('utf8').on('data', (text: string) => (heard += text))
  answer.on('close', () => (over = true)).on('error', () => {})
  const ear: Ear = {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: () => heard,
    signals: () => messagesIn(heard).flatMap(({ event, data }) => (event === null && data !== null ? [JSON.parse(data) as Heard] : [])),
    lastId: () => messagesIn(heard).reduce<string | null>((last, { id }) => id ?? last, null),
    ended: () => over,
    close: () => asked.destroy(),
  }
  if (ear.status === 200) await soon(() => expect(heard).toContain('event:begin'))
  return ear
}

const messagesIn = (text: string) =>
  text.split('\n\n').map((message) => {
    const fields = new Map(message.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
    return { id: fields.get('id') ?? null, event: fields.get('event') ?? null, data: fields.get('data') ?? null }
  })

/** Until it holds: on a machine that is busy with others, at last. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 30_000 })

/** Long enough for what should not come. */
export const quiet = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 400))
