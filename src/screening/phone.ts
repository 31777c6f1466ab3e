/**
 * Phone numbers of people, plain or disguised: spaced out, with dots and dashes, the letter O for 0, or spoken ("oh seven seven double oh…").
 * Numbers that organisations publish (101, 0800, 03…) are no secret, and reference numbers are none.
 */
import { type Plain, type Span, placeOf } from './plain.ts'
import { unbroken } from './saying.ts'

interface Piece extends Span {
  digits: string
  /** Spelled as digits, not as words. */
  isFigures: boolean
}

const DIGIT_WORDS: Readonly<Record<string, string>> = {
  zero: '0',
  nought: '0',
  oh: '0',
  o: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  hundred: '00',
  thousand: '000',
}
const TIMES: Readonly<Record<string, number>> = { double: 2, triple: 3, treble: 3 }
const PIECES = new RegExp(
  unbroken(`(?<![\\p{L}\\p{N}])(?:zero|nought|oh|one|two|three|four|five|six|seven|eight|nine|hundred|thousand|double|
    triple|treble|[\\doil|]{1,20})(?![\\p{L}\\p{N}])`),
  'giu',
)
/** What people put between the parts of a number. */
const BETWEEN = /^[\s.\-_/*,()[\]·+]{1,5}$/

/** Lists of pieces that stand together. */
function runsIn(text: string): Piece[][] {
  const runs: Piece[][] = []
  let run: Piece[] = []
  let times = 1
  let from = -1
  for (const match of text.matchAll(PIECES)) {
    const before = run.at(-1)
    const word = match[0].toLowerCase()
    const isApart = before !== undefined && times === 1 && !BETWEEN.test(text.slice(before.to, match.index))
    if (isApart) [run, times] = [[], 1]
    if (run.length === 0) runs.push(run)
    if (TIMES[word]) {
      ;[times, from] = [TIMES[word], match.index]
      continue
    }
    const digits = DIGIT_WORDS[word] ?? figuresOf(word)
    if (digits === null) {
      ;[run, times] = [[], 1]
      continue
    }
    run.push({ digits: digits.repeat(times), isFigures: /\d/.test(word), from: times > 1 ? from : match.index, to: match.index + word.length })
    times = 1
  }
  return runs.filter((pieces) => pieces.length > 0)
}

/** "9OOI23" is 900123; letters alone are letters. */
function figuresOf(word: string): string | null {
  if (!/\d/.test(word)) return /^o{1,3}$/.test(word) ? '0'.repeat(word.length) : null
  return word.replaceAll('o', '0').replace(/[il|]/g, '1')
}

const REFERENCE = new RegExp(
  unbroken(`(?:ref|reference|isbn|order|account|serial|tracking|parcel|invoice|planning|application|crime|incident|
    case|log|grid|imei)[ .:#]{0,3}(?:number|num|no|ref|id|is)?[ .:#]{0,3}$`),
  'i',
)
const MONEY = /[£$€#]$/

export function phonesIn(plain: Plain): Span[] {
  const { text } = plain
  return [...runsIn(text).flatMap((run) => numbersIn(text, run)), ...localNumbersIn(text)].map(({ from, to }) => placeOf(plain, from, to))
}

function numbersIn(text: string, run: readonly Piece[]): Span[] {
  const found: Span[] = []
  for (let first = 0; first < run.length; first++) {
    const last = endOfNumber(text, run, first)
    const [begin, end] = [run[first], run[last]]
    if (!begin || !end || last < first) continue
    found.push({ from: opened(text, begin.from, end.to), to: end.to })
    first = last
  }
  return found
}

/** The index of the last piece of the number that begins with this one, or -1. */
function endOfNumber(text: string, run: readonly Piece[], first: number): number {
  const start = run[first]
  if (!start || !/^[04]|^\d/.test(start.digits)) return -1
  const before = text.slice(Math.max(0, start.from - 25), start.from)
  if (MONEY.test(before) || REFERENCE.test(before)) return -1
  const isAbroad = /\+[ (]{0,2}$/.test(before)
  let digits = ''
  let longest = -1
  for (let index = first; index < run.length && digits.length < 16; index++) {
    digits += run[index]?.digits ?? ''
    if (isNumber(digits, isAbroad) && hasLayout(run.slice(first, index + 1), digits)) longest = index
  }
  return longest
}

function isNumber(digits: string, isAbroad: boolean): boolean {
  if (isAbroad) return /^44(?:0?[127]\d{8,9})$/.test(digits) || (!digits.startsWith('44') && /^[1-9]\d{8,14}$/.test(digits))
  return /^(?:0(?:0440?[127]\d{9}|7\d{9}|1\d{8,9}|2\d{9})|4407\d{9}|447\d{9})$/.test(digits)
}

/** Dates, scores and lottery numbers have small parts; a phone number begins with a longer one, or is spaced out evenly. */
function hasLayout(pieces: readonly Piece[], digits: string): boolean {
  const sizes = pieces.map(({ digits: part }) => part.length)
  const [size = 0] = sizes
  if (pieces.some(({ isFigures }) => !isFigures)) return digits.length >= 10 && (digits.startsWith('07') || digits.length === 11)
  if (sizes.every((each) => each === 1)) return digits.length >= 11
  if (size >= 4) return true
  if (size === 3) return digits.length >= 11
  return /^(?:07|44|02)/.test(digits) && digits.length >= 11 && sizes.length <= 7 && Math.max(...sizes) >= 3
}

/** With the "+" or the bracket before it. */
function opened(text: string, from: number, to: number): number {
  const mark = /(?:\(?\+ ?\(?|\()$/.exec(text.slice(Math.max(0, from - 4), from))
  if (!mark) return from
  const isBracket = mark[0].startsWith('(')
  return isBracket && !text.slice(from, to).includes(')') ? from : from - mark[0].length
}

/** Six digits after "ring" or "phone" and a town, as people of one exchange write. */
function localNumbersIn(text: string): Span[] {
  const calls =
    /(?<!\p{L})(?:ring|call|phone|fone|tel|telephone|dial)\.?:?(?: [\p{L}]{1,20}){0,3} ([2-9]\d{2}[ -]?\d{3})(?![\d\p{L}]|[ -]?\d|[.,]\d)/giu
  return [...text.matchAll(calls)].map((match) => {
    const to = match.index + match[0].length
    return { from: to - (match[1]?.length ?? 0), to }
  })
}
