/**
 * What keeps a process or a command from its work, in words that an operator can act on.
 */
import pg from 'pg'
import { BadConfig } from '../config.ts'
import { Refused } from '../errors.ts'
import { isAway } from './database.ts'

/** A sentence where there is one; anything else as it is, for whoever mends the program. */
export function sayProblem(error: unknown): unknown {
  if (error instanceof BadConfig || error instanceof Refused) return error.message
  const { code, port } = error as { code?: string; port?: number }
  if (code === 'EADDRINUSE') return `Something else answers on port ${port}. Stop it, or choose another: PORT=3001 npm start`
  return isAway(error) ? 'The database does not answer. Check DATABASE_URL, and that the database runs.' : error
}

/**
 * A failure as it may be kept, for days, with a job that failed: the text of a database error holds the statement and its values, which are people's words. Its code
 * and the lines that led there say enough.
 */
export function withoutValues(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('something that is no error was thrown')
  const chain = causesOf(error)
  if (!chain.some((one) => one instanceof pg.DatabaseError || 'query' in one)) return error
  const { code = 'without a code', constraint } = (chain.find((one) => 'code' in one) ?? {}) as { code?: string; constraint?: string }
  const kept = new Error(`a database error, ${code}${constraint ? `, ${constraint}` : ''}`)
  kept.stack = `${kept.message}\n${framesOf(error)}`
  return kept
}

const framesOf = ({ stack = '' }: Error): string => stack.match(/^ {4}at .*$/gm)?.join('\n') ?? ''

const MOST_CAUSES = 5

function causesOf(error: Error): Error[] {
  const chain = [error]
  for (let at: unknown = error.cause; at instanceof Error && chain.length < MOST_CAUSES; at = at.cause) chain.push(at)
  return chain
}
