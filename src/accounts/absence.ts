/**
 * When a member of staff is away, and who covers. What follows from it (their questions move) is told by the activity.
 */
import { and, asc, eq, gt, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { executeNamed, prepared, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { sayMoment } from '../text/dates.ts'
import { inForce } from './duty.ts'
import { maySetAbsence } from './policy.ts'
import { absences, accounts, roleGrants } from './schema.ts'

export interface NewAbsence {
  accountId: number
  startsAt: Date
  endsAt: Date
  coverId: number | null
}

export interface Absence {
  id: number
  startsAt: Date
  endsAt: Date
  cover: string | null
}

const LONGEST_DAYS = 366

/**
 * One's own, or (a sergeant) that of somebody in the team. The cover must have a role in the same team and not be away meanwhile.
 * Throws `Refused` by field (`from`, `until`, `cover`), `Forbidden` for others. The same form again changes nothing.
 */
export async function setAbsence(db: Database, actor: SignedIn, input: NewAbsence): Promise<void> {
  await db.transaction(async (tx) => {
    const { teams } = await requireRight(tx, actor, input.accountId)
    const known = await overlapping(tx, input.accountId, input)
    if (known && isSame(known, input)) return
    refuseSpan(input)
    if (known) throw refused('from', `You have set an absence for that time already: until ${sayMoment(known.endsAt)}. End that one first`)
    if (input.coverId !== null) await requireCover(tx, input, input.coverId, teams)
    await tx.insert(absences).values({ ...input, setBy: actor.accountId, createdAt: now() })
    await recordActivity(tx, {
      kind: 'staff.absent',
      audience: 'staff',
      actorId: actor.accountId,
      teamId: teams[0] ?? null,
      detail: { accountId: input.accountId },
    })
  })
}

/** They are back, or it does not happen. Twice is the same as once. */
export async function endAbsence(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const [absence] = await tx.select().from(absences).where(eq(absences.id, id)).for('update')
    if (!absence) throw new NotFound('absence')
    await requireRight(tx, actor, absence.accountId)
    if (absence.endedAt === null) await tx.update(absences).set({ endedAt: now() }).where(eq(absences.id, id))
  })
}

/** The teams of the person, locked against a second absence at once. People outside one's own teams do not exist here. */
async function requireRight(tx: Tx, actor: SignedIn, accountId: number): Promise<{ teams: number[] }> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`absence ${accountId}`}))`)
  const teams = await teamsOf(tx, accountId)
  if (maySetAbsence(actor, { accountId, teams })) return { teams }
  if (actor.duties.some(({ teamId }) => teamId !== null && teams.includes(teamId)))
    throw new Forbidden('You can set your own absence; that of a colleague is for the sergeant.')
  throw new NotFound('person')
}

async function teamsOf(tx: Tx, accountId: number): Promise<number[]> {
  const rows = await tx
    .select({ teamId: roleGrants.teamId })
    .from(roleGrants)
    .where(and(eq(roleGrants.accountId, accountId), inArray(roleGrants.role, ['officer', 'supervisor']), inForce(now())))
    .orderBy(roleGrants.id)
  return rows.flatMap(({ teamId }) => (teamId === null ? [] : [teamId]))
}

type Span = Pick<NewAbsence, 'startsAt' | 'endsAt'>

async function overlapping(tx: Tx, accountId: number, { startsAt, endsAt }: Span) {
  const [found] = await tx
    .select()
    .from(absences)
    .where(and(eq(absences.accountId, accountId), isNull(absences.endedAt), lt(absences.startsAt, endsAt), gt(absences.endsAt, startsAt)))
    .orderBy(asc(absences.startsAt))
    .limit(1)
  return found ?? null
}

/** One that begins at once begins a little later when its form is sent again. */
function isSame(known: Span & { coverId: number | null }, input: NewAbsence): boolean {
  const both = known.startsAt <= now() && input.startsAt <= now()
  const sameStart = both || known.startsAt.getTime() === input.startsAt.getTime()
  return sameStart && known.endsAt.getTime() === input.endsAt.getTime() && known.coverId === input.coverId
}

function refuseSpan({ startsAt, endsAt }: Span): void {
  if (endsAt <= startsAt) throw refused('until', 'The end must be after the beginning')
  if (endsAt <= now()) throw refused('until', 'The end must be in the future')
  if (endsAt.getTime() - startsAt.getTime() > LONGEST_DAYS * 86_400_000) throw refused('until', 'An absence is at most a year long')
}

async function requireCover(tx: Tx, input: NewAbsence, coverId: number, teams: readonly number[]): Promise<void> {
  if (coverId === input.accountId) throw refused('cover', 'Choose somebody else to cover')
  const shared = (await teamsOf(tx, coverId)).some((id) => teams.includes(id))
  if (!shared) throw refused('cover', 'Choose somebody of the same team to cover')
  if (await overlapping(tx, coverId, input)) throw refused('cover', 'That person is away too. Choose somebody else, or the team as a whole')
}

const refused = (field: string, message: string): Refused => new Refused(message, { [field]: message })

const covers = alias(accounts, 'covers')

const onOrNext = prepared((db) =>
  db
    .select({ id: absences.id, startsAt: absences.startsAt, endsAt: absences.endsAt, cover: covers.displayName })
    .from(absences)
    .leftJoin(covers, eq(covers.id, absences.coverId))
    .where(
      and(
        eq(absences.accountId, sql.placeholder('account')),
        isNull(absences.endedAt),
        sql`${absences.endsAt} > ${sql.placeholder('now')}::timestamptz`,
      ),
    )
    .orderBy(asc(absences.startsAt))
    .limit(1)
    .prepare('absence_of'),
)

/** The absence that is on at that moment, or the next to come. */
export async function absenceOf(db: Database, accountId: number, now: Date): Promise<Absence | null> {
  const [found] = await onOrNext(db).execute({ account: accountId, now: now.toISOString() })
  return found ?? null
}

/** The end of that absence, for a statement that asks for more besides. */
export const awayUntil = (accountId: number, moment: Date): SQL => sql`(
  select ${absences.endsAt} from ${absences}
  where ${absences.accountId} = ${accountId}::bigint and ${absences.endedAt} is null and ${absences.endsAt} > ${moment.toISOString()}::timestamptz
  order by ${absences.startsAt} limit 1)`

const STEPS = 5

/**
 * Who covers for somebody who is away at that moment, followed at most five steps; the account itself when it is here; null when nobody in
 * particular covers, or when those who should cover are away in a ring.
 */
export async function standInFor(db: Db, accountId: number, now: Date): Promise<number | null> {
  const rows = await executeNamed<{ account_id: string | null; step: number }>(
    db,
    'stand_in',
    sql`
    with recursive chain (account_id, step) as (
      select ${accountId}::bigint, 0
      union all
      select away.cover_id, chain.step + 1 from chain cross join lateral (
        select cover_id from absences
        where absences.account_id = chain.account_id and ended_at is null and starts_at <= ${now}::timestamptz and ends_at > ${now}::timestamptz
        order by id limit 1) away
      where chain.step <= ${STEPS}::int)
    select account_id, step from chain order by step desc limit 1`,
  )
  const last = rows[0]
  return !last || last.account_id === null || last.step > STEPS ? null : Number(last.account_id)
}
