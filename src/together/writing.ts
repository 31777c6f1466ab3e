/** What the forms for a help request, good practice and an issue share: where it is published, its title and topics, and how it is shown again. */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isColleague } from '../actor.ts'
import { guestsOf } from '../circles/circle.ts'
import { NotFound, Refused } from '../errors.ts'
import { circlesToWriteIn, type CircleChoice } from '../network/compose.ts'
import { topicsToOffer } from '../network/topic.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { topicsField } from '../network/topic.ts'
import { cleanLine, fits } from '../text/input.ts'
import { clientKey, idField, line, parseId, typed, words } from '../web/forms.ts'

type Fields = Readonly<Record<string, string>>

/** A form of the network as it is shown, fresh or again. */
export interface Writing {
  form: Fields
  errors: Fields
  key: string
  circles: CircleChoice[]
  /** It is written in this circle and nowhere else. */
  fixed: CircleChoice | null
  /** Can be written for all staff. */
  colleague: boolean
  /** Whose people read in the circle that is chosen. */
  guests: string[]
  /** Kept in the browser until it is sent: not under a pseudonym. */
  keeps: boolean
  /** Topics that are often used. */
  busy: string[]
}

const TITLE_MISSING = 'Say in one line what it is about'
export const title = line('The title', TITLE_MISSING, 120)
export const shared = {
  title,
  tags: topicsField,
  circle: z.union([z.literal('').transform(() => null), idField('Choose who reads it')]).default(null),
  key: clientKey,
}
export const part = (name: string, empty: string) => words(name, empty, 3000)
/** One line that may be left out. */
export const aside = z
  .string()
  .max(1000, 'Keep it to 200 characters')
  .default('')
  .transform(cleanLine)
  .refine((text) => fits(text, 200), 'Keep it to 200 characters')

/** `circleId` where the address says the circle. Throws `NotFound` for one in which the actor does not write. */
export async function writingOf(request: FastifyRequest, circleId: number | null, problem?: Refused): Promise<Writing> {
  const { db } = request.server
  const actor = signedInActor(request)
  const form = request.method === 'GET' ? typed(request.query) : typed(request.body)
  const circles = await circlesToWriteIn(db, actor)
  const fixed = circles.find(({ id }) => id === circleId) ?? null
  if (circleId !== null && !fixed) throw new NotFound('circle')
  const chosen = fixed ?? circles.find(({ id }) => String(id) === form['circle'])
  return {
    form,
    errors: problem?.fields ?? {},
    key: problem?.fields['key'] ? randomUUID() : (form['key'] ?? randomUUID()),
    circles,
    fixed,
    colleague: isColleague(actor),
    guests: chosen ? await guestsOf(db, chosen.id) : [],
    keeps: !actor.persona,
    busy: await topicsToOffer(db, actor),
  }
}

/**
 * What says the same comes first, then the form: "Continue" leads there with the title, and without one says that it is missing. What was sent and refused is the form again,
 * and nothing stands before what is wrong in it.
 */
export function stepOf(request: FastifyRequest, problem?: Refused): { step: 1 | 2; problem: Refused | undefined } {
  if (problem) return { step: 2, problem }
  const { step, title: asked = '' } = typed(request.query)
  if (step !== '2') return { step: 1, problem: undefined }
  if (cleanLine(asked) !== '') return { step: 2, problem: undefined }
  return { step: 1, problem: new Refused(TITLE_MISSING, { title: TITLE_MISSING }) }
}

/** The circle that the address names; null where it names none. */
export const circleIn = (request: FastifyRequest): number | null => {
  const { id } = request.params as { id?: string }
  return id === undefined ? null : parseId(id)
}
