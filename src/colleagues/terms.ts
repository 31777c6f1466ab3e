/**
 * Skills and languages: short words with commas between them. One that somebody else has named already is written as they write it, so that both are found together.
 */
import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { cleanLine, fits, hasWords } from '../text/input.ts'
import { colleagueTerms, type TermKind } from './schema.ts'

export const MOST_TERMS = 20
export const LONGEST_TERM = 40
const SUGGESTED = 20

/** What was typed, term by term, each once. */
export function readTerms(typed: string): string[] {
  const terms = typed
    .split(/[,;\n]/)
    .map(cleanLine)
    .filter(hasWords)
  return [...new Map(terms.map((term) => [term.toLowerCase(), term])).values()]
}

/** What is wrong with a list, in words; null when nothing is. */
export function wrongWith(terms: readonly string[], plural: string): string | null {
  if (terms.length > MOST_TERMS) return `Enter ${MOST_TERMS} ${plural} or fewer`
  return terms.every((term) => fits(term, LONGEST_TERM)) ? null : `Each must be ${LONGEST_TERM} characters or fewer, with commas between them`
}

/** The same terms, each as most people write it. */
export async function asWritten(db: Db, kind: TermKind, terms: readonly string[]): Promise<string[]> {
  if (terms.length === 0) return []
  const keys = terms.map((term) => term.toLowerCase())
  const known = await db
    .select({ term: colleagueTerms.term })
    .from(colleagueTerms)
    .where(and(eq(colleagueTerms.kind, kind), gt(colleagueTerms.personCount, 0), inArray(sql`lower(${colleagueTerms.term})`, keys)))
    .orderBy(asc(colleagueTerms.personCount))
  const written = new Map(known.map(({ term }) => [term.toLowerCase(), term]))
  return terms.map((term) => written.get(term.toLowerCase()) ?? term)
}

/** The most named first, at most twenty. */
export async function termsInUse(db: Db, kind: TermKind): Promise<string[]> {
  const rows = await db
    .select({ term: colleagueTerms.term })
    .from(colleagueTerms)
    .where(and(eq(colleagueTerms.kind, kind), gt(colleagueTerms.personCount, 0)))
    .orderBy(desc(colleagueTerms.personCount), asc(colleagueTerms.term))
    .limit(SUGGESTED)
  return rows.map(({ term }) => term)
}
