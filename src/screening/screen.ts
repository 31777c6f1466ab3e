/**
 * What happens with a text before it is stored: it is looked at, and where something is found its author is asked and chooses.
 * What was chosen is decided here again, from the words that came, whatever the form says. Nothing is stored meanwhile.
 */
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { hasWords } from '../text/input.ts'
import { findIn, isRemovable, MARK, takeOut, type Finding } from './findings.ts'
import { findListed } from './list.ts'
import type { Hit } from './pattern.ts'
import { chosenBecause, refersTo } from './rules.ts'

/** Take the details out and post · send it to a moderator · send it as it is. */
export const CHOICES = ['take-out', 'moderator', 'as-it-is'] as const
export type Choice = (typeof CHOICES)[number]

/** What the author is asked about. */
export interface Doubt {
  body: string
  findings: readonly Finding[]
  /** What may read as hurtful: said once, and never a reason for anything. */
  hurtful: readonly Hit[]
  /** A rule wants a person to look at these words first. */
  waits: boolean
}

/** A text that may go on: `chosen` says why its author wants a moderator to look first, `refer` to whom it is also handed. */
export interface Passed {
  body: string
  chosen: string | null
  refer: 'standards' | null
}

export interface Look {
  body: string
  choice: Choice | null
  /** `everybody` reads it; or only the `team`, which may have personal details and is no place for emergencies, reports and complaints. */
  readers: 'everybody' | 'team'
  /** Somebody reads it first in any case, so "as it is" is a choice whatever was found. */
  anyway?: boolean
  /** Does a rule want a person to look at these words first, where that is the author's to decide? */
  waits?: (body: string) => Promise<boolean>
}

/** Asks or lets pass. Throws `Refused` (field `body`) when nothing is left of a text after what can be taken out of it. */
export async function lookAt(db: Database, look: Look): Promise<{ doubt: Doubt } | { passed: Passed }> {
  const { choice, readers } = look
  const body = choice === 'take-out' ? withoutDetails(look.body) : look.body
  const findings = findingsFor(body, readers)
  const waits = (await look.waits?.(body)) ?? false
  if (choice === 'moderator') return { passed: { body, chosen: chosenBecause(findings), refer: refersTo(findings.map(({ kind }) => kind)) } }
  // Whoever chose something has seen the page, and is asked about the tone no second time.
  const hurtful = choice === null && readers === 'everybody' ? await findListed(db, 'civility', body) : []
  const clear = findings.length === 0 && hurtful.length === 0 && !waits
  if (clear || (look.anyway && choice === 'as-it-is')) return { passed: { body, chosen: null, refer: null } }
  return { doubt: { body, findings, hurtful, waits } }
}

function withoutDetails(body: string): string {
  const rest = takeOut(body, findIn(body))
  if (rest !== body && !hasWords(rest.replaceAll(MARK, '').replace(/[^\p{L}\p{N}]+/gu, '')))
    throw new Refused('Nothing is left', { body: 'Without these details nothing is left of your words. Write it in another way' })
  return rest
}

/** The kinds that matter to whoever reads it. */
const findingsFor = (body: string, readers: Look['readers']): Finding[] =>
  findIn(body).filter(({ kind }) => readers === 'everybody' || !isRemovable(kind))
