/** Keeping places over HTTP: what there is and what waits, opening, changing, closing for good, and answering what partner staff propose. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Forbidden, Overtaken } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { placeKeepers, publishers } from '../web/access.ts'
import { clientKey, idField, optionalWords, parseForm, parseId, words } from '../web/forms.ts'
import { changePlace, closePlace, openPlace } from './keeping.ts'
import { readBoth, showChange, showClosing, showDesk, showEdit, showNew, showOvertaken, teamsToOpenFor } from './keeping-page.ts'
import { placeBySlug } from './place.ts'
import { answerProposal } from './proposal.ts'

const OUT_OF_DATE = 'This page is out of date. Reload it and try again.'
const version = z
  .string({ error: OUT_OF_DATE })
  .regex(/^[1-9]\d{0,8}$/, OUT_OF_DATE)
  .transform(Number)
const Opening = z.object({ team: idField('Choose the team that looks after it'), key: clientKey })
const Changing = z.object({ version, key: clientKey })
const Closing = z.object({ because: words('The reason', 'Say why it closes, and where people can go instead', 500), version, key: clientKey })
const Answer = z.object({
  answer: z.enum(['agreed', 'refused'], { error: 'Choose whether you agree' }),
  note: optionalWords('Your note', 500),
})

interface Place {
  Params: { place: string }
}
interface Id {
  Params: { id: string }
}

export async function keepingRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: placeKeepers }

  app.get('/officers/places', { config: access }, (request, reply) => showDesk(request, reply))

  app.get('/officers/places/new', { config: access }, (request, reply) => showNew(request, reply))

  app.post('/places', { config: { ...access, again: showNew } }, async (request, reply) => {
    const actor = signedInActor(request)
    const { content, rest } = await readBoth(request, Opening)
    const team = (await teamsToOpenFor(request, actor)).find(({ id }) => id === rest.team)
    if (!team) throw new Forbidden('You do not look after places of this team.')
    const { path, waits } = await openPlace(app.db, actor, team, { content, clientKey: rest.key })
    return reply.seeOther(path, waits ? 'place-proposed' : 'place-opened')
  })

  app.get<Place>('/places/:place/edit', { config: access }, (request, reply) => showEdit(request, reply))

  app.post<Place>('/places/:place/changes', { config: { ...access, again: showEdit } }, async (request, reply) => {
    const { id } = await placeBySlug(app.db, request.params.place)
    const { content, rest } = await readBoth(request, Changing)
    const input = { content, version: rest.version, clientKey: rest.key }
    const kept = await changePlace(app.db, signedInActor(request), id, input).catch((problem: unknown) => {
      if (problem instanceof Overtaken) return null
      throw problem
    })
    if (kept === null) return showOvertaken(request, reply)
    return reply.seeOther(kept.path, kept.waits ? 'place-proposed' : 'place-changed')
  })

  app.get<Place>('/places/:place/closure', { config: access }, (request, reply) => showClosing(request, reply))

  app.post<Place>('/places/:place/closure', { config: { ...access, again: showClosing } }, async (request, reply) => {
    const { id } = await placeBySlug(app.db, request.params.place)
    const { key, ...form } = parseForm(Closing, request.body)
    const { path, waits } = await closePlace(app.db, signedInActor(request), id, { ...form, clientKey: key })
    return reply.seeOther(path, waits ? 'place-proposed' : 'place-closed')
  })

  app.get<Id>('/place-changes/:id', { config: access }, (request, reply) => showChange(request, reply))

  app.post<Id>('/place-changes/:id/answer', { config: { access: publishers, again: showChange } }, async (request, reply) => {
    const { answer, note } = parseForm(Answer, request.body)
    const { path } = await answerProposal(app.db, signedInActor(request), parseId(request.params.id), { answer, note })
    return reply.seeOther(path, answer === 'agreed' ? 'place-agreed' : 'place-refused')
  })
}
