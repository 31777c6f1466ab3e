/** What only the demonstration has: its own page, its mail, and "look around as". */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isHttps, startSession, takeSession, tokenOf } from '../accounts/plugin.ts'
import { signOut } from '../accounts/session.ts'
import { anyone } from '../web/access.ts'
import { parseForm, parseId, safePath } from '../web/forms.ts'
import { readMails, type ShownMail } from './outbox.ts'
import { pathAfterChange, personaByKey, personasFor, PLANNED_PERSONAS } from './personas.ts'
import { sightsOf, type Sight } from './tour.ts'

declare module '../web/page.ts' {
  interface Views {
    'demonstration/about': { personas: { key: string; label: string; tries: string }[]; sights: Sight[]; path: string }
    'demonstration/mail': { mails: ShownMail[]; next: number | null; further: boolean }
  }
}

const ChangeForm = z.object({ persona: z.string({ error: 'Choose somebody' }).max(40), return: z.string().max(2000).optional() })

/** Throws where there is no demonstration: nobody signs in without a password on a real site. */
export async function demonstrationRoutes(app: FastifyInstance): Promise<void> {
  const { config, db } = app
  if (!config.demonstration || config.production) throw new Error('“Look around as” is for the demonstration only.')
  app.frame.personasFor = personasFor
  const open = { access: anyone }

  app.get('/demonstration', { config: open }, async (_request, reply) => {
    const personas = PLANNED_PERSONAS.map(({ key, label, tries }) => ({ key, label, tries }))
    return reply.page(
      'demonstration/about',
      { personas, sights: await sightsOf(db), path: '/demonstration' },
      { title: 'About this demonstration', noindex: true },
    )
  })

  app.get<{ Querystring: { before?: string } }>('/demonstration/mail', { config: open }, async (request, reply) => {
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const page = await readMails(db, config.publicUrl, before)
    return reply.page('demonstration/mail', { ...page, further: before !== null }, { title: 'Mail of the demonstration', noindex: true })
  })

  app.post('/demonstration/persona', { config: open }, async (request, reply) => {
    const form = parseForm(ChangeForm, request.body)
    const persona = await personaByKey(db, form.persona)
    if (persona.accountId === null) {
      const token = tokenOf(request, isHttps(config))
      if (token !== null) await signOut(db, token)
      takeSession(request, reply)
    } else await startSession(request, reply, persona.accountId)
    return reply.seeOther(pathAfterChange(cameFrom(request, form.return), persona.home))
  })
}

/** The page from which somebody changed, with its query but without the message that was shown there once. */
function cameFrom(request: FastifyRequest, sent: string | undefined): string {
  const { referer } = request.headers
  const from = referer !== undefined && URL.canParse(referer) ? new URL(referer) : null
  if (!from) return safePath(sent)
  from.searchParams.delete('done')
  return safePath(`${from.pathname}${from.search}`, safePath(sent))
}
