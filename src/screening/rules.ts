/**
 * The rules that make a comment wait for a person, besides the engine's own. None of them blocks, changes or removes anything,
 * and the author is never told which word it was.
 */
import type { SignedIn } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { isStaffed, type StaffedHours } from '../text/staffed.ts'
import { explain, type Finding, type FindingKind } from './findings.ts'
import { findListed, type ListHit } from './list.ts'

/** So many comments of an account have to be published before its links appear at once. */
export const LINKS_AFTER = 10
/** More comments than this in so many minutes wait. */
export const QUICK_COMMENTS = 5
export const QUICK_MINUTES = 10

/** What is being sent, as the rules have to know it. */
export interface Sending {
  body: string
  at: Date
  staffed: StaffedHours
  /** The account has sent many comments in the last minutes. */
  quick: boolean
  /** Its author asked for a moderator: why, in words. */
  chosen: string | null
}

/** Every rule that wants a person to look first, in words for the moderator; null for none. Asks the database for nothing that this process does not hold. */
export async function holdBecause(db: Database, actor: SignedIn, sending: Sending): Promise<string | null> {
  const { chosen, at, staffed, quick, body } = sending
  const because = [
    chosen,
    ...(await wordsBecause(db, actor, body)),
    quick ? `More than ${QUICK_COMMENTS} comments of this account in ${QUICK_MINUTES} minutes.` : null,
    isStaffed(at, staffed) ? null : 'Written while nobody was at the desk.',
  ].filter((rule) => rule !== null)
  return because.length > 0 ? because.join(' ') : null
}

/** Those of them that look at the words alone: they hold for an edit as well. */
export async function wordsBecause(db: Database, actor: SignedIn, body: string): Promise<string[]> {
  const listed = sayListed(await findListed(db, 'hold', body), '.')
  // Readers see the name over the words, and it can change at any time.
  const named = actor.displayName === null ? null : sayListed(await findListed(db, 'hold', actor.displayName), ', in the display name.')
  const links = actor.publishedCount < LINKS_AFTER && hasLink(body)
  return [...[listed, named].filter((rule) => rule !== null), ...(links ? ['A link, from an account with few published comments.'] : [])]
}

const SAID = 5

/** By the lines of the list: what is written down of a comment here would outlive its words. */
function sayListed(hits: readonly ListHit[], end: string): string | null {
  if (hits.length === 0) return null
  const lists = [...Map.groupBy(hits, ({ list }) => list)].map(([list, found]) => {
    const lines = [...new Set(found.map(({ pattern }) => `“${pattern}”`))]
    return `“${list}” (${lines.slice(0, SAID).join(', ')}${lines.length > SAID ? ', …' : ''})`
  })
  return `Words of the ${lists.length === 1 ? 'list' : 'lists'} ${lists.join(' and ')}${end}`
}

const LINK =
  /\bhttps?:\/\/|\bwww\.|\b[a-z0-9-]{1,63}\.[a-z]{2,20}\/[^\s/]|\b[a-z0-9-]{2,63}\.(?:com|net|org|info|biz|io|co|me|shop|online|site|xyz|top|club|uk|eu|ru|cn)\b/i

/** An address on the web, also one without "https://". */
export const hasLink = (text: string): boolean => LINK.test(text)

/** Why a comment waits whose author asked for a moderator. */
export function chosenBecause(findings: readonly Finding[]): string {
  const titles = [...new Set(findings.map(({ kind }) => kind))].map((kind) => lowerFirst(explain(kind).title))
  return titles.length === 0
    ? 'Its author asked for a moderator to look first.'
    : `Its author asked for a moderator to look first. It was asked about: ${titles.join('; ')}.`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** What is not for moderators to judge is also handed on. */
export const refersTo = (kinds: readonly FindingKind[]): 'standards' | null => (kinds.includes('complaint') ? 'standards' : null)
