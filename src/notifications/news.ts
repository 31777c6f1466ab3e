/**
 * "News for you": what somebody was told in place, in words that are read now. What they may no longer read, or what was removed since, is not repeated here.
 */
import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark, type Role, type SignedIn } from '../actor.ts'
import { circleOf, isInternal, isPrivate, readable, THE_ASKER } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { decisions, reasons } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'
import { notifications, type NotificationKind } from './schema.ts'
import { sentenceOf } from './telling.ts'

export interface News {
  id: number
  at: Date
  unread: boolean
  sentence: string
  /** Of an official reply or answer. */
  mark: string | null
  /** Where it stands. */
  subject: string | null
  /** It stood somewhere that can no longer be read: why, as far as it is about the reader. */
  lost: string | null
  /** The first words of a reply, or of one's own comment. */
  words: string | null
  /** The public title of the reason. */
  why: string | null
}

const PAGE = 20
const EXCERPT = 160

const detail = (name: string) => sql`(${notifications.detail} ->> ${sql.raw(`'${name}'`)})`

const select = (db: Database, actor: SignedIn, before: number | null) =>
  db
    .select({
      id: notifications.id,
      kind: notifications.kind,
      at: notifications.at,
      readAt: notifications.readAt,
      path: notifications.path,
      act: sql<string | null>`coalesce(${detail('act')}, ${detail('outcome')})`,
      commentId: notifications.commentId,
      conversationId: notifications.conversationId,
      audience: conversations.audience,
      // Also where they no longer read it: to say that it is they who left, and nothing further of it.
      place: sql<string | null>`(select c.audience from conversations c where c.id = ${notifications.conversationId})`,
      // As readers see it; what a moderator removed has none.
      subject: sql<string | null>`case when ${posts.removalId} is null then ${conversations.title} end`,
      state: comments.state,
      bodyHtml: comments.bodyHtml,
      author: sql<string | null>`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`,
      role: comments.officialRole,
      roleTeam: comments.officialTeam,
      why: reasons.title,
      team: teams.name,
      by: sql<string | null>`(select a.display_name from ${accounts} a where a.id = ${detail('byId')}::bigint)`,
    })
    .from(notifications)
    .leftJoin(conversations, and(eq(conversations.id, notifications.conversationId), readable(actor, conversations)))
    .leftJoin(posts, eq(posts.conversationId, conversations.id))
    .leftJoin(comments, and(eq(comments.id, notifications.commentId), eq(comments.conversationId, conversations.id)))
    .leftJoin(accounts, eq(accounts.id, comments.authorId))
    .leftJoin(decisions, eq(decisions.id, sql`${detail('decisionId')}::bigint`))
    .leftJoin(reasons, and(eq(reasons.code, decisions.reasonCode), eq(reasons.version, decisions.reasonVersion)))
    .leftJoin(teams, eq(teams.id, sql`${detail('teamId')}::bigint`))
    .where(and(eq(notifications.accountId, actor.accountId), before === null ? undefined : lt(notifications.id, before)))
    .orderBy(desc(notifications.id))
    .limit(PAGE + 1)

type Row = Awaited<ReturnType<typeof select>>[number]

/** Newest first, a page at a time by key; `next` is the key of the page after it. */
export async function newsOf(db: Database, actor: SignedIn, before: number | null): Promise<{ items: News[]; next: number | null }> {
  const rows = await select(db, actor, before)
  const page = rows.slice(0, PAGE)
  return { items: page.map(newsIn), next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null }
}

/** Somebody else's words stand here: only while readers see them too. */
const ABOUT_OTHERS: readonly NotificationKind[] = ['replied', 'answered', 'commented', 'noted-beside']

function newsIn(row: Row): News {
  const { id, at, kind, subject } = row
  const othersWords = ABOUT_OTHERS.includes(kind)
  const shown = row.state === 'published'
  const name = shown ? (row.author ?? (row.audience !== null && isPrivate(row.audience) ? THE_ASKER : null)) : row.by
  return {
    id,
    at,
    unread: row.readAt === null,
    sentence: sentenceOf({
      kind,
      noun: row.commentId === null ? 'post' : 'comment',
      act: row.act,
      name,
      team: row.team,
      since: sinceOf(row),
      path: row.path,
    }),
    mark: othersWords && shown && row.role !== null ? markOf(row.role, row.roleTeam) : null,
    subject,
    lost: row.conversationId !== null && subject === null ? (leftBehind(row) ?? 'Where it stood can no longer be read') : null,
    words: row.bodyHtml !== null && row.bodyHtml !== '' && (shown || !othersWords) ? summarise(row.bodyHtml, EXCERPT) : null,
    why: row.why,
  }
}

/** They are no longer where it was said; null where they are. */
function leftBehind({ audience, place }: Pick<Row, 'audience' | 'place'>): string | null {
  if (audience !== null || place === null) return null
  if (circleOf(place) !== null) return 'You are no longer in this circle'
  return isInternal(place) ? 'You no longer read the staff network' : null
}

const markOf = (role: Role, team: string | null): string => sayMark(role, team)

/** What became of a reply meanwhile; null while it can be read. */
function sinceOf({ kind, state, ...where }: Row): string | null {
  if ((kind !== 'replied' && kind !== 'commented') || state === 'published') return null
  if (leftBehind(where) !== null) return 'said where you no longer are'
  if (state === 'withdrawn') return 'withdrawn by its author since'
  return state === 'removed' || state === 'disposed' ? 'removed by a moderator since' : 'taken down since'
}
