/**
 * Words and patterns that the press office keeps: read line by line, and looked for in a text in one pass, however many there are.
 * Whole words only; capitals, accents and letters that look like others make no difference. `*` stands for any letters, `#` for a digit.
 */
import { plainForm } from '../accounts/look-alike.ts'

export const MOST_LINES = 2000
const LONGEST_LINE = 100
const MOST_STARS = 5

/** After so many nobody looks further: one is enough to hold, and a page that marks more says nothing. */
export const MOST_HITS = 200
// What bounds the work, whatever somebody sends: of a longer "word" only its beginning is looked at, and of letters starred out only so many.
const LONGEST_WORD = 64
const MOST_MASKED = 8
const MOST_MASKED_IN_ALL = 100

/** Where a pattern was found: UTF-16 offsets in the text as typed. `pattern` is its line as it was written. */
export interface Hit {
  pattern: string
  from: number
  to: number
  words: string
}

/** A letter of a tree in which all patterns stand: those that begin alike share their way. */
interface Step {
  next: Map<string, Step>
  /** A step that stays while letters go by. */
  loops: boolean
  /** The line that ends here. */
  line: string | null
}
export type Matcher = Step

const newStep = (loops = false): Step => ({ next: new Map(), loops, line: null })

/** The lines that say something, trimmed. */
export const linesOf = (patterns: string): string[] =>
  patterns
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** What is wrong with a list of patterns, line by line, in words; empty when nothing is. */
export function faultsIn(patterns: string): string[] {
  const lines = patterns.split('\n')
  if (linesOf(patterns).length > MOST_LINES) return [`A list has at most ${MOST_LINES.toLocaleString('en-GB')} lines`]
  const seen = new Set<string>()
  return lines.flatMap((line, index) => {
    const folded = foldPattern(line)
    const fault = line.trim() === '' ? null : (faultOf(line, folded) ?? (seen.has(folded) ? 'it stands in the list already' : null))
    seen.add(folded)
    return fault ? [`Line ${index + 1} (“${line.trim().slice(0, 40)}”): ${fault}`] : []
  })
}

function faultOf(line: string, folded: string): string | null {
  if (line.length > LONGEST_LINE) return `it must have ${LONGEST_LINE} characters or fewer`
  const strange = /[^\p{L}\p{M}\p{N}\s*#'’‘-]/u.exec(line)
  if (strange) return `“${strange[0]}” is no part of a word. Use letters, digits, spaces, hyphens, * and #`
  if ((folded.match(/\*/g)?.length ?? 0) > MOST_STARS) return `it has more than ${MOST_STARS} stars`
  // One letter and a star would be found in nearly every text.
  return folded.replace(/[* ]/g, '').length < 2 ? 'it needs at least two letters or digits' : null
}

/** A pattern in the form in which it is looked for: plain small letters, single spaces, no two stars in a row. */
function foldPattern(line: string): string {
  const plain = [...line].map((letter) => (/[*#0-9]/.test(letter) ? letter : /['’‘]/.test(letter) ? '' : plainForm(letter))).join('')
  return plain
    .replace(/[^\p{L}\p{N}*#]+/gu, ' ')
    .replace(/\*+/g, '*')
    .trim()
}

/** Reads the lines into one tree. Lines that say nothing are passed over. */
export function compilePatterns(lines: readonly string[]): Matcher {
  const root = newStep()
  for (const line of lines) {
    let step = root
    for (const letter of foldPattern(line)) {
      const next = step.next.get(letter) ?? newStep(letter === '*')
      step.next.set(letter, next)
      step = next
    }
    if (step !== root) step.line ??= line
  }
  return root
}

/** A letter of the text as it is compared: itself, and the letter that a digit or sign stands for; a space between words. */
interface Letter {
  signs: string[]
  from: number
  to: number
}

/** What the patterns find in a text, in its order, at most `MOST_HITS`. The same words are found once for each pattern. */
export function findPatterns(matcher: Matcher, text: string): Hit[] {
  if (matcher.next.size === 0) return []
  const hits: Hit[] = []
  const letters = lettersOf(text)
  // Each step that is reached, with where its way began; of two ways to one step the earlier is kept.
  let reached = new Map<Step, number>()
  for (const [index, letter] of letters.entries()) {
    const space = isSpace(letter)
    if (!space && (index === 0 || isSpace(letters[index - 1]))) enter(reached, matcher, letter.from)
    reached = advance(reached, letter, space)
    const following = letters[index + 1]
    if (!space && (following === undefined || isSpace(following))) hits.push(...endedAt(reached, text, letter.to))
    if (hits.length >= MOST_HITS) break
  }
  return hits.slice(0, MOST_HITS).toSorted((one, other) => one.from - other.from || one.to - other.to)
}

const isSpace = (letter: Letter | undefined): boolean => letter?.signs[0] === ' '

/** A star may stand for no letter at all: whoever comes before one is behind it too. */
function enter(reached: Map<Step, number>, step: Step, from: number): void {
  if ((reached.get(step) ?? Infinity) <= from) return
  reached.set(step, from)
  const star = step.next.get('*')
  if (star) enter(reached, star, from)
}

function advance(reached: Map<Step, number>, { signs }: Letter, space: boolean): Map<Step, number> {
  const next = new Map<Step, number>()
  for (const [step, from] of reached) {
    if (step.loops && !space) enter(next, step, from)
    for (const following of stepsBehind(step, signs)) enter(next, following, from)
  }
  return next
}

function stepsBehind(step: Step, signs: readonly string[]): Step[] {
  const [sign = ''] = signs
  // What somebody has starred out may be any letter.
  if (sign === '*') return [...step.next.values()]
  const digit = /^[0-9]$/.test(sign) ? ['#'] : []
  return [...signs, ...digit].flatMap((letter) => step.next.get(letter) ?? [])
}

const endedAt = (reached: Map<Step, number>, text: string, to: number): Hit[] =>
  [...reached].flatMap(([{ line }, from]) => (line === null ? [] : [{ pattern: line, from, to, words: text.slice(from, to) }]))

/** Signs that people put in place of letters, inside a word only: "**word**" is one in bold, "word!" one with a mark behind it. */
const MASKS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '!': 'i', '*': '*' }
const MASKED = /(?<=[\p{L}\p{N}])(?:[*@!$]+(?=[\p{L}\p{N}])|\$+)/gu

const masksIn = (text: string): Set<number> =>
  new Set([...text.matchAll(MASKED)].flatMap(({ index, 0: run }) => Array.from(run, (_sign, place) => index + place)))

/** The words of a text, letter by letter, with one space between them. Marks, apostrophes and invisible characters are no letters and part nothing. */
function lettersOf(text: string): Letter[] {
  const letters: Letter[] = []
  const masks = masksIn(text)
  let from = 0
  let long = 0
  let masked = 0
  let maskedInAll = 0
  for (const character of text) {
    const to = from + character.length
    const signs = masks.has(from) ? (MASKS[character] ?? ' ') : signsOf(character)
    if (signs === ' ') {
      if (letters.length > 0 && !isSpace(letters.at(-1))) letters.push({ signs: [' '], from, to })
      long = 0
      masked = 0
    } else if (long < LONGEST_WORD && (signs !== '*' || (masked++ < MOST_MASKED && maskedInAll++ < MOST_MASKED_IN_ALL))) {
      for (const sign of signs) letters.push({ signs: [sign], from, to })
      long += signs.length
    }
    from = to
  }
  return withLookAlikes(letters)
}

function signsOf(character: string): string {
  if (/[a-z0-9]/.test(character)) return character
  if (/[A-Z]/.test(character)) return character.toLowerCase()
  if (/['’‘\p{M}\p{Cf}]/u.test(character)) return ''
  return /[\p{L}\p{N}]/u.test(character) ? plainForm(character).replace(/[^\p{L}\p{N}]/gu, '') : ' '
}

/** A digit in a word with letters may stand for a letter ("1d10t"); a number is a number. */
function withLookAlikes(letters: Letter[]): Letter[] {
  let lettered = false
  for (let end = letters.length - 1, index = end; index >= -1; index--) {
    const letter = letters[index]
    if (letter !== undefined && !isSpace(letter)) {
      lettered ||= !/[0-9*]/.test(letter.signs[0] ?? '')
      continue
    }
    if (lettered) for (let place = index + 1; place <= end; place++) addLookAlike(letters[place])
    end = index - 1
    lettered = false
  }
  return letters
}

function addLookAlike(letter: Letter | undefined): void {
  const [sign = ''] = letter?.signs ?? []
  if (letter && /[0-9]/.test(sign)) letter.signs = sign === '1' ? ['1', 'l', 'i'] : [sign, plainForm(sign)]
}
