/** Colleagues over HTTP: a person's page, one's own, and what stands with the notes beside a public conversation. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isPublic } from '../conversations/audience.ts'
import { showWithNotes } from '../conversations/side.ts'
import type { Refused } from '../errors.ts'
import { followed } from '../network/follow.ts'
import { postsOfAuthor, type StaffList } from '../network/list.ts'
import { personSubject } from '../network/subject.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { cleanLine, cleanText, fits } from '../text/input.ts'
import { issuesAbout, type IssueAbout } from '../together/issue-link.ts'
import { colleagues } from '../web/access.ts'
import { parseForm, parseId, typed } from '../web/forms.ts'
import { directoryRoutes } from './directory-routes.ts'
import { ChangedElsewhere, describeSelf, ownProfile, personPath, profileOf, type Profile } from './profile.ts'
import { teamHelpRoutes } from './team-routes.ts'
import { readTerms, termsInUse, wrongWith } from './terms.ts'
import { openIssuesOf, type WorkedOn } from './working.ts'

type Fields = Readonly<Record<string, string>>

/** With the notes beside a public conversation: the issues that take it up, and the way to raise one. */
export interface RaisedWith {
  conversationId: number
  issues: IssueAbout[]
}

declare module '../web/page.ts' {
  interface Views {
    'colleagues/person': { person: Profile; list: StaffList; further: boolean; issues: WorkedOn[]; subject: string; follows: boolean }
    'colleagues/own': { person: Profile; fields: Fields; skills: string[]; languages: string[]; problem: Refused | null }
  }
  interface Partials {
    'colleagues/_raised': { raised: RaisedWith }
  }
}

declare module '../conversations/side.ts' {
  interface NotePanels {
    raised: RaisedWith
  }
}

const text = (name: string, max: number, clean: (typed: string) => string) =>
  z
    .string()
    .default('')
    .transform(clean)
    .refine((words) => fits(words, max), `${name} must be ${max.toLocaleString('en-GB')} characters or fewer`)

const terms = (plural: string) =>
  z
    .string()
    .default('')
    .transform((list, context) => {
      const read = readTerms(list)
      const wrong = wrongWith(read, plural)
      if (wrong) context.addIssue({ code: 'custom', message: wrong })
      return read
    })

const ProfileForm = z.object({
  worksOn: text('What you work on', 300, cleanLine),
  about: text('What you say about yourself', 3000, cleanText),
  skills: terms('skills'),
  languages: terms('languages'),
  version: z.coerce.number().int().nonnegative().catch(0),
})

interface Route {
  Params: { id: string }
}

export async function colleagueRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: colleagues }
  await app.register(directoryRoutes)
  await app.register(teamHelpRoutes)
  showWithNotes('raised', async (db, actor, { id, audience }) =>
    isPublic(audience) ? { conversationId: id, issues: await issuesAbout(db, actor, id) } : null,
  )

  app.get('/staff/people/me', { config: access }, (request, reply) => showOwn(request, reply))
  app.post('/staff/people/me', { config: { ...access, again: showOwn } }, async (request, reply) => {
    const actor = signedInActor(request)
    await describeSelf(app.db, actor, parseForm(ProfileForm, request.body))
    return reply.seeOther(personPath(actor.accountId), 'profile-saved')
  })

  app.get<Route>('/staff/people/:id', { config: access }, async (request, reply) => {
    const actor = signedInActor(request)
    const { after } = typed(request.query)
    const person = await profileOf(app.db, actor, parseId(request.params.id))
    const subject = personSubject(person.id)
    const [list, issues, follows] = await Promise.all([
      postsOfAuthor(app.db, actor, person.id, after),
      after === undefined ? openIssuesOf(app.db, actor, person.id) : [],
      followed(app.db, actor.accountId, [subject]),
    ])
    const data = { person, list, issues, subject, follows: follows.has(subject), further: after !== undefined }
    return reply.page('colleagues/person', data, { title: person.name, noindex: true })
  })
}

/** One's own page as a form; with everything that was typed, when something of it was wrong. */
async function showOwn(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const { db } = request.server
  const actor = signedInActor(request)
  const [person, known, skills, languages] = await Promise.all([
    profileOf(db, actor, actor.accountId),
    ownProfile(db, actor),
    termsInUse(db, 'skill'),
    termsInUse(db, 'language'),
  ])
  const version = String(known.version)
  const stored = { worksOn: known.worksOn, about: known.about, skills: known.skills.join(', '), languages: known.languages.join(', '), version }
  // What was changed elsewhere stands on the page. Whoever saves once more has been told.
  const fields = problem === null ? stored : { ...stored, ...typed(request.body), ...(problem instanceof ChangedElsewhere ? { version } : {}) }
  const data = { person, fields, skills, languages, problem }
  return reply.page('colleagues/own', data, { title: 'Your page', noindex: true, failed: problem !== null, status: problem ? 422 : 200 })
}
