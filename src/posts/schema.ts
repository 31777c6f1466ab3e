import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { teams } from '../teams/schema.ts'
import { POST_KINDS, STAFF_KINDS, type PostKind, type StaffKind } from './kind-names.ts'

export { POST_KINDS, STAFF_KINDS, type PostKind, type StaffKind }

/** Before it is published a post is a draft, in a table of its own: no public page has to remember to leave it out. */
export const POST_STATES = ['published', 'corrected', 'withdrawn', 'archived'] as const
export type PostState = (typeof POST_STATES)[number]

/** What a kind asks for besides title and text, as `kinds.ts` parsed it. */
export type Details = Record<string, string | number | boolean | null>

/** A photo as pages need it, kept with the post so that no list has to look for it. */
export interface ShownPhoto {
  id: number
  alt: string
  /** Of the largest size, in pixels. */
  width: number
  height: number
  /** Hard to look at: it stays covered until a reader asks for it. */
  graphic?: boolean
}
export interface ShownAttachment {
  id: number
  title: string
  bytes: number
  pages: number
}

export const posts = pgTable(
  'posts',
  {
    id: id(),
    audience: text().notNull(),
    kind: text({ enum: POST_KINDS }).notNull(),
    state: text({ enum: POST_STATES }).notNull(),
    /** Of a post in the staff network: the team of its circle, if it is one's; everything public has one (a check in the migration). */
    teamId: ref().references(() => teams.id),
    conversationId: ref()
      .notNull()
      .unique()
      .references(() => conversations.id),
    authorId: ref()
      .notNull()
      .references(() => accounts.id),
    /** The official mark at the time of writing. Everything public has one; only who writes under a pseudonym has none. */
    officialRole: text({ enum: ROLES }),
    officialTeam: text(),
    clientKey: uuid().notNull(),
    title: text().notNull(),
    /** Part of the address; may change, the id never does. */
    slug: text().notNull(),
    body: text().notNull(),
    bodyHtml: text().notNull(),
    /** The first words without formatting, for lists. */
    summary: text().notNull(),
    tags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    details: jsonb().$type<Details>().notNull().default({}),
    photos: jsonb().$type<ShownPhoto[]>().notNull().default([]),
    attachments: jsonb().$type<ShownAttachment[]>().notNull().default([]),
    /** The second person, for kinds that need one. */
    approvedBy: ref().references(() => accounts.id),
    publishedAt: at().notNull().defaultNow(),
    /** From then on it counts as archived, whether or not the state says so yet. */
    expiresAt: at(),
    archivedAt: at(),
    correctedAt: at(),
    withdrawnAt: at(),
    withdrawnBecause: text(),
    /** The row of the log that says why a moderator removed it; null when the team withdrew it. */
    removalId: ref().references(() => log.id),
    /** A moderator took words or parts of a photo out of it. */
    editedByModerator: boolean().notNull().default(false),
    version: integer().notNull().default(1),
  },
  (table) => [
    unique('posts_client_key').on(table.authorId, table.clientKey),
    // Read backwards for "newest first". What the public reads does not get slower by what the staff write, nor the other way round.
    index('posts_of_team').on(table.teamId, table.publishedAt, table.id),
    index('posts_of_force')
      .on(table.publishedAt, table.id)
      .where(sql`${table.audience} = 'public'`),
    index('posts_of_network')
      .on(table.audience, table.publishedAt, table.id)
      .where(sql`${table.audience} <> 'public'`),
    index('posts_of_colleague')
      .on(table.authorId, table.publishedAt, table.id)
      .where(sql`${table.audience} <> 'public'`),
    // What a team did, counted by month.
    index('posts_outcomes')
      .on(table.teamId, table.publishedAt)
      .where(sql`${table.kind} = 'outcome'`),
    // Likely answers to what somebody is about to ask.
    index('posts_answers')
      .using('gin', sql`to_tsvector('english', ${table.title} || ' ' || ${table.body})`)
      .where(sql`${table.kind} in ('question', 'advice')`),
    index('posts_expiry')
      .on(table.expiresAt)
      .where(sql`${table.state} in ('published', 'corrected')`),
  ],
)

/** Earlier versions of a corrected post: they stay readable. */
export const postVersions = pgTable(
  'post_versions',
  {
    postId: ref()
      .notNull()
      .references(() => posts.id),
    version: integer().notNull(),
    title: text().notNull(),
    bodyHtml: text().notNull(),
    details: jsonb().$type<Details>().notNull().default({}),
    /** What the correction that replaced this version says of itself. */
    note: text().notNull(),
    replacedAt: at().notNull().defaultNow(),
    replacedBy: ref()
      .notNull()
      .references(() => accounts.id),
  },
  (table) => [primaryKey({ columns: [table.postId, table.version] })],
)

export const postTags = pgTable(
  'post_tags',
  {
    tag: text().notNull(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    publishedAt: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tag, table.postId] }), index('post_tags_tag').on(table.tag, table.publishedAt, table.postId)],
)

/** Where on the ground a post is about, roughly: a point of a grid of about a hundred metres, never an exact one. */
export const postPoints = pgTable(
  'post_points',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    /** As readers see it: "Near Grantham Road". */
    label: text().notNull(),
    /** Three decimals of a degree. */
    lat: doublePrecision().notNull(),
    lng: doublePrecision().notNull(),
    publishedAt: at().notNull(),
  },
  (table) => [index('post_points_ground').on(table.lat, table.lng)],
)

/** Tags in use, for suggestions; the number of posts is kept with every change. */
export const tags = pgTable('tags', {
  tag: text().primaryKey(),
  postCount: integer().notNull().default(0),
})

/**
 * On which teams' pages a post stands: its own (`own`), those it was published for as well (`shared`), and those that passed it on
 * with a line of their own (`repost`). Lists of a team read this table alone.
 */
export const postTeams = pgTable(
  'post_teams',
  {
    postId: ref()
      .notNull()
      .references(() => posts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    how: text({ enum: ['own', 'shared', 'repost'] }).notNull(),
    /** When it came to this team's page. */
    listedAt: at().notNull(),
    /** Of a repost: the team's own line, by whom, and their official mark. */
    line: text(),
    byId: ref().references(() => accounts.id),
    officialRole: text({ enum: ROLES }),
    /** Stands first on the team's page while it is pinned there. One at a time for each team. */
    pinnedAt: at(),
    pinnedBy: ref().references(() => accounts.id),
  },
  (table) => [
    primaryKey({ columns: [table.postId, table.teamId] }),
    index('post_teams_list').on(table.teamId, table.listedAt, table.postId),
    uniqueIndex('post_teams_pinned')
      .on(table.teamId)
      .where(sql`${table.pinnedAt} is not null`),
    check('post_teams_line', sql`(${table.how} = 'repost') = (${table.line} is not null and ${table.byId} is not null)`),
  ],
)

export const DRAFT_STATES = ['draft', 'submitted', 'approved', 'scheduled', 'published', 'discarded'] as const
export type DraftState = (typeof DRAFT_STATES)[number]

/** What was typed into the composer, field by field, as it was typed: nothing is lost because it is not complete yet. */
export type DraftForm = Record<string, string>

/** What is being written, until it is published; or a correction of a post that needs a second person (`correctsId`). */
export const drafts = pgTable(
  'drafts',
  {
    id: id(),
    kind: text({ enum: POST_KINDS }).notNull(),
    state: text({ enum: DRAFT_STATES }).notNull().default('draft'),
    /** The team that publishes it; others in `draft_teams`. */
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    /** On the pages of all teams. */
    wholeForce: boolean().notNull().default(false),
    authorId: ref()
      .notNull()
      .references(() => accounts.id),
    /** The official mark, from the author's role when they last wrote in it. */
    officialRole: text({ enum: ROLES }).notNull(),
    clientKey: uuid().notNull(),
    form: jsonb().$type<DraftForm>().notNull(),
    /** Raised by every change of words, teams, photos or attachments; acts name the version that was in view. */
    version: integer().notNull().default(1),
    createdAt: at().notNull().defaultNow(),
    changedAt: at().notNull().defaultNow(),
    /** Since when it is in its state: how long somebody has been waiting. */
    stateAt: at().notNull().defaultNow(),
    /** Said by whoever returned it; null when it is not a returned one. */
    returnedBecause: text(),
    returnedBy: ref().references(() => accounts.id),
    approvedBy: ref().references(() => accounts.id),
    approvedAt: at(),
    publishAt: at(),
    /** The approver agreed that comments are locked from the first moment: proceedings are active. */
    lockAgreedBy: ref().references(() => accounts.id),
    postId: ref().references(() => posts.id),
    correctsId: ref().references(() => posts.id),
    /** The version of the post that the correction began from. */
    correctsVersion: integer(),
  },
  (table) => [
    unique('drafts_client_key').on(table.authorId, table.clientKey),
    index('drafts_author')
      .on(table.authorId, table.changedAt)
      .where(sql`${table.state} not in ('published', 'discarded')`),
    index('drafts_team')
      .on(table.teamId, table.stateAt)
      .where(sql`${table.state} not in ('published', 'discarded')`),
    index('drafts_waiting')
      .on(table.stateAt)
      .where(sql`${table.state} = 'submitted'`),
    index('drafts_due')
      .on(table.publishAt)
      .where(sql`${table.state} = 'scheduled'`),
    check('drafts_second_person', sql`${table.approvedBy} is null or ${table.approvedBy} <> ${table.authorId}`),
    check(
      'drafts_sensitive',
      sql`${table.kind} not in ('appeal', 'arrest', 'court') or ${table.state} not in ('approved', 'scheduled', 'published') or ${table.approvedBy} is not null`,
    ),
    check('drafts_approved', sql`${table.state} <> 'approved' or ${table.approvedBy} is not null`),
    check('drafts_scheduled', sql`${table.state} <> 'scheduled' or ${table.publishAt} is not null`),
    check('drafts_published', sql`(${table.state} = 'published') = (${table.postId} is not null)`),
    check('drafts_correction', sql`(${table.correctsId} is null) = (${table.correctsVersion} is null)`),
  ],
)

export const draftTeams = pgTable(
  'draft_teams',
  {
    draftId: ref()
      .notNull()
      .references(() => drafts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
  },
  (table) => [primaryKey({ columns: [table.draftId, table.teamId] })],
)

export const DRAFT_ACTS = ['submitted', 'returned', 'reopened', 'approved', 'scheduled', 'unscheduled', 'published', 'discarded'] as const

/** What became of a draft, act by act. Append-only. */
export const draftActs = pgTable(
  'draft_acts',
  {
    id: id(),
    draftId: ref()
      .notNull()
      .references(() => drafts.id),
    act: text({ enum: DRAFT_ACTS }).notNull(),
    /** Null for the system: a schedule that came due. */
    actorId: ref().references(() => accounts.id),
    role: text().notNull(),
    version: integer().notNull(),
    note: text(),
    /** Words that the approver suggests instead: only the fields that differ. */
    suggestion: jsonb().$type<DraftForm>(),
    at: at().notNull().defaultNow(),
  },
  (table) => [index('draft_acts_draft').on(table.draftId, table.id)],
)

// A function: two tables must not share the same columns.
const file = () => ({
  id: id(),
  draftId: ref().references(() => drafts.id),
  postId: ref().references(() => posts.id),
  uploadedBy: ref()
    .notNull()
    .references(() => accounts.id),
  /** Given by the browser, so that sending it twice stores it once. */
  clientKey: uuid().notNull(),
  /** Under it the files lie in the storage. Random: it tells nothing. */
  fileKey: uuid().notNull().unique(),
  position: integer().notNull(),
  createdAt: at().notNull().defaultNow(),
  /** Null while the files are being written. What never came so far is swept away. */
  storedAt: at(),
  removedAt: at(),
  removedBecause: text(),
  /** The files are gone from the storage too. */
  erasedAt: at(),
})

/** A photo of a draft or a post. Only the re-encoded sizes are ever stored: what a camera writes beside the picture is gone. */
export const photos = pgTable(
  'photos',
  {
    ...file(),
    alt: text().notNull().default(''),
    width: integer().notNull().default(0),
    height: integer().notNull().default(0),
    /** Who has looked at it for faces and number plates: with the blur tool before sending, or a second person. Null keeps the post waiting for the press office. */
    lookedAtBy: ref().references(() => accounts.id),
    /** In appeals: then it goes by itself. */
    expiresAt: at(),
    /** Hard to look at: said by whoever sent it, or by the press office. */
    graphic: boolean().notNull().default(false),
  },
  (table) => [
    unique('photos_client_key').on(table.uploadedBy, table.clientKey),
    index('photos_draft').on(table.draftId),
    index('photos_post').on(table.postId),
    index('photos_expiry')
      .on(table.expiresAt)
      .where(sql`${table.removedAt} is null`),
    index('photos_unerased')
      .on(table.createdAt)
      .where(sql`${table.erasedAt} is null and (${table.removedAt} is not null or ${table.storedAt} is null)`),
  ],
)

/** A document of a draft or a post: a PDF, rewritten by us. */
export const attachments = pgTable(
  'attachments',
  {
    ...file(),
    title: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull().default(0),
    pages: integer().notNull().default(0),
  },
  (table) => [
    unique('attachments_client_key').on(table.uploadedBy, table.clientKey),
    index('attachments_draft').on(table.draftId),
    index('attachments_post').on(table.postId),
    index('attachments_unerased')
      .on(table.createdAt)
      .where(sql`${table.erasedAt} is null and (${table.removedAt} is not null or ${table.storedAt} is null)`),
  ],
)
