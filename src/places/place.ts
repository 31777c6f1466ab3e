/**
 * Places as readers meet them: where people can meet a team or find help, when it is open, and a conversation of its own. A place that is closed for
 * good keeps its page and leaves every list. What waits for a second person is in none of these reads.
 */
import { and, asc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { TalkSubject } from '../conversations/talk.ts'
import { prepared, type Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { openingAt, sayOpening, type Hours, type Opening } from './hours.ts'
import { places, type PlaceKind } from './schema.ts'

export const LIST_SIZE = 20
/** How many places one page looks at for those that are open: a force has a few hundred. */
const LOOKS_AT = 500
const BATCH = 100

export const KIND_NAMES: Readonly<Record<PlaceKind, string>> = {
  counter: 'Police front counter',
  surgery: 'Surgery',
  hub: 'Community hub',
  partner: 'Partner service',
}

export const placePath = (slug: string): string => `/places/${slug}`

export interface PlaceItem extends Hours {
  id: number
  slug: string
  path: string
  name: string
  kind: PlaceKind
  /** "Community hub" */
  kindName: string
  /** Who runs it, of a partner's place. */
  partnerName: string | null
  address: string
  postcode: string | null
  lat: number
  lng: number
  teamId: number
  teamName: string
  teamSlug: string
  opening: Opening
  /** "Open until 5pm" */
  saysOpening: string
  closedAt: Date | null
}

export interface PlacePage extends PlaceItem, TalkSubject {
  teamId: number
  description: SafeHtml
  /** As it was written, for the form. */
  descriptionText: string
  accessNotes: string
  telephone: string | null
  web: string | null
  partnerId: number | null
  closedBecause: string | null
  changedAt: Date
  version: number
}

export interface PlaceList {
  items: PlaceItem[]
  /** Goes into the address of the next page; null at the end. */
  next: number | null
}

const itemColumns = {
  id: places.id,
  slug: places.slug,
  name: places.name,
  kind: places.kind,
  partnerName: places.partnerName,
  address: places.address,
  postcode: places.postcode,
  lat: places.lat,
  lng: places.lng,
  teamId: places.teamId,
  teamName: teams.name,
  teamSlug: teams.slug,
  week: places.week,
  exceptions: places.exceptions,
  bankHolidays: places.bankHolidays,
  closedAt: places.closedAt,
}

const one = prepared((db) =>
  db
    .select({
      ...itemColumns,
      conversationId: places.conversationId,
      partnerId: places.partnerId,
      descriptionText: places.description,
      descriptionHtml: places.descriptionHtml,
      accessNotes: places.accessNotes,
      telephone: places.telephone,
      web: places.web,
      closedBecause: places.closedBecause,
      changedAt: places.changedAt,
      version: places.version,
      mode: conversations.mode,
      modeReason: conversations.modeReason,
      modeEndsAt: conversations.modeEndsAt,
      commentCount: conversations.commentCount,
      helpful: conversations.helpfulCount,
      thanks: conversations.thanksCount,
      sameHere: conversations.sameHereCount,
    })
    .from(places)
    .innerJoin(teams, eq(teams.id, places.teamId))
    .innerJoin(conversations, eq(conversations.id, places.conversationId))
    .where(eq(places.slug, sql.placeholder('slug')))
    .prepare('place_by_slug'),
)

/** The place at this address, also one that is closed for good. Throws `NotFound`. */
export async function placeBySlug(db: Database, slug: string): Promise<PlacePage> {
  const [row] = await one(db).execute({ slug })
  if (!row) throw new NotFound('place')
  const { helpful, thanks, sameHere, descriptionHtml, ...rest } = row
  return { ...rest, ...shownOf(row), description: trusted(descriptionHtml), counts: { helpful, thanks, 'same-here': sameHere } }
}

function shownOf(row: Hours & { slug: string; kind: PlaceKind }): Pick<PlaceItem, 'path' | 'kindName' | 'opening' | 'saysOpening'> {
  const moment = now()
  const opening = openingAt(row, moment)
  return { path: placePath(row.slug), kindName: KIND_NAMES[row.kind], opening, saysOpening: sayOpening(opening, moment) }
}

const isOpenForVisitors = isNull(places.closedAt)

const listed = (db: Database, condition: SQL | undefined) =>
  db
    .select(itemColumns)
    .from(places)
    .innerJoin(teams, eq(teams.id, places.teamId))
    .where(and(isOpenForVisitors, condition))
    .orderBy(asc(places.name), asc(places.id))
    .$dynamic()

const ofTeam = prepared((db) =>
  listed(db, eq(places.teamId, sql.placeholder('team')))
    .limit(LOOKS_AT)
    .prepare('places_of_team'),
)

/** The places that a team looks after, A to Z. They are a handful, so there is one page of them. */
export const placesOfTeam = async (db: Database, teamId: number): Promise<PlaceItem[]> => (await ofTeam(db).execute({ team: teamId })).map(itemOf)

type ItemRow = Awaited<ReturnType<ReturnType<typeof ofTeam>['execute']>>[number]

const itemOf = (row: ItemRow): PlaceItem => ({ ...row, ...shownOf(row) })

export interface PlaceFilter {
  kind: PlaceKind | null
  teamId: number | null
  /** Only those that are open now. */
  open: boolean
  /** The id of the last place on the page before. */
  after: number | null
}

/**
 * Places A to Z. With `open`, hours are looked at one by one, so a page may end early: it has `next` whenever places are left that nobody looked at.
 */
export async function placeList(db: Database, filter: PlaceFilter): Promise<PlaceList> {
  const items: PlaceItem[] = []
  let { after } = filter
  for (let looked = 0; looked < LOOKS_AT;) {
    const size = filter.open ? BATCH : LIST_SIZE + 1
    const rows = await listed(db, filterOf(filter, after)).limit(size)
    for (const item of rows.map(itemOf)) {
      if (filter.open && !item.opening.open) continue
      if (items.length === LIST_SIZE) return { items, next: items.at(-1)?.id ?? null }
      items.push(item)
    }
    looked += rows.length
    after = rows.at(-1)?.id ?? null
    if (rows.length < size) return { items, next: null }
  }
  return { items, next: after }
}

const filterOf = ({ kind, teamId }: PlaceFilter, after: number | null): SQL | undefined =>
  and(
    kind === null ? undefined : eq(places.kind, kind),
    teamId === null ? undefined : eq(places.teamId, teamId),
    after === null ? undefined : sql`(${places.name}, ${places.id}) > (select name, id from places where id = ${after})`,
  )

/** The places of a partner, whose changes they may propose, A to Z, closed ones apart. */
export const placesOfPartner = async (db: Database, accountId: number): Promise<PlaceItem[]> =>
  (await listed(db, eq(places.partnerId, accountId)).limit(LOOKS_AT)).map(itemOf)
