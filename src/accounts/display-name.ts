/**
 * The name under which somebody writes. It need not be a real name, but nobody can take it for an official one.
 */
import { and, eq, isNotNull, ne, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import { officers, teams } from '../teams/schema.ts'
import { cleanLine, lengthOf } from '../text/input.ts'
import { isStyled, mixesAlphabets } from './look-alike.ts'
import { officialBecause, type OfficialNames } from './official-names.ts'
import { mayChooseName } from './policy.ts'
import { accounts, roleGrants } from './schema.ts'

const SHORTEST = 2
const LONGEST = 40

/** What phones and word processors put in place of a plain apostrophe or hyphen. */
const plainMarks = (text: string): string => text.replace(/[‘’ʼ`´＇]/g, "'").replace(/[‐‑‒–]/g, '-')

/** The name as it is kept. Throws `Refused` with a message for the field `name` that says what to change. */
export function checkDisplayName(typed: string, official: OfficialNames): string {
  // A name that is far too long is not worth the look.
  const name = plainMarks(cleanLine(typed.slice(0, 1000)))
  const wrong = formProblem(name) ?? officialProblem(name, official)
  if (wrong) throw new Refused('That name cannot be used', { name: wrong })
  return name
}

function formProblem(name: string): string | null {
  if (name === '') return 'Enter a display name'
  if (lengthOf(name) < SHORTEST) return `Your display name must have ${SHORTEST} characters or more`
  if (lengthOf(name) > LONGEST) return `Your display name must have ${LONGEST} characters or fewer`
  if (/@|\b(?:at|dot) \S+ dot \S/i.test(name)) return 'Leave email addresses out: everybody can read your display name'
  if (holdsNumber(name)) return 'Leave phone numbers out: everybody can read your display name'
  if (!/^[\p{L}\p{M}\p{Nd} .'-]+$/u.test(name)) return 'Use letters, numbers, spaces, full stops, apostrophes and hyphens only'
  if (isStyled(name)) return 'Use plain letters, not styled ones'
  if (!/^[\p{L}\p{Nd}]/u.test(name) || /[.'-]{2}/.test(name)) return 'Begin with a letter, and put one mark at a time between letters'
  if (/\p{M}{3}/u.test(name.normalize('NFD'))) return 'Use fewer accents on one letter'
  if (mixesAlphabets(name)) return 'Use letters of one alphabet: letters that look alike can be mistaken for others'
  return null
}

/** Digits enough for a telephone, whatever stands between them. */
const holdsNumber = (name: string): boolean => (name.match(/\p{Nd}/gu)?.length ?? 0) >= 7

function officialProblem(name: string, official: OfficialNames): string | null {
  const because = officialBecause(name, official)
  if (because)
    return `Choose another name: this one ${because}, and could be taken for the police. If it is your own name, use an initial or a nickname.`
  return /\p{L}/u.test(name) ? null : 'Your display name must have at least one letter'
}

/** The names that residents may not take. */
export async function officialNames(db: Db, force: string): Promise<OfficialNames> {
  const everStaff = db.select({ id: roleGrants.accountId }).from(roleGrants)
  const [teamRows, officerRows, staffRows] = [
    await db.select({ name: teams.name }).from(teams),
    await db.selectDistinct({ name: officers.name }).from(officers),
    await db
      .select({ name: accounts.displayName })
      .from(accounts)
      .where(sql`${isNotNull(accounts.displayName)} and ${accounts.id} in ${everStaff}`),
  ]
  const people = [...officerRows, ...staffRows].map((row) => row.name ?? '').filter((name) => name !== '')
  return { force, teams: teamRows.map((row) => row.name), people }
}

/** Sets one's own display name. Staff have theirs from an administrator. */
export async function chooseDisplayName(db: Database, actor: SignedIn, typed: string, force: string): Promise<string> {
  if (!mayChooseName(actor, await wasStaff(db, actor))) {
    throw new Forbidden(
      'Your name and rank are kept by an administrator of your force. To take part as a resident, sign in with your own email address.',
    )
  }
  const name = checkDisplayName(typed, await officialNames(db, force))
  if (await isTaken(db, actor, name)) {
    throw new Refused('That name cannot be used', {
      name: 'Somebody else writes under this name. Add an initial or a place, so that people can tell you apart',
    })
  }
  await db.update(accounts).set({ displayName: name }).where(eq(accounts.id, actor.accountId))
  return name
}

async function isTaken(db: Database, actor: SignedIn, name: string): Promise<boolean> {
  const [other] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(sql`lower(${accounts.displayName}) = lower(${name})`, ne(accounts.id, actor.accountId)))
    .limit(1)
  return other !== undefined
}

/** Had this account ever a role, in force or not? */
export async function wasStaff(db: Db, actor: SignedIn): Promise<boolean> {
  const [found] = await db.select({ id: roleGrants.id }).from(roleGrants).where(eq(roleGrants.accountId, actor.accountId)).limit(1)
  return found !== undefined
}
