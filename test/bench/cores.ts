/**
 * Which core does what: servers on one and readers on another, so that the readers do not take from what is measured.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

export const canPin = (): boolean => process.platform === 'linux' && availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

export function pin({ servers, readers }: { servers: readonly number[]; readers: number }): void {
  for (const pid of servers) keepOn(pid, 0)
  keepOn(readers, 1)
}

function keepOn(pid: number, core: number): void {
  const done = spawnSync('taskset', ['-acp', String(core), String(pid)], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`process ${pid} cannot be kept on core ${core}: ${done.stderr}`)
}

/** Seconds of processor time that the processes started by this one have used, those that have ended too; null where the system does not say. */
export function usedByChildrenOf(parent: number): number | null {
  if (process.platform !== 'linux') return null
  const own = statOf(String(parent))
  const ended = Number(own[13]) + Number(own[14])
  const running = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => statOf(pid))
    .filter((stat) => Number(stat[1]) === parent)
    .reduce((sum, stat) => sum + Number(stat[11]) + Number(stat[12]), 0)
  return (running + ended) / TICKS_A_SECOND
}

const TICKS_A_SECOND = 100

/** The fields of /proc/PID/stat behind the name in brackets: state, parent, …; nothing for a process that has just ended. */
function statOf(pid: string): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return line.slice(line.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
