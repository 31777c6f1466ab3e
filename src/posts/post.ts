/**
 * What a team publishes. A correction keeps every earlier version readable; a withdrawal leaves a notice.
 */
import { desc, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { lockToChange } from './changing.ts'
import { writeDraft } from './draft.ts'
import { publicDetails } from './kinds.ts'
import { publishDraftIn } from './lifecycle.ts'
import { mayWithdraw, publishingDuty } from './policy.ts'
import { postVersions, type DraftForm, type PostKind } from './schema.ts'
import { takeDown } from './removal.ts'
import { lockPost, postPath, tellOfPost } from './stored-post.ts'

export { postToChange } from './changing.ts'
export { correctPost, draftCorrection } from './correction.ts'
export { redactPost, removePostByModerator } from './removal.ts'
export { insertPost, postPath, setDetails, type PostRow } from './stored-post.ts'

export interface NewPost {
  title: string
  body: string
  tags: string[]
  clientKey: string
  /** An update where none is named. */
  kind?: PostKind
  /** The fields of its kind. */
  form?: DraftForm
}

/** Writes a draft and publishes it in one go. The same form sent twice makes one post. Throws `Forbidden` without a duty for the team, or when a second person is needed. */
export async function publishPost(db: Database, actor: SignedIn, team: TeamName, input: NewPost): Promise<{ id: number; path: string }> {
  const { title, body, tags, clientKey: key, kind = 'update' } = input
  const form = { title, body, tags: tags.join(', '), ...input.form }
  return db.transaction(async (tx) => {
    const draft = await writeDraft(tx, actor, team, { kind, key, form, version: null, teamIds: [], wholeForce: false })
    return publishDraftIn(tx, actor, draft.id, draft.version)
  })
}

/** Takes the words down and leaves a notice with the reason. Twice is the same as once. */
export async function withdrawPost(db: Database, actor: SignedIn, id: number, because: string): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const found = await lockPost(tx, id)
    if (!found || !mayRead(actor, found.post)) throw new NotFound('post')
    const path = postPath(found.team.slug, found.post)
    if (found.post.state === 'withdrawn') return { path }
    const { post } = await lockToChange(tx, actor, id)
    if (!mayWithdraw(actor, post)) throw new Forbidden('The sergeant of the team or the press office withdraws this.')
    const duty = publishingDuty(actor, post.teamId)
    await writeLog(tx, {
      actorId: actor.accountId,
      role: duty?.role ?? 'press-office',
      act: 'withdraw',
      item: 'post',
      itemId: id,
      audience: post.audience,
      teamId: post.teamId,
      teamName: found.team.name,
      fromState: post.state,
      toState: 'withdrawn',
      publicText: because,
      hashBefore: contentHash(post.body),
    })
    await takeDown(tx, post, because, null)
    await tellOfPost(tx, actor.accountId, 'post.withdrawn', post)
    return { path }
  })
}

/** Earlier versions, newest first. They go from view with the post itself when it is withdrawn. */
export async function versionsOf(db: Db, post: { id: number; kind: PostKind }) {
  const rows = await db.select().from(postVersions).where(eq(postVersions.postId, post.id)).orderBy(desc(postVersions.version))
  return rows.map((row) => ({ ...row, details: publicDetails(post.kind, row.details) }))
}
