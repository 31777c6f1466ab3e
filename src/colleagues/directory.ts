/**
 * Looking up colleagues by name, team, role, what they can and what they work on. Read from entries that are kept (see `colleagueEntries`), by family name, a page at
 * a time by key. Whether somebody still works here is asked at that moment.
 */
import { sql, type SQL } from 'drizzle-orm'
import { at, isDuty, worksHere } from '../accounts/duty.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import type { Actor, ColleagueRole, Duty } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { foldName } from '../text/fold.ts'
import { awayUntil, dutiesOf, marksOf, sayAway } from './duty.ts'
import { mayLookUp } from './policy.ts'
import { personPath } from './profile.ts'
import { colleagueEntries, staffProfiles } from './schema.ts'

/** All that is asked for holds; null asks for nothing. */
export interface Asked {
  /** Words in any order, or their beginnings. */
  text: string
  teamId: number | null
  role: ColleagueRole | null
  skill: string | null
  language: string | null
}

export interface Found {
  id: number
  path: string
  name: string
  marks: string[]
  leads: string | null
  worksOn: string
  skills: string[]
  languages: string[]
  awayUntil: Date | null
  /** The same in words: "28 November". */
  away: string | null
}

export interface Directory {
  people: Found[]
  /** Goes into the address of the next page; null at the end. */
  next: number | null
  /** Nobody is called so; these are called nearly so. */
  nearly: boolean
}

const PAGE = 30
const LONGEST = 200
const MOST_WORDS = 8

/** By family name. `after` is the `next` of the page before. A slip in a name is forgiven when nothing fits what was typed. */
export async function lookUp(db: Db, actor: Actor, asked: Asked, after: number | null): Promise<Directory> {
  if (!mayLookUp(actor)) throw new NotFound('page')
  const words = foldName(asked.text.slice(0, LONGEST)).split(' ').filter(Boolean).slice(0, MOST_WORDS)
  const found = await pageOf(db, asked, words.map(beginning), after)
  if (found.length > 0 || words.length === 0) return shown(found, false)
  return shown(await pageOf(db, asked, words.map(nearly), after), true)
}

const shown = (rows: Found[], near: boolean): Directory => {
  const people = rows.slice(0, PAGE)
  return { people, next: rows.length > PAGE ? (people.at(-1)?.id ?? null) : null, nearly: near && people.length > 0 }
}

interface Row extends Record<string, unknown> {
  id: string
  name: string | null
  duties: Duty[]
  leads: string | null
  works_on: string | null
  skills: string[] | null
  languages: string[] | null
  away_until: string | null
}

async function pageOf(db: Db, asked: Asked, words: readonly SQL[], after: number | null): Promise<Found[]> {
  const moment = at(now())
  const account = sql`page.account_id`
  const { rows } = await db.execute<Row>(sql`
    with page as materialized (
      select e.account_id, e.name from ${colleagueEntries} e
      where ${worksHere(sql`e.account_id`, moment)} and ${allOf([...words, ...filters(asked, moment), ...further(after)])}
      order by e.name, e.account_id limit ${PAGE + 1}::int)
    select a.id, a.display_name as name, ${dutiesOf(account, moment)} as duties, ${awayUntil(account, moment)} as away_until, p.leads, p.works_on, p.skills, p.languages
    from page join ${accounts} a on a.id = page.account_id left join ${staffProfiles} p on p.account_id = page.account_id
    order by page.name, page.account_id`)
  return rows.map(foundOf)
}

const foundOf = ({ id, name, duties, leads, works_on, skills, languages, away_until }: Row): Found => ({
  id: Number(id),
  path: personPath(Number(id)),
  name: name ?? 'A colleague',
  marks: marksOf(duties),
  leads,
  worksOn: works_on ?? '',
  skills: skills ?? [],
  languages: languages ?? [],
  awayUntil: away_until === null ? null : new Date(away_until),
  away: away_until === null ? null : sayAway(new Date(away_until)),
})

const allOf = (conditions: readonly SQL[]): SQL => (conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `))

const further = (after: number | null): SQL[] =>
  after === null ? [] : [sql`(e.name, e.account_id) > (select o.name, o.account_id from ${colleagueEntries} o where o.account_id = ${after})`]

function filters({ teamId, role, skill, language }: Asked, moment: SQL): SQL[] {
  const duty = (condition: SQL): SQL => sql`e.account_id in (select g.account_id from ${roleGrants} g where ${condition} and ${isDuty(moment)})`
  const says = (condition: SQL): SQL => sql`e.account_id in (select p.account_id from ${staffProfiles} p where ${condition})`
  return [
    ...(teamId === null ? [] : [duty(role === null ? sql`g.team_id = ${teamId}` : sql`g.team_id = ${teamId} and g.role = ${role}`)]),
    ...(role === null || teamId !== null ? [] : [duty(sql`g.role = ${role}`)]),
    ...(skill === null ? [] : [says(sql`p.skills @> array[${skill}]::text[]`)]),
    ...(language === null ? [] : [says(sql`p.languages @> array[${language}]::text[]`)]),
  ]
}

// Folded, so that nothing in it means anything to the database.
const beginning = (word: string): SQL => sql`e.words @@ ${`${word}:*`}::tsquery`

const SHORTEST_MENDED = 4

/** As typed, or a part of the name with one letter changed, added, left out or swapped with its neighbour. */
function nearly(word: string): SQL {
  if (word.length < SHORTEST_MENDED || word.length > 40) return beginning(word)
  const swaps = sql.join(
    swapsOf(word).map((swapped) => sql`${swapped}`),
    sql`, `,
  )
  return sql`(${beginning(word)} or exists (
    select from regexp_split_to_table(e.name, ' ') part where levenshtein_less_equal(part, ${word}, 1) <= 1 or part in (${swaps})))`
}

const swapsOf = (word: string): string[] =>
  Array.from({ length: word.length - 1 }, (_letter, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2))
