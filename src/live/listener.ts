/**
 * The one connection of this process on which Postgres tells what happened. It comes back by itself when it breaks; what was told meanwhile is lost,
 * so whoever listens then hears that they may have missed something.
 */
import pg from 'pg'
import type { Database } from '../database/database.ts'

const FIRST_PAUSE = 250
const LONGEST_PAUSE = 15_000
/** A connection whose other end is gone without a word shows it when it is asked something. */
const ASK_EVERY = 30_000
/** Saying it again changes nothing. */
const LISTEN = 'listen activity'

export interface Listener {
  /** Resolves when it listens; rejects when it does not within a moment. */
  ready(): Promise<void>
  close(): Promise<void>
}

export interface Listening {
  onPayload: (payload: string) => void
  /** It listens again after a break. */
  onBack: () => void
}

/** Begins to listen at the first `ready`. */
export function openListener(db: Database, { onPayload, onBack }: Listening): Listener {
  const gone = new WeakSet<pg.Client>()
  let client: pg.Client | null = null
  let connecting: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let broken = false
  let closed = false
  let pause = FIRST_PAUSE

  // Beside the pool, and as it connects: a connection that listens for ever must not be missing where pages are read.
  // Its options are handed on as they are: the pool keeps the password where a copy would leave it out.
  async function connect(): Promise<void> {
    const fresh = new pg.Client(db.$client.options)
    fresh.on('error', () => lose(fresh))
    fresh.on('end', () => lose(fresh))
    fresh.on('notification', ({ payload }) => payload !== undefined && onPayload(payload))
    try {
      await fresh.connect()
      await fresh.query(LISTEN)
    } catch (error) {
      lose(fresh)
      throw error
    }
    client = fresh
    pause = FIRST_PAUSE
    if (broken) onBack()
    broken = false
  }

  const begin = (): Promise<void> => (connecting ??= connect())

  function lose(lost: pg.Client): void {
    // A connection that breaks says so more than once.
    if (closed || gone.has(lost)) return
    gone.add(lost)
    client = null
    connecting = null
    broken = true
    void lost.end().catch(() => {})
    clearTimeout(timer)
    timer = setTimeout(() => void begin().catch(() => {}), pause * (0.5 + Math.random())).unref()
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }

  const asking = setInterval(() => {
    const asked = client
    asked?.query(LISTEN).catch(() => lose(asked))
  }, ASK_EVERY).unref()

  return {
    ready: begin,
    async close() {
      closed = true
      clearTimeout(timer)
      clearInterval(asking)
      await connecting?.catch(() => {})
      await client?.end().catch(() => {})
    },
  }
}
