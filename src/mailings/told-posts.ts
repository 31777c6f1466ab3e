/** Posts as mails tell of them, as a visitor may read them at this moment. */
import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { sayWindow } from '../places/presence-window.ts'
import { places, presences } from '../places/schema.ts'
import { kindOf } from '../posts/kinds.ts'
import { posts, type Details, type PostKind } from '../posts/schema.ts'
import { publicRole } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'

/** `post:5`, `comment:81`, `place:3`, `occasion:8` (one date of an event or a task), `news:204` (an activity that a post hears of): short enough to be kept with a mail. */
export type ItemRef = `${'post' | 'comment' | 'place' | 'occasion' | 'news'}:${number}`

export interface Told {
  ref: ItemRef
  conversationId: number
  /** Of the conversation in which it stands, with its address. */
  title: string
  path: string
  /** "Update · Bracebridge Heath team" */
  about: string
  /** "Bracebridge Heath team"; null for what belongs to none. */
  team: string | null
  at: Date
  /** Who wrote it; null for a name that is not shown, and for nobody's words. */
  who: string | null
  /** The official mark; null for a resident's words. */
  mark: string | null
  /** Of the force itself: partner staff bear a mark too. */
  byPolice: boolean
  /** Its first words. */
  excerpt: string
  /** Address of the item itself. */
  itemPath: string
  /** Who is not told of it, because it is their own. */
  authorId: number | null
  /** What stands above the excerpt of a change: "Called off: the hall is closed." */
  note: string | null
}

/** Stands in public and is not over. */
const stands = () =>
  and(
    eq(posts.audience, 'public'),
    inArray(posts.state, ['published', 'corrected']),
    isNull(posts.removalId),
    or(isNull(posts.expiresAt), gt(posts.expiresAt, now())),
  )

export async function postsTold(db: Db, ids: number[]): Promise<Told[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({
      id: posts.id,
      kind: posts.kind,
      details: posts.details,
      title: conversations.title,
      path: conversations.path,
      conversationId: posts.conversationId,
      summary: posts.summary,
      publishedAt: posts.publishedAt,
      correctedAt: posts.correctedAt,
      teamName: teams.name,
      who: accounts.displayName,
      authorId: posts.authorId,
      officialRole: publicRole,
      officialTeam: posts.officialTeam,
      startsAt: presences.startsAt,
      endsAt: presences.endsAt,
      cancelledBecause: presences.cancelledBecause,
      venue: places.name,
    })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .leftJoin(presences, eq(presences.postId, posts.id))
    .leftJoin(places, eq(places.id, presences.placeId))
    .where(and(inArray(posts.id, ids), stands()))
  return rows
    .filter(({ endsAt }) => endsAt === null || endsAt > now())
    .map((row) => ({
      ref: `post:${row.id}`,
      conversationId: row.conversationId,
      title: row.title,
      path: row.path,
      about: `${kindOf(row.kind).name} · ${row.teamName} team`,
      team: `${row.teamName} team`,
      at: row.correctedAt ?? row.publishedAt,
      who: row.who,
      mark: sayMark(row.officialRole, row.officialTeam),
      byPolice: row.officialRole !== 'partner',
      excerpt: row.summary,
      itemPath: row.path,
      authorId: row.authorId,
      note: noteOf(row),
    }))
}

interface PostRow {
  kind: PostKind
  details: Details
  correctedAt: Date | null
  startsAt: Date | null
  endsAt: Date | null
  cancelledBecause: string | null
  venue: string | null
}

/** Where and when, or until when, as the room that keeps the dates says it. */
const KEPT = ['when', 'where', 'until'] as const

function saidOf(details: Details): string | null {
  const said = KEPT.flatMap((name) => (typeof details[name] === 'string' ? [name === 'until' ? `Open until ${details[name]}` : details[name]] : []))
  return said.length === 0 ? null : said.join(', ')
}

function noteOf({ correctedAt, startsAt, endsAt, cancelledBecause, venue, kind, details }: PostRow): string | null {
  if (cancelledBecause !== null) return `Called off: ${cancelledBecause}`
  if (startsAt && endsAt) return `${correctedAt ? 'Changed: ' : ''}${sayWindow({ startsAt, endsAt })}, ${venue ?? ''}`
  if (kindOf(kind).changedBy !== undefined) return saidOf(details)
  return correctedAt ? 'Corrected.' : null
}
