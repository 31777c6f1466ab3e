/**
 * What partner staff ask to have done with a place: a second person of the force agrees or refuses, with a note; nobody their own. Before that it is in view
 * of its author and of those who may answer, and of nobody else. The author sees how it stands.
 */
import { and, asc, desc, eq, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { hasRole, idOf, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { placePath } from './place.ts'
import { readPlace, type PlaceContent, type TypedPlace } from './place-form.ts'
import { changePath } from './keeping.ts'
import { mayAnswer, mayReadProposal } from './policy.ts'
import { placeChanges, places, type PlaceAct } from './schema.ts'
import { lockPlace, requireStanding, rewritePlace, shutPlace, storePlace } from './stored-place.ts'

export interface ProposalItem {
  id: number
  path: string
  act: PlaceAct
  /** Of the place, as it is proposed or as it is called now. */
  name: string
  /** Where the place stands; null for one that is not open yet. */
  placePath: string | null
  teamId: number
  teamName: string
  changedBy: number
  author: string | null
  changedAt: Date
  answer: 'agreed' | 'refused' | null
  answeredBy: string | null
  answeredAt: Date | null
  answerNote: string | null
}

export interface Proposal extends ProposalItem {
  form: TypedPlace
  /** Of the place, when it was proposed and now; null for a new place. */
  versions: { then: number; now: number } | null
  placeSlug: string | null
}

const LISTED = 50

const answerers = sql`(select display_name from ${accounts} a where a.id = ${placeChanges.answeredBy})`

const selected = (db: Db, condition: SQL | undefined) =>
  db
    .select({
      change: placeChanges,
      placeName: places.name,
      placeSlug: places.slug,
      placeVersion: places.version,
      teamName: teams.name,
      author: accounts.displayName,
      answerer: sql<string | null>`${answerers}`,
    })
    .from(placeChanges)
    .innerJoin(teams, eq(teams.id, placeChanges.teamId))
    .innerJoin(accounts, eq(accounts.id, placeChanges.changedBy))
    .leftJoin(places, eq(places.id, placeChanges.placeId))
    .where(condition)
    .$dynamic()

type Row = Awaited<ReturnType<typeof selected>>[number]

const itemOf = ({ change, placeName, placeSlug, teamName, author, answerer }: Row): ProposalItem => ({
  id: change.id,
  path: changePath(change.id),
  act: change.act,
  name: placeName ?? change.form['name'] ?? '',
  placePath: placeSlug === null ? null : placePath(placeSlug),
  teamId: change.teamId,
  teamName,
  changedBy: change.changedBy,
  author,
  changedAt: change.changedAt,
  answer: change.answer,
  answeredBy: answerer,
  answeredAt: change.answeredAt,
  answerNote: change.answerNote,
})

/** The teams for which somebody answers; the press office for all. */
const teamsAnswered = (actor: Actor): 'all' | number[] =>
  hasRole(actor, 'press-office') ? 'all' : actor.duties.flatMap(({ role, teamId }) => (role === 'supervisor' && teamId !== null ? [teamId] : []))

/** What waits for this actor's answer, longest waiting first; at most `LISTED`, for the first come first. */
export async function proposalsFor(db: Db, actor: SignedIn): Promise<ProposalItem[]> {
  const answered = teamsAnswered(actor)
  if (answered !== 'all' && answered.length === 0) return []
  const ofTeams = answered === 'all' ? undefined : inArray(placeChanges.teamId, answered)
  const others = sql`${placeChanges.changedBy} <> ${actor.accountId}`
  const rows = await selected(db, and(isNull(placeChanges.answer), ofTeams, others))
    .orderBy(asc(placeChanges.id))
    .limit(LISTED)
  return rows.map(itemOf)
}

/** What somebody proposed as a partner, newest first, a page at a time. */
export async function ownProposals(db: Db, actor: SignedIn, before: number | null): Promise<{ items: ProposalItem[]; next: number | null }> {
  const own = and(eq(placeChanges.changedBy, actor.accountId), eq(placeChanges.changedRole, 'partner'))
  const rows = await selected(db, and(own, before === null ? undefined : lt(placeChanges.id, before)))
    .orderBy(desc(placeChanges.id))
    .limit(LISTED + 1)
  const items = rows.slice(0, LISTED).map(itemOf)
  return { items, next: rows.length > LISTED ? (items.at(-1)?.id ?? null) : null }
}

/** One of them, for its author and those who may answer. Throws `NotFound`. */
export async function proposalById(db: Db, actor: Actor, id: number): Promise<Proposal> {
  const [row] = await selected(db, and(eq(placeChanges.id, id), eq(placeChanges.changedRole, 'partner')))
  if (!row || !mayReadProposal(actor, row.change)) throw new NotFound('change')
  const { form } = row.change
  const versions = row.placeVersion === null || row.change.act === 'open' ? null : { then: Number(form['version']), now: row.placeVersion }
  return { ...itemOf(row), form, versions, placeSlug: row.placeSlug }
}

export interface ProposalAnswer {
  answer: 'agreed' | 'refused'
  /** For whoever proposed it. Mandatory to refuse. */
  note: string | null
}

/**
 * Agrees, and it is done; or refuses. The same answer again is the same as once. Answers where to go.
 * Throws `NotFound`, `Forbidden`, `Refused` (field `note`), `Overtaken` when somebody answered, or the place changed, meanwhile.
 */
export async function answerProposal(db: Database, actor: SignedIn, id: number, input: ProposalAnswer): Promise<{ path: string }> {
  const seen = await proposalById(db, actor, id)
  if (!mayAnswer(actor, seen)) throw new Forbidden('Somebody else has to answer this: a supervisor of the team, or the press office.')
  if (input.answer === 'refused' && input.note === null) throw new Refused(SAY_WHY, { note: SAY_WHY })
  // What was proposed never changes, so it can be read before anything is locked.
  const content = seen.act === 'close' || input.answer === 'refused' ? null : await readPlace(db, seen.form)
  return db.transaction(async (tx) => {
    const [change] = await tx.select().from(placeChanges).where(eq(placeChanges.id, id)).for('update')
    if (!change) throw new NotFound('change')
    if (change.answer !== null) {
      if (change.answer === input.answer && change.answeredBy === idOf(actor)) return { path: seen.path }
      throw new Overtaken(`A colleague has ${change.answer === 'agreed' ? 'agreed to' : 'refused'} this meanwhile. Nothing was changed.`)
    }
    const set = { answer: input.answer, answerNote: input.note, answeredBy: actor.accountId, answeredAt: now() }
    await tx.update(placeChanges).set(set).where(eq(placeChanges.id, id))
    return input.answer === 'refused' ? { path: seen.path } : { path: await applyProposal(tx, actor, change, content) }
  })
}

const SAY_WHY = 'Say why, in a sentence for whoever proposed it'

type Change = typeof placeChanges.$inferSelect

async function applyProposal(tx: Tx, actor: SignedIn, change: Change, content: PlaceContent | null): Promise<string> {
  const { changedBy, teamId, clientKey, placeId } = change
  if (placeId === null) {
    if (!content) throw new Error('a new place without its form')
    const place = await storePlace(tx, changedBy, content, { teamId, partnerId: changedBy, clientKey })
    await tx.update(placeChanges).set({ placeId: place.id }).where(eq(placeChanges.id, change.id))
    return placePath(place.slug)
  }
  const place = await lockPlace(tx, placeId)
  requireStanding(place, Number(change.form['version']))
  if (content) await rewritePlace(tx, changedBy, place, content)
  else await shutPlace(tx, actor, changedBy, place, change.form['because'] ?? '').catch(underAnswer)
  return placePath(place.slug)
}

/** The form of the answer has no field of the closing. */
function underAnswer(problem: unknown): never {
  throw problem instanceof Refused ? new Refused(problem.message, { answer: problem.message }) : problem
}
