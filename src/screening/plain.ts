/**
 * A text in plain characters, each of which knows where it came from: full-width and styled letters become common ones, characters without
 * width go, dashes and apostrophes become one kind. So patterns are written once, and what they find is shown in the text as typed.
 */

export interface Span {
  from: number
  to: number
}

export interface Plain {
  text: string
  /** Where each UTF-16 unit of `text` begins and ends in the text as typed. */
  starts: readonly number[]
  ends: readonly number[]
}

/** Characters without a width of their own. */
const INVISIBLE = new RegExp(
  '[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e' +
    '\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}]',
  'u',
)

function plainCharacter(character: string): string {
  if (INVISIBLE.test(character)) return ''
  const plain = character.normalize('NFKC')
  if (/^[‐‑‒–—―−]$/.test(plain)) return '-'
  if (/^[‘’ʼ`´]$/.test(plain)) return "'"
  if (/^[\u2028\u2029\r]$/.test(plain)) return '\n'
  return /^\s$/.test(plain) && plain !== '\n' ? ' ' : plain
}

export function plainOf(typed: string): Plain {
  const starts: number[] = []
  const ends: number[] = []
  let text = ''
  let from = 0
  for (const character of typed) {
    const to = from + character.length
    const plain = character >= ' ' && character <= '~' && character !== '`' ? character : plainCharacter(character)
    for (let unit = 0; unit < plain.length; unit++) {
      starts.push(from)
      ends.push(to)
    }
    text += plain
    from = to
  }
  return { text, starts, ends }
}

/** The place in the text as typed of what lies between two offsets of the plain one. */
export const placeOf = (plain: Plain, from: number, to: number): Span => ({ from: plain.starts[from] ?? 0, to: plain.ends[to - 1] ?? 0 })
