/**
 * Corrections. What is routine is corrected at once; a sensitive post gets a draft that needs the press office again.
 */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { and, eq, notInArray } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import { lockToChange } from './changing.ts'
import { postInElection } from './election.ts'
import { contentOf, formOf, type PostContent } from './kinds.ts'
import { correctsByDraft, publishingDuty } from './policy.ts'
import { isOver, keptDetails } from './publishing.ts'
import { drafts, postVersions, type DraftForm } from './schema.ts'
import { problemOfSources } from './source.ts'
import { changePost, postPath, tellOfPost, type Change, type PostRow } from './stored-post.ts'
import { problemOnGround, putOnGround } from './whereabouts.ts'

export interface Correction {
  title: string
  body: string
  tags: string[]
  /** What was corrected, in a sentence for readers. */
  note: string
  /** The version that was in the form: two people who correct at once must not overwrite each other unseen. */
  version: number
  /** All fields of its kind; then title, text and tags come from here too. */
  form?: DraftForm
}

/**
 * Replaces the words of a routine post; the earlier version stays readable. Throws `Overtaken` when somebody corrected it meanwhile, `Refused` by field,
 * `Forbidden` for a kind that needs the press office (see `draftCorrection`).
 */
export async function correctPost(db: Database, actor: SignedIn, id: number, input: Correction): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const found = await lockToChange(tx, actor, id)
    const { post, team } = found
    if (correctsByDraft(actor, post, await postInElection(tx, post)))
      throw new Forbidden('A correction of this post needs a second person. Write it as a draft.')
    const change = changeOf(post, input)
    // The same form again, over a line on which the first answer was lost.
    if (await correctedBefore(tx, actor, post, change, input.version)) return { path: postPath(team.slug, post) }
    if (post.version !== input.version)
      throw new Overtaken('Somebody else changed this post while you were writing. Open it again to see what they did.')
    const problems = { ...(await problemOnGround(tx, change)), ...(await problemOfSources(tx, change, post.details)) }
    if (Object.keys(problems).length > 0) throw new Refused('There is a problem with what you sent', problems)
    const changed = await changePost(tx, actor.accountId, found, change)
    await putOnGround(tx, post, change)
    await tellOfPost(tx, actor.accountId, 'post.corrected', post)
    return changed
  })
}

function changeOf(post: PostRow, { title, body, tags, note, form }: Correction): Change & Pick<PostContent, 'nearPostcode'> {
  // Whoever approved the words before has not seen these.
  const approvedBy = null
  if (!form) return { title, body, tags, note, details: post.details, expiresAt: post.expiresAt, approvedBy }
  const content = contentOf(post.kind, withoutPastEnd(post, form), now())
  const expiresAt = isOver(post) ? post.expiresAt : content.expiresAt
  return { ...content, details: keptDetails(post, content.details), note, expiresAt, approvedBy }
}

/** The end date of what is over lies in the past, which no new post may have. */
function withoutPastEnd(post: PostRow, { expires, ...form }: DraftForm): DraftForm {
  return isOver(post) || expires === undefined ? form : { ...form, expires }
}

async function correctedBefore(tx: Tx, actor: SignedIn, post: PostRow, change: Change, version: number): Promise<boolean> {
  if (post.version !== version + 1 || post.title !== change.title || post.body !== change.body || post.tags.join() !== change.tags.join())
    return false
  if (!isDeepStrictEqual(post.details, change.details) || post.expiresAt?.getTime() !== change.expiresAt?.getTime()) return false
  const [replaced] = await tx
    .select()
    .from(postVersions)
    .where(and(eq(postVersions.postId, post.id), eq(postVersions.version, version)))
  return replaced?.replacedBy === actor.accountId && replaced.note === change.note
}

/**
 * A draft that corrects a sensitive post, filled with what the post says now; the actor's own open one when there is one already. Throws `NotFound` and
 * `Forbidden`. It goes the way of every draft; the field `note` says to readers what was corrected.
 */
export async function draftCorrection(db: Database, actor: SignedIn, postId: number): Promise<{ id: number }> {
  return db.transaction(async (tx) => {
    const { post } = await lockToChange(tx, actor, postId)
    const duty = publishingDuty(actor, post.teamId)
    if (!duty) throw new Forbidden('You cannot change this post.')
    const [open] = await tx
      .select({ id: drafts.id })
      .from(drafts)
      .where(and(eq(drafts.correctsId, postId), eq(drafts.authorId, actor.accountId), notInArray(drafts.state, ['published', 'discarded'])))
      .limit(1)
    if (open) return open
    const moment = now()
    const [made] = await tx
      .insert(drafts)
      .values({
        kind: post.kind,
        teamId: post.teamId,
        authorId: actor.accountId,
        officialRole: duty.role,
        clientKey: randomUUID(),
        form: { ...withoutPastEnd(post, formOf(post.kind, post)), note: '' },
        correctsId: post.id,
        correctsVersion: post.version,
        createdAt: moment,
        changedAt: moment,
        stateAt: moment,
      })
      .returning({ id: drafts.id })
    if (!made) throw new Error('the draft gave no row back')
    return made
  })
}
