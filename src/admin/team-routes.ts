/** Teams: made, renamed, archived; what they cover, how to reach them, and the people whom their page shows. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NotFound, type Refused } from '../errors.ts'
import { cleanLine } from '../text/input.ts'
import {
  archiveTeam,
  createTeam,
  everyTeam,
  removeOfficer,
  renameTeam,
  saveOfficer,
  setContact,
  setLocalities,
  teamForAdmin,
  type OfficerInput,
  type TeamForAdmin,
  type TeamLine,
} from '../teams/team-admin.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { administrators } from '../web/access.ts'
import { line, parseForm, parseId, typed, words } from '../web/forms.ts'

interface Problem {
  problem: Refused | null
}

/** What the form for one person of a team holds. */
export interface OfficerFields {
  officerName: string
  rank: string
  position: string
  email: string
  telephone: string
}

declare module '../web/page.ts' {
  interface Views {
    'admin/teams': { teams: TeamLine[] }
    'admin/new-team': Problem & { name: string }
    'admin/team': Problem & { team: TeamForAdmin; others: TeamName[]; typed: Readonly<Record<string, string>> }
    'admin/officer': Problem & { team: TeamForAdmin; officerId: number | null; imported: boolean; fields: OfficerFields }
  }
}

const NameForm = z.object({ name: line('The name', 'Enter the name of the team', 80) })
const LocalitiesForm = z.object({
  localities: z
    .string()
    .max(20_000, 'The list is too long')
    .default('')
    .transform((text) =>
      text
        .split(/[\n,]/)
        .map((name) => cleanLine(name))
        .filter((name) => name !== ''),
    )
    .refine((names) => names.length <= 300, 'Enter 300 places or fewer')
    .refine((names) => names.every((name) => name.length <= 80), 'Each place must have 80 characters or fewer, one on each line'),
})
const optionalLine = (name: string, max: number) =>
  z
    .string()
    .default('')
    .transform(cleanLine)
    .refine((text) => text.length <= max, `${name} must be ${max} characters or fewer`)
    .transform((text) => (text === '' ? null : text))
const optionalEmail = z
  .string()
  .default('')
  .transform((text) => cleanLine(text).toLowerCase())
  .refine((text) => text === '' || z.email().max(254).safeParse(text).success, 'Enter an email address in the correct format, like name@example.com')
  .transform((text) => (text === '' ? null : text))
const optionalTelephone = z
  .string()
  .default('')
  .transform(cleanLine)
  .refine((text) => text === '' || /^[+\d][\d ()-]{2,24}$/.test(text), 'Enter a telephone number, like 01522 532222 or 101')
  .transform((text) => (text === '' ? null : text))
const optionalWeb = z
  .string()
  .default('')
  .transform(cleanLine)
  .refine(
    (text) =>
      text === '' ||
      z
        .url({ protocol: /^https?$/ })
        .max(500)
        .safeParse(text).success,
    'Enter a web address that begins with https://',
  )
  .transform((text) => (text === '' ? null : text))
const ContactForm = z.object({ email: optionalEmail, telephone: optionalTelephone, web: optionalWeb })
const ArchiveForm = z.object({
  reason: words('The reason', 'Enter the reason, which the team’s page will show', 500),
  successor: z
    .string()
    .regex(/^([1-9]\d{0,14})?$/, 'Choose a team')
    .default(''),
})
const OfficerForm = z
  .object({
    officerName: line('The name', 'Enter a name', 80),
    rank: optionalLine('The rank', 60),
    position: optionalLine('The role', 80),
    email: optionalEmail,
    telephone: optionalTelephone,
  })
  .transform(({ officerName, rank, position, email, telephone }): OfficerInput => ({
    name: officerName,
    rank,
    role: position,
    contact: { email, telephone },
  }))

interface IdParams {
  Params: { id: string }
}
interface OfficerParams {
  Params: { id: string; officer: string }
}

export async function teamRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: administrators }

  app.get('/admin/teams', { config: access }, async (request, reply) => {
    return reply.page('admin/teams', { teams: await everyTeam(app.db, request.actor) }, { title: 'Teams', noindex: true })
  })
  app.get('/admin/teams/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/admin/teams/new', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { id } = await createTeam(app.db, request.actor, parseForm(NameForm, request.body))
    return saved(reply, id)
  })

  app.get<IdParams>('/admin/teams/:id', { config: access }, (request, reply) => showTeam(request, reply))
  app.post<IdParams>('/admin/teams/:id/name', { config: { ...access, again: showTeam } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await renameTeam(app.db, request.actor, id, parseForm(NameForm, request.body).name)
    return saved(reply, id)
  })
  app.post<IdParams>('/admin/teams/:id/localities', { config: { ...access, again: showTeam } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await setLocalities(app.db, request.actor, id, parseForm(LocalitiesForm, request.body).localities)
    return saved(reply, id)
  })
  app.post<IdParams>('/admin/teams/:id/contact', { config: { ...access, again: showTeam } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await setContact(app.db, request.actor, id, parseForm(ContactForm, request.body))
    return saved(reply, id)
  })
  app.post<IdParams>('/admin/teams/:id/archive', { config: { ...access, again: showTeam } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const { reason, successor } = parseForm(ArchiveForm, request.body)
    await archiveTeam(app.db, request.actor, id, { reason, successorId: successor === '' ? null : Number(successor) })
    return reply.seeOther('/admin/teams', 'team-saved')
  })

  app.get<IdParams>('/admin/teams/:id/officers/new', { config: access }, (request, reply) => showOfficer(request, reply))
  app.post<IdParams>('/admin/teams/:id/officers/new', { config: { ...access, again: showOfficer } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await saveOfficer(app.db, request.actor, id, null, parseForm(OfficerForm, request.body))
    return reply.seeOther(`/admin/teams/${id}`, 'officer-saved')
  })
  app.get<OfficerParams>('/admin/teams/:id/officers/:officer', { config: access }, (request, reply) => showOfficer(request, reply))
  app.post<OfficerParams>('/admin/teams/:id/officers/:officer', { config: { ...access, again: showOfficer } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await saveOfficer(app.db, request.actor, id, parseId(request.params.officer), parseForm(OfficerForm, request.body))
    return reply.seeOther(`/admin/teams/${id}`, 'officer-saved')
  })
  app.post<OfficerParams>('/admin/teams/:id/officers/:officer/removal', { config: access }, async (request, reply) => {
    const id = parseId(request.params.id)
    await removeOfficer(app.db, request.actor, id, parseId(request.params.officer))
    return reply.seeOther(`/admin/teams/${id}`, 'officer-saved')
  })
}

const saved = (reply: FastifyReply, id: number): FastifyReply => reply.seeOther(`/admin/teams/${id}`, 'team-saved')

const options = (title: string, problem: Refused | null) => ({ title, noindex: true, failed: problem !== null, status: problem ? 422 : 200 })

function showNew(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): FastifyReply {
  return reply.page('admin/new-team', { name: typed(request.body)['name'] ?? '', problem }, options('Add a team', problem))
}

const teamOf = (request: FastifyRequest): Promise<TeamForAdmin> =>
  teamForAdmin(request.server.db, request.actor, parseId((request.params as { id: string }).id))

async function showTeam(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const team = await teamOf(request)
  const others = (await allTeams(request.server.db)).filter((other) => other.id !== team.id)
  return reply.page('admin/team', { team, others, typed: problem ? typed(request.body) : {}, problem }, options(team.name, problem))
}

const NOBODY: OfficerFields = { officerName: '', rank: '', position: '', email: '', telephone: '' }

async function showOfficer(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const team = await teamOf(request)
  const { officer: wanted } = request.params as { officer?: string }
  const officer = wanted === undefined ? null : team.officers.find((row) => row.id === parseId(wanted))
  if (officer === undefined) throw new NotFound('officer')
  const stored = officer && {
    officerName: officer.name,
    rank: officer.rank ?? '',
    position: officer.role ?? '',
    email: officer.contact['email'] ?? '',
    telephone: officer.contact['telephone'] ?? '',
  }
  const fields = { ...NOBODY, ...stored, ...(problem ? typed(request.body) : {}) }
  const data = { team, officerId: officer?.id ?? null, imported: officer?.source === 'import', fields, problem }
  return reply.page('admin/officer', data, options(officer ? officer.name : 'Add a person to the page', problem))
}
