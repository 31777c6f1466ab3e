/** How the pages of this room are shown: a form with what was typed and what is wrong with it. */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Refused } from '../errors.ts'
import { typed } from '../web/forms.ts'

export interface Sent {
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
  key: string
}

/** What was typed, what is wrong with it, and the key of the form: another one only where the form begins. */
export function sentWith(request: FastifyRequest, problem: Refused | undefined): Sent {
  const sent = problem ? typed(request.body) : {}
  return { typed: sent, errors: problem?.fields ?? {}, key: sent['key'] ?? randomUUID() }
}

/** How a page of this room is shown; a refused form as such. */
export const pageOptions = (title: string, problem?: Refused) => ({
  title,
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
})
