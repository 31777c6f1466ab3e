/**
 * A small town with something to find: places, presences and posts at known points around Grantham Road, Bracebridge Heath.
 */
import { randomUUID } from 'node:crypto'
import { startConversation, nameConversation } from '../../src/conversations/conversation.ts'
import type { SignedIn } from '../../src/actor.ts'
import type { Database } from '../../src/database/database.ts'
import type { Point } from '../../src/geography/geometry.ts'
import { places, presences, type Week } from '../../src/places/schema.ts'
import { insertPost } from '../../src/posts/post.ts'
import { postPoints, type posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { slugOf } from '../../src/text/slug.ts'

/** The middle of the village, on the grid of rough points. */
export const MIDDLE: Point = { lat: 53.2, lng: -0.53 }

export const ALL_DAY: Week = Array.from({ length: 7 }, () => [['00:00', '24:00']])
export const NEVER: Week = Array.from({ length: 7 }, () => [])

/** So many metres east and north of the middle. */
export const off = (east: number, north: number): Point => ({ lat: MIDDLE.lat + north / 111_292, lng: MIDDLE.lng + east / 66_822 })

export const openAt = (db: Database, team: TeamName, name: string, point: Point, more: Partial<typeof places.$inferInsert> = {}) =>
  db.transaction(async (tx) => {
    const conversation = await startConversation(tx, { audience: 'public', teamId: team.id, title: name })
    const slug = slugOf(name)
    await nameConversation(tx, conversation.id, { title: name, path: `/places/${slug}` })
    const [place] = await tx
      .insert(places)
      .values({
        slug,
        name,
        kind: 'counter',
        teamId: team.id,
        conversationId: conversation.id,
        address: '1 Grantham Road',
        ...point,
        week: ALL_DAY,
        bankHolidays: 'as-usual',
        changedAt: new Date(),
        clientKey: randomUUID(),
        ...more,
      })
      .returning()
    if (!place) throw new Error('no place')
    return place
  })

const HOUR = 3_600_000

/** Planned there, from and until so many hours from now. */
export const meetAt = (
  db: Database,
  officer: SignedIn,
  team: TeamName,
  placeId: number,
  { from, until, title = 'Meet us' }: { from: number; until: number; title?: string },
  more: Partial<typeof presences.$inferInsert> = {},
) =>
  db.transaction(async (tx) => {
    const { id: postId, path } = await insertPost(tx, officer, team, {
      kind: 'presence',
      title,
      body: '',
      tags: [],
      details: {},
      clientKey: randomUUID(),
    })
    const [startsAt, endsAt] = [from, until].map((hours) => new Date(Date.now() + hours * HOUR)) as [Date, Date]
    const [presence] = await tx
      .insert(presences)
      .values({ placeId, teamId: team.id, postId, startsAt, endsAt, changedAt: new Date(), ...more })
      .returning()
    if (!presence) throw new Error('no presence')
    return { ...presence, path }
  })

/** A post that is about somewhere. */
export const tellAt = (db: Database, officer: SignedIn, team: TeamName, title: string, point: Point, more: Partial<typeof posts.$inferInsert> = {}) =>
  db.transaction(async (tx) => {
    const made = await insertPost(tx, officer, team, {
      kind: 'update',
      title,
      body: 'We were there.',
      tags: [],
      details: {},
      clientKey: randomUUID(),
    })
    await tx.insert(postPoints).values({ postId: made.id, label: 'Near Grantham Road', ...point, publishedAt: more.publishedAt ?? new Date() })
    return made
  })
