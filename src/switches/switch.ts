/**
 * Modes of many teams at once: set by the press office from a moment until another, prolonged or ended by a person, over by themselves.
 */
import { eq, inArray, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { sayMoment } from '../text/dates.ts'
import { forgetSwitches } from './in-force.ts'
import { maySwitch } from './policy.ts'
import { switches, switchTeams, type SwitchKind } from './schema.ts'
import { SWITCH_NAMES } from './words.ts'

const DAY = 86_400_000
/** Longer than any election needs; an incident that lasts is prolonged by a person who has looked again. */
export const LONGEST_DAYS: Readonly<Record<SwitchKind, number>> = { 'pre-election': 120, 'major-incident': 7 }

export type SwitchRow = typeof switches.$inferSelect

export interface NewSwitch {
  kind: SwitchKind
  banner: string
  bannerLink: string | null
  because: string
  wholeForce: boolean
  teamIds: number[]
  kinds: string[]
  /** Null or past: now. */
  startsAt: Date | null
  endsAt: Date
  clientKey: string
}

/** Sets a mode; the same form again answers the first. Throws `Forbidden`, and `Refused` (fields `team`, `kinds`, `ends-day`). */
export async function setSwitch(db: Database, actor: SignedIn, input: NewSwitch): Promise<number> {
  requireRight(actor)
  const id = await db.transaction(async (tx) => {
    // Two taps at once wait for each other here, so that the second finds what the first made.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`switch ${input.clientKey}`}))`)
    const [known] = await tx.select({ id: switches.id }).from(switches).where(eq(switches.clientKey, input.clientKey))
    if (known) return known.id
    const startsAt = input.startsAt !== null && input.startsAt > now() ? input.startsAt : now()
    requireSpan(input.kind, startsAt, input.endsAt)
    if (input.kind === 'pre-election' && input.kinds.length === 0)
      throw new Refused('Choose the kinds of posts', { kinds: 'Choose at least one kind of post' })
    return insertSwitch(tx, actor, { ...input, startsAt })
  })
  forgetSwitches(db)
  return id
}

function requireRight(actor: SignedIn): void {
  if (!maySwitch(actor)) throw new Forbidden('Only the press office sets and ends these modes. You can ask it to.')
}

function requireSpan(kind: SwitchKind, startsAt: Date, endsAt: Date): void {
  const refuse = (message: string) => new Refused(message, { 'ends-day': message })
  if (endsAt <= startsAt) throw refuse('The end must be after the start, and in the future')
  if (endsAt.getTime() - startsAt.getTime() > LONGEST_DAYS[kind] * DAY + DAY)
    throw refuse(`It can last ${LONGEST_DAYS[kind]} days at most${kind === 'major-incident' ? '. Prolong it when it is needed longer' : ''}`)
}

async function insertSwitch(tx: Tx, actor: SignedIn, input: NewSwitch & { startsAt: Date }): Promise<number> {
  const { teamIds: _chosen, ...columns } = input
  const concerned = await teamsNamed(tx, input)
  const [next] = (await tx.execute<{ id: string }>(sql`select nextval('switches_id_seq') as id`)).rows
  const id = Number(next?.id)
  await recordActivity(tx, { kind: 'switch.set', audience: 'staff', actorId: actor.accountId, detail: { switchId: id, kind: input.kind } })
  const logId = await logSwitch(tx, actor, { ...input, id }, 'set', { toState: spanOf(input), note: input.because })
  // Only the log's row comes before it: the switch points to it.
  await tx
    .insert(switches)
    .overridingSystemValue()
    .values({ ...columns, kinds: input.kind === 'pre-election' ? input.kinds : [], id, setBy: actor.accountId, setAt: now(), logId })
  if (concerned.length > 0) await tx.insert(switchTeams).values(concerned.map((teamId) => ({ switchId: id, teamId })))
  return id
}

const spanOf = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }): string => `${startsAt.toISOString()} until ${endsAt.toISOString()}`

/** The teams chosen, checked; none for the whole force. */
async function teamsNamed(tx: Tx, { wholeForce, teamIds }: NewSwitch): Promise<number[]> {
  if (wholeForce) return []
  const wanted = [...new Set(teamIds)].toSorted((one, other) => one - other)
  const found = wanted.length === 0 ? [] : await tx.select({ id: teams.id }).from(teams).where(inArray(teams.id, wanted))
  if (found.length === 0 || found.length < wanted.length)
    throw new Refused('Choose the teams', { team: 'Choose at least one team, or the whole force' })
  return wanted
}

async function logSwitch(
  tx: Tx,
  actor: SignedIn,
  one: { id: number; kind: SwitchKind; wholeForce: boolean },
  act: 'set' | 'prolong' | 'end',
  more: { fromState?: string; toState: string; note: string },
): Promise<number> {
  const note = `${SWITCH_NAMES[one.kind]}: ${more.note}`
  const entry = { actorId: actor.accountId, role: 'press-office', act, item: 'switch' as const, itemId: one.id, audience: 'staff' }
  return writeLog(tx, { ...entry, teamId: null, teamName: null, ...more, note })
}

async function lockSwitch(tx: Tx, id: number): Promise<SwitchRow> {
  const [row] = await tx.select().from(switches).where(eq(switches.id, id)).for('update')
  if (!row) throw new NotFound('switch')
  return row
}

/** Ends it before its time, or takes back one that has not begun. Twice is the same as once. Throws `Overtaken` when it is over already. */
export async function endSwitch(db: Database, actor: SignedIn, id: number, because: string): Promise<void> {
  requireRight(actor)
  await db.transaction(async (tx) => {
    const row = await lockSwitch(tx, id)
    if (row.endedBy === actor.accountId && row.endedBecause === because) return
    requireGoing(row)
    const moment = now()
    await tx.update(switches).set({ endedAt: moment, endedBy: actor.accountId, endedBecause: because }).where(eq(switches.id, id))
    await recordActivity(tx, { kind: 'switch.ended', audience: 'staff', actorId: actor.accountId, detail: { switchId: id, kind: row.kind } })
    await logSwitch(tx, actor, row, 'end', { fromState: spanOf(row), toState: `ended ${moment.toISOString()}`, note: because })
  })
  forgetSwitches(db)
}

function requireGoing({ endedAt, endedBecause, endsAt }: SwitchRow): void {
  if (endedAt !== null) throw new Overtaken(`A colleague has ended this on ${sayMoment(endedAt)}: ${endedBecause ?? 'no reason was kept'}`)
  if (endsAt <= now()) throw new Overtaken(`This was over on ${sayMoment(endsAt)}. Set it again if it is still needed.`)
}

export interface Prolonging {
  endsAt: Date
  /** The end that was in view. */
  seen: Date
  because: string
}

/** Gives it a later end. Throws `Overtaken` when it is over, or a colleague gave it another end meanwhile; `Refused` (field `ends-day`). */
export async function prolongSwitch(db: Database, actor: SignedIn, id: number, { endsAt, seen, because }: Prolonging): Promise<void> {
  requireRight(actor)
  await db.transaction(async (tx) => {
    const row = await lockSwitch(tx, id)
    if (row.endsAt.getTime() === endsAt.getTime()) return
    requireGoing(row)
    if (row.endsAt.getTime() !== seen.getTime())
      throw new Overtaken(`A colleague has changed the end to ${sayMoment(row.endsAt)} meanwhile. Nothing was changed.`)
    if (endsAt <= row.endsAt) throw new Refused('Choose a later end', { 'ends-day': `The new end must be later than ${sayMoment(row.endsAt)}` })
    requireSpan(row.kind, row.startsAt > now() ? row.startsAt : now(), endsAt)
    await tx.update(switches).set({ endsAt }).where(eq(switches.id, id))
    await recordActivity(tx, { kind: 'switch.set', audience: 'staff', actorId: actor.accountId, detail: { switchId: id, kind: row.kind } })
    await logSwitch(tx, actor, row, 'prolong', { fromState: spanOf(row), toState: spanOf({ ...row, endsAt }), note: because })
  })
  forgetSwitches(db)
}
