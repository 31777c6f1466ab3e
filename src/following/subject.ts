/**
 * What may be followed, as it stands now: public things only. What has gone since is not found here, and a follow of it tells nothing.
 */
import { and, eq, gt, inArray, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { visitor } from '../actor.ts'
import { readable } from '../conversations/audience.ts'
import { conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { places } from '../places/schema.ts'
import { tags } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { movedTo } from '../teams/team.ts'
import { keyOf, subjectOfKey, type Subject } from './key.ts'

export interface Thing {
  key: string
  kind: Subject['kind']
  /** As a list names it: "Bracebridge Heath team". */
  name: string
  /** Where it is read, and where it is followed. */
  path: string
  followPath: string
}

/** Those of the keys that may be followed, by key. `force` is the force's name. */
export async function thingsOf(db: Db, force: string, keys: readonly string[]): Promise<Map<string, Thing>> {
  const subjects = keys.map(subjectOfKey).filter((subject) => subject !== null)
  const idsOf = (kind: Subject['kind']): number[] => subjects.flatMap((subject) => ('id' in subject && subject.kind === kind ? [subject.id] : []))
  const things = [
    ...(subjects.some(({ kind }) => kind === 'force') ? [forceThing(force)] : []),
    ...(await teamThings(db, idsOf('team'))),
    ...(await tagThings(
      db,
      subjects.flatMap((subject) => (subject.kind === 'tag' ? [subject.tag] : [])),
    )),
    ...(await conversationThings(db, idsOf('conversation'))),
    ...(await placeThings(db, idsOf('place'))),
  ]
  return new Map(things.map((thing) => [thing.key, thing]))
}

/** One thing that may be followed. Throws `NotFound`. */
export async function thingOf(db: Db, force: string, subject: Subject): Promise<Thing> {
  const key = keyOf(subject)
  const thing = (await thingsOf(db, force, [key])).get(key)
  if (!thing) throw new NotFound()
  return thing
}

const successors = alias(teams, 'successors')

/** The team at this address, or (a text) the address at which its followers belong now. Throws `NotFound`. */
export async function teamSubject(db: Db, slug: string): Promise<Subject | string> {
  const [team] = await db
    .select({ id: teams.id, archivedAt: teams.archivedAt, successor: successors.slug })
    .from(teams)
    .leftJoin(successors, eq(successors.id, teams.successorId))
    .where(eq(teams.slug, slug))
  if (team && team.archivedAt === null) return { kind: 'team', id: team.id }
  const now = team ? team.successor : await movedTo(db, slug)
  if (now === null) throw new NotFound('team')
  return now
}

/** The place at this address. Throws `NotFound`. */
export async function placeSubject(db: Db, slug: string): Promise<Subject> {
  const [place] = await db.select({ id: places.id }).from(places).where(eq(places.slug, slug))
  if (!place) throw new NotFound('place')
  return { kind: 'place', id: place.id }
}

const forceThing = (force: string): Thing => ({ key: 'force', kind: 'force', name: `All of ${force}`, path: '/', followPath: '/follow/force' })

async function teamThings(db: Db, ids: number[]): Promise<Thing[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: teams.id, slug: teams.slug, name: teams.name })
    .from(teams)
    .where(and(inArray(teams.id, ids), isNull(teams.archivedAt)))
  return rows.map(({ id, slug, name }) => ({
    key: keyOf({ kind: 'team', id }),
    kind: 'team',
    name: `${name} team`,
    path: `/teams/${slug}`,
    followPath: `/follow/${slug}`,
  }))
}

async function tagThings(db: Db, wanted: string[]): Promise<Thing[]> {
  if (wanted.length === 0) return []
  const rows = await db
    .select({ tag: tags.tag })
    .from(tags)
    .where(and(inArray(tags.tag, wanted), gt(tags.postCount, 0)))
  return rows.map(({ tag }) => ({
    key: keyOf({ kind: 'tag', tag }),
    kind: 'tag',
    name: `Posts about ${tag.replaceAll('-', ' ')}`,
    path: `/tags/${tag}`,
    followPath: `/follow/tags/${tag}`,
  }))
}

async function conversationThings(db: Db, ids: number[]): Promise<Thing[]> {
  if (ids.length === 0) return []
  // Through the eyes of a visitor, whoever asks: mail leaves the house.
  const rows = await db
    .select({ id: conversations.id, title: conversations.title, path: conversations.path })
    .from(conversations)
    .where(and(inArray(conversations.id, ids), readable(visitor, conversations)))
  return rows.map(({ id, title, path }) => ({
    key: keyOf({ kind: 'conversation', id }),
    kind: 'conversation',
    name: title,
    path,
    followPath: `/follow/conversations/${id}`,
  }))
}

async function placeThings(db: Db, ids: number[]): Promise<Thing[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: places.id, slug: places.slug, name: places.name })
    .from(places)
    .where(and(inArray(places.id, ids), isNull(places.closedAt)))
  return rows.map(({ id, slug, name }) => ({
    key: keyOf({ kind: 'place', id }),
    kind: 'place',
    name,
    path: `/places/${slug}`,
    followPath: `/follow/places/${slug}`,
  }))
}
