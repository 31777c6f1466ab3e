/**
 * The press office of the demonstration: where to find each thing that its desk can have before it, and what it looks like from outside.
 */
import { and, desc, eq, gt, inArray, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import { accounts, roleGrants, sanctions } from '../accounts/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { caseMessages, cases, decisions, type Act } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { residentEmail } from './residents.ts'
import type { Sight } from './tour.ts'

const ANYBODY = 'anybody'
const PRESS = 'the press office'
const RESIDENT = 'a resident'
const part = 'The press office'

const open = isNull(cases.decidedAt)
const sight = (what: string, path: string | null, as: string): Sight => ({ part, what, path, as })

export const pressSights = async (db: Database): Promise<Sight[]> => [
  sight('The queue, with its views', '/moderation', PRESS),
  sight('What is overdue', '/moderation?view=overdue', PRESS),
  ...(await openSights(db)),
  ...(await paperSights(db)),
  ...(await decidedSights(db)),
  ...(await outsideSights(db)),
]

async function openSights(db: Database): Promise<Sight[]> {
  const held = (words: string) => caseWhere(db, and(open, eq(cases.cause, 'held'), sql`${cases.because} like ${`%${words}%`}`))
  return [
    sight('A comment that waits for a moderator, as its author sees it', '/account', 'a new resident'),
    sight('The same on the desk', await held('first comments'), PRESS),
    sight('Held because of a link', await held('A link'), PRESS),
    sight('Held because of a list of words', await held('take the law'), PRESS),
    sight('Held because its author was asked about a phone number and wanted a moderator', await held('a phone number'), PRESS),
    sight('Held because of a sanction', await held('A sanction'), PRESS),
    sight(
      'A flagged comment that is still to be decided',
      await caseWhere(db, and(open, eq(cases.cause, 'flagged'), isNotNull(cases.commentId))),
      PRESS,
    ),
    sight('A flagged post', await caseWhere(db, and(open, isNotNull(cases.postId))), PRESS),
    sight('Hidden by an officer because it could not wait', await caseWhere(db, and(open, eq(cases.cause, 'hidden'))), PRESS),
    sight('A case that is late', await caseWhere(db, and(open, sql`${cases.dueAt} < now()`)), PRESS),
    sight('A case that a colleague has', await caseWhere(db, and(eq(cases.state, 'assigned'), eq(cases.cause, 'flagged'))), PRESS),
    sight('A case that waits for what its author answers', await caseWhere(db, eq(cases.state, 'needs-info')), PRESS),
    sight('A case whose author has answered', await answered(db), PRESS),
    sight('A case that is with legal services', await caseWhere(db, eq(cases.state, 'escalated')), PRESS),
    sight('An appeal that somebody else has to hear', await caseWhere(db, eq(cases.state, 'appealed')), PRESS),
  ]
}

/** What is neither a comment nor a post. */
async function paperSights(db: Database): Promise<Sight[]> {
  const about = (words: string) => caseWhere(db, and(open, eq(cases.cause, 'proposal'), sql`${cases.because} like ${`%${words}%`}`))
  const waiting = and(isNull(roleGrants.confirmedAt), isNull(roleGrants.endedAt))
  const [role] = await db
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(waiting)
    .limit(1)
  return [
    sight('A sergeant asks for a legal lock', await caseWhere(db, and(open, eq(cases.cause, 'request'), cases.urgent)), PRESS),
    sight('A suspension that waits for a second person', await about('suspension'), PRESS),
    sight('A seal that waits for a second person', await about('seal'), PRESS),
    sight('A defamation notice that waits for the author', await caseWhere(db, and(open, eq(cases.cause, 'notice'))), PRESS),
    sight('A complaint to hand to professional standards', '/moderation/referrals', PRESS),
    sight('A period before elections, planned, and a major incident that is over', '/moderation/switches', PRESS),
    sight('A role that waits for a second administrator', role ? '/admin' : null, 'a second administrator'),
  ]
}

async function decidedSights(db: Database): Promise<Sight[]> {
  const [held] = await db
    .select({ id: sanctions.id })
    .from(sanctions)
    .where(and(isNull(sanctions.liftedAt), gt(sanctions.endsAt, sql`now()`)))
    .limit(1)
  const sealed = inArray(cases.commentId, sql`(select comment_id from seals where lifted_at is null)`)
  return [
    sight('A comment that was rejected and never public', await decided(db, 'reject'), PRESS),
    sight('A comment that was flagged and stays', await decided(db, 'keep'), PRESS),
    sight('A comment of which a part was taken out', await decided(db, 'redact'), PRESS),
    sight(
      'An appeal that was overturned',
      await caseWhere(db, inArray(cases.id, sql`(select case_id from appeals where outcome = 'overturned')`)),
      PRESS,
    ),
    sight('A comment that is sealed as evidence', await caseWhere(db, sealed), PRESS),
    sight('A sanction in force', held ? `/moderation/sanctions/${held.id}` : null, PRESS),
  ]
}

async function outsideSights(db: Database): Promise<Sight[]> {
  const redacted = and(eq(comments.state, 'published'), eq(comments.editedByModerator, true))
  const [edited] = await db.select({ id: comments.id }).from(comments).where(redacted).orderBy(desc(comments.id)).limit(1)
  const [covered] = await db
    .select({ path: conversations.path })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(sql`jsonb_path_exists(${posts.photos}, '$[*].graphic') and ${posts.state} in ('published', 'corrected')`)
    .limit(1)
  return [
    sight('Decisions in public, with filters and totals', '/moderation-log', ANYBODY),
    sight('What was overturned on appeal', '/moderation-log?act=overturn', ANYBODY),
    sight('A comment edited by a moderator', edited ? `/comments/${edited.id}` : null, ANYBODY),
    sight('A photo that is covered until you ask for it', covered?.path ?? null, ANYBODY),
    sight('What happens to a phone number: write a comment with 07700 900123 in it', await openTalk(db), RESIDENT),
    sight('A question from a moderator, a look-up, and a decision', '/account', RESIDENT),
    sight('The decision, and how to appeal', await removedOf(db, residentEmail('ruth')), RESIDENT),
    sight('Mail that follows from all this', '/demonstration/mail', ANYBODY),
  ]
}

async function openTalk(db: Database): Promise<string | null> {
  const anybodyMayWrite = and(eq(conversations.mode, 'open'), eq(conversations.audience, 'public'), gt(conversations.commentCount, 0))
  const [talk] = await db.select({ id: conversations.id }).from(conversations).where(anybodyMayWrite).orderBy(desc(conversations.id)).limit(1)
  return talk ? `/conversations/${talk.id}/comments/new` : null
}

/** The page on which that person reads why something of theirs was removed. */
async function removedOf(db: Database, email: string): Promise<string | null> {
  const [found] = await db
    .select({ id: decisions.caseId })
    .from(decisions)
    .innerJoin(cases, eq(cases.id, decisions.caseId))
    .innerJoin(comments, eq(comments.id, cases.commentId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(and(eq(accounts.email, email), eq(decisions.act, 'remove')))
    .orderBy(desc(decisions.id))
    .limit(1)
  return found ? `/account/cases/${found.id}` : null
}

async function caseWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const [found] = await db.select({ id: cases.id }).from(cases).where(condition).orderBy(desc(cases.id)).limit(1)
  return found ? `/moderation/cases/${found.id}` : null
}

const answered = (db: Database): Promise<string | null> => {
  const byAuthor = db.select({ id: caseMessages.caseId }).from(caseMessages).where(eq(caseMessages.fromDesk, false))
  return caseWhere(db, and(open, inArray(cases.id, byAuthor)))
}

async function decided(db: Database, act: Act): Promise<string | null> {
  const [found] = await db.select({ id: decisions.caseId }).from(decisions).where(eq(decisions.act, act)).orderBy(desc(decisions.id)).limit(1)
  return found ? `/moderation/cases/${found.id}` : null
}
