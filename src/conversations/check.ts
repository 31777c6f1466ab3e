/**
 * What a resident writes is looked at before it is stored; where something is found, they choose. Whoever speaks in a role speaks for their team and is not asked.
 */
import { sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { executeNamed, type Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { holdBecause, QUICK_COMMENTS, QUICK_MINUTES, wordsBecause } from '../screening/rules.ts'
import { lookAt, type Choice, type Doubt } from '../screening/screen.ts'
import type { StaffedHours } from '../text/staffed.ts'
import { isPublic, mayRead } from './audience.ts'
import type { Screened } from './comment.ts'
import { officialDuty } from './policy.ts'
import type { CommentState } from './schema.ts'

/** Where somebody is about to write. */
export interface Desired {
  audience: string
  teamId: number | null
  /** They have sent many comments in the last minutes. */
  quick: boolean
}

/** Either what its author is to be asked, or words that may go on, with what was found out about them. */
export type Checked = { doubt: Doubt } | (Required<Screened> & { body: string })

/** One read for all that the check and its rules have to know. `factor` multiplies what counts as quick. Throws `NotFound`. */
export async function placeToWrite(db: Database, actor: SignedIn, conversationId: number, factor = 1): Promise<Desired> {
  const most = QUICK_COMMENTS * factor
  const since = new Date(now().getTime() - QUICK_MINUTES * 60_000)
  const [row] = await executeNamed<{ audience: string; team_id: string | null; quick: boolean | null }>(
    db,
    'place_to_write',
    sql`
    select c.audience, c.team_id, (select min(r.created_at) > ${since}::timestamptz from (
      select created_at from comments where author_id = ${actor.accountId} order by id desc limit ${most}) r having count(*) = ${most}) as quick
    from conversations c where c.id = ${conversationId}`,
  )
  const teamId = row?.team_id ? Number(row.team_id) : null
  if (!row || !mayRead(actor, { audience: row.audience, teamId })) throw new NotFound('conversation')
  return { audience: row.audience, teamId, quick: row.quick === true }
}

interface Words {
  body: string
  choice: Choice | null
}

/** Before a new comment. Throws `Refused` when nothing is left of it after what was to be taken out. */
export async function checkComment(db: Database, actor: SignedIn, place: Desired, { body, choice }: Words, staffed: StaffedHours): Promise<Checked> {
  if (officialDuty(actor, place)) return { body, hold: null, refer: null }
  const everybody = isPublic(place.audience)
  const found = await lookAt(db, { body, choice, readers: everybody ? 'everybody' : 'team', anyway: !everybody })
  if ('doubt' in found) return found
  if (!everybody) return { body: found.passed.body, hold: null, refer: null }
  const { chosen, refer, body: rest } = found.passed
  return { body: rest, hold: await holdBecause(db, actor, { body: rest, at: now(), staffed, quick: place.quick, chosen }), refer }
}

/** A comment of one's own whose words are to change. */
interface Changing {
  body: string
  state: CommentState
  officialRole: string | null
  audience: string
}

/**
 * Before one's own words are changed. What is public goes back to wait for a moderator only when its author says so: also where a rule would have
 * held these words in a new comment, they are asked.
 */
export async function checkEdit(db: Database, actor: SignedIn, comment: Changing, { body, choice }: Words): Promise<Checked> {
  if (comment.officialRole !== null || body === comment.body) return { body, hold: null, refer: null }
  const everybody = isPublic(comment.audience)
  const waits = async (words: string) => (await wordsBecause(db, actor, words)).length > 0
  const asks = everybody && comment.state === 'published' ? { waits } : {}
  const found = await lookAt(db, { body, choice, readers: everybody ? 'everybody' : 'team', anyway: !everybody, ...asks })
  if ('doubt' in found) return found
  const { chosen, refer, body: rest } = found.passed
  // What waits now may be released before these words arrive: then they wait in its place.
  const waiting = everybody && (chosen !== null || comment.state === 'held')
  const rules = waiting ? [chosen, ...(await wordsBecause(db, actor, rest))].filter((rule) => rule !== null) : []
  return { body: rest, hold: rules.length > 0 ? rules.join(' ') : null, refer: everybody ? refer : null }
}
