/**
 * The suggestion box of a team: the conversation in which residents say what the team should work on. Made when somebody first needs it, and never by
 * reading.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { nameConversation, startConversation } from '../conversations/conversation.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { suggestionBoxes } from './schema.ts'

export const boxPath = (teamSlug: string): string => `/teams/${teamSlug}/suggestions`

/** Its conversation; null while nobody has suggested anything. */
export async function boxOf(db: Db, teamId: number): Promise<number | null> {
  const [found] = await db.select({ id: suggestionBoxes.conversationId }).from(suggestionBoxes).where(eq(suggestionBoxes.teamId, teamId))
  return found?.id ?? null
}

/** Its conversation, made where there is none. Locks the team: whoever decides on its suggestions follows one another. Take this lock before that of a conversation. */
export async function lockBox(tx: Tx, team: TeamName): Promise<number> {
  await tx.execute(sql`select 1 from ${teams} where id = ${team.id} for no key update`)
  const known = await boxOf(tx, team.id)
  if (known !== null) return known
  const title = `Suggestions to the ${team.name} team`
  const { id } = await startConversation(tx, { audience: 'public', teamId: team.id, title, gathers: true })
  await nameConversation(tx, id, { title, path: boxPath(team.slug) })
  await tx.insert(suggestionBoxes).values({ teamId: team.id, conversationId: id })
  return id
}

/** With its team: what would be suggested now, nobody could decide on. */
export async function shutBox(tx: Tx, { teamId }: Activity): Promise<void> {
  const boxId = teamId ? await boxOf(tx, teamId) : null
  if (boxId === null) return
  await tx
    .update(conversations)
    .set({ mode: 'archived', modeSetAt: now(), version: sql`${conversations.version} + 1` })
    .where(and(eq(conversations.id, boxId), inArray(conversations.mode, ['open', 'held'])))
}

/** Makes it where there is none. Twice is the same as once. */
export const openBox = (db: Database, team: TeamName & { archivedAt: Date | null }): Promise<number> => {
  if (team.archivedAt !== null) throw new Refused('This team no longer exists, so nothing can be suggested to it.')
  return db.transaction((tx) => lockBox(tx, team))
}
