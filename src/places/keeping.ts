/**
 * Keeping places: opening one, changing it, closing it for good. Each act is a row in `place_changes`. The people of the team and the press office do it
 * at once; what partner staff send waits for a second person, and nobody sees it before (see `proposal.ts`).
 */
import { and, eq, isNull } from 'drizzle-orm'
import type { Role, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { placePath } from './place.ts'
import { formOf, type PlaceContent, type TypedPlace } from './place-form.ts'
import { keepingDuty, keeps, mayPropose } from './policy.ts'
import { placeChanges, places, type PlaceAct } from './schema.ts'
import { lockPlace, requireStanding, rewritePlace, shutPlace, storePlace, type PlaceRow } from './stored-place.ts'

/** Where to go from here; `waits`: for a second person. */
export interface Kept {
  path: string
  waits: boolean
}

export const changePath = (id: number): string => `/place-changes/${id}`

interface NewChange {
  act: PlaceAct
  placeId: number | null
  teamId: number
  form: TypedPlace
  clientKey: string
}

/**
 * Opens a place that a team looks after; for partner staff, asks for it. The same form sent twice opens one place.
 * Throws `Forbidden`, `Refused` (field `kind`), `Overtaken` for a key under which something else was done.
 */
export const openPlace = (db: Database, actor: SignedIn, team: TeamName, input: { content: PlaceContent; clientKey: string }): Promise<Kept> =>
  db.transaction(async (tx) => {
    const { content, clientKey } = input
    const duty = keepingDuty(actor, team.id)
    if (!duty && !mayPropose(actor)) throw new Forbidden(`You do not look after places of the ${team.name} team.`)
    if (!duty && content.kind !== 'partner') throw new Refused(ONLY_PARTNER, { kind: ONLY_PARTNER })
    const change: NewChange = { act: 'open', placeId: null, teamId: team.id, form: formOf(content), clientKey }
    const written = await writeChange(tx, actor, duty?.role ?? 'partner', change)
    if (written.known || !duty) return written.kept
    const place = await storePlace(tx, actor.accountId, content, { teamId: team.id, partnerId: null, clientKey })
    await tx.update(placeChanges).set({ placeId: place.id }).where(eq(placeChanges.id, written.id))
    return { path: placePath(place.slug), waits: false }
  })

const ONLY_PARTNER = 'Partner staff open partner services'

/** Changes what readers see. Throws `Forbidden`, `Refused` (field `kind`), `Overtaken` when it was changed since `version`. */
export const changePlace = (
  db: Database,
  actor: SignedIn,
  id: number,
  { content, version, clientKey }: { content: PlaceContent; version: number; clientKey: string },
): Promise<Kept> =>
  keepPlace(db, actor, id, { act: 'change', form: formOf(content), version, clientKey }, async (tx, place, alone) => {
    if (!alone && content.kind !== 'partner') throw new Refused(ONLY_PARTNER, { kind: ONLY_PARTNER })
    if (alone) await rewritePlace(tx, actor.accountId, place, content)
  })

/** Closes it for good: it stays readable, its conversation closes. Throws as `changePlace` does. */
export const closePlace = (
  db: Database,
  actor: SignedIn,
  id: number,
  { because, version, clientKey }: { because: string; version: number; clientKey: string },
): Promise<Kept> =>
  keepPlace(db, actor, id, { act: 'close', form: { because }, version, clientKey }, async (tx, place, alone) => {
    if (alone) await shutPlace(tx, actor, actor.accountId, place, because)
  })

async function keepPlace(
  db: Database,
  actor: SignedIn,
  id: number,
  { act, form, version, clientKey }: { act: PlaceAct; form: TypedPlace; version: number; clientKey: string },
  apply: (tx: Tx, place: PlaceRow, alone: boolean) => Promise<void>,
): Promise<Kept> {
  return db.transaction(async (tx) => {
    const place = await lockPlace(tx, id)
    // Asked as if it stood: whoever sends a closing twice is told that it is done.
    const how = keeps(actor, { ...place, closedAt: null })
    if (how === null) throw new Forbidden('You do not look after this place.')
    const role = how === 'alone' ? (keepingDuty(actor, place.teamId)?.role ?? 'officer') : 'partner'
    const change: NewChange = { act, placeId: id, teamId: place.teamId, form: { ...form, version: String(version) }, clientKey }
    if (how === 'by-proposal') await requireNothingWaits(tx, id, clientKey)
    const written = await writeChange(tx, actor, role, change)
    if (written.known) return written.kept
    requireStanding(place, version)
    await apply(tx, place, how === 'alone')
    return how === 'alone' ? { path: placePath(place.slug), waits: false } : written.kept
  })
}

async function requireNothingWaits(tx: Tx, placeId: number, clientKey: string): Promise<void> {
  const [waiting] = await tx
    .select({ clientKey: placeChanges.clientKey })
    .from(placeChanges)
    .where(and(eq(placeChanges.placeId, placeId), isNull(placeChanges.answer)))
  if (waiting && waiting.clientKey !== clientKey)
    throw new Forbidden('What you sent before about this place still waits for an answer. Send the next when you have it.')
}

interface Written {
  id: number
  /** The same was sent before. */
  known: boolean
  kept: Kept
}

/** Writes down what was done, or what waits. */
async function writeChange(tx: Tx, actor: SignedIn, role: Role, change: NewChange): Promise<Written> {
  const by = { changedBy: actor.accountId, changedRole: role, changedAt: now() }
  // What the force's own people do needs no answer, so it bears theirs.
  const answered = role === 'partner' ? {} : { answer: 'agreed' as const, answeredBy: actor.accountId, answeredAt: now() }
  const [row] = await tx
    .insert(placeChanges)
    .values({ ...change, ...by, ...answered })
    .onConflictDoNothing({ target: placeChanges.clientKey })
    .returning({ id: placeChanges.id })
  if (row) return { id: row.id, known: false, kept: { path: changePath(row.id), waits: true } }
  return knownChange(tx, actor, change)
}

async function knownChange(tx: Tx, actor: SignedIn, { clientKey, act, placeId, teamId }: NewChange): Promise<Written> {
  const [known] = await tx
    .select({ change: placeChanges, slug: places.slug })
    .from(placeChanges)
    .leftJoin(places, eq(places.id, placeChanges.placeId))
    .where(eq(placeChanges.clientKey, clientKey))
  const same =
    known?.change.changedBy === actor.accountId &&
    known.change.act === act &&
    known.change.teamId === teamId &&
    (act === 'open' || known.change.placeId === placeId)
  if (!known || !same) throw new Overtaken('This form was used for something else. Reload the page and try again.')
  const { change, slug } = known
  if (change.answer === 'agreed' && slug !== null) return { id: change.id, known: true, kept: { path: placePath(slug), waits: false } }
  return { id: change.id, known: true, kept: { path: changePath(change.id), waits: change.answer === null } }
}
