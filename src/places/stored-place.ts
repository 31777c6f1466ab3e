/**
 * A place as it is stored: with its conversation, its address, and what is told of it. Whoever opens, changes or closes one does it through here,
 * inside the transaction in which the change is written down.
 */
import { eq, like, or, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { lockConversation, nameConversation, startConversation } from '../conversations/conversation.ts'
import { setMode } from '../conversations/mode.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { touchTeam } from '../teams/team.ts'
import { renderPost } from '../text/markdown.ts'
import { slugOf } from '../text/slug.ts'
import { placePath } from './place.ts'
import type { PlaceContent } from './place-form.ts'
import { heldAt } from './held.ts'
import { announcedAt } from './presence.ts'
import { places } from './schema.ts'

export type PlaceRow = typeof places.$inferSelect

/** An address made for forms is no place's. */
const TAKEN = new Set(['new'])

/** Opens it, under an address of its own. The caller has made sure that the actor may. */
export async function storePlace(
  tx: Tx,
  authorId: number,
  content: PlaceContent,
  { teamId, partnerId, clientKey }: { teamId: number; partnerId: number | null; clientKey: string },
): Promise<PlaceRow> {
  await requireOpenTeam(tx, teamId)
  const slug = await freeSlug(tx, content.name)
  const conversation = await startConversation(tx, { audience: 'public', teamId, title: content.name })
  const [place] = await tx
    .insert(places)
    .values({ ...columnsOf(content), slug, teamId, partnerId, clientKey, conversationId: conversation.id, changedAt: now() })
    .returning()
  if (!place) throw new Error('no place was made')
  await nameConversation(tx, conversation.id, { title: place.name, path: placePath(slug) })
  await tellOfPlace(tx, authorId, 'place.opened', place)
  return place
}

async function requireOpenTeam(tx: Tx, teamId: number): Promise<void> {
  const [team] = await tx.select({ archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, teamId))
  if (!team) throw new NotFound('team')
  if (team.archivedAt !== null) throw new Forbidden('This team is archived, so no place can be opened for it.')
}

const columnsOf = (content: PlaceContent) => ({ ...content, descriptionHtml: renderPost(content.description) })

/** The name as an address, with a number behind it where another place has it. */
async function freeSlug(tx: Tx, name: string): Promise<string> {
  const slug = slugOf(name)
  // Two who open places at once follow one another here: the second "Hub" would take the address of the first "Hub 2".
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('place addresses'))`)
  const known = await tx
    .select({ slug: places.slug })
    .from(places)
    .where(or(eq(places.slug, slug), like(places.slug, `${slug}-%`)))
  const taken = new Set([...TAKEN, ...known.map((place) => place.slug)])
  if (!taken.has(slug)) return slug
  for (let number = 2; ; number++) if (!taken.has(`${slug}-${number}`)) return `${slug}-${number}`
}

/** Locks the place until the transaction ends. Throws `NotFound`. */
export async function lockPlace(tx: Tx, id: number): Promise<PlaceRow> {
  const [place] = await tx.select().from(places).where(eq(places.id, id)).for('no key update')
  if (!place) throw new NotFound('place')
  return place
}

/** Throws `Forbidden` when the locked place is closed for good, `Overtaken` when it is no longer what somebody had in view. */
export function requireStanding(place: PlaceRow, version: number): void {
  if (place.closedAt !== null) throw new Forbidden('This place is closed for good, so it stays as it is.')
  if (place.version !== version)
    throw new Overtaken('A colleague changed this place while you had it open. Nothing was changed: look at what it says now.')
}

/** Replaces what readers see of a locked place. */
export async function rewritePlace(tx: Tx, authorId: number, place: PlaceRow, content: PlaceContent): Promise<void> {
  await tx
    .update(places)
    .set({ ...columnsOf(content), changedAt: now(), version: place.version + 1 })
    .where(eq(places.id, place.id))
  if (content.name !== place.name) await nameConversation(tx, place.conversationId, { title: content.name, path: placePath(place.slug) })
  await tellOfPlace(tx, authorId, 'place.changed', { ...place, name: content.name })
}

/**
 * Closes a locked place for good, and its conversation with it; a legal lock stays what it is. Throws `Refused` (field `because`) while officers are
 * announced there.
 */
export async function shutPlace(tx: Tx, actor: SignedIn, authorId: number, place: PlaceRow, because: string): Promise<void> {
  await requireNobodyAnnounced(tx, place.id)
  const set = { closedAt: now(), closedBecause: because, changedAt: now(), version: place.version + 1 }
  await tx.update(places).set(set).where(eq(places.id, place.id))
  const talk = await lockConversation(tx, place.conversationId)
  if (talk?.mode !== 'legal-lock') await setMode(tx, actor, place.conversationId, { mode: 'archived', reason: `${place.name} closed for good.` })
  await tellOfPlace(tx, authorId, 'place.closed', place)
}

/** Whoever reads of them would stand before a closed door. They are not called off here: another team may have planned them, and each may go on elsewhere. */
async function requireNobodyAnnounced(tx: Tx, placeId: number): Promise<void> {
  const held = (await heldAt(tx, placeId)).filter(({ cancelledBecause }) => cancelledBecause === null)
  const [first, ...others] = [...(await announcedAt(tx, placeId, now())), ...held]
  if (!first) return
  const more = others.length === 0 ? 'Move that' : `${others.length} more such ${others.length === 1 ? 'time is' : 'times are'} planned. Move them`
  const message = `People are still expected here: ${first.when} (${first.teamName} team). ${more} or call ${others.length === 0 ? 'it' : 'them'} off first`
  throw new Refused(message, { because: message })
}

async function tellOfPlace(tx: Tx, actorId: number, kind: ActivityKind, { id, name, teamId, conversationId }: PlaceRow): Promise<void> {
  await touchTeam(tx, teamId)
  await recordActivity(tx, { kind, audience: 'public', actorId, teamId, conversationId, detail: { placeId: id, name } })
}
