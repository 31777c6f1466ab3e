/**
 * Founding a circle, changing what it says of itself, making it more closed. An audience never widens: a circle never becomes more open.
 */
import { eq, sql } from 'drizzle-orm'
import { circleMembers, circles, type CircleKind } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { kindsAfter, requireColleague, requireVoice, teamsToFoundFor } from './policy.ts'
import { keepCircle, logCircle, tellOfCircle } from './standing.ts'

export interface CircleWords {
  name: string
  about: string
}

export interface NewCircle extends CircleWords {
  kind: Exclude<CircleKind, 'support'>
  /** A circle of their team, which its sergeant moderates. */
  teamId: number | null
  clientKey: string
}

/** The founder is its first owner. The same key again answers the same circle. Throws `Forbidden`. */
export async function foundCircle(db: Database, actor: SignedIn, { kind, name, about, teamId, clientKey }: NewCircle): Promise<number> {
  requireColleague(actor)
  requireVoice(actor, null)
  if (teamId !== null && !teamsToFoundFor(actor).some(({ id }) => id === teamId))
    throw new Forbidden('A circle of a team is founded by its officers and its sergeant.')
  return db.transaction(async (tx) => {
    const moment = now()
    const [made] = await tx
      .insert(circles)
      .values({ kind, name, about, teamId, clientKey, foundedAt: moment })
      .onConflictDoNothing({ target: circles.clientKey })
      .returning()
    if (!made) return foundBefore(tx, actor, clientKey)
    await tx.insert(circleMembers).values({ circleId: made.id, accountId: actor.accountId, role: 'owner', joinedAt: moment })
    await tellOfCircle(tx, actor.accountId, 'circle.founded', made)
    await tellOfCircle(tx, actor.accountId, 'circle.joined', made, { accountId: actor.accountId, how: 'founded' })
    await logCircle(tx, actor, 'circle-founded', made, { toState: kind })
    return made.id
  })
}

async function foundBefore(tx: Tx, actor: SignedIn, clientKey: string): Promise<number> {
  const [known] = await tx
    .select({ id: circles.id })
    .from(circles)
    .innerJoin(circleMembers, sql`${circleMembers.circleId} = ${circles.id} and ${circleMembers.accountId} = ${actor.accountId}`)
    .where(eq(circles.clientKey, clientKey))
  if (!known) throw new NotFound('circle')
  return known.id
}

/** Changes its words and kind. Throws `Refused` (field `kind`) for a more open kind, `Overtaken` when another owner changed it meanwhile. */
export const changeCircle = (
  db: Database,
  actor: SignedIn,
  circleId: number,
  { name, about, kind, version }: CircleWords & { kind: CircleKind; version: number },
): Promise<void> =>
  db.transaction(async (tx) => {
    const { circle } = await keepCircle(tx, actor, circleId)
    if (circle.name === name && circle.about === about && circle.kind === kind) return
    if (circle.version !== version) throw new Overtaken('Another owner changed the circle meanwhile. Look at it again: nothing was changed.')
    if (!kindsAfter(circle.kind).includes(kind))
      throw new Refused('A circle never becomes more open', {
        kind: 'A circle can only become more closed: what was said for few readers stays with them',
      })
    await tx
      .update(circles)
      .set({ name, about, kind, version: version + 1 })
      .where(eq(circles.id, circleId))
    await tellOfCircle(tx, actor.accountId, 'circle.changed', circle, { what: circle.kind === kind ? 'words' : 'kind' })
    await logCircle(tx, actor, 'circle-changed', circle, { fromState: circle.kind, toState: kind })
  })
