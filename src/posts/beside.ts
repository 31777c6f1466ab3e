/**
 * What the room that makes posts of a kind shows on the page of such a post, below its words. That room stands on a higher floor: it adds what it shows to
 * `BesidePost` by `declare module '../posts/beside.ts'`, and its partial to the page.
 */
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import type { PostPage } from './list.ts'
import type { PostKind } from './schema.ts'

/** By kind: what the partial of its room shows. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by the rooms above
export interface BesidePost {}

/** A panel that itself prints comments of the first level, so that the conversation below need not. */
interface Listing {
  listed: readonly number[]
}

/** The comments that stand in what is beside a post. */
export const listedIn = (beside: Partial<BesidePost>): readonly number[] =>
  Object.values<unknown>(beside).flatMap((panel) => (isListing(panel) ? panel.listed : []))

const isListing = (panel: unknown): panel is Listing => typeof panel === 'object' && panel !== null && 'listed' in panel

const loads = new Map<PostKind, (db: Database, actor: Actor, post: PostPage) => Promise<unknown>>()

/** Called once by each room, while the application is put together; a second time changes nothing. */
export function showBeside<Name extends keyof BesidePost & PostKind>(
  kind: Name,
  load: (db: Database, actor: Actor, post: PostPage) => Promise<BesidePost[Name] | null>,
): void {
  loads.set(kind, load)
}

/** Nothing for a withdrawn post, and for most kinds. */
export async function besideOf(db: Database, actor: Actor, post: PostPage): Promise<Partial<BesidePost>> {
  const load = post.state === 'withdrawn' ? undefined : loads.get(post.kind)
  const shown = await load?.(db, actor, post)
  return shown ? { [post.kind]: shown } : {}
}
