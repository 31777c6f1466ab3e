/** An invitation to a focus group is taken back by whoever convened it, until it begins: whoever had it hears, and their place is free. */
import { and, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { sayWindowInFull } from '../places/presence-window.ts'
import { tellOfPost } from '../posts/stored-post.ts'
import { lockGroup, type Group } from './group.ts'
import { readsThere } from './insider.ts'
import { isConvener, mayInvite } from './policy.ts'
import { focusGroupPeople } from './schema.ts'

/** Twice is the same as once. Whoever had said that they come gets a mail. Throws `NotFound`, and `Forbidden` for all but the convener and once it has begun. */
export const takeBackInvitation = (
  db: Database,
  config: Pick<Config, 'publicUrl'>,
  actor: SignedIn,
  postId: number,
  accountId: number,
): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { group, post } = await lockGroup(tx, actor, postId)
    if (!mayInvite(actor, group, group.state))
      throw new Forbidden(
        isConvener(actor, group)
          ? 'It is no longer before the group, so the invitations stay as they are.'
          : 'Whoever convened the group invites to it, and takes invitations back.',
      )
    const theirs = and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.accountId, accountId))
    const [gone] = await tx.delete(focusGroupPeople).where(theirs).returning()
    if (!gone) return { path: group.path }
    await tellOfPost(tx, actor.accountId, 'group.uninvited', post, { accountId })
    if (gone.answer === 'coming') await writeTo(tx, config, group, gone)
    return { path: group.path }
  })

async function writeTo(tx: Tx, { publicUrl }: Pick<Config, 'publicUrl'>, group: Group, gone: typeof focusGroupPeople.$inferSelect): Promise<void> {
  const [person] = await tx
    .select({ email: accounts.email })
    .from(accounts)
    .where(and(eq(accounts.id, gone.accountId), readsThere(group.audience, now())))
  if (!person) return
  const text = `Your invitation to the focus group “${group.title}”, ${sayWindowInFull(group)}, was taken back, so you need not come.\n\nYou can still take part in its conversation:\n${publicUrl}${group.path}`
  // Whoever is invited and answers once more may hear of it once more.
  const key = `focus-group:${group.postId}:back:${gone.accountId}:${gone.invitedAt.getTime()}`
  await sendMail(tx, { key, to: person.email, subject: `Your invitation was taken back: ${group.title}`, text })
}
