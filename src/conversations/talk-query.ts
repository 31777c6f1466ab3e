/** Where in the thread a reader is, read from the address: the same on every page that shows a conversation. */
import { z } from 'zod'

const position = z.coerce.number().int().positive().max(1e15).optional()

export const TalkQuery = z.object({
  thread: position,
  after: position,
  before: position,
  from: position,
  all: z
    .literal('yes')
    .optional()
    .transform((all) => all === 'yes'),
})
