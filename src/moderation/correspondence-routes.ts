/** A moderator writes to the author of an item, from the page of the case. What the author answers comes by their account (see the room `appeals`). */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { moderators } from '../web/access.ts'
import { clientKey, parseForm, parseId, words } from '../web/forms.ts'
import { doOnCase, moderatorOf, showCaseAgain, type CaseParams } from './case-page.ts'
import { askAuthor, type CorrespondencePanel } from './correspondence.ts'
import { caseRow } from './file.ts'

declare module '../web/page.ts' {
  interface Partials {
    'moderation/_correspondence': {
      panel: CorrespondencePanel
      file: { id: number; version: number }
      typed: Readonly<Record<string, string>>
      fields: Readonly<Record<string, string>>
      key: string
      moment: Date
    }
    'moderation/_messages': { messages: CorrespondencePanel['messages']; mine: 'desk' | 'author'; moment: Date }
  }
}

const MessageForm = z.object({
  'message-text': words('Your message', 'Write what you want to ask the author', 2000),
  key: clientKey,
  version: z
    .string({ error: 'This page is out of date. Reload it and try again.' })
    .regex(/^\d{1,9}$/, 'This page is out of date. Reload it and try again.')
    .transform(Number),
})

export async function correspondenceRoutes(app: FastifyInstance): Promise<void> {
  const config = { access: moderators, again: showCaseAgain(app) }
  app.post<{ Params: CaseParams }>('/moderation/cases/:id/messages', { config }, async (request, reply) => {
    const id = parseId(request.params.id)
    const actor = moderatorOf(request)
    await caseRow(app.db, actor, id)
    const { 'message-text': text, key, version } = parseForm(MessageForm, request.body)
    const sent = await doOnCase(app, request, reply, () => askAuthor(app.db, actor, id, { text, clientKey: key, version }))
    return sent ? reply.seeOther(`/moderation/cases/${id}#correspondence`, 'author-asked') : reply
  })
}
