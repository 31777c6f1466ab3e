/**
 * Events and priorities as the force published them become events and priorities here: HTML becomes plain words, times without a zone those of UK clocks.
 */
import { createHash } from 'node:crypto'
import { and, eq, isNotNull } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { GOOD_STANDING, type SignedIn } from '../actor.ts'
import type { Tx } from '../database/database.ts'
import { keepImportedEvents, type ImportedEvent } from '../events/imported.ts'
import { posts } from '../posts/schema.ts'
import { keepImportedPriority } from '../priorities/imported.ts'
import { priorities } from '../priorities/schema.ts'
import type { ContactDetails } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { sayMoment } from '../text/dates.ts'
import { cleanLine } from '../text/input.ts'
import { ukMoment } from '../text/moment.ts'
import { textOf, type Loose } from './loose.ts'

/**
 * The account in whose name imported things stand: the force itself, with the mark of its press office, which answers for them, corrects them and hears what
 * is said about them. Nobody signs in as it: it has no address to which a link could be sent, and no role that would open a door.
 */
const IMPORTER = 'police-import'

export async function importerOf(tx: Tx, forceName: string): Promise<SignedIn> {
  await tx.insert(accounts).values({ email: IMPORTER, displayName: forceName }).onConflictDoNothing({ target: accounts.email })
  const [account] = await tx.select().from(accounts).where(eq(accounts.email, IMPORTER))
  if (!account) throw new Error('the account of the import is missing')
  const duties = [{ role: 'press-office' as const, teamId: null, teamName: null, teamSlug: null }]
  const { id: accountId, displayName } = account
  return { kind: 'account', accountId, email: IMPORTER, displayName, publishedCount: 0, duties, standing: GOOD_STANDING }
}

export interface Keeping {
  actor: SignedIn
  team: TeamName
  /** The id of the team at the source. */
  source: string
}

const HOUR = 3_600_000
const LONGEST = 24 * HOUR
const TITLE = 120
const VENUE = 200

/** Answers whether anything changed. */
export const keepEvents = (tx: Tx, run: Keeping, listed: readonly Loose[]): Promise<boolean> =>
  keepImportedEvents(
    tx,
    run,
    listed.flatMap((event) => readEvent(event) ?? []),
  )

const lineIn = (value: unknown, max: number): string =>
  typeof value === 'string' ? cleanLine(value).slice(0, max).toWellFormed().replaceAll('\ufffd', '').trim() : ''

function readEvent(event: Loose): ImportedEvent | null {
  const startsAt = momentOf(event['start_date'])
  const title = lineIn(event['title'], TITLE)
  if (startsAt === null || title === '') return null
  const end = momentOf(event['end_date'])
  const { endsAt, line } = endOf(startsAt, end)
  const body = [textOf(event['description']), line, contactLine(event['contact_details'])].filter(Boolean).join('\n\n')
  const venue = lineIn(event['address'], VENUE) || 'The force has not said where'
  return { title, body, format: formatOf(lineIn(event['type'], TITLE)), venue, startsAt, endsAt }
}

/** "2031-05-17T12:00:00" on UK clocks; the first moment after it where they leave that one out. */
export function momentOf(text: unknown): Date | null {
  const [, day = '', time = ''] = typeof text === 'string' ? (/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(text) ?? []) : []
  return day === '' ? null : (ukMoment(day, time) ?? ukMoment(day, '02:00'))
}

/** An hour where the source names no end, and a day at most; what it did not say is said so. */
function endOf(startsAt: Date, end: Date | null): { endsAt: Date; line: string | null } {
  if (end === null || end <= startsAt) return { endsAt: new Date(startsAt.getTime() + HOUR), line: 'The force has not said when it ends.' }
  if (end.getTime() - startsAt.getTime() <= LONGEST) return { endsAt: end, line: null }
  return { endsAt: new Date(startsAt.getTime() + LONGEST), line: `The force lists it until ${sayMoment(end)}.` }
}

function formatOf(type: string): ImportedEvent['format'] {
  if (/surgery|drop.?in/i.test(type)) return 'surgery'
  return /briefing|street/i.test(type) ? 'street-briefing' : 'meeting'
}

const NAMES: readonly (readonly [key: string, name: string])[] = [
  ['telephone', 'Phone'],
  ['mobile', 'Mobile'],
  ['email', 'Email'],
  ['web', 'Website'],
]

/** Contact details went through `contactOf` when they were read. */
function contactLine(contact: unknown): string | null {
  const known = (contact ?? {}) as ContactDetails
  const said = NAMES.flatMap(([key, name]) => (typeof known[key] === 'string' ? [`${name}: ${known[key]}`] : []))
  return said.length > 0 ? said.join('\n') : null
}

interface ListedPriority {
  issueHtml: string
  issued: string
  actionHtml: string | null
  actionAt: Date | null
}

/** Answers whether anything changed. One that left the list stays: it ends with an outcome, which only people can tell. */
export async function keepPriorities(tx: Tx, { actor, team, source }: Keeping, listed: readonly Loose[]): Promise<boolean> {
  const known = await tx
    .select({ key: priorities.sourceKey, body: posts.body })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .where(and(eq(priorities.teamId, team.id), isNotNull(priorities.sourceKey)))
  const keys = keysFor(source, listed.map(readPriority), new Map(known.map(({ key, body }) => [key ?? '', body])))
  let changed = false
  for (const [key, { issueHtml, issued, actionHtml, actionAt }] of keys) {
    const outcome = await keepImportedPriority(tx, {
      authorId: actor.accountId,
      team,
      key,
      issueHtml,
      issuedAt: momentOf(issued),
      actionHtml,
      actionAt,
    })
    changed = outcome !== 'same' || changed
  }
  return changed
}

const readPriority = (priority: Loose): ListedPriority => ({
  issueHtml: String(priority['issue']),
  issued: typeof priority['issue-date'] === 'string' ? priority['issue-date'] : '',
  actionHtml: typeof priority['action'] === 'string' ? priority['action'] : null,
  actionAt: momentOf(priority['action-date']),
})

/** As much as `textOf` keeps of them. */
const LONGEST_WORDS = 5000
const plainOf = ({ issueHtml }: ListedPriority): string => textOf(issueHtml) ?? ''
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/**
 * The source has no ids. The same words of the same day are the same priority, those that it had first or those that stand now; other words of a day on which
 * only they are new are that day's, changed. `known` holds the words that stand by key.
 */
function keysFor(source: string, listed: readonly ListedPriority[], known: ReadonlyMap<string, string>): Map<string, ListedPriority> {
  const start = ({ issued }: ListedPriority): string => `${source}|${issued}|`
  const ofDay = (priority: ListedPriority): string[] => [...known.keys()].filter((key) => key.startsWith(start(priority)))
  const firstKey = (priority: ListedPriority): string => start(priority) + hashOf(plainOf(priority))
  const same = (priority: ListedPriority): string | undefined =>
    ofDay(priority).find((key) => key === firstKey(priority)) ??
    ofDay(priority).find((key) => known.get(key)?.slice(0, LONGEST_WORDS) === plainOf(priority))
  const keys = new Map<string, ListedPriority>()
  const fresh: ListedPriority[] = []
  for (const priority of listed) {
    const key = same(priority)
    if (key === undefined) fresh.push(priority)
    else if (!keys.has(key)) keys.set(key, priority)
  }
  for (const priority of fresh) {
    const left = ofDay(priority).filter((key) => !keys.has(key))
    const rivals = new Set(fresh.filter(({ issued }) => issued === priority.issued).map(plainOf))
    const [only] = left
    keys.set(priority.issued !== '' && only && left.length === 1 && rivals.size === 1 ? only : firstKey(priority), priority)
  }
  return keys
}
