/** What all pages of support circles share: who is let in, under which name, and the words of the circle. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { NotFound, type Refused } from '../errors.ts'
import { signedIn } from '../web/access.ts'
import { optionalWords, parseId, words } from '../web/forms.ts'
import { isPersona, mayBeInSupport, type Persona } from './persona.ts'
import { supportCircleById, type SupportCircle } from './support.ts'

export interface CircleParams {
  id: string
}

/** Every address here is visited as a pseudonym where there is one, and keeps no time (see persona.ts). */
export const ofCircle = { access: signedIn, speaks: 'circle' as const }

export const PageWords = z.object({
  about: words('What it is for', 'Say what the circle is for', 2000),
  signposts: optionalWords('The list', 2000).transform((text) => text ?? ''),
})

/** Throws `NotFound` for residents and administrators: for them there are no support circles. */
export async function insiderOf({ actor, server }: FastifyRequest): Promise<SignedIn> {
  if (!isSignedIn(actor) || !(await mayBeInSupport(server.db, actor))) throw new NotFound()
  return actor
}

/** The member under their pseudonym. Throws `NotFound` for everybody else. */
export function memberOf({ actor }: FastifyRequest): Persona {
  if (!isPersona(actor) || (actor.circles ?? []).length === 0) throw new NotFound()
  return actor
}

export const circleAt = (app: FastifyInstance, { params }: FastifyRequest): Promise<SupportCircle> =>
  supportCircleById(app.db, parseId((params as CircleParams).id))

/** How a page is shown whose form was refused. */
export const failing = (problem: Refused | undefined) => (problem ? { failed: true, status: 422 } : {})
