/**
 * What a team publishes. A correction keeps every earlier version readable; a withdrawal leaves a notice.
 */
import { desc, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { NotFound, Overtaken } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { lockToChange } from './changing.ts'
import { writeDraft } from './draft.ts'
import { isSensitive, kindOf, publicDetails } from './kinds.ts'
import { publishDraftIn } from './lifecycle.ts'
import { publishingDuty } from './policy.ts'
import { posts, postTeams, postVersions, type DraftForm, type PostKind } from './schema.ts'
import { lockPost, postPath, saveTags, tellOfPost, touchPages, type PostRow } from './stored-post.ts'

export { postToChange } from './changing.ts'
export { correctPost, draftCorrection } from './correction.ts'
export { insertPost, lockPost, postPath, setDetails, type PostRow } from './stored-post.ts'

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
    await takeDown(tx, post, because)
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
    await tellOfPost(tx, actor.accountId, 'post.withdrawn', post)
    return { path }
  })
}

/** A moderator's removal, inside the transaction of the decision that wrote the log row. */
export async function withdrawPostByModerator(tx: Tx, post: PostRow, publicText: string): Promise<void> {
  if (post.state === 'withdrawn') throw new Overtaken('This post was already withdrawn. Nothing was changed.')
  await takeDown(tx, post, publicText)
  await touchPages(tx, post.id)
}

/** The words go, what was said stays, and nothing new can be said about what is no longer there. A lock or a closing that stands goes on. */
async function takeDown(tx: Tx, post: PostRow, because: string): Promise<void> {
  const nameless = isSensitive(post.kind) ? namelessOf(post) : null
  await tx
    .update(posts)
    .set({ state: 'withdrawn', withdrawnAt: now(), withdrawnBecause: because, ...nameless })
    .where(eq(posts.id, post.id))
  await saveTags(tx, { ...post, tags: [] })
  await tx.update(postTeams).set({ pinnedAt: null, pinnedBy: null }).where(eq(postTeams.postId, post.id))
  await tx
    .update(conversations)
    .set({
      version: sql`${conversations.version} + 1`,
      mode: sql`case when ${conversations.mode} in ('open', 'held') then 'archived' else ${conversations.mode} end`,
      modeSetAt: now(),
      ...(nameless && {
        title: nameless.title,
        path: sql`regexp_replace(${conversations.path}, '/posts/.*$', ${`/posts/${post.id}-${nameless.slug}`})`,
      }),
    })
    .where(eq(conversations.id, post.conversationId))
}

/** Titles of sensitive posts say who and what: they go from page, lists and address with the words. */
const namelessOf = (post: PostRow) => ({ title: `${kindOf(post.kind).name}, withdrawn`, slug: 'withdrawn' })

/** Earlier versions, newest first. They go from view with the post itself when it is withdrawn. */
export async function versionsOf(db: Db, post: { id: number; kind: PostKind }) {
  const rows = await db.select().from(postVersions).where(eq(postVersions.postId, post.id)).orderBy(desc(postVersions.version))
  return rows.map((row) => ({ ...row, details: publicDetails(post.kind, row.details) }))
}
