/** What the routes of this room share: who acts, which circle, how a page of it is answered. */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { NotFound, type Refused } from '../errors.ts'
import { parseId, typed } from '../web/forms.ts'

export interface Sent {
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
  /** So that sending the form twice makes one thing. */
  key: string
}

export interface IdParams {
  Params: { id: string }
}

export interface MemberParams {
  Params: { id: string; person: string }
}

/** Behind a door that lets only people in who are signed in. */
export function actorOf(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new NotFound()
  return request.actor
}

export const idIn = (request: FastifyRequest): number => parseId((request.params as IdParams['Params']).id)

export const personIn = (request: FastifyRequest): number => parseId((request.params as MemberParams['Params']).person)

/** What was sent and what is wrong with it. The key has no input of its own: what is wrong with it is said at the `first` that has one. */
export function sentOf(request: FastifyRequest, problem: Refused | undefined, first: string): Sent {
  const sent = problem ? typed(request.body) : {}
  const { clientKey, ...fields } = problem?.fields ?? {}
  const errors = clientKey ? { ...fields, [first]: fields[first] ?? clientKey } : fields
  return { typed: sent, errors, key: clientKey ? randomUUID() : (sent['clientKey'] ?? randomUUID()) }
}

const NETWORK = 'Staff network'

/** The title of a page of the network says that it is one. */
export const inNetwork = (title: string): string => (title === NETWORK ? title : `${title} – ${NETWORK}`)

/** Nothing of the network is for search engines. Its sheet is that of the desk, also for partner staff. */
export const networkPage = (title: string, problem?: Refused) => ({
  title: inNetwork(title),
  noindex: true,
  files: ['desk.css'],
  failed: problem !== undefined,
  status: problem ? 422 : 200,
})

export const circlePath = (id: number): string => `/staff/circles/${id}`
