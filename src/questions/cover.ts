/**
 * Questions of people who are away go to whoever covers, or to the team as a whole. The clock runs on.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { standInFor } from '../accounts/absence.ts'
import { inForce } from '../accounts/duty.ts'
import { roleGrants } from '../accounts/schema.ts'
import type { Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { changeQuestion, closeAct, nameOf } from './act.ts'
import { questions } from './schema.ts'

/** Is this account an officer or sergeant of the team, at this moment? */
export async function isOfTeam(db: Db, accountId: number, teamId: number): Promise<boolean> {
  const found = await db
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .where(
      and(eq(roleGrants.accountId, accountId), eq(roleGrants.teamId, teamId), sql`${roleGrants.role} in ('officer', 'supervisor')`, inForce(now())),
    )
    .limit(1)
  return found.length > 0
}

/** Who sees to a question that is given to somebody: that person, whoever covers, or (null) the team. Only people of the team. */
export async function whoSeesTo(db: Db, accountId: number, teamId: number): Promise<number | null> {
  const standIn = await standInFor(db, accountId, now())
  return standIn !== null && (await isOfTeam(db, standIn, teamId)) ? standIn : null
}

/** What follows at once from an absence that is on already. */
export const followAbsence = async (tx: Tx, { detail }: Activity): Promise<void> => void (await handOver(tx, Number(detail?.['accountId'])))

/** Moves the open questions of somebody who is away or no longer of the team; nothing when they are here. Answers how many moved. */
async function handOver(tx: Tx, accountId: number): Promise<number> {
  const own = await tx
    .select()
    .from(questions)
    .where(and(eq(questions.assigneeId, accountId), isNull(questions.answeredAt), isNull(questions.withdrawnAt)))
    .orderBy(questions.id)
    .for('update')
  let moved = 0
  for (const question of own) {
    const assigneeId = await whoSeesTo(tx, accountId, question.teamId)
    if (assigneeId === accountId) continue
    const note = `${(await nameOf(tx, accountId)) ?? 'A colleague'} is away. ${assigneeId === null ? 'The team' : await nameOf(tx, assigneeId)} sees to it.`
    await closeAct(tx, await changeQuestion(tx, question, { assigneeId }), 'question.assigned', { act: 'assigned', actor: null, note })
    moved++
  }
  return moved
}

/** Absences that have begun since, and roles that have ended: for the housekeeping, every few minutes. Answers how many questions moved. */
export async function startAbsences(db: Database): Promise<number> {
  const moment = now().toISOString()
  const { rows } = await db.execute<{ id: string }>(sql`
    select distinct q.assignee_id as id from questions q
    where q.assignee_id is not null and q.answered_at is null and q.withdrawn_at is null and (
      exists (select 1 from absences a where a.account_id = q.assignee_id and a.ended_at is null
        and a.starts_at <= ${moment}::timestamptz and a.ends_at > ${moment}::timestamptz)
      or not exists (select 1 from role_grants g where g.account_id = q.assignee_id and g.team_id = q.team_id
        and g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${moment}::timestamptz))
    order by id`)
  let moved = 0
  for (const { id } of rows) moved += await db.transaction((tx) => handOver(tx, Number(id)))
  return moved
}
