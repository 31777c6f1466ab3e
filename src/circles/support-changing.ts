/** The words on the page of a support circle: what it is for, and where else there is help. Its owners keep them. */
import { eq, sql } from 'drizzle-orm'
import { circles } from '../accounts/schema.ts'
import type { Database } from '../database/database.ts'
import type { Persona } from './persona.ts'
import { requireOwner } from './support-joining.ts'

/** Throws `NotFound` and `Forbidden`. */
export const changeSupportCircle = (db: Database, actor: Persona, { about, signposts }: { about: string; signposts: string }): Promise<void> =>
  db.transaction(async (tx) => {
    const circleId = await requireOwner(tx, actor)
    await tx
      .update(circles)
      .set({ about, signposts, version: sql`${circles.version} + 1` })
      .where(eq(circles.id, circleId))
  })
