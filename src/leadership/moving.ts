/**
 * A live session or a focus group at another time, until it begins: what was asked and who comes stay. Everybody who has to do with it hears, whoever comes to a
 * group by mail too, reminders follow the new time, and the page says when it was to be.
 */
import { and, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { requireAhead, sayWindowInFull, type Window } from '../places/presence-window.ts'
import { tellOfPost } from '../posts/stored-post.ts'
import { lockGroup, type Group } from './group.ts'
import { readsThere } from './insider.ts'
import { mayMoveGroup, mayMoveSession, requireVoice, type State } from './policy.ts'
import { reminderDue } from './reminder.ts'
import { focusGroupPeople, focusGroups, liveSessions } from './schema.ts'
import { lockSession } from './session.ts'

export interface SessionMove extends Window {
  /** How often it had been moved when the form was opened. */
  seen: number
}

export interface GroupMove extends SessionMove {
  venue: string
}

/** The same again changes nothing. Throws `NotFound`, `Forbidden`, `Overtaken` when somebody else moved it meanwhile, and `Refused` (fields `date`, `from`). */
export const moveSession = (db: Database, actor: SignedIn, postId: number, { seen, ...to }: SessionMove): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { session, post } = await lockSession(tx, actor, postId)
    if (!mayMoveSession(actor, session, session.state)) throw refusal(session.state, 'Its host, whoever planned it, or the press office moves it.')
    requireVoice(actor, post)
    if (isSameTime(session, to)) return { path: session.path }
    requireUnmoved(session, seen)
    requireAhead(to, now())
    const from = { movedFromStart: session.startsAt, movedFromEnd: session.endsAt, moveCount: session.moveCount + 1 }
    await tx
      .update(liveSessions)
      .set({ ...to, ...from })
      .where(eq(liveSessions.postId, postId))
    await tellOfPost(tx, actor.accountId, 'session.moved', post, { hostId: session.hostId })
    return { path: session.path }
  })

/** Also to another place. Throws as `moveSession` does. */
export const moveGroup = (
  db: Database,
  config: Pick<Config, 'publicUrl'>,
  actor: SignedIn,
  postId: number,
  { seen, ...to }: GroupMove,
): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    if (!mayMoveGroup(actor, group, group.state)) throw refusal(group.state, 'Whoever convened the group moves it, or the press office.')
    requireVoice(actor, post)
    if (isSameTime(group, to) && group.venue === to.venue) return { path: group.path }
    requireUnmoved(group, seen)
    if (!isSameTime(group, to)) requireAhead(to, now())
    const moveCount = group.moveCount + 1
    const from = { movedFromStart: group.startsAt, movedFromEnd: group.endsAt, movedFromVenue: group.venue, moveCount }
    await tx
      .update(focusGroups)
      .set({ ...to, ...from })
      .where(eq(focusGroups.postId, postId))
    // What is moved within its last day needs no reminder: everybody hears of the move now.
    const remindedAt = reminderDue(to.startsAt) <= now() ? now() : null
    await tx.update(focusGroupPeople).set({ remindedAt }).where(eq(focusGroupPeople.postId, postId))
    await tellOfPost(tx, actor.accountId, 'group.moved', post)
    await writeToComing(tx, config, group, { ...to, moveCount })
    return { path: group.path }
  })

const isSameTime = (one: Window, other: Window): boolean =>
  one.startsAt.getTime() === other.startsAt.getTime() && one.endsAt.getTime() === other.endsAt.getTime()

const BECAUSE: Readonly<Partial<Record<State, string>>> = {
  off: 'It is called off already.',
  now: 'It has begun, so it cannot be moved any more.',
  over: 'It is over, so it cannot be moved any more.',
}

const refusal = (state: State, whose: string): Forbidden => new Forbidden(BECAUSE[state] ?? whose)

function requireUnmoved({ moveCount }: { moveCount: number }, seen: number): void {
  if (moveCount !== seen) throw new Overtaken('A colleague moved it while you were writing. Open it again to see to when.')
}

async function writeToComing(
  tx: Tx,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  group: Group,
  to: Window & { venue: string; moveCount: number },
): Promise<void> {
  const coming = await tx
    .select({ id: accounts.id, email: accounts.email })
    .from(focusGroupPeople)
    .innerJoin(accounts, eq(accounts.id, focusGroupPeople.accountId))
    .where(and(eq(focusGroupPeople.postId, group.postId), eq(focusGroupPeople.answer, 'coming'), readsThere(group.audience, now())))
  const text = [
    `The time or the place of the focus group “${group.title}” has changed. You still have your place.`,
    `It was:\n${sayWindowInFull(group)}\n${group.venue}`,
    `It is now:\n${sayWindowInFull(to)}\n${to.venue}`,
    `If you cannot come then, say so, and somebody else can have your place:\n${publicUrl}${group.path}`,
  ].join('\n\n')
  for (const { id, email } of coming)
    await sendMail(tx, { key: `focus-group:${group.postId}:moved:${to.moveCount}:${id}`, to: email, subject: `Changed: ${group.title}`, text })
}
