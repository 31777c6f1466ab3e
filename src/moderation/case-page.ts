/**
 * The page of a case: the file, what can be decided, what desk and author wrote, and what the rooms above add. Every form on it that is refused,
 * or that came too late, shows the page again with what was typed.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, Overtaken, type Refused } from '../errors.ts'
import type { Again } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { nameOf, newSince } from './beside.ts'
import { correspondencePanel, type CorrespondencePanel } from './correspondence.ts'
import { decidingPanel, type DecidingPanel } from './deciding.ts'
import { ESCALATION_CHOICES } from './escalation.ts'
import { caseFile, caseRow, type CaseFile } from './file.ts'
import { panelsOf, type CasePanels } from './panels.ts'
import { visitCase } from './visit.ts'

type Fields = Readonly<Record<string, string>>

export interface CasePage {
  file: CaseFile
  /** Null when there is nothing to decide here, or not by this moderator. */
  deciding: DecidingPanel | null
  correspondence: CorrespondencePanel | null
  panels: Partial<CasePanels>
  /** What was sent, when a form of this page was refused or came too late. */
  typed: Fields
  /** What is wrong with it, by field. */
  fields: Fields
  message: string | null
  /** What stands beside the post otherwise than the form that came too late saw it. */
  fresh: string[]
  /** The words of whoever came too late: the form in which they stood may be gone. */
  kept: string[]
  /** For the forms of this page: a fresh one for each kind of thing that they make. */
  key: string
  moment: Date
  /** Whom it can be escalated to: code and name. */
  escalations: readonly [code: string, name: string][]
}

declare module '../web/page.ts' {
  interface Views {
    'moderation/case': CasePage
  }
}

export interface CaseParams {
  id: string
}

/** Shows a case; with a problem, again: 422 for what was refused, 409 for what a colleague did first. Throws `NotFound` for a case of another desk. */
export async function showCase(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, overtaken }: { problem?: Refused; overtaken?: string },
): Promise<unknown> {
  const actor = moderatorOf(request)
  const row = await caseRow(app.db, actor, parseId((request.params as CaseParams).id))
  if (row.waits) await visitCase(app.db, actor, row.id)
  const [file, deciding, correspondence, panels] = await Promise.all([
    caseFile(app.db, actor, row.id),
    decidingPanel(app.db, actor, row),
    correspondencePanel(app.db, actor, row),
    panelsOf(app.db, actor, row),
  ])
  const failed = problem !== undefined || overtaken !== undefined
  const sent = {
    typed: failed ? typed(request.body) : templateIn(request),
    fields: problem?.fields ?? {},
    message: overtaken ?? problem?.message ?? null,
    fresh: overtaken === undefined ? [] : freshBeside(file, typed(request.body)['seen']),
    kept: overtaken === undefined ? [] : wordsIn(typed(request.body)),
  }
  const status = overtaken !== undefined ? 409 : failed ? 422 : 200
  const data = { file, deciding, correspondence, panels, ...sent, key: randomUUID(), moment: now(), escalations: ESCALATION_CHOICES }
  return reply.page('moderation/case', data, { title: `Case ${file.id}`, status, failed, noindex: true })
}

const freshBeside = ({ surroundings }: CaseFile, seen: string | undefined): string[] =>
  seen === undefined || !surroundings
    ? []
    : newSince(
        surroundings.beside.flatMap(({ texts }) => texts),
        seen,
      ).map(nameOf)

/** What people write in sentences, by the names that the forms of this page give it. */
const WORDS = /(?:^|-)(?:text|note|others|because|reference|take-out)$|^escalation-answer$/

const wordsIn = (sent: Fields): string[] => Object.entries(sent).flatMap(([name, words]) => (WORDS.test(name) && words.trim() !== '' ? [words] : []))

/** `?template=7` puts its words into the form, where the browser runs no scripts. Nothing else of an address comes onto the page. */
function templateIn({ query }: FastifyRequest): Fields {
  const { template } = typed(query)
  return template === undefined ? {} : { template }
}

/** For `config.again` of the forms on this page. */
export const showCaseAgain =
  (app: FastifyInstance): Again =>
  (request, reply, problem) =>
    showCase(app, request, reply, { problem })

/** Does what a form of this page asks; answers true, or shows the case again (and answers false) when a colleague was quicker. */
export async function doOnCase(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error
    await showCase(app, request, reply, { overtaken: error.message })
    return false
  }
}

export function moderatorOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  return actor
}
