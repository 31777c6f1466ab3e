/** The way of a draft over HTTP: handing in, sending back, approving, scheduling, publishing. One address for each act. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SignedIn } from '../actor.ts'
import type { Refused } from '../errors.ts'
import { cleanLine, cleanText, fits } from '../text/input.ts'
import { publishers } from '../web/access.ts'
import { parseForm, parseId, typed, words } from '../web/forms.ts'
import { momentOf, NO_TIME } from './composer.ts'
import { showDraft, signedInActor } from './draft-page.ts'
import { draftById } from './draft.ts'
import type { Notice } from '../web/notices.ts'
import {
  adoptSuggestion,
  approveDraft,
  discardDraft,
  publishDraft,
  reopenDraft,
  returnDraft,
  scheduleDraft,
  submitDraft,
  unscheduleDraft,
} from './lifecycle.ts'
import type { DraftForm } from './schema.ts'

const version = z.coerce.number({ error: 'This page is out of date. Open the draft again.' }).int().positive()
const Version = z.object({ version })
const Time = z.object({ version, date: z.string().default(''), time: z.string().default('') })
const Approval = Time.extend({ act: z.enum(['approve', 'publish', 'schedule']).default('approve'), lock: z.literal('yes').optional() })
const Return = z.object({
  version,
  note: words('The note', 'Say what has to change', 2000),
  title: z
    .string()
    .transform(cleanLine)
    .refine((text) => fits(text, 120), 'The title that you suggest must be 120 characters or fewer')
    .optional(),
  body: z
    .string()
    .transform(cleanText)
    .refine((text) => fits(text, 10_000), 'The text that you suggest must be 10,000 characters or fewer')
    .optional(),
})

/** What an act answers: what is said afterwards, and where; without an address on the draft's own page. */
type Act = (app: FastifyInstance, actor: SignedIn, id: number, body: unknown) => Promise<{ notice: Notice; path?: string | null }>

const ACTS: Readonly<Record<string, Act>> = {
  async submission(app, actor, id, body) {
    await submitDraft(app.db, actor, id, parseForm(Version, body).version)
    return { notice: 'draft-submitted' }
  },
  async return(app, actor, id, body) {
    const { version, note, ...suggested } = parseForm(Return, body)
    const { form } = await draftById(app.db, actor, id)
    await returnDraft(app.db, actor, id, { version, note, suggestion: suggestionOf(form, suggested) })
    return { notice: 'draft-returned', path: '/officers' }
  },
  async adoption(app, actor, id, body) {
    await adoptSuggestion(app.db, actor, id, parseForm(Version, body).version)
    return { notice: 'draft-adopted' }
  },
  async approval(app, actor, id, body) {
    const { version, act, lock, ...when } = parseForm(Approval, body)
    const publishAt = act === 'schedule' ? momentOf({ ...NO_TIME, ...when }) : null
    const { path } = await approveDraft(app.db, actor, id, { version, publish: act === 'publish', lock: lock === 'yes', publishAt })
    return path ? { notice: 'post-published', path } : { notice: publishAt ? 'draft-scheduled' : 'draft-approved' }
  },
  async reopening(app, actor, id) {
    await reopenDraft(app.db, actor, id)
    return { notice: 'draft-reopened' }
  },
  async schedule(app, actor, id, body) {
    const { version, ...when } = parseForm(Time, body)
    await scheduleDraft(app.db, actor, id, { version, publishAt: momentOf(when) })
    return { notice: 'draft-scheduled' }
  },
  async unscheduling(app, actor, id) {
    await unscheduleDraft(app.db, actor, id)
    return { notice: 'draft-unscheduled' }
  },
  async publication(app, actor, id, body) {
    const { path } = await publishDraft(app.db, actor, id, parseForm(Version, body).version)
    return { notice: 'post-published', path }
  },
  async discarding(app, actor, id) {
    await discardDraft(app.db, actor, id)
    return { notice: 'draft-discarded', path: '/officers' }
  },
}

export async function draftStepRoutes(app: FastifyInstance): Promise<void> {
  const again = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => {
    const draft = await draftById(app.db, request.actor, parseId((request.params as { id: string }).id))
    return showDraft(request, reply, draft, { typed: typed(request.body), errors: problem.fields, message: problem.message })
  }
  for (const [name, act] of Object.entries(ACTS))
    app.post<{ Params: { id: string } }>(`/officers/drafts/:id/${name}`, { config: { access: publishers, again } }, async (request, reply) => {
      const id = parseId(request.params.id)
      const { notice, path } = await act(app, signedInActor(request), id, request.body)
      return reply.seeOther(path ?? `/officers/drafts/${id}`, notice)
    })
}

/** Only what differs from the author's words; null when nothing does. */
function suggestionOf(form: DraftForm, suggested: Partial<DraftForm>): DraftForm | null {
  const changed = Object.entries(suggested).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && cleanText(form[entry[0]] ?? '') !== entry[1].trim() && entry[1].trim() !== '',
  )
  return changed.length > 0 ? Object.fromEntries(changed) : null
}
