/**
 * A member of staff as colleagues meet them. Nothing of it is public, and nothing of it says how their mailbox is called. Whoever has left has no page any more;
 * what they wrote keeps its mark.
 */
import { eq, sql } from 'drizzle-orm'
import { at } from '../accounts/duty.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor, Duty, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { renderComment } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { awayUntil, dutiesOf, marksOf, sayAway } from './duty.ts'
import { mayDescribe, mayLookUp } from './policy.ts'
import { staffProfiles } from './schema.ts'
import { asWritten } from './terms.ts'

/** As it is typed. */
export interface ProfileWords {
  worksOn: string
  about: string
  skills: string[]
  languages: string[]
}

export interface Profile {
  id: number
  path: string
  /** Rank and name. */
  name: string
  /** "Officer · Bracebridge Heath team", one for each role in force. */
  marks: string[]
  teams: { id: number; slug: string; name: string }[]
  worksOn: string
  about: SafeHtml | null
  skills: string[]
  languages: string[]
  /** What they lead, where they write as leadership. */
  leads: string | null
  awayUntil: Date | null
  /** The same in words: "28 November". */
  away: string | null
  isSelf: boolean
}

export const personPath = (id: number): string => `/staff/people/${id}`

interface Row extends Record<string, unknown> {
  name: string | null
  duties: Duty[] | null
  away_until: string | null
  works_on: string | null
  about: string | null
  skills: string[] | null
  languages: string[] | null
  leads: string | null
}

/** Throws `NotFound` for residents, partner staff, pseudonyms and whoever has left. */
export async function profileOf(db: Db, actor: Actor, id: number): Promise<Profile> {
  const moment = at(now())
  const { rows } = await db.execute<Row>(sql`
    select a.display_name as name, ${dutiesOf(sql`a.id`, moment)} as duties, ${awayUntil(sql`a.id`, moment)} as away_until,
      p.works_on, p.about, p.skills, p.languages, p.leads
    from ${accounts} a left join ${staffProfiles} p on p.account_id = a.id where a.id = ${id}`)
  const [row] = rows
  if (!row?.duties || !mayLookUp(actor)) throw new NotFound('person')
  const { name, duties, away_until, works_on, about, skills, languages, leads } = row
  return {
    id,
    path: personPath(id),
    name: name ?? 'A colleague',
    marks: marksOf(duties),
    teams: duties.flatMap(({ teamId, teamSlug, teamName }) =>
      teamId === null || teamSlug === null || teamName === null ? [] : [{ id: teamId, slug: teamSlug, name: teamName }],
    ),
    worksOn: works_on ?? '',
    about: about ? trusted(renderComment(about)) : null,
    skills: skills ?? [],
    languages: languages ?? [],
    leads,
    awayUntil: away_until === null ? null : new Date(away_until),
    away: away_until === null ? null : sayAway(new Date(away_until)),
    isSelf: mayDescribe(actor, id),
  }
}

/** One's own, to change it; `version` 0 before anything was said. */
export async function ownProfile(db: Db, actor: SignedIn): Promise<ProfileWords & { version: number }> {
  const { worksOn, about, skills, languages, version } = staffProfiles
  const [found] = await db
    .select({ worksOn, about, skills, languages, version })
    .from(staffProfiles)
    .where(eq(staffProfiles.accountId, actor.accountId))
  return found ?? { worksOn: '', about: '', skills: [], languages: [], version: 0 }
}

const CHANGED =
  'You changed your page somewhere else since you opened this form. What you typed is below and is not saved yet: save it again to put it in place of what stands there.'

/** One's page was changed on another device meanwhile. The form comes back with what was typed, and goes through when it is sent once more. */
export class ChangedElsewhere extends Refused {}

/** Says something else of oneself. Throws `ChangedElsewhere`, and `Forbidden` for who is no member of staff. The same words again change nothing. */
export const describeSelf = (db: Database, actor: SignedIn, input: ProfileWords & { version: number }): Promise<void> =>
  db.transaction(async (tx) => {
    if (!mayDescribe(actor, actor.accountId)) throw new Forbidden('Only staff of the force have a page here.')
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`profile ${actor.accountId}`}))`)
    const { version: known, ...before } = await ownProfile(tx, actor)
    const { version, worksOn, about } = input
    const [skills, languages] = [await asWritten(tx, 'skill', input.skills), await asWritten(tx, 'language', input.languages)]
    const words = { worksOn, about, skills, languages }
    if (JSON.stringify(words) === JSON.stringify(before)) return
    if (version !== known) throw new ChangedElsewhere(CHANGED)
    const set = { ...words, changedAt: now(), version: known + 1 }
    await tx
      .insert(staffProfiles)
      .values({ accountId: actor.accountId, ...set })
      .onConflictDoUpdate({ target: staffProfiles.accountId, set })
  })
