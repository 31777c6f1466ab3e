/**
 * Not more than so many in a minute, evenly. Each process has a pace of its own: with several workers, set the limit to its share.
 */
const MINUTE = 60_000

/** Answers a function to wait for before each one. What was not used is not saved up: after a pause there is no burst. */
export function paceOf(perMinute: number): () => Promise<void> {
  const apart = MINUTE / perMinute
  let next = 0
  return async () => {
    const turn = Math.max(Date.now(), next)
    next = turn + apart
    const wait = turn - Date.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
