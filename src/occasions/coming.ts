/**
 * Who comes, for those who look after it: what to call them, how many, what they need. Never their mailboxes: whoever has to be told is written to from here.
 */
import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { recordActivity } from '../activity/activity.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Overtaken, Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { readersOf } from './announcing.ts'
import { organiserLetter } from './letters.ts'
import { occasionById } from './occasion.ts'
import { mayPlanOccasions } from './policy.ts'
import { occasionWords, signUps } from './schema.ts'
import { lockRun } from './sign-up.ts'

export interface Comer {
  id: number
  state: 'coming' | 'waiting'
  /** Null where they gave none, and for those who are forgotten. */
  name: string | null
  people: number
  needs: string | null
  /** Entered by the organiser: has no mailbox, so is told of nothing. */
  byPhone: boolean
}

/** Those who come, then those who wait, in the order in which they signed up; nobody once they are forgotten. At most a page holds: an occasion has 5,000 places. */
export async function comersOf(db: Db, occasionId: number): Promise<Comer[]> {
  const rows = await db
    .select()
    .from(signUps)
    .where(and(eq(signUps.occasionId, occasionId), inArray(signUps.state, ['coming', 'waiting']), isNull(signUps.forgottenAt)))
    .orderBy(asc(signUps.state), asc(signUps.stateAt), asc(signUps.id))
  return rows.map(({ id, state, name, partySize, needs, email }) => ({
    id,
    state: state === 'coming' ? 'coming' : 'waiting',
    name,
    people: partySize,
    needs,
    byPhone: email === null,
  }))
}

export interface Written {
  body: string
  writtenAt: Date
  by: string | null
  toldCount: number
}

const SHOWN = 20

/** What was written to everybody, latest first. */
export const wordsOf = (db: Db, occasionId: number): Promise<Written[]> =>
  db
    .select({ body: occasionWords.body, writtenAt: occasionWords.writtenAt, by: accounts.displayName, toldCount: occasionWords.toldCount })
    .from(occasionWords)
    .innerJoin(accounts, eq(accounts.id, occasionWords.writtenBy))
    .where(eq(occasionWords.occasionId, occasionId))
    .orderBy(desc(occasionWords.id))
    .limit(SHOWN)

/**
 * Writes to everybody who has a place, to each mailbox by itself; the same form twice writes once. Answers to how many.
 * Throws `NotFound`, `Forbidden`, `Refused` (field `body`) where nobody would read it.
 */
export const writeToComers = (db: Database, actor: SignedIn, occasionId: number, sent: { body: string; clientKey: string }): Promise<number> =>
  db.transaction(async (tx) => {
    const { teamId, postId } = await lockRun(tx, actor, occasionId)
    const known = await writtenBefore(tx, actor, occasionId, sent.clientKey)
    if (known !== null) return known
    const readers = await readersOf(tx, occasionId, ['coming'])
    if (readers.length === 0) throw new Refused(NOBODY, { body: NOBODY })
    const values = { occasionId, ...sent, writtenBy: actor.accountId, writtenAt: now(), toldCount: readers.length }
    const [written] = await tx.insert(occasionWords).values(values).returning({ id: occasionWords.id })
    if (!written) throw new Error('what was written gave no row back')
    const item = await occasionById(tx, occasionId)
    const words = { id: written.id, body: sent.body, byPartner: !mayPlanOccasions(actor, teamId) }
    for (const reader of readers) await sendMail(tx, organiserLetter(reader, item, words))
    const detail = { occasionId, wordsId: written.id, told: readers.length }
    await recordActivity(tx, { kind: 'occasion.written', audience: 'staff', actorId: actor.accountId, teamId, postId, detail })
    return readers.length
  })

const NOBODY = 'Nobody with an email address has a place yet'

async function writtenBefore(tx: Tx, actor: SignedIn, occasionId: number, clientKey: string): Promise<number | null> {
  const [known] = await tx.select().from(occasionWords).where(eq(occasionWords.clientKey, clientKey))
  if (!known) return null
  if (known.occasionId !== occasionId || known.writtenBy !== actor.accountId)
    throw new Overtaken('This form was used before. Reload the page and try again.')
  return known.toldCount
}
