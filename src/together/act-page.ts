/** The page of a post when one of the small forms on it was refused: that form again, with what was typed. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { networkPage } from '../circles/page.ts'
import { Refused } from '../errors.ts'
import { staffPostById, type StaffPostPage } from '../network/page.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { parseId, typed } from '../web/forms.ts'
import { findByWords, type Findable } from './find.ts'
import { teamsOf } from './policy.ts'

type Fields = Readonly<Record<string, string>>

/** A small form on the page of a post. */
export interface ActForm {
  postId: number
  teams: { id: number; name: string }[]
  form: Fields
  errors: Fields
  /** What was found by the words that were typed; null where nothing was looked for. */
  found?: Findable[] | null
}

/** Not a fault: the button "Find" shows the form again, with what was found. */
export class Finding extends Refused {}

const TITLES = {
  best: 'Mark the best answer',
  use: 'We used this',
  join: 'I’m working on this',
  link: 'Add a link',
  close: 'What came of it',
} as const
export type Act = keyof typeof TITLES

declare module '../web/page.ts' {
  interface Views {
    'together/act': { act: Act; title: string; post: StaffPostPage; shown: ActForm }
  }
  interface Partials {
    'together/_use-form': ActForm
    'together/_join-form': ActForm
    'together/_link-form': ActForm
    'together/_close-form': ActForm
    'together/_best-form': ActForm
  }
}

export const postIn = (request: FastifyRequest): number => parseId((request.params as { id?: string }).id)

/** For `config.again`. */
export const showAct =
  (act: Act) =>
  async (request: FastifyRequest, reply: FastifyReply, problem: Refused): Promise<FastifyReply> => {
    const actor = signedInActor(request)
    const post = await staffPostById(request.server.db, actor, postIn(request))
    const { words = '' } = typed(request.body)
    const found = problem instanceof Finding || words !== '' ? await findByWords(request.server.db, actor, words.slice(0, 200)) : null
    const shown = { found, postId: post.id, teams: teamsOf(actor), form: typed(request.body), errors: problem.fields }
    return reply.page(
      'together/act',
      { act, title: TITLES[act], post, shown },
      networkPage(TITLES[act], problem instanceof Finding ? undefined : problem),
    )
  }

/** Back to the page of the post, to what stands there of its kind. */
export const pathBack = async (request: FastifyRequest, anchor: string): Promise<string> =>
  `${(await staffPostById(request.server.db, request.actor, postIn(request))).path}#${anchor}`
