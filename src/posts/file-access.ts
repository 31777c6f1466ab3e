/**
 * Who may see which photo and document, asked each time one is shown. What belongs to a draft is for those who may read the draft; what belongs to a
 * post goes with the post; of a withdrawn post only its teams and the press office still see it.
 */
import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { hasRole, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import type { PhotoSize } from '../media/photo.ts'
import { documentName, photoName } from './file-name.ts'
import { mayReadDraft } from './policy.ts'
import { attachments, drafts, photos, posts } from './schema.ts'

/** The other teams of a draft, and all teams of a post, as JSON: so that one round trip brings everything that the rule asks for. */
const teamsBeside = (table: 'draft_teams' | 'post_teams', column: 'draft_id' | 'post_id', id: PgColumn) =>
  sql<number[] | null>`(select json_agg(team_id) from ${sql.identifier(table)} where ${sql.identifier(column)} = ${id})`

const draftColumns = {
  kind: drafts.kind,
  state: drafts.state,
  teamId: drafts.teamId,
  authorId: drafts.authorId,
  officialRole: drafts.officialRole,
  approvedBy: drafts.approvedBy,
}
const postColumns = { audience: posts.audience, state: posts.state, teamId: posts.teamId }

const photoQuery = prepared((db) =>
  db
    .select({
      fileKey: photos.fileKey,
      title: sql<string>`''`,
      storedAt: photos.storedAt,
      removedAt: photos.removedAt,
      expiresAt: photos.expiresAt,
      draft: draftColumns,
      draftTeams: teamsBeside('draft_teams', 'draft_id', photos.draftId),
      post: postColumns,
      postTeams: teamsBeside('post_teams', 'post_id', photos.postId),
    })
    .from(photos)
    .leftJoin(drafts, eq(drafts.id, photos.draftId))
    .leftJoin(posts, eq(posts.id, photos.postId))
    .where(eq(photos.id, sql.placeholder('id')))
    .prepare('photo_file'),
)

const attachmentQuery = prepared((db) =>
  db
    .select({
      fileKey: attachments.fileKey,
      title: attachments.title,
      storedAt: attachments.storedAt,
      removedAt: attachments.removedAt,
      expiresAt: sql<Date | null>`null::timestamptz`,
      draft: draftColumns,
      draftTeams: teamsBeside('draft_teams', 'draft_id', attachments.draftId),
      post: postColumns,
      postTeams: teamsBeside('post_teams', 'post_id', attachments.postId),
    })
    .from(attachments)
    .leftJoin(drafts, eq(drafts.id, attachments.draftId))
    .leftJoin(posts, eq(posts.id, attachments.postId))
    .where(eq(attachments.id, sql.placeholder('id')))
    .prepare('attachment_file'),
)

type Found = Awaited<ReturnType<ReturnType<typeof photoQuery>['execute']>>[number]

export interface ShownFile {
  /** Its name in the storage. */
  file: string
  /** Changes when the file does, and tells nothing of its name. */
  etag: string
  /** Everybody may see it. */
  isPublic: boolean
}

/** Where the bytes lie, for somebody who may see the photo. Throws `NotFound`. */
export async function photoFile(db: Db, actor: Actor, id: number, size: PhotoSize): Promise<ShownFile> {
  const [found] = await photoQuery(db as Database).execute({ id })
  return shownTo(actor, found, (fileKey) => photoName(fileKey, size))
}

/** The same for a document. Throws `NotFound`. */
export async function attachmentFile(db: Db, actor: Actor, id: number): Promise<ShownFile & { title: string }> {
  const [found] = await attachmentQuery(db as Database).execute({ id })
  return { ...shownTo(actor, found, documentName), title: found?.title ?? '' }
}

function shownTo(actor: Actor, found: Found | undefined, nameOf: (fileKey: string) => string): ShownFile {
  if (!found || !isThere(found) || !maySee(actor, found)) throw new NotFound('file')
  const file = nameOf(found.fileKey)
  const etag = `"${createHash('sha256').update(file).digest('base64url').slice(0, 22)}"`
  return { file, etag, isPublic: found.post !== null && found.post.audience === 'public' && found.post.state !== 'withdrawn' }
}

const isThere = ({ storedAt, removedAt, expiresAt }: Found): boolean =>
  storedAt !== null && removedAt === null && (expiresAt === null || expiresAt > now())

function maySee(actor: Actor, { post, postTeams, draft, draftTeams }: Found): boolean {
  if (post)
    return post.state === 'withdrawn' ? worksFor(actor, [...(post.teamId === null ? [] : [post.teamId]), ...(postTeams ?? [])]) : mayRead(actor, post)
  return draft !== null && mayReadDraft(actor, { ...draft, teamIds: draftTeams ?? [] })
}

const worksFor = (actor: Actor, teamIds: readonly number[]): boolean =>
  hasRole(actor, 'press-office') ||
  actor.duties.some(({ role, teamId }) => (role === 'officer' || role === 'supervisor') && teamId !== null && teamIds.includes(teamId))

export type AboutFile = { draftId: number } | { photoId: number } | { attachmentId: number }

/** The version that a draft has after something was done to one of its files; null for the files of a post. */
export async function versionBeside(db: Db, about: AboutFile): Promise<number | null> {
  const id =
    'draftId' in about
      ? sql`${about.draftId}`
      : 'photoId' in about
        ? sql`(select draft_id from photos where id = ${about.photoId})`
        : sql`(select draft_id from attachments where id = ${about.attachmentId})`
  const [draft] = await db
    .select({ version: drafts.version })
    .from(drafts)
    .where(sql`${drafts.id} = ${id} and ${drafts.state} <> 'published'`)
  return draft?.version ?? null
}
