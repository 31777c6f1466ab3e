/** To which support circle an address belongs: asked for routes that say what the id in their address names (`config.speaks`). */
import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { FastifyContextConfig } from 'fastify'
import { circles } from '../accounts/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { cases } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'

export type Speaks = NonNullable<FastifyContextConfig['speaks']>

const select = (db: Database, name: string, audience: SQL) =>
  db
    .select({ id: circles.id })
    .from(circles)
    .where(and(eq(circles.kind, 'support'), eq(circles.id, sql`substring(${audience} from '^circle:(\\d+)$')::bigint`)))
    .prepare(`support_circle_${name}`)

const id = sql.placeholder('id')

const QUERIES = {
  conversation: prepared((db) => select(db, 'conversation', sql`(select c.audience from ${conversations} c where c.id = ${id})`)),
  comment: prepared((db) =>
    select(db, 'comment', sql`(select c.audience from ${comments} m join ${conversations} c on c.id = m.conversation_id where m.id = ${id})`),
  ),
  post: prepared((db) => select(db, 'post', sql`(select p.audience from ${posts} p where p.id = ${id})`)),
  case: prepared((db) => select(db, 'case', sql`(select f.audience from ${cases} f where f.id = ${id})`)),
  circle: prepared((db) => select(db, 'circle', sql`('circle:' || ${id}::bigint)`)),
} satisfies Record<Speaks, unknown>

/** The support circle in which that conversation, comment, post or case is; null for everything else, and for what is not there. */
export async function supportCircleAt(db: Database, speaks: Speaks, subjectId: number): Promise<number | null> {
  const [found] = await QUERIES[speaks](db).execute({ id: subjectId })
  return found?.id ?? null
}
