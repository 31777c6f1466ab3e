/**
 * Photos and documents that go: out of a draft by whoever writes it, out of a post by those who answer for it, or by themselves when their time is over.
 * From that moment nobody is shown them; their files are deleted by `eraseFiles`.
 */
import { and, eq, inArray, isNotNull, isNull, lte } from 'drizzle-orm'
import { hasRole, type SignedIn } from '../actor.ts'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { lockDraft, raiseVersion } from './draft.ts'
import { publishingDuty } from './policy.ts'
import { attachments, photos, posts } from './schema.ts'
import { lockPost, postPath, tellOfPost, type PostRow, type TeamPost } from './stored-post.ts'

type Files = typeof photos | typeof attachments

/** Where to go on afterwards: the draft, or the post. */
export interface Owner {
  path: string
}

/** Takes a photo out of a draft, or (supervisor of the team, press office) out of a post. Twice is the same as once. */
export const removePhoto = (db: Database, actor: SignedIn, id: number, because: string | null): Promise<Owner> =>
  removeFile(db, actor, photos, id, because)

/** The same for a document. */
export const removeAttachment = (db: Database, actor: SignedIn, id: number, because: string | null = null): Promise<Owner> =>
  removeFile(db, actor, attachments, id, because)

async function removeFile(db: Database, actor: SignedIn, table: Files, id: number, because: string | null): Promise<Owner> {
  return db.transaction(async (tx) => {
    const file = await fileOf(tx, table, id)
    if (file.postId !== null) return removeFromPost(tx, actor, file.postId, table, id, because)
    // One that was replaced belongs to nothing any more.
    if (file.draftId === null) throw new NotFound('file')
    const draft = await lockDraft(tx, actor, file.draftId, file.removedAt ? 'read' : 'write')
    const gone = await tx
      .update(table)
      .set({ removedAt: now(), removedBecause: because })
      .where(and(eq(table.id, id), isNull(table.postId), isNull(table.removedAt)))
      .returning({ storedAt: table.storedAt })
    if (gone[0]?.storedAt) await raiseVersion(tx, draft)
    return { path: `/officers/drafts/${draft.id}` }
  })
}

async function fileOf(db: Db, table: Files, id: number) {
  const [file] = await db.select({ draftId: table.draftId, postId: table.postId, removedAt: table.removedAt }).from(table).where(eq(table.id, id))
  if (!file) throw new NotFound('file')
  return file
}

async function removeFromPost(tx: Tx, actor: SignedIn, postId: number, table: Files, id: number, because: string | null): Promise<Owner> {
  const { post, team } = await readablePost(tx, actor, postId)
  const duty = publishingDuty(actor, post.teamId)
  if (duty?.role !== 'supervisor' && !hasRole(actor, 'press-office'))
    throw new Forbidden('The sergeant of the team or the press office removes photos and documents from what is published.')
  const entry = { actorId: actor.accountId, role: duty?.role ?? 'press-office', because: because ?? 'A photo or document was removed.' }
  await takeFrom(tx, { post, team }, table, [id], entry)
  return { path: postPath(team.slug, post) }
}

/**
 * All photos of an appeal go: the person is traced. Anybody who publishes for the team does it, for it must not wait. Leaves a note on the post
 * (`photosRemovedAt` and `photosRemovedBecause` of its details).
 */
export async function removePhotosOfPost(db: Database, actor: SignedIn, postId: number, because: string): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { post, team } = await readablePost(tx, actor, postId)
    const duty = publishingDuty(actor, post.teamId)
    if (!duty) throw new Forbidden(`You cannot change posts of the ${team.name} team.`)
    if (post.kind !== 'appeal') throw new Forbidden('Only the photos of an appeal go when somebody is traced.')
    await takeFrom(tx, { post, team }, photos, null, { actorId: actor.accountId, role: duty.role, because })
    return { path: postPath(team.slug, post) }
  })
}

/** Photos past their time go from their posts. Answers of how many posts. */
export async function expirePhotos(db: Database): Promise<number> {
  const due = await db
    .selectDistinct({ postId: photos.postId })
    .from(photos)
    .where(and(lte(photos.expiresAt, now()), isNull(photos.removedAt), isNotNull(photos.postId)))
    .limit(200)
  for (const { postId } of due) if (postId !== null) await db.transaction((tx) => expireOf(tx, postId))
  return due.length
}

async function expireOf(tx: Tx, postId: number): Promise<void> {
  const found = await lockPost(tx, postId)
  const over = await tx
    .select({ id: photos.id })
    .from(photos)
    .where(and(eq(photos.postId, postId), lte(photos.expiresAt, now()), isNull(photos.removedAt)))
  const ids = over.map(({ id }) => id)
  if (found && ids.length > 0)
    await takeFrom(tx, found, photos, ids, { actorId: null, role: 'system', because: 'The time for which its photos may be shown is over.' })
}

async function readablePost(tx: Tx, actor: SignedIn, id: number): Promise<{ post: TeamPost; team: TeamName }> {
  const found = await lockPost(tx, id)
  if (!found || !mayRead(actor, found.post)) throw new NotFound('post')
  return found
}

interface Entry {
  actorId: number | null
  role: string
  because: string
}

/** Takes files (null: all of the table) from a locked post: from what pages show, from view, and into the log. Nothing left to take changes nothing. */
async function takeFrom(tx: Tx, { post, team }: { post: PostRow; team: TeamName }, table: Files, ids: number[] | null, entry: Entry): Promise<void> {
  const gone = await tx
    .update(table)
    .set({ removedAt: now(), removedBecause: entry.because })
    .where(and(eq(table.postId, post.id), isNull(table.removedAt), ids === null ? undefined : inArray(table.id, ids)))
    .returning({ id: table.id })
  if (gone.length === 0) return
  const stays = ({ id }: { id: number }): boolean => !gone.some((one) => one.id === id)
  const ofPhotos = table === photos
  const details = ofPhotos ? { ...post.details, photosRemovedAt: now().toISOString(), photosRemovedBecause: entry.because } : post.details
  const left = ofPhotos ? { photos: post.photos.filter(stays), details } : { attachments: post.attachments.filter(stays) }
  await tx.update(posts).set(left).where(eq(posts.id, post.id))
  await writeLog(tx, {
    actorId: entry.actorId,
    role: entry.role,
    act: ofPhotos ? 'remove-photos' : 'remove-documents',
    item: 'post',
    itemId: post.id,
    audience: post.audience,
    teamId: post.teamId,
    teamName: team.name,
    publicText: entry.because,
  })
  await tellOfPost(tx, entry.actorId, 'post.photos-removed', post)
}
