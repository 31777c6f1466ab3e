/** Word lists over HTTP: seeing them, changing them, trying a text against them. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import type { Piece } from '../text/difference.ts'
import { cleanText } from '../text/input.ts'
import { pressOffice } from '../web/access.ts'
import { clientKey, line, parseForm, typed, words } from '../web/forms.ts'
import { changeList, currentLists, listByName, sayFaults, versionsOf, type WordList } from './list.ts'
import { compilePatterns, faultsIn, findPatterns, linesOf, MOST_LINES, type Hit } from './pattern.ts'
import { mayKeepLists } from './policy.ts'
import { LIST_PURPOSES } from './schema.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'screening/lists': { lists: (WordList & { address: string; lines: number })[] }
    'screening/list': {
      /** Null: a new one. */
      list: WordList | null
      /** Of the page itself. */
      address: string
      /** What stands in the form. */
      filled: { name: string; purpose: string; patterns: string; note: string; sample: string; version: string; key: string }
      fields: Fields
      message: string | null
      /** What a text was found to hold, when one was tried. */
      tried: readonly Hit[] | null
      most: number
    }
    'screening/list-versions': {
      name: string
      address: string
      versions: { version: number; note: string; changedAt: Date; changedBy: string | null; lines: Piece[][]; first: boolean }[]
      next: number | null
    }
  }
}

const LISTS = '/moderation/settings/lists'
const addressOf = (name: string): string => `${LISTS}/${encodeURIComponent(name)}`

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ’',-]*$/u
const ListForm = z.object({
  patterns: z.string().max(400_000, 'The list is too long').default('').transform(cleanText),
  note: words('The reason', 'Say in a few words why the list changes', 500),
  version: z.coerce.number({ error: 'This page is out of date. Reload it and try again.' }).int().min(0),
  key: clientKey,
})
const NewListForm = ListForm.extend({
  name: line('The name', 'Enter a name for the list', 60).refine(
    (name) => NAME.test(name) && name.toLowerCase() !== 'new',
    'Use letters, digits, spaces, commas, hyphens and apostrophes for the name',
  ),
  purpose: z.enum(LIST_PURPOSES, { error: 'Choose what the list does' }),
})

interface NameParams {
  name: string
}
interface Again {
  problem?: Refused
  overtaken?: string
  tried?: readonly Hit[]
}

export async function screeningRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: pressOffice }

  app.get(LISTS, { config: access }, async (request, reply) => {
    keeperOf(request)
    const lists = await currentLists(app.db)
    const data = { lists: lists.map((list) => ({ ...list, address: addressOf(list.name), lines: linesOf(list.patterns).length })) }
    return reply.page('screening/lists', data, { title: 'Word lists', noindex: true })
  })

  app.get(`${LISTS}/new`, { config: access }, (request, reply) => showList(request, reply, null))
  const newAgain = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showList(request, reply, null, { problem })
  app.post(`${LISTS}/new`, { config: { ...access, again: newAgain } }, async (request, reply) => {
    const tried = triedIn(request)
    if (tried) return showList(request, reply, null, { tried })
    const { name, key, ...change } = parseForm(NewListForm, request.body)
    await changeList(app.db, keeperOf(request), name, { ...change, version: 0, clientKey: key })
    return reply.seeOther(addressOf(name), 'list-saved')
  })

  const found = (request: FastifyRequest) => listByName(app.db, (request.params as NameParams).name)
  app.get<{ Params: NameParams }>(`${LISTS}/:name`, { config: access }, async (request, reply) => showList(request, reply, await found(request)))
  const again = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showList(request, reply, await found(request), { problem })
  app.post<{ Params: NameParams }>(`${LISTS}/:name`, { config: { ...access, again } }, async (request, reply) => {
    const list = await found(request)
    const tried = triedIn(request)
    if (tried) return showList(request, reply, list, { tried })
    const { key, ...change } = parseForm(ListForm, request.body)
    try {
      await changeList(app.db, keeperOf(request), list.name, { ...change, purpose: list.purpose, clientKey: key })
    } catch (error) {
      if (error instanceof Overtaken) return showList(request, reply, await found(request), { overtaken: error.message })
      throw error
    }
    return reply.seeOther(addressOf(list.name), 'list-saved')
  })

  app.get<{ Params: NameParams; Querystring: { before?: string } }>(`${LISTS}/:name/versions`, { config: access }, async (request, reply) => {
    keeperOf(request)
    const { name } = request.params
    const { before } = request.query
    if (before !== undefined && !/^[1-9]\d{0,8}$/.test(before)) throw new NotFound()
    const { versions, next } = await versionsOf(app.db, name, before === undefined ? null : Number(before))
    const data = { name, address: addressOf(name), versions: compared(versions, next), next }
    return reply.page('screening/list-versions', data, { title: `Versions of “${name}”`, noindex: true })
  })
}

/** Each version beside the one before it; the last of a page is there only to be compared with. */
const compared = (versions: readonly WordList[], next: number | null) =>
  (next === null ? versions : versions.slice(0, -1)).map(({ version, note, changedAt, changedBy, patterns }, index) => ({
    version,
    note,
    changedAt,
    changedBy,
    first: version === 1,
    lines: changedLines(linesOf(versions[index + 1]?.patterns ?? ''), linesOf(patterns)),
  }))

/** A line is one thing, and its place in the list says nothing: what went, then what came. */
function changedLines(before: readonly string[], after: readonly string[]): Piece[][] {
  const [had, has] = [new Set(before), new Set(after)]
  const removed = before.filter((line) => !has.has(line)).map((text): Piece[] => [{ change: 'removed', text }])
  return [...removed, ...after.filter((line) => !had.has(line)).map((text): Piece[] => [{ change: 'added', text }])]
}

/** What a tried text holds of the lines as they are typed, saved or not; null when the form was sent to be saved. */
function triedIn(request: FastifyRequest): readonly Hit[] | null {
  const { try: wanted, patterns = '', sample = '' } = typed(request.body)
  if (wanted === undefined) return null
  keeperOf(request)
  const faults = faultsIn(cleanText(patterns))
  if (faults.length > 0) throw new Refused('Some lines cannot be read', { patterns: sayFaults(faults) })
  return findPatterns(compilePatterns(linesOf(cleanText(patterns))), cleanText(sample.slice(0, 20_000)))
}

async function showList(
  request: FastifyRequest,
  reply: FastifyReply,
  list: WordList | null,
  { problem, overtaken, tried }: Again = {},
): Promise<FastifyReply> {
  keeperOf(request)
  const failed = problem !== undefined || overtaken !== undefined
  const title = list ? list.name : 'Add a word list'
  return reply.page(
    'screening/list',
    {
      list,
      address: list ? addressOf(list.name) : `${LISTS}/new`,
      filled: filledWith(typed(request.body), list, overtaken !== undefined),
      fields: problem?.fields ?? {},
      message: overtaken ?? problem?.message ?? null,
      tried: tried ?? null,
      most: MOST_LINES,
    },
    { title, noindex: true, failed, status: overtaken === undefined ? (problem ? 422 : 200) : 409 },
  )
}

function filledWith(sent: Fields, list: WordList | null, overtaken: boolean) {
  const { name = '', purpose = '', patterns = list?.patterns ?? '', note = '', sample = '', version, key } = sent
  // Whoever was told of a colleague's change has it in view now.
  const inView = overtaken || version === undefined ? String(list?.version ?? 0) : version
  return { name, purpose, patterns, note, sample, version: inView, key: overtaken ? randomUUID() : (key ?? randomUUID()) }
}

function keeperOf(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new NotFound()
  if (!mayKeepLists(request.actor)) throw new Forbidden('Word lists are kept by the press office.')
  return request.actor
}
