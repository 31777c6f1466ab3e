import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { drafts, photos, posts } from '../posts/schema.ts'
import type { Beside } from '../posts/words-beside.ts'
import { teams } from '../teams/schema.ts'

/** Why something may be rejected or removed, in the words that the public reads. A new wording is a new version. */
export const reasons = pgTable(
  'reasons',
  {
    code: text().notNull(),
    version: integer().notNull(),
    title: text().notNull(),
    publicText: text().notNull(),
    /** Illegal, threat, victim identity: one staffed hour instead of four working hours. */
    urgent: boolean().notNull().default(false),
    /** Offered to residents in "Tell a moderator". */
    forFlags: boolean().notNull().default(false),
    position: integer().notNull(),
    retiredAt: at(),
    /** Null for what came with the software. */
    changedBy: ref().references(() => accounts.id),
    changedAt: at(),
    /** Why the wording was changed. */
    note: text(),
  },
  (table) => [primaryKey({ columns: [table.code, table.version] })],
)

/** Undecided ones wait for a moderator; an appealed one waits again, for a different one. */
export const CASE_STATES = ['open', 'assigned', 'needs-info', 'escalated', 'decided', 'appealed', 'upheld', 'varied', 'overturned', 'closed'] as const
export type CaseState = (typeof CASE_STATES)[number]

/** `appealed`: what those who look after a circle removed; by appealing, its author brings it here. */
export const CASE_CAUSES = ['held', 'flagged', 'hidden', 'appealed', 'draft', 'request', 'notice', 'proposal'] as const
export type CaseCause = (typeof CASE_CAUSES)[number]

export const ESCALATIONS = ['legal', 'safeguarding', 'standards', 'crime', 'data-protection'] as const
export type Escalation = (typeof ESCALATIONS)[number]

/** The moderators' decision file on one item: what was said or published, or what a colleague or somebody outside asks of the press office. */
export const cases = pgTable(
  'cases',
  {
    id: id(),
    cause: text({ enum: CASE_CAUSES }).notNull(),
    /** For a held item: which rule held it, in words for the moderator. */
    because: text().notNull(),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    /** A post that waits for the second person; decided on its own page. */
    draftId: ref().references(() => drafts.id),
    // These three point upstairs: their foreign keys stand in the migration.
    requestId: ref(),
    noticeId: ref(),
    proposalId: ref(),
    conversationId: ref().references(() => conversations.id),
    /** What it is about, where there is no conversation with a title. */
    title: text(),
    audience: text().notNull(),
    teamId: ref().references(() => teams.id),
    state: text({ enum: CASE_STATES }).notNull().default('open'),
    /** It is somebody's turn at the desk. Follows from the state. */
    waits: boolean()
      .notNull()
      .generatedAlwaysAs(sql`state in ('open', 'assigned', 'needs-info', 'escalated', 'appealed')`),
    urgent: boolean().notNull().default(false),
    /** Who has it; stays through needs-info and escalation. */
    assigneeId: ref().references(() => accounts.id),
    assignedAt: at(),
    /** While it is escalated: to whom. */
    escalatedTo: text({ enum: ESCALATIONS }),
    /** Independent people who flagged it. */
    flagCount: integer().notNull().default(0),
    /** The item as it stood when the case opened. */
    snapshot: jsonb().$type<{ body: string; version: number }>().notNull(),
    openedAt: at().notNull().defaultNow(),
    /** By when it has to be decided; of an appealed one, the appeal. */
    dueAt: at().notNull(),
    decidedAt: at(),
    closedAt: at(),
    /** Raised by every act; a decision names the version that the moderator saw. */
    version: integer().notNull().default(1),
  },
  (table) => [
    check(
      'cases_one_item',
      sql`num_nonnulls(${table.commentId}, ${table.postId}, ${table.draftId}, ${table.requestId}, ${table.noticeId}, ${table.proposalId}) = 1`,
    ),
    check('cases_decided', sql`(${table.decidedAt} is null) = (${table.state} in ('open', 'assigned', 'needs-info', 'escalated'))`),
    check('cases_escalated', sql`(${table.state} = 'escalated') = (${table.escalatedTo} is not null)`),
    check('cases_assigned', sql`${table.state} <> 'assigned' or ${table.assigneeId} is not null`),
    uniqueIndex('cases_undecided_comment')
      .on(table.commentId)
      .where(sql`${table.decidedAt} is null`),
    uniqueIndex('cases_undecided_post')
      .on(table.postId)
      .where(sql`${table.decidedAt} is null`),
    uniqueIndex('cases_undecided_draft')
      .on(table.draftId)
      .where(sql`${table.decidedAt} is null`),
    uniqueIndex('cases_request').on(table.requestId),
    uniqueIndex('cases_notice').on(table.noticeId),
    uniqueIndex('cases_proposal').on(table.proposalId),
    // Each view of the queue is a range of one of these: urgent first, then what is due first.
    index('cases_queue')
      .on(table.urgent, table.dueAt, table.id)
      .where(sql`${table.waits}`),
    index('cases_team_queue')
      .on(table.teamId, table.urgent, table.dueAt, table.id)
      .where(sql`${table.waits}`),
    index('cases_mine')
      .on(table.assigneeId, table.urgent, table.dueAt, table.id)
      .where(sql`${table.waits}`),
    index('cases_unassigned')
      .on(table.urgent, table.dueAt, table.id)
      .where(sql`${table.waits} and ${table.assigneeId} is null`),
    index('cases_overdue')
      .on(table.dueAt, table.id)
      .where(sql`${table.waits}`),
    index('cases_escalated_queue')
      .on(table.urgent, table.dueAt, table.id)
      .where(sql`${table.state} = 'escalated'`),
    index('cases_appeals')
      .on(table.urgent, table.dueAt, table.id)
      .where(sql`${table.state} = 'appealed'`),
    index('cases_closing')
      .on(table.decidedAt)
      .where(sql`${table.state} in ('decided', 'upheld', 'varied', 'overturned')`),
    index('cases_comment').on(table.commentId),
    index('cases_post').on(table.postId),
  ],
)

export const CASE_ACTS = [
  'claimed',
  'handed-back',
  'assigned',
  'escalated',
  'returned',
  'noted',
  'asked',
  'answered',
  'hidden',
  'reverted',
  'answered-request',
] as const
export type CaseAct = (typeof CASE_ACTS)[number]

/** What happened to a case besides its decision, act by act: who has it, notes, escalations. Append-only, for the desk. */
export const caseActs = pgTable(
  'case_acts',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    act: text({ enum: CASE_ACTS }).notNull(),
    /** Null for the system. */
    actorId: ref().references(() => accounts.id),
    role: text().notNull(),
    note: text(),
    /** To whom it was assigned or escalated. */
    toId: ref().references(() => accounts.id),
    escalatedTo: text({ enum: ESCALATIONS }),
    at: at().notNull().defaultNow(),
    clientKey: uuid().unique(),
  },
  (table) => [index('case_acts_case').on(table.caseId, table.id)],
)

/** Who had a case in view lately; kept for a minute's question, "is a colleague looking at this now?" */
export const caseVisits = pgTable(
  'case_visits',
  {
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    seenAt: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.accountId] })],
)

/** Between the desk and the author of the item: what a moderator asks, what the author answers, also while an appeal is open. Append-only. */
export const caseMessages = pgTable(
  'case_messages',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    /** Written at the desk; the author reads the role, never the name. */
    fromDesk: boolean().notNull(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    body: text().notNull(),
    at: at().notNull().defaultNow(),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [index('case_messages_case').on(table.caseId, table.id)],
)

/** Somebody told a moderator. Who it was is never public. */
export const flags = pgTable(
  'flags',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    reasonCode: text().notNull(),
    note: text(),
    accountId: ref().references(() => accounts.id),
    /** Tells people apart without knowing them: the account, or a keyed hash of the address that changes daily. */
    flaggerKey: text().notNull(),
    clientKey: uuid().notNull().unique(),
    at: at().notNull().defaultNow(),
  },
  (table) => [uniqueIndex('flags_once').on(table.caseId, table.flaggerKey)],
)

/** `redact` takes words or parts of a photo out and publishes the rest; `restore` shows again what was hidden; `keep` leaves it as it is. */
export const ACTS = ['release', 'redact', 'reject', 'remove', 'restore', 'keep'] as const
export type Act = (typeof ACTS)[number]

/** Those who look after a circle decide about what is said in it, whatever role they have. */
export const DECIDER_ROLES = [...ROLES, 'circle-owner'] as const
export type DeciderRole = (typeof DECIDER_ROLES)[number]

export const decisions = pgTable(
  'decisions',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    act: text({ enum: ACTS }).notNull(),
    reasonCode: text(),
    reasonVersion: integer(),
    /** What the author and the public are told. */
    publicText: text(),
    /** For moderators only. */
    note: text(),
    deciderId: ref()
      .notNull()
      .references(() => accounts.id),
    deciderRole: text({ enum: DECIDER_ROLES }).notNull(),
    at: at().notNull().defaultNow(),
    logId: ref()
      .notNull()
      .references(() => log.id),
  },
  (table) => [uniqueIndex('decisions_case').on(table.caseId), index('decisions_reason').on(table.reasonCode, table.id)],
)

/** A comment taken down until a person has decided: by whom, why, and until when at most. */
export const hidings = pgTable(
  'hidings',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    commentId: ref()
      .notNull()
      .references(() => comments.id),
    /** Null: enough people had flagged it. */
    byId: ref().references(() => accounts.id),
    role: text().notNull(),
    reasonCode: text(),
    note: text(),
    at: at().notNull(),
    /** Null for a legal reason: it stays down until somebody decides. */
    revertsAt: at(),
    endedAt: at(),
  },
  (table) => [
    uniqueIndex('hidings_now')
      .on(table.commentId)
      .where(sql`${table.endedAt} is null`),
    index('hidings_due')
      .on(table.revertsAt)
      .where(sql`${table.endedAt} is null`),
  ],
)

/** A decision that counts against its author for twelve months, because the moderator said so. */
export const strikes = pgTable(
  'strikes',
  {
    id: id(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    decisionId: ref()
      .notNull()
      .unique()
      .references(() => decisions.id),
    at: at().notNull(),
    lapsesAt: at().notNull(),
    /** An appeal was upheld for its author. */
    cancelledAt: at(),
  },
  (table) => [index('strikes_account').on(table.accountId, table.lapsesAt)],
)

export const TEMPLATE_PURPOSES = ['decision', 'question', 'appeal'] as const
export type TemplatePurpose = (typeof TEMPLATE_PURPOSES)[number]

/** Words to begin from when writing to an author; edited before they are sent. A change is a new version. */
export const templates = pgTable(
  'templates',
  {
    id: id(),
    purpose: text({ enum: TEMPLATE_PURPOSES }).notNull(),
    /** The reason that it explains; null for any. */
    reasonCode: text(),
    title: text().notNull(),
    body: text().notNull(),
    version: integer().notNull().default(1),
    /** The one that this replaced. */
    replacesId: ref()
      .unique()
      .references((): AnyPgColumn => templates.id),
    changedBy: ref().references(() => accounts.id),
    changedAt: at().notNull().defaultNow(),
    retiredAt: at(),
    clientKey: uuid().unique(),
  },
  (table) => [index('templates_purpose').on(table.purpose, table.title)],
)

/** What is not for the moderators to judge, handed to those whose affair it is: a complaint about an officer goes to professional standards. */
export const referrals = pgTable(
  'referrals',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    to: text({ enum: ESCALATIONS }).notNull(),
    because: text().notNull(),
    at: at().notNull(),
    handedOverAt: at(),
    handedOverBy: ref().references(() => accounts.id),
    /** The number under which they took it. */
    reference: text(),
  },
  (table) => [
    uniqueIndex('referrals_case').on(table.caseId, table.to),
    index('referrals_waiting')
      .on(table.id)
      .where(sql`${table.handedOverAt} is null`),
  ],
)

/** A text that stood beside a post, and what a moderator left of it. */
export type SealedBeside = Beside & { left: string }

export const SEALED_BECAUSE = ['redacted', 'sealed', 'withdrawn'] as const

/**
 * Words (or a photo) as they stood before they were redacted, taken back under a case, or sealed. Nobody reads one without a second person's
 * agreement, and every opening has its row in the log.
 */
export const sealedCopies = pgTable(
  'sealed_copies',
  {
    id: id(),
    because: text({ enum: SEALED_BECAUSE }).notNull(),
    caseId: ref().references(() => cases.id),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    photoId: ref().references(() => photos.id),
    /** Title (of a post) and words as they stood, and those beside it. */
    content: jsonb().$type<{ title: string | null; body: string; beside?: SealedBeside[] }>().notNull(),
    /** Of a photo: the key under which the file lies in the storage. */
    fileKey: text(),
    hash: text().notNull(),
    takenAt: at().notNull(),
    takenBy: ref().references(() => accounts.id),
    /** Gone by retention; id and hash stay. */
    disposedAt: at(),
  },
  (table) => [
    check('sealed_copies_one_item', sql`num_nonnulls(${table.commentId}, ${table.postId}) = 1`),
    index('sealed_copies_comment').on(table.commentId),
    index('sealed_copies_post').on(table.postId),
    index('sealed_copies_case').on(table.caseId),
  ],
)
