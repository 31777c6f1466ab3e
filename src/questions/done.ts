/**
 * What a page about questions says once, after a form did its work. The address carries a word, never the text, so that nobody can put words on our pages.
 */
import type { FastifyReply } from 'fastify'

const DONE = {
  asked: 'Your question is with the team.',
  published: 'The question is published with your answer. The asker is told.',
  'published-open': 'The question is published. Its clock runs on until you answer.',
  private: 'The question stays between the asker and the team. The asker is told why.',
  answered: 'Your answer is sent. The clock has stopped.',
  marked: 'The comment is marked as the answer. The clock has stopped.',
  acknowledged: 'The asker knows that you have seen it. The clock runs on.',
  taken: 'The question is with you now.',
  'handed-back': 'The question is with the whole team again.',
  assigned: 'The question has changed hands.',
  moved: 'The question is with the other team now. Its clock runs on.',
  reviewed: 'Your word on the missed time is sent to the asker.',
  rated: 'Thank you. You can change it at any time.',
  reopened: 'Thank you. The question is open again, with the sergeant of the team.',
  'review-asked': 'The sergeant of the team will look into it and answer you here.',
  withdrawn: 'You have taken your question back.',
  unnamed: 'Your name is no longer shown with the question.',
  away: 'The time away is set. Open questions go to whoever covers.',
  back: 'The time away has ended.',
} as const
export type Done = keyof typeof DONE

/** After a form: to a page, with a message that is shown once. */
export function seeDone(reply: FastifyReply, path: string, done: Done): FastifyReply {
  return reply.seeOther(`${path}${path.includes('?') ? '&' : '?'}done=${done}`)
}

/** The message that belongs to the word in the address; null for none. */
export function sayDone(query: unknown): string | null {
  const done = typeof query === 'object' && query !== null ? (query as Record<string, unknown>)['done'] : undefined
  return typeof done === 'string' && Object.hasOwn(DONE, done) ? DONE[done as Done] : null
}
