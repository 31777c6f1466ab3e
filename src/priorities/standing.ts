/** What has to hold before anybody says something new for a team: it exists, and no election is near unless the press office says it. */
import { eq } from 'drizzle-orm'
import { hasRole, type SignedIn } from '../actor.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden } from '../errors.ts'
import { kindInElection } from '../posts/election.ts'
import { teams } from '../teams/schema.ts'

/** Throws `Forbidden`. */
export async function requireSpeaking(tx: Tx, actor: SignedIn, teamId: number): Promise<void> {
  const [team] = await tx.select({ archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, teamId))
  if (team?.archivedAt) throw new Forbidden('This team is archived, so nothing new can be said for it.')
  if (!hasRole(actor, 'press-office') && (await kindInElection(tx, 'priority', [teamId])))
    throw new Forbidden('A pre-election period holds here, so the press office sees to priorities and suggestions. Ask it to do this for you.')
}
