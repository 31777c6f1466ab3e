/**
 * A token bucket: how often a source may be asked. Everybody who asks takes a token first and waits while there is none.
 */
export interface Pace {
  /** Resolves when one more request may be made. */
  take(): Promise<void>
  /** Lets everybody wait so many milliseconds: the source asked for it. */
  pause(milliseconds: number): void
}

export interface PaceSettings {
  perSecond: number
  burst: number
  /** Milliseconds of any clock that goes on. */
  time: () => number
  wait: (milliseconds: number) => Promise<void>
}

export function makePace({ perSecond, burst, time, wait }: PaceSettings): Pace {
  let tokens = burst
  let filledAt = time()
  let pausedUntil = 0
  return {
    async take() {
      for (;;) {
        const at = time()
        tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond)
        filledAt = at
        if (pausedUntil > at) await wait(pausedUntil - at)
        else if (tokens < 1) await wait(Math.ceil(((1 - tokens) / perSecond) * 1000))
        else {
          tokens -= 1
          return
        }
      }
    },
    pause(milliseconds) {
      pausedUntil = Math.max(pausedUntil, time() + milliseconds)
    },
  }
}
