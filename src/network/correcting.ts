/** The form of a correction, as its author gets it, and what it comes to. Kinds with forms of their own are corrected by their rooms. */
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { circleOf } from '../conversations/audience.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { correctInNetwork } from './changing.ts'
import { contentOfForm } from './compose.ts'
import { correctionPath, requireBody } from './inside.ts'
import { staffPostById, type StaffPostPage } from './page.ts'
import { mayChange, mutedBecause } from './policy.ts'
import { askForPreview } from './preview.ts'

/** The post as it was typed. Throws `Forbidden` for everybody but its author, and for what a moderator took words out of. */
export async function postToCorrect(db: Db, actor: SignedIn, post: StaffPostPage): Promise<Record<string, string>> {
  requireOwnForm(actor, post)
  const [typed] = await db.select({ title: posts.title, body: posts.body, tags: posts.tags }).from(posts).where(eq(posts.id, post.id))
  if (!typed) throw new NotFound('post')
  const address = typeof post.details['url'] === 'string' ? { address: post.details['url'] } : {}
  return { title: typed.title, body: typed.body, tags: typed.tags.join(', '), ...address }
}

function requireOwnForm(actor: SignedIn, post: StaffPostPage): void {
  const own = `/staff/posts/${post.id}/correct`
  if (!mayChange(actor, post))
    throw new Forbidden(mutedBecause(actor, circleOf(post.audience)) ?? 'Only whoever wrote a post corrects it, while it stands.')
  if (correctionPath(post) !== own) throw new Forbidden('A post of this kind is changed by a form of its own.')
}

export interface ComposedCorrection {
  title: string
  body: string
  tags: string
  address: string
  note: string
  version: number
}

/** Throws as `correctInNetwork`, and `Refused` by field. */
export async function correctComposed(db: Database, actor: SignedIn, id: number, form: ComposedCorrection): Promise<{ path: string }> {
  const post = await staffPostById(db, actor, id)
  requireOwnForm(actor, post)
  const { details, ...words } = contentOfForm(post.kind, form)
  requireBody(post.kind, words.body)
  const url = details['url']
  const { note, version } = form
  return correctInNetwork(db, actor, id, { ...words, note, version, details: { ...post.details, ...details } }, async (tx) => {
    if (typeof url === 'string') await askForPreview(tx, id, url)
  })
}
