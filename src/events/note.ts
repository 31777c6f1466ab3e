/**
 * What was said and what was decided on a date, and how many came: written afterwards, every earlier wording kept and readable.
 */
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Role, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { requireNoElection } from '../occasions/planning.ts'
import { occasions } from '../occasions/schema.ts'
import { lockPost, postPath, tellOfPost, type PostRow } from '../posts/stored-post.ts'
import { publishingDuty } from '../posts/policy.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { renderPost } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { mayPlanEvent, wasHeld } from './policy.ts'
import { eventNotes } from './schema.ts'

export interface ShownNote {
  occasionId: number
  version: number
  said: SafeHtml
  decided: SafeHtml
  /** How many came, where somebody counted. */
  cameCount: number | null
  officialRole: Role
  officialTeam: string
  writtenAt: Date
}

type NoteRow = typeof eventNotes.$inferSelect

const shown = ({ occasionId, version, saidHtml, decidedHtml, cameCount, officialRole, officialTeam, writtenAt }: NoteRow): ShownNote => ({
  occasionId,
  version,
  said: trusted(saidHtml),
  decided: trusted(decidedHtml),
  cameCount,
  officialRole,
  officialTeam,
  writtenAt,
})

/** The newest wording of each of these dates that has one, by the id of the date. */
export async function latestNotes(db: Db, occasionIds: readonly number[]): Promise<Map<number, ShownNote>> {
  if (occasionIds.length === 0) return new Map()
  const rows = await db
    .selectDistinctOn([eventNotes.occasionId])
    .from(eventNotes)
    .where(inArray(eventNotes.occasionId, [...occasionIds]))
    .orderBy(eventNotes.occasionId, desc(eventNotes.version))
  return new Map(rows.map((row) => [row.occasionId, shown(row)]))
}

/** All wordings of a date, newest first. */
export async function noteVersions(db: Db, occasionId: number): Promise<ShownNote[]> {
  const rows = await db.select().from(eventNotes).where(eq(eventNotes.occasionId, occasionId)).orderBy(desc(eventNotes.version))
  return rows.map(shown)
}

/** The newest wording as it was typed, to change it; null before the first. */
export async function noteToChange(db: Db, occasionId: number): Promise<NoteRow | null> {
  const [row] = await db.select().from(eventNotes).where(eq(eventNotes.occasionId, occasionId)).orderBy(desc(eventNotes.version)).limit(1)
  return row ?? null
}

export interface NewNote {
  said: string
  decided: string
  cameCount: number | null
  /** The one that was in the form; 0 for none. */
  version: number
}

/**
 * Says what came of a date of this event, or says it anew. The same words again change nothing. Throws `NotFound`, `Forbidden`, and `Overtaken` when a
 * colleague wrote meanwhile.
 */
export async function writeNote(db: Database, actor: SignedIn, eventId: number, occasionId: number, input: NewNote): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { post, team } = await lockHeld(tx, actor, eventId, occasionId)
    const path = `${postPath(team.slug, post)}#date-${occasionId}`
    const last = await noteToChange(tx, occasionId)
    if (last && isSame(last, input)) return { path }
    if ((last?.version ?? 0) !== input.version)
      throw new Overtaken('A colleague wrote down what came of it while you were writing. Open it again to see what they wrote.')
    const [{ archivedAt } = { archivedAt: null }] = await tx.select({ archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, team.id))
    if (archivedAt) throw new Forbidden('This team is archived, so nothing new can be said for it.')
    await requireNoElection(tx, actor, team.id, 'event')
    await storeNote(tx, actor, team, occasionId, input)
    await tellOfPost(tx, actor.accountId, 'event.noted', post, { eventId, occasionId, version: input.version + 1 })
    return { path }
  })
}

const isSame = (last: NoteRow, { said, decided, cameCount }: NewNote): boolean =>
  last.said === said && last.decided === decided && last.cameCount === cameCount

async function lockHeld(tx: Tx, actor: SignedIn, eventId: number, occasionId: number): Promise<{ post: PostRow; team: TeamName }> {
  const [date] = await tx
    .select()
    .from(occasions)
    .where(and(eq(occasions.id, occasionId), sql`exists (select from events e where e.id = ${eventId} and e.post_id = ${occasions.postId})`))
  const found = date && (await lockPost(tx, date.postId))
  if (!found || found.post.state === 'withdrawn') throw new NotFound('event')
  if (!mayPlanEvent(actor, found.team.id)) throw new Forbidden(`You cannot write for the ${found.team.name} team.`)
  if (date.cancelledAt !== null) throw new Forbidden('This was called off, so there is nothing to say of it.')
  if (!wasHeld(date, now())) throw new Forbidden('It is not over yet. Write down afterwards what was said and decided.')
  return found
}

async function storeNote(tx: Tx, actor: SignedIn, team: TeamName, occasionId: number, { said, decided, cameCount, version }: NewNote): Promise<void> {
  const duty = publishingDuty(actor, team.id)
  if (!duty) throw new Forbidden(`You cannot write for the ${team.name} team.`)
  await tx.insert(eventNotes).values({
    occasionId,
    version: version + 1,
    said,
    saidHtml: renderPost(said),
    decided,
    decidedHtml: renderPost(decided),
    cameCount,
    writtenBy: actor.accountId,
    officialRole: duty.role,
    officialTeam: team.name,
    writtenAt: now(),
  })
}
