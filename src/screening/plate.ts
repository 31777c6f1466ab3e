/**
 * UK number plates of every age, as people write them. What is also a road, a postcode or a few short words needs a word like "reg" beside it.
 */
import { type Plain, type Span, placeOf } from './plain.ts'
import { unbroken } from './saying.ts'

const GAP = '[ .\\-_]{0,2}'
const EDGE = '(?<![\\p{L}\\p{N}])'
const END = '(?![\\p{L}\\p{N}])'
const shape = (source: string): RegExp => new RegExp(`${EDGE}${source}${END}`, 'giu')

/** AB12 CDE, since 2001. */
const CURRENT = shape(`([a-z]{2})(${GAP})(\\d[\\do])(${GAP})([a-z]{3})`)
const SPACED_OUT = shape('([a-z])[ .-]([a-z])[ .-](\\d)[ .-]([\\do])[ .-]([a-z])[ .-]([a-z])[ .-]([a-z])')
/** A123 BCD, 1983 to 2001. */
const PREFIX = shape(`([a-hj-npr-y])(${GAP})(\\d{1,3})(${GAP})([a-z]{3})`)
/** ABC 123D, 1963 to 1983. */
const SUFFIX = shape(`([a-z]{3})(${GAP})(\\d{1,3})(${GAP})([a-hj-npr-y])`)
/** JRV 482 or 5 DJK: older ones, and those that people buy. */
const DATELESS = new RegExp(`${EDGE}(?:([A-Z]{1,3})(${GAP})(\\d{1,4})|(\\d{1,4})(${GAP})([A-Z]{1,3}))${END}`, 'gu')

const NAMED_BEFORE = new RegExp(
  unbroken(`(?<!\\p{L})(?:reg|regs|registration|registrations|plate|plates|number ?plate|index|vrn|
    vrm)(?!\\p{L})(?: ?(?:no|number|is|was|of|:|the|as))?[^\\p{L}\\n]{0,6}(?:\\p{L}{1,12}[^\\p{L}\\n]{1,3}){0,2}$`),
  'iu',
)
const NAMED_AFTER = /^[ ,.-]{0,3}(?:on|is|was)? ?(?:the|his|her|its|a)? ?(?:number ?plate|plate|reg|registration)(?!\p{L})/iu

const listed = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s{1,20}/))

const TWO = listed(`
  ad ah am an as at ay be by do eh er ex go ha he hi if in is it la lo ma me mr ms my no of oh ok on or ow ox pa pc pm ps re so tv uk um un
  up us vs we wc dc ds di st rd dr
`)
const THREE = listed(`
  ace act add ads age ago aid aim air ale all and ant any ape apr arc are arm art ask ate aug aww bad bag ban bar bat bay bed bee beg bet
  bid big bin bit box boy bud bug bum bun bus but buy bye cab can cap car cat cop cos cow cry cub cup cut dad dam day dec den did die dig
  dim dip dog don dot dry due dug ear eat egg ego end era eve eye fan far fat fax feb fed fee few fig fit fix fly fog for fox fri fun fur
  gap gas gel get god got gum gun gut guy gym had ham has hat hay hen her hey hid him hip his hit hot how hub hug hum hut ice ill inc ink
  inn its jab jam jan jar jaw jet job jog joy jul jun kid kin kit lad lap law lay led leg let lid lie lip lit log lol lot low mad man map
  mar mat max may men met mid min mix mob mom mon mop mot mph mud mug mum nan nap net new nhs nil nor not nov now nut oak oct odd off oil
  old one our out owe owl own pad pal pan pay pcs pen per pet pew pie pig pin pit pls pod pop pot pro pub put ran rat raw ray rec red ref
  rev rib rid rim rip rob rod row rub rug run sad sat saw say sea see sep set sew she shy sin sip sir sit six sky sly sob son spa spy sub
  sue sum sun tab tag tan tap tax tea ten the thu tie tin tip toe ton too top tow toy try tub tue two use van vat via vet wad war was wax
  way web wed wet who why wig win wit won wow yes yet you zip zoo kms cms fps hrs hgv raf itv bbc ltd dvd usb rpm sec pts pcc npt
`)
/** 20p, 30m, 5k: a number with its unit. */
const UNIT = /^[pmkghcsx]$/

export function platesIn(plain: Plain): Span[] {
  const { text } = plain
  const found = [
    ...text.matchAll(SPACED_OUT),
    ...[...text.matchAll(CURRENT)].filter((match) => isNamed(text, match) || isCurrent(match)),
    ...[...text.matchAll(PREFIX)].filter((match) => !THREE.has(small(match[5])) && (isNamed(text, match) || isPrefix(match))),
    ...[...text.matchAll(SUFFIX)].filter((match) => !THREE.has(small(match[1])) && !isWordAfter(match) && (isNamed(text, match) || isSuffix(match))),
    ...[...text.matchAll(DATELESS)].filter((match) => isNamed(text, match) && !isWord(small(match[1] ?? match[6]))),
  ]
  return found.map((match) => placeOf(plain, match.index, match.index + match[0].length))
}

const small = (letters: string | undefined): string => (letters ?? '').toLowerCase()
const isWord = (letters: string): boolean => TWO.has(letters) || THREE.has(letters)

/** Does the text call it a plate? */
function isNamed(text: string, match: RegExpExecArray): boolean {
  const end = match.index + match[0].length
  return NAMED_BEFORE.test(text.slice(Math.max(0, match.index - 45), match.index)) || NAMED_AFTER.test(text.slice(end, end + 30))
}

/** "at 12 the" is three words, "AB12 CDE" is none. */
function isCurrent([, area, first, , second, letters]: RegExpExecArray): boolean {
  const words = [TWO.has(small(area)), THREE.has(small(letters))]
  if (first === '' && second === '') return !words.every(Boolean) && !/^(?:mph|kms|min|hrs)$/.test(small(letters))
  if (first === '') return !words.every(Boolean) && !(words[1] === true && letters === small(letters))
  return !words.some(Boolean)
}

/** Roads and rooms look like the beginning of one, so small letters are not enough where a vowel makes a word of them. */
function isPrefix([, letter, , , , letters]: RegExpExecArray): boolean {
  const isLoud = letters === letters?.toUpperCase()
  return isLoud || (letter === small(letter) && !/^[^aeiou]?[aeiouy][^aeiou]?$/.test(small(letters)))
}

/** The letter is a word of its own: "JRV 482 a grey Morris". */
const isWordAfter = ([, , , , apart, last = '']: RegExpExecArray): boolean => apart === ' ' && /^[a-z]$|^[AI]$/.test(last)

function isSuffix([, letters, , , , last]: RegExpExecArray): boolean {
  const isLoud = letters === letters?.toUpperCase() && last === last?.toUpperCase()
  return isLoud || !UNIT.test(small(last))
}
