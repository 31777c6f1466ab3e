/**
 * Events that an import brings. Each is known by what the source said of it: the same again changes nothing, what the source changed is corrected or moved,
 * what it no longer lists is called off while it lies ahead. What people of the team have changed since is theirs, and left alone; so is what is over.
 */
import { createHash, randomUUID } from 'node:crypto'
import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { DAYS_AHEAD, type OccasionRow } from '../occasions/planning.ts'
import { occasions } from '../occasions/schema.ts'
import { sayDates } from '../occasions/stored-dates.ts'
import { posts, postTeams } from '../posts/schema.ts'
import { storePost, touchPages, type PostRow } from '../posts/stored-post.ts'
import type { TeamName } from '../teams/team.ts'
import { changeEventIn } from './change.ts'
import { callOffDateIn, moveDateIn } from './dates.ts'
import { keepEnd } from './ending.ts'
import { planEventIn, type NewEvent } from './planning.ts'
import { eventPriorities, events, type Format } from './schema.ts'

export interface ImportedEvent {
  title: string
  body: string
  format: Exclude<Format, 'online' | 'question-hour'>
  venue: string
  startsAt: Date
  endsAt: Date
}

export interface Import {
  /** The account of the import, acting for the press office. */
  actor: SignedIn
  team: TeamName
  /** The id of the team at the source. */
  source: string
}

export const GONE = 'No longer listed by the force.'
const CHANGED = 'The words were changed where this event comes from.'
const MOVED = 'The force lists another time or place.'

/** In the transaction of the import of its team: `listed` is all that the source lists now. Answers whether anything changed. */
export async function keepImportedEvents(tx: Tx, run: Import, listed: readonly ImportedEvent[]): Promise<boolean> {
  const known = await knownOf(tx, run)
  const { pairs, fresh, gone } = matched(known, unique(listed))
  let changed = false
  for (const [event, said] of pairs) changed = (await update(tx, run, event, said)) || changed
  for (const said of fresh) changed = (await make(tx, run, said)) || changed
  for (const event of gone) changed = (await callOff(tx, run, event)) || changed
  return changed
}

interface Known {
  id: number
  sourceKey: string
  post: PostRow
  dates: OccasionRow[]
  format: Format
  onlineUrl: string | null
}

async function knownOf(tx: Tx, { team }: Import): Promise<Known[]> {
  const rows = await tx
    .select({ event: events, post: posts })
    .from(events)
    .innerJoin(posts, eq(posts.id, events.postId))
    .where(and(eq(events.teamId, team.id), isNotNull(events.sourceKey)))
    .orderBy(asc(events.id))
  const all: Known[] = []
  for (const { event, post } of rows) {
    const dates = await tx.select().from(occasions).where(eq(occasions.postId, post.id)).orderBy(asc(occasions.startsAt))
    all.push({ ...event, sourceKey: event.sourceKey ?? '', post, dates })
  }
  return all
}

const hash = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

interface Content {
  title: string
  body: string
  venue: string
  startsAt: Date
  endsAt: Date
}

/** All that the source said: as long as what is stored has the same, nobody here has changed it. */
const printOf = ({ title, body, venue, startsAt, endsAt }: Content): string => hash(title, body, venue, startsAt.toISOString(), endsAt.toISOString())

const startOf = (said: ImportedEvent): string => said.startsAt.toISOString()
const keyOf = (source: string, said: ImportedEvent): string => [source, startOf(said), hash(said.title), printOf(said)].join('|')

/** The parts of a key that tell one event from another; an id at the source may hold any character. */
const partsOf = (key: string): { start: string; title: string; print: string } => {
  const [start = '', title = '', print = ''] = key.split('|').slice(-3)
  return { start, title, print }
}

/** Listed twice is listed once. */
const unique = (listed: readonly ImportedEvent[]): ImportedEvent[] => [
  ...new Map(listed.map((said) => [`${startOf(said)} ${hash(said.title)}`, said])).values(),
]

/** First the same start and title; of what is left over the same start, then the same title, where there is no doubt which is meant. */
function matched(known: readonly Known[], listed: readonly ImportedEvent[]) {
  const pairs: [Known, ImportedEvent][] = []
  const [events, rest] = [new Set(known), new Set(listed)]
  const pair = (name: (said: ImportedEvent) => string, of: (event: Known) => string, only: (event: Known) => boolean) => {
    for (const said of rest) {
      const same = [...events].filter((event) => only(event) && of(event) === name(said))
      const others = [...rest].filter((other) => name(other) === name(said))
      const [found] = same
      if (!found || same.length > 1 || others.length > 1) continue
      pairs.push([found, said])
      events.delete(found)
      rest.delete(said)
    }
  }
  const parts = (event: Known) => partsOf(event.sourceKey)
  pair(
    (said) => `${startOf(said)} ${hash(said.title)}`,
    (event) => `${parts(event).start} ${parts(event).title}`,
    () => true,
  )
  pair(startOf, (event) => parts(event).start, isAhead)
  pair(
    (said) => hash(said.title),
    (event) => parts(event).title,
    isAhead,
  )
  return { pairs, fresh: [...rest], gone: [...events] }
}

const isAhead = ({ dates, post }: Known): boolean =>
  post.state !== 'withdrawn' && dates.every(({ cancelledAt, startsAt }) => cancelledAt === null && startsAt > now())

/** Somebody here has changed it, so it is theirs. */
function isTouched({ sourceKey, post, dates }: Known): boolean {
  const [date, ...more] = dates
  if (!date || more.length > 0 || post.editedByModerator) return true
  const { title, body } = post
  return printOf({ title, body, venue: date.venue ?? '', startsAt: date.startsAt, endsAt: date.endsAt }) !== partsOf(sourceKey).print
}

async function update(tx: Tx, run: Import, event: Known, said: ImportedEvent): Promise<boolean> {
  const key = keyOf(run.source, said)
  const [date] = event.dates
  if (returned(event, run)) return makeAgain(tx, run, event, said)
  if (key === event.sourceKey || date === undefined || !isAhead(event)) return false
  if (isTouched(event)) {
    // Known again next time by what the source says now; what stands here stays somebody's.
    await rename(tx, event, [run.source, startOf(said), hash(said.title), partsOf(event.sourceKey).print].join('|'))
    return false
  }
  if (!isWithinReach(said)) return false
  await rewrite(tx, run, event, said)
  const { startsAt, endsAt, venue } = said
  const plan = { startsAt, endsAt, venue, placeId: null, capacity: date.capacity, signUps: date.signUpFrom !== null }
  await moveDateIn(tx, run.actor, event.id, date.id, { plan, because: MOVED, rest: false })
  await rename(tx, event, key)
  return true
}

const isWithinReach = ({ startsAt }: ImportedEvent): boolean => startsAt > now() && startsAt.getTime() <= now().getTime() + DAYS_AHEAD * 86_400_000

const rename = (tx: Tx, { id }: Known, sourceKey: string | null): Promise<unknown> => tx.update(events).set({ sourceKey }).where(eq(events.id, id))

async function rewrite(tx: Tx, { actor }: Import, { id, post, format, onlineUrl }: Known, { title, body }: ImportedEvent): Promise<void> {
  if (post.title === title && post.body === body) return
  const about = await tx.select({ id: eventPriorities.priorityId }).from(eventPriorities).where(eq(eventPriorities.eventId, id))
  const priorityIds = about.map((priority) => priority.id)
  await changeEventIn(tx, actor, id, { title, body, tags: post.tags, format, onlineUrl, priorityIds, note: CHANGED, version: post.version })
}

/** Called off because it had left the list; called off by anybody else it stays so. */
const returned = ({ dates, post }: Known, { actor }: Import): boolean =>
  post.state !== 'withdrawn' &&
  dates.length > 0 &&
  dates.every((date) => date.cancelledBecause === GONE && date.cancelledBy === actor.accountId && date.startsAt > now())

/** What was called off stays so: people were told. It is announced anew. */
async function makeAgain(tx: Tx, run: Import, event: Known, said: ImportedEvent): Promise<boolean> {
  await rename(tx, event, null)
  return make(tx, run, said)
}

/** One that lies further ahead than people plan comes with a later import. */
async function make(tx: Tx, run: Import, said: ImportedEvent): Promise<boolean> {
  const { title, body, format, startsAt, endsAt, venue } = said
  const dates = [{ startsAt, endsAt, venue, placeId: null, capacity: null, signUps: false }]
  const event = {
    teamId: run.team.id,
    title,
    body,
    tags: [],
    format,
    onlineUrl: null,
    priorityIds: [],
    dates,
    repeats: null,
    clientKey: randomUUID(),
  }
  if (startsAt > now() && !isWithinReach(said)) return false
  const id = startsAt > now() ? (await planEventIn(tx, run.actor, event)).id : await storePast(tx, run, event)
  await tx
    .update(events)
    .set({ sourceKey: keyOf(run.source, said) })
    .where(eq(events.id, id))
  return true
}

/** What has begun or is over: no news to anybody, and as old as it is. */
async function storePast(tx: Tx, { actor, team }: Import, { title, body, tags, format, clientKey, dates }: NewEvent): Promise<number> {
  const [date] = dates
  if (!date) throw new Error('a past event without a date')
  const moment = now()
  const { post } = await storePost(tx, { id: actor.accountId, role: 'press-office' }, team, {
    kind: 'event',
    title,
    body,
    tags,
    details: {},
    clientKey,
  })
  const [event] = await tx.insert(events).values({ postId: post.id, teamId: team.id, format }).returning({ id: events.id })
  if (!event) throw new Error('the event gave no row back')
  const { startsAt, endsAt, venue } = date
  await tx.insert(occasions).values({ postId: post.id, teamId: team.id, startsAt, endsAt, venue, changedAt: moment })
  await sayDates(tx, post.id)
  await keepEnd(tx, post.id)
  await tx.update(posts).set({ publishedAt: startsAt }).where(eq(posts.id, post.id))
  await tx.update(postTeams).set({ listedAt: startsAt }).where(eq(postTeams.postId, post.id))
  await touchPages(tx, post.id)
  return event.id
}

async function callOff(tx: Tx, { actor }: Import, event: Known): Promise<boolean> {
  const [date] = event.dates
  if (!date || !isAhead(event) || isTouched(event)) return false
  await callOffDateIn(tx, actor, event.id, date.id, { because: GONE, rest: false })
  return true
}
