/**
 * Whoever comes to a focus group is reminded by mail at the same time of the day before, on UK clocks, once for each time to which it is moved. Who said so later
 * than that has just seen it, and who no longer reads where it stands hears nothing of it.
 */
import { and, eq, gt, isNull, lte, ne } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import { sayWindowInFull } from '../places/presence-window.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { daysAfter } from '../text/moment.ts'
import { readsThere } from './insider.ts'
import { focusGroupPeople, focusGroups } from './schema.ts'

/** The longest that a day lasts, the night on which the clocks go back included. */
const A_DAY = 25 * 3_600_000

/** When people are reminded of it. */
export const reminderDue = (startsAt: Date): Date => daysAfter(startsAt, -1)

/** Bears being run at once and twice: each group in a transaction of its own. */
export async function remindOfGroups(db: Database, config: Config): Promise<void> {
  const moment = now()
  const near = await db
    .select({ postId: focusGroups.postId, startsAt: focusGroups.startsAt })
    .from(focusGroups)
    .innerJoin(posts, eq(posts.id, focusGroups.postId))
    .where(
      and(
        gt(focusGroups.startsAt, moment),
        lte(focusGroups.startsAt, new Date(moment.getTime() + A_DAY)),
        isNull(focusGroups.calledOffBecause),
        ne(posts.state, 'withdrawn'),
      ),
    )
  for (const { postId, startsAt } of near) if (reminderDue(startsAt) <= moment) await db.transaction((tx) => remindOf(tx, config, postId))
}

/** The row of the group is locked: whoever calls it off meanwhile does so before, and then nobody is reminded, or after. */
async function remindOf(tx: Tx, { publicUrl }: Config, postId: number): Promise<void> {
  const moment = now()
  const [group] = await tx
    .select({ group: focusGroups, title: posts.title, slug: posts.slug, audience: posts.audience })
    .from(focusGroups)
    .innerJoin(posts, eq(posts.id, focusGroups.postId))
    .where(and(eq(focusGroups.postId, postId), isNull(focusGroups.calledOffBecause), ne(posts.state, 'withdrawn')))
    .for('no key update', { of: focusGroups, skipLocked: true })
  if (!group || reminderDue(group.group.startsAt) > moment) return
  const { startsAt, endsAt, venue, moveCount } = group.group
  const waiting = and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.answer, 'coming'), isNull(focusGroupPeople.remindedAt))
  const people = await tx
    .select({ id: accounts.id, email: accounts.email })
    .from(focusGroupPeople)
    .innerJoin(accounts, eq(accounts.id, focusGroupPeople.accountId))
    .where(and(waiting, lte(focusGroupPeople.answeredAt, reminderDue(startsAt)), readsThere(group.audience, moment)))
  for (const { id, email } of people) {
    const where = `${sayWindowInFull({ startsAt, endsAt })}\n${venue}`
    const link = `${publicUrl}${postPath(null, { id: postId, slug: group.slug })}`
    const text = `You said that you come to the focus group “${group.title}”.\n\n${where}\n\nIf you cannot come, say so, and somebody else can have your place:\n${link}`
    const key = `focus-group:${postId}:account:${id}${moveCount === 0 ? '' : `:${moveCount}`}`
    await sendMail(tx, { key, to: email, subject: `Tomorrow: ${group.title}`, text })
    await tx
      .update(focusGroupPeople)
      .set({ remindedAt: moment })
      .where(and(eq(focusGroupPeople.postId, postId), eq(focusGroupPeople.accountId, id)))
  }
}
