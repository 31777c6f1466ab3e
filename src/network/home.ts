/**
 * Home: what is new from people, topics and circles that somebody follows. The rooms above put first what cannot wait (`showOnHome`).
 */
import { eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { postsById, postsOfHome, type StaffItem } from './list.ts'
import { homeMarks } from './schema.ts'

/** What a room puts on top of Home: posts, or lines that lead somewhere, each with what there is to do. */
export interface HomePanel {
  title: string
  /** Whoever may not read one of them does not see it. */
  posts?: readonly number[]
  lines?: readonly { text: string; path: string; about?: string }[]
}

type Load = (db: Database, actor: SignedIn) => Promise<HomePanel | null>

const loads = new Map<string, { place: number; load: Load }>()

/** Called once by each room, while the application is put together; a second time changes nothing. The smallest `place` stands first. */
export function showOnHome(name: string, place: number, load: Load): void {
  loads.set(name, { place, load })
}

export interface ShownPanel {
  title: string
  items: StaffItem[]
  lines: { text: string; path: string; about?: string }[]
}

export interface HomeItem extends StaffItem {
  /** Came since they were last here. */
  isNew: boolean
}

export interface Home {
  panels: ShownPanel[]
  items: HomeItem[]
  newCount: number
  next: string | null
}

/** `visits`: a person opens it, so that what came until now has been seen. The panels stand on its first page alone. */
export async function homeOf(db: Database, actor: SignedIn, { cursor, visits }: { cursor?: string | undefined; visits: boolean }): Promise<Home> {
  const first = cursor === undefined
  const panels = first ? await panelsOf(db, actor) : []
  const list = await postsOfHome(db, actor, cursor)
  const newSince = visits && first ? await markVisit(db, actor) : await newSinceOf(db, actor)
  const above = new Set(panels.flatMap(({ items }) => items.map(({ id }) => id)))
  const isNew = (item: StaffItem) => newSince !== null && item.listedAt > newSince && item.authorId !== actor.accountId
  const items = list.items.filter(({ id }) => !above.has(id)).map((item) => ({ ...item, isNew: isNew(item) }))
  return { panels, items, newCount: items.filter((item) => item.isNew).length, next: list.next }
}

async function panelsOf(db: Database, actor: SignedIn): Promise<ShownPanel[]> {
  const shown: ShownPanel[] = []
  for (const { load } of [...loads.values()].toSorted((one, other) => one.place - other.place)) {
    const panel = await load(db, actor)
    if (!panel) continue
    const items = await postsById(db, actor, panel.posts ?? [])
    const lines = [...(panel.lines ?? [])]
    if (items.length + lines.length > 0) shown.push({ title: panel.title, items, lines })
  }
  return shown
}

/** Away for so long, and what came meanwhile is new; until then a visit goes on, and what was marked stays marked. */
const VISIT_ENDS_AFTER = '30 minutes'

async function markVisit(db: Database, { accountId }: SignedIn): Promise<Date | null> {
  const moment = now()
  const [mark] = await db
    .insert(homeMarks)
    .values({ accountId, seenAt: moment, newSince: moment })
    .onConflictDoUpdate({
      target: homeMarks.accountId,
      set: {
        seenAt: moment,
        newSince: sql`case when ${homeMarks.seenAt} < excluded.seen_at - ${VISIT_ENDS_AFTER}::interval then ${homeMarks.seenAt} else ${homeMarks.newSince} end`,
      },
    })
    .returning({ newSince: homeMarks.newSince })
  return mark?.newSince ?? null
}

async function newSinceOf(db: Database, { accountId }: SignedIn): Promise<Date | null> {
  const [mark] = await db.select({ newSince: homeMarks.newSince }).from(homeMarks).where(eq(homeMarks.accountId, accountId))
  return mark?.newSince ?? null
}
