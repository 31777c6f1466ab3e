/** The page on which somebody looks at their own words once more before they are posted. Nothing of it is stored. */
import type { FastifyReply } from 'fastify'
import type { Actor } from '../actor.ts'
import { showDoubt, type ShownDoubt } from '../screening/doubt.ts'
import type { Doubt } from '../screening/screen.ts'
import { incidentFor } from '../switches/in-force.ts'
import { isPublic } from './audience.ts'
import type { Conversation } from './conversation.ts'
import { commentForm, subjectOf, type CommentForm } from './talk.ts'

export interface CheckedWords {
  doubt: ShownDoubt
  body: string
  /** Where both forms of the page go. */
  action: string
  /** What else they send. */
  hidden: Record<string, string>
  /** Under which the browser keeps what is typed; to be dropped once it is sent. */
  keep: string | null
  title: string
  /** Back without sending anything. */
  path: string
  /** Everybody will read it, so a moderator can be asked to look first. */
  everybody: boolean
  /** The form of a new comment with these words; null for a comment that is being changed. */
  form: CommentForm | null
  /** The comment that is being changed is public. */
  shown: boolean
}

declare module '../web/page.ts' {
  interface Views {
    'conversations/check': CheckedWords
  }
}

interface NewWords {
  parentId: number | null
  key: string
}

/** Before a new comment. */
export async function askAboutComment(
  reply: FastifyReply,
  actor: Actor,
  conversation: Conversation,
  doubt: Doubt,
  sent: NewWords,
): Promise<FastifyReply> {
  const incident = await incidentFor(reply.server.db, conversation.teamId)
  const form = commentForm(actor, subjectOf(conversation), { ...sent, body: doubt.body, incident })
  const hidden = { key: sent.key, ...(sent.parentId === null ? {} : { parent: String(sent.parentId) }) }
  return ask(reply, doubt, {
    action: `/conversations/${conversation.id}/comments`,
    hidden,
    keep: `comment-${conversation.id}-${sent.parentId ?? 0}`,
    title: conversation.title,
    path: sent.parentId === null ? `${conversation.path}#conversation` : `/comments/${sent.parentId}`,
    everybody: isPublic(conversation.audience),
    form,
    shown: false,
    teamId: conversation.teamId,
  })
}

/** Before the words of a comment change. */
export const askAboutEdit = (reply: FastifyReply, comment: { id: number; state: string }, conversation: Conversation, doubt: Doubt): FastifyReply =>
  ask(reply, doubt, {
    action: `/comments/${comment.id}/versions`,
    hidden: {},
    keep: null,
    title: conversation.title,
    path: `/comments/${comment.id}`,
    everybody: isPublic(conversation.audience),
    form: null,
    shown: comment.state === 'published',
    teamId: conversation.teamId,
  })

function ask(reply: FastifyReply, doubt: Doubt, { teamId, ...page }: Omit<CheckedWords, 'doubt' | 'body'> & { teamId: number | null }): FastifyReply {
  const shown = showDoubt(doubt)
  const title = shown.elsewhere.includes('emergency') ? 'Do you need the police now?' : 'Look at this before you post it'
  return reply.page('conversations/check', { ...page, doubt: shown, body: doubt.body }, { title, noindex: true, status: 422, teamId })
}
