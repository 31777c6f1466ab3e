/**
 * Changing the mode of a conversation by hand: by whom, for how long, and never over a colleague's head.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { sayMoment } from '../text/dates.ts'
import { isPublic, mayRead } from './audience.ts'
import { lockConversation, type Conversation } from './conversation.ts'
import { columnsOf, isAlready, setMode, type NewMode } from './mode.ts'
import { longestFor, mayLookAtMode, maySetMode, modeNow } from './mode-policy.ts'
import type { Mode } from './schema.ts'

const DAY = 86_400_000
const LONGEST_REVIEW_DAYS = 366
export const NOT_YOURS = 'Only the team and the press office decide who can write here.'

/** When the mode was set that somebody had in view: tells two changes apart. Empty for a conversation that was never changed. */
export const modeMark = ({ modeSetAt }: Pick<Conversation, 'modeSetAt'>): string => modeSetAt?.toISOString() ?? ''

/**
 * Sets it and answers where the conversation stands. The same again is the same as once. Throws `NotFound`, `Forbidden`, `Refused` (fields `mode`, `mode-ends`,
 * `review`), and `Overtaken` when a colleague changed it since `seen`.
 */
export async function changeMode(
  db: Database,
  actor: SignedIn,
  id: number,
  { mode, seen }: { mode: NewMode; seen: string },
): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const talk = await lockConversation(tx, id)
    if (!talk || !mayRead(actor, talk) || !isPublic(talk.audience)) throw new NotFound('conversation')
    if (!mayLookAtMode(actor, talk)) throw new Forbidden(NOT_YOURS)
    if (talk.modeSetBy === actor.accountId && isAlready(talk, columnsOf(mode))) return talk
    if (modeMark(talk) !== seen) throw new Overtaken(await sayWhatHappened(tx, talk))
    requireRight(actor, talk, mode)
    requireLength(actor, mode)
    await setMode(tx, actor, id, mode)
    return talk
  })
}

function requireRight(actor: SignedIn, talk: Conversation, { mode }: NewMode): void {
  if (maySetMode(actor, talk, mode, now())) return
  const is = modeNow(talk, now())
  if (mode === 'legal-lock' || mode === 'archived') throw new Forbidden('Only the press office does that. You can ask it to.')
  if (is !== 'open') throw new Forbidden('Somebody else set this, so only the press office changes it. You can ask it to.')
  throw new Forbidden('Only a supervisor of the team or the press office does that. You can ask the press office.')
}

function requireLength(actor: SignedIn, mode: NewMode): void {
  const refuse = (field: string, message: string) => new Refused(message, { [field]: message })
  const moment = now().getTime()
  if (mode.mode === 'legal-lock') {
    if (mode.reviewAt.getTime() <= moment) throw refuse('review', 'The review date must be in the future')
    if (mode.reviewAt.getTime() - moment > LONGEST_REVIEW_DAYS * DAY) throw refuse('review', 'The review date must be within a year')
    return
  }
  if (mode.mode !== 'closed' && mode.mode !== 'held') return
  const endsAt = mode.endsAt ?? null
  const longest = longestFor(actor)
  if (endsAt === null && longest !== null) throw refuse('mode-ends', 'Enter the last day')
  if (endsAt !== null && endsAt.getTime() <= moment) throw refuse('mode-ends', 'The last day must be today or in the future')
  if (endsAt !== null && longest !== null && endsAt.getTime() - moment > longest * DAY)
    throw refuse('mode-ends', `You can do this for ${longest} days at most. Choose an earlier day, or ask the press office`)
}

const WORDS: Record<Mode, string> = {
  open: 'opened it again',
  held: 'set it to hold every comment',
  closed: 'closed it',
  'legal-lock': 'locked it, because proceedings are active',
  archived: 'archived it',
}

async function sayWhatHappened(tx: Tx, { mode, modeSetBy, modeSetAt }: Conversation): Promise<string> {
  const [setter] = modeSetBy === null ? [] : await tx.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, modeSetBy))
  const when = modeSetAt === null ? '' : ` on ${sayMoment(modeSetAt)}`
  return `${setter?.name ?? 'A colleague'} ${WORDS[mode]}${when}, while you had this page open. Nothing was changed: look at what it is now.`
}
