/**
 * Where is looked: among what stands beside the public pages, or in the staff network. Two tables of one shape, and each search knows one of them: so nothing that
 * the public finds can come from the other.
 */
import { inArray, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { audiencesOf, isInternal, readable } from '../conversations/audience.ts'
import { searchEntries } from './schema.ts'

const e = searchEntries

export interface Shelf {
  table: 'search_entries' | 'staff_entries'
  /** The table, under the name that all conditions know. */
  from: SQL
  /** A reader's scope as a condition on entries. */
  scope(actor: Actor): SQL
  /** The same for the newest ones that are walked through, where an index knows it. */
  walk(actor: Actor): SQL | undefined
  /** Teams and places stand in it. */
  hasPlaces: boolean
  /** What is not a comment is little, however much is said. Colleagues publish as residents comment. */
  fewPosts: boolean
}

/** What is over by itself (officers at a place) is over here too. */
const readableEntries = (actor: Actor): SQL => {
  const under = sql`case when ${e.kind} = 'post' then ${e.itemId} else (
    select posts.id from comments join posts on posts.conversation_id = comments.conversation_id where comments.id = ${e.itemId}) end`
  const over = sql`exists (select from posts left join presences on presences.post_id = posts.id
    where posts.id = ${under} and coalesce(presences.ends_at, posts.expires_at) <= ${now().toISOString()}::timestamptz)`
  return sql`(${readable(actor, e)} and (${e.postKind} is distinct from 'presence' or not ${over}))`
}

/** All staff, where somebody is one of them, and their circles: neither what is public nor what is private. */
const internalEntries = (actor: Actor): SQL => {
  const audiences = audiencesOf(actor).filter(isInternal)
  return audiences.length === 0 ? sql`false` : inArray(e.audience, audiences)
}

export const OUTSIDE: Shelf = {
  table: 'search_entries',
  from: sql`${e}`,
  scope: readableEntries,
  walk: () => undefined,
  hasPlaces: true,
  fewPosts: true,
}

export const NETWORK: Shelf = {
  table: 'staff_entries',
  from: sql`staff_entries as search_entries`,
  scope: internalEntries,
  walk: internalEntries,
  hasPlaces: false,
  fewPosts: false,
}
