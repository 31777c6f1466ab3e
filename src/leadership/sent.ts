/** How the pages of this room are shown: a form with what was typed and what is wrong with it. */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { inNetwork } from '../circles/page.ts'
import type { Refused } from '../errors.ts'
import { typedOf, type Window } from '../places/presence-window.ts'
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

/** The form of another time, as it begins: the time that it has now. */
export interface Moving extends Sent {
  title: string
  path: string
  now: Window
  seen: string
}

export function movingOf(
  request: FastifyRequest,
  { title, path, startsAt, endsAt, moveCount, venue = '' }: Window & { title: string; path: string; moveCount: number; venue?: string },
  problem: Refused | undefined,
): Moving {
  const now = { startsAt, endsAt }
  const sent = sentWith(request, problem)
  return { ...sent, typed: problem ? sent.typed : { ...typedOf(now), venue }, title, path, now, seen: sent.typed['seen'] ?? String(moveCount) }
}

/** How a page of this room is shown; a refused form as such. */
export const pageOptions = (title: string, problem?: Refused) => ({
  title: inNetwork(title),
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
})
