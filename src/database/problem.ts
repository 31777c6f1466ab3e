/**
 * What keeps a process or a command from its work, in words that an operator can act on.
 */
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
