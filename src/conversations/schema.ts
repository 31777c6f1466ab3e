import { index, integer, pgTable, primaryKey, text, unique, uuid, boolean, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { at, bytewise, id, ref } from '../database/columns.ts'
import { teams } from '../teams/schema.ts'

export const MODES = ['open', 'held', 'closed', 'legal-lock', 'archived'] as const
export type Mode = (typeof MODES)[number]

export const COMMENT_STATES = ['held', 'published', 'hidden-pending', 'rejected', 'removed', 'withdrawn', 'disposed'] as const
export type CommentState = (typeof COMMENT_STATES)[number]

export const REACTIONS = ['helpful', 'thanks', 'same-here'] as const
export type Reaction = (typeof REACTIONS)[number]

const reactionCounts = {
  helpfulCount: integer().notNull().default(0),
  thanksCount: integer().notNull().default(0),
  sameHereCount: integer().notNull().default(0),
}

/** What hangs under a post, place or topic. It knows only audience, team, title and path of its subject. */
export const conversations = pgTable(
  'conversations',
  {
    id: id(),
    /** `public`, `staff`, `private:ACCOUNT` (that resident and the team; 0 for the team alone), or `circle:ID`. Set at birth; a trigger refuses any change. */
    audience: text().notNull(),
    teamId: ref().references(() => teams.id),
    title: text().notNull(),
    /** Address of the page that shows it, without host. */
    path: text().notNull(),
    mode: text({ enum: MODES }).notNull().default('open'),
    modeReason: text(),
    modeEndsAt: at(),
    legalTrigger: text({ enum: ['arrest', 'warrant', 'summons', 'charge'] }),
    modeSetBy: ref().references(() => accounts.id),
    modeSetAt: at(),
    /** Comments that readers see, stubs left out; kept by every act that changes it. */
    commentCount: integer().notNull().default(0),
    /** Raised by everything that changes what readers see. */
    version: integer().notNull().default(1),
    ...reactionCounts,
    /** Of a side conversation: the one beside which the staff talk. It has an audience of its own. */
    besideId: ref()
      .unique()
      .references((): AnyPgColumn => conversations.id),
    /** What residents say on its first level is gathered, to be supported and answered in order: see `raisedComments`. */
    gathers: boolean().notNull().default(false),
    createdAt: at().notNull().defaultNow(),
  },
  (table) => [
    index('conversations_closed')
      .on(table.teamId, table.modeEndsAt, table.id)
      .where(sql`${table.audience} = 'public' and ${table.mode} in ('closed', 'legal-lock')`),
  ],
)

/** How many public conversations of a team are in which mode. Kept by a trigger, whoever changes a mode. */
export const conversationModes = pgTable(
  'conversation_modes',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    mode: text({ enum: MODES }).notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.mode] })],
)

/** Answers that a team gives often, to begin from. */
export const savedReplies = pgTable(
  'saved_replies',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    title: text().notNull(),
    body: text().notNull(),
    clientKey: uuid().notNull().unique(),
    version: integer().notNull().default(1),
    changedBy: ref()
      .notNull()
      .references(() => accounts.id),
    changedAt: at().notNull().defaultNow(),
    retiredAt: at(),
  },
  (table) => [index('saved_replies_team').on(table.teamId, table.title, table.id)],
)

/**
 * Anything said in a conversation. Threads nest without end, and every comment belongs to one page of three levels:
 * `branchId` is the comment that heads its page (null for the conversation's own page), `place` its sort key there.
 */
export const comments = pgTable(
  'comments',
  {
    id: id(),
    conversationId: ref()
      .notNull()
      .references(() => conversations.id),
    parentId: ref().references((): AnyPgColumn => comments.id),
    branchId: ref().references((): AnyPgColumn => comments.id),
    /** 1 for a comment on the subject itself, 2 for a reply to that, … */
    level: integer().notNull(),
    /** Ids from the page's first level down to this comment, twelve hexadecimal digits each, joined by dots. */
    place: bytewise().notNull(),
    authorId: ref()
      .notNull()
      .references(() => accounts.id),
    /** Set when the author cut the comment loose from their name. */
    unnamedAt: at(),
    /** Given by the form, so that sending it twice makes one comment. */
    clientKey: uuid().notNull(),
    body: text().notNull(),
    bodyHtml: text().notNull(),
    state: text({ enum: COMMENT_STATES }).notNull(),
    /** The official mark, from the author's role at the time of writing; null for a resident. */
    officialRole: text({ enum: ROLES }),
    officialTeam: text(),
    createdAt: at().notNull().defaultNow(),
    publishedAt: at(),
    editedAt: at(),
    stateAt: at().notNull().defaultNow(),
    /** Raised by each edit; a moderator decides on the version that was in view. */
    version: integer().notNull().default(1),
    editedByModerator: boolean().notNull().default(false),
    /** Direct replies that were ever published: while there is one, a withdrawn comment keeps its stub. */
    replyCount: integer().notNull().default(0),
    /** The row of the log that says why it was removed or rejected. */
    removalId: ref().references(() => log.id),
    /** Of a disposed comment: the hash of the words that stood here. */
    disposedHash: text(),
    ...reactionCounts,
  },
  (table) => [
    unique('comments_client_key').on(table.authorId, table.clientKey),
    index('comments_page')
      .on(table.conversationId, sql`coalesce(${table.branchId}, 0)`, table.place)
      .where(
        sql`${table.state} in ('published', 'hidden-pending', 'removed') or (${table.state} in ('withdrawn', 'disposed') and ${table.replyCount} > 0) or (${table.state} = 'disposed' and ${table.removalId} is not null and ${table.publishedAt} is not null)`,
      ),
    index('comments_author').on(table.authorId, table.id),
    index('comments_parent').on(table.parentId),
    // The newest of a conversation, for those who follow it.
    index('comments_newest')
      .on(table.conversationId, table.id)
      .where(sql`${table.state} = 'published'`),
    // What an author waits for in a conversation, however much they have written elsewhere.
    index('comments_unseen')
      .on(table.authorId, table.conversationId)
      .where(sql`${table.state} in ('held', 'rejected')`),
  ],
)

/** Earlier wordings of an edited comment. */
export const commentVersions = pgTable(
  'comment_versions',
  {
    commentId: ref()
      .notNull()
      .references(() => comments.id),
    version: integer().notNull(),
    body: text().notNull(),
    bodyHtml: text().notNull(),
    writtenAt: at().notNull(),
    /** Everybody could read it. One that waited for a moderator when it was changed stays between its author and the moderators. */
    wasPublic: boolean().notNull().default(true),
  },
  (table) => [primaryKey({ columns: [table.commentId, table.version] })],
)

export const commentReactions = pgTable(
  'comment_reactions',
  {
    commentId: ref()
      .notNull()
      .references(() => comments.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    reaction: text({ enum: REACTIONS }).notNull(),
    at: at().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.commentId, table.accountId, table.reaction] })],
)

/** Reactions to what the conversation hangs under: the post itself. */
export const conversationReactions = pgTable(
  'conversation_reactions',
  {
    conversationId: ref()
      .notNull()
      .references(() => conversations.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    reaction: text({ enum: REACTIONS }).notNull(),
    at: at().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.accountId, table.reaction] })],
)

/**
 * Comments that are gathered: suggestions to a team, questions for a live hour. Said in the conversation that gathers them (then a trigger puts them here),
 * or raised from another by staff. Support is the reaction "Same here", kept by a trigger.
 */
export const raisedComments = pgTable(
  'raised_comments',
  {
    commentId: ref()
      .primaryKey()
      .references(() => comments.id),
    /** The conversation that gathers. */
    gatheredIn: ref()
      .notNull()
      .references(() => conversations.id),
    supportCount: integer().notNull().default(0),
    raisedAt: at().notNull().defaultNow(),
    /** Who raised it from elsewhere; null for what was said there. */
    raisedBy: ref().references(() => accounts.id),
    /** Answered or decided: it no longer waits. The room that gathers keeps how. */
    settledAt: at(),
  },
  (table) => [
    index('raised_comments_waiting')
      .on(table.gatheredIn, table.supportCount, table.commentId)
      .where(sql`${table.settledAt} is null`),
    index('raised_comments_settled')
      .on(table.gatheredIn, table.settledAt, table.commentId)
      .where(sql`${table.settledAt} is not null`),
  ],
)
