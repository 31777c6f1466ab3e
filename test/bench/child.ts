/**
 * Between the bench and the processes that it measures.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

interface Usage {
  /** Bytes. */
  rss: number
  /** Seconds of processor time since the start. */
  cpu: number
}

export interface Server {
  address: string
  pid: number
  usage(): Promise<Usage>
  stop(): Promise<void>
}

type Told = { address: string } | Usage

/** In the child: tells the address, answers each "usage", and ends with the parent. */
export function answerUsage(address: string, close: () => Promise<unknown>): void {
  const end = (): void => void close().finally(() => process.exit(0))
  process.on('message', (asked) => {
    if (asked === 'stop') return end()
    const { user, system } = process.cpuUsage()
    process.send?.({ rss: process.memoryUsage.rss(), cpu: (user + system) / 1e6 } satisfies Usage)
  })
  process.on('disconnect', end)
  // Ctrl-C reaches the whole group; the parent says when it is time.
  process.on('SIGINT', () => {})
  process.send?.({ address })
}

/** Starts one of the programs beside this file and waits until it listens. */
export async function startChild(program: string, env: Record<string, string> = {}, execArgv: string[] = []): Promise<Server> {
  const child = fork(join(import.meta.dirname, program), [], { env: { ...process.env, NODE_ENV: 'production', ...env }, execArgv })
  const told = await heard(child)
  if (!('address' in told) || child.pid === undefined) throw new Error(`${program} told no address`)
  return {
    address: told.address,
    pid: child.pid,
    async usage() {
      child.send('usage')
      const answer = await heard(child)
      if (!('rss' in answer)) throw new Error(`${program} told no usage`)
      return answer
    },
    stop: () => stopChild(child),
  }
}

const heard = (child: ChildProcess): Promise<Told> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a measured process ended early (${code})`))
    child.once('exit', ended)
    child.once('message', (told) => {
      child.off('exit', ended)
      resolve(told as Told)
    })
  })

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (child.connected) child.send('stop')
  const timer = setTimeout(() => child.kill('SIGKILL'), 8000)
  await ended
  clearTimeout(timer)
}
