/**
 * Presences as the desk lists them, and what stands on the page of one.
 */
import { and, asc, desc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { idOf, isStaff, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import { isAfter, isBefore, readKey, sayKey } from '../database/moment-key.ts'
import type { PostPage } from '../posts/list.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { columns, itemOf, selectPresences, stands, type PresenceItem } from './presence.ts'
import { mayChangePresence, takesVisits } from './presence-policy.ts'
import { places, presences, presenceVisits } from './schema.ts'

const DESK_SIZE = 20
const MOST_VENUES = 1000

export interface PresenceList {
  items: PresenceItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

/** For the desk of these teams (null: of all): what is planned, soonest first, or what is over, latest first. */
export async function presencesForDesk(db: Db, teamIds: readonly number[] | null, over: boolean, cursor?: string): Promise<PresenceList> {
  const moment = now()
  const behind = (over ? isBefore : isAfter)(presences.endsAt, presences.id, readKey(cursor))
  const rows = await selectPresences(
    db,
    and(
      teamIds === null ? undefined : inArray(presences.teamId, [...teamIds]),
      over ? lte(presences.endsAt, moment) : gt(presences.endsAt, moment),
      behind,
    ),
  )
    .orderBy(...[presences.endsAt, presences.id].map((column) => (over ? desc(column) : asc(column))))
    .limit(DESK_SIZE + 1)
  const page = rows.slice(0, DESK_SIZE)
  const last = page.at(-1)
  const next = rows.length > DESK_SIZE && last ? sayKey(last.endsAt, last.id) : null
  return { items: page.map((row) => itemOf(row, moment)), next }
}

/** What stands below the words of its post. */
export interface PresencePanel {
  presence: PresenceItem
  isOver: boolean
  /** Residents can say that they came: from the start until the end of that day. */
  takesVisits: boolean
  /** The reader has said so. */
  mine: boolean
  /** Staff are no visitors. */
  staff: boolean
  mayChange: boolean
}

const ofPost = prepared((db) =>
  db
    .select({
      ...columns,
      mine: sql<boolean>`exists (select from ${presenceVisits} where presence_id = ${presences.id} and account_id = ${sql.placeholder('account')}::bigint)`.as(
        'mine',
      ),
    })
    .from(presences)
    .innerJoin(posts, eq(posts.id, presences.postId))
    .innerJoin(places, eq(places.id, presences.placeId))
    .innerJoin(teams, eq(teams.id, presences.teamId))
    .where(and(stands, eq(presences.postId, sql.placeholder('post'))))
    .prepare('presence_of_post'),
)

export async function presencePanel(db: Database, actor: Actor, post: Pick<PostPage, 'id'>): Promise<PresencePanel | null> {
  const [row] = await ofPost(db).execute({ post: post.id, account: idOf(actor) })
  if (!row) return null
  const moment = now()
  const { mine, ...rest } = row
  const presence = itemOf(rest, moment)
  return {
    presence,
    isOver: presence.endsAt <= moment,
    takesVisits: takesVisits(presence, moment),
    mine,
    staff: isStaff(actor),
    mayChange: mayChangePresence(actor, presence, moment),
  }
}

/** Where people can be met: for choosing one. */
export interface Venue {
  id: number
  slug: string
  name: string
  teamName: string
}

/** All that are not closed for good, by name, and `also` in any case. A force has a few hundred at most. */
export const venues = (db: Db, also?: number): Promise<Venue[]> =>
  db
    .select({ id: places.id, slug: places.slug, name: places.name, teamName: teams.name })
    .from(places)
    .innerJoin(teams, eq(teams.id, places.teamId))
    .where(also === undefined ? isNull(places.closedAt) : or(isNull(places.closedAt), eq(places.id, also)))
    .orderBy(asc(places.name), asc(places.id))
    .limit(MOST_VENUES)
