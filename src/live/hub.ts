/**
 * Who listens to what in this process. A signal is put into words once and the same bytes go to every stream of its topic;
 * what happens together is written together.
 */
import type { Signal } from './signal.ts'
import { chunkOf, type Stream } from './stream.ts'

/** So many signals of one topic at once (a lock that holds a thousand comments) say no more than "look again". */
const MANY = 20

interface Waiting {
  id: number | null
  signal: Signal
  exceptAccount: number | null
}

export interface Hub {
  join(stream: Stream, keys: readonly string[]): void
  leave(stream: Stream): void
  /** Is anybody there who would hear it? */
  hears(key: string): boolean
  tell(key: string, waiting: Waiting): void
  /** To every stream, at once. */
  tellAll(signal: Signal): void
  endWhere(condition: (stream: Stream) => boolean): void
  /** Ends what is due and keeps a share of the streams alive: of `shares`, the one with this number. Answers those that go on. */
  beat(share: number, shares: number, now: number): Stream[]
  readonly size: number
  countAt(address: string): number
}

const ALIVE = Buffer.from(':\n\n')

export function openHub(): Hub {
  const topics = new Map<string, Set<Stream>>()
  const streams = new Map<Stream, { keys: readonly string[]; number: number }>()
  const addresses = new Map<string, number>()
  const waiting = new Map<string, Waiting[]>()
  let number = 0

  function flush(): void {
    const due = [...waiting]
    waiting.clear()
    for (const [key, signals] of due) writeTo(topics.get(key) ?? new Set(), signals)
  }

  const hub: Hub = {
    join(stream, keys) {
      streams.set(stream, { keys, number: number++ })
      addresses.set(stream.address, (addresses.get(stream.address) ?? 0) + 1)
      for (const key of keys) topics.set(key, (topics.get(key) ?? new Set()).add(stream))
    },
    leave(stream) {
      const known = streams.get(stream)
      if (!known) return
      streams.delete(stream)
      for (const key of known.keys) dropFrom(topics, key, stream)
      const left = (addresses.get(stream.address) ?? 1) - 1
      if (left > 0) addresses.set(stream.address, left)
      else addresses.delete(stream.address)
    },
    hears: (key) => topics.has(key),
    tell(key, signal) {
      if (!topics.has(key)) return
      // Written when all that arrived together is here.
      if (waiting.size === 0) setImmediate(flush)
      waiting.set(key, [...(waiting.get(key) ?? []), signal])
    },
    tellAll(signal) {
      const chunk = Buffer.from(chunkOf(signal, null))
      for (const stream of streams.keys()) stream.write(chunk)
    },
    endWhere(condition) {
      for (const stream of [...streams.keys()].filter(condition)) end(stream)
    },
    beat(share, shares, now) {
      const ours = [...streams].filter(([, known]) => known.number % shares === share).map(([stream]) => stream)
      for (const stream of ours) if (stream.endsAt <= now) end(stream)
      const goOn = ours.filter((stream) => streams.has(stream))
      for (const stream of goOn) stream.write(ALIVE)
      return goOn
    },
    get size() {
      return streams.size
    },
    countAt: (address) => addresses.get(address) ?? 0,
  }
  const end = (stream: Stream): void => {
    hub.leave(stream)
    stream.end()
  }
  return hub
}

function dropFrom(topics: Map<string, Set<Stream>>, key: string, stream: Stream): void {
  const listeners = topics.get(key)
  listeners?.delete(stream)
  if (listeners?.size === 0) topics.delete(key)
}

/** One text for all; only those whose own words are among it get one of their own. */
function writeTo(listeners: ReadonlySet<Stream>, signals: readonly Waiting[]): void {
  const shared = bytesOf(signals)
  const authors = new Set(signals.map(({ exceptAccount }) => exceptAccount))
  for (const stream of listeners) {
    const own = stream.accountId !== null && authors.has(stream.accountId)
    const chunk = own ? bytesOf(signals.filter(({ exceptAccount }) => exceptAccount !== stream.accountId)) : shared
    if (chunk.length > 0) stream.write(chunk)
  }
}

function bytesOf(signals: readonly Waiting[]): Buffer {
  const last = signals.at(-1)
  if (!last) return Buffer.alloc(0)
  if (signals.length > MANY) return Buffer.from(chunkOf({ topic: last.signal.topic, kind: 'changed' } satisfies Signal, last.id))
  return Buffer.from(signals.map(({ id, signal }) => chunkOf(signal, id)).join(''))
}
