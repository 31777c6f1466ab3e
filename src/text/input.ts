/**
 * What people type, made safe to store and to show: the words stay, what only disturbs them goes.
 */

// Control characters (tab and line feed apart), and marks that turn the reading direction round for what follows.
// oxlint-disable-next-line no-control-regex -- control characters are what this pattern is for
const DISTURBING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g
// More marks on one letter than any script needs: they only bury the words around them, and piles of them take minutes to put in order.
const PILED = /(\p{M}{8})\p{M}+/gu
// Characters without any width of their own; a joiner between emoji is part of the emoji and stays in texts, never in names.
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu

/** Several lines of text: one kind of line end, no control characters, no more than two empty lines in a row. */
export function cleanText(text: string): string {
  return (
    normal(text)
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      .replace(DISTURBING, '')
      // Line by line: a pattern for "spaces before a line end" looks at a long run of spaces again from each of them.
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .replace(/\n{4,}/g, '\n\n\n')
      .trim()
  )
}

/** One line: a title, a name. */
export const cleanLine = (text: string): string => normal(text).replace(DISTURBING, ' ').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()

const normal = (text: string): string => text.replace(PILED, '$1').normalize('NFC')

/** True when there is something to read in it, not only spaces and invisible characters. */
export const hasWords = (text: string): boolean => text.replace(INVISIBLE, '').trim() !== ''

/** Length as people count it: an emoji made of several characters is one. */
export function lengthOf(text: string): number {
  // Counting graphemes costs; a text whose raw length is small enough in any case need not pay.
  if (/^[\u0020-\u007e\n]*$/.test(text)) return text.length
  let length = 0
  for (const _ of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) length++
  return length
}

/**
 * Is the text at most `max` characters long, as people count them? One "character" can be made of any number of code points,
 * so the raw length has an end too: four times as many, which only pages full of families ever reach.
 */
export const fits = (text: string, max: number): boolean => text.length <= 4 * max && lengthOf(text) <= max
