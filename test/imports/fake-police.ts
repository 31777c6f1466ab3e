/**
 * A service in the shape of data.police.uk, with an invented force: it answers from the fixtures, and misbehaves where a test asks it to.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export const FIXTURES = join(import.meta.dirname, 'fixtures', 'police')

export type Answer = (response: ServerResponse) => void
export interface FakePolice {
  base: string
  /** Every request's path, in order, as it came over the wire. */
  asked: string[]
  /** The bodies by decoded path below the base, for example `ashmere/AM01/people`. */
  bodies: Map<string, unknown>
  /** Answers the next requests for a path with these instead, one each. */
  misbehave(path: string, ...answers: Answer[]): void
  close(): Promise<void>
}

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(body)
export const hangUp: Answer = (response) => void response.destroy()
export const page: Answer = status(200, { 'content-type': 'text/html' }, '<!doctype html><title>Maintenance</title>')
export const broken: Answer = status(200, { 'content-type': 'application/json' }, '[{"latitude":"53.2')

export async function openFakePolice(): Promise<FakePolice> {
  const bodies = readBodies()
  const asked: string[] = []
  const misbehaviour = new Map<string, Answer[]>()
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const path = decodeURIComponent((request.url ?? '').replace(/^\/api\//, ''))
    const answer = misbehaviour.get(path)?.shift()
    if (answer) return answer(response)
    if (!bodies.has(path)) return status(404, { 'content-type': 'text/plain' }, 'Not Found')(response)
    return status(200, { 'content-type': 'application/json' }, JSON.stringify(bodies.get(path)))(response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    asked,
    bodies,
    misbehave: (path, ...answers) => void misbehaviour.set(path, answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** `ashmere/AM01.json` is the answer at `ashmere/AM01`, `ashmere/Mill Lane/neighbourhood.json` the one at `ashmere/Mill Lane`. */
function readBodies(): Map<string, unknown> {
  const files = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  return new Map(
    files.map((name) => [
      name.replaceAll('\\', '/').replace(/(\/neighbourhood)?\.json$/, ''),
      JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as unknown,
    ]),
  )
}
