/** Tags to begin from, for those who do not know what to type. */
import { asc, desc, gt, sql } from 'drizzle-orm'
import { prepared, type Database } from '../database/database.ts'
import { tags } from '../posts/schema.ts'

const SHOWN = 20

const used = prepared((db) =>
  db
    .select({ tag: tags.tag })
    .from(tags)
    .where(gt(tags.postCount, 0))
    .orderBy(desc(tags.postCount), asc(tags.tag))
    .limit(sql.placeholder('limit'))
    .prepare('tags_in_use'),
)

/** The most used first. */
export const tagsInUse = async (db: Database): Promise<string[]> => (await used(db).execute({ limit: SHOWN })).map(({ tag }) => tag)
