/**
 * Postcodes: what people type, and where a whole one lies. A postcode can be one building: never log it.
 */
import { eq, sql } from 'drizzle-orm'
import { prepared, type Database } from '../database/database.ts'
import { areaOfPostcode, isPostcodeArea } from './postcode-areas.ts'
import { postcodes } from './schema.ts'

export interface FullPostcode {
  kind: 'full'
  /** As stored: `LN42LE`. */
  key: string
  /** As shown: `LN4 2LE`. */
  display: string
  /** The letters in front: `LN`. */
  area: string
}

/** The beginning of a postcode (`LN4`, `LN4 2`, `LN4 2L`): an area, not a place. */
export interface PartialPostcode {
  kind: 'partial'
  prefix: string
  display: string
  area: string
  /** How many characters a key that is meant can have: `LN1` does not mean `LN10 1AA`. The likeliest first. */
  lengths: number[]
}

export interface Postcode {
  key: string
  display: string
  /** Null where no position is known. */
  point: { lat: number; lng: number } | null
  quality: number
  wardCode: string | null
  districtCode: string | null
  forceCode: string | null
  /** The month in which it was abolished, `YYYYMM`; people still type it. */
  terminated: string | null
}

const LONGEST = 200
const OUTWARD = /^(?:[A-Z]{1,2}[0-9][A-Z0-9]?|GIR)$/
// A letter O or I where a digit must stand is a slip of the finger, not another postcode.
const INWARD = /^([0-9OI])([ABD-HJLNP-UW-Z]{2})$/
const WITHIN_TEXT = /(?:^|[^A-Z0-9])([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9OI][ABD-HJLNP-UW-Z]{2})$/

/**
 * Reads what somebody typed, whatever its spacing and letter case; also an address that ends with a postcode.
 * Null when it is neither a postcode nor the beginning of one: a place name, perhaps.
 */
export function parsePostcode(text: string): FullPostcode | PartialPostcode | null {
  if (text.length > LONGEST) return null
  const words = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  const joined = words.replaceAll(' ', '')
  return fullOf(joined.slice(0, -3), joined.slice(-3)) ?? partialOf(words) ?? fullWithin(words)
}

function fullOf(outward: string, inward: string): FullPostcode | null {
  const match = INWARD.exec(inward)
  if (!match || !OUTWARD.test(outward)) return null
  const key = `${outward}${digitOf(match[1])}${match[2]}`
  return { kind: 'full', key, display: displayPostcode(key), area: areaOfPostcode(key) }
}

function fullWithin(words: string): FullPostcode | null {
  const match = WITHIN_TEXT.exec(words)
  return match?.[1] && match[2] ? fullOf(match[1], match[2]) : null
}

function partialOf(words: string): PartialPostcode | null {
  const [outward = '', inward, ...more] = words.split(' ')
  if (more.length > 0 || !isPostcodeArea(areaOfPostcode(outward))) return null
  if (inward === undefined) return withoutSpace(outward)
  if (!OUTWARD.test(outward) || !/^[0-9OI][ABD-HJLNP-UW-Z]?$/.test(inward)) return null
  return partial(outward, `${digitOf(inward[0])}${inward.slice(1)}`, [outward.length + 3])
}

/** Without a space `LN42` may be the district LN42 or the beginning of LN4 2..: the reader finds out which of them exists. */
function withoutSpace(text: string): PartialPostcode | null {
  if (OUTWARD.test(text)) return partial(text, '', /[0-9]{2}$/.test(text) ? [text.length + 3, text.length + 2] : [text.length + 3])
  const split = /^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]?)$/.exec(text)
  return split?.[1] && split[2] ? partial(split[1], split[2], [split[1].length + 3]) : null
}

function partial(outward: string, inward: string, lengths: number[]): PartialPostcode {
  return {
    kind: 'partial',
    prefix: outward + inward,
    display: inward === '' ? outward : `${outward} ${inward}`,
    area: areaOfPostcode(outward),
    lengths,
  }
}

const digitOf = (character = ''): string => character.replace('O', '0').replace('I', '1')

/** `LN42LE` as it is shown: `LN4 2LE`. */
export const displayPostcode = (key: string): string => `${key.slice(0, -3)} ${key.slice(-3)}`

const byKey = prepared((db) =>
  db
    .select()
    .from(postcodes)
    .where(eq(postcodes.key, sql.placeholder('key')))
    .prepare('postcode_by_key'),
)

/** The postcode with this key (`LN42LE`), abolished ones too, or null when the table does not have it. */
export async function postcodeByKey(db: Database, key: string): Promise<Postcode | null> {
  const [row] = await byKey(db).execute({ key })
  if (!row) return null
  const { lat, lng, source: _source, ...rest } = row
  return { ...rest, display: displayPostcode(row.key), point: lat === null || lng === null ? null : { lat, lng } }
}
