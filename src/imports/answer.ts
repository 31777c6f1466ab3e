/**
 * What a source can answer besides JSON.
 */

/** The source has no such thing (404, no such file), which is not the same as an empty answer. */
export const MISSING = Symbol('missing')

/** The source gave no usable answer, after every retry. The message says why. */
export class SourceFailure extends Error {}
