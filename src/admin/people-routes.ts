/** People who work here, and the roles that two administrators together give them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { emailField } from '../accounts/email.ts'
import { mayConfirm } from '../accounts/policy.ts'
import { confirmRole, endRole, proposeRole } from '../accounts/role.ts'
import { addStaff, nameStaff, staffMember, staffPage, waitingRoles, type StaffMember, type StaffRole } from '../accounts/staff.ts'
import { ROLES, roleName, type Role } from '../actor.ts'
import { leadsOf, sayLeads } from '../colleagues/leading.ts'
import { maySayLeads } from '../colleagues/policy.ts'
import type { Refused } from '../errors.ts'
import { cleanLine } from '../text/input.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { administrators } from '../web/access.ts'
import { line, optionalWords, parseForm, parseId, typed } from '../web/forms.ts'

export interface RoleLine {
  id: number
  /** "Officer, Bracebridge Heath" */
  label: string
  waits: boolean
  proposedAt: Date
  confirmedAt: Date | null
  expiresAt: Date
  /** By whoever reads the page. */
  confirmable: boolean
}

export interface PersonLine {
  id: number
  name: string
  email: string
  roles: RoleLine[]
}

export interface RoleFields {
  choices: { value: Role; label: string }[]
  teams: TeamName[]
  role: string
  team: string
}

declare module '../web/page.ts' {
  interface Views {
    'admin/people': { people: PersonLine[]; search: string; next: number | null; waiting: number }
    'admin/new-person': { email: string; name: string; fields: RoleFields; problem: Refused | null }
    /** `leads` null: not theirs to say. */
    'admin/person': { person: PersonLine; name: string; leads: string | null; fields: RoleFields; problem: Refused | null }
    'admin/roles': { proposals: (RoleLine & { accountId: number; name: string; proposer: string })[] }
  }
  interface Partials {
    'admin/_role-fields': { fields: RoleFields; errors: Readonly<Record<string, string>> }
    'admin/_areas': { here: 'people' | 'roles' | 'teams' | 'organisations' }
  }
}

const staffName = line('The name', 'Enter rank and name, for example PC Imran Adeyemi', 60)
const NO_ROLE = 'Choose a role'
const roleForm = {
  role: z.enum(ROLES, { error: NO_ROLE }),
  team: z
    .string()
    .regex(/^([1-9]\d{0,14})?$/, 'Choose a team')
    .default(''),
}
const NewRoleForm = z.object(roleForm)
const NewPersonForm = z.object({ email: emailField, name: staffName, ...roleForm })
const NameForm = z.object({ name: staffName })
const LeadsForm = z.object({ leads: optionalWords('What they lead', 120).transform((leads) => (leads === null ? null : cleanLine(leads))) })

interface IdParams {
  Params: { id: string }
}

export async function peopleRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: administrators }

  app.get<{ Querystring: { q?: unknown; after?: string } }>('/admin', { config: access }, async (request, reply) => {
    const search = typeof request.query.q === 'string' ? cleanLine(request.query.q).slice(0, 100) : ''
    const after = request.query.after === undefined ? null : parseId(request.query.after)
    const { people, next } = await staffPage(app.db, request.actor, search, after)
    const waiting = (await waitingRoles(app.db, request.actor)).length
    const data = { people: people.map((person) => personLine(request, person)), search, next, waiting }
    return reply.page('admin/people', data, { title: 'People', noindex: true })
  })

  app.get('/admin/people/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/admin/people/new', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { email, name, role, team } = parseForm(NewPersonForm, request.body)
    const id = await addStaff(app.db, request.actor, { email, name }, { role, teamId: teamIdOf(team) })
    return reply.seeOther(`/admin/people/${id}`, 'role-proposed')
  })

  app.get<IdParams>('/admin/people/:id', { config: access }, (request, reply) => showPerson(request, reply))
  app.post<IdParams>('/admin/people/:id/name', { config: { ...access, again: showPerson } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const { name } = parseForm(NameForm, request.body)
    await nameStaff(app.db, request.actor, id, name)
    return reply.seeOther(`/admin/people/${id}`, 'person-saved')
  })
  app.post<IdParams>('/admin/people/:id/leads', { config: { ...access, again: showPerson } }, async (request, reply) => {
    const { id } = await staffMember(app.db, request.actor, parseId(request.params.id))
    await sayLeads(app.db, request.actor, id, parseForm(LeadsForm, request.body).leads)
    return reply.seeOther(`/admin/people/${id}`, 'leads-saved')
  })
  app.post<IdParams>('/admin/people/:id/roles', { config: { ...access, again: showPerson } }, async (request, reply) => {
    const person = await staffMember(app.db, request.actor, parseId(request.params.id))
    const { role, team } = parseForm(NewRoleForm, request.body)
    await proposeRole(app.db, request.actor, person, { role, teamId: teamIdOf(team) })
    return reply.seeOther(`/admin/people/${person.id}`, 'role-proposed')
  })

  app.get('/admin/roles', { config: access }, async (request, reply) => {
    const waiting = await waitingRoles(app.db, request.actor)
    const proposals = waiting.map((row) => ({
      ...roleLine(request, row.accountId, row),
      accountId: row.accountId,
      name: row.name ?? 'No name yet',
      proposer: row.proposer ?? 'the installation',
    }))
    return reply.page('admin/roles', { proposals }, { title: 'Roles that wait for you', noindex: true })
  })
  app.post<IdParams>('/admin/roles/:id/confirmation', { config: access }, async (request, reply) => {
    await confirmRole(app.db, request.actor, parseId(request.params.id))
    return reply.seeOther('/admin/roles', 'role-confirmed')
  })
  app.post<IdParams>('/admin/roles/:id/end', { config: access }, async (request, reply) => {
    await endRole(app.db, request.actor, parseId(request.params.id))
    return reply.seeOther('/admin', 'role-ended')
  })
}

const teamIdOf = (team: string): number | null => (team === '' ? null : Number(team))

function roleLine({ actor }: FastifyRequest, accountId: number, role: StaffRole): RoleLine {
  const { id, teamName, proposedBy, proposedAt, confirmedAt, expiresAt } = role
  const label = teamName === null ? roleName(role.role) : `${roleName(role.role)}, ${teamName}`
  const waits = confirmedAt === null
  return { id, label, waits, proposedAt, confirmedAt, expiresAt, confirmable: waits && mayConfirm(actor, { accountId, proposedBy }) }
}

const personLine = (request: FastifyRequest, person: StaffMember): PersonLine => ({
  id: person.id,
  name: person.name ?? 'No name yet',
  email: person.email,
  roles: person.roles.map((role) => roleLine(request, person.id, role)),
})

async function roleFields(request: FastifyRequest): Promise<RoleFields> {
  const { role = '', team = '' } = typed(request.body)
  return { choices: ROLES.map((value) => ({ value, label: roleName(value) })), teams: await allTeams(request.server.db), role, team }
}

const options = (title: string, problem: Refused | null) => ({ title, noindex: true, failed: problem !== null, status: problem ? 422 : 200 })

async function showNew(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const { email = '', name = '' } = typed(request.body)
  return reply.page('admin/new-person', { email, name, fields: await roleFields(request), problem }, options('Add a person', problem))
}

async function showPerson(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const person = await staffMember(request.server.db, request.actor, parseId((request.params as { id: string }).id))
  const sent = typed(request.body)
  const name = sent['name'] ?? person.name ?? ''
  const leads = maySayLeads(request.actor, person.id) ? (sent['leads'] ?? (await leadsOf(request.server.db, person.id)) ?? '') : null
  const data = { person: personLine(request, person), name, leads, fields: await roleFields(request), problem }
  return reply.page('admin/person', data, options(person.name ?? 'Person', problem))
}
