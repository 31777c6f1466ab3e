/**
 * Looks for what would tie a person to their pseudonym: in a row, in rows that one transaction wrote or locked, and in a page or mail. Every table is read, those of the
 * jobs too. The keyed hash in `personas` is the tie that is meant; it names no person.
 */
import type { Database } from '../../src/database/database.ts'

/** What names a person, and what names who they are in the circle. */
export interface Tie {
  accountId: number
  /** Name, email, tokens and hashes of sessions. */
  named: string[]
  personaId: number
  /** Pseudonym, and words that they wrote. */
  secret: string[]
}

interface Row {
  table: string
  text: string
  values: Record<string, unknown>
  xmin: string
  xmax: string
}

const TABLES = `select table_schema as schema, table_name as name from information_schema.tables
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`

export async function dump({ $client }: Database): Promise<Row[]> {
  const { rows: tables } = await $client.query<{ schema: string; name: string }>(TABLES)
  const rows: Row[] = []
  for (const { schema, name } of tables) {
    const { rows: found } = await $client.query<{ values: Record<string, unknown>; xmin: string; xmax: string }>(
      `select to_jsonb(t) as values, t.xmin::text as xmin, t.xmax::text as xmax from "${schema}"."${name}" t`,
    )
    rows.push(...found.map((row) => ({ ...row, table: `${schema}.${name}`, text: JSON.stringify(row.values) })))
  }
  return rows
}

/** Values of columns, and of fields of JSON, whose name says that an account stands there. */
function accountsIn(value: unknown, key = ''): number[] {
  if (Array.isArray(value)) return value.flatMap((one) => accountsIn(one, key))
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, one]) => accountsIn(one, name))
  const names =
    /(^|_)(account|actor|author|assignee|decider|asker|resident|follower_account|by|to|cover|leads)_?(id)?$|_by$|(account|actor|author|by|to)Id$/i
  if (typeof value === 'string' && /^account[: ]\d+$/.test(value.replace(/^.*?(?=account[: ])/, ''))) return [Number(/\d+$/.exec(value)?.[0])]
  return names.test(key) && /^\d+$/.test(String(value)) ? [Number(value)] : []
}

const namesPerson = (row: Row, tie: Tie): boolean =>
  (row.table === 'public.accounts' && row.values['id'] === tie.accountId) ||
  accountsIn(row.values).includes(tie.accountId) ||
  tie.named.some((word) => row.text.includes(word))

const namesPersona = (row: Row, tie: Tie): boolean => row.text.includes(String(tie.personaId)) || tie.secret.some((word) => row.text.includes(word))

/** In words, one for each tie that was found; empty when there is none. */
export function tiesIn(rows: readonly Row[], ties: readonly Tie[]): string[] {
  return ties.flatMap((tie) => {
    const both = rows
      .filter((row) => namesPerson(row, tie) && namesPersona(row, tie))
      .map((row) => `${row.table} names both: ${row.text.slice(0, 300)}`)
    const transactions = (of: Row[]) =>
      new Map(of.flatMap((row) => [row.xmin, row.xmax].filter((id) => id !== '0').map((id) => [id, row.table] as const)))
    const ofPerson = transactions(rows.filter((row) => namesPerson(row, tie)))
    const ofPersona = transactions(rows.filter((row) => namesPersona(row, tie)))
    const together = [...ofPerson].flatMap(([id, table]) => (ofPersona.has(id) ? [`one transaction touched ${table} and ${ofPersona.get(id)}`] : []))
    return [...both, ...together]
  })
}

/** The same for what somebody reads. */
export const tiesInText = (text: string, ties: readonly Tie[]): string[] =>
  ties.flatMap((tie) => {
    const named = [...tie.named, `people/${tie.accountId}"`, `Account ${tie.accountId}<`].find((word) => text.includes(word))
    const secret = [String(tie.personaId), ...tie.secret].find((word) => text.includes(word))
    return named !== undefined && secret !== undefined ? [`“${named}” stands with “${secret}”`] : []
  })
