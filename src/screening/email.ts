/** Email addresses, plain or disguised as people do it: "jo (at) example (dot) com". Addresses of public bodies are no secret. */
import { type Plain, type Span, placeOf } from './plain.ts'
import { unbroken } from './saying.ts'

const DOT_WORD = ' {0,2}[([{<]? {0,2}dot {0,2}[)\\]}>]? {0,2}'
const DOT = `(?:\\.| \\. |${DOT_WORD})`
const PIECE = "[\\p{L}\\p{N}_%+'-]{1,64}"
const LOCAL = `${PIECE}(?:(?:\\.{1,2}| (?:dot|underscore|dash|hyphen|plus) )${PIECE}){0,4}`
const LABEL = '[\\p{L}\\p{N}-]{1,63}'
/** The last parts of addresses that people have here. */
const ENDINGS =
  unbroken(`com|org|net|uk|info|biz|eu|io|me|co|edu|gov|de|pl|lt|lv|ro|pt|bg|ie|fr|es|it|nl|us|ca|au|nz|in|pk|app|dev|online|site|email|live|xyz|tv|
    scot|wales|cymru|london|test|example`)

/** A comma for the dot is a slip of a thumb. */
const SLIPPED = new RegExp(`${LOCAL}@${LABEL},(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'giu')
/** Tight around "@": whatever comes after the last dot. */
const TIGHT = new RegExp(`${LOCAL}@${LABEL}(?:\\.${LABEL}){0,4}\\.\\p{L}{2,24}`, 'giu')
/** With spaces, brackets or "dot": only with an ending that is known. */
const SPACED_AT = ' {0,2}[([{<]? {0,2}@ {0,2}[)\\]}>]? {0,2}| {0,2}[([{<] {0,2}at {0,2}[)\\]}>] {0,2}'
const LOOSE = new RegExp(`(?:${PIECE} \\. )?${LOCAL}(?:${SPACED_AT})${LABEL}(?:${DOT}${LABEL}){0,3}${DOT}(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'giu')
const SPOKEN = new RegExp(
  `(?<![\\p{L}\\p{N}])${LOCAL} at ${LABEL}(?:(?:\\.|${DOT_WORD})${LABEL}){0,3}${DOT_WORD}(?:${ENDINGS})(?![\\p{L}\\p{N}])`,
  'giu',
)

/** "jo AT example.com": a loud "at" is meant as the sign. */
const LOUD = new RegExp(`(?<![\\p{L}\\p{N}])[\\p{Ll}\\p{N}._-]{1,64} AT ${LABEL}(?:\\.${LABEL}){0,3}\\.(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'gu')
/** "jo-at-example-dot-com" */
const HYPHENED = /(?<![\p{L}\p{N}])[\p{L}\p{N}.]{1,40}[-_]at[-_][\p{L}\p{N}]{1,40}(?:[-_]dot[-_][\p{L}\p{N}]{1,20}){1,3}/giu

const PUBLIC_BODY = /(?:^|\.)(?:police\.uk|gov\.uk|nhs\.uk|nhs\.net|parliament\.uk|mod\.uk|service\.gov\.uk)$/
/** "Look at example dot com" names a site. */
const NOT_SOMEBODY = new RegExp(
  unbroken(`^(?:look|looked|looking|see|saw|seen|go|went|visit|click|shop|buy|bought|online|available|found|find|
    read|report|reported|check|website|page|site|it|is|was|me|us|them|there|details|more|info|sold|book|booked|sign|signed|order|ordered|watch|up|
    out)$`),
  'i',
)

const domainOf = (address: string): string =>
  address
    .replace(/^.{0,400}?(?:@|[([{<] {0,2}at {0,2}[)\]}>]|[ _-]at[ _-])/iu, '')
    .replace(/[([{<]? {0,2}(?<![\p{L}\p{N}])dot(?![\p{L}\p{N}]) {0,2}[)\]}>]?/giu, '.')
    .replace(/[^\p{L}\p{N}.-]/gu, '')
    .toLowerCase()

export function emailsIn(plain: Plain): Span[] {
  const tight = [...plain.text.matchAll(TIGHT)]
  const loose = [...plain.text.matchAll(LOOSE)]
  const spoken = [...plain.text.matchAll(SPOKEN)].filter(([words]) => !NOT_SOMEBODY.test(words.split(' ', 1)[0] ?? ''))
  const others = [SLIPPED, LOUD, HYPHENED].flatMap((each) => [...plain.text.matchAll(each)])
  return [...tight, ...loose, ...spoken, ...others]
    .filter(([words]) => !PUBLIC_BODY.test(domainOf(words)))
    .map((match) => placeOf(plain, match.index, match.index + match[0].length))
}
