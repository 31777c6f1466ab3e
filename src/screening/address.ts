/**
 * Where somebody lives: a full postcode together with the number of a house. A postcode alone, a street without a number and the addresses of
 * stations, halls and shops tell nothing about anybody.
 */
import { type Plain, type Span, placeOf } from './plain.ts'
import { unbroken } from './saying.ts'

const POSTCODE = new RegExp(
  unbroken(`(?<![\\p{L}\\p{N}])[a-z]{1,2} ?\\d[\\da-z]? {0,3}[\\do][a-z]{2}(?![\\p{L}\\p{N}])|
    (?<![\\p{L}\\p{N}])[a-z] [a-z] \\d (?:\\d )?\\d [a-z] [a-z](?![\\p{L}\\p{N}])`),
  'giu',
)

const NUMBER_WORDS =
  unbroken(`one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|
    thirty|forty|fifty`)
const NUMBER = `(?:\\d{1,4}[a-z]?(?: ?[-/] ?\\d{1,4}[a-z]?)?|(?:${NUMBER_WORDS})(?:[ -](?:${NUMBER_WORDS}))?)`
const MARKER = '(?:flat|apartment|apt|unit|plot|house|bungalow|caravan|no|num|number|#)'
/** "flat 6, 90", "number 8", "27", "house number 5": each number with what calls it one. */
const HOUSE = new RegExp(`(?<![\\p{L}\\p{N}.:£-])((?:(?:house|flat) )?${MARKER}[. ]{0,2})?(${NUMBER})(?![\\p{L}\\p{N}:%]|\\.\\d)`, 'giu')
const HOUSE_AFTER = new RegExp(
  unbroken(`^[\\s,.(-]{1,3}(?:the )?(?:house )?${MARKER}[. ]{0,2}${NUMBER}(?![\\p{L}\\p{N}:%]|\\.\\d)|
    ^[,(] {0,2}\\d{1,3}[a-z]?(?=[.,)]? {0,3}(?:$|\\n)|[.)] )`),
  'iu',
)

const STREETS =
  unbroken(`street|st|road|rd|lane|ln|close|cl|avenue|ave|av|drive|dr|crescent|cres|gardens|garden|gdns|court|ct|place|pl|terrace|row|way|walk|
    square|sq|hill|park|parade|rise|view|green|grove|mews|yard|cottage|cottages|house|houses|villas|villa|gate|bank|paddock|field|fields|
    meadow|meadows|chase|croft|end|fold|garth|drove|wharf|quay|quays|bridge|common|side|fee|wong|dale|lodge|barn|farm|buildings|mount|
    orchard|path|promenade|quadrant|ridge|spinney|strait|vale|wood|woods|boulevard|crofts|crossing|esplanade|flats|heights|highway|causeway|
    copse|glebe|moor|nook|pasture|ramper`)
const STREET = new RegExp(`^(?:${STREETS})$`, 'i')
const NAMED_STREET = /(?:gate|wick|croft|field|fields|way|side|bank)$/i
/** Words that stand in no address: with one of them, the number counts something else. */
const ELSE = new RegExp(
  unbroken(`^(?:in|to|past|near|via|from|is|was|are|were|be|has|have|had|not|no|for|who|that|which|than|every|each|all|about|after|before|until|
    till|since|around|round|between|through|with|without|outside|opposite|behind|towards|into|out|up|down|and|or|but|so|then|of|a|an|my|our|
    your|his|her|their|it|he|she|we|they|you|i|hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|times?|cars?|vans?|bikes?|lads?|kids?|
    men|people|officers?|pcsos?|lorries|sheds|houses|bus|buses|mph|miles?|metres?|pm|am|oclock|noon|percent|quid|pounds?|went|go|goes|going|
    get|got|lost|stolen|parked|closed|only|just)$`),
  'i',
)
const BODY = new RegExp(
  unbroken(`^(?:station|library|hall|surgery|centre|center|school|academy|college|church|chapel|hospital|shop|store|pub|inn|
    arms|cafe|office|offices|hq|headquarters|hub|club|museum|theatre|pharmacy|dentist|garage|gym|bank|hotel)$`),
  'i',
)
const BODY_BEFORE = new RegExp(
  unbroken(`(?<!\\p{L})(?:station|library|hall|surgery|centre|school|academy|college|church|hospital|pub|inn|arms|
    cafe|offices?|hq|headquarters|hub|club|museum|theatre|pharmacy)(?:[,:( -]{1,3}(?:at |is at )?)$`),
  'iu',
)
const BESIDE = /(?<!\p{L})(?:opposite|near|nr|behind|above|beside|by|next to|next door to|past|from|across from)(?: \p{L}{1,12}){0,4}[,:( -]{1,3}$/iu

export function addressesIn(plain: Plain): Span[] {
  const { text } = plain
  const found: Span[] = []
  let least = 0
  for (const match of text.matchAll(POSTCODE)) {
    const end = match.index + match[0].length
    const from = houseBefore(text, Math.max(least, match.index - 100), match.index)
    const to = houseAfter(text, end)
    if (from !== null || to !== null) found.push(placeOf(plain, from ?? match.index, to ?? end))
    least = to ?? end
  }
  return found
}

function houseAfter(text: string, end: number): number | null {
  const after = HOUSE_AFTER.exec(text.slice(end, end + 40))
  return after ? end + after[0].length : null
}

/** Where the address begins whose postcode stands at `end`, or null. */
function houseBefore(text: string, least: number, end: number): number | null {
  const window = text.slice(least, end)
  let from: number | null = null
  for (const match of [...window.matchAll(HOUSE)].toReversed()) {
    const numberEnd = match.index + match[0].length
    const until = from === null ? window.length : from - least
    const isFirst = from === null && leadsToPostcode(window.slice(0, match.index), match[1], window.slice(numberEnd, until))
    const isFurther = from !== null && match[1] !== undefined && /^(?:[ ,]{1,3}\p{L}{2,15}){0,3}[ ,]{0,3}$/u.test(window.slice(numberEnd, until))
    if (isFirst || isFurther) from = least + match.index
  }
  return from
}

const TIME_BEFORE = new RegExp(
  unbroken(`(?<!\\p{L})(?:(?<!live |lives |living |house |am |im |i'm |we're |were |is )at|by|until|till|before|
    after|about|around|bus|route|since|junction|exit|page|room|over|under|top|age|aged|pc|pcso)[ .]{1,2}$`),
  'iu',
)

/** Do the words between a number and a postcode make an address of them? */
function leadsToPostcode(before: string, marker: string | undefined, between: string): boolean {
  const words = between.split(/[\s,.()-]{1,10}/).filter((word) => word !== '')
  if (words.length > 9) return false
  const isMarked = marker !== undefined
  if (words.length === 0) return isMarked || !TIME_BEFORE.test(before)
  if (isMarked && words.length === 1 && /^(?:at|in)$/i.test(words[0] ?? '')) return !/^n/i.test(marker)
  if (words.some((word) => ELSE.test(word.replace("'", '')))) return false
  if (isBody(before, words)) return false
  const street = words.findIndex(
    (word, index) => STREET.test(word) || (index > 0 && NAMED_STREET.test(word)) || /^(?:the|high|saint)$/i.test(words[index - 1] ?? ''),
  )
  if (street >= 0) return street <= 5 && words.length - street <= 5
  return isMarked ? words.length <= 4 : /^ {0,2},/.test(between) && words.length <= 5 && words.every((word) => /^[\p{L}']{2,20}$/u.test(word))
}

/** A hall, a station, a shop: everybody may know where it is. "Church" in "Church Lane" is none. */
function isBody(before: string, words: readonly string[]): boolean {
  if (BODY_BEFORE.test(before) && !BESIDE.test(before)) return true
  return words.some((word, index) => index > 0 && BODY.test(word) && !STREET.test(words[index + 1] ?? '') && !STREET.test(word))
}
