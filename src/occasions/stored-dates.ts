/** What lists and feeds say of the dates of a post: kept in its details, made anew by every change of a date. */
import { asc, eq } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { sayWindowInFull } from '../places/presence-window.ts'
import { places } from '../places/schema.ts'
import { posts, type Details } from '../posts/schema.ts'
import { setDetails } from '../posts/stored-post.ts'
import { occasions } from './schema.ts'

/** Sets `when`, `where` and (where all are called off) `called-off` of a post; whatever else its details hold stays. */
export async function sayDates(tx: Tx, postId: number): Promise<void> {
  const [post] = await tx.select({ details: posts.details }).from(posts).where(eq(posts.id, postId)).for('update')
  if (!post) throw new Error('dates without a post')
  const dates = await tx
    .select({
      startsAt: occasions.startsAt,
      endsAt: occasions.endsAt,
      venue: occasions.venue,
      because: occasions.cancelledBecause,
      place: { name: places.name, address: places.address, postcode: places.postcode },
    })
    .from(occasions)
    .leftJoin(places, eq(places.id, occasions.placeId))
    .where(eq(occasions.postId, postId))
    .orderBy(asc(occasions.startsAt), asc(occasions.id))
  await setDetails(tx, postId, { ...withoutDates(post.details), ...detailsOf(dates) })
}

const withoutDates = ({ when: _when, where: _where, 'called-off': _off, ...others }: Details): Details => others

interface Stored {
  startsAt: Date
  endsAt: Date
  venue: string | null
  because: string | null
  place: { name: string; address: string; postcode: string | null } | null
}

function detailsOf(dates: readonly Stored[]): Details {
  const standing = dates.filter(({ because }) => because === null)
  const said = standing.length > 0 ? standing : dates
  const [first] = said
  if (!first) return {}
  const venues = new Set(said.map(whereOf))
  const details = {
    when: said.length === 1 ? sayWindowInFull(first) : `${said.length} times, first on ${sayWindowInFull(first)}`,
    where: venues.size === 1 ? whereOf(first) : 'Different venues: see each date',
  }
  return standing.length > 0 ? details : { 'called-off': dates.at(-1)?.because ?? '', ...details }
}

const whereOf = ({ place, venue }: Stored): string => (place ? [place.name, place.address, place.postcode].filter(Boolean).join(', ') : (venue ?? ''))
