/** What of the network somebody may read, for prepared statements: fill `audiences` with `readableHere`. A test holds it to `mayRead`. */
import { sql } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { audiencesOf, isInternal } from '../conversations/audience.ts'
import { posts } from '../posts/schema.ts'

export const readableHere = (actor: Actor): string[] => audiencesOf(actor).filter(isInternal)

export const readableNow = sql`${posts.audience} = any(${sql.placeholder('audiences')}::text[])`

/** The circle in which a post stands; null for all staff. */
export const circleIdOf = sql`case when ${posts.audience} like 'circle:%' then substr(${posts.audience}, 8)::bigint end`
