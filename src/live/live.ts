/**
 * The live part of a process: what Postgres tells on one connection reaches every stream that may hear it, and no stream outlives the right to listen.
 */
import { and, gt, inArray, sql } from 'drizzle-orm'
import { sessions } from '../accounts/schema.ts'
import type { Database } from '../database/database.ts'
import { openHub, type Hub } from './hub.ts'
import { openListener } from './listener.ts'
import { commentsThatShow } from './missed.ts'
import { readHappened, toldOf, type Happened, type Signal, type Told } from './signal.ts'

/** Streams of one process. */
export const MOST_STREAMS = 10_000
/** Streams of one address: a whole police station, or a school, may sit behind one. */
export const MOST_AT_ADDRESS = 300

/** Each stream hears a sign of life, and is asked whether its session still stands, once in so many beats of a second. */
const BEATS = 25

export interface Live {
  hub: Hub
  /** Resolves when signals arrive here. Rejects while the database is away. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** Something may have changed, everywhere. */
export const EVERYTHING: Signal = { topic: '*', kind: 'changed' }

export function openLive(db: Database, onTrouble: (error: unknown) => void): Live {
  const hub = openHub()
  const hear = hearing(db, hub, onTrouble)
  const listener = openListener(db, {
    onPayload(payload) {
      const happened = readHappened(payload)
      if (happened) hear(happened)
    },
    onBack: () => hub.tellAll(EVERYTHING),
  })
  let beat = 0
  const heart = setInterval(() => {
    beat = (beat + 1) % BEATS
    const alive = hub.beat(beat, BEATS, Date.now())
    void endSignedOut(db, hub, alive).catch(onTrouble)
  }, 1000).unref()
  return {
    hub,
    ready: () => listener.ready(),
    async close() {
      clearInterval(heart)
      hub.endWhere(() => true)
      await listener.close()
    },
  }
}

/** Tells at once what everybody may know of; what depends on a comment is gathered and looked up in one statement. */
function hearing(db: Database, hub: Hub, onTrouble: (error: unknown) => void): (happened: Happened) => void {
  let unsure: (Told & { id: number })[] = []
  const pass = ({ key, signal, exceptAccount, id }: Told & { id: number }): void =>
    hub.tell(key, { id, signal, exceptAccount: exceptAccount ?? null })
  async function lookUp(): Promise<void> {
    const asked = unsure
    unsure = []
    try {
      for (const told of await commentsThatShow(db, asked)) pass(told as Told & { id: number })
    } catch (error) {
      onTrouble(error)
      for (const { key, signal, id } of asked) pass({ key, signal: { topic: signal.topic, kind: 'changed' }, id })
    }
  }
  return (happened) => {
    if (ENDS.has(happened.kind) && happened.accountId) hub.endWhere(({ accountId }) => accountId === happened.accountId)
    for (const told of toldOf(happened).filter(({ key }) => hub.hears(key))) {
      if (!told.if) {
        pass({ ...told, id: happened.id })
        continue
      }
      if (unsure.length === 0) setImmediate(() => void lookUp())
      unsure.push({ ...told, id: happened.id })
    }
  }
}

/** What somebody could listen to is not theirs to hear any more: their streams end, and what they may hear they ask for again. */
const ENDS: ReadonlySet<string> = new Set(['role.ended', 'circle.left'])

/** Ends the streams of sessions that are over. */
async function endSignedOut(db: Database, hub: Hub, streams: readonly { accountId: number | null; sessionKey: string | null }[]): Promise<void> {
  const signedIn = streams.filter(({ accountId }) => accountId !== null)
  if (signedIn.length === 0) return
  const ids = [...new Set(signedIn.flatMap(({ accountId }) => accountId ?? []))]
  const rows = await db
    .select({ id: sessions.id, accountId: sessions.accountId })
    .from(sessions)
    .where(and(inArray(sessions.accountId, ids), gt(sessions.expiresAt, sql`now()`)))
  const standing = rows.map(({ id, accountId }) => [accountId, id] as const)
  const asked = new Set<unknown>(signedIn)
  hub.endWhere(
    (stream) => asked.has(stream) && !standing.some(([accountId, id]) => accountId === stream.accountId && id.startsWith(stream.sessionKey ?? '-')),
  )
}
