/**
 * What the room that makes posts of a kind shows on the page of such a post in the network, below its words. That room stands on a higher floor: it adds what it
 * shows to `InsidePost` by `declare module '../network/inside.ts'`, and its partial to the page.
 */
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { kindOf } from '../posts/kinds.ts'
import type { PostKind } from '../posts/schema.ts'
import type { StaffPostPage } from './page.ts'

/** By kind: what the partial of its room shows. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by the rooms above
export interface InsidePost {}

/** A panel that itself prints comments of the first level, so that the conversation below need not. */
interface Listing {
  listed: readonly number[]
}

/** The comments that stand in it. */
export const listedIn = (inside: Partial<InsidePost>): readonly number[] =>
  Object.values<unknown>(inside).flatMap((panel) => (isListing(panel) ? panel.listed : []))

const isListing = (panel: unknown): panel is Listing => typeof panel === 'object' && panel !== null && 'listed' in panel

/** A panel of something that is over, which says whether this reader tells what was done about it. */
interface Asking {
  deeds: boolean
}

/** The reader tells here what was done: the author and those who lead, of what is over. */
export const asksForDeeds = (inside: Partial<InsidePost>): boolean => Object.values<unknown>(inside).some((panel) => isAsking(panel) && panel.deeds)

const isAsking = (panel: unknown): panel is Asking => typeof panel === 'object' && panel !== null && 'deeds' in panel

type Load = (db: Database, actor: Actor, post: StaffPostPage) => Promise<unknown>

const loads = new Map<PostKind, Load>()

/** Where a post of a kind is corrected whose room has a form of its own. */
type Correct = (post: StaffPostPage) => string
const corrections = new Map<PostKind, Correct | null>()

/**
 * Called once by each room, while the application is put together; a second time changes nothing. `correct`: where the author corrects it, if not by the form of title,
 * text and topics that every kind has; null where that is no affair of the author's alone.
 */
export function showInside<Name extends keyof InsidePost & PostKind>(
  kind: Name,
  load: (db: Database, actor: Actor, post: StaffPostPage) => Promise<InsidePost[Name] | null>,
  correct?: Correct | null,
): void {
  loads.set(kind, load)
  if (correct !== undefined) corrections.set(kind, correct)
}

type Check = (body: string) => void
const checks = new Map<PostKind, Check>()

/** What a kind asks of its text, also when it is corrected: `check` throws `Refused` with a message for the field `body`. A second time changes nothing. */
export function askOfBody(kind: PostKind, check: Check): void {
  checks.set(kind, check)
}

/** Throws `Refused` (field `body`) where the text lacks what its kind asks for. */
export const requireBody = (kind: PostKind, body: string): void => checks.get(kind)?.(body)

/** Null where this kind is not corrected by its author. */
export function correctionPath(post: StaffPostPage): string | null {
  const own = corrections.get(post.kind)
  if (own !== undefined) return own?.(post) ?? null
  return isPlain(post.kind) ? `/staff/posts/${post.id}/correct` : null
}

/** Corrected by the form of title, text and topics. */
const isPlain = (kind: PostKind): boolean => kind === 'update' || kindOf(kind).staff === true

/** Nothing for a withdrawn post. */
export async function insideOf(db: Database, actor: Actor, post: StaffPostPage): Promise<Partial<InsidePost>> {
  const load = post.state === 'withdrawn' ? undefined : loads.get(post.kind)
  const shown = await load?.(db, actor, post)
  return shown ? { [post.kind]: shown } : {}
}
