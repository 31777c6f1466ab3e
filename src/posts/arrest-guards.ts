/**
 * Holds the words of each field of an arrest to what the field is for, so that no name and no address can stand in another. What no rule
 * can tell (a surname in small letters, a first word) is for the second person to see.
 */

const LETTERS = /^\p{L}[\p{L}\p{M}' ’-]*$/u
// Words that introduce a person, or where a person lives.
const PERSON = /\b(?:named|called|known as|aka|alias|mr|mrs|ms|miss|mx|master|dr|sir|lady|lord|rev|son of|daughter of|wife of|husband of)\b/iu
// Roads are called after lords and ladies; people at a place are not said at all.
const PERSON_THERE = /\b(?:named|called|known as|mr|mrs|ms|miss)\b/iu
const HOME = /\b(?:home|house|flat|address|bungalow) of\b/iu
const STREET = /\s(?:road|rd|street|st|close|avenue|ave|lane|drive|crescent|terrace|gardens|grove|way|walk|court|place|square|row|mews)$/iu
// Capital letters that are no name: short forms, and the words that the titles of laws are made of.
const SHORT = new Set(['A', 'B', 'C', 'GBH', 'ABH', 'TWOC', 'LSD', 'MDMA', 'GHB', 'BB', 'HGV', 'UK', 'EU', 'VAT', 'CS', 'PCP'])
const LAW = new Set(
  'act section order theft public road traffic misuse drugs criminal justice damage sexual offences against person fraud firearms crown court'.split(
    ' ',
  ),
)
/** Capital letters where none belong: a name begins like that. The first word and well-known short forms may have them. */
const isNameLike = (word: string, at: number): boolean => at > 0 && /^\p{Lu}/u.test(word) && !SHORT.has(word)

const wordsIn = (text: string): string[] => text.split(/[^\p{L}\p{M}'’]+/u).filter((word) => word !== '')

// "By" begins a name, but for the offences that have the word in their own.
const BY_SOMEBODY = /\bby (?!dangerous|careless|false|abuse|failing|unlawful|driving|threat|deception|fire|an? )\p{L}/iu

export function natureProblem(text: string): string | null {
  if (!/^[\p{L}\p{M}' ’,/-]+$/u.test(text)) return 'Describe the offence in letters only, for example burglary, or possession of a class A drug'
  return PERSON.test(text) || BY_SOMEBODY.test(text) || wordsIn(text).some(isNameLike)
    ? 'Describe the offence alone, in small letters and without any names, for example burglary of a shop'
    : null
}

export function chargeProblem(text: string): string | null {
  if (!/^[\p{L}\p{M}\d' ’,/().;-]+$/u.test(text)) return 'Write the charge in letters, numbers and simple punctuation'
  const named = PERSON.test(text) || wordsIn(text).some((word, at) => isNameLike(word, at) && !LAW.has(word.toLowerCase()))
  return named ? 'Write the charge in small letters and without the names of people or places, for example two counts of burglary' : null
}

export function placeProblem(text: string): string | null {
  if (!/^[\p{L}\p{M}\d' ’,&.-]+$/u.test(text)) return 'Write the place in letters, for example Newark Road, Lincoln'
  // Numbers belong to roads here (A15, B1188): any other is part of an address.
  if (/\d/.test(text.replace(/\b[ABM]\d{1,4}\b/g, '')) || PERSON_THERE.test(text) || HOME.test(text))
    return 'Give the street or area only, without a house number, a postcode or whose home it is'
  return null
}

export function townProblem(text: string): string | null {
  // "John Smith of Hykeham" is a person; the Isle of Axholme is a place.
  const general =
    !/(?<!^isles?) of /i.test(text) && LETTERS.test(text) && !STREET.test(text) && !PERSON_THERE.test(text) && text.split(' ').length <= 4
  return general ? null : 'Give the town, village or area only, in letters, for example North Hykeham'
}

export const courtProblem = (text: string): string | null =>
  /\bcourts?$/iu.test(text) && LETTERS.test(text) ? null : 'Enter the full name of the court, for example Lincoln Magistrates’ Court'

export const nameProblem = (text: string): string | null => (LETTERS.test(text) ? null : 'Write the name in letters, without a title or a nickname')

export const byProblem = (text: string): string | null =>
  text.split(' ').length >= 2 && /^[\p{L}\p{M}\d' ’.,-]+$/u.test(text) ? null : 'Enter the rank and the name of who authorised it'

export const reasonProblem = (text: string): string | null => (text.length >= 20 ? null : 'Say why it is needed in at least 20 characters')

const CALENDAR =
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b/giu

/** Could a person be named in these sentences, as far as one can tell? `known` are words that stand in the post anyway. */
export function mayNameSomebody(text: string, known: readonly string[]): boolean {
  const rest = known.reduce((text, words) => text.replaceAll(words, 'so'), text).replace(CALENDAR, 'so')
  const names = (sentence: string) => wordsIn(sentence).some((word, at) => isNameLike(word, at) && !LAW.has(word.toLowerCase()))
  return PERSON.test(rest) || rest.split(/[.!?]\s+/).some(names)
}
