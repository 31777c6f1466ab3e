/** Why nothing was fetched, in a sentence for whoever asked for it. It never says what is inside our network. */
export class NotFetched extends Error {
  /** It may work a while later: nobody answered, or not in time. */
  readonly passing: boolean

  constructor(because: string, passing = false) {
    super(because)
    this.passing = passing
  }
}
