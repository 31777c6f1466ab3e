/**
 * The moment in which a draft becomes a post, or the correction of one. Whoever lets it out, everything is looked at again here.
 */
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { actorById } from '../accounts/known.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { setMode } from '../conversations/mode.ts'
import { conversations } from '../conversations/schema.ts'
import type { Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { teamById } from '../teams/team.ts'
import { moveAttachments } from './attachment.ts'
import { otherTeams, type DraftRow } from './draft.ts'
import { writeAct } from './draft-history.ts'
import { approvedByPressOffice, draftInElection } from './election.ts'
import { contentOf, kindOf, type PostContent } from './kinds.ts'
import { movePhotos } from './photo.ts'
import { ELECTION } from './policy.ts'
import { attachments, drafts, photos, posts, type Details } from './schema.ts'
import { problemOfSources } from './source.ts'
import { changePost, lockPost, postPath, storePost, tellOfPost, type Inserted, type PostRow } from './stored-post.ts'
import { problemOnGround, putOnGround } from './whereabouts.ts'

const DAY = 86_400_000

/** What waits to be shown with a draft. */
const filesOf = async (db: Db, draftId: number): Promise<{ photos: { id: number; alt: string; lookedAtBy: number | null }[]; documents: number }> => {
  const [shown, documents] = [
    await db
      .select({ id: photos.id, alt: photos.alt, lookedAtBy: photos.lookedAtBy })
      .from(photos)
      .where(and(eq(photos.draftId, draftId), sql`${photos.removedAt} is null and ${photos.storedAt} is not null`)),
    await db.$count(
      attachments,
      and(eq(attachments.draftId, draftId), sql`${attachments.removedAt} is null and ${attachments.storedAt} is not null`),
    ),
  ]
  return { photos: shown, documents }
}

/** Has a photo that nobody has looked at for faces and number plates. */
export const hasUnseenPhoto = async (db: Db, draftId: number): Promise<boolean> =>
  (await filesOf(db, draftId)).photos.some((photo) => photo.lookedAtBy === null)

/** The content of a draft, when nothing is missing any more. Throws `Refused` with everything that is, by field; photos without a text are `alt-ID`. */
export async function completeContent(db: Db, draft: DraftRow): Promise<PostContent> {
  const files = await filesOf(db, draft.id)
  const undescribed = files.photos.filter((photo) => photo.alt.trim() === '')
  const problems: Record<string, string> = Object.fromEntries(
    undescribed.map((photo) => [`alt-${photo.id}`, 'Describe this photo for people who cannot see it']),
  )
  const kind = kindOf(draft.kind)
  if (!kind.photos && files.photos.length > 0) problems['photo'] = `${kind.name}: photos cannot be published. Remove them`
  if (!kind.attachments && files.documents > 0) problems['attachment'] = `${kind.name}: documents cannot be published. Remove them`
  if (draft.correctsId !== null && !draft.form['note']?.trim()) problems['note'] = 'Say what you corrected, in a sentence for readers'
  const content = contentOrProblems(draft, problems)
  if (content !== null)
    Object.assign(problems, await problemOnGround(db, content), await problemOfSources(db, content, await detailsBefore(db, draft)))
  if (content === null || Object.keys(problems).length > 0) throw new Refused('This is not complete yet', problems)
  return content
}

/** Of the post that the draft corrects. */
async function detailsBefore(db: Db, { correctsId }: DraftRow): Promise<Details | undefined> {
  const [post] = correctsId === null ? [] : await db.select({ details: posts.details }).from(posts).where(eq(posts.id, correctsId))
  return post?.details
}

function contentOrProblems(draft: DraftRow, problems: Record<string, string>): PostContent | null {
  try {
    return contentOf(draft.kind, draft.form, now())
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    Object.assign(problems, error.fields)
    return null
  }
}

/** Lets a locked draft out as it stands; the caller has made sure that the actor may. Null is the system. Throws `Refused`, `Forbidden`, `Overtaken`. */
export async function releaseDraft(tx: Tx, actor: SignedIn | null, draft: DraftRow): Promise<Inserted> {
  // Also what a sergeant approved before the period began.
  if ((await draftInElection(tx, draft.id)) && !(await approvedByPressOffice(tx, draft))) throw new Forbidden(ELECTION)
  const content = await completeContent(tx, draft)
  const { post, path } = await (draft.correctsId === null ? publishNew : publishCorrection)(tx, draft, content)
  await showFiles(tx, draft, post, content.expiresAt)
  const set = { state: 'published' as const, stateAt: now(), postId: post.id }
  await tx.update(drafts).set(set).where(eq(drafts.id, draft.id))
  await tellOfPost(tx, draft.authorId, draft.correctsId === null ? 'post.published' : 'post.corrected', post)
  await writeAct(tx, actor, { ...draft, ...set }, 'published')
  return { id: post.id, path, conversationId: post.conversationId }
}

async function publishNew(tx: Tx, draft: DraftRow, content: PostContent): Promise<{ post: PostRow; path: string }> {
  const team = await openTeam(tx, draft.teamId)
  const { kind, clientKey, approvedBy, wholeForce } = draft
  const { title, body, tags, details, expiresAt } = content
  const teamIds = await otherTeams(tx, draft.id)
  const author = { id: draft.authorId, role: draft.officialRole }
  const stored = await storePost(tx, author, team, { kind, clientKey, approvedBy, wholeForce, title, body, tags, details, expiresAt, teamIds })
  if (content.nearPostcode !== undefined) await putOnGround(tx, stored.post, content)
  // Here it comes after the tags are counted: what asks for a lock has none.
  await applyLock(tx, draft, content, stored.post.conversationId)
  return stored
}

async function openTeam(tx: Tx, teamId: number) {
  const [found] = await tx.select({ archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, teamId))
  if (found?.archivedAt) throw new Forbidden('This team is archived, so nothing new can be published for it.')
  return teamById(tx, teamId)
}

/** Photos and documents go to the post, behind those that it has; it keeps a copy of what pages show. */
async function showFiles(tx: Tx, draft: DraftRow, post: PostRow, expiresAt: Date | null): Promise<void> {
  const photos = await movePhotos(tx, draft, post.id, photosUntil(draft, expiresAt))
  const attachments = await moveAttachments(tx, draft, post.id)
  if (photos.length + attachments.length === 0) return
  await tx
    .update(posts)
    .set({ photos: [...post.photos, ...photos], attachments: [...post.attachments, ...attachments] })
    .where(eq(posts.id, post.id))
}

/** Photos of such a kind stay no longer than the post, and no longer than the kind allows. */
function photosUntil(draft: DraftRow, expiresAt: Date | null): Date | null {
  const days = kindOf(draft.kind).photosExpireAfterDays
  if (days === null) return null
  const latest = new Date(now().getTime() + days * DAY)
  return expiresAt !== null && expiresAt < latest ? expiresAt : latest
}

/** Photos that were added to a correction before the person was traced must not come back with it. */
async function requirePhotosWanted(tx: Tx, draft: DraftRow, post: PostRow): Promise<void> {
  const removedAt = post.details['photosRemovedAt']
  if (typeof removedAt !== 'string' || new Date(removedAt) < draft.createdAt) return
  const [brought] = await tx
    .select({ id: photos.id })
    .from(photos)
    .where(and(eq(photos.draftId, draft.id), isNull(photos.removedAt)))
    .limit(1)
  if (brought)
    throw new Overtaken('The photos of this post were taken away meanwhile. Take the new photos out of the correction, or begin a new one.')
}

async function publishCorrection(tx: Tx, draft: DraftRow, content: PostContent): Promise<{ post: PostRow; path: string }> {
  const found = draft.correctsId === null ? null : await lockPost(tx, draft.correctsId)
  if (!found) throw new NotFound('post')
  const { post } = found
  if (post.state === 'withdrawn') throw new Forbidden('The post was withdrawn meanwhile.')
  if (post.version !== draft.correctsVersion)
    throw new Overtaken('Somebody else corrected the post meanwhile. Begin a new correction from what it says now.')
  await requirePhotosWanted(tx, draft, post)
  const expiresAt = isOver(post) ? post.expiresAt : content.expiresAt
  // An earlier end is an end for what the post shows already.
  if (expiresAt !== null)
    await tx
      .update(photos)
      .set({ expiresAt })
      .where(and(eq(photos.postId, post.id), gt(photos.expiresAt, expiresAt)))
  await applyLock(tx, draft, content, post.conversationId)
  const details = keptDetails(post, content.details)
  const change = { ...content, details, note: draft.form['note'] ?? '', expiresAt, approvedBy: draft.approvedBy }
  const { path } = await changePost(tx, draft.authorId, found, change)
  await putOnGround(tx, post, content)
  return { post, path }
}

/** Its end date has passed, whether or not its state says so yet. */
export const isOver = (post: Pick<PostRow, 'state' | 'expiresAt'>): boolean =>
  post.state === 'archived' || (post.expiresAt !== null && post.expiresAt <= now())

/** What the composer does not ask for stays when the words are corrected: the clock of a question, and why photos are gone. */
export function keptDetails(post: PostRow, details: Details): Details {
  if (!kindOf(post.kind).composed) return post.details
  const kept = Object.entries(post.details).filter(([name]) => name === 'photosRemovedAt' || name === 'photosRemovedBecause')
  return { ...details, ...Object.fromEntries(kept) }
}

/** Comments are locked from the first moment where the form asked for it and the approver agreed. */
async function applyLock(tx: Tx, draft: DraftRow, content: PostContent, conversationId: number): Promise<void> {
  if (content.lock === null || draft.lockAgreedBy === null) return
  const [conversation] = await tx.select({ mode: conversations.mode }).from(conversations).where(eq(conversations.id, conversationId))
  if (conversation?.mode === 'legal-lock') return
  await setMode(tx, await actorById(tx, draft.lockAgreedBy), conversationId, { mode: 'legal-lock', ...content.lock })
}

/** Where a published draft can be read. */
export async function pathOfPost(tx: Tx, postId: number): Promise<{ id: number; path: string }> {
  const [found] = await tx
    .select({ id: posts.id, slug: posts.slug, team: teams.slug })
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(eq(posts.id, postId))
  if (!found) throw new NotFound('post')
  return { id: found.id, path: postPath(found.team, found) }
}
