/**
 * Fifty readers who never stop, for a few seconds, against this machine only.
 */
import autocannon from 'autocannon'
import type { Target } from './targets.ts'

const CONNECTIONS = 50

export interface Load {
  /** Requests a second. */
  rate: number
  requests: number
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
  /** Over the wire for each answer, with its headers. */
  bytes: number
}

/** Sends the requests of the target in turn on each connection. Throws when an answer has another status than it should, or when none came. */
export async function drive(
  address: string,
  target: Pick<Target, 'name' | 'requests' | 'status' | 'few'>,
  seconds: number,
  stop: AbortSignal,
): Promise<Load> {
  const { name, requests, status, few } = target
  if (new URL(address).hostname !== '127.0.0.1') throw new Error('load goes to this machine only')
  stop.throwIfAborted()
  const waits: number[] = []
  let failed = ''
  const running = autocannon({ url: address, connections: CONNECTIONS, duration: seconds, ...few, sampleInt: 100, timeout: 20, requests })
  running.on('response', (_client, code, _bytes, milliseconds) => {
    waits.push(milliseconds)
    if (Number(code) !== status) failed = `${name}: an answer had the status ${code} instead of ${status}`
  })
  const end = (): void => running.stop()
  stop.addEventListener('abort', end)
  const result = await running
  stop.removeEventListener('abort', end)
  stop.throwIfAborted()
  // On a machine that is busy with other things even the first answers may take that long.
  if (waits.length === 0 && failed === '' && result.errors === 0 && seconds < 10 && !few) return drive(address, target, seconds * 3, stop)
  if (failed !== '' || waits.length === 0 || result.errors > 0)
    throw new Error(failed || `${name}: ${waits.length} requests had an answer, ${result.errors} had none`)
  const sorted = Float64Array.from(waits).toSorted()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    rate: waits.length / result.duration,
    requests: waits.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    bytes: Math.round(result.throughput.total / waits.length),
  }
}

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
