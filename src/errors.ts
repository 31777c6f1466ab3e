/**
 * What can go wrong in a verb, said in the domain's words. The web turns each into a page; nothing else about an error reaches a reader.
 */

/** There is no such thing, or not for this actor: the two look the same. */
export class NotFound extends Error {
  constructor(what = 'page') {
    super(`no such ${what}`)
  }
}

/** The thing is there and may be seen, but this actor may not do that with it. `message` is shown. */
export class Forbidden extends Error {}

/** What was sent cannot be accepted. `fields` maps the form's field names to a message each; what was typed is shown again. */
export class Refused extends Error {
  readonly fields: Readonly<Record<string, string>>

  constructor(message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message)
    this.fields = fields
  }
}

/** Somebody else acted first. `message` says what they did; nothing was changed. */
export class Overtaken extends Error {}

/** Too many tries. */
export class TooMany extends Error {
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}
