/**
 * What people type, made safe to store and to show: the words stay, what only disturbs them goes.
 */

// Control characters (tab and line feed apart), and marks that turn the reading direction round for what follows.
// oxlint-disable-next-line no-control-regex -- control characters are what this pattern is for
const DISTURBING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g
// Characters without any width of their own; a joiner between emoji is part of the emoji and stays in texts, never in names.
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu

/** Several lines of text: one kind of line end, no control characters, no more than two empty lines in a row. */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(DISTURBING, '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim()
}

/** One line: a title, a name. */
export const cleanLine = (text: string): string => text.normalize('NFC').replace(DISTURBING, ' ').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()

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
