/** When somebody of a team is away, over HTTP: their questions go to whoever covers, and the clocks run on. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { absenceOf, endAbsence, setAbsence, type Absence } from '../accounts/absence.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { endOfDay, readDate, ukMoment } from '../text/moment.ts'
import { publishers } from '../web/access.ts'
import { idField, parseForm, parseId, typed } from '../web/forms.ts'
import { colleaguesOf } from './assignment.ts'
import { sayDone, seeDone } from './done.ts'
import { choice, signedInActor } from './question-page.ts'

interface Person {
  id: number
  name: string
  team: string | null
}

declare module '../web/page.ts' {
  interface Views {
    'questions/absence': {
      /** Those whose time away the reader may set: themself first. */
      people: Person[]
      /** Those who can cover. */
      covers: Person[]
      away: (Absence & { who: string; self: boolean })[]
      typed: Readonly<Record<string, string>>
      errors: Readonly<Record<string, string>>
      message: string | null
      done: string | null
      moment: Date
    }
  }
}

const day = (empty: string) =>
  z.string({ error: empty }).transform((text, context) => {
    const found = readDate(text)
    if (found === null) context.addIssue(text.trim() === '' ? empty : 'Write the date like 27 March 2027')
    return found ?? ''
  })
const AbsenceForm = z
  .object({
    account: idField('Choose who is away'),
    from: day('Enter the first day away'),
    until: day('Enter the last day away'),
    cover: choice('Choose who covers'),
  })
  .refine(({ from, until }) => from === '' || until === '' || from <= until, {
    path: ['until'],
    message: 'The last day must not be before the first',
  })

export function absenceRoutes(app: FastifyInstance): void {
  app.get('/officers/absence', { config: { access: publishers } }, (request, reply) => showAbsence(request, reply))

  app.post('/officers/absences', { config: { access: publishers, again: showAbsence } }, async (request, reply) => {
    const form = parseForm(AbsenceForm, request.body)
    await setAbsence(app.db, signedInActor(request), { accountId: form.account, coverId: form.cover, ...spanOf(form) })
    return seeDone(reply, '/officers/absence', 'away')
  })

  app.post<{ Params: { id: string } }>(
    '/officers/absences/:id/end',
    { config: { access: publishers, again: showAbsence } },
    async (request, reply) => {
      await endAbsence(app.db, signedInActor(request), parseId(request.params.id))
      return seeDone(reply, '/officers/absence', 'back')
    },
  )
}

/** Whole days in the United Kingdom; one that has begun counts from now. */
function spanOf({ from, until }: { from: string; until: string }): { startsAt: Date; endsAt: Date } {
  const midnight = ukMoment(from, '00:00')
  if (!midnight) throw new Refused('There is no such day', { from: 'Write the date like 27 March 2027' })
  const endsAt = endOfDay(until)
  if (endsAt <= now()) throw new Refused('That time is over', { until: 'The last day must not lie in the past' })
  return { startsAt: new Date(Math.max(midnight.getTime(), now().getTime())), endsAt }
}

async function showAbsence(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const actor = signedInActor(request)
  const { people, covers } = await peopleFor(db, actor)
  const data = {
    people,
    covers,
    away: await awayOf(db, actor, people),
    typed: problem ? typed(request.body) : {},
    errors: problem?.fields ?? {},
    message: problem?.message ?? null,
    done: problem ? null : sayDone(request.query),
    moment: now(),
  }
  return reply.page('questions/absence', data, { title: 'Time away', noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })
}

/** A sergeant sets the time of everybody in the team, others their own; whoever is in one of the teams can cover. */
async function peopleFor(db: Database, actor: SignedIn): Promise<{ people: Person[]; covers: Person[] }> {
  const teams = actor.duties.filter(({ role, teamId }) => teamId !== null && (role === 'officer' || role === 'supervisor'))
  const lists = await Promise.all(
    teams.map(async ({ role, teamId, teamName }) => {
      const colleagues = await colleaguesOf(db, teamId ?? 0)
      return colleagues.map(({ id, name }) => ({ person: { id, name, team: teamName }, led: role === 'supervisor' }))
    }),
  )
  const others = lists.flat().filter(({ person }) => person.id !== actor.accountId)
  const self = { id: actor.accountId, name: actor.displayName ?? 'You', team: null }
  return { people: [self, ...once(others.filter(({ led }) => led))], covers: once(others) }
}

const once = (found: { person: Person }[]): Person[] => [...new Map(found.map(({ person }) => [person.id, person])).values()]

async function awayOf(db: Database, actor: SignedIn, people: Person[]) {
  const found = await Promise.all(people.map(async ({ id, name }) => ({ id, name, absence: await absenceOf(db, id, now()) })))
  return found.flatMap(({ id, name, absence }) => (absence ? [{ ...absence, who: name, self: id === actor.accountId }] : []))
}
