/**
 * What the desk does about a notice: pass it on to the author, open the item's own case to decide about it, tell the complainant how it ended.
 * None of these removes anything: that is a decision of the item's case, with its reason and its row in the public log.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { NotFound, Overtaken, Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { closeCaseAbout, joinCase } from '../moderation/case.ts'
import { cases } from '../moderation/schema.ts'
import { answerDeadline } from './clock.ts'
import { authorLetter, outcomeLetter, type AboutNotice, type Sender } from './letters.ts'
import { atDesk, isOver, lockNotice, takeStep, type LockedNotice } from './notice.ts'
import { requireHandler } from './policy.ts'
import { KIND_SAID } from './statement.ts'
import { isUp } from './subject.ts'

/** `decide` opens or joins the item's case; the others move the notice on. */
export const DESK_STEPS = ['tell-author', 'decide', 'end-down', 'end-up'] as const
export type DeskStep = (typeof DESK_STEPS)[number]

export interface NewStep {
  step: DeskStep
  /** For the desk. Mandatory to leave the item up though nobody answered for it. */
  note: string | null
  /** The version of the case that was in view. */
  version: number
}

/**
 * Takes a step; answers the case to go to. Throws `NotFound`, `Forbidden`, `Refused` (fields `notice-step`, `notice-note`), and `Overtaken` when a colleague
 * or the author did something since the page was loaded. The same step again changes nothing.
 */
export async function handleNotice(db: Database, sender: Sender, actor: SignedIn, noticeId: number, input: NewStep): Promise<{ caseId: number }> {
  return db.transaction(async (tx) => {
    const locked = await lockNotice(tx, noticeId)
    if (!locked) throw new NotFound('notice')
    requireHandler(actor, locked.item)
    if (isDone(locked, input.step)) return { caseId: locked.caseId }
    if (locked.caseVersion !== input.version)
      throw new Overtaken('Something happened with this notice while you were reading. Look at it again, then go on.')
    if (isOver(locked.notice)) throw new Overtaken('This notice has ended. Nothing was changed.')
    if (input.step === 'decide') return { caseId: await openItemCase(tx, locked) }
    if (input.step === 'tell-author') await tellAuthor(tx, sender, actor, locked, input.note)
    else await endNotice(tx, sender, actor, locked, input)
    return { caseId: locked.caseId }
  })
}

const DONE_WHEN: Record<DeskStep, string | null> = { 'tell-author': 'author-told', decide: null, 'end-down': 'ended-down', 'end-up': 'ended-up' }

/** Two taps on one button. */
const isDone = ({ notice }: LockedNotice, step: DeskStep): boolean => notice.stage === DONE_WHEN[step]

const aboutOf = ({ notice, item }: LockedNotice): AboutNotice => ({ id: notice.id, kind: notice.kind, item: item.kind, title: item.title })

const refused = (field: 'notice-step' | 'notice-note', message: string): Refused =>
  new Refused('There is a problem with what you sent', { [field]: message })

async function tellAuthor(tx: Tx, sender: Sender, actor: SignedIn, locked: LockedNotice, note: string | null): Promise<void> {
  const { notice, item, caseId } = locked
  if (notice.stage !== 'received') throw refused('notice-step', 'Its author has been told already')
  if (!isUp(item.state)) throw refused('notice-step', 'It is no longer up, so there is nothing to ask its author')
  const [author] = await tx.select({ email: accounts.email }).from(accounts).where(eq(accounts.id, item.authorId))
  if (!author) throw refused('notice-step', 'Its author cannot be reached: decide about it within the 48 hours')
  const answerBy = answerDeadline(now())
  const complainant = notice.mayShare ? { name: notice.name, email: notice.email } : null
  const letter = authorLetter(sender, { ...aboutOf(locked), statement: notice.statement, complainant, answerBy })
  await takeStep(tx, atDesk(actor), notice, item, caseId, { stage: 'author-told', act: 'tell-author', note, dueAt: answerBy })
  await sendMail(tx, { key: `notice:${notice.id}:author`, to: author.email, ...letter })
}

/** The item's own case, in which it is decided on like on everything else. */
async function openItemCase(tx: Tx, { notice, item }: LockedNotice): Promise<number> {
  if (!isUp(item.state)) throw refused('notice-step', 'It is no longer up: there is nothing left to decide')
  const opening = { because: `${KIND_SAID[notice.kind]} ${notice.id}.`, urgent: false, openedAt: now(), dueAt: notice.stageDueAt ?? now() }
  const { file } = await joinCase(tx, item, opening)
  return file.id
}

async function endNotice(tx: Tx, sender: Sender, actor: SignedIn, locked: LockedNotice, { step, note }: NewStep): Promise<void> {
  const { notice, item, caseId } = locked
  const outcome = step === 'end-down' ? 'down' : 'up'
  if (outcome === 'down' && isUp(item.state)) throw refused('notice-step', 'It is still up. Decide about it first')
  if (outcome === 'up' && !isUp(item.state)) throw refused('notice-step', 'It is no longer up')
  const standsByIt = notice.stage === 'author-answered' && notice.answer === 'stands-by-it'
  if (outcome === 'up' && !standsByIt && note === null)
    throw refused('notice-note', 'Write a note: why does it stay, though its author has not answered for it?')
  const author = standsByIt && notice.authorMayShare && notice.authorName && notice.authorAddress
  const letter = outcomeLetter(sender, {
    ...aboutOf(locked),
    outcome,
    standsByIt,
    author: author ? { name: notice.authorName ?? '', address: author } : null,
  })
  const stage = outcome === 'down' ? 'ended-down' : 'ended-up'
  await takeStep(tx, atDesk(actor), notice, item, caseId, { stage, act: 'end-notice', note, dueAt: null, set: { complainantToldAt: now() } })
  await sendMail(tx, { key: `notice:${notice.id}:ended`, to: notice.email, ...letter })
  await closeCaseAbout(tx, eq(cases.noticeId, notice.id))
}
