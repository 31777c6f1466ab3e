/** The part of autocannon that is used here; it brings no types of its own. */
declare module 'autocannon' {
  export interface Request {
    method?: 'GET' | 'POST'
    path?: string
    headers?: Record<string, string>
    body?: string | Buffer
    setupRequest?: (request: Request) => Request
  }
  export interface Options {
    url: string
    connections: number
    /** Seconds. */
    duration?: number
    /** Requests in all, instead of a duration: nothing is cut off. */
    amount?: number
    /** Milliseconds between samples; the run ends on one. */
    sampleInt: number
    /** Seconds. */
    timeout: number
    requests: Request[]
  }
  export interface Result {
    duration: number
    errors: number
    throughput: { total: number }
  }
  export interface Running extends PromiseLike<Result> {
    stop(): void
    on(event: 'response', heard: (client: unknown, status: number | string, bytes: number, milliseconds: number) => void): this
  }
  export default function autocannon(options: Options): Running
}
