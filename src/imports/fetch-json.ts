/**
 * One JSON answer from a service that limits its callers, and that may answer with HTML, with nothing, or not at all.
 */
import { MISSING, SourceFailure } from './answer.ts'
import type { Pace } from './pace.ts'

export interface FetchSettings {
  fetch: typeof fetch
  pace: Pace
  wait: (milliseconds: number) => Promise<void>
  /** The time now, for a Retry-After that names a moment. */
  now: () => Date
}

const TRIES = 4
/** Being asked to slow down is no failure; still, not for ever. */
const PATIENCE = 10
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 120_000
const TIMEOUT = 20_000
const LARGEST = 20_000_000

type Answer = { value: unknown } | { slowDown: number } | { failed: string; final?: boolean }

/** The parsed body; MISSING for 404. Retries what may pass (429, 5xx, no connection, broken JSON), then throws SourceFailure. */
export async function fetchJson(url: string, settings: FetchSettings): Promise<unknown> {
  let failures = 0
  let slowed = 0
  for (;;) {
    await settings.pace.take()
    const answer = await ask(url, settings)
    if ('value' in answer) return answer.value
    if ('slowDown' in answer) {
      slowed += 1
      if (slowed > PATIENCE) throw new SourceFailure('it kept asking us to slow down (429)')
      settings.pace.pause(answer.slowDown)
      continue
    }
    failures += 1
    if (answer.final || failures >= TRIES) throw new SourceFailure(answer.failed)
    await settings.wait(FIRST_PAUSE * 2 ** (failures - 1))
  }
}

async function ask(url: string, settings: FetchSettings): Promise<Answer> {
  try {
    const response = await settings.fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT) })
    const body = await response.text()
    if (response.status === 429) return { slowDown: pauseOf(response.headers.get('retry-after'), settings.now()) }
    if (response.status === 404) return { value: MISSING }
    if (response.status >= 500) return { failed: `it answered ${response.status}` }
    if (!response.ok) return { failed: `it answered ${response.status}`, final: true }
    if (body.length > LARGEST) return { failed: 'its answer was too large', final: true }
    return parse(body, response.headers.get('content-type') ?? '')
  } catch (error) {
    return { failed: error instanceof Error && error.name === 'TimeoutError' ? 'it did not answer in time' : 'it could not be reached' }
  }
}

function parse(body: string, type: string): Answer {
  if (body.trim() === '') return { failed: 'its answer was empty' }
  try {
    return { value: JSON.parse(body) }
  } catch {
    return { failed: /html/i.test(type) || body.trimStart().startsWith('<') ? 'it answered with a page instead of JSON' : 'its JSON was broken' }
  }
}

/** Retry-After is seconds or a moment; without it about a second does. */
function pauseOf(header: string | null, now: Date): number {
  const text = header?.trim() ?? ''
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime()
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? Math.min(milliseconds, LONGEST_PAUSE) : 1000
}
