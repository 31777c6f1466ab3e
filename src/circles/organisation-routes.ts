/** Organisations whose staff can be invited to circles, kept by administrators. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ORGANISATION_KINDS } from '../accounts/schema.ts'
import type { Refused } from '../errors.ts'
import { cleanLine } from '../text/input.ts'
import { administrators } from '../web/access.ts'
import { clientKey, line, parseForm } from '../web/forms.ts'
import {
  addOrganisation,
  allOrganisations,
  changeOrganisation,
  endOrganisation,
  ORGANISATION_NAMES,
  organisationById,
  type Organisation,
  type OrganisationKind,
} from './organisation.ts'
import { actorOf, idIn, sentOf, type IdParams, type Sent } from './page.ts'
import { ownDomains } from './public-mail.ts'

type Kinds = { kind: OrganisationKind; name: string }[]

declare module '../web/page.ts' {
  interface Views {
    'circles/organisations': { organisations: Organisation[]; names: typeof ORGANISATION_NAMES }
    'circles/organisation': Sent & { organisation: Organisation | null; kinds: Kinds }
  }
}

const Fields = z.object({
  name: line('The name', 'Enter the name of the organisation', 100),
  kind: z.enum(ORGANISATION_KINDS, { error: 'Choose what it is' }),
  domains: z
    .string({ error: 'Enter what stands after the “@” of their addresses' })
    .max(5000, 'The list is too long')
    .transform((text) => [
      ...new Set(
        text
          .split(/[\s,;]+/)
          .map((part) => cleanLine(part).toLowerCase().replace(/^.*@/, '').replace(/\.$/, ''))
          .filter((part) => part !== ''),
      ),
    ]),
})
const NewOrganisation = Fields.extend({ clientKey })
const KINDS: Kinds = ORGANISATION_KINDS.map((kind) => ({ kind, name: ORGANISATION_NAMES[kind] }))

export async function organisationRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: administrators }
  const own = ownDomains(app.config)

  app.get('/admin/organisations', { config: access }, async (request, reply) => {
    const organisations = await allOrganisations(app.db, request.actor)
    return reply.page('circles/organisations', { organisations, names: ORGANISATION_NAMES }, { title: 'Organisations', noindex: true })
  })
  app.get('/admin/organisations/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/admin/organisations', { config: { ...access, again: showNew } }, async (request, reply) => {
    await addOrganisation(app.db, actorOf(request), parseForm(NewOrganisation, request.body), own)
    return reply.seeOther('/admin/organisations', 'organisation-saved')
  })
  app.get<IdParams>('/admin/organisations/:id', { config: access }, (request, reply) => showOne(request, reply))
  app.post<IdParams>('/admin/organisations/:id', { config: { ...access, again: showOne } }, async (request, reply) => {
    await changeOrganisation(app.db, actorOf(request), idIn(request), parseForm(Fields, request.body), own)
    return reply.seeOther('/admin/organisations', 'organisation-saved')
  })
  app.post<IdParams>('/admin/organisations/:id/end', { config: access }, async (request, reply) => {
    await endOrganisation(app.db, actorOf(request), idIn(request))
    return reply.seeOther('/admin/organisations', 'organisation-ended')
  })
}

const asPage = (title: string, problem: Refused | undefined) => ({
  title,
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
})

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const data = { ...sentOf(request, problem, 'name'), organisation: null, kinds: KINDS }
  return reply.page('circles/organisation', data, asPage('Add an organisation', problem))
}

async function showOne(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const organisation = await organisationById(request.server.db, request.actor, idIn(request))
  const data = { ...sentOf(request, problem, 'name'), organisation, kinds: KINDS }
  return reply.page('circles/organisation', data, asPage(organisation.name, problem))
}
