/** Where a list by moment and id goes on: "milliseconds-id" of the last row shown, as it stands in the address of the next page. */
import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'

export interface MomentKey {
  at: Date
  id: number
}

export const sayKey = (at: Date, id: number): string => `${at.getTime()}-${id}`

/** What makes no sense is null: the list begins at its beginning. */
export function readKey(text: unknown): MomentKey | null {
  const [, milliseconds, id] = typeof text === 'string' ? (/^(\d{1,15})-(\d{1,15})$/.exec(text) ?? []) : []
  // Years of five digits are none that the database reads, and none in which anything happens here.
  if (milliseconds === undefined || Number(milliseconds) >= Date.UTC(10_000, 0)) return null
  return { at: new Date(Number(milliseconds)), id: Number(id) }
}

/** For a prepared statement of a list that runs towards the past, and for one that runs towards the future. */
export const keyBefore = (text: unknown): { at: string; id: number } => placeholders(readKey(text), 'infinity')
export const keyAfter = (text: unknown): { at: string; id: number } => placeholders(readKey(text), '-infinity')

const placeholders = (key: MomentKey | null, end: string): { at: string; id: number } => ({ at: key?.at.toISOString() ?? end, id: key?.id ?? 0 })

/** Further into the past than the last row shown; undefined at the beginning. */
export const isBefore = (at: SQLWrapper, id: SQLWrapper, key: MomentKey | null): SQL | undefined =>
  key === null ? undefined : sql`(${at}, ${id}) < (${key.at.toISOString()}::timestamptz, ${key.id}::bigint)`

/** Further into the future. */
export const isAfter = (at: SQLWrapper, id: SQLWrapper, key: MomentKey | null): SQL | undefined =>
  key === null ? undefined : sql`(${at}, ${id}) > (${key.at.toISOString()}::timestamptz, ${key.id}::bigint)`
