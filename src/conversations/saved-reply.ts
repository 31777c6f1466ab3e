/**
 * Answers that a team gives often. They are a beginning: whoever uses one can change every word before sending.
 */
import { and, asc, count, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { hasRole, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { mayKeepReplies } from './policy.ts'
import { savedReplies as table } from './schema.ts'

export interface SavedReply {
  id: number
  teamId: number
  teamName: string
  title: string
  body: string
  version: number
}

/** More than that nobody finds anything in; so the list of a team is always whole. */
export const REPLIES_OF_A_TEAM = 100

const select = (db: Db, condition: SQL | undefined) =>
  db
    .select({ id: table.id, teamId: table.teamId, teamName: teams.name, title: table.title, body: table.body, version: table.version })
    .from(table)
    .innerJoin(teams, eq(teams.id, table.teamId))
    .where(and(isNull(table.retiredAt), condition))
    .orderBy(asc(teams.name), asc(table.title), asc(table.id))
    .limit(REPLIES_OF_A_TEAM)

/** Those of the actor's teams, narrowed to `teamId` when it is one of them; for the press office those of `teamId`, or of all. By team and title, at most 100. */
export async function savedReplies(db: Db, actor: Actor, teamId: number | null): Promise<SavedReply[]> {
  if (hasRole(actor, 'press-office')) return select(db, teamId === null ? undefined : eq(table.teamId, teamId))
  const own = actor.duties.flatMap((duty) => (duty.teamId !== null && mayKeepReplies(actor, duty.teamId) ? [duty.teamId] : []))
  if (own.length === 0) return []
  return select(db, teamId !== null && own.includes(teamId) ? eq(table.teamId, teamId) : inArray(table.teamId, own))
}

/** Throws `NotFound` for what is retired or another team's. */
export async function savedReplyById(db: Db, actor: Actor, id: number): Promise<SavedReply> {
  const [found] = await select(db, eq(table.id, id))
  if (!found || !mayKeepReplies(actor, found.teamId)) throw new NotFound('saved reply')
  return found
}

/** Throws `NotFound` for a team that is not the actor's, `Refused` when the team has enough. The same key again answers what it made. */
export async function addSavedReply(
  db: Database,
  actor: SignedIn,
  teamId: number,
  input: { title: string; body: string; clientKey: string },
): Promise<SavedReply> {
  if (!mayKeepReplies(actor, teamId)) throw new NotFound('team')
  return db.transaction(async (tx) => {
    const [team] = await tx.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId)).for('no key update')
    if (!team) throw new NotFound('team')
    const [known] = await tx.select({ id: table.id }).from(table).where(eq(table.clientKey, input.clientKey))
    if (known) return savedReplyById(tx, actor, known.id)
    const [live] = await tx
      .select({ count: count() })
      .from(table)
      .where(and(eq(table.teamId, teamId), isNull(table.retiredAt)))
    if ((live?.count ?? 0) >= REPLIES_OF_A_TEAM)
      throw new Refused('The team has enough saved replies', { title: `A team keeps ${REPLIES_OF_A_TEAM} saved replies. Remove one first` })
    const [made] = await tx
      .insert(table)
      .values({ ...input, teamId, changedBy: actor.accountId, changedAt: now() })
      .returning({ id: table.id })
    return savedReplyById(tx, actor, made?.id ?? 0)
  })
}

/** Throws `NotFound`, and `Overtaken` when a colleague changed it meanwhile. The same words again change nothing. */
export async function changeSavedReply(
  db: Database,
  actor: SignedIn,
  id: number,
  input: { title: string; body: string; version: number },
): Promise<void> {
  const { title, body, version } = input
  const reply = await savedReplyById(db, actor, id)
  if (reply.title === title && reply.body === body) return
  const changed = await db
    .update(table)
    .set({ title, body, version: sql`${table.version} + 1`, changedBy: actor.accountId, changedAt: now() })
    .where(and(eq(table.id, id), eq(table.version, version), isNull(table.retiredAt)))
    .returning({ id: table.id })
  if (changed.length === 0) throw new Overtaken('A colleague has changed this saved reply since you opened it. Nothing was changed.')
}

/** Takes it off the lists. Twice is the same as once. */
export async function retireSavedReply(db: Database, actor: SignedIn, id: number): Promise<void> {
  const [found] = await db.select({ teamId: table.teamId }).from(table).where(eq(table.id, id))
  if (!found || !mayKeepReplies(actor, found.teamId)) throw new NotFound('saved reply')
  await db
    .update(table)
    .set({ retiredAt: now(), changedBy: actor.accountId, changedAt: now() })
    .where(and(eq(table.id, id), isNull(table.retiredAt)))
}
