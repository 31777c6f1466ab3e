/**
 * Priorities that an import brings. Each is known by a key of its source: the same again changes nothing, words that the source changed become a correction,
 * and what people of the team have corrected, withdrawn or closed since stays theirs. Nobody is told: what is imported is old.
 */
import { createHash } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import type { Role } from '../actor.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { posts, postTeams, postVersions } from '../posts/schema.ts'
import { changePost, storePost, touchPages, type PostRow } from '../posts/stored-post.ts'
import type { TeamName } from '../teams/team.ts'
import { plainText } from '../text/foreign-html.ts'
import { cleanText } from '../text/input.ts'
import { renderPost, summarise } from '../text/markdown.ts'
import { priorities, priorityActions } from './schema.ts'

export interface ImportedPriority {
  /** In whose name it stands, and with which mark. */
  authorId: number
  authorRole?: Role
  team: TeamName
  /** What the source knows it by: the same with every import. */
  key: string
  issueHtml: string
  issuedAt: Date | null
  /** What was done about it, when the source says so. */
  actionHtml: string | null
  actionAt: Date | null
}

export type Outcome = 'made' | 'changed' | 'same'

const TITLE = 100
const BODY = 10_000
const NOTE = 'The words were changed where this priority comes from.'

/** In the transaction of the import of its team. */
export async function keepImportedPriority(tx: Tx, imported: ImportedPriority): Promise<Outcome> {
  const [known] = await tx
    .select({ priority: priorities, post: posts })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .where(eq(priorities.sourceKey, imported.key))
    .for('update', { of: priorities })
  if (!known) {
    await actOn(tx, imported, await make(tx, imported))
    return 'made'
  }
  const { priority, post } = known
  if (post.state === 'withdrawn' || priority.closedAt !== null) return 'same'
  const corrected = await correct(tx, imported, post)
  const acted = await actOn(tx, imported, priority)
  if (corrected || acted) await touchPages(tx, post.id)
  return corrected || acted ? 'changed' : 'same'
}

const textOf = (html: string): string => cleanText(plainText(html)).slice(0, BODY).toWellFormed()

function wordsOf({ issueHtml }: ImportedPriority): { title: string; body: string; tags: string[] } {
  const body = textOf(issueHtml)
  return { title: summarise(renderPost(body), TITLE).replace(/\.$/, '') || 'A priority of this team', body, tags: [] }
}

async function make(tx: Tx, imported: ImportedPriority): Promise<typeof priorities.$inferSelect> {
  const { authorId, authorRole: role = 'press-office', team, key } = imported
  const openedAt = imported.issuedAt ?? now()
  const { post } = await storePost(tx, { id: authorId, role }, team, {
    kind: 'priority',
    details: {},
    clientKey: keyOf(key),
    ...wordsOf(imported),
  })
  // It is as old as the source says, and not the newest thing on the team's page.
  await tx.update(posts).set({ publishedAt: openedAt }).where(eq(posts.id, post.id))
  await tx.update(postTeams).set({ listedAt: openedAt }).where(eq(postTeams.postId, post.id))
  const [made] = await tx.insert(priorities).values({ postId: post.id, teamId: team.id, openedAt, reviewedAt: openedAt, sourceKey: key }).returning()
  if (!made) throw new Error('the priority gave no row back')
  await touchPages(tx, post.id)
  return made
}

/** Only while its words are still those of the source. */
async function correct(tx: Tx, imported: ImportedPriority, post: PostRow): Promise<boolean> {
  const words = wordsOf(imported)
  if (words.body === post.body || !(await isUntouched(tx, imported, post))) return false
  const { details, expiresAt } = post
  await changePost(
    tx,
    imported.authorId,
    { post, team: imported.team },
    { ...words, tags: post.tags, details, expiresAt, note: NOTE, approvedBy: null },
  )
  return true
}

async function isUntouched(tx: Tx, { authorId }: ImportedPriority, post: PostRow): Promise<boolean> {
  if (post.editedByModerator) return false
  const [last] = await tx
    .select({ by: postVersions.replacedBy, note: postVersions.note })
    .from(postVersions)
    .where(and(eq(postVersions.postId, post.id)))
    .orderBy(desc(postVersions.version))
    .limit(1)
  return last === undefined || (last.by === authorId && last.note === NOTE)
}

/** What was done stands as an action; other words of the source are another one. */
async function actOn(tx: Tx, imported: ImportedPriority, priority: typeof priorities.$inferSelect): Promise<boolean> {
  const what = imported.actionHtml === null ? '' : textOf(imported.actionHtml)
  if (what === '') return false
  const doneAt = imported.actionAt ?? priority.openedAt
  const [made] = await tx
    .insert(priorityActions)
    .values({
      priorityId: priority.id,
      what,
      state: 'done',
      doneAt,
      byId: imported.authorId,
      officialRole: imported.authorRole ?? 'press-office',
      officialTeam: imported.team.name,
      createdAt: doneAt,
      changedAt: doneAt,
      clientKey: keyOf(`${imported.key} ${what}`),
    })
    .onConflictDoNothing({ target: [priorityActions.byId, priorityActions.clientKey] })
    .returning({ id: priorityActions.id })
  if (made && doneAt > priority.reviewedAt) await tx.update(priorities).set({ reviewedAt: doneAt }).where(eq(priorities.id, priority.id))
  return made !== undefined
}

const keyOf = (about: string): string => createHash('sha256').update(`imported priority ${about}`).digest('hex').slice(0, 32)
