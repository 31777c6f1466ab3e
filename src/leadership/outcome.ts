/**
 * How a focus group ends: with notes of what was said and what follows, published to everybody who reads where it stands, or called off with a reason.
 */
import { and, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { Forbidden, Overtaken } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { sayWindowInFull } from '../places/presence-window.ts'
import { tellOfPost } from '../posts/stored-post.ts'
import { renderPost } from '../text/markdown.ts'
import { lockGroup } from './group.ts'
import { readsThere } from './insider.ts'
import { isConvener, mayCallOffGroup, mayWriteNotes, requireVoice } from './policy.ts'
import { focusGroupPeople, focusGroups } from './schema.ts'

/** Markdown. What is changed later is a correction (see `correctNotes`); the same again changes nothing. Throws `NotFound`, `Forbidden`, and `Overtaken` for a second version. */
export async function publishNotes(db: Database, actor: SignedIn, postId: number, notes: string): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    const [stored] = await tx.select({ notes: focusGroups.notes }).from(focusGroups).where(eq(focusGroups.postId, postId))
    if (!mayWriteNotes(actor, group, group.state))
      throw new Forbidden(
        !isConvener(actor, group)
          ? 'Whoever convened the group publishes its notes. You can add to them in the conversation.'
          : group.state === 'off'
            ? 'The group was called off, so there is nothing to report.'
            : 'The group is not over yet. Its notes are published afterwards.',
      )
    requireVoice(actor, post)
    if (stored?.notes === notes) return { path: group.path }
    if (group.notesAt !== null) throw new Overtaken('The notes are published already. Correct them, and the version before stays readable.')
    await tx
      .update(focusGroups)
      .set({ notes, notesHtml: renderPost(notes), notesBy: actor.accountId, notesAt: now() })
      .where(eq(focusGroups.postId, postId))
    await tellOfPost(tx, actor.accountId, 'group.noted', post)
    return { path: group.path }
  })
}

/** Whoever said that they come gets a mail with the reason. Twice is the same as once. Throws `NotFound`, `Forbidden`. */
export async function callOffGroup(
  db: Database,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  actor: SignedIn,
  postId: number,
  because: string,
): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    if (group.calledOffBecause === because) return { path: group.path }
    if (!mayCallOffGroup(actor, group, group.state))
      throw new Forbidden(
        group.state === 'off'
          ? 'It is called off already.'
          : group.state === 'over'
            ? 'The group is over, so there is nothing to call off.'
            : 'Whoever convened the group calls it off, or the press office.',
      )
    requireVoice(actor, post)
    await tx.update(focusGroups).set({ calledOffBecause: because }).where(eq(focusGroups.postId, postId))
    await tellOfPost(tx, actor.accountId, 'group.called-off', post)
    const coming = await tx
      .select({ id: accounts.id, email: accounts.email })
      .from(focusGroupPeople)
      .innerJoin(accounts, eq(accounts.id, focusGroupPeople.accountId))
      .where(and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.answer, 'coming'), readsThere(group.audience, now())))
    for (const { id, email } of coming)
      await sendMail(tx, {
        key: `focus-group:${postId}:off:${id}`,
        to: email,
        subject: `Called off: ${group.title}`,
        text: `The focus group “${group.title}”, ${sayWindowInFull(group)}, is called off.\n\n${because}\n\n${publicUrl}${group.path}`,
      })
    return { path: group.path }
  })
}
