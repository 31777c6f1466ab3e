/** Who is told of words in the staff network: only while they read where it was said, so that nobody hears that a circle goes on without them. */
import { sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { circleOf, isInternal } from '../conversations/audience.ts'
import { readsThere } from '../leadership/insider.ts'

/** Over a statement with `accounts`. True for everything outside the network: who reads there is told as ever. */
export const readsStill = (audience: string): SQL => (isInternal(audience) ? readsThere(audience, now()) : sql`true`)

/** For the name of a statement with it: each has words of its own. */
export const placeOf = (audience: string): 'circle' | 'staff' | 'other' =>
  circleOf(audience) !== null ? 'circle' : isInternal(audience) ? 'staff' : 'other'
